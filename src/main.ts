import { readFileSync } from 'node:fs'
import { getInput } from '@actions/core'
import type { Config } from './config/config.ts'
import { type ConfigFile, readBaseConfig, readConfigFile } from './config/read-config.ts'
import type { NameMentions } from './domain/declarations.ts'
import type { AnnouncedChange, RemediationChange, RemediationRecord } from './domain/remediation-record.ts'
import type { StepOutput } from './domain/step-output.ts'
import { formatInstant } from './domain/time.ts'
import { aggregate } from './evaluate/aggregate.ts'
import { unreadProblems } from './evaluate/changed.ts'
import { type AccountEvaluation, evaluateAccount, undeclaredUsers } from './evaluate/evaluate.ts'
import { liveChecksOf } from './evaluate/live-checks.ts'
import { gather } from './gather/gather.ts'
import { createGitHub, type GitHub } from './github/client.ts'
import { decidingFiles } from './github/pull-request.ts'
import { emit } from './host/emit.ts'
import { type IdTokens, openIdTokens } from './host/id-token.ts'
import { log } from './host/log.ts'
import { type Run, readRun } from './host/run.ts'
import { areIssuesRedacted, isRedacted } from './host/visibility.ts'
import { type Inputs, parseInputs } from './inputs/inputs.ts'
import {
  filesOfAudits,
  gatherRequestOf,
  gitHubDeadlineOf,
  listsInactiveKeys,
  policyOf,
  remediationOf,
} from './inputs/stages.ts'
import { locate } from './locate/locate.ts'
import { failureOutput } from './publish/github/failure.ts'
import { announcementLine, changeLine, logHeading } from './publish/github/log.ts'
import { progressLog } from './publish/github/progress.ts'
import { previewOf } from './publish/preview.ts'
import { openEvidence, publish, publishShard } from './publish/publish.ts'
import type { KeysToChange } from './remediate/remediate.ts'

/** Gather and locate → evaluate → publish. What fails is told, and fails the step; nothing is thrown. */
export async function main(): Promise<void> {
  const started = new Date()
  const run = readRun(process.env, path => readFileSync(path, 'utf8'))
  let redacted = true
  try {
    const inputs = parseInputs(getInput)
    const now = inputs.asOf ?? started
    log(logHeading(inputs, formatInstant(now)))
    const deadline = gitHubDeadlineOf(inputs, started)
    const openGitHub = once(() => createGitHub(inputs.githubToken, { apiUrl: run.apiUrl, deadline, log }))
    const idTokens = openIdTokens()
    redacted = await isRedacted(inputs, run.repository, { run, idTokens, openGitHub, log })
    await emit(await audit({ inputs, run, started, now, redacted, idTokens, openGitHub, log }))
  } catch (error) {
    await emit(failureOutput(error, redacted))
  }
}

interface Audit {
  readonly inputs: Inputs
  readonly run: Run
  readonly started: Date
  /** The instant of the evaluation. */
  readonly now: Date
  /** Whether names are hidden in whatever this repository shows. */
  readonly redacted: boolean
  readonly idTokens: IdTokens
  openGitHub(): Promise<GitHub>
  log(line: string): void
}

async function audit(job: Audit): Promise<StepOutput> {
  const { inputs, run, now, redacted, openGitHub } = job
  const policy = policyOf(inputs)
  const file = await readConfigFile(run.workspace, inputs.configFile, now)
  const baseConfig = await readBaseConfig(file, run, now, openGitHub, log)
  // Reads the checkout while AWS is asked.
  const locating = inputs.shard === null ? locateFor(job, file) : null
  const evidence = openEvidence(run.workspace, inputs, redacted)

  const evaluations: AccountEvaluation[] = []
  const searches: Promise<void>[] = []
  const baseEvaluations: AccountEvaluation[] = []
  const progress = progressLog(() => performance.now(), log)
  const count = { done: 0, failed: 0, total: 0, findings: 0 }
  const liveChecks = liveChecksOf(policy, now, listsInactiveKeys(inputs))
  const request = { ...gatherRequestOf(inputs, file.config, job, run, job), liveChecks }
  const accounts = gather(request, event => {
    if (event.kind === 'accounts') count.total = event.count
  })
  for await (const account of accounts) {
    evidence.write(account)
    count.done += 1
    if (account.kind === 'failed-account') count.failed += 1
    if (locating !== null) {
      const { declarations, mentionsOf } = await locating
      const evaluate = (config: Config, mentions?: NameMentions) =>
        evaluateAccount(account, declarations, config, policy, now, mentions)
      const evaluation = evaluate(file.config)
      const index = evaluations.push(evaluation) - 1
      // Only the names of keys that no code declares are looked for, while other accounts are gathered.
      const search = mentionsOf(undeclaredUsers(evaluation)).then(mentions => {
        if (mentions.size > 0) evaluations[index] = evaluate(file.config, mentions)
      })
      searches.push(search)
      count.findings += evaluation.keys.filter(key => key.state === 'stale').length
      if (baseConfig) baseEvaluations.push(evaluate(baseConfig))
    }
    progress(count)
  }
  if (locating === null) return publishShard(count, evidence)

  const { declarations } = await locating
  await Promise.all(searches)
  const changes = await decidingFiles(inputs.failOn, run, openGitHub, log)
  const context = { policy, now, declarations, changedFiles: changes.files }
  const result = aggregate(evaluations, { ...context, config: file.config })
  const preview =
    baseConfig && previewOf(aggregate(baseEvaluations, { ...context, config: baseConfig }), result)
  const changing = remediationOf(inputs, run, declarations, job)
  const remediation = changing && (await changeKeys({ ...changing, result, config: file.config }, job))
  const problems = [...changes.problems, ...unreadProblems(result, changes.files, declarations.scan)]
  const published = publish(
    { result, preview, remediation, file, scan: declarations.scan, evidence, problems },
    { ...job, areIssuesRedacted: () => areIssuesRedacted(inputs, redacted, job) },
  )
  await emit(published.output)
  return published.complete()
}

function locateFor({ inputs, run }: Audit, { path, config }: ConfigFile): ReturnType<typeof locate> {
  const passedOver = filesOfAudits(inputs, run.workspace, path)
  return locate(run.workspace, config.infrastructure, { passedOver, repository: run.repository })
}

/** Each change is logged before it is made, and after. */
async function changeKeys(
  changing: Pick<KeysToChange, 'source' | 'run' | 'result' | 'config'>,
  job: Audit,
): Promise<RemediationRecord> {
  const { changeKeys } = await import('./remediate/remediate.ts')
  const onChange = (change: RemediationChange) => log(changeLine(change, job.redacted))
  const onStart = (change: AnnouncedChange) => log(announcementLine(change))
  return changeKeys({ ...changing, now: job.now, onStart, onChange }, job)
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}
