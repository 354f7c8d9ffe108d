import type { AuditResult, KeyResult } from '../domain/audit-result.ts'
import type { Scan, SourceLocation } from '../domain/declarations.ts'
import type { Fault, UserError } from '../domain/errors.ts'
import type { Account, Failure } from '../domain/evidence.ts'
import { memoize } from '../domain/memoize.ts'
import type { RemediationRecord } from '../domain/remediation-record.ts'
import type { ResultFile } from '../domain/result-file.ts'
import { orFailures } from '../evaluate/fail-on.ts'
import type { Run } from '../host/run.ts'

/** All that a publisher needs: what was found, in which run, and what is known beside it. */
export interface Report {
  readonly result: AuditResult
  readonly run: Run
  /** Why and how names are hidden, as `redactReport` does; publishers then leave out what carries nothing. */
  readonly hidden: Hidden | null
  /** Path of the configuration file in the checkout, or null. */
  readonly configPath: string | null
  /** What a changed configuration file does to the findings; null where nothing was compared. */
  readonly preview: Preview | null
  /** What remediation did, or would do; null where it was not asked for. */
  readonly remediation: RemediationRecord | null
  /** The key of each of its changes, as it was before. */
  readonly changedKeys: readonly KeyResult[]
  /** Stale keys of the last runs, oldest first; empty where no issue keeps them. */
  readonly trend: readonly TrendPoint[]
  /** Keys that the issues resolved last, newest first. */
  readonly history: NonNullable<ResultFile['history']>
  /** How the checkout was read: to tell, not to decide by; what code may declare beyond it is decided before. */
  readonly scan: Omit<Scan, 'unread'>
  /** What was done about pull requests and issues, or would have been: lines that name nothing. */
  readonly issueLines: readonly string[]
  /** Stale keys (`KeyResult.id`) for whose issue this run had no room. */
  readonly notFiled: readonly string[]
  /** Stale keys for which nothing is filed, since somebody closed their issue as not planned. */
  readonly muted: readonly MutedKey[]
  /** What was asked for and could not be done, the audit itself apart. */
  readonly failures: readonly Failure[]
  /** Lines of the configuration file that deserve a second look. */
  readonly configWarnings: readonly Fault[]
}

export interface Hidden {
  /** `octo-org/octo-repo is public`; completes "because". */
  readonly reason: string
  /** What stands for the names of keys. */
  readonly by: 'secret' | 'number'
}

/** The same evidence under the base commit's configuration and under this one. */
export interface Preview {
  /** Every field and rule that is another, in the order of the fields. */
  readonly changes: readonly PreviewedChange[]
  /** By effect, in the order of `PreviewedKey`. */
  readonly keys: readonly PreviewedKey[]
}

/** A key to which the change makes a difference. */
export interface PreviewedKey {
  /** `KeyResult.id` */
  readonly key: string
  /** A finding that an exemption takes away, one that comes back, or a key that stays exempt, with another last day. */
  readonly effect: 'exempted' | 'returned' | 'moved'
  /** Its last day before, or null. */
  readonly until: string | null
}

export interface PreviewedChange {
  readonly field: string
  /** null: nothing stood, or stands, there. */
  readonly before: string | null
  readonly after: string | null
  /** Of a rule that stands there now. */
  readonly location: SourceLocation | null
  /** What it does to keys and users of this evidence, in a sentence; names none. Empty where that is nothing to tell. */
  readonly effect: string
  /** Keys that an exemption covers, findings or not yet. */
  readonly keys: readonly string[]
}

export interface MutedKey {
  /** `KeyResult.id` */
  readonly key: string
  /** The page of the issue. */
  readonly url: string
}

export interface TrendPoint {
  /** `2026-11-24` */
  readonly day: string
  readonly stale: number
}

/** The report with what else could not be done: for that alone, the step fails. */
export function withFailures(report: Report, problems: readonly UserError[]): Report {
  const failures = [
    ...report.failures,
    ...problems.map(({ message, remedy, detail }) => ({ summary: message, remedy, detail })),
  ]
  const step = orFailures(report.result.step, failures.length)
  return { ...report, result: { ...report.result, step }, failures }
}

/** The line on GitHub, at the commit that was read, or wherever `HEAD` is for a run that says so; null where the place is hidden. */
export function locationUrl(
  run: Pick<Run, 'serverUrl' | 'repository' | 'sha'>,
  location: SourceLocation,
): string | null {
  if (location.path === '') return null
  const path = location.path
    .split('/')
    .map(part => encodeURIComponent(part.toWellFormed()))
    .join('/')
  const { name, commit } = location.repository ?? { name: run.repository, commit: run.sha }
  // An issue stays the same from one commit to the next.
  return `${run.serverUrl}/${name}/blob/${run.sha === 'HEAD' ? 'HEAD' : commit}/${path}#L${location.line}`
}

/** The text without the runs that it links to: which of them asked or wrote last is nothing to tell. */
export function withoutRuns(text: string): string {
  return text.replaceAll(/\/actions\/runs\/\d+/g, '')
}

/** The name people know the account by: its name, else its alias, else its ID. */
export function accountName(account: Account): string {
  return account.name ?? account.alias ?? account.id
}

export const accountsById = memoize(
  (accounts: AuditResult['accounts']): ReadonlyMap<string, Account> =>
    new Map(accounts.map(({ account }) => [account.id, account])),
)

/** What tells an account from the others, by its ID: its name, with the ID where several have that name. */
export const accountNames = memoize((accounts: AuditResult['accounts']): ((id: string) => string) => {
  const alike = Map.groupBy(accounts, ({ account }) => accountName(account))
  const names = new Map(
    [...alike].flatMap(([name, those]) =>
      those.map(({ account }) => [account.id, those.length > 1 ? accountTitle(account) : name] as const),
    ),
  )
  return id => names.get(id) ?? id
})

/** `prod-main (123456789012)`, or the ID alone. */
export function accountTitle(account: Account): string {
  const name = accountName(account)
  return name === account.id ? name : `${name} (${account.id})`
}
