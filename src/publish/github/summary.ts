import type { AuditedAccount, AuditResult, KeyState } from '../../domain/audit-result.ts'
import { CONTROL, CONTROL_NAMES } from '../../domain/control.ts'
import type { LogEntry } from '../../domain/step-output.ts'
import { countOf, elapsed, formatCount, upperFirst } from '../../domain/text.ts'
import { ageChart, trendChart } from '../describe/chart.ts'
import { describeChange } from '../describe/describe-change.ts'
import { daysOld } from '../describe/describe-key.ts'
import { hiddenNames, whichKey } from '../describe/hidden-names.ts'
import {
  type KeyColumn,
  keyColumns,
  keyLabel,
  locationLink,
  nameCell,
  rotateWhen,
  textCell,
} from '../describe/key-columns.ts'
import {
  blocks,
  type Content,
  code,
  codeBlock,
  details,
  heading,
  joined,
  link,
  type Markdown,
  md,
  prose,
  strong,
} from '../describe/markdown.ts'
import { block, listSection, type Section, tableSection, withinBudget } from '../describe/sections.ts'
import { accountHint } from '../describe/steps.ts'
import { oldestKey, stepVerdict, verdict } from '../describe/verdict.ts'
import type { Report } from '../report.ts'
import {
  accountLabel,
  accountSection,
  failedSections,
  firstLine,
  noteSection,
  unverifiedSection,
} from './account-sections.ts'
import {
  dueSections,
  exposedSections,
  keySection,
  type StepsSection,
  SUMMARY_BYTES,
  stepsSection,
} from './key-sections.ts'
import { earlierRun, previewBlock } from './preview-section.ts'

/** The job summary, in at most `budget` bytes of UTF-8: what is too much is left out section by section, and counted; `setup`: the set-up check, folded below it. */
export function summaryOf(report: Report, budget = SUMMARY_BYTES, setup: readonly LogEntry[] = []): Markdown {
  const check = setup.map(({ title, lines }) => block(details(title, codeBlock(lines.join('\n'), 'text'))))
  const sections = summarySections(report, { chart: ageChart, steps: stepsSection })
  return withinBudget([...sections, ...check], budget)
}

/** What each medium shows in its own way. */
export interface Medium {
  readonly chart: (result: AuditResult) => Markdown
  readonly steps: StepsSection
}

/** What the summary says, in its order, without what is empty. */
export function summarySections(report: Report, { chart, steps }: Medium): readonly Section[] {
  const { result, hidden, trend } = report
  const keys = Map.groupBy(result.keys, key => key.state)
  const inState = (state: KeyState) => keys.get(state) ?? []
  const preview = previewBlock(report)
  const sections = [
    block(preview),
    block(headline(report, preview, chart(result))),
    block(hidden && blocks([hiddenNames(hidden), whichKey(hidden)])),
    block(accountHint(report)),
    ...dueSections('stale', inState, steps, report),
    ...exposedSections(steps, report),
    ...failedSections(report),
    unverifiedSection(report),
    ...remediationSections(report),
    ...dueSections('expiring', inState, steps, report),
    keySection('Exempt', EXEMPT_COLUMNS, inState('exempt'), report, 'exempt keys'),
    ...dueSections('inactive', inState, steps, report),
    ruleSection(report),
    absentSection(report),
    loginSection(report),
    accountSection(report),
    noteSection(report),
    failureSection(report),
    notFiledSection(report),
    mutedSection(report),
    block(trend.length < 2 ? null : blocks([heading(3, 'Stale keys over the last runs'), trendChart(trend)])),
    block(footer(result)),
  ]
  return sections.filter(({ head, items }) => head.markdown !== '' || items.length > 0)
}

const EXEMPT_COLUMNS = ['key', 'until', 'reason', 'account', 'age', 'ticket', 'rule'] as const

