/** What the inputs mean for each stage, in that stage's own terms. */
import { posix, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import type { AwsSource } from '../aws/source.ts'
import type { Config } from '../config/config.ts'
import { AUDIT_FILES } from '../domain/audit-files.ts'
import type { Policy } from '../domain/audit-result.ts'
import type { Declarations } from '../domain/declarations.ts'
import { unreadOf } from '../domain/unread.ts'
import type { GatherRequest, SavedSource } from '../gather/request.ts'
import type { Job } from '../host/id-token.ts'
import { type Run, reasonNotToWrite } from '../host/run.ts'
import type { OthersRequest } from '../locate/others.ts'
import type { RemediationRun } from '../remediate/plan.ts'
import type { Inputs } from './inputs.ts'

export function policyOf({ maxAgeDays, warnDays, failOn, verifyKeys }: Inputs): Policy {
  return { maxAgeDays, warnDays, failOn, verifyKeys }
}

export function gatherRequestOf(
  inputs: Inputs,
  config: Config,
  job: Job,
  { workspace }: Pick<Run, 'workspace'>,
  { now, started }: { readonly now: Date; readonly started: Date },
): Omit<GatherRequest, 'liveChecks' | 'checked'> {
  const files: SavedSource = {
    kind: 'files',
    patterns: inputs.evidenceFiles,
    workspace,
    maxAgeHours: inputs.asOf === null ? inputs.maxEvidenceAgeHours : null,
  }
  return {
    source: inputs.evidenceFiles.length > 0 ? files : awsSourceOf(inputs),
    now,
    deadline: deadlineOf(inputs, started),
    usage: inputs.usage,
    statusChanges: inputs.verifyKeys !== 'none' || inputs.remediation !== 'none',
    ownerTag: config.owners.tag,
    job,
  }
}

/**
 * Whether users with inactive keys are listed live: remediation deletes such keys, and an issue names those that it
 * tracked while they were active. A shard cannot know whether the last job keeps an issue.
 */
export function listsInactiveKeys({
  createIssue,
  remediation,
  shard,
  verifyKeys,
}: Pick<Inputs, 'createIssue' | 'remediation' | 'shard' | 'verifyKeys'>): boolean {
  return remediation !== 'none' || (verifyKeys !== 'none' && (createIssue || shard !== null))
}

/** null where no declarations of other repositories are asked for. */
export function othersRequestOf(
  { declarationsFrom, maxEvidenceAgeHours, asOf }: Inputs,
  { workspace, repository }: Pick<Run, 'workspace' | 'repository'>,
  now: Date,
): OthersRequest | null {
  if (declarationsFrom === null) return null
  return {
    directory: resolve(workspace, declarationsFrom),
    own: repository,
    now,
    maxAgeHours: asOf === null ? maxEvidenceAgeHours : null,
  }
}

/** null where no remediation is asked for. */
export function remediationOf(
  inputs: Inputs,
  run: Run,
  { scan, keyIds, others }: Declarations,
  { started, redacted }: { readonly started: Date; readonly redacted: boolean },
): {
  readonly source: AwsSource
  readonly changeRoles: readonly string[]
  readonly run: RemediationRun
} | null {
  const mode = inputs.remediation
  if (mode === 'none') return null
  return {
    source: awsSourceOf(inputs),
    changeRoles: inputs.remediationRole,
    run: {
      mode,
      savedEvidence: inputs.evidenceFiles.length > 0,
      asOf: inputs.asOf !== null,
      notToWrite: reasonNotToWrite(run),
      unread: unreadOf(scan, others),
      keyIds,
      redacted,
      milliseconds: timeToRemediate(inputs, started, new Date()),
    },
  }
}

/** What remains for it, in milliseconds, from 0. */
export function timeToRemediate(inputs: Timeout, started: Date, now: Date): number {
  return Math.max(0, deadlineOf(inputs, started).getTime() - now.getTime())
}

type Timeout = Pick<Inputs, 'timeoutMinutes'>

/** When AWS is asked for nothing more: a tenth of `timeout-minutes` before its end, at most a minute, in which to publish. */
function deadlineOf(inputs: Timeout, started: Date): Date {
  return new Date(endOf(inputs, started) - Math.min(60_000, inputs.timeoutMinutes * 6_000))
}

/** When GitHub is asked for nothing more: just in time to tell it. */
export function gitHubDeadlineOf(inputs: Timeout, started: Date): Date {
  return new Date(endOf(inputs, started) - 3_000)
}

function endOf({ timeoutMinutes }: Timeout, started: Date): number {
  return started.getTime() + timeoutMinutes * 60_000
}

function awsSourceOf(inputs: Inputs): AwsSource {
  return {
    kind: 'aws',
    roles: inputs.roleToAssume,
    organizationRoleName: inputs.organizationRoleName,
    excludeAccounts: inputs.excludeAccounts,
    shard: inputs.shard,
    region: inputs.awsRegion,
    audience: inputs.audience,
    sessionName: inputs.roleSessionName,
    maxConcurrency: inputs.maxConcurrency,
  }
}

/**
 * Whether a path, relative to the workspace, is of an audit. Evidence and what runs write name key IDs that nobody wrote
 * into the checkout; the configuration file at `configPath` names those of its exemptions. What `!` takes out of
 * `evidence-files` is not evidence: all else there is, or the run fails.
 */
export function filesOfAudits(
  {
    evidenceFiles,
    outputDirectory,
    declarationsFrom,
  }: Pick<Inputs, 'evidenceFiles' | 'outputDirectory' | 'declarationsFrom'>,
  workspace: string,
  configPath: string,
): (path: string) => boolean {
  const placeOf = (path: string) => relative(workspace, resolve(workspace, path))
  const globOf = (glob: string) => placeOf(glob).replaceAll(sep, '/')
  const inDirectory = (directory: string | null, files: readonly string[]) =>
    directory === null ? [] : files.map(file => posix.join(literal(placeOf(directory)), file))
  const [takenOut = [], evidence = []] = [true, false].map(out =>
    evidenceFiles.filter(glob => glob.startsWith('!') === out),
  )
  // Gathering reads a file that is named itself, whatever `!` takes out.
  const named = evidence.map(globOf)
  const isEvidence = matcher(
    named,
    takenOut.map(glob => globOf(glob.slice(1))),
  )
  const isOther = matcher([
    ...inDirectory(outputDirectory, WRITTEN),
    ...inDirectory(declarationsFrom, [`*/*/${AUDIT_FILES.declarations}`]),
    posix.normalize(literal(configPath)),
  ])
  return path => named.includes(path) || isEvidence(path) || isOther(path)
}

/** Matches paths of the first globs and not of the others, and what is in directories, as gathering looks into them. */
function matcher(globs: readonly string[], others: readonly string[] = []): (path: string) => boolean {
  const withInside = (glob: string) => (glob === '' ? [] : [glob, `${glob}/**`])
  // A last `*` finds files alone; but what it takes out is never looked into.
  const found = globs.flatMap(glob => (glob.endsWith('*') ? [glob] : withInside(glob)))
  return picomatch(found, { dot: true, nonegate: true, ignore: others.flatMap(withInside) })
}

/** What an audit writes into a directory, no more: code may stand beside it. */
const WRITTEN = Object.values({ ...AUDIT_FILES, evidence: `${AUDIT_FILES.evidence}/*.json` })

/** The glob of that one path. */
function literal(path: string): string {
  return path.replaceAll(sep, '/').replace(/[\\*?[\]{}()!+@|$^]/g, '\\$&')
}
