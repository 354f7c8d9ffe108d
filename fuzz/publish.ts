/** Evaluates and publishes as `main.ts` does, but into nothing, and checks what must hold whatever the input says. */
import { mentionsIn } from '../sandbox/render.ts'
import { type Config, EMPTY_CONFIG } from '../src/config/config.ts'
import type { Policy } from '../src/domain/audit-result.ts'
import { type Declarations, NO_DECLARATIONS } from '../src/domain/declarations.ts'
import type { Gathered } from '../src/domain/evidence.ts'
import { aggregate } from '../src/evaluate/aggregate.ts'
import { evaluateAccount } from '../src/evaluate/evaluate.ts'
import { printable, safeLine } from '../src/host/log.ts'
import { readRun } from '../src/host/run.ts'
import { byteLength } from '../src/publish/describe/markdown.ts'
import { keysCsv } from '../src/publish/formats/csv.ts'
import { resultJson } from '../src/publish/formats/json.ts'
import { findingsOcsf } from '../src/publish/formats/ocsf.ts'
import { findingsSarif } from '../src/publish/formats/sarif.ts'
import { annotationsOf } from '../src/publish/github/annotations.ts'
import { logOf } from '../src/publish/github/log.ts'
import { summaryOf } from '../src/publish/github/summary.ts'
import { planIssues } from '../src/publish/issues/plan.ts'
import type { ExistingIssue } from '../src/publish/issues/request.ts'
import { parseBody } from '../src/publish/issues/state.ts'
import { redactReport } from '../src/publish/redact.ts'
import type { Report } from '../src/publish/report.ts'

export const NOW = new Date('2026-11-24T00:00:00Z')

const POLICY: Policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' }

const RUN = readRun(
  {
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_EVENT_NAME: 'schedule',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  },
  () => '{}',
)

export interface Given {
  readonly config?: Config
  readonly declarations?: Declarations
  /** What the repository's issue of the last night says. */
  readonly issueBody?: string
}

/** Everything that a run would show of this evidence. Throws where one of the promises of SECURITY.md is broken. */
export function publishAll(
  gathered: readonly Gathered[],
  { config = EMPTY_CONFIG, declarations = NO_DECLARATIONS, issueBody }: Given = {},
): void {
  const evaluations = gathered.map(each => evaluateAccount(each, declarations, config, POLICY, NOW))
  const result = aggregate(evaluations, {
    config,
    policy: POLICY,
    now: NOW,
    declarations,
    changedFiles: null,
  })
  const full: Report = {
    result,
    run: RUN,
    hidden: null,
    scan: declarations.scan,
    configPath: config.path,
    configWarnings: [],
    preview: null,
    remediation: null,
    changedKeys: [],
    trend: [],
    history: [],
    issueLines: [],
    notFiled: [],
    muted: [],
    failures: [],
  }
  const hiding = { reason: 'octo-org/octo-repo is public', secret: null }
  checkShown(full)
  const text = checkShown(redactReport(full, hiding))
  for (const hidden of [null, hiding]) {
    const planned = checkIssues(
      {
        result,
        hidden,
        secret: null,
        per: 'repository',
        labels: ['aws-access-keys'],
        assignees: [],
        changes: [],
        run: RUN,
        repository: RUN.repository,
        mention: true,
        pulls: new Map(),
        config: { path: '.github/access-key-rotation.yml', exists: true },
      },
      issueBody,
    )
    // What people and earlier runs wrote into an issue stays there.
    if (hidden !== null && issueBody === undefined) text.push(...planned)
  }
  const names = result.keys.flatMap(key => key.accessKeyId ?? []).filter(id => /^AKIA[A-Z2-7]{16}$/.test(id))
  const accounts = result.accounts.map(({ account }) => account.id)
  for (const name of [...names, ...accounts])
    if (text.some(shown => shown.includes(name))) throw new Error(`A redacted text names ${name}`)
}

function checkShown(report: Report): string[] {
  const lines = logOf(report).flatMap(({ title, lines }) => [title, ...lines])
  for (const line of lines) refuseCommand(safeLine(line))
  for (const annotation of annotationsOf(report)) {
    const { title, message } = printable(annotation)
    refuseCommand(title)
    for (const line of message.split('\n')) refuseCommand(line)
    if (message.length > 4096) throw new Error('An annotation is longer than GitHub keeps')
  }
  const summary = summaryOf(report)
  if (byteLength(summary) > 2 ** 20) throw new Error('The job summary is larger than 1 MiB')
  refuseMentions(summary.markdown)
  const json = whole(resultJson(report))
  const ocsf = whole(findingsOcsf(report))
  const sarif = findingsSarif(report)
  for (const text of [json, ocsf, ...(sarif === null ? [] : [whole(sarif)])]) JSON.parse(text)
  return [...lines, summary.markdown, json, ocsf, whole(sarif ?? []), whole(keysCsv(report))]
}

function checkIssues(request: Parameters<typeof planIssues>[0], issueBody: string | undefined): string[] {
  const parsed = issueBody === undefined ? null : parseBody(issueBody)
  const existing: ExistingIssue[] =
    parsed === null || issueBody === undefined
      ? []
      : [
          {
            number: 7,
            url: 'https://github.com/octo-org/octo-repo/issues/7',
            title: 'x',
            body: issueBody,
            parsed,
            state: 'open',
            assignees: [],
          },
        ]
  return planIssues(request, existing, () => false).flatMap(planned => {
    if (planned.action !== 'create' && planned.action !== 'update') return []
    if (planned.title.length > 256) throw new Error('An issue title is longer than GitHub takes')
    if (planned.body.length > 65_536) throw new Error('An issue is longer than GitHub takes')
    if (parseBody(planned.body)?.state == null) throw new Error('An issue does not remember what it tracks')
    const ours = planned.body.slice(
      0,
      planned.body.length - (parseBody(planned.body)?.userContent.length ?? 0),
    )
    refuseMentions(ours)
    const comment = planned.action === 'update' ? (planned.comment ?? '') : ''
    refuseMentions(comment)
    return [planned.title, ours, comment]
  })
}

function whole(pieces: Iterable<string>): string {
  return [...pieces].join('')
}

/** The runner's two forms of a workflow command, `::x::` and `##[x]` (actions/runner ActionCommand.cs). */
export function refuseCommand(line: string): void {
  if (/[\r\n]/.test(line)) throw new Error(`A log line breaks: ${JSON.stringify(line.slice(0, 200))}`)
  if (/^\s*::/.test(line) || line.includes('##['))
    throw new Error(`A log line is a workflow command: ${JSON.stringify(line.slice(0, 200))}`)
}

/** GitHub's own parser takes too long for texts larger than this, thousands of times. */
const MOST_RENDERED = 20_000

export function refuseMentions(markdown: string): void {
  if (markdown.length > MOST_RENDERED || !markdown.includes('@')) return
  const [mention] = mentionsIn(markdown)
  if (mention !== undefined) throw new Error(`Markdown mentions ${mention}`)
}
