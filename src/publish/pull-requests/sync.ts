/** Carries the plan of pull requests out on GitHub. Nothing that GitHub refuses is thrown: the result is never lost over it. */
import type { UserError } from '../../domain/errors.ts'
import { countOf } from '../../domain/text.ts'
import { type GitHub, ownerAndRepo } from '../../github/client.ts'
import { describeGitHubError, meanwhileOf, statusOf, wouldRepeat } from '../../github/errors.ts'
import type { Run } from '../../host/run.ts'
import { readOwnIssues, recordsIn } from '../issues/record.ts'
import type { ExistingIssue, PullOfKey } from '../issues/request.ts'
import { trustIn, unknownIdentity } from '../issues/trust.ts'
import type { Setting } from './body.ts'
import { type Repository, readBase } from './branch.ts'
import { findOfBranch, findOpen, type Listed } from './find-pulls.ts'
import { branchOf } from './marker.ts'
import { type ExistingPull, type Found, type PlannedPull, planPulls, proposalsOf } from './plan.ts'
import { bringUpToDate, close, type Done, leftAlone, notOpened, open, type Work } from './write-pulls.ts'

export interface PullsRequest extends Omit<Found, 'records'> {
  readonly github: GitHub
  readonly run: Run
  readonly limit: number
  /** Where the issues are, the first label finding them; `kept`: whether this run keeps them, and not another job. */
  readonly issues: { readonly repository: string; readonly labels: readonly string[]; readonly kept: boolean }
  /** Why nothing may be written, as the end of "… because"; null where it may. */
  readonly readOnlyBecause: string | null
}

export interface PullsOutcome {
  /** For the log, a line each. They name no account, user or key. */
  readonly lines: readonly string[]
  readonly failures: readonly UserError[]
  /** By `KeyResult.id`. */
  readonly ofKey: ReadonlyMap<string, PullOfKey>
  /** Whether GitHub told which there are. */
  readonly listed: boolean
}

const PERMISSIONS = 'contents: write` and `pull-requests: write'
/** Each costs a request. */
const MOST_ASKED = 50

export async function syncPulls(request: PullsRequest): Promise<PullsOutcome> {
  const { run, readOnlyBecause } = request
  const outcome = { lines: [], failures: [], ofKey: new Map<string, PullOfKey>() }
  const report: Report = {
    ...outcome,
    stopped: false,
    tell: (error, doing) => {
      const what = `${doing.what} in ${run.repository}`
      report.failures.push(describeGitHubError(error, { ...doing, what, permission: PERMISSIONS }))
      report.stopped = wouldRepeat(error)
    },
  }
  try {
    const refused = readOnlyBecause ?? (await performPlan(request, report))
    if (refused !== null) report.lines.push(`No pull request is opened or changed because ${refused}`)
    return { ...outcome, listed: true }
  } catch (error) {
    report.tell(error, { what: 'read the branches and pull requests' })
    return { ...outcome, listed: false }
  }
}

interface Report {
  /** Whether the next write would run into what was told last. */
  stopped: boolean
  readonly lines: string[]
  readonly failures: UserError[]
  readonly ofKey: Map<string, PullOfKey>
  tell(error: unknown, doing: { readonly what: string; readonly remedy?: string }): void
}

/** @returns why nothing was, completing "because", or null */
async function performPlan(request: PullsRequest, report: Report): Promise<string | null> {
  const work = await prepare(request)
  if (work === null) return 'this repository is a fork'
  const found: Found = { ...request, records: work.records }
  const existing = await findExisting(found, work)
  const { pulls, others, noneBecause } = planPulls(found, existing)
  if (noneBecause !== null) report.lines.push(`No pull request is opened because ${noneBecause}`)
  for (const [id, pull] of others) report.ofKey.set(id, pull)
  let open = pulls.filter(({ action }) => action === 'keep' || action === 'leave').length
  let notReached = 0
  for (const planned of pulls) {
    if (planned.action === 'open' && open >= request.limit) {
      report.ofKey.set(planned.proposal.key.id, {
        reason: `${open} are open, as many as \`pull-request-limit\` allows`,
      })
      continue
    }
    if (report.stopped) notReached += 1
    const { line, pull } = report.stopped
      ? nothingDone(planned)
      : await attempt(planned, work, existing, report)
    if (line !== null) report.lines.push(line)
    if ('proposal' in planned) report.ofKey.set(planned.proposal.key.id, pull)
    if (planned.action === 'open' && 'url' in pull) open += 1
  }
  if (notReached > 0)
    report.lines.push(
      `${countOf(notReached, 'further pull request was', 'further pull requests were')} not reached`,
    )
  return null
}

