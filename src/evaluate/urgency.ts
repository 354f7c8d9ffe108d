import { isCompromised, type KeyResult, type Urgency } from '../domain/audit-result.ts'
import { dayOf } from '../domain/time.ts'
import { repositoryWith } from './rotation.ts'

/** What urgency follows from. */
interface Weight extends Pick<KeyResult, 'state' | 'root' | 'hardCoded' | 'staleSince'> {
  /** The policy that grants administrator access, or null. */
  readonly administrator: string | null
}

/** How urgent a key is that asks for something: one word and its reason, which holds dates, never ages; null for others. */
export function urgencyOf({ state, root, hardCoded, administrator, staleSince }: Weight): Urgency | null {
  const isUrgent =
    state === 'stale' ||
    (state !== 'inactive' && hardCoded.length > 0) ||
    ((state === 'expiring' || state === 'fresh') && root)
  if (!isUrgent) return null
  if (root) return { level: 'critical', rule: 'root', reason: 'a key of the root user' }
  if (hardCoded.length > 0) {
    const what = isCompromised({ hardCoded }) ? 'what looks like its secret stands' : 'its ID is written out'
    return { level: 'critical', rule: 'hard-coded', reason: `${what} in ${repositoryWith(hardCoded)}` }
  }
  if (administrator !== null)
    return { level: 'high', rule: 'administrator', reason: administratorAccess(administrator) }
  const reason = staleSince === null ? 'its age cannot be read' : `stale since ${dayOf(staleSince)}`
  return { level: 'medium', rule: 'age', reason }
}

/** The policy's own name: its ARN would name the account. One whose name says no more is not named. */
function administratorAccess(policy: string): string {
  const name = policy.slice(policy.lastIndexOf('/') + 1)
  return `administrator access${name === 'AdministratorAccess' ? '' : ` (${name})`}`
}
