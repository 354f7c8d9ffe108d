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
  readonly rule: Urgency['rule']
  readonly reason: (weight: Weight) => string | null
}[] = [
  { level: 'critical', rule: 'root', reason: ({ root }) => (root ? 'a key of the root user' : null) },
  {
    level: 'critical',
    rule: 'hard-coded',
    reason: ({ hardCoded }) => {
      if (isCompromised({ hardCoded }))
        return `what looks like its secret stands in ${repositoryWith(hardCoded)}`
      return hardCoded.length > 0 ? `its ID is written out in ${repositoryWith(hardCoded)}` : null
    },
  },
  {
    level: 'high',
    rule: 'administrator',
    reason: ({ administrator }) =>
      // The policy's own name: its ARN would name the account.
      administrator === null
        ? null
        : administratorAccess(administrator.slice(administrator.lastIndexOf('/') + 1)),
  },
  {
    level: 'medium',
    rule: 'age',
    reason: ({ staleSince }) =>
      staleSince === null ? 'its age cannot be read' : `stale since ${dayOf(staleSince)}`,
  },
]

/** The policy whose name says no more is not named. */
function administratorAccess(policy: string): string {
  return `administrator access${policy === 'AdministratorAccess' ? '' : ` (${policy})`}`
}

/** How urgent a key is that asks for something: one word and its reason, which holds dates, never ages; null for others. */
export function urgencyOf(weight: Weight): Urgency | null {
  const { state, root, hardCoded } = weight
  const isUrgent =
    state === 'stale' ||
    (state !== 'inactive' && hardCoded.length > 0) ||
    ((state === 'expiring' || state === 'fresh') && root)
  if (!isUrgent) return null
  for (const { level, rule, reason: reasonOf } of RULES) {
    const reason = reasonOf(weight)
    if (reason !== null) return { level, rule, reason }
  }
  return null
}
