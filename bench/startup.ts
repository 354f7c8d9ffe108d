/** The bundle's size, and the wall time of the action over a saved report as a ratio to a bare `node -e 0`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { renderReport } from '../sandbox/aws/report.ts'
import { runAction } from '../sandbox/runner.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { account, key, user, world } from '../sandbox/world.ts'
import { kilobytes, median, milliseconds, type Row, ratio, timed } from './measure.ts'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))

export async function benchStartup(rounds = 41): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-startup-'))
  const sandbox = await startSandbox(world())
  try {
    writeFileSync(join(directory, 'report.csv'), smallReport())
    const run = (env: Record<string, string> = {}) =>
      runAction({
        sandbox,
        workspace: directory,
        env,
        inputs: {
          'evidence-files': 'report.csv',
          'as-of': new Date().toISOString(),
          redact: 'never',
          'github-token': '',
        },
      })
    const action: number[] = []
    const bare: number[] = []
    for (let round = 0; round <= rounds; round++) {
      bare.push(await timed(bareNode))
      const { wallMs, exitCode, log, outputs } = await run()
      if (exitCode !== 1 || outputs['stale-count'] !== '2') throw new Error(`Not the expected run:\n${log}`)
      action.push(wallMs)
    }
    const loaded = await filesLoaded(join(directory, 'loaded.json'), run)
    // The first round warms the page cache.
    const [ours, node] = [median(action.slice(1)), median(bare.slice(1))]
    return [
      { what: 'bundle, all files of dist/', figure: kilobytes(total(bundle())), aim: '2,048 KiB' },
      {
        what: `loaded over a saved report (${loaded.map(file => basename(file)).join(', ')})`,
        figure: kilobytes(total(loaded)),
        aim: '',
      },
      { what: 'node -e 0', figure: milliseconds(node), aim: '' },
      { what: 'dist/index.js over a saved report', figure: milliseconds(ours), aim: '' },
      { what: '… as a ratio', figure: ratio(ours / node), aim: '6' },
    ]
  } finally {
    await sandbox.close()
    rmSync(directory, { recursive: true })
  }
}

function smallReport(): Buffer {
  return renderReport(
    account({
      users: [
        user('fresh', { keys: [key({ ageDays: 5, usedDaysAgo: 1 })] }),
        user('idle', { keys: [key({ ageDays: 400, usedDaysAgo: 300 })] }),
        user('in-use', { keys: [key({ ageDays: 120, usedDaysAgo: 1 })] }),
      ],
    }),
  )
}

async function bareNode(): Promise<void> {
  await once(spawn(process.execPath, ['-e', '0'], { stdio: ['ignore', 'pipe', 'pipe'] }), 'close')
}

async function filesLoaded(
  to: string,
  run: (env: Record<string, string>) => Promise<unknown>,
): Promise<string[]> {
  const preload = pathToFileURL(fileURLToPath(new URL('loaded.js', import.meta.url)))
  preload.searchParams.set('to', to)
  await run({ NODE_OPTIONS: `--import=${preload.href}` })
  const files: string[] = JSON.parse(readFileSync(to, 'utf8'))
  return files.filter(file => file.startsWith(DIST))
}

function bundle(): string[] {
  return readdirSync(DIST).map(name => join(DIST, name))
}

function total(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}
