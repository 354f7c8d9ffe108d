/**
 * What becomes of a run when a call fails: for each call and fault, what its user sees, what is published, and the exit
 * code. faults.test.ts holds each row against the built action; docs/reliability.md is generated from the same rows.
 */
import { daysAgo } from '../../sandbox/world.ts'
import {
  asked,
  type Call,
  created,
  everyFault,
  github,
  inAccount,
  NO_ACCOUNT,
  NOT_AUDITED,
  needed,
  type Outcome,
  optional,
  thenSilent,
  UNHARMED,
} from './fault-outcomes.ts'
import { PULL_CALLS } from './fault-table-pulls.ts'
import { REMEDIATION_CALLS } from './fault-table-remediation.ts'

const TOMORROW = daysAgo(-1)
const OTHER_USER = { pattern: /<UserName>[^<]*/, by: '<UserName>another' }
const NO_MARKER = { pattern: /<IsTruncated>false/, by: '<IsTruncated>true' }

const NOT_LOOKED_UP = 'Not looked up in CloudTrail: which keys changed their status, or who still uses them.'
const TRAIL_CODES = { throttled: 'ThrottlingException', expired: 'ExpiredTokenException' }

const REPORT = 'fetching the credential report'
const NO_TOKEN: Outcome = { sees: '“GitHub issued no OIDC token for this job.”', ...NO_ACCOUNT }
const HERE = 'octo-org/octo-repo'
const ISSUES = '/repos/{owner}/{repo}/issues'

const WRONG_CREDENTIALS = 'the next call fails; and a report of another account is refused'

const NOT_LISTED: Outcome = {
  sees: '“The accounts of the organization could not be listed.”',
  audited: 'no result',
  issue: 'none yet',
  result: 'error',
  exit: 1,
}

