import type { IAMClient } from '@aws-sdk/client-iam'
import { failureOf } from '../aws/errors.ts'
import type { AwsSource } from '../aws/source.ts'
import type { KeyResult } from '../domain/audit-result.ts'
import { UserError } from '../domain/errors.ts'
import { latestUse } from '../domain/last-use.ts'
import { perKey } from '../domain/memoize.ts'
import type { AccountLook, KeyLook } from '../domain/observations.ts'
import type {
  AnnouncedChange,
  KeyRecord,
  RemediationChange,
  RemediationRecord,
} from '../domain/remediation-record.ts'
import { setStatus } from '../evaluate/commands.ts'
import type { Job } from '../host/id-token.ts'
import { makeChange, wordsOf } from './change.ts'
import { type Connection, openConnection } from './connect.ts'
import { type LiveAccount, openAccount } from './live.ts'
import {
  type AuditedBy,
  type Candidate,
  judge,
  type LiveKey,
  matchLive,
  planRemediation,
  type Remediable,
  type StatusHistory,
  userOf,
  whyNamed,
  whyPointedAt,
  whyRefused,
  withRecord,
} from './plan.ts'

export interface Remediation extends Remediable, Pick<Connection, 'connect'> {
  /** Why another run may change keys at the same time, as the end of "… because"; null: none can. */
  whyNotAlone(): Promise<string | null>
  /** What earlier nights remember of the key, or null. Never throws. */
  recordOf(accessKeyId: string): Promise<KeyRecord | null>
  /** Called right before the change is asked of AWS, so that a run that is killed leaves its trace. */
  onStart(change: AnnouncedChange): void
  /** Called as soon as a key's outcome is known, so that no change goes unlogged whatever happens after it. */
  onChange(change: RemediationChange): void
  readonly signal: AbortSignal
}

export interface Remediated {
  readonly record: RemediationRecord
  /** The key of each change, as it was before. */
  readonly keys: readonly KeyResult[]
  /** What AWS had of the users whose keys were changed, after the change. */
  readonly looks: readonly AccountLook[]
  /** Accounts whose keys could not be changed, as nobody could log in to do so. */
  readonly problems: readonly UserError[]
}

/** Whose keys to change, by the source that gathering had. */
export interface KeysToChange extends Omit<Remediation, 'connect' | 'signal'> {
  readonly source: AwsSource
  /** The roles that make the changes, as `openConnection` takes them. */
  readonly changeRoles: readonly string[]
}

/** `remediate`, with the sessions that gathering had, within the time that the run has left. */
export async function changeKeys(
  { source, changeRoles, ...remediation }: KeysToChange,
  job: Job,
): Promise<Remediated> {
  const signal = AbortSignal.timeout(remediation.run.milliseconds)
  const { connect, close } = openConnection(source, changeRoles, job, signal)
  try {
    return await remediate({ ...remediation, connect, signal })
  } finally {
    close()
  }
}

/**
 * Deactivates and deletes what the configured limits point at, each key looked at live right before; `plan` does all of
 * it but the changes. Never throws for a key: every outcome is recorded. After a change that failed nothing more is changed.
 */
export async function remediate(remediation: Remediation): Promise<Remediated> {
  const { run, result, config } = remediation
  const refused =
    whyRefused(run, result, config.remediation) ??
    (run.mode === 'apply' ? await remediation.whyNotAlone() : null)
  if (refused !== null)
    return { record: { mode: run.mode, refused, changes: [] }, keys: [], looks: [], problems: [] }
  const lookAt = perKey(async (audited: AuditedBy) =>
    openAccount(await remediation.connect(audited), audited.account.partition, remediation.signal),
  )
  const { maxChanges } = config.remediation
  const changedUsers = new Set<string>()
  const changes: RemediationChange[] = []
  const keys: KeyResult[] = []
  const looks: AccountLook[] = []
  const problems = new Map<string, UserError>()
  let failed = false
  for (const candidate of planRemediation(remediation)) {
    const user = userOf(candidate.key)
    const refusal =
      candidate.refusal ??
      (failed ? 'An earlier change failed.' : null) ??
      (changedUsers.size < maxChanges ? null : `max-changes (${maxChanges}) is reached.`) ??
      // After one change the user's keys are no longer those evaluated.
      (changedUsers.has(user) ? 'Another key of this user is changed in this run.' : null)
    const { change, look, problem } =
      refusal === null ? await carryOut(candidate, remediation, lookAt) : skipped(candidate, refusal)
    changes.push(change)
    keys.push(candidate.key)
    if (look) looks.push({ account: change.account, look })
    if (problem) problems.set(change.account, problem)
    remediation.onChange(change)
    if (change.outcome !== 'skipped') changedUsers.add(user)
    if (change.outcome === 'failed') failed = true
  }
  return { record: { mode: run.mode, refused: null, changes }, keys, looks, problems: [...problems.values()] }
}

interface CarriedOut {
  readonly change: RemediationChange
  /** The user's keys after it, where something was changed and they could be read. */
  readonly look?: KeyLook | null
  /** Why nobody could log in to change it. */
  readonly problem?: UserError
}