function headline(report: Report, preview: Markdown | null, chart: Markdown): Markdown {
  const { result } = report
  const { counts } = result
  const step = stepVerdict(report)
  // The preview ends with what the step makes of it.
  const stepLine = step === '' || preview !== null ? null : `${upperFirst(step)}.`
  return blocks([
    heading(2, verdict(result)),
    counts.stale === 0 ? oldestLine(result) : stepLine,
    evidenceLine(report),
    counts.active + counts.inactive === 0 ? '' : countsLine(result),
    chart,
  ])
}

/** In words, which a phone wraps; headline and chart count those that have no date apart, too. */
function countsLine({ keys, counts, policy }: AuditResult): Markdown {
  const undated = keys.filter(key => key.state === 'stale' && key.createdAt === null).length
  const of = (count: number, what: string) => md`${strong(count)} ${what}`
  return joined(
    [
      of(counts.stale, undated === 0 ? 'stale' : `stale (${formatCount(undated)} without date)`),
      policy.warnDays === 0 ? null : of(counts.expiring, `expiring in ${countOf(policy.warnDays, 'day')}`),
      of(counts.exempt, 'exempt'),
      of(counts.fresh, 'fresh'),
      of(counts.inactive, 'inactive, to delete'),
    ],
    ' · ',
  )
}

function oldestLine(result: AuditResult): Content {
  const oldest = oldestKey(result.keys.filter(key => key.state === 'fresh' || key.state === 'expiring'))
  if (oldest === null) return ''
  const name = nameCell(oldest.user === '' ? (oldest.accessKeyId ?? '') : oldest.user)
  return md`Oldest: ${name}, ${daysOld(oldest)}; rotate it ${rotateWhen(oldest, result)}.`
}

/** Whose evidence, how old, gathered where, and whether the findings were checked live. */
function evidenceLine(report: Report): Markdown {
  const { accounts, keys, asOf } = report.result
  const earlier = earlierRun(report)
  const audited = accounts.filter(account => account.status === 'audited')
  const [only] = accounts
  // The keys of the root user cannot be: ListAccessKeys does not see them.
  const stale = keys.filter(key => key.state === 'stale' && !key.root)
  const unverified = stale.filter(key => key.verified === 'report').length
  const live = stale.length === 0 ? '' : 'stale keys checked live'
  return joined(
    [
      accounts.length === 1 && only ? accountLabel(only.account) : countOf(accounts.length, 'account'),
      reportAges(audited, asOf),
      earlier && md`evidence of ${earlier}`,
      unverified === 0 ? live : `${countOf(unverified, 'stale key')} not checked live`,
      `evaluated as of ${minuteOf(asOf)}`,
    ],
    ' · ',
  )
}

function reportAges(audited: readonly AuditedAccount[], asOf: string): string {
  const times = audited.flatMap(({ evidence }) => evidence.reportGeneratedAt ?? []).sort()
  const [oldest] = times
  const newest = times.at(-1)
  if (oldest === undefined || newest === undefined) {
    const [only, ...others] = audited
    if (only === undefined) return ''
    const { reportNewestDate } = only.evidence
    return others.length > 0 || reportNewestDate === null
      ? 'credential report of unknown age'
      : `credential report of ${minuteOf(reportNewestDate)} or later`
  }
  if (times.length === 1) return `credential report of ${minuteOf(oldest)} (${elapsed(oldest, asOf)} old)`
  const ages = new Set([newest, oldest].map(time => elapsed(time, asOf)))
  return `credential reports ${[...ages].join(' to ')} old`
}

function remediationSections(report: Report): readonly Section[] {
  const { remediation, changedKeys } = report
  if (remediation === null) return []
  const title = remediation.mode === 'plan' ? 'Remediation, planned' : 'Remediation'
  const { refused, changes } = remediation
  if (refused !== null || changes.length === 0) {
    const why =
      refused === null ? 'Nothing to change.' : md`Nothing was changed because ${textCell(refused)}.`
    return [block(blocks([heading(3, title), why]))]
  }
  const items = changes.map((change, index) => {
    const key = changedKeys[index]
    const { did, why, undo, final } = describeChange(change)
    return joined(
      [
        strong(upperFirst(did)),
        key === undefined ? nameCell(change.key) : keyLabel(key, report),
        why && md`· ${textCell(why)}`,
        undo === null ? (final ? 'It cannot be undone.' : null) : md`Undo: ${code(undo)}`,
      ],
      ' ',
    )
  })
  return [listSection(title, items, 'changes')]
}

