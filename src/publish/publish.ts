import { join } from 'node:path'
import type { ConfigFile } from '../config/read-config.ts'
import { AUDIT_FILES } from '../domain/audit-files.ts'
import type { AuditResult } from '../domain/audit-result.ts'
import type { Scan } from '../domain/declarations.ts'
import { UserError } from '../domain/errors.ts'
import type { Gathered } from '../domain/evidence.ts'
import { type LogEntry, NO_OUTPUT, type StepOutput } from '../domain/step-output.ts'
import { countOf, listOf } from '../domain/text.ts'
import type { GitHub } from '../github/client.ts'
import { describeGitHubError } from '../github/errors.ts'
import { type Run, reasonNotToWrite } from '../host/run.ts'
import type { Inputs, OutputName } from '../inputs/inputs.ts'
import { exemptionWarnings } from './describe/exemption-warnings.ts'
import type { Digests } from './formats/document.ts'
import {
  outputDirectory,
  type WrittenFiles,
  writeEvidence,
  writeFiles,
  writeResult,
} from './formats/files.ts'
import { annotationsOf } from './github/annotations.ts'
import { failureOutput } from './github/failure.ts'
import { SUMMARY_BYTES } from './github/key-sections.ts'
import { closingLogOf, line, logOf } from './github/log.ts'
import { summaryOf } from './github/summary.ts'
import { type IssueOutcome, NO_ISSUES } from './issues/outcome.ts'
import type { IssueRequest } from './issues/request.ts'
import type { PullsOutcome } from './pull-requests/sync.ts'
import { redactReport } from './redact.ts'
import { type Report, withFailures } from './report.ts'

/** What was found. */
export interface Findings extends Pick<Report, 'result' | 'preview' | 'remediation' | 'changedKeys'> {
  readonly scan: Scan
  readonly file: ConfigFile
  readonly evidence: EvidenceFiles
  /** What could not be asked on the way. */
  readonly problems: readonly UserError[]
}

/** Where it is published. */
export interface Destination {
  readonly inputs: Inputs
  readonly run: Run
  /** Why names are hidden in whatever this repository shows, or null. */
  readonly hidden: string | null
  /** The same of the issues; asks GitHub. */
  readonly whyHiddenInIssues: () => Promise<string | null>
  readonly openGitHub: () => Promise<GitHub>
  /** What the log says of the set-up, now that it is known what became of the issues; null: they were not kept. */
  readonly setupCheck: (issues: IssueOutcome | null) => readonly LogEntry[]
}

interface Publication {
  /** What the step tells its runner whatever becomes of pull requests and issues. */
  readonly output: StepOutput
  /** Keeps pull requests and issues, and gives what is known only then. Never throws. */
  complete(): Promise<StepOutput>
}

/** Writes the files; then, on request, pull requests and issues. One that fails never hides the rest. */
export async function publish(findings: Findings, destination: Destination): Promise<Publication> {
  const { result, evidence } = findings
  const { directory } = evidence
  const { hidden, inputs } = destination
  const { createIssue, pullRequests, redactionSecret: secret } = inputs
  const show = (report: Report, numbers?: ReadonlyMap<string, number>) =>
    hidden === null ? report : redactReport(report, { reason: hidden, secret }, numbers)
  const found = withFailures(reportOf(findings, destination), [...findings.problems, ...evidence.problems])
  const shown = show(found)
  const files = directory === null ? NO_FILES : await writeFiles(directory, shown, evidence.digests)
  const told = withFailures(shown, files.problems)
  return {
    output: {
      ...NO_OUTPUT,
      fails: told.result.step.fails,
      outputs: outputsOf(result, wholeDirectory(evidence), sarifFile(evidence, files)),
      log: [
        // Which number is whose, the issue tells later.
        ...logOf(
          createIssue && secret === null ? withFailures(show(found, new Map()), files.problems) : told,
        ),
        ...(directory === null ? [] : filesLeftOut(result, hidden).map(line)),
      ],
      summary: summaryOf(told).markdown,
    },
    async complete() {
      const end = (report: Report, issues: IssueOutcome): StepOutput => {
        const setup = destination.setupCheck(createIssue ? issues : null)
        const isTold = report === told && setup.length === 0
        return {
          fails: report.result.step.fails,
          outputs: issueOutputs(issues),
          log: [...setup, ...closingLogOf(report, told)],
          summary: isTold ? '' : summaryOf(report, SUMMARY_BYTES, setup).markdown,
          annotations: annotationsOf(report),
        }
      }
      if (!createIssue && !pullRequests) return end(told, NO_ISSUES)
      // First: the issue links to them.
      const pulls = pullRequests ? await keepPulls(findings, destination) : NO_PULLS
      const ofKey = pulls.listed ? pulls.ofKey : null
      const issues = createIssue ? await keepIssues(findings, ofKey, destination) : NO_ISSUES
      const remembered = rememberedIn({ ...issues, lines: [...pulls.lines, ...issues.lines] })
      const failures = [...files.problems, ...pulls.failures, ...issues.failures]
      const last = show(withFailures({ ...found, ...remembered }, failures), issues.numbers)
      // The issue's numbers stand in every file.
      const again =
        directory === null
          ? NO_FILES
          : hidden !== null && secret === null
            ? await writeFiles(directory, last)
            : await writeResult(directory, last, { ...files, problems: [] })
      const report = withFailures(last, files.problems.length === 0 ? again.problems : [])
      return end(report, issues)
    },
  }
}

