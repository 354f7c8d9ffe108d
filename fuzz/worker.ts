/** Runs inputs one at a time, and answers each with null or what went wrong. */
import { tryTarget } from './targets.ts'

process.on('message', async ({ target, input }: { target: string; input: string }) => {
  try {
    await tryTarget(target, input)
    process.send?.(null)
  } catch (error) {
    process.send?.(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
})
