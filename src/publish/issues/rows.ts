/** A key in an issue: one line that a phone shows whole, and folded below it what to do now. */
import type { KeyResult, Replacement, Step, StepAction } from '../../domain/audit-result.ts'
import { isHere, type StaticLogin } from '../../domain/declarations.ts'
import { asSentence, listOf } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { describeKey, isOnlyExposed, useInWords } from '../describe/describe-key.ts'
import { declaredCell, type LinkContext, nameCell, textCell } from '../describe/key-columns.ts'
import {
  blocks,
  bullets,
  type Content,
  codeBlock,
  details,
  heading,
  joined,
  link,
  type Markdown,
  md,
  prose,
  strong,
} from '../describe/markdown.ts'
import { instructionBlock, undoBlock } from '../describe/steps.ts'
import type { PullOfKey } from './request.ts'
import type { Row } from './tracking.ts'

/** What a row needs beside the key. No result is here: names reach a row through the key as the issue may show it. */
export interface RowContext extends LinkContext {
  readonly asOf: string
  /** Told with a key's replacement alone, which no key has whose name is hidden. */
  readonly staticLogins: readonly StaticLogin[]
  /** Null where the issue is about one account anyway, or names are hidden. */
  accountName(id: string): string | null
  /** The pull request of a key, or why it has none; undefined where there is nothing to tell. */
  pullOf(row: Row): PullOfKey | undefined
  /** Where the key waits for a slot, the inactive keys that hold one and have no row of their own. */
  holdersOf(row: Row): readonly Row[]
}

/** A row with its fold, and the same without it, for where there is no room. */
interface ShownRow {
  readonly folded: Markdown
  readonly bare: Markdown
}

/** `told`: texts that the issue says once for several keys; `owner`: whether the row names its owner. */
export function showRow(row: Row, context: RowContext, told: ReadonlySet<string>, owner: boolean): ShownRow {
  const line = rowLine(row, context, sinceWhen(row), owner)
  const holders = context
    .holdersOf(row)
    .map(each => foldedRow(each, rowLine(each, context, 'inactive; holds the slot', false), context, told))
  return { bare: md`- ${line}`, folded: blocks([foldedRow(row, line, context, told), ...holders]) }
}

function foldedRow({ seen }: Row, line: Markdown, context: RowContext, told: ReadonlySet<string>): Markdown {
  const fold = seen === null ? blocks([]) : keyFold(seen.shown, context, told)
  return fold.markdown === '' ? md`- ${line}` : details(line, fold)
}

/** User, access key ID and next step; below, why it is urgent, how it is used, since when it is so, where it is declared. */
function rowLine({ tracked, seen }: Row, context: RowContext, since: Content, showsOwner: boolean): Markdown {
  const { name, createdAt, account: id } = tracked
  const account = context.accountName(id)
  const created = createdAt === null ? null : `created ${dayOf(createdAt)}`
  const which = joined([nameCell(name.user), name.key === '' ? created : nameCell(name.key)], ' ')
  const facts = [
    account === null ? null : md`in ${nameCell(account)}`,
    // Where names are hidden, by its second the key is found.
    name.user === '' && name.key !== '' && createdAt !== null ? `created ${createdAt}` : null,
    ...(seen === null ? [NOT_AUDITED] : factsOf(seen.shown, context)),
    since,
    seen === null ? null : declaredCell(seen.shown, context),
    pullCell(context.pullOf({ tracked, seen })),
    showsOwner && seen?.shown.owner ? md`owner: ${nameCell(seen.shown.owner.name)}` : null,
  ]
  const step = seen?.shown.next ? nextStep(seen.shown) : null
  return joined([step === null ? which : md`${which}: ${step}`, joined(facts, ' · ')], '<br>')
}

function sinceWhen({ tracked: { status, since, createdAt, staleSince, name }, seen }: Row): Content {
  if (seen !== null && isOnlyExposed(seen.key)) {
    const until = seen.key.exemption?.expires
    return until === undefined ? `created ${createdAt && dayOf(createdAt)}` : `exempt until ${until}`
  }
  if (status === 'stale') return staleSince === null ? null : `stale since ${dayOf(staleSince)}`
  const created =
    createdAt === null || name.key === '' || name.user === '' ? null : `created ${dayOf(createdAt)}`
  // The audit's first night that saw it so.
  return joined([`inactive since ${dayOf(since)} or before`, created], ' · ')
}

function pullCell(pull: PullOfKey | undefined): Content {
  if (pull === undefined) return null
  return 'url' in pull
    ? link(`pull request ${pull.number}`, pull.url)
    : md`no pull request: ${textCell(pull.reason)}`
}

const NOT_AUDITED = 'the last run could not tell whether it is still there'

function nextStep({ next, replacement }: KeyResult): Content {
  if (next === null) return null
  return replacement?.certain
    ? md`${strong(next.title)}, or better: ${replacement.title}`
    : strong(next.title)
}

function factsOf(key: KeyResult, { asOf }: RowContext): readonly Content[] {
  const { unreadable } = describeKey(key, { relativeTo: asOf })
  return [urgencyOf(key), unreadable && textCell(unreadable), textCell(useInWords(key))]
}

/** The heading says critical already, and the line that holds a key's ID stands in the row. */
function urgencyOf({ urgency, hardCoded }: KeyResult): Content {
  if (urgency === null || urgency.level === 'medium' || hardCoded.length > 0) return null
  const reason = textCell(urgency.reason)
  if (urgency.level === 'critical') return reason === '' ? null : strong(reason)
  return joined([strong(urgency.level), reason], ': ')
}

