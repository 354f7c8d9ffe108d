import type { Policy } from '../domain/audit-result.ts'
import { CONTROL } from '../domain/control.ts'
import { ageOf, DAY_MS, daysAfter } from '../domain/time.ts'
import type { Control, Finding, KeyFacts } from './control.ts'
import { standingOf, useBefore } from './staleness.ts'

/** Access keys are rotated in time; what cannot be read fails closed. */
export const ACCESS_KEY_ROTATION: Control = {
  evaluate: ({ keys, policy, now }) => keys.map(key => findingOf(key, policy, now)),
}

function findingOf<Key extends KeyFacts>(key: Key, policy: Policy, now: Date): Finding<Key> {
  const { active, createdAt, unreadable, lastUsed } = key
  const usedBeforeCreated = useBefore(createdAt, lastUsed)
  const since = usedBeforeCreated ?? createdAt
  const age = since === null ? null : ageOf(since, now)
  const byAge = age === null ? null : standingOf(age, policy)
  const standing = byAge === null || unreadable !== null ? 'stale' : byAge
  const withinControl = age !== null && unreadable === null && age <= CONTROL.maxAgeDays * DAY_MS
  return {
    key,
    standing,
    usedBeforeCreated,
    staleSince: active && since !== null && byAge === 'stale' ? daysAfter(since, policy.maxAgeDays) : null,
    ageDays: age === null ? null : Math.floor(age / DAY_MS),
    compliance: active ? { withinPolicy: standing !== 'stale', withinControl } : null,
  }
}
