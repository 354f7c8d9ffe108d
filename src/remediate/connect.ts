import type { IAMClient } from '@aws-sdk/client-iam'
import { connect, openAws } from '../aws/client.ts'
import { openTrails, type Trails } from '../aws/cloudtrail.ts'
import type { Session } from '../aws/session.ts'
import type { AwsSource } from '../aws/source.ts'
import { perKey } from '../domain/memoize.ts'
import { PARTITIONS, parseRoleArn } from '../domain/partitions.ts'
import type { Job } from '../host/id-token.ts'
import type { AuditedBy } from './plan.ts'

export interface AccountClients {
  readonly iam: IAMClient
  readonly trails: Trails
  /** The credentials in use: their key, and the IAM user whose own they are, null for a role's. */
  readonly own: { readonly accessKeyId: string; readonly user: string | null }
  /**
   * Opens a client for the changes alone, with the credentials of the role that makes them; null where there is no such
   * role. Throws a UserError where AWS refuses them.
   */
  readonly openChanging: (() => Promise<IAMClient>) | null
}

export interface Connection {
  /** Clients of the account; what reads has the credentials of the role that audited it. Throws a UserError where AWS refuses them. */
  connect(audited: AuditedBy): Promise<AccountClients>
  close(): void
}

/**
 * Opens the sessions that gathering had, by the same source, once more; and beside them those of the roles that change
 * keys: ARNs, or one name that the role has in each account; none: the credentials of the audit.
 */
export function openConnection(
  source: AwsSource,
  changeRoles: readonly string[],
  job: Job,
  signal: AbortSignal,
): Connection {
  const aws = openAws(job.run.actionVersion)
  const hubRole = source.roles[0] ?? null
  const sessionOf = perKey(async (role: string | null): Promise<Session> => {
    const { openDefaultSession, openMemberSession, openRoleSession } = await import('../aws/credentials.ts')
    if (role === null) return openDefaultSession(aws, source.region, signal)
    return source.organizationRoleName !== null && role !== hubRole
      ? openMemberSession(aws, await sessionOf(hubRole), role, source, signal)
      : openRoleSession(aws, role, source, job, signal)
  })

  /** By the job's own token, whoever audits: the hub role of an organization changes nothing. */
  async function openChangingSession(role: string): Promise<Session> {
    const { openRoleSession } = await import('../aws/credentials.ts')
    const session = openRoleSession(aws, role, source, job, signal)
    await session.credentials()
    return session
  }

  return {
    async connect({ account, role }) {
      const [{ IAMClient }, session] = await Promise.all([import('@aws-sdk/client-iam'), sessionOf(role)])
      // A role that cannot be assumed is explained as such.
      const { accessKeyId } = await session.credentials()
      const { iamRegion } = PARTITIONS[account.partition]
      const iam = connect(IAMClient, aws, session, iamRegion)
      const changeRole = changeRoleIn(account, changeRoles)
      const openChanging = async () =>
        changeRole === null ? iam : connect(IAMClient, aws, await openChangingSession(changeRole), iamRegion)
      return {
        iam,
        trails: openTrails(aws, session, signal),
        own: { accessKeyId, user: session.user },
        openChanging: changeRoles.length > 0 && changeRole === null ? null : openChanging,
      }
    },
    close: () => aws.close(),
  }
}

/** ARN of the role that changes keys of the account; null where none of it is named. */
function changeRoleIn(
  { id, partition }: AuditedBy['account'],
  changeRoles: readonly string[],
): string | null {
  const [first] = changeRoles
  if (first !== undefined && parseRoleArn(first) === null) return `arn:${partition}:iam::${id}:role/${first}`
  return changeRoles.find(arn => arn.startsWith(`arn:${partition}:iam::${id}:`)) ?? null
}
