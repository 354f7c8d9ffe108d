/** What a handler of GitHub's API is given, and its two common answers: an error and a page. */

import { type Answer, type Call, json } from '../answer.ts'
import { API_PATH } from '../job.ts'
import type { World } from '../world.ts'
import type { Access, Repository } from './world.ts'

/** Thrown by a handler; becomes GitHub's error answer. */
export class GitHubError extends Error {
  readonly status: number
  readonly more: Record<string, unknown>

  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.status = status
    this.more = more
  }
}

export interface Route {
  /** `GET /repos/{owner}/{repo}/issues`, as in the OpenAPI description. */
  readonly action: string
  /** The token's permission that it needs. */
  readonly needs?: readonly [keyof Repository['permissions'], Access]
  readonly handle: (request: GitHubRequest) => Answer
}

export interface GitHubRequest {
  readonly world: World
  readonly repository: Repository
  /** Parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  readonly call: Call
  /** `http://…/api/v3` */
  readonly api: string
  /** `2026-11-24T00:00:00Z` */
  readonly now: string
}

/** One page of `all`, with GitHub's Link header. */
export function page<T>(
  { call, query, api }: GitHubRequest,
  all: readonly T[],
  show: (each: T) => unknown,
): Answer {
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30)))
  const number = Math.max(1, Number(query.get('page') ?? 1))
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (to: number, rel: string): string => {
    const search = new URLSearchParams(query)
    search.set('page', String(to))
    return `<${api}${call.path.slice(API_PATH.length)}?${search}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ]
  const shown = all.slice((number - 1) * size, number * size).map(show)
  return json(200, shown, links.length > 0 ? { link: links.join(', ') } : {})
}
