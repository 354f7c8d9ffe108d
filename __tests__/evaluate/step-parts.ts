import type { Command, Edit, Step } from '../../src/domain/audit-result.ts'
import type { KeyEdits } from '../../src/domain/declarations.ts'
import { explanation } from '../../src/publish/describe/describe-step.ts'
import { shellLine } from '../../src/publish/describe/shell.ts'

/** As of a declaration whose code no diff can change. */
export const NO_EDITS: KeyEdits = {
  deactivate: { diff: null, note: 'none' },
  remove: { diff: null, note: 'none' },
  second: { diff: null, note: 'none' },
}

/** A step with what it says and asks for, by kind. */
export interface StepParts extends Omit<Step, 'undo'> {
  readonly explanation: string
  readonly commands: readonly Command[]
  readonly change: Edit | null
  /** As a person types or reads it. */
  readonly undo: string | null
}

export function partsOf(step: Step): StepParts {
  const { instructions, undo } = step
  return {
    ...step,
    explanation: explanation(step),
    commands: instructions.filter(each => each.kind === 'command'),
    change: instructions.find(each => each.kind === 'edit') ?? null,
    undo: undo?.kind === 'command' ? shellLine(undo) : (undo?.text ?? null),
  }
}
