/** `npm run replay -- FOLDER [CHECKOUT]`: evaluates the saved evidence of a run again, and compares the result byte for byte. */

import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runAction } from './runner.ts'
import { startSandbox } from './sandbox.ts'
import { world } from './world.ts'

const [folder = '.', checkout] = process.argv.slice(2)
const saved = readFileSync(join(folder, 'result.json'), 'utf8')
const { run, asOf, policy } = JSON.parse(saved)
const output = mkdtempSync(join(tmpdir(), 'replay-'))
const sandbox = await startSandbox(world())
try {
  const { log } = await runAction({
    sandbox,
    workspace: checkout === undefined ? mkdtempSync(join(tmpdir(), 'no-checkout-')) : resolve(checkout),
    inputs: {
      'evidence-files': join(resolve(folder), 'evidence', '*.json'),
      'as-of': asOf,
      'max-age-days': String(policy.maxAgeDays),
      'warn-days': String(policy.warnDays),
      'fail-on': policy.failOn,
      'verify-keys': policy.verifyKeys,
      'output-directory': output,
      redact: 'never',
    },
  })
  const again = readResult(log)
  const difference = firstDifference(comparable(saved), comparable(again))
  if (difference === null) console.log('The same, byte for byte.')
  else {
    console.log(`The first difference:\n  saved:    ${difference[0]}\n  replayed: ${difference[1]}`)
    process.exitCode = 1
  }
  console.log(
    `It was made by version ${run.actionVersion}, over commit ${run.sha}. Where they differ, use both: git checkout v${run.actionVersion} here, and give the checkout of that commit as the second argument.`,
  )
} finally {
  await sandbox.close()
}

function readResult(log: string): string {
  try {
    return readFileSync(join(output, 'result.json'), 'utf8')
  } catch {
    return log
  }
}

/** The lines of a result but for what tells of the run, of changes made, and of what issues remember. */
function comparable(text: string): readonly string[] {
  return text.split('\n').filter(line => !/^"(?:run|remediation|history)": /.test(line))
}

function firstDifference(a: readonly string[], b: readonly string[]): readonly [string, string] | null {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++)
    if (a[index] !== b[index])
      return [(a[index] ?? '(nothing)').slice(0, 500), (b[index] ?? '(nothing)').slice(0, 500)]
  return null
}
