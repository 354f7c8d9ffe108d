import { resolve } from 'node:path'
import type { ConfigFile } from '../config/read-config.ts'
import type { AuditResult } from '../domain/audit-result.ts'
import type { Scan } from '../domain/declarations.ts'
import { UserError } from '../domain/errors.ts'
import type { Failure, Gathered } from '../domain/evidence.ts'
import type { RemediationRecord } from '../domain/remediation-record.ts'
import { describeGitHubError, type GitHub } from '../github/client.ts'
import { type Run, reasonNotToWrite } from '../host/run.ts'
import { info, setOutput } from '../host/toolkit.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { countOf } from './describe/text.ts'
import type { WrittenFiles } from './formats/files.ts'
import { annotationsOf, emitAnnotations } from './github/annotations.ts'
import { logOf, writeLog } from './github/log.ts'
import { outputsOf } from './github/outputs.ts'
import { writeSummary } from './github/summary.ts'
import type { IssueOutcome } from './issues/sync.ts'
import { redactReport } from './redact.ts'
import type { Preview, Report } from './report.ts'

/** What was found. */
export interface Findings {
  readonly result: AuditResult
  readonly preview: Preview | null
  readonly remediation: RemediationRecord | null
  readonly file: ConfigFile
  readonly scan: Scan
  readonly evidence: EvidenceFiles
  /** What could not be asked on the way. */
  readonly problems: readonly UserError[]
}

/** Where it is published. */
export interface Setting {
  readonly inputs: Inputs
  readonly run: Run
  /** Whether names are hidden in whatever this repository shows. */
  readonly redacted: boolean
  /** Whether names are hidden in the issues. */
  readonly issuesRedacted: boolean
  readonly openGitHub: () => Promise<GitHub>
}

/** Issues, files, outputs, log, job summary, annotations and the step's verdict; one that fails never hides the rest. */
export async function publish(findings: Findings, setting: Setting): Promise<void> {
  const { result, file, evidence } = findings
  const issues = setting.inputs.createIssue ? await keepIssues(findings, setting) : NO_ISSUES
  const full: Report = {
    result,
    run: setting.run,
    redacted: false,
    configPath: file.text === null ? null : file.path,
    configWarnings: file.warnings,
    preview: findings.preview,
    remediation: findings.remediation,
    scan: findings.scan,
    trend: issues.trend,
    history: issues.history,
    issueLines: issues.lines,
    notFiled: issues.notFiled,
    failures: [...findings.problems, ...evidence.problems, ...issues.failures].map(asFailure),
  }
  const shown = setting.redacted ? redactReport(full) : full
  const { directory } = evidence
  const files = directory === null ? NO_FILES : await writeFilesOf(directory, shown)
  const report = { ...shown, failures: [...shown.failures, ...files.problems.map(asFailure)] }
  const outputs = outputsOf(result, {
    issueUrls: issues.urls,
    outputDirectory: directory ?? '',
    sarifFile: files.sarif ?? '',
  })
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
  writeLog(logOf(report))
  if (directory !== null && result.result === 'error') info(NO_SARIF)
  if (directory !== null && setting.redacted) info(NO_EVIDENCE)
  writeSummary(report)
  emitAnnotations(annotationsOf(report))
  if (result.step.fails || report.failures.length > 0) process.exitCode = 1
}

/** The evidence of a shard is all that it publishes; it fails if nothing could be gathered or written. */
export function publishShard(
  accounts: { readonly done: number; readonly failed: number },
  evidence: EvidenceFiles,
): void {
  setOutput('output-directory', evidence.directory ?? '')
  setOutput('account-count', accounts.done)
  setOutput('failed-account-count', accounts.failed)
  info(
    `Evidence of ${countOf(accounts.done, 'account')} written, ${accounts.failed} of them not audited; the job that takes all shards as evidence-files evaluates it.`,
  )
  const [problem] = evidence.problems
  if (problem) throw problem
  if (accounts.done > 0 && accounts.failed === accounts.done)
    throw new UserError(
      'No account of this shard could be audited.',
      'The job that evaluates all shards says why of each account.',
    )
}

export interface EvidenceFiles {
  /** Absolute; null where no files are asked for. */
  readonly directory: string | null
  readonly problems: readonly UserError[]
  write(gathered: Gathered): Promise<void>
}

/** Writes each account's evidence as it comes, so that it need not be held; none where names are hidden. */
export function openEvidence(workspace: string, inputs: Inputs, redacted: boolean): EvidenceFiles {
  const directory = inputs.outputDirectory && resolve(workspace, inputs.outputDirectory)
  if (redacted && inputs.shard)
    throw new UserError(
      'A shard writes evidence, which names accounts, users and keys, and in this repository names are hidden.',
      'Run shards in a private repository; or, only if everybody who can read this one may read the names, set `redact: never`.',
    )
  const problems: UserError[] = []
  return {
    directory,
    problems,
    async write(gathered) {
      // Evidence from files is evidence already.
      if (directory === null || redacted || inputs.evidenceFiles.length > 0) return
      const { writeEvidence } = await import('./formats/files.ts')
      try {
        writeEvidence(directory, gathered)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(error)
      }
    },
  }
}

async function writeFilesOf(directory: string, report: Report): Promise<WrittenFiles> {
  const { writeFiles } = await import('./formats/files.ts')
  return writeFiles(directory, report)
}

async function keepIssues({ result, remediation }: Findings, setting: Setting): Promise<IssueOutcome> {
  const { inputs, run, issuesRedacted, openGitHub } = setting
  const repository = inputs.issueRepository ?? run.repository
  try {
    const { syncIssues } = await import('./issues/sync.ts')
    return await syncIssues({
      github: await openGitHub(),
      repository,
      labels: inputs.issueLabels,
      assignees: inputs.issueAssignees,
      per: inputs.issuePer,
      readOnlyBecause: reasonNotToWrite(run),
      result,
      changes: (remediation?.changes ?? []).filter(
        ({ outcome }) => outcome === 'done' || outcome === 'failed',
      ),
      redacted: issuesRedacted,
      run,
    })
  } catch (error) {
    // The findings are published whatever becomes of the issues.
    const doing = { what: `keep the issues in ${repository}`, permission: 'issues: write' }
    return { ...NO_ISSUES, failures: [describeGitHubError(error, doing)] }
  }
}

const NO_ISSUES: IssueOutcome = { urls: [], lines: [], failures: [], notFiled: [], history: [], trend: [] }
const NO_SARIF =
  'findings.sarif was not written, and the output sarif-file is empty: not every account was audited, and code scanning would close the alerts of those that were not.'
const NO_EVIDENCE =
  'No evidence was written: names are hidden in this repository, and evidence holds them (see the input redact).'
const NO_FILES = { sarif: null, problems: [] }

function asFailure({ message, remedy, detail }: UserError): Failure {
  return { summary: message, remedy, detail }
}
