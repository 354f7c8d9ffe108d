import { setTimeout as sleep } from 'node:timers/promises'
import { IAMClient } from '@aws-sdk/client-iam'
import { type Aws, connect, openAws } from '../aws/client.ts'
import { openTrails } from '../aws/cloudtrail.ts'
import { openDefaultSession, openMemberSession, openRoleSession } from '../aws/credentials.ts'
import { DEADLINE_FAILURE, failureOf, isDenied } from '../aws/errors.ts'
import type { Session } from '../aws/session.ts'
import type { AwsSource } from '../aws/source.ts'
import { type Answer, LOGIN } from '../domain/asked.ts'
import { parsedReportOf } from '../domain/credential-report.ts'
import { sha256 } from '../domain/digest.ts'
import { UserError } from '../domain/errors.ts'
import {
  type Account,
  EVIDENCE_VERSION,
  type Evidence,
  type Gathered,
  type LeftOut,
  type Shard,
} from '../domain/evidence.ts'
import { compareObservations } from '../domain/observations.ts'
import { compareTexts } from '../domain/order.ts'
import { PARTITIONS } from '../domain/partitions.ts'
import { formatInstant } from '../domain/time.ts'
import { inAnyOrder, type Outside } from './concurrency.ts'
import { refuseContradictions, refuseSkew } from './contradictions.ts'
import { fetchCredentialReport } from './credential-report.ts'
import { checkLive, observeAlias } from './live-checks.ts'
import { openOptionalCalls } from './optional-calls.ts'
import { accountsDigest, listMembers, type Member, shardOf } from './organization.ts'
import type { GatherProgress, GatherRequest } from './request.ts'
import { observeStatusChanges, observeUsage, openDeletions } from './usage.ts'

/** The accounts of the source, gathered from AWS: see `gather`, which loads this only where AWS is asked. */
export async function* gatherAccounts(
  source: AwsSource,
  request: GatherRequest,
  progress: (event: GatherProgress) => void,
): AsyncGenerator<Gathered> {
  const aws = openAws(request.job.run.actionVersion)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), Math.max(0, request.deadline.getTime() - Date.now()))
  try {
    const run = { aws, source, request, progress, granted: new Set<string>(), signal: stop.signal }
    const targets = await findTargets(run)
    progress({ kind: 'accounts', count: targets.length })
    if (request.checked !== null) {
      await tryPermissions(run, targets)
      await request.checked()
    }
    yield* inAnyOrder(targets, source.maxConcurrency, (target, outside) =>
      gatherAccount(run, target, outside),
    )
  } finally {
    clearTimeout(timer)
    stop.abort()
    aws.close()
  }
}

interface GatherRun {
  readonly aws: Aws
  readonly source: AwsSource
  readonly request: GatherRequest
  readonly progress: (event: GatherProgress) => void
  /** Actions that AWS has answered in some account. */
  readonly granted: Set<string>
  /** Aborted at the deadline. */
  readonly signal: AbortSignal
}

/** An account to gather. */
interface Target {
  readonly account: Account
  readonly session: Session
  readonly shard: Shard
}

async function findTargets(run: GatherRun): Promise<Target[]> {
  try {
    const { accounts: all, leftOut } = await findAccounts(run)
    const shard = run.source.shard ?? { index: 1, count: 1 }
    const ids = all.map(({ account }) => account.id)
    const share = { ...shard, accountsDigest: accountsDigest(ids), accountCount: ids.length, leftOut }
    return shardOf(all, ({ account }) => account.id, shard).map(found => ({ ...found, shard: share }))
  } catch (error) {
    if (run.signal.aborted)
      throw new UserError(
        'The time ran out before it was known which accounts there are.',
        'Raise timeout-minutes.',
      )
    throw error
  }
}

/** Every account of the whole audit, with a session that asks AWS for nothing yet. */
async function findAccounts(
  run: GatherRun,
): Promise<{ readonly accounts: readonly Omit<Target, 'shard'>[]; readonly leftOut: readonly LeftOut[] }> {
  const { aws, source, request, signal } = run
  const sessions =
    source.roles.length > 0
      ? source.roles.map(role => openRoleSession(aws, role, source, request.job, signal))
      : [await told(run, '', LOGIN.own, () => openDefaultSession(aws, source.region, signal))]
  const [hub] = sessions
  if (source.organizationRoleName === null || hub === undefined)
    return { accounts: sessions.map(session => ({ account: accountOf(session), session })), leftOut: [] }

  const roleName = source.organizationRoleName
  const { OrganizationsClient } = await import('@aws-sdk/client-organizations')
  // Refused credentials are explained as such, not as accounts that could not be listed.
  await logIn(run, hub)
  const region = PARTITIONS[hub.partition].iamRegion
  const organizations = connect(OrganizationsClient, aws, hub, region)
  const { members, leftOut } = await told(run, hub.accountId, 'organizations:ListAccounts', () =>
    listMembers(organizations, hub.partition, source.excludeAccounts, signal),
  )
  const sessionOf = ({ id, partition, management, state }: Member): Session => {
    if (state !== 'ACTIVE')
      return {
        ...{ accountId: id, partition, role: null, user: null, login: LOGIN.member },
        credentials: () => refuseState(state),
      }
    if (management && id === hub.accountId) return hub
    return openMemberSession(aws, hub, `arn:${partition}:iam::${id}:role/${roleName}`, source, signal)
  }
  const accounts = members.map(member => {
    const { id, partition, name } = member
    return { account: { id, partition, name, alias: null }, session: sessionOf(member) }
  })
  return { accounts, leftOut }
}

