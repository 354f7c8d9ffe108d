import { GetAccessKeyLastUsedCommand, type IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import type { AccessKeysObserved, LastUsed } from '../domain/evidence.ts'
import { formatInstant } from '../domain/time.ts'

export type CallIam = <T>(call: (client: IAMClient) => Promise<T>) => Promise<T>

/** All access keys of a user (iam:ListAccessKeys, every page). Throws what the SDK throws. */
export async function listAccessKeys(
  iam: CallIam,
  user: string,
  signal: AbortSignal,
): Promise<AccessKeysObserved['keys']> {
  const keys: AccessKeysObserved['keys'][number][] = []
  let marker: string | undefined
  do {
    const page = await iam(client =>
      client.send(new ListAccessKeysCommand({ UserName: user, Marker: marker }), { abortSignal: signal }),
    )
    for (const { AccessKeyId, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
      if (!AccessKeyId || !Status || !CreateDate) throw new TypeError('a key without ID, status or date')
      keys.push({ accessKeyId: AccessKeyId, status: Status, createdAt: formatInstant(CreateDate) })
    }
    marker = page.IsTruncated ? page.Marker : undefined
  } while (marker)
  return keys
}

/** The last use of a key (iam:GetAccessKeyLastUsed), or null where none is recorded. Throws what the SDK throws. */
export async function getLastUse(
  iam: CallIam,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<LastUsed | null> {
  const { AccessKeyLastUsed } = await iam(client =>
    client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }), { abortSignal: signal }),
  )
  // An answer without the element says nothing, least of all that the key was never used.
  if (!AccessKeyLastUsed) throw new TypeError('no answer about the last use')
  const { LastUsedDate, Region, ServiceName } = AccessKeyLastUsed
  return LastUsedDate
    ? { at: formatInstant(LastUsedDate), region: named(Region), service: named(ServiceName) }
    : null
}

function named(value: string | undefined): string | null {
  return value && value !== 'N/A' && value !== 'not_supported' ? value : null
}
