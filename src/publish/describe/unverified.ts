import type { Unverified } from '../../domain/audit-result.ts'
import { ROOT_USER } from '../../domain/credential-report.ts'

/** Why it is not proved, as the rest of a sentence whose subject is the user. */
export const WHY_UNVERIFIED: Readonly<Record<Unverified['reason'], string>> = {
  'incomplete-row': 'has more keys than the report shows, and no live look told them',
  'contradictory-row':
    'has a row in the report that contradicts itself, so that its keys may be older than it says, and no live look told',
}

/** What proves it, or accepts it, in one sentence; names nobody. */
export function remedyOf({ user }: Pick<Unverified, 'user'>): string {
  const look =
    user === ROOT_USER
      ? 'Look at its keys in the console, signed in as the root user'
      : 'Audit with iam:ListAccessKeys, so that a live look tells its keys'
  return `${look}; or accept it under accept-unverified in the configuration file, with a reason and a last day.`
}
