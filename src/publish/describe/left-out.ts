import type { AuditResult, LeftOut } from '../../domain/audit-result.ts'
import { andMore, countOf, firstAndMore, listOf } from '../../domain/text.ts'

const WHY: Readonly<Record<LeftOut['reason'], string>> = {
  excluded: 'named by exclude-accounts',
  suspended: 'suspended',
  closing: 'being closed',
  closed: 'closed',
  'not-activated': 'not activated yet',
}

/** The accounts of the organization that were not to be audited, a line for each reason; without names where they are hidden. */
export function leftOutLines({ leftOut }: Pick<AuditResult, 'leftOut'>): readonly string[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].map(([reason, accounts]) => {
    const names = accounts.flatMap(({ id, name }) =>
      id === '' ? [] : [name === null ? id : `${name} (${id})`],
    )
    const list = listOf(firstAndMore(names, MOST_NAMED, more => andMore(more, 'account')))
    return `Not audited, as ${WHY[reason]}: ${countOf(accounts.length, 'account')}${list === '' ? '' : `: ${list}`}`
  })
}

const MOST_NAMED = 20
