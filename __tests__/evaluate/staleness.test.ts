import { describe, expect, test } from '@jest/globals'
import { parseReport } from '../../src/domain/credential-report.ts'
import { ageInDays, ageOf, staleSince, standingOf, usersToVerify } from '../../src/evaluate/staleness.ts'
import { ago, type Cells, csv, daysAgo, HEADER, NOW, row, slot } from './csv.ts'

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

describe('usersToVerify', () => {
  const verify = (verifyKeys: 'findings' | 'all' | 'none', ...rows: readonly Cells[]) =>
    usersToVerify(
      parseReport(csv(rows, [...HEADER, 'additional_credentials_info'])),
      { ...policy, verifyKeys },
      NOW,
    )
  const more: Cells = { additional_credentials_info: 'more keys' }

  test.each([
    ['a stale key in slot 1', slot(1, daysAgo(91))],
    ['a stale key in slot 2', slot(2, daysAgo(91))],
    ['an active key without a date', slot(1, 'N/A')],
    ['a status that cannot be read', slot(1, daysAgo(1), { active: 'perhaps' })],
    ['a row that declares itself incomplete', more],
    ['a last use before its own last rotated', slot(2, daysAgo(1), { used: daysAgo(2) })],
  ])('looks at a user with %s', (_, cells) => {
    expect(
      verify('findings', row('healthy', slot(1, daysAgo(1), { used: daysAgo(1) })), row('bob', cells)),
    ).toEqual(['bob'])
  })

  test.each([
    ['a key of exactly 90 days', slot(1, daysAgo(90))],
    ['an old key that is inactive', slot(1, daysAgo(900), { active: 'false' })],
    ['no key', {}],
  ])('does not look at a user with %s', (_, cells) => {
    expect(verify('findings', row('bob', cells))).toEqual([])
  })

  test('with all, looks at every user with an active key', () => {
    const rows = [
      row('a', slot(1, daysAgo(1))),
      row('b', slot(1, daysAgo(9), { active: 'false' })),
      row('c', more),
    ]
    expect(verify('all', ...rows)).toEqual(['a', 'c'])
  })

  test('with none, looks at nobody', () => {
    expect(verify('none', row('a', slot(1, daysAgo(91)), more))).toEqual([])
  })

  test.each(['findings', 'all'] as const)('with %s, never looks at root', verifyKeys => {
    expect(verify(verifyKeys, row('<root_account>', slot(1, daysAgo(91)), more))).toEqual([])
  })
})
