/** A sandbox in a process of its own, so that it does not share the action's event loop. Started by `remote-sandbox.ts`. */

import { madeOrganization, type Size } from '../sandbox/made-organization.ts'
import { startSandbox } from '../sandbox/sandbox.ts'

export interface Order {
  readonly size: Size
  readonly latencyMs: number
}

process.once('message', async ({ size, latencyMs }: Order) => {
  const sandbox = await startSandbox(madeOrganization(size, { latencyMs }))
  process.on('message', () => {
    const calls = sandbox.requests.map(({ service, action, account }) => ({ service, action, account }))
    process.send?.({ calls }, () => process.exit())
  })
  process.send?.({ env: sandbox.env })
})
