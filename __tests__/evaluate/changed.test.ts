import { expect, test } from '@jest/globals'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { unreadChange, unreadProblems } from '../../src/evaluate/changed.ts'
import { key } from '../publish/build.ts'

const scan = {
  ...NO_DECLARATIONS.scan,
  source: 'git' as const,
  skipped: [{ path: 'a.tf', reason: 'too long' }],
  skippedCount: 2,
  unread: ['a.tf', 'b.tf'],
}

test.each([
  [['a.tf'], 'a file that it touches could not be read', 'a.tf: too long'],
  [['a.tf', 'b.tf'], '2 files that it touches could not be read', 'a.tf: too long\nb.tf: not read'],
])('a change of files that were not read (%j) tells how many, and of each why', (changed, what, detail) => {
  expect(unreadChange(changed, scan)).toMatchObject({ message: expect.stringContaining(what), detail })
})

test.each<[string, Parameters<typeof key>[0], string[] | null, number]>([
  ['a stale key', {}, ['a.tf'], 1],
  ['a stale key, where no change is asked for', {}, null, 0],
  ['an exempt key', { state: 'exempt' }, ['a.tf'], 0],
  ['a stale key of the root user', { root: true }, ['a.tf'], 0],
])('a change of a file that was not read, beside %s', (_, over, changed, problems) => {
  expect(unreadProblems({ keys: [key(over)] }, changed, scan)).toHaveLength(problems)
})
