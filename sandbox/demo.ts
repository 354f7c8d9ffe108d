/** `npm run demo [-- report.csv]`: runs the built action over a made-up account, or a real credential report, and lays a page to look at. */

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { prepareDemo } from './demo-account.ts'
import { annotationsSection, issueSection, layPage, renderPage, summarySection } from './render.ts'
import { type RunOptions, type RunResult, runAction } from './runner.ts'
import { startSandbox } from './sandbox.ts'
import { now, type World, world } from './world.ts'

const OUTPUT = fileURLToPath(new URL('../demo', import.meta.url))

const [report] = process.argv.slice(2)
if (report === undefined) {
  console.log('A made-up account with some thirty users in every state. Some names are hostile on purpose.\n')
  const { served, options } = prepareDemo()
  await run(served, options)
} else await overReport(resolve(report))

async function overReport(path: string): Promise<void> {
  if (!existsSync(path)) {
    console.error(
      `There is no file ${path}. Give the path of a credential report: npm run demo -- report.csv`,
    )
    process.exitCode = 1
    return
  }
  const workspace = mkdtempSync(join(tmpdir(), 'demo-report-'))
  copyFileSync(path, join(workspace, 'credential-report.csv'))
  await run(world(), { workspace, inputs: { 'evidence-files': 'credential-report.csv' } })
}

async function run(served: World, options: Pick<RunOptions, 'workspace' | 'inputs'>): Promise<void> {
  // Nothing of an earlier demo may stand beside this one's files.
  rmSync(OUTPUT, { recursive: true, force: true })
  const sandbox = await startSandbox(served)
  try {
    const inputs = { ...options.inputs, 'create-issue': 'true', 'output-directory': join(OUTPUT, 'files') }
    console.log(
      'Servers on this machine stand in for AWS and GitHub: nothing leaves it, and the issue is filed there.',
    )
    console.log('What a workflow would say of this run, and then its log:\n')
    console.log(stepOf(inputs))
    const result = await runAction({ ...options, sandbox, inputs })
    console.log(result.log)
    const page = layPage(OUTPUT, pageOf(result, served))
    console.log(`The step ${result.exitCode === 0 ? 'passes' : 'fails'} (exit code ${result.exitCode}).`)
    console.log(`Job summary, annotations and issue as GitHub shows them: ${pathToFileURL(page)}`)
  } finally {
    await sandbox.close()
  }
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
    ...repositories.flatMap(({ issues }) => issues.map(issueSection)),
  ])
}
