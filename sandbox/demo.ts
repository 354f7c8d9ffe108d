/**
 * `npm run demo [-- FILE [AS-OF]]`: runs the built action over a made-up account, or a real credential report, and lays a
 * page to look at. `AS-OF`: an instant, or `now`; an old report is evaluated as of its newest date where it is left out.
 */

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { elapsed } from '../src/domain/text.ts'
import { DAY_MS, formatInstant } from '../src/domain/time.ts'
import { ageOfFile } from '../src/gather/saved.ts'
import { prepareDemo } from './demo-account.ts'
import {
  annotationsSection,
  issueSection,
  layPage,
  pullSection,
  renderPage,
  summarySection,
} from './render.ts'
import { type RunOptions, type RunResult, runAction } from './runner.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'
import { now, type World, world } from './world.ts'

const OUTPUT = fileURLToPath(new URL('../demo', import.meta.url))

const [report, asOf] = process.argv.slice(2)
if (report === undefined) {
  console.log('A made-up account with some thirty users in every state. Some names are hostile on purpose.\n')
  const { served, options } = prepareDemo()
  await run(served, options)
} else await overReport(resolve(report), asOf === 'now' ? formatInstant(new Date()) : (asOf ?? null))

async function overReport(path: string, given: string | null): Promise<void> {
  if (!existsSync(path)) {
    console.error(
      `There is no file ${path}. Give the path of a credential report: npm run demo -- report.csv`,
    )
    process.exitCode = 1
    return
  }
  const workspace = mkdtempSync(join(tmpdir(), 'demo-report-'))
  copyFileSync(path, join(workspace, 'credential-report.csv'))
  const at = given ?? (await instantOfOld(path))
  const inputs = { 'evidence-files': 'credential-report.csv' }
  await run(world(), { workspace, inputs: at === null ? inputs : { ...inputs, 'as-of': at } })
}

/** The instant of an old report, which says so first; null where it is new, or the action says what it is. */
async function instantOfOld(path: string): Promise<string | null> {
  const { by, at } = await ageOfFile(path).catch(() => ({ by: 'newest', at: null }) as const)
  const now = formatInstant(new Date())
  if (at === null || Date.parse(now) - Date.parse(at) <= 2 * DAY_MS) return null
  const told =
    by === 'newest'
      ? `This report does not say when it was generated: its newest date is ${at}, ${elapsed(at, now)} ago.`
      : `This report was ${by} at ${at}, ${elapsed(at, now)} ago.`
  console.log(
    `${told} It is evaluated as of then. As of another instant: npm run demo -- FILE 2026-11-24T00:00:00Z, or FILE now.\n`,
  )
  return at
}

async function run(served: World, options: Pick<RunOptions, 'workspace' | 'inputs'>): Promise<void> {
  // Nothing of an earlier demo may stand beside this one's files.
  rmSync(OUTPUT, { recursive: true, force: true })
  const sandbox = await startSandbox(served)
  try {
    // No issue is filed of another instant than now.
    const issue = 'as-of' in (options.inputs ?? {}) ? {} : { 'create-issue': 'true' }
    const inputs = { ...options.inputs, ...issue, 'output-directory': join(OUTPUT, 'files') }
    console.log(
      `Servers on this machine stand in for AWS and GitHub: nothing leaves it${'create-issue' in inputs ? ', and the issue is filed there' : ''}.`,
    )
    console.log('What a workflow would say of this run, and then its log:\n')
    console.log(stepOf(inputs))
    const result = await runAction({ ...options, sandbox, inputs })
    console.log(result.log)
    if ('role-to-assume' in inputs) await openPulls(sandbox, options)
    const page = layPage(OUTPUT, pageOf(result, served))
    console.log(`The step ${result.exitCode === 0 ? 'passes' : 'fails'} (exit code ${result.exitCode}).`)
    console.log(
      `Job summary, annotations, issue and pull requests as GitHub shows them: ${pathToFileURL(page)}`,
    )
  } finally {
    await sandbox.close()
  }
}

/** The second job of examples/pull-requests.yml: it works from the evidence of the first. */
async function openPulls(sandbox: Sandbox, { workspace }: Pick<RunOptions, 'workspace'>): Promise<void> {
  const inputs = {
    'evidence-files': join(OUTPUT, 'files', 'evidence', '*.json'),
    'create-issue': 'true',
    'pull-requests': 'true',
  }
  console.log('A job without access to AWS then opens pull requests for the keys that code declares:\n')
  console.log(stepOf(inputs))
  const { log } = await runAction({ sandbox, inputs, ...(workspace === undefined ? {} : { workspace }) })
  console.log(
    `${log
      .split('\n')
      .filter(line => /pull request/i.test(line))
      .join('\n')}\n`,
  )
}

function stepOf(inputs: Readonly<Record<string, string>>): string {
  const given = Object.entries(inputs).map(([name, value]) => `    ${name}: ${value}\n`)
  return `- uses: aws-access-key-rotation-audit/aws-access-key-rotation-audit@v1.0.0\n  with:\n${given.join('')}`
}

function pageOf(result: RunResult, served: World): string {
  const repositories = [...served.github.repositories.values()]
  return renderPage(`Access key audit of ${now(served).toISOString().slice(0, 10)}`, [
    summarySection(result.summary ?? '*(no summary)*'),
    annotationsSection(result.annotations, result.droppedAnnotations.length),
    ...repositories.flatMap(repository =>
      repository.issues.map(issue => {
        const pull = repository.pulls.get(issue.number)
        return pull === undefined ? issueSection(issue) : pullSection(repository, pull, issue)
      }),
    ),
  ])
}
