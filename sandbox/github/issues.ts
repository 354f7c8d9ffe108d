/** Issues, comments, labels and assignees. */

import { type Answer, json } from '../answer.ts'
import { GitHubError, type GitHubRequest, page, type Route } from './request.ts'
import { showComment, showIssue, showLabel } from './shapes.ts'
import type { Issue, Label, Repository } from './world.ts'

const ISSUES = '/repos/{owner}/{repo}/issues'
const ISSUE = `${ISSUES}/{issue_number}`
const LABELS = '/repos/{owner}/{repo}/labels'
const READ = ['issues', 'read'] as const
const WRITE = ['issues', 'write'] as const

export const ISSUE_ROUTES: readonly Route[] = [
  { action: `GET ${ISSUES}`, needs: READ, handle: listIssues },
  { action: `POST ${ISSUES}`, needs: WRITE, handle: createIssue },
  {
    action: `GET ${ISSUE}`,
    needs: READ,
    handle: request => json(200, showIssue(request, findIssue(request))),
  },
  { action: `PATCH ${ISSUE}`, needs: WRITE, handle: updateIssue },
  {
    action: `GET ${ISSUE}/comments`,
    needs: READ,
    handle: request => {
      const issue = findIssue(request)
      return page(request, issue.comments, each => showComment(request, issue, each))
    },
  },
  { action: `POST ${ISSUE}/comments`, needs: WRITE, handle: createComment },
  { action: `POST ${ISSUE}/labels`, needs: WRITE, handle: addLabels },
  {
    action: `POST ${ISSUE}/assignees`,
    needs: WRITE,
    handle: request => {
      const issue = findIssue(request)
      // Logins that cannot be assigned are dropped in silence here.
      const wanted = names(request.body['assignees']).filter(each => isAssignable(request.repository, each))
      issue.assignees = [...new Set([...issue.assignees, ...wanted])].slice(0, 10)
      issue.updatedAt = request.now
      return json(201, showIssue(request, issue))
    },
  },
  {
    action: `GET ${LABELS}`,
    needs: READ,
    handle: request => page(request, request.repository.labels, each => showLabel(request, each)),
  },
  { action: `POST ${LABELS}`, needs: WRITE, handle: createLabel },
  {
    action: `GET ${LABELS}/{name}`,
    needs: READ,
    handle: request => {
      const label = findLabel(request.repository, request.parts['name'] ?? '')
      if (label === undefined) throw new GitHubError(404, 'Not Found')
      return json(200, showLabel(request, label))
    },
  },
  {
    action: 'GET /repos/{owner}/{repo}/assignees/{assignee}',
    handle: ({ repository, parts }) => {
      if (!isAssignable(repository, parts['assignee'] ?? '')) throw new GitHubError(404, 'Not Found')
      return { status: 204, headers: {}, body: '' }
    },
  },
]

function listIssues(request: GitHubRequest): Answer {
  const { repository, query } = request
  const state = query.get('state') ?? 'open'
  const labels = (query.get('labels') ?? '').split(',').filter(each => each !== '')
  const creator = query.get('creator')
  const found = repository.issues
    // Without issues a repository still lists its pull requests.
    .filter(each => repository.hasIssues || each.pullRequest)
    .filter(each => state === 'all' || each.state === state)
    .filter(each => labels.every(label => has(each.labels, label)))
    .filter(each => creator === null || each.author.login === creator)
    .sort((a, b) => b.number - a.number)
  return page(request, query.get('direction') === 'asc' ? found.reverse() : found, each =>
    // Who closed it only the issue itself tells.
    ({ ...showIssue(request, each), closed_by: undefined }),
  )
}

function createIssue(request: GitHubRequest): Answer {
  const { repository, body, now, world } = request
  if (!repository.hasIssues) throw new GitHubError(410, 'Issues has been disabled in this repository.')
  const { title } = body
  if (typeof title !== 'string') throw invalid('title', 'missing_field')
  const issue: Issue = {
    number: Math.max(0, ...repository.pulls.keys(), ...repository.issues.map(each => each.number)) + 1,
    title: '',
    body: null,
    state: 'open',
    stateReason: null,
    author: world.github.actor,
    labels: [],
    assignees: [],
    comments: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    pullRequest: false,
  }
  change(request, issue)
  repository.issues.push(issue)
  return json(201, showIssue(request, issue))
}

