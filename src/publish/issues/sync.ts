/** Carries a plan out on GitHub. Nothing that GitHub refuses is thrown: the audit's result is never lost over it. */
import { isDeepStrictEqual } from 'node:util'
import { UserError } from '../../domain/errors.ts'
import { compareText } from '../../domain/order.ts'
import { andMore, countOf, firstAndMore } from '../../domain/text.ts'
import { describeGitHubError, statusOf, wouldRepeat } from '../../github/errors.ts'
import { type FoundIssues, findAssignable, findIssues, findLost, readIssue } from './find-issues.ts'
import { countsOf, type IssueOutcome, NO_ISSUES } from './outcome.ts'
import { MAX_NEW_ISSUES, numbersOf, type PlannedIssue, planIssues } from './plan.ts'
import { type ExistingIssue, type IssueRequest, permissionFor } from './request.ts'
import { type IssueState, MAX_HISTORY, MAX_TREND } from './state.ts'
import { trustIn } from './trust.ts'
import {
  addLabels,
  type CreatedIssue,
  closeDuplicate,
  createIssue,
  ensureLabels,
  updateIssue,
} from './write-issues.ts'

export async function syncIssues(request: IssueRequest): Promise<IssueOutcome> {
  const { readOnlyBecause, repository } = request
  const failures: UserError[] = []
  const permission = permissionFor(request)
  const tell = (error: unknown, what: string): void => {
    failures.push(describeGitHubError(error, { what: `${what} in ${repository}`, permission }))
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
  if (readOnlyBecause === null && planned.some(({ action }) => action === 'create')) {
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
  if (readOnlyBecause === null) {
    const again = (each: PlannedIssue) => asItIsNow(each, request, ours, plan)
    planned = await carryOut(request, planned, again, { urls, lines, tell })
  } else {
    lines.push(...planned.flatMap(each => wouldDo(each, readOnlyBecause)))
    urls.push(...ours.flatMap(({ state, url }) => (state === 'open' ? url : [])))
  }
  if (leftOut.length > 0)
    lines.push(
      `${countOf(leftOut.length, 'further issue is', 'further issues are')} left for the next run: one run files at most ${MAX_NEW_ISSUES}`,
    )
  return {
    ...{ urls, lines, failures, notFiled: leftOut.flat() },
    muted: planned.flatMap(each =>
      each.action === 'muted' ? each.keys.map(key => ({ key, url: each.issue.url })) : [],
    ),
    numbers: request.hidden === null ? undefined : numbersOf(request, ours),
    counts: countsOf(planned, request.result),
    written: readOnlyBecause === null && planned.some(isWrite) && failures.length === 0,
    ...remembered(planned),
  }
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
  if (!('issue' in each) || !isWrite(each)) return each
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
    if (stopped && isWrite(before)) {
      notReached++
      last.push(before)
      continue
    }
    let each = before
    try {
      each = await again(before)
      if (each.action === 'create' && created.length === 0) await ensureLabels(request)
      const issue = await perform(each, request, told)
      if (issue) created.push(issue)
    } catch (error) {
      told.tell(error, 'issue' in each ? `update issue #${each.issue.number}` : 'create an issue')
      if ('issue' in each && each.action !== 'close-duplicate' && each.issue.state === 'open')
        told.urls.push(each.issue.url)
      // A 410 is a deleted issue, or, on creation, issues that are disabled.
      stopped ||= wouldRepeat(error) || (statusOf(error) === 410 && each.action === 'create')
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

/** What is said of a write where none may be made; what is not here writes nothing. */
const WOULD: Readonly<Partial<Record<PlannedIssue['action'], string>>> = {
  create: 'An issue would have been created',
  update: 'An issue would have been updated',
  'close-duplicate': 'A duplicate issue would have been closed',
}

function isWrite({ action }: PlannedIssue): boolean {
  return action in WOULD
}

function wouldDo(planned: PlannedIssue, reason: string): readonly string[] {
  const would = WOULD[planned.action]
  if (would === undefined) return []
  const which = 'issue' in planned ? ` (#${planned.issue.number})` : ''
  const summary = 'summary' in planned ? `: ${planned.summary}` : ''
  return [`${would}${which}${summary}; nothing is written because ${reason}`]
}

/** @returns the issue, where it is a new one */
async function perform(
  planned: PlannedIssue,
  request: IssueRequest,
  { urls, lines }: Told,
): Promise<CreatedIssue | null> {
  switch (planned.action) {
    case 'create': {
      const created = await createIssue(request, planned)
      urls.push(created.url)
      lines.push(`Issue #${created.number} created: ${planned.summary} (${created.url})`)
      return created
    }
    case 'update': {
      const { number, url } = planned.issue
      await updateIssue(request, planned)
      if (planned.open) urls.push(url)
      lines.push(`Issue #${number} updated: ${planned.summary} (${url})`)
      return null
    }
    case 'close-duplicate':
      lines.push(await closeDuplicate(request, planned.issue, planned.of.number))
      return null
    case 'keep': {
      const { number, state, url } = planned.issue
      if (state === 'open') urls.push(url)
      if (planned.reason !== null) lines.push(`Issue #${number} left as it is: ${planned.reason}`)
      return null
    }
    case 'muted': {
      const mutes = countOf(planned.keys.length, 'stale key')
      lines.push(
        `Issue #${planned.issue.number} left as it is: it was closed as not planned, which mutes ${mutes}`,
      )
      return null
    }
    case 'no-room': {
      const { number, url } = planned.issue
      throw new UserError(
        `Issue #${number} was not updated: what stands below its line leaves no room`,
        `Shorten what stands below the line in ${url}: GitHub takes 65,536 characters in all.`,
      )
    }
    case 'leave-out':
      return null
  }
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
      told.lines.push(await closeDuplicate(request, issue, lower.number))
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
      .slice(0, MAX_HISTORY),
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
    .slice(-MAX_TREND)
}
