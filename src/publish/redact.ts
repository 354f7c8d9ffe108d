import type { AccountResult, AuditResult, KeyResult, Step } from '../domain/audit-result.ts'
import type { Account, Failure } from '../domain/evidence.ts'
import { type Pseudonyms, pseudonymsOf } from './pseudonyms.ts'
import type { Report } from './report.ts'

/** Why names are hidden, and the secret under which they get stable pseudonyms, if any. */
export interface Hiding {
  /** `octo-org/octo-repo is public`; completes "because". */
  readonly reason: string
  readonly secret: string | null
}

/**
 * The report as it may be shown to anybody; publishers need no rule of their own.
 * @param numbers of keys, by `KeyResult.id`, where something remembers them; not used with a secret
 */
export function redactReport(
  report: Report,
  { reason, secret }: Hiding,
  numbers?: ReadonlyMap<string, number>,
): Report {
  const { preview, remediation, changedKeys, scan } = report
  const keys = [...new Map([...report.result.keys, ...changedKeys].map(key => [key.id, key])).values()]
  const names = pseudonymsOf({ ...report.result, keys }, secret, numbers)
  const keyName = (id: string) => names.key(id).id
  return {
    ...pick(report, ['run', 'configPath', 'configWarnings', 'trend', 'issueLines']),
    result: redactResult(report.result, names),
    hidden: { reason, by: secret === null ? 'number' : 'secret' },
    // How many keys a rule that everybody can read covers, never which.
    preview: preview && {
      changes: preview.changes.map(change => ({
        ...pick(change, ['field', 'effect']),
        ...{ before: null, after: null, location: null, keys: [] },
      })),
      keys: preview.keys.map(({ effect }) => ({ key: '', effect, until: null })),
    },
    remediation: remediation && {
      ...pick(remediation, ['mode', 'refused']),
      changes: remediation.changes.map(change => ({
        ...pick(change, ['what', 'outcome']),
        key: keyName(change.key),
        ...{ account: '', user: '', accessKeyId: null, why: '', undo: null, reason: null },
      })),
    },
    changedKeys: changedKeys.map(key => redactKey(key, names)),
    scan: { ...pick(scan, ['source', 'files', 'skippedCount', 'stoppedBy']), skipped: [] },
    history: [],
    notFiled: report.notFiled.map(keyName),
    muted: report.muted.map(({ key, url }) => ({ key: keyName(key), url })),
    failures: report.failures.map(redactFailure),
  }
}

/** These members alone: one that is new is hidden until somebody decides otherwise. */
function pick<T, Name extends keyof T>(value: T, names: readonly Name[]): Pick<T, Name> {
  const shown = {} as Pick<T, Name>
  for (const name of names) shown[name] = value[name]
  return shown
}

function redactFailure(failure: Failure): Failure {
  return { ...pick(failure, ['summary', 'remedy']), detail: null }
}

/**
 * The result without a name. Exempt keys are counted alone: beside a rule that everybody can read, the line of a key
 * would tell whose it is.
 */
function redactResult(result: AuditResult, names: Pseudonyms): AuditResult {
  return {
    ...pick(result, ['version', 'asOf', 'policy', 'result', 'counts']),
    step: { ...pick(result.step, ['fails', 'reason']), keys: result.step.keys.map(id => names.key(id).id) },
    accounts: result.accounts.map(account => redactAccount(account, names.account(account.account.id))),
    leftOut: result.leftOut.map(({ reason }) => ({ id: '', name: null, reason })),
    keys: result.keys.filter(key => key.state !== 'exempt').map(key => redactKey(key, names)),
    // A rule is there to read in the configuration file: it must not be joined to a key.
    exemptions: result.exemptions
      .filter(({ status }) => status !== 'applied')
      .map(rule => ({ ...pick(rule, ['rule', ...RULE]), reason: '', ticket: null, keys: [] })),
    unverified: result.unverified.map(({ account, user, reason, accepted }) => ({
      account: names.account(account),
      user: user === null ? null : '',
      userArn: null,
      reason,
      accepted: accepted && { location: { path: '', line: 0 }, reason: '', ticket: null, expires: null },
    })),
    acceptances: result.acceptances
      .filter(({ status }) => status !== 'applied')
      .map(rule => ({ ...pick(rule, RULE), reason: '', ticket: null })),
    absent: [],
    otherRepositories: result.otherRepositories.map(({ doubt }) => ({ name: '', read: null, doubt })),
    // What the workflow files of this very repository say; no key is joined to them. Lines around a login may name an account.
    staticLogins: result.staticLogins.map(({ edit: _, ...login }) => login),
  }
}

const RULE = ['location', 'expires', 'status', 'reach'] as const

function redactAccount(result: AccountResult, id: string): AccountResult {
  const account: Account = { ...pick(result.account, ['partition']), id, name: null, alias: null }
  if (result.status === 'failed')
    return { status: 'failed', account, role: null, failure: redactFailure(result.failure) }
  const { evidence } = result
  return {
    ...pick(result, ['status', 'rootUser', 'activeKeys', 'notes']),
    account,
    // Digests are over account IDs, few enough to try them all, and over a report of which most is soon guessed.
    evidence: {
      ...pick(evidence, ['reportGeneratedAt', 'reportNewestDate', 'gatheredAt', 'usersVerifiedLive']),
      ...{ reportSha256: '', role: null, shard: null, runUrl: null },
    },
  }
}

/** Member by member: of a hundred thousand keys `pick` would take a second. */
export function redactKey(key: KeyResult, names: Pseudonyms): KeyResult {
  const { id, name } = names.key(key.id)
  const { root, unreadable, urgency } = key
  return {
    id,
    account: names.account(key.account),
    user: root ? key.user : '',
    userArn: '',
    root,
    accessKeyId: name,
    state: key.state,
    createdAt: key.createdAt,
    usedBeforeCreated: key.usedBeforeCreated,
    staleSince: key.staleSince,
    ageDays: key.ageDays,
    compliance: key.compliance,
    verified: key.verified,
    unreadable: unreadable && { row: unreadable.row, column: unreadable.column, value: '' },
    lastUsed: key.lastUsed,
    use: key.use,
    owner: null,
    declared: null,
    hardCoded: [],
    exemption: null,
    urgency: urgency && { level: urgency.level, rule: null, reason: '' },
    usage: null,
    next: key.next && redactStep(key.next),
    later: key.later.map(redactStep),
    replacement: null,
  }
}

function redactStep({ action, title }: Step): Step {
  return { action, title, reason: null, reasonIsUse: false, condition: null, instructions: [], undo: null }
}
