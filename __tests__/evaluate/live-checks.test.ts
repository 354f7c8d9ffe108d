import { describe, expect, test } from '@jest/globals'
import { parseReport } from '../../src/domain/credential-report.ts'
import type { ObservationOf } from '../../src/domain/evidence.ts'
import { formatInstant } from '../../src/domain/time.ts'
import { liveChecksOf } from '../../src/evaluate/live-checks.ts'
import { ago, type Cells, csv, daysAgo, HEADER, NOW, row, slot } from './csv.ts'

const policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale' } as const

type StatusChanges = ObservationOf<'status-changes'>

/** CloudTrail has told of all 90 days, a moment before. */
function told(changes: StatusChanges['changes'], parts: Partial<StatusChanges> = {}): StatusChanges {
  return {
    kind: 'status-changes',
    at: formatInstant(NOW),
    since: daysAgo(90),
    truncated: false,
    changes,
    ...parts,
  }
}
const QUIET = told([])

describe('who is looked at live', () => {
  const checks = (verifyKeys: 'findings' | 'all' | 'none', inactiveKeys = false) =>
    liveChecksOf({ ...policy, verifyKeys }, NOW, inactiveKeys)
  const reportOf = (rows: readonly Cells[]) =>
    parseReport(csv(rows, [...HEADER, 'additional_credentials_info']))
  const verify = (verifyKeys: 'findings' | 'all' | 'none', ...rows: readonly Cells[]) => [
    ...checks(verifyKeys).users(reportOf(rows), QUIET),
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
    expect([...checks('findings', true).users(reportOf(rows), QUIET)]).toEqual(['a'])
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

describe('a key that may be older than the report says', () => {
  const old: Cells = { user_creation_time: daysAgo(400) }
  const change = (user: string | null, days: number) => ({
    at: daysAgo(days),
    user,
    accessKeyId: 'AKIAKEY',
    status: 'Active',
  })
  const looked = (rows: readonly Cells[], changes: StatusChanges | null, maxAgeDays: number) => {
    const report = parseReport(csv(rows))
    const findings = { ...policy, maxAgeDays, verifyKeys: 'findings' } as const
    return [...liveChecksOf(findings, NOW, false).users(report, changes)]
  }
  const toggled = row('toggled', slot(1, daysAgo(3)), old)
  const other = row('other', slot(1, daysAgo(40)), old)

  test.each<[string, Cells[], StatusChanges | null, string[], number?]>([
    ['was switched off and on', [toggled, other], told([change('toggled', 3)]), ['toggled']],
    ['was switched by a name in other letters', [toggled, other], told([change('Toggled', 3)]), ['toggled']],
    [
      'was only switched off',
      [row('off', slot(1, daysAgo(9), { active: 'false' }), old)],
      told([change('off', 3)]),
      ['off'],
    ],
    [
      'was switched before the maximum age',
      [row('b', slot(1, daysAgo(3)), old)],
      told([change('b', 31)]),
      [],
      30,
    ],
    ['nobody switched', [toggled, other], QUIET, []],
    [
      'was switched under a name that the report has not',
      [toggled, other],
      told([change('renamed', 3)]),
      ['toggled'],
    ],
    [
      'was switched under a name that another user has got since',
      [toggled, other],
      told([change('other', 3)]),
      ['toggled', 'other'],
    ],
    ['was switched by an event that names nobody', [toggled, other], told([change(null, 3)]), ['toggled']],
    ['may have been switched, for CloudTrail did not tell', [toggled, other], null, ['toggled', 'other']],
    [
      'may have been switched before what CloudTrail told',
      [toggled, other],
      told([], { since: daysAgo(9) }),
      ['other'],
    ],
    [
      'may have been switched within a day, which CloudTrail may yet tell',
      [row('b', slot(1, daysAgo(0.5)), old)],
      QUIET,
      ['b'],
    ],
    [
      'may have been switched before CloudTrail remembers',
      [row('b', slot(1, daysAgo(100)), old), other],
      QUIET,
      ['b'],
      365,
    ],
    [
      'cannot be, as its user is young',
      [row('b', slot(1, daysAgo(3)), { user_creation_time: daysAgo(80) })],
      null,
      [],
    ],
    ['cannot pass for young', [row('b', slot(1, daysAgo(9), { active: 'false' }), old)], null, []],
  ])('and %s', (_, rows, changes, expected, maxAgeDays = 90) => {
    expect(looked(rows, changes, maxAgeDays)).toEqual(expected)
  })

  test('is looked at among five hundred at most', () => {
    const rows = Array.from({ length: 600 }, (_, n) => row(`u${n}`, slot(1, daysAgo(3)), old))
    expect(looked(rows, null, 90)).toHaveLength(500)
  })
})
