/** What the run's issues tell, all together, of keys that came and went. Pure. */
import type { AuditResult } from '../../domain/audit-result.ts'
import type { PlannedIssue } from './plan.ts'
import { NOT_KNOWN, type Tally, type Turnover } from './tracking.ts'

/** Numbers of keys; of what is not known in full only what is known, and null instead of 0. */
export interface Counts {
  readonly newStale: number | null
  readonly resolved: number | null
}

export const NOT_COUNTED: Counts = { newStale: null, resolved: null }

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
