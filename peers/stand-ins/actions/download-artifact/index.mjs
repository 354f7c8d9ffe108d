import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'

const { INPUT_PATTERN: pattern, INPUT_PATH: path, PEERS_ARTIFACTS: artifacts } = process.env
mkdirSync(path, { recursive: true })
for (const name of readdirSync(artifacts).filter(each => matchesGlob(each, pattern)))
  cpSync(join(artifacts, name), join(path, name), { recursive: true })
