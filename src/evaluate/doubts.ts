import type { Policy } from '../domain/audit-result.ts'
import type { ParsedReport, ReportKey, ReportRow } from '../domain/credential-report.ts'
import type { ObservationOf } from '../domain/evidence.ts'
import { DAY_MS } from '../domain/time.ts'
import { isStale } from './staleness.ts'

/** Users whose keys may be older than the report says: its "last rotated" may move when a key is switched off and on. */
export interface Doubts {
  /** CloudTrail saw the status of a key change within the maximum age, at this instant last. The root user, too. */
  readonly changed: ReadonlyMap<string, string>
  /** Nothing tells whether it did. In the report's order. */
  readonly open: ReadonlySet<string>
}

type Limits = Pick<Policy, 'maxAgeDays' | 'warnDays'>

/** `changes` null: CloudTrail did not tell. A user who is younger than the maximum age has no older key. */
export function doubtsOf(
  { rows }: ParsedReport,
  changes: ObservationOf<'status-changes'> | null,
  policy: Limits,
  now: Date,
): Doubts {
  const holders = rows.filter(({ keys }) => keys.length > 0)
  const recent = (changes?.changes ?? []).filter(({ at }) => !isStale(at, policy, now))
  // Newest first.
  const changed = Map.groupBy(recent, ({ user }) => user?.toLowerCase())
  // Of another user by its name: the user may have been renamed since, and another may have got the name.
  const isOpen = ({ active, createdAt }: ReportKey) =>
    active &&
    createdAt !== null &&
    !isStale(createdAt, policy, now) &&
    (!isWatched(createdAt, changes) || recent.some(({ at }) => isAbout(at, createdAt)))
  return {
    changed: new Map(
      holders.flatMap(({ user }) =>
        (changed.get(user.toLowerCase()) ?? []).slice(0, 1).map(({ at }) => [user, at]),
      ),
    ),
    open: new Set(
      holders
        .filter(
          row => isOldUser(row, policy, now) && !changed.has(row.user.toLowerCase()) && row.keys.some(isOpen),
        )
        .map(({ user }) => user),
    ),
  }
}

function isOldUser({ createdAt }: ReportRow, policy: Limits, now: Date): boolean {
  return createdAt === null || isStale(createdAt, policy, now)
}

/** Whether CloudTrail would have told of a change at that instant. */
function isWatched(instant: string, changes: ObservationOf<'status-changes'> | null): boolean {
  if (changes === null) return false
  return instant >= changes.since && Date.parse(changes.at) - Date.parse(instant) >= DELIVERY_MS
}

/** Whether a date may have been set by a change at that instant. */
function isAbout(changedAt: string, date: string): boolean {
  return Math.abs(Date.parse(changedAt) - Date.parse(date)) <= DATING_MS
}

/** By when CloudTrail has delivered an event; minutes, as a rule. */
const DELIVERY_MS = DAY_MS
/** By how much the date of a change may differ between IAM and CloudTrail. */
const DATING_MS = DAY_MS / 24
