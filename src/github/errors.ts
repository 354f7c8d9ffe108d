/** What a refusal of GitHub means: the one place that reads its errors. */
import { UserError } from '../domain/errors.ts'
import { lowerFirst, oneLine, shorten, withoutAccountIds } from '../domain/text.ts'

/** What a call is for: the end of "Could not …", and the permission that it needs. */
interface Doing {
  /** `create an issue in octo-org/octo-repo`; names no account, user or key. */
  readonly what: string
  /** `issues: write` */
  readonly permission: string
  /** What to do, where it is the same whatever the reason. */
  readonly remedy?: string
}

/**
 * What GitHub refused, why, and what to do, from any error that a call through Octokit threw. GitHub's own sentence stands
 * in the message where it speaks of the token or the repository; elsewhere it may repeat what was sent, and is the detail.
 */
export function describeGitHubError(error: unknown, doing: Doing): UserError {
  if (error instanceof UserError) return error
  const fault = readFault(error)
  const { reason, remedy } = {
    ...(error instanceof OutOfTime ? OUT_OF_TIME : explain(fault, doing)),
    ...(doing.remedy === undefined ? {} : { remedy: doing.remedy }),
  }
  const what = `Could not ${doing.what}: ${reason}`
  return fault.answered && NAMING_NOBODY.has(fault.status)
    ? new UserError(`${what} (GitHub: “${said(fault)}”)`, remedy, null, { cause: error })
    : new UserError(what, remedy, fault.message, { cause: error })
}

const NAMING_NOBODY = new Set([401, 403, 404, 410, 429])
const LONGEST_SENTENCE = 300

function said({ message }: Fault): string {
  return shorten(oneLine(withoutAccountIds(message)), LONGEST_SENTENCE)
}

/** The HTTP status of an error that Octokit threw; 0 where it is none. */
export function statusOf(error: unknown): number {
  return readFault(error).status
}

/** The time for GitHub ended before a request did, or before it was made. */
export class OutOfTime extends Error {}

/** @throws where GitHub answers of another thing than it was asked: nothing is done on such an answer */
export function sameAsAsked(what: string, asked: string, answered: string | undefined): void {
  if (answered === asked) return
  const message = `GitHub was asked for the ${what} ${asked}, and answered of ${answered}`
  throw Object.assign(new Error(message), { status: 502, response: {} })
}

/** Whether nobody may comment on this one issue; on others they may. */
export function isLocked(error: unknown): boolean {
  const { status, message } = readFault(error)
  return status === 403 && LOCKED.test(message)
}

/** Whether the plan of the repository's owner has no draft pull requests. */
export function isDraftRefused(error: unknown): boolean {
  const { status, message } = readFault(error)
  return status === 422 && /\bdraft pull requests are not supported\b/i.test(message)
}

/** What people or another run did between this run's reading and its writing, a clause; null where the error is none of it. */
export function meanwhileOf(error: unknown): string | null {
  const { status, message } = readFault(error)
  return status === 422 ? (MEANWHILE.find(([sentence]) => sentence.test(message))?.[1] ?? null) : null
}

const MEANWHILE: readonly (readonly [sentence: RegExp, what: string])[] = [
  [
    /\bpull request already exists\b/i,
    'another identity, or another run, has a pull request of its branch open',
  ],
  [/\breference already exists\b/i, 'its branch was made meanwhile'],
  [/\bno commits between\b/i, 'its branch and the base do not differ'],
  [/\bnot a fast.forward\b/i, 'somebody pushed to its branch meanwhile'],
  [/\breference does not exist\b/i, 'its branch was deleted meanwhile'],
]

/** Whether GitHub was asked, and did not answer. */
export function isUnanswered(error: unknown): boolean {
  const { status, answered } = readFault(error)
  return status !== 0 && !answered
}

/** Whether GitHub refused it for the number of requests alone. */
export function isRateLimited(error: unknown): boolean {
  return isLimit(readFault(error))
}

function isLimit({ status, message }: Fault): boolean {
  return status === 429 || (status === 403 && /\b(?:rate limit|abuse detection)\b/i.test(message))
}

