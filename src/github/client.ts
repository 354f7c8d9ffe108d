import type { getOctokit } from '@actions/github'
import { UserError } from '../domain/errors.ts'

export type GitHub = ReturnType<typeof getOctokit>

type Plugin = Parameters<typeof getOctokit>[2]

/** What a call is for: the end of "Could not …", and the permission that it needs. */
export interface Doing {
  /** `create an issue in octo-org/octo-repo`; names no account, user or key. */
  readonly what: string
  /** `issues: write` */
  readonly permission: string
}

/** In seconds: the longest wait for a rate limit, all waits of one client together, and what one counts at least. */
export const LONGEST_WAIT = 120
export const WAIT_BUDGET = 300
const SHORTEST_WAIT = 30

/** GitHub itself ends a request after ten seconds (docs.github.com, Troubleshooting the REST API, Timeouts). */
export const REQUEST_TIMEOUT_MS = 15_000
/** After the first attempt; waiting one second, then four. */
export const RETRIES = 2

/**
 * Octokit with retries, GitHub's pacing for writes, and bounded waits for rate limits, which `log` is told of.
 * Loaded here and not above: a run that asks GitHub nothing evaluates none of it. @throws UserError without a token
 */
export async function createGitHub(
  token: string,
  apiUrl?: string,
  log: (line: string) => void = () => {},
): Promise<GitHub> {
  if (token === '') {
    throw new UserError('There is no GitHub token', 'Leave out the input `github-token`, or give it a token.')
  }
  const [{ getOctokit }, { retry }, { throttling }] = await Promise.all([
    loadToolkit(),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
  ])
  const wait = waitWithin(WAIT_BUDGET, log)
  const options = {
    ...(apiUrl ? { baseUrl: apiUrl } : {}),
    // Octokit's own warnings quote what GitHub sent to standard error, unescaped.
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retry: { retries: RETRIES, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      id: `${pacingIds++}`,
      onRateLimit: (seconds: number) => wait('rate limit', seconds),
      onSecondaryRateLimit: (seconds: number) => wait('secondary rate limit', seconds),
    },
  }
  // The first plugin stands next to the wire: what it throws, the later ones may retry.
  return getOctokit(token, options, onlyWholeAnswers, retry, throttling)
}

/** The toolkit reads the event file while it loads, and throws where that is broken; `readRun` reads it with more patience. */
async function loadToolkit() {
  const path = process.env['GITHUB_EVENT_PATH']
  delete process.env['GITHUB_EVENT_PATH']
  try {
    return await import('@actions/github')
  } finally {
    if (path !== undefined) process.env['GITHUB_EVENT_PATH'] = path
  }
}

/** One pace per client: the throttling plugin keeps its queues by ID for the whole process. */
let pacingIds = 0

function quiet(): void {}

function waitWithin(budget: number, log: (line: string) => void) {
  let left = budget
  return (limit: string, seconds: number): boolean => {
    if (seconds > LONGEST_WAIT || seconds > left) return false
    // Where clocks differ GitHub seems to ask for no wait at all: such tries must end, too.
    left -= Math.max(SHORTEST_WAIT, seconds)
    log(`GitHub's ${limit} is reached; waiting ${seconds} s as GitHub asks`)
    return true
  }
}

/**
 * Octokit turns a body that was cut off into a string, and pagination turns that into an empty list: an existing issue
 * would look absent. Every answer that we ask for is JSON, so a string is a fault of transport, worth a retry.
 * A POST is not repeated unless its caller calls it `repeatable`: the lost answer may have been a success, and the repetition a duplicate.
 */
const onlyWholeAnswers: Plugin = octokit => {
  octokit.hook.wrap('request', async (request, options) => {
    options.request = {
      ...options.request,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      // A number above 0 would repeat refusals, too: the retry plugin takes it as said of this very error.
      ...(options.method === 'POST' && !options.request?.['repeatable'] ? { retries: 0 } : {}),
    }
    const answer = await request(options)
    if (typeof answer.data === 'string' && answer.status !== 204 && answer.status !== 205) {
      const message = `The answer to ${options.method} ${options.url} was cut off or is no JSON`
      throw Object.assign(new Error(message), { status: 502, request: options, response: answer })
    }
    return answer
  })
  return {}
}

