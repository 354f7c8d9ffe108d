import Papa from 'papaparse'
import type { KeyLastUse, UnreadableCell } from './audit-result.ts'
import { UserError } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { memoize } from './memoize.ts'
import { formatInstant, isDay } from './time.ts'

export const ROOT_USER = '<root_account>'

export interface ParsedReport {
  /** At least one; no user twice. */
  readonly rows: readonly ReportRow[]
  /** The newest date of what happened: the report was generated then or later. null: it has none. */
  readonly newestDate: string | null
}

export interface ReportRow {
  /** Line of the report, the header being 1. */
  readonly line: number
  /** IAM user name, or `<root_account>`. */
  readonly user: string
  readonly arn: string
  readonly root: boolean
  /** The row says that the user has more credentials than it shows. */
  readonly incomplete: boolean
  /** `user_creation_time`, where it can be read. */
  readonly createdAt: string | null
  /** The oldest and the newest date of what happened to the user, its creation included. */
  readonly oldestDate: string | null
  readonly newestDate: string | null
  /** Whether the user can sign in to the console, as people do. */
  readonly hasPassword: boolean
  /** The slots that hold a key; which slot is no identity, so it is not kept. */
  readonly keys: readonly ReportKey[]
}

export interface ReportKey {
  /** A status that cannot be read counts as active. */
  readonly active: boolean
  /** "Last rotated" as an instant, null where it cannot be read. */
  readonly createdAt: string | null
  /** The cell that kept status or date from being read. */
  readonly unreadable: UnreadableCell | null
  readonly lastUsed: KeyLastUse
}

/** The report that evidence holds, parsed once for all who ask. Throws as `parseReport` does. */
export const parsedReportOf = memoize(
  ({ content }: Evidence['report']): ParsedReport =>
    parseReport(Buffer.from(content, 'base64').toString('utf8')),
)

/** The same, or null where it cannot be read: the evaluation says so of its account. */
export function readableReport(report: Evidence['report']): ParsedReport | null {
  try {
    return parsedReportOf(report)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/**
 * The IAM credential report (CSV) as rows, read by column name: unknown columns are welcome.
 * Throws a UserError for what is no whole credential report; a cell that cannot be read is kept as `unreadable`.
 * Format: IAM User Guide, "Generate credential reports".
 */
export function parseReport(text: string): ParsedReport {
  const csv = text.startsWith('\uFEFF') ? text.slice(1) : text
  refuseOtherFormats(csv)
  const { data, errors } = Papa.parse<string[]>(csv, {
    delimiter: ',',
    // Else it is guessed, which takes time.
    ...(csv.includes('\r') ? {} : { newline: '\n' }),
  })
  return readCells(data, errors, csv.includes('"'))
}

/**
 * The report over the cells of its lines, the header first. `quoted`: a cell may hold line breaks. Throws a UserError as
 * `parseReport` does.
 */
export function readCells(
  data: readonly (readonly string[])[],
  errors: readonly Papa.ParseError[],
  quoted: boolean,
): ParsedReport {
  const [header] = data
  if (header === undefined) throw unusable('is empty')
  const columns = locateColumns(header)
  const lines = lineNumbers(data, quoted)
  const rows: ReportRow[] = []
  const names = new Set<string>()
  data.forEach((cells, index) => {
    if (index === 0 || (cells.length === 1 && cells[0] === '')) return
    const line = lines(index)
    if (cells.length !== header.length)
      throw unusable(`is damaged: row ${line} has ${cells.length} fields, the header ${header.length}`)
    const row = readRow(cells, columns, line)
    names.add(row.user).add(row.arn)
    rows.push(row)
  })
  const [error] = errors
  if (error !== undefined) throw unusable(`is damaged: ${error.message} (row ${lines(error.row ?? 0)})`)
  if (rows.length === 0) throw unusable('has a header but no row, not even that of the root user')
  if (names.size < 2 * rows.length) refuseDoubles(rows)
  return { rows, newestDate: rows.map(row => row.newestDate).reduce(later) }
}

function refuseDoubles(rows: readonly ReportRow[]): void {
  const lineOfUser = new Map<string, number>()
  for (const { user, arn, line } of rows) {
    const earlier = lineOfUser.get(user) ?? lineOfUser.get(arn)
    if (earlier !== undefined) throw unusable(`is damaged: rows ${earlier} and ${line} are of the same user`)
    lineOfUser.set(user, line).set(arn, line)
  }
}

/** What the row says of the use of the key made at this second; unknown where it has no such key, or two. */
export function reportedUse(row: ReportRow | undefined, createdAt: string | null): KeyLastUse {
  const [key, ...others] = (row?.keys ?? []).filter(key => key.createdAt === createdAt)
  return key === undefined || others.length > 0 || createdAt === null ? UNKNOWN : key.lastUsed
}

/** An ISO 8601 date as an instant in UTC with whole seconds, or null. Without an offset it is UTC. */
export function readInstant(cell: string): string | null {
  if (cell.length < SHORTEST_DATE) return null
  if (AS_AWS_WRITES.test(cell)) return cell.endsWith('Z') ? cell : `${cell.slice(0, 19)}Z`
  if (!ISO_8601.test(cell)) return null
  const ms = Date.parse(cell.length === 19 ? `${cell}Z` : cell)
  if (Number.isNaN(ms)) return null
  if (!isDay(cell.slice(0, 10))) return null
  return formatInstant(new Date(ms))
}

/** `2026-11-24` */
const SHORTEST_DATE = 10

/** Spares most cells the parsing; only 29 February is left to it. */
const AS_AWS_WRITES =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|\+00:00)$/
const ISO_8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?)?$/

