/** What is said of a key in more than one place, as plain text. Ages are as of `asOf`. */

import type { KeyResult } from '../../domain/audit-result.ts'
import { countOf, listOf } from '../../domain/text.ts'
import { DAY_MS, dayOf } from '../../domain/time.ts'

/** `Access key of ci-deployer`, or `Access key 3f2a9c1d` where names are hidden. */
export function keySubject(key: KeyResult): string {
  if (key.root) return 'Access key of the root user'
  return key.user === '' ? `Access key ${key.accessKeyId ?? key.id}` : `Access key of ${key.user}`
}

/** `today, s3 in us-east-1`, `100 days ago, iam`, `never`, `not known`; with what CloudTrail saw of the programs. */
export function lastUse(key: KeyResult, asOf: string): string {
  if (key.lastUsed.state === 'unknown') return 'not known'
  if (key.lastUsed.state === 'never') return 'never'
  const { at, service, region } = key.lastUsed
  const where = [service, region === null ? null : `in ${region}`].filter(part => part !== null).join(' ')
  return [daysAgo(at, asOf), where, programs(key)].filter(part => part !== '').join(', ')
}

/** `Last used today, s3 in us-east-1`, `No recorded use`, `Last use not known` */
export function lastUseSentence(key: KeyResult, asOf: string): string {
  if (key.lastUsed.state === 'unknown') return 'Last use not known'
  return key.lastUsed.state === 'never' ? 'No recorded use' : `Last used ${lastUse(key, asOf)}`
}

/** `under a minute`, `12 minutes`, `3 hours`, `2 days` between two instants, rounded down; never negative. */
export function elapsed(from: string, to: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 60_000))
  if (minutes === 0) return 'under a minute'
  if (minutes < 60) return countOf(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.floor(hours / 24), 'day')
}

/** Which cell of the credential report holds no date, or does not say whether the key is active. */
export function unreadableCell(key: KeyResult): string {
  if (key.unreadable === null) return ''
  const { row, column, value } = key.unreadable
  const wanted = column.endsWith('_active') ? 'status' : 'date'
  return `Line ${row}, column ${column} of the credential report holds no ${wanted}${value === '' ? '' : `: ${value}`}`
}

function daysAgo(at: string, asOf: string): string {
  const days = Math.max(0, Math.round((Date.parse(dayOf(asOf)) - Date.parse(dayOf(at))) / DAY_MS))
  if (days === 0) return 'today'
  return days === 1 ? 'yesterday' : `${countOf(days, 'day')} ago`
}

const PROGRAMS_SHOWN = 2

function programs({ usage }: KeyResult): string {
  if (usage === null || usage.programs.length === 0) return ''
  const shown = usage.programs.slice(0, PROGRAMS_SHOWN).map(({ name, addresses }) => {
    const [address] = addresses
    return address === undefined ? name : `${name} from ${address}`
  })
  const more = usage.programs.length - shown.length
  return `by ${listOf(more > 0 ? [...shown, `${more} more`] : shown)}`
}