/** Whether the next request would run into the same. */
export function wouldRepeat(error: unknown): boolean {
  if (isLocked(error)) return false
  return isUnanswered(error) || error instanceof OutOfTime || [401, 403, 429].includes(statusOf(error))
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
    response?: { headers?: Readonly<Record<string, unknown>>; data?: unknown }
  }
  // Octokit's message adds a link and the fields at fault to GitHub's.
  const own = (response?.data as { message?: unknown } | null | undefined)?.message
  return {
    status: typeof status === 'number' ? status : 0,
    message:
      typeof own === 'string' && status !== 422 ? own : typeof message === 'string' ? message : String(error),
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
const LOCKED = /\blocked\b/i
/** A refusal is known by GitHub's sentence alone: it has no codes. The first that fits. */
const REFUSALS: readonly (Explanation & { readonly sentence: RegExp })[] = [
  {
    sentence: /\bnot permitted to create or approve pull requests\b/i,
    reason: 'the repository, or its organization, lets no job open pull requests',
    remedy:
      "Turn on “Allow GitHub Actions to create and approve pull requests” under Settings → Actions → General, or give `github-token` a GitHub App's token.",
  },
  {
    sentence: /\bIP allow list\b/i,
    reason: "the runner's address is not on the organization's or enterprise's IP allow list",
    remedy:
      'Run the job on a runner whose address is on the list (Settings → Authentication security → IP allow list), or have its address added; addresses of GitHub-hosted runners change, unless they are larger runners with static ones.',
  },
  {
    sentence: /\bSAML\b/i,
    reason: 'the organization enforces SAML single sign-on, and the token is not authorized for it',
    remedy:
      "Authorize the token of `github-token` under Settings → Developer settings → Personal access tokens → Configure SSO, or leave the input out: the job's own token needs no authorization.",
  },
  {
    sentence: /\bforbids access via\b|\baccess restrictions\b/i,
    reason: 'the organization does not let tokens of this kind in',
    remedy:
      "Give `github-token` a token that its policy lets in, such as one of a GitHub App, or leave the input out for the job's own.",
  },
  {
    sentence: /\barchived\b/i,
    reason: 'the repository is archived',
    remedy: 'Unarchive it under Settings; issues can be kept elsewhere (`issue-repository`).',
  },
  {
    sentence: LOCKED,
    reason: 'the conversation on the issue is locked',
    remedy: 'Unlock the conversation on its page; the next run carries on.',
  },
  {
    sentence: /\b(?:suspended|blocked|disabled)\b/i,
    reason: 'GitHub has blocked the repository, or the account of the token',
    remedy: 'See what GitHub said, and ask its support; the permissions of the job do not help.',
  },
]
/** A ruleset, or the older protection of a branch; with the status 422 or 403. */
const PROTECTED = /\brule violations?\b|\bprotected branch\b|\bprotected ref\b|\bReference update failed\b/i
const PROTECTED_BRANCH: Explanation = {
  reason: 'a rule of the repository protects the branch',
  remedy:
    'Under Settings → Rules let the identity of `github-token` create, update and delete branches named `access-key-rotation/…`, or take these names out of the rule.',
}
/** What GitHub says of tokens without the permission. */
const NOT_PERMITTED = /\bnot accessible by\b|\bmust have\b|\bpermissions?\b|\bread.only access\b/i
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
  if (/\bsecondary rate\b|\babuse detection\b/i.test(message)) return SECONDARY_LIMIT
  if (isLimit({ status, message, headers, answered })) {
    return {
      reason: `the rate limit of the token is used up${resetOf(headers)}`,
      remedy:
        'Nothing is lost: the next run carries on. Give `github-token` a token of its own if this repeats.',
    }
  }
  if ((status === 403 || status === 422) && PROTECTED.test(message)) return PROTECTED_BRANCH
  if (status === 403) return refusalOf(message, headers, doing)
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

function refusalOf(message: string, headers: Fault['headers'], doing: Doing): Explanation {
  const known = REFUSALS.find(({ sentence }) => sentence.test(message))
  if (known !== undefined) return known
  if (NOT_PERMITTED.test(message))
    return { reason: 'the token lacks the permission', remedy: grant(doing, headers) }
  return {
    reason: 'GitHub refused it',
    remedy: `See what GitHub said. If it is about a permission: ${lowerFirst(grant(doing, headers))}`,
  }
}

/**
 * GitHub names the permission that an endpoint accepts: `issues=write; pull_requests=write`. What the call is for may need
 * more of the same.
 */
function grant(doing: Doing, headers: Fault['headers']): string {
  const accepted = /^([a-z_]+)=(read|write)/.exec(String(headers['x-accepted-github-permissions'] ?? ''))
  const [name, access] = [accepted?.[1]?.replaceAll('_', '-'), accepted?.[2]]
  const permission =
    name === undefined || doing.permission === `${name}: write` ? doing.permission : `${name}: ${access}`
  return `The job needs \`${permission}\` under \`permissions:\` in its workflow (or a \`github-token\` that has it); pull requests from forks and Dependabot's runs only get to read.`
}

function resetOf(headers: Fault['headers']): string {
  const seconds = Number(headers['x-ratelimit-reset'])
  return Number.isFinite(seconds) && seconds > 0
    ? ` until ${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : ''
}
