/** The set-up, line by line: what each call for it gave, and nothing of what was not tried. Names no account, user or role. */

import { type Answer, type Asked, LOGIN, REPORT_CALLS } from '../../domain/asked.ts'
import type { Scan } from '../../domain/declarations.ts'
import { WITHOUT } from '../../domain/evidence.ts'
import type { LogEntry } from '../../domain/step-output.ts'
import { countOf } from '../../domain/text.ts'
import { unreadInWords, unreadOf } from '../../domain/unread.ts'
import { type Run, reasonNotToWrite } from '../../host/run.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import type { IssueOutcome } from '../issues/outcome.ts'

/** What the run has learned of its set-up so far. */
export interface SetupFacts {
  /** `absent`: the job can have none; `none`: it has not asked for one; `asked`: it was given none. */
  token: 'given' | 'asked' | 'absent' | 'none'
  /** How many there are to audit, 0 where it is not known. */
  accounts: number
  /** Whether the configuration file asks for the tag of an owner. */
  ownerTag: boolean
  /** What each action gave, by account. */
  readonly answers: Map<string, Map<string, Answer>>
  scan: Scan | null
  issues: Pick<IssueOutcome, 'failures' | 'written'> | null
}

export function openSetupFacts(): SetupFacts {
  return { token: 'none', accounts: 0, ownerTag: true, answers: new Map(), scan: null, issues: null }
}

/** Notes what an action gave in an account; of several answers the worst stays. */
export function learn({ answers }: SetupFacts, { account, action, answer }: Asked): void {
  const known = answers.get(action) ?? new Map<string, Answer>()
  answers.set(action, known)
  const before = known.get(account) ?? 'ok'
  known.set(account, RANK.indexOf(answer) > RANK.indexOf(before) ? answer : before)
}

const RANK: readonly Answer[] = ['ok', 'failed', 'denied']

const SEE_ERROR = "the run's error says why, and what to do"

type Wanted = Pick<
  Inputs,
  'roleToAssume' | 'organizationRoleName' | 'evidenceFiles' | 'createIssue' | 'usage' | 'verifyKeys' | 'shard'
>

interface Line {
  readonly what: string
  readonly state: 'ok' | 'in part' | 'missing' | 'failed' | 'not tried' | 'not needed' | 'none'
  readonly why: string
  /** Whether the audit goes on without it. */
  readonly optional?: true
}

type Context = Pick<Run, 'eventName' | 'onDefaultBranch'>

/** A folded group where something failed that the audit needs, else nothing; `whole`: whatever it tells. */
export function setupCheck(
  facts: SetupFacts,
  wanted: Wanted,
  run: Context,
  whole = false,
): readonly LogEntry[] {
  const lines = linesOf(facts, wanted, run)
  // A permission that the audit goes on without is told once, by the account's note.
  if (!whole && !lines.some(line => isFault(line) && !line.optional)) return []
  const faults = lines.filter(isFault).length
  const title = faults === 0 ? 'Set-up check' : `Set-up check: ${countOf(faults, 'line')} to look at`
  return [{ title, lines: lines.map(textOf) }]
}

function linesOf(facts: SetupFacts, wanted: Wanted, run: Context): readonly Line[] {
  return [
    ...(wanted.evidenceFiles.length > 0 ? [SAVED] : awsLines(facts, wanted)),
    ...(wanted.shard === null ? [checkoutLine(facts), issueLine(facts, wanted, run)] : []),
  ]
}

function textOf({ what, state, why }: Line): string {
  return `${state}: ${what}${why && ` (${why})`}`
}

function isFault({ state }: Line): boolean {
  return state === 'missing' || state === 'failed'
}

const SAVED: Line = { what: 'AWS', state: 'not needed', why: 'saved evidence is evaluated' }