async function carryOut(
  candidate: Candidate,
  remediation: Remediation,
  lookAt: (audited: AuditedBy) => Promise<LiveAccount>,
): Promise<CarriedOut> {
  const { run, signal } = remediation
  let account: LiveAccount
  let live: LiveKey
  let changing: IAMClient | UserError | null = null
  try {
    account = await lookAt(candidate.audited)
    if (account.changing === null) return skipped(candidate, NO_ROLE)
    // Before the last look, which is to be the newest.
    if (run.mode === 'apply') changing = await openChanging(account.changing)
    if (changing instanceof UserError) return { ...skipped(candidate, changing.message), problem: changing }
    const assessed = await assess(candidate, account, remediation)
    if (typeof assessed === 'string') return skipped(candidate, assessed)
    live = assessed
  } catch (error) {
    return skipped(candidate, `The key could not be looked at once more: ${wordsOf(error)}`)
  }
  const change = describe(candidate, live.accessKeyId)
  if (changing === null) return { change: { ...change, undo: null, outcome: 'planned', reason: null } }
  remediation.onStart(change)
  const { look, ...became } = await makeChange(
    { iam: account.iam, changing },
    candidate,
    live.accessKeyId,
    signal,
  )
  const undo = became.outcome === 'done' ? undoOf(candidate, live.accessKeyId) : null
  return { change: { ...change, undo, ...became }, look }
}

/** The client for the changes, or why there is none: told like a refused login of the audit, which this leaves as it is. */
async function openChanging(open: NonNullable<LiveAccount['changing']>): Promise<IAMClient | UserError> {
  try {
    return await open()
  } catch (error) {
    const { summary, remedy, detail } = failureOf(error, 'assuming remediation-role')
    return new UserError(`No key of this account was changed: ${summary}`, remedy, detail)
  }
}

/**
 * The live key where it may be changed by all that AWS says now, else the reason. CloudTrail answers slowly: the user is
 * looked at before it, to spare it, and once more after it, right before the change.
 */
async function assess(
  candidate: Candidate,
  account: LiveAccount,
  { run, config, now, recordOf }: Remediation,
): Promise<LiveKey | string> {
  const { key, what } = candidate
  const first = await lookAtUser(candidate, account)
  if (typeof first === 'string') return first
  const named = whyNamed(candidate, first.key.accessKeyId, run, config)
  if (named !== null) return named
  const historyOf = async (read: 'once' | 'again') => {
    if (what !== 'delete') return NOT_ASKED
    const { accessKeyId } = first.key
    return withRecord(await account.historyOf(key.user, accessKeyId, read), await recordOf(accessKeyId))
  }
  const reason = judge(candidate, first, await historyOf('once'), config, now)
  if (reason !== null) return reason
  const regions = [first.key.lastUsed, key.lastUsed].map(use => (use.state === 'used' ? use.region : null))
  const history = await historyOf('again')
  const uses = await account.usesOf(first.key.accessKeyId, regions)
  const last = await lookAtUser(candidate, account)
  if (typeof last === 'string') return last
  const live = { ...last.key, lastUsed: latestUse([last.key.lastUsed, ...uses]) }
  return judge(candidate, { ...last, key: live }, history, config, now) ?? live
}

/** The user as AWS has it now; or why none of its keys may be changed. */
async function lookAtUser(candidate: Candidate, { own, iam, ...account }: LiveAccount) {
  const { user, userArn } = candidate.key
  const keys = await account.keysOf(user)
  if (Math.abs(iam.config.systemClockOffset) > MAX_SKEW_MS) return SKEWED
  if (own.user === user || keys.some(({ accessKeyId }) => accessKeyId === own.accessKeyId))
    return 'This run logs in as the user of this key: its keys are never changed. Use a role, by OIDC.'
  // Exemptions go by name and path.
  if ((await account.arnOf(user)) !== userArn)
    return 'The user has moved to another path since the credential report was made, and exemptions may go by it.'
  return matchLive(candidate, keys)
}

/** The SDK signs by AWS's clock where the runner's is off; the limits would count by the runner's. */
const MAX_SKEW_MS = 5 * 60_000
const SKEWED = 'The clock of this runner differs from AWS’s, so nobody knows how long the key was unused.'

const NO_ROLE = 'remediation-role names no role of this account.'
const NOT_ASKED: StatusHistory = { kind: 'unknown', reason: 'CloudTrail was not asked.' }

function skipped(candidate: Candidate, reason: string): CarriedOut {
  const described = describe(candidate, candidate.key.accessKeyId)
  return { change: { ...described, undo: null, outcome: 'skipped', reason } }
}

function describe(candidate: Candidate, accessKeyId: string | null): AnnouncedChange {
  const { key, what } = candidate
  const { id, account, user } = key
  return { key: id, account, user, accessKeyId, what, why: whyPointedAt(candidate) }
}

function undoOf(
  { key, what, audited: { account } }: Candidate,
  accessKeyId: string,
): RemediationChange['undo'] {
  const holder = { user: key.user, partition: account.partition }
  return what === 'deactivate' ? setStatus(holder, accessKeyId, 'Active') : null
}
