/** `npm run replay -- FOLDER [CHECKOUT]`: evaluates the saved evidence of a run again, and compares the result byte for byte. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import metadata from '../package.json' with { type: 'json' }
import { runAction } from './runner.ts'
import { startSandbox } from './sandbox.ts'
import { world } from './world.ts'

const [folder = '.', checkout] = process.argv.slice(2)
const problem = problemOf(folder)
if (problem === null) await compare(readFileSync(join(folder, 'result.json'), 'utf8'))
else fail(`${problem} Give the artifact as downloaded: npm run replay -- FOLDER [CHECKOUT]`)

function problemOf(folder: string): string | null {
  if (!existsSync(join(folder, 'result.json'))) return `There is no result.json in ${resolve(folder)}.`
  if (existsSync(join(folder, 'evidence'))) return null
  return `There is no evidence beside ${resolve(folder, 'result.json')}: where names are hidden (redact) none is saved, and nothing can be evaluated again.`
}

async function compare(saved: string): Promise<void> {
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
    const again = join(output, 'result.json')
    if (!existsSync(again)) fail(`The evidence gives no result:\n${log}`)
    else tell(firstDifference(comparable(saved), comparable(readFileSync(again, 'utf8'))))
    console.log(
      `It was made by version ${run.actionVersion}, over commit ${run.sha}; this is version ${metadata.version}. Where they differ, use both: \`git checkout v${run.actionVersion} && npm ci\` here, and the checkout of that commit as the second argument.`,
    )
  } finally {
    await sandbox.close()
    rmSync(output, { recursive: true })
  }
}

function tell(difference: readonly [string, string] | null): void {
  if (difference === null) console.log('The same, byte for byte.')
  else fail(`The first difference:\n  saved:    ${difference[0]}\n  replayed: ${difference[1]}`)
}

function fail(text: string): void {
  console.log(text)
  process.exitCode = 1
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