/** Never throws. */
async function attempt(
  planned: PlannedPull,
  work: Work,
  existing: readonly ExistingPull[],
  report: Report,
): Promise<Done> {
  try {
    const done = await carryOut(planned, work, existing)
    if (done.undone !== undefined) report.tell(done.undone.error, done.undone)
    return done
  } catch (error) {
    const meanwhile = meanwhileOf(error)
    if (meanwhile !== null) {
      const reason = `${meanwhile}; the next run looks again`
      return 'pull' in planned ? leftAlone(planned.pull, reason) : notOpened(reason)
    }
    const what = 'pull' in planned ? `update pull request #${planned.pull.number}` : 'open a pull request'
    report.tell(error, { what })
    return nothingDone(planned)
  }
}

/** What the log says of it stands elsewhere. */
function nothingDone(planned: PlannedPull): Done {
  return { line: null, pull: 'pull' in planned ? planned.pull : NOT_OPENED }
}

const NOT_OPENED: PullOfKey = { reason: 'it could not be opened; the log of the run says why' }

/** null in a fork. @throws UserError where GitHub does not tell whose the token is: then nothing is known to be ours */
async function prepare(request: PullsRequest): Promise<(Work & Pick<Found, 'records'>) | null> {
  const { github, run, result } = request
  const here = ownerAndRepo(run.repository)
  const { data } = await github.rest.repos.get(here)
  if (data.fork) return null
  const login = await trustIn({ github, repository: run.repository }).login()
  if (login === null) throw unknownIdentity(UNKNOWN_IDENTITY)
  const repository: Repository = { github, ...here }
  const base = await readBase(repository, data.default_branch)
  const startsNothing = login === 'github-actions[bot]'
  const issues = await readIssues(request)
  const setting = { result, run, issueOf: issueOf(issues, request), startsNothing }
  // However old: a key that was switched on and off again since, and not used, was not missed.
  const records: Found['records'] = request.issues.kept ? recordsIn(issues, null) : new Map()
  return { repository, base, login, setting, records }
}

/** @throws UserError where this run keeps issues and cannot read them: what they remember of a key decides its step */
async function readIssues({ github, issues }: PullsRequest): Promise<readonly ExistingIssue[]> {
  try {
    return await readOwnIssues({ github, ...issues })
  } catch (error) {
    // A job that keeps none needs no permission for them.
    if (!issues.kept && [403, 404, 410].includes(statusOf(error))) return []
    throw describeGitHubError(error, {
      what: `read the issues in ${issues.repository}`,
      permission: 'issues: read',
    })
  }
}

/** The issue that tracks a key, or all of this audit while it is not known which one does. */
function issueOf(existing: readonly ExistingIssue[], { issues, run }: PullsRequest): Setting['issueOf'] {
  const query = encodeURIComponent(`is:issue label:"${issues.labels[0]}"`)
  const all = issues.kept
    ? {
        name: 'the issue on stale access keys',
        url: `${run.serverUrl}/${issues.repository}/issues?q=${query}`,
      }
    : null
  return ({ accessKeyId }) => {
    const its = existing.find(
      ({ state, parsed }) =>
        state === 'open' && accessKeyId !== null && parsed.state?.keys.some(({ id }) => id === accessKeyId),
    )
    return its === undefined ? all : { name: `issue ${its.number}`, url: its.url }
  }
}

const UNKNOWN_IDENTITY =
  'No pull request was opened or changed: GitHub did not tell whose `github-token` is, so that those of this audit cannot be told from others'

/** All that are open, and the closed ones of the branches that this run may want to open. */
async function findExisting(found: Found, listed: Listed): Promise<readonly ExistingPull[]> {
  const open = await findOpen(listed)
  const taken = new Set(open.map(({ branch }) => branch))
  const branches = proposalsOf(found).proposals.map(({ key }) => branchOf(key))
  const closed: ExistingPull[] = []
  for (const branch of branches.filter(each => !taken.has(each)).slice(0, MOST_ASKED))
    closed.push(...(await findOfBranch(listed, branch)))
  for (const branch of branches.filter(each => taken.has(each)))
    closed.push(...(await findOfBranch(listed, branch)).filter(({ state }) => state !== 'open'))
  return [...open, ...closed]
}

async function carryOut(planned: PlannedPull, work: Work, existing: readonly ExistingPull[]): Promise<Done> {
  switch (planned.action) {
    case 'open':
      return open(planned.proposal, work, existing)
    case 'keep':
      return bringUpToDate(planned.pull, planned.proposal, work)
    case 'close':
      return close(planned.pull, planned.reason, work)
    default:
      return leftAlone(planned.pull, planned.reason)
  }
}
