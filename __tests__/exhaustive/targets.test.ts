import { describe, test } from '@jest/globals'
import fc from 'fast-check'
import { inputsFor } from '../../fuzz/hostile.ts'
import { mutate, randomFrom } from '../../fuzz/mutate.ts'
import { seedsOf } from '../../fuzz/seeds.ts'
import { TARGETS, tryTarget } from '../../fuzz/targets.ts'

/** What each target checks beside surviving stands in `fuzz/publish.ts`; `npm run fuzz` tries far more. */
describe.each(Object.keys(TARGETS))('%s keeps its promises', target => {
  const texts = seedsOf(target).map(({ text }) => text)

  test('on any change to a kept input', async () => {
    const changed = fc.integer().map(seed => mutate(texts, randomFrom(seed)))
    await fc.assert(
      fc.asyncProperty(changed, text => tryTarget(target, text)),
      { numRuns: 60 },
    )
  })

  test('on any text', async () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.json({ maxDepth: 4 }))
    await fc.assert(
      fc.asyncProperty(anything, text => tryTarget(target, text)),
      { numRuns: 40 },
    )
  })

  const large = inputsFor(target)
  if (large.length > 0)
    test.each(large)('on %s', async (_, make) => {
      await tryTarget(target, make())
    })
})
