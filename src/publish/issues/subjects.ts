/** What each issue is about: the whole repository, an account or a user, with the keys that the audit saw. Pure. */
import type { AuditResult, KeyResult } from '../../domain/audit-result.ts'
import { isOnlyExposed } from '../describe/describe-key.ts'
import { redactKey } from '../redact.ts'
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
  existing: ReadonlyMap<string, readonly ExistingIssue[]>,
  identity: Identity,
): ReadonlyMap<string, Subject> {
  const see = (key: KeyResult): SeenKey => seenKey(key, identity)
  if (per === 'repository') {
    return new Map([
      ['all', { keys: result.keys.map(see), accounts: result.accounts.map(({ account }) => account.id) }],
    ])
  }
  const groups = Map.groupBy(result.keys, key => (per === 'user' ? key.userArn : key.account))
  const subjects = new Map<string, Subject>()
  const add = (account: string, userArn: string | null, keys: readonly KeyResult[]): void => {
    subjects.set(identity.scope(account, userArn), { keys: keys.map(see), accounts: [account] })
  }
  const { stale = [], others = [] } = Object.groupBy(groups, ([, keys]) =>
    keys.some(({ state }) => state === 'stale') ? 'stale' : 'others',
  )
  for (const [name, keys] of [...stale, ...others])
    add(keys[0]?.account ?? '', per === 'user' ? name : null, keys)
  if (per === 'account') {
    for (const { account } of result.accounts) if (!groups.has(account.id)) add(account.id, null, [])
  }
  for (const scope of existing.keys()) {
    if (!subjects.has(scope)) subjects.set(scope, { keys: [], accounts: null })
  }
  return subjects
}

function seenKey(key: KeyResult, identity: Identity): SeenKey {
  const { pseudonyms } = identity
  return {
    id: identity.key(key),
    user: identity.user(key),
    account: identity.account(key.account),
    name: identity.name(key),
    key,
    shown: pseudonyms === null ? key : redactKey(key, pseudonyms),
  }
}

export function auditedAccounts(result: AuditResult, identity: Identity): (account: string) => boolean {
  // Where all accounts have one name, it is audited once all are.
  const statuses = Map.groupBy(result.accounts, ({ account: { id } }) => identity.account(id))
  return name => statuses.get(name)?.every(({ status }) => status === 'audited') ?? false
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
    result.keys.filter(key => key.state !== 'fresh' || isOnlyExposed(key)).map(({ userArn }) => userArn),
  )
  const isTracked = (key: KeyResult) => tracked.size > 0 && tracked.has(identity.user(key))
  return { ...result, keys: result.keys.filter(key => unhealthy.has(key.userArn) || isTracked(key)) }
}