/** What `call` gives, its outcome told to the run. */
async function told<T>(run: GatherRun, account: string, action: string, call: () => Promise<T>): Promise<T> {
  const tell = (answer: Answer) => run.progress({ kind: 'asked', account, action, answer })
  try {
    const given = await call()
    tell('ok')
    return given
  } catch (error) {
    tell(isDenied(error) ? 'denied' : 'failed')
    throw error
  }
}

async function logIn(run: GatherRun, session: Session): Promise<void> {
  await told(run, session.accountId, session.login, () => session.credentials())
}

/** Tries each permission in the first accounts, so that the set-up is known before the audit. */
async function tryPermissions(run: GatherRun, targets: readonly Target[]): Promise<void> {
  const { aws, request } = run
  const { probe } = await import('./probe.ts')
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(PROBE_MS)])
  await Promise.all(
    targets.slice(0, PROBED_ACCOUNTS).map(async ({ session, account }) => {
      try {
        await logIn(run, session)
      } catch {
        // The audit of the account tells why.
        return
      }
      const iam = connect(IAMClient, aws, session, PARTITIONS[session.partition].iamRegion)
      const trails = openTrails(aws, session, signal)
      await probe({ iam, trails, request, signal }, session.partition, (action, call) =>
        told(run, account.id, action, call),
      )
    }),
  )
}

async function refuseState(state: string): Promise<never> {
  throw new UserError(
    'The organization gives this account a state that is not known, so it is not known whether it is in use.',
    'Look at the account in AWS Organizations; leave it out by exclude-accounts where it needs no audit. A newer version of this action may know the state.',
    `state ${state}`,
  )
}

async function gatherAccount(run: GatherRun, target: Target, outside: Outside): Promise<Gathered> {
  let account = target.account
  try {
    run.signal.throwIfAborted()
    return await gatherEvidence(run, target, outside, alias => {
      account = { ...account, alias }
    })
  } catch (error) {
    return {
      kind: 'failed-account',
      version: EVIDENCE_VERSION,
      account,
      role: target.session.role,
      at: formatInstant(new Date()),
      failure: run.signal.aborted ? DEADLINE_FAILURE : failureOf(error, 'fetching the credential report'),
      shard: target.shard,
    }
  }
}

async function gatherEvidence(
  run: GatherRun,
  target: Target,
  outside: Outside,
  learnAlias: (alias: string | null) => void,
): Promise<Evidence> {
  const { aws, request, granted, signal, progress } = run
  const { session } = target
  // A role that cannot be assumed ends here, before anything is asked of IAM.
  await logIn(run, session)
  const iam = connect(IAMClient, aws, session, PARTITIONS[session.partition].iamRegion)
  const tell = (action: string, answer: Answer) =>
    progress({ kind: 'asked', account: target.account.id, action, answer })
  const optional = openOptionalCalls(signal, granted, tell)
  const wait = async (ms: number) => {
    progress({ kind: 'report-in-progress', account: target.account })
    await outside(() => sleep(ms, undefined, { signal }))
  }
  const [fetched, alias] = await Promise.all([
    fetchCredentialReport({ iam, wait, signal, tell }),
    observeAlias(iam, optional, signal),
  ]).finally(() => refuseSkew(iam.config.systemClockOffset))
  learnAlias(alias)
  const gatheredAt = formatInstant(new Date())
  const content = Buffer.from(fetched.content)
  const report = {
    content: content.toString('base64'),
    sha256: sha256(content),
    generatedAt: formatInstant(fetched.generatedAt),
  }
  const parsed = parsedReportOf(report)
  const trails = openTrails(aws, session, signal)
  const question = { trails, partition: session.partition, optional, until: halfway(request.deadline) }
  const hasKeys = parsed.rows.some(({ keys }) => keys.length > 0)
  const changes = request.statusChanges && hasKeys ? await observeStatusChanges(question) : null
  const deletions = openDeletions(question, fetched.generatedAt)
  const checked = await checkLive({ report: parsed, changes, deletions, request, iam, optional, signal })
  const usage = request.usage ? await observeUsage(question, checked.findings) : []
  const evidence: Evidence = {
    kind: 'evidence',
    version: EVIDENCE_VERSION,
    account: { ...target.account, alias },
    role: session.role,
    startedAt: formatInstant(request.now),
    gatheredAt,
    ...(request.job.run.url ? { runUrl: request.job.run.url } : {}),
    report,
    observations: [...(changes ? [changes] : []), ...checked.observations, ...usage].sort(
      compareObservations,
    ),
    refusals: optional.refusals.toSorted((a, b) =>
      compareTexts([a.action, a.user ?? ''], [b.action, b.user ?? '']),
    ),
    shard: target.shard,
  }
  refuseContradictions(evidence)
  return evidence
}

function accountOf({ accountId, partition }: Session): Account {
  return { id: accountId, partition, name: null, alias: null }
}

const PROBED_ACCOUNTS = 10
const PROBE_MS = 30_000

/** Between now and the deadline. */
function halfway(deadline: Date): Date {
  return new Date((Date.now() + deadline.getTime()) / 2)
}
