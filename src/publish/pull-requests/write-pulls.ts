/** Each write to GitHub that the pull requests need. */
import { shortDigest } from '../../domain/digest.ts'
import { isDraftRefused, isRateLimited, meanwhileOf, sameAsAsked, statusOf } from '../../github/errors.ts'
import type { PullOfKey } from '../issues/request.ts'
import { withoutRuns } from '../report.ts'
import { closingComment, descriptionOf, type Setting, theirsComment, titleOf } from './body.ts'
import {
  advanceBranch,
  type Base,
  commitChange,
  deleteBranch,
  type MadeChange,
  makeChange,
  type Repository,
  type Written,
  writeBranch,
} from './branch.ts'
import { NotApplicable } from './change.ts'
import { branchOf, type Marker, markerLine, userDigest, withMarker } from './marker.ts'
import type { ExistingPull, Proposal } from './plan.ts'

export interface Work {
  readonly repository: Repository
  readonly base: Base
  /** Whom the token writes as. */
  readonly login: string
  readonly setting: Setting
}

/** What was done, for the log, where it is worth a line. */
export interface Done {
  readonly line: string | null
  readonly pull: PullOfKey
  /** What could not be done beside it, why, and what people are to do. */
  readonly undone?: { readonly what: string; readonly error: unknown; readonly remedy: string }
}

/** The change on the base as it is now, or why it cannot be made there. */
async function changeOn(
  { repository, base }: Work,
  { diff }: Proposal,
): Promise<MadeChange | { readonly reason: string }> {
  try {
    return await makeChange(repository, base, diff)
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error
    return { reason: `${error.message}; the next run looks again` }
  }
}

export async function open(proposal: Proposal, work: Work, existing: readonly ExistingPull[]): Promise<Done> {
  const { repository, base, setting } = work
  const change = await changeOn(work, proposal)
  if ('reason' in change) return notOpened(change.reason)
  const branch = branchOf(proposal.key)
  const title = titleOf(proposal)
  const ours = existing.flatMap(pull => (pull.branch === branch ? pull.marker.heads : []))
  const wanted = { base, change, title, diff: proposal.diff }
  const written = await writeBranch(repository, branch, wanted, ours)
  if (written === null) return notOpened(`the branch ${branch} is there, and not as this audit left it`)
  const text = { title, body: descriptionOf(proposal, setting, markerLine(markerOf(proposal, written))) }
  const opened = await createPull(repository, text, branch, base.branch, proposal).catch(async error => {
    // A refused one leaves no branch, unless another pull request is open of it: that would be closed with it. So
    // would this one be where but the answer was lost.
    const isRefused = statusOf(error) >= 400 && statusOf(error) < 500 && meanwhileOf(error) === null
    if (isRefused && written.base === base)
      await deleteBranch(repository, branch, [written.head]).catch(() => undefined)
    throw error
  })
  const { number, html_url: url, head, base: into } = opened
  sameAsAsked('branch', `${branch} for ${base.branch}`, `${head.ref} for ${into.ref}`)
  const done: Done = { line: `Pull request #${number} opened (${url})`, pull: { number, url } }
  try {
    await askReviewers(repository, number, proposal, work.login)
    return done
  } catch (error) {
    const what = `ask for review of pull request #${number}`
    return { ...done, undone: { what, error, remedy: `Ask for it on its page (${url}): no later run does.` } }
  }
}

/** @param reason a clause */
export function notOpened(reason: string): Done {
  return { line: `A pull request was not opened: ${reason}`, pull: { reason } }
}

function markerOf({ key, step, diff }: Proposal, { base, change: { before }, head }: Written): Marker {
  return {
    user: userDigest(key),
    key: shortDigest(key.id),
    createdAt: key.createdAt,
    account: key.account,
    step,
    heads: [head],
    base: base.sha,
    edit: shortDigest(diff),
    files: before,
    withdrawn: false,
    told: null,
  }
}

/** A draft where the change leaves something to people; an ordinary one where the plan has no drafts. */
async function createPull(
  { github, ...here }: Repository,
  text: { readonly title: string; readonly body: string },
  head: string,
  base: string,
  { step, edit }: Proposal,
) {
  const create = (draft: boolean) => github.rest.pulls.create({ ...here, ...text, head, base, draft })
  const draft = step === 'second' && edit.note !== null
  try {
    return (await create(draft)).data
  } catch (error) {
    if (!draft || !isDraftRefused(error)) throw error
    return (await create(false)).data
  }
}