/** Rules of the configuration file that do nothing. */
function ruleSection(report: Report): Section {
  const { exemptions, acceptances } = report.result
  const rules = [
    ...exemptions.map(rule => ({ ...rule, what: 'key' })),
    ...acceptances.map(rule => ({ ...rule, keys: [], what: 'unverified user' })),
  ].filter(({ status }) => status !== 'applied')
  return tableSection(
    'Rules without effect',
    ['Rule', 'Why', 'Reason given'],
    rules.map(({ location, status, expires, reason, keys, what }) => [
      locationLink(location, report),
      status === 'unmatched'
        ? `matches no ${what}`
        : `expired on ${expires}${keys.length === 0 ? '' : `; ${countOf(keys.length, 'key')} it exempted`}`,
      textCell(reason),
    ]),
    'rules',
  )
}

/** What code declares and no account has. */
function absentSection(report: Report): Section {
  const rows = report.result.absent.map(each => {
    return [locationLink(each, report), nameCell(each.address), nameCell(each.user)]
  })
  const columns = ['Declaration', 'Resource', 'User without a key']
  return tableSection('Declared, but in no audited account', columns, rows, 'declarations')
}

function loginSection(report: Report): Section {
  const { staticLogins } = report.result
  const places = staticLogins.map(login => {
    const secret = login.secret === null ? '' : md`with the secret ${nameCell(login.secret)}`
    return joined([locationLink(login, report), secret], ' ')
  })
  const advice = md`${code('aws-actions/configure-aws-credentials')} can assume a role by OIDC instead (${code('role-to-assume')}, with the permission ${code('id-token: write')}): no key is left to rotate.`
  return listSection('Workflows that log in with a stored access key', places, 'places', advice)
}

/** What was asked for and could not be done. */
function failureSection({ failures }: Report): Section {
  const things = failures.map(
    ({ summary, remedy }) => md`${textCell(summary)}: ${textCell(firstLine(remedy))}`,
  )
  return listSection('Not done', things, 'things')
}

/** Keys that wait for an issue until the next run. */
function notFiledSection(report: Report): Section {
  const waiting = new Set(report.notFiled)
  const keys = report.result.keys.filter(({ id }) => waiting.has(id))
  return keySection('Issues left for the next run', ['key', 'account', 'owner'], keys, report)
}

/** Keys for which nothing is filed, as somebody decided: a row for each issue, of which several may list one key. */
function mutedSection(report: Report): Section {
  const muted = new Set(report.muted.map(({ key }) => key))
  const keys = new Map(report.result.keys.filter(({ id }) => muted.has(id)).map(each => [each.id, each]))
  const { account, key, age, owner } = keyColumns(report)
  const columns: readonly KeyColumn[] = [account, key, age, owner]
  const rows = report.muted.flatMap(({ key: id, url }) => {
    const each = keys.get(id)
    return each === undefined ? [] : [[...columns.map(({ cell }) => cell(each)), issueLink(url)]]
  })
  const titles = [...columns, { title: 'Issue' }]
  return tableSection('Muted: their issue was closed as not planned', titles, rows, 'muted keys')
}

function issueLink(url: string): Markdown {
  return link(`#${url.split('/').at(-1)}`, url)
}

function footer({ policy }: AuditResult): Markdown {
  const control = [CONTROL_NAMES.cis, CONTROL_NAMES.lacework, CONTROL_NAMES.securityHub].join(' · ')
  const limit = countOf(policy.maxAgeDays, 'day')
  return prose(
    policy.maxAgeDays > CONTROL.maxAgeDays
      ? `The limit applied is ${limit}, a policy of this workflow. The control (${control}) asks for 90 days or less: whether it is met is not said here.`
      : `${control} · limit applied: ${limit}`,
  )
}

/** `2026-11-23 23:48 UTC` */
function minuteOf(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
}
