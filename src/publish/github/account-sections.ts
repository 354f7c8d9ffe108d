/** What the summary says of accounts: those that were not audited, the counts of the others, what was not looked at. */
import type { AuditedAccount, KeyState } from '../../domain/audit-result.ts'
import { countMore, countOf, firstAndMore, joinTexts, listOf, shorten } from '../../domain/text.ts'
import { nameCell, textCell } from '../describe/key-columns.ts'
import { leftOutLines } from '../describe/left-out.ts'
import { type Content, code, codeBlock, details, md } from '../describe/markdown.ts'
import { block, folded, listSection, type Section, tableSection } from '../describe/sections.ts'
import { WHY_UNVERIFIED } from '../describe/unverified.ts'
import { accountName, accountTitle, type Report } from '../report.ts'

export function failedSections({ result }: Report): readonly Section[] {
  const failed = result.accounts.filter(account => account.status === 'failed')
  return [
    tableSection(
      'Not audited',
      ['Account', 'What happened', 'What to do'],
      failed.map(({ account, failure }) => [
        accountLabel(account),
        textCell(failure.summary),
        textCell(firstLine(failure.remedy)),
      ]),
      'accounts',
    ),
    {
      ...block(null),
      items: failed.flatMap(({ account, failure }) => {
        const text = joinTexts([failure.detail, failure.remedy.includes('\n') ? failure.remedy : ''], '\n\n')
        return text === ''
          ? []
          : [
              details(
                md`More on ${nameCell(accountName(account))}`,
                codeBlock(shorten(text, DETAIL_LENGTH), 'text'),
              ),
            ]
      }),
      separator: '\n\n',
      plural: 'accounts',
    },
  ]
}

/** Whose keys are not proved, and why; only counted, in the verdict, where names are hidden. */
export function unverifiedSection({ result, hidden }: Report): Section {
  if (hidden !== null) return block(null)
  const accounts = new Map(result.accounts.map(({ account }) => [account.id, account]))
  return tableSection(
    'Unverified',
    ['User', 'Account', 'Why', 'Accepted'],
    result.unverified.map(({ account: id, user, reason, accepted }) => {
      const account = accounts.get(id)
      return [
        user === null ? '' : nameCell(user),
        account === undefined ? '' : accountLabel(account),
        WHY_UNVERIFIED[reason],
        accepted === null ? 'no' : md`${textCell(accepted.reason)}, until ${accepted.expires ?? ''}`,
      ]
    }),
    'users',
  )
}

const DETAIL_LENGTH = 8_000

/** Each account with its counts, folded, those with findings first; only where there are several. */
export function accountSection({ result }: Report): Section {
  const keys = Map.groupBy(result.keys, key => key.account)
  const rows = result.accounts.flatMap(one => {
    if (one.status === 'failed') return []
    const count = (state: KeyState) =>
      (keys.get(one.account.id) ?? []).filter(key => key.state === state).length
    return [
      { account: one.account, active: one.activeKeys, stale: count('stale'), expiring: count('expiring') },
    ]
  })
  if (rows.length < 2) return block(null)
  rows.sort((a, b) => b.stale - a.stale || b.expiring - a.expiring)
  const numbers = ['Active keys', 'Stale', 'Expiring'].map(title => ({ title, align: 'right' }) as const)
  const cells = rows.map(one => [accountLabel(one.account), one.active, one.stale, one.expiring])
  return folded(
    `Each of ${countOf(rows.length, 'account')}`,
    tableSection(null, ['Account', ...numbers], cells, 'accounts'),
  )
}

const ACCOUNTS_NAMED = 5

/** What was not looked at, or could not be: each remark once, with the accounts that it is about. */
export function noteSection({ result }: Report): Section {
  const notes = Map.groupBy(
    result.accounts.flatMap(one =>
      one.status === 'audited' ? one.notes.map(({ text }) => ({ text, account: one.account })) : [],
    ),
    note => note.text,
  )
  const several = result.accounts.length > 1
  const leftOut = leftOutLines(result)
  const remarks = [...notes].map(([text, about]): Content => {
    const names = about.map(({ account }) => accountTitle(account))
    const where = listOf(firstAndMore(names, ACCOUNTS_NAMED, countMore))
    return several ? md`${textCell(text)} (${where})` : textCell(text)
  })
  return listSection('Notes', [...leftOut.map(textCell), ...remarks], 'notes')
}

export function accountLabel(account: AuditedAccount['account']): Content {
  const name = accountName(account)
  return name === account.id ? code(name) : md`${nameCell(name)} · ${account.id}`
}

/** The rest of a long text stands elsewhere. */
export function firstLine(text: string): string {
  return text.split('\n', 1).join('')
}
