/** The credential report as IAM makes it: columns, order, and its cache of four hours. */

import { formatInstant } from '../../src/domain/time.ts'
import { type Account, type Key, now, type User, userArn, type World } from '../world.ts'
import { AwsError, elements, type Xml } from './wire.ts'

const CACHE_MS = 4 * 3_600_000

export function generateCredentialReport(world: World, account: Account): Xml {
  const { report } = account
  if (isFresh(world, account)) return state('COMPLETE')
  if (report.pending !== null) {
    if (report.pending.pollsLeft > 0) {
      report.pending.pollsLeft--
      return state('INPROGRESS')
    }
    finish(world, account, report.pending.content)
    return state('COMPLETE')
  }
  // The report shows the account as it was when its making began.
  const content = renderReport(account)
  if (report.polls <= 0) {
    finish(world, account, content)
    return state('COMPLETE')
  }
  report.pending = { content, pollsLeft: report.polls - 1 }
  return elements({
    State: 'STARTED',
    Description: 'No report exists. Starting a new report generation task',
  })
}

export function getCredentialReport(world: World, account: Account): Xml {
  const { pending, existing } = account.report
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
  if (pending !== null && !isFresh(world, account)) {
    throw new AwsError(404, 'ReportInProgress', 'Credential report is still being generated')
  }
  if (existing === null) throw new AwsError(410, 'ReportNotPresent', 'Credential report does not exist')
  if (!isFresh(world, account)) throw new AwsError(410, 'ReportExpired', 'Credential report has expired')
  return elements({
    Content: existing.content.toString('base64'),
    ReportFormat: 'text/csv',
    GeneratedTime: existing.generatedAt,
  })
}

/** Makes the account's present state the report that IAM will serve, generated `ageHours` ago: change the account afterwards. */
export function freezeReport(world: World, account: Account, ageHours = 1): void {
  account.report.pending = null
  account.report.existing = {
    content: renderReport(account),
    generatedAt: formatInstant(new Date(now(world).getTime() - ageHours * 3_600_000)),
  }
}

/** The CSV: LF, none at the end; root first, then the users sorted without case. */
export function renderReport(account: Account): Buffer {
  const { report } = account
  if (report.override !== null) return Buffer.from(report.override)
  const lines = [report.additionalColumn ? `${HEADER},additional_credentials_info` : HEADER]
  if (report.rootRow) lines.push(rootRow(account))
  for (const { user } of sortedWithoutCase(account.users)) lines.push(userRow(account, user))
  return Buffer.from(lines.join('\n'))
}

const HEADER = [
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active',
  ...[1, 2].map(slot =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service']
      .map(column => `access_key_${slot}_${column}`)
      .join(','),
  ),
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
].join(',')

const NO_CERTIFICATES = 'false,N/A,false,N/A'

function rootRow(account: Account): string {
  return [
    '<root_account>',
    `arn:${account.partition}:iam::${account.id}:root`,
    '2018-12-16T00:00:00Z,not_supported,no_information,not_supported,not_supported,true',
    slot(account.rootKeys[0]),
    slot(account.rootKeys[1]),
    account.report.additionalColumn ? `${NO_CERTIFICATES},` : NO_CERTIFICATES,
  ].join(',')
}

function userRow(account: Account, user: User): string {
  const row = [
    quoted(user.name),
    quoted(userArn(account, user)),
    user.createdAt,
    user.hasPassword ? `true,no_information,${user.createdAt},N/A,true` : 'false,N/A,N/A,N/A,false',
    slot(user.keys[0]),
    slot(user.keys[1]),
    NO_CERTIFICATES,
  ].join(',')
  return account.report.additionalColumn ? `${row},${quoted(user.additionalCredentials)}` : row
}

function slot(key: Key | undefined): string {
  if (key === undefined) return 'false,N/A,N/A,N/A,N/A'
  const used =
    key.lastUsed === null
      ? 'N/A,N/A,N/A'
      : `${key.lastUsed.at},${key.lastUsed.region},${key.lastUsed.service}`
  return `${key.status === 'Active'},${quoted(key.reportedRotation ?? key.createdAt)},${used}`
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function sortedWithoutCase(users: Map<string, User>): { user: User; folded: string }[] {
  return [...users.values()]
    .map(user => ({ user, folded: user.name.toLowerCase() }))
    .sort((a, b) => (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0))
}

function finish(world: World, { report }: Account, content: Buffer): void {
  report.pending = null
  report.existing = { content, generatedAt: formatInstant(now(world)) }
}

function isFresh(world: World, { report: { existing } }: Account): boolean {
  return existing !== null && now(world).getTime() - Date.parse(existing.generatedAt) < CACHE_MS
}

function state(State: string): Xml {
  return elements({ State })
}
