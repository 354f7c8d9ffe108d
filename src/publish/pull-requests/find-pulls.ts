/** The pull requests of this audit that there are. */
import { type GitHub, ownerAndRepo } from '../../github/client.ts'
import { BRANCHES, parseMarker } from './marker.ts'
import type { ExistingPull } from './plan.ts'

export interface Listed {
  readonly github: GitHub
  readonly repository: string
  /** Whose pull requests count: the token's own. */
  readonly login: string
}

export async function findOpen(listed: Listed): Promise<readonly ExistingPull[]> {
  return (await find(listed, { state: 'open' })).filter(({ state }) => state === 'open')
}

/** Open, closed and merged, the newest first. */
export async function findOfBranch(listed: Listed, branch: string): Promise<readonly ExistingPull[]> {
  const { owner } = ownerAndRepo(listed.repository)
  const found = await find(listed, { state: 'all', head: `${owner}:${branch}` })
  return found.filter(pull => pull.branch === branch)
}

async function find(
  { github, repository, login }: Listed,
  which: { readonly state: 'open' | 'all'; readonly head?: string },
): Promise<readonly ExistingPull[]> {
  const listed = await github.paginate(github.rest.pulls.list, {
    ...ownerAndRepo(repository),
    ...which,
    per_page: 100,
  })
  return listed.flatMap((pull): readonly ExistingPull[] => {
    const { number, html_url: url, title, body, state, merged_at, head, base, user } = pull
    const here = [head, base].every(({ repo }) => repo?.full_name.toLowerCase() === repository.toLowerCase())
    const isOurs = user?.login.toLowerCase() === login.toLowerCase() && head.ref.startsWith(BRANCHES)
    const marker = here && isOurs ? parseMarker(body ?? '') : null
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
