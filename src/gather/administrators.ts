import {
  type AttachedPolicy,
  type IAMClient,
  paginateListAttachedGroupPolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
} from '@aws-sdk/client-iam'
import { itemsOf } from '../aws/answers.ts'
import type { OptionalCalls } from './optional-calls.ts'

/**
 * The AWS-managed policy, attached to the user or to one of the user's groups, that gives administrator access; null
 * where none does, `unknown` where AWS did not let us see.
 */
export async function findAdministratorPolicy(
  iam: IAMClient,
  optional: OptionalCalls,
  user: string,
  signal: AbortSignal,
): Promise<string | null | 'unknown'> {
  const config = { client: iam }
  const ofUser = { UserName: user }
  const options = { abortSignal: signal }
  const own = await optional.attempt('iam:ListAttachedUserPolicies', user, () =>
    policiesOf(paginateListAttachedUserPolicies(config, ofUser, options)),
  )
  const ownPolicy = administratorPolicy(own ?? [])
  if (ownPolicy) return ownPolicy
  const groups = await optional.attempt('iam:ListGroupsForUser', user, () =>
    itemsOf(paginateListGroupsForUser(config, ofUser, options), ({ Groups }) => Groups),
  )
  let complete = own !== null && groups !== null
  for (const { GroupName } of groups ?? []) {
    const ofGroup = await optional.attempt('iam:ListAttachedGroupPolicies', user, () =>
      policiesOf(paginateListAttachedGroupPolicies(config, { GroupName }, options)),
    )
    const policy = administratorPolicy(ofGroup ?? [])
    if (policy) return policy
    complete &&= ofGroup !== null
  }
  return complete ? null : 'unknown'
}

function policiesOf(pages: ReturnType<typeof paginateListAttachedUserPolicies>) {
  return itemsOf(pages, ({ AttachedPolicies }) => AttachedPolicies)
}

/** AWS-managed policies with which a key can do anything, or give itself the right to. */
const ADMINISTRATOR_POLICIES: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess'])

function administratorPolicy(policies: readonly AttachedPolicy[]): string | null {
  return (
    policies
      .flatMap(({ PolicyArn }) => /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(PolicyArn ?? '')?.[1] ?? [])
      .find(name => ADMINISTRATOR_POLICIES.has(name)) ?? null
  )
}
