import { setTimeout as sleep } from 'node:timers/promises'
import type { CloudTrailClient, Event } from '@aws-sdk/client-cloudtrail'
import type { IAMClient } from '@aws-sdk/client-iam'
import { DAY_MS, formatInstant } from '../time.ts'
import { CLOUDTRAIL_DAYS, type LiveKey, type StatusHistory } from './plan.ts'

/** All keys of the user with their last use (iam:ListAccessKeys, iam:GetAccessKeyLastUsed). Throws what the SDK throws. */
export async function readKeys(iam: IAMClient, user: string, signal: AbortSignal): Promise<LiveKey[]> {
  const { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } = await import('@aws-sdk/client-iam')
  const keys: LiveKey[] = []
  let marker: string | undefined
  do {
    const page = await iam.send(new ListAccessKeysCommand({ UserName: user, Marker: marker }), {
      abortSignal: signal,
    })
    for (const { AccessKeyId, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
      if (!AccessKeyId || !Status || !CreateDate) throw new TypeError('a key without ID, status or date')
      const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }), {
        abortSignal: signal,
      })
      // An answer without the element says nothing, least of all that the key was never used.
      if (!AccessKeyLastUsed) throw new TypeError('no answer about the last use')
      const lastUsed = AccessKeyLastUsed.LastUsedDate
      keys.push({
        accessKeyId: AccessKeyId,
        status: Status,
        createdAt: formatInstant(CreateDate),
        lastUsedAt: lastUsed ? formatInstant(lastUsed) : null,
      })
    }
    marker = page.IsTruncated ? page.Marker : undefined
  } while (marker)
  return keys
}

/**
 * What CloudTrail tells of each key's status (cloudtrail:LookupEvents, in the partition's IAM region), read once.
 * By event name: that an event can be found by the key's ID as a resource is documented nowhere, and what is not
 * found would count as unchanged.
 */
export async function readStatusHistory(
  cloudtrail: CloudTrailClient,
  now: Date,
  signal: AbortSignal,
): Promise<(accessKeyId: string) => StatusHistory> {
  const { LookupEventsCommand } = await import('@aws-sdk/client-cloudtrail')
  const newest = new Map<string, StatusHistory>()
  let token: string | undefined
  let pages = 0
  do {
    // Two requests a second are allowed for each account and region.
    if (pages > 0) await sleep(PACE_MS, undefined, { signal })
    const page = await cloudtrail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'UpdateAccessKey' }],
        StartTime: new Date(now.getTime() - CLOUDTRAIL_DAYS * DAY_MS),
        NextToken: token,
      }),
      { abortSignal: signal },
    )
    // Newest first.
    for (const event of page.Events ?? []) {
      const change = readChange(event)
      if (change && !newest.has(change.accessKeyId)) newest.set(change.accessKeyId, change.history)
    }
    token = page.NextToken
    pages += 1
  } while (token && pages < MAX_PAGES)
  const none: StatusHistory = token
    ? { kind: 'unknown', reason: 'CloudTrail has more status changes than are read.' }
    : { kind: 'unchanged' }
  return accessKeyId => newest.get(accessKeyId) ?? none
}

const PACE_MS = 500
const MAX_PAGES = 100

/** Which key a successful UpdateAccessKey changed, and when. */
function readChange(event: Event): { accessKeyId: string; history: StatusHistory } | null {
  const record = parse(event.CloudTrailEvent)
  const { accessKeyId, status } = (record['requestParameters'] ?? {}) as Record<string, unknown>
  if (typeof accessKeyId !== 'string' || !event.EventTime || record['errorCode']) return null
  const at = formatInstant(event.EventTime)
  return { accessKeyId, history: { kind: 'changed', at, status: typeof status === 'string' ? status : '' } }
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