type Columns = ReturnType<typeof locateColumns>

type SlotColumns = Columns['slots'][number]

/** Where the needed columns stand in this header. */
function locateColumns(header: readonly string[]) {
  const missing: string[] = []
  const at = (name: string) => {
    const index = header.indexOf(name)
    if (index === -1) missing.push(name)
    return index
  }
  const slot = (n: 1 | 2) => ({
    active: at(`access_key_${n}_active`),
    rotated: at(`access_key_${n}_last_rotated`),
    usedAt: at(`access_key_${n}_last_used_date`),
    usedRegion: at(`access_key_${n}_last_used_region`),
    usedService: at(`access_key_${n}_last_used_service`),
    activeName: `access_key_${n}_active`,
    rotatedName: `access_key_${n}_last_rotated`,
  })
  const columns = {
    user: at('user'),
    arn: at('arn'),
    slots: [slot(1), slot(2)],
    created: header.indexOf('user_creation_time'),
    // Those of creation and keys are read as such.
    others: header.flatMap((name, index) =>
      PAST_DATE.test(name) && !/^user_|^access_key_/.test(name) ? [index] : [],
    ),
    // Documented, but absent from reports seen: needed only where it is.
    incomplete: header.indexOf('additional_credentials_info'),
    password: header.indexOf('password_enabled'),
  }
  if (missing.length > 0)
    throw unusable(`lacks the column${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`)
  return columns
}

/** Columns of what happened: all dates but that of the next rotation of a password. */
export const PAST_DATE = /^user_creation_time$|_last_(?:used|changed|rotated|used_date)$/

function readRow(cells: readonly string[], columns: Columns, line: number): ReportRow {
  const user = cells[columns.user] ?? ''
  const arn = cells[columns.arn] ?? ''
  if (user === '' || arn === '') throw unusable(`is damaged: row ${line} names no user or no ARN`)
  if (user.length > LONGEST.user || arn.length > LONGEST.arn)
    throw unusable(`is damaged: the user or ARN of row ${line} is longer than IAM allows`)
  const keys: ReportKey[] = []
  for (const slot of columns.slots) {
    const key = readSlot(cells, slot, line)
    if (key !== null) keys.push(key)
  }
  const createdAt = readInstant(cells[columns.created] ?? '')
  let oldestDate = createdAt
  let newestDate = createdAt
  const see = (at: string | null) => {
    oldestDate = earlier(oldestDate, at)
    newestDate = later(newestDate, at)
  }
  for (const column of columns.others) see(readInstant(cells[column] ?? ''))
  for (const { createdAt, lastUsed } of keys) {
    see(createdAt)
    if (lastUsed.state === 'used') see(lastUsed.at)
  }
  return {
    line,
    user,
    arn,
    root: user === ROOT_USER,
    incomplete: !NO_VALUE.has(cells[columns.incomplete] ?? ''),
    createdAt,
    oldestDate,
    newestDate,
    hasPassword: STATUS.get((cells[columns.password] ?? '').toLowerCase()) ?? false,
    keys,
  }
}

