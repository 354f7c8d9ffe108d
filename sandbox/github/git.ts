/** Git's objects over GitHub's API: refs, commits, trees, blobs; and what people do with git, for tests. */

import { createHash } from 'node:crypto'
import { type Answer, json } from '../answer.ts'
import { GitHubError, type GitHubRequest, type Route } from './request.ts'
import type { Git, Repository, Tree } from './world.ts'

const GIT = '/repos/{owner}/{repo}/git'
const READ = ['contents', 'read'] as const
const WRITE = ['contents', 'write'] as const

export const GIT_ROUTES: readonly Route[] = [
  {
    action: `GET ${GIT}/ref/{ref}`,
    needs: READ,
    handle: request => showRef(request, 200, request.parts['ref'] ?? ''),
  },
  { action: `POST ${GIT}/refs`, needs: WRITE, handle: createRef },
  { action: `PATCH ${GIT}/refs/{ref}`, needs: WRITE, handle: updateRef },
  { action: `DELETE ${GIT}/refs/{ref}`, needs: WRITE, handle: deleteRef },
  {
    action: `GET ${GIT}/commits/{commit_sha}`,
    needs: READ,
    handle: request => showGitCommit(request, 200, request.parts['commit_sha'] ?? ''),
  },
  { action: `POST ${GIT}/commits`, needs: WRITE, handle: createCommit },
  {
    action: `GET ${GIT}/trees/{tree_sha}`,
    needs: READ,
    handle: request => showTree(request, 200, request.parts['tree_sha'] ?? ''),
  },
  { action: `POST ${GIT}/trees`, needs: WRITE, handle: createTree },
  { action: `GET ${GIT}/blobs/{file_sha}`, needs: READ, handle: showBlob },
]

/** A history of one commit. */
export function gitOf(files: Readonly<Record<string, string>>, branch = 'main'): Git {
  const git: Git = { refs: new Map(), commits: new Map(), trees: new Map() }
  commitTo(git, branch, files, 'Begin')
  return git
}

/** A commit on the branch, as a person pushes it; null takes a file out. Its SHA. @param mode of new files */
export function commitTo(
  git: Git,
  branch: string,
  files: Readonly<Record<string, string | null>>,
  message = 'Change',
  mode = '100644',
): string {
  const head = git.refs.get(`heads/${branch}`)
  const tree = new Map(head === undefined ? [] : treeOf(git, head))
  for (const [path, text] of Object.entries(files))
    if (text === null) tree.delete(path)
    else tree.set(path, { text, mode: tree.get(path)?.mode ?? mode })
  const sha = keepCommit(git, keepTree(git, tree), head === undefined ? [] : [head], message)
  git.refs.set(`heads/${branch}`, sha)
  return sha
}

/** Path → text of the branch's files. */
export function filesOn(git: Git, branch: string): Record<string, string> {
  const head = git.refs.get(`heads/${branch}`)
  if (head === undefined) throw new Error(`no branch ${branch}`)
  return Object.fromEntries([...treeOf(git, head)].map(([path, { text }]) => [path, text]))
}

/** Squashes what the branch changes onto the default branch, as its pull request's button does. */
export function mergeBranch({ git, defaultBranch }: Repository, branch: string): void {
  const base = git.refs.get(`heads/${defaultBranch}`) ?? ''
  const head = git.refs.get(`heads/${branch}`) ?? ''
  const ancestors = ancestorsOf(git, base)
  const before = treeOf(git, [...ancestorsOf(git, head)].find(sha => ancestors.has(sha)) ?? base)
  const after = treeOf(git, head)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    path => before.get(path)?.text !== after.get(path)?.text,
  )
  commitTo(
    git,
    defaultBranch,
    Object.fromEntries(changed.map(path => [path, after.get(path)?.text ?? null])),
    `Merge ${branch}`,
  )
}

function treeOf(git: Git, commit: string): Tree {
  return git.trees.get(git.commits.get(commit)?.tree ?? '') ?? new Map()
}

/** The commit and all before it, the newest first. */
function ancestorsOf(git: Git, sha: string): Set<string> {
  const found = new Set([sha])
  for (const each of found) for (const parent of git.commits.get(each)?.parents ?? []) found.add(parent)
  return found
}

