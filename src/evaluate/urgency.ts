import type { KeyResult, Urgency } from '../domain/audit-result.ts'
import { dayOf } from '../domain/time.ts'
import { isCompromised, repositoryWith } from './rotation.ts'

/** What urgency follows from. */
interface Weight {
  readonly root: boolean
  readonly hardCoded: KeyResult['hardCoded']
  /** The policy that grants administrator access, or null. */
  readonly administrator: string | null
  readonly staleSince: string | null
}

/** The first rule that holds decides. */
const RULES: readonly {
  readonly level: Urgency['level']
  readonly reason: (weight: Weight) => string | null
}[] = [
  { level: 'critical', reason: ({ root }) => (root ? 'a key of the root user' : null) },
  {
    level: 'critical',
    reason: ({ hardCoded }) => {
      if (isCompromised({ hardCoded }))
        return `what looks like its secret stands in ${repositoryWith(hardCoded)}`
      return hardCoded.length > 0 ? `its ID is written out in ${repositoryWith(hardCoded)}` : null
    },
  },
  {
    level: 'high',
    reason: ({ administrator }) =>
      administrator === null ? null : `administrator access (${administrator})`,
  },
  {
    level: 'medium',
    reason: ({ staleSince }) => (staleSince === null ? null : `stale since ${dayOf(staleSince)}`),
  },
]

/** How urgent a finding is: one word and its reason, which holds dates, never ages. */
export function urgencyOf(weight: Weight): Urgency {
  for (const rule of RULES) {
    const reason = rule.reason(weight)
    if (reason !== null) return { level: rule.level, reason }
  }
  return { level: 'medium', reason: 'its age cannot be read' }
}