function earlier(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a
}

function later(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a
}

/** Some more than the 64 characters of a name and the 512 of a path, so that nothing after this need bound them. */
const LONGEST = { user: 128, arn: 1024 }

/** The key of one slot, or null where the slot is empty. */
function readSlot(cells: readonly string[], slot: SlotColumns, line: number): ReportKey | null {
  const status = cells[slot.active] ?? ''
  const date = cells[slot.rotated] ?? ''
  const active = STATUS.get(status.toLowerCase())
  const lastUsed = readLastUse(cells, slot)
  // `N/A` as the date stands only where a slot has no key, and what was used is one.
  if (NO_VALUE.has(date) && (active === false || NOT_APPLICABLE.has(status)) && lastUsed.state !== 'used')
    return null
  const createdAt = readInstant(date)
  return {
    active: active ?? true,
    createdAt,
    unreadable:
      active === undefined
        ? unreadable(line, slot.activeName, status)
        : createdAt === null
          ? unreadable(line, slot.rotatedName, date)
          : null,
    lastUsed,
  }
}

/** Values seen where there is nothing to say; moto writes `not_supported` where AWS writes `N/A`. */
export const NO_VALUE: ReadonlySet<string> = new Set(['', 'N/A', 'no_information', 'not_supported'])
const NOT_APPLICABLE: ReadonlySet<string> = new Set(['N/A', 'not_supported'])

/** Documented in upper case, seen in lower case. */
const STATUS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

const NEVER: KeyLastUse = { state: 'never' }
const UNKNOWN: KeyLastUse = { state: 'unknown' }

function readLastUse(cells: readonly string[], slot: SlotColumns): KeyLastUse {
  const date = cells[slot.usedAt] ?? ''
  const region = named(cells[slot.usedRegion])
  const service = named(cells[slot.usedService])
  // A service or region without a date tells of a use, of an unknown day.
  if (date === 'N/A') return region === null && service === null ? NEVER : UNKNOWN
  const at = readInstant(date)
  // A region of N/A beside a date is a global service.
  return at === null ? UNKNOWN : { state: 'used', at, region, service }
}

function named(cell = ''): string | null {
  return NO_VALUE.has(cell) ? null : cell
}

function unreadable(row: number, column: string, value: string): UnreadableCell {
  return { row, column, value: value.slice(0, 100) }
}

/** Line of each row; only a quoted field can hold a line break. */
function lineNumbers(data: readonly (readonly string[])[], quoted: boolean): (index: number) => number {
  if (!quoted) return index => index + 1
  const lines: number[] = []
  let line = 1
  for (const cells of data) {
    lines.push(line)
    line += 1
    for (const cell of cells) if (cell.includes('\n')) line += cell.split('\n').length - 1
  }
  return index => lines[index] ?? index + 1
}

function refuseOtherFormats(csv: string): void {
  const start = csv.slice(0, 1000).trimStart()
  if (start === '') throw unusable('is empty')
  if (/^<(?:!doctype|html|\?xml)/i.test(start)) throw unusable('is an HTML or XML page, not CSV')
  if (start.startsWith('{') || start.startsWith('[')) throw unusable('is JSON, not CSV')
}

function unusable(what: string): UserError {
  return new UserError(
    `The credential report ${what}.`,
    'Fetch it again as AWS sends it: `aws iam generate-credential-report`, then `aws iam get-credential-report --query Content --output text | base64 --decode > report.csv`.',
  )
}
