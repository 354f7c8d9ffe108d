/** One night of one issue: which keys it tracks now, which came, which went and how. Pure. */

import type { KeyResult } from '../../domain/audit-result.ts'
import { compareTexts, LEAST_URGENT, urgencyRank } from '../../domain/order.ts'
import { DAY_MS, dayOf } from '../../domain/time.ts'
import { isOnlyExposed } from '../describe/describe-key.ts'
import {
  type IssueState,
  type KeyName,
  MAX_HISTORY,
  MAX_TREND,
  type ResolvedKey,
  type TrackedKey,
} from './state.ts'

/** A key of tonight's result that the issue is about, whatever its state. */
export interface SeenKey {
  readonly id: string | null
  readonly user: string
  readonly account: string
  readonly name: KeyName
  readonly key: KeyResult
  /** The key as the issue may show it. */
  readonly shown: KeyResult
}

/** What one audit tells of the keys that an issue is about. */
export interface Snapshot {
  readonly asOf: string
  readonly keys: readonly SeenKey[]
  /** The same by `SeenKey.user`. */
  readonly keysOfUser: ReadonlyMap<string, readonly SeenKey[]>
  /** Whether tonight's audit tells all of the key's user: its account was audited, and the user is not unverified. */
  isProved(tracked: Pick<TrackedKey, 'account' | 'user'>): boolean
  readonly namesHidden: boolean
  /** Whether every account that the issue may be about is audited, and no user is unverified. */
  readonly complete: boolean
}

/** What is remembered of earlier nights. */
export type Memory =
  | { readonly kind: 'none' }
  | { readonly kind: 'state'; readonly state: IssueState }
  /** The state is of no use: whether the issue tells of a key otherwise. */
  | { readonly kind: 'damaged'; mentions(key: SeenKey): boolean }

export interface Row {
  readonly tracked: TrackedKey
  /** null: tonight's audit does not tell whether it is gone. */
  readonly seen: SeenKey | null
}

/** So many are known; whether they are all. */
export interface Tally {
  readonly count: number
  readonly whole: boolean
}

/** Keys that the issues did not list as stale before, and keys that they list so no longer. */
export interface Turnover {
  readonly newStale: Tally
  readonly resolved: Tally
}

export interface Tracking {
  /** Most urgent first, as in the summary, then oldest first. */
  readonly stale: readonly Row[]
  /** Deactivated, awaiting deletion. */
  readonly inactive: readonly Row[]
  /** Not stale, but their ID stands in the checkout: told, not tracked, for tomorrow nobody may know their IDs. */
  readonly exposed: readonly Row[]
  /** Stale keys beyond those tracked. */
  readonly leftOut: number
  /** Deactivated keys beyond those tracked. */
  readonly inactiveLeftOut: number
  readonly added: readonly Row[]
  /** Of all keys, those beyond the tracked ones included. */
  readonly turnover: Turnover
  readonly resolved: readonly ResolvedKey[]
  readonly history: readonly ResolvedKey[]
  readonly trend: IssueState['trend']
}

export function staleCount({ stale, leftOut }: Tracking): number {
  return stale.length + leftOut
}

export function inactiveCount({ inactive, inactiveLeftOut }: Tracking): number {
  return inactive.length + inactiveLeftOut
}

