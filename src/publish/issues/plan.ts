/** Which issues there should be, from tonight's result and the issues there are. Pure. */
import { countOf, joinTexts } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { code, render } from '../describe/markdown.ts'
import { withoutRuns } from '../report.ts'
import { type IsAssignable, mentionsOf } from './assignees.ts'
import { LONGEST_BODY } from './body.ts'
import { changesOf, mentionOf, newsInWords, newsOf, reminderOf, type ShownChange } from './comments.ts'
import { type Case, type Draft, draftWithin } from './draft.ts'
import { type Identity, identityFor, issueNumbers, secretCheck } from './identity.ts'
import type { ExistingIssue, PlanRequest } from './request.ts'
import { type IssueState, normalize } from './state.ts'
import { auditedAccounts, ofUsersConcerned, subjectsOf } from './subjects.ts'
import {
  inactiveCount,
  type Memory,
  match,
  type SeenKey,
  type Snapshot,
  staleCount,
  type Tracking,
} from './tracking.ts'

export type PlannedIssue =
  | (Written & { readonly action: 'create' })
  | (Written & {
      readonly action: 'update'
      readonly issue: ExistingIssue
      readonly open: boolean
    })
  | { readonly action: 'close-duplicate'; readonly issue: ExistingIssue; readonly of: ExistingIssue }
  /** What people wrote below the line leaves no room for anything of ours. */
  | { readonly action: 'no-room'; readonly issue: ExistingIssue }
  /** Somebody closed it as not planned: `KeyResult.id` of the stale keys that it lists, for which nothing is filed. */
  | { readonly action: 'muted'; readonly issue: ExistingIssue; readonly keys: readonly string[] }
  /** One too many for one run; `KeyResult.id` of its stale keys. */
  | { readonly action: 'leave-out'; readonly keys: readonly string[] }
  /** `reason`: why, where it is not simply unchanged. */
  | { readonly action: 'keep'; readonly issue: ExistingIssue; readonly reason: string | null }

type Written = Omit<Draft, 'overdue'> & {
  readonly comment: string | null
  /** `1 new, 2 resolved`; names nothing. */
  readonly summary: string
}

export const MAX_NEW_ISSUES = 20

/** @param isAssignable whether GitHub lets this login be assigned */
export function planIssues(
  asked: PlanRequest,
  existing: readonly ExistingIssue[],
  isAssignable: IsAssignable,
): readonly PlannedIssue[] {
  const ours = existing.filter(({ parsed }) => parsed.marker.per === asked.per)
  const byScope = Map.groupBy(ours, ({ parsed }) => parsed.marker.scope)
  const identity = identityFor(asked, numbersOf(asked, existing))
  const request = { ...asked, result: ofUsersConcerned(asked.result, ours, identity) }
  const { accounts, unverified } = request.result
  const audited = new Set(accounts.flatMap(({ account, status }) => (status === 'audited' ? account.id : [])))
  const isAudited = auditedAccounts(request.result, identity)
  const unproved = new Set(
    unverified.flatMap(({ account, userArn }) =>
      userArn === null ? [] : identity.user({ account, userArn }),
    ),
  )
  const changes = changesByScope(asked, identity)
  let created = 0
  return [...subjectsOf(request, byScope, identity)].flatMap(([scope, about]): readonly PlannedIssue[] => {
    const { main, duplicates, dismissed } = choose(byScope.get(scope) ?? [])
    const remembered = main?.parsed.state?.keys ?? []
    // Of each account that the issue may be about.
    const known =
      about.accounts?.map(id => audited.has(id)) ?? remembered.map(({ account }) => isAudited(account))
    const whole: Snapshot = {
      asOf: request.result.asOf,
      keys: about.keys,
      keysOfUser: Map.groupBy(
        about.keys.filter(({ user }) => user !== ''),
        ({ user }) => user,
      ),
      namesHidden: request.hidden !== null,
      isProved: ({ account, user }) => isAudited(account) && !unproved.has(user),
      complete: known.every(done => done) && unproved.size === 0,
    }
    const muted = mutedBy(dismissed, main, request, whole)
    const mutes = new Set([...muted.values()].flat())
    const snapshot = { ...whole, keys: about.keys.filter(seen => !mutes.has(seen)) }
    const told = [...muted].flatMap(([issue, seen]): readonly PlannedIssue[] => {
      const keys = staleKeys(seen)
      return keys.length === 0 ? [] : [{ action: 'muted', issue, keys }]
    })
    const stale = staleKeys(snapshot.keys)
    if (!main && stale.length === 0) return told
    if (!main && ++created > MAX_NEW_ISSUES) return [...told, { action: 'leave-out', keys: stale }]
    const reason = main && reasonToKeep(main, known)
    const memory: Memory = main === null ? { kind: 'none' } : memoryOf(main, request)
    const facts = { request, scope, accounts: about.accounts, main, memory, snapshot, isAssignable }
    return [
      ...told,
      main && reason ? { action: 'keep', issue: main, reason } : planIssue(facts, changes.get(scope) ?? []),
      ...duplicates.map(issue => ({ action: 'close-duplicate' as const, issue, of: main ?? issue })),
    ]
  })
}

