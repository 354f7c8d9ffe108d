import type { Config, RemediationLimits } from '../config/config.ts'
import type { AuditResult, Declared, KeyLastUse, KeyResult } from '../domain/audit-result.ts'
import { type Declarations, formatLocation } from '../domain/declarations.ts'
import type { Account } from '../domain/evidence.ts'
import { latestUse } from '../domain/last-use.ts'
import type { KeyRecord, RemediationChange } from '../domain/remediation-record.ts'
import { dayOf, formatInstant } from '../domain/time.ts'
import { type Unread, unreadInWords } from '../domain/unread.ts'
import { isMadeByHand } from '../evaluate/declared.ts'
import { exemptionOf } from '../evaluate/exemptions.ts'
import { hasPassed, isInstant, isUsedAfter } from '../evaluate/idle.ts'

export interface RemediationRun {
  readonly mode: 'plan' | 'apply'
  /** Whether the evidence comes from files, not from AWS in this run. */
  readonly savedEvidence: boolean
  /** Whether `as-of` set the instant. */
  readonly asOf: boolean
  /** Why this run must not change anything, as `reasonNotToWrite` says it. */
  readonly notToWrite: string | null
  /** Why code may declare more keys than are known to be declared. */
  readonly unread: readonly Unread[]
  /** Access key IDs that stand in the checkout. */
  readonly keyIds: Declarations['keyIds']
  /** Whether names are hidden in whatever the run shows. */
  readonly redacted: boolean
  /** The time that the run has left for it. */
  readonly milliseconds: number
}

/** Enough for a few keys; the rest of a long list is left alone when the time is over. */
const LEAST_MS = 5_000

/** Why remediation is refused as a whole, as the end of "… because"; null where it may go on. */
export function whyRefused(
  run: RemediationRun,
  { policy }: Pick<AuditResult, 'policy'>,
  limits: RemediationLimits,
): string | null {
  if (limits.deactivateAfterIdleDays === null && limits.deleteAfterInactiveDays === null)
    return 'the configuration file sets neither remediation.deactivate-after-idle-days nor remediation.delete-after-inactive-days'
  if (run.asOf) return 'as-of sets another instant than now'
  if (run.savedEvidence) return 'the evidence is saved, not gathered in this run'
  if (policy.verifyKeys === 'none') return 'verify-keys is none, so no key was looked at live'
  const [unread] = run.unread
  if (unread?.kind === 'no-checkout') return unreadInWords(unread)
  if (unread && limits.madeByHand.length === 0)
    return `${unreadInWords(unread)}, and any key may be declared there. ${unread.kind === 'no-git' ? 'Let actions/checkout make it, on a runner that has git,' : 'Correct that, or narrow infrastructure in the configuration file,'} or name under remediation.made-by-hand in the configuration file the users whose keys are made by hand`
  if (run.milliseconds < LEAST_MS) return 'the audit has used up timeout-minutes: raise it'
  if (run.mode === 'plan') return null
  if (run.redacted)
    return 'names are hidden here (see the input redact), so that nobody could read which key was changed, nor take it back; run it in a private repository'
  return run.notToWrite
}

/** An account, one object for all its keys, and the role that audited it; null: the default credential chain. */
export interface AuditedBy {
  readonly account: Account
  readonly role: string | null
}

/** A key that a limit points at. */
export interface Candidate {
  readonly key: KeyResult
  readonly what: RemediationChange['what']
  /** Of the limit. */
  readonly days: number
  readonly audited: AuditedBy
  /** All keys of the user as they were evaluated. */
  readonly evaluated: readonly KeyResult[]
  /** Why it is left alone whatever AWS says now, or null. */
  readonly refusal: string | null
}

/** What the keys to change follow from. */
export interface Remediable {
  readonly run: RemediationRun
  readonly result: AuditResult
  /** IDs of inactive keys that the report does not have as inactive. */
  readonly reportedActive: readonly string[]
  readonly config: Config
  readonly now: Date
}

/** The keys that the limits point at, in the result's order, each with what forbids its change for good. */
export function planRemediation({
  run,
  result,
  reportedActive,
  config,
  now,
}: Remediable): readonly Candidate[] {
  const [unread] = run.unread
  const contradicted = new Set(reportedActive)
  const isUnproved = ({ account, user }: KeyResult) =>
    result.unverified.some(it => it.account === account && (it.user === null || it.user === user))
  const accounts = new Map(
    result.accounts.flatMap(each =>
      each.status === 'audited'
        ? [[each.account.id, { account: each.account, role: each.evidence.role }]]
        : [],
    ),
  )
  const byUser = Map.groupBy(result.keys, userOf)
  return result.keys.flatMap(key => {
    const pointed = pointedAt(key, config.remediation, now)
    const audited = accounts.get(key.account)
    if (pointed === null || audited === undefined) return []
    const refusal =
      whyForbidden(key, unread && !isMadeByHand(config)(key) ? unreadInWords(unread) : null) ??
      (isUnproved(key) ? UNPROVED : null) ??
      (contradicted.has(key.id) ? CONTRADICTED : null)
    const evaluated = byUser.get(userOf(key)) ?? []
    return [{ key, ...pointed, audited, evaluated, refusal }]
  })
}

