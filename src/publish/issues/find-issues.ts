/** The issues of ours that there are, and who may be assigned to them. */
import { UserError } from '../../domain/errors.ts'
import { type GitHub, ownerAndRepo } from '../../github/client.ts'
import { describeGitHubError, statusOf } from '../../github/errors.ts'
import { assigneesToCheck, knownAssignees } from './assignees.ts'
import { type ExistingIssue, type IssueRequest, permissionFor } from './request.ts'
import { parseBody } from './state.ts'
import type { Trust } from './trust.ts'

export interface FoundIssues {
  readonly ours: readonly ExistingIssue[]
  /** Numbers of issues with our marker whose author is not whom we trust. */
  readonly strangers: readonly number[]
}

/** Issues with our label, our marker, and an author whom we trust, through the issues API: search lags behind. */
export async function findIssues(
  request: Pick<IssueRequest, 'github' | 'repository' | 'labels'>,
  trust: Trust,
): Promise<FoundIssues> {
  const { github, labels } = request
  const listed = await github.paginate(github.rest.issues.listForRepo, {
    ...ownerAndRepo(request.repository),
    labels: labels[0] ?? '',
    state: 'all',
    sort: 'created',
    direction: 'asc',
    per_page: 100,
  })
  const ours: ExistingIssue[] = []
  const strangers: number[] = []
  for (const issue of listed) {
    const existing = existingIssue(issue)
    if (existing === null) continue
    if (!(await trust.isOurs(issue))) strangers.push(issue.number)
    else ours.push(await withCloser(request, issue, existing))
  }
  return { ours, strangers }
}

const MAX_LOST_PAGES = 10

/** Issues of ours that lost the label by which they are found, among the newest thousand of the repository. */
export async function findLost(
  request: IssueRequest,
  trust: Trust,
  known: readonly ExistingIssue[],
): Promise<readonly ExistingIssue[]> {
  const numbers = new Set(known.map(({ number }) => number))
  let pages = 0
  const { github } = request
  const newest = await github.paginate(
    github.rest.issues.listForRepo,
    { ...ownerAndRepo(request.repository), state: 'all', sort: 'created', direction: 'desc', per_page: 100 },
    ({ data }, done) => {
      if (++pages === MAX_LOST_PAGES) done()
      return data
    },
  )
  const lost: ExistingIssue[] = []
  for (const issue of newest) {
    const existing = existingIssue(issue)
    if (existing === null || numbers.has(issue.number)) continue
    // Another workflow's issue was never found by this label.
    if (existing.parsed.state?.label !== request.labels[0] || !(await trust.isOurs(issue))) continue
    lost.push(await withCloser(request, issue, existing))
  }
  return lost
}

/** Who closed it the list does not tell. */
async function withCloser(
  request: Pick<IssueRequest, 'github' | 'repository'>,
  issue: Pick<Issue, 'number' | 'state' | 'state_reason'>,
  existing: ExistingIssue,
): Promise<ExistingIssue> {
  return isDismissed(issue) ? ((await readIssue(request, issue.number)) ?? existing) : existing
}

/** The issue as it is now, or null where it has no marker any more. */
export async function readIssue(
  request: Pick<IssueRequest, 'github' | 'repository'>,
  number: number,
): Promise<ExistingIssue | null> {
  const { data } = await request.github.rest.issues.get({
    ...ownerAndRepo(request.repository),
    issue_number: number,
  })
  return existingIssue(data)
}

type Issue = Awaited<ReturnType<GitHub['rest']['issues']['get']>>['data']

/** null for a pull request, and without our marker. */
function existingIssue(issue: Issue): ExistingIssue | null {
  const parsed = issue.pull_request ? null : parseBody(issue.body ?? '')
  return (
    parsed && {
      number: issue.number,
      url: issue.html_url,
      title: issue.title,
      body: issue.body ?? '',
      parsed,
      state: stateOf(issue),
      assignees: (issue.assignees ?? []).map(({ login }) => login),
    }
  )
}

function stateOf(issue: Issue): ExistingIssue['state'] {
  if (issue.state === 'open') return 'open'
  // What closes stale issues by itself is nobody's decision.
  return isDismissed(issue) && issue.closed_by?.type === 'User' ? 'closed-as-not-planned' : 'closed'
}

function isDismissed({ state, state_reason: reason }: Pick<Issue, 'state' | 'state_reason'>): boolean {
  return state === 'closed' && (reason === 'not_planned' || reason === 'duplicate')
}

// Each costs a request, every night for those who cannot be assigned.
const MAX_ASSIGNEE_CHECKS = 50

/** Which logins, in lower case, GitHub lets us assign, as far as it was asked. One that an issue had before needs no question. */
export async function findAssignable(
  request: IssueRequest,
  existing: readonly ExistingIssue[],
  failures: UserError[],
): Promise<ReadonlyMap<string, boolean>> {
  const known = existing.flatMap(knownAssignees)
  const assignable = new Map(known.map(login => [login.toLowerCase(), true]))
  if (request.readOnlyBecause !== null) return assignable
  try {
    for (const login of assigneesToCheck(request, assignable).slice(0, MAX_ASSIGNEE_CHECKS)) {
      const can = await isAssignable(request, login)
      assignable.set(login.toLowerCase(), can)
      if (!can && request.assignees.includes(login)) failures.push(unassignable(request, login))
    }
  } catch (error) {
    failures.push(
      describeGitHubError(error, {
        what: 'ask who can be assigned to issues',
        permission: permissionFor(request),
      }),
    )
  }
  return assignable
}

async function isAssignable(request: IssueRequest, assignee: string): Promise<boolean> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(assignee)) return false
  try {
    await request.github.rest.issues.checkUserCanBeAssigned({ ...ownerAndRepo(request.repository), assignee })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

function unassignable({ repository }: IssueRequest, login: string): UserError {
  return new UserError(
    `\`issue-assignees\` names ${login}, who cannot be assigned to issues in ${repository}`,
    'Give them access to the repository, or take them out of `issue-assignees`.',
  )
}
