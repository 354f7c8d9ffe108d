/** What the policies of `setup/` let happen and what they must stop, and by which clause; SECURITY.md shows them as a table. */

export interface PolicyCase {
  readonly role:
    | 'audit'
    | 'audit by environment'
    | 'audit with remediation'
    | 'hub'
    | 'member'
    | 'remediation'
  readonly case: string
  readonly request: TrustRequest | PermissionRequest
  /** The clauses that deny it, every one by itself; none: it is allowed. */
  readonly deniedBy: readonly Clause[]
}

/** Somebody assumes the role. */
export interface TrustRequest {
  readonly claims?: Readonly<Record<string, string>>
  /** ARN; without it GitHub's provider. */
  readonly principal?: string
}

/** The role does something. */
export interface PermissionRequest {
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string>>
}

export type Clause =
  | 'Principal'
  | 'Action'
  | 'Resource'
  | 'aud'
  | 'sub'
  | 'repository_id'
  | 'aws:ResourceOrgID'

export const ACCOUNT = '111122223333'
export const MEMBER_ACCOUNT = '444455556666'
export const HUB = `arn:aws:iam::${ACCOUNT}:role/access-key-rotation-audit`
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`
export const REPOSITORY = { name: 'octo-org/octo-repo', ownerId: '123456', repositoryId: '456789' }
export const USER_PATH = '/ci/'

const REMEDIATION = `arn:aws:iam::${ACCOUNT}:role/access-key-rotation-remediation`
const WITH_IDS = 'repo:octo-org@123456/octo-repo@456789'
const MAIN = {
  aud: 'sts.amazonaws.com',
  sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
  repository_id: '456789',
}
const PRODUCTION = { ...MAIN, sub: 'repo:octo-org/octo-repo:environment:production' }
const REVIEWED = { ...MAIN, sub: `${WITH_IDS}:environment:access-key-remediation` }
const IN_ORGANIZATION = { 'aws:PrincipalOrgID': 'o-ours', 'aws:ResourceOrgID': 'o-ours' }

const user = (path: string, account = ACCOUNT) => `arn:aws:iam::${account}:user${path}`
const member = (name: string) => `arn:aws:iam::${MEMBER_ACCOUNT}:role/${name}`

export const POLICY_CASES: readonly PolicyCase[] = [
  assumed('audit', 'the default branch, `sub` without IDs', MAIN),
  assumed('audit', 'the default branch, `sub` with IDs', { ...MAIN, sub: `${WITH_IDS}:ref:refs/heads/main` }),
  assumed('audit', 'a reusable workflow of others, called on the default branch', {
    ...MAIN,
    job_workflow_ref: 'others/workflows/.github/workflows/audit.yml@refs/heads/main',
  }),
  assumed('audit', 'another branch', { ...MAIN, sub: 'repo:octo-org/octo-repo:ref:refs/heads/x' }, 'sub'),
  assumed(
    'audit',
    'a tag called main',
    { ...MAIN, sub: 'repo:octo-org/octo-repo:ref:refs/tags/main' },
    'sub',
  ),
  assumed('audit', 'a pull request', { ...MAIN, sub: `${WITH_IDS}:pull_request` }, 'sub'),
  assumed(
    'audit',
    "a fork's own workflow on its main",
    { ...MAIN, sub: 'repo:mallory/octo-repo:ref:refs/heads/main', repository_id: '666' },
    ...(['sub', 'repository_id'] as const),
  ),
  assumed(
    'audit',
    'another repository of the owner',
    { ...MAIN, sub: 'repo:octo-org/other:ref:refs/heads/main', repository_id: '777' },
    ...(['sub', 'repository_id'] as const),
  ),
  assumed(
    'audit',
    "another repository that calls this one's reusable workflow",
    {
      ...{ ...MAIN, sub: 'repo:octo-org/other:ref:refs/heads/main', repository_id: '777' },
      job_workflow_ref: 'octo-org/octo-repo/.github/workflows/audit.yml@refs/heads/main',
    },
    ...(['sub', 'repository_id'] as const),
  ),
  assumed(
    'audit',
    'a repository that took over the name, `sub` without IDs',
    { ...MAIN, repository_id: '888' },
    'repository_id',
  ),
  assumed(
    'audit',
    'this repository under a new name, until it is deployed again',
    { ...MAIN, sub: 'repo:octo-org@123456/renamed@456789:ref:refs/heads/main' },
    'sub',
  ),
  assumed('audit', 'a job that names an environment', PRODUCTION, 'sub'),
  assumed('audit', 'a token for another audience', { ...MAIN, aud: 'https://github.com/octo-org' }, 'aud'),
  {
    role: 'audit',
    case: 'a token of another issuer',
    request: { principal: `arn:aws:iam::${ACCOUNT}:oidc-provider/gitlab.com`, claims: MAIN },
    deniedBy: ['Principal'],
  },
  assumed('audit by environment', 'that environment', PRODUCTION),
  assumed('audit by environment', 'the default branch without it', MAIN, 'sub'),
  assumed(
    'audit by environment',
    'another environment',
    { ...MAIN, sub: 'repo:octo-org/octo-repo:environment:production-2' },
    'sub',
  ),
  assumed('audit with remediation', 'the default branch', MAIN),
  assumed('audit with remediation', 'the environment of remediation', REVIEWED),
  assumed('audit with remediation', 'another environment', PRODUCTION, 'sub'),
  assumed('audit with remediation', 'a pull request', { ...MAIN, sub: `${WITH_IDS}:pull_request` }, 'sub'),
  may('audit with remediation', 'look at a user', 'iam:GetUser', user('/ci/deployer')),
  may('audit with remediation', 'deactivate a key', 'iam:UpdateAccessKey', user('/ci/deployer'), 'Action'),
  may('audit with remediation', 'assume the role that changes keys', 'sts:AssumeRole', REMEDIATION, 'Action'),
  may('audit', 'read the credential report', 'iam:GetCredentialReport', '*'),
  may('audit', "list a user's keys", 'iam:ListAccessKeys', user('/ci/deployer')),
  may('audit', 'look up status changes', 'cloudtrail:LookupEvents', '*'),
  may('audit', 'deactivate a key', 'iam:UpdateAccessKey', user('/ci/deployer'), 'Action'),
  may('audit', 'make a key', 'iam:CreateAccessKey', user('/ci/deployer'), 'Action'),
  may('audit', 'assume another role', 'sts:AssumeRole', REMEDIATION, 'Action'),
  may('audit', 'read an object', 's3:GetObject', 'arn:aws:s3:::bucket/key', 'Action'),
  within('hub', 'assume the member role', member('access-key-rotation-audit-member'), IN_ORGANIZATION),
  within(
    'hub',
    'assume the role that changes keys in a member account',
    member('access-key-rotation-remediation'),
    IN_ORGANIZATION,
    'Resource',
  ),
  within(
    'hub',
    'assume the role that administers a member account',
    member('OrganizationAccountAccessRole'),
    IN_ORGANIZATION,
    'Resource',
  ),
  within(
    'hub',
    "assume a role of that name in another's organization",
    member('access-key-rotation-audit-member'),
    { ...IN_ORGANIZATION, 'aws:ResourceOrgID': 'o-theirs' },
    'aws:ResourceOrgID',
  ),
  { role: 'member', case: 'the hub role', request: { principal: HUB }, deniedBy: [] },
  {
    role: 'member',
    case: "another role of the hub's account",
    request: { principal: `arn:aws:iam::${ACCOUNT}:role/other` },
    deniedBy: ['Principal'],
  },
  may('member', 'deactivate a key', 'iam:UpdateAccessKey', user('/ci/deployer', MEMBER_ACCOUNT), 'Action'),
  assumed('remediation', 'the protected environment', REVIEWED),
  assumed('remediation', 'the default branch, which the audit role trusts', MAIN, 'sub'),
  assumed('remediation', 'another environment', PRODUCTION, 'sub'),
  assumed('remediation', 'a pull request', { ...MAIN, sub: `${WITH_IDS}:pull_request` }, 'sub'),
  may('remediation', 'deactivate a key below its path', 'iam:UpdateAccessKey', user('/ci/deployer')),
  may('remediation', 'delete a key below its path', 'iam:DeleteAccessKey', user('/ci/deployer')),
  may('remediation', 'deactivate a key elsewhere', 'iam:UpdateAccessKey', user('/people/ana'), 'Resource'),
  may('remediation', 'read the credential report', 'iam:GetCredentialReport', '*', 'Action', 'Resource'),
  may('remediation', "list a user's keys", 'iam:ListAccessKeys', user('/ci/deployer'), 'Action'),
  may('remediation', 'look up status changes', 'cloudtrail:LookupEvents', '*', 'Action', 'Resource'),
  may('remediation', 'make a key', 'iam:CreateAccessKey', user('/ci/deployer'), 'Action'),
  may('remediation', 'delete a user', 'iam:DeleteUser', user('/ci/deployer'), 'Action'),
  may('remediation', 'give itself a policy', 'iam:PutRolePolicy', REMEDIATION, 'Action', 'Resource'),
  may(
    'remediation',
    'change whom it trusts',
    'iam:UpdateAssumeRolePolicy',
    REMEDIATION,
    'Action',
    'Resource',
  ),
  may('remediation', 'change the audit role', 'iam:PutRolePolicy', HUB, 'Action', 'Resource'),
  may('remediation', 'assume another role', 'sts:AssumeRole', HUB, 'Action', 'Resource'),
]

/** Its row in SECURITY.md. */
export function rowOf({ role, case: what, request, deniedBy }: PolicyCase): string {
  const verb = 'action' in request ? `may ${what}` : `is assumed by ${what}`
  const decision = deniedBy.length === 0 ? 'allowed' : 'denied'
  return `| ${role} | ${verb} | ${decision} | ${deniedBy.map(clause => `\`${clause}\``).join(', ')} |`
}

function assumed(
  role: PolicyCase['role'],
  what: string,
  claims: Readonly<Record<string, string>>,
  ...deniedBy: Clause[]
): PolicyCase {
  return { role, case: what, request: { claims }, deniedBy }
}

function may(
  role: PolicyCase['role'],
  what: string,
  action: string,
  resource: string,
  ...deniedBy: Clause[]
): PolicyCase {
  return { role, case: what, request: { action, resource }, deniedBy }
}

function within(
  role: PolicyCase['role'],
  what: string,
  resource: string,
  context: Readonly<Record<string, string>>,
  ...deniedBy: Clause[]
): PolicyCase {
  return { role, case: what, request: { action: 'sts:AssumeRole', resource, context }, deniedBy }
}
