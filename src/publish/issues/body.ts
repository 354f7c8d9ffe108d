/** What people read in an issue: title and body. Dates, never ages, so that a text changes only when something happened. */
import type { KeyResult } from '../../domain/audit-result.ts'
import { CONTROL_NAMES } from '../../domain/control.ts'
import { countOf, formatCount, oneLine, shorten } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { itemsWithin } from '../describe/budget.ts'
import { useInWords } from '../describe/describe-key.ts'
import { declaredCell, type KeyContext, keyColumns, nameCell } from '../describe/key-columns.ts'
import {
  blocks,
  type Column,
  type Content,
  heading,
  joined,
  type Markdown,
  md,
  raw,
  render,
  small,
  table,
} from '../describe/markdown.ts'
import { hasSteps, keySteps } from '../describe/steps.ts'
import { HOW } from './comments.ts'
import { USER_CONTENT_LINE } from './state.ts'
import { inactiveCount, type Row, staleCount, type Tracking } from './tracking.ts'

/** What a text needs to know beside the keys. */
export interface Setting {
  /** The result as the issue may show it, and the run with its lines on the default branch. */
  readonly context: KeyContext
  /** ` in prod-main`, ` of ci-deployer in prod-main`, ` in 3 accounts`, or empty where names are hidden. */
  readonly about: string
  /** Name of an account; null where the issue is about one account anyway, or names are hidden. */
  accountOf(row: Row): string | null
  /** All keys of the row's user, as the issue may show them. */
  keysOfUser(row: Row): readonly KeyResult[]
}

// GitHub takes so many characters of body or comment and 256 of title; what it counts exactly is its own affair.
export const LONGEST_BODY = 65_536
/** What our part keeps the whole body within, where people left room for it. */
export const BODY_LIMIT = 64_000
const TITLE_LIMIT = 250

export function titleOf(tracking: Tracking, setting: Setting): string {
  const { about } = setting
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
  setting: Setting,
  hidden: readonly string[],
  userContent: string,
): string {
  const opening = blocks([raw(hidden[0] ?? ''), introduction(tracking, setting)])
  const closing = blocks([
    history(tracking),
    small('Everything below the line is yours: the audit rewrites only what stands above it.'),
    ...hidden.slice(1).map(raw),
    raw('---'),
  ])
  const below = `${USER_CONTENT_LINE}${userContent}`
  const room = BODY_LIMIT - opening.markdown.length - closing.markdown.length - below.length
  const findings = findingsWithin(room, tracking, setting)
  return `${blocks([opening, findings, closing]).markdown}\n${below}`
}

function introduction(tracking: Tracking, setting: Setting): Markdown {
  const limit = `${formatCount(setting.context.result.policy.maxAgeDays)} days`
  const bySelf = 'This issue is kept up to date by the nightly audit and closes by itself'
  if (staleCount(tracking) > 0) {
    return md`AWS access keys older than ${limit} must be rotated (${CONTROL_NAMES.cis}). You get this because you own one of the keys below or look after this repository: take the next step of each. ${bySelf} once all of them are deleted.`
  }
  if (inactiveCount(tracking) > 0) {
    return md`No key here is stale any more. The procedure ends with the deletion of what was deactivated. ${bySelf} after that.`
  }
  return md`Every key that this issue tracked is rotated, deleted or exempt. It reopens by itself if a key becomes stale.`
}

/** The tables and folded steps that fit: rows before steps, the oldest keys first. */
function findingsWithin(room: number, tracking: Tracking, setting: Setting): Markdown {
  const stale = fitRows(
    STALE_COLUMNS,
    tracking.stale.map(row => staleCells(row, setting)),
    room * 0.55,
  )
  const inactive = fitRows(
    INACTIVE_COLUMNS,
    tracking.inactive.map(row => inactiveCells(row, setting)),
    room * 0.15,
  )
  const leftOut = staleCount(tracking) - stale.count
  const content = (steps: Markdown) =>
    blocks([
      tracking.stale.length > 0 ? heading(3, 'Stale keys, oldest first') : null,
      stale.table,
      leftOut > 0
        ? md`${countOf(leftOut, 'younger stale key is', 'younger stale keys are')} left out here for length.`
        : null,
      steps,
      tracking.inactive.length > 0 ? heading(3, 'Deactivated, to be deleted') : null,
      inactive.table,
      inactive.count < inactiveCount(tracking)
        ? md`${formatCount(inactiveCount(tracking) - inactive.count)} more left out here for length.`
        : null,
    ])
  const left = room - content(raw('')).markdown.length - 200
  return content(
    stepsWithin(
      left,
      [...tracking.stale.slice(0, stale.count), ...tracking.inactive.slice(0, inactive.count)],
      setting,
    ),
  )
}

