/** Carries a plan out on GitHub. Nothing that GitHub refuses is thrown: the audit's result is never lost over it. */

import { UserError } from '../../domain/errors.ts'
import { compareText } from '../../domain/order.ts'
import { countOf } from '../../domain/text.ts'
import { type GitHub, ownerAndRepo } from '../../github/client.ts'
import { describeGitHubError, statusOf } from '../../github/errors.ts'
import {
  assigneesToCheck,
  type ExistingIssue,
  knownAssignees,
  MAX_NEW_ISSUES,
  type PlannedIssue,
  type PlanRequest,
  planIssues,
} from './plan.ts'
import { type IssueState, parseBody, type ResolvedKey, withoutMarker } from './state.ts'

export interface IssueRequest extends PlanRequest {
  readonly github: GitHub
  /** `octo-org/octo-repo`, where the issues are kept. */
  readonly repository: string
  /** The first finds the issues; the others are put on new ones. At least one. */
  readonly labels: readonly string[]
  /** Why nothing may be written, as the end of "… because"; null where it may (`reasonNotToWrite`). */
  readonly readOnlyBecause: string | null
}

export interface IssueOutcome {
  /** Pages of the open issues. */
  readonly urls: readonly string[]
  /** For the log, a line each: what was done, or would have been. They name no account, user or key. */
  readonly lines: readonly string[]
  readonly failures: readonly UserError[]
  /** Stale keys (`KeyResult.id`) for whose issue this run had no room. */
  readonly notFiled: readonly string[]
  /** Newest first. Names what the issues name: not for places that hide it. */
  readonly history: readonly ResolvedKey[]
  readonly trend: IssueState['trend']
}

export async function syncIssues(request: IssueRequest): Promise<IssueOutcome> {
  const failures: UserError[] = []
  const tell = (error: unknown, what: string, permission = 'issues: write'): void => {
    failures.push(describeGitHubError(error, { what: `${what} in ${request.repository}`, permission }))
  }
  let existing: readonly ExistingIssue[]
  try {
    existing = await findIssues(request)
  } catch (error) {
    tell(error, 'list the issues', 'issues: read')
    return { urls: [], lines: [], failures, notFiled: [], history: [], trend: [] }
  }
  const assignable = await findAssignable(request, existing, failures)
  const planned = planIssues(request, existing, login => assignable.has(login.toLowerCase()))
  const leftOut = planned.flatMap(each => (each.action === 'leave-out' ? [each.keys] : []))
  const lines: string[] = []
  const urls: string[] = []
  if (request.readOnlyBecause === null) {
    await carryOut(request, planned, { urls, lines, tell })
  } else {
    lines.push(...planned.flatMap(each => wouldDo(each, request.readOnlyBecause)))
    urls.push(...existing.filter(issue => issue.state === 'open').map(issue => issue.url))
  }
  if (leftOut.length > 0) {
    lines.push(
      `${countOf(leftOut.length, 'further issue is', 'further issues are')} left for the next run: one run files at most ${MAX_NEW_ISSUES}`,
    )
  }
  return { urls, lines, failures, notFiled: leftOut.flat(), ...remembered(planned) }
}

interface Report {
  readonly urls: string[]
  readonly lines: string[]
  readonly tell: (error: unknown, what: string) => void
}

async function carryOut(
  request: IssueRequest,
  planned: readonly PlannedIssue[],
  report: Report,
): Promise<void> {
  const created: CreatedIssue[] = []
  let stopped = false
  let notReached = 0
  for (const each of planned) {
    const writes = ['create', 'update', 'close-duplicate'].includes(each.action)
    if (stopped && writes) {
      notReached++
      continue
    }
    try {
      const done = await carryOutOne(request, each, created.length === 0)
      if (done.url) report.urls.push(done.url)
      if (done.line) report.lines.push(done.line)
      if (done.created) created.push(done.created)
    } catch (error) {
      report.tell(error, doingWhat(each))
      if ('issue' in each && each.action !== 'close-duplicate' && each.issue.state === 'open')
        report.urls.push(each.issue.url)
      stopped = wouldRepeat(error, each)
    }
  }
  if (notReached > 0) {
    report.lines.push(`${countOf(notReached, 'further issue was', 'further issues were')} not reached`)
  }
  if (created.length > 0 && !stopped) await giveWay(request, created, report)
  const unchanged = planned.filter(
    each => each.action === 'keep' && each.reason === null && each.issue.state === 'open',
  )
  if (unchanged.length > 0)
    report.lines.push(countOf(unchanged.length, 'issue is unchanged', 'issues are unchanged'))
}

/** Whether the next request would run into the same. A 410 is a deleted issue, or, on creation, issues that are disabled. */
function wouldRepeat(error: unknown, { action }: PlannedIssue): boolean {
  return [401, 403, 429].includes(statusOf(error)) || (statusOf(error) === 410 && action === 'create')
}

interface CreatedIssue {
  readonly number: number
  readonly url: string
}

interface Done {
  readonly url?: string
  readonly line?: string
  readonly created?: CreatedIssue
}

