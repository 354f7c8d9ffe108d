import { expect, test } from '@jest/globals'
import { ageOf } from '../../src/domain/time.ts'
import { ACCESS_KEY_ROTATION } from '../../src/evaluate/access-key-rotation.ts'
import { standingOf } from '../../src/evaluate/staleness.ts'
import { ago, daysAgo, NOW } from './csv.ts'

const DAY = 86_400
const policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' } as const

test.each([
  [90 * DAY + 1, 14, 'stale'],
  [90 * DAY, 14, 'expiring'],
  [76 * DAY + 1, 14, 'expiring'],
  [76 * DAY, 14, 'fresh'],
  [90 * DAY, 0, 'fresh'],
  [90 * DAY + 1, 0, 'stale'],
  [0, 14, 'fresh'],
  [-DAY, 14, 'fresh'],
])('a key made %i seconds ago, with warn-days %i, is %s', (seconds, warnDays, standing) => {
  expect(standingOf(ageOf(ago(seconds), NOW), { ...policy, warnDays })).toBe(standing)
})

test('a fraction of a second past the limit does not make a key stale', () => {
  expect(standingOf(ageOf(daysAgo(90), new Date(NOW.getTime() + 999)), policy)).toBe('expiring')
})

test.each([
  ['is floored to whole days', ago(91 * DAY - 1), 90, '2026-11-23T00:00:01Z'],
  ['is none where the key was made after the instant', ago(-3 * DAY), 0, null],
  ['tells since when it is stale', '2026-08-25T00:00:00Z', 91, '2026-11-23T00:00:00Z'],
])('the age of a key %s', (_, createdAt, ageDays, staleSince) => {
  const key = { active: true, createdAt, unreadable: null, lastUsed: { state: 'never' } } as const
  const [finding] = ACCESS_KEY_ROTATION.evaluate({ keys: [key], policy, now: NOW })
  expect(finding).toMatchObject({ ageDays, staleSince })
})
