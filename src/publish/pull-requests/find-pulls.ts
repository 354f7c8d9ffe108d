/** The pull requests of this audit that there are. */
import type { Repository } from './branch.ts'
import { BRANCHES, parseMarker } from './marker.ts'
import type { ExistingPull } from './plan.ts'

export interface Listed {
  readonly repository: Repository
  /** Whose pull requests count: the token's own. */
  readonly login: string
}

export async function findOpen(listed: Listed): Promise<readonly ExistingPull[]> {
  return (await find(listed, { state: 'open' })).filter(({ state }) => state === 'open')
}

/** Open, closed and merged, the newest first. */
export async function findOfBranch(listed: Listed, branch: string): Promise<readonly ExistingPull[]> {
  const found = await find(listed, { state: 'all', head: `${listed.repository.owner}:${branch}` })
  return found.filter(pull => pull.branch === branch)
}

async function find(
  { repository: { github, ...here }, login }: Listed,
  which: { readonly state: 'open' | 'all'; readonly head?: string },
): Promise<readonly ExistingPull[]> {
  const listed = await github.paginate(github.rest.pulls.list, {
    ...here,
    ...which,
    per_page: 100,
  })
  const name = `${here.owner}/${here.repo}`.toLowerCase()
  return listed.flatMap((pull): readonly ExistingPull[] => {
    const { number, html_url: url, title, body, state, merged_at, head, base, user } = pull
    const isHere = [head, base].every(({ repo }) => repo?.full_name.toLowerCase() === name)
    const isOurs = user?.login.toLowerCase() === login.toLowerCase()
    const marker = isHere && isOurs ? parseMarker(body ?? '') : null
    if (marker === null || head.ref !== `${BRANCHES}${marker.user}`) return []
    return [
      {
        number,
        url,
        title,
        body: body ?? '',
        state: merged_at === null ? (state === 'open' ? 'open' : 'closed') : 'merged',
        branch: head.ref,
        base: base.ref,
        head: head.sha,
        marker,
      },
    ]
  })
}
