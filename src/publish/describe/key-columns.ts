/** What tables say of a key; a cell that carries nothing is empty, and a column of empty cells is left out. */

import { type AuditResult, type Declared, isCompromised, type KeyResult } from '../../domain/audit-result.ts'
import { formatLocation, type SourceLocation } from '../../domain/declarations.ts'
import { shorten } from '../../domain/text.ts'
import { dayOf, daysAfter } from '../../domain/time.ts'
import { accountNames, locationUrl, type Report } from '../report.ts'
import { daysOld, describeKey } from './describe-key.ts'
import { stepReason } from './describe-step.ts'
import { type Column, type Content, code, joined, link, type Markdown, md, strong } from './markdown.ts'

/** Names that AWS allows are shorter; what is saved evidence may hold anything. */
const NAME_LENGTH = 200
const TEXT_LENGTH = 600

export function nameCell(name: string): Content {
  return name === '' ? '' : code(shorten(name, NAME_LENGTH))
}

export function textCell(text: string): string {
  return shorten(text, TEXT_LENGTH)
}

/** What cells need beside the key. */
type KeyContext = Pick<Report, 'result' | 'run'>
export type LinkContext = Pick<Report, 'run'>

/** A column of a table of keys. */
export interface KeyColumn extends Column {
  readonly cell: (key: KeyResult) => Content
}

/** Every column that a table of keys may have. */
export function keyColumns(report: KeyContext) {
  const { asOf, accounts } = report.result
  return {
    account: { title: 'Account', cell: accountCells(accounts) },
    key: { title: 'Access key', cell: keyCell },
    /** With the lines that declare it: one column less, so that the table fits. */
    keyAndLocation: { title: 'Access key', cell: key => joined(keyAndLocationLines(key, report), '<br>') },
    age: { title: 'Age', align: 'right', cell: ageCell },
    nextStep: { title: 'Next step', cell: key => nextStepCell(key, report) },
    lastUsed: {
      title: 'Last used',
      cell: key => textCell(describeKey(key, { relativeTo: asOf }).lastUse.cell),
    },
    /** As text: assigned elsewhere, never mentioned. */
    owner: { title: 'Owner', cell: ({ owner }) => owner && nameCell(owner.name) },
    created: { title: 'Created', cell: createdCell },
    until: { title: 'Until', cell: key => key.exemption?.expires ?? '' },
    reason: { title: 'Reason', cell: key => textCell(key.exemption?.reason ?? '') },
    ticket: { title: 'Ticket', cell: key => textCell(key.exemption?.ticket ?? '') },
    rule: { title: 'Rule', cell: key => key.exemption && locationLink(key.exemption.location, report) },
  } satisfies Record<string, KeyColumn>
}

export type KeyColumnName = keyof ReturnType<typeof keyColumns>

/** The account's name, where there are several accounts. */
function accountCells(accounts: AuditResult['accounts']): (key: KeyResult) => Content {
  if (accounts.length < 2) return () => ''
  const nameOf = accountNames(accounts)
  return key => nameCell(nameOf(key.account))
}

/** The key on one line: its user, its ID, and its account where there are several. */
export function keyLabel({ user, accessKeyId, account }: KeyResult, { result }: KeyContext): Markdown {
  const where = result.accounts.length < 2 ? null : nameCell(accountNames(result.accounts)(account))
  return joined([nameCell(user), nameCell(accessKeyId ?? ''), where && md`in ${where}`], ' ')
}

/** The key's user, its ID below, and why it comes before others where it does. */
function keyCell(key: KeyResult): Content {
  return joined([...nameLines(key), urgencyLine(key, textCell(key.urgency?.reason ?? ''))], '<br>')
}

function nameLines({ user, accessKeyId, createdAt }: KeyResult): readonly Content[] {
  return [
    nameCell(user),
    nameCell(accessKeyId ?? ''),
    user === '' && createdAt !== null ? `created ${createdAt}` : '',
  ]
}

function urgencyLine({ urgency }: KeyResult, reason: Content): Content {
  return urgency === null || urgency.level === 'medium' ? '' : joined([strong(urgency.level), reason], ': ')
}

/** Where the line that holds the key's ID is the reason why it is urgent, it is named as such, once. */
function keyAndLocationLines(key: KeyResult, report: KeyContext): readonly Content[] {
  const isReason = key.urgency?.rule === 'hard-coded' && key.hardCoded.length > 0 && !isCompromised(key)
  return isReason
    ? [...nameLines(key), urgencyLine(key, writtenCell(key, report)), placesCell(key, report)]
    : [keyCell(key), declaredCell(key, report)]
}

function ageCell(key: KeyResult): Content {
  // Which cell of the report tells no age.
  const { unreadable } = describeKey(key, 'dates')
  if (unreadable !== null) return md`${strong('unknown')}<br>${textCell(unreadable)}`
  // A number stays with its unit.
  const age = joined((daysOld(key) || 'unknown').split(' '), '&nbsp;')
  const told = key.usedBeforeCreated === null ? age : md`at least ${age}, by its last use`
  return key.state === 'stale' ? strong(told) : told
}

function createdCell({ createdAt, usedBeforeCreated }: KeyResult): Content {
  if (usedBeforeCreated !== null) return `before ${dayOf(usedBeforeCreated)}`
  return createdAt && dayOf(createdAt)
}

/** The lines that declare the key, and those that hold its ID. */
export function declaredCell(key: KeyResult, report: LinkContext): Content {
  return joined([placesCell(key, report), writtenCell(key, report)], '<br>')
}

function placesCell({ declared }: KeyResult, report: LinkContext): Content {
  const where = links(declared?.candidates ?? [], ' or ', report)
  const how = declared === null ? '' : HOW_SURE[declared.of]
  return how === '' ? where : md`${how} ${where}`
}

function writtenCell({ hardCoded }: KeyResult, report: LinkContext): Content {
  return hardCoded.length === 0 ? '' : md`ID in ${links(hardCoded, ', ', report)}`
}

function links(locations: readonly SourceLocation[], separator: string, report: LinkContext): Content {
  return joined(
    locations.slice(0, 3).map(location => locationLink(location, report)),
    separator,
  )
}

/** What stands before the lines that are no declarations. */
const HOW_SURE: Readonly<Record<Declared['of'], string>> = {
  key: '',
  'one-of-several': '',
  'may-be': 'perhaps',
  named: 'named at',
  user: '',
}

export function locationLink(location: SourceLocation, { run }: LinkContext): Content {
  return location.path === '' ? '' : link(nameCell(formatLocation(location)), locationUrl(run, location))
}

/** What to do now and why, and what would surely end rotation for good; the steps below the table say all of it. */
function nextStepCell({ next, replacement }: KeyResult, report: LinkContext): Content {
  // Why a key may be compromised stands beside its name.
  const reason = next === null || next.action === 'contain' ? '' : textCell(stepReason(next))
  const step = next === null ? '' : joined([strong(next.title), reason], ': ')
  if (!replacement?.certain) return step
  const { title, location } = replacement
  return joined(
    [step, md`Or, better: ${location ? link(title, locationUrl(report.run, location)) : title}`],
    '<br>',
  )
}

/** `before 2026-12-24`, `today`, or `soon` where its date is not known. */
export function rotateWhen(
  { createdAt, usedBeforeCreated }: KeyResult,
  { asOf, policy }: Pick<AuditResult, 'asOf' | 'policy'>,
): string {
  const since = usedBeforeCreated ?? createdAt
  if (since === null) return 'soon'
  const day = dayOf(daysAfter(since, policy.maxAgeDays))
  return day <= dayOf(asOf) ? 'today' : `before ${day}`
}
