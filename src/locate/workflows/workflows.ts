import { visit } from 'yaml'
import type { StaticLogin } from '../../domain/declarations.ts'
import { type Entry, parseNodes, textOf, type YamlFile } from '../text/yaml.ts'
import { oidcEdit } from './edits.ts'

interface WorkflowLogins {
  readonly logins: readonly StaticLogin[]
  readonly error: { readonly line: number; readonly message: string } | null
}

/**
 * The places where a workflow or composite action logs in with a stored access key. None are: temporary credentials
 * (a session token stands beside), another step's outputs, and literals that are no key, such as a test's `dummy`.
 */
export function readWorkflow(path: string, text: string): WorkflowLogins {
  const file = parseNodes(text)
  let edited = 0
  const logins = mappings(file).flatMap(({ key, value }) =>
    LOGINS.filter(login => login.within === key).flatMap(({ via, id, token }) => {
      const entries = file.entries(value)
      const isTemporary = entries.some(entry => token.test(entry.key) && textOf(entry.value) !== '')
      const stored = entries.findLast(entry => id.test(entry.key))
      const given = textOf(stored?.value ?? null) ?? ''
      if (stored === undefined || isTemporary || given.length > LONGEST_VALUE || !isStored(given)) return []
      const login = { path, line: stored.line, via, secret: secretOf(given) }
      // Each takes a walk over the file.
      const isEdited = via === 'input' && edited++ < MOST_EDITED
      return [isEdited ? { ...login, edit: oidcEdit(file, path, value, stored) } : login]
    }),
  )
  return { logins: logins.toSorted((a, b) => a.line - b.line), error: file.error }
}

/** Names of inputs are case-insensitive, those of environment variables are not. */
const LOGINS = [
  { via: 'input', within: 'with', id: /^aws-access-key-id$/i, token: /^aws-session-token$/i },
  { via: 'env', within: 'env', id: /^AWS_ACCESS_KEY_ID$/, token: /^AWS_SESSION_TOKEN$/ },
] as const

const LONGEST_VALUE = 1000
const MOST_EDITED = 20

/** Every entry of every mapping. Aliases are not followed: what they stand for is found where it is written. */
function mappings({ root, ownEntries }: YamlFile): Entry[] {
  const found: Entry[] = []
  visit(root, {
    Map: (_, map) => {
      found.push(...ownEntries(map))
    },
  })
  return found
}

function isStored(value: string): boolean {
  return /\$\{\{[^}]*\b(secrets|vars|inputs)\b/.test(value) || /^AKIA[A-Z2-7]{16}$/.test(value.trim())
}

/** The name of the secret in `${{ secrets.NAME }}` or `${{ secrets['NAME'] }}`. */
function secretOf(value: string): string | null {
  const found = /^\s*\$\{\{\s*secrets(?:\.(\w+)|\['(\w+)'\])\s*\}\}\s*$/.exec(value)
  return found?.[1] ?? found?.[2] ?? null
}
