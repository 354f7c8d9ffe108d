/** GitHub's REST API over the world's repositories (routing, token, permissions, rate limit), and whose the token is. */

import { type Answer, type Call, header, type Identified, json } from '../answer.ts'
import { API_PATH } from '../job.ts'
import { now, type World } from '../world.ts'
import { GIT_ROUTES } from './git.ts'
import { ISSUE_ROUTES } from './issues.ts'
import { PULL_ROUTES } from './pulls.ts'
import { REPOSITORY_ROUTES } from './repository.ts'
import { GitHubError, type Route } from './request.ts'
import type { Access, Repository } from './world.ts'

const ROUTES = [...REPOSITORY_ROUTES, ...ISSUE_ROUTES, ...GIT_ROUTES, ...PULL_ROUTES].map(route => {
  const [method = '', template = ''] = route.action.split(' ')
  // Only these may hold slashes.
  const pattern = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    ['path', 'basehead', 'ref'].includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  )
  return { route, method, pattern: new RegExp(`^${API_PATH}${pattern}$`) }
})

/** As GitHub Enterprise Server has it; the one query that is answered here is the viewer's login. */
export const GRAPHQL_PATH = '/api/graphql'

export function identifyGitHub(call: Call): Identified {
  return {
    service: 'github',
    action:
      call.path === GRAPHQL_PATH
        ? 'POST /graphql'
        : (find(call)?.route.action ?? `${call.method} ${call.path}`),
    params: call.body === '' ? Object.fromEntries(call.query) : bodyOf(call),
    account: null,
    region: null,
  }
}

export function answerGitHub(world: World, url: string, call: Call): Answer {
  const limit = countRequest(world)
  try {
    if (limit.remaining < 0) {
      throw new GitHubError(403, 'API rate limit exceeded for installation ID 12345.')
    }
    return withHeaders(answer(world, url, call), limit)
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    const body = {
      message: error.message,
      ...error.more,
      documentation_url: 'https://docs.github.com/rest',
      status: String(error.status),
    }
    return withHeaders(json(error.status, body), limit)
  }
}

function answer(world: World, url: string, call: Call): Answer {
  const token = header(call, 'authorization').replace(/^(token|bearer) /i, '')
  if (token !== world.github.token) {
    throw new GitHubError(401, token === '' ? 'Requires authentication' : 'Bad credentials')
  }
  if (call.path === GRAPHQL_PATH) return json(200, { data: { viewer: { login: world.github.actor.login } } })
  const found = find(call)
  if (found === null) throw new GitHubError(404, 'Not Found')
  const { route, parts } = found
  const repository = [...world.github.repositories.values()].find(
    ({ owner, name }) =>
      `${owner}/${name}`.toLowerCase() === `${parts['owner']}/${parts['repo']}`.toLowerCase(),
  )
  if (repository === undefined) throw new GitHubError(404, 'Not Found')
  if (route.needs !== undefined && !mayDo(repository, ...needed(route.needs, repository, parts))) {
    throw new GitHubError(403, 'Resource not accessible by integration')
  }
  return route.handle({
    world,
    repository,
    parts,
    query: call.query,
    body: call.body === '' ? {} : bodyOf(call),
    call,
    api: `${url}${API_PATH}`,
    now: `${now(world).toISOString().slice(0, 19)}Z`,
  })
}

function find(call: Call): { route: Route; parts: Record<string, string> } | null {
  for (const { route, method, pattern } of ROUTES) {
    const match = method === call.method ? pattern.exec(call.path) : null
    if (match !== null) {
      const parts = Object.entries(match.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ])
      return { route, parts: Object.fromEntries(parts) }
    }
  }
  return null
}

function bodyOf(call: Call): Record<string, unknown> {
  try {
    return JSON.parse(call.body)
  } catch {
    return {}
  }
}

const RANK: Record<Access, number> = { none: 0, read: 1, write: 2 }

function mayDo(repository: Repository, permission: keyof Repository['permissions'], access: Access): boolean {
  // Whatever the token, a public repository can be read.
  if (access === 'read' && repository.visibility === 'public') return true
  return RANK[repository.permissions[permission] ?? 'none'] >= RANK[access]
}

/** What the issues API does to a pull request, the permission for those allows, too. */
function needed(
  needs: NonNullable<Route['needs']>,
  repository: Repository,
  { issue_number: number }: Record<string, string>,
): NonNullable<Route['needs']> {
  const [permission, access] = needs
  const ofPull = permission === 'issues' && repository.pulls.has(Number(number))
  return ofPull && !mayDo(repository, permission, access) ? ['pullRequests', access] : needs
}

const HOURLY = 1000

function countRequest(world: World): { remaining: number; resetAt: number } {
  const resetAt = Math.ceil(now(world).getTime() / 3_600_000) * 3600
  const left = world.github.requestsLeft
  if (left === null) return { remaining: HOURLY - 1, resetAt }
  world.github.requestsLeft = Math.max(0, left - 1)
  return { remaining: left - 1, resetAt }
}

function withHeaders(given: Answer, { remaining, resetAt }: { remaining: number; resetAt: number }): Answer {
  return {
    ...given,
    headers: {
      ...given.headers,
      'x-github-media-type': 'github.v3; format=json',
      'x-ratelimit-limit': String(HOURLY),
      'x-ratelimit-remaining': String(Math.max(0, remaining)),
      'x-ratelimit-used': String(Math.min(HOURLY, HOURLY - remaining)),
      'x-ratelimit-reset': String(resetAt),
      'x-ratelimit-resource': 'core',
    },
  }
}
