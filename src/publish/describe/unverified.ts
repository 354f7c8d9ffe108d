import type { Unverified } from '../../domain/audit-result.ts'
import { ROOT_USER } from '../../domain/credential-report.ts'

/** Why it is not proved, as the rest of a sentence whose subject is the user. */
export const WHY_UNVERIFIED: Readonly<Record<Unverified['reason'], string>> = {
  'incomplete-row': 'has more keys than the report shows, and no live look told them',
  'contradictory-row':
    'has a row in the report that contradicts itself, so that its keys may be older than it says, and no live look told',
  'status-changed':
    'has a key that was switched off or on, so that it may be older than the report says, and no live look told',
  'not-found': 'is not found any more, and nothing shows that it was deleted: it may have another name now',
  'no-root-row': 'has no row in the report, and nothing shows that it has no access key',
  'future-date': 'has a date that lies after the moment at which AWS was asked',
}

/** What proves it, or accepts it, in one sentence; names nobody. */
export function remedyOf({ user, reason }: Pick<Unverified, 'user' | 'reason'>): string {
  const proof = PROOFS[reason] ?? (user === ROOT_USER ? LOOK_AT_ROOT : LOOK_LIVE)
  return `${proof}; or accept it under accept-unverified in the configuration file, with a reason and a last day.`
}

const LOOK_LIVE = 'Audit with iam:ListAccessKeys, so that a live look tells its keys'
const LOOK_AT_ROOT = 'Look at its keys as the root user'
const PROOFS: Readonly<Partial<Record<Unverified['reason'], string>>> = {
  'not-found':
    'Audit again when CloudTrail tells of the deletion (cloudtrail:LookupEvents), or when AWS has made a new report, four hours after the last at most',
  'no-root-row': 'Audit with iam:GetAccountSummary; delete the access key of the root user where it has one',
  'future-date': 'Fetch the report again, and look at the clock of whatever wrote it',
}
