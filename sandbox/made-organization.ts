/** A made-up organization of any size, for the benchmarks and the tests of whole organizations. */
import {
  type Account,
  AUDIT_ACTIONS,
  account,
  type Key,
  key,
  organization,
  role,
  user,
  type World,
  world,
} from './world.ts'

export const HUB = '100000000000'
export const HUB_ROLE = `arn:aws:iam::${HUB}:role/hub`

/** Inputs that audit all of it. */
export const ORGANIZATION_INPUTS = { 'role-to-assume': HUB_ROLE, 'organization-role-name': 'member' }

export interface Size {
  /** Members, beside the management account, which has no users. */
  readonly accounts: number
  /** An account. */
  readonly users: number
  /** 1 or 2. */
  readonly keysPerUser: number
  /** Users of each account with a stale key, 0 to 1; every second of these keys is idle. */
  readonly staleShare: number
}

export function madeOrganization(size: Size, parts: Parameters<typeof world>[0] = {}): World {
  const hub = account({
    id: HUB,
    name: 'management',
    roles: [role({ name: 'hub', allow: [...AUDIT_ACTIONS, 'organizations:ListAccounts', 'sts:AssumeRole'] })],
  })
  const members = Array.from({ length: size.accounts }, (_, index) => member(index, size))
  return world({ organization: organization(HUB), ...parts, accounts: [hub, ...members] })
}

export function memberId(index: number): string {
  return String(200_000_000_000 + index)
}

function member(index: number, { users, keysPerUser, staleShare }: Size): Account {
  const stale = Math.round(users * staleShare)
  return account({
    id: memberId(index),
    name: `workload-${index}`,
    roles: [role({ name: 'member', webIdentity: null, principals: [HUB_ROLE] })],
    users: Array.from({ length: users }, (_, n) =>
      user(`service-${index}-${n}`, {
        keys: Array.from({ length: keysPerUser }, (_, slot) =>
          slot === 0 && n < stale
            ? staleKey(index + n)
            : key({ ageDays: 1 + ((index + n) % 60), usedDaysAgo: 0.5 }),
        ),
      }),
    ),
  })
}

function staleKey(n: number): Key {
  return key({ ageDays: 100 + (n % 900), usedDaysAgo: n % 2 === 0 ? 0.5 : 60 })
}