function reportOf(findings: Findings, { run }: Destination): Report {
  const { result, file, preview, remediation, changedKeys, scan } = findings
  return {
    ...{ result, run, preview, remediation, changedKeys, scan },
    hidden: null,
    configPath: file.text === null ? null : file.path,
    configWarnings: [...file.warnings, ...exemptionWarnings(result)],
    ...rememberedIn(NO_ISSUES),
    failures: [],
  }
}

function rememberedIn({ trend, history, lines, notFiled, muted }: IssueOutcome) {
  const resolved = history.map(({ name: { user, key }, createdAt, staleSince, at, how, daysLate }) => {
    return { user, accessKeyId: key || null, createdAt, staleSince, at, how, daysLate }
  })
  return { trend, history: resolved, issueLines: lines, notFiled, muted }
}

/** Known only when the issues are kept. */
type OutputOfIssues = Extract<OutputName, 'issue-urls' | 'new-stale-count' | 'resolved-count'>

function issueOutputs({ urls, counts }: IssueOutcome): Readonly<Record<OutputOfIssues, string>> {
  return {
    'issue-urls': urls.join('\n'),
    'new-stale-count': String(counts.newStale ?? ''),
    'resolved-count': String(counts.resolved ?? ''),
  }
}

/** The action's outputs, by name; those of the issues are known later. Paths are empty where nothing was written. */
export function outputsOf(
  { result, counts }: AuditResult,
  directory: string,
  sarif: string,
): Readonly<Record<Exclude<OutputName, OutputOfIssues>, string>> {
  return {
    result,
    'stale-count': String(counts.stale),
    'expiring-count': String(counts.expiring),
    'exempt-count': String(counts.exempt),
    'active-key-count': String(counts.active),
    'oldest-key-age-days': String(counts.oldestKeyAgeDays ?? ''),
    'account-count': String(counts.accounts),
    'failed-account-count': String(counts.failedAccounts),
    'output-directory': directory,
    'sarif-file': sarif,
  }
}

/** Empty where none was written: after a failed account, or as it could not be. */
function sarifFile({ directory }: EvidenceFiles, { digests }: WrittenFiles): string {
  return directory !== null && digests.has(AUDIT_FILES.sarif) ? join(directory, AUDIT_FILES.sarif) : ''
}

/** The evidence of a shard is all that it publishes; it fails if nothing could be gathered or written. */
export function publishShard(
  accounts: { readonly done: number; readonly failed: number },
  evidence: EvidenceFiles,
): StepOutput {
  const [problem = accounts.done > 0 && accounts.failed === accounts.done ? NOT_GATHERED : null] =
    evidence.problems
  // Where names are hidden there is no shard.
  const output = problem === null ? NO_OUTPUT : failureOutput(problem, false)
  const written = `Evidence of ${countOf(accounts.done, 'account')} written, ${accounts.failed} of them not audited; the job that takes all shards as evidence-files evaluates it.`
  return {
    ...output,
    outputs: {
      ...output.outputs,
      'output-directory': wholeDirectory(evidence),
      'account-count': String(accounts.done),
      'failed-account-count': String(accounts.failed),
    },
    log: [line(written)],
  }
}

/** Empty where some evidence could not be written: what is uploaded from there would lack an account. */
function wholeDirectory({ directory, problems }: EvidenceFiles): string {
  return problems.length > 0 ? '' : (directory ?? '')
}

const NOT_GATHERED = new UserError(
  'No account of this shard could be audited.',
  'The job that evaluates all shards says why of each account.',
)

interface EvidenceFiles {
  /** Absolute; null where no files are asked for. */
  readonly directory: string | null
  readonly digests: Digests
  readonly problems: readonly UserError[]
  write(gathered: Gathered): void
}

