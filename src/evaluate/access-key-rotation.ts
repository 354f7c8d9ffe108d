import type { Policy } from '../domain/audit-result.ts'
import { CONTROL } from '../domain/control.ts'
import { DAY_MS } from '../domain/time.ts'
import type { Control, Finding, KeyFacts } from './control.ts'
import { ageInDays, ageOf, staleSince, standingOf } from './staleness.ts'

/** Access keys are rotated in time; what cannot be read fails closed. */
export const ACCESS_KEY_ROTATION: Control = {
  evaluate: ({ keys, policy, now }) => keys.map(key => findingOf(key, policy, now)),
}

function findingOf({ active, createdAt, unreadable }: KeyFacts, policy: Policy, now: Date): Finding {
  const age = createdAt === null ? null : ageOf(createdAt, now)
  const byAge = age === null ? null : standingOf(age, policy)
  const standing = byAge === null || unreadable !== null ? 'stale' : byAge
  const withinControl = age !== null && unreadable === null && age <= CONTROL.maxAgeDays * DAY_MS
  return {
    standing,
    staleSince: active && createdAt !== null && byAge === 'stale' ? staleSince(createdAt, policy) : null,
    ageDays: age === null ? null : ageInDays(age),
    compliance: active ? { withinPolicy: standing !== 'stale', withinControl } : null,
  }
}