function keyFold(key: KeyResult, context: RowContext, told: ReadonlySet<string>): Markdown {
  const { replacement } = key
  return blocks([
    reasonBeyondUse(key),
    ...stepsNow(key).map((step, index) => stepBlock(step, context, told, index > 0)),
    replacement === null || told.has(replacement.explanation)
      ? null
      : replacementBlock('Better', replacement, context),
  ])
}

/** What would end rotation; with the patch to apply where a workflow of this repository logs in: the audit changes none. */
function replacementBlock(
  how: string,
  { title, explanation, location }: Replacement,
  { staticLogins }: RowContext,
): Markdown {
  const login = staticLogins.find(
    ({ path, line }) =>
      location !== null && isHere(location) && path === location.path && line === location.line,
  )
  const { diff = null, note = null } = login?.edit ?? {}
  return blocks([
    md`${strong(`${how}: ${title}.`)} ${textCell(explanation)}`,
    diff && codeBlock(diff, 'diff'),
    diff && note && md`Mind: ${textCell(note)}.`,
  ])
}

/** Why the step is the next one, where the row does not say it. */
function reasonBeyondUse(key: KeyResult): Markdown | null {
  const { reason = null, reasonIsUse } = key.next ?? {}
  if (reason === null || reasonIsUse || key.hardCoded.length > 0) return null
  return prose(textCell(asSentence(reason)))
}

/** The next step, and what follows where its outcome is the reader's to see, not the audit's. */
function stepsNow({ next, later }: KeyResult): readonly Step[] {
  if (next === null) return []
  if (next.action === 'contain') return [next, ...later.slice(0, 1)]
  return READERS_TO_SEE.has(next.action) ? [next, ...later] : [next]
}

const READERS_TO_SEE: ReadonlySet<StepAction> = new Set(['confirm', 'look-live'])

/** Each check, change and way back once, in a block of its own. */
function stepBlock(step: Step, context: RowContext, told: ReadonlySet<string>, titled: boolean): Markdown {
  const { title, condition, instructions } = step
  const when = condition === null ? '' : md`, when ${textCell(condition)}`
  return blocks([
    titled ? md`${strong(title)}${when}.` : null,
    ...instructions.map(each => {
      if (each.kind === 'text') return told.has(each.text) ? null : prose(textCell(asSentence(each.text)))
      const isTold = each.kind === 'command' && told.has(each.comment ?? '')
      return instructionBlock(isTold ? { ...each, comment: null } : each, context, false)
    }),
    undoBlock(step),
  ])
}

/** What an issue says once for several keys. */
export interface SharedTexts {
  readonly told: ReadonlySet<string>
  readonly blocks: readonly Markdown[]
}

/** Of these keys: what a second key is for, what several of them could have instead, and what comes later. */
export function sharedTexts(keys: readonly KeyResult[], context: RowContext): SharedTexts {
  const newKeys = repeated(keys.flatMap(newKeyTexts))
  const better = repeated(keys.flatMap(({ replacement }) => replacement?.explanation ?? []))
  const replacements = new Map(
    keys.flatMap(({ replacement: it }) => (it && better.has(it.explanation) ? [[it.explanation, it]] : [])),
  )
  const perhaps = [...replacements.values()].map(it => replacementBlock('Perhaps better', it, context))
  const about = [...newKeys].map(text => textCell(asSentence(text)))
  const newKey = about.length === 0 ? blocks([]) : joined([strong('Create second key.'), ...about], ' ')
  const all = [newKey, ...perhaps, laterSteps(keys)].filter(({ markdown }) => markdown !== '')
  return {
    told: new Set([...newKeys, ...better]),
    blocks: all.length === 0 ? [] : [heading(3, 'For each key'), ...all],
  }
}

/** What a new key is for may stand elsewhere; what to mind before one is taken away stands beside its command. */
function newKeyTexts({ next }: KeyResult): readonly string[] {
  if (next?.action !== 'create-key') return []
  return next.instructions.flatMap(each =>
    each.kind === 'text' ? each.text : each.kind === 'command' ? (each.comment ?? []) : [],
  )
}

function repeated(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.filter((text, index) => texts.indexOf(text) !== index))
}

/** One step has a title for code, one by hand and one for root. */
function mostCommonTitle(steps: readonly Step[]): string {
  const titles = [...Map.groupBy(steps, ({ title }) => title)]
  return titles.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? ''
}

/** The later steps in their order, those that wait for the same in one line. */
function laterSteps(keys: readonly KeyResult[]): Markdown {
  // Who has most before them has the others' steps, too.
  const later = keys
    .map(key => key.later.slice(Math.max(0, stepsNow(key).length - 1)))
    .sort((a, b) => b.length - a.length)
    .flat()
  const order = [...new Set(later.map(({ action }) => action))]
  const place = ({ action }: Step) => order.indexOf(action)
  const groups = [...Map.groupBy(later, ({ condition }) => condition)]
    .map(([condition, steps]) => ({ condition, steps: steps.toSorted((a, b) => place(a) - place(b)) }))
    .sort(({ steps: [a] }, { steps: [b] }) => (a && b ? place(a) - place(b) : 0))
  const lines = groups.map(({ condition, steps }) => {
    const titles = [...Map.groupBy(steps, ({ action }) => action).values()].map(mostCommonTitle)
    return joined([strong(listOf(titles)), condition === null ? null : md`when ${textCell(condition)}`], ' ')
  })
  return lines.length === 0 ? blocks([]) : details('What comes later, in order', bullets(lines))
}
