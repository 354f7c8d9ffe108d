import type { KeyLastUse, UnreadableCell } from '../domain/audit-result.ts'
import { type ReportKey, type ReportRow, readInstant, reportedUse } from '../domain/credential-report.ts'
import type { ObservationOf } from '../domain/evidence.ts'
import { latestUse } from '../domain/last-use.ts'
import { compareText } from '../domain/order.ts'
import type { Observations } from './observations.ts'
import { useBefore } from './staleness.ts'

/** A key of one user, as far as report and live look know it. */
export interface FoundKey {
  /** See `KeyResult.id`. */
  readonly id: string
  readonly accessKeyId: string | null
  readonly active: boolean
  readonly createdAt: string | null
  readonly verified: 'live' | 'report'
  readonly unreadable: UnreadableCell | null
  readonly lastUsed: KeyLastUse
}

/**
 * The keys that a user has: a live look decides which there are, with status and creation date;
 * without one they are the report row's.
 */
export function reconcile(row: ReportRow, observed: Observations): readonly FoundKey[] {
  const look = lookAt(row, observed)
  if (look === undefined) return reportedKeys(row)
  return look.kind === 'user-gone' ? [] : liveKeys(row, look, observed)
}

/** The newest look at the user's keys; none at root's, which ListAccessKeys cannot see. */
export function lookAt({ root, user }: ReportRow, observed: Observations): ReturnType<Observations['look']> {
  return root ? undefined : observed.look(user)
}

/**
 * Whether the row has something happen to the user before its creation, or to an active key before its date. Its keys
 * are as old as what it proves, and may be older. AWS records uses by the quarter of an hour, so less is none.
 */
export function contradictsItself({ createdAt, oldestDate, keys }: ReportRow): boolean {
  return (
    isBefore(oldestDate, createdAt) ||
    keys.some(key => key.active && isBefore(useBefore(key.createdAt, key.lastUsed), key.createdAt))
  )
}

function isBefore(earlier: string | null, later: string | null): boolean {
  if (earlier === null || later === null || earlier >= later) return false
  return Date.parse(later) - Date.parse(earlier) > 15 * 60_000
}

function reportedKeys(row: ReportRow): readonly FoundKey[] {
  const { keys } = row
  const [first, second] = keys
  const tied = first !== undefined && second !== undefined && first.createdAt === second.createdAt
  // The slots may swap between two nights: which of two tied keys is named first must not follow from them.
  return (tied && byUse(first, second) > 0 ? [second, first] : keys).map((key, index) => ({
    id: `${row.arn}@${key.createdAt ?? 'unreadable'}${tied && index > 0 ? '#2' : ''}`,
    accessKeyId: null,
    active: key.active,
    createdAt: key.createdAt,
    verified: 'report',
    unreadable: key.unreadable,
    lastUsed: key.lastUsed,
  }))
}

/** Active before inactive, then the one used last. */
function byUse(a: ReportKey, b: ReportKey): number {
  return Number(b.active) - Number(a.active) || compareText(lastUseOf(b), lastUseOf(a))
}

function lastUseOf({ lastUsed }: ReportKey): string {
  return lastUsed.state === 'used' ? `${lastUsed.at} ${lastUsed.service} ${lastUsed.region}` : ''
}

function liveKeys(
  row: ReportRow,
  look: ObservationOf<'access-keys'>,
  observed: Observations,
): readonly FoundKey[] {
  const sameSecond = Map.groupBy(look.keys, key => readInstant(key.createdAt))
  return look.keys.map(({ accessKeyId, status, createdAt: written }) => {
    const createdAt = readInstant(written)
    const alone = sameSecond.get(createdAt)?.length === 1
    return {
      id: accessKeyId,
      accessKeyId,
      active: status === 'Active',
      createdAt,
      verified: 'live',
      unreadable:
        createdAt === null ? { row: row.line, column: 'CreateDate', value: written.slice(0, 100) } : null,
      lastUsed: latestUse([
        ...(alone ? [reportedUse(row, createdAt)] : []),
        ...observedUses(accessKeyId, observed),
      ]),
    }
  })
}

/** What IAM and CloudTrail say of the key's use. */
function observedUses(accessKeyId: string, observed: Observations): KeyLastUse[] {
  const byIam = observed
    .all('last-used', accessKeyId)
    .map(
      ({ lastUsed }): KeyLastUse => (lastUsed === null ? { state: 'never' } : { state: 'used', ...lastUsed }),
    )
  const byTrail = observed.all('usage', accessKeyId).flatMap(({ region, uses }) =>
    uses.map(({ at, eventSource }): KeyLastUse => {
      const service = eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '')
      return { state: 'used', at, region, service: service === '' ? null : service }
    }),
  )
  return [...byIam, ...byTrail]
}