async function carryOutOne(request: IssueRequest, planned: PlannedIssue, first: boolean): Promise<Done> {
  switch (planned.action) {
    case 'create': {
      if (first) await ensureLabels(request)
      const issue = await createIssue(request, planned)
      return {
        url: issue.url,
        line: `Issue #${issue.number} created: ${planned.summary} (${issue.url})`,
        created: issue,
      }
    }
    case 'update':
      await updateIssue(request, planned)
      return {
        ...(planned.open ? { url: planned.issue.url } : {}),
        line: `Issue #${planned.issue.number} updated: ${planned.summary} (${planned.issue.url})`,
      }
    case 'close-duplicate':
      await closeDuplicate(request, planned.issue, planned.of.number)
      return { line: `Issue #${planned.issue.number} closed as a duplicate of #${planned.of.number}` }
    case 'keep':
      return {
        ...(planned.issue.state === 'open' ? { url: planned.issue.url } : {}),
        ...(planned.reason === null
          ? {}
          : { line: `Issue #${planned.issue.number} left as it is: ${planned.reason}` }),
      }
    case 'no-room':
      throw noRoom(planned.issue)
    case 'leave-out':
      return {}
  }
}

function noRoom({ number, url }: ExistingIssue): UserError {
  return new UserError(
    `Issue #${number} was not updated: what stands below its line leaves no room`,
    `Shorten what stands below the line in ${url}: GitHub takes 65,536 characters in all.`,
  )
}

function doingWhat(planned: PlannedIssue): string {
  return 'issue' in planned ? `update issue #${planned.issue.number}` : 'create an issue'
}

function wouldDo(planned: PlannedIssue, reason: string | null): readonly string[] {
  const would = {
    create: 'An issue would have been created',
    update: 'An issue would have been updated',
    'close-duplicate': 'A duplicate issue would have been closed',
  }
  if (planned.action === 'keep' || planned.action === 'leave-out' || planned.action === 'no-room') return []
  const what = 'issue' in planned ? ` (#${planned.issue.number})` : ''
  const summary = 'summary' in planned ? `: ${planned.summary}` : ''
  return [`${would[planned.action]}${what}${summary}; nothing is written because ${reason}`]
}

/** Issues with our label, our marker, and an author whom we trust, through the issues API: search lags behind. */
async function findIssues(request: IssueRequest): Promise<readonly ExistingIssue[]> {
  const { github, labels } = request
  const listed = await github.paginate(github.rest.issues.listForRepo, {
    ...ownerAndRepo(request.repository),
    labels: labels[0] ?? '',
    state: 'all',
    sort: 'created',
    direction: 'asc',
    per_page: 100,
  })
  const trust = trustIn(request)
  const found: ExistingIssue[] = []
  for (const issue of listed) {
    const parsed = issue.pull_request ? null : parseBody(issue.body ?? '')
    if (!parsed || !(await trust(issue.user))) continue
    found.push({
      number: issue.number,
      url: issue.html_url,
      title: issue.title,
      body: issue.body ?? '',
      parsed,
      state: stateOf(issue),
      assignees: (issue.assignees ?? []).map(({ login }) => login),
    })
  }
  return found
}

function stateOf(issue: { state: string; state_reason?: string | null }): ExistingIssue['state'] {
  if (issue.state === 'open') return 'open'
  const dismissed = issue.state_reason === 'not_planned' || issue.state_reason === 'duplicate'
  return dismissed ? 'closed-as-not-planned' : 'closed'
}

type Author = { readonly login: string; readonly type?: string } | null

/** A bot, or somebody with write access: anybody may copy the marker, and a template may add the label for them. */
function trustIn(request: IssueRequest): (author: Author) => Promise<boolean> {
  const answers = new Map<string, boolean>()
  return async author => {
    if (!author) return false
    if (author.type === 'Bot') return true
    const known = answers.get(author.login) ?? (await mayWrite(request, author.login))
    answers.set(author.login, known)
    return known
  }
}

