/** Pull requests: each has a branch, and an issue that holds its text, state and comments. */

import { type Answer, json } from '../answer.ts'
import { mergeBranch } from './git.ts'
import { GitHubError, type GitHubRequest, page, type Route } from './request.ts'
import { showPull } from './shapes.ts'
import { type Issue, issue, type PullRequest, type Repository } from './world.ts'

const PULLS = '/repos/{owner}/{repo}/pulls'
const PULL = `${PULLS}/{pull_number}`
const READ = ['pullRequests', 'read'] as const
const WRITE = ['pullRequests', 'write'] as const

export const PULL_ROUTES: readonly Route[] = [
  { action: `GET ${PULLS}`, needs: READ, handle: listPulls },
  { action: `POST ${PULLS}`, needs: WRITE, handle: createPull },
  {
    action: `GET ${PULL}`,
    needs: READ,
    handle: request => json(200, show(request, findPull(request), true)),
  },
  { action: `PATCH ${PULL}`, needs: WRITE, handle: updatePull },
  { action: `POST ${PULL}/requested_reviewers`, needs: WRITE, handle: requestReviewers },
]

/** Merged and applied to the default branch, as a person does it; the branch goes. */
export function merge(repository: Repository, number: number, at: string): void {
  const pull = repository.pulls.get(number)
  if (pull === undefined) throw new Error(`no pull request ${number}`)
  mergeBranch(repository, pull.head.ref)
  repository.git.refs.delete(`heads/${pull.head.ref}`)
  pull.mergedAt = at
  Object.assign(issueOf(repository, number), { state: 'closed', closedAt: at })
}

export function findPull({ repository, parts }: GitHubRequest): PullRequest {
  const pull = repository.pulls.get(Number(parts['pull_number']))
  if (pull === undefined) throw new GitHubError(404, 'Not Found')
  return pull
}

/** What the issues API knows of it. */
function issueOf({ issues }: Repository, number: number): Issue {
  return issues.find(each => each.number === number) ?? issue(number, { pullRequest: true })
}

function show(request: GitHubRequest, pull: PullRequest, whole: boolean): unknown {
  return showPull(request, pull, issueOf(request.repository, pull.number), whole)
}

function listPulls(request: GitHubRequest): Answer {
  const { repository, query } = request
  const state = query.get('state') ?? 'open'
  const head = query.get('head')
  const found = [...repository.pulls.values()]
    .filter(({ number }) => state === 'all' || issueOf(repository, number).state === state)
    .filter(
      pull => head === null || head === `${pull.head.fork ? 'someone' : repository.owner}:${pull.head.ref}`,
    )
    .sort((a, b) => b.number - a.number)
  return page(request, found, pull => show(request, pull, false))
}

function createPull(request: GitHubRequest): Answer {
  const { repository, body, world, now } = request
  const { head, base, title, body: text, draft } = body
  if (!repository.actionsMayOpenPulls && world.github.actor.login === 'github-actions[bot]')
    throw new GitHubError(403, 'GitHub Actions is not permitted to create or approve pull requests.')
  const [headSha, baseSha] = [head, base].map(each => repository.git.refs.get(`heads/${each}`))
  if (headSha === undefined || baseSha === undefined)
    throw invalid({
      resource: 'PullRequest',
      field: headSha === undefined ? 'head' : 'base',
      code: 'invalid',
    })
  if (headSha === baseSha)
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      message: `No commits between ${base} and ${head}`,
    })
  if (draft === true && !repository.hasDrafts)
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      message: 'Draft pull requests are not supported in this repository.',
    })
  const twin = [...repository.pulls.values()].find(
    pull => pull.head.ref === head && issueOf(repository, pull.number).state === 'open',
  )
  if (twin !== undefined)
    throw invalid({
      resource: 'PullRequest',
      code: 'custom',
      message: `A pull request already exists for ${repository.owner}:${head}.`,
    })
  const number = Math.max(0, ...repository.pulls.keys(), ...repository.issues.map(each => each.number)) + 1
  const pull: PullRequest = {
    number,
    head: { ref: String(head), sha: headSha, fork: false },
    base: { ref: String(base), sha: baseSha },
    files: [],
    draft: draft === true,
    reviewers: [],
  }
  repository.pulls.set(number, pull)
  repository.issues.push(
    issue(number, {
      title: String(title),
      body: typeof text === 'string' ? text : null,
      author: world.github.actor,
      createdAt: now,
      updatedAt: now,
      pullRequest: true,
    }),
  )
  return json(201, show(request, pull, true))
}

function updatePull(request: GitHubRequest): Answer {
  const { repository, body, now, world } = request
  const pull = findPull(request)
  const its = issueOf(repository, pull.number)
  const { title, body: text, state } = body
  if (typeof title === 'string') its.title = title
  if (typeof text === 'string') its.body = text
  if (state === 'closed' && its.state === 'open')
    Object.assign(its, { state, closedAt: now, closedBy: world.github.actor })
  its.updatedAt = now
  return json(200, show(request, pull, true))
}

function requestReviewers(request: GitHubRequest): Answer {
  const { repository, body } = request
  const pull = findPull(request)
  const logins = (body['reviewers'] ?? []) as string[]
  const teams = (body['team_reviewers'] ?? []) as string[]
  const stranger = logins.find(login => !repository.collaborators.has(login))
  if (stranger !== undefined)
    throw new GitHubError(
      422,
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the octo-org/octo-repo repository.',
    )
  pull.reviewers = [...new Set([...(pull.reviewers ?? []), ...logins, ...teams])]
  return json(201, show(request, pull, false))
}

function invalid(error: Record<string, unknown>): GitHubError {
  return new GitHubError(422, 'Validation Failed', { errors: [error] })
}
