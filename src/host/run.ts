import packageJson from '../../package.json' with { type: 'json' }
import { checkedOutCommit } from './commit.ts'

/** What the run is: repository, event, where it may write. Read from GitHub's environment, the event payload and the checkout. */
export interface Run {
  /** Version of this action, from package.json. */
  readonly actionVersion: string
  /** `octo-org/octo-repo` */
  readonly repository: string
  readonly serverUrl: string
  readonly apiUrl: string
  /** The page of this run, or null outside GitHub Actions. */
  readonly url: string | null
  /** Of all runs of GitHub; null where unknown. */
  readonly runId: number | null
  readonly workflow: string
  /** Path of the workflow file in the repository, `.github/workflows/nightly.yml`, or null where unknown. */
  readonly workflowPath: string | null
  readonly eventName: string
  /** The commit of the checkout, or else of the run. */
  readonly sha: string
  readonly ref: string
  /** Whether `ref` is the default branch; null where the payload does not tell (it may lack `repository`). */
  readonly onDefaultBranch: boolean | null
  /** From the event payload; null where it does not tell. */
  readonly visibility: Visibility | null
  /** Pull request or merge group that started the run, or null. */
  readonly change: Change | null
  readonly workspace: string
}

export type Visibility = 'public' | 'private' | 'internal'

export type Change =
  | {
      readonly kind: 'pull-request'
      readonly number: number
      readonly baseSha: string
      readonly headSha: string
      readonly fromFork: boolean
    }
  | { readonly kind: 'merge-group'; readonly baseSha: string; readonly headSha: string }

/** Reads the run from `GITHUB_*` variables, the event file and the checkout's HEAD; what is missing or broken there becomes "unknown". */
export function readRun(env: NodeJS.ProcessEnv, readFile: (path: string) => string): Run {
  const variable = (name: string): string => env[`GITHUB_${name}`] ?? ''
  const event = readEvent(variable('EVENT_PATH'), readFile)
  const serverUrl = variable('SERVER_URL') || 'https://github.com'
  const repository = variable('REPOSITORY') || text(event, 'repository', 'full_name')
  const runId = variable('RUN_ID')
  const workspace = variable('WORKSPACE') || '.'
  return {
    actionVersion: packageJson.version,
    repository,
    serverUrl,
    apiUrl: variable('API_URL') || 'https://api.github.com',
    url: runId && repository ? `${serverUrl}/${repository}/actions/runs/${runId}` : null,
    runId: Number(runId) || null,
    workflow: variable('WORKFLOW'),
    workflowPath: workflowPathOf(variable('WORKFLOW_REF')),
    eventName: variable('EVENT_NAME'),
    sha: checkedOutCommit(workspace, readFile) ?? variable('SHA'),
    ref: variable('REF'),
    onDefaultBranch: isDefaultBranch(variable('EVENT_NAME'), variable('REF'), event),
    visibility: visibilityOf(event),
    change: changeOf(variable('EVENT_NAME'), event),
    workspace,
  }
}

/** Why this run must not write issues nor change keys, as the end of "… because"; null where it may. */
export function reasonNotToWrite(run: Pick<Run, 'eventName' | 'onDefaultBranch'>): string | null {
  if (run.eventName.startsWith('pull_request')) return 'this run belongs to a pull request'
  if (run.eventName === 'merge_group') return 'this run belongs to a merge group'
  if (run.onDefaultBranch === false) return 'this run is not on the default branch'
  if (run.onDefaultBranch === null) return 'the event does not say whether this run is on the default branch'
  return null
}

function readEvent(path: string, readFile: (path: string) => string): unknown {
  if (!path) return null
  try {
    return JSON.parse(readFile(path))
  } catch {
    return null
  }
}

/** `octo-org/octo-repo/.github/workflows/nightly.yml@refs/heads/main` → the path. */
function workflowPathOf(workflowRef: string): string | null {
  return /^[^/]+\/[^/]+\/(\.github\/workflows\/[^@]+)@/.exec(workflowRef)?.[1] ?? null
}

function isDefaultBranch(eventName: string, ref: string, event: unknown): boolean | null {
  // A schedule runs on the default branch only, and its payload may lack `repository`.
  if (eventName === 'schedule') return true
  const defaultBranch = text(event, 'repository', 'default_branch')
  return defaultBranch && ref ? ref === `refs/heads/${defaultBranch}` : null
}

function visibilityOf(event: unknown): Visibility | null {
  const visibility = asVisibility(at(event, 'repository', 'visibility'))
  if (visibility) return visibility
  // `private: true` alone could also mean internal.
  return at(event, 'repository', 'private') === false ? 'public' : null
}

/** The value where GitHub's word for it is one we know, else null. */
export function asVisibility(value: unknown): Visibility | null {
  return value === 'public' || value === 'private' || value === 'internal' ? value : null
}

function changeOf(eventName: string, event: unknown): Change | null {
  if (eventName === 'merge_group') {
    const baseSha = text(event, 'merge_group', 'base_sha')
    const headSha = text(event, 'merge_group', 'head_sha')
    return baseSha && headSha ? { kind: 'merge-group', baseSha, headSha } : null
  }
  if (!eventName.startsWith('pull_request')) return null
  const number = at(event, 'pull_request', 'number')
  const baseSha = text(event, 'pull_request', 'base', 'sha')
  const headSha = text(event, 'pull_request', 'head', 'sha')
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || !baseSha || !headSha) return null
  const base = text(event, 'pull_request', 'base', 'repo', 'full_name')
  const head = text(event, 'pull_request', 'head', 'repo', 'full_name')
  // A fork deleted since has no head repository.
  return { kind: 'pull-request', number, baseSha, headSha, fromFork: head === '' || head !== base }
}

function text(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  )
}
