/** What is asked of the issues, and the issues that there are. */
import type { AuditResult } from '../../domain/audit-result.ts'
import type { ChangedKey } from '../../domain/remediation-record.ts'
import type { GitHub } from '../../github/client.ts'
import type { Run } from '../../host/run.ts'
import type { Hiding } from '../redact.ts'
import type { IssuePer, ParsedBody } from './state.ts'

/** The pull request of a key, or why it has none, a clause. */
export type PullOfKey = { readonly number: number; readonly url: string } | { readonly reason: string }

export interface PlanRequest {
  /** In full; what an issue shows of it follows `hidden`. */
  readonly result: AuditResult
  /** Why names are hidden in the issues, and how; null where they are not. */
  readonly hidden: Hiding | null
  /** `redaction-secret`, whether names are hidden or not. */
  readonly secret: string | null
  readonly per: IssuePer
  /** The first finds the issues; the others are put on new ones. At least one. */
  readonly labels: readonly string[]
  /** Logins to assign beside the owners. */
  readonly assignees: readonly string[]
  /** What this run changed in AWS, or failed to change. */
  readonly changes: readonly ChangedKey[]
  readonly run: Run
  /** `octo-org/octo-repo`, where the issues are kept. */
  readonly repository: string
  /** By `KeyResult.id`; empty where this run keeps none, null where GitHub did not tell which there are. */
  readonly pulls: ReadonlyMap<string, PullOfKey> | null
  /** Whether owners of new keys are mentioned, as the configuration file asks. */
  readonly mention: boolean
  /** The configuration file, and whether it is there. */
  readonly config: { readonly path: string; readonly exists: boolean }
}

export interface IssueRequest extends PlanRequest {
  readonly github: GitHub
  /** Why nothing may be written, as the end of "… because"; null where it may (`reasonNotToWrite`). */
  readonly readOnlyBecause: string | null
}

/** What the job needs for its issues: a refused read, too, asks for what their writing will. */
export function permissionFor({ readOnlyBecause }: Pick<IssueRequest, 'readOnlyBecause'>): string {
  return readOnlyBecause === null ? 'issues: write' : 'issues: read'
}

/** An issue of ours: label, marker and author are checked. */
export interface ExistingIssue {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly parsed: ParsedBody
  readonly state: 'open' | 'closed' | 'closed-as-not-planned'
  readonly assignees: readonly string[]
}
