/** Which issues there should be, from tonight's result and the issues there are. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { AuditResult, KeyResult } from '../../domain/audit-result.ts'
import type { RemediationChange } from '../../domain/remediation-record.ts'
import { countOf } from '../../domain/text.ts'
import { DAY_MS, dayOf } from '../../domain/time.ts'
import type { Run } from '../../host/run.ts'
import { code, render } from '../describe/markdown.ts'
import { redactResult } from '../redact.ts'
import { accountName } from '../report.ts'
import {
  BODY_LIMIT,
  bodyOf,
  changesOf,
  inactiveCount,
  LONGEST_BODY,
  newsInWords,
  newsOf,
  reminderOf,
  type Setting,
  type ShownChange,
  staleCount,
  titleOf,
} from './body.ts'
import { type Identity, identityFor } from './identity.ts'
import {
  type IssuePer,
  type IssueState,
  MAX_STATE_CHARACTERS,
  MAX_TRACKED_STALE,
  type Marker,
  markerBlock,
  normalize,
  type ParsedBody,
  stateBlock,
} from './state.ts'
import { type Memory, type Row, type SeenKey, type Snapshot, type Tracking, track } from './tracking.ts'

export interface PlanRequest {
  /** In full; what an issue shows of it follows `redacted`. */
  readonly result: AuditResult
  readonly redacted: boolean
  readonly per: IssuePer
  /** Logins to assign beside the owners. */
  readonly assignees: readonly string[]
  /** What this run changed in AWS, or failed to change. */
  readonly changes: readonly RemediationChange[]
  readonly run: Run
}

/** An issue of ours: label, marker and author are checked. */
export interface ExistingIssue {
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly parsed: ParsedBody
  readonly state: 'open' | 'closed' | 'closed-as-not-planned'
  readonly assignees: readonly string[]
}

export type PlannedIssue =
  | (Draft & { readonly action: 'create' })
  | (Draft & {
      readonly action: 'update'
      readonly issue: ExistingIssue
      readonly open: boolean
    })
  | { readonly action: 'close-duplicate'; readonly issue: ExistingIssue; readonly of: ExistingIssue }
  /** What people wrote below the line leaves no room for anything of ours. */
  | { readonly action: 'no-room'; readonly issue: ExistingIssue }
  /** One too many for one run; `KeyResult.id` of its stale keys. */
  | { readonly action: 'leave-out'; readonly keys: readonly string[] }
  /** `reason`: why, where it is not simply unchanged. */
  | { readonly action: 'keep'; readonly issue: ExistingIssue; readonly reason: string | null }

interface Draft {
  readonly title: string
  readonly body: string
  /** All who should be assigned now, those who are included; at most ten. */
  readonly assignees: readonly string[]
  readonly comment: string | null
  /** `1 new, 2 resolved`; names nothing. */
  readonly summary: string
  readonly tracking: Tracking
}

export const MAX_NEW_ISSUES = 20
const REMINDER_DAYS = 30
// GitHub takes ten.
const MAX_ASSIGNEES = 10

/** @param isAssignable whether GitHub lets this login be assigned */
export function planIssues(
  asked: PlanRequest,
  existing: readonly ExistingIssue[],
  isAssignable: (login: string) => boolean,
): readonly PlannedIssue[] {
  const identity = identityFor(asked.redacted)
  const ours = existing.filter(({ parsed }) => parsed.marker.per === asked.per)
  const byScope = Map.groupBy(ours, ({ parsed }) => parsed.marker.scope)
  const request = { ...asked, result: ofUsersConcerned(asked.result, ours, identity) }
  const audited = auditedAccounts(request.result, identity)
  const shown = request.redacted ? redactResult(request.result) : request.result
  let created = 0
  return [...subjectsOf(request, shown.keys, byScope, identity)].flatMap(
    ([scope, subject]): readonly PlannedIssue[] => {
      const { main, duplicates } = choose(byScope.get(scope) ?? [])
      const stale = subject.keys.filter(({ key }) => key.state === 'stale')
      if (!main && stale.length > 0 && ++created > MAX_NEW_ISSUES) {
        return [{ action: 'leave-out', keys: stale.map(({ key }) => key.id) }]
      }
      const planned = planIssue({ request, shown, scope, subject, main, audited, isAssignable })
      return [
        ...(planned ? [planned] : []),
        ...duplicates.map(issue => ({ action: 'close-duplicate' as const, issue, of: main ?? issue })),
      ]
    },
  )
}

