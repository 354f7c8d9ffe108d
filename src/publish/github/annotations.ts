import {
  type AuditResult,
  declaringLines,
  type ExemptionResult,
  type KeyResult,
  type KeyState,
  type Unverified,
} from '../../domain/audit-result.ts'
import { ROOT_USER } from '../../domain/credential-report.ts'
import { formatLocation, isHere, type SourceLocation, type StaticLogin } from '../../domain/declarations.ts'
import type { Failure } from '../../domain/evidence.ts'
import type { Annotation } from '../../domain/step-output.ts'
import {
  asSentence,
  countOf,
  formatCount,
  joinTexts,
  listOf,
  lowerFirst,
  shorten,
} from '../../domain/text.ts'
import { daysAgo, daysOld, describeKey, isOnlyExposed, unlistedExposed } from '../describe/describe-key.ts'
import { remedyOf, WHY_UNVERIFIED } from '../describe/unverified.ts'
import { verdictInFull } from '../describe/verdict.ts'
import { accountNames, accountTitle, type Report } from '../report.ts'

/**
 * What the checks tab and the changed lines show: ten at most, of all levels together, the verdict last. What comes first
 * here is told first; none hides the others.
 */
export function annotationsOf(report: Report): readonly Annotation[] {
  const { result } = report
  const failing = new Set(result.step.keys)
  const keys = (level: Annotation['level'], isMeant: (key: KeyResult) => boolean) =>
    result.keys.filter(isMeant).map(key => () => keyAnnotation(key, level, result))
  const further = (state: KeyState) => keys('warning', key => key.state === state && !failing.has(key.id))
  const exempt = unlistedExposed(result)
  const unlisted = exempt === null ? [] : [warning('Key ID in the checkout', exempt.join(' '))]
  const level = verdictLevel(report)
  const unverified = result.unverified.filter(({ accepted }) => accepted === null)
  // GitHub's log shows a message without its title and place: each message names what it is about.
  return [
    ...firstEight([
      {
        what: ['account that was not audited', 'accounts that were not audited'],
        all: failedAccounts(result),
      },
      { what: ['unverified user'], all: unverified.map(one => () => unverifiedAnnotation(one, result)) },
      {
        what: ['thing that was not done', 'things that were not done'],
        all: report.failures.map(failureAnnotation),
      },
      { what: ['stale key'], all: keys('error', key => failing.has(key.id)) },
      { what: ['further stale key'], all: further('stale') },
      { what: ['exposed key'], all: [...keys('warning', isOnlyExposed), ...unlisted] },
      { what: ['rule of the configuration', 'rules of the configuration'], all: ruleAnnotations(report) },
      { what: ['root key'], all: rootAnnotations(result) },
      { what: ['expiring key'], all: further('expiring') },
      { what: ['static login'], all: loginAnnotations(result.staticLogins) },
    ]),
    ...(level === null
      ? []
      : [{ level, title: 'Access key rotation', message: verdictInFull(report), location: null }]),
  ]
}

/** One line that fits: `terraform …CU6QZU: 365 days, admin, used yesterday (s3). Next: create second key.` */
function keyAnnotation(key: KeyResult, level: Annotation['level'], result: AuditResult): Annotation {
  const { subject, age } = describeKey(key, { relativeTo: result.asOf })
  const facts = joinTexts([ageFact(key), urgencyFact(key), useFact(key, result.asOf)], ', ')
  const next = key.next === null ? '' : ` Next: ${lowerFirst(key.next.title)}.`
  return {
    level,
    title: `${subject} ${age === null ? 'has no readable date' : `is ${age}`}`,
    message: `${keyName(key, result.accounts)}: ${facts}.${next}`,
    // Without a declaring line there is no file: any other would be blamed for what it does not hold.
    location: [...key.hardCoded, ...declaringLines(key.declared)].find(isHere) ?? null,
  }
}

function ageFact(key: KeyResult): string {
  const { unreadable, usedBeforeCreated } = key
  if (unreadable !== null)
    return `${unreadable.column} cannot be read (line ${unreadable.row} of the credential report)`
  return usedBeforeCreated === null ? daysOld(key) : `at least ${daysOld(key)}`
}

