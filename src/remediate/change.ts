import { setTimeout as sleep } from 'node:timers/promises'
import type { IAMClient } from '@aws-sdk/client-iam'
import { listAccessKeys } from '../aws/access-keys.ts'
import { readAwsError } from '../aws/errors.ts'
import { UserError } from '../domain/errors.ts'
import type { KeyLook } from '../domain/observations.ts'
import type { RemediationChange } from '../domain/remediation-record.ts'
import { joinTexts } from '../domain/text.ts'
import { formatInstant } from '../domain/time.ts'
import type { Candidate } from './plan.ts'

/** What became of a change; `look`: the user's keys after it, null where they could not be read. */
interface ChangeOutcome extends Pick<RemediationChange, 'reason'> {
  readonly outcome: 'done' | 'failed'
  readonly look: KeyLook | null
}

/** The clients of an account: what reads has other credentials than what changes. */
interface ChangeClients {
  readonly iam: IAMClient
  readonly changing: IAMClient
}

/** Makes the change, and looks at the user's keys afterwards: what AWS has then decides. Never throws. */
export async function makeChange(
  { iam, changing }: ChangeClients,
  candidate: Candidate,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<ChangeOutcome> {
  const refused = await execute(changing, candidate, accessKeyId, signal).then(() => null, wordsOf)
  const isMade = ({ keys }: KeyLook): boolean => {
    const found = keys.find(key => key.accessKeyId === accessKeyId)
    return candidate.what === 'delete' ? found === undefined : found?.status === 'Inactive'
  }
  try {
    const look = await lookUntil(iam, candidate.key.user, refused === null ? isMade : () => true)
    return { ...judgeChange(refused, isMade(look), null), look }
  } catch (error) {
    return { ...judgeChange(refused, null, wordsOf(error)), look: null }
  }
}

/** `refused`, `unseen`: in words why AWS did not confirm the change, and why the look afterwards failed. */
function judgeChange(
  refused: string | null,
  made: boolean | null,
  unseen: string | null,
): Pick<ChangeOutcome, 'outcome' | 'reason'> {
  if (made === true)
    return { outcome: 'done', reason: refused && `AWS did not confirm the change (${refused}), but made it.` }
  if (refused === null)
    return made === null
      ? { outcome: 'done', reason: `AWS confirmed it; the user could not be looked at afterwards: ${unseen}` }
      : { outcome: 'failed', reason: 'AWS confirmed the change, but its list of the keys does not show it.' }
  const reason =
    made === null
      ? `AWS did not confirm the change; look whether it was made: ${refused}`
      : `AWS did not confirm the change, and the key is as it was: ${refused}`
  return { outcome: 'failed', reason }
}

/** The only calls of the project that change anything in AWS. */
async function execute(
  iam: IAMClient,
  { key, what }: Candidate,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<void> {
  const { DeleteAccessKeyCommand, UpdateAccessKeyCommand } = await import('@aws-sdk/client-iam')
  const which = { UserName: key.user, AccessKeyId: accessKeyId }
  if (what === 'delete') await iam.send(new DeleteAccessKeyCommand(which), { abortSignal: signal })
  else await iam.send(new UpdateAccessKeyCommand({ ...which, Status: 'Inactive' }), { abortSignal: signal })
}

/** IAM shows a change after a moment only (IAM User Guide, "Changes that I make are not always immediately visible"). */
async function lookUntil(
  iam: IAMClient,
  user: string,
  isEnough: (look: KeyLook) => boolean,
): Promise<KeyLook> {
  const signal = AbortSignal.timeout(LOOK_MS)
  for (let tries = 0; ; tries++) {
    const keys = await listAccessKeys(iam, user, signal)
    const look: KeyLook = { kind: 'access-keys', user, at: formatInstant(new Date()), keys }
    const wait = WAITS_MS[tries]
    if (wait === undefined || isEnough(look)) return look
    await sleep(wait, undefined, { signal })
  }
}

const WAITS_MS = [500, 1_500, 3_000]
/** Apart from the time that the changes have: what was done is looked at even when that is over. */
const LOOK_MS = 10_000

export function wordsOf(error: unknown): string {
  if (error instanceof UserError) return joinTexts([error.message, error.detail], ' ')
  const { code, message } = readAwsError(error)
  return message ? `${code}: ${message}` : `${code}.`
}