/** `KeyResult.id` of those that are stale. */
function staleKeys(seen: readonly SeenKey[]): readonly string[] {
  return seen.flatMap(({ key }) => (key.state === 'stale' ? key.id : []))
}

/** Tonight's numbers of keys: those that stand in the issue for all, and for others the next. */
export function numbersOf(
  request: Pick<PlanRequest, 'result'>,
  existing: readonly ExistingIssue[],
): ReadonlyMap<string, number> {
  const { main, dismissed } = choose(existing.filter(({ parsed }) => parsed.marker.scope === 'all'))
  return issueNumbers(request, main === null ? dismissed : [main, ...dismissed])
}

/** The lowest open issue stays; without an open one the last that nobody dismissed. */
function choose(issues: readonly ExistingIssue[]): {
  readonly main: ExistingIssue | null
  readonly duplicates: readonly ExistingIssue[]
  /** Closed as not planned by somebody: they mute the keys that they list. */
  readonly dismissed: readonly ExistingIssue[]
} {
  const byNumber = issues.toSorted((a, b) => a.number - b.number)
  const [main, ...duplicates] = byNumber.filter(issue => issue.state === 'open')
  return {
    main: main ?? byNumber.findLast(issue => issue.state === 'closed') ?? null,
    duplicates,
    dismissed: byNumber.filter(issue => issue.state === 'closed-as-not-planned'),
  }
}

/** Tonight's keys that each dismissed issue lists; an open issue, or a later one, goes on with those that it lists itself. */
function mutedBy(
  dismissed: readonly ExistingIssue[],
  main: ExistingIssue | null,
  request: PlanRequest,
  snapshot: Snapshot,
): ReadonlyMap<ExistingIssue, readonly SeenKey[]> {
  if (dismissed.length === 0) return new Map()
  const kept = new Set(main === null ? [] : listedIn(main, request, snapshot))
  const goesOn = (issue: ExistingIssue) => main?.state === 'open' || (main?.number ?? 0) > issue.number
  return new Map(
    dismissed.map(issue => [
      issue,
      listedIn(issue, request, snapshot).filter(seen => !(goesOn(issue) && kept.has(seen))),
    ]),
  )
}

function listedIn(issue: ExistingIssue, request: PlanRequest, snapshot: Snapshot): readonly SeenKey[] {
  const memory = memoryOf(issue, request)
  return memory.kind === 'state'
    ? [...match(memory.state.keys, snapshot).values()]
    : snapshot.keys.filter(memory.mentions)
}

