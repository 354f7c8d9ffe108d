/** What a call that fails may come to, and the rows of the table for calls of a kind. */
import type { Fault, Service } from '../../sandbox/world.ts'
import { STRUCK } from './fault-runs.ts'
import type { SceneName } from './fault-worlds.ts'

/** In the order of the document; each strikes for ever unless it is "then fine". */
export const FAULTS = {
  'throttled, then fine': { kind: 'throttle', count: 1 },
  'throttled for ever': { kind: 'throttle' },
  '5xx, then fine': { kind: '5xx', count: 1 },
  'reset mid-body': { kind: 'reset' },
  'no answer': { kind: 'stall' },
  'malformed body': { kind: 'malformed' },
  'access denied': { kind: 'access-denied' },
  'expired credentials': { kind: 'expired-credentials' },
  'well-formed and wrong': { kind: 'edited' },
} as const satisfies Readonly<Record<string, Pick<Fault, 'kind' | 'count'>>>

export type FaultName = keyof typeof FAULTS

export interface Outcome {
  /** In words; what stands in “quotes” stands so in the log. */
  readonly sees: string
  /** Which accounts `result.json` has findings of; `the others`: all but the one that is struck. */
  readonly audited: 'all' | 'all, one by the report alone' | 'the others' | 'none' | 'no result'
  readonly issue: IssueOutcome
  /** The output `result`; there are stale keys in every run. */
  readonly result: 'fail' | 'error'
  /** With `fail-on: never`, so that it tells of the fault and not of the findings. */
  readonly exit: 0 | 1
  /** What became of the key that remediation is to change; none where it is left out. */
  readonly change?: 'made' | 'none'
}

type IssueOutcome =
  | 'up to date'
  | 'open, as it was'
  | 'up to date, without names'
  | 'commented on, its body as it was'
  | 'none yet'

export interface Call {
  /** `iam:ListAccessKeys` */
  readonly name: string
  /** What it is for: a sentence of the document. */
  readonly purpose: string
  readonly scene: SceneName
  readonly strikes: readonly Pick<Fault, 'service' | 'action' | 'account' | 'nth'>[]
  /** What makes its answer a wrong one. */
  readonly edit?: NonNullable<Fault['edit']>
  /** What becomes of it; a text says why there is no such case. */
  readonly cells: Readonly<Record<FaultName, Outcome | string>>
}

export const UNHARMED: Outcome = {
  sees: 'nothing: the call is repeated',
  audited: 'all',
  issue: 'up to date',
  result: 'fail',
  exit: 0,
}

export const NOT_AUDITED: Omit<Outcome, 'sees'> = {
  audited: 'the others',
  issue: 'up to date',
  result: 'error',
  exit: 1,
}

export const NO_ACCOUNT: Omit<Outcome, 'sees'> = {
  audited: 'none',
  issue: 'open, as it was',
  result: 'error',
  exit: 1,
}

/** Calls that an account, or the whole audit, cannot do without. */
export function needed(doing: string, outcome: Omit<Outcome, 'sees'>, denied: string): Call['cells'] {
  const because = (words: string): Outcome => ({ sees: `“${words}”`, ...outcome })
  const unreachable = because(`AWS could not be reached, or did not answer in time, while ${doing}.`)
  return {
    'throttled, then fine': UNHARMED,
    'throttled for ever': because(`AWS kept throttling the requests while ${doing}.`),
    '5xx, then fine': UNHARMED,
    'reset mid-body': unreachable,
    'no answer': unreachable,
    'malformed body': because(`AWS failed while ${doing}.`),
    'access denied': because(denied),
    'expired credentials': because(`AWS did not accept the credentials while ${doing}.`),
    'well-formed and wrong': because(`AWS failed while ${doing}.`),
  }
}

/** Calls that an audit can do without: a note says what is missing. */
export function optional(
  action: string,
  note: string,
  outcome: Partial<Outcome> = {},
  { throttled, expired } = { throttled: 'Throttling', expired: 'ExpiredToken' },
): Call['cells'] {
  const noted = (why: string): Outcome => ({ ...UNHARMED, sees: `a note: “${note} ${why}”`, ...outcome })
  const answered = (code: string): Outcome => noted(`AWS answered ${action} with ${code}.`)
  return {
    'throttled, then fine': UNHARMED,
    'throttled for ever': answered(throttled),
    '5xx, then fine': UNHARMED,
    'reset mid-body': answered('ECONNRESET'),
    'no answer': answered('TimeoutError'),
    'malformed body': answered('MalformedAnswer'),
    'access denied': noted(`The role lacks the permission ${action}.`),
    'expired credentials': answered(expired),
    'well-formed and wrong': answered('InvalidAnswer'),
  }
}

const WAITED: Outcome = {
  ...UNHARMED,
  sees: "“GitHub's secondary rate limit is reached; waiting 1 s as GitHub asks”",
}

const CUT = "GitHub's answer was cut off or faulty"

const NOT_OF_GITHUB = 'no answer of GitHub proves anything of a key'

/** Questions to GitHub, and changes that can be repeated without harm. */
export function asked(
  what: string,
  fine: Partial<Outcome>,
  failed: Partial<Outcome>,
  /** Where a cut answer leaves the change done. */
  cut: Partial<Outcome> = failed,
): Call['cells'] {
  const could = (because: string, outcome: Partial<Outcome>): Outcome => ({
    ...UNHARMED,
    sees: `“Could not ${what}: ${because}”`,
    exit: 1,
    ...outcome,
  })
  return {
    'throttled, then fine': { ...WAITED, ...fine },
    'throttled for ever': could('a secondary rate limit of GitHub was reached', failed),
    '5xx, then fine': { ...UNHARMED, ...fine },
    'reset mid-body': could(CUT, cut),
    'no answer': could('GitHub could not be reached', failed),
    'malformed body': could(CUT, cut),
    'access denied': could('the token lacks the permission', failed),
    'expired credentials': could('GitHub does not accept the token', failed),
    'well-formed and wrong': NOT_OF_GITHUB,
  }
}

/** Questions that others follow: these are not tried after one that nobody answered. */
export function thenSilent(
  cells: Call['cells'],
  next: string,
  issue: IssueOutcome = 'open, as it was',
): Call['cells'] {
  const sees = `“Could not ${next}: GitHub could not be reached”`
  return {
    ...cells,
    'no answer': { sees, audited: 'all', issue, result: 'fail', exit: 1 },
  }
}

/** What creates something at GitHub is not repeated after a lost answer: it may have been a success. */
export function created(what: string, failed: Partial<Outcome>, cut: Partial<Outcome>): Call['cells'] {
  const cells = asked(what, {}, failed, cut)
  return {
    ...cells,
    '5xx, then fine': { ...UNHARMED, sees: `“Could not ${what}: ${CUT}”`, exit: 1, ...failed },
  }
}

/** A call whose every failure has one outcome. */
export function everyFault(failed: Partial<Outcome>): Call['cells'] {
  const outcome = { ...UNHARMED, ...failed }
  return {
    'throttled, then fine': WAITED,
    'throttled for ever': outcome,
    '5xx, then fine': UNHARMED,
    'reset mid-body': outcome,
    'no answer': outcome,
    'malformed body': outcome,
    'access denied': outcome,
    'expired credentials': outcome,
    'well-formed and wrong': NOT_OF_GITHUB,
  }
}

export const github = (action: string): Call['strikes'] => [{ service: 'github', action }]
export const inAccount = (service: Service, ...actions: readonly string[]): Call['strikes'] =>
  actions.map(action => ({ service, action, account: STRUCK }))
