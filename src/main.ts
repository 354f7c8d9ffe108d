import { readFileSync } from 'node:fs'
import { getInput, setSecret } from '@actions/core'
import type { Config } from './config/config.ts'
import { type BaseConfig, type ConfigFile, readBaseConfig, readConfigFile } from './config/read-config.ts'
import type { KeyResult } from './domain/audit-result.ts'
import type { Gathered } from './domain/evidence.ts'
import { once } from './domain/memoize.ts'
import type { AnnouncedChange, KeyRecord, RemediationChange } from './domain/remediation-record.ts'
import type { LogEntry, StepOutput } from './domain/step-output.ts'
import { formatInstant } from './domain/time.ts'
import { aggregate } from './evaluate/aggregate.ts'
import { unreadProblems } from './evaluate/changed.ts'
import { liveChecksOf } from './evaluate/live-checks.ts'
import { openEvaluations } from './evaluations.ts'
import { gather } from './gather/gather.ts'
import type { GatherRequest } from './gather/request.ts'
import { createGitHub, type GitHub } from './github/client.ts'
import { failuresToList } from './github/list-issues.ts'
import { decidingFiles } from './github/pull-request.ts'
import { whyNotAlone } from './github/workflow-runs.ts'
import { emit } from './host/emit.ts'
import { hasIdToken, type IdTokens, openIdTokens } from './host/id-token.ts'
import { openLog } from './host/log.ts'
import { type Run, readRun } from './host/run.ts'
import { whyHidden, whyHiddenInIssues } from './host/visibility.ts'
import type { Inputs } from './inputs/inputs.ts'
import { parseInputs } from './inputs/parse-inputs.ts'
import {
  filesOfAudits,
  gatherRequestOf,
  gitHubDeadlineOf,
  listsInactiveKeys,
  othersRequestOf,
  policyOf,
  remediationOf,
} from './inputs/stages.ts'
import { type Located, locate } from './locate/locate.ts'
import { joinDeclarations, type Others, readOthers } from './locate/others.ts'
import { publishDeclarations } from './publish/declarations.ts'
import { changeProblems } from './publish/describe/describe-change.ts'
import { failureOutput } from './publish/github/failure.ts'
import { announcementLine, changeLine, logHeading } from './publish/github/log.ts'
import { progressLog } from './publish/github/progress.ts'
import { learn, openSetupFacts, type SetupFacts, setupCheck } from './publish/github/setup-check.ts'
import { previewOf } from './publish/preview.ts'
import { openEvidence, publish, publishShard } from './publish/publish.ts'
import type { KeysToChange, Remediated } from './remediate/remediate.ts'

/** Gather and locate → evaluate → publish. What fails is told, and fails the step; nothing is thrown. */
export async function main(): Promise<void> {
  const started = new Date()
  const run = readRun(process.env, path => readFileSync(path, 'utf8'))
  const setup = openSetupFacts()
  let redacted = true
  // Of a run that is started by hand the set-up check is the first that is said.
  const { log, open } = openLog(run.eventName === 'workflow_dispatch')
  let wholeCheck = (): readonly LogEntry[] => []
  try {
    const secret = getInput('redaction-secret')
    if (secret !== '') setSecret(secret)
    const inputs = parseInputs(getInput)
    if (inputs.declarationsOnly) {
      redacted = inputs.redact === 'always'
      open([])
      await emit(await declare(inputs, run, started))
      return
    }
    const now = inputs.asOf ?? started
    log(logHeading(inputs, formatInstant(now)))
    const deadline = gitHubDeadlineOf(inputs, started)
    const openGitHub = once(() => createGitHub(inputs.githubToken, { apiUrl: run.apiUrl, deadline, log }))
    const idTokens = watched(openIdTokens(), setup)
    wholeCheck = () => setupCheck(setup, inputs, run, true)
    const check = () => open(wholeCheck())
    const hidden = await whyHidden(inputs, run.repository, { run, idTokens, openGitHub, log })
    redacted = hidden !== null
    await emit(
      await audit({ inputs, run, started, now, redacted, hidden, idTokens, openGitHub, setup, check, log }),
    )
  } catch (error) {
    const entries = wholeCheck()
    const output = failureOutput(error, redacted, entries)
    // It opens a log that still waits for it.
    const opened = open(entries)
    await emit({ ...output, log: [...(opened ? [] : entries), ...output.log] })
  }
}

