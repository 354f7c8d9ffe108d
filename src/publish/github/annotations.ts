import {
  type AcceptanceResult,
  type AuditResult,
  type ExemptionResult,
  isDeclaration,
  type KeyResult,
  type Unverified,
} from '../../domain/audit-result.ts'
import { ROOT_USER } from '../../domain/credential-report.ts'
import type { SourceLocation, StaticLogin } from '../../domain/declarations.ts'
import type { Fault } from '../../domain/errors.ts'
import type { Failure } from '../../domain/evidence.ts'
import type { Annotation } from '../../domain/step-output.ts'
import { asSentence, countOf, formatCount, listOf, shorten } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { describeKey } from '../describe/describe-key.ts'
import { explanation } from '../describe/describe-step.ts'
import { remedyOf, WHY_UNVERIFIED } from '../describe/unverified.ts'
import { verdictInFull } from '../describe/verdict.ts'
import { accountName, accountTitle, formatLocation, type Report } from '../report.ts'

/**
 * What the checks tab and the changed lines show, the verdict last. The runner keeps the first ten of a level, so of
 * each level there are at most eight, one that counts the rest, and the verdict.
 */
export function annotationsOf(report: Report): readonly Annotation[] {
  const { result } = report
  const failing = new Set(result.step.keys)
  const stale = result.keys.filter(key => key.state === 'stale')
  const about = (key: KeyResult, level: Annotation['level']) => keyAnnotation(key, level, result)
  // GitHub's log shows a message without its title and place: each message names what it is about.
  return [
    ...firstEight('error', [
      {
        most: 3,
        what: ['account that was not audited', 'accounts that were not audited'],
        all: failedAccounts(result),
      },
      {
        most: 3,
        what: ['unverified user'],
        all: result.unverified
          .filter(({ accepted }) => accepted === null)
          .map(one => unverifiedAnnotation(one, result)),
      },
      {
        most: 2,
        what: ['thing that was not done', 'things that were not done'],
        all: report.failures.map(failureAnnotation),
      },
      {
        most: 8,
        what: ['stale key'],
        all: result.keys.filter(key => failing.has(key.id)).map(key => about(key, 'error')),
      },
    ]),
    ...firstEight('warning', [
      {
        most: 3,
        what: ['rule of the configuration'],
        all: ruleAnnotations(report),
      },
      { most: 2, what: ['root key'], all: rootAnnotations(result) },
      {
        most: 8,
        what: ['stale key'],
        all: stale.filter(key => !failing.has(key.id)).map(key => about(key, 'warning')),
      },
      {
        most: 8,
        what: ['expiring key'],
        all: result.keys
          .filter(key => key.state === 'expiring' && !failing.has(key.id))
          .map(key => about(key, 'warning')),
      },
    ]),
    ...firstEight('notice', [
      { most: 8, what: ['static login'], all: result.staticLogins.map(loginAnnotation) },
    ]),
    ...verdictAnnotation(report),
  ]
}

function keyAnnotation(
  key: KeyResult,
  level: Annotation['level'],
  { asOf, accounts }: AuditResult,
): Annotation {
  const { subject, age, lastUse, unreadable } = describeKey(key, { relativeTo: asOf })
  const next = key.next === null ? [] : [`Next: ${key.next.title}`, explanation(key.next)]
  const urgency = key.urgency === null || key.urgency.level === 'medium' ? '' : key.urgency.reason
  const since =
    key.state === 'stale' && key.staleSince !== null ? `Stale since ${dayOf(key.staleSince)}` : age
  const sentences = [unreadable, urgency, since, lastUse.sentence, ...next].filter(text => text !== null)
  const told = sentences.filter(text => text !== '').map(asSentence)
  return {
    level,
    title: `${subject} ${age === null ? 'has no readable date' : `is ${age}`}`,
    message: `${keyName(key, accounts)}: ${told.join(' ')}`,
    // Without a declaring line there is no file: any other would be blamed for what it does not hold.
    location:
      key.hardCoded[0] ?? (isDeclaration(key.declared) ? key.declared.candidates[0] : undefined) ?? null,
  }
}

/** `ci-deployer AKIAIOSFODNN7EXAMPLE in prod-main`; the account where there are several. */
function keyName({ root, user, accessKeyId, account }: KeyResult, accounts: AuditResult['accounts']): string {
  const name = [root ? 'Root user' : shorten(user, 200), accessKeyId].filter(Boolean).join(' ')
  const where = accounts.length > 1 ? accounts.find(one => one.account.id === account) : undefined
  return `${name || 'Access key'}${where === undefined ? '' : ` in ${accountName(where.account)}`}`
}

function failedAccounts({ accounts }: AuditResult): readonly Annotation[] {
  return accounts.flatMap(account => {
    if (account.status !== 'failed') return []
    const title = `${accountTitle(account.account)} was not audited`
    const { message, further } = failureText(account.failure)
    return [{ level: 'error', title, message: `${title}: ${message}`, further, location: null }]
  })
}

