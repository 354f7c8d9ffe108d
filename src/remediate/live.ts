import type { IAMClient } from '@aws-sdk/client-iam'
import { getLastUse, listAccessKeys } from '../aws/access-keys.ts'
import { invalidAnswer, pastInstant } from '../aws/answers.ts'
import { readStatusChanges } from '../aws/cloudtrail.ts'
import type { KeyLastUse } from '../domain/audit-result.ts'
import type { ObservationOf } from '../domain/evidence.ts'
import { once } from '../domain/memoize.ts'
import { PARTITIONS, type Partition, partitionOfRegion } from '../domain/partitions.ts'
import type { AccountClients } from './connect.ts'
import type { LiveKey, StatusHistory } from './plan.ts'

/** What AWS says of one account right before a change. Each throws what the SDK throws. */
export interface LiveAccount extends Pick<AccountClients, 'iam' | 'own'> {
  /** `AccountClients.openChanging`, once. */
  readonly changing: (() => Promise<IAMClient>) | null
  /** All keys of the user with their last use by IAM (iam:ListAccessKeys, iam:GetAccessKeyLastUsed). */
  keysOf(user: string): Promise<readonly LiveKey[]>
  /** The user's ARN, its path included (iam:GetUser). */
  arnOf(user: string): Promise<string>
  /** What CloudTrail tells of the key's status (cloudtrail:LookupEvents, in the partition's IAM region). */
  historyOf(user: string, accessKeyId: string, read: 'once' | 'again'): Promise<StatusHistory>
  /** The newest events of requests by the key (cloudtrail:LookupEvents), in the IAM region and those given. */
  usesOf(accessKeyId: string, regions: readonly (string | null)[]): Promise<readonly KeyLastUse[]>
}

export function openAccount(
  { iam, trails, own, openChanging }: AccountClients,
  partition: Partition,
  signal: AbortSignal,
): LiveAccount {
  const { iamRegion } = PARTITIONS[partition]
  let history: ObservationOf<'status-changes'> | null = null
  return {
    iam,
    own,
    changing: openChanging && once(openChanging),
    async keysOf(user) {
      const keys: LiveKey[] = []
      for (const key of await listAccessKeys(iam, user, signal)) {
        const used = await getLastUse(iam, { user, accessKeyId: key.accessKeyId }, signal)
        keys.push({ ...key, lastUsed: used === null ? { state: 'never' } : { state: 'used', ...used } })
      }
      return keys
    },
    async arnOf(user) {
      const { GetUserCommand } = await import('@aws-sdk/client-iam')
      const { User } = await iam.send(new GetUserCommand({ UserName: user }), { abortSignal: signal })
      if (User?.UserName !== user || !User.Arn) throw invalidAnswer('it is about another user')
      return User.Arn
    },
    async historyOf(user, accessKeyId, read) {
      if (read === 'again' || history === null) history = await readStatusChanges(await trails(iamRegion))
      return statusHistory(history, user, accessKeyId)
    },
    async usesOf(accessKeyId, regions) {
      const asked = new Set([iamRegion, ...regions.filter(region => region !== null)])
      const uses: KeyLastUse[] = []
      for (const region of asked) {
        if (partitionOfRegion(region) !== partition) continue
        const { events } = await (await trails(region)).lookUp('AccessKeyId', accessKeyId, 1)
        for (const { EventTime } of events)
          uses.push({ state: 'used', at: pastInstant(EventTime, 'an event'), region, service: null })
      }
      return uses
    },
  }
}

/** The newest change of the key; what may be one of it and does not say so leaves its history unknown. */
function statusHistory(
  { changes, truncated }: ObservationOf<'status-changes'>,
  user: string,
  accessKeyId: string,
): StatusHistory {
  const newest = changes.find(change =>
    change.accessKeyId === null
      ? change.user === null || change.user === user
      : change.accessKeyId === accessKeyId,
  )
  if (newest?.accessKeyId === null)
    return { kind: 'unknown', reason: 'CloudTrail has a status change that does not say of which key.' }
  if (newest) return { kind: 'changed', at: newest.at, status: newest.status ?? '' }
  return truncated
    ? { kind: 'unknown', reason: 'CloudTrail has more status changes than are read.' }
    : { kind: 'unchanged' }
}
