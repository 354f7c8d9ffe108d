import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import type { IAMClient } from '@aws-sdk/client-iam'
import { connect, openAws } from '../aws/client.ts'
import type { RoleSessions } from '../aws/credentials.ts'
import type { Session } from '../aws/session.ts'
import type { AwsSource } from '../aws/source.ts'
import type { Job } from '../host/id-token.ts'
import type { Candidate } from './plan.ts'

export type AuditedBy = Pick<Candidate, 'account' | 'role'>

export interface AccountClients {
  readonly iam: IAMClient
  readonly cloudtrail: CloudTrailClient
}

export interface Connection {
  /** Clients with the credentials of the role that audited the account. Throws a UserError where AWS refuses them. */
  connect(audited: AuditedBy, region: string): Promise<AccountClients>
  close(): void
}

/** Opens the sessions that gathering had, by the same source, once more. */
export function openConnection(source: AwsSource, job: Job, signal: AbortSignal): Connection {
  const aws = openAws(job.run.actionVersion)
  const hubRole = source.roles[0] ?? null
  const open = new Map<string | null, Promise<Session>>()
  let roles: RoleSessions | null = null

  function sessionOf(role: string | null): Promise<Session> {
    const session = open.get(role) ?? openSession(role)
    open.set(role, session)
    return session
  }

  async function openSession(role: string | null): Promise<Session> {
    const { openDefaultSession, openMemberSession, openRoleSessions } = await import('../aws/credentials.ts')
    if (role === null) return openDefaultSession(aws, source.region, signal)
    if (source.organizationRoleName !== null && role !== hubRole)
      return openMemberSession(aws, await sessionOf(hubRole), role, source, signal)
    roles ??= openRoleSessions(aws, source, job, signal)
    return roles.open(role)
  }

  return {
    async connect({ role }, region) {
      const [{ IAMClient }, { CloudTrailClient }, session] = await Promise.all([
        import('@aws-sdk/client-iam'),
        import('@aws-sdk/client-cloudtrail'),
        sessionOf(role),
      ])
      // A role that cannot be assumed is explained as such.
      await session.credentials()
      return {
        iam: connect(IAMClient, aws, session, region),
        cloudtrail: connect(CloudTrailClient, aws, session, region),
      }
    },
    close: () => aws.close(),
  }
}
