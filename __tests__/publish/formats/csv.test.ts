import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import Papa from 'papaparse'
import { keysCsv } from '../../../src/publish/formats/csv.ts'
import { key, report, result } from '../build.ts'

const HEADER =
  'account,account_name,user,user_arn,access_key_id,key,state,created_at,age_days,stale_since,verified,' +
  'last_used,last_used_at,last_used_service,last_used_region,owner,urgency,declared,' +
  'exempt_until,exempt_reason,exempt_ticket,next_step,used_before_created_at'

describe('keys.csv', () => {
  test('has its columns in an order that people may rely on', () => {
    expect(csvOf([]).trimEnd()).toBe(HEADER)
  })

  test('has a row for each key, whatever its state', () => {
    const rows = read(
      csvOf([key(), key({ name: 'fresh', ageDays: 1 }), key({ name: 'old', state: 'inactive' })]),
    )
    expect(rows.map(row => [row['user'], row['state'], row['age_days']])).toEqual([
      ['ci-deployer', 'stale', '412'],
      ['fresh', 'fresh', '1'],
      ['old', 'inactive', '412'],
    ])
  })

  test('leaves a cell empty where nothing is known', () => {
    const [row] = read(csvOf([key({ ageDays: null, accessKeyId: null })]))
    expect(row).toMatchObject({
      created_at: '',
      age_days: '',
      access_key_id: '',
      last_used: 'never',
      owner: '',
    })
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\uff1d1', "'=1"])(
    'gives a spreadsheet no formula for the name %j',
    name => {
      const [row] = read(csvOf([key({ user: name })]))
      expect(row?.['user']).toBe(`'${name}`)
    },
  )

  test('gives a program every text back, once it strips one leading apostrophe', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^['=+\-@,;"\t\r\n ]{0,5}[\w+=,.@-]*$/),
    )
    fc.assert(
      fc.property(anything, anything, (user, name) => {
        const owner = { name, kind: 'text', source: 'tag' } as const
        const [row] = read(csvOf([key({ user, owner })]))
        expect(row?.['user']?.replace(/^'/, '')).toBe(user)
        expect(row?.['owner']?.replace(/^'/, '')).toBe(name)
        expect(row?.['user']).not.toMatch(/^[=+\-@\t\r\n]/)
      }),
    )
  })

  test('holds ten thousand keys', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => key({ name: `user-${i}` }))
    expect(read(csvOf(keys))).toHaveLength(10_000)
  })
})

function csvOf(keys: Parameters<typeof result>[0]): string {
  return [...keysCsv(report({ result: result(keys) }))].join('')
}

function read(text: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text, {
    header: true,
    newline: '\n',
    skipEmptyLines: true,
  })
  expect(errors).toEqual([])
  return data
}
