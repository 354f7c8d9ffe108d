/** What people read of a pull request: title, commit message, description, comments. Dates, never ages, as in issues. */
import type { AuditResult, KeyResult, Step } from '../../domain/audit-result.ts'
import { asSentence, oneLine, shorten } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import type { Run } from '../../host/run.ts'
import { describeKey, useInWords } from '../describe/describe-key.ts'
import { locationLink, nameCell, textCell } from '../describe/key-columns.ts'
import {
  blocks,
  bullets,
  codeBlock,
  heading,
  joined,
  link,
  type Markdown,
  md,
  prose,
  raw,
  small,
  strong,
} from '../describe/markdown.ts'
import { instructionBlock } from '../describe/steps.ts'
import { accountTitle } from '../report.ts'
import { emptiedBy } from './change.ts'
import type { ProposedStep } from './marker.ts'
import type { Proposal } from './plan.ts'

export interface Setting {
  readonly result: AuditResult
  readonly run: Run
  /** Where the key is tracked, the name a noun; null where no issue is known. */
  issueOf(key: KeyResult): { readonly name: string; readonly url: string } | null
  /** Whether the token is a job's own, whose pull requests start no workflows. */
  readonly startsNothing: boolean
}

/** What is said of a step, in the order in which it is read. */
interface StepTexts {
  title(user: string): string
  opening(which: Markdown): Markdown
  readonly why: string
  /** Of the applied code. */
  readonly effect: string
  readonly undo: string
}

const TEXTS: Readonly<Record<ProposedStep, StepTexts>> = {
  deactivate: {
    title: user => `Set the access key of ${user} to Inactive`,
    opening: which => md`This sets ${which} to Inactive.`,
    why: 'An inactive key can be activated again, so it comes before deletion.',
    effect: 'AWS refuses every request made with the key.',
    undo: 'revert the merge, and apply the code again.',
  },
  remove: {
    title: user => `Remove the inactive access key of ${user}`,
    opening: which => md`This removes ${which}, with what refers to it alone.`,
    why: 'Nothing has missed it since it was deactivated, so it can be deleted for good.',
    effect: 'the key is deleted for good.',
    undo: 'before it is applied, revert the merge. A deleted key cannot be brought back.',
  },
  second: {
    title: user => `Add a second access key for ${user}`,
    opening: which => md`This declares a second key beside ${which}.`,
    why: 'With two keys what uses the old one can move before that one goes.',
    effect: 'the second key is made; the old one goes on working.',
    undo: 'revert the merge and apply the code again, once nothing uses the second key.',
  },
}

/** Also the commit's message, and the one of a squash: nothing in it mentions, refers, closes or skips anything. */
export function titleOf({ step, key }: Proposal): string {
  return TEXTS[step].title(plainName(key.user))
}

/** A name in which GitHub sees nothing but a name. */
function plainName(name: string): string {
  return shorten(oneLine(name), 64)
    .replaceAll('@', '(at)')
    .replace(/[^\w+=,.()…-]/g, '_')
    .replace(/^GH-/i, 'GH_')
}

/** @param marker the line for machines, which stands last */
export function descriptionOf(proposal: Proposal, setting: Setting, marker: string): string {
  const { key } = proposal
  const issue = setting.issueOf(key)
  return blocks([
    summary(proposal, setting),
    evidence(key, setting),
    heading(3, 'Before you merge'),
    ...beforeMerge(proposal, setting),
    heading(3, 'On merge, and after'),
    bullets(afterMerge(proposal)),
    ...following(proposal),
    issue && md`The key is tracked in ${link(issue.name, issue.url)}, which links back.`,
    setting.startsNothing ? STARTS_NOTHING : null,
    small(
      `This audit keeps the branch and this description up to date, and closes the pull request when it is no longer right. Push to the branch and it is yours; close it and it is not opened again for this step.`,
    ),
    raw(marker),
  ]).markdown
}

/** Source: GitHub Docs, Automatic token authentication: events of `GITHUB_TOKEN` start no workflow runs. */
const STARTS_NOTHING = md`This pull request was opened with the job’s own token, so GitHub starts no workflows for it: close and reopen it to run the checks, or give ${raw('<code>github-token</code>')} a token of a GitHub App.`

