import { GetAccessKeyLastUsedCommand, type IAMClient, paginateListAccessKeys } from '@aws-sdk/client-iam'
import type { LastUsed, ObservationOf } from '../domain/evidence.ts'
import { formatInstant } from '../domain/time.ts'

/** All access keys of a user (iam:ListAccessKeys, every page). Throws what the SDK throws. */
export async function listAccessKeys(
  iam: IAMClient,
  user: string,
  signal: AbortSignal,
): Promise<ObservationOf<'access-keys'>['keys']> {
  const keys: ObservationOf<'access-keys'>['keys'][number][] = []
  const pages = paginateListAccessKeys({ client: iam }, { UserName: user }, { abortSignal: signal })
  for await (const { AccessKeyMetadata } of pages)
    for (const { AccessKeyId, Status, CreateDate } of AccessKeyMetadata ?? []) {
      if (!AccessKeyId || !Status || !CreateDate) throw new TypeError('a key without ID, status or date')
      keys.push({ accessKeyId: AccessKeyId, status: Status, createdAt: formatInstant(CreateDate) })
    }
  return keys
}

/** The last use of a key (iam:GetAccessKeyLastUsed), or null where none is recorded. Throws what the SDK throws. */
export async function getLastUse(
  iam: IAMClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<LastUsed | null> {
  const { AccessKeyLastUsed } = await iam.send(
    new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }),
    { abortSignal: signal },
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
