/** What the summary says of accounts: those that were not audited, the counts of the others, what was not looked at. */
import type { AuditedAccount, KeyState } from '../../domain/audit-result.ts'
import { countMore, countOf, firstAndMore, joinTexts, listOf, shorten } from '../../domain/text.ts'
import { nameCell, textCell } from '../describe/key-columns.ts'
import { leftOutLines } from '../describe/left-out.ts'
import { type Content, code, codeBlock, details, md } from '../describe/markdown.ts'
import { block, folded, listSection, type Section, tableSection } from '../describe/sections.ts'
import { WHY_UNVERIFIED } from '../describe/unverified.ts'
import { accountName, accountsById, accountTitle, type Report } from '../report.ts'

export function failedSections({ result }: Report): readonly Section[] {
  const failed = result.accounts.filter(account => account.status === 'failed')
  const rows = failed.map(({ account, failure }) => [
    accountLabel(account),
    textCell(failure.summary),
    textCell(firstLine(failure.remedy)),
  ])
  const folds = failed.flatMap(({ account, failure: { detail, remedy } }) => {
    const text = joinTexts([detail, remedy.includes('\n') ? remedy : ''], '\n\n')
    const title = md`More on ${nameCell(accountName(account))}`
    return text === '' ? [] : details(title, codeBlock(shorten(text, DETAIL_LENGTH), 'text'))
  })
  return [
    tableSection('Not audited', ['Account', 'What happened', 'What to do'], rows, 'accounts'),
    { ...block(null), items: folds, separator: '\n\n', plural: 'accounts' },
  ]
}

/** Whose keys are not proved, and why; only counted, in the verdict, where names are hidden. */
export function unverifiedSection({ result, hidden }: Report): Section {
  if (hidden !== null) return block(null)
  const accounts = accountsById(result.accounts)
  const rows = result.unverified.map(({ account: id, user, reason, accepted }) => {
    const account = accounts.get(id)
    return [
      nameCell(user ?? ''),
      account === undefined ? null : accountLabel(account),
      WHY_UNVERIFIED[reason],
      accepted === null ? 'no' : md`${textCell(accepted.reason)}, until ${accepted.expires}`,
    ]
  })
  return tableSection('Unverified', ['User', 'Account', 'Why', 'Accepted'], rows, 'users')
}

const DETAIL_LENGTH = 8_000

/** Each account with its counts, folded, those with findings first; only where there are several. */
export function accountSection({ result }: Report): Section {
  const keys = Map.groupBy(result.keys, key => key.account)
  const audited = result.accounts.filter(one => one.status === 'audited')
  if (audited.length < 2) return block(null)
  const rows = audited.map(({ account, activeKeys }) => {
    const count = (state: KeyState) => (keys.get(account.id) ?? []).filter(key => key.state === state).length
    return { account, active: activeKeys, stale: count('stale'), expiring: count('expiring') }
  })
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
  const told = result.accounts
    .filter(one => one.status === 'audited')
    .flatMap(({ notes, account }) => notes.map(({ text }) => ({ text, account: accountTitle(account) })))
  const remarks = [...Map.groupBy(told, note => note.text)].map(([text, about]): Content => {
    const names = about.map(({ account }) => account)
    const where = listOf(firstAndMore(names, ACCOUNTS_NAMED, countMore))
    return result.accounts.length > 1 ? md`${textCell(text)} (${where})` : textCell(text)
  })
  return listSection('Notes', [...leftOutLines(result).map(textCell), ...remarks], 'notes')
}

export function accountLabel(account: AuditedAccount['account']): Content {
  const name = accountName(account)
  return name === account.id ? code(name) : md`${nameCell(name)} · ${account.id}`
}

/** The rest of a long text stands elsewhere. */
export function firstLine(text: string): string {
  return text.split('\n', 1).join('')
}
