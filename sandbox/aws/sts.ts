/** STS: AssumeRoleWithWebIdentity against the role's trust policy, AssumeRole from role to role, GetCallerIdentity. */

import type { Answer, Call } from '../answer.ts'
import { readToken } from '../oidc.ts'
import { type Account, now, type Role, type World } from '../world.ts'
import { authorize, type Sessions, sessionArn } from './sessions.ts'
import { AwsError, elements, queryAnswer } from './wire.ts'

export function answerSts(
  world: World,
  sessions: Sessions,
  call: Call,
  action: string,
  params: Record<string, string>,
): Answer {
  switch (action) {
    case 'AssumeRoleWithWebIdentity':
      return assumeRoleWithWebIdentity(world, sessions, params)
    case 'AssumeRole':
      return assumeRole(world, sessions, call, params)
    case 'GetCallerIdentity': {
      const { account, session } = sessions.authenticate(world, call)
      return queryAnswer(
        'sts',
        action,
        elements({
          Arn: sessionArn(account, session),
          UserId: `AROASANDBOX:${session.sessionName}`,
          Account: account.id,
        }),
      )
    }
    default:
      throw new AwsError(400, 'InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
  }
}

function assumeRoleWithWebIdentity(world: World, sessions: Sessions, params: Record<string, string>): Answer {
  const claims = readToken(params['WebIdentityToken'] ?? '')
  if (claims === null) {
    throw new AwsError(
      400,
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    )
  }
  const { account, role } = findRole(world, params['RoleArn'] ?? '')
  const provider = account?.oidcProvider
  if (!provider) {
    throw new AwsError(
      400,
      'InvalidIdentityToken',
      `No OpenIDConnect provider found in your account for ${claims['iss']}`,
    )
  }
  if (!provider.audiences.includes(String(claims['aud']))) {
    throw new AwsError(400, 'InvalidIdentityToken', 'Incorrect token audience')
  }
  const seconds = now(world).getTime() / 1000
  if (Number(claims['exp']) <= seconds) {
    throw new AwsError(
      400,
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(seconds)} must be before the expiration date/time ${claims['exp']}`,
    )
  }
  if (role === undefined || account?.state !== 'ACTIVE' || !trustsToken(role, claims)) {
    throw new AwsError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')
  }
  return assumed('AssumeRoleWithWebIdentity', world, sessions, account, role, params, {
    SubjectFromWebIdentityToken: String(claims['sub']),
    Audience: String(claims['aud']),
    Provider: `arn:${account.partition}:iam::${account.id}:oidc-provider/${String(claims['iss']).replace('https://', '')}`,
  })
}

function assumeRole(world: World, sessions: Sessions, call: Call, params: Record<string, string>): Answer {
  const caller = sessions.authenticate(world, call)
  const arn = params['RoleArn'] ?? ''
  authorize(caller, 'sts:AssumeRole', arn)
  const { account, role } = findRole(world, arn)
  const callerRole = `arn:${caller.account.partition}:iam::${caller.account.id}:role/${caller.role.name}`
  if (account?.state !== 'ACTIVE' || role === undefined || !role.principals.includes(callerRole)) {
    throw new AwsError(
      403,
      'AccessDenied',
      `User: ${sessionArn(caller.account, caller.session)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    )
  }
  if (Number(params['DurationSeconds'] ?? 3600) > 3600) {
    throw new AwsError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  }
  return assumed('AssumeRole', world, sessions, account, role, params, {})
}

function assumed(
  action: string,
  world: World,
  sessions: Sessions,
  account: Account,
  role: Role,
  params: Record<string, string>,
  more: Record<string, string>,
): Answer {
  const sessionName = params['RoleSessionName'] ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw new AwsError(
      400,
      'ValidationError',
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
  }
  const seconds = Number(params['DurationSeconds'] ?? Math.min(3600, role.sessionSeconds))
  if (seconds > Math.max(3600, role.sessionSeconds)) {
    throw new AwsError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  const credentials = sessions.issue(
    world,
    account.id,
    role.name,
    sessionName,
    Math.min(seconds, role.sessionSeconds),
  )
  return queryAnswer(
    'sts',
    action,
    elements({
      ...more,
      AssumedRoleUser: elements({
        AssumedRoleId: `AROASANDBOX:${sessionName}`,
        Arn: sessionArn(account, { roleName: role.name, sessionName }),
      }),
      Credentials: elements({
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: credentials.expiration,
      }),
    }),
  )
}

function findRole(world: World, arn: string): { account: Account | undefined; role: Role | undefined } {
  const match = /^arn:([\w-]+):iam::(\d{12}):role\/(.+)$/.exec(arn)
  const account = world.accounts.get(match?.[2] ?? '')
  if (account === undefined || account.partition !== match?.[1])
    return { account: undefined, role: undefined }
  return { account, role: account.roles.get(match[3] ?? '') }
}

/** StringLike, case-sensitive as in IAM. */
function trustsToken({ webIdentity }: Role, claims: Record<string, unknown>): boolean {
  if (webIdentity === null) return false
  return Object.entries(webIdentity).every(([claim, patterns]) =>
    patterns.some(pattern => matches(pattern, String(claims[claim] ?? ''))),
  )
}

function matches(pattern: string, value: string): boolean {
  const literal = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`).test(value)
}
