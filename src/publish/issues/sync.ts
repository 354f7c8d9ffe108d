/** Carries a plan out on GitHub. Nothing that GitHub refuses is thrown: the audit's result is never lost over it. */
import { isDeepStrictEqual } from 'node:util'
import { UserError } from '../../domain/errors.ts'
import { compareText } from '../../domain/order.ts'
import { andMore, countOf, firstAndMore } from '../../domain/text.ts'
import { describeGitHubError, statusOf, wouldRepeat } from '../../github/errors.ts'
import { type FoundIssues, findAssignable, findIssues, findLost, readIssue } from './find-issues.ts'
import { type IssueOutcome, NO_ISSUES } from './outcome.ts'
import { MAX_NEW_ISSUES, numbersOf, type PlannedIssue, planIssues } from './plan.ts'
import { type ExistingIssue, type IssueRequest, permissionFor } from './request.ts'
import type { IssueState } from './state.ts'
import { trustIn } from './trust.ts'
import { countsOf } from './turnover.ts'
import {
  addLabels,
  type CreatedIssue,
  closeDuplicate,
  createIssue,
  ensureLabels,
  updateIssue,
} from './write-issues.ts'

export async function syncIssues(request: IssueRequest): Promise<IssueOutcome> {
  const failures: UserError[] = []
  const permission = permissionFor(request)
  const tell = (error: unknown, what: string): void => {
    failures.push(describeGitHubError(error, { what: `${what} in ${request.repository}`, permission }))
  }
  const trust = trustIn(request)
  let found: FoundIssues
  try {
    found = await findIssues(request, trust)
  } catch (error) {
    tell(error, 'list the issues')
    return { ...NO_ISSUES, failures }
  }
  let { ours } = found
  const assignable = await findAssignable(request, ours, failures)
  const plan = (existing: readonly ExistingIssue[]) =>
    planIssues(request, existing, login => assignable.get(login.toLowerCase()) ?? null)
  let planned = plan(ours)
  if (request.readOnlyBecause === null && planned.some(({ action }) => action === 'create')) {
    try {
      const lost = await findLost(request, trust, ours)
      for (const issue of lost) await addLabels(request, issue)
      ours = [...ours, ...lost]
      if (lost.length > 0) planned = plan(ours)
    } catch (error) {
      tell(error, 'look for an issue that lost its label')
      planned = planned.filter(({ action }) => action !== 'create')
    }
  }
  const leftOut = planned.flatMap(each => (each.action === 'leave-out' ? [each.keys] : []))
  const lines = strangerLines(found.strangers, await (found.strangers.length > 0 ? trust.login() : null))
  const urls: string[] = []
  if (request.readOnlyBecause === null) {
    const again = (each: PlannedIssue) => asItIsNow(each, request, ours, plan)
    planned = await carryOut(request, planned, again, { urls, lines, tell })
  } else {
    lines.push(...planned.flatMap(each => wouldDo(each, request.readOnlyBecause)))
    urls.push(...ours.filter(issue => issue.state === 'open').map(issue => issue.url))
  }
  if (leftOut.length > 0) {
    lines.push(
      `${countOf(leftOut.length, 'further issue is', 'further issues are')} left for the next run: one run files at most ${MAX_NEW_ISSUES}`,
    )
  }
  const muted = planned.flatMap(each =>
    each.action === 'muted' ? each.keys.map(key => ({ key, url: each.issue.url })) : [],
  )
  const numbers = request.hidden === null ? undefined : numbersOf(request, ours)
  const written = request.readOnlyBecause === null && planned.some(each => actionOf(each).would !== null)
  const news = { counts: countsOf(planned, request.result), written: written && failures.length === 0 }
  return { urls, lines, failures, notFiled: leftOut.flat(), muted, numbers, ...news, ...remembered(planned) }
}

/** What is told of the writing, as it goes. */
interface Told {
  readonly urls: string[]
  readonly lines: string[]
  readonly tell: (error: unknown, what: string) => void
}

const STRANGERS_TOLD = 5

