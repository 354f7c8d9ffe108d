/** Answers in the shapes of GitHub's OpenAPI description; `violations` holds them to it. */

import { createHash } from 'node:crypto'
import type { GitHubRequest } from './request.ts'
import type { Actor, ChangedFile, Comment, Issue, Label, PullRequest } from './world.ts'

type Shape = Record<string, unknown>

export function showIssue(request: GitHubRequest, issue: Issue): Shape {
  const url = `${repositoryUrl(request)}/issues/${issue.number}`
  const web = `${webUrl(request)}/${issue.pullRequest ? 'pull' : 'issues'}/${issue.number}`
  const assignees = issue.assignees.map(login => showUser({ login, id: 1000 + login.length, type: 'User' }))
  return {
    id: 2_000_000 + issue.number,
    node_id: `I_${issue.number}`,
    url,
    repository_url: repositoryUrl(request),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: web,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: showUser(issue.author),
    labels: issue.labels.map(name =>
      showLabel(
        request,
        request.repository.labels.find(each => each.name === name) ?? {
          name,
          color: 'ededed',
          description: null,
        },
      ),
    ),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    ...(issue.pullRequest
      ? {
          pull_request: {
            url,
            html_url: web,
            diff_url: `${web}.diff`,
            patch_url: `${web}.patch`,
            merged_at: null,
          },
        }
      : {}),
    closed_at: issue.closedAt,
    closed_by: issue.closedBy === null ? null : showUser(issue.closedBy),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: issue.author.type === 'Bot' ? 'NONE' : 'CONTRIBUTOR',
    performed_via_github_app: null,
  }
}

export function showComment(
  request: GitHubRequest,
  issue: Issue,
  { id, body, author, createdAt }: Comment,
): Shape {
  return {
    id,
    node_id: `IC_${id}`,
    url: `${repositoryUrl(request)}/issues/comments/${id}`,
    html_url: `${webUrl(request)}/issues/${issue.number}#issuecomment-${id}`,
    issue_url: `${repositoryUrl(request)}/issues/${issue.number}`,
    body,
    user: showUser(author),
    created_at: createdAt,
    updated_at: createdAt,
    author_association: 'NONE',
    performed_via_github_app: null,
  }
}

export function showLabel(request: GitHubRequest, { name, color, description }: Label): Shape {
  return {
    id: 5000 + request.repository.labels.findIndex(each => each.name === name),
    node_id: 'LA_1',
    url: `${repositoryUrl(request)}/labels/${encodeURIComponent(name)}`,
    name,
    description,
    color,
    default: false,
  }
}

