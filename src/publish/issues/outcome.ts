/** What came of keeping the issues. */
import type { AuditResult } from '../../domain/audit-result.ts'
import type { UserError } from '../../domain/errors.ts'
import type { MutedKey } from '../report.ts'
import type { PlannedIssue } from './plan.ts'
import type { IssueState, ResolvedKey } from './state.ts'
import { NOT_KNOWN, type Tally, type Turnover } from './tracking.ts'

export interface IssueOutcome {
  /** Pages of the open issues. */
  readonly urls: readonly string[]
  /** For the log, a line each: what was done, or would have been. They name no account, user or key. */
  readonly lines: readonly string[]
  readonly failures: readonly UserError[]
  /** Stale keys (`KeyResult.id`) for whose issue this run had no room. */
  readonly notFiled: readonly string[]
  /** Stale keys (`KeyResult.id`) for which nothing is filed, and the page of the issue that somebody closed so. */
  readonly muted: readonly MutedKey[]
  /** Newest first. Names what the issues name: not for places that hide it. */
  readonly history: readonly ResolvedKey[]
  readonly trend: IssueState['trend']
  /** Of keys, by `KeyResult.id`, as the issue has them; undefined where it has none. */
  readonly numbers: ReadonlyMap<string, number> | undefined
  /** Against what the issues remembered, whether it could be written again or not. */
  readonly counts: Counts
  /** Whether anything was written, so that the permission is known to be there. */
  readonly written: boolean
}

/** Numbers of keys; of what is not known in full only what is known, and null instead of 0. */
export interface Counts {
  readonly newStale: number | null
  readonly resolved: number | null
}

/** Of issues that are not kept, or could not be listed. */
export const NO_ISSUES: IssueOutcome = {
  urls: [],
  lines: [],
  failures: [],
  notFiled: [],
  muted: [],
  history: [],
  trend: [],
  numbers: undefined,
  counts: { newStale: null, resolved: null },
  written: false,
}

/** Counted over the issues as they were planned from their records. */
export function countsOf(
  planned: readonly PlannedIssue[],
  { counts, unverified }: Pick<AuditResult, 'counts' | 'unverified'>,
): Counts {
  // A key that nobody saw tonight may be a new one, too.
  const audited = counts.failedAccounts === 0 && unverified.length === 0
  const turnovers = planned.flatMap(turnoverOf)
  const total = (of: keyof Turnover): number | null =>
    sum([{ count: 0, whole: audited }, ...turnovers.map(turnover => turnover[of])])
  return { newStale: total('newStale'), resolved: total('resolved') }
}

function sum(tallies: readonly Tally[]): number | null {
  const count = tallies.reduce((total, tally) => total + tally.count, 0)
  return count > 0 || tallies.every(({ whole }) => whole) ? count : null
}

function turnoverOf(each: PlannedIssue): readonly Turnover[] {
  if ('tracking' in each) return [each.tracking.turnover]
  if (each.action === 'no-room' || each.action === 'leave-out') return [NOT_KNOWN]
  if (each.action !== 'keep') return []
  if (each.reason !== null) return [NOT_KNOWN]
  const whole = (each.issue.parsed.state?.leftOut ?? 0) === 0
  return [{ newStale: { count: 0, whole: true }, resolved: { count: 0, whole } }]
}
