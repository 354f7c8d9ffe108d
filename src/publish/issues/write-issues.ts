/** Each write to GitHub that the issues need, and what is owed where one of them fails. */
import { ownerAndRepo } from '../../github/client.ts'
import { statusOf } from '../../github/errors.ts'
import type { PlannedIssue } from './plan.ts'
import type { ExistingIssue, IssueRequest } from './request.ts'
import { withoutMarker } from './state.ts'

export interface CreatedIssue {
  readonly number: number
  readonly url: string
  /** Whom GitHub names as its author: the token's own identity. */
  readonly author: string | null
}

export async function ensureLabels(request: IssueRequest): Promise<void> {
  for (const name of request.labels) {
    try {
      await request.github.rest.issues.getLabel({ ...ownerAndRepo(request.repository), name })
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      await createLabel(request, name)
    }
  }
}

async function createLabel(request: IssueRequest, name: string): Promise<void> {
  try {
    await request.github.rest.issues.createLabel({
      ...ownerAndRepo(request.repository),
      name,
      color: 'd4a72c',
      description: 'AWS access keys that are due for rotation',
      // A label that a lost answer has made is no fault.
      request: { repeatable: true },
    })
  } catch (error) {
    // Another run was faster.
    if (statusOf(error) !== 422) throw error
  }
}

/** Puts the labels on again by which the issue is found. */
export async function addLabels(request: IssueRequest, issue: Numbered): Promise<void> {
  await request.github.rest.issues.addLabels({
    ...target(request, issue),
    labels: [...request.labels],
    request: { repeatable: true },
  })
}

export async function createIssue(
  request: IssueRequest,
  { title, body, assignees, comment }: PlannedIssue & { action: 'create' },
): Promise<CreatedIssue> {
  const { data } = await request.github.rest.issues.create({
    ...ownerAndRepo(request.repository),
    title,
    body,
    labels: [...request.labels],
    assignees: [...assignees],
  })
  if (comment !== null) await addComment(request, data, comment)
  return { number: data.number, url: data.html_url, author: data.user?.login ?? null }
}

/**
 * The body first: it is what GitHub may refuse for good, and a comment told before it would be told again each night.
 * A comment that fails is owed, and so is one after an update whose answer was lost: the issue is put back as it was, so
 * that the next run tells it. What a run that ends between the two leaves untold stands in the body all the same.
 */
export async function updateIssue(
  request: IssueRequest,
  { issue, title, body, open, comment, assignees }: PlannedIssue & { action: 'update' },
): Promise<void> {
  const { issues } = request.github.rest
  const wasOpen = issue.state === 'open'
  let updated = false
  try {
    await issues.update({
      ...target(request, issue),
      ...(title === issue.title ? {} : { title }),
      body,
      ...(assignees.length === issue.assignees.length ? {} : { assignees: [...assignees] }),
      ...(open === wasOpen ? {} : open ? REOPENED : COMPLETED),
    })
    updated = true
    if (comment !== null) await addComment(request, issue, comment)
  } catch (error) {
    const refused = statusOf(error) >= 400 && statusOf(error) < 500
    if (comment !== null && (updated || !refused)) {
      const state = open === wasOpen ? {} : wasOpen ? REOPENED : COMPLETED
      await issues
        .update({
          ...target(request, issue),
          title: issue.title,
          body: issue.body,
          ...state,
          request: { lastWord: true, retries: 0 },
        })
        .catch(() => undefined)
    }
    throw error
  }
}

const REOPENED = { state: 'open', state_reason: 'reopened' } as const
const COMPLETED = { state: 'closed', state_reason: 'completed' } as const

/** @returns what the log says of it */
export async function closeDuplicate(
  request: IssueRequest,
  issue: Pick<ExistingIssue, 'number' | 'body'>,
  of: number,
): Promise<string> {
  // Without its marker it is never found again: the comment is told once or, if it fails, not at all.
  await request.github.rest.issues.update({
    ...target(request, issue),
    body: withoutMarker(issue.body),
    state: 'closed',
    state_reason: 'not_planned',
  })
  await addComment(request, issue, `Duplicate of #${of}: two runs filed it at once.`)
  return `Issue #${issue.number} closed as a duplicate of #${of}`
}

type Numbered = Pick<ExistingIssue, 'number'>

function target({ repository }: IssueRequest, { number }: Numbered) {
  return { ...ownerAndRepo(repository), issue_number: number }
}

async function addComment(request: IssueRequest, issue: Numbered, body: string): Promise<void> {
  await request.github.rest.issues.createComment({ ...target(request, issue), body })
}
