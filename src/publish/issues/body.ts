/** What people read in an issue: title and body. Dates, never ages, so that a text changes only when something happened. */
import { countOf, formatCount, oneLine, shorten } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { hiddenNames, whichKey } from '../describe/hidden-names.ts'
import { nameCell } from '../describe/key-columns.ts'
import {
  blocks,
  type Content,
  code,
  heading,
  type Markdown,
  md,
  raw,
  small,
  table,
} from '../describe/markdown.ts'
import { itemsWithin } from '../describe/sections.ts'
import type { Hidden } from '../report.ts'
import { HOW } from './comments.ts'
import { introduction, type Opening } from './introduction.ts'
import { type RowContext, type SharedTexts, sharedTexts, showRow } from './rows.ts'
import { USER_CONTENT_LINE } from './state.ts'
import { inactiveCount, type Row, staleCount, type Tracking } from './tracking.ts'

/** What a text needs to know beside the keys. */
export interface TextContext extends RowContext {
  /** ` in prod-main`, ` of ci-deployer in prod-main`, ` in 3 accounts`, or empty where names are hidden. */
  readonly about: string
  readonly hidden: Hidden | null
  readonly opening: Opening
}

// GitHub takes so many characters of body or comment and 256 of title; what it counts exactly is its own affair.
export const LONGEST_BODY = 65_536
/** What our part keeps the whole body within, where people left room for it. */
export const BODY_LIMIT = 64_000
const TITLE_LIMIT = 250

export function titleOf(tracking: Tracking, context: TextContext): string {
  const { about } = context
  const stale = staleCount(tracking)
  const inactive = inactiveCount(tracking)
  const title =
    stale > 0
      ? `${countOf(stale, 'stale AWS access key')}${about}`
      : inactive > 0
        ? `${countOf(inactive, 'deactivated AWS access key')}${about} ${inactive === 1 ? 'awaits' : 'await'} deletion`
        : `No stale AWS access keys${about}`
  return shorten(oneLine(title), TITLE_LIMIT)
}

/** @param hidden the blocks for machines @param userContent what people wrote below the line, kept as it is */
export function bodyOf(
  tracking: Tracking,
  context: TextContext,
  hidden: readonly string[],
  userContent: string,
): string {
  const opening = blocks([
    raw(hidden[0] ?? ''),
    introduction(tracking, context.opening),
    context.hidden && hiddenNames(context.hidden),
    context.hidden && whichKey(context.hidden),
  ])
  const closing = blocks([
    history(tracking),
    small('Write below the line: the audit rewrites only what stands above it.'),
    ...hidden.slice(1).map(raw),
    raw('---'),
  ])
  const below = `${USER_CONTENT_LINE}${userContent}`
  const room = BODY_LIMIT - opening.markdown.length - closing.markdown.length - below.length
  const findings = findingsWithin(room, tracking, context)
  return `${blocks([opening, findings, closing]).markdown}\n${below}`
}

/** A heading and its rows. */
interface Group {
  readonly title: Content
  /** Below the title. */
  readonly note?: Markdown | null
  /** Whether the title is the owner of its rows. */
  readonly isOwner?: true
  readonly rows: readonly Row[]
}