const UNPROVED = 'What AWS said of this user is not proved: the summary names it as unverified.'
const CONTRADICTED =
  'The credential report, some hours old, does not have the key as inactive: it became so only since.'

export function userOf({ account, user, root }: KeyResult): string {
  return JSON.stringify([account, root, user])
}

function pointedAt(
  key: KeyResult,
  { deactivateAfterIdleDays, deleteAfterInactiveDays }: RemediationLimits,
  now: Date,
): Pick<Candidate, 'what' | 'days'> | null {
  const what = key.state === 'inactive' ? 'delete' : 'deactivate'
  const days = what === 'delete' ? deleteAfterInactiveDays : deactivateAfterIdleDays
  if (key.state === 'fresh' || key.state === 'expiring') return null
  return days !== null && isUnused(key, days, now) ? { what, days } : null
}

/** What holds of the key whatever AWS says now. `unread`: what was not read and may declare it. */
function whyForbidden(key: KeyResult, unread: string | null): string | null {
  if (key.root) return 'Keys of the root user are never changed.'
  if (key.state === 'exempt') return 'The key is exempt.'
  if (key.declared && key.declared.of !== 'user') return whyDeclared(key.declared)
  if (unread !== null) return `The key may be declared in code: ${unread}. ${BY_HAND}`
  if (key.unreadable) return 'The credential report has a cell about this key that cannot be read.'
  return null
}

const BY_HAND =
  'If keys of this user are made by hand, name the user under remediation.made-by-hand in the configuration file.'

function whyDeclared({ of, mayBeByHand, reason, candidates }: Declared): string {
  const [at] = candidates
  const where = at === undefined ? '' : `${formatLocation(at)}: `
  if (of === 'may-be') return `The key may be declared in code (${where}${reason}). ${BY_HAND}`
  if (of === 'named')
    return `Code names the user of this key (${where}${reason}), and may have made it. ${BY_HAND}`
  return mayBeByHand
    ? 'Code declares a key of this user, and it may be this one: look which it is, and change it there or by hand.'
    : 'The key is declared in code: it is changed there, by a pull request.'
}

/** Where code names the key by its ID, which a live look alone may have told; null where it does not, or is known not to make it. */
export function whyNamed(
  { key }: Candidate,
  accessKeyId: string,
  run: RemediationRun,
  config: Config,
): string | null {
  const named = run.keyIds.find(mention => mention.accessKeyId === accessKeyId)
  return named === undefined || isMadeByHand(config)(key)
    ? null
    : `The ID of this key stands in code (${formatLocation(named)}), which may make or use it. ${BY_HAND}`
}

/** What AWS says of a user right before the change. */
export interface LiveKey {
  readonly accessKeyId: string
  readonly status: string
  readonly createdAt: string
  readonly lastUsed: KeyLastUse
}

/** What CloudTrail tells of a key's status. */
export type StatusHistory =
  /** The newest UpdateAccessKey event of the key. */
  | { readonly kind: 'changed'; readonly at: string; readonly status: string }
  /** None in the 90 days that it remembers; `seenInactive`: since when an issue remembers the key as inactive. */
  | { readonly kind: 'unchanged'; readonly seenInactive?: string }
  /** Not known, with the reason as a sentence. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** The live keys of a candidate's user, each with the latest use that anything saw. */
interface LiveUser {
  readonly key: LiveKey
  readonly others: readonly LiveKey[]
}

/** Where the user's keys are still exactly those that were evaluated; else the reason. */
export function matchLive({ key, evaluated }: Candidate, live: readonly LiveKey[]): LiveUser | string {
  const differs = 'The keys of the user are no longer those that were evaluated.'
  const pairs = evaluated.map(each => [each, live.filter(it => isSame(each, it))] as const)
  if (pairs.some(([, found]) => found.length !== 1)) return differs
  if (new Set(pairs.map(([, [found]]) => found)).size !== live.length) return differs
  const seen = pairs.flatMap(([each, [found]]) =>
    found === undefined
      ? []
      : [{ each, live: { ...found, lastUsed: latestUse([found.lastUsed, each.lastUsed]) } }],
  )
  const one = seen.find(({ each }) => each === key)
  const others = seen.filter(it => it !== one).map(({ live }) => live)
  return one === undefined ? differs : { key: one.live, others }
}

/**
 * The same key in the same status, as the evaluation tells them apart: `Active` or not. By creation time to the second
 * where the report has told no ID.
 */
function isSame(evaluated: KeyResult, live: LiveKey): boolean {
  const sameKey = evaluated.accessKeyId === null || evaluated.accessKeyId === live.accessKeyId
  const sameStatus = (evaluated.state !== 'inactive') === (live.status === 'Active')
  return sameKey && evaluated.createdAt === live.createdAt && sameStatus
}

