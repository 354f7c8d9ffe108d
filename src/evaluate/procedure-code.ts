import type { Edit } from '../domain/audit-result.ts'
import type { KeyEdits } from '../domain/declarations.ts'
import type { Code, PlannedAction } from './rotation.ts'

type Declared = Extract<Code, { readonly kind: 'declared' }>

/** What to write in the files that declare the key, or null where the step changes no code of its own. */
export function editOf(action: PlannedAction, { tool, location, edits, unapplied }: Declared): Edit | null {
  const change = unapplied ? CHANGES_OF_UNAPPLIED[action] : CHANGES[action]
  if (change === undefined || edits === null) return null
  return { kind: 'edit', tool, location, ...edits[change] }
}

/** Whether the step is taken in the code that declares the key. */
export function changesCode(action: PlannedAction): boolean {
  return CHANGES[action] !== undefined
}

const CHANGES: Readonly<Partial<Record<PlannedAction, keyof KeyEdits>>> = {
  'create-key': 'second',
  deactivate: 'deactivate',
  contain: 'deactivate',
  delete: 'remove',
}

/** Code that is not applied has its change already, or takes it before it is applied. */
const CHANGES_OF_UNAPPLIED: typeof CHANGES = {
  'create-key': 'second',
  confirm: 'deactivate',
  delete: 'remove',
}
