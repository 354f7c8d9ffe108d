/** The set-up, line by line, as far as the audit has shown it: nothing is asked for it. Names no account, user or role. */
import type { Scan } from '../../domain/declarations.ts'
import { type Gathered, type Observation, WITHOUT } from '../../domain/evidence.ts'
import type { LogEntry } from '../../domain/step-output.ts'
import { countOf } from '../../domain/text.ts'
import { type Run, reasonNotToWrite } from '../../host/run.ts'
import type { Inputs } from '../../inputs/inputs.ts'
import type { IssueOutcome } from '../issues/outcome.ts'

/** What the run has learned of its set-up so far. */
export interface SetupFacts {
  /** `absent`: the job can have none; `none`: it was not given one, or not asked for one. */
  token: 'given' | 'absent' | 'none'
  /** Accounts whose credentials were given. */
  loggedIn: number
  /** Accounts whose evidence is there. */
  audited: number
  /** Accounts that failed. */
  failed: number
  /** Whether the configuration file asks for the tag of an owner. */
  ownerTag: boolean
  /** By action: in how many accounts AWS answered it, and denied it. */
  readonly answered: Map<string, number>
  readonly denied: Map<string, number>
  scan: Scan | null
  issues: Pick<IssueOutcome, 'failures' | 'written'> | null
}

export function openSetupFacts(): SetupFacts {
  const nothing = {
    token: 'none',
    loggedIn: 0,
    audited: 0,
    failed: 0,
    ownerTag: true,
    scan: null,
    issues: null,
  } as const
  return { ...nothing, answered: new Map(), denied: new Map() }
}

/** Adds what the evidence of one account shows. */
export function learnFrom(facts: SetupFacts, gathered: Gathered): void {
  if (gathered.kind === 'failed-account') {
    facts.failed += 1
    return
  }
  facts.audited += 1
  const denied = new Set(
    gathered.refusals.flatMap(({ action, code }) => (code === 'AccessDenied' ? [action] : [])),
  )
  const refused = new Set(gathered.refusals.map(({ action }) => action))
  const answered = new Set(gathered.observations.map(({ kind }) => ANSWERS[kind]))
  // The one that is asked of every account; an account without alias answers, too.
  if (!refused.has(ALIASES)) answered.add(ALIASES)
  for (const action of answered) add(facts.answered, action)
  for (const action of denied) add(facts.denied, action)
}

function add(counts: Map<string, number>, action: string): void {
  counts.set(action, (counts.get(action) ?? 0) + 1)
}

const ALIASES = 'iam:ListAccountAliases'

const ANSWERS: Readonly<Record<Observation['kind'], string>> = {
  'access-keys': 'iam:ListAccessKeys',
  'user-gone': 'iam:ListAccessKeys',
  'last-used': 'iam:GetAccessKeyLastUsed',
  'owner-tag': 'iam:ListUserTags',
  'account-summary': 'iam:GetAccountSummary',
  administrator: 'iam:ListAttachedUserPolicies',
  usage: 'cloudtrail:LookupEvents',
  'status-changes': 'cloudtrail:LookupEvents',
}

const SEE_ERROR = "the run's error says why, and what to do"

type Asked = Pick<Inputs, 'roleToAssume' | 'evidenceFiles' | 'createIssue' | 'usage' | 'verifyKeys' | 'shard'>

interface Line {
  readonly what: string
  readonly state: 'ok' | 'missing' | 'failed' | 'not asked' | 'not needed' | 'not reached' | 'none'
  readonly why: string
}

/** A folded group; empty where all is well and nobody started the run by hand. `failed`: the audit could not be made. */
export function setupCheck(
  facts: SetupFacts,
  asked: Asked,
  run: Pick<Run, 'eventName' | 'onDefaultBranch'>,
  failed = false,
): readonly LogEntry[] {
  const lines = [
    ...(asked.evidenceFiles.length > 0 ? [SAVED] : awsLines(facts, asked)),
    ...(asked.shard === null ? [checkoutLine(facts), issueLine(facts, asked, run)] : []),
  ]
  const faults = lines.filter(({ state }) => state === 'missing' || state === 'failed').length
  // A permission that the audit goes on without is told once, by the account's note.
  const broken = failed || lines.some(({ state }) => state === 'failed')
  if (!broken && run.eventName !== 'workflow_dispatch') return []
  const title = faults === 0 ? 'Set-up check' : `Set-up check: ${countOf(faults, 'line')} to look at`
  return [{ title, lines: lines.map(({ what, state, why }) => `${state}: ${what}${why && ` (${why})`}`) }]
}

