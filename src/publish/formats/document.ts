/** What `report.html` says beyond the job summary, for people who see neither the repository nor the account. */

import { AUDIT_FILES } from '../../domain/audit-files.ts'
import type { AcceptanceResult, AccountResult, ExemptionResult } from '../../domain/audit-result.ts'
import { CONTROL, CONTROL_TEXT, CONTROL_URL, controlReference } from '../../domain/control.ts'
import { countOf } from '../../domain/text.ts'
import { COVERED } from '../describe/exemption-warnings.ts'
import { locationLink, nameCell, textCell } from '../describe/key-columns.ts'
import {
  blocks,
  bullets,
  type Content,
  code,
  heading,
  joined,
  link,
  type Markdown,
  md,
  prose,
  raw,
  strong,
  table,
} from '../describe/markdown.ts'
import { block, headed, type Section, tableSection } from '../describe/sections.ts'
import { accountLabel } from '../github/account-sections.ts'
import { keySection, stepsSection } from '../github/key-sections.ts'
import type { Report } from '../report.ts'

/** SHA-256 of each file, in hexadecimal, by its path in `output-directory`. */
export type Digests = ReadonlyMap<string, string>

/** Whose document it is; nothing of the run that wrote it, so that a replay says the same. */
export function introduction({ result, run }: Report): Markdown {
  return joined(
    [
      run.repository === '' ? '' : md`Repository ${code(run.repository)}`,
      run.sha === '' ? '' : md`commit ${code(run.sha)}`,
      md`as of ${code(result.asOf)}`,
    ],
    ', ',
  )
}

/** After the summary's, most important first: what does not fit is left out from the end. */
export function documentSections(report: Report, digests: Digests): readonly Section[] {
  return [
    block(controlBlock()),
    block(policyBlock(report)),
    ...ruleSections(report),
    evidenceSection(report),
    filesSection(report, digests),
    freshSection(report),
    allSteps(report),
  ]
}

function controlBlock(): Markdown {
  return blocks([
    heading(2, 'The control'),
    strong(CONTROL.title),
    bullets(CONTROL_TEXT.map(([title, text]) => md`${strong(title)}: ${text}`)),
    md`${link('AWS on this control', CONTROL_URL)}. Its numbers: ${CONTROL.identifiers.map(controlReference).join('; ')}.`,
  ])
}

function policyBlock({ result: { policy }, configPath }: Report): Markdown {
  const { maxAgeDays, warnDays, failOn, verifyKeys } = policy
  const warning =
    warnDays === 0
      ? 'No key is reported as expiring'
      : 'A key that will be stale within that time is expiring'
  const file =
    configPath === null
      ? ['none', 'No exemption, nothing accepted']
      : [nameCell(configPath), 'Exemptions, and what is accepted as unverified']
  const rows: readonly Content[][] = [
    [code('max-age-days'), countOf(maxAgeDays, 'day'), 'An active key that is older is stale'],
    [code('warn-days'), countOf(warnDays, 'day'), warning],
    [code('fail-on'), failOn, FAIL_ON[failOn]],
    [code('verify-keys'), verifyKeys, VERIFY_KEYS[verifyKeys]],
    ['Configuration file', ...file],
  ]
  return blocks([heading(2, 'Policy in force'), table(['Setting', 'Value', 'What it decides'], rows)])
}

const FAIL_ON: Readonly<Record<Report['result']['policy']['failOn'], string>> = {
  stale: 'The check fails on stale keys',
  expiring: 'The check fails on stale and on expiring keys',
  changed: 'The check fails on stale keys that a proposed change of code touches',
  never: 'The check fails only if the audit could not be made',
}

const VERIFY_KEYS: Readonly<Record<Report['result']['policy']['verifyKeys'], string>> = {
  findings: 'Users with findings are looked at live, beside the credential report',
  all: 'Every user with a key is looked at live, beside the credential report',
  none: 'The credential report alone is trusted, which is up to four hours old',
}

/** Rules that exempt and accept; those in effect are not listed where names are hidden, and that is said. */
function ruleSections(report: Report): readonly Section[] {
  const { result, hidden } = report
  const columns = ['Rule', 'Last day', 'Reason', 'Ticket', 'Effect']
  const rowOf = (rule: ExemptionResult | AcceptanceResult, effect: string) => [
    locationLink(rule.location, report),
    rule.expires,
    textCell(rule.reason),
    textCell(rule.ticket ?? ''),
    effect,
  ]
  const withheld = `${countOf(result.counts.exempt, 'key is', 'keys are')} exempt. Rules in effect are not listed where names are hidden.`
  const exemptions = result.exemptions.map(rule => rowOf(rule, exemptionEffect(rule)))
  const acceptances = result.acceptances.map(rule => rowOf(rule, acceptanceEffect(rule)))
  return [
    block(hidden && prose(withheld)),
    tableSection('Exemptions', columns, exemptions, 'exemptions'),
    tableSection('Accepted as unverified', columns, acceptances, 'rules'),
  ]
}

