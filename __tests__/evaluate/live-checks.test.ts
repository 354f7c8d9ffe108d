import { describe, expect, test } from '@jest/globals'
import { parseReport } from '../../src/domain/credential-report.ts'
import { liveChecksOf } from '../../src/evaluate/live-checks.ts'
import { ago, type Cells, csv, daysAgo, HEADER, NOW, row, slot } from './csv.ts'

const policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale' } as const

describe('who is looked at live', () => {
  const checks = (verifyKeys: 'findings' | 'all' | 'none', inactiveKeys = false) =>
    liveChecksOf({ ...policy, verifyKeys }, NOW, inactiveKeys)
  const reportOf = (rows: readonly Cells[]) =>
    parseReport(csv(rows, [...HEADER, 'additional_credentials_info']))
  const verify = (verifyKeys: 'findings' | 'all' | 'none', ...rows: readonly Cells[]) => [
    ...checks(verifyKeys).users(reportOf(rows)),
  ]
  const more: Cells = { additional_credentials_info: 'more keys' }

  test.each([
    ['a stale key in slot 1', slot(1, daysAgo(91))],
    ['a stale key in slot 2', slot(2, daysAgo(91))],
    ['a key of exactly 90 days, which expires', slot(1, daysAgo(90))],
    ['a key that expires within the warning window', slot(1, ago(76 * 86_400 + 1))],
    ['an active key without a date', slot(1, 'N/A')],
    ['a status that cannot be read', slot(1, daysAgo(1), { active: 'perhaps' })],
    ['a row that declares itself incomplete', more],
    ['a key made before the user', { ...slot(1, daysAgo(5)), user_creation_time: daysAgo(2) }],
    ['a last use before its own last rotated', slot(2, daysAgo(1), { used: daysAgo(2) })],
  ])('looks at a user with %s', (_, cells) => {
    expect(
      verify('findings', row('healthy', slot(1, daysAgo(1), { used: daysAgo(1) })), row('bob', cells)),
    ).toEqual(['bob'])
  })

  test.each([
    ['a key that does not expire yet', slot(1, daysAgo(76))],
    ['an inactive key that would expire', slot(1, daysAgo(80), { active: 'false' })],
    ['an old key that is inactive', slot(1, daysAgo(900), { active: 'false' })],
    ['no key', {}],
  ])('does not look at a user with %s', (_, cells) => {
    expect(verify('findings', row('bob', cells))).toEqual([])
  })

  test('with all, looks at every user with a key, for an inactive one may have been activated since', () => {
    const rows = [
      row('a', slot(1, daysAgo(1))),
      row('b', slot(1, daysAgo(9), { active: 'false' })),
      row('c', more),
    ]
    expect(verify('all', ...rows)).toEqual(['a', 'b', 'c'])
  })

  test('with none, looks at nobody', () => {
    expect(verify('none', row('a', slot(1, daysAgo(91)), more))).toEqual([])
  })

  test.each(['findings', 'all'] as const)('with %s, never looks at root', verifyKeys => {
    expect(verify(verifyKeys, row('<root_account>', slot(1, daysAgo(91)), more))).toEqual([])
  })

  test('with inactive keys, looks at their users too, never at root', () => {
    const off = slot(1, daysAgo(9), { active: 'false' })
    const rows = [row('<root_account>', off), row('a', off), row('b', slot(1, daysAgo(1))), row('c')]
    expect([...checks('findings', true).users(reportOf(rows))]).toEqual(['a'])
  })

  test.each([
    ['14 days ago', { state: 'used', at: daysAgo(14), region: null, service: null }, true],
    ['a second later', { state: 'used', at: ago(14 * 86_400 - 1), region: null, service: null }, false],
    ['never', { state: 'never' }, true],
    ['nobody knows when', { state: 'unknown' }, true],
  ] as const)(
    'the last use of a key that the report calls used %s is asked for where it can change the advice',
    (_, use, asked) => {
      expect(checks('findings').needsLastUse(use)).toBe(asked)
    },
  )
})
