import type { Account as OrganizationAccount, OrganizationsClient } from '@aws-sdk/client-organizations'
import { invalidAnswer } from '../aws/answers.ts'
import { readAwsError } from '../aws/errors.ts'
import { sha256 } from '../domain/digest.ts'
import { UserError } from '../domain/errors.ts'
import type { LeftOut, Shard } from '../domain/evidence.ts'
import { compareText } from '../domain/order.ts'
import type { Partition } from '../domain/partitions.ts'

export interface Member {
  readonly id: string
  readonly partition: Partition
  readonly name: string | null
  /** Whether this is the organization's management account, where member roles do not exist. */
  readonly management: boolean
  /** `ACTIVE`, or a state that is not known. */
  readonly state: string
}

/**
 * The accounts of the organization that are to be audited, and those that are not, both sorted by ID
 * (organizations:ListAccounts, all pages).
 * Throws a UserError where they cannot be listed, or there is none.
 */
export async function listMembers(
  organizations: OrganizationsClient,
  partition: Partition,
  exclude: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly members: readonly Member[]; readonly leftOut: readonly LeftOut[] }> {
  const { paginateListAccounts } = await import('@aws-sdk/client-organizations')
  const all: Member[] = []
  try {
    // The paginator hands these options to every request.
    for await (const page of paginateListAccounts({ client: organizations }, {}, { abortSignal: signal })) {
      if (page.Accounts === undefined) throw invalidAnswer('it lacks its list')
      all.push(...page.Accounts.map(account => asMember(account, partition)))
    }
  } catch (error) {
    throw notListed(error)
  }
  all.sort((a, b) => compareText(a.id, b.id))
  const reasonOf = ({ id, state }: Member) =>
    LEFT_OUT.get(state) ?? (exclude.includes(id) ? 'excluded' : null)
  const members = all.filter(member => reasonOf(member) === null)
  if (members.length === 0)
    throw new UserError(
      all.some(({ state }) => !LEFT_OUT.has(state))
        ? 'exclude-accounts leaves out every active account of the organization, so there is nothing to audit.'
        : 'The organization has no active account, so there is nothing to audit.',
      'Check that role-to-assume is a role of the management account or of a delegated administrator, and what exclude-accounts names.',
    )
  const leftOut = all.flatMap(member => {
    const reason = reasonOf(member)
    return reason === null ? [] : [{ id: member.id, name: member.name, reason }]
  })
  return { members, leftOut }
}

/** States of accounts whose keys cannot be used, or do not exist yet. */
const LEFT_OUT: ReadonlyMap<string, LeftOut['reason']> = new Map([
  ['SUSPENDED', 'suspended'],
  ['PENDING_CLOSURE', 'closing'],
  ['CLOSED', 'closed'],
  ['PENDING_ACTIVATION', 'not-activated'],
])

/** The share `index` of `count` (from 1) of the accounts: deterministic whatever their order, sizes differ by one at most. */
export function shardOf<T>(
  accounts: readonly T[],
  idOf: (account: T) => string,
  { index, count }: { readonly index: number; readonly count: number },
): T[] {
  return accounts
    .toSorted((a, b) => compareText(idOf(a), idOf(b)))
    .filter((_, position) => position % count === index - 1)
}

/** How many accounts the share `index` of `count` has. */
export function shardSize({ index, count, accountCount }: Shard): number {
  return Math.max(0, Math.ceil((accountCount - index + 1) / count))
}

/** SHA-256 over the sorted account IDs, joined by newlines. */
export function accountsDigest(ids: readonly string[]): string {
  return sha256(ids.toSorted().join('\n'))
}

function asMember(account: OrganizationAccount, partition: Partition): Member {
  const id = account.Id ?? ''
  if (!/^\d{12}$/.test(id)) throw invalidAnswer('an account has no ID')
  // The ARN of every account begins with the management account's ID: arn:aws:organizations::MANAGEMENT:account/o-…/ID
  return {
    id,
    partition,
    name: account.Name || null,
    management: account.Arn?.split(':')[4] === id,
    // `Status` was announced to retire on 2026-09-09 in favour of `State`.
    state: account.State ?? account.Status ?? '',
  }
}

function notListed(error: unknown): UserError {
  const { code, message } = readAwsError(error)
  const cause = `${code}: ${message}`
  if (code === 'AWSOrganizationsNotInUseException')
    return new UserError(
      'The account of role-to-assume is in no organization.',
      'Name a role of the management account or of a delegated administrator in role-to-assume, or leave organization-role-name out to audit this account alone.',
      cause,
      { cause: error },
    )
  return new UserError(
    'The accounts of the organization could not be listed.',
    code === 'AccessDenied'
      ? 'Allow organizations:ListAccounts in a policy of role-to-assume; it must be a role of the management account or of a delegated administrator.'
      : 'Run the audit again; if it happens again, look at the detail.',
    cause,
    { cause: error },
  )
}
