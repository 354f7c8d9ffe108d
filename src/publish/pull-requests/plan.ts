/** Which pull requests there should be, from tonight's result and those that there are. Pure. */

import {
  type AuditResult,
  type Edit,
  isCompromised,
  type KeyResult,
  type Step,
  type StepAction,
} from '../../domain/audit-result.ts'
import { isHere, type Scan } from '../../domain/declarations.ts'
import { shortDigest } from '../../domain/digest.ts'
import type { KeyRecord } from '../../domain/remediation-record.ts'
import { THRESHOLDS } from '../../domain/thresholds.ts'
import { DAY_MS, dayOf } from '../../domain/time.ts'
import { unreadInWords, unreadOf } from '../../domain/unread.ts'
import { useInWords } from '../describe/describe-key.ts'
import type { PullOfKey } from '../issues/request.ts'
import { type Marker, type ProposedStep, userDigest } from './marker.ts'

/** A change of code that a step of a key asks for, now. */
export interface Proposal {
  readonly key: KeyResult
  readonly step: ProposedStep
  readonly advice: Step
  /** Why now, a clause with dates that stay. */
  readonly reason: string
  /** The steps that come after it. */
  readonly later: readonly Step[]
  readonly edit: Edit
  readonly diff: string
}

/** A pull request of this audit: branch, marker and author are checked. */
export interface ExistingPull {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed' | 'merged'
  readonly branch: string
  /** The branch that it is to be merged into. */
  readonly base: string
  readonly head: string
  readonly marker: Marker
}

export type PlannedPull =
  /** The most urgent first, as many as there is room for. */
  | { readonly action: 'open'; readonly proposal: Proposal }
  /** Still right: brought up to date where its base or its text moved. */
  | { readonly action: 'keep'; readonly pull: ExistingPull; readonly proposal: Proposal }
  /** `reason`: why it is no longer right, a clause. */
  | { readonly action: 'close'; readonly pull: ExistingPull; readonly reason: string }
  /** `reason`: why nothing is concluded about it. */
  | { readonly action: 'leave'; readonly pull: ExistingPull; readonly reason: string }

interface PullPlan {
  readonly pulls: readonly PlannedPull[]
  /** What there is to tell of other keys than those of `pulls`, by `KeyResult.id`. */
  readonly others: ReadonlyMap<string, PullOfKey>
  /** Why none is opened tonight although there are changes to propose, a clause. */
  readonly noneBecause: string | null
}

export interface Found {
  readonly result: AuditResult
  readonly scan: Scan
  /** What this audit's issues remember, by access key ID. */
  readonly records: ReadonlyMap<string, KeyRecord>
}

const STEPS: Readonly<Partial<Record<StepAction, ProposedStep>>> = {
  'create-key': 'second',
  deactivate: 'deactivate',
  contain: 'deactivate',
  // Code that would activate again what is inactive.
  confirm: 'deactivate',
  'remove-from-code': 'remove',
}

/** The change of one key for each user, the most urgent first; and why other keys whose step is an edit have none. */
export function proposalsOf({ result, records }: Omit<Found, 'scan'>): {
  readonly proposals: readonly Proposal[]
  readonly without: ReadonlyMap<string, string>
} {
  const proposals = new Map<string, Proposal>()
  const without = new Map<string, string>()
  const unproved = new Set(result.unverified.map(({ userArn }) => userArn))
  for (const key of result.keys) {
    const due = dueChange(key, records, result.asOf)
    if (due === null) continue
    const inTheWay = whyNot(due, unproved.has(key.userArn))
    if (inTheWay !== null) without.set(key.id, inTheWay)
    else if (proposals.has(key.userArn)) without.set(key.id, 'another key of its user comes first')
    else proposals.set(key.userArn, { ...due, diff: due.edit.diff ?? '' })
  }
  return { proposals: [...proposals.values()], without }
}

/** The step that is to be taken now, where it changes code. */
function dueChange(key: KeyResult, records: Found['records'], asOf: string): Omit<Proposal, 'diff'> | null {
  const steps = key.next === null ? [] : [key.next, ...key.later]
  const inactiveSince = longInactive(key, records, asOf)
  const removal = steps.findIndex(({ action }) => action === 'remove-from-code')
  const index = inactiveSince === null ? 0 : Math.max(0, removal)
  const advice = steps[index]
  const step = advice && STEPS[advice.action]
  const edit = advice?.instructions.find(each => each.kind === 'edit')
  if (advice === undefined || step === undefined || edit === undefined) return null
  const reason =
    step === 'remove' && inactiveSince !== null
      ? `the issue has had it inactive since ${dayOf(inactiveSince)}`
      : (advice.reason ?? useInWords(key))
  return { key, step, advice, reason, later: steps.slice(index + 1), edit }
}

/**
 * Since when this audit has seen the key inactive, where that is as long ago as deletion waits for, and it was not used
 * after; else null. CloudTrail forgets a deactivation on the day on which it has been long enough.
 */
function longInactive(key: KeyResult, records: Found['records'], asOf: string): string | null {
  const record = key.accessKeyId === null ? undefined : records.get(key.accessKeyId)
  if (key.state !== 'inactive' || key.next?.action !== 'confirm' || record?.state !== 'inactive') return null
  const { lastUsed } = key
  const silent = lastUsed.state === 'never' || (lastUsed.state === 'used' && lastUsed.at <= record.since)
  const isLong = Date.parse(asOf) - Date.parse(record.since) >= THRESHOLDS.confirm * DAY_MS
  return silent && isLong ? record.since : null
}

