import type { AccountResult, AuditResult, KeyResult, Step } from '../domain/audit-result.ts'
import type { Account } from '../domain/evidence.ts'
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
  const { preview, remediation, changedKeys } = report
  const keys = [...new Map([...report.result.keys, ...changedKeys].map(key => [key.id, key])).values()]
  const names = pseudonymsOf({ ...report.result, keys }, secret, numbers)
  const keyName = (id: string) => names.key(id).id
  return {
    ...report,
    result: redactResult(report.result, names),
    hidden: { reason, by: secret === null ? 'number' : 'secret' },
    // How many keys a rule that everybody can read covers, never which.
    preview: preview && {
      changes: preview.changes.map(({ field, effect }) => ({
        field,
        before: null,
        after: null,
        location: null,
        effect,
        keys: [],
      })),
      keys: preview.keys.map(({ effect }) => ({ key: '', effect, until: null })),
    },
    remediation: remediation && {
      mode: remediation.mode,
      refused: remediation.refused,
      changes: remediation.changes.map(({ key, what, outcome }) => ({
        key: keyName(key),
        account: '',
        user: '',
        accessKeyId: null,
        what,
        why: '',
        undo: null,
        outcome,
        reason: null,
      })),
    },
    changedKeys: changedKeys.map(key => redactKey(key, names)),
    scan: { ...report.scan, skipped: [] },
    history: [],
    notFiled: report.notFiled.map(keyName),
    muted: report.muted.map(({ key, url }) => ({ key: keyName(key), url })),
    failures: report.failures.map(failure => ({ ...failure, detail: null })),
  }
}

/**
 * The result without a name. Exempt keys are counted alone: beside a rule that everybody can read, the line of a key
 * would tell whose it is.
 */
function redactResult(result: AuditResult, names: Pseudonyms): AuditResult {
  return {
    version: result.version,
    asOf: result.asOf,
    policy: result.policy,
    result: result.result,
    step: { ...result.step, keys: result.step.keys.map(id => names.key(id).id) },
    counts: result.counts,
    accounts: result.accounts.map(account => redactAccount(account, names.account(account.account.id))),
    leftOut: result.leftOut.map(({ reason }) => ({ id: '', name: null, reason })),
    keys: result.keys.filter(key => key.state !== 'exempt').map(key => redactKey(key, names)),
    // A rule is there to read in the configuration file: it must not be joined to a key.
    exemptions: result.exemptions
      .filter(exemption => exemption.status !== 'applied')
      .map(exemption => ({ ...exemption, reason: '', ticket: null, keys: [] })),
    unverified: result.unverified.map(({ account, user, reason, accepted }) => ({
      account: names.account(account),
      user: user === null ? null : '',
      userArn: null,
      reason,
      accepted: accepted && {
        location: { path: '', line: 0 },
        reason: '',
        ticket: null,
        expires: null,
      },
    })),
    acceptances: result.acceptances
      .filter(({ status }) => status !== 'applied')
      .map(acceptance => ({ ...acceptance, reason: '', ticket: null })),
    absent: [],
    otherRepositories: result.otherRepositories.map(({ doubt }) => ({ name: '', read: null, doubt })),
    // What the workflow files of this very repository say; no key is joined to them. Lines around a login may name an account.
    staticLogins: result.staticLogins.map(({ edit: _, ...login }) => login),
  }
}

function redactAccount(result: AccountResult, id: string): AccountResult {
  const account: Account = { id, partition: result.account.partition, name: null, alias: null }
  if (result.status === 'failed')
    return { ...result, account, role: null, failure: { ...result.failure, detail: null } }
  // Digests are over account IDs, few enough to try them all, and over a report of which most is soon guessed.
  return {
    ...result,
    account,
    evidence: { ...result.evidence, reportSha256: '', role: null, shard: null, runUrl: null },
  }
}

export function redactKey(key: KeyResult, names: Pseudonyms): KeyResult {
  const { id, name } = names.key(key.id)
  return {
    id,
    account: names.account(key.account),
    user: key.root ? key.user : '',
    userArn: '',
    root: key.root,
    accessKeyId: name,
    state: key.state,
    createdAt: key.createdAt,
    usedBeforeCreated: key.usedBeforeCreated,
    staleSince: key.staleSince,
    ageDays: key.ageDays,
    compliance: key.compliance,
    verified: key.verified,
    unreadable: key.unreadable && { ...key.unreadable, value: '' },
    lastUsed: key.lastUsed,
    use: key.use,
    owner: null,
    declared: null,
    hardCoded: [],
    exemption: null,
    urgency: key.urgency && { level: key.urgency.level, rule: null, reason: '' },
    usage: null,
    next: key.next && redactStep(key.next),
    later: key.later.map(redactStep),
    replacement: null,
  }
}

function redactStep({ action, title }: Step): Step {
  return { action, title, reason: null, reasonIsUse: false, condition: null, instructions: [], undo: null }
}
