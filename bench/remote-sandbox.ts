import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { world } from '../sandbox/world.ts'
import type { Order } from './serve.ts'

export interface Call {
  readonly service: string
  readonly action: string
  readonly account: string | null
}

export interface RemoteSandbox {
  /** As far as the runner needs it. */
  readonly sandbox: { readonly env: Record<string, string>; readonly world: ReturnType<typeof world> }
  /** Ends it, and gives every call that it served. */
  stop(): Promise<readonly Call[]>
}

export async function startRemoteSandbox(order: Order): Promise<RemoteSandbox> {
  const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)))
  const answer = async (message: object) => {
    const [said] = await Promise.all([once(child, 'message'), child.send(message)])
    return said[0]
  }
  const { env } = await answer(order)
  return {
    sandbox: { env, world: world() },
    async stop() {
      const { calls } = await answer({ stop: true })
      return calls
    },
  }
}
