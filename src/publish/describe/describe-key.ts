/** What is said of a key, as plain text, the same to people and machines. */
import type { AuditResult, KeyResult, Program, Runtime } from '../../domain/audit-result.ts'
import type { Account } from '../../domain/evidence.ts'
import { describeUse } from '../../domain/last-use.ts'
import {
  countMore,
  countOf,
  firstAndMore,
  formatCount,
  joinTexts,
  listOf,
  oneLine,
} from '../../domain/text.ts'
import { DAY_MS, dayOf, daysAfter } from '../../domain/time.ts'
import { accountTitle } from '../report.ts'

interface KeyDescription {
  /** `Access key of ci-deployer`, `Access key of the root user`, or `Access key 3f2a9c1d` where names are hidden. */
  readonly subject: string
  /** `104 days old`, `at least 211 days old, by its last use`, `created on 2026-08-12`; null where its date is not known. */
  readonly age: string | null
  /** How it was last used: a table's cell, and a sentence without its full stop. */
  readonly lastUse: { readonly cell: string; readonly sentence: string }
  /** Which cell of the credential report holds no date or status, or null. */
  readonly unreadable: string | null
}

/**
 * Instants as ages, relative to the instant of the audit; or as dates, where a text must change only when something
 * happened.
 */
export type Instants = { readonly relativeTo: string } | 'dates'

export function describeKey(key: KeyResult, instants: Instants): KeyDescription {
  return {
    subject: subjectOf(key),
    age: ageOf(key, instants),
    lastUse: lastUseOf(key, instants),
    unreadable: unreadableCell(key),
  }
}

/** What machines' formats say of a key, on one line and with dates. `account`: undefined where it is not known. */
export function keySentence(key: KeyResult, account: Account | undefined): string {
  const { subject, age, lastUse, unreadable } = describeKey(key, 'dates')
  const name = key.accessKeyId === null || key.user === '' ? '' : ` (${key.accessKeyId})`
  const where = account === undefined ? '' : ` in ${accountTitle(account)}`
  const since = key.staleSince === null ? '' : ` and has been stale since ${dayOf(key.staleSince)}`
  const state =
    unreadable === null && age !== null ? `was ${age}${since}` : `counts as stale: ${unreadable ?? ''}`
  const urgency = key.urgency?.reason ? ` Urgency: ${key.urgency.level}, ${key.urgency.reason}.` : ''
  return oneLine(`${subject}${name}${where} ${state}. ${lastUse.sentence}.${urgency}`)
}

/**
 * How it is used, as a state: the day of the last use of a key in use moves every night, and would change the text with
 * nothing to tell. `idle since 2026-08-16`, `in use (s3, us-east-1); by boto3 in AWS Lambda`
 */
export function useInWords(key: KeyResult): string {
  const programs = [...new Set(key.usage?.programs.map(programLabel))].sort().slice(0, 3)
  const by = key.use === 'in-use' && programs.length > 0 ? `; by ${listOf(programs)}` : ''
  return `${describeUse(key)}${by}`
}

/** Whether its age asks for nothing, but its ID stands in the checkout. */
export function isOnlyExposed({ state, root, urgency }: KeyResult): boolean {
  return (state === 'fresh' || state === 'exempt') && !root && urgency !== null
}

/** Of such keys that are counted alone, as exempt keys are not listed where names are hidden: what is seen, and what to do. */
export function unlistedExposed({
  keys,
  counts,
}: AuditResult): readonly [seen: string, remedy: string] | null {
  const listed = keys.filter(
    ({ state, root, urgency }) => state !== 'inactive' && !root && urgency?.level === 'critical',
  )
  const count = keys.some(({ state }) => state === 'exempt') ? 0 : counts.hardCoded - listed.length
  if (count <= 0) return null
  return [
    `The ID of ${countOf(count, 'exempt key')} stands in the checkout.`,
    'Which is not listed where names are hidden; if the secret stands or stood there too, deactivate the key now.',
  ]
}