/** A user whose keys are all fresh matters only to an issue that tracks a key of theirs: they tell how that one ended. */
function ofUsersConcerned(
  result: AuditResult,
  existing: readonly ExistingIssue[],
  identity: Identity,
): AuditResult {
  const states = existing.map(({ parsed }) => parsed.state)
  const tracked = new Set(states.flatMap(state => (state?.keys ?? []).map(({ user }) => user)))
  if (states.includes(null)) return result
  const unhealthy = new Set(
    result.keys.filter(({ state }) => state !== 'fresh').map(({ userArn }) => userArn),
  )
  const isTracked = (key: KeyResult) => tracked.size > 0 && tracked.has(identity.user(key))
  return { ...result, keys: result.keys.filter(key => unhealthy.has(key.userArn) || isTracked(key)) }
}

/** Logins that somebody must ask GitHub about: to be assigned, and not known from an issue that has them. */
export function assigneesToCheck(
  { result, redacted, assignees }: PlanRequest,
  existing: readonly ExistingIssue[],
): readonly string[] {
  const known = new Set(existing.flatMap(knownAssignees).map(login => login.toLowerCase()))
  const owners = redacted ? [] : result.keys.filter(key => key.state === 'stale').flatMap(ownerLogin)
  return [...new Set([...assignees, ...owners])].filter(login => !known.has(login.toLowerCase()))
}

/** Who is or once was assigned. */
export function knownAssignees({ assignees, parsed }: ExistingIssue): readonly string[] {
  return [...assignees, ...(parsed.state?.assigned ?? [])]
}

function ownerLogin({ owner }: KeyResult): readonly string[] {
  return owner?.kind === 'user' ? [owner.name.replace(/^@/, '')] : []
}

/** What an issue is about: the whole repository, an account or a user, with tonight's keys of it. */
interface Subject {
  readonly keys: readonly SeenKey[]
  /** IDs of the accounts concerned; null where tonight's result does not tell. */
  readonly accounts: readonly string[] | null
}

function subjectsOf(
  { result, per }: PlanRequest,
  shown: readonly KeyResult[],
  existing: ReadonlyMap<string, readonly ExistingIssue[]>,
  identity: Identity,
): ReadonlyMap<string, Subject> {
  const see = (key: KeyResult, index: number): SeenKey => seenKey(key, shown[index] ?? key, identity)
  if (per === 'repository') {
    return new Map([
      ['all', { keys: result.keys.map(see), accounts: result.accounts.map(({ account }) => account.id) }],
    ])
  }
  const groups = Map.groupBy(result.keys.entries(), ([, key]) => (per === 'user' ? key.userArn : key.account))
  const subjects = new Map<string, Subject>()
  const add = (
    account: string,
    userArn: string | null,
    keys: readonly (readonly [number, KeyResult])[],
  ): void => {
    subjects.set(identity.scope(account, userArn), {
      keys: keys.map(([index, key]) => see(key, index)),
      accounts: [account],
    })
  }
  const accountOf = (keys: readonly (readonly [number, KeyResult])[]): string => keys[0]?.[1].account ?? ''
  for (const [name, keys] of groups) {
    if (keys.some(([, key]) => key.state === 'stale'))
      add(accountOf(keys), per === 'user' ? name : null, keys)
  }
  // The scopes of the others cost a slow hash for each account: only where an issue is yet unexplained.
  if ([...existing.keys()].some(scope => !subjects.has(scope))) {
    for (const [name, keys] of groups) {
      if (!keys.some(([, key]) => key.state === 'stale'))
        add(accountOf(keys), per === 'user' ? name : null, keys)
    }
    if (per === 'account') {
      for (const { account } of result.accounts) if (!groups.has(account.id)) add(account.id, null, [])
    }
    for (const scope of existing.keys())
      if (!subjects.has(scope)) subjects.set(scope, { keys: [], accounts: null })
  }
  return subjects
}

