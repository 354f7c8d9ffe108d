/** Issued credentials: each belongs to one account and role, and a request is authorised by it. */

import { randomBytes } from 'node:crypto'
import { formatInstant } from '../../src/domain/time.ts'
import { type Call, header } from '../answer.ts'
import { type Account, nextKeyId, now, type Role, type World } from '../world.ts'
import { AwsError } from './wire.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: string
}

export interface Session {
  readonly accountId: string
  readonly roleName: string
  readonly sessionName: string
  readonly accessKeyId: string
  readonly sessionToken: string
  readonly expiresAt: number
}

export interface Caller {
  readonly session: Session
  readonly account: Account
  readonly role: Role
  readonly region: string
}

export class Sessions {
  readonly #byKey = new Map<string, Session>()
  readonly #secrets: string[]

  /** Adds what it issues to `secrets`. */
  constructor(secrets: string[]) {
    this.#secrets = secrets
  }

  issue(world: World, accountId: string, roleName: string, sessionName: string, seconds = 3600): Credentials {
    const expiresAt = now(world).getTime() + seconds * 1000
    const credentials = {
      accessKeyId: nextKeyId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(90).toString('base64'),
      expiration: formatInstant(new Date(expiresAt)),
    }
    this.#secrets.push(credentials.secretAccessKey, credentials.sessionToken)
    this.#byKey.set(credentials.accessKeyId, {
      accountId,
      roleName,
      sessionName,
      accessKeyId: credentials.accessKeyId,
      sessionToken: credentials.sessionToken,
      expiresAt,
    })
    return credentials
  }

  /** The session that signed the call and the signing region; null where it is unsigned or unknown. */
  find(call: Call): { session: Session | null; region: string } | null {
    const scope = /Credential=([^/,]+)\/\d+\/([^/]+)\//.exec(header(call, 'authorization'))
    if (scope === null) return null
    return { session: this.#byKey.get(scope[1] ?? '') ?? null, region: scope[2] ?? '' }
  }

  /** Throws AWS's refusals of unsigned, unknown and expired credentials. */
  authenticate(world: World, call: Call): Caller {
    const signed = this.find(call)
    if (signed === null) {
      throw new AwsError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
    }
    const { session, region } = signed
    const account = world.accounts.get(session?.accountId ?? '')
    const role = account?.roles.get(session?.roleName ?? '')
    if (
      session === null ||
      account === undefined ||
      role === undefined ||
      header(call, 'x-amz-security-token') !== session.sessionToken ||
      !isRegionOf(region, account)
    ) {
      throw new AwsError(
        403,
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
      )
    }
    if (now(world).getTime() >= session.expiresAt) {
      throw new AwsError(403, 'ExpiredToken', 'The security token included in the request is expired')
    }
    return { session, account, role, region }
  }
}

/** Throws AccessDenied, in AWS's words, unless the caller's role allows `action`, as in `iam:ListAccessKeys`. */
export function authorize(caller: Caller, action: string, resource: string): void {
  const allowed = caller.role.allow.some(pattern =>
    pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action,
  )
  if (!allowed) {
    throw new AwsError(
      403,
      'AccessDenied',
      `User: ${sessionArn(caller.account, caller.session)} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    )
  }
}

/** `arn:aws:sts::123456789012:assumed-role/audit/session` */
export function sessionArn(
  account: Account,
  { roleName, sessionName }: Pick<Session, 'roleName' | 'sessionName'>,
): string {
  return `arn:${account.partition}:sts::${account.id}:assumed-role/${roleName.split('/').at(-1)}/${sessionName}`
}

const REGION_PREFIXES: Record<Account['partition'], RegExp> = {
  aws: /^(?!cn-|us-gov-|us-iso|eu-iso|eusc-)/,
  'aws-cn': /^cn-/,
  'aws-us-gov': /^us-gov-/,
  'aws-iso': /^us-iso-/,
  'aws-iso-b': /^us-isob-/,
  'aws-iso-e': /^eu-isoe-/,
  'aws-iso-f': /^us-isof-/,
  'aws-eusc': /^eusc-/,
}

// Credentials of one partition are unknown in every other.
function isRegionOf(region: string, account: Account): boolean {
  return REGION_PREFIXES[account.partition].test(region)
}