function awsLines(facts: SetupFacts, wanted: Wanted): readonly Line[] {
  const { roleToAssume, organizationRoleName } = wanted
  const hub = organizationRoleName !== null
  const login = roleToAssume.length === 0 ? LOGIN.own : LOGIN.token
  return [
    tokenLine(facts, wanted),
    facts.token === 'asked' ? notTried(login) : actionLine(facts, login, SEE_ERROR),
    ...(hub ? [actionLine(facts, 'organizations:ListAccounts', ALLOW_LISTING)] : []),
    ...(hub ? [actionLine(facts, LOGIN.member, 'deploy setup/organization-member.yaml there')] : []),
    ...Object.values(REPORT_CALLS).map(action => actionLine(facts, action, ALLOW)),
    ...[...WITHOUT].map(([action, without]) => optionalLine(facts, wanted, action, without)),
  ]
}

const ALLOW = 'allow it on "*" in the policy of the role, as setup/ does'
const ALLOW_LISTING =
  'allow it in a policy of role-to-assume, a role of the management account or of a delegated administrator'

function tokenLine({ token }: SetupFacts, { roleToAssume }: Wanted): Line {
  const what = 'OIDC token'
  if (roleToAssume.length === 0)
    return { what, state: 'not needed', why: 'without role-to-assume the job brings its own credentials' }
  if (token === 'absent') return { what, state: 'missing', why: SEE_ERROR }
  if (token === 'none') return notTried(what)
  return token === 'given' ? { what, state: 'ok', why: '' } : { what, state: 'failed', why: SEE_ERROR }
}

function notTried(what: string, why = ''): Line {
  return { what, state: 'not tried', why }
}

function actionLine({ answers, accounts }: SetupFacts, what: string, remedy: string): Line {
  const given = [...(answers.get(what)?.values() ?? [])]
  if (given.length === 0) return notTried(what)
  const count = (answer: Answer) => given.filter(each => each === answer).length
  const of = (part: number) => `in ${part} of ${countOf(given.length, 'account')} that asked`
  if (count('denied') > 0) return { what, state: 'missing', why: `${of(count('denied'))}; ${remedy}` }
  if (count('failed') > 0) return { what, state: 'failed', why: `${of(count('failed'))}; ${SEE_ERROR}` }
  // The hub's own calls are not made for every account.
  const isForEach = /^(iam|cloudtrail):/.test(what)
  const where = isForEach
    ? `${given.length} of ${countOf(Math.max(accounts, given.length), 'account')}`
    : countOf(given.length, 'account')
  return { what, state: 'ok', why: `in ${where}` }
}

function optionalLine(facts: SetupFacts, wanted: Wanted, action: string, without: string): Line {
  const line = actionLine(facts, action, `${without}; ${ALLOW}`)
  const unwanted = whyUnwanted(action, wanted, facts.ownerTag)
  if (line.state !== 'not tried') return { ...line, optional: true }
  return unwanted === null ? line : { what: action, state: 'not needed', why: unwanted }
}

const OF_ADMINISTRATORS: ReadonlySet<string> = new Set([
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupsForUser',
  'iam:ListAttachedGroupPolicies',
])

function whyUnwanted(action: string, { usage, verifyKeys }: Wanted, ownerTag: boolean): string | null {
  if (action === 'iam:ListUserTags' && !ownerTag) return 'the configuration file names no owners.tag'
  if (OF_ADMINISTRATORS.has(action) && !usage) return 'usage is false'
  return action === 'iam:ListAccessKeys' && verifyKeys === 'none' ? 'verify-keys is none' : null
}

function checkoutLine({ scan }: SetupFacts): Line {
  const what = 'checkout'
  if (scan === null) return notTried(what)
  const gaps = unreadOf(scan, [])
  if (gaps.length === 0) return { what, state: 'ok', why: '' }
  return scan.source === 'none'
    ? { what, state: 'none', why: 'run actions/checkout before this step, with `contents: read`' }
    : { what, state: 'in part', why: gaps.map(unreadInWords).join('; ') }
}

function issueLine({ issues }: SetupFacts, { createIssue }: Wanted, run: Context): Line {
  const what = 'issues (`issues: write`)'
  if (!createIssue) return { what, state: 'not needed', why: 'create-issue is false' }
  if (issues === null) return notTried(what)
  if (issues.failures.length > 0) return { what, state: 'failed', why: SEE_ERROR }
  if (issues.written) return { what, state: 'ok', why: '' }
  const because = reasonNotToWrite(run) ?? 'nothing was to be written yet'
  return notTried(what, `the issues were read; ${because}`)
}