export function showUser({ login, id, type }: Actor): Shape {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`
  const links = ['followers', 'subscriptions', 'organizations', 'repos', 'received_events'].map(each => [
    `${each}_url`,
    `${url}/${each}`,
  ])
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    events_url: `${url}/events{/privacy}`,
    ...Object.fromEntries(links),
    type,
    site_admin: false,
  }
}

const WORKFLOW_ID = 42

function workflowUrl(request: GitHubRequest): string {
  return `${repositoryUrl(request)}/actions/workflows/${WORKFLOW_ID}`
}

/** The workflow of every run. */
export function showWorkflow(request: GitHubRequest): Shape {
  const { world, now } = request
  const { workflow, workflowPath } = world.job
  return {
    id: WORKFLOW_ID,
    node_id: `W_${WORKFLOW_ID}`,
    name: workflow,
    path: workflowPath,
    state: 'active',
    created_at: now,
    updated_at: now,
    url: workflowUrl(request),
    html_url: `${webUrl(request)}/blob/main/${workflowPath}`,
    badge_url: `${webUrl(request)}/workflows/${encodeURIComponent(workflow)}/badge.svg`,
  }
}

export function showWorkflowRun(request: GitHubRequest, id: number): Shape {
  const { world, now } = request
  const url = `${repositoryUrl(request)}/actions/runs/${id}`
  const links = ['jobs', 'logs', 'check_suite', 'cancel', 'rerun', 'artifacts']
  return {
    id,
    node_id: `WFR_${id}`,
    head_branch: 'main',
    run_number: 7,
    display_title: world.job.workflow,
    event: world.job.eventName,
    status: 'in_progress',
    conclusion: null,
    head_sha: world.job.sha,
    path: world.job.workflowPath,
    workflow_id: WORKFLOW_ID,
    workflow_url: workflowUrl(request),
    url,
    html_url: `${webUrl(request)}/actions/runs/${id}`,
    created_at: now,
    updated_at: now,
    head_commit: null,
    head_repository: showRepository(request),
    repository: showRepository(request),
    pull_requests: [],
    ...Object.fromEntries(links.map(each => [`${each}_url`, `${url}/${each}`])),
  }
}

const REPOSITORY_LINKS = (
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments ' +
  'downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels ' +
  'languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees'
).split(' ')

export function showRepository(request: GitHubRequest): Shape {
  const { repository, now } = request
  const { owner, name, id, ownerId, visibility, defaultBranch, hasIssues } = repository
  const url = repositoryUrl(request)
  const web = webUrl(request)
  const openIssues = repository.issues.filter(each => each.state === 'open').length
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: `${owner}/${name}`,
    owner: { ...showUser({ login: owner, id: ownerId, type: 'User' }), type: 'Organization' },
    private: visibility !== 'public',
    visibility,
    html_url: web,
    description: null,
    fork: repository.fork,
    url,
    ...Object.fromEntries(REPOSITORY_LINKS.map(each => [`${each}_url`, `${url}/${each}`])),
    clone_url: `${web}.git`,
    git_url: web.replace('https:', 'git:'),
    ssh_url: `git@github.com:${owner}/${name}.git`,
    svn_url: web,
    mirror_url: null,
    default_branch: defaultBranch,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    network_count: 0,
    subscribers_count: 0,
    open_issues: openIssues,
    open_issues_count: openIssues,
    size: 1,
    has_issues: hasIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    homepage: null,
    language: null,
    license: null,
    archived: false,
    disabled: false,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: now,
    pushed_at: now,
  }
}

/** As a list has it; `whole`: with what only the pull request itself tells. */
export function showPull(request: GitHubRequest, pull: PullRequest, issue: Issue, whole: boolean): Shape {
  const { repository, world } = request
  const url = `${repositoryUrl(request)}/pulls/${pull.number}`
  const web = `${webUrl(request)}/pull/${pull.number}`
  const issueUrl = `${repositoryUrl(request)}/issues/${pull.number}`
  const links = {
    self: url,
    html: web,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repositoryUrl(request)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repositoryUrl(request)}/statuses/${pull.head.sha}`,
  }
  const owner = showUser({ login: repository.owner, id: repository.ownerId, type: 'User' })
  const end = (ref: string, sha: string, fork: boolean) => ({
    label: `${fork ? 'someone' : repository.owner}:${ref}`,
    ref,
    sha,
    user: owner,
    repo: fork
      ? { ...showRepository(request), full_name: `someone/${repository.name}`, fork: true }
      : showRepository(request),
  })
  const reviewers = pull.reviewers ?? []
  return {
    url,
    id: 4_000_000 + pull.number,
    node_id: `PR_${pull.number}`,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issueUrl,
    number: pull.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: showUser(issue.author),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt ?? null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: reviewers.map(login => showUser({ login, id: 1000 + login.length, type: 'User' })),
    requested_teams: [],
    labels: [],
    milestone: null,
    draft: pull.draft ?? false,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: end(pull.head.ref, pull.head.sha, pull.head.fork),
    base: end(pull.base.ref, pull.base.sha, false),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
    ...(whole
      ? {
          merged: pull.mergedAt !== undefined,
          merged_by: pull.mergedAt === undefined ? null : showUser(world.github.actor),
          mergeable: true,
          mergeable_state: 'clean',
          comments: issue.comments.length,
          review_comments: 0,
          maintainer_can_modify: false,
          commits: 1,
          additions: 1,
          deletions: 0,
          changed_files: Math.max(1, pull.files.length),
        }
      : {}),
  }
}

export function showChangedFile(request: GitHubRequest, { path, status, previousPath }: ChangedFile): Shape {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const web = webUrl(request)
  return {
    sha: createHash('sha1').update(path).digest('hex'),
    filename: path,
    status,
    additions: 1,
    deletions: 0,
    changes: 1,
    blob_url: `${web}/blob/${request.world.job.sha}/${encoded}`,
    raw_url: `${web}/raw/${request.world.job.sha}/${encoded}`,
    contents_url: `${repositoryUrl(request)}/contents/${encoded}`,
    ...(previousPath === undefined ? {} : { previous_filename: previousPath }),
  }
}

export function showCommit(request: GitHubRequest, sha: string): Shape {
  const url = `${repositoryUrl(request)}/commits/${sha}`
  const signature = { name: 'Octo Cat', email: 'octocat@example.com', date: '2026-11-01T00:00:00Z' }
  return {
    sha,
    node_id: `C_${sha}`,
    url,
    html_url: `${webUrl(request)}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url,
      message: 'Change',
      author: signature,
      committer: signature,
      comment_count: 0,
      tree: { sha, url },
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    author: null,
    committer: null,
    parents: [],
  }
}

function repositoryUrl({ api, repository }: GitHubRequest): string {
  return `${api}/repos/${repository.owner}/${repository.name}`
}

function webUrl({ repository }: GitHubRequest): string {
  return `https://github.com/${repository.owner}/${repository.name}`
}
