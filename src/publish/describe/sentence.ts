import type { KeyResult } from '../../domain/audit-result.ts'
import type { Account } from '../../domain/evidence.ts'
import { oneLine } from '../../domain/text.ts'
import { dayOf } from '../../domain/time.ts'
import { accountTitle } from '../report.ts'
import { keySubject, unreadableCell } from './phrases.ts'

/**
 * What machines' formats say of a key, as plain text on one line, with dates and no age, so that it changes only
 * when something happened. `account`: undefined where it is not known.
 */
export function keySentence(key: KeyResult, account: Account | undefined): string {
  const name = key.accessKeyId === null || key.user === '' ? '' : ` (${key.accessKeyId})`
  const where = account === undefined ? '' : ` in ${accountTitle(account)}`
  const urgency = key.urgency?.reason ? ` Urgency: ${key.urgency.level}, ${key.urgency.reason}.` : ''
  return oneLine(`${keySubject(key)}${name}${where} ${age(key)}. ${lastUse(key)}.${urgency}`)
}

/** `Deactivate: no recorded use since 2021-06-23.`, or nothing. */
export function nextSentence({ next }: KeyResult): string {
  if (next === null) return ''
  return oneLine(next.explanation === '' ? `${next.title}.` : `${next.title}: ${next.explanation}`)
}

function age(key: KeyResult): string {
  if (key.createdAt === null || key.unreadable !== null) return `counts as stale: ${unreadableCell(key)}`
  const created = `was created on ${dayOf(key.createdAt)}`
  return key.staleSince === null ? created : `${created} and has been stale since ${dayOf(key.staleSince)}`
}

function lastUse({ lastUsed }: KeyResult): string {
  if (lastUsed.state === 'unknown') return 'Its last use is not known'
  if (lastUsed.state === 'never') return 'It has no recorded use'
  const by = lastUsed.service === null ? '' : ` by ${lastUsed.service}`
  const region = lastUsed.region === null ? '' : ` in ${lastUsed.region}`
  return `It was last used on ${dayOf(lastUsed.at)}${by}${region}`
}