function strangerLines(strangers: readonly number[], login: string | null): string[] {
  const whose = login === null ? 'nobody with write access' : `not ${login}, whose token this is,`
  return firstAndMore(
    strangers.map(number => `Issue #${number} has this audit's marker, but ${whose} wrote it: left alone`),
    STRANGERS_TOLD,
    more => andMore(more, 'such issue'),
  ).slice()
}

/** The plan for the issue as it is now: people and other runs write while this one reads. Planned again once. */
async function asItIsNow(
  each: PlannedIssue,
  request: IssueRequest,
  existing: readonly ExistingIssue[],
  plan: (existing: readonly ExistingIssue[]) => readonly PlannedIssue[],
): Promise<PlannedIssue> {
  if (!('issue' in each) || actionOf(each).would === null) return each
  const { number } = each.issue
  const now = await readIssue(request, number)
  if (isDeepStrictEqual(now, each.issue)) return each
  const others = existing.flatMap(issue => (issue.number === number ? (now ?? []) : issue))
  const again = plan(others).find(other => 'issue' in other && other.issue.number === number)
  return again ?? { action: 'keep', issue: each.issue, reason: 'its marker was taken away meanwhile' }
}

/** Gives each plan as it was at last. */
async function carryOut(
  request: IssueRequest,
  planned: readonly PlannedIssue[],
  again: (each: PlannedIssue) => Promise<PlannedIssue>,
  told: Told,
): Promise<readonly PlannedIssue[]> {
  const last: PlannedIssue[] = []
  const created: CreatedIssue[] = []
  let stopped = false
  let notReached = 0
  for (const before of planned) {
    if (stopped && actionOf(before).would !== null) {
      notReached++
      last.push(before)
      continue
    }
    let each = before
    try {
      each = await again(before)
      const done = await actionOf(each).perform(each, request, created.length === 0)
      if (done.url) told.urls.push(done.url)
      if (done.line) told.lines.push(done.line)
      if (done.created) created.push(done.created)
    } catch (error) {
      told.tell(error, 'issue' in each ? `update issue #${each.issue.number}` : 'create an issue')
      if ('issue' in each && each.action !== 'close-duplicate' && each.issue.state === 'open')
        told.urls.push(each.issue.url)
      // A 410 is a deleted issue, or, on creation, issues that are disabled.
      stopped = wouldRepeat(error) || (statusOf(error) === 410 && each.action === 'create')
    }
    last.push(each)
  }
  if (notReached > 0) {
    told.lines.push(`${countOf(notReached, 'further issue was', 'further issues were')} not reached`)
  }
  if (created.length > 0 && !stopped) await resolveDuplicateRace(request, created, told)
  const unchanged = planned.filter(
    each => each.action === 'keep' && each.reason === null && each.issue.state === 'open',
  )
  if (unchanged.length > 0)
    told.lines.push(countOf(unchanged.length, 'issue is unchanged', 'issues are unchanged'))
  return last
}

interface Done {
  /** The issue's page, where it is open now. */
  readonly url: string | null
  readonly line: string | null
  readonly created?: CreatedIssue
}

/** How a planned issue is carried out. */
interface Action<Planned extends PlannedIssue> {
  /** What is said of it where nothing may be written; null: it writes nothing. */
  readonly would: string | null
  perform(planned: Planned, request: IssueRequest, first: boolean): Promise<Done>
}