function hash(kind: string, text: string): string {
  return createHash('sha1')
    .update(`${kind} ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
}

/** Keeps the tree and those of its directories. */
function keepTree(git: Git, tree: Tree): string {
  const sha = hash('tree', JSON.stringify([...tree].sort(([a], [b]) => (a < b ? -1 : 1))))
  git.trees.set(sha, tree)
  for (const entry of entriesOf(tree)) if (entry.below !== null) keepTree(git, entry.below)
  return sha
}

let commits = 0

function keepCommit(git: Git, tree: string, parents: readonly string[], message: string): string {
  const sha = hash('commit', JSON.stringify([tree, parents, message, commits++]))
  git.commits.set(sha, { tree, parents: [...parents], message })
  return sha
}

function entriesOf(tree: Tree) {
  const names = Map.groupBy(tree, ([path]) => path.split('/')[0] ?? '')
  return [...names].map(([name, files]) => {
    const [only] = files
    const below = only?.[0] === name ? null : new Map(files.map(([p, f]) => [p.slice(name.length + 1), f]))
    return { name, below, file: only?.[1] }
  })
}

const SUBMODULE = '160000'

function showTree({ repository, api }: GitHubRequest, status: number, asked: string): Answer {
  const { git } = repository
  const sha = git.commits.get(asked)?.tree ?? asked
  const tree = git.trees.get(sha)
  if (tree === undefined) throw new GitHubError(404, 'Not Found')
  const url = `${api}/repos/${repository.owner}/${repository.name}/git`
  return json(status, {
    sha,
    url: `${url}/trees/${sha}`,
    truncated: false,
    tree: entriesOf(tree).map(({ name, below, file }) => {
      if (below !== null)
        return { path: name, mode: '040000', type: 'tree', sha: keepTree(git, below), url: `${url}/trees` }
      const { text, mode } = file ?? { text: '', mode: '' }
      const type = mode === SUBMODULE ? 'commit' : 'blob'
      return { path: name, mode, type, sha: hash(type, text), size: text.length, url }
    }),
  })
}

function createTree(request: GitHubRequest): Answer {
  const { git } = request.repository
  const { base_tree: base, tree } = request.body
  const before = git.trees.get(String(base))
  if (before === undefined) throw new GitHubError(404, 'Not Found')
  const made = new Map(before)
  for (const { path, mode, content } of tree as { path: string; mode: string; content: string }[])
    made.set(path, { text: content, mode })
  return showTree(request, 201, keepTree(git, made))
}

function showBlob({ repository, parts, api }: GitHubRequest): Answer {
  const sha = parts['file_sha'] ?? ''
  const files = [...repository.git.trees.values()].flatMap(tree => [...tree.values()])
  const text = files.find(file => hash('blob', file.text) === sha)?.text
  if (text === undefined) throw new GitHubError(404, 'Not Found')
  return json(200, {
    sha,
    node_id: `B_${sha}`,
    size: Buffer.byteLength(text),
    url: `${api}/repos/${repository.owner}/${repository.name}/git/blobs/${sha}`,
    content: Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n'),
    encoding: 'base64',
  })
}

function createCommit(request: GitHubRequest): Answer {
  const { git } = request.repository
  const { tree, parents, message } = request.body
  if (!git.trees.has(String(tree))) throw new GitHubError(422, 'Tree SHA does not exist')
  return showGitCommit(
    request,
    201,
    keepCommit(git, String(tree), (parents ?? []) as string[], String(message)),
  )
}

function showGitCommit({ repository, api, now, world }: GitHubRequest, status: number, sha: string): Answer {
  const commit = repository.git.commits.get(sha)
  if (commit === undefined) throw new GitHubError(404, 'Not Found')
  const url = `${api}/repos/${repository.owner}/${repository.name}/git`
  const web = `https://github.com/${repository.owner}/${repository.name}/commit`
  const { login, id } = world.github.actor
  const signature = { name: login, email: `${id}+${login}@users.noreply.github.com`, date: now }
  return json(status, {
    sha,
    node_id: `C_${sha}`,
    url: `${url}/commits/${sha}`,
    html_url: `${web}/${sha}`,
    author: signature,
    committer: signature,
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map(each => ({
      sha: each,
      url: `${url}/commits/${each}`,
      html_url: `${web}/${each}`,
    })),
    verification: { verified: true, reason: 'valid', signature: '-', payload: '-', verified_at: now },
  })
}

function showRef({ repository, api }: GitHubRequest, status: number, name: string): Answer {
  const sha = repository.git.refs.get(name)
  if (sha === undefined) throw new GitHubError(404, 'Not Found')
  const url = `${api}/repos/${repository.owner}/${repository.name}/git`
  return json(status, {
    ref: `refs/${name}`,
    node_id: `REF_${name}`,
    url: `${url}/refs/${name}`,
    object: { type: 'commit', sha, url: `${url}/commits/${sha}` },
  })
}

function createRef(request: GitHubRequest): Answer {
  const { repository, body } = request
  const name = String(body['ref']).replace(/^refs\//, '')
  checkProtection(repository, name)
  if (!repository.git.commits.has(String(body['sha']))) throw new GitHubError(422, 'Object does not exist')
  if (repository.git.refs.has(name)) throw new GitHubError(422, 'Reference already exists')
  repository.git.refs.set(name, String(body['sha']))
  return showRef(request, 201, name)
}

function updateRef(request: GitHubRequest): Answer {
  const { repository, body, parts } = request
  const { git, pulls } = repository
  const name = parts['ref'] ?? ''
  const before = git.refs.get(name)
  const sha = String(body['sha'])
  if (before === undefined) throw new GitHubError(422, 'Reference does not exist')
  checkProtection(repository, name)
  if (body['force'] !== true && !ancestorsOf(git, sha).has(before))
    throw new GitHubError(422, 'Update is not a fast forward')
  if (!git.commits.has(sha)) throw new GitHubError(422, 'Object does not exist')
  git.refs.set(name, sha)
  for (const pull of pulls.values()) if (`heads/${pull.head.ref}` === name) pull.head.sha = sha
  return showRef(request, 200, name)
}

function deleteRef({ repository, parts }: GitHubRequest): Answer {
  if (!repository.git.refs.delete(parts['ref'] ?? '')) throw new GitHubError(422, 'Reference does not exist')
  return { status: 204, headers: {}, body: '' }
}

/** As a ruleset refuses it. */
function checkProtection({ protectedBranches }: Repository, ref: string): void {
  if (protectedBranches?.test(ref.replace(/^heads\//, '')))
    throw new GitHubError(
      422,
      'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n',
    )
}
