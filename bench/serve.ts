/** A sandbox in a process of its own, so that it does not share the action's event loop. Started by `remote-sandbox.ts`. */
import { madeOrganization, memberId, type Size } from '../sandbox/made-organization.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import type { Account, World } from '../sandbox/world.ts'

export interface Order {
  readonly size: Size
  readonly latencyMs: number
  /** So many members fail for good, in every way in turn. */
  readonly failing: number
  /** Throttling on a tenth of all calls, connections that break, answers that never come. */
  readonly faults: boolean
}

process.once('message', async ({ size, latencyMs, failing, faults }: Order) => {
  const world = madeOrganization(size, { latencyMs })
  for (let n = 0; n < failing; n++) {
    const account = world.accounts.get(memberId(Math.floor((n * size.accounts) / failing)))
    if (account) FAILURES[n % FAILURES.length]?.(account, world)
  }
  if (faults)
    for (const service of ['iam', 'sts'] as const)
      world.faults.push(
        { kind: 'throttle', service, rate: 0.1 },
        { kind: 'reset', service, rate: 0.01 },
        { kind: 'stall', service, rate: 0.001 },
      )
  const sandbox = await startSandbox(world)
  process.on('message', () => {
    const calls = sandbox.requests.map(({ service, action, account }) => ({ service, action, account }))
    process.send?.({ calls }, () => process.exit())
  })
  process.send?.({ env: sandbox.env })
})

const FAILURES: readonly ((account: Account, world: World) => void)[] = [
  // The role is missing.
  ({ roles }) => roles.clear(),
  // Access denied.
  ({ roles }) => {
    for (const role of roles.values()) role.allow = []
  },
  // Throttled to the end.
  ({ id }, { faults }) => faults.push({ kind: 'throttle', service: 'iam', account: id }),
  // A report without the needed columns.
  ({ report }) => {
    report.override = 'user,arn\nalice,arn:aws:iam::123456789012:user/alice'
  },
  // No answer, for ever.
  ({ id }, { faults }) =>
    faults.push({ kind: 'stall', service: 'iam', account: id, action: 'GetCredentialReport' }),
]
