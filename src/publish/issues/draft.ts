/** The text of one issue and what it remembers, within GitHub's limits. Pure. */
import { isDeepStrictEqual } from 'node:util'
import { DAY_MS } from '../../domain/time.ts'
import { accountName, accountNames, accountsById, locationUrl } from '../report.ts'
import {
  chooseAssignees,
  type IsAssignable,
  knownAssignees,
  type Unheard,
  unheardOwners,
} from './assignees.ts'
import { BODY_LIMIT, bodyOf, type TextContext, titleOf } from './body.ts'
import { REMINDER_DAYS } from './comments.ts'
import { numberOf, secretCheck } from './identity.ts'
import type { Opening } from './introduction.ts'
import type { ExistingIssue, PlanRequest, PullOfKey } from './request.ts'
import {
  type IssueState,
  MAX_STATE_CHARACTERS,
  MAX_TRACKED_STALE,
  markerBlock,
  stateBlock,
  type TrackedKey,
} from './state.ts'
import type { Subject } from './subjects.ts'
import { type Memory, type Row, rowOf, type Snapshot, type Tracking, track } from './tracking.ts'

/** All that is known of one issue before it is written. */
export interface Case {
  readonly request: PlanRequest
  readonly scope: string
  /** `Subject.accounts` */
  readonly accounts: Subject['accounts']
  readonly main: ExistingIssue | null
  readonly memory: Memory
  readonly snapshot: Snapshot
  readonly isAssignable: IsAssignable
}

export interface Draft {
  readonly title: string
  readonly body: string
  /** All who should be assigned now, those who are included; at most ten. */
  readonly assignees: readonly string[]
  readonly tracking: Tracking
  /** Keys that are due for a reminder now. */
  readonly overdue: readonly Row[]
}

/** Where the state outgrows its place, or what people wrote leaves little room, fewer keys are tracked. */
export function draftWithin(planned: Case): Draft {
  for (let limit = MAX_TRACKED_STALE; ; limit = Math.floor(limit / 2)) {
    const { state, ...draft } = draftOf(planned, limit)
    const fits = state.length <= MAX_STATE_CHARACTERS && draft.body.length <= BODY_LIMIT
    if (fits || limit <= 10) return draft
  }
}

function draftOf(planned: Case, limit: number): Draft & { readonly state: string } {
  const { request, scope, main, memory, snapshot, isAssignable } = planned
  const { hidden, secret, per } = request
  const tracking = track(memory, snapshot, limit)
  const previous = main?.parsed.state ?? null
  const overdue = overdueRows(tracking, previous, snapshot.asOf)
  const known = knownAssignees(main)
  const assignees = chooseAssignees(request, tracking, main, isAssignable)
  const next: Omit<IssueState, 'at'> = {
    label: request.labels[0] ?? '',
    redacted: hidden !== null,
    ...(hidden === null
      ? {}
      : secret === null
        ? { lastNumber: lastNumber(tracking, previous) }
        : { secret: secretCheck(secret) }),
    keys: [...tracking.stale, ...tracking.inactive].map(row => withPull(row, request)),
    leftOut: tracking.leftOut,
    inactiveLeftOut: tracking.inactiveLeftOut,
    history: [...tracking.history],
    trend: [...tracking.trend],
    remindedAt: overdue.length > 0 || !previous ? snapshot.asOf : previous.remindedAt,
    assigned: [...(previous?.assigned ?? []), ...assignees.filter(login => !known.includes(login))].slice(
      -100,
    ),
  }
  const state = stateBlock(dated(next, previous, snapshot.asOf, tracking), main?.parsed ?? null)
  const unheard = unheardOwners(request, tracking, [...assignees, ...known], isAssignable)
  const context = textContextOf(planned, tracking, unheard)
  const blocks = [markerBlock({ per, scope }), state]
  return {
    title: titleOf(tracking, context),
    body: bodyOf(tracking, context, blocks, main?.parsed.userContent ?? '\n'),
    assignees,
    tracking,
    overdue,
    state,
  }
}

/** A number that was given once is no other key's. */
function lastNumber({ stale, inactive }: Tracking, previous: IssueState | null): number {
  const given = [...stale, ...inactive].map(({ tracked }) => numberOf(tracked.id))
  return Math.max(previous?.lastNumber ?? 0, ...given)
}

/**
 * An unchanged state keeps its date, so that an uneventful night changes nothing. A new key among those left out is an
 * event: by the date it is known tomorrow.
 */
