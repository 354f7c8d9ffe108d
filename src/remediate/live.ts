import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import type { IAMClient } from '@aws-sdk/client-iam'
import { getLastUse, listAccessKeys } from '../aws/access-keys.ts'
import { openTrail, readStatusChanges } from '../aws/cloudtrail.ts'
import type { LiveKey, StatusHistory } from './plan.ts'

/** All keys of the user with their last use (iam:ListAccessKeys, iam:GetAccessKeyLastUsed). Throws what the SDK throws. */
export async function readKeys(iam: IAMClient, user: string, signal: AbortSignal): Promise<LiveKey[]> {
  const keys: LiveKey[] = []
  for (const key of await listAccessKeys(iam, user, signal)) {
    const lastUsed = await getLastUse(iam, key.accessKeyId, signal)
    keys.push({ ...key, lastUsedAt: lastUsed?.at ?? null })
  }
  return keys
}

/** What CloudTrail tells of each key's status (cloudtrail:LookupEvents, in the partition's IAM region), read once. */
export async function readStatusHistory(
  cloudtrail: CloudTrailClient,
  signal: AbortSignal,
): Promise<(accessKeyId: string) => StatusHistory> {
  const { changes, truncated } = await readStatusChanges(openTrail(cloudtrail, signal))
  const none: StatusHistory = truncated
    ? { kind: 'unknown', reason: 'CloudTrail has more status changes than are read.' }
    : { kind: 'unchanged' }
  return accessKeyId => {
    const change = changes.find(each => each.accessKeyId === accessKeyId)
    return change ? { kind: 'changed', at: change.at, status: change.status ?? '' } : none
  }
}