/** Why the candidate must be left alone by what AWS says now, or null. `history`: needed for deletion alone. */
export function judge(
  { key, what, days }: Candidate,
  { key: live, others }: LiveUser,
  history: StatusHistory,
  config: Config,
  now: Date,
): string | null {
  // The evaluation knows no exemption of an inactive key, nor of one whose ID only AWS tells.
  if (exemptionOf({ ...key, accessKeyId: live.accessKeyId }, config, now)) return 'The key is exempt.'
  // No event of CloudTrail tells when that came about.
  if (what === 'delete' && live.status !== 'Inactive')
    return `AWS says that the key is ${live.status}: only an Inactive one is deleted.`
  if (!isUnused(live, days, now)) return within(days, `The key was ${usedOrMade(live)}`)
  return what === 'deactivate' ? judgeOthers(others, days, now) : judgeHistory(live, history, days, now)
}

function judgeOthers(others: readonly LiveKey[], days: number, now: Date): string | null {
  const onlyActive = !others.some(({ status }) => status === 'Active')
  const recent = others.find(
    ({ lastUsed }) => lastUsed.state === 'used' && !hasPassed(days, lastUsed.at, now),
  )
  return onlyActive && recent
    ? within(days, `It is the only active key of a user whose other key was ${usedOrMade(recent)}`)
    : null
}

function judgeHistory(live: LiveKey, history: StatusHistory, days: number, now: Date): string | null {
  switch (history.kind) {
    case 'unknown':
      return history.reason
    case 'changed':
      if (history.status !== 'Inactive') return 'CloudTrail’s last event about the key did not deactivate it.'
      if (live.lastUsed.state === 'used' && isUsedAfter(live.lastUsed.at, history.at))
        return 'The key was used after CloudTrail saw it deactivated.'
      return hasPassed(days, history.at, now)
        ? null
        : within(days, `The key was deactivated on ${dayOf(history.at)}`)
    case 'unchanged':
      return judgeUnchanged(live, history.seenInactive ?? null, days, now)
  }
}

function within(days: number, what: string): string {
  return `${what}, within the ${days} days of the limit.`
}

/**
 * An event that CloudTrail has not: not delivered yet, filtered, or older than its memory. A day is beyond its delay; but
 * the issue lists a key since it was active, so that it may have been deactivated right before it was seen inactive.
 */
function judgeUnchanged(
  { lastUsed }: LiveKey,
  seenInactive: string | null,
  days: number,
  now: Date,
): string | null {
  if (seenInactive === null)
    return 'CloudTrail has no event that deactivated the key, so nothing proves since when it is inactive. Who knows that deletes it by hand.'
  if (!hasPassed(1, seenInactive, now)) {
    const day = dayOf(seenInactive)
    const when = day === dayOf(formatInstant(now)) ? 'today' : `on ${day}`
    return `First seen inactive ${when}: what CloudTrail does not have yet may be on its way for a day.`
  }
  if (!hasPassed(days, seenInactive, now))
    return within(days, `First seen inactive on ${dayOf(seenInactive)}`)
  return lastUsed.state === 'used' && isUsedAfter(lastUsed.at, seenInactive)
    ? 'The key was used after the issue saw it inactive.'
    : null
}

/** The history with what an issue remembers of the key. */
export function withRecord(history: StatusHistory, record: KeyRecord | null): StatusHistory {
  if (record?.state === 'inactive' && history.kind === 'unchanged')
    return { kind: 'unchanged', seenInactive: record.since }
  if (
    record?.state === 'active' &&
    history.kind === 'changed' &&
    Date.parse(record.at) > Date.parse(history.at)
  )
    return {
      kind: 'unknown',
      reason: `The issue saw the key active on ${dayOf(record.at)}, after the last event that CloudTrail has.`,
    }
  return history
}

/** No recorded use for so many days; a key never used counts from its creation. Unknown use is use. */
function isUnused(
  { lastUsed, createdAt }: Pick<KeyResult, 'lastUsed' | 'createdAt'>,
  days: number,
  now: Date,
): boolean {
  const since = lastUsed.state === 'used' ? lastUsed.at : createdAt
  return lastUsed.state !== 'unknown' && isInstant(since) && hasPassed(days, since, now)
}

function usedOrMade({ lastUsed, createdAt }: LiveKey): string {
  return lastUsed.state === 'used' ? `used on ${dayOf(lastUsed.at)}` : `made on ${dayOf(createdAt)}`
}

/** Which limit points at the candidate. */
export function whyPointedAt({ key, what, days }: Candidate): string {
  const name = what === 'deactivate' ? 'deactivate-after-idle-days' : 'delete-after-inactive-days'
  const since =
    key.lastUsed.state === 'used' ? dayOf(key.lastUsed.at) : `it was made on ${dayOf(key.createdAt ?? '')}`
  return `No recorded use since ${since} (${name}: ${days}).`
}