async function mayWrite(request: IssueRequest, username: string): Promise<boolean> {
  try {
    const { data } = await request.github.rest.repos.getCollaboratorPermissionLevel({
      ...ownerAndRepo(request.repository),
      username,
    })
    return data.permission === 'admin' || data.permission === 'write'
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

// Each costs a request, every night for those who cannot be assigned.
const MAX_ASSIGNEE_CHECKS = 50

/** Logins in lower case that GitHub lets us assign. One that an issue had before needs no question. */
async function findAssignable(
  request: IssueRequest,
  existing: readonly ExistingIssue[],
  failures: UserError[],
): Promise<ReadonlySet<string>> {
  const assignable = new Set(existing.flatMap(knownAssignees).map(login => login.toLowerCase()))
  if (request.readOnlyBecause !== null) return assignable
  try {
    for (const login of assigneesToCheck(request, existing).slice(0, MAX_ASSIGNEE_CHECKS)) {
      if (await isAssignable(request, login)) assignable.add(login.toLowerCase())
      else if (request.assignees.includes(login)) failures.push(unassignable(request, login))
    }
  } catch (error) {
    failures.push(
      describeGitHubError(error, { what: 'ask who can be assigned to issues', permission: 'issues: read' }),
    )
  }
  return assignable
}

async function isAssignable(request: IssueRequest, assignee: string): Promise<boolean> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(assignee)) return false
  try {
    await request.github.rest.issues.checkUserCanBeAssigned({ ...ownerAndRepo(request.repository), assignee })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

function unassignable({ repository }: IssueRequest, login: string): UserError {
  return new UserError(
    `A login of \`issue-assignees\` cannot be assigned to issues in ${repository}`,
    'Give them access to the repository, or take them out of `issue-assignees`.',
    login,
  )
}

async function ensureLabels(request: IssueRequest): Promise<void> {
  for (const name of request.labels) {
    try {
      await request.github.rest.issues.getLabel({ ...ownerAndRepo(request.repository), name })
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      await createLabel(request, name)
    }
  }
}

async function createLabel(request: IssueRequest, name: string): Promise<void> {
  try {
    await request.github.rest.issues.createLabel({
      ...ownerAndRepo(request.repository),
      name,
      color: 'd4a72c',
      description: 'AWS access keys that are due for rotation',
      // A label that a lost answer has made is no fault.
      request: { repeatable: true },
    })
  } catch (error) {
    // Another run was faster.
    if (statusOf(error) !== 422) throw error
  }
}

async function createIssue(
  request: IssueRequest,
  { title, body, assignees, comment }: PlannedIssue & { action: 'create' },
): Promise<CreatedIssue> {
  const { data } = await request.github.rest.issues.create({
    ...ownerAndRepo(request.repository),
    title,
    body,
    labels: [...request.labels],
    assignees: [...assignees],
  })
  if (comment !== null) {
    await request.github.rest.issues.createComment({
      ...ownerAndRepo(request.repository),
      issue_number: data.number,
      body: comment,
    })
  }
  return { number: data.number, url: data.html_url }
}

/**
 * The body first: it is what GitHub may refuse for good, and a comment told before it would be told again each night.
 * A comment that fails is owed, and so is one after an update whose answer was lost: the issue is put back as it was, so
 * that the next run tells it. What a run that ends between the two leaves untold stands in the body all the same.
 */
async function updateIssue(
  request: IssueRequest,
  { issue, title, body, open, comment, assignees }: PlannedIssue & { action: 'update' },
): Promise<void> {
  const { issues } = request.github.rest
  const target = { ...ownerAndRepo(request.repository), issue_number: issue.number }
  const wasOpen = issue.state === 'open'
  let updated = false
  try {
    await issues.update({
      ...target,
      ...(title === issue.title ? {} : { title }),
      body,
      ...(assignees.length === issue.assignees.length ? {} : { assignees: [...assignees] }),
      ...(open === wasOpen ? {} : open ? REOPENED : COMPLETED),
    })
    updated = true
    if (comment !== null) await issues.createComment({ ...target, body: comment })
  } catch (error) {
    const refused = statusOf(error) >= 400 && statusOf(error) < 500
    if (comment !== null && (updated || !refused)) {
      const state = open === wasOpen ? {} : wasOpen ? REOPENED : COMPLETED
      await issues
        .update({ ...target, title: issue.title, body: issue.body, ...state })
        .catch(() => undefined)
    }
    throw error
  }
}

const REOPENED = { state: 'open', state_reason: 'reopened' } as const
const COMPLETED = { state: 'closed', state_reason: 'completed' } as const

async function closeDuplicate(
  request: IssueRequest,
  issue: { readonly number: number; readonly body: string },
  of: number,
): Promise<void> {
  const target = { ...ownerAndRepo(request.repository), issue_number: issue.number }
  // Without its marker it is never found again: the comment is told once or, if it fails, not at all.
  await request.github.rest.issues.update({
    ...target,
    body: withoutMarker(issue.body),
    state: 'closed',
    state_reason: 'not_planned',
  })
  await request.github.rest.issues.createComment({
    ...target,
    body: `Duplicate of #${of}: two runs filed it at once.`,
  })
}

/** Of two runs that found no issue and filed one each, the one with the higher number takes its own back. */
async function giveWay(
  request: IssueRequest,
  created: readonly CreatedIssue[],
  report: Report,
): Promise<void> {
  try {
    const ours = new Set(created.map(({ number }) => number))
    const open = (await findIssues(request)).filter(issue => issue.state === 'open')
    for (const issue of open.filter(({ number }) => ours.has(number))) {
      const { per, scope } = issue.parsed.marker
      const lower = open.find(
        ({ number, parsed: { marker } }) =>
          number < issue.number && marker.per === per && marker.scope === scope,
      )
      if (!lower) continue
      await closeDuplicate(request, issue, lower.number)
      report.lines.push(`Issue #${issue.number} closed as a duplicate of #${lower.number}`)
      report.urls.splice(report.urls.indexOf(issue.url), 1, lower.url)
    }
  } catch (error) {
    report.tell(error, 'look for duplicate issues')
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
