import type { AuditedAccount, AuditResult, KeyResult, RootUser } from '../../domain/audit-result.ts'
import { compareText } from '../../domain/order.ts'
import { countOf, formatCount, joinTexts } from '../../domain/text.ts'
import { DAY_MS, dayOf } from '../../domain/time.ts'
import { accountNames, type Report } from '../report.ts'
import { daysOld } from './describe-key.ts'

/** The verdict in one sentence, without a full stop: `7 of 12 active access keys are over 90 days`. */
export function verdict(result: AuditResult): string {
  return joinTexts(verdictParts(result), '; ')
}

/** What the verdict says of the keys, of root users and of accounts that were not audited; empty where that is nothing. */
function verdictParts(result: AuditResult): readonly string[] {
  const { failedAccounts, accounts } = result.counts
  if (accounts === 0) return ['No account was audited']
  if (failedAccounts === accounts)
    return accounts === 1
      ? ['The account could not be audited']
      : [`None of the ${formatCount(accounts)} accounts could be audited`]
  return [
    keysVerdict(result),
    rootVerdict(result),
    unverifiedVerdict(result),
    failedAccounts > 0 ? accountsVerdict(result) : '',
    leftOutVerdict(result),
    undatedVerdict(result),
  ]
}

/** The verdict with the oldest stale key and what the step makes of it, as the last line of log and annotations. */
export function verdictInFull(report: Pick<Report, 'result'>): string {
  const { result } = report
  const [first = '', ...rest] = verdictParts(result)
  return joinTexts([`${first}${oldestStale(result)}`, ...rest, stepVerdict(report)], '; ')
}

/** Why the step passes or fails where the counts alone do not tell, else an empty text. */
export function stepVerdict({ result }: Pick<Report, 'result'>): string {
  const { policy, step, counts } = result
  if (step.reason === 'failures')
    return 'the step fails because not everything was done that it was asked for'
  if (policy.failOn === 'never' && counts.stale > 0 && !step.fails)
    return 'the step passes because fail-on is never'
  if (step.reason === 'unread')
    return 'the step fails because files that this change touches could not be read, and may declare a stale key'
  if (policy.failOn === 'expiring' && step.reason === 'expiring')
    return 'the step fails because fail-on is expiring'
  const byChange = step.reason === null || step.reason === 'changed'
  if (policy.failOn !== 'changed' || counts.stale === 0 || !byChange) return ''
  if (!step.fails) return 'none is declared in a file that this change touches, so the check passes'
  const failing = new Set(step.keys)
  const sure = result.keys.every(({ id, declared }) => declared?.of !== 'may-be' || !failing.has(id))
  return `${countOf(step.keys.length, 'is', 'are')} declared${sure ? '' : ', or may be,'} in files that this change touches`
}

/** What the keys' dates tell, exempt or not, as the chart counts them: `20 of 32 active access keys are over 90 days (2 exempt); 1 has no date`. */
function keysVerdict({ keys, counts, policy }: AuditResult): string {
  const { active } = counts
  if (active === 0) return 'There is no active access key'
  const days = countOf(policy.maxAgeDays, 'day')
  const groups = Map.groupBy(
    keys.filter(key => key.state !== 'inactive'),
    standing,
  )
  const one = (which: Standing, singular: string, plural: string) => {
    const all = groups.get(which) ?? []
    const exempt = all.filter(key => key.state === 'exempt').length
    return { count: all.length, exempt, says: all.length === 1 ? singular : plural }
  }
  // Where names are hidden exempt keys are counted alone.
  const unlisted = counts.exempt - keys.filter(key => key.state === 'exempt').length
  const found = [
    one('over', `is over ${days}`, `are over ${days}`),
    one('undated', 'has no date', 'have no date'),
    one('unclear', 'has no readable status', 'have no readable status'),
  ]
  // A finding comes first; without one, that the others are young.
  const isClean = found.every(({ count, exempt }) => count === exempt)
  const young = one('young', `is at most ${days} old`, `are at most ${days} old`)
  return (isClean ? [{ ...young, exempt: 0 }, ...found] : found)
    .filter(({ count }) => count > 0)
    .map(({ count, exempt, says }, index) => {
      const which = index === 0 ? of(count, active) : formatCount(count)
      const all = exempt === count ? 'exempt' : `${formatCount(exempt)} exempt`
      return `${which} ${says}${exempt === 0 ? '' : ` (${all})`}`
    })
    .concat(unlisted > 0 ? `${countOf(unlisted, 'is', 'are')} exempt` : [])
    .join('; ')
}