function seenKey(key: KeyResult, shown: KeyResult, identity: Identity): SeenKey {
  return {
    id: identity.key(key),
    user: identity.user(key),
    account: identity.account(key.account),
    name: identity.name(key, shown),
    key,
    shown,
  }
}

function auditedAccounts(result: AuditResult, identity: Identity): (account: string) => boolean {
  let names: Set<string> | null = null
  return account => {
    names ??= new Set(
      result.accounts
        .filter(({ status }) => status === 'audited')
        .map(({ account: { id } }) => identity.account(id)),
    )
    return names.has(account)
  }
}

/** The lowest open issue stays; without an open one the last that was closed tells what people want. */
function choose(issues: readonly ExistingIssue[]): {
  readonly main: ExistingIssue | null
  readonly duplicates: readonly ExistingIssue[]
} {
  const byNumber = issues.toSorted((a, b) => a.number - b.number)
  const [main, ...duplicates] = byNumber.filter(issue => issue.state === 'open')
  return { main: main ?? byNumber.at(-1) ?? null, duplicates }
}

interface Case {
  readonly request: PlanRequest
  /** The result as issues may show it; its keys stand in the same order. */
  readonly shown: AuditResult
  readonly scope: string
  readonly subject: Subject
  readonly main: ExistingIssue | null
  readonly audited: (account: string) => boolean
  readonly isAssignable: (login: string) => boolean
}

/** Where the state outgrows its place, or what people wrote leaves little room, fewer keys are tracked. */
function planIssue(planned: Case, limit = MAX_TRACKED_STALE): PlannedIssue | null {
  const { request, scope, subject, main, audited, isAssignable } = planned
  const { result, redacted, per } = request
  const reason = reasonToKeep(planned)
  if (main && reason) return { action: 'keep', issue: main, reason }

  const state = main?.parsed.state ?? null
  const snapshot: Snapshot = {
    asOf: result.asOf,
    keys: subject.keys,
    keysOfUser: Map.groupBy(subject.keys, ({ user }) => user),
    isAudited: audited,
    complete: auditOf(planned).every(done => done),
  }
  const tracking = track(memoryOf(main, redacted), snapshot, limit)
  const open = staleCount(tracking) + inactiveCount(tracking) > 0
  if (main ? main.state === 'closed' && !open : tracking.stale.length === 0) {
    return main ? { action: 'keep', issue: main, reason: null } : null
  }

  const overdue = overdueRows(tracking, state, result.asOf)
  const known = main ? knownAssignees(main) : []
  const assignees = chooseAssignees(request, tracking, main?.assignees ?? [], known, isAssignable)
  const next: Omit<IssueState, 'at'> = {
    redacted,
    keys: [...tracking.stale, ...tracking.inactive].map(row => row.tracked),
    leftOut: tracking.leftOut,
    inactiveLeftOut: tracking.inactiveLeftOut,
    history: [...tracking.history],
    trend: [...tracking.trend],
    remindedAt: overdue.length > 0 || !state ? result.asOf : state.remindedAt,
    assigned: [...(state?.assigned ?? []), ...assignees.filter(login => !known.includes(login))].slice(-100),
  }
  const marker: Marker = { per, scope }
  const hidden = [markerBlock(marker), stateBlock(dated(next, state, result.asOf), main?.parsed ?? null)]
  const fewer = limit > 10 ? Math.floor(limit / 2) : null
  if ((hidden[1] ?? '').length > MAX_STATE_CHARACTERS && fewer !== null) return planIssue(planned, fewer)
  const setting = settingOf(planned, tracking, snapshot)
  const body = bodyOf(tracking, setting, hidden, main?.parsed.userContent ?? '\n')
  if (body.length > BODY_LIMIT && fewer !== null) return planIssue(planned, fewer)
  if (body.length > LONGEST_BODY && main) return { action: 'no-room', issue: main }
  const draft = {
    title: titleOf(tracking, setting),
    body,
    assignees,
    tracking,
  }
  const changed = changesOf(changesAmong(subject, request))
  if (!main)
    return {
      ...draft,
      action: 'create',
      comment: changed,
      summary: countOf(staleCount(tracking), 'stale key'),
    }

  const turn = open ? (main.state === 'open' ? 'stays' : 'reopens') : 'closes'
  const reminder = overdue.length > 0 ? reminderOf(overdue, REMINDER_DAYS) : null
  const comments = [newsOf(tracking, turn), changed, reminder]
  const comment = comments.filter(text => text !== null).join('\n\n') || null
  const same =
    turn === 'stays' &&
    comment === null &&
    draft.title === main.title &&
    draft.body === normalize(main.body) &&
    assignees.every(login => main.assignees.includes(login))
  if (same) return { action: 'keep', issue: main, reason: null }
  return {
    ...draft,
    action: 'update',
    issue: main,
    open,
    comment,
    summary: summaryOf(tracking, turn, overdue.length),
  }
}

