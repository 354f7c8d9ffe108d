/** The action's inputs and outputs. `INPUTS` and `OUTPUTS` are the origin of parsing, action.yml and of the README's tables. */

import { hangsPicomatch } from '../domain/glob.ts'
import { parseRoleArn, partitionOfRegion } from '../domain/partitions.ts'
import {
  list,
  matching,
  notEmpty,
  oneOf,
  optional,
  path,
  type Reader,
  readInstant,
  readShard,
  relativePath,
  splitGlobs,
  trueOrFalse,
  wholeNumber,
} from './readers.ts'

export interface Input<T> {
  readonly default: string
  /** What the README shows where the default is worked out. */
  readonly defaultText?: string
  readonly description: string
  /** Whether no error shows what was given. */
  readonly secret?: true
  readonly reader: Reader<T>
}

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/
const ROLE_ARN = 'ARNs of IAM roles, as in arn:aws:iam::123456789012:role/access-key-audit'

export const INPUTS = {
  'role-to-assume': input({
    description:
      "ARN of the IAM role to assume with the job's OIDC token; several (one per line) audit one account each. Empty: the AWS SDK's default credential chain.",
    reader: list(ROLE_ARN, item => (parseRoleArn(item) ? item : undefined)),
  }),
  'organization-role-name': input({
    description:
      '`role-to-assume` is then one hub role, and every active account of its organization is audited through a role of this name.',
    reader: optional(matching(ROLE_NAME, 'the name of an IAM role, without path or ARN')),
  }),
  'exclude-accounts': input({
    description: 'Account IDs left out of an organization audit.',
    reader: list('account IDs of twelve digits', item => (/^\d{12}$/.test(item) ? item : undefined)),
  }),
  shard: input({
    description:
      'Such as `3/16`: gather this share of the accounts, write their evidence to `output-directory` and stop. A last job evaluates all shards with `evidence-files`.',
    reader: optional({ accepts: 'INDEX/COUNT such as 3/16, with 1 ≤ INDEX ≤ COUNT ≤ 256', read: readShard }),
  }),
  'aws-region': input({
    defaultText: 'by partition',
    description: 'Region of the STS endpoint.',
    reader: optional({
      accepts: 'an AWS region such as eu-central-1',
      read: text =>
        /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text) && partitionOfRegion(text) ? text : undefined,
    }),
  }),
  audience: input({
    defaultText: 'by partition',
    description: 'Audience of the OIDC token; `sts.amazonaws.com`, in China `sts.amazonaws.com.cn`.',
    reader: optional(matching(/^[\x21-\x7e]{1,255}$/, 'one word, as configured in the OIDC provider')),
  }),
  'role-session-name': input({
    default: 'access-key-rotation-audit',
    description: 'Name of the role session, as CloudTrail shows it.',
    reader: matching(/^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits or any of _+=,.@-'),
  }),
  'max-concurrency': input({
    default: '8',
    description: 'Accounts gathered at once.',
    reader: wholeNumber(1, 64),
  }),
  'timeout-minutes': input({
    default: '60',
    description:
      'The run ends within so many minutes: a tenth of them before, at most a minute, what is finished is published, and the rest is reported as not audited.',
    reader: wholeNumber(1, 360),
  }),
  'evidence-files': input({
    description:
      'Evaluate saved evidence instead of asking AWS: credential reports or evidence of earlier runs, as globs.',
    reader: {
      accepts: 'paths or globs, one per line, with no three backslashes in a row',
      read: text => (hangsPicomatch(text) ? undefined : splitGlobs(text)),
    },
  }),
  'declarations-only': input({
    default: 'false',
    description:
      'Write what this checkout declares to `declarations.json` in `output-directory`, for the audit in another repository, and stop: AWS is not asked.',
    reader: trueOrFalse,
  }),
  'declarations-from': input({
    description:
      'A directory that holds `OWNER/NAME` for each other repository that may declare keys, and there the `declarations.json` of its `declarations-only` run. One without that file is told, and fails the step.',
    reader: optional(path),
  }),
  'max-evidence-age-hours': input({
    default: '48',
    description:
      'Older evidence is an error, and so are older declarations. Of a credential report that does not say when it was generated the newest date counts. Not applied with `as-of`.',
    reader: wholeNumber(1, 8784),
  }),
  'as-of': input({
    defaultText: 'now',
    description:
      'Evaluate as of this ISO 8601 instant, such as `2026-11-24T00:00:00Z`; only with `evidence-files`.',
    reader: optional({
      accepts: 'an ISO 8601 instant with its offset from UTC, such as 2026-11-24T00:00:00Z',
      read: readInstant,
    }),
  }),
  'max-age-days': input({
    default: '90',
    description:
      'An active key older than this is stale. The control says 90; above it the verdict names your limit and never says that the control is met.',
    reader: wholeNumber(1, 3650),
  }),
  'warn-days': input({
    default: '14',
    description: 'A key within so many days of the maximum age is expiring; `0` turns the warning off.',
    reader: wholeNumber(0, 3650),
  }),
  'fail-on': input({
    default: 'stale',
    description:
      'What fails the step: `stale`; `expiring` (or stale); `changed` (stale keys declared in files that this pull request or merge group changes; elsewhere the same as `stale`); `never`. An audit that could not be made always fails it.',
    reader: oneOf('stale', 'expiring', 'changed', 'never'),
  }),
  'verify-keys': input({
    default: 'findings',
    description:
      'Whose keys are looked at live with `iam:ListAccessKeys`: users with `findings`, `all` users with a key, active or not, or `none` (trust the report, up to four hours old). With `evidence-files` it is recorded only: give the value of the run that gathered them.',
    reader: oneOf('findings', 'all', 'none'),
  }),
  usage: input({
    default: 'false',
    description: "Look up in CloudTrail who still uses each finding's key.",
    reader: trueOrFalse,
  }),
  'config-file': input({
    defaultText: '`.github/access-key-rotation.yml` if present',
    description: 'Exemptions, owners and limits of remediation.',
    reader: optional(relativePath),
  }),
  'create-issue': input({
    default: 'false',
    description: 'Keep an issue open while there are stale keys; needs `issues: write`.',
    reader: trueOrFalse,
  }),
  'issue-per': input({
    default: 'repository',
    description: 'One issue for the whole `repository`, one for each `account`, or one for each `user`.',
    reader: oneOf('repository', 'account', 'user'),
  }),
  'issue-repository': input({
    defaultText: 'this one',
    description: 'Repository for the issues, as `owner/name`.',
    reader: optional(matching(/^[\w-]{1,39}\/[\w.-]{1,100}$/, 'owner/name')),
  }),
  'issue-labels': input({
    default: 'aws-access-keys',
    description: 'Labels of the issues; the first one is how they are found again.',
    reader: notEmpty(list('labels of at most 50 characters', item => (item.length <= 50 ? item : undefined))),
  }),
  'issue-assignees': input({
    description: 'Logins assigned to every issue, beside the owners of the keys.',
    reader: list('GitHub logins', item =>
      /^@?[\w-]{1,39}(\[bot\])?$/.test(item) ? item.replace(/^@/, '') : undefined,
    ),
  }),
  'pull-requests': input({
    default: 'false',
    description:
      'Open a pull request for each stale or inactive key whose next step is a change of code in this repository, keep it current and withdraw it; only with `evidence-files`, and needs `contents: write` and `pull-requests: write`.',
    reader: trueOrFalse,
  }),
  'pull-request-limit': input({
    default: '5',
    description: 'Such pull requests open at once.',
    reader: wholeNumber(1, 50),
  }),
  'github-token': input({
    default: '${{ github.token }}',
    description:
      'Token for the GitHub API; needs `issues: write` only with `create-issue`, `contents: write` and `pull-requests: write` only with `pull-requests`.',
    reader: { accepts: 'a token', read: text => text },
  }),
  remediation: input({
    default: 'none',
    description:
      '`plan` shows what `apply` would do within the limits of the configuration file; `apply` deactivates and deletes keys, and needs `actions: read`: it changes nothing while another run of its workflow is under way. Read SECURITY.md first.',
    reader: oneOf('none', 'plan', 'apply'),
  }),
  'remediation-role': input({
    description:
      "With `remediation: apply`: ARN of the role that changes keys and does nothing else (setup/remediation.yaml), one for each account; with `organization-role-name` also one name, of the role in each account. Assumed with the job's OIDC token, never through the hub role. Empty only where `role-to-assume` is: the default credential chain then changes keys, too.",
    reader: list(`${ROLE_ARN}, or one role name`, item =>
      parseRoleArn(item) || ROLE_NAME.test(item) ? item : undefined,
    ),
  }),
  redact: input({
    default: 'auto',
    description:
      'Hide account IDs, user names and key IDs: `auto` (everywhere but in private repositories), `always`, `never`.',
    reader: oneOf('auto', 'always', 'never'),
  }),
  'redaction-secret': input({
    description:
      'Where names are hidden: a repository secret of at least 32 characters, such as `openssl rand -hex 32` gives. Keys then have names that stay, and only who has the secret finds which key one is. Empty: numbers. Another secret gives other names.',
    secret: true,
    reader: optional(matching(/^[\x21-\x7e]{32,}$/, 'at least 32 visible characters without blanks')),
  }),
  'output-directory': input({
    description:
      'Write `report.html`, `result.json`, `keys.csv`, `findings.sarif`, `findings.ocsf.json` and `evidence/ACCOUNT.json` there.',
    reader: optional(path),
  }),
} as const