/** Critical keys, then those that their ID alone makes urgent, then each owner's, then those that nobody owns, then what awaits deletion; in each the most urgent first. */
function groupsOf(
  { stale, inactive, exposed }: Tracking,
  { hidden, opening }: TextContext,
): readonly Group[] {
  const isCritical = ({ seen }: Row) => seen?.shown.urgency?.level === 'critical'
  const ownerOf = ({ seen }: Row) => seen?.shown.owner?.name ?? null
  const others = stale.filter(row => row.seen !== null && !isCritical(row))
  const owned = Map.groupBy(
    others.filter(row => ownerOf(row) !== null),
    row => ownerOf(row) ?? '',
  )
  const claim =
    opening.config && md`Is one yours? Say so under ${code('owners')} in ${code(opening.config.path)}.`
  return [
    { title: 'Critical', rows: stale.filter(isCritical) },
    // Numbers are given to tracked keys alone, and exempt keys are not listed where names are hidden.
    { title: 'Not stale, but their ID stands in the checkout', rows: hidden === null ? exposed : [] },
    ...[...owned].map(([name, rows]) => ({ title: nameCell(name), rows, isOwner: true as const })),
    {
      title: hidden !== null ? 'Stale keys' : 'No owner: please claim',
      note: hidden !== null ? null : claim,
      rows: others.filter(row => ownerOf(row) === null),
    },
    { title: 'Not looked at by the last run', rows: stale.filter(({ seen }) => seen === null) },
    { title: 'Deactivated, to be deleted', rows: inactive },
  ].filter(({ rows }) => rows.length > 0)
}

/** The rows that fit: every row before any fold, the most urgent first. */
function findingsWithin(room: number, tracking: Tracking, context: TextContext): Markdown {
  const groups = groupsOf(tracking, context)
  const keys = groups.flatMap(({ rows }) => rows.flatMap(({ seen }) => seen?.shown ?? []))
  const all = sharedTexts(keys, context)
  const shared = blocks(all.blocks).markdown.length < room / 4 ? all : NOTHING_SHARED
  const shown = groups.flatMap(group =>
    group.rows.map(row => ({ group, ...showRow(row, context, shared.told, !group.isOwner) })),
  )
  const heads = new Map(groups.map(group => [group, blocks([heading(3, group.title), group.note ?? null])]))
  const fixed = blocks([...heads.values(), ...shared.blocks]).markdown.length + LEFT_OUT_CHARACTERS
  const rows = itemsWithin(room - fixed, shown, ({ bare }) => bare.markdown.length + 2)
  const used = rows.reduce((sum, { bare }) => sum + bare.markdown.length + 2, fixed)
  const folded = itemsWithin(room - used, rows, row => row.folded.markdown.length - row.bare.markdown.length)
  const texts = rows.map((row, index) => ({
    group: row.group,
    text: index < folded.length ? row.folded : row.bare,
  }))
  return blocks([
    ...[...Map.groupBy(texts, ({ group }) => group)].flatMap(([group, own]) => [
      heads.get(group) ?? null,
      ...own.map(({ text }) => text),
    ]),
    leftOutLine(shown.length, tracking, rows.length, folded.length),
    ...shared.blocks,
  ])
}

const LEFT_OUT_CHARACTERS = 300
const NOTHING_SHARED: SharedTexts = { told: new Set(), blocks: [] }

function leftOutLine(
  all: number,
  { leftOut, inactiveLeftOut }: Tracking,
  rows: number,
  folded: number,
): Markdown | null {
  const more = all + leftOut + inactiveLeftOut - rows
  if (more > 0) return md`${countOf(more, 'more key is', 'more keys are')} left out here for length.`
  return folded < rows ? md`The steps of the other keys are left out here for length.` : null
}

function history({ history: resolved, trend }: Tracking): Markdown {
  const first = trend[0]
  return blocks([
    resolved.length > 0 ? heading(3, 'Resolved') : null,
    table(
      [
        { title: 'User' },
        { title: 'Access key' },
        { title: 'Stale since' },
        { title: 'Resolved' },
        { title: 'How' },
        { title: 'Late' },
      ],
      resolved.map(({ name, staleSince, at, how, daysLate }) => [
        nameCell(name.user),
        nameCell(name.key),
        day(staleSince),
        day(at),
        HOW[how],
        daysLate === null ? null : countOf(daysLate, 'day'),
      ]),
    ),
    first && trend.length > 1
      ? md`Stale keys since ${first.day}: ${trend.map(point => formatCount(point.stale)).join(', ')}`
      : null,
  ])
}

function day(instant: string | null): string {
  return instant === null ? 'unknown' : dayOf(instant)
}
