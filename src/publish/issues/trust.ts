/** Whose issues are ours: anybody may copy the marker, and a template may add the label for them. */
import { UserError } from '../../domain/errors.ts'
import { once, perKey } from '../../domain/memoize.ts'
import { type GitHub, ownerAndRepo } from '../../github/client.ts'
import { statusOf } from '../../github/errors.ts'
import type { IssueRequest } from './request.ts'

export interface Trust {
  /** @throws UserError where GitHub does not tell whose the token is, and a bot wrote the issue: it may be ours. */
  isOurs(issue: { readonly number: number; readonly user: Author }): Promise<boolean>
  /** The login that the token writes as; null where GitHub does not tell. */
  login(): Promise<string | null>
}

type Author = { readonly login: string; readonly type?: string } | null

/**
 * Ours is what the token's own identity wrote; where that is not known, what a person with write access wrote.
 * @param known the login, where an answer has told it already
 */
export function trustIn(
  request: Pick<IssueRequest, 'github' | 'repository'>,
  known: string | null = null,
): Trust {
  const login = once(async () => known ?? loginOf(request.github))
  const mayWriteIt = perKey((login: string) => mayWrite(request, login))
  return {
    login,
    async isOurs({ number, user }) {
      if (!user) return false
      const own = await login()
      if (own !== null) return own.toLowerCase() === user.login.toLowerCase()
      if (user.type === 'Bot')
        throw unknownIdentity(
          `No issue was written: GitHub did not tell whose \`github-token\` is, so that issue #${number}, which a bot wrote, may be this audit's or a stranger's`,
        )
      return mayWriteIt(user.login)
    },
  }
}

/** By GraphQL, which answers every kind of token: `GET /user` refuses those of apps, and so that of a job. */
async function loginOf(github: GitHub): Promise<string | null> {
  try {
    const { viewer } = await github.graphql<{ viewer: { login: string } }>('query { viewer { login } }', {
      request: { repeatable: true },
    })
    return typeof viewer.login === 'string' && viewer.login !== '' ? viewer.login : null
  } catch {
    return null
  }
}

async function mayWrite(
  request: Pick<IssueRequest, 'github' | 'repository'>,
  username: string,
): Promise<boolean> {
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

/** @param what was not done, and what cannot be told */
export function unknownIdentity(what: string): UserError {
  return new UserError(
    what,
    'Run the job again; if it repeats, see that the token may ask the GraphQL API (`viewer { login }`).',
  )
}
