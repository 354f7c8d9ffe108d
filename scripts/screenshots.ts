/**
 * `npm run screenshots [-- DIRECTORY]`: pictures of what people see in the demo, in light and dark and as wide as a
 * phone. Those that README and docs show go to docs/images; every one goes to the directory, where one is named.
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
import { chromium } from 'playwright-core'
import { prepareDemo } from '../sandbox/demo-account.ts'
import { issueSection, layPage, renderPage, type Section, summarySection } from '../sandbox/render.ts'
import { type RunOptions, runAction } from '../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'

const IMAGES = fileURLToPath(new URL('../docs/images', import.meta.url))
const SHOWN = /^(summary|issue|preview)-(light|dark)\.png$/
const MOST_BYTES = 200_000
const CONFIG = '.github/access-key-rotation.yml'

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
] as const

type Sections = Readonly<Record<(typeof SUBJECTS)[number], Section>>
const SUBJECTS = ['summary', 'issue', 'preview'] as const

/** What is longer is cut, but on the phone. */
const HEIGHTS = { summary: 1050, issue: 820, preview: 620 } as const

const browser = findBrowser()
if (browser === null) {
  console.error(
    'The pictures are taken with Chromium, and there is none on the PATH. Install it, or name its program: CHROMIUM=/path/to/chromium npm run screenshots',
  )
  process.exitCode = 1
} else {
  const [everyPicture = mkdtempSync(join(tmpdir(), 'screenshots-'))] = process.argv.slice(2)
  await takePictures(browser, await demoSections(), everyPicture)
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

/** The nightly run of the demo, then a pull request that exempts two of its stale keys. */
async function demoSections(): Promise<Sections> {
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
    const pullRequest = await checkPullRequest(sandbox, options.workspace)
    return {
      summary: summarySection(nightly.summary ?? ''),
      issue: issueSection(issue),
      preview: summarySection(pullRequest.summary ?? ''),
    }
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
    'evidence-files': 'access-key-audit/evidence/*.json',
    'fail-on': 'changed',
  }
  return runAction({ sandbox, workspace, inputs })
}

async function takePictures(program: string, sections: Sections, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  // The sandbox of a container's root user is no sandbox, and only our own page is shown.
  const chrome = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  const pages = mkdtempSync(join(tmpdir(), 'pages-'))
  try {
    for (const subject of SUBJECTS) {
      const height = HEIGHTS[subject]
      const url = pathToFileURL(layPage(pages, renderPage(subject, [sections[subject]]))).href
      for (const { name, scheme, width } of VIEWS) {
        const page = await chrome.newPage({ colorScheme: scheme, viewport: { width, height } })
        await page.goto(url)
        await page.waitForFunction(
          '[...document.querySelectorAll("pre.mermaid")].every(chart => chart.dataset.processed)',
        )
        await page.screenshot({ path: join(directory, `${subject}-${name}.png`), fullPage: name === 'phone' })
        await page.close()
      }
    }
  } finally {
    await chrome.close()
    rmSync(pages, { recursive: true })
  }
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
