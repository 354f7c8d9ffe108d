import Papa from 'papaparse'
import type { KeyResult } from '../../domain/audit-result.ts'
import { formatLocation } from '../../domain/declarations.ts'
import type { Account } from '../../domain/evidence.ts'
import { accountName, accountsById, type Report } from '../report.ts'

/**
 * `keys.csv` in pieces: one row per key, RFC 4180 with LF. A spreadsheet takes a cell that begins with = + - @, a tab or a
 * line break for a formula, and IAM names may begin so: such a cell, and one that begins with an apostrophe, has
 * an apostrophe in front. A spreadsheet hides it or shows it; a program strips one leading apostrophe and has the value.
 */
export function* keysCsv({ result }: Report): Generator<string> {
  const accounts = accountsById(result.accounts)
  yield lines([COLUMNS.map(([name]) => name)])
  let rows: Cell[][] = []
  for (const key of result.keys) {
    rows.push(COLUMNS.map(([, cell]) => cell(key, accounts.get(key.account))))
    if (rows.length < ROWS_A_PIECE) continue
    yield lines(rows)
    rows = []
  }
  if (rows.length > 0) yield lines(rows)
}

function lines(rows: readonly (readonly Cell[])[]): string {
  return `${Papa.unparse(rows as Cell[][], { newline: '\n', escapeFormulae: FORMULA })}\n`
}

const ROWS_A_PIECE = 500

// With the full-width forms, which Excel takes for the same.
const FORMULA = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

type Cell = string | number | boolean | null

/** New columns go to the end: people address them by number too. */
const COLUMNS: readonly (readonly [string, (key: KeyResult, account: Account | undefined) => Cell])[] = [
  ['account', key => key.account],
  ['account_name', (_, account) => (account === undefined ? null : accountName(account))],
  ['user', key => key.user],
  ['user_arn', key => key.userArn],
  ['access_key_id', key => key.accessKeyId],
  ['key', key => key.id],
  ['state', key => key.state],
  ['created_at', key => key.createdAt],
  ['age_days', key => key.ageDays],
  ['stale_since', key => key.staleSince],
  ['verified', key => key.verified],
  ['last_used', key => key.lastUsed.state],
  ['last_used_at', key => (key.lastUsed.state === 'used' ? key.lastUsed.at : null)],
  ['last_used_service', key => (key.lastUsed.state === 'used' ? key.lastUsed.service : null)],
  ['last_used_region', key => (key.lastUsed.state === 'used' ? key.lastUsed.region : null)],
  ['owner', key => key.owner?.name ?? null],
  ['urgency', key => key.urgency?.level ?? null],
  ['declared', key => (key.declared?.candidates ?? []).map(formatLocation).join(' ')],
  ['exempt_until', key => key.exemption?.expires ?? null],
  ['exempt_reason', key => key.exemption?.reason ?? null],
  ['exempt_ticket', key => key.exemption?.ticket ?? null],
  ['next_step', key => key.next?.title ?? null],
  ['used_before_created_at', key => key.usedBeforeCreated],
]
