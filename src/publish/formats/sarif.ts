import type { ReportingDescriptor, Result, ToolComponent } from 'sarif'
import { declaringLines, type KeyResult, type Urgency } from '../../domain/audit-result.ts'
import { CONTROL, CONTROL_NAMES, CONTROL_URL } from '../../domain/control.ts'
import { isHere, type SourceLocation } from '../../domain/declarations.ts'
import { sha256 } from '../../domain/digest.ts'
import { oneLine } from '../../domain/text.ts'
import { DAY_MS } from '../../domain/time.ts'
import { describeKey, keySentence } from '../describe/describe-key.ts'
import { nextSentence } from '../describe/describe-step.ts'
import { blocks, link, type Markdown, md, prose } from '../describe/markdown.ts'
import { stepList } from '../describe/steps.ts'
import { accountsById, type Report } from '../report.ts'
import { jsonList } from './json.ts'

/**
 * `findings.sarif` in pieces: SARIF 2.1.0 as GitHub's code scanning reads it, one alert per stale key. Exempt keys are left
 * out, for GitHub ignores suppressions. null after any failed account and beside any unverified user, accepted or not: an
 * alert that is missing from an upload closes as fixed.
 */
export function findingsSarif(report: Report): Iterable<string> | null {
  const { result, unverified } = report.result
  if (result === 'error' || unverified.length > 0) return null
  // Keys come most urgent first, so what GitHub would not show is the least urgent.
  const stale = report.result.keys.filter(key => key.state === 'stale').slice(0, MAX_RESULTS)
  return sarif(stale, report)
}

// Of a run's results GitHub shows the 5,000 most severe ("SARIF support for code scanning", docs.github.com).
const MAX_RESULTS = 5_000
const MAX_RELATED = 20

const PROJECT_URL = 'https://github.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit'

/** Rule and result of one key at a time: those of thousands are tens of megabytes. */
function* sarif(keys: readonly KeyResult[], report: Report): Generator<string> {
  const { run, result } = report
  const accounts = accountsById(result.accounts)
  const driver = {
    // Short, for it fills a column of every list of alerts.
    name: 'Access Key Rotation',
    fullName: `AWS Access Key Rotation Audit ${run.actionVersion}`,
    semanticVersion: run.actionVersion,
    informationUri: PROJECT_URL,
  } satisfies ToolComponent
  yield `{"$schema":"${SCHEMA_URL}","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","tool":{"driver":`
  yield `${JSON.stringify(driver).slice(0, -1)},"rules":`
  const sentenceOf = (key: KeyResult) => keySentence(key, accounts.get(key.account))
  yield* jsonList(keys.values().map(key => ruleOf(key, sentenceOf(key), report)))
  yield '}},"results":'
  const resultAt = (key: KeyResult, ruleIndex: number) => resultOf(key, sentenceOf(key), ruleIndex, report)
  yield* jsonList(keys.values().map(resultAt))
  yield '}]}\n'
}

