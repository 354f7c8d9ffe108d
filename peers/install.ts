/** The peers themselves: from PyPI into a virtual environment, from npm, and built with Go. Kept in `.peers/`, made anew only where a pin changed. */

import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const PROJECT = fileURLToPath(new URL('..', import.meta.url))
export const CACHE = join(PROJECT, '.peers')

const WINDOWS = process.platform === 'win32'
const PYTHON_BIN = join(CACHE, 'python', WINDOWS ? 'Scripts' : 'bin')
const GO_BIN = join(CACHE, 'go')
/** An evaluator of IAM policies. Its licence is the AGPL: it stays here, beside the package, and is in no bundle. */
export const SIMULATOR = join(
  ...[CACHE, 'npm', 'node_modules', '@cloud-copilot', 'iam-simulate', 'dist', 'esm', 'index.js'],
)
const OLDEST_PYTHON = [3, 11] as const

const GO_TOOLS = ['github.com/nektos/act@v0.2.89', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12']

export type Tool = 'python' | 'zizmor' | 'cfn-lint' | 'check-jsonschema' | 'act' | 'actionlint'

/** Path of an installed tool. */
export function tool(name: Tool): string {
  const directory = name === 'act' || name === 'actionlint' ? GO_BIN : PYTHON_BIN
  return join(directory, WINDOWS ? `${name}.exe` : name)
}

/** Throws, naming what to install, where Python or Go is absent or too old, or a registry cannot be reached. */
export async function install(): Promise<void> {
  const [python, go] = [findPython(), findGo()]
  mkdirSync(CACHE, { recursive: true })
  await Promise.all([installFromPyPI(python), installFromNpm(), installWithGo(go)])
}

async function installFromPyPI(python: string): Promise<void> {
  const pins = ['requirements.txt', 'constraints.txt'].map(file => join(PROJECT, 'peers', file))
  const version = answer(python, ['--version'])
  await once('python', [python, version, ...pins.map(file => readFileSync(file, 'utf8'))], async () => {
    const [requirements = '', constraints = ''] = pins
    rmSync(join(CACHE, 'python'), { recursive: true, force: true })
    await run(python, ['-m', 'venv', join(CACHE, 'python')])
    await run(tool('python'), [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--requirement', requirements, '--constraint', constraints],
    ])
  })
}

async function installFromNpm(): Promise<void> {
  const files = ['package.json', 'package-lock.json']
  const pins = files.map(file => join(PROJECT, 'peers', 'npm', file))
  await once(
    'npm',
    pins.map(file => readFileSync(file, 'utf8')),
    async () => {
      rmSync(join(CACHE, 'npm'), { recursive: true, force: true })
      mkdirSync(join(CACHE, 'npm'))
      for (const [index, pin] of pins.entries()) copyFileSync(pin, join(CACHE, 'npm', files[index] ?? ''))
      const npm = process.env['npm_execpath']
      const [program, ...first] = npm ? [process.execPath, npm] : ['npm']
      const folder = join(CACHE, 'npm')
      await run(program ?? 'npm', [
        ...first,
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefix',
        folder,
      ])
    },
  )
}

async function installWithGo(go: string): Promise<void> {
  await once('go', [go, ...GO_TOOLS], async () => {
    for (const name of GO_TOOLS) await run(go, ['install', name], { ...process.env, GOBIN: GO_BIN })
  })
}

/** Does `make` unless it has been done for the same `inputs` in the same place. */
async function once(name: string, inputs: readonly string[], make: () => Promise<void>): Promise<void> {
  const stamp = join(CACHE, `${name}.installed`)
  const wanted = createHash('sha256')
    .update(JSON.stringify([CACHE, ...inputs]))
    .digest('hex')
  if (existsSync(join(CACHE, name)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(stamp, { force: true })
  await make()
  writeFileSync(stamp, wanted)
}

function findPython(): string {
  const script = 'import sys; print(sys.executable, sys.version_info[0], sys.version_info[1], sep="\\n")'
  for (const name of ['python3', 'python']) {
    const [path = '', major, minor] = answer(name, ['-c', script]).split(/\r?\n/)
    if (Number(major) === OLDEST_PYTHON[0] && Number(minor) >= OLDEST_PYTHON[1]) return path
  }
  throw new Error(
    `Python ${OLDEST_PYTHON.join('.')} or later is needed, and none is on the PATH. Install it.`,
  )
}

function findGo(): string {
  if (answer('go', ['version']) !== '') return 'go'
  throw new Error('Go is needed to build act and actionlint, and none is on the PATH. Install it.')
}

function answer(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? stdout : ''
}

async function run(program: string, args: readonly string[], env = process.env): Promise<void> {
  try {
    await promisify(execFile)(program, args, { env, maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    throw new Error(
      `${[program, ...args].join(' ')} failed:\n${(error as { stderr?: string }).stderr ?? error}`,
    )
  }
}

/** The environment of a peer: this one's programs and home, Node 24 first, and no credentials or settings of AWS or GitHub. */
export function peerEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(AWS|GITHUB|ACTIONS|RUNNER|INPUT|GH|NODE|npm|TF)_/.test(entry[0]),
  )
  const path = [...(more['PATH'] ? [more['PATH']] : []), process.env['PATH'] ?? ''].join(delimiter)
  return { ...Object.fromEntries(kept), ...more, PATH: path }
}
