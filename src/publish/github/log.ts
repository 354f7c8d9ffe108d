import {
  type AuditedAccount,
  type AuditResult,
  declaringLines,
  type KeyResult,
  type Policy,
  type Unverified,
} from '../../domain/audit-result.ts'
import { formatLocation } from '../../domain/declarations.ts'
import type { Failure } from '../../domain/evidence.ts'
import type { AnnouncedChange, RemediationChange } from '../../domain/remediation-record.ts'
import type { LogEntry } from '../../domain/step-output.ts'
import { andMore, countOf, elapsed, firstAndMore, formatCount, joinTexts } from '../../domain/text.ts'
import { describeChange } from '../describe/describe-change.ts'
import { daysOld, describeKey, isOnlyExposed } from '../describe/describe-key.ts'
import { leftOutLines } from '../describe/left-out.ts'
import { remedyOf, WHY_UNVERIFIED } from '../describe/unverified.ts'
import { isUndated, verdictInFull } from '../describe/verdict.ts'
import { accountTitle, type Report } from '../report.ts'
import { verdictLevel } from './annotations.ts'

const MOST_ACCOUNTS = 200
const MOST_KEYS = 50
const MOST_DETAIL_LINES = 80

/** What the log tells, account by account, those that ask for something first. */
export function logOf(report: Report): readonly LogEntry[] {
  const { result } = report
  const keys = Map.groupBy(result.keys, key => key.account)
  const entries = result.accounts.map(account =>
    account.status === 'failed'
      ? failureEntry(account.failure, `${accountTitle(account.account)}: not audited: `)
      : auditedEntry(account, keys.get(account.account.id) ?? [], result),
  )
  const eventful = [
    ...entries.filter(({ lines }) => lines.length > 0),
    ...entries.filter(({ lines }) => lines.length === 0),
  ]
  return [
    ...scanEntries(report.scan),
    ...otherEntries(result),
    ...firstAndMore(eventful, MOST_ACCOUNTS, more =>
      line(`${andMore(more, 'account')}: the job summary and result.json have them`),
    ),
    ...leftOutLines(result).map(line),
    ...report.configWarnings.map(({ location, message }) => line(`${formatLocation(location)}: ${message}`)),
    ...remediationEntries(report),
    ...report.failures.map(failure => failureEntry(failure)),
  ]
}

/** The log's end: what is known only after the issues, and the verdict. `told`: the report that the log has told. */
export function closingLogOf(report: Report, told: Report): readonly LogEntry[] {
  return [
    ...report.issueLines.map(line),
    ...report.failures.slice(told.failures.length).map(failure => failureEntry(failure)),
    ...(verdictLevel(report) === null ? [line(verdictInFull(report))] : []),
  ]
}

/** What remediation is about to do to one key: all that somebody needs to look, and to take it back. */
export function announcementLine(change: AnnouncedChange): string {
  return `Remediation: about to ${change.what} ${changedKey(change)}: ${change.why}`
}

function changedKey({ user, accessKeyId, account }: AnnouncedChange): string {
  return joinTexts([user, accessKeyId, `in ${account}`], ' ')
}

/** What remediation did about one key, or would do; without a name where names are hidden. */
export function changeLine(change: RemediationChange, redacted: boolean): string {
  const { did, why, undo, final } = describeChange(change)
  if (redacted) return `Remediation: ${did} a key`
  const back = undo === null ? '' : `Undo: ${undo}`
  const what = `Remediation: ${did} ${changedKey(change)}: ${why}`
  return joinTexts([what, back, final ? 'This cannot be undone.' : ''], ' ')
}

/** The log's first line, before anything is asked. */
export function logHeading({ maxAgeDays }: Pick<Policy, 'maxAgeDays'>, asOf: string): string {
  return `Audit of access keys older than ${countOf(maxAgeDays, 'day')}, as of ${asOf}`
}

function auditedEntry(
  result: AuditedAccount,
  keys: readonly KeyResult[],
  { asOf, unverified }: AuditResult,
): LogEntry {
  const { account, evidence, activeKeys, notes } = result
  const counted = (['stale', 'expiring', 'exempt'] as const).map(state => {
    const count = keys.filter(key => key.state === state).length
    return count === 0 ? '' : `${count} ${state}`
  })
  const states = joinTexts(counted, ', ') || (activeKeys > 0 ? 'all fresh' : '')
  const parts = [
    joinTexts([countOf(activeKeys, 'active key'), states], ', '),
    reportAge(result, asOf),
    evidence.usersVerifiedLive === 0 ? '' : `${countOf(evidence.usersVerifiedLive, 'user')} checked live`,
  ]
  const findings = keys.filter(key => key.state === 'stale' || key.state === 'expiring' || isOnlyExposed(key))
  return {
    title: `${accountTitle(account)}: ${joinTexts(parts, '; ')}`,
    lines: [
      ...firstFifty('key', findings, key => keyLine(key, asOf)),
      ...firstFifty(
        'unverified user',
        unverified.filter(one => one.account === account.id),
        unverifiedLine,
      ),
      ...notes.map(note => `Note: ${note.text}`),
    ],
  }
}

