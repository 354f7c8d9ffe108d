import type { IAMClient } from '@aws-sdk/client-iam'
import { connect, openAws } from '../aws/client.ts'
import { openTrails, type Trails } from '../aws/cloudtrail.ts'
import type { Session } from '../aws/session.ts'
import type { AwsSource } from '../aws/source.ts'
import { perKey } from '../domain/memoize.ts'
import { PARTITIONS } from '../domain/partitions.ts'
import type { Job } from '../host/id-token.ts'
import type { Candidate } from './plan.ts'

export type AuditedBy = Pick<Candidate, 'account' | 'role'>

export interface AccountClients {
  readonly iam: IAMClient
  readonly trails: Trails
  /** The credentials in use: their key, and the IAM user whose own they are, null for a role's. */
  readonly own: { readonly accessKeyId: string; readonly user: string | null }
}

export interface Connection {
  /** Clients with the credentials of the role that audited the account. Throws a UserError where AWS refuses them. */
  connect(audited: AuditedBy): Promise<AccountClients>
  close(): void
}

/** Opens the sessions that gathering had, by the same source, once more. */
export function openConnection(source: AwsSource, job: Job, signal: AbortSignal): Connection {
  const aws = openAws(job.run.actionVersion)
  const hubRole = source.roles[0] ?? null
  const sessionOf = perKey(async (role: string | null): Promise<Session> => {
    const { openDefaultSession, openMemberSession, openRoleSession } = await import('../aws/credentials.ts')
    if (role === null) return openDefaultSession(aws, source.region, signal)
    return source.organizationRoleName !== null && role !== hubRole
      ? openMemberSession(aws, await sessionOf(hubRole), role, source, signal)
      : openRoleSession(aws, role, source, job, signal)
  })

  return {
    async connect({ account, role }) {
      const [{ IAMClient }, session] = await Promise.all([import('@aws-sdk/client-iam'), sessionOf(role)])
      // A role that cannot be assumed is explained as such.
      const { accessKeyId } = await session.credentials()
      return {
        iam: connect(IAMClient, aws, session, PARTITIONS[account.partition].iamRegion),
        trails: openTrails(aws, session, signal),
        own: { accessKeyId, user: session.user },
      }
    },
    close: () => aws.close(),
  }
}
