import { readFileSync } from 'node:fs'
import { getInput, info } from '@actions/core'
import type { AuditResult, Policy } from './audit-result.ts'
import type { Config } from './config.ts'
import { readBaseConfig, readConfigFile } from './config-file.ts'
import type { Declarations } from './declarations.ts'
import { conclude } from './evaluate/conclude.ts'
import { type AccountEvaluation, evaluateAccount } from './evaluate/evaluate.ts'
import { type AwsSource, type GatherRequest, gather, type SavedSource } from './gather/gather.ts'
import { createGitHub, type GitHub } from './github.ts'
import { type Inputs, parseInputs } from './inputs.ts'
import { locate } from './locate/locate.ts'
import { publishFailure } from './publish/failure.ts'
import { changeLine } from './publish/log.ts'
import { previewOf } from './publish/preview.ts'
import { progressLog } from './publish/progress.ts'
import { openEvidence, publish, publishShard } from './publish/publish.ts'
import { changedFiles } from './pull-request.ts'
import type { RemediationRecord } from './remediation-record.ts'
import { type Run, readRun, reasonNotToWrite } from './run.ts'
import { isRedacted } from './visibility.ts'

/** Gather and locate → evaluate → publish. What fails is told, and fails the step; nothing is thrown. */
export async function main(): Promise<void> {
  const started = new Date()
  const run = readRun(process.env, path => readFileSync(path, 'utf8'))
  let redacted = true
  try {
    const inputs = parseInputs(getInput)
    const openGitHub = once(() => createGitHub(inputs.githubToken, run.apiUrl, info))
    redacted = await isRedacted(inputs.redact, run.repository, run, openGitHub)
    await audit({ inputs, run, started, redacted, openGitHub })
  } catch (error) {
    await publishFailure(error, redacted)
  }
}

interface Audit {
  readonly inputs: Inputs
  readonly run: Run
  readonly started: Date
  /** Whether names are hidden in whatever this repository shows. */
  readonly redacted: boolean
  readonly openGitHub: () => Promise<GitHub>
}

async function audit({ inputs, run, started, redacted, openGitHub }: Audit): Promise<void> {
  const now = inputs.asOf ?? started
  const policy = policyOf(inputs)
  const file = await readConfigFile(run.workspace, inputs.configFile, now)
  const baseConfig = await readBaseConfig(file, run, now, openGitHub, info)
  const declarations = await locate(run.workspace, file.config.infrastructure)
  const evidence = openEvidence(run.workspace, inputs, redacted)

  const evaluations: AccountEvaluation[] = []
  const baseEvaluations: AccountEvaluation[] = []
  const progress = progressLog(() => performance.now(), info)
  const count = { done: 0, failed: 0, total: 0, findings: 0 }
  const accounts = gather(gatherRequest(inputs, file.config, run, now, started), event => {
    if (event.kind === 'accounts') count.total = event.count
  })
  for await (const account of accounts) {
    await evidence.write(account)
    count.done += 1
    if (account.kind === 'failed-account') count.failed += 1
    if (inputs.shard === null) {
      const evaluation = evaluateAccount(account, declarations, file.config, policy, now)
      evaluations.push(evaluation)
      count.findings += evaluation.keys.filter(key => key.state === 'stale').length
      if (baseConfig) baseEvaluations.push(evaluateAccount(account, declarations, baseConfig, policy, now))
    }
    progress(count)
  }
  if (inputs.shard) return publishShard(count, evidence)

  const context = {
    policy,
    now,
    declarations,
    changedFiles: await changes(inputs, run, openGitHub),
  }
  const result = conclude(evaluations, { ...context, config: file.config })
  const preview =
    baseConfig && previewOf(conclude(baseEvaluations, { ...context, config: baseConfig }), result)
  const issueRepository = inputs.issueRepository ?? run.repository
  const issuesRedacted =
    inputs.createIssue && (await isRedacted(inputs.redact, issueRepository, run, openGitHub))
  const remediation = await changeKeys(result, file.config, declarations, { inputs, run, now, redacted })
  await publish(
    { result, preview, remediation, file, evidence },
    { inputs, run, redacted, issuesRedacted, openGitHub },
  )
}

/** Remediation, where it is asked for; each change is logged as it happens. */
async function changeKeys(
  result: AuditResult,
  config: Config,
  { scan }: Declarations,
  { inputs, run, now, redacted }: Pick<Audit, 'inputs' | 'run' | 'redacted'> & { readonly now: Date },
): Promise<RemediationRecord | null> {
  const mode = inputs.remediation
  if (mode === 'none') return null
  const [{ remediate }, { openConnection }] = await Promise.all([
    import('./remediate/remediate.ts'),
    import('./remediate/connect.ts'),
  ])
  const signal = AbortSignal.timeout(inputs.timeoutMinutes * 60_000)
  const connection = openConnection(awsSource(inputs), run, signal)
  try {
    return await remediate({
      run: {
        mode,
        savedEvidence: inputs.evidenceFiles.length > 0,
        asOf: inputs.asOf !== null,
        notToWrite: reasonNotToWrite(run),
        scan,
        configBroken: false,
      },
      result,
      config,
      now,
      connect: connection.connect,
      told: change => info(changeLine(change, redacted)),
      signal,
    })
  } finally {
    connection.close()
  }
}

function policyOf({ maxAgeDays, warnDays, failOn, verifyKeys }: Inputs): Policy {
  return { maxAgeDays, warnDays, failOn, verifyKeys }
}

function gatherRequest(inputs: Inputs, config: Config, run: Run, now: Date, started: Date): GatherRequest {
  const files: SavedSource = {
    kind: 'files',
    patterns: inputs.evidenceFiles,
    workspace: run.workspace,
    maxAgeHours: inputs.asOf === null ? inputs.maxEvidenceAgeHours : null,
  }
  return {
    source: inputs.evidenceFiles.length > 0 ? files : awsSource(inputs),
    now,
    deadline: new Date(started.getTime() + inputs.timeoutMinutes * 60_000),
    policy: policyOf(inputs),
    usage: inputs.usage,
    statusChanges: inputs.remediation !== 'none',
    ownerTag: config.owners.tag,
    run,
  }
}

function awsSource(inputs: Inputs): AwsSource {
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

/** The files that decide under `fail-on: changed`; null where every stale key does. */
async function changes(
  { failOn }: Inputs,
  run: Run,
  openGitHub: () => Promise<GitHub>,
): Promise<readonly string[] | null> {
  if (failOn !== 'changed' || run.change === null) return null
  const files = await changedFiles(await openGitHub(), run)
  if (files.known) return files.paths
  info(files.because)
  return null
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}
