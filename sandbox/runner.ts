/** Runs the action as GitHub's runner does: inputs, environment, file commands, event payload; and reads what it said. */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { type Annotation, lineSplitter, StepOutput } from './commands.ts'
import { layFileCommands, readPairs } from './file-commands.ts'
import { eventPayload } from './job.ts'
import type { Sandbox } from './sandbox.ts'

export interface RunOptions {
  readonly sandbox: Pick<Sandbox, 'env' | 'world'>
  /** By name, as in the workflow: `role-to-assume`. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The checkout; a new empty directory where it is left out. */
  readonly workspace?: string
  /** The event payload; made from the world's job where it is left out. */
  readonly event?: unknown
  /** The step's and earlier steps' environment, such as `sandbox.credentials(…)`; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The directory that holds `action.yml`; this project's where it is left out. */
  readonly action?: string
  /** Killed after it; two minutes where it is left out. */
  readonly timeoutMs?: number
  /** Killed when it is aborted, as where a job is cancelled. */
  readonly cancel?: AbortSignal
  readonly measureMemory?: boolean
}

export interface RunResult {
  /** 124 where it was killed. */
  readonly exitCode: number
  /** As a person sees it in the browser. */
  readonly log: string
  readonly stdout: string
  readonly stderr: string
  /** The first ten of each kind, which GitHub keeps. */
  readonly annotations: readonly Annotation[]
  readonly droppedAnnotations: readonly Annotation[]
  readonly outputs: Readonly<Record<string, string>>
  /** What `GITHUB_ENV`, `GITHUB_STATE` and `GITHUB_PATH` hand to later steps. */
  readonly env: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly path: readonly string[]
  /** The job summary, masked; null where it is over 1 MiB, so that GitHub shows none. */
  readonly summary: string | null
  readonly masks: readonly string[]
  readonly workspace: string
  readonly wallMs: number
  readonly peakMemoryBytes: number | null
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const SUMMARY_LIMIT = 1024 * 1024

export async function runAction(options: RunOptions): Promise<RunResult> {
  const { sandbox, action = PROJECT, timeoutMs = 120_000, cancel = new AbortController().signal } = options
  const metadata = readMetadata(action)
  const temp = mkdtempSync(join(tmpdir(), 'runner-'))
  try {
    const workspace = options.workspace ?? mkdtempSync(join(tmpdir(), 'workspace-'))
    const eventPath = join(temp, 'event.json')
    writeFileSync(eventPath, JSON.stringify(options.event ?? eventPayload(sandbox.world)))
    const files = layFileCommands(join(temp, '_runner_file_commands'))
    const memoryFile = options.measureMemory ? join(temp, 'peak-memory') : null
    const env: Record<string, string | undefined> = {
      ...machineEnvironment(temp),
      ...sandbox.env,
      GITHUB_WORKSPACE: workspace,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_ACTION_PATH: action,
      ...files,
      ...inputEnvironment(metadata, options.inputs ?? {}, sandbox.world.github.token),
      ...options.env,
    }
    const started = performance.now()
    const output = new StepOutput([sandbox.world.github.token])
    const { exitCode, stdout, stderr } = await execute(
      [...preload(sandbox.world.clockOffsetMs, memoryFile), join(action, metadata.main)],
      { cwd: workspace, env, end: AbortSignal.any([AbortSignal.timeout(timeoutMs), cancel]) },
      line => output.line(line),
    )
    const wallMs = performance.now() - started
    const summary = readFileSync(files.GITHUB_STEP_SUMMARY)
    if (summary.length > SUMMARY_LIMIT) output.annotate(summaryTooLong(summary.length))
    return {
      exitCode,
      stdout,
      stderr,
      log: output.log,
      annotations: output.annotations,
      droppedAnnotations: output.dropped,
      outputs: readPairs(files.GITHUB_OUTPUT),
      env: readPairs(files.GITHUB_ENV),
      state: readPairs(files.GITHUB_STATE),
      path: readFileSync(files.GITHUB_PATH, 'utf8').split(/\r?\n/).filter(Boolean),
      summary: summary.length > SUMMARY_LIMIT ? null : output.mask(summary.toString('utf8')),
      masks: output.masks,
      workspace,
      wallMs,
      peakMemoryBytes:
        memoryFile !== null && existsSync(memoryFile) ? Number(readFileSync(memoryFile, 'utf8')) : null,
    }
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly default?: string | number | boolean } | null>>
  readonly main: string
}

function readMetadata(action: string): Metadata {
  const { inputs, runs } = parse(readFileSync(join(action, 'action.yml'), 'utf8'))
  if (runs.using !== 'node24') throw new Error(`action.yml runs on ${runs.using}, not on node24`)
  return { inputs: inputs ?? {}, main: runs.main }
}

/** `INPUT_*` as the runner names them: upper case, blanks to underscores, hyphens kept. */
function inputEnvironment(
  { inputs }: Metadata,
  given: Readonly<Record<string, string>>,
  token: string,
): Record<string, string> {
  const defaults = Object.entries(inputs).map(([name, input]) => [
    name,
    String(input?.default ?? '').replace(/\$\{\{\s*github\.token\s*\}\}/, token),
  ])
  // An input that action.yml does not declare is passed too; the runner only warns about it.
  const all = { ...Object.fromEntries(defaults), ...given }
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      String(value),
    ]),
  )
}

/** Nothing of this machine but the way to its programs: no credentials, no proxy, no home. */
function machineEnvironment(temp: string): Record<string, string> {
  const directories = { HOME: 'home', RUNNER_TEMP: '_temp', RUNNER_TOOL_CACHE: '_tool', TMPDIR: '_tmp' }
  const entries = Object.entries(directories).map(([variable, name]) => {
    const path = join(temp, name)
    mkdirSync(path)
    return [variable, path]
  })
  const { PATH = '', SystemRoot } = process.env
  return {
    ...Object.fromEntries(entries),
    LANG: 'C.UTF-8',
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
  }
}

function preload(clockOffsetMs: number, memoryFile: string | null): string[] {
  if (clockOffsetMs === 0 && memoryFile === null) return []
  const script = pathToFileURL(join(PROJECT, 'sandbox', 'preload.js'))
  script.searchParams.set('offset', String(clockOffsetMs))
  if (memoryFile !== null) script.searchParams.set('memory', memoryFile)
  return ['--import', script.href]
}

function execute(
  args: readonly string[],
  { cwd, env, end }: { cwd: string; env: NodeJS.ProcessEnv; end: AbortSignal },
  onLine: (line: string) => void,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { stdout: '', stderr: '' }
    const splitters = { stdout: lineSplitter(onLine), stderr: lineSplitter(onLine) }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text
        splitters[stream].push(text)
      })
    }
    const kill = () => child.kill('SIGKILL')
    end.addEventListener('abort', kill)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      end.removeEventListener('abort', kill)
      splitters.stdout.end()
      splitters.stderr.end()
      resolve({ exitCode: signal === 'SIGKILL' ? 124 : (code ?? 1), ...said })
    })
  })
}

function summaryTooLong(bytes: number): Annotation {
  const size = Math.floor(bytes / 1024)
  return {
    kind: 'error',
    message: `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k. For more information see: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary`,
    title: null,
    file: null,
    line: null,
    endLine: null,
  }
}
