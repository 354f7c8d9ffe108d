import { GetAccessKeyLastUsedCommand, type IAMClient, paginateListAccessKeys } from '@aws-sdk/client-iam'
import { KEY_STATUSES, type KeyStatus, type LastUsed, type ObservationOf } from '../domain/evidence.ts'
import { invalidAnswer, itemsOf, pastInstant } from './answers.ts'

/** All access keys of a user (iam:ListAccessKeys, every page). Throws what the SDK throws, and what `answers.ts` does. */
export async function listAccessKeys(
  iam: IAMClient,
  user: string,
  signal: AbortSignal,
): Promise<ObservationOf<'access-keys'>['keys']> {
  const pages = paginateListAccessKeys({ client: iam }, { UserName: user }, { abortSignal: signal })
  const metadata = await itemsOf(pages, ({ AccessKeyMetadata }) => AccessKeyMetadata)
  return metadata.map(({ UserName, AccessKeyId, Status, CreateDate }) => {
    if (UserName !== user) throw invalidAnswer('it is about another user')
    if (!AccessKeyId) throw invalidAnswer('a key has no ID')
    if (!isKnown(Status)) throw invalidAnswer('a key has a status that is not known')
    return { accessKeyId: AccessKeyId, status: Status, createdAt: pastInstant(CreateDate, 'a key') }
  })
}

function isKnown(status: string | undefined): status is KeyStatus {
  return KEY_STATUSES.some(known => known === status)
}

/**
 * The last use of a user's key (iam:GetAccessKeyLastUsed), or null where none is recorded. Throws what the SDK throws, and
 * what `answers.ts` does.
 */
export async function getLastUse(
  iam: IAMClient,
  { user, accessKeyId }: { readonly user: string; readonly accessKeyId: string },
  signal: AbortSignal,
): Promise<LastUsed | null> {
  const { UserName, AccessKeyLastUsed } = await iam.send(
    new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }),
    { abortSignal: signal },
  )
  if (UserName !== user) throw invalidAnswer('it is about another user')
  // An answer without the element says nothing, least of all that the key was never used.
  if (!AccessKeyLastUsed) throw invalidAnswer('it says nothing about the last use')
  const { LastUsedDate, Region, ServiceName } = AccessKeyLastUsed
  if (!LastUsedDate) return null
  return { at: pastInstant(LastUsedDate, 'the last use'), region: named(Region), service: named(ServiceName) }
}

function named(value: string | undefined): string | null {
  return value && value !== 'N/A' && value !== 'not_supported' ? value : null
}
