import { setSecret } from '@actions/core'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import pRetry from 'p-retry'
import { LOGIN } from '../domain/asked.ts'
import { UserError } from '../domain/errors.ts'
import { PARTITIONS, type Partition, parseRoleArn, partitionOfRegion } from '../domain/partitions.ts'
import { type Job, requireIdToken } from '../host/id-token.ts'
import { type Aws, connect } from './client.ts'
import { type AwsError, failureOf, isExpired, readAwsError } from './errors.ts'
import { type AwsCredentials, renewed, type Session } from './session.ts'
import type { AwsSource } from './source.ts'
import { detailOf, explainRefusal, readClaims } from './trust.ts'

/**
 * A session of the role by the job's OIDC token. Throws a UserError where the job can have none. Nothing is asked of AWS
 * until the credentials are needed, which throw a UserError where it refuses; they are held in memory and masked in the log.
 */
export function openRoleSession(
  aws: Aws,
  role: string,
  source: AwsSource,
  job: Job,
  signal: AbortSignal,
): Session {
  requireIdToken(job.run)
  return roleSession(role, LOGIN.token, source, (region, partition) => {
    const audience = source.audience ?? PARTITIONS[partition].audience
    const token = (expired: string | null) => job.idTokens(audience, signal, expired)
    return assumeWithToken(new STSClient({ ...aws.client, region }), role, source.sessionName, token, signal)
  })
}

/** A session of the role in a member account, by the credentials of the hub role. */
export function openMemberSession(
  aws: Aws,
  hub: Session,
  role: string,
  source: AwsSource,
  signal: AbortSignal,
): Session {
  return roleSession(role, LOGIN.member, source, async region => {
    try {
      const { Credentials } = await connect(STSClient, aws, hub, region).send(
        new AssumeRoleCommand({ RoleArn: role, RoleSessionName: source.sessionName }),
        { abortSignal: signal },
      )
      return credentialsOf(Credentials)
    } catch (error) {
      throw memberRefused(role, error)
    }
  })
}

function roleSession(
  role: string,
  login: string,
  source: Pick<AwsSource, 'region'>,
  assume: (region: string, partition: Partition) => Promise<AwsCredentials>,
): Session {
  const parts = parseRoleArn(role)
  if (parts === null) throw new TypeError('a role is no ARN, although the inputs were validated')
  const { account, partition } = parts
  const region = source.region ?? PARTITIONS[partition].defaultRegion
  const credentials = renewed(() => assume(region, partition))
  return { accountId: account, partition, role, user: null, login, credentials }
}

