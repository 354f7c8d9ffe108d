import { expect, test } from '@jest/globals'
import { ageOf } from '../../src/domain/time.ts'
import { ageInDays, staleSince, standingOf } from '../../src/evaluate/staleness.ts'
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

test('ages are floored to whole days', () => {
  expect(ageInDays(ageOf(ago(91 * DAY - 1), NOW))).toBe(90)
})

test('a key made after the instant is no days old', () => {
  expect(ageInDays(ageOf(ago(-3 * DAY), NOW))).toBe(0)
})

test('a key is stale since its creation plus the maximum age', () => {
  expect(staleSince('2026-08-25T00:00:00Z', policy)).toBe('2026-11-23T00:00:00Z')
})
