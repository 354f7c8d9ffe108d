import {
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
} from '@aws-sdk/client-iam'
import type { CallIam } from '../aws/access-keys.ts'
import type { Asking } from './optional-calls.ts'

/**
 * The AWS-managed policy, attached to the user or to one of the user's groups, that gives administrator access; null
 * where none does, `unknown` where AWS did not let us see.
 */
export async function findAdministratorPolicy(
  iam: CallIam,
  asking: Asking,
  user: string,
  signal: AbortSignal,
): Promise<string | null | 'unknown'> {
  const options = { abortSignal: signal }

  const own = await asking.ask('iam:ListAttachedUserPolicies', user, () =>
    allPages(Marker =>
      iam(client => client.send(new ListAttachedUserPoliciesCommand({ UserName: user, Marker }), options)),
    ),
  )
  const ownPolicy = administratorPolicy(own ?? [])
  if (ownPolicy) return ownPolicy
  const groups = await asking.ask('iam:ListGroupsForUser', user, () =>
    allPages(Marker =>
      iam(client => client.send(new ListGroupsForUserCommand({ UserName: user, Marker }), options)),
    ),
  )
  let complete = own !== null && groups !== null
  for (const { GroupName } of (groups ?? []).flatMap(({ Groups }) => Groups ?? [])) {
    const ofGroup = await asking.ask('iam:ListAttachedGroupPolicies', user, () =>
      allPages(Marker =>
        iam(client => client.send(new ListAttachedGroupPoliciesCommand({ GroupName, Marker }), options)),
      ),
    )
    const policy = administratorPolicy(ofGroup ?? [])
    if (policy) return policy
    complete &&= ofGroup !== null
  }
  return complete ? null : 'unknown'
}

/** AWS-managed policies with which a key can do anything, or give itself the right to. */
const ADMINISTRATOR_POLICIES: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess'])

interface PolicyPage {
  readonly AttachedPolicies?:
    | readonly { readonly PolicyName?: string | undefined; readonly PolicyArn?: string | undefined }[]
    | undefined
}

function administratorPolicy(pages: readonly PolicyPage[]): string | null {
  return (
    pages
      .flatMap(({ AttachedPolicies }) => AttachedPolicies ?? [])
      .flatMap(({ PolicyArn }) => /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(PolicyArn ?? '')?.[1] ?? [])
      .find(name => ADMINISTRATOR_POLICIES.has(name)) ?? null
  )
}

async function allPages<Page extends { IsTruncated?: boolean | undefined; Marker?: string | undefined }>(
  fetch: (marker: string | undefined) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = []
  let marker: string | undefined
  do {
    const page = await fetch(marker)
    pages.push(page)
    marker = page.IsTruncated ? page.Marker : undefined
  } while (marker)
  return pages
}
