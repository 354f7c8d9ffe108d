/** What people read in an issue's comments: keys that came and went, what was changed in AWS, reminders. */
import type { RemediationChange } from '../../domain/remediation-record.ts'
import { countOf, firstAndMore, formatCount, joinTexts } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { describeChange } from '../describe/describe-change.ts'
import { nameCell, textCell } from '../describe/key-columns.ts'
import { blocks, bullets, joined, type Markdown, md, raw, strong } from '../describe/markdown.ts'
import type { KeyName, ResolvedKey } from './state.ts'
import { inactiveCount, type Row, staleCount, type Tracking } from './tracking.ts'

const COMMENT_ITEMS = 20

/** A comment for keys that came or went, the end, or a return; null where nothing is worth one. */
export function newsOf(tracking: Tracking, turn: 'closes' | 'reopens' | 'stays'): string | null {
  const { added, resolved } = tracking
  if (turn === 'stays' && added.length + resolved.length === 0) return null
  const counts = newsInWords(tracking)
  return blocks([
    joined([counts === '' ? null : strong(`${counts}.`), remaining(tracking), outcome(turn, tracking)], ' '),
    items(
      'New',
      added.map(({ tracked }) => md`${nameOf(tracked.name)}${since(tracked.staleSince)}`),
    ),
    items('Resolved', resolved.map(describeResolved)),
  ]).markdown
}

// More would be a crowd.
const MOST_MENTIONS = 50

/** Mentions the owners of new keys, as the configuration file asks for; null where there is none to mention. */
export function mentionOf(owners: readonly string[]): string | null {
  if (owners.length === 0) return null
  const mentions = firstAndMore(
    // A login or team by its form: what else an owner may be called is never mentioned.
    owners.map(name => raw(`@${name}`)),
    MOST_MENTIONS,
    more => md`${formatCount(more)} more`,
  )
  return md`New keys of ${joined(mentions, ', ')}: the next steps stand in the text of this issue.`.markdown
}

/** `1 new, 2 resolved`, or empty; names nothing. */
export function newsInWords({ added, resolved }: Tracking): string {
  return joinTexts(
    [
      added.length > 0 ? `${formatCount(added.length)} new` : '',
      resolved.length > 0 ? `${formatCount(resolved.length)} resolved` : '',
    ],
    ', ',
  )
}

/** Of keys that are stale for so long, as often. */
export const REMINDER_DAYS = 30

export function reminderOf(overdue: readonly Row[]): string | null {
  if (overdue.length === 0) return null
  return blocks([
    strong(
      `Reminder: ${countOf(overdue.length, 'key has', 'keys have')} been stale for ${REMINDER_DAYS} days or more.`,
    ),
    items(
      null,
      overdue.map(
        ({ tracked, seen }) =>
          md`${nameOf(tracked.name)}${since(tracked.staleSince)}${seen?.shown.next ? md`; next: ${seen.shown.next.title}` : null}`,
      ),
    ),
  ]).markdown
}

/** A change of this run in AWS, as the issue may show it. */
export type ShownChange = Pick<RemediationChange, 'what' | 'outcome' | 'why' | 'reason' | 'undo'> & {
  readonly name: KeyName
}

/** A comment for what this run changed in AWS, each with the way back; null where it changed nothing. */
export function changesOf(changes: readonly ShownChange[]): string | null {
  if (changes.length === 0) return null
  return blocks([
    strong('Changed in AWS by this workflow (remediation):'),
    items(
      null,
      changes.map(change => {
        const { did, why, undo, final } = describeChange(change)
        const back = undo === null ? null : md`Undo: ${nameCell(undo)}`
        return joined(
          [md`${nameOf(change.name)} ${did}.`, textCell(why), back, final ? 'This cannot be undone.' : null],
          ' ',
        )
      }),
    ),
  ]).markdown
}

function describeResolved({ name, how, daysLate }: ResolvedKey): Markdown {
  return md`${nameOf(name)} ${HOW[how]}${daysLate === null || daysLate === 0 ? '' : `, ${countOf(daysLate, 'day')} late`}`
}

function remaining(tracking: Tracking): string {
  const stale = staleCount(tracking)
  const inactive = inactiveCount(tracking)
  if (stale > 0) return `${countOf(stale, 'stale key remains', 'stale keys remain')}.`
  if (inactive > 0)
    return `No key is stale; ${countOf(inactive, 'deactivated key awaits', 'deactivated keys await')} deletion.`
  return ''
}

function outcome(turn: 'closes' | 'reopens' | 'stays', { exposed }: Tracking): string {
  if (turn === 'closes')
    return `${exposed.length === 0 ? 'Nothing is left to do' : 'What is left stands in the text: keys that are not stale, whose ID stands in the checkout'}: this issue closes, and reopens by itself if a key becomes stale.`
  return turn === 'reopens' ? 'Reopened.' : ''
}

function items(label: string | null, all: readonly Markdown[]): Markdown {
  const labelled = all.map(item => (label === null ? item : md`${label}: ${item}`))
  return bullets(firstAndMore(labelled, COMMENT_ITEMS, more => md`and ${formatCount(more)} more`))
}

export const HOW: Record<ResolvedKey['how'], string> = {
  rotated: 'rotated',
  deactivated: 'deactivated',
  deleted: 'deleted',
  exempted: 'exempted',
  'within-limit': 'within the maximum age again',
  unlisted: 'no longer listed',
}

function nameOf({ user, key }: KeyName): Markdown {
  return joined([nameCell(user), nameCell(key)], ' ')
}

function since(staleSince: string | null): string {
  return staleSince === null ? '' : `, stale since ${dayOf(staleSince)}`
}
