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
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ORGANIZATION_INPUTS, type Size } from '../sandbox/made-organization.ts'
import { runAction } from '../sandbox/runner.ts'
import { megabytes, type Row, ratio, seconds } from './measure.ts'
import { type Call, startRemoteSandbox } from './remote-sandbox.ts'

export interface Setting extends Size {
  readonly latencyMs: number
  /** Accounts at once, the input `max-concurrency`. */
  readonly concurrency: number
}

export const SETTINGS: readonly Setting[] = [
  { accounts: 100, users: 200, keysPerUser: 1, staleShare: 0.05, latencyMs: 50, concurrency: 16 },
  { accounts: 500, users: 200, keysPerUser: 1, staleShare: 0.05, latencyMs: 50, concurrency: 16 },
  { accounts: 500, users: 200, keysPerUser: 1, staleShare: 0, latencyMs: 50, concurrency: 16 },
  { accounts: 1, users: 4999, keysPerUser: 2, staleShare: 0.6, latencyMs: 50, concurrency: 8 },
]

export async function benchOrganization(setting: Setting): Promise<Row[]> {
  const remote = await startRemoteSandbox({ size: setting, latencyMs: setting.latencyMs })
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
    const { 'account-count': audited, 'failed-account-count': failed, 'active-key-count': keys } = run.outputs
    if (audited !== String(setting.accounts + 1) || failed !== '0')
      throw new Error(`Not the expected run:\n${run.log}`)
    const bound = lowerBound(setting)
    const least = minimumCalls(setting)
    return [
      { what: 'accounts, keys', figure: `${audited}, ${keys}`, aim: '' },
      { what: 'calls', figure: String(calls.length), aim: '' },
      {
        what: 'calls a member account',
        figure: ratio(callsOfMembers(calls) / setting.accounts),
        aim: `${least}, the minimum`,
      },
      { what: 'lower bound', figure: seconds(bound), aim: '' },
      { what: 'wall time', figure: seconds(run.wallMs), aim: '' },
      { what: '… as a ratio', figure: ratio(run.wallMs / bound), aim: '1.3' },
      { what: 'peak memory', figure: megabytes(run.peakMemoryBytes ?? Number.NaN), aim: 'under 200 MiB' },
    ]
  } finally {
    rmSync(workspace, { recursive: true })
  }
}

export function describeSetting({
  accounts,
  users,
  keysPerUser,
  staleShare,
  latencyMs,
  concurrency,
}: Setting): string {
  const keys = keysPerUser === 1 ? '' : ` with ${keysPerUser} keys each`
  return `${accounts} accounts × ${users} users${keys}, ${staleShare * 100}% of them stale, ${latencyMs} ms a call, concurrency ${concurrency}`
}

/** `USERS_AT_ONCE` of gather/observe.ts. */
const USERS_AT_ONCE = 24
const ACCOUNTS_A_PAGE = 20
/** AssumeRole; GenerateCredentialReport twice, as it is STARTED first; GetCredentialReport; beside it ListAccountAliases. */
const REPORT_CHAIN = 4
const REPORT_CALLS = REPORT_CHAIN + 1

function lowerBound(setting: Setting): number {
  const first = 2 + Math.ceil((setting.accounts + 1) / ACCOUNTS_A_PAGE)
  const { looks, longest } = looksOf(setting)
  const slot = REPORT_CHAIN + Math.max(longest, looks / USERS_AT_ONCE)
  return (first + Math.max(slot, (slot * setting.accounts) / setting.concurrency)) * setting.latencyMs
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
