/** Commits and branches through GitHub's Git data API: no branch is ever forced, and none that people pushed to is moved. */
import { shortDigest } from '../../domain/digest.ts'
import type { GitHub } from '../../github/client.ts'
import { meanwhileOf, sameAsAsked, statusOf } from '../../github/errors.ts'
import { changed, NotApplicable, pathsOf } from './change.ts'

export interface Repository {
  readonly github: GitHub
  readonly owner: string
  readonly repo: string
}

/** The head of the base branch. */
export interface Base {
  readonly branch: string
  readonly sha: string
  readonly tree: string
}

/** A change made of the base's files, not yet written. */
export interface MadeChange {
  readonly files: readonly { readonly path: string; readonly mode: Mode; readonly text: string }[]
  /** Of the files as they stood before. */
  readonly before: string
}

type Mode = '100644' | '100755'

export async function readBase(repository: Repository, branch: string): Promise<Base> {
  return baseAt(repository, branch, await shaOf(repository, branch))
}

async function baseAt({ github, ...here }: Repository, branch: string, sha: string): Promise<Base> {
  const { data: commit } = await github.rest.git.getCommit({ ...here, commit_sha: sha })
  sameAsAsked('commit', sha, commit.sha)
  return { branch, sha, tree: commit.tree.sha }
}

async function shaOf({ github, ...here }: Repository, branch: string): Promise<string> {
  const { data } = await github.rest.git.getRef({ ...here, ref: `heads/${branch}` })
  sameAsAsked('branch', `refs/heads/${branch}`, data.ref)
  return data.object.sha
}

/** @throws NotApplicable where the base's files are not as the diff has them */
export async function makeChange(repository: Repository, base: Base, diff: string): Promise<MadeChange> {
  const entries = await Promise.all(
    pathsOf(diff).map(async path => ({ path, ...(await fileAt(repository, base.tree, path)) })),
  )
  const texts = changed(new Map(entries.map(({ path, text }) => [path, text])), diff)
  return {
    files: entries.map(({ path, mode, text }) => ({ path, mode, text: texts.get(path) ?? text })),
    before: shortDigest(entries.map(({ path, sha }) => `${sha} ${path}`).join('\n')),
  }
}

/** Directory by directory: a whole tree may be too large to list, and a file's own answer tells no mode. */
async function fileAt({ github, ...here }: Repository, tree: string, path: string) {
  let entry: { sha?: string; mode?: string; type?: string } = { sha: tree, type: 'tree' }
  for (const part of path.split('/')) {
    // Below a link or a submodule nothing is this repository's to change.
    if (entry.type !== 'tree' || entry.sha === undefined)
      throw new NotApplicable(`${path} is no ordinary file`)
    const { data } = await github.rest.git.getTree({ ...here, tree_sha: entry.sha })
    sameAsAsked('tree', entry.sha, data.sha)
    const found = data.tree.find(each => each.path === part)
    if (found === undefined)
      throw new NotApplicable(
        data.truncated
          ? `GitHub does not list all of the directory of ${path}`
          : `${path} does not stand there`,
      )
    entry = found
  }
  const { sha, mode } = entry
  if (sha === undefined || (mode !== '100644' && mode !== '100755'))
    throw new NotApplicable(`${path} is no ordinary file`)
  const { data } = await github.rest.git.getBlob({ ...here, file_sha: sha })
  sameAsAsked('file', sha, data.sha)
  const bytes = Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8')
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw new NotApplicable(`${path} is not in UTF-8`)
  return { sha, mode: mode as Mode, text }
}

/** A commit of the change, on these parents; its tree is the base's with the change alone. @returns its SHA */
export async function commitChange(
  repository: Repository,
  base: Base,
  change: MadeChange,
  message: string,
  parents: readonly string[],
): Promise<string> {
  const { github, ...here } = repository
  const tree = await treeOf(repository, base, change)
  const { data } = await github.rest.git.createCommit({
    ...here,
    message,
    tree,
    parents: [...parents],
    // Once more is the same again, and nothing refers to it.
    request: { repeatable: true },
  })
  sameAsAsked('tree', tree, data.tree.sha)
  return data.sha
}

async function treeOf({ github, ...here }: Repository, base: Base, { files }: MadeChange): Promise<string> {
  const { data } = await github.rest.git.createTree({
    ...here,
    base_tree: base.tree,
    tree: files.map(({ path, mode, text }) => ({ path, mode, type: 'blob', content: text })),
    request: { repeatable: true },
  })
  return data.sha
}

/** A change as it stands on a branch. */
export interface Written {
  readonly base: Base
  readonly change: MadeChange
  /** The branch's SHA. */
  readonly head: string
}

/**
 * Makes the branch. One that holds the change and nothing else, as a run leaves it that ends before its pull request is
 * open, is taken as it is: it may be another run's, of this moment. null where it is somebody's.
 * @param ours SHAs at which this audit left the branch: there it is taken anew
 */
export async function writeBranch(
  repository: Repository,
  branch: string,
  wanted: Omit<Written, 'head'> & { readonly title: string; readonly diff: string },
  ours: readonly string[],
): Promise<Written | null> {
  const { github, ...here } = repository
  const { base, change } = wanted
  const before = await headOf(repository, branch)
  if (before !== null && !ours.includes(before)) return readWritten(repository, before, wanted.diff)
  const head = await commitChange(repository, base, change, wanted.title, [base.sha])
  if (before !== null) await github.rest.git.deleteRef({ ...here, ref: `heads/${branch}` })
  const { data: made } = await github.rest.git.createRef({ ...here, ref: `refs/heads/${branch}`, sha: head })
  sameAsAsked('commit', head, made.object.sha)
  return { base, change, head }
}

/** null where a commit is not the change alone. */
async function readWritten(repository: Repository, head: string, diff: string): Promise<Written | null> {
  const { github, ...here } = repository
  const { data: commit } = await github.rest.git.getCommit({ ...here, commit_sha: head })
  const [parent, ...others] = commit.parents
  if (parent === undefined || others.length > 0) return null
  const base = await baseAt(repository, '', parent.sha)
  try {
    const change = await makeChange(repository, base, diff)
    return (await treeOf(repository, base, change)) === commit.tree.sha ? { base, change, head } : null
  } catch (error) {
    if (error instanceof NotApplicable) return null
    throw error
  }
}

export async function advanceBranch(
  { github, ...here }: Repository,
  branch: string,
  sha: string,
): Promise<void> {
  await github.rest.git.updateRef({ ...here, ref: `heads/${branch}`, sha, force: false })
}

/** Takes the branch away, unless somebody has moved it. */
export async function deleteBranch(
  repository: Repository,
  branch: string,
  ours: readonly string[],
): Promise<void> {
  const { github, ...here } = repository
  const head = await headOf(repository, branch)
  if (head === null || !ours.includes(head)) return
  try {
    await github.rest.git.deleteRef({
      ...here,
      ref: `heads/${branch}`,
      request: { lastWord: true },
    })
  } catch (error) {
    if (meanwhileOf(error) === null) throw error
  }
}

/** null where there is none. */
async function headOf(repository: Repository, branch: string): Promise<string | null> {
  try {
    return await shaOf(repository, branch)
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}
