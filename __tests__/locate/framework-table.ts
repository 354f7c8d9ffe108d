import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyOf } from './checkout.ts'

/** The rows of the table in docs/recipes.md that says what each framework and form gets. */
export const FRAMEWORKS = Array.from(
  readFileSync(join(import.meta.dirname, '../../docs/recipes.md'), 'utf8').matchAll(
    /^\| ([^|]+) \| ([^|]+) \| \[([^\]]+)\]\(\.\.\/__tests__\/fixtures\/frameworks\/([\w-]+)\) \|$/gm,
  ),
  ([, framework = '', form = '', answer = '', fixture = '']) => ({ framework, form, answer, fixture }),
)

export const ACCOUNT = '123456789012'

/** The user whose key the fixture is about. */
export function userOf(fixture: string): string {
  return NAMES[fixture] ?? 'svc-export'
}
const NAMES: Readonly<Record<string, string>> = {
  'terraform-account-id': `svc-export-${ACCOUNT}`,
  'cloudformation-unnamed': 'prod-ExportUser-1A2B3C4D5E6F7',
}

/** Where nothing is known of the name, the answer is that of every user. */
export const OF_ANY_USER: readonly string[] = [
  'terraform-unknown',
  'cloudformation-foreach-unknown',
  'script-unknown',
  'notebook',
]

export function filesOf(fixture: string): Record<string, Uint8Array> {
  return copyOf(join(import.meta.dirname, '../fixtures/frameworks', fixture))
}
