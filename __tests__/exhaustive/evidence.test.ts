import { expect, test } from '@jest/globals'
import { ODD_VALUES, positionsOf, replaced } from '../../fuzz/mutate.ts'
import { seedsOf } from '../../fuzz/seeds.ts'
import { tryTarget } from '../../fuzz/targets.ts'

test.each(seedsOf('evidence').map(({ name, text }) => [name, text] as const))(
  'any value at any position of %s is refused, or the audit survives it',
  async (_, text) => {
    const evidence: unknown = JSON.parse(text)
    for (const position of positionsOf(evidence)) {
      for (const value of ODD_VALUES) {
        try {
          await tryTarget('evidence', replaced(evidence, position, value))
        } catch (error) {
          throw new Error(`${JSON.stringify(value)} at ${position.join('.')}`, { cause: error })
        }
      }
    }
  },
)

test('each position of the evidence is tried, each type among the values', () => {
  const full = JSON.parse(seedsOf('evidence').find(({ name }) => name === 'full.json')?.text ?? '')
  expect(positionsOf(full).length).toBeGreaterThan(80)
  const types = new Set(
    ODD_VALUES.map(value => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value)),
  )
  expect([...types].sort()).toEqual(['boolean', 'list', 'null', 'number', 'object', 'string', 'undefined'])
})