/** Writes each account's evidence as it comes, so that it need not be held; none where names are hidden. */
export function openEvidence(workspace: string, inputs: Inputs, redacted: boolean): EvidenceFiles {
  const directory = inputs.outputDirectory && outputDirectory(workspace, inputs.outputDirectory)
  if (redacted && inputs.shard)
    throw new UserError(
      'A shard writes evidence, which names accounts, users and keys, and in this repository names are hidden.',
      'Run shards in a private repository; or, only if everybody who can read this one may read the names, set `redact: never`.',
    )
  const problems: UserError[] = []
  const digests = new Map<string, string>()
  return {
    directory,
    digests,
    problems,
    write(gathered) {
      // Evidence from files is evidence already.
      if (directory === null || redacted || inputs.evidenceFiles.length > 0) return
      try {
        digests.set(...writeEvidence(directory, gathered))
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(error)
      }
    },
  }
}

async function keepPulls({ result, scan }: Findings, destination: Destination): Promise<PullsOutcome> {
  const { inputs, run, hidden, openGitHub } = destination
  if (hidden !== null) {
    const why = `No pull request is opened: it would name a user, and names are hidden because ${hidden}`
    return { ...NO_PULLS, lines: [why] }
  }
  const { pullRequestLimit: limit, issueRepository, issueLabels: labels, createIssue: kept } = inputs
  try {
    const { syncPulls } = await import('./pull-requests/sync.ts')
    return await syncPulls({
      ...{ github: await openGitHub(), result, scan, run, limit },
      issues: { repository: issueRepository ?? run.repository, labels, kept },
      readOnlyBecause: reasonNotToWrite(run),
    })
  } catch (error) {
    // Neither findings nor issues are lost over them.
    const doing = { what: `keep the pull requests in ${run.repository}`, permission: 'pull-requests: write' }
    return { ...NO_PULLS, failures: [describeGitHubError(error, doing)], listed: false }
  }
}

const NO_PULLS: PullsOutcome = { lines: [], failures: [], ofKey: new Map(), listed: true }

async function keepIssues(
  { result, remediation, changedKeys, file }: Findings,
  pulls: IssueRequest['pulls'],
  destination: Destination,
): Promise<IssueOutcome> {
  const { inputs, run, whyHiddenInIssues, openGitHub } = destination
  const repository = inputs.issueRepository ?? run.repository
  try {
    const { syncIssues } = await import('./issues/sync.ts')
    const hidden = await whyHiddenInIssues()
    const { issuePer: per, redactionSecret: secret } = inputs
    if (hidden !== null && secret === null && per !== 'repository') throw needsSecret(per, hidden)
    return await syncIssues({
      ...{ github: await openGitHub(), repository, per, secret, pulls, run, result },
      labels: inputs.issueLabels,
      assignees: inputs.issueAssignees,
      readOnlyBecause: reasonNotToWrite(run),
      changes: changedKeys.flatMap((key, index) => {
        const change = remediation?.changes[index]
        return change && (change.outcome === 'done' || change.outcome === 'failed') ? [{ change, key }] : []
      }),
      hidden: hidden === null ? null : { reason: hidden, secret },
      mention: file.config.owners.mention,
      config: { path: file.path, exists: file.text !== null },
    })
  } catch (error) {
    // The findings are published whatever becomes of the issues.
    const doing = { what: `keep the issues in ${repository}`, permission: 'issues: write' }
    return { ...NO_ISSUES, failures: [describeGitHubError(error, doing)] }
  }
}

function needsSecret(per: string, because: string): UserError {
  return new UserError(
    `issue-per: ${per} needs redaction-secret where names are hidden, and they are because ${because}: without it nothing tells whose an issue is`,
    'Set `redaction-secret` to a repository secret, or `issue-per: repository`.',
  )
}

/** Which files are left out, and why. */
function filesLeftOut({ counts, unverified }: AuditResult, hidden: string | null): readonly string[] {
  const whose = [
    ...(counts.failedAccounts > 0 ? ['accounts that were not audited'] : []),
    ...(unverified.length > 0 ? ['users who are unverified, accepted or not'] : []),
  ]
  const sarif = `findings.sarif was not written, and the output sarif-file is empty: code scanning would close the alerts of ${listOf(whose)}.`
  return [...(whose.length === 0 ? [] : [sarif]), ...(hidden === null ? [] : [NO_EVIDENCE])]
}

const NO_EVIDENCE =
  'No evidence was written: names are hidden in this repository, and evidence holds them (see the input redact).'
const NO_FILES: WrittenFiles = { digests: new Map(), problems: [] }