export const CALLS: readonly Call[] = [
  {
    name: 'OIDC token',
    purpose: 'The login to AWS',
    scene: 'nightly',
    strikes: [{ service: 'oidc', action: 'GET token' }],
    cells: {
      'throttled, then fine': UNHARMED,
      'throttled for ever': NO_TOKEN,
      '5xx, then fine': UNHARMED,
      'reset mid-body': NO_TOKEN,
      'no answer': NO_TOKEN,
      'malformed body': NO_TOKEN,
      'access denied': { sees: '“GitHub refused to issue an OIDC token for this job.”', ...NO_ACCOUNT },
      'expired credentials': 'the bearer of this request lives as long as the job',
      'well-formed and wrong': 'AWS refuses such a token',
    },
  },
  {
    name: 'sts:AssumeRoleWithWebIdentity',
    purpose: 'The role of an account',
    scene: 'nightly',
    strikes: inAccount('sts', 'AssumeRoleWithWebIdentity'),
    cells: {
      ...needed('assuming the role', NOT_AUDITED, 'AWS refused to let this job assume the role.'),
      'well-formed and wrong': WRONG_CREDENTIALS,
    },
  },
  {
    name: 'sts:GetCallerIdentity',
    purpose: 'Which account an earlier step logged in to',
    scene: 'earlier login',
    strikes: inAccount('sts', 'GetCallerIdentity'),
    edit: { pattern: /<Account>\d+/, by: '<Account>12' },
    cells: needed(
      'checking the credentials (sts:GetCallerIdentity)',
      { ...NO_ACCOUNT, audited: 'no result' },
      'AWS denied access while checking the credentials (sts:GetCallerIdentity).',
    ),
  },
  {
    name: 'organizations:ListAccounts',
    purpose: 'The accounts of the organization',
    scene: 'organization',
    strikes: [{ service: 'organizations', action: 'ListAccounts' }],
    edit: { pattern: /"Accounts":/, by: '"Other":' },
    cells: {
      'throttled, then fine': UNHARMED,
      'throttled for ever': NOT_LISTED,
      '5xx, then fine': UNHARMED,
      'reset mid-body': NOT_LISTED,
      'no answer': NOT_LISTED,
      'malformed body': NOT_LISTED,
      'access denied': NOT_LISTED,
      'expired credentials': NOT_LISTED,
      'well-formed and wrong': NOT_LISTED,
    },
  },
  {
    name: 'sts:AssumeRole',
    purpose: 'The role of a member account',
    scene: 'organization',
    strikes: inAccount('sts', 'AssumeRole'),
    cells: {
      ...needed('assuming the role', NOT_AUDITED, 'The hub role may not assume the role in this account.'),
      'well-formed and wrong': WRONG_CREDENTIALS,
    },
  },
  ...['GenerateCredentialReport', 'GetCredentialReport'].map(
    (action): Call => ({
      name: `iam:${action}`,
      purpose: 'The credential report',
      scene: 'nightly',
      strikes: inAccount('iam', action),
      edit: { pattern: /<GeneratedTime>[^<]*/, by: `<GeneratedTime>${TOMORROW}` },
      cells: {
        ...needed(REPORT, NOT_AUDITED, `AWS denied access while ${REPORT}.`),
        ...(action === 'GenerateCredentialReport'
          ? { 'well-formed and wrong': 'a state that is not known counts as not ready' }
          : {}),
      },
    }),
  ),
  {
    name: 'iam:ListAccessKeys',
    purpose: 'The live look at a user with a finding',
    scene: 'nightly',
    strikes: inAccount('iam', 'ListAccessKeys'),
    edit: OTHER_USER,
    cells: optional(
      'iam:ListAccessKeys',
      'Findings are not verified live: they follow from the credential report alone, which is up to four hours old and has no access key IDs.',
      { audited: 'all, one by the report alone' },
    ),
  },
  {
    name: 'iam:GetAccessKeyLastUsed',
    purpose: 'When a key was last used',
    scene: 'nightly',
    strikes: inAccount('iam', 'GetAccessKeyLastUsed'),
    edit: OTHER_USER,
    cells: optional(
      'iam:GetAccessKeyLastUsed',
      'Last uses are those of the credential report, which lag behind.',
    ),
  },
  {
    name: 'iam:ListUserTags',
    purpose: 'The tag that names the owner',
    scene: 'nightly',
    strikes: inAccount('iam', 'ListUserTags'),
    edit: NO_MARKER,
    cells: optional('iam:ListUserTags', "Owners were not read from the users' tags."),
  },
  {
    name: 'iam:ListAccountAliases',
    purpose: 'The alias of the account',
    scene: 'nightly',
    strikes: inAccount('iam', 'ListAccountAliases'),
    edit: NO_MARKER,
    cells: optional('iam:ListAccountAliases', "The account's alias was not read."),
  },
  {
    name: 'iam:GetAccountSummary',
    purpose: 'Whether the root user has a key, where the report lacks its row',
    scene: 'nightly',
    strikes: inAccount('iam', 'GetAccountSummary'),
    edit: { pattern: /AccountAccessKeysPresent/, by: 'Other' },
    cells: optional(
      'iam:GetAccountSummary',
      'The root user was not evaluated: the credential report has no row for it.',
      { result: 'error', exit: 1 },
    ),
  },
  {
    name: 'cloudtrail:LookupEvents by event name',
    purpose: 'Which keys were switched off and on; users of whom it does not tell are looked at live',
    scene: 'nightly',
    strikes: inAccount('cloudtrail', 'LookupEvents'),
    edit: { pattern: /"Events":/, by: '"Other":' },
    cells: optional('cloudtrail:LookupEvents', NOT_LOOKED_UP, {}, TRAIL_CODES),
  },
  {
    name: 'cloudtrail:LookupEvents',
    purpose: 'Who still uses a key (`usage`)',
    scene: 'nightly with usage',
    strikes: inAccount('cloudtrail', 'LookupEvents'),
    edit: { pattern: /"Events":/, by: '"Other":' },
    cells: optional('cloudtrail:LookupEvents', NOT_LOOKED_UP, {}, TRAIL_CODES),
  },
  {
    name: 'iam:ListAttachedUserPolicies, iam:ListGroupsForUser, iam:ListAttachedGroupPolicies',
    purpose: 'Whether a user is an administrator (`usage`)',
    scene: 'nightly with usage',
    strikes: inAccount('iam', 'ListAttachedUserPolicies', 'ListGroupsForUser', 'ListAttachedGroupPolicies'),
    edit: NO_MARKER,
    cells: optional(
      'iam:ListAttachedUserPolicies',
      'Whether users have administrator access was not looked up.',
    ),
  },
  {
    name: 'GitHub: list issues',
    purpose: 'The issue of earlier nights',
    scene: 'nightly',
    strikes: github(`GET ${ISSUES}`),
    cells: asked(`list the issues in ${HERE}`, {}, { issue: 'open, as it was' }),
  },
  {
    name: 'GitHub: whose the token is',
    purpose: 'Whether the issue is its own',
    scene: 'nightly',
    strikes: github('POST /graphql'),
    cells: everyFault({
      sees: "“No issue was written: GitHub did not tell whose `github-token` is, so that issue #1, which a bot wrote, may be this audit's or a stranger's”",
      issue: 'open, as it was',
      exit: 1,
    }),
  },
  {
    name: 'GitHub: read the issue again',
    purpose: 'Whether it changed while the run was under way',
    scene: 'nightly',
    strikes: github(`GET ${ISSUES}/{issue_number}`),
    cells: asked(`update issue #1 in ${HERE}`, {}, { issue: 'open, as it was' }),
  },
  {
    name: 'GitHub: visibility of a repository',
    purpose: 'Whether names are hidden in an issue kept elsewhere',
    scene: 'issues elsewhere',
    strikes: github('GET /repos/{owner}/{repo}'),
    cells: thenSilent(
      asked('read the visibility of octo-org/security', {}, { issue: 'up to date, without names', exit: 0 }),
      'list the issues in octo-org/security',
      'none yet',
    ),
  },
  {
    name: 'GitHub: files of a pull request',
    purpose: 'Which stale keys decide under `fail-on: changed`',
    scene: 'pull request',
    strikes: github('GET /repos/{owner}/{repo}/pulls/{pull_number}/files'),
    cells: asked(
      'list the files that this change touches',
      { issue: 'open, as it was' },
      { issue: 'open, as it was' },
    ),
  },
  {
    name: 'GitHub: configuration at the base commit',
    purpose: 'The preview of changed exemptions',
    scene: 'pull request',
    strikes: github('GET /repos/{owner}/{repo}/contents/{path}'),
    cells: thenSilent(
      asked(
        'read .github/access-key-rotation.yml at the base commit of this change',
        { issue: 'open, as it was' },
        { issue: 'open, as it was', exit: 0 },
      ),
      'list the files that this change touches',
    ),
  },
  {
    name: 'GitHub: create the label',
    purpose: 'The label by which the issue is found again',
    scene: 'first night',
    strikes: github('POST /repos/{owner}/{repo}/labels'),
    cells: asked(
      `create an issue in ${HERE}`,
      {},
      { issue: 'none yet' },
      {
        ...UNHARMED,
        sees: 'nothing: the call is repeated, and the label is there',
      },
    ),
  },
  {
    name: 'GitHub: create an issue',
    purpose: 'The first issue',
    scene: 'first night',
    strikes: github(`POST ${ISSUES}`),
    cells: created(`create an issue in ${HERE}`, { issue: 'none yet' }, {}),
  },
  {
    name: 'GitHub: comment on the issue',
    purpose: 'What is new and what is resolved',
    scene: 'nightly',
    strikes: github(`POST ${ISSUES}/{issue_number}/comments`),
    cells: created(
      `update issue #1 in ${HERE}`,
      { issue: 'open, as it was' },
      { issue: 'commented on, its body as it was' },
    ),
  },
  {
    name: 'GitHub: update the issue',
    purpose: 'Its body, title, and state',
    scene: 'nightly',
    strikes: github(`PATCH ${ISSUES}/{issue_number}`),
    cells: asked(`update issue #1 in ${HERE}`, {}, { issue: 'open, as it was' }),
  },
  ...PULL_CALLS,
  ...REMEDIATION_CALLS,
]
