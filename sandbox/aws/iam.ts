/** IAM: the credential report, live looks, and the changes that a rotation makes. */

import { formatInstant } from '../../src/domain/time.ts'
import type { Answer } from '../answer.ts'
import { type Account, event, type Key, nextKeyId, now, type User, type World } from '../world.ts'
import { generateCredentialReport, getCredentialReport } from './report.ts'
import { authorize, type Caller } from './sessions.ts'
import { AwsError, elements, members, queryAnswer, type Xml } from './wire.ts'

type Params = Record<string, string>
type Operation = (world: World, caller: Caller, params: Params) => Xml | null

const OPERATIONS: Record<string, Operation> = {
  GenerateCredentialReport: (world, { account }) => generateCredentialReport(world, account),
  GetCredentialReport: (world, { account }) => getCredentialReport(world, account),
  ListAccessKeys: (_, { account }, params) => {
    const user = findUser(account, params)
    return paged(account, params, user.keys, 'AccessKeyMetadata', each =>
      elements({
        UserName: user.name,
        AccessKeyId: each.id,
        Status: each.status,
        CreateDate: each.createdAt,
      }),
    )
  },
  GetAccessKeyLastUsed: (_, { account }, params) => {
    const { user, key } = findKeyAnywhere(account, params['AccessKeyId'] ?? '')
    return elements({
      UserName: user.name,
      AccessKeyLastUsed: elements({
        LastUsedDate: key.lastUsed?.at ?? null,
        ServiceName: key.lastUsed?.service ?? 'N/A',
        Region: key.lastUsed?.region ?? 'N/A',
      }),
    })
  },
  GetUser: (_, { account }, params) => {
    const { name, path, createdAt } = findUser(account, params)
    return elements({
      User: elements({
        Path: path,
        UserName: name,
        UserId: 'AIDASANDBOX',
        Arn: `arn:${account.partition}:iam::${account.id}:user${path}${name}`,
        CreateDate: createdAt,
      }),
    })
  },
  ListUserTags: (_, { account }, params) =>
    paged(account, params, Object.entries(findUser(account, params).tags), 'Tags', ([Key, Value]) =>
      elements({ Key, Value }),
    ),
  ListAccountAliases: (_, { account }, params) =>
    paged(account, params, account.alias === null ? [] : [account.alias], 'AccountAliases', text),
  GetAccountSummary: (_, { account }) =>
    elements({
      SummaryMap: entries({
        AccountAccessKeysPresent: account.rootKeys.length > 0 ? 1 : 0,
        Users: account.users.size,
      }),
    }),
  ListAttachedUserPolicies: (_, { account }, params) =>
    paged(account, params, findUser(account, params).policies, 'AttachedPolicies', attachedPolicy),
  ListGroupsForUser: (_, { account }, params) =>
    paged(account, params, findUser(account, params).groups, 'Groups', name =>
      elements({
        Path: '/',
        GroupName: name,
        GroupId: 'AGPASANDBOX',
        Arn: `arn:${account.partition}:iam::${account.id}:group/${name}`,
        CreateDate: '2020-01-01T00:00:00Z',
      }),
    ),
  ListAttachedGroupPolicies: (_, { account }, params) => {
    const name = params['GroupName'] ?? ''
    const group = account.groups.get(name)
    if (group === undefined) throw noSuchEntity(`The group with name ${name} cannot be found.`)
    return paged(account, params, group.policies, 'AttachedPolicies', attachedPolicy)
  },
  CreateAccessKey: (world, { account }, params) => {
    const user = findUser(account, params)
    if (user.keys.length >= 2) {
      throw new AwsError(409, 'LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2')
    }
    const created: Key = {
      id: nextKeyId(),
      status: 'Active',
      createdAt: formatInstant(now(world)),
      lastUsed: null,
      reportedRotation: null,
    }
    user.keys.push(created)
    return elements({
      AccessKey: elements({
        UserName: user.name,
        AccessKeyId: created.id,
        Status: created.status,
        SecretAccessKey: 'sandbox/secret/of/a/new/access/key',
        CreateDate: created.createdAt,
      }),
    })
  },
  UpdateAccessKey: (_, { account }, params) => {
    const key = findKey(findUser(account, params), params['AccessKeyId'] ?? '')
    const status = params['Status']
    if (status !== 'Active' && status !== 'Inactive') {
      throw new AwsError(400, 'ValidationError', `Value '${status}' at 'status' failed to satisfy constraint`)
    }
    key.status = status
    return null
  },
  DeleteAccessKey: (_, { account }, params) => {
    const user = findUser(account, params)
    const key = findKey(user, params['AccessKeyId'] ?? '')
    user.keys = user.keys.filter(each => each !== key)
    return null
  },
}

