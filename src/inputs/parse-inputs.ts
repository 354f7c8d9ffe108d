/** Action inputs → one typed, validated `Inputs`. */
import { UserError } from '../domain/errors.ts'
import { contradictions } from './contradictions.ts'
import { INPUTS, type Input, type InputName, type Inputs } from './inputs.ts'

/** Reads and validates every input; throws one UserError that names every bad one. `getInput` gives '' for an absent one. */
export function parseInputs(getInput: (name: string) => string): Inputs {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, { reader, secret }] of Object.entries(INPUTS) as [InputName, Input<unknown>][]) {
    const text = getInput(name).trim()
    const value = reader.read(text)
    if (value === undefined)
      problems.push(
        `${name}: ${secret ? 'what was given' : shown(ROLES.has(name) ? withoutRoleNames(text) : text)} is not accepted. Accepted: ${reader.accepts}.`,
      )
    values[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())] = value
  }
  if (problems.length === 0) problems.push(...contradictions(values as Inputs))
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'An input is' : `${problems.length} inputs are`
    throw new UserError(
      [`${count} not valid; nothing was audited.`, ...problems.map(problem => `  ${problem}`)].join('\n'),
      'Correct the `with:` section of this step in the workflow file.',
    )
  }
  return values as Inputs
}

const ROLES: ReadonlySet<InputName> = new Set([
  'role-to-assume',
  'organization-role-name',
  'remediation-role',
])

/** `arn:aws:iam::123456789012:role/…`, in ARNs that are none as well: what stands behind the first slash, else the last colon. */
function withoutRoleNames(text: string): string {
  return text.replace(/[^\s,]+/g, item =>
    item.replace(/\/.+$|[^:/]+$/, end => (end.startsWith('/') ? '/…' : '…')),
  )
}

/** What was given, shortened; without an account ID, mistyped or not, for anybody may read this log. */
function shown(text: string): string {
  if (text === '') return 'an empty value'
  const unnamed = text.replace(/\d{6,}/g, '…')
  return JSON.stringify(unnamed.length > 120 ? `${unnamed.slice(0, 120)}…` : unnamed)
}
