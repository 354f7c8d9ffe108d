import { describe, expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../src/config/schema.ts'
import type { Declared } from '../../src/domain/audit-result.ts'
import { declaredOf, indexDeclarations } from '../../src/evaluate/declared.ts'
import { locate } from '../../src/locate/locate.ts'
import { inCheckout } from './checkout.ts'
import { ACCOUNT, FRAMEWORKS, filesOf, OF_ANY_USER, userOf } from './framework-table.ts'

/** What the table of docs/recipes.md calls each answer. */
const ANSWERS: Readonly<Record<Declared['of'], string>> = {
  key: 'declared',
  'one-of-several': 'one of several',
  'may-be': 'may be declared',
  named: 'named',
  user: 'only its user',
}
test('the table of what code declares has its rows', () => {
  expect(FRAMEWORKS.length).toBeGreaterThan(30)
})

describe.each(FRAMEWORKS)('$framework: $form', ({ answer, fixture }) => {
  const answerFor = (userName: string) =>
    inCheckout(filesOf(fixture), 'git', async root => {
      const { declarations, mentionsOf } = await locate(root, DEFAULT_INFRASTRUCTURE, {
        repository: 'octo-org/octo-repo',
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
    const declared = await answerFor(userOf(fixture))
    expect(declared === null ? 'nothing' : ANSWERS[declared.of]).toBe(answer)
    if (declared !== null) expect(declared.reason === null).toBe(declared.of === 'key')
  })

  test('a key of somebody whom nothing names, and of somebody whom it does', async () => {
    const expected = OF_ANY_USER.includes(fixture) ? 'may-be' : null
    expect((await answerFor('third-person'))?.of ?? null).toBe(expected)
    expect(['named', expected]).toContain((await answerFor('other-person'))?.of ?? null)
  })
})
