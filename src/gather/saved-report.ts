import Papa from 'papaparse'
import {
  NO_VALUE,
  PAST_DATE,
  type ParsedReport,
  ROOT_USER,
  readCells,
  readInstant,
} from '../domain/credential-report.ts'
import { UserError } from '../domain/errors.ts'
import { parseObject } from '../domain/json.ts'

interface SavedReport {
  /** As AWS sends it: CSV in UTF-8 with commas. What AWS sent stays as it is, byte for byte. */
  readonly content: Buffer
  readonly parsed: ParsedReport
  /** AWS's `GeneratedTime`, which the CLI's answer has; null for CSV. */
  readonly generatedAt: string | null
}

/**
 * A credential report as people save it. Nothing is guessed: encodings, delimiters, padding and a space for the `T` of
 * dates are read. Throws a UserError that says what the file is where it is no report of one account, or was changed by a
 * spreadsheet.
 */
export function readSavedReport(bytes: Buffer): SavedReport {
  const answer = cliAnswer(decodeText(bytes).text)
  const report = answer?.content ?? bytes
  const { text, plain } = decodeText(report)
  const { csv, delimiter } = splitHeader(text.replace(/\r+\n/g, '\n'))
  const { data, errors } = Papa.parse<string[]>(csv, { delimiter, newline: csv.includes('\n') ? '\n' : '\r' })
  const rows = data.filter(cells => cells.some(cell => cell.trim() !== ''))
  const cleaned = rows.map(cells => cells.map(cell => cleanCell(cell)))
  refuseJoined(cleaned)
  // A row of more or fewer cells than the header is damaged, which the reading of the report says.
  if (cleaned.every(({ length }) => length === cleaned[0]?.length)) refuseSpreadsheet(cleaned)
  const same = rows.every((cells, row) => cells.every((cell, column) => cell === cleaned[row]?.[column]))
  const uniform = !text.includes('\r') || !/(?:^|[^\r])\n/.test(text)
  const whole = csv.length === text.replace(/\r\n/g, '\n').length
  const asSent = plain && same && delimiter === ',' && uniform && whole
  return {
    content: asSent ? report : Buffer.from(Papa.unparse(cleaned, { newline: '\n' })),
    parsed: readCells(asSent ? data : cleaned, errors, csv.includes('"')),
    generatedAt: answer?.generatedAt ?? null,
  }
}

/** `plain`: it is UTF-8, where a byte order mark may stand in front. Also for what may be JSON. */
export function decodeText(bytes: Buffer): { readonly text: string; readonly plain: boolean } {
  for (const [what, magic] of NOT_TEXT) if (bytes.subarray(0, magic.length).equals(magic)) throw isNot(what)
  const encoding = encodingOf(bytes)
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), plain: encoding === 'utf-8' }
  } catch {
    throw isNot('is not text in UTF-8 or UTF-16')
  }
}

function encodingOf([first, second, third, fourth]: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  // Without a mark: ASCII, which a report begins with, has every other byte zero.
  if (second === 0 && fourth === 0 && first !== 0) return 'utf-16le'
  return first === 0 && third === 0 && second !== 0 ? 'utf-16be' : 'utf-8'
}

const NOT_TEXT: readonly (readonly [string, Buffer])[] = [
  ['is an Excel workbook or a ZIP archive, not CSV', Buffer.from('PK\x03\x04')],
  ['is an old Excel workbook, not CSV', Buffer.from([0xd0, 0xcf, 0x11, 0xe0])],
  ['is compressed (gzip)', Buffer.from([0x1f, 0x8b])],
  ['is a PDF, not CSV', Buffer.from('%PDF')],
]

