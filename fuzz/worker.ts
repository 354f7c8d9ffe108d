/** Runs inputs one at a time, so that one that hangs or takes too much memory ends this thread alone. */
import { parentPort } from 'node:worker_threads'
import { tryTarget } from './targets.ts'

parentPort?.on('message', async ({ target, input }: { target: string; input: string }) => {
  try {
    await tryTarget(target, input)
    parentPort?.postMessage(null)
  } catch (error) {
    parentPort?.postMessage(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
})