/** What GitHub refused, why, and what to do, from any error that a call through Octokit threw. */
export function describeGitHubError(error: unknown, doing: Doing): UserError {
  if (error instanceof UserError) return error
  const fault = readFault(error)
  const { reason, remedy } = explain(fault, doing)
  return new UserError(`Could not ${doing.what}: ${reason}`, remedy, fault.message, { cause: error })
}

/** `octo-org/octo-repo` as Octokit's parameters. */
export function ownerAndRepo(repository: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

/** The HTTP status of an error that Octokit threw; 0 where it is none. */
export function statusOf(error: unknown): number {
  return readFault(error).status
}

interface Fault {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Whether GitHub answered at all. */
  readonly answered: boolean
}

function readFault(error: unknown): Fault {
  const { status, response, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    status?: unknown
    message?: unknown
    response?: { headers?: Readonly<Record<string, unknown>> }
  }
  return {
    status: typeof status === 'number' ? status : 0,
    message: typeof message === 'string' ? message : String(error),
    headers: response?.headers ?? {},
    answered: response !== undefined,
  }
}

function explain(fault: Fault, doing: Doing): { reason: string; remedy: string } {
  const { status, message, headers, answered } = fault
  if (status === 0) {
    return {
      reason: 'of a fault of this action',
      remedy: 'Please report it, with the log of a run with debug logging.',
    }
  }
  if (!answered) {
    return {
      reason: 'GitHub could not be reached',
      remedy: 'Run the job again; on a self-hosted runner, check its network and proxy settings.',
    }
  }
  if (/\bsecondary rate\b/i.test(message)) {
    return {
      reason: 'a secondary rate limit of GitHub was reached',
      remedy: 'Nothing is lost: the next run carries on. Let fewer jobs write with the same token at once.',
    }
  }
  if ((status === 403 || status === 429) && (status === 429 || headers['x-ratelimit-remaining'] === '0')) {
    return {
      reason: `the rate limit of the token is used up${resetOf(headers)}`,
      remedy:
        'Nothing is lost: the next run carries on. Give `github-token` a token of its own if this repeats.',
    }
  }
  switch (status) {
    case 401:
      return {
        reason: 'GitHub does not accept the token',
        remedy: 'Check the input `github-token`: the token may have expired or been revoked.',
      }
    case 403:
      return /archived/i.test(message)
        ? { reason: 'the repository is archived', remedy: 'Name another repository in `issue-repository`.' }
        : { reason: 'the token lacks the permission', remedy: grant(doing, headers) }
    case 404:
      return {
        reason: 'not found, or the token has no access',
        remedy: `Check the repository's name. ${grant(doing, headers)}`,
      }
    case 410:
      return {
        reason: 'issues are disabled in the repository, or this one was deleted',
        remedy:
          'Turn issues on under Settings → General → Features, or name another repository in `issue-repository`.',
      }
    case 422:
      return {
        reason: 'GitHub found the request invalid',
        remedy: 'See what GitHub said, and the inputs that name it.',
      }
    default:
      return {
        reason:
          status === 502 ? "GitHub's answer was cut off or faulty" : `GitHub answered with status ${status}`,
        remedy: 'Run the job again; see https://www.githubstatus.com if it repeats.',
      }
  }
}

/** GitHub names the permission that an endpoint accepts: `issues=write; pull_requests=write`. */
function grant(doing: Doing, headers: Fault['headers']): string {
  const accepted = /^([a-z_]+)=(read|write)/.exec(String(headers['x-accepted-github-permissions'] ?? ''))
  const permission = accepted ? `${accepted[1]?.replaceAll('_', '-')}: ${accepted[2]}` : doing.permission
  return `The job needs \`${permission}\` under \`permissions:\` in its workflow (or a \`github-token\` that has it); pull requests from forks and Dependabot's runs only get to read.`
}

function resetOf(headers: Fault['headers']): string {
  const seconds = Number(headers['x-ratelimit-reset'])
  return Number.isFinite(seconds) && seconds > 0
    ? ` until ${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : ''
}