/** What and why, in three sentences. */
function summary({ key, edit, step, reason }: Proposal, { result, run }: Setting): Markdown {
  const account = result.accounts.find(each => each.account.id === key.account)?.account
  const which = joined(
    [
      key.accessKeyId === null ? 'the access key' : md`access key ${nameCell(key.accessKeyId)}`,
      md`of ${nameCell(key.user)}`,
      account && md`in ${nameCell(accountTitle(account))}`,
      md`at ${locationLink(edit.location, { run: { ...run, sha: 'HEAD' } })}`,
    ].filter(part => part !== undefined),
    ' ',
  )
  const { opening, why } = TEXTS[step]
  const since = key.staleSince === null ? 'It is due' : `It has been stale since ${dayOf(key.staleSince)}`
  return md`${opening(which)} ${key.state === 'inactive' ? 'It is inactive' : since}: ${textCell(reason)}. ${why}`
}

function evidence(key: KeyResult, { result }: Setting): Markdown {
  const { age, lastUse } = describeKey(key, 'dates')
  const account = result.accounts.find(each => each.account.id === key.account)
  const runUrl = account?.status === 'audited' ? account.evidence.runUrl : null
  return bullets(
    [
      age === null ? null : asSentence(age),
      // The day of the last use of a key in use moves every night.
      md`${strong('Use')}: ${textCell(asSentence(key.use === 'in-use' ? useInWords(key) : lastUse.sentence))}`,
      key.owner === null ? null : md`${strong('Owner')}: ${nameCell(key.owner.name)}`,
      md`${strong('Looked at')}: ${key.verified === 'live' ? 'live, in IAM' : 'in the credential report'} (${link('the run that asked AWS', runUrl)}).`,
    ].filter(item => item !== null),
  )
}

function beforeMerge({ advice, edit, diff }: Proposal, { run }: Setting): readonly Markdown[] {
  const { instructions } = advice
  const texts = instructions.flatMap(each =>
    each.kind === 'text' ? [prose(textCell(asSentence(each.text)))] : [],
  )
  const commands = instructions.flatMap(each =>
    each.kind === 'command' ? [instructionBlock(each, { run }, false)] : [],
  )
  const mind = edit.note === null ? [] : [md`${strong('Mind')}: ${textCell(asSentence(edit.note))}`]
  return [...mind, ...emptied(diff), ...texts, ...commands]
}

/** An empty file stays: Terraform plans nothing in a directory without files, and so would not delete the key. */
function emptied(diff: string): readonly Markdown[] {
  return emptiedBy(diff).map(
    path =>
      md`${strong('Mind')}: nothing is left in ${nameCell(path)}. It stays as an empty file, for Terraform plans nothing in a directory without files; delete it once this is applied, where its directory has other files of code.`,
  )
}

function afterMerge({ step, edit, advice }: Proposal): readonly Markdown[] {
  const { effect, undo } = TEXTS[step]
  const applied = edit.tool === 'terraform' ? 'Terraform is applied' : 'the stack is updated'
  const back = advice.undo
  return [
    md`Merging changes the code alone. When ${applied}, ${effect}`,
    md`Undo: ${back?.kind === 'text' ? textCell(asSentence(back.text)) : undo}`,
  ]
}

function following({ later }: Proposal): readonly Markdown[] {
  if (later.length === 0) return []
  const item = ({ title, condition }: Step) =>
    condition === null ? md`${strong(title)}.` : md`${strong(title)}, when ${textCell(condition)}.`
  return [heading(3, 'What follows'), bullets(later.map(item))]
}

/** @param reason a clause */
export function closingComment(reason: string): string {
  return md`Closed by the audit: ${textCell(reason)}.`.markdown
}

/** What would have been done to a branch that people have pushed to. */
export function theirsComment(what: { readonly reason: string } | { readonly diff: string }): string {
  const theirs = 'People have pushed to this branch, so the audit leaves it alone.'
  return 'reason' in what
    ? md`${theirs} It would have closed this pull request: ${textCell(what.reason)}.`.markdown
    : blocks([
        `${theirs} On the base as it is now, it would have made this change:`,
        codeBlock(what.diff, 'diff'),
      ]).markdown
}
