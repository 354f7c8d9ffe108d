/** What is said of a step, as plain text. */
import type { Instruction, KeyResult, Step } from '../../domain/audit-result.ts'
import { joinTexts, oneLine, upperFirst } from '../../domain/text.ts'

/** Reason and what to do, in one sentence; empty where names are hidden. */
export function explanation({ reason, instructions }: Step): string {
  const sentence = joinTexts([reason, textOf(instructions)], ': ')
  return sentence === '' ? '' : `${upperFirst(sentence)}.`
}

/** `Deactivate: Idle since 2021-06-23: deactivate it.`, or nothing. */
export function nextSentence({ next }: KeyResult): string {
  if (next === null) return ''
  const why = explanation(next)
  return oneLine(why === '' ? `${next.title}.` : `${next.title}: ${why}`)
}

/** Why the step is the next one, else what to do, as part of a sentence. */
export function stepReason({ reason, instructions }: Step): string {
  return reason ?? textOf(instructions) ?? ''
}

function textOf(instructions: readonly Instruction[]): string | null {
  return instructions.find(each => each.kind === 'text')?.text ?? null
}
