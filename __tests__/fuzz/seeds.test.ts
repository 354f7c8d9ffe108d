import { describe, expect, test } from '@jest/globals'
import { seedsOf } from '../../fuzz/seeds.ts'
import { TARGETS, tryTarget } from '../../fuzz/targets.ts'

describe.each(Object.keys(TARGETS))('%s keeps its promises', target => {
  test.each(seedsOf(target).map(({ name, text }) => [name, text]))(
    'on the kept input %s',
    async (_, text) => {
      await tryTarget(target, text)
    },
  )
})

test('a promise that is broken is told', async () => {
  await expect(tryTarget('log-line', 'x')).resolves.toBeUndefined()
  await expect(tryTarget('no-such-target', '')).rejects.toThrow('There is no target')
})