export const OUTPUTS = {
  result: '`pass`, `fail` or `error`. It speaks of the keys; `fail-on` only decides whether the step fails.',
  'stale-count': 'Active keys older than `max-age-days`, exempt ones not counted.',
  'expiring-count': 'Active keys within `warn-days` of it.',
  'exempt-count': 'Stale or expiring keys that an exemption covers.',
  'active-key-count': 'All active keys.',
  'oldest-key-age-days': 'Age of the oldest active key in whole days; empty without one.',
  'account-count': 'Accounts audited or tried.',
  'failed-account-count': 'Accounts that could not be audited.',
  'new-stale-count':
    'Stale keys that the issues did not list before. Empty where it is not known: without `create-issue`, or where the issues or their record could not be read. Where part of the audit is missing, what is known of the rest, and empty instead of 0.',
  'resolved-count':
    'Keys that the issues listed as stale and that are so no longer: rotated, deactivated, deleted, exempt or within the limit. Empty as `new-stale-count` is.',
  'issue-urls': 'URLs of the issues, one per line.',
  'output-directory':
    'Absolute path of the directory with the files; empty where none was written, or not the evidence of every account.',
  'sarif-file': 'Path of the SARIF file; empty where none was written.',
} as const

export type OutputName = keyof typeof OUTPUTS

export type InputName = keyof typeof INPUTS
type ValueOf<N extends InputName> = (typeof INPUTS)[N] extends Input<infer T> ? T : never
type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S

/** `role-to-assume` → `roleToAssume`, each with the type that its reader gives. */
export type Inputs = { readonly [N in InputName as Camel<N>]: ValueOf<N> }

function input<T>(spec: Omit<Input<T>, 'default'> & { readonly default?: string }): Input<T> {
  return { default: '', ...spec }
}