function dated(
  next: Omit<IssueState, 'at'>,
  previous: IssueState | null,
  asOf: string,
  { turnover }: Tracking,
): IssueState {
  const unchanged =
    previous !== null &&
    turnover.newStale.count === 0 &&
    isDeepStrictEqual({ ...next, at: previous.at }, previous)
  return { at: unchanged ? previous.at : asOf, ...next }
}

function overdueRows({ stale }: Tracking, state: IssueState | null, asOf: string): readonly Row[] {
  const limit = Date.parse(asOf) - REMINDER_DAYS * DAY_MS
  if (!state || Date.parse(state.remindedAt) > limit) return []
  return stale.filter(({ tracked }) => tracked.staleSince !== null && Date.parse(tracked.staleSince) <= limit)
}

function textContextOf(
  { request, accounts, main, snapshot }: Case,
  tracking: Tracking,
  unheard: readonly Unheard[],
): TextContext {
  const { result, hidden, per, run } = request
  const nameOf = accountNames(result.accounts)
  const rows = [...tracking.stale, ...tracking.inactive]
  const trackedBefore = main?.parsed.state?.keys ?? []
  const ids = new Set(
    per === 'repository'
      ? rows.map(row => row.tracked.account)
      : (accounts ?? trackedBefore.map(tracked => tracked.account)),
  )
  const user =
    per === 'user' ? [...snapshot.keys, ...trackedBefore].map(({ name }) => name.user).find(Boolean) : ''
  const where = ids.size > 1 ? `${ids.size} accounts` : [...ids].map(nameOf).join('')
  const plainName = (id: string) => {
    const account = accountsById(result.accounts).get(id)
    return account === undefined ? id : accountName(account)
  }
  const named = hidden !== null ? [] : [...ids].sort().map(id => ({ id, name: plainName(id) }))
  return {
    asOf: result.asOf,
    staticLogins: result.staticLogins,
    // Lines at the default branch: this run's commit is another one tomorrow.
    run: { ...run, sha: 'HEAD' },
    hidden: hidden && { reason: hidden.reason, by: hidden.secret === null ? 'number' : 'secret' },
    about: hidden !== null ? '' : [user && ` of ${user}`, where && ` in ${where}`].join(''),
    accountName: id => (named.length < 2 ? null : nameOf(id)),
    pullOf: row => pullOf(row, request),
    holdersOf: row => holdersOf(row, tracking, snapshot),
    opening: openingOf(request, named, unheard),
  }
}

/** A night that does not tell keeps what the issue remembers. Where names are hidden, nothing: link and reason name code. */
function pullOf(
  { tracked: { pull }, seen }: Row,
  { pulls, run, hidden }: PlanRequest,
): PullOfKey | undefined {
  if (hidden !== null) return undefined
  if (seen !== null && pulls !== null) return pulls.get(seen.key.id)
  return pull === undefined
    ? undefined
    : { number: pull, url: `${run.serverUrl}/${run.repository}/pull/${pull}` }
}

function withPull(row: Row, request: PlanRequest): TrackedKey {
  const { pull: _before, ...tracked } = row.tracked
  const pull = pullOf(row, request)
  return pull !== undefined && 'number' in pull ? { ...tracked, pull: pull.number } : tracked
}

function holdersOf({ tracked, seen }: Row, { inactive }: Tracking, snapshot: Snapshot): readonly Row[] {
  if (seen?.shown.next?.action !== 'free-slot') return []
  const ownRows = new Set(inactive.map(row => row.seen))
  return (snapshot.keysOfUser.get(tracked.user) ?? [])
    .filter(other => other.key.state === 'inactive' && !ownRows.has(other))
    .map(other => rowOf(other, 'inactive', snapshot))
}

function openingOf(
  { result, hidden: hiding, per, run, repository, config }: PlanRequest,
  accounts: Opening['accounts'],
  unheard: readonly Unheard[],
): Opening {
  const here = `${run.serverUrl}/${run.repository}`
  // Where names are hidden, not even the repository that audits is named elsewhere.
  const hidden = hiding !== null && repository.toLowerCase() !== run.repository.toLowerCase()
  const workflow = run.workflowPath?.split('/').at(-1) ?? null
  return {
    maxAgeDays: result.policy.maxAgeDays,
    per,
    accounts,
    runUrl: hidden ? null : run.url,
    workflowUrl: hidden || workflow === null ? null : `${here}/actions/workflows/${workflow}`,
    config: hidden
      ? null
      : {
          path: config.path,
          url: config.exists ? locationUrl({ ...run, sha: 'HEAD' }, { path: config.path, line: 1 }) : null,
        },
    unheard,
  }
}
