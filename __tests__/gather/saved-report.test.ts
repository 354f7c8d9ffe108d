import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseReport } from '../../src/domain/credential-report.ts'
import { UserError } from '../../src/domain/errors.ts'
import { readSavedReport } from '../../src/gather/saved-report.ts'

const HEADER =
  'user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service'
const ROOT =
  '<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00Z,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A'
const BOB =
  'bob,arn:aws:iam::123456789012:user/bob,2020-01-01T00:00:00Z,true,2026-05-01T10:00:00Z,2026-11-01T10:00:00Z,us-east-1,s3,false,2026-01-01T00:00:00Z,N/A,N/A,N/A'
const COMMA =
  '"o,brien",arn:aws:iam::123456789012:user/o,2020-01-01T00:00:00Z,true,2026-10-01T10:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A'.replace(
    'user/o,',
    '"user/o,brien",',
  )
const REPORT = [
  HEADER,
  ROOT,
  BOB,
  COMMA.replace('arn:aws:iam::123456789012:"user', '"arn:aws:iam::123456789012:user'),
].join('\n')

const parsed = (bytes: Buffer) => parseReport(readSavedReport(bytes).content.toString('utf8')).rows

const utf16le = (text: string) => Buffer.from(text, 'utf16le')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const cells = (text: string, to: (cell: string) => string, delimiter: string) =>
  text
    .split('\n')
    .map(line =>
      [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)]
        .slice(0, 13)
        .map(([, cell = '']) => to(cell))
        .join(delimiter),
    )
    .join('\n')

/** How people save a report that is read. */
const SAVED: Record<string, (text: string) => Buffer> = {
  'as AWS sends it': text => Buffer.from(text),
  'with a byte order mark': text => Buffer.from(`\uFEFF${text}`),
  'in UTF-16 LE, as PowerShell writes it': text => utf16le(`\uFEFF${text}`),
  'in UTF-16 LE without a mark': utf16le,
  'in UTF-16 BE': text => utf16le(`\uFEFF${text}`).swap16(),
  'with CR LF': text => Buffer.from(text.replaceAll('\n', '\r\n')),
  'with CR CR LF': text => Buffer.from(text.replaceAll('\n', '\r\r\n')),
  'with CR': text => Buffer.from(text.replaceAll('\n', '\r')),
  'with CR LF and LF': text => Buffer.from(text.replace('\n', '\r\n')),
  'with semicolons': text => Buffer.from(cells(text, cell => cell, ';')),
  'with tabs': text => Buffer.from(cells(text, cell => cell, '\t')),
  'with a sep= line': text => Buffer.from(`sep=;\r\n${cells(text, cell => cell, ';')}`),
  'with quoted cells': text =>
    Buffer.from(cells(text, cell => (cell.startsWith('"') ? cell : `"${cell}"`), ',')),
  'with padded cells': text =>
    Buffer.from(cells(text, cell => (cell.startsWith('"') ? cell : ` ${cell}  `), ',')),
  'with a space for the T': text => Buffer.from(text.replace(/(\d)T(\d\d:\d\d:\d\d)Z/g, '$1 $2')),
  'with a space and an offset': text => Buffer.from(text.replace(/(\d)T(\d\d:\d\d:\d\d)Z/g, '$1 $2+00:00')),
  'with upper-case booleans': text =>
    Buffer.from(text.replaceAll('true', 'TRUE').replaceAll('false', 'FALSE')),
  'with booleans in mixed case': text =>
    Buffer.from(text.replaceAll('true', 'tRUE').replaceAll('false', 'False')),
  "as the CLI's JSON": text =>
    Buffer.from(
      JSON.stringify(
        { Content: base64(text), GeneratedTime: '2026-11-24T02:00:00+00:00', ReportFormat: 'text/csv' },
        null,
        4,
      ),
    ),
  "as the CLI's JSON in UTF-16": text => utf16le(`\uFEFF${JSON.stringify({ Content: base64(text) })}\r\n`),
  "as the CLI's text": text => Buffer.from(`${base64(text)}\t2026-11-24T02:00:00+00:00\ttext/csv\n`),
  'as its base64': text => Buffer.from(`${base64(text)}\n`),
  'as its base64 in quotes': text => Buffer.from(`"${base64(text)}"\n`),
  'as its base64 in lines': text => Buffer.from(base64(text).replace(/.{76}/g, '$&\r\n')),
}

