import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fault, UserError } from '../domain/errors.ts'
import { isWithin } from '../domain/paths.ts'
import type { GitHub } from '../github/client.ts'
import { baseConfig } from '../github/pull-request.ts'
import type { Run } from '../host/run.ts'
import { type Config, EMPTY_CONFIG } from './config.ts'
import { type ConfigOutcome, parseConfig } from './parse-config.ts'
import { DEFAULT_INFRASTRUCTURE } from './schema.ts'

const DEFAULT_PATH = '.github/access-key-rotation.yml'

export interface ConfigFile {
  readonly config: Config
  /** Where the file is or would be, relative to the checkout. */
  readonly path: string
  /** null where there is no file. */
  readonly text: string | null
  readonly warnings: readonly Fault[]
}

/** Reads the configuration file of the checkout; a missing one counts as empty unless its path was given. @throws UserError */
export async function readConfigFile(
  workspace: string,
  given: string | null,
  now: Date,
): Promise<ConfigFile> {
  const path = given ?? DEFAULT_PATH
  const text = await readInside(workspace, path)
  if (text === null) {
    if (given === null) return { config: EMPTY_CONFIG, path, text, warnings: [] }
    throw new UserError(
      `There is no configuration file ${path} in the checkout.`,
      'Correct the input `config-file`, or run actions/checkout before this step.',
    )
  }
  const outcome = parseConfig(text, path, now)
  if (outcome.kind === 'broken') throw brokenFile(path, outcome)
  return { config: outcome.config, path, text, warnings: asFaults(path, outcome.warnings) }
}

/** What the base commit of a pull request or merge group says. */
export interface BaseConfig {
  /** Its configuration, where that is another than the checkout's; null: nothing to compare. */
  readonly config: Config | null
  /** Globs that are looked at beside the checkout's own, so that no change hides what it declares by narrowing them. */
  readonly infrastructure: readonly string[]
}

/** What cannot be read costs the preview, which `log` is told; the globs are then those that hold without a file. */
export async function readBaseConfig(
  file: ConfigFile,
  run: Run,
  now: Date,
  openGitHub: () => Promise<GitHub>,
  log: (line: string) => void,
): Promise<BaseConfig> {
  if (run.change === null) return { config: null, infrastructure: [] }
  try {
    const text = await baseConfig(await openGitHub(), run.repository, run.change, file.path)
    if (text === file.text) return { config: null, infrastructure: [] }
    const outcome = text === null ? NO_FILE : parseConfig(text, file.path, now)
    if (outcome.kind === 'config')
      return { config: outcome.config, infrastructure: outcome.config.infrastructure }
    log(`No preview of the changed configuration: ${file.path} of the base commit is not valid.`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log(`No preview of the changed configuration. ${error.message}. ${error.remedy}`)
  }
  return { config: null, infrastructure: DEFAULT_INFRASTRUCTURE }
}

const NO_FILE = { kind: 'config', config: EMPTY_CONFIG } as const

async function readInside(workspace: string, path: string): Promise<string | null> {
  try {
    const file = await realpath(join(workspace, path))
    // A pull request can put a link there, and problems quote the file.
    if (!isWithin(await realpath(workspace), file))
      throw new UserError(
        `The configuration file ${path} is a link that leads out of the checkout.`,
        'Replace it by a file.',
      )
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (error instanceof UserError) throw error
    throw new UserError(
      `The configuration file ${path} cannot be read (${code}).`,
      'Make it a readable file.',
    )
  }
}

function brokenFile(path: string, { problems }: ConfigOutcome & { kind: 'broken' }): UserError {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return new UserError(
    `The configuration file ${path} has ${count}; nothing was audited.`,
    'Correct the lines above; docs/recipes.md shows every field.',
    null,
    { faults: asFaults(path, problems) },
  )
}

function asFaults(
  path: string,
  problems: readonly { readonly line: number; readonly message: string }[],
): Fault[] {
  return problems.map(({ line, message }) => ({ location: { path, line }, message }))
}