const SAVED: Line = { what: 'AWS', state: 'not needed', why: 'saved evidence is evaluated' }

function awsLines(facts: SetupFacts, asked: Asked): readonly Line[] {
  const { audited, loggedIn, failed } = facts
  const of = (count: number) => `in ${count} of ${countOf(audited + failed, 'account')}`
  const reported = Math.max(0, loggedIn - audited)
  return [
    tokenLine(facts, asked),
    loggedIn > 0
      ? {
          what: 'credentials of AWS',
          state: loggedIn < audited + failed ? 'failed' : 'ok',
          why: of(loggedIn),
        }
      : {
          what: 'credentials of AWS',
          state: failed > 0 ? 'failed' : 'not reached',
          why: SEE_ERROR,
        },
    ...REPORT.map(
      (what): Line =>
        loggedIn === 0
          ? { what, state: 'not reached', why: '' }
          : reported > 0
            ? { what, state: 'failed', why: `${of(reported)}; the log of the account says what to do` }
            : { what, state: 'ok', why: of(audited) },
    ),
    ...[...WITHOUT].flatMap(([action, without]) => optionalLine(facts, asked, action, without)),
  ]
}

const REPORT = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport']

function tokenLine({ token }: SetupFacts, { roleToAssume }: Asked): Line {
  const what = 'OIDC token'
  if (roleToAssume.length === 0)
    return { what, state: 'not needed', why: 'without role-to-assume the job brings its own credentials' }
  if (token === 'absent') return { what, state: 'missing', why: SEE_ERROR }
  return token === 'given'
    ? { what, state: 'ok', why: '' }
    : { what, state: 'not reached', why: 'no token was given' }
}

function optionalLine(
  { answered, denied, audited, ownerTag }: SetupFacts,
  asked: Asked,
  action: string,
  without: string,
): readonly Line[] {
  const missing = denied.get(action) ?? 0
  const known = answered.get(action) ?? 0
  if (missing > 0) {
    const why = `in ${missing} of ${countOf(missing + known, 'account')} that asked; ${without}. Allow it on "*" in the policy of the role, as setup/ does`
    return [{ what: action, state: 'missing', why }]
  }
  // Asked for an administrator's groups alone: no answer of theirs is kept.
  if (action === 'iam:ListGroupsForUser' || action === 'iam:ListAttachedGroupPolicies') return []
  const unwanted = whyUnwanted(action, asked, ownerTag)
  if (known === 0 && unwanted !== null) return [{ what: action, state: 'not needed', why: unwanted }]
  if (audited === 0) return [{ what: action, state: 'not reached', why: '' }]
  return known > 0
    ? [{ what: action, state: 'ok', why: '' }]
    : [{ what: action, state: 'not asked', why: 'no key called for it, so it is not known' }]
}

function whyUnwanted(action: string, { usage, verifyKeys }: Asked, ownerTag: boolean): string | null {
  if (action === 'iam:ListUserTags' && !ownerTag) return 'the configuration file names no owners.tag'
  if (action === 'iam:ListAttachedUserPolicies' && !usage) return 'usage is false'
  return action === 'iam:ListAccessKeys' && verifyKeys === 'none' ? 'verify-keys is none' : null
}

function checkoutLine({ scan }: SetupFacts): Line {
  const what = 'checkout'
  if (scan === null) return { what, state: 'not reached', why: '' }
  return scan.source === 'none'
    ? { what, state: 'none', why: 'run actions/checkout before this step, with `contents: read`' }
    : { what, state: 'ok', why: '' }
}

function issueLine(
  { issues }: SetupFacts,
  { createIssue }: Asked,
  run: Pick<Run, 'eventName' | 'onDefaultBranch'>,
): Line {
  const what = 'issues (`issues: write`)'
  if (!createIssue) return { what, state: 'not needed', why: 'create-issue is false' }
  if (issues === null) return { what, state: 'not reached', why: '' }
  if (issues.failures.length > 0) return { what, state: 'failed', why: SEE_ERROR }
  if (issues.written) return { what, state: 'ok', why: '' }
  const because = reasonNotToWrite(run) ?? 'there was nothing to write'
  return { what, state: 'not asked', why: `the issues were read; ${because}` }
}
