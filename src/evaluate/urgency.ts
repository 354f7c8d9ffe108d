import { isCompromised, type KeyResult, type Urgency } from '../domain/audit-result.ts'
import { dayOf } from '../domain/time.ts'
import { repositoryWith } from './rotation.ts'

/** What urgency follows from. */
interface Weight extends Pick<KeyResult, 'state' | 'root' | 'hardCoded' | 'staleSince'> {
  /** The policy that grants administrator access, or null. */
  readonly administrator: string | null
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
      // The policy's own name: its ARN would name the account.
      administrator === null
        ? null
        : `administrator access (${administrator.slice(administrator.lastIndexOf('/') + 1)})`,
  },
  {
    level: 'medium',
    reason: ({ staleSince }) => (staleSince === null ? null : `stale since ${dayOf(staleSince)}`),
  },
]

/** How urgent a finding is: one word and its reason, which holds dates, never ages; null for what is none. */
export function urgencyOf(weight: Weight): Urgency | null {
  const { state, root, hardCoded } = weight
  const isFinding =
    state === 'stale' ||
    (state === 'expiring' && (root || hardCoded.length > 0)) ||
    (state === 'fresh' && root)
  if (!isFinding) return null
  for (const rule of RULES) {
    const reason = rule.reason(weight)
    if (reason !== null) return { level: rule.level, reason }
  }
  return { level: 'medium', reason: 'its age cannot be read' }
}
