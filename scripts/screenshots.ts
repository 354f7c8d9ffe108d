/**
 * `npm run screenshots [-- DIRECTORY]`: pictures of what people see in the demo, in light and dark, as wide as a phone and
 * on paper. Those that README and docs show go to docs/images; every one goes to the directory, where one is named. Fails
 * where axe-core finds fault with `report.html`.
 */

import {
  accessSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import { chromium, type Page } from 'playwright-core'
import { prepareDemo } from '../sandbox/demo-account.ts'
import { issueSection, layPage, pullSection, renderPage, summarySection } from '../sandbox/render.ts'
import { type RunOptions, runAction } from '../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { AUDIT_FILES } from '../src/domain/audit-files.ts'

const IMAGES = fileURLToPath(new URL('../docs/images', import.meta.url))
const SHOWN = /^(summary|issue|pull|preview|report)-(light|dark)\.png$/
const MOST_BYTES = 200_000
const CONFIG = '.github/access-key-rotation.yml'
const EVIDENCE = 'access-key-audit/evidence/*.json'

/** A few of the demo's users, so that a picture shows all there is to see. */
const USERS = [
  'alice',
  'bob@example.com',
  'ci-deployer',
  'data-export',
  'expiring-soon',
  'half-deleted',
  'legacy-backup',
  'mobile-backend',
  'new-starter',
  'rotating',
  'two-stale',
  'vendor-feed',
]

/** Widths in CSS pixels. */
const VIEWS = [
  { name: 'light', scheme: 'light', width: 1012 },
  { name: 'dark', scheme: 'dark', width: 1012 },
  { name: 'phone', scheme: 'light', width: 390 },
  { name: 'paper', scheme: 'light', width: 794 },
] as const

/** HTML. */
type Pages = Readonly<Record<(typeof SUBJECTS)[number], string>>
const SUBJECTS = ['summary', 'issue', 'pull', 'preview', 'report'] as const

/** What is longer is cut, but on the phone and on paper. */
const HEIGHTS = { summary: 1050, issue: 820, pull: 1260, preview: 620, report: 1050 } as const

const browser = findBrowser()
if (browser === null) {
  console.error(
    'The pictures are taken with Chromium, and there is none on the PATH. Install it, or name its program: CHROMIUM=/path/to/chromium npm run screenshots',
  )
  process.exitCode = 1
} else {
  const [everyPicture = mkdtempSync(join(tmpdir(), 'screenshots-'))] = process.argv.slice(2)
  await takePictures(browser, await demoPages(), everyPicture)
  keepShown(everyPicture)
}

function findBrowser(): string | null {
  const { CHROMIUM, PATH = '' } = process.env
  if (CHROMIUM) return CHROMIUM
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
  const candidates = PATH.split(delimiter).flatMap(directory => names.map(name => join(directory, name)))
  return candidates.find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** The nightly run of the demo, then a pull request that exempts two of its stale keys; and a rotation pull request. */
async function demoPages(): Promise<Pages> {
  const { served, options } = prepareDemo(USERS)
  const sandbox = await startSandbox(served)
  try {
    const nightly = await runAction({
      ...options,
      sandbox,
      inputs: { ...options.inputs, 'create-issue': 'true', 'output-directory': 'access-key-audit' },
    })
    const [issue] = [...served.github.repositories.values()].flatMap(({ issues }) => issues)
    if (issue === undefined) throw new Error(`The demo filed no issue:\n${nightly.log}`)
    const report = readFileSync(join(options.workspace, 'access-key-audit', AUDIT_FILES.report), 'utf8')
    const pullRequest = await checkPullRequest(sandbox, options.workspace)
    const summaryPage = (markdown: string | null) =>
      renderPage('Job summary', [summarySection(markdown ?? '')])
    return {
      summary: summaryPage(nightly.summary),
      issue: renderPage(issue.title, [issueSection(issue)]),
      pull: await pullPage(),
      preview: summaryPage(pullRequest.summary),
      report,
    }
  } finally {
    await sandbox.close()
  }
}

/** The rotation pull request of a key that the demo's code declares. */
async function pullPage(): Promise<string> {
  const { served, options } = prepareDemo(['idle-reports'])
  const sandbox = await startSandbox(served)
  try {
    const nightly = { ...options.inputs, 'output-directory': 'access-key-audit' }
    const second = { 'evidence-files': EVIDENCE, 'create-issue': 'true', 'pull-requests': 'true' }
    await runAction({ ...options, sandbox, inputs: nightly })
    const { log } = await runAction({ ...options, sandbox, inputs: second })
    const repository = served.github.repositories.get(served.job.repository)
    const [pull] = repository?.pulls.values() ?? []
    const issue = repository?.issues.find(({ number }) => number === pull?.number)
    if (repository === undefined || pull === undefined || issue === undefined)
      throw new Error(`The demo opened no pull request:\n${log}`)
    return renderPage(issue.title, [pullSection(repository, pull, issue)])
  } finally {
    await sandbox.close()
  }
}

function checkPullRequest(sandbox: Sandbox, workspace: string): ReturnType<typeof runAction> {
  const { world } = sandbox
  const path = join(workspace, CONFIG)
  const before = readFileSync(path, 'utf8')
  const expires = /expires: (\S+)/.exec(before)?.[1]
  const rule = `exemptions:\n  - user: two-stale\n    reason: moves to a role with the new build system\n    ticket: SEC-1299\n    expires: ${expires}\n`
  writeFileSync(path, before.replace('exemptions:\n', rule))
  const repository = world.github.repositories.get(world.job.repository)
  const base = world.job.sha
  const head = base.replaceAll(/[0-7]/g, '7')
  repository?.files.set(base, new Map([[CONFIG, before]]))
  repository?.pulls.set(7, {
    number: 7,
    head: { ref: 'exempt', sha: head, fork: false },
    base: { ref: 'main', sha: base },
    files: [{ path: CONFIG, status: 'modified' }],
  })
  Object.assign(world.job, {
    eventName: 'pull_request',
    ref: 'refs/pull/7/merge',
    headRef: 'exempt',
    baseRef: 'main',
  })
  const inputs: RunOptions['inputs'] = {
    'evidence-files': EVIDENCE,
    'fail-on': 'changed',
  }
  return runAction({ sandbox, workspace, inputs })
}

async function takePictures(program: string, of: Pages, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  // The sandbox of a container's root user is no sandbox, and only our own page is shown.
  const chrome = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  const pages = mkdtempSync(join(tmpdir(), 'pages-'))
  try {
    for (const subject of SUBJECTS) {
      const height = HEIGHTS[subject]
      const url = pathToFileURL(layPage(pages, of[subject])).href
      for (const { name, scheme, width } of VIEWS) {
        const page = await chrome.newPage({ colorScheme: scheme, viewport: { width, height } })
        await page.goto(url)
        await page.waitForFunction(
          '[...document.querySelectorAll("pre.mermaid")].every(chart => chart.dataset.processed)',
        )
        if (name === 'paper') await page.emulateMedia({ media: 'print' })
        const fullPage = name === 'phone' || name === 'paper'
        await page.screenshot({ path: join(directory, `${subject}-${name}.png`), fullPage })
        if (subject === 'report') await expectAccessible(page, name)
        await page.close()
      }
    }
  } finally {
    await chrome.close()
    rmSync(pages, { recursive: true })
  }
}

/** By evaluation, which the page's Content-Security-Policy does not forbid; every fold is opened first. */
async function expectAccessible(page: Page, view: string): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
  await page.evaluate(axe.source)
  const { violations, passes } = (await page.evaluate('axe.run()')) as AxeResults
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html}`),
  )
  if (found.length > 0) throw new Error(`report.html, ${view}:\n${found.join('\n')}`)
  console.log(`report.html, ${view}: ${passes.length} rules of axe-core pass, none fails`)
}

function keepShown(directory: string): void {
  mkdirSync(IMAGES, { recursive: true })
  for (const file of readdirSync(directory).filter(name => SHOWN.test(name))) {
    const { size } = statSync(join(directory, file))
    if (size > MOST_BYTES)
      throw new Error(`${file} has ${size} bytes; the repository takes ${MOST_BYTES} at most.`)
    copyFileSync(join(directory, file), join(IMAGES, file))
    console.log(`docs/images/${file}  ${size} bytes`)
  }
}
