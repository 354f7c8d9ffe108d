import { describe, expect, test } from '@jest/globals'
import { parseReport, readInstant, reportedUse } from '../../src/domain/credential-report.ts'
import { UserError } from '../../src/domain/errors.ts'
import { csv, daysAgo, HEADER, row, slot } from '../evaluate/csv.ts'

const DATE = '2026-08-25T23:59:59Z'

describe('parseReport', () => {
  test('reads both slots of every row, with the line it stands on', () => {
    const text = csv([
      row('alice'),
      row('bob', slot(1, DATE), slot(2, DATE, { active: 'false', used: DATE })),
    ])
    expect(parseReport(text).rows).toEqual([
      expect.objectContaining({ user: 'alice', line: 2, root: false, incomplete: false, keys: [] }),
      expect.objectContaining({
        user: 'bob',
        arn: 'arn:aws:iam::123456789012:user/bob',
        line: 3,
        keys: [
          { active: true, createdAt: DATE, unreadable: null, lastUsed: { state: 'never' } },
          {
            active: false,
            createdAt: DATE,
            unreadable: null,
            lastUsed: { state: 'used', at: DATE, region: 'us-east-1', service: 's3' },
          },
        ],
      }),
    ])
  })

  test.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['CRLF line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a line break at the end', (text: string) => `${text}\n`],
    ['every field quoted', (text: string) => text.replaceAll(/[^,\n]+/g, '"$&"')],
  ])('reads a report with %s alike', (_, change) => {
    const text = csv([row('alice', slot(1, DATE))])
    expect(parseReport(change(text))).toEqual(parseReport(text))
  })

  test('reads columns by name, wherever they stand, and passes over unknown ones', () => {
    const rows = [row('alice', slot(1, DATE), slot(2, daysAgo(3), { used: DATE }))]
    const header = ['access_key_3_active', ...[...HEADER].reverse(), 'toString']
    expect(parseReport(csv(rows, header))).toEqual(parseReport(csv(rows)))
  })

  test.each(['access_key_1_active', 'access_key_2_last_rotated', 'arn', 'access_key_2_last_used_date'])(
    'names the missing column %s',
    name => {
      const header = HEADER.filter(column => column !== name)
      expect(() => parseReport(csv([row('alice')], header))).toThrow(`lacks the column ${name}`)
    },
  )

  test.each([
    ['nothing at all', '', 'is empty'],
    ['only blanks', ' \n ', 'is empty'],
    ['only a header', csv([]), 'no row'],
    ['an HTML page', '\n<!DOCTYPE html><html></html>', 'is an HTML or XML page, not CSV'],
    ['JSON', '{"Content": ""}', 'is JSON, not CSV'],
    ['a row cut off', csv([row('alice'), row('bob')]).slice(0, -60), 'row 3 has'],
    ['an unquoted comma in a name', csv([row('alice')]).replace('alice', 'al,ice'), 'row 2 has 23 fields'],
    ['an open quote', csv([row('alice')]).replace('alice', '"alice'), 'is damaged'],
    ['one user twice', csv([row('alice'), row('bob'), row('alice')]), 'rows 2 and 4 are of the same user'],
    [
      'one ARN twice',
      csv([row('alice'), { ...row('bob'), arn: row('alice')['arn'] ?? '' }]),
      'rows 2 and 3 are of the same user',
    ],
    ['a row without a user', csv([row('')]), 'row 2 names no user'],
    ['a name that IAM would not allow', csv([row('a'.repeat(129))]), 'row 2 is longer than IAM allows'],
    ['other text', 'hello', 'lacks the columns user, arn, '],
  ])('refuses %s, saying why and how to get a whole report', (_, text, message) => {
    const error = thrownBy(() => parseReport(text))
    expect(error.message).toContain(message)
    expect(error.remedy).toContain('aws iam get-credential-report')
  })

  test.each([
    ['true', 'N/A', 'access_key_2_last_rotated', 'N/A'],
    ['TRUE', 'yesterday', 'access_key_2_last_rotated', 'yesterday'],
    ['true', '2026-02-30T00:00:00Z', 'access_key_2_last_rotated', '2026-02-30T00:00:00Z'],
    ['true', '', 'access_key_2_last_rotated', ''],
    ['maybe', DATE, 'access_key_2_active', 'maybe'],
    ['', 'N/A', 'access_key_2_active', ''],
    ['N/A', DATE, 'access_key_2_active', 'N/A'],
  ])(
    'a slot with status "%s" and date "%s" holds an active key that names the cell',
    (active, date, column, value) => {
      const { rows } = parseReport(csv([row('alice'), row('bob', slot(2, date, { active }))]))
      expect(rows[1]?.keys).toEqual([
        expect.objectContaining({ active: true, unreadable: { row: 3, column, value } }),
      ])
    },
  )

  test.each([
    ['false', 'N/A'],
    ['FALSE', 'not_supported'],
    ['not_supported', 'not_supported'],
    ['N/A', 'N/A'],
    ['false', ''],
  ])('a slot with status "%s" and date "%s" holds no key', (active, date) => {
    expect(parseReport(csv([row('alice', slot(1, date, { active }))])).rows[0]?.keys).toEqual([])
  })

  test.each([
    ['N/A', { state: 'never' }],
    ['no_information', { state: 'unknown' }],
    ['not_supported', { state: 'unknown' }],
    ['', { state: 'unknown' }],
  ])('a last use of "%s" is read as %o', (used, lastUsed) => {
    expect(parseReport(csv([row('alice', slot(1, DATE, { used }))])).rows[0]?.keys[0]?.lastUsed).toEqual(
      lastUsed,
    )
  })

  test('a slot without a date that was used holds a key all the same', () => {
    const used = { access_key_1_last_used_date: DATE }
    const [inactive] = parseReport(csv([row('alice', used)])).rows[0]?.keys ?? []
    expect(inactive).toMatchObject({ active: false, createdAt: null, unreadable: { value: 'N/A' } })
    const unclear = { ...used, access_key_1_active: 'N/A' }
    expect(parseReport(csv([row('alice', unclear)])).rows[0]?.keys).toMatchObject([{ active: true }])
  })

  test('a last use by a service on no day is not "never"', () => {
    const cells = { ...slot(1, DATE), access_key_1_last_used_service: 's3' }
    expect(parseReport(csv([row('alice', cells)])).rows[0]?.keys[0]?.lastUsed).toEqual({ state: 'unknown' })
  })

  test('the newest date of what happened is the least time of the report, none that is yet to come', () => {
    const rows = [
      row('alice', slot(1, '2026-01-01T00:00:00Z', { used: '2026-03-01T00:00:00+00:00' })),
      row('bob', {
        password_last_used: '2026-02-01T00:00:00Z',
        password_next_rotation: '2027-01-01T00:00:00Z',
      }),
    ]
    expect(parseReport(csv(rows)).newestDate).toBe('2026-03-01T00:00:00Z')
    expect(parseReport(csv([row('carol')])).newestDate).toBeNull()
  })

  test('a last use in region N/A is a use of a global service', () => {
    const cells = { ...slot(1, DATE, { used: DATE }), access_key_1_last_used_region: 'N/A' }
    expect(parseReport(csv([row('alice', cells)])).rows[0]?.keys[0]?.lastUsed).toEqual({
      state: 'used',
      at: DATE,
      region: null,
      service: 's3',
    })
  })

  test.each([
    ['', false],
    ['N/A', false],
    ['no_information', false],
    ['The user has more access keys', true],
  ])('additional_credentials_info "%s" marks the row as incomplete: %s', (value, incomplete) => {
    const rows = [row('alice', { additional_credentials_info: value })]
    expect(parseReport(csv(rows, [...HEADER, 'additional_credentials_info'])).rows[0]?.incomplete).toBe(
      incomplete,
    )
  })

  test('a line break inside a quoted field moves the lines that follow', () => {
    const rows = [row('alice', { mfa_active: 'a\nb' }), row('bob', slot(1, 'soon'))]
    expect(parseReport(csv(rows)).rows[1]).toMatchObject({ line: 4, keys: [{ unreadable: { row: 4 } }] })
  })

  test('names that are properties of every object are names like any other', () => {
    const names = ['__proto__', 'constructor', 'toString']
    expect(parseReport(csv(names.map(name => row(name)))).rows.map(({ user }) => user)).toEqual(names)
  })
})

