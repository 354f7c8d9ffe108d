import type { IAMClient } from '@aws-sdk/client-iam'
import { readAwsError } from '../aws/errors.ts'
import type { AwsSource } from '../aws/source.ts'
import type { Config } from '../config/config.ts'
import type { AuditResult } from '../domain/audit-result.ts'
import { UserError } from '../domain/errors.ts'
import { PARTITIONS } from '../domain/partitions.ts'
import type { RemediationChange, RemediationRecord } from '../domain/remediation-record.ts'
import { setStatus } from '../evaluate/commands.ts'
import type { Job } from '../host/id-token.ts'
import { type AccountClients, type AuditedBy, openConnection } from './connect.ts'
import { readKeys, readStatusHistory } from './live.ts'
import {
  type Candidate,
  judge,
  type LiveKey,
  matchLive,
  planRemediation,
  type RemediationRun,
  type StatusHistory,
  userOf,
  whyPointedAt,
  whyRefused,
} from './plan.ts'

export interface Remediation {
  readonly run: RemediationRun
  readonly result: AuditResult
  readonly config: Config
  readonly now: Date
  /** Clients for the region, with the credentials of the audit. */
  connect(audited: AuditedBy, region: string): Promise<AccountClients>
  /** Called as soon as a key's outcome is known, so that no change goes unlogged whatever happens after it. */
  onChange(change: RemediationChange): void
  readonly signal: AbortSignal
}

/** Whose keys to change, by the source that gathering had. */
export interface KeysToChange extends Omit<Remediation, 'connect' | 'signal'> {
  readonly source: AwsSource
}

/** `remediate`, with the sessions that gathering had, within the time that the run has left. */
export async function changeKeys(
  { source, ...remediation }: KeysToChange,
  job: Job,
): Promise<RemediationRecord> {
  const signal = AbortSignal.timeout(remediation.run.milliseconds)
  const { connect, close } = openConnection(source, job, signal)
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
export async function remediate(remediation: Remediation): Promise<RemediationRecord> {
  const { run, result, config, now } = remediation
  const refused = whyRefused(run, result, config.remediation)
  if (refused !== null) return { mode: run.mode, refused, changes: [] }
  const lookAt = openAccounts(remediation)
  const { maxChanges } = config.remediation
  const changedUsers = new Set<string>()
  const changes: RemediationChange[] = []
  let failed = false
  for (const candidate of planRemediation(result, config, now)) {
    const user = userOf(candidate.key)
    const refusal =
      candidate.refusal ??
      (failed ? 'An earlier change failed.' : null) ??
      (changedUsers.size < maxChanges ? null : `max-changes (${maxChanges}) is reached.`) ??
      // After one change the user's keys are no longer those evaluated.
      (changedUsers.has(user) ? 'Another key of this user is changed in this run.' : null)
    const change = refusal
      ? skipped(candidate, config, refusal)
      : await carryOut(candidate, remediation, lookAt)
    changes.push(change)
    remediation.onChange(change)
    if (change.outcome !== 'skipped') changedUsers.add(user)
    if (change.outcome === 'failed') failed = true
  }
  return { mode: run.mode, refused: null, changes }
}

async function carryOut(
  candidate: Candidate,
  { run, config, now, signal }: Remediation,
  lookAt: (audited: AuditedBy) => Promise<LookedAt>,
): Promise<RemediationChange> {
  let iam: IAMClient
  let live: LiveKey
  try {
    const account = await lookAt(candidate)
    const keys = await readKeys(account.iam, candidate.key.user, signal)
    if (Math.abs(account.iam.config.systemClockOffset) > MAX_SKEW_MS)
      return skipped(candidate, config, SKEWED)
    const match = matchLive(candidate, keys)
    if (typeof match === 'string') return skipped(candidate, config, match)
    const history = candidate.what === 'delete' ? await account.history() : () => NOT_ASKED
    const reason = judge(candidate, match, keys, history(match.accessKeyId), config, now)
    if (reason) return skipped(candidate, config, reason)
    iam = account.iam
    live = match
  } catch (error) {
    return skipped(candidate, config, `The key could not be looked at once more: ${wordsOf(error)}`)
  }
  const change = describe(candidate, live.accessKeyId, config)
  if (run.mode === 'plan') return { ...change, outcome: 'planned', reason: null }
  try {
    await execute(iam, candidate, live.accessKeyId, signal)
    return { ...change, outcome: 'done', reason: null }
  } catch (error) {
    const reason = `AWS did not confirm the change; look whether it was made: ${wordsOf(error)}`
    return { ...change, outcome: 'failed', reason }
  }
}

/** The SDK signs by AWS's clock where the runner's is off; the limits would count by the runner's. */
const MAX_SKEW_MS = 5 * 60_000
const SKEWED = 'The clock of this runner differs from AWS’s, so nobody knows how long the key was unused.'

const NOT_ASKED: StatusHistory = { kind: 'unknown', reason: 'CloudTrail was not asked.' }

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

interface LookedAt {
  readonly iam: IAMClient
  /** CloudTrail's status changes of the account, read when first asked for. */
  history(): Promise<(accessKeyId: string) => StatusHistory>
}

/** Connects to each account once. */
function openAccounts(remediation: Remediation): (audited: AuditedBy) => Promise<LookedAt> {
  const open = new Map<string, Promise<LookedAt>>()
  return audited => {
    const { id } = audited.account
    const known = open.get(id)
    if (known) return known
    const opened = connectTo(audited, remediation)
    open.set(id, opened)
    return opened
  }
}

async function connectTo(audited: AuditedBy, { connect, signal }: Remediation): Promise<LookedAt> {
  const region = PARTITIONS[audited.account.partition].iamRegion
  const { iam, cloudtrail } = await connect(audited, region)
  // Elsewhere CloudTrail has none of IAM's events, and every key would look unchanged.
  if ((await cloudtrail.config.region()) !== region) throw new Error(`CloudTrail is not asked in ${region}`)
  let read: Promise<(accessKeyId: string) => StatusHistory> | null = null
  const history = () => {
    read ??= readStatusHistory(cloudtrail, signal)
    return read
  }
  return { iam, history }
}

function skipped(candidate: Candidate, config: Config, reason: string): RemediationChange {
  return { ...describe(candidate, candidate.key.accessKeyId, config), undo: null, outcome: 'skipped', reason }
}

function describe(
  candidate: Candidate,
  accessKeyId: string | null,
  config: Config,
): Omit<RemediationChange, 'outcome' | 'reason'> {
  const { key, what, account } = candidate
  const holder = { user: key.user, partition: account.partition }
  const undoable = what === 'deactivate' && accessKeyId !== null
  return {
    key: key.id,
    account: key.account,
    user: key.user,
    accessKeyId,
    what,
    why: whyPointedAt(candidate, config),
    undo: undoable ? setStatus(holder, accessKeyId, 'Active') : null,
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof UserError) return [error.message, error.detail ?? ''].join(' ').trim()
  const { code, message } = readAwsError(error)
  return message ? `${code}: ${message}` : `${code}.`
}
