/** The steps of a key's rotation, as people and machines read them. */
import type { Instruction, KeyResult, Step } from '../../domain/audit-result.ts'
import { countMore, firstAndMore } from '../../domain/text.ts'
import { accountTitle, type Report } from '../report.ts'
import { explanation } from './describe-step.ts'
import { type LinkContext, locationLink, nameCell, textCell } from './key-columns.ts'
import {
  blocks,
  type Content,
  code,
  codeBlock,
  joined,
  type Markdown,
  md,
  prose,
  raw,
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
export function accountHint({ result, hidden }: Report): Markdown | null {
  const ids = new Set(result.keys.flatMap(key => (hasSteps(key) ? key.account : [])))
  if (result.accounts.length < 2 || ids.size === 0 || hidden !== null) return null
  const names = result.accounts.flatMap(({ account }) => (ids.has(account.id) ? [accountTitle(account)] : []))
  const listed = joined(firstAndMore<Content>(names.map(nameCell), ACCOUNTS_NAMED, countMore), ', ')
  return md`The commands below are for keys of ${listed}: run each with credentials of its key’s account, by ${code('--profile')} or otherwise.`
}

/** The steps one below the other, what to do now and then each later one with its condition, and what would end rotation for good. */
export function stepList(key: KeyResult, report: LinkContext): Markdown {
  const { replacement } = key
  const better =
    replacement && md`${strong(`Better: ${replacement.title}`)} ${textCell(replacement.explanation)}`
  return blocks([...stepsOf(key).map((step, index) => stepBlock(step, index + 1, report)), better])
}

/** One step: `1. title`, its condition and explanation, the change or the commands, and the way back. */
function stepBlock(step: Step, number: number, report: LinkContext): Markdown {
  const { title, condition, instructions } = step
  const when = condition === null ? '' : md`, when ${textCell(condition)}`
  return blocks([
    md`${strong(`${number}. ${title}`)}${when}. ${textCell(explanation(step))}`,
    ...instructions.map(each => instructionBlock(each, report, true)),
    undoBlock(step),
  ])
}

/**
 * A change for `git apply` and what it leaves to people, or why there is none; or a command in a block of its own: who
 * copies a check does not run the change after it. Nothing of a text. `at`: whether the change is headed by its line.
 */
export function instructionBlock(instruction: Instruction, report: LinkContext, at: boolean): Markdown {
  if (instruction.kind === 'text') return raw('')
  if (instruction.kind === 'command') return codeBlock(shellCommand(instruction), 'sh')
  const { location, diff, note } = instruction
  const where = at ? locationLink(location, report) : ''
  if (diff === null) return md`No change is shown${where && md` for ${where}`}: ${textCell(note ?? '')}.`
  return blocks([
    where && md`At ${where}:`,
    codeBlock(diff, 'diff'),
    note === null ? null : md`Mind: ${textCell(note)}.`,
  ])
}

/** How to take the step back, or nothing. */
export function undoBlock({ undo }: Step): Markdown {
  if (undo === null) return raw('')
  return undo.kind === 'command'
    ? blocks(['Undo:', codeBlock(shellLine(undo), 'sh')])
    : prose(`Undo: ${undo.text}`)
}
