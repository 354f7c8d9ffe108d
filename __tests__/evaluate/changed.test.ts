import { expect, test } from '@jest/globals'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { unreadChange } from '../../src/evaluate/changed.ts'

test.each([
  [['a.tf'], 'a file that it touches could not be read', 'a.tf: too long'],
  [['a.tf', 'b.tf'], '2 files that it touches could not be read', 'a.tf: too long\nb.tf: not read'],
])('a change of files that were not read (%j) tells how many, and of each why', (changed, what, detail) => {
  const scan = {
    ...NO_DECLARATIONS.scan,
    source: 'git' as const,
    skipped: [{ path: 'a.tf', reason: 'too long' }],
    skippedCount: 2,
    unread: ['a.tf', 'b.tf'],
  }
  expect(unreadChange(changed, scan)).toMatchObject({ message: expect.stringContaining(what), detail })
})
