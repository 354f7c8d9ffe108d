import type { KeyResult, Step } from '../../domain/audit-result.ts'
import type { Tool } from '../../domain/declarations.ts'
import { type KeyContext, locationLink, nameCell, textCell } from './key-columns.ts'
import {
  blocks,
  type Content,
  codeBlock,
  details,
  joined,
  type Markdown,
  md,
  prose,
  strong,
} from './markdown.ts'
import { shellCommand } from './shell.ts'

/** Whether a step of the key says how it is done. */
export function hasSteps({ next, later }: KeyResult): boolean {
  const saysHow = ({ commands, change }: Step) => commands.length > 0 || change !== null
  return (next !== null && saysHow(next)) || later.some(saysHow)
}

/** The next step, if any, and those that follow. */
export function stepsOf({ next, later }: KeyResult): readonly Step[] {
  return next === null ? later : [next, ...later]
}

/** The key's steps, folded: what to do now, then each later one with its condition. `above`: what the fold opens with. */
export function keySteps(key: KeyResult, report: KeyContext, above: Content = null): Markdown {
  const title = joined(
    [md`Steps for ${nameCell(key.user)}`, key.accessKeyId === null ? '' : nameCell(key.accessKeyId)],
    ' ',
  )
  const { replacement } = key
  const better =
    replacement === null
      ? ''
      : md`${strong(`Better: ${replacement.title}`)} ${textCell(replacement.explanation)}`
  return details(
    title,
    blocks([above, ...stepsOf(key).map((step, index) => stepBlock(step, index + 1, report)), better]),
  )
}

const LANGUAGES: Record<Tool, 'hcl' | 'yaml'> = { terraform: 'hcl', cloudformation: 'yaml' }

/** One step: `1. title`, its condition and explanation, the change or the commands, and the way back. */
function stepBlock(step: Step, number: number, report: KeyContext): Markdown {
  const { title, condition, explanation, commands, change, undo } = step
  const when = condition === null ? '' : md`, when ${textCell(condition)}`
  return blocks([
    md`${strong(`${number}. ${title}`)}${when}. ${textCell(explanation)}`,
    change === null ? '' : md`At ${locationLink(change.location, report)}:`,
    change === null ? '' : codeBlock(change.snippet, LANGUAGES[change.tool]),
    commands.length === 0 ? '' : codeBlock(commands.map(shellCommand).join('\n'), 'sh'),
    undo === null ? '' : undoBlock(undo),
  ])
}

function undoBlock(undo: string): Content {
  return undo.startsWith('aws ') ? md`To take it back: ${nameCell(undo)}` : prose(`To take it back: ${undo}`)
}
