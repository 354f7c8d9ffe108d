/** Repositories: settings, collaborators, files, changed files of pull requests and comparisons. */

import { createHash } from 'node:crypto'
import { type Answer, header, json } from '../answer.ts'
import { findPull } from './pulls.ts'
import { GitHubError, type GitHubRequest, page, type Route } from './request.ts'
import {
  showChangedFile,
  showCommit,
  showRepository,
  showUser,
  showWorkflow,
  showWorkflowRun,
} from './shapes.ts'

const REPOSITORY = '/repos/{owner}/{repo}'
const PULL = `${REPOSITORY}/pulls/{pull_number}`

export const REPOSITORY_ROUTES: readonly Route[] = [
  { action: `GET ${REPOSITORY}`, handle: request => json(200, showRepository(request)) },
  { action: `GET ${REPOSITORY}/collaborators/{username}/permission`, handle: permission },
  {
    action: `GET ${PULL}/files`,
    needs: ['pullRequests', 'read'],
    // At most 3,000 are listed.
    handle: request =>
      page(request, findPull(request).files.slice(0, 3000), each => showChangedFile(request, each)),
  },
  {
    action: `GET ${REPOSITORY}/actions/workflows/{workflow_id}/runs`,
    needs: ['actions', 'read'],
    handle: request => {
      const { repository, world, query } = request
      const all = query.get('status') === 'in_progress' ? [world.job.runId, ...repository.runsUnderWay] : []
      const workflow_runs = all.map(id => showWorkflowRun(request, id))
      return json(200, { total_count: all.length, workflow_runs })
    },
  },
  {
    action: `GET ${REPOSITORY}/actions/runs/{run_id}`,
    needs: ['actions', 'read'],
    handle: request => json(200, showWorkflowRun(request, Number(request.parts['run_id']))),
  },
  {
    action: `GET ${REPOSITORY}/actions/workflows/{workflow_id}`,
    needs: ['actions', 'read'],
    handle: request => json(200, showWorkflow(request)),
  },
  { action: `GET ${REPOSITORY}/compare/{basehead}`, needs: ['contents', 'read'], handle: compare },
  { action: `GET ${REPOSITORY}/contents/{path}`, needs: ['contents', 'read'], handle: contents },
]

function permission({ repository, parts }: GitHubRequest): Answer {
  const login = parts['username'] ?? ''
  const found = [...repository.collaborators].find(([each]) => each.toLowerCase() === login.toLowerCase())
  if (found === undefined && login.endsWith('[bot]')) throw new GitHubError(404, `${login} is not a user`)
  const level = found?.[1] ?? (repository.visibility === 'public' ? 'read' : 'none')
  return json(200, {
    permission: level,
    role_name: level,
    user: {
      ...showUser({ login, id: 1000 + login.length, type: 'User' }),
      role_name: level,
      permissions: {
        pull: level !== 'none',
        triage: level === 'write' || level === 'admin',
        push: level === 'write' || level === 'admin',
        maintain: level === 'admin',
        admin: level === 'admin',
      },
    },
  })
}

function compare(request: GitHubRequest): Answer {
  const { api, repository, parts, query } = request
  const basehead = parts['basehead'] ?? ''
  const files = repository.comparisons.get(basehead)
  if (files === undefined) throw new GitHubError(404, 'Not Found')
  const [base = '', head = ''] = basehead.split('...')
  const web = `https://github.com/${repository.owner}/${repository.name}/compare/${basehead}`
  return json(200, {
    url: `${api}/repos/${repository.owner}/${repository.name}/compare/${basehead}`,
    html_url: web,
    permalink_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: showCommit(request, base),
    merge_base_commit: showCommit(request, base),
    status: 'ahead',
    ahead_by: 1,
    behind_by: 0,
    total_commits: 1,
    commits: [showCommit(request, head)],
    // Only the first page has the files, at most 300 of them.
    files:
      Number(query.get('page') ?? 1) > 1
        ? []
        : files.slice(0, 300).map(each => showChangedFile(request, each)),
  })
}

function contents({ api, repository, parts, query, call }: GitHubRequest): Answer {
  const path = parts['path'] ?? ''
  const ref = query.get('ref') ?? repository.defaultBranch
  const text = repository.files.get(ref)?.get(path) ?? repository.files.get(`refs/heads/${ref}`)?.get(path)
  if (text === undefined) throw new GitHubError(404, 'Not Found')
  if (/raw/.test(header(call, 'accept'))) {
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
      body: text,
    }
  }
  const base = `${api}/repos/${repository.owner}/${repository.name}`
  const sha = hash(text)
  const links = {
    self: `${base}/contents/${encodeURI(path)}?ref=${ref}`,
    git: `${base}/git/blobs/${sha}`,
    html: `https://github.com/${repository.owner}/${repository.name}/blob/${ref}/${encodeURI(path)}`,
  }
  return json(200, {
    type: 'file',
    encoding: 'base64',
    size: Buffer.byteLength(text),
    name: path.split('/').at(-1),
    path,
    // As GitHub wraps it.
    content: Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n'),
    sha,
    url: links.self,
    git_url: links.git,
    html_url: links.html,
    download_url: links.html.replace('/blob/', '/raw/'),
    _links: links,
  })
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
