import type { Policy } from '../audit-result.ts'
import { DAY_MS, formatInstant } from '../time.ts'
import type { ParsedReport, ReportKey, ReportRow } from './report.ts'

type Limits = Pick<Policy, 'maxAgeDays' | 'warnDays'>

/** Older than the maximum age, strictly, to the second: 90 d 0 s is not, 90 d 1 s is. `createdAt`: an instant. */
export function isStale(createdAt: string, policy: Limits, now: Date): boolean {
  return isOlder(createdAt, policy.maxAgeDays, now)
}

/** Not stale, but will be within the warning window. */
export function isExpiring(createdAt: string, policy: Limits, now: Date): boolean {
  return !isStale(createdAt, policy, now) && isOlder(createdAt, policy.maxAgeDays - policy.warnDays, now)
}

/** The last instant at which a key of this creation time is not stale. */
export function staleSince(createdAt: string, policy: Limits): string {
  return formatInstant(new Date(Date.parse(createdAt) + policy.maxAgeDays * DAY_MS))
}

/** Floored to whole days. */
export function ageInDays(createdAt: string, now: Date): number {
  return Math.floor((wholeSeconds(now) - Date.parse(createdAt)) / DAY_MS)
}

/**
 * The IAM users whose keys deserve a live look, in the report's order; never root, whose keys ListAccessKeys cannot see.
 * `findings`: a key is stale or unreadable, its date was moved by a status change, or the row is incomplete.
 */
export function usersToVerify(report: ParsedReport, policy: Policy, now: Date): string[] {
  if (policy.verifyKeys === 'none') return []
  const deserves = (key: ReportKey) =>
    key.active &&
    (policy.verifyKeys === 'all' ||
      key.createdAt === null ||
      key.unreadable !== null ||
      isStale(key.createdAt, policy, now) ||
      lastUsePrecedesRotation(key))
  return report.rows.filter(row => !row.root && (row.incomplete || row.keys.some(deserves))).map(userOf)
}

/** "Last rotated" then tells of a status change, not of the key's creation. */
function lastUsePrecedesRotation({ lastUsed, createdAt }: ReportKey): boolean {
  return lastUsed.state === 'used' && createdAt !== null && lastUsed.at < createdAt
}

function userOf(row: ReportRow): string {
  return row.user
}

function isOlder(createdAt: string, days: number, now: Date): boolean {
  return wholeSeconds(now) - Date.parse(createdAt) > days * DAY_MS
}

/** The result's instant has whole seconds, so that a replay at that instant gives the same result. */
function wholeSeconds(now: Date): number {
  return Math.floor(now.getTime() / 1000) * 1000
}
