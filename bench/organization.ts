/**
 * An organization over a sandbox with a set latency a call: wall time as a ratio to the lower bound, calls an account
 * against the minimum, peak memory.
 *
 * The lower bound, in calls × latency, takes the action's two limits as given (so many accounts at once, in each so many
 * users at once) and everything else as free. It is the sum of
 *  - what must come first, one call after the other: token, hub role, every page of the list of accounts;
 *  - for the accounts the larger of: the chain of one account's calls that must follow one another; and the sum over all
 *    accounts of the time that each needs its slot, ÷ accounts at once. An account needs its slot for its chain or for
 *    its calls ÷ users at once, whichever is longer.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ORGANIZATION_INPUTS, type Size } from '../sandbox/made-organization.ts'
import { type RunResult, runAction } from '../sandbox/runner.ts'
import { megabytes, type Row, ratio, seconds } from './measure.ts'
import { type Call, startRemoteSandbox } from './remote-sandbox.ts'

export interface Setting extends Size {
  readonly latencyMs: number
  /** Accounts at once, the input `max-concurrency`. */
  readonly concurrency: number
  readonly trouble: 'none' | 'failing accounts' | 'faults'
  /** What the wall time should be of the lower bound. */
  readonly timeAim?: number
  readonly memoryAim?: string
}

const LARGE = {
  accounts: 500,
  users: 200,
  keysPerUser: 1,
  staleShare: 0.05,
  latencyMs: 50,
  concurrency: 16,
  trouble: 'none',
} as const

export const SETTINGS: readonly Setting[] = [
  { ...LARGE, timeAim: 1.5, memoryAim: '500 MiB' },
  { ...LARGE, accounts: 2000, memoryAim: '1,024 MiB' },
  { ...LARGE, accounts: 1, users: 4999, keysPerUser: 2, staleShare: 0.6, concurrency: 8 },
  { ...LARGE, accounts: 100, trouble: 'failing accounts' },
  { ...LARGE, accounts: 100, trouble: 'faults' },
]

const FAILING = 5

export async function benchOrganization(setting: Setting): Promise<Row[]> {
  const failing = setting.trouble === 'failing accounts' ? FAILING : 0
  const remote = await startRemoteSandbox({
    size: setting,
    latencyMs: setting.latencyMs,
    failing,
    faults: setting.trouble === 'faults',
  })
  const workspace = mkdtempSync(join(tmpdir(), 'bench-organization-'))
  try {
    const run = await runAction({
      sandbox: remote.sandbox,
      workspace,
      measureMemory: true,
      timeoutMs: 30 * 60_000,
      inputs: {
        ...ORGANIZATION_INPUTS,
        'max-concurrency': String(setting.concurrency),
        'output-directory': 'audit',
        redact: 'never',
      },
    })
    const calls = await remote.stop()
    expectWhole(run, setting, failing)
    const result = { what: 'accounts, active keys, stale keys', figure: inventory(run), aim: '' }
    const memory = {
      what: 'peak memory',
      figure: megabytes(run.peakMemoryBytes ?? Number.NaN),
      aim: setting.memoryAim ?? '',
    }
    const wall = { what: 'wall time', figure: seconds(run.wallMs), aim: '' }
    // What is repeated, and waited for, has no bound that is worth naming.
    if (setting.trouble !== 'none')
      return [
        result,
        { what: 'failed accounts', figure: run.outputs['failed-account-count'] ?? '', aim: String(failing) },
        { what: 'result, exit code', figure: `${run.outputs['result']}, ${run.exitCode}`, aim: '' },
        { what: 'calls', figure: String(calls.length), aim: '' },
        wall,
        memory,
      ]
    const bound = lowerBound(setting)
    return [
      result,
      { what: 'calls', figure: String(calls.length), aim: '' },
      {
        what: 'calls a member account',
        figure: ratio(callsOfMembers(calls) / setting.accounts),
        aim: `${minimumCalls(setting)}, the minimum`,
      },
      { what: 'lower bound', figure: seconds(bound), aim: '' },
      wall,
      { what: '… ÷ lower bound', figure: ratio(run.wallMs / bound), aim: String(setting.timeAim ?? '') },
      memory,
    ]
  } finally {
    rmSync(workspace, { recursive: true })
  }
}

export function describeSetting(setting: Setting): string {
  const { accounts, users, keysPerUser, staleShare, latencyMs, concurrency, trouble } = setting
  const keys = keysPerUser === 1 ? '' : ` with ${keysPerUser} keys each`
  const beside = trouble === 'none' ? '' : `, with ${trouble}`
  return `${accounts} accounts × ${users} users${keys}, ${staleShare * 100}% of them stale, ${latencyMs} ms a call, concurrency ${concurrency}${beside}`
}

/** Every account is there, whole or failed, with every key of the whole ones, none twice. */
function expectWhole({ outputs, log, workspace }: RunResult, setting: Setting, failing: number): void {
  const whole = setting.accounts - failing
  const expected = {
    'account-count': setting.accounts + 1,
    'failed-account-count': failing,
    'active-key-count': whole * setting.users * setting.keysPerUser,
    'stale-count': whole * Math.round(setting.users * setting.staleShare),
  }
  for (const [name, value] of Object.entries(expected))
    if (outputs[name] !== String(value)) throw new Error(`${name} is ${outputs[name]}, not ${value}:\n${log}`)
  const rows = readFileSync(join(workspace, 'audit/keys.csv'), 'utf8').trimEnd().split('\n').slice(1)
  if (new Set(rows).size !== expected['active-key-count']) throw new Error('A key is missing, or there twice')
}

function inventory({ outputs }: RunResult): string {
  return `${outputs['account-count']}, ${outputs['active-key-count']}, ${outputs['stale-count']}`
}

/** `USERS_AT_ONCE` of gather/live-checks.ts. */
const USERS_AT_ONCE = 24
const ACCOUNTS_A_PAGE = 20
/** AssumeRole; GenerateCredentialReport twice, as it is STARTED first; GetCredentialReport; LookupEvents; beside it ListAccountAliases. */
const REPORT_CHAIN = 5
const REPORT_CALLS = REPORT_CHAIN + 1

function lowerBound(setting: Setting): number {
  const { looks, longest } = looksOf(setting)
  const slot = REPORT_CHAIN + Math.max(longest, looks / USERS_AT_ONCE)
  return (
    (callsBefore(setting) + Math.max(slot, (slot * setting.accounts) / setting.concurrency)) *
    setting.latencyMs
  )
}

/** Token, hub role and every page of the list of accounts. */
function callsBefore({ accounts }: Setting): number {
  return 2 + Math.ceil((accounts + 1) / ACCOUNTS_A_PAGE)
}

function minimumCalls(setting: Setting): number {
  return REPORT_CALLS + looksOf(setting).looks
}

/** ListAccessKeys for each user with a finding, GetAccessKeyLastUsed for each idle key. */
function looksOf({ users, staleShare }: Setting): { looks: number; longest: number } {
  const stale = Math.round(users * staleShare)
  return { looks: stale + Math.floor(stale / 2), longest: stale === 0 ? 0 : 2 }
}

function callsOfMembers(calls: readonly Call[]): number {
  return calls.filter(({ account }) => account?.startsWith('2')).length
}