/** Locate → publish, for the audit in another repository. */
async function declare(inputs: Inputs, run: Run, started: Date): Promise<StepOutput> {
  const file = await readConfigFile(run.workspace, inputs.configFile, started)
  const { declarations } = await locate(run.workspace, file.config.infrastructure, {
    isPassedOver: filesOfAudits(inputs, run.workspace, file.path),
    repository: run.repository,
  })
  return publishDeclarations(declarations, run, inputs.outputDirectory ?? '', started)
}

interface Audit {
  readonly inputs: Inputs
  readonly run: Run
  readonly started: Date
  /** The instant of the evaluation. */
  readonly now: Date
  /** Whether names are hidden in whatever this repository shows. */
  readonly redacted: boolean
  /** Why they are, or null. */
  readonly hidden: string | null
  readonly idTokens: IdTokens
  /** What the run learns of its set-up as it goes. */
  readonly setup: SetupFacts
  openGitHub(): Promise<GitHub>
  /** Opens the log with the set-up check, where it waits for that. */
  check(): void
  log(line: string): void
}

async function audit(job: Audit): Promise<StepOutput> {
  const { inputs, run, now, redacted, openGitHub, setup, log } = job
  const policy = policyOf(inputs)
  const file = await readConfigFile(run.workspace, inputs.configFile, now)
  setup.ownerTag = file.config.owners.tag !== null
  const base = await readBaseConfig(file, run, now, openGitHub, log)
  // Reads the checkout while AWS is asked.
  const locating = inputs.shard === null ? locateFor(job, file, base) : null
  const evidence = openEvidence(run.workspace, inputs, redacted)
  const evaluations =
    locating &&
    openEvaluations({
      ...{ locating, config: file.config, baseConfig: base.config, policy, now },
      holdsEvidence: inputs.remediation === 'apply',
    })
  const checked = checkedFirst(job, locating)
  const count = await gatherAccounts(job, { config: file.config, checked }, async account => {
    evidence.write(account)
    return (await evaluations?.add(account))?.keys ?? []
  })
  if (locating === null || evaluations === null) return publishShard(count, evidence)

  const { declarations, problems: notJoined } = await locating
  setup.scan = declarations.scan
  const changes = await decidingFiles(inputs.failOn, run, openGitHub, log)
  const context = { policy, now, declarations, changedFiles: changes.files }
  const resultOf = async () => aggregate(await evaluations.settled(), { ...context, config: file.config })
  const before = await resultOf()
  const atBase = (config: Config) => ({ config, result: aggregate(evaluations.base, { ...context, config }) })
  const preview = base.config && previewOf(atBase(base.config), { config: file.config, result: before })
  const evaluated = { result: before, reportedActive: evaluations.reportedActive() }
  const changing = remediationOf(inputs, run, declarations, job)
  const remediated = changing && (await changeKeys({ ...changing, ...evaluated, config: file.config }, job))
  const looks = remediated?.looks ?? []
  for (const account of evaluations.lookAgain(looks)) evidence.write(account)
  // What is shown is the state after the changes.
  const result = looks.length === 0 ? before : await resultOf()
  const problems = [
    ...notJoined,
    ...changes.problems,
    ...unreadProblems(result, changes.files, declarations.scan),
    ...(remediated?.problems ?? []),
    ...changeProblems(remediated?.record ?? null),
  ]
  const published = await publish(
    {
      ...{ result, preview, file, scan: declarations.scan, evidence, problems },
      ...{ remediation: remediated?.record ?? null, changedKeys: remediated?.keys ?? [] },
    },
    {
      ...job,
      whyHiddenInIssues: () => whyHiddenInIssues(inputs, job.hidden, job),
      setupCheck: issues => setupCheck({ ...setup, issues }, inputs, run),
    },
  )
  await emit(published.output)
  return published.complete()
}