/** `Terraform 1.9`, `boto3 in AWS Lambda` */
export function programLabel({ name, runtime }: Pick<Program, 'name' | 'runtime'>): string {
  return runtime === null ? name : `${name} ${RUNTIMES[runtime]}`
}

const RUNTIMES: Readonly<Record<Runtime, string>> = {
  lambda: 'in AWS Lambda',
  ecs: 'in Amazon ECS',
  ec2: 'in EC2',
  codebuild: 'in CodeBuild',
  cloudshell: 'in CloudShell',
  'github-actions': 'in GitHub Actions',
  azure: 'on a GitHub runner or in Azure',
}

function subjectOf(key: KeyResult): string {
  if (key.root) return 'Access key of the root user'
  if (key.user !== '') return `Access key of ${key.user}`
  return `Access key ${(key.accessKeyId ?? key.id).replace(/^key /, '')}`
}

/** `412 days`; `90+ days` of a key some hours over the limit; empty where its date is not known. */
export function daysOld({ createdAt, usedBeforeCreated, staleSince, ageDays }: KeyResult): string {
  const since = usedBeforeCreated ?? createdAt
  if (since === null || ageDays === null) return ''
  const over = staleSince !== null && staleSince === daysAfter(since, ageDays)
  return over ? `${formatCount(ageDays)}+ ${ageDays === 1 ? 'day' : 'days'}` : countOf(ageDays, 'day')
}

function ageOf(key: KeyResult, instants: Instants): string | null {
  const { createdAt, usedBeforeCreated } = key
  const days = daysOld(key)
  if (createdAt === null || days === '') return null
  if (usedBeforeCreated !== null)
    return instants === 'dates'
      ? `created before ${dayOf(usedBeforeCreated)}, when it was used`
      : `at least ${days} old, by its last use`
  return instants === 'dates' ? `created on ${dayOf(createdAt)}` : `${days} old`
}

function lastUseOf(key: KeyResult, instants: Instants): KeyDescription['lastUse'] {
  const { lastUsed } = key
  const relative = instants !== 'dates'
  if (lastUsed.state === 'unknown')
    return { cell: 'not known', sentence: relative ? 'Last use not known' : 'Its last use is not known' }
  if (lastUsed.state === 'never')
    return { cell: 'no recorded use', sentence: relative ? 'No recorded use' : 'It has no recorded use' }
  const { at, service, region } = lastUsed
  const place = region === null ? '' : `in ${region}`
  if (relative) {
    const where = joinTexts([service, place], ' ')
    const cell = joinTexts([daysAgo(at, instants.relativeTo), where, programs(key)], ', ')
    return { cell, sentence: `Last used ${cell}` }
  }
  const by = service === null ? '' : `by ${service}`
  const cell = joinTexts([`on ${dayOf(at)}`, by, place], ' ')
  return { cell, sentence: `It was last used ${cell}` }
}

function unreadableCell({ unreadable }: KeyResult): string | null {
  if (unreadable === null) return null
  const { row, column, value } = unreadable
  const wanted = column.endsWith('_active') ? 'status' : 'date'
  return `Line ${row}, column ${column} of the credential report holds no ${wanted}${value === '' ? '' : `: ${value}`}`
}

/** `today`, `yesterday`, `3 days ago`. */
export function daysAgo(at: string, asOf: string): string {
  const days = Math.max(0, Math.round((Date.parse(dayOf(asOf)) - Date.parse(dayOf(at))) / DAY_MS))
  if (days === 0) return 'today'
  return days === 1 ? 'yesterday' : `${countOf(days, 'day')} ago`
}

const PROGRAMS_SHOWN = 2

/** `by boto3 in AWS Lambda from 203.0.113.7 and 1 more`; empty where CloudTrail saw none. */
function programs({ usage }: KeyResult): string {
  const names = (usage?.programs ?? []).map(program =>
    [programLabel(program), ...program.addresses.slice(0, 1)].join(' from '),
  )
  return names.length === 0 ? '' : `by ${listOf(firstAndMore(names, PROGRAMS_SHOWN, countMore))}`
}