/** Owners of CODEOWNERS are asked by GitHub itself. Who cannot be asked is named in the description all the same. */
async function askReviewers(
  { github, ...here }: Repository,
  pull_number: number,
  { key: { owner } }: Proposal,
  login: string,
): Promise<void> {
  if (owner === null || owner.kind === 'text' || owner.source === 'codeowners') return
  const [team] = owner.kind === 'team' ? owner.name.split('/').slice(1) : []
  const reviewer = owner.name.replace(/^@/, '')
  if (reviewer.toLowerCase() === login.toLowerCase()) return
  try {
    await github.rest.pulls.requestReviewers({
      ...here,
      pull_number,
      ...(team === undefined ? { reviewers: [reviewer] } : { team_reviewers: [team] }),
    })
  } catch (error) {
    // No collaborator, or a token that cannot see teams.
    if (isRateLimited(error) || ![403, 404, 422].includes(statusOf(error))) throw error
  }
}

export async function bringUpToDate(pull: ExistingPull, proposal: Proposal, work: Work): Promise<Done> {
  const { repository, base, setting } = work
  if (pull.base !== base.branch)
    return leftAlone(pull, `it is to be merged into ${pull.base}, not into ${base.branch}`)
  const change = await changeOn(work, proposal)
  if ('reason' in change) return leftAlone(pull, change.reason)
  const { marker } = pull
  const isSame = marker.edit === shortDigest(proposal.diff) && marker.files === change.before
  // A run may have ended before it moved the branch.
  const isCurrent = isSame && pull.head === marker.heads.at(-1)
  if (!marker.heads.includes(pull.head))
    return isSame ? unchanged(pull) : tellTheirs(pull, { diff: proposal.diff }, work)
  const title = titleOf(proposal)
  const next = isCurrent
    ? { ...marker, withdrawn: false }
    : await committed(pull, markerOf(proposal, { base, change, head: pull.head }), change, title, work)
  const body = descriptionOf(proposal, setting, markerLine(next))
  const [moved] = isCurrent ? [] : next.heads.slice(-1)
  if (withoutRuns(body) !== withoutRuns(pull.body.replaceAll('\r', '')) || title !== pull.title)
    await repository.github.rest.pulls.update({ ...target(repository, pull), title, body })
  if (moved === undefined) return unchanged(pull)
  await advanceBranch(repository, pull.branch, moved)
  return { line: `Pull request #${pull.number} brought up to date with ${base.branch} (${pull.url})`, pull }
}

/** On top of what stands there, never in its place; the marker knows both heads until the branch has moved. */
async function committed(
  pull: ExistingPull,
  marker: Marker,
  change: MadeChange,
  title: string,
  { repository, base }: Work,
): Promise<Marker> {
  const parents = base.sha === pull.marker.base ? [pull.head] : [pull.head, base.sha]
  const head = await commitChange(repository, base, change, title, parents)
  return { ...marker, heads: [pull.head, head] }
}

/** @param reason a clause */
export function leftAlone(pull: ExistingPull, reason: string): Done {
  return { line: `Pull request #${pull.number} left as it is: ${reason}`, pull }
}

function unchanged(pull: ExistingPull): Done {
  return { line: null, pull }
}

export async function close(pull: ExistingPull, reason: string, work: Work): Promise<Done> {
  const { repository } = work
  if (!pull.marker.heads.includes(pull.head)) return tellTheirs(pull, { reason }, work)
  const { pulls } = repository.github.rest
  const body = withMarker(pull.body, { ...pull.marker, withdrawn: true })
  await pulls.update({ ...target(repository, pull), state: 'closed', body })
  await comment(repository, pull, closingComment(reason))
  await deleteBranch(repository, pull.branch, pull.marker.heads)
  return { line: `Pull request #${pull.number} closed: ${reason}`, pull }
}

/** Told once: the marker remembers what. */
async function tellTheirs(
  pull: ExistingPull,
  what: { readonly reason: string } | { readonly diff: string },
  { repository }: Work,
): Promise<Done> {
  const text = theirsComment(what)
  const told = shortDigest(text)
  if (pull.marker.told === told) return unchanged(pull)
  const body = withMarker(pull.body, { ...pull.marker, told })
  await repository.github.rest.pulls.update({ ...target(repository, pull), body })
  await comment(repository, pull, text)
  return {
    line: `Pull request #${pull.number} left as it is, with a comment: people have pushed to its branch`,
    pull,
  }
}

function target({ owner, repo }: Repository, { number }: ExistingPull) {
  return { owner, repo, pull_number: number }
}

async function comment(
  { github, ...here }: Repository,
  { number }: ExistingPull,
  body: string,
): Promise<void> {
  await github.rest.issues.createComment({ ...here, issue_number: number, body })
}