function whyNot(
  { key, advice, edit: { diff, note, location } }: Omit<Proposal, 'diff'>,
  unproved: boolean,
): string | null {
  if (!isHere(location)) return `its code stands in ${location.repository?.name}`
  if (diff === null) return note ?? 'its change could not be written'
  if (unproved) return UNPROVED
  if (advice.action === 'contain' && !isCompromised(key))
    return 'whether its secret is known to others, people must find out first'
  return null
}

/** @param existing every one of this audit that is open, and those closed of the branches that proposals have */
export function planPulls(found: Found, existing: readonly ExistingPull[]): PullPlan {
  const { proposals, without } = proposalsOf(found)
  const others = new Map<string, PullOfKey>([...without].map(([id, reason]) => [id, { reason }]))
  const wanted = new Map(proposals.map(proposal => [userDigest(proposal.key), proposal]))
  const notRead = whatWasNotRead(found)
  const pulls = existing
    .filter(({ state }) => state === 'open')
    .map(pull => planExisting(pull, wanted.get(pull.marker.user) ?? null, found, without, notRead))
  const held = new Map(
    pulls.flatMap(({ action, pull }) => (action === 'leave' ? [[pull.marker.user, pull]] : [])),
  )
  const kept = new Set(pulls.flatMap(each => (each.action === 'keep' ? [each.proposal] : [])))
  let noneBecause: string | null = null
  const opened: PlannedPull[] = []
  for (const proposal of proposals) {
    if (kept.has(proposal)) continue
    const { id } = proposal.key
    const pull = held.get(userDigest(proposal.key))
    const dismissed = dismissal(proposal, existing)
    if (pull !== undefined) others.set(id, pull)
    else if (dismissed !== null) others.set(id, { reason: dismissed })
    else if (notRead !== null) {
      others.set(id, { reason: notRead })
      noneBecause = notRead
    } else opened.push({ action: 'open', proposal })
  }
  return { pulls: [...pulls, ...opened], others, noneBecause }
}

/** What people closed unmerged is not opened again for that step. */
function dismissal({ key, step }: Proposal, existing: readonly ExistingPull[]): string | null {
  const dismissed = existing.find(
    ({ state, marker }) =>
      state === 'closed' && !marker.withdrawn && marker.step === step && isAbout(marker, key),
  )
  return dismissed === undefined
    ? null
    : `#${dismissed.number} was closed unmerged, so none is opened again for this step`
}

function isAbout(marker: Marker, key: KeyResult): boolean {
  return (
    marker.user === userDigest(key) &&
    // A key may be known by its ID in one night, and by its creation in another.
    (marker.key === shortDigest(key.id) || (marker.createdAt !== null && marker.createdAt === key.createdAt))
  )
}

function planExisting(
  pull: ExistingPull,
  proposal: Proposal | null,
  found: Found,
  without: ReadonlyMap<string, string>,
  notRead: string | null,
): Exclude<PlannedPull, { action: 'open' }> {
  const { marker } = pull
  if (proposal !== null && proposal.step === marker.step && isAbout(marker, proposal.key))
    return notRead === null ? { action: 'keep', pull, proposal } : { action: 'leave', pull, reason: notRead }
  const unknown = unknownOf(marker, found)
  if (unknown !== null) return { action: 'leave', pull, reason: unknown }
  if (marker.withdrawn) return { action: 'leave', pull, reason: 'people opened it again' }
  const key = found.result.keys.find(each => isAbout(marker, each)) ?? null
  if (key === null) return { action: 'close', pull, reason: 'the key is gone' }
  const happened = changeOf(marker.step, key)
  if (happened !== null) return { action: 'close', pull, reason: happened }
  if (key.use === 'unknown') return { action: 'leave', pull, reason: 'the last use of its key is not known' }
  if (notRead !== null) return { action: 'leave', pull, reason: notRead }
  return { action: 'close', pull, reason: without.get(key.id) ?? nowOf(marker.step, key) }
}

/** Why other code than was read may declare a key, a clause; null where all of it was read. */
function whatWasNotRead({ scan, result }: Found): string | null {
  const gaps = unreadOf(scan, result.otherRepositories)
  const gap = gaps.find(each => each.kind !== 'files' || each.mayDeclare.length > 0)
  return gap === undefined ? null : unreadInWords(gap)
}

/** Why tonight tells nothing about the user. */
function unknownOf({ account, user }: Marker, { result }: Found): string | null {
  const audited = result.accounts.some(each => each.account.id === account && each.status === 'audited')
  if (!audited) return 'its account was not audited'
  const unproved = result.unverified.some(
    each =>
      each.account === account && (each.userArn === null || userDigest({ userArn: each.userArn }) === user),
  )
  return unproved ? UNPROVED : null
}

const UNPROVED = 'what is known of its user is not proved'

/** What happened to a key, whatever code says, that makes its step the wrong one; null where nothing did. */
function changeOf(step: ProposedStep, { state, use, next }: KeyResult): string | null {
  if (state === 'exempt') return 'an exemption covers the key'
  if (step === 'remove') return state === 'inactive' ? null : 'the key is active again'
  if (state === 'inactive') return 'the key is inactive'
  if (step === 'deactivate' && use === 'in-use') return 'the key is in use again'
  return next === null ? 'nothing is due for the key' : null
}

function nowOf(step: ProposedStep, { next }: KeyResult): string {
  return next === null || STEPS[next.action] === step
    ? 'the code that declares the key is another now'
    : `the next step of the key is now “${next.title}”`
}
