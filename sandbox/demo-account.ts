/** The demo, ready to run: its account after the report was made, its checkout, and what the workflow asks for. */

import { freezeReport } from './aws/report.ts'
import { files, layCheckout } from './demo-checkout.ts'
import { DEMO_ROLE, demoWorld, liveChanges } from './demo-world.ts'
import { gitOf } from './github/git.ts'
import type { RunOptions } from './runner.ts'
import type { World } from './world.ts'

export interface Demo {
  readonly served: World
  readonly options: Required<Pick<RunOptions, 'workspace' | 'inputs'>>
}

/** `users`: the names of those that the account has, without its root keys; all where it is left out. */
export function prepareDemo(users?: readonly string[]): Demo {
  const { path, sha } = layCheckout()
  const served = demoWorld(sha)
  for (const repository of served.github.repositories.values()) repository.git = gitOf(files())
  for (const account of served.accounts.values()) {
    if (users !== undefined) {
      account.rootKeys = []
      account.users = new Map([...account.users].filter(([name]) => users.includes(name)))
    }
    freezeReport(served, account, 2)
  }
  liveChanges(served)
  return {
    served,
    options: {
      workspace: path,
      inputs: { 'role-to-assume': DEMO_ROLE, usage: 'true', remediation: 'plan' },
    },
  }
}