type Standing = 'over' | 'undated' | 'unclear' | 'young'

function standing({ createdAt, staleSince, unreadable }: KeyResult): Standing {
  if (createdAt === null) return 'undated'
  if (staleSince !== null) return 'over'
  // Young, but perhaps not even active.
  return unreadable === null ? 'young' : 'unclear'
}

/** Root keys that the report does not show; a root user that was not evaluated only where the verdict would be "none". */
function rootVerdict({ accounts, counts }: AuditResult): string {
  const inState = (state: RootUser['state']) =>
    accounts.filter(one => one.status === 'audited' && one.rootUser.state === state).length
  const unknown = inState('key-of-unknown-age')
  if (unknown > 0) return `${countOf(unknown, 'root user has', 'root users have')} a key of unknown age`
  const unseen = inState('not-evaluated')
  if (counts.active > 0 || unseen === 0) return ''
  return `${countOf(unseen, 'root user was', 'root users were')} not evaluated`
}

/** Users whose keys are not all known: an error, unless they are accepted. */
function unverifiedVerdict({ unverified }: AuditResult): string {
  const accepted = unverified.filter(one => one.accepted !== null).length
  const open = unverified.length - accepted
  const users = (count: number) => (count === 0 ? '' : `the keys of ${countOf(count, 'user')} are unverified`)
  return joinTexts([users(open), accepted === 0 ? '' : `${users(accepted)}, which is accepted`], '; ')
}

function accountsVerdict({ counts }: AuditResult): string {
  const { failedAccounts: failed, accounts } = counts
  return `${formatCount(failed)} of ${formatCount(accounts)} accounts ${failed === 1 ? 'was' : 'were'} not audited`
}

function leftOutVerdict({ leftOut: { length } }: AuditResult): string {
  const accounts = countOf(length, 'account of the organization was', 'accounts of the organization were')
  return length === 0 ? '' : `${accounts} left out`
}

/** Credential reports that do not say when they were made, and may be as old as their newest date, if that is a day. */
function undatedVerdict({ accounts, asOf }: AuditResult): string {
  const undated = accounts
    .filter(account => account.status === 'audited')
    .filter(isUndated)
    .map(({ evidence }) => evidence.reportNewestDate)
    .filter(newest => newest === null || Date.parse(asOf) - Date.parse(newest) >= DAY_MS)
  if (undated.length === 0) return ''
  const [oldest = null] = undated.toSorted((a, b) => compareText(a ?? '', b ?? ''))
  const when = oldest === null ? 'with no date' : `of ${dayOf(oldest)} or later`
  return undated.length === 1
    ? `by a credential report ${when}`
    : `by ${formatCount(undated.length)} credential reports that do not say when they were made, the oldest ${when}`
}

/** Whether nothing but the dates in its report tells how old the evidence is. */
export function isUndated({ evidence }: AuditedAccount): boolean {
  return evidence.gatheredAt === null && evidence.reportGeneratedAt === null
}

function oldestStale(result: AuditResult): string {
  const oldest = oldestKey(result.keys.filter(key => key.state === 'stale'))
  if (oldest === null || oldest.ageDays === null) return ''
  const where = result.counts.accounts > 1 ? ` in ${accountNames(result.accounts)(oldest.account)}` : ''
  const who = oldest.user === '' ? (oldest.accessKeyId ?? '') : `${oldest.user}${where}`
  return `; oldest: ${joinTexts([who, daysOld(oldest)], ', ')}`
}

/** The oldest of the keys whose age is known, or null. */
export function oldestKey(keys: readonly KeyResult[]): KeyResult | null {
  return keys.reduce<KeyResult | null>(
    (oldest, key) => (key.ageDays !== null && (oldest?.ageDays ?? -1) < key.ageDays ? key : oldest),
    null,
  )
}

function of(count: number, active: number): string {
  if (count < active) return `${formatCount(count)} of ${formatCount(active)} active access keys`
  return active === 1 ? 'The only active access key' : `All ${formatCount(active)} active access keys`
}