/** What was changed of the issue's keys, with the names that the issue may show. */
function changesAmong({ keys }: Subject, { changes, redacted }: PlanRequest): readonly ShownChange[] {
  if (changes.length === 0) return []
  const names = new Map(keys.map(seen => [seen.key.id, seen.name]))
  return changes.flatMap(({ key, accessKeyId, ...change }) => {
    const name = names.get(key)
    if (!name) return []
    // A key that the report names by its date alone has got its ID from the live look before the change.
    if (!redacted) return [{ ...change, name: { ...name, key: accessKeyId ?? name.key } }]
    return [{ ...change, name, why: '', reason: null, undo: null }]
  })
}

function reasonToKeep(planned: Case): string | null {
  const { main } = planned
  if (!main) return null
  if (main.state === 'closed-as-not-planned') return 'it was closed as not planned'
  const { state } = main.parsed
  const known = auditOf(planned)
  if (!known.includes(true) && main.state === 'open') return 'nothing that it is about was audited'
  if (state === null && known.includes(false))
    return 'its hidden state is damaged, and not every account was audited'
  return null
}

/** Of each account that the issue may be about: whether it was audited tonight. */
function auditOf({ main, subject, request, audited }: Case): readonly boolean[] {
  const status = new Map(request.result.accounts.map(account => [account.account.id, account.status]))
  return subject.accounts
    ? subject.accounts.map(id => status.get(id) === 'audited')
    : (main?.parsed.state?.keys ?? []).map(({ account }) => audited(account))
}

/** Where names are hidden since, or no longer, what was remembered can be compared by creation alone. */
function memoryOf(main: ExistingIssue | null, redacted: boolean): Memory {
  if (!main) return { kind: 'none' }
  const { state } = main.parsed
  if (state && state.redacted === redacted) return { kind: 'state', state }
  if (state) {
    const created = new Set(state.keys.map(({ createdAt }) => createdAt))
    return { kind: 'damaged', mentions: ({ key }) => created.has(key.createdAt) }
  }
  const rows = normalize(main.body)
    .split('\n')
    .filter(line => line.startsWith('|'))
  return {
    kind: 'damaged',
    mentions: ({ name, key }) => {
      const user = name.user === '' ? '' : render(code(name.user))
      const which = name.key === '' ? dayOf(key.createdAt ?? '') : render(code(name.key))
      return rows.some(row => row.includes(user) && row.includes(which))
    },
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

/** Those who are, and those who should be but never were: who was taken off stays off. */
function chooseAssignees(
  request: PlanRequest,
  tracking: Tracking,
  current: readonly string[],
  known: readonly string[],
  isAssignable: (login: string) => boolean,
): readonly string[] {
  const owners = tracking.stale.flatMap(({ seen }) => (seen ? ownerLogin(seen.shown) : []))
  const before = new Set(known.map(login => login.toLowerCase()))
  const fresh = [...new Set([...request.assignees, ...owners])].filter(
    login => !before.has(login.toLowerCase()) && isAssignable(login),
  )
  return [...current, ...fresh].slice(0, Math.max(MAX_ASSIGNEES, current.length))
}

function settingOf({ request, shown, subject, main }: Case, tracking: Tracking, snapshot: Snapshot): Setting {
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

function summaryOf(tracking: Tracking, turn: 'closes' | 'reopens' | 'stays', overdue: number): string {
  const words = [
    newsInWords(tracking),
    turn === 'closes' ? 'closed' : turn === 'reopens' ? 'reopened' : '',
    overdue > 0 ? `reminder of ${countOf(overdue, 'overdue key')}` : '',
  ]
  return words.filter(Boolean).join(', ') || 'text brought up to date'
}