function exemptionEffect({ status, keys, reach }: ExemptionResult): string {
  if (status === 'expired') return 'expired'
  if (status === 'unmatched') return 'matches no key'
  return `exempts ${keys.length === 0 ? 'no stale or expiring key yet' : countOf(keys.length, 'key')}${covering(reach)}`
}

const ACCEPTANCES: Readonly<Record<AcceptanceResult['status'], string>> = {
  applied: 'accepts what it names',
  expired: 'expired',
  unmatched: 'matches no unverified user',
}

function acceptanceEffect({ status, reach }: AcceptanceResult): string {
  return `${ACCEPTANCES[status]}${covering(reach)}`
}

function covering(reach: keyof typeof COVERED): string {
  return COVERED[reach] && `; covers ${COVERED[reach]}`
}

/** What each account's evaluation rests on, as the result has it. */
function evidenceSection({ result, hidden }: Report): Section {
  const live = { title: 'Users looked at live', align: 'right' } as const
  const columns = [
    'Account',
    'Credential report made',
    'Gathered',
    'By',
    live,
    'SHA-256 of the credential report',
  ]
  const section = tableSection(null, columns, result.accounts.map(evidenceRow), 'accounts')
  const check = md`The digest is that of the report’s bytes as AWS sent them: ${code('jq -r .report.content evidence/ACCOUNT.json | base64 --decode | sha256sum')}.`
  return headed([heading(2, 'Evidence'), hidden === null ? check : null], section)
}

function evidenceRow(one: AccountResult): readonly Content[] {
  if (one.status === 'failed')
    return [accountLabel(one.account), 'not audited', null, nameCell(one.role ?? ''), null, null]
  const { reportGeneratedAt, reportNewestDate, gatheredAt, role, runUrl, usersVerifiedLive, reportSha256 } =
    one.evidence
  const after = reportNewestDate === null ? '' : `, ${reportNewestDate} or later`
  return [
    accountLabel(one.account),
    reportGeneratedAt === null ? `time not known${after}` : code(reportGeneratedAt),
    gatheredAt === null ? 'time not known' : code(gatheredAt),
    joined([nameCell(role ?? ''), runLink(runUrl)], '<br>'),
    usersVerifiedLive,
    reportSha256 && code(reportSha256),
  ]
}

function runLink(url: string | null): Content {
  return url === null ? null : link(`run ${url.split('/').at(-1)}`, url)
}

/** What depends on the run that wrote the page: nothing else on it does. */
function filesSection({ run, hidden }: Report, digests: Digests): Section {
  const rows = [...digests].map(([path, digest]) => {
    return [code(path), WHAT_IT_IS[path] ?? EVIDENCE_FILE, code(digest)]
  })
  const section = tableSection(null, ['File', 'What it is', 'SHA-256'], rows, 'files')
  const none =
    hidden === null ? 'This run wrote no evidence.' : 'No evidence is written where names are hidden.'
  const written = [...digests.keys()].some(path => path.startsWith(`${AUDIT_FILES.evidence}/`))
  const where = run.url && md` in ${runLink(run.url)}`
  const by = md`Written by version ${run.actionVersion} of AWS Access Key Rotation Audit${where}.`
  return headed([heading(2, 'Files beside this page'), joined([by, written ? null : none], ' ')], section)
}

const WHAT_IT_IS: Readonly<Record<string, string>> = {
  [AUDIT_FILES.result]: 'The result, every key and the steps of each included',
  [AUDIT_FILES.keys]: 'Every key, also where this page leaves keys out for size',
  [AUDIT_FILES.ocsf]: 'OCSF Compliance Findings',
  [AUDIT_FILES.sarif]: 'SARIF for code scanning',
}
const EVIDENCE_FILE = 'What AWS said of one account'

// More never fit.
const MOST_FRESH = 7_000

function freshSection(report: Report): Section {
  const fresh = report.result.keys.filter(({ state }) => state === 'fresh')
  if (fresh.length === 0) return block(null)
  const columns = ['key', 'account', 'created', 'age', 'lastUsed', 'owner'] as const
  const section = keySection(null, columns, fresh.slice(0, MOST_FRESH), report, 'fresh keys')
  return {
    ...headed([heading(2, 'Fresh keys')], section),
    unrendered: Math.max(0, fresh.length - MOST_FRESH),
  }
}

/** Below the tables that they belong to on GitHub: the tables come first here, whatever the room. Printed where opened. */
function allSteps(report: Report): Section {
  const section = stepsSection(report.result.keys, report)
  const none = section.items.length + (section.unrendered ?? 0) === 0
  if (none) return section
  return {
    ...headed([raw('<section class="steps">'), heading(2, 'Steps of each rotation')], section),
    tail: blocks([section.tail ?? null, raw('</section>')]),
  }
}
