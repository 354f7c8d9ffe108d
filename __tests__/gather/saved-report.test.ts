import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseReport } from '../../src/domain/credential-report.ts'
import { UserError } from '../../src/domain/errors.ts'
import { readSaved } from '../../src/gather/saved.ts'
import { readSavedReport } from '../../src/gather/saved-report.ts'
import { audit, evidence } from '../evaluate/account.ts'
import { ago, NOW } from '../evaluate/csv.ts'
import { afterTest } from './run.ts'
import { HEADER, READ, REFUSED, REPORT, ROOT } from './saved-forms.ts'

const parsed = (bytes: Buffer) => parseReport(readSavedReport(bytes).content.toString('utf8')).rows

/** All that is said of a report but the SHA-256 of its bytes. */
function verdictOf(report: string) {
  const { result, counts, keys, unverified } = audit([evidence(report)])
  return { result, counts, keys, unverified }
}

describe('a credential report as people save it', () => {
  test.each(Object.entries(READ))('%s says the same', (_, save) => {
    expect(parsed(save(REPORT))).toEqual(parseReport(REPORT).rows)
    expect(readSavedReport(save(REPORT)).parsed).toEqual(parseReport(REPORT))
  })

  test.each(['as AWS sends it', 'with a byte order mark', 'with CR LF'])('%s keeps its bytes', form => {
    const bytes = READ[form]?.(REPORT) ?? Buffer.alloc(0)
    expect(readSavedReport(bytes).content).toEqual(bytes)
  })

  test("in the CLI's JSON is the bytes that AWS sent", () => {
    const bytes = READ["as the CLI's JSON"]?.(REPORT) ?? Buffer.alloc(0)
    expect(readSavedReport(bytes).content).toEqual(Buffer.from(REPORT))
  })

  test.each(["as the CLI's JSON", "as the CLI's text"])('%s says when it was generated', form => {
    const { generatedAt } = readSavedReport(READ[form]?.(REPORT) ?? Buffer.alloc(0))
    expect(generatedAt).toBe('2026-11-24T02:00:00Z')
  })

  test('gives the same verdict in every form, whatever is in it', () => {
    const edge = fc
      .tuple(fc.constantFrom(90, 76), fc.integer({ min: -1, max: 1 }))
      .map(([days, seconds]) => ago(days * 86_400 + seconds))
    const day = fc.oneof(
      edge,
      fc
        .date({ min: new Date('2015-01-01'), max: NOW, noInvalidDate: true })
        .map(date => `${date.toISOString().slice(0, 19)}Z`),
    )
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
      fc.property(report, fc.constantFrom(...Object.keys(READ)), (text, form) => {
        const { content } = readSavedReport(READ[form]?.(text) ?? Buffer.alloc(0))
        expect(verdictOf(content.toString('utf8'))).toEqual(verdictOf(text))
      }),
      { numRuns: 300 },
    )
  })

  test.each(REFUSED)('that is %s is refused, saying so', async (_, content, message) => {
    const workspace = await mkdtemp(join(tmpdir(), 'saved-'))
    afterTest(() => rm(workspace, { recursive: true }))
    await writeFile(join(workspace, 'report.csv'), content)
    const source = { kind: 'files', patterns: ['report.csv'], workspace, maxAgeHours: null } as const
    const reading = readSaved(source, NOW).next()
    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(message)
  })

  test('with one date that nobody can read keeps it, as the finding that it is', () => {
    const odd = REPORT.replace('2026-05-01T10:00:00Z', '2026-13-45T10:00:00Z')
    expect(readSavedReport(Buffer.from(odd)).content).toEqual(Buffer.from(odd))
  })
})

describe('the table of forms in docs/evaluation.md', () => {
  const rows = async () => {
    const text = await readFile('docs/evaluation.md', 'utf8')
    const [, table = ''] = text.split('| The file | is |\n|---|---|\n')
    return new Map(
      table
        .slice(0, table.indexOf('\n\n'))
        .split('\n')
        .map(line => line.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '')))
        .map(([form = '', is = '']) => [form, is]),
    )
  }
  const starting = (names: readonly string[]) => (form: string) => names.some(name => form.startsWith(name))

  test('has a row for every form, and says of each what becomes of it', async () => {
    const table = await rows()
    expect([...table.keys()]).toEqual(Object.keys(ROWS))
    for (const [row, names] of Object.entries(ROWS)) {
      const read = Object.keys(READ).filter(starting(names))
      const refused = REFUSED.filter(([name]) => starting(names)(name))
      const quoted = [...(table.get(row) ?? '').matchAll(/"([^"]*?)(?: …)?"/g)].map(([, quote = '']) => quote)
      expect(table.get(row)).toMatch(refused.length > 0 ? /^refused/ : /^read/)
      expect(read.length > 0).toBe(refused.length === 0)
      for (const [, , message] of refused) expect(quoted.some(quote => message.includes(quote))).toBe(true)
      for (const quote of quoted) expect(refused.some(([, , message]) => message.includes(quote))).toBe(true)
    }
    const all = starting(Object.values(ROWS).flat())
    expect([...Object.keys(READ), ...REFUSED.map(([name]) => name)].filter(form => !all(form))).toEqual([])
  })
})

/** What the forms of each row of the table begin with. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'CSV as AWS sends it, with or without a byte order mark, with LF, CR LF, CR CR LF or CR': [
    'as AWS sends it',
    'with a byte order mark',
    'with CR',
  ],
  'UTF-16, with or without its mark (`>` in Windows PowerShell)': ['in UTF-16'],
  'separated by `;` or tabs, with a `sep=` line, with quoted or padded cells': [
    'with semicolons',
    'with tabs',
    'with a sep= line',
    'with quoted',
    'with padded',
  ],
  'with a space for the `T` of dates, or with booleans in upper or mixed case': [
    'with a space',
    'with upper',
    'with booleans',
  ],
  'the answer of `aws iam get-credential-report` as JSON or text, or its `Content` in base64': [
    'as the CLI',
    'as its base64',
  ],
  'an Excel workbook or ZIP archive, gzip, PDF, HTML or XML, or neither UTF-8 nor UTF-16': [
    'an Excel',
    'compressed',
    'binary',
    'PDF',
    'HTML',
  ],
  'other JSON': ['other JSON'],
  'without its header, or with another delimiter': ['without its header', 'separated by bars'],
  'of several accounts joined': ['of two accounts'],
  'with its header twice': ['one with its header twice'],
  'saved again by a spreadsheet, with a boolean in another language': [
    'one with German',
    'one with a German',
  ],
  'saved again by a spreadsheet, with a date of a place, as a day or a number, or without seconds': [
    'one with local',
    'one with a local',
    'one with American',
    'one with dates',
    'one with the date',
  ],
  'saved again by a spreadsheet, with a user name as a number': ['one with a name'],
}