function urgencyFact({ root, hardCoded, urgency }: KeyResult): string {
  const [written] = hardCoded
  if (written !== undefined) return `ID in ${formatLocation(written)}`
  if (root || urgency === null || urgency.level === 'medium') return ''
  return urgency.rule === 'administrator' ? 'admin' : urgency.level
}

function useFact({ lastUsed }: KeyResult, asOf: string): string {
  if (lastUsed.state === 'unknown') return 'last use not known'
  if (lastUsed.state === 'never') return 'no recorded use'
  const service = lastUsed.service === null ? '' : ` (${lastUsed.service})`
  return `used ${daysAgo(lastUsed.at, asOf)}${service}`
}

const NAME_LENGTH = 64
const ID_LENGTH = 6

/** `ci-deployer …7EXAMPLE in prod-main`; the account where there are several. */
function keyName({ root, user, accessKeyId, account }: KeyResult, accounts: AuditResult['accounts']): string {
  // What stands for an ID stands whole.
  const id = accessKeyId && user !== '' ? `…${accessKeyId.slice(-ID_LENGTH)}` : accessKeyId
  const name = joinTexts([root ? 'Root user' : shorten(user, NAME_LENGTH), id], ' ')
  return `${name || 'Access key'}${inAccount(account, accounts)}`
}

function inAccount(id: string, accounts: AuditResult['accounts']): string {
  return accounts.length > 1 ? ` in ${accountNames(accounts)(id)}` : ''
}

function failedAccounts({ accounts }: AuditResult): readonly Annotation[] {
  const failed = accounts.filter(account => account.status === 'failed')
  return failed.map(({ account, failure }) => {
    const title = `${accountTitle(account)} was not audited`
    const { message, further } = failureText(failure)
    return { level: 'error', title, message: `${title}: ${message}`, further, location: null }
  })
}

function unverifiedAnnotation(one: Unverified, { accounts }: AuditResult): Annotation {
  const name = one.user === ROOT_USER ? 'the root user' : shorten(one.user || 'a user', 200)
  const title = `Unverified: ${name}${inAccount(one.account, accounts)}`
  const message = `${title} ${WHY_UNVERIFIED[one.reason]}. ${remedyOf(one)}`
  return { level: 'error', title, message, location: null }
}

function failureAnnotation(failure: Failure): Annotation {
  const { message, further } = failureText(failure)
  const detail = failure.detail?.split(/\r?\n/) ?? []
  return { level: 'error', title: 'Not done', message, further: [...further, ...detail], location: null }
}

/** A remedy may be many lines: what a token claims, or what to write in a workflow. */
function failureText({ summary, remedy }: Failure): { message: string; further: readonly string[] } {
  const [first = '', ...further] = remedy.split('\n')
  return { message: `${asSentence(summary)} ${further.length === 0 ? asSentence(first) : first}`, further }
}

function warning(title: string, message: string, location: SourceLocation | null = null): Annotation {
  return { level: 'warning', title, message, location }
}

function rootAnnotations({ keys, accounts }: AuditResult): readonly Annotation[] {
  const withYoungKey = new Set(
    keys.filter(key => key.root && (key.state === 'fresh' || key.state === 'exempt')).map(key => key.account),
  )
  return accounts.flatMap(one => {
    const unknown = one.status === 'audited' && one.rootUser.state === 'key-of-unknown-age'
    if (!unknown && !withYoungKey.has(one.account.id)) return []
    const title = `The root user of ${accountTitle(one.account)} has an access key`
    const age = unknown
      ? 'Its age is not known, and it may be inactive'
      : 'However young it is, it can do anything'
    return [warning(title, `${title}. ${age}: remove it, do not rotate it.`)]
  })
}