/** @param limit how many stale keys are tracked at most, and half as many that await deletion */
export function track(memory: Memory, snapshot: Snapshot, limit: number): Tracking {
  const known = memory.kind === 'state' ? memory.state : null
  const matches = match(known?.keys ?? [], snapshot)
  const outcomes = (known?.keys ?? []).map(before => outcomeOf(before, matches.get(before) ?? null, snapshot))
  const claimed = new Set(matches.values())
  const { stale: newlyStale = [], inactive: unexplained = [] } = Object.groupBy(
    snapshot.keys.filter(seen => !claimed.has(seen)),
    ({ key }) => key.state,
  )
  const arrived = newlyStale.map(seen => rowOf(seen, 'stale', snapshot))
  const rebuilt = memory.kind === 'damaged' ? unexplained.filter(memory.mentions) : []
  const waiting = leftOutBefore(known?.inactiveLeftOut ?? 0, unexplained, snapshot)
  const kept = outcomes.flatMap(({ row }) => row ?? [])
  const allStale = [...kept.filter(row => row.tracked.status === 'stale'), ...arrived].sort(byUrgency)
  const stale = allStale.slice(0, limit)
  const { stale: wasStale = [], inactive: wasInactive = [] } = Object.groupBy(
    outcomes,
    ({ before }) => before.status,
  )
  const resolved = wasStale.flatMap(outcome => resolve(outcome, snapshot))
  const news = [
    ...arrived.filter(row => isNews(row, memory)),
    ...wasInactive.flatMap(({ row }) => (row?.tracked.status === 'stale' ? row : [])),
  ]
  const remembered = [
    ...kept.filter(row => row.tracked.status === 'inactive'),
    ...rebuilt.map(seen => rowOf(seen, 'inactive', snapshot)),
  ]
  const inactive = [...remembered, ...waiting.rows].slice(0, Math.ceil(limit / 2))
  return {
    stale,
    inactive,
    exposed: snapshot.keys
      .filter(({ key }) => isOnlyExposed(key))
      .map(seen => rowOf(seen, 'stale', snapshot))
      .sort(byUrgency),
    leftOut: allStale.length - stale.length,
    inactiveLeftOut: remembered.length + waiting.count - inactive.length,
    added: news.filter(row => stale.includes(row)).sort(byAge),
    turnover: turnoverOf(memory, { arrived, news, resolved }),
    resolved,
    history: [...resolved, ...(known?.history ?? []).map(entry => amend(entry, wasInactive))].slice(
      0,
      MAX_HISTORY,
    ),
    trend: extend(known?.trend ?? [], dayOf(snapshot.asOf), allStale.length),
  }
}

/** A damaged record proves neither; one that left keys out does not tell which of them went, or came without a date. */
function turnoverOf(
  memory: Memory,
  { arrived, news, resolved }: Pick<Tracking, 'resolved'> & Record<'arrived' | 'news', readonly Row[]>,
): Turnover {
  if (memory.kind === 'damaged') return NOT_KNOWN
  const all = memory.kind === 'none' || memory.state.leftOut === 0
  const dated = arrived.every(({ tracked }) => tracked.staleSince !== null)
  return {
    newStale: { count: news.length, whole: all || dated },
    resolved: { count: resolved.length, whole: all },
  }
}

export const NOT_KNOWN: Turnover = {
  newStale: { count: 0, whole: false },
  resolved: { count: 0, whole: false },
}

/**
 * Of the deactivated keys that an earlier night had no room for only the number is remembered: so many of those that
 * nothing else explains, oldest first. None of them is gone while an account is not audited.
 */
function leftOutBefore(
  count: number,
  unexplained: readonly SeenKey[],
  snapshot: Snapshot,
): { readonly rows: readonly Row[]; readonly count: number } {
  if (count === 0) return { rows: [], count }
  const rows = unexplained.map(seen => rowOf(seen, 'inactive', snapshot)).sort(byAge)
  return { rows: rows.slice(0, count), count: snapshot.complete ? Math.min(count, rows.length) : count }
}

/** What became of a key since it was remembered last. */
interface Outcome {
  readonly before: TrackedKey
  /** With what tonight's audit tells of it. */
  readonly tracked: TrackedKey
  /** null: it is listed no longer. */
  readonly row: Row | null
  /** How it ceased to be stale, or to await deletion; null where it did neither. */
  readonly how: ResolvedKey['how'] | null
}

function outcomeOf(before: TrackedKey, seen: SeenKey | null, snapshot: Snapshot): Outcome {
  const listed = (tracked: TrackedKey, how: Outcome['how']) => ({
    before,
    tracked,
    row: { tracked, seen },
    how,
  })
  if (!seen) {
    if (!snapshot.isProved(before)) return listed(before, null)
    const how = hasNewerKey(before, snapshot) ? 'rotated' : told('deleted', snapshot)
    return { before, tracked: before, row: null, how }
  }
  const { state } = seen.key
  const tracked = renew(before, seen)
  if (state === 'stale' || state === 'inactive') {
    const since = before.status === state ? before.since : snapshot.asOf
    return listed({ ...tracked, status: state, since }, state === 'inactive' ? 'deactivated' : null)
  }
  const how = state === 'exempt' ? told('exempted', snapshot) : 'within-limit'
  return { before, tracked, row: null, how }
}

/** Where names are hidden it is not told whether a key is deleted, or exempt by a rule that everybody can read. */
function told(how: 'deleted' | 'exempted', { namesHidden }: Snapshot): ResolvedKey['how'] {
  return namesHidden ? 'unlisted' : how
}

