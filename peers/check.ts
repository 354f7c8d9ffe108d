/** Checks one after the other, each told in a line. */

export interface Check {
  /** Peer and behaviour: `moto: verdicts agree key by key`. */
  readonly name: string
  /** Throws where it fails; what it answers is printed, such as how much was compared. */
  run(): Promise<string | undefined>
}

/** Thrown where a check cannot be made on this machine; it then counts neither as passed nor as failed. */
export class NotRun extends Error {}

/** Prints each outcome and last `N passed, N failed`; answers whether all is well. */
export async function runChecks(checks: readonly Check[]): Promise<boolean> {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, run } of checks) {
    const started = performance.now()
    const outcome = await outcomeOf(run)
    count[outcome.kind] += 1
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const more = outcome.text ? `: ${outcome.text}` : ''
    console.log(`${WORDS[outcome.kind]} (${seconds} s) ${name}${more}`)
  }
  const { passed, failed, skipped } = count
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed === 0
}

const WORDS = { passed: 'ok', failed: 'FAILED', skipped: 'NOT RUN' }

async function outcomeOf(run: Check['run']): Promise<{ kind: keyof typeof WORDS; text: string | undefined }> {
  try {
    return { kind: 'passed', text: await run() }
  } catch (error) {
    if (error instanceof NotRun) return { kind: 'skipped', text: error.message }
    return { kind: 'failed', text: error instanceof Error ? error.message : String(error) }
  }
}