const CHANGES = new Set(['CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey'])

export function answerIam(world: World, caller: Caller, action: string, params: Params): Answer {
  const operation = OPERATIONS[action]
  if (operation === undefined) {
    throw new AwsError(400, 'InvalidAction', `Could not find operation ${action} for version 2010-05-08`)
  }
  authorize(caller, `iam:${action}`, resourceOf(params))
  const result = operation(world, caller, params)
  if (CHANGES.has(action)) recordChange(world, caller, action, params)
  return queryAnswer('iam', action, result)
}

// As AWS words it: "on resource: user alice".
function resourceOf({ UserName, GroupName }: Params): string {
  if (UserName !== undefined) return `user ${UserName}`
  return GroupName === undefined ? '*' : `group ${GroupName}`
}

/** CloudTrail's record of a change, in the partition's home region. */
function recordChange(world: World, { account, session }: Caller, action: string, params: Params): void {
  const { Action: _, Version: __, ...requestParameters } = params
  account.events.push(
    event({
      at: formatInstant(now(world)),
      region: HOME_REGIONS[account.partition],
      accessKeyId: session.accessKeyId,
      userName: session.sessionName,
      eventSource: 'iam.amazonaws.com',
      eventName: action,
      resources: [params['UserName'], params['AccessKeyId']].filter(each => each !== undefined),
      requestParameters: Object.fromEntries(
        Object.entries(requestParameters).map(([name, value]) => [
          name.charAt(0).toLowerCase() + name.slice(1),
          value,
        ]),
      ),
    }),
  )
}

const HOME_REGIONS: Record<Account['partition'], string> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
  'aws-eusc': 'eusc-de-east-1',
}

function paged<T>(
  account: Account,
  params: Params,
  all: readonly T[],
  name: string,
  show: (each: T) => Xml | string,
): Xml {
  const size = Math.min(Number(params['MaxItems'] ?? 100), account.pageSize ?? 100)
  const from = Number(params['Marker'] ?? 0)
  const rest = all.length > from + size
  return elements({
    [name]: members(all.slice(from, from + size).map(show)),
    IsTruncated: rest,
    Marker: rest ? String(from + size) : null,
  })
}

function findUser(account: Account, { UserName: name }: Params): User {
  if (name === undefined) {
    throw new AwsError(400, 'ValidationError', 'Must specify userName when calling with non-User credentials')
  }
  const user = account.users.get(name)
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`)
  return user
}

function findKey(user: User, id: string): Key {
  const key = user.keys.find(each => each.id === id)
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
  return key
}

const ownersOfKeys = new WeakMap<Account, Map<string, User>>()

/** The index is built once and mended when it misses, so that a lookup among 10,000 keys stays cheap. */
function findKeyAnywhere(account: Account, id: string): { user: User; key: Key } {
  for (let attempt = 0; attempt < 2; attempt++) {
    const user = ownersOfKeys.get(account)?.get(id)
    const key = user?.keys.find(each => each.id === id)
    if (user !== undefined && key !== undefined && account.users.get(user.name) === user) return { user, key }
    const index = new Map<string, User>()
    for (const each of account.users.values()) for (const { id } of each.keys) index.set(id, each)
    ownersOfKeys.set(account, index)
  }
  throw noSuchEntity(`The Access Key with id ${id} cannot be found.`)
}

function noSuchEntity(message: string): AwsError {
  return new AwsError(404, 'NoSuchEntity', message)
}

function attachedPolicy(arn: string): Xml {
  return elements({ PolicyName: arn.split('/').at(-1) ?? '', PolicyArn: arn })
}

function entries(map: Record<string, number>): Xml {
  return {
    xml: Object.entries(map)
      .map(([key, value]) => elements({ entry: elements({ key, value }) }).xml)
      .join(''),
  }
}

function text(value: string): string {
  return value
}
