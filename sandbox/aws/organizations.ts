/** Organizations: ListAccounts, twenty a page. */

import type { Answer } from '../answer.ts'
import type { World } from '../world.ts'
import { authorize, type Caller } from './sessions.ts'
import { AwsError, jsonAnswer } from './wire.ts'

const PAGE = 20

export function listAccounts(
  world: World,
  caller: Caller,
  params: Readonly<Record<string, unknown>>,
): Answer {
  authorize(caller, 'organizations:ListAccounts', '*')
  const { organization } = world
  if (organization === null) {
    throw new AwsError(
      400,
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    )
  }
  const { management, delegatedAdministrators, stateField } = organization
  if (![management, ...delegatedAdministrators].includes(caller.account.id)) {
    throw new AwsError(400, 'AccessDeniedException', "You don't have permissions to access this resource.")
  }
  const size = Math.min(Number(params['MaxResults'] ?? PAGE), PAGE)
  const from = Number(params['NextToken'] ?? 0)
  const all = [...world.accounts.values()]
  return jsonAnswer(200, {
    Accounts: all.slice(from, from + size).map(({ id, partition, name, state }) => ({
      Id: id,
      Arn: `arn:${partition}:organizations::${management}:account/o-sandbox000/${id}`,
      Email: `${id}@example.com`,
      Name: name,
      JoinedMethod: 'CREATED',
      JoinedTimestamp: 1_577_836_800,
      ...(stateField === 'Status' ? {} : { State: state }),
      ...(stateField === 'State' ? {} : { Status: state }),
    })),
    ...(all.length > from + size ? { NextToken: String(from + size) } : {}),
  })
}