const ACTIONS: { readonly [Name in PlannedIssue['action']]: Action<PlannedIssue & { action: Name }> } = {
  create: {
    would: 'An issue would have been created',
    async perform(planned, request, first) {
      if (first) await ensureLabels(request)
      const created = await createIssue(request, planned)
      const { number, url } = created
      return { url, line: `Issue #${number} created: ${planned.summary} (${url})`, created }
    },
  },
  update: {
    would: 'An issue would have been updated',
    async perform(planned, request) {
      await updateIssue(request, planned)
      const { number, url } = planned.issue
      return {
        url: planned.open ? url : null,
        line: `Issue #${number} updated: ${planned.summary} (${url})`,
      }
    },
  },
  'close-duplicate': {
    would: 'A duplicate issue would have been closed',
    async perform({ issue, of }, request) {
      await closeDuplicate(request, issue, of.number)
      return { url: null, line: `Issue #${issue.number} closed as a duplicate of #${of.number}` }
    },
  },
  keep: {
    would: null,
    async perform({ issue, reason }) {
      return {
        url: issue.state === 'open' ? issue.url : null,
        line: reason === null ? null : `Issue #${issue.number} left as it is: ${reason}`,
      }
    },
  },
  muted: {
    would: null,
    async perform({ issue, keys }) {
      const mutes = countOf(keys.length, 'stale key')
      return {
        url: null,
        line: `Issue #${issue.number} left as it is: it was closed as not planned, which mutes ${mutes}`,
      }
    },
  },
  'no-room': {
    would: null,
    async perform({ issue: { number, url } }) {
      throw new UserError(
        `Issue #${number} was not updated: what stands below its line leaves no room`,
        `Shorten what stands below the line in ${url}: GitHub takes 65,536 characters in all.`,
      )
    },
  },
  'leave-out': {
    would: null,
    async perform() {
      return { url: null, line: null }
    },
  },
}

function actionOf(planned: PlannedIssue): Action<PlannedIssue> {
  return ACTIONS[planned.action] as Action<PlannedIssue>
}

function wouldDo(planned: PlannedIssue, reason: string | null): readonly string[] {
  const { would } = actionOf(planned)
  if (would === null) return []
  const which = 'issue' in planned ? ` (#${planned.issue.number})` : ''
  const summary = 'summary' in planned ? `: ${planned.summary}` : ''
  return [`${would}${which}${summary}; nothing is written because ${reason}`]
}

/** Of two runs that found no issue and filed one each, the one with the higher number takes its own back. */
async function resolveDuplicateRace(
  request: IssueRequest,
  created: readonly CreatedIssue[],
  told: Told,
): Promise<void> {
  try {
    const mine = new Set(created.map(({ number }) => number))
    const { ours } = await findIssues(request, trustIn(request, created[0]?.author))
    const open = ours.filter(issue => issue.state === 'open')
    for (const issue of open.filter(({ number }) => mine.has(number))) {
      const { per, scope } = issue.parsed.marker
      const lower = open.find(
        ({ number, parsed: { marker } }) =>
          number < issue.number && marker.per === per && marker.scope === scope,
      )
      if (!lower) continue
      await closeDuplicate(request, issue, lower.number)
      told.lines.push(`Issue #${issue.number} closed as a duplicate of #${lower.number}`)
      told.urls.splice(told.urls.indexOf(issue.url), 1, lower.url)
    }
  } catch (error) {
    told.tell(error, 'look for duplicate issues')
  }
}

/** What all issues together remember. */
function remembered(planned: readonly PlannedIssue[]): Pick<IssueOutcome, 'history' | 'trend'> {
  const memories = planned.flatMap((each): readonly Pick<IssueOutcome, 'history' | 'trend'>[] => {
    if ('tracking' in each) return [each.tracking]
    const kept = each.action === 'keep' || each.action === 'no-room'
    return kept && each.issue.parsed.state ? [each.issue.parsed.state] : []
  })
  return {
    history: memories
      .flatMap(({ history }) => history)
      .sort((a, b) => compareText(b.at, a.at))
      .slice(0, 20),
    trend: sum(memories.map(({ trend }) => trend)),
  }
}

/** Each trend holds its value until its next day. */
function sum(trends: readonly IssueState['trend'][]): IssueState['trend'] {
  const days = [...new Set(trends.flatMap(trend => trend.map(({ day }) => day)))].sort()
  return days
    .map(day => ({
      day,
      stale: trends.reduce(
        (total, trend) => total + (trend.findLast(point => point.day <= day)?.stale ?? 0),
        0,
      ),
    }))
    .slice(-30)
}