describe('a credential report as people save it', () => {
  test.each(Object.entries(SAVED))('%s says the same', (_, save) => {
    expect(parsed(save(REPORT))).toEqual(parseReport(REPORT).rows)
    expect(readSavedReport(save(REPORT)).parsed).toEqual(parseReport(REPORT))
  })

  test.each(['as AWS sends it', 'with a byte order mark', 'with CR LF'])('%s keeps its bytes', form => {
    const bytes = SAVED[form]?.(REPORT) ?? Buffer.alloc(0)
    expect(readSavedReport(bytes).content).toEqual(bytes)
  })

  test("in the CLI's JSON is the bytes that AWS sent", () => {
    expect(readSavedReport(Buffer.from(JSON.stringify({ Content: base64(REPORT) }))).content).toEqual(
      Buffer.from(REPORT),
    )
  })

  test.each(["as the CLI's JSON", "as the CLI's text"])('%s says when it was generated', form => {
    const { generatedAt } = readSavedReport(SAVED[form]?.(REPORT) ?? Buffer.alloc(0))
    expect(generatedAt).toBe('2026-11-24T02:00:00Z')
  })

  test('says the same in every form, whatever is in it', () => {
    const day = fc
      .date({ min: new Date('2015-01-01'), max: new Date('2026-11-01'), noInvalidDate: true })
      .map(date => `${date.toISOString().slice(0, 19)}Z`)
    const slot = fc.oneof(
      fc.constant('false,N/A,N/A,N/A,N/A'),
      fc
        .tuple(fc.boolean(), day, fc.oneof(day, fc.constant('N/A')))
        .map(([active, made, used]) => `${active},${made},${used},us-east-1,s3`),
    )
    const users = fc.uniqueArray(fc.stringMatching(/^[\w+=.@-]{1,20}$/), { minLength: 1, maxLength: 5 })
    const report = fc.tuple(users, fc.infiniteStream(fc.tuple(slot, slot))).map(([names, slots]) => {
      const rows = names.map(name => {
        const [first, second] = slots.next().value
        return `${name},arn:aws:iam::123456789012:user/${name},2015-01-01T00:00:00Z,${first},${second}`
      })
      return [HEADER, ROOT, ...rows].join('\n')
    })
    fc.assert(
      fc.property(report, fc.constantFrom(...Object.keys(SAVED)), (text, form) => {
        expect(parsed(SAVED[form]?.(text) ?? Buffer.alloc(0))).toEqual(parseReport(text).rows)
      }),
      { numRuns: 200 },
    )
  })

  const german = (text: string) =>
    cells(text, cell => cell.replace(/^true$/, 'WAHR').replace(/^false$/, 'FALSCH'), ';')
  test.each<[string, string | Buffer, string]>([
    ['an Excel workbook', Buffer.from('PK\x03\x04…'), 'is an Excel workbook or a ZIP archive, not CSV'],
    ['compressed', Buffer.from([0x1f, 0x8b, 8, 0]), 'is compressed (gzip)'],
    ['binary', Buffer.from([0x75, 0xff, 0xc0, 0x80]), 'is not text in UTF-8 or UTF-16'],
    ['HTML', '<!DOCTYPE html><p>', 'is an HTML or XML page, not CSV'],
    ['other JSON', '{"Users": []}', 'is JSON, but not the answer of `aws iam get-credential-report`'],
    ['without its header', `${ROOT}\n${BOB}`, 'lacks its header: it begins with the row of a user'],
    [
      'separated by bars',
      REPORT.replaceAll(',', '|').replaceAll('arn:aws', 'x'),
      'is something else: its first line does not name the columns user and arn, separated by commas, semicolons or tabs',
    ],
    [
      'of two accounts',
      `${REPORT}\n${[HEADER, ROOT].join('\n').replaceAll('123456789012', '210987654321')}`,
      'has the rows of several accounts',
    ],
    [
      'one with its header twice',
      `${REPORT}\n${HEADER}`,
      'has its header twice: two reports of one account are joined in it',
    ],
    [
      'one with German booleans',
      german(REPORT),
      'was saved again by a spreadsheet: row 2, access_key_1_active, is neither TRUE nor FALSE',
    ],
    [
      'one with a German boolean among English ones',
      REPORT.replace('s3,false', 's3,FALSCH'),
      'was saved again by a spreadsheet: row 3, access_key_2_active, is neither TRUE nor FALSE',
    ],
    [
      'one with a German boolean of something else than keys',
      REPORT.replace('_time,', '_time,mfa_active,').replaceAll(
        '2020-01-01T00:00:00Z',
        '2020-01-01T00:00:00Z,WAHR',
      ),
      'was saved again by a spreadsheet: row 2, mfa_active, is neither TRUE nor FALSE',
    ],
    [
      'one with local dates',
      REPORT.replace('2026-05-01T10:00:00Z', '01.05.2026 10:00'),
      'was saved again by a spreadsheet: a date of row 3, access_key_1_last_rotated, is not as AWS writes it',
    ],
    [
      'one with American dates',
      REPORT.replace('2026-05-01T10:00:00Z', '5/1/26 10:00'),
      'was saved again by a spreadsheet: a date of row 3',
    ],
    [
      'one with dates without seconds',
      REPORT.replace('2026-05-01T10:00:00Z', '2026-05-01 10:00'),
      'was saved again by a spreadsheet: a date of row 3',
    ],
    [
      'one with dates as numbers',
      REPORT.replace('2026-05-01T10:00:00Z', '46143.4166'),
      'was saved again by a spreadsheet: a date of row 3',
    ],
  ])('that is %s is refused, saying so', (_, content, message) => {
    const read = () => readSavedReport(Buffer.from(content))
    expect(read).toThrow(UserError)
    expect(read).toThrow(message)
  })

  test('with one date that nobody can read keeps it, as the finding that it is', () => {
    const odd = REPORT.replace('2026-05-01T10:00:00Z', '2026-13-45T10:00:00Z')
    expect(readSavedReport(Buffer.from(odd)).content).toEqual(Buffer.from(odd))
  })
})
