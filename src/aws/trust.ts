import { UserError } from '../domain/errors.ts'
import { type JsonObject, parseObject } from '../domain/json.ts'
import type { AwsError } from './errors.ts'

export type Claims = JsonObject

/** The claims of an OIDC token, unverified: only AWS can accept it. Empty where the token is none. */
export function readClaims(token: string): Claims {
  return parseObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
}

/**
 * AWS's refusal of AssumeRoleWithWebIdentity, explained by what the token says. Never carries the token.
 * Sources: IAM User Guide, "Troubleshoot OIDC federation"; GitHub Docs, "OpenID Connect reference".
 */
export function explainRefusal(role: string, claims: Claims, error: AwsError): UserError {
  const issuer = issuerOf(claims)
  const detail = [
    detailOf(role, error),
    ...(others(claims).length > 0 ? [`Further claims of this token:\n${table(others(claims), claims)}`] : []),
  ].join('\n')
  if (/No OpenIDConnect provider/i.test(error.message))
    return new UserError(
      "The role's account has no identity provider for this job's OIDC tokens.",
      `Create an IAM identity provider of type OpenID Connect in that account, with the URL https://${issuer} and the audience ${shown(claims['aud'])}.`,
      detail,
    )
  if (/audience/i.test(error.message))
    return new UserError(
      "The identity provider in the role's account does not accept the audience of this job's OIDC token.",
      `Add the audience ${shown(claims['aud'])} to the identity provider https://${issuer} in that account, or set the input audience to one that it has.`,
      detail,
    )
  if (error.code !== 'AccessDenied')
    return new UserError(
      "AWS did not accept this job's OIDC token.",
      `Compare what the token says with the identity provider and the role's trust policy:\n${claimTable(claims)}`,
      detail,
    )
  return new UserError(
    'AWS refused to let this job assume the role.',
    [
      "The role does not exist, or its trust policy does not accept this job's OIDC token. Any claim that the policy tests can be the reason, letter case included; this token says",
      claimTable(claims),
      ...(isPullRequest(claims) ? PULL_REQUEST_ADVICE : conditionAdvice(issuer, claims)),
    ].join('\n'),
    detail,
  )
}

/** Which role it is about, and AWS's own words. */
export function detailOf(role: string, { code, message }: AwsError): string {
  return `${role}\nAWS says: ${code}: ${message}`
}

/** Claims that trust policies commonly test. Any other may hold a name: it stands in the detail, as names do. */
const TESTABLE = [
  'aud',
  'iss',
  'sub',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'repository_visibility',
  'ref',
  'ref_type',
  'environment',
  'job_workflow_ref',
  'workflow_ref',
  'workflow',
  'event_name',
  'actor',
  'actor_id',
  'runner_environment',
]

/** Of the token itself, not of the job. */
const TECHNICAL = ['jti', 'exp', 'iat', 'nbf']

const PULL_REQUEST_ADVICE = [
  'This is a pull request. Do not trust pull requests with a role: a pull request can edit the workflow that it runs, so it could do whatever the role may.',
  "Evaluate the nightly run's evidence under the pull request instead (evidence-files); that needs no AWS access. The README has the whole workflow under “Pull requests”.",
]

function conditionAdvice(issuer: string, claims: Claims): string[] {
  const narrowing = narrowingClaims(claims)
  const tested = ['aud', 'sub', ...narrowing.map(({ claim }) => claim)]
  return [
    ...(/^repo:[^/:]+@\d+\/[^:]+@\d+(?::|$)/.test(String(claims['sub']))
      ? [
          "This repository's sub carries immutable IDs (repositories made, renamed or transferred since 2026-07-15, or opted in), so a policy written for repo:OWNER/NAME does not match.",
        ]
      : []),
    ...narrowing.map(
      ({ claim, admits }) =>
        `This token's sub is customised and says nothing of it: tested alone it would let ${admits} assume the role. The condition below tests ${claim} as well; leave it in.`,
    ),
    'The condition that accepts exactly this job:',
    '  "StringEquals": {',
    tested
      .map(
        name =>
          `    ${JSON.stringify(`${issuer}:${name}`)}: ${JSON.stringify(plain(claims[name] ?? PLACEHOLDERS[name] ?? ''))}`,
      )
      .join(',\n'),
    '  }',
  ]
}

/**
 * What a customised `sub` leaves open, and the claim that closes it. Its parts are `claim:value`, joined by colons
 * (GitHub Docs, "OpenID Connect reference", customizing the token claims).
 */
function narrowingClaims(claims: Claims): { readonly claim: string; readonly admits: string }[] {
  const named = String(claims['sub'] ?? '')
    .split(':')
    .filter((_, index) => index % 2 === 0)
  const names = (...wanted: readonly string[]) => wanted.some(name => named.includes(name))
  return [
    ...(names('repo', 'repository', 'repository_id', 'workflow_ref')
      ? []
      : [{ claim: 'repository_id', admits: 'other repositories, perhaps every one of the organization,' }]),
    ...(names('ref', 'environment', 'workflow_ref')
      ? []
      : [{ claim: 'ref', admits: 'every branch and every pull request' }]),
  ]
}

/** Where the token lacks the claim that would narrow its `sub`. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  repository_id: 'THE REPOSITORY ID',
  ref: 'refs/heads/main',
}

function isPullRequest(claims: Claims): boolean {
  return /:pull_request(?::|$)/.test(String(claims['sub'])) || claims['event_name'] === 'pull_request'
}

function claimTable(claims: Claims): string {
  return table(TESTABLE, claims)
}

function others(claims: Claims): readonly string[] {
  return Object.keys(claims)
    .filter(name => !TESTABLE.includes(name) && !TECHNICAL.includes(name))
    .sort()
    .slice(0, 40)
}

function table(names: readonly string[], claims: Claims): string {
  const width = Math.max(...names.map(name => name.length))
  return names.map(name => `  ${plain(name).padEnd(width)}  ${shown(claims[name])}`).join('\n')
}

function issuerOf(claims: Claims): string {
  return plain(claims['iss'] ?? 'https://token.actions.githubusercontent.com').replace(/^https:\/\//, '')
}

function shown(value: unknown): string {
  return value === undefined || value === '' ? '(none)' : plain(value)
}

/** On one line, at most 500 characters. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 500)
}