function firstFifty<T>(what: string, items: readonly T[], lineOf: (item: T) => string): readonly string[] {
  return firstAndMore(items.slice(0, MOST_KEYS + 1).map(lineOf), MOST_KEYS, () =>
    andMore(items.length - MOST_KEYS, what),
  )
}

function reportAge(account: AuditedAccount, asOf: string): string {
  const { reportGeneratedAt, reportNewestDate } = account.evidence
  if (reportGeneratedAt !== null) return `report ${elapsed(reportGeneratedAt, asOf)} old`
  return isUndated(account) && reportNewestDate !== null ? `report of ${reportNewestDate} or later` : ''
}

function keyLine(key: KeyResult, asOf: string): string {
  const declaring = declaringLines(key.declared).slice(0, 3).map(formatLocation).join(' or ')
  const [written] = key.hardCoded
  const { age, lastUse, unreadable } = describeKey(key, { relativeTo: asOf })
  const facts = [
    key.state,
    joinTexts([key.user, key.accessKeyId], ' '),
    key.usedBeforeCreated !== null && age !== null ? age : daysOld(key),
    unreadable,
    lastUse.sentence,
    declaring === '' ? '' : `${key.declared?.of === 'user' ? 'user declared' : 'declared'} at ${declaring}`,
    written === undefined ? '' : `its ID is written out at ${formatLocation(written)}`,
    key.next === null ? '' : `next: ${key.next.title}`,
  ]
  return joinTexts(facts, ' · ')
}

function unverifiedLine(one: Unverified): string {
  const then = one.accepted === null ? remedyOf(one) : `accepted until ${one.accepted.expires}`
  return joinTexts(['unverified', one.user, WHY_UNVERIFIED[one.reason], then], ' · ')
}

function failureEntry({ summary, detail, remedy }: Failure, whose = ''): LogEntry {
  const lines = [detail, `What to do: ${remedy}`].flatMap(
    text => text?.split(/\r?\n/, MOST_DETAIL_LINES) ?? [],
  )
  return { title: `${whose}${summary}`, lines }
}

/** What of the checkout was not read; nothing where all of it was. */
export function scanEntries({
  source,
  skipped,
  skippedCount,
  stoppedBy,
}: Report['scan']): readonly LogEntry[] {
  if (source === 'none') return [line(NO_CHECKOUT)]
  const more = skippedCount - skipped.length
  const unread = {
    title: `${countOf(skippedCount, 'file')} of the checkout could not be read for declarations`,
    lines: [
      ...skipped.map(({ path, reason }) => `${path}: ${reason}`),
      ...(more > 0 ? [andMore(more, 'file')] : []),
    ],
  }
  return [
    ...(stoppedBy === null ? [] : [line(`The checkout was not read to its end: ${stoppedBy}`)]),
    ...(skippedCount === 0 ? [] : [unread]),
  ]
}

const NO_CHECKOUT =
  'There is no checkout, so no finding has a declaring line: run actions/checkout before this step.'

/** What was joined, and of which repositories not all is known. */
function otherEntries({ otherRepositories }: AuditResult): readonly LogEntry[] {
  const { length } = otherRepositories
  if (length === 0) return []
  const doubtful = otherRepositories.filter(({ doubt }) => doubt !== null)
  const joined = `Declarations of ${countOf(length, 'other repository', 'other repositories')} asked for`
  const known =
    doubtful.length === 0 ? 'all are known' : `${formatCount(doubtful.length)} may declare more than is known`
  return [
    {
      title: `${joined}: ${known}`,
      lines: doubtful.map(({ name, doubt }) => joinTexts([name, doubt], ': ')),
    },
  ]
}

/** Why remediation was refused; what it did was logged as it happened. */
function remediationEntries({ remediation }: Report): readonly LogEntry[] {
  if (remediation === null || remediation.refused === null) return []
  return [line(`Remediation (${remediation.mode}) changed nothing because ${remediation.refused}`)]
}

export function line(title: string): LogEntry {
  return { title, lines: [] }
}
