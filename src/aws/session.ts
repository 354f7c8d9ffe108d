import type { Partition } from '../domain/partitions.ts'
import { keepWhileValid } from '../host/keep-while-valid.ts'

/** Credentials for one account, renewed as long as the run lasts. */
export interface Session {
  readonly accountId: string
  readonly partition: Partition
  /** The role's ARN; null: the SDK's default credential chain. */
  readonly role: string | null
  /** Name of the IAM user whose own credentials these are; null: a role's. */
  readonly user: string | null
  /** The call by which they are given: `sts:AssumeRole`. */
  readonly login: string
  /** The last ones while they hold and are not the `refused` ones, else new ones. Throws a UserError where AWS refuses. */
  credentials(refused?: AwsCredentials): Promise<AwsCredentials>
}

/** Temporary or long-lived credentials, as the SDK's clients take them. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** Keeps what `obtain` gives until a minute before it expires. */
export function renewed(obtain: () => Promise<AwsCredentials>): Session['credentials'] {
  const keep = keepWhileValid<AwsCredentials>(
    ({ expiration }) => expiration === undefined || expiration.getTime() - Date.now() > RENEW_BEFORE_MS,
  )
  return refused => keep(obtain, refused)
}

const RENEW_BEFORE_MS = 60_000
