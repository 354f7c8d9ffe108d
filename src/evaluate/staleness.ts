import type { KeyLastUse, Policy } from '../domain/audit-result.ts'
import { ageOf, DAY_MS, daysAfter, formatInstant } from '../domain/time.ts'

type Limits = Pick<Policy, 'maxAgeDays' | 'warnDays'>

export type Standing = 'stale' | 'expiring' | 'fresh'

/**
 * Stale: older than the maximum age, strictly, to the second: 90 d 0 s is not, 90 d 1 s is.
 * Expiring: not stale, but will be within the warning window. `age`: in milliseconds.
 */
export function standingOf(age: number, { maxAgeDays, warnDays }: Limits): Standing {
  if (age > maxAgeDays * DAY_MS) return 'stale'
  return age > (maxAgeDays - warnDays) * DAY_MS ? 'expiring' : 'fresh'
}

/** The last use, where it precedes the date of the key: then the key existed, and the date tells of a later change. */
export function useBefore(createdAt: string | null, lastUsed: KeyLastUse): string | null {
  return lastUsed.state === 'used' && createdAt !== null && lastUsed.at < createdAt ? lastUsed.at : null
}

/** What was made before this instant is stale; instants compare as texts. */
export function staleBefore({ maxAgeDays }: Pick<Policy, 'maxAgeDays'>, now: Date): string {
  return daysAfter(formatInstant(now), -maxAgeDays)
}

export function isFresh(createdAt: string, policy: Limits, now: Date): boolean {
  return standingOf(ageOf(createdAt, now), policy) === 'fresh'
}