test.each([
  ['2026-09-11T13:14:52Z', '2026-09-11T13:14:52Z'],
  ['2026-09-11T13:14:52+00:00', '2026-09-11T13:14:52Z'],
  ['2026-09-11T13:14:52.999Z', '2026-09-11T13:14:52Z'],
  ['2026-09-11T01:14:52+02:00', '2026-09-10T23:14:52Z'],
  ['2026-09-11T13:14:52', '2026-09-11T13:14:52Z'],
  ['2026-09-11', '2026-09-11T00:00:00Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['2026-02-29T00:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['11/09/2026', null],
  ['key 1', null],
  ['N/A', null],
])('the date %s is the instant %s', (cell, instant) => {
  expect(readInstant(cell)).toBe(instant)
})

function thrownBy(run: () => unknown): UserError {
  try {
    run()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the last use that the report tells of a key made at an instant', () => {
  const [line] = parseReport(csv([row('bob', slot(1, DATE, { used: DATE }), slot(2, daysAgo(9)))])).rows
  const [twins] = parseReport(csv([row('bob', slot(1, DATE, { used: DATE }), slot(2, DATE))])).rows

  test('is that of the slot with the same creation', () => {
    expect([reportedUse(line, DATE).state, reportedUse(line, daysAgo(9)).state]).toEqual(['used', 'never'])
  })

  test('is unknown where no slot has it, or both have: either may be the key', () => {
    expect([
      reportedUse(line, daysAgo(8)),
      reportedUse(twins, DATE),
      reportedUse(line, null),
      reportedUse(undefined, DATE),
    ]).toEqual(Array(4).fill({ state: 'unknown' }))
  })
})
