import type { KeyResult, KeyUse } from '../domain/audit-result.ts'
import { THRESHOLDS } from '../domain/thresholds.ts'
import { DAY_MS } from '../domain/time.ts'

type UsedKey = Pick<KeyResult, 'state' | 'createdAt' | 'lastUsed'>

/** Whether an active key is idle by the thresholds. Use that is not known never counts as idle. */
export function useOf(key: UsedKey, keysOfUser: readonly UsedKey[], now: Date): KeyUse {
  const since = (key.lastUsed.state === 'used' ? key.lastUsed.at : key.createdAt) ?? ''
  const unusedMs = now.getTime() - Date.parse(since)
  if (key.lastUsed.state === 'unknown' || Number.isNaN(unusedMs)) return 'unknown'
  const idle =
    unusedMs >= THRESHOLDS.idle * DAY_MS ||
    (unusedMs >= THRESHOLDS.idleBesideNewerKey * DAY_MS &&
      keysOfUser.some(other => replaces(other, key, since)))
  if (!idle) return 'in-use'
  return key.lastUsed.state === 'never' ? 'never' : 'idle'
}

export function isIdle(use: KeyUse): boolean {
  return use === 'idle' || use === 'never'
}

/** Whether `days` × 24 h have passed since the instant. */
export function hasPassed(days: number, since: string, now: Date): boolean {
  return now.getTime() - Date.parse(since) >= days * DAY_MS
}

/** AWS records the last use at most once in so many milliseconds, so a use can bear a time after the last request. */
const LAST_USE_LAG_MS = DAY_MS / 96

/** Whether a key, by its recorded last use, was used after the event that deactivated it, both instants. */
export function isUsedAfter(lastUsedAt: string, deactivatedAt: string): boolean {
  return Date.parse(lastUsedAt) > Date.parse(deactivatedAt) + LAST_USE_LAG_MS
}

export function isInstant(value: string | null): value is string {
  return value !== null && !Number.isNaN(Date.parse(value))
}

/** Whether applications use a newer key, and the older one not since the newer one's first day. */
function replaces(newer: UsedKey, older: UsedKey, olderLastUsed: string): boolean {
  if (newer.state === 'inactive' || newer.lastUsed.state !== 'used') return false
  const created = Date.parse(newer.createdAt ?? '')
  // What is no instant is NaN, which compares as neither before nor after.
  return created > Date.parse(older.createdAt ?? '') && Date.parse(olderLastUsed) < created + DAY_MS
}