function planIssue(planned: Case, changes: readonly ShownChange[]): PlannedIssue {
  const { request, main } = planned
  const { overdue, ...draft } = draftWithin(planned)
  const { tracking, title, body } = draft
  const open = staleCount(tracking) + inactiveCount(tracking) > 0
  if (main?.state === 'closed' && !open) return { action: 'keep', issue: main, reason: null }
  const changed = changesOf(changes)
  const mention = request.mention ? mentionOf(mentionsOf(tracking.added)) : null
  if (!main) {
    const summary = countOf(staleCount(tracking), 'stale key')
    return { ...draft, action: 'create', comment: commentOf([mention, changed]), summary }
  }
  if (body.length > LONGEST_BODY) return { action: 'no-room', issue: main }

  const turn = open ? (main.state === 'open' ? 'stays' : 'reopens') : 'closes'
  const comment = commentOf([newsOf(tracking, turn), mention, changed, reminderOf(overdue)])
  // Who is assigned anew stands in the body's hidden state.
  const same = title === main.title && withoutRuns(body) === withoutRuns(normalize(main.body))
  if (turn === 'stays' && comment === null && same) return { action: 'keep', issue: main, reason: null }
  const summary = summaryOf(tracking, turn, overdue.length)
  return { ...draft, action: 'update', issue: main, open, comment, summary }
}

function commentOf(parts: readonly (string | null)[]): string | null {
  return joinTexts(parts, '\n\n') || null
}

function reasonToKeep(main: ExistingIssue, known: readonly boolean[]): string | null {
  if (!known.includes(true) && main.state === 'open') return 'nothing that it is about was audited'
  if (main.parsed.state === null && known.includes(false))
    return 'its hidden state is damaged, and not every account was audited'
  return null
}

/** What was changed, by the issue that tells of it, with the names that it may show. */
function changesByScope(
  { changes, hidden, per }: PlanRequest,
  identity: Identity,
): ReadonlyMap<string, readonly ShownChange[]> {
  const told = changes.map(({ change, key }) => {
    const name = identity.name(key)
    const scope =
      per === 'repository' ? 'all' : identity.scope(key.account, per === 'user' ? key.userArn : null)
    return hidden !== null
      ? { scope, ...change, name, why: '', reason: null, undo: null }
      : // A key that the report names by its date alone has got its ID from the live look before the change.
        { scope, ...change, name: { ...name, key: change.accessKeyId ?? name.key } }
  })
  return Map.groupBy(told, ({ scope }) => scope)
}

/** Where names are hidden since, no longer, or otherwise, what was remembered can be compared by creation alone. */
function memoryOf(issue: ExistingIssue, request: PlanRequest): Exclude<Memory, { kind: 'none' }> {
  const { state } = issue.parsed
  if (state && hasNamesOf(request, state)) return { kind: 'state', state }
  if (state) {
    const created = new Set(state.keys.map(({ createdAt }) => createdAt))
    return { kind: 'damaged', mentions: ({ key }) => created.has(key.createdAt) }
  }
  const rows = normalize(issue.body).split('\n')
  return {
    kind: 'damaged',
    mentions: ({ name, key }) => {
      if (request.hidden !== null) return rows.some(row => row.includes(key.createdAt ?? ''))
      const days = [key.createdAt, key.staleSince].flatMap(instant =>
        instant === null ? [] : dayOf(instant),
      )
      const user = render(code(name.user))
      const marks = name.key === '' ? days : [render(code(name.key))]
      return rows.some(row => row.includes(user) && marks.some(mark => row.includes(mark)))
    },
  }
}

function hasNamesOf({ hidden, secret }: PlanRequest, state: IssueState): boolean {
  if (hidden === null) return !state.redacted
  if (!state.redacted) return false
  return secret === null ? state.lastNumber !== undefined : state.secret === secretCheck(secret)
}

function summaryOf(tracking: Tracking, turn: 'closes' | 'reopens' | 'stays', overdue: number): string {
  const words = [
    newsInWords(tracking),
    turn === 'closes' ? 'closed' : turn === 'reopens' ? 'reopened' : '',
    overdue > 0 ? `reminder of ${countOf(overdue, 'overdue key')}` : '',
  ]
  return joinTexts(words, ', ') || 'text brought up to date'
}
