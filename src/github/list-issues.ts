import type { UserError } from '../domain/errors.ts'
import { type GitHub, ownerAndRepo } from './client.ts'
import { describeGitHubError } from './errors.ts'

/** Asks for one issue of the repository: empty where GitHub answers, else why it does not. */
export async function failuresToList(
  openGitHub: () => Promise<GitHub>,
  repository: string,
): Promise<readonly UserError[]> {
  try {
    const github = await openGitHub()
    await github.rest.issues.listForRepo({ ...ownerAndRepo(repository), per_page: 1 })
    return []
  } catch (error) {
    const doing = { what: `list the issues in ${repository}`, permission: 'issues: write' }
    return [describeGitHubError(error, doing)]
  }
}
