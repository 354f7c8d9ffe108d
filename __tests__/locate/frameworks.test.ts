import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../src/config/schema.ts'
import type { Declared } from '../../src/domain/audit-result.ts'
import { declaredOf, indexDeclarations } from '../../src/evaluate/declared.ts'
import { locate } from '../../src/locate/locate.ts'
import { copyOf, inCheckout } from './checkout.ts'

const ACCOUNT = '123456789012'
/** What the table of docs/recipes.md calls each answer. */
const ANSWERS: Readonly<Record<Declared['of'], string>> = {
  key: 'declared',
  'one-of-several': 'one of several',
  'may-be': 'may be declared',
  named: 'named',
  user: 'only its user',
}
/** The name of the user in each fixture, where it is another than `svc-export`. */
const NAMES: Readonly<Record<string, string>> = {
  'terraform-account-id': `svc-export-${ACCOUNT}`,
  'cloudformation-unnamed': 'prod-ExportUser-1A2B3C4D5E6F7',
}
/** Where nothing is known of the name, the answer is that of every user. */
const OF_ANY_USER = ['terraform-unknown', 'cloudformation-foreach-unknown', 'script-unknown', 'notebook']

const recipes = readFileSync(join(import.meta.dirname, '../../docs/recipes.md'), 'utf8')
const rows = Array.from(
  recipes.matchAll(
    /^\| ([^|]+) \| ([^|]+) \| \[([^\]]+)\]\(\.\.\/__tests__\/fixtures\/frameworks\/([\w-]+)\) \|$/gm,
  ),
  ([, framework = '', form = '', answer = '', fixture = '']) => ({ framework, form, answer, fixture }),
)

test('the table of what code declares has its rows', () => {
  expect(rows.length).toBeGreaterThan(30)
})

describe.each(rows)('$framework: $form', ({ answer, fixture }) => {
  const answerFor = (userName: string) =>
    inCheckout(copyOf(join(import.meta.dirname, '../fixtures/frameworks', fixture)), 'git', async root => {
      const { declarations, mentionsOf } = await locate(root, DEFAULT_INFRASTRUCTURE, {
        repository: 'octo-org/infra',
      })
      expect(declarations.scan.skipped).toEqual([])
      const holder = {
        user: userName,
        account: ACCOUNT,
        keys: [{ active: true }],
        complete: true,
        madeByHand: false,
      }
      const mentions = await mentionsOf([userName])
      return declaredOf(holder, indexDeclarations(declarations), mentions)({ active: true })
    })

  test(`a key of its user: ${answer}`, async () => {
    const declared = await answerFor(NAMES[fixture] ?? 'svc-export')
    expect(declared === null ? 'nothing' : ANSWERS[declared.of]).toBe(answer)
    if (declared !== null) expect(declared.reason === null).toBe(declared.of === 'key')
  })

  test('a key of somebody whom nothing names, and of somebody whom it does', async () => {
    const expected = OF_ANY_USER.includes(fixture) ? 'may-be' : null
    expect((await answerFor('third-person'))?.of ?? null).toBe(expected)
    expect(['named', expected]).toContain((await answerFor('other-person'))?.of ?? null)
  })
})
