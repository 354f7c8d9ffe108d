/** Who is assigned to an issue: the owners of its keys and who the input names, unless somebody took them off. Pure. */
import type { KeyResult } from '../../domain/audit-result.ts'
import type { ExistingIssue, PlanRequest } from './request.ts'
import type { Tracking } from './tracking.ts'

// GitHub takes ten.
const MAX_ASSIGNEES = 10

/** Logins that somebody must ask GitHub about: to be assigned, and not known from an issue that has them. */
export function assigneesToCheck(
  { result, redacted, assignees }: PlanRequest,
  existing: readonly ExistingIssue[],
): readonly string[] {
  const known = new Set(existing.flatMap(knownAssignees).map(login => login.toLowerCase()))
  const owners = redacted ? [] : result.keys.filter(key => key.state === 'stale').flatMap(ownerLogin)
  return [...new Set([...assignees, ...owners])].filter(login => !known.has(login.toLowerCase()))
}

/** Who is or once was assigned. */
export function knownAssignees({ assignees, parsed }: ExistingIssue): readonly string[] {
  return [...assignees, ...(parsed.state?.assigned ?? [])]
}

function ownerLogin({ owner }: KeyResult): readonly string[] {
  return owner?.kind === 'user' ? [owner.name.replace(/^@/, '')] : []
}

/** Those who are, and those who should be but never were: who was taken off stays off. */
export function chooseAssignees(
  request: PlanRequest,
  tracking: Tracking,
  current: readonly string[],
  known: readonly string[],
  isAssignable: (login: string) => boolean,
): readonly string[] {
  const owners = tracking.stale.flatMap(({ seen }) => (seen ? ownerLogin(seen.shown) : []))
  const before = new Set(known.map(login => login.toLowerCase()))
  const fresh = [...new Set([...request.assignees, ...owners])].filter(
    login => !before.has(login.toLowerCase()) && isAssignable(login),
  )
  return [...current, ...fresh].slice(0, Math.max(MAX_ASSIGNEES, current.length))
}