/** Hands each account on as it comes, and counts. */
async function gatherAccounts(
  job: Audit,
  { config, checked }: { readonly config: Config; readonly checked: GatherRequest['checked'] },
  keysOf: (account: Gathered) => Promise<readonly KeyResult[]>,
): Promise<{ done: number; failed: number }> {
  const { inputs, run, now, log } = job
  const progress = progressLog(() => performance.now(), log)
  const count = { done: 0, failed: 0, total: 0, findings: 0 }
  const liveChecks = liveChecksOf(policyOf(inputs), now, listsInactiveKeys(inputs))
  const request = { ...gatherRequestOf(inputs, config, job, run, job), liveChecks, checked }
  const accounts = gather(request, event => {
    if (event.kind === 'accounts') count.total = job.setup.accounts = event.count
    if (event.kind === 'asked') learn(job.setup, event)
  })
  for await (const account of accounts) {
    count.done += 1
    if (account.kind === 'failed-account') count.failed += 1
    count.findings += (await keysOf(account)).filter(key => key.state === 'stale').length
    progress(count)
  }
  return count
}

/** Before the audit of a run that is started by hand: what it may do, the checkout and the issues included. */
function checkedFirst(
  { inputs, run, setup, openGitHub, check }: Audit,
  locating: Promise<Located> | null,
): GatherRequest['checked'] {
  if (run.eventName !== 'workflow_dispatch') return null
  return async () => {
    setup.scan = (await locating)?.declarations.scan ?? null
    if (inputs.createIssue) {
      const repository = inputs.issueRepository ?? run.repository
      setup.issues = { failures: await failuresToList(openGitHub, repository), written: false }
    }
    check()
  }
}

/** Notes for the set-up check whether the job can have a token, and was given one. */
function watched(tokens: IdTokens, setup: SetupFacts): IdTokens {
  setup.token = hasIdToken() ? 'none' : 'absent'
  return async (...asked) => {
    if (setup.token === 'none') setup.token = 'asked'
    const token = await tokens(...asked)
    setup.token = 'given'
    return token
  }
}

/** What this checkout declares, and with it what other repositories do. */
async function locateFor(
  { inputs, run, now }: Audit,
  { path, config }: ConfigFile,
  base: BaseConfig,
): Promise<Located & Pick<Others, 'problems'>> {
  const isPassedOver = filesOfAudits(inputs, run.workspace, path)
  const globs = [...new Set([...config.infrastructure, ...base.infrastructure])]
  const here = await locate(run.workspace, globs, { isPassedOver, repository: run.repository })
  const request = othersRequestOf(inputs, run, now)
  if (request === null) return { ...here, problems: [] }
  const others = await readOthers(request)
  return { ...here, declarations: joinDeclarations(here.declarations, others), problems: others.problems }
}

/** Each change is logged before it is made, and after. */
async function changeKeys(
  changing: Pick<KeysToChange, 'source' | 'changeRoles' | 'run' | 'result' | 'reportedActive' | 'config'>,
  job: Audit,
): Promise<Remediated> {
  const { changeKeys } = await import('./remediate/remediate.ts')
  const onChange = (change: RemediationChange) => job.log(changeLine(change, job.redacted))
  const onStart = (change: AnnouncedChange) => job.log(announcementLine(change))
  const alone = () => whyNotAlone(job.openGitHub, job.run)
  const records = once(() => recordsOf(job))
  const recordOf = async (accessKeyId: string) => (await records()).get(accessKeyId) ?? null
  return changeKeys({ ...changing, now: job.now, whyNotAlone: alone, recordOf, onStart, onChange }, job)
}

/** What the issues remember of keys; nothing where there are none, or GitHub does not tell. */
async function recordsOf({ inputs, run, now, openGitHub }: Audit): Promise<ReadonlyMap<string, KeyRecord>> {
  if (!inputs.createIssue) return new Map()
  const { readOwnIssues, recordsIn } = await import('./publish/issues/record.ts')
  try {
    const repository = inputs.issueRepository ?? run.repository
    const github = await openGitHub()
    return recordsIn(await readOwnIssues({ github, repository, labels: inputs.issueLabels }), now)
  } catch {
    return new Map()
  }
}
