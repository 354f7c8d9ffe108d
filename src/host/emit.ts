import { setOutput, summary } from '@actions/core'
import type { StepOutput } from '../domain/step-output.ts'
import { annotate, logDebug, logEntry } from './log.ts'

/** Outputs, log, job summary, annotations and exit code of the step; a later summary takes the place of an earlier one. */
export async function emit(output: StepOutput): Promise<void> {
  for (const [name, value] of Object.entries(output.outputs)) setOutput(name, value)
  for (const entry of output.log) logEntry(entry)
  // Without a page to write to, as on one's own machine, the toolkit would throw.
  if (output.summary !== '' && process.env['GITHUB_STEP_SUMMARY'])
    await summary.addRaw(output.summary, true).write({ overwrite: true })
  for (const annotation of output.annotations) annotate(annotation)
  if (output.debug) logDebug(output.debug)
  if (output.fails) process.exitCode = 1
}
