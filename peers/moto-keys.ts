/** The keys that are made in moto. */
import { DAY_MS } from '../src/domain/time.ts'

/** A key to make. */
export interface Wish {
  readonly ageMs: number
  readonly active: boolean
  readonly usedDaysAgo: number | null
  /** Switched off and on so long ago, from which day on reports date it. */
  readonly toggledDaysAgo?: number
}

export const MAX_AGE_MS = 90 * DAY_MS
export const WARN_MS = 14 * DAY_MS
/** One key for each second so far around either edge: whenever the action looks, some are on it. */
const EDGE_SECONDS = 60

export function aged(days: number, parts: Partial<Wish> = {}): Wish {
  return { ageMs: Math.round(days * 86_400) * 1000, active: true, usedDaysAgo: null, ...parts }
}

/** Users without a key, with one, and with two, over ages and statuses; some in use. */
export function everyPair(step = 1): Map<string, Wish[]> {
  const ages = [0.01, 30, 75.9, 76.1, 89.9, 90.1, 120, 3000].filter((_, index) => index % step === 0)
  const keys = ages.flatMap((days, index) => [
    aged(days, { usedDaysAgo: index % 2 === 0 ? days / 2 : null }),
    aged(days, { active: false }),
  ])
  const users = new Map<string, Wish[]>([
    ['nobody', []],
    ['twins', [aged(100), aged(100)]],
  ])
  for (const [index, key] of keys.entries()) {
    users.set(`one.${index}@example.com`, [key])
    for (const [other, second] of keys.slice(index).entries())
      users.set(`two-${index}+${other}`, [key, second])
  }
  return users
}

export function edges(): Map<string, Wish[]> {
  const users = new Map<string, Wish[]>()
  for (const edge of [MAX_AGE_MS, MAX_AGE_MS - WARN_MS])
    for (let second = -EDGE_SECONDS; second <= EDGE_SECONDS; second++)
      users.set(`edge-${edge}-${second}`, [aged(0, { ageMs: edge + second * 1000 })])
  return users
}
