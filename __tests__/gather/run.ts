import { afterEach } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import type { World } from '../../sandbox/world.ts'
import type { AwsSource } from '../../src/aws/source.ts'
import type { Policy } from '../../src/domain/audit-result.ts'
import type { Evidence, FailedAccount, Gathered } from '../../src/domain/evidence.ts'
import { liveChecksOf } from '../../src/evaluate/live-checks.ts'
import { gather } from '../../src/gather/gather.ts'
import type { GatherProgress, GatherRequest } from '../../src/gather/request.ts'
import { openIdTokens } from '../../src/host/id-token.ts'
import type { Change } from '../../src/host/run.ts'

export const AUDIT_ROLE = 'arn:aws:iam::123456789012:role/audit'

const cleanUps: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

/** Runs a step after the test, in the order of calls. */
export function afterTest(cleanUp: () => Promise<void> | void): void {
  cleanUps.push(cleanUp)
}

/** Serves the world, and makes this process the job that it describes. Its workflow commands go to `commands`. */
export async function serve(
  world: World,
  env: Record<string, string> = {},
): Promise<Sandbox & { readonly commands: readonly string[] }> {
  const sandbox = await startSandbox(world)
  const before = { ...process.env }
  const commands: string[] = []
  const write = process.stdout.write
  process.stdout.write = ((text: string) => commands.push(text) > 0) as typeof write
  Object.assign(process.env, { AWS_MAX_ATTEMPTS: '3', ...sandbox.env, ...env })
  afterTest(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
    process.stdout.write = write
    await sandbox.close()
  })
  return Object.assign(sandbox, { commands })
}

export interface RequestParts extends Partial<Omit<GatherRequest, 'source'>> {
  readonly source?: Partial<AwsSource>
}

export function request({ source, ...parts }: RequestParts = {}): GatherRequest {
  return {
    source: {
      kind: 'aws',
      roles: [AUDIT_ROLE],
      organizationRoleName: null,
      excludeAccounts: [],
      shard: null,
      region: null,
      audience: null,
      sessionName: 'audit',
      maxConcurrency: 8,
      ...source,
    },
    now: new Date(),
    deadline: new Date(Date.now() + 60_000),
    liveChecks: checks(),
    usage: false,
    statusChanges: true,
    ownerTag: null,
    job: jobOf(null),
    checked: null,
    ...parts,
  }
}

/** The live checks of a default audit. */
export function checks({
  inactiveKeys = false,
  ...policy
}: Partial<Policy & { inactiveKeys: boolean }> = {}) {
  return liveChecksOf({ ...POLICY, ...policy }, new Date(), inactiveKeys)
}

const POLICY: Policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' }

/** The job that asks, with tokens of its own. */
export function jobOf(change: Change | null): GatherRequest['job'] {
  return { run: { actionVersion: '1.0.0', change, url: null }, idTokens: openIdTokens() }
}

/** Everything gathered, sorted by account, and what was said of the progress. */
export async function gatherAll(parts: RequestParts | GatherRequest = {}) {
  const progress: GatherProgress[] = []
  const gathered: Gathered[] = []
  const full =
    'source' in parts && parts.source?.kind === 'files'
      ? (parts as GatherRequest)
      : request(parts as RequestParts)
  for await (const each of gather(full, event => progress.push(event))) gathered.push(each)
  gathered.sort((a, b) => (a.account.id < b.account.id ? -1 : 1))
  return {
    gathered,
    progress,
    evidence: gathered.filter((each): each is Evidence => each.kind === 'evidence'),
    failed: gathered.filter((each): each is FailedAccount => each.kind === 'failed-account'),
  }
}

/** The one account's evidence. */
export async function gatherOne(parts: RequestParts = {}): Promise<Evidence> {
  const { gathered } = await gatherAll(parts)
  const [first] = gathered
  if (gathered.length !== 1 || first?.kind !== 'evidence')
    throw new Error(`Not one account's evidence: ${JSON.stringify(gathered, null, 2)}`)
  return first
}

/** The one account's failure. */
export async function failOne(parts: RequestParts = {}): Promise<FailedAccount> {
  const { gathered } = await gatherAll(parts)
  const [first] = gathered
  if (gathered.length !== 1 || first?.kind !== 'failed-account')
    throw new Error(`Not one failed account: ${JSON.stringify(gathered, null, 2)}`)
  return first
}

/** `iam ListAccessKeys` → how often it was called. */
export function callCounts({ requests }: Sandbox): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { service, action } of requests) {
    const name = `${service} ${action}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
