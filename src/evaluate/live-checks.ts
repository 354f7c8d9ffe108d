import type { KeyLastUse, Policy } from '../domain/audit-result.ts'
import type { ParsedReport, ReportKey, ReportRow } from '../domain/credential-report.ts'
import type { ObservationOf } from '../domain/evidence.ts'
import { THRESHOLDS } from '../domain/thresholds.ts'
import { doubtsOf } from './doubts.ts'
import { hasPassed } from './idle.ts'
import { contradictsItself } from './reconcile.ts'
import { isFresh, staleBefore, useBefore } from './staleness.ts'

type StatusChanges = ObservationOf<'status-changes'>

/** What gathering must know to look live at no more than the evaluation needs. */
export function liveChecksOf(policy: Policy, now: Date, inactiveKeys: boolean) {
  const oldest = staleBefore(policy, now)
  return {
    /**
     * The users whose keys are listed live; with `inactiveKeys` those of inactive keys, too. `changes`: what CloudTrail
     * tells of the keys' status, or null.
     */
    users(report: ParsedReport, changes: StatusChanges | null): ReadonlySet<string> {
      const hasInactive = ({ root, keys }: ReportRow) => !root && keys.some(({ active }) => !active)
      const inactive = inactiveKeys ? report.rows.filter(hasInactive) : []
      return new Set([...usersToVerify(report, changes, policy, now), ...inactive].map(({ user }) => user))
    },
    isFinding: ({
      active,
      createdAt,
      unreadable,
    }: Pick<ReportKey, 'active' | 'createdAt' | 'unreadable'>): boolean =>
      active && (unreadable !== null || createdAt === null || createdAt < oldest),
    /** A key used within the shortest idle clock is in use whatever a newer answer says; else the report, hours old, may lag. */
    needsLastUse: (reported: KeyLastUse): boolean =>
      reported.state !== 'used' || hasPassed(THRESHOLDS.idleBesideNewerKey, reported.at, now),
  }
}

/**
 * The IAM users whose keys deserve a live look, in the report's order; never root, whose keys ListAccessKeys cannot see.
 * `findings`: a key is stale, expiring or unreadable, its date was or may have been moved by a status change, or the row
 * is incomplete or contradicts itself.
 */
function usersToVerify(
  report: ParsedReport,
  changes: StatusChanges | null,
  policy: Policy,
  now: Date,
): readonly ReportRow[] {
  if (policy.verifyKeys === 'none') return []
  const deserves = ({ active, createdAt, unreadable, lastUsed }: ReportKey) =>
    policy.verifyKeys === 'all' ||
    (active &&
      (unreadable !== null ||
        createdAt === null ||
        !isFresh(createdAt, policy, now) ||
        useBefore(createdAt, lastUsed) !== null))
  const { changed, open } = doubtsOf(report, changes, policy, now)
  const doubted = new Set([...changed.keys(), ...[...open].slice(0, MAX_OPEN)])
  return report.rows.filter(
    row =>
      !row.root &&
      (row.incomplete || contradictsItself(row) || doubted.has(row.user) || row.keys.some(deserves)),
  )
}

/** So many users are looked at live because CloudTrail does not tell of them; a note says of how many others nothing does. */
const MAX_OPEN = 500