function unverifiedAnnotation(one: Unverified, { accounts }: AuditResult): Annotation {
  const name = one.user === ROOT_USER ? 'the root user' : shorten(one.user || 'a user', 200)
  const where = accounts.length > 1 ? accounts.find(({ account }) => account.id === one.account) : undefined
  const title = `Unverified: ${name}${where === undefined ? '' : ` in ${accountName(where.account)}`}`
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

function faultAnnotation({ location, message }: Fault): Annotation {
  return {
    level: 'warning',
    title: 'Exemption',
    message: atLocation(location, asSentence(message)),
    location,
  }
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
    return [
      {
        level: 'warning',
        title,
        message: `${title}. ${age}: remove it, do not rotate it.`,
        location: null,
      },
    ]
  })
}

function ruleAnnotations({ configWarnings, result }: Report): readonly Annotation[] {
  return [
    ...configWarnings.map(faultAnnotation),
    ...result.exemptions.flatMap(exemptionAnnotation),
    ...result.acceptances.flatMap(acceptanceAnnotation),
  ]
}

function exemptionAnnotation({ status, expires, keys, location }: ExemptionResult): readonly Annotation[] {
  const again =
    keys.length === 0
      ? ''
      : ` ${countOf(keys.length, 'key')} that it exempted ${keys.length === 1 ? 'is a finding' : 'are findings'} again.`
  return ruleAnnotation({ status, expires, location }, 'Exemption', {
    expired: `The exemption's last day was ${expires}.${again} Rotate the keys, or renew the rule under review.`,
    unmatched:
      'No access key of the audited accounts matches this exemption: correct its pattern, or remove it.',
  })
}

function acceptanceAnnotation(rule: AcceptanceResult): readonly Annotation[] {
  return ruleAnnotation(rule, 'accept-unverified', {
    expired: `The last day of this rule of accept-unverified was ${rule.expires}. Let a live look tell the keys, or renew the rule under review.`,
    unmatched:
      'No unverified user of the audited accounts matches this rule of accept-unverified: correct its pattern, or remove it.',
  })
}

/** A rule that accepts nothing any more. */
function ruleAnnotation(
  { status, expires, location }: Pick<AcceptanceResult, 'status' | 'expires' | 'location'>,
  what: string,
  text: Readonly<Record<'expired' | 'unmatched', string>>,
): readonly Annotation[] {
  if (status === 'applied') return []
  const title =
    status === 'expired'
      ? `${what} expired on ${expires}`
      : `${what} matches no ${what === 'Exemption' ? 'key' : 'user'}`
  return [{ level: 'warning', title, message: atLocation(location, text[status]), location }]
}

function loginAnnotation({ path, line }: StaticLogin): Annotation {
  const location = { path, line }
  return {
    level: 'notice',
    title: 'Logs in to AWS with a stored access key',
    message: atLocation(
      location,
      'This logs in to AWS with a stored access key. aws-actions/configure-aws-credentials can assume a role by OIDC instead: give it role-to-assume, and the job the permission id-token: write. No key is left to rotate.',
    ),
    location,
  }
}

/** `iam/ci.tf:12: …`; the text alone where the place is hidden. */
function atLocation(location: SourceLocation, text: string): string {
  const name = formatLocation(location)
  return name === '' ? text : `${name}: ${text}`
}

function verdictAnnotation(report: Report): readonly Annotation[] {
  const level = verdictLevel(report)
  const title = 'Access key rotation'
  return level === null ? [] : [{ level, title, message: verdictInFull(report), location: null }]
}

/** How loud the verdict is; null: nothing to raise, the log says it. */
export function verdictLevel({ result }: Pick<Report, 'result'>): 'error' | 'warning' | null {
  if (result.step.fails) return 'error'
  return result.result === 'pass' ? null : 'warning'
}

interface Group {
  readonly most: number
  /** What one of them is called, and several where that is not by -s. */
  readonly what: readonly [singular: string, plural?: string]
  readonly all: readonly Annotation[]
}

function firstEight(level: Annotation['level'], groups: readonly Group[]): readonly Annotation[] {
  let room = 8
  const shown: Annotation[] = []
  const left: string[] = []
  for (const { most, what, all } of groups) {
    const taken = all.slice(0, Math.min(most, room))
    room -= taken.length
    shown.push(...taken)
    if (all.length > taken.length) left.push(countOf(all.length - taken.length, ...what))
  }
  if (left.length === 0) return shown
  const title = `and ${formatCount(groups.reduce((sum, { all }) => sum + all.length, 0) - shown.length)} more`
  return [
    ...shown,
    { level, title, message: `Also ${listOf(left)}: the job summary lists them.`, location: null },
  ]
}
