/**
 * The world that the sandbox serves: plain, mutable data. Tests change it between runs (and between calls).
 * Instants are ISO 8601 in UTC with whole seconds.
 */

import { PARTITIONS, type Partition } from '../src/domain/partitions.ts'
import { DAY_MS, formatInstant } from '../src/domain/time.ts'
import { type GitHub, github, type Job, job } from './github/world.ts'

export interface World {
  /** Added to the real clock by every service of the sandbox, and by the runner to the action's clock. */
  clockOffsetMs: number
  /** Waited before each answer. */
  latencyMs: number
  /** By account ID. */
  accounts: Map<string, Account>
  organization: Organization | null
  /** What the workflow job is: the source of `GITHUB_*`, the event payload and the OIDC token's claims. */
  job: Job
  github: GitHub
  faults: Fault[]
}

export interface Organization {
  /** Account ID. */
  management: string
  delegatedAdministrators: string[]
  /** `both` while `Status` is retired in favour of `State`. */
  stateField: 'State' | 'Status' | 'both'
}

export interface Account {
  id: string
  partition: Partition
  /** The name in the organization. */
  name: string
  alias: string | null
  /** `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, or one that AWS may add. */
  state: string
  /** By user name. */
  users: Map<string, User>
  /** By name with path: `audit`, `ci/audit`. */
  roles: Map<string, Role>
  groups: Map<string, { policies: string[] }>
  rootKeys: Key[]
  report: Report
  /** Audiences of the OIDC provider for GitHub's issuer; null: there is no such provider. */
  oidcProvider: { audiences: string[] } | null
  /** Management events, in any order. */
  events: CloudTrailEvent[]
  /** Keys, tags, policies or events a page at most; the services' own default is null. */
  pageSize: number | null
}

export interface Report {
  /** Answers of GenerateCredentialReport before `COMPLETE`: one `STARTED`, the rest `INPROGRESS`. */
  polls: number
  /** The report being made, with the answers still to give. */
  pending: { content: Buffer; pollsLeft: number } | null
  /** The newest report; served unchanged for four hours. */
  existing: { content: Buffer; generatedAt: string } | null
  /** Sent instead of a rendered report. */
  override: Buffer | string | null
  rootRow: boolean
  /** Whether the 23rd column, `additional_credentials_info`, is there. */
  additionalColumn: boolean
}

export interface User {
  name: string
  /** `/`, `/ci/` */
  path: string
  createdAt: string
  keys: Key[]
  tags: Record<string, string>
  /** ARNs of attached policies. */
  policies: string[]
  groups: string[]
  /** Whether the user can sign in to the console. */
  hasPassword: boolean
  /** The report's `additional_credentials_info`. */
  additionalCredentials: string
}

export interface Key {
  id: string
  status: 'Active' | 'Inactive' | 'Expired'
  createdAt: string
  lastUsed: { at: string; service: string; region: string } | null
  /** What the report says in `last_rotated` where it is not the creation date; any text. */
  reportedRotation: string | null
}

export interface Role {
  name: string
  /** Actions that it may call, `iam:ListAccessKeys`; `*` at the end stands for the rest. */
  allow: string[]
  /** Claims that an OIDC token must have, each matching one of the patterns (`*` stands for any text); null: no OIDC. */
  webIdentity: Record<string, string[]> | null
  /** ARNs of roles that may assume it. */
  principals: string[]
  sessionSeconds: number
}

export interface CloudTrailEvent {
  at: string
  region: string
  /** The key that made the request. */
  accessKeyId: string | null
  userName: string | null
  eventSource: string
  eventName: string
  userAgent: string
  sourceAddress: string
  resources: string[]
  requestParameters: Record<string, string>
  /** Present where the request failed. */
  errorCode?: string
}

export type Service = 'sts' | 'iam' | 'organizations' | 'cloudtrail' | 'oidc' | 'github' | 'metadata'

export type FaultKind =
  /** AWS's throttling; GitHub's secondary rate limit with `retry-after`. */
  | 'throttle'
  | '5xx'
  /** The connection breaks in the middle of the body; the call has taken effect. */
  | 'reset'
  /** Nothing is answered, for ever. */
  | 'stall'
  /** Half of the body, then nothing. The call has taken effect. */
  | 'stall-mid-body'
  /** A whole answer that is neither XML nor JSON. The call has taken effect. */
  | 'malformed'
  | 'access-denied'
  | 'expired-credentials'
  | 'html-500'
  /** AWS's error that `error` names. */
  | 'error'
  /** The real answer, well-formed still, with what `edit` changes in its body. */
  | 'edited'

export interface Fault {
  kind: FaultKind
  service: Service
  /** `ListAccessKeys`, `GET /repos/{owner}/{repo}/issues`; every action where it is left out. */
  action?: string
  /** Account ID. */
  account?: string
  /** The first matching call that it strikes, from 1. */
  nth?: number
  /** How often it strikes; for ever where it is left out. */
  count?: number
  /** Share of the matching calls that it strikes, 0 to 1. */
  rate?: number
  /** Of an `error`. */
  error?: { status: number; code: string; message: string }
  /** Of `edited`. */
  edit?: { pattern: RegExp; by: string }
  /** Of a GitHub `throttle`. */
  retryAfterSeconds?: number
}

/** What an auditing role is allowed. */
export const AUDIT_ACTIONS = [
  'iam:GenerateCredentialReport',
  'iam:GetCredentialReport',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListUserTags',
  'iam:ListAccountAliases',
  'iam:GetAccountSummary',
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupsForUser',
  'iam:ListAttachedGroupPolicies',
  'iam:GetUser',
  'cloudtrail:LookupEvents',
]