const SCHEMA_URL =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * A rule for each key: GitHub reads a severity and help only from the rule (sarif-sdk #2705), and an alert whose
 * rule changed as the key grew older would be another alert.
 */
function ruleOf(key: KeyResult, sentence: string, report: Report): ReportingDescriptor {
  const text = messageOf(key, sentence)
  return {
    id: ruleIdOf(key),
    name: 'StaleAccessKey',
    shortDescription: { text: `${oneLine(describeKey(key, 'dates').subject)} is stale.` },
    fullDescription: { text },
    helpUri: CONTROL_URL,
    help: { text, markdown: help(key, sentence, report).markdown },
    defaultConfiguration: { level: 'error' },
    properties: {
      tags: TAGS,
      precision: 'very-high',
      'security-severity': securitySeverity(key, report.result.asOf),
    },
  }
}

function resultOf(key: KeyResult, sentence: string, ruleIndex: number, report: Report): Result {
  const location = primaryLocation(key, report)
  return {
    ruleId: ruleIdOf(key),
    level: 'error',
    message: { text: messageOf(key, sentence) },
    locations: [{ physicalLocation: physical(location) }],
    ...related(key, location),
    // The key's identity alone, so that a moved line or a renamed user is the same alert.
    partialFingerprints: { primaryLocationLineHash: `${fingerprintOf(key)}:1` },
    ruleIndex,
  }
}

/** Message text in which no `](` makes a link. */
function messageOf(key: KeyResult, sentence: string): string {
  const next = nextSentence(key)
  return `${sentence}${next === '' ? '' : ` Next: ${next}`}`.replaceAll('](', '] (')
}

function ruleIdOf(key: KeyResult): string {
  return `stale-access-key/${fingerprintOf(key)}`
}

function fingerprintOf({ id }: KeyResult): string {
  return sha256(id).slice(0, 32)
}

/** The declaring line, else where the key is written out, else the configuration file, else the workflow. */
function primaryLocation(key: KeyResult, { configPath, run }: Report): SourceLocation {
  const path = configPath ?? run.workflowPath ?? '.github/access-key-rotation.yml'
  return [...declaringLines(key.declared), ...key.hardCoded].find(isHere) ?? { path, line: 1 }
}

function related(key: KeyResult, primary: SourceLocation): Pick<Result, 'relatedLocations'> {
  const candidates = key.declared?.candidates ?? []
  const others = [
    ...candidates.map(location => ({ location, text: 'May be declared here.' })),
    ...key.hardCoded.map(location => ({ location, text: 'The key ID is written out here.' })),
  ]
    .filter(({ location }) => location !== primary && isHere(location))
    .slice(0, MAX_RELATED)
  const relatedLocations = others.map(({ location, text }, index) => {
    return { id: index + 1, physicalLocation: physical(location), message: { text } }
  })
  return others.length === 0 ? {} : { relatedLocations }
}

function physical({ path, line }: SourceLocation) {
  const uri = path.toWellFormed().split('/').map(encodeURIComponent).join('/')
  return { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine: line } }
}

/** The level's lowest value and, within the level, how long the key is stale: a year or more fills it. */
function securitySeverity(key: KeyResult, asOf: string): string {
  const { from, room } = SEVERITY[key.urgency?.level ?? 'medium']
  // An age that cannot be read may be any.
  const days = key.staleSince === null ? 365 : (Date.parse(asOf) - Date.parse(key.staleSince)) / DAY_MS
  return (from + room * Math.min(Math.max(days / 365, 0), 1)).toFixed(1)
}

/** GitHub's levels: above 9.0 critical, from 7.0 high, from 4.0 medium. */
const SEVERITY: Readonly<Record<Urgency['level'], { readonly from: number; readonly room: number }>> = {
  critical: { from: 9.1, room: 0.8 },
  high: { from: 7, room: 1.9 },
  medium: { from: 4, room: 2.9 },
}

// CWE-324: Use of a Key Past its Expiration Date. GitHub reads the severity of rules tagged `security`, and 20 tags.
const TAGS = ['security', 'external/cwe/cwe-324', ...controlTags()]

function controlTags(): string[] {
  // Of the benchmark's versions, the newest of each number.
  const byNumber = new Map(CONTROL.identifiers.map(one => [`${one.source} ${one.id}`, one]))
  return [...byNumber.values()].map(
    ({ source, version, id }) =>
      `external/${source.toLowerCase().replace(/[^a-z0-9]+/g, '-')}/${version === null ? '' : `${version.replace(/\W+$|\s+/g, '')}/`}${id}`,
  )
}

function help(key: KeyResult, sentence: string, report: Report): Markdown {
  return blocks([
    prose(sentence),
    stepList(key, report),
    md`${link('The control', CONTROL_URL)}: ${CONTROL.title} (${CONTROL_NAMES.cis}, ${CONTROL_NAMES.securityHub}).`,
  ])
}
