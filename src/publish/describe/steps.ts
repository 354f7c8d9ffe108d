/** The steps of a key's rotation, as people and machines read them. */
import type { Edit, KeyResult, Step } from '../../domain/audit-result.ts'
import { countMore, firstAndMore } from '../../domain/text.ts'
import { accountTitle, type Report } from '../report.ts'
import { explanation } from './describe-step.ts'
import { type KeyContext, keyColumns, locationLink, nameCell, textCell } from './key-columns.ts'
import {
  blocks,
  type Content,
  code,
  codeBlock,
  details,
  joined,
  type Markdown,
  md,
  prose,
  strong,
} from './markdown.ts'
import { shellCommand, shellLine } from './shell.ts'

/** Whether there is a step that says what to do. */
export function hasSteps(key: KeyResult): boolean {
  return stepsOf(key).some(({ instructions }) => instructions.length > 0)
}

/** The next step, if any, and those that follow. */
function stepsOf({ next, later }: KeyResult): readonly Step[] {
  return next === null ? later : [next, ...later]
}

const ACCOUNTS_NAMED = 20

/** Once for all commands: which account each of them speaks to is told by the credentials alone. Nothing for one account. */
export function accountHint(keys: readonly KeyResult[], { result, redacted }: Report): Markdown | null {
  if (result.accounts.length < 2 || redacted) return null
  const ids = new Set(keys.map(({ account }) => account))
  const names = result.accounts.flatMap(({ account }) => (ids.has(account.id) ? [accountTitle(account)] : []))
  const listed = joined(firstAndMore<Content>(names.map(nameCell), ACCOUNTS_NAMED, countMore), ', ')
  return md`The commands below are for keys of ${listed}: run each with credentials of its key’s account, by ${code('--profile')} or otherwise.`
}

/** The key's steps, folded: what to do now, then each later one with its condition. `above`: what the fold opens with. */
export function keySteps(key: KeyResult, report: KeyContext, above: Content = null): Markdown {
  const account = keyColumns(report).account.cell(key)
  const title = joined(
    [
      md`Steps for ${nameCell(key.user)}`,
      key.accessKeyId === null ? '' : nameCell(key.accessKeyId),
      account === '' ? '' : md`in ${account}`,
    ],
    ' ',
  )
  return details(title, blocks([above, stepList(key, report)]))
}

/** The steps one below the other, and what would end rotation for good. */
export function stepList(key: KeyResult, report: KeyContext): Markdown {
  const { replacement } = key
  const better =
    replacement === null
      ? ''
      : md`${strong(`Better: ${replacement.title}`)} ${textCell(replacement.explanation)}`
  return blocks([...stepsOf(key).map((step, index) => stepBlock(step, index + 1, report)), better])
}

/** One step: `1. title`, its condition and explanation, the change or the commands, and the way back. */
function stepBlock(step: Step, number: number, report: KeyContext): Markdown {
  const { title, condition, instructions, undo } = step
  const when = condition === null ? '' : md`, when ${textCell(condition)}`
  return blocks([
    md`${strong(`${number}. ${title}`)}${when}. ${textCell(explanation(step))}`,
    ...instructions.filter(each => each.kind === 'edit').flatMap(each => editBlock(each, report)),
    // Each in a block of its own: who copies a check does not run the change after it.
    ...instructions
      .filter(each => each.kind === 'command')
      .map(command => codeBlock(shellCommand(command), 'sh')),
    undo === null ? '' : undoBlock(undo),
  ])
}

/** The change for `git apply`, and what it leaves to people; or why there is none. */
function editBlock({ location, diff, note }: Edit, report: KeyContext): Content[] {
  const at = locationLink(location, report)
  if (diff === null) return [md`No change is shown for ${at}: ${textCell(note ?? '')}.`]
  return [md`At ${at}:`, codeBlock(diff, 'diff'), note === null ? '' : md`Mind: ${textCell(note)}.`]
}

function undoBlock(undo: NonNullable<Step['undo']>): Content {
  return undo.kind === 'command'
    ? md`To take it back: ${nameCell(shellLine(undo))}`
    : prose(`To take it back: ${undo.text}`)
}
