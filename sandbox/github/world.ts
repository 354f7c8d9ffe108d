/** The part of the world that GitHub serves: the workflow's job, and repositories with issues, files and pull requests. */

export interface Job {
  /** `octo-org/octo-repo`, one of the world's repositories. */
  repository: string
  eventName: string
  /** `refs/heads/main`, `refs/pull/7/merge` */
  ref: string
  sha: string
  /** Of pull requests: branch names. */
  headRef: string
  baseRef: string
  /** Name of the job's environment, or null. */
  environment: string | null
  actor: string
  workflow: string
  workflowPath: string
  runId: number
  /** `id-token: write`; false too in a pull request from a fork. */
  idToken: boolean
  /** The immutable `repo:OWNER@ID/REPO@ID:…` form of `sub`. */
  immutableSub: boolean
  tokenSeconds: number
  /** Added to the token's claims, or put in their place. */
  claims: Record<string, string>
}

export interface GitHub {
  /** `${{ github.token }}` */
  token: string
  /** Who writes with that token. */
  actor: Actor
  /** By `owner/name`. */
  repositories: Map<string, Repository>
  /** Requests left in this hour, or null: not counted. */
  requestsLeft: number | null
}

export interface Actor {
  login: string
  id: number
  type: 'User' | 'Bot'
}

export interface Repository {
  owner: string
  name: string
  id: number
  ownerId: number
  visibility: 'public' | 'private' | 'internal'
  defaultBranch: string
  hasIssues: boolean
  /** The token's permissions here. */
  permissions: { issues: Access; contents: Access; pullRequests: Access; actions?: Access }
  labels: Label[]
  issues: Issue[]
  /** Login → permission. */
  collaborators: Map<string, 'admin' | 'write' | 'read' | 'none'>
  /** Logins that issues can be assigned to. */
  assignable: string[]
  /** By number. */
  pulls: Map<number, PullRequest>
  /** IDs of runs that are under way, of whatever workflow is asked about, beside the world's job. */
  runsUnderWay: number[]
  /** `base...head` → changed files. */
  comparisons: Map<string, ChangedFile[]>
  /** Ref or SHA → path → content. */
  files: Map<string, Map<string, string>>
  git: Git
  /** Branches that nobody may create or push to. */
  protectedBranches: RegExp | null
  /** Settings → Actions → General: whether a job's own token may open pull requests. */
  actionsMayOpenPulls: boolean
  /** Whether the plan has drafts. */
  hasDrafts: boolean
  fork: boolean
}

export type Access = 'none' | 'read' | 'write'

export interface Label {
  name: string
  color: string
  description: string | null
}

export interface Issue {
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  stateReason: 'completed' | 'not_planned' | 'reopened' | null
  author: Actor
  labels: string[]
  assignees: string[]
  comments: Comment[]
  createdAt: string
  updatedAt: string
  closedAt: string | null
  closedBy: Actor | null
  pullRequest: boolean
}

export interface Comment {
  id: number
  body: string
  author: Actor
  createdAt: string
}

export interface PullRequest {
  number: number
  head: { ref: string; sha: string; fork: boolean }
  base: { ref: string; sha: string }
  files: ChangedFile[]
  draft?: boolean
  mergedAt?: string
  /** Logins, and slugs of teams. */
  reviewers?: string[]
}

/** Objects by SHA; a tree is every file below it, by path. */
export interface Git {
  /** `heads/main` → SHA of a commit. */
  refs: Map<string, string>
  commits: Map<string, Commit>
  trees: Map<string, Tree>
}

export interface Commit {
  tree: string
  parents: string[]
  message: string
}

export type Tree = ReadonlyMap<string, { readonly text: string; readonly mode: string }>

export interface ChangedFile {
  path: string
  status: 'added' | 'modified' | 'removed' | 'renamed'
  previousPath?: string
}

export const GITHUB_ACTIONS_BOT: Actor = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' }

export function job(parts: Partial<Job> = {}): Job {
  return {
    repository: 'octo-org/octo-repo',
    eventName: 'schedule',
    ref: 'refs/heads/main',
    sha: 'b7f1c2d3e4a5968778695a4b3c2d1e0f12345678',
    headRef: '',
    baseRef: '',
    environment: null,
    actor: 'octocat',
    workflow: 'Access keys',
    workflowPath: '.github/workflows/access-keys.yml',
    runId: 1234567890,
    idToken: true,
    immutableSub: false,
    tokenSeconds: 300,
    claims: {},
    ...parts,
  }
}

export function github(
  parts: Partial<Omit<GitHub, 'repositories'>> & { repositories?: Repository[] } = {},
): GitHub {
  const repositories = parts.repositories ?? [repository()]
  return {
    token: 'ghs_SandboxInstallationToken0123456789abcd',
    actor: GITHUB_ACTIONS_BOT,
    requestsLeft: null,
    ...parts,
    repositories: new Map(repositories.map(each => [`${each.owner}/${each.name}`, each])),
  }
}

/** A private repository in which the token may write issues. */
export function repository(parts: Partial<Repository> = {}): Repository {
  return {
    owner: 'octo-org',
    name: 'octo-repo',
    id: 456789,
    ownerId: 123456,
    visibility: 'private',
    defaultBranch: 'main',
    hasIssues: true,
    permissions: { issues: 'write', contents: 'read', pullRequests: 'read', actions: 'read' },
    labels: [],
    issues: [],
    collaborators: new Map(),
    assignable: [],
    pulls: new Map(),
    runsUnderWay: [],
    comparisons: new Map(),
    files: new Map(),
    git: { refs: new Map(), commits: new Map(), trees: new Map() },
    protectedBranches: null,
    actionsMayOpenPulls: true,
    hasDrafts: true,
    fork: false,
    ...parts,
  }
}

export function issue(number: number, parts: Partial<Issue> = {}): Issue {
  const at = '2026-11-01T00:00:00Z'
  return {
    number,
    title: `Issue ${number}`,
    body: null,
    state: 'open',
    stateReason: null,
    author: GITHUB_ACTIONS_BOT,
    labels: [],
    assignees: [],
    comments: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    pullRequest: false,
    ...parts,
  }
}
