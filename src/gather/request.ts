import type { AwsSource } from '../aws/source.ts'
import type { Asked } from '../domain/asked.ts'
import type { KeyLastUse } from '../domain/audit-result.ts'
import type { ParsedReport, ReportKey } from '../domain/credential-report.ts'
import type { Account, ObservationOf } from '../domain/evidence.ts'
import type { Job } from '../host/id-token.ts'

/** What to gather, from where, until when. */
export interface GatherRequest {
  readonly source: AwsSource | SavedSource
  readonly now: Date
  /** What is not whole by then ends as a failed account. */
  readonly deadline: Date
  readonly liveChecks: LiveCheckRules
  /** Look up in CloudTrail who uses the findings' keys, and whether their users are administrators. */
  readonly usage: boolean
  /** Look up in CloudTrail which keys changed their status: their dates may have moved, and deletion counts from it. */
  readonly statusChanges: boolean
  /** The IAM user tag that names the owner; null: tags are not read. */
  readonly ownerTag: string | null
  readonly job: Job
  /** Told before the first account is gathered, when each permission was tried by a call of its own; null: none is. */
  readonly checked: (() => Promise<void>) | null
}

/** What deserves calls of its own; the evaluation knows it. */
interface LiveCheckRules {
  /** The IAM users whose keys are listed. */
  users(report: ParsedReport, changes: ObservationOf<'status-changes'> | null): ReadonlySet<string>
  /** Whether a key deserves a look at its use and its owner. */
  isFinding(key: Pick<ReportKey, 'active' | 'createdAt' | 'unreadable'>): boolean
  /** Whether a newer answer than the report's about a key's last use could change the advice. */
  needsLastUse(reported: KeyLastUse): boolean
}

export interface SavedSource {
  readonly kind: 'files'
  /** Globs, relative to `workspace` or absolute. */
  readonly patterns: readonly string[]
  readonly workspace: string
  /** null: evidence of any age. */
  readonly maxAgeHours: number | null
}

export type GatherProgress =
  /** Before the first account: how many there are to gather. */
  | { readonly kind: 'accounts'; readonly count: number }
  | Asked
  /** AWS is still making the credential report of this account. */
  | { readonly kind: 'report-in-progress'; readonly account: Account }
