/** What each issue is about: the whole repository, an account or a user, with the keys that the audit saw. Pure. */
import type { AuditResult, KeyResult } from '../../domain/audit-result.ts'
import type { Identity } from './identity.ts'
import type { ExistingIssue, PlanRequest } from './request.ts'
import type { SeenKey } from './tracking.ts'

/** What an issue is about: the whole repository, an account or a user, with tonight's keys of it. */
export interface Subject {
  readonly keys: readonly SeenKey[]
  /** IDs of the accounts concerned; null where tonight's result does not tell. */
  readonly accounts: readonly string[] | null
}

export function subjectsOf(
  { result, per }: PlanRequest,
  shown: readonly KeyResult[],
  existing: ReadonlyMap<string, readonly ExistingIssue[]>,
  identity: Identity,
): ReadonlyMap<string, Subject> {
  const see = (key: KeyResult, index: number): SeenKey => seenKey(key, shown[index] ?? key, identity)
  if (per === 'repository') {
    return new Map([
      ['all', { keys: result.keys.map(see), accounts: result.accounts.map(({ account }) => account.id) }],
    ])
  }
  const groups = Map.groupBy(result.keys.entries(), ([, key]) => (per === 'user' ? key.userArn : key.account))
  const subjects = new Map<string, Subject>()
  const add = (account: string, userArn: string | null, keys: readonly SeenKey[]): void => {
    subjects.set(identity.scope(account, userArn), { keys, accounts: [account] })
  }
  const addGroups = (areStale: boolean): void => {
    for (const [name, entries] of groups) {
      if (entries.some(([, key]) => key.state === 'stale') !== areStale) continue
      const keys = entries.map(([index, key]) => see(key, index))
      add(entries[0]?.[1].account ?? '', per === 'user' ? name : null, keys)
    }
  }
  addGroups(true)
  // The scopes of the others cost a slow hash for each account: only where an issue is yet unexplained.
  if ([...existing.keys()].every(scope => subjects.has(scope))) return subjects
  addGroups(false)
  if (per === 'account') {
    for (const { account } of result.accounts) if (!groups.has(account.id)) add(account.id, null, [])
  }
  for (const scope of existing.keys()) {
    if (!subjects.has(scope)) subjects.set(scope, { keys: [], accounts: null })
  }
  return subjects
}

function seenKey(key: KeyResult, shown: KeyResult, identity: Identity): SeenKey {
  return {
    id: identity.key(key),
    user: identity.user(key),
    account: identity.account(key.account),
    name: identity.name(key, shown),
    key,
    shown,
  }
}

export function auditedAccounts(result: AuditResult, identity: Identity): (account: string) => boolean {
  let names: Set<string> | null = null
  return account => {
    names ??= new Set(
      result.accounts
        .filter(({ status }) => status === 'audited')
        .map(({ account: { id } }) => identity.account(id)),
    )
    return names.has(account)
  }
}

/** A user whose keys are all fresh matters only to an issue that tracks a key of theirs: they tell how that one ended. */
export function ofUsersConcerned(
  result: AuditResult,
  existing: readonly ExistingIssue[],
  identity: Identity,
): AuditResult {
  const states = existing.map(({ parsed }) => parsed.state)
  const tracked = new Set(states.flatMap(state => (state?.keys ?? []).map(({ user }) => user)))
  if (states.includes(null)) return result
  const unhealthy = new Set(
    result.keys.filter(({ state }) => state !== 'fresh').map(({ userArn }) => userArn),
  )
  const isTracked = (key: KeyResult) => tracked.size > 0 && tracked.has(identity.user(key))
  return { ...result, keys: result.keys.filter(key => unhealthy.has(key.userArn) || isTracked(key)) }
}
