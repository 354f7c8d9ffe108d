/** An account served over the sandbox, evaluated by its report and then remediated, with the real SDK. */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { IAMClient } from '@aws-sdk/client-iam'
import { afterEach, expect } from '@jest/globals'
import { renderReport } from '../../sandbox/aws/report.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import {
  type Account,
  account,
  type CloudTrailEvent,
  event,
  type Fault,
  type Key,
  remediationRoles,
  user,
  world,
} from '../../sandbox/world.ts'
import { openTrail, type Trail } from '../../src/aws/cloudtrail.ts'
import {
  type Config,
  EMPTY_CONFIG,
  type ExemptionRule,
  type RemediationLimits,
} from '../../src/config/config.ts'
import type { Policy } from '../../src/domain/audit-result.ts'
import { type Declarations, type NamePattern, NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import type { UserError } from '../../src/domain/errors.ts'
import { PARTITIONS } from '../../src/domain/partitions.ts'
import type {
  AnnouncedChange,
  KeyRecord,
  RemediationChange,
  RemediationRecord,
} from '../../src/domain/remediation-record.ts'
import { formatInstant } from '../../src/domain/time.ts'
import type { AccountClients } from '../../src/remediate/connect.ts'
import type { RemediationRun } from '../../src/remediate/plan.ts'
import { remediate } from '../../src/remediate/remediate.ts'
import { audit, evidence } from '../evaluate/account.ts'
import { NO_EDITS } from '../evaluate/step-parts.ts'

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
})

export interface Given {
  readonly limits?: Partial<RemediationLimits>
  readonly exemptions?: readonly ExemptionRule[]
  readonly declarations?: Declarations
  readonly policy?: Partial<Policy>
  readonly run?: Partial<RemediationRun>
  readonly faults?: Fault[]
  /** AWS's clock against the runner's. */
  readonly clockOffsetMs?: number
  /** What happens between evaluation and remediation. */
  readonly between?: (served: Account) => void
  readonly onStart?: (change: AnnouncedChange) => void
  readonly onChange?: (change: RemediationChange) => void
  /** What the run logs in with. */
  readonly own?: Partial<AccountClients['own']>
  /** Why another run may act at the same time. */
  readonly notAlone?: string
  /** What an issue remembers of every key. */
  readonly record?: KeyRecord
  readonly planFirst?: boolean
  /** Why nobody can log in: to look, or to change. */
  readonly refused?: { readonly look?: UserError; readonly change?: UserError }
}

export async function night(served: Account, given: Given = {}): Promise<RemediationRecord> {
  return (await run(served, given)).record
}

/** Evaluates the account by its report, lets things happen, and remediates over the sandbox with the real SDK. */
export async function run(served: Account, given: Given = {}) {
  const sandbox = await startSandbox(
    world({ accounts: [served], faults: given.faults ?? [], clockOffsetMs: given.clockOffsetMs ?? 0 }),
  )
  running.push(sandbox)
  const now = new Date()
  const config: Config = {
    ...EMPTY_CONFIG,
    exemptions: given.exemptions ?? [],
    remediation: {
      deactivateAfterIdleDays: 90,
      deleteAfterInactiveDays: 30,
      maxChanges: 10,
      madeByHand: [],
      ...given.limits,
    },
  }
  const gathered = evidence(renderReport(served).toString(), {
    account: { id: served.id, partition: served.partition, name: null, alias: null },
    gatheredAt: formatInstant(now),
  })
  const result = audit([gathered], {
    config,
    now,
    policy: given.policy ?? {},
    declarations: given.declarations ?? NO_DECLARATIONS,
  })
  given.between?.(served)
  const before = [...served.users.values()].flatMap(({ name, keys }) =>
    keys.map(it => ({ ...it, user: name })),
  )
  const { signal } = new AbortController()
  const credentials = credentialsOf(sandbox.credentials(served.id, 'audit'))
  const changer = credentialsOf(sandbox.credentials(served.id, 'remediation'))
  const go = (mode: RemediationRun['mode']) =>
    remediate({
      run: {
        mode,
        savedEvidence: false,
        asOf: false,
        notToWrite: null,
        unread: [],
        keyIds: [],
        redacted: false,
        milliseconds: 60_000,
        ...given.run,
      },
      result,
      reportedActive: [],
      config,
      now,
      async connect({ account: { partition } }) {
        if (given.refused?.look) throw given.refused.look
        const settings = { endpoint: sandbox.url, credentials, maxAttempts: 1 }
        const { iamRegion } = PARTITIONS[partition]
        const trails: Record<string, Trail> = {}
        const iam = new IAMClient({ ...settings, region: iamRegion })
        return {
          iam,
          openChanging: async () => {
            if (given.refused?.change) throw given.refused.change
            return new IAMClient({ ...settings, region: iamRegion, credentials: changer })
          },
          trails: region => {
            trails[region] ??= openTrail(new CloudTrailClient({ ...settings, region }), signal)
            return Promise.resolve(trails[region])
          },
          own: { accessKeyId: credentials.accessKeyId, user: null, ...given.own },
        }
      },
      recordOf: async () => given.record ?? null,
      whyNotAlone: async () => given.notAlone ?? null,
      onStart: given.onStart ?? (() => {}),
      onChange: given.onChange ?? (() => {}),
      signal,
    })
  const planned = given.planFirst ? await go('plan') : null
  expect(changing(sandbox.requests)).toEqual([])
  const { record, looks, keys, problems } = await go('apply')
  const requests = [...sandbox.requests]
  await sandbox.close()
  return { record, looks, keys, problems, planned: planned?.record ?? null, before, requests }
}

export function one(only: Key, parts: Parameters<typeof account>[0] = {}): Account {
  return account({
    users: [user('ci', { keys: [only] })],
    roles: remediationRoles({ partition: parts.partition ?? 'aws' }),
    ...parts,
  })
}

export function findUser(served: Account) {
  const found = served.users.get('ci')
  if (!found) throw new Error('no such user')
  return found
}

export function keysOf(served: Account): Key[] {
  return findUser(served).keys
}

export function changing(requests: Sandbox['requests']): string[] {
  return requests.map(({ action }) => action).filter(action => /^(Create|Update|Delete)/.test(action))
}

export function statusChange(of: Key | undefined, days: number, status = 'Inactive'): CloudTrailEvent {
  return event({
    daysAgo: days,
    eventSource: 'iam.amazonaws.com',
    eventName: 'UpdateAccessKey',
    requestParameters: { userName: 'ci', accessKeyId: of?.id ?? '', status },
  })
}

export function exemption(parts: Partial<ExemptionRule>): ExemptionRule {
  const until = formatInstant(new Date(Date.now() + 30 * 86_400_000)).slice(0, 10)
  return {
    user: '*',
    account: null,
    accessKeyId: null,
    reason: 'r',
    ticket: null,
    expires: until,
    line: 1,
    ...parts,
  }
}

export function declaring(address: string): Declarations {
  const where = { tool: 'terraform', userName: 'ci', path: 'ci.tf', line: 1, address } as const
  return { ...NO_DECLARATIONS, keys: [{ ...where, status: null, edits: NO_EDITS }] }
}

export function mayDeclare(users: NamePattern, reason: string): Declarations {
  const where = { tool: 'terraform', path: 'iam/ci.tf', line: 12, address: 'module.ci' } as const
  return { ...NO_DECLARATIONS, possibleKeys: [{ ...where, users, reason }] }
}

function credentialsOf(env: Record<string, string>) {
  return {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
  }
}

export function days(instant: string): number {
  return (Date.now() - Date.parse(instant)) / 86_400_000
}