/** The session of the SDK's default credential chain (sts:GetCallerIdentity). Throws a UserError without valid credentials. */
export async function openDefaultSession(
  aws: Aws,
  region: string | null,
  signal: AbortSignal,
): Promise<Session> {
  const configured =
    region ?? (await new STSClient({}).config.region().catch(() => PARTITIONS.aws.defaultRegion))
  const sts = new STSClient({ ...aws.client, region: configured })
  try {
    const { Arn = '', Account = '' } = await sts.send(new GetCallerIdentityCommand({}), {
      abortSignal: signal,
    })
    const partition = Arn.split(':')[1] ?? ''
    if (!/^\d{12}$/.test(Account)) throw new TypeError('GetCallerIdentity answered no account')
    return {
      accountId: Account,
      partition: isPartition(partition) ? partition : (partitionOfRegion(configured) ?? 'aws'),
      role: null,
      user: /:user\/(?:.*\/)?([^/]+)$/.exec(Arn)?.[1] ?? null,
      login: LOGIN.own,
      credentials: renewed(() => sts.config.credentials()),
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw noCredentials(error)
  }
}

/** sts:AssumeRoleWithWebIdentity. The SDK retries what passes by itself; refusals are explained at once. */
async function assumeWithToken(
  sts: STSClient,
  role: string,
  sessionName: string,
  token: (expired: string | null) => Promise<string>,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  let webIdentityToken = ''
  let expired: string | null = null
  try {
    return await pRetry(
      async () => {
        webIdentityToken = await token(expired)
        const { Credentials } = await sts.send(
          new AssumeRoleWithWebIdentityCommand({
            RoleArn: role,
            RoleSessionName: sessionName,
            WebIdentityToken: webIdentityToken,
          }),
          { abortSignal: signal },
        )
        return credentialsOf(Credentials)
      },
      {
        retries: ASSUME_ATTEMPTS - 1,
        randomize: true,
        signal,
        shouldRetry({ error }) {
          if (isExpired(error)) expired = webIdentityToken
          return isExpired(error) || isPassing(readAwsError(error))
        },
      },
    )
  } catch (error) {
    signal.throwIfAborted()
    throw notAssumed(role, webIdentityToken, error)
  }
}

function notAssumed(role: string, webIdentityToken: string, error: unknown): UserError {
  if (error instanceof UserError) return error
  const said = readAwsError(error)
  if (REFUSALS.has(said.code)) return explainRefusal(role, readClaims(webIdentityToken), said)
  if (said.code === 'RegionDisabledException')
    return new UserError(
      'STS is not activated for this region in the account.',
      'Set aws-region to a region that the account has enabled, or activate STS there (IAM, Account settings).',
      detailOf(role, said),
    )
  return notAssumable(role, error)
}

/** Faults of AWS's own look at the issuer's keys, which it may report as bad tokens; and answers that are none. */
function isPassing({ code, message }: AwsError): boolean {
  return (
    code.startsWith('IDPCommunicationError') ||
    code === 'MalformedAnswer' ||
    (/^InvalidIdentityToken/.test(code) && /retrieve verification key/i.test(message))
  )
}

const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
  'IDPRejectedClaim',
  'IDPRejectedClaimException',
])

function memberRefused(role: string, error: unknown): UserError {
  const said = readAwsError(error)
  if (said.code !== 'AccessDenied') return notAssumable(role, error)
  return new UserError(
    'The hub role may not assume the role in this account.',
    'Create the role organization-role-name in this account with a trust policy that names the hub role, and allow the hub role sts:AssumeRole on it; or leave the account out with exclude-accounts. A service control policy or a suspended account denies it too.',
    detailOf(role, said),
    { cause: error },
  )
}

function noCredentials(error: unknown): UserError {
  const { code, message } = readAwsError(error)
  if (/CredentialsProviderError|^ProviderError|TokenProviderError/.test(code))
    return new UserError(
      'There are no AWS credentials: role-to-assume is empty, and the default credential chain of the AWS SDK found none.',
      'Set role-to-assume (with `permissions: id-token: write`), or log in with aws-actions/configure-aws-credentials in a step before, or give the job AWS_PROFILE, a container role or an instance role; or evaluate saved evidence with evidence-files.',
      message,
      { cause: error },
    )
  const { summary, remedy, detail } = failureOf(error, 'checking the credentials (sts:GetCallerIdentity)')
  return new UserError(
    summary,
    code === 'AccessDenied'
      ? 'This call needs no permission, so something denies it: look at the policies of the VPC endpoint of STS, and at service control policies.'
      : remedy,
    detail,
    { cause: error },
  )
}

function notAssumable(role: string, error: unknown): UserError {
  const { summary, remedy, detail } = failureOf(error, 'assuming the role')
  return new UserError(summary, remedy, `${role}\nAWS says: ${detail}`, { cause: error })
}

function isPartition(text: string): text is Partition {
  return Object.hasOwn(PARTITIONS, text)
}

function credentialsOf({
  AccessKeyId,
  SecretAccessKey,
  SessionToken,
  Expiration,
}: Partial<Credentials> = {}): AwsCredentials {
  if (!AccessKeyId || !SecretAccessKey || !SessionToken)
    throw new TypeError('STS answered without credentials')
  for (const secret of [AccessKeyId, SecretAccessKey, SessionToken]) setSecret(secret)
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(Expiration ? { expiration: Expiration } : {}),
  }
}

export const ASSUME_ATTEMPTS = 4