/** Rules that deserve a second look, and those that exempt or accept nothing any more. */
function ruleAnnotations({ configWarnings, result }: Report): readonly Annotation[] {
  const about = (location: SourceLocation, title: string, text: string) =>
    warning(title, atLocation(location, text), location)
  return [
    ...configWarnings.map(({ location, message }) => about(location, 'Exemption', asSentence(message))),
    ...result.exemptions.flatMap(rule => {
      const { status, location, expires } = rule
      if (status === 'applied') return []
      if (status === 'unmatched') return about(location, 'Exemption matches no key', UNMATCHED_EXEMPTION)
      return about(location, `Exemption expired on ${expires}`, expiredExemption(rule))
    }),
    ...result.acceptances.flatMap(({ status, location, expires }) => {
      if (status === 'applied') return []
      if (status === 'unmatched')
        return about(location, 'accept-unverified matches no user', UNMATCHED_ACCEPTANCE)
      return about(location, `accept-unverified expired on ${expires}`, expiredAcceptance(expires))
    }),
  ]
}

const UNMATCHED_EXEMPTION =
  'No access key of the audited accounts matches this exemption: correct its pattern, or remove it.'
const UNMATCHED_ACCEPTANCE =
  'No unverified user of the audited accounts matches this rule of accept-unverified: correct its pattern, or remove it.'

function expiredExemption({ keys, expires }: ExemptionResult): string {
  const findings = keys.length === 1 ? 'is a finding' : 'are findings'
  const again = keys.length === 0 ? '' : ` ${countOf(keys.length, 'key')} that it exempted ${findings} again.`
  return `The exemption's last day was ${expires}.${again} Rotate the keys, or renew the rule under review.`
}

function expiredAcceptance(expires: string): string {
  return `The last day of this rule of accept-unverified was ${expires}. Let a live look tell the keys, or renew the rule under review.`
}

/** Once for each line, however many values of it are stored. */
function loginAnnotations(logins: readonly StaticLogin[]): readonly Annotation[] {
  const lines = new Map(logins.map(({ path, line }) => [`${path}:${line}`, { path, line }]))
  const title = 'Logs in to AWS with a stored access key'
  return [...lines.values()].map(location => {
    return { level: 'notice', title, message: atLocation(location, STATIC_LOGIN), location }
  })
}

const STATIC_LOGIN =
  'logs in to AWS with a stored access key; it can assume a role by OIDC instead (role-to-assume, id-token: write).'

/** `iam/ci.tf:12: …`; the text alone where the place is hidden. */
function atLocation(location: SourceLocation, text: string): string {
  const name = formatLocation(location)
  return name === '' ? text : `${name}: ${text}`
}

/** How loud the verdict is; null: nothing to raise, the log says it. */
export function verdictLevel({ result }: Pick<Report, 'result'>): 'error' | 'warning' | null {
  if (result.step.fails) return 'error'
  return result.result === 'pass' ? null : 'warning'
}

interface Group {
  /** What one of them is called, and several where that is not by -s. */
  readonly what: readonly [singular: string, plural?: string]
  /** Of thousands of findings only those that are shown are put in words. */
  readonly all: readonly (Annotation | (() => Annotation))[]
}

const MOST = 8

/** The first of each group, then more of the first groups, and one that counts the rest. */
function firstEight(groups: readonly Group[]): readonly Annotation[] {
  const present = groups.filter(({ all }) => all.length > 0)
  let room = Math.max(0, MOST - present.length)
  const shares = present.map(({ what, all }, index) => {
    const more = Math.min(room, all.length - 1)
    room -= more
    const count = index < MOST ? 1 + more : 0
    return { what, shown: all.slice(0, count), left: all.slice(count) }
  })
  const inWords = (one: Group['all'][number]) => (typeof one === 'function' ? one() : one)
  const shown = shares.flatMap(share => share.shown.map(inWords))
  const left = shares.filter(share => share.left.length > 0)
  const [first] = left.flatMap(share => share.left.slice(0, 1))
  if (first === undefined) return shown
  const count = left.reduce((sum, share) => sum + share.left.length, 0)
  const names = left.map(share => countOf(share.left.length, ...share.what))
  return [
    ...shown,
    {
      level: inWords(first).level,
      title: `and ${formatCount(count)} more`,
      message: `Also ${listOf(names)}: the job summary lists them.`,
      location: null,
    },
  ]
}
