import { createHash } from 'node:crypto'
import type { AccountResult, AuditResult, KeyResult, Step } from '../domain/audit-result.ts'
import type { Account } from '../domain/evidence.ts'
import { pseudonym } from './pseudonym.ts'
import type { Report } from './report.ts'

/** The result without a name: keys by a hash of their ID, the same in every run; accounts by number. */
export function redactResult(result: AuditResult): AuditResult {
  return redaction(result).result
}

/** The report as it may be shown to anybody; publishers need no rule of their own. */
export function redactReport(report: Report): Report {
  const { preview, remediation, changedKeys } = report
  const { result, keyName, accountId } = redaction(report.result, changedKeys)
  return {
    ...report,
    result,
    redacted: true,
    preview: preview && {
      // A rule must not be joined to a key.
      changes: preview.changes.map(({ field, effect }) => ({
        field,
        before: null,
        after: null,
        location: null,
        effect,
        keys: [],
      })),
      exempted: preview.exempted.map(keyName),
      returned: preview.returned.map(keyName),
      moved: preview.moved.map(({ key, from, until }) => ({ key: keyName(key), from, until })),
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
    changedKeys: changedKeys.map(key => redactKey(key, keyName(key.id), accountId(key.account))),
    scan: { ...report.scan, skipped: [] },
    history: [],
    notFiled: report.notFiled.map(keyName),
    failures: report.failures.map(failure => ({ ...failure, detail: null })),
  }
}

function redaction(
  result: AuditResult,
  changedKeys: readonly KeyResult[] = [],
): { result: AuditResult; keyName: (id: string) => string; accountId: (id: string) => string } {
  const names = new Map([...result.keys, ...changedKeys].map(key => [key.id, hashedName(key)]))
  const keyName = (id: string) => names.get(id) ?? 'key'
  const accountIds = new Map(
    result.accounts.map(({ account }, index) => [account.id, `account-${index + 1}`]),
  )
  const accountId = (id: string) => accountIds.get(id) ?? 'account'
  return {
    keyName,
    accountId,
    result: {
      version: result.version,
      asOf: result.asOf,
      policy: result.policy,
      result: result.result,
      counts: result.counts,
      step: { ...result.step, keys: result.step.keys.map(keyName) },
      accounts: result.accounts.map(account => redactAccount(account, accountId(account.account.id))),
      keys: result.keys.map(key => redactKey(key, keyName(key.id), accountId(key.account))),
      // A rule is there to read in the configuration file: it must not be joined to a key.
      exemptions: result.exemptions
        .filter(exemption => exemption.status !== 'applied')
        .map(exemption => ({ ...exemption, reason: '', ticket: null, keys: [] })),
      unverified: result.unverified.map(({ account, user, reason, accepted }) => ({
        account: accountId(account),
        user: user === null ? null : '',
        userArn: null,
        reason,
        accepted: accepted && {
          location: { path: '', line: 0 },
          reason: '',
          ticket: null,
          expires: accepted.expires,
        },
      })),
      acceptances: result.acceptances
        .filter(({ status }) => status !== 'applied')
        .map(acceptance => ({ ...acceptance, reason: '', ticket: null })),
      // What the workflow files of this very repository say; no key is joined to them.
      staticLogins: result.staticLogins,
    },
  }
}

/** Another ID, which tells the same key in every run and nobody's name. */
function hashedName(key: KeyResult): string {
  return digestOf(key).toString('hex').slice(0, 32)
}

function digestOf({ id, account, accessKeyId }: KeyResult): Buffer {
  // Nobody guesses an access key ID; the ARN that stands for a missing one is soon guessed.
  if (accessKeyId === null) return pseudonym(account, id)
  return createHash('sha256').update(accessKeyId).digest()
}

// People tell keys apart by the first letters.
const SHORT = 8

function redactAccount(result: AccountResult, id: string): AccountResult {
  const account: Account = { id, partition: result.account.partition, name: null, alias: null }
  if (result.status === 'failed')
    return { ...result, account, role: null, failure: { ...result.failure, detail: null } }
  // A shard's digest is over account IDs: few enough to try them all.
  return { ...result, account, evidence: { ...result.evidence, role: null, shard: null, runUrl: null } }
}

function redactKey(key: KeyResult, name: string, account: string): KeyResult {
  return {
    id: name,
    account,
    user: key.root ? key.user : '',
    userArn: '',
    root: key.root,
    accessKeyId: name.slice(0, SHORT),
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
    exemption: key.exemption && {
      rule: 0,
      location: { path: '', line: 0 },
      reason: '',
      ticket: null,
      expires: key.exemption.expires,
    },
    urgency: key.urgency && { level: key.urgency.level, reason: '' },
    usage: null,
    next: key.next && redactStep(key.next),
    later: key.later.map(redactStep),
    replacement: null,
  }
}

function redactStep({ action, title }: Step): Step {
  return { action, title, reason: null, condition: null, instructions: [], undo: null }
}