// What to do stands where a phone still shows it, and five columns fit a page.
const STALE_COLUMNS: readonly Column[] = [
  { title: 'Account' },
  { title: 'Access key' },
  { title: 'Next step' },
  { title: 'Use' },
  // Unbroken, it leaves room for a date.
  { title: raw('Stale&nbsp;since') },
  { title: 'Owner' },
]

const INACTIVE_COLUMNS: readonly Column[] = [
  { title: 'Account' },
  { title: 'Access key' },
  { title: 'Next step' },
  { title: 'Inactive since' },
]

/** Its account; then user, access key ID, and where it is declared. */
function nameCells(row: Row, setting: Setting): readonly Content[] {
  const { name } = row.tracked
  const account = setting.accountOf(row)
  const declared = row.seen && declaredCell(row.seen.shown, setting.context)
  return [
    account === null ? '' : nameCell(account),
    joined([nameCell(name.user), nameCell(name.key), declared], '<br>'),
  ]
}

function staleCells(row: Row, setting: Setting): readonly Content[] {
  const { owner, nextStep } = keyColumns(setting.context)
  const names = nameCells(row, setting)
  const since = dates(day(row.tracked.staleSince), row)
  if (!row.seen) return [...names, NOT_AUDITED, '', since, '']
  const { shown } = row.seen
  return [...names, nextStep.cell(shown), useInWords(shown), since, owner.cell(shown)]
}

/** When it came to be so, and when the key was made. */
function dates(since: string, { tracked }: Row): Content {
  return joined([since, tracked.createdAt === null ? null : `created ${day(tracked.createdAt)}`], '<br>')
}

function inactiveCells(row: Row, setting: Setting): readonly Content[] {
  return [
    ...nameCells(row, setting),
    row.seen ? keyColumns(setting.context).nextStep.cell(row.seen.shown) : NOT_AUDITED,
    // The audit's first night that saw it so.
    dates(`${day(row.tracked.since)} or before`, row),
  ]
}

const NOT_AUDITED = 'The last run could not tell whether it is still there; this is what was known before'

/** As many rows as fit into `room` characters, and how many those are. */
function fitRows(
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
  room: number,
): { readonly table: Markdown; readonly count: number } {
  const kept = itemsWithin(room - 300, rows, row =>
    row.reduce<number>((length, cell) => length + render(cell).length + 3, 3),
  )
  return { table: table(columns, kept), count: kept.length }
}

function stepsWithin(room: number, rows: readonly Row[], setting: Setting): Markdown {
  const keys = new Map(rows.flatMap(row => keysWithSteps(row, setting)).map(key => [key.id, key]))
  const withSteps = [...keys.values()].filter(hasSteps)
  const steps = withSteps.values().map(key => keySteps(key, setting.context))
  const kept = itemsWithin(room, steps, ({ markdown }) => markdown.length + 2)
  const others = kept.length < withSteps.length
  return blocks([...kept, others ? md`The steps of the other keys are left out here for length.` : null])
}

/** The row's key; and where it waits for a slot, the inactive key that holds it, which the issue need not track. */
function keysWithSteps(row: Row, setting: Setting): readonly KeyResult[] {
  const { seen, tracked } = row
  if (!seen) return []
  // The name may be known from an earlier night's live look.
  const own = { ...seen.shown, accessKeyId: tracked.name.key || null }
  if (own.next?.action !== 'free-slot') return [own]
  return [own, ...setting.keysOfUser(row).filter(({ state }) => state === 'inactive')]
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