function updateIssue(request: GitHubRequest): Answer {
  const issue = findIssue(request)
  change(request, issue)
  const { state, state_reason: reason } = request.body
  if (state === 'open' || state === 'closed') {
    if (state === 'closed' && issue.state === 'open') {
      issue.closedAt = request.now
      issue.closedBy = request.world.github.actor
      issue.stateReason = 'completed'
    }
    if (state === 'open' && issue.state === 'closed') {
      issue.closedAt = null
      issue.closedBy = null
      issue.stateReason = 'reopened'
    }
    issue.state = state
  }
  if (reason === 'completed' || reason === 'not_planned' || reason === 'reopened') issue.stateReason = reason
  issue.updatedAt = request.now
  return json(200, showIssue(request, issue))
}

/** Applies the fields that creation and update share; throws before anything is changed. */
function change({ repository, body }: GitHubRequest, issue: Issue): void {
  const { title, body: text, labels, assignees } = body
  if (typeof title === 'string' && (title.trim() === '' || title.length > 256)) {
    throw invalid('title', 'custom', 'title is too long (maximum is 256 characters)')
  }
  checkLength(text)
  const logins = assignees === undefined ? issue.assignees : names(assignees)
  const stranger = logins.find(each => !isAssignable(repository, each) && !has(issue.assignees, each))
  if (stranger !== undefined) throw invalid('assignees', 'invalid', undefined, stranger)
  issue.assignees = logins.slice(0, 10)
  if (typeof title === 'string') issue.title = title
  if (typeof text === 'string' || text === null) issue.body = text
  if (labels !== undefined) issue.labels = names(labels).map(each => ensureLabel(repository, each).name)
}

function createComment(request: GitHubRequest): Answer {
  const { repository, body, now, world } = request
  const issue = findIssue(request)
  const { body: text } = body
  if (typeof text !== 'string' || text.trim() === '') throw invalid('body', 'missing_field')
  checkLength(text)
  const comment = {
    id: 3_000_000 + repository.issues.reduce((count, each) => count + each.comments.length, 0),
    body: text,
    author: world.github.actor,
    createdAt: now,
  }
  issue.comments.push(comment)
  issue.updatedAt = now
  return json(201, showComment(request, issue, comment))
}

function addLabels(request: GitHubRequest): Answer {
  const issue = findIssue(request)
  for (const name of names(request.body['labels'])) {
    if (!has(issue.labels, name)) issue.labels.push(ensureLabel(request.repository, name).name)
  }
  return json(
    200,
    issue.labels.map(each => showLabel(request, ensureLabel(request.repository, each))),
  )
}

function createLabel(request: GitHubRequest): Answer {
  const { repository, body } = request
  const { name, color, description } = body
  if (typeof name !== 'string' || name === '') throw invalid('name', 'missing_field')
  if (findLabel(repository, name) !== undefined) throw invalid('name', 'already_exists')
  const label = ensureLabel(repository, name)
  if (typeof color === 'string') label.color = color
  if (typeof description === 'string') label.description = description
  return json(201, showLabel(request, label))
}

function findIssue({ repository, parts }: GitHubRequest): Issue {
  const issue = repository.issues.find(each => each.number === Number(parts['issue_number']))
  if (issue === undefined) throw new GitHubError(404, 'Not Found')
  if (!repository.hasIssues && !issue.pullRequest)
    throw new GitHubError(410, 'Issues are disabled for this repo')
  return issue
}

function findLabel(repository: Repository, name: string): Label | undefined {
  return repository.labels.find(each => each.name.toLowerCase() === name.toLowerCase())
}

/** GitHub creates a label that an issue is given and that is not there yet. */
function ensureLabel(repository: Repository, name: string): Label {
  const known = findLabel(repository, name)
  if (known !== undefined) return known
  const label = { name, color: 'ededed', description: null }
  repository.labels.push(label)
  return label
}

function isAssignable(repository: Repository, login: string): boolean {
  return has(repository.assignable, login)
}

/** Labels and logins are the same in any case. */
function has(all: readonly string[], name: string): boolean {
  return all.some(each => each.toLowerCase() === name.toLowerCase())
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(each => (typeof each === 'string' ? each : String(each?.name))) : []
}

function checkLength(text: unknown): void {
  if (typeof text === 'string' && text.length > 65_536) {
    throw invalid('body', 'custom', 'body is too long (maximum is 65536 characters)')
  }
}

function invalid(field: string, code: string, message?: string, value?: string): GitHubError {
  return new GitHubError(422, 'Validation Failed', {
    errors: [
      { resource: 'Issue', field, code, ...(message ? { message } : {}), ...(value ? { value } : {}) },
    ],
  })
}
