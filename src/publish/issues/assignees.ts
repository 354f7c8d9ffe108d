/** Who is assigned to an issue: the owners of its keys and who the input names, unless somebody took them off. Pure. */
import type { KeyResult, Owner } from '../../domain/audit-result.ts'
import type { ExistingIssue, PlanRequest } from './request.ts'
import type { Row, Tracking } from './tracking.ts'

// GitHub takes ten.
const MAX_ASSIGNEES = 10

/** Logins that somebody must ask GitHub about: to be assigned, and not known from an issue that has them. */
export function assigneesToCheck(
  { result, hidden, assignees }: PlanRequest,
  known: ReadonlyMap<string, boolean>,
): readonly string[] {
  const owners = hidden !== null ? [] : result.keys.filter(key => key.state === 'stale').flatMap(ownerLogin)
  return [...new Set([...assignees, ...owners])].filter(login => !known.has(login.toLowerCase()))
}

/** Who is or once was assigned. */
export function knownAssignees(issue: ExistingIssue | null): readonly string[] {
  return issue === null ? [] : [...issue.assignees, ...(issue.parsed.state?.assigned ?? [])]
}

function ownerLogin({ owner }: KeyResult): readonly string[] {
  return owner?.kind === 'user' ? [owner.name] : []
}

/** Whether GitHub lets this login be assigned; null where nobody asked. */
export type IsAssignable = (login: string) => boolean | null

/** An owner who is not notified. */
export interface Unheard {
  readonly owner: string
  readonly why: 'team' | 'no-login' | 'unassignable' | 'too-many'
}

/** Owners whom no assignment and no mention reaches, as far as GitHub was asked; who was taken off chose so. */
export function unheardOwners(
  { mention }: PlanRequest,
  tracking: Tracking,
  notified: readonly string[],
  isAssignable: IsAssignable,
): readonly Unheard[] {
  const heard = new Set(notified.map(login => login.toLowerCase()))
  const owners = new Map(ownersOf(tracking.stale).map(owner => [owner.name, owner]))
  return [...owners.values()].flatMap((owner): readonly Unheard[] => {
    const { name, kind } = owner
    if (mention && isMentionable(owner)) return []
    if (kind !== 'user') return [{ owner: name, why: kind === 'team' ? 'team' : 'no-login' }]
    const assignable = heard.has(name.toLowerCase()) ? null : isAssignable(name)
    return assignable === null ? [] : [{ owner: name, why: assignable ? 'too-many' : 'unassignable' }]
  })
}

/** Owners of these keys to be mentioned, `rita` or `octo-org/data`, each once: never one that only an IAM tag names. */
export function mentionsOf(rows: readonly Row[]): readonly string[] {
  return [
    ...new Set(
      ownersOf(rows)
        .filter(isMentionable)
        .map(({ name }) => name),
    ),
  ]
}

function isMentionable({ kind, source }: Owner): boolean {
  return kind !== 'text' && source !== 'tag'
}

function ownersOf(rows: readonly Row[]): readonly Owner[] {
  return rows.flatMap(({ seen }) => seen?.shown.owner ?? [])
}

/** Those who are, and those who should be but never were: who was taken off stays off. */
export function chooseAssignees(
  request: PlanRequest,
  tracking: Tracking,
  main: ExistingIssue | null,
  isAssignable: IsAssignable,
): readonly string[] {
  const owners = tracking.stale.flatMap(({ seen }) => (seen ? ownerLogin(seen.shown) : []))
  const current = main?.assignees ?? []
  const before = new Set(knownAssignees(main).map(login => login.toLowerCase()))
  const fresh = [...new Set([...request.assignees, ...owners])].filter(
    login => !before.has(login.toLowerCase()) && isAssignable(login) === true,
  )
  return [...current, ...fresh].slice(0, Math.max(MAX_ASSIGNEES, current.length))
}
