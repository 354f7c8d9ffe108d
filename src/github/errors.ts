/** What a refusal of GitHub means: the one place that reads its errors. */
import { UserError } from '../domain/errors.ts'

/** What a call is for: the end of "Could not …", and the permission that it needs. */
interface Doing {
  /** `create an issue in octo-org/octo-repo`; names no account, user or key. */
  readonly what: string
  /** `issues: write` */
  readonly permission: string
}

/** What GitHub refused, why, and what to do, from any error that a call through Octokit threw. */
export function describeGitHubError(error: unknown, doing: Doing): UserError {
  if (error instanceof UserError) return error
  const fault = readFault(error)
  const { reason, remedy } = error instanceof OutOfTime ? OUT_OF_TIME : explain(fault, doing)
  return new UserError(`Could not ${doing.what}: ${reason}`, remedy, fault.message, { cause: error })
}

/** The HTTP status of an error that Octokit threw; 0 where it is none. */
export function statusOf(error: unknown): number {
  return readFault(error).status
}

/** The time for GitHub ended before a request did, or before it was made. */
export class OutOfTime extends Error {}

/** Whether GitHub was asked, and did not answer. */
export function isUnanswered(error: unknown): boolean {
  const { status, answered } = readFault(error)
  return status !== 0 && !answered
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

interface Explanation {
  readonly reason: string
  readonly remedy: string
}

const BUG: Explanation = {
  reason: 'a bug in this action',
  remedy: 'Please report it, with the log of a run with debug logging.',
}
const UNREACHABLE: Explanation = {
  reason: 'GitHub could not be reached',
  remedy: 'Run the job again; on a self-hosted runner, check its network and proxy settings.',
}
const OUT_OF_TIME: Explanation = {
  reason: '`timeout-minutes` ended first',
  remedy:
    'Nothing is lost: the next run carries on. Raise `timeout-minutes`, or audit fewer accounts in a run.',
}
const SECONDARY_LIMIT: Explanation = {
  reason: 'a secondary rate limit of GitHub was reached',
  remedy: 'Nothing is lost: the next run carries on. Let fewer jobs write with the same token at once.',
}
const ARCHIVED: Explanation = {
  reason: 'the repository is archived',
  remedy: 'Name another repository in `issue-repository`.',
}
const BY_STATUS: Readonly<Record<number, Explanation>> = {
  401: {
    reason: 'GitHub does not accept the token',
    remedy: 'Check the input `github-token`: the token may have expired or been revoked.',
  },
  410: {
    reason: 'issues are disabled in the repository, or this one was deleted',
    remedy:
      'Turn issues on under Settings → General → Features, or name another repository in `issue-repository`.',
  },
  422: {
    reason: 'GitHub found the request invalid',
    remedy: 'See what GitHub said, and the inputs that name it.',
  },
}

function explain({ status, message, headers, answered }: Fault, doing: Doing): Explanation {
  if (status === 0) return BUG
  if (!answered) return UNREACHABLE
  if (/\bsecondary rate\b/i.test(message)) return SECONDARY_LIMIT
  if (status === 429 || (status === 403 && headers['x-ratelimit-remaining'] === '0')) {
    return {
      reason: `the rate limit of the token is used up${resetOf(headers)}`,
      remedy:
        'Nothing is lost: the next run carries on. Give `github-token` a token of its own if this repeats.',
    }
  }
  if (status === 403) {
    return /archived/i.test(message)
      ? ARCHIVED
      : { reason: 'the token lacks the permission', remedy: grant(doing, headers) }
  }
  if (status === 404) {
    return {
      reason: 'not found, or the token has no access',
      remedy: `Check the repository's name. ${grant(doing, headers)}`,
    }
  }
  return (
    BY_STATUS[status] ?? {
      reason:
        status === 502 ? "GitHub's answer was cut off or faulty" : `GitHub answered with status ${status}`,
      remedy: 'Run the job again; see https://www.githubstatus.com if it repeats.',
    }
  )
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