/** What the role is allowed that changes keys, beside the auditing one. */
export const REMEDIATION_ACTIONS = ['iam:UpdateAccessKey', 'iam:DeleteAccessKey']

export function world(parts: Partial<Omit<World, 'accounts'>> & { accounts?: Account[] } = {}): World {
  return {
    clockOffsetMs: 0,
    latencyMs: 0,
    organization: null,
    job: job(),
    github: github(),
    faults: [],
    ...parts,
    accounts: new Map((parts.accounts ?? []).map(each => [each.id, each])),
  }
}

/** An account with a role `audit` that the world's default job may assume. */
export function account(
  parts: Partial<Omit<Account, 'users' | 'roles' | 'report'>> & {
    users?: User[]
    roles?: Role[]
    report?: Partial<Report>
  } = {},
): Account {
  const partition = parts.partition ?? 'aws'
  const roles = parts.roles ?? [role({ partition })]
  return {
    id: '123456789012',
    name: 'prod-main',
    alias: null,
    state: 'ACTIVE',
    groups: new Map(),
    rootKeys: [],
    oidcProvider: { audiences: [audienceOf(partition)] },
    events: [],
    pageSize: null,
    ...parts,
    partition,
    users: new Map((parts.users ?? []).map(each => [each.name, each])),
    roles: new Map(roles.map(each => [each.name, each])),
    report: {
      polls: 1,
      pending: null,
      existing: null,
      override: null,
      rootRow: true,
      additionalColumn: false,
      ...parts.report,
    },
  }
}

export function role(parts: Partial<Role> & { partition?: Partition } = {}): Role {
  const { partition = 'aws', ...rest } = parts
  return {
    name: 'audit',
    allow: [...AUDIT_ACTIONS],
    webIdentity: {
      aud: [audienceOf(partition)],
      sub: ['repo:octo-org/octo-repo:ref:refs/heads/main'],
    },
    principals: [],
    sessionSeconds: 3600,
    ...rest,
  }
}

/** The role `audit`, which only reads, and the role `remediation`, which only changes keys. */
export function remediationRoles(parts: Parameters<typeof role>[0] = {}): Role[] {
  return [role(parts), role({ ...parts, name: 'remediation', allow: [...REMEDIATION_ACTIONS] })]
}

export function user(name: string, parts: Partial<User> = {}): User {
  return {
    name,
    path: '/',
    createdAt: daysAgo(1000),
    keys: [],
    tags: {},
    policies: [],
    groups: [],
    hasPassword: false,
    additionalCredentials: '',
    ...parts,
  }
}

/** A key, active and never used unless said otherwise. Ages count from now. */
export function key(
  parts: Partial<Key> & { ageDays?: number; usedDaysAgo?: number; service?: string; region?: string } = {},
): Key {
  const { ageDays = 10, usedDaysAgo, service = 's3', region = 'us-east-1', ...rest } = parts
  return {
    id: nextKeyId(),
    status: 'Active',
    createdAt: daysAgo(ageDays),
    lastUsed: usedDaysAgo === undefined ? null : { at: daysAgo(usedDaysAgo), service, region },
    reportedRotation: null,
    ...rest,
  }
}

/** A CloudTrail event made by `accessKeyId`. */
export function event(parts: Partial<CloudTrailEvent> & { daysAgo?: number } = {}): CloudTrailEvent {
  const { daysAgo: days = 1, ...rest } = parts
  return {
    at: daysAgo(days),
    region: 'us-east-1',
    accessKeyId: null,
    userName: null,
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    userAgent: 'aws-cli/2.31.0 md/awscrt#0.27.6',
    sourceAddress: '203.0.113.7',
    resources: [],
    requestParameters: {},
    ...rest,
  }
}

export function organization(management: string, parts: Partial<Organization> = {}): Organization {
  return { management, delegatedAdministrators: [], stateField: 'both', ...parts }
}

/** Deletes a user, as CloudTrail tells it. */
export function deleteUser(of: World, from: Account, name: string): void {
  from.users.delete(name)
  from.events.push(
    event({
      at: formatInstant(now(of)),
      region: PARTITIONS[from.partition].iamRegion,
      eventSource: 'iam.amazonaws.com',
      eventName: 'DeleteUser',
      requestParameters: { userName: name },
    }),
  )
}

/** The sandbox's clock. */
export function now(of: World): Date {
  return new Date(Date.now() + of.clockOffsetMs)
}

/** Lets time pass: for the sandbox and for every later run of the action. */
export function advance(of: World, days: number): void {
  of.clockOffsetMs += days * DAY_MS
}

/** `days` before the real now, in whole seconds. */
export function daysAgo(days: number): string {
  return formatInstant(new Date(Date.now() - days * DAY_MS))
}

/** The OIDC audience that AWS expects in a partition. */
export function audienceOf(partition: Partition): string {
  return partition === 'aws-cn' ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com'
}

export function userArn(of: Account, { path, name }: User): string {
  return `arn:${of.partition}:iam::${of.id}:user${path}${name}`
}

let keyCount = 0

/** `AKIA` and sixteen characters of base 32, never the same twice. */
export function nextKeyId(prefix: 'AKIA' | 'ASIA' = 'AKIA'): string {
  const digits = '234567ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  // An odd multiplier permutes the numbers below 2^32, so that IDs differ visibly from one another.
  let rest = Math.imul(++keyCount, 2654435761) >>> 0
  let id = ''
  for (let place = 0; place < 8; place++) {
    id = digits.charAt(rest % 32) + id
    rest = Math.floor(rest / 32)
  }
  return `${prefix}IOSFODNN${id}`
}