/** What the live look told before stays known when tonight's report does not tell it. */
function renew(tracked: TrackedKey, seen: SeenKey): TrackedKey {
  if (seen.id === null && tracked.id !== null) return tracked
  const { id, name, key } = seen
  return {
    ...tracked,
    id,
    name,
    createdAt: key.createdAt ?? tracked.createdAt,
    staleSince: key.staleSince ?? tracked.staleSince,
  }
}

export function rowOf(seen: SeenKey, status: TrackedKey['status'], snapshot: Snapshot): Row {
  const { id, user, account, name, key } = seen
  const { createdAt, staleSince } = key
  return {
    tracked: { id, user, account, name, createdAt, staleSince, status, since: snapshot.asOf },
    seen,
  }
}

/** Which of tonight's keys each tracked key is: by access key ID; where either side lacks one, by user and creation. */
export function match(tracked: readonly TrackedKey[], snapshot: Snapshot): Map<TrackedKey, SeenKey> {
  const byId = new Map(snapshot.keys.map(seen => [seen.id, seen]))
  const matches = new Map<TrackedKey, SeenKey>()
  const claimed = new Set<SeenKey>()
  const claim = (entry: TrackedKey, seen: SeenKey | undefined): void => {
    if (!seen || claimed.has(seen)) return
    matches.set(entry, seen)
    claimed.add(seen)
  }
  for (const entry of tracked) if (entry.id !== null) claim(entry, byId.get(entry.id))
  for (const entry of tracked.filter(each => !matches.has(each))) {
    const like = (snapshot.keysOfUser.get(entry.user) ?? []).filter(
      ({ id, key }) => (id === null || entry.id === null) && key.createdAt === entry.createdAt,
    )
    claim(
      entry,
      like.find(seen => !claimed.has(seen)),
    )
  }
  return matches
}

function hasNewerKey(tracked: TrackedKey, snapshot: Snapshot): boolean {
  return (snapshot.keysOfUser.get(tracked.user) ?? []).some(
    ({ key }) => key.state !== 'inactive' && (key.createdAt ?? '') > (tracked.createdAt ?? '9'),
  )
}

function resolve({ tracked, how }: Outcome, { asOf }: Snapshot): readonly ResolvedKey[] {
  if (how === null) return []
  const { id, user, name, createdAt, staleSince } = tracked
  const daysLate = daysBetween(staleSince, asOf)
  return [{ id, user, name, createdAt, staleSince, at: asOf, how, daysLate }]
}

/** A key in the history as deactivated is there as deleted once it is gone; when it was resolved stays. */
function amend(entry: ResolvedKey, ended: readonly Outcome[]): ResolvedKey {
  if (entry.how !== 'deactivated') return entry
  const { user, id, createdAt } = entry
  const outcome = ended.find(
    ({ before }) => before.user === user && before.id === id && before.createdAt === createdAt,
  )
  return { ...entry, how: outcome?.how ?? entry.how }
}

/** Where some keys were left out, one that moves up has been stale before: that is no news. */
function isNews({ tracked, seen }: Row, memory: Memory): boolean {
  if (memory.kind === 'damaged') return seen !== null && !memory.mentions(seen)
  if (memory.kind === 'none' || memory.state.leftOut === 0) return true
  return (tracked.staleSince ?? '') > memory.state.at
}

function extend(trend: IssueState['trend'], day: string, stale: number): IssueState['trend'] {
  if (trend.at(-1)?.stale === stale) return trend
  return [...trend.filter(point => point.day !== day), { day, stale }].slice(-MAX_TREND)
}

/** As the summary's rows; a key that tonight's audit does not tell of is no more urgent than any other. */
function byUrgency(a: Row, b: Row): number {
  const rank = ({ seen }: Row) => (seen === null ? LEAST_URGENT : urgencyRank(seen.key))
  return rank(a) - rank(b) || byAge(a, b)
}

/** Oldest first; a key of unknown age counts as oldest. */
function byAge(a: Row, b: Row): number {
  const parts = ({ tracked }: Row) => [tracked.createdAt ?? '', tracked.user, tracked.id ?? '']
  return compareTexts(parts(a), parts(b))
}

/** Whole days; null where the first instant is not known. */
function daysBetween(from: string | null, to: string): number | null {
  if (from === null) return null
  return Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS))
}
