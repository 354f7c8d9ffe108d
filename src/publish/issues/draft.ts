/** The text of one issue and what it remembers, within GitHub's limits. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { AuditResult } from '../../domain/audit-result.ts'
import { DAY_MS } from '../../domain/time.ts'
import { accountName } from '../report.ts'
import { chooseAssignees, knownAssignees } from './assignees.ts'
import { BODY_LIMIT, bodyOf, type Setting, titleOf } from './body.ts'
import type { ExistingIssue, PlanRequest } from './request.ts'
import { type IssueState, MAX_STATE_CHARACTERS, MAX_TRACKED_STALE, markerBlock, stateBlock } from './state.ts'
import type { Subject } from './subjects.ts'
import { type Memory, type Row, type Snapshot, type Tracking, track } from './tracking.ts'

export const REMINDER_DAYS = 30

/** All that is known of one issue before it is written. */
export interface Case {
  readonly request: PlanRequest
  /** The result as issues may show it; its keys stand in the same order. */
  readonly shown: AuditResult
  readonly scope: string
  readonly subject: Subject
  readonly main: ExistingIssue | null
  readonly memory: Memory
  readonly snapshot: Snapshot
  readonly isAssignable: (login: string) => boolean
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
  const { redacted, per } = request
  const tracking = track(memory, snapshot, limit)
  const previous = main?.parsed.state ?? null
  const overdue = overdueRows(tracking, previous, snapshot.asOf)
  const known = main ? knownAssignees(main) : []
  const assignees = chooseAssignees(request, tracking, main?.assignees ?? [], known, isAssignable)
  const next: Omit<IssueState, 'at'> = {
    redacted,
    keys: [...tracking.stale, ...tracking.inactive].map(row => row.tracked),
    leftOut: tracking.leftOut,
    inactiveLeftOut: tracking.inactiveLeftOut,
    history: [...tracking.history],
    trend: [...tracking.trend],
    remindedAt: overdue.length > 0 || !previous ? snapshot.asOf : previous.remindedAt,
    assigned: [...(previous?.assigned ?? []), ...assignees.filter(login => !known.includes(login))].slice(
      -100,
    ),
  }
  const state = stateBlock(dated(next, previous, snapshot.asOf), main?.parsed ?? null)
  const setting = settingOf(planned, tracking)
  return {
    title: titleOf(tracking, setting),
    body: bodyOf(tracking, setting, [markerBlock({ per, scope }), state], main?.parsed.userContent ?? '\n'),
    assignees,
    tracking,
    overdue,
    state,
  }
}

/** An unchanged state keeps its date, so that an uneventful night changes nothing. */
function dated(next: Omit<IssueState, 'at'>, previous: IssueState | null, asOf: string): IssueState {
  const unchanged = previous !== null && isDeepStrictEqual({ ...next, at: previous.at }, previous)
  return { at: unchanged ? previous.at : asOf, ...next }
}

function overdueRows({ stale }: Tracking, state: IssueState | null, asOf: string): readonly Row[] {
  const limit = Date.parse(asOf) - REMINDER_DAYS * DAY_MS
  if (!state || Date.parse(state.remindedAt) > limit) return []
  return stale.filter(({ tracked }) => tracked.staleSince !== null && Date.parse(tracked.staleSince) <= limit)
}

function settingOf({ request, shown, subject, main, snapshot }: Case, tracking: Tracking): Setting {
  const { result, redacted, per, run } = request
  const accounts = new Map(result.accounts.map(({ account }) => [account.id, accountName(account)]))
  const rows = [...tracking.stale, ...tracking.inactive]
  const trackedBefore = main?.parsed.state?.keys ?? []
  const ids = new Set(
    per === 'repository'
      ? rows.map(row => row.tracked.account)
      : (subject.accounts ?? trackedBefore.map(tracked => tracked.account)),
  )
  const nameOf = (id: string): string => accounts.get(id) ?? id
  const user =
    per === 'user' ? [...subject.keys, ...trackedBefore].map(({ name }) => name.user).find(Boolean) : ''
  const where = ids.size > 1 ? `${ids.size} accounts` : [...ids].map(nameOf).join('')
  return {
    // Lines at the default branch: this run's commit is another one tomorrow.
    context: { result: shown, run: { ...run, sha: 'HEAD' } },
    about: redacted ? '' : [user && ` of ${user}`, where && ` in ${where}`].join(''),
    accountOf: row => (redacted || ids.size < 2 ? null : nameOf(row.tracked.account)),
    keysOfUser: row => (snapshot.keysOfUser.get(row.tracked.user) ?? []).map(({ shown }) => shown),
  }
}
