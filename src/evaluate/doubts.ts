import type { Policy } from '../domain/audit-result.ts'
import type { ParsedReport, ReportKey } from '../domain/credential-report.ts'
import type { ObservationOf } from '../domain/evidence.ts'
import { DAY_MS } from '../domain/time.ts'
import { staleBefore } from './staleness.ts'

/** Users whose keys may be older than the report says: its "last rotated" may move when a key is switched off and on. */
export interface Doubts {
  /** CloudTrail saw the status of a key change within the maximum age, at this instant last. The root user, too. */
  readonly changed: ReadonlyMap<string, string>
  /** Nothing tells whether it did. In the report's order. */
  readonly open: ReadonlySet<string>
}

/** `changes` null: CloudTrail did not tell. A user who is younger than the maximum age has no older key. */
export function doubtsOf(
  { rows }: ParsedReport,
  changes: ObservationOf<'status-changes'> | null,
  policy: Pick<Policy, 'maxAgeDays'>,
  now: Date,
): Doubts {
  const oldest = staleBefore(policy, now)
  const recent = (changes?.changes ?? []).filter(({ at }) => at >= oldest)
  // Newest first.
  const lastChange = new Map(recent.toReversed().map(({ user, at }) => [user?.toLowerCase(), at]))
  // Of another user by its name: the user may have been renamed since, and another may have got the name.
  const isOpen = ({ active, createdAt }: ReportKey) =>
    active &&
    createdAt !== null &&
    createdAt >= oldest &&
    (!isWatched(createdAt, changes) || recent.some(({ at }) => isAbout(at, createdAt)))
  const changed = new Map<string, string>()
  const open = new Set<string>()
  for (const { user, createdAt, keys } of rows) {
    if (keys.length === 0) continue
    const at = lastChange.get(user.toLowerCase())
    if (at !== undefined) changed.set(user, at)
    else if ((createdAt === null || createdAt < oldest) && keys.some(isOpen)) open.add(user)
  }
  return { changed, open }
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