/** What `aws iam get-credential-report` prints: JSON, text (`Content`, tab, time, tab, format), or Content by itself. */
function cliAnswer(text: string): Pick<SavedReport, 'content' | 'generatedAt'> | null {
  const start = text.trim()
  const answer = jsonAnswer(start)
  if (answer !== null) {
    const { Content, GeneratedTime } = answer
    return { content: Buffer.from(Content, 'base64'), generatedAt: readInstant(String(GeneratedTime)) }
  }
  const [first = '', time = ''] = start.split('\t', 2)
  const base64 = first.replace(/^"|"$/g, '').replace(/\s/g, '')
  if (base64.length < 40 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  return { content: Buffer.from(base64, 'base64'), generatedAt: readInstant(time) }
}

/** The answer of `aws iam get-credential-report` as JSON, or null. */
export function jsonAnswer(
  text: string,
): { readonly Content: string; readonly GeneratedTime?: unknown } | null {
  const { Content, GeneratedTime } = parseObject(text)
  return typeof Content === 'string' ? { Content, GeneratedTime } : null
}

/** The report without a spreadsheet's `sep=` line, and the delimiter that its header is written with. */
function splitHeader(text: string): { readonly csv: string; readonly delimiter: string } {
  const csv = text
    .replace(/^\uFEFF/, '')
    .replace(/^"?sep=.?"?\n/i, '')
    .replace(/^\s+/, '')
  if (csv === '') throw isNot('is empty')
  if (csv.startsWith('<') && !csv.startsWith(ROOT_USER)) throw isNot('is an HTML or XML page, not CSV')
  const [line = ''] = csv.split(/[\r\n]/, 1)
  const delimiter = DELIMITERS.find(each => {
    const names = new Set(line.split(each).map(bare))
    return names.has('user') && names.has('arn')
  })
  if (delimiter !== undefined) return { csv, delimiter }
  if (line.startsWith(ROOT_USER) || line.includes('arn:aws'))
    throw isNot('lacks its header: it begins with the row of a user')
  throw isNot(
    'is something else: its first line does not name the columns user and arn, separated by commas, semicolons or tabs',
  )
}

const DELIMITERS = [',', ';', '\t'] as const

function bare(cell: string): string {
  return cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
}

/** Padding is of blanks alone: what else a name begins or ends with is the name's own. */
function cleanCell(cell: string): string {
  return cell
    .replace(/^[ \t\u00a0]+|[ \t\u00a0]+$/g, '')
    .replace(
      /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ?(Z|UTC|[+-]\d\d:\d\d)?$/i,
      (_, day, time, zone = '') => `${day}T${time}${/^(?:z|utc)$/i.test(zone) ? 'Z' : zone}`,
    )
}

function refuseJoined([header = [], ...rows]: readonly (readonly string[])[]): void {
  const arn = header.indexOf('arn')
  const accounts = new Set(
    rows.flatMap(cells => /^arn:[a-z-]+:iam::(\d{12}):/.exec(cells[arn] ?? '')?.[1] ?? []),
  )
  if (accounts.size > 1)
    throw new UserError(
      'A credential report of evidence-files has the rows of several accounts.',
      'Give each account its own report, in a file of its own, as AWS sends it.',
      [...accounts].slice(0, 5).join(', '),
    )
  if (rows.some(cells => cells[arn] === 'arn'))
    throw isNot('has its header twice: two reports of one account are joined in it')
}

/** A date in the form of a place, or a boolean in its language, has no one meaning. */
function refuseSpreadsheet([header = [], ...rows]: readonly (readonly string[])[]): void {
  for (const column of columnsOf(header, /_active$|^password_enabled$/))
    for (const [index, cells] of rows.entries()) {
      const cell = cells[column] ?? ''
      if (!NO_VALUE.has(cell) && !/^(?:true|false)$/i.test(cell))
        throw resaved(`row ${index + 2}, ${header[column]}, is neither TRUE nor FALSE`, cell)
    }
  for (const column of columnsOf(header, PAST_DATE))
    for (const [index, cells] of rows.entries()) {
      const cell = cells[column] ?? ''
      if (/[\p{Nd}#]/u.test(cell) && !TO_THE_SECOND.test(cell))
        throw resaved(
          `a date of row ${index + 2}, ${header[column]}, is not as AWS writes it, to the second`,
          cell,
        )
    }
  const [user, arn] = [header.indexOf('user'), header.indexOf('arn')]
  for (const [index, cells] of rows.entries()) {
    const name = cells[user] ?? ''
    if (AS_A_VALUE.test(name) && !cells[arn]?.endsWith(`/${name}`))
      throw resaved(`the user of row ${index + 2} is not the one that its ARN names`, name)
  }
}

function columnsOf(header: readonly string[], name: RegExp): number[] {
  return header.flatMap((cell, index) => (name.test(cell) ? [index] : []))
}

/** Without seconds, or as a day, a number, a place or `###` writes it, a date is a guess, be it by less than a minute. */
const TO_THE_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** What a spreadsheet may have made of a name: `1.23E+11` of 123456789012, `7` of 007, `TRUE` of true. */
const AS_A_VALUE = /^(?:[\d.,+-]+(?:E\+?\d+)?|true|false)$/i

function resaved(what: string, cell: string): UserError {
  return new UserError(
    `The credential report was saved again by a spreadsheet: ${what}, so it can mean one thing here and another there.`,
    FETCH,
    cell.slice(0, 100),
  )
}

function isNot(what: string): UserError {
  return new UserError(`The credential report ${what}.`, FETCH)
}

const FETCH =
  'Fetch it again as AWS sends it: `aws iam get-credential-report --query Content --output text | base64 --decode > report.csv`, and do not open it in a spreadsheet before.'
