/** What GitHub's API knows of the pull request or merge group that is checked, and of repositories. */
import type { Policy } from '../domain/audit-result.ts'
import { UserError } from '../domain/errors.ts'
import { asVisibility, type Change, type Run, type Visibility } from '../host/run.ts'
import { type GitHub, ownerAndRepo } from './client.ts'
import { describeGitHubError, statusOf } from './errors.ts'

// GitHub lists no more than this, and does not say that it left some out.
const PULL_REQUEST_FILES = 3000
const COMPARED_FILES = 300

/**
 * Paths that the change touches, old names of renamed files included; `all`, which `log` is told, where GitHub does not list
 * every one. @throws UserError where GitHub refuses; the caller must not take that for "nothing changed".
 */
export async function changedFiles(
  github: GitHub,
  repository: string,
  change: Change,
  log: (line: string) => void,
): Promise<readonly string[] | 'all'> {
  const limit = change.kind === 'pull-request' ? PULL_REQUEST_FILES : COMPARED_FILES
  const files = await listFiles(github, repository, change)
  if (files && files.length < limit)
    return [
      ...new Set(files.flatMap(file => [file.filename, file.previous_filename ?? file.filename])),
    ].sort()
  log(
    `This change touches ${limit.toLocaleString('en')} files or more, which GitHub does not list in full: every file counts as changed.`,
  )
  return 'all'
}

/** The files that decide under `fail-on: changed`, and why they could not be asked for; null where every stale key decides. */
export async function decidingFiles(
  failOn: Policy['failOn'],
  { repository, change }: Pick<Run, 'repository' | 'change'>,
  openGitHub: () => Promise<GitHub>,
  log: (line: string) => void,
): Promise<{ readonly files: readonly string[] | 'all' | null; readonly problems: readonly UserError[] }> {
  if (failOn !== 'changed' || change === null) return { files: null, problems: [] }
  try {
    return { files: await changedFiles(await openGitHub(), repository, change, log), problems: [] }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { files: null, problems: [error] }
  }
}

/** The configuration file at the base commit of the change, or null where there was none. @throws UserError */
export async function baseConfig(
  github: GitHub,
  repository: string,
  { baseSha }: Pick<Change, 'baseSha'>,
  path: string,
): Promise<string | null> {
  const doing = {
    what: `read ${path} at the base commit of this change`,
    permission: 'contents: read',
  }
  try {
    const { data } = await github.rest.repos.getContent({
      ...ownerAndRepo(repository),
      path,
      ref: baseSha,
    })
    if (Array.isArray(data) || data.type !== 'file') return null
    // Beyond 1 MB GitHub answers with the encoding `none` and no content.
    if (!('content' in data) || data.encoding !== 'base64') {
      throw new UserError(
        `Could not ${doing.what}: it is larger than 1 MB`,
        'Merge a smaller configuration file first.',
      )
    }
    return Buffer.from(data.content, 'base64').toString('utf8')
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw describeGitHubError(error, doing)
  }
}

/** Visibility of `octo-org/octo-repo`; null where GitHub's word for it is unknown, which is to be taken as public. @throws UserError */
export async function repositoryVisibility(github: GitHub, repository: string): Promise<Visibility | null> {
  try {
    const { data } = await github.rest.repos.get(ownerAndRepo(repository))
    return asVisibility(data.visibility)
  } catch (error) {
    throw describeGitHubError(error, {
      what: `read the visibility of ${repository}`,
      permission: 'contents: read',
    })
  }
}

interface ChangedFile {
  readonly filename: string
  readonly previous_filename?: string
}

async function listFiles(
  github: GitHub,
  repository: string,
  change: Change,
): Promise<readonly ChangedFile[] | null> {
  try {
    if (change.kind === 'pull-request') {
      return await github.paginate(github.rest.pulls.listFiles, {
        ...ownerAndRepo(repository),
        pull_number: change.number,
        per_page: 100,
      })
    }
    // The files stand on the first page, however few commits it holds.
    const { data } = await github.rest.repos.compareCommitsWithBasehead({
      ...ownerAndRepo(repository),
      basehead: `${change.baseSha}...${change.headSha}`,
      per_page: 1,
    })
    return data.files ?? null
  } catch (error) {
    throw describeGitHubError(error, {
      what: 'list the files that this change touches',
      permission: change.kind === 'pull-request' ? 'pull-requests: read' : 'contents: read',
    })
  }
}
