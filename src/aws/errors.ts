import { UserError } from '../domain/errors.ts'
import type { Failure } from '../domain/evidence.ts'

export interface AwsError {
  /** AWS's error code, `AccessDenied` for every kind of missing permission; else the kind of fault. */
  readonly code: string
  /** AWS's words, at most 1,000 characters. */
  readonly message: string
}

/** What an SDK or network error says. */
export function readAwsError(error: unknown): AwsError {
  const { name, code, Code, message, $metadata } = (error ?? {}) as Partial<{
    name: string
    code: string
    Code: string
    message: string
    $metadata: { httpStatusCode?: number }
  }>
  if (code !== undefined && NETWORK.test(code)) return { code, message: bounded(message) }
  const spoken = Code ?? name ?? 'Error'
  if (DENIED.has(spoken)) return { code: 'AccessDenied', message: bounded(message) }
  // The SDK marks what it could not read by a hint at its own internals, or has no name for it.
  if (message?.includes(UNREAD) || spoken === 'Unknown' || spoken === 'UnknownError') {
    const status = $metadata?.httpStatusCode
    return { code: MALFORMED, message: `The answer${status ? ` (HTTP ${status})` : ''} could not be read.` }
  }
  return { code: spoken, message: bounded(message) }
}

/** Whether a call failed for want of a permission; a UserError tells by its cause. */
export function isDenied(error: unknown): boolean {
  return readAwsError(error instanceof UserError ? error.cause : error).code === 'AccessDenied'
}

/** The session or the token has ended, as IAM, STS and the JSON services say it. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.has(readAwsError(error).code)
}

/** AWS, or something on the way to it, answered what is no answer of AWS; it may not the next time. */
export function isMalformed(error: unknown): boolean {
  return readAwsError(error).code === MALFORMED
}

/** No connection came about, in any of the SDK's attempts. */
export function isUnreachable(error: unknown): boolean {
  const { code, message } = readAwsError(error)
  return (
    UNREACHED.test(code) || (code === 'TimeoutError' && message.includes('did not establish a connection'))
  )
}

/** Why an account could not be audited. `doing`: what was tried, as the end of "AWS failed while …". */
export function failureOf(error: unknown, doing: string): Failure {
  if (error instanceof UserError)
    return { summary: error.message, remedy: error.remedy, detail: error.detail }
  const { code, message } = readAwsError(error)
  const [, what, remedy] = FAILURES.find(([codes]) => codes.test(code)) ?? OTHER_FAILURE
  return { summary: `${what} ${doing}.`, remedy, detail: `${code}: ${message}` }
}

export const DEADLINE_FAILURE: Failure = {
  summary: 'The time ran out before this account was audited.',
  remedy: 'Raise timeout-minutes or max-concurrency, or split the audit with shard.',
  detail: null,
}

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'UnauthorizedOperation',
])

const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'])

const MALFORMED = 'MalformedAnswer'
const UNREAD = 'Deserialization error: to see the raw response'

const NETWORK =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_PROXY|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/

const UNREACHED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_PROXY)/

/** The first that fits. */
const FAILURES: readonly (readonly [codes: RegExp, what: string, remedy: string])[] = [
  [
    /^AccessDenied$/,
    'AWS denied access while',
    'Allow iam:GenerateCredentialReport and iam:GetCredentialReport on "*" in a policy of the role, and look for a service control policy that denies them.',
  ],
  [
    /Throttl|TooManyRequests|RequestLimitExceeded|^LimitExceeded/,
    'AWS kept throttling the requests while',
    'Run the audit again. If it happens often, look for other programs that call IAM in this account at that hour, or lower max-concurrency.',
  ],
  [
    /^(Expired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature)/,
    'AWS did not accept the credentials while',
    "Run the audit again. With credentials of your own: check that they are current, that they belong to the partition of aws-region, and the runner's clock.",
  ],
  [
    new RegExp(`^TimeoutError$|${NETWORK.source}`),
    'AWS could not be reached, or did not answer in time, while',
    "Run the audit again. If it happens always, check the runner's way to AWS: DNS, firewall, HTTPS_PROXY and NO_PROXY, and NODE_EXTRA_CA_CERTS behind a proxy that inspects TLS.",
  ],
]

const OTHER_FAILURE = [
  null,
  'AWS failed while',
  'Run the audit again; if it happens again, look at the status of AWS and at the detail.',
] as const

function bounded(message = ''): string {
  // A proxy's address may carry its password.
  const text = message
    .split(UNREAD, 1)
    .join('')
    .trim()
    .replace(/\/\/[^\s/@]{1,500}@/g, '//')
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text
}
