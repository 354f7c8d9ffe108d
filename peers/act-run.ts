/** Runs one example under act, over the sandbox; actions of others stand in as `stand-ins/`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readPairs } from '../sandbox/file-commands.ts'
import { eventPayload } from '../sandbox/job.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import type { World } from '../sandbox/world.ts'
import { PROJECT, tool } from './install.ts'
import { inDirectory, run } from './run.ts'

const STAND_INS = join(PROJECT, 'peers', 'stand-ins')
export const EXAMPLES = join(PROJECT, 'examples')
const THIS_ACTION = 'aws-access-key-rotation-audit/aws-access-key-rotation-audit@v1.0.0'
const ROLE = 'arn:aws:iam::111122223333:role/audit'

/** `iam/ci.tf` of the checkout. */
export const DECLARING = `resource "aws_iam_user" "ci" {
  name = "ci"
}

resource "aws_iam_access_key" "ci" {
  user = aws_iam_user.ci.name
}
`

/** How one workflow ended. */
export interface Ended {
  readonly passed: boolean
  readonly log: string
  readonly annotations: readonly {
    readonly kind: string
    readonly message: string
    readonly file: string | null
  }[]
  /** What each step of this action left. */
  readonly steps: readonly Step[]
  readonly world: World
  /** GitHub requests and answers that contradict GitHub's OpenAPI description. */
  readonly violations: readonly string[]
  /** AWS actions asked for. */
  readonly actions: readonly string[]
}

export interface Step {
  readonly job: string
  readonly exitCode: number
  readonly summary: string
  readonly outputs: Readonly<Record<string, string>>
}

export interface Setting {
  readonly example: string
  readonly world: World
  readonly variables?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** Where artifacts are kept, so that one workflow finds those of another. */
  readonly artifacts?: string
}

/** Runs an example over a sandbox of the world. */
export async function act({
  example,
  world: served,
  variables,
  env,
  secrets,
  artifacts,
}: Setting): Promise<Ended> {
  const sandbox = await startSandbox(served)
  try {
    return await inDirectory(async directory => {
      const paths = layOut(directory, example)
      const jobEnvironment = {
        ...sandbox.env,
        SHA_REF: served.job.sha,
        PEERS_ARTIFACTS: artifacts ?? join(directory, 'artifacts'),
        PEERS_KEPT: paths.kept,
        NODE_OPTIONS: `--import=${pathToFileURL(join(PROJECT, 'peers', 'keep.mjs'))}`,
        ...env,
      }
      writeFileSync(paths.event, JSON.stringify(eventPayload(served)))
      const { exitCode, output } = await run(
        tool('act'),
        [
          ...[served.job.eventName, '--json', '--directory', paths.checkout],
          ...['--workflows', join(paths.checkout, '.github', 'workflows', example)],
          ...['--eventpath', paths.event, '--actor', served.job.actor],
          ...['ubuntu-latest', 'self-hosted'].flatMap(label => ['--platform', `${label}=-self-hosted`]),
          ...['--pull=false', '--no-cache-server', '--container-daemon-socket', '-'],
          ...['--action-cache-path', join(directory, 'cache')],
          ...pairs({ GITHUB_TOKEN: served.github.token, ...secrets }).flatMap(each => ['--secret', each]),
          ...localRepositories(example, paths.action).flatMap(each => ['--local-repository', each]),
          ...pairs({ ACCESS_KEY_AUDIT_ROLE: ROLE, ...variables }).flatMap(each => ['--var', each]),
          ...pairs(jobEnvironment).flatMap(each => ['--env', each]),
        ],
        {
          cwd: directory,
          env: {
            HOME: directory,
            XDG_CONFIG_HOME: directory,
            PATH: [join(STAND_INS, 'bin'), dirname(process.execPath)].join(delimiter),
          },
        },
      )
      const lines = output.split('\n').map(readLine)
      const log = lines.map(({ msg }) => msg.trimEnd()).join('\n')
      assert.ok(![...sandbox.secrets].some(secret => log.includes(secret)), 'a secret is in the log')
      return {
        passed: exitCode === 0,
        log,
        annotations: lines.flatMap(annotationOf),
        steps: readdirSync(paths.kept).map(file => readStep(join(paths.kept, file), directory)),
        world: served,
        violations: sandbox.violations(),
        actions: sandbox.requests.filter(({ service }) => AWS.has(service)).map(({ action }) => action),
      }
    })
  } finally {
    await sandbox.close()
  }
}

const AWS = new Set(['sts', 'iam', 'organizations', 'cloudtrail'])

/** A line of `act --json`. */
interface Line {
  readonly msg: string
  readonly command?: string
  readonly kvPairs?: Readonly<Record<string, string>> | null
  readonly arg?: string
}

/** What act says before it runs anything is no JSON. */
function readLine(text: string): Line {
  return text.startsWith('{') ? JSON.parse(text) : { msg: text }
}

function annotationOf({ command, kvPairs, arg }: Line): Ended['annotations'] {
  if (command !== 'error' && command !== 'warning' && command !== 'notice') return []
  return [{ kind: command, message: arg ?? '', file: kvPairs?.['file'] ?? null }]
}

function readStep(file: string, directory: string): Step {
  const { outputs, ...step } = readJson(file) as Omit<Step, 'outputs'> & { outputs: string }
  const path = join(directory, 'outputs')
  writeFileSync(path, outputs)
  return { ...step, outputs: readPairs(path) }
}

/** A repository with the examples as its workflows, and this action as it is published: `action.yml` and `dist/`. */
function layOut(directory: string, example: string) {
  const [checkout = '', action = '', kept = ''] = ['checkout', 'action', 'kept'].map(name => {
    const path = join(directory, name)
    mkdirSync(path)
    return path
  })
  mkdirSync(join(checkout, '.github', 'workflows'), { recursive: true })
  // act knows every permission but this one, and enforces none.
  const workflow = readFileSync(join(EXAMPLES, example), 'utf8').replace(/^ *artifact-metadata: .*\n/m, '')
  writeFileSync(join(checkout, '.github', 'workflows', example), workflow)
  writeFileSync(
    join(checkout, '.github', 'access-key-rotation.yml'),
    'remediation:\n  deactivate-after-idle-days: 90\n',
  )
  mkdirSync(join(checkout, 'iam'))
  writeFileSync(join(checkout, 'iam', 'ci.tf'), DECLARING)
  writeFileSync(join(checkout, 'README.md'), '# A checkout\n')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', ...args], {
      cwd: checkout,
    })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message=Start')
  for (const part of ['action.yml', 'dist'])
    cpSync(join(PROJECT, part), join(action, part), { recursive: true })
  return { checkout, action, kept, event: join(directory, 'event.json') }
}

/** `owner/name@ref=folder` for each action that the example uses; act does the checkout itself. */
function localRepositories(example: string, action: string): string[] {
  const text = readFileSync(join(EXAMPLES, example), 'utf8')
  const used = [...text.matchAll(/^[ -]*uses: ([^\s/]+\/[^\s/@]+)[^\s@]*@(\S+)/gm)]
  const places = used.map(([, name = '', ref = '']) => {
    const folder = `${name}@${ref}` === THIS_ACTION ? action : join(STAND_INS, ...name.split('/'))
    assert.ok(name === 'actions/checkout' || existsSync(folder), `nothing stands in for ${name}`)
    return `${name}@${ref}=${folder}`
  })
  return [...new Set(places)]
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`)
}
