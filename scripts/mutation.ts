// Mutation testing: StrykerJS makes the mutants of the rooms below, this runs the tests against each and prints what survives.
// (Stryker's own runner starts every test that touches a line anew, which here is most of them: five hours for one room.)
//   npm run test:mutation -- [--sample N] [--seed N] [PATH...]     N mutants of these files (of all rooms: 400)
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Mutant } from '@stryker-mutator/api/core'
import { commonTokens } from '@stryker-mutator/api/plugin'
import { createInstrumenter } from '@stryker-mutator/instrumenter'
import pLimit from 'p-limit'
import { createInjector } from 'typed-inject'

const ROOMS = ['src/evaluate', 'src/remediate', 'src/publish/issues']
const COPY = resolve('build/mutation')
const LIMIT_MS = 600_000

type Outcome = 'killed' | 'timed out' | 'survived'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sample: { type: 'string', default: '400' }, seed: { type: 'string', default: '1' } },
  })
  const files = sources(positionals.length > 0 ? positionals : ROOMS)
  copyRepository()
  const mutants = sample(await instrument(files), Number(values.sample), Number(values.seed))
  const slots = pLimit(availableParallelism())
  const survivors = (
    await Promise.all(
      mutants.map(mutant => slots(async () => ({ mutant, outcome: await tryMutant(mutant) }))),
    )
  ).filter(({ outcome }) => outcome === 'survived')
  console.log(
    `${mutants.length - survivors.length} of ${mutants.length} mutants were killed. These survived:`,
  )
  for (const { mutant } of survivors) console.log(describe(mutant))
}

const sources = (paths: string[]) =>
  execFileSync('git', ['ls-files', ...paths], { encoding: 'utf8' })
    .split('\n')
    .filter(path => path.endsWith('.ts'))

function copyRepository(): void {
  rmSync(COPY, { recursive: true, force: true })
  for (const path of execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n').filter(Boolean)) {
    mkdirSync(dirname(join(COPY, path)), { recursive: true })
    cpSync(path, join(COPY, path), { verbatimSymlinks: true })
  }
  symlinkSync(resolve('node_modules'), join(COPY, 'node_modules'))
}

/** Puts every mutant into the copy behind a switch, which an environment variable throws. */
async function instrument(files: string[]): Promise<Mutant[]> {
  const ignore = () => undefined
  const logger = { debug: ignore, info: ignore, isDebugEnabled: () => false, warn: console.warn }
  const instrumenter = createInjector()
    .provideValue(commonTokens.logger, logger as never)
    .injectFunction(createInstrumenter)
  const { files: instrumented, mutants } = await instrumenter.instrument(
    files.map(name => ({ name, mutate: true, content: readFileSync(name, 'utf8') })),
    { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [] } as never,
  )
  for (const { name, content } of instrumented) writeFileSync(join(COPY, name), content)
  return (mutants as Mutant[]).filter(({ status }) => status === undefined)
}

/** A repeatable choice of N, spread evenly over all. */
function sample(mutants: Mutant[], size: number, seed: number): Mutant[] {
  const step = Math.max(1, mutants.length / size)
  const chosen: Mutant[] = []
  for (let at = (seed * 7) % step; at < mutants.length; at += step) {
    const mutant = mutants[Math.floor(at)]
    if (mutant !== undefined) chosen.push(mutant)
  }
  return chosen
}

/** Its own room's tests first, which kill most; then whatever else imports the file. */
async function tryMutant(mutant: Mutant): Promise<Outcome> {
  const room = dirname(mutant.fileName).replace(/^src\//, '__tests__/')
  const near = await runTests(mutant, [room])
  const outcome =
    near === 'survived' ? await runTests(mutant, ['__tests__/(evaluate|remediate|publish)']) : near
  console.log(`${outcome.padEnd(9)} ${describe(mutant)}`)
  return outcome
}

function runTests(mutant: Mutant, args: string[]): Promise<Outcome> {
  return new Promise(done => {
    const jest = spawn(
      process.execPath,
      [
        '--experimental-vm-modules',
        '--no-warnings',
        'node_modules/jest/bin/jest.js',
        '--bail',
        '--runInBand',
        ...args,
      ],
      { cwd: COPY, stdio: 'ignore', env: { ...process.env, __STRYKER_ACTIVE_MUTANT__: mutant.id } },
    )
    const timer = setTimeout(() => jest.kill('SIGKILL'), LIMIT_MS)
    jest.on('close', (status, signal) => {
      clearTimeout(timer)
      done(signal === null ? (status === 0 ? 'survived' : 'killed') : 'timed out')
    })
  })
}

function describe({ fileName, location, replacement }: Mutant): string {
  const line = readFileSync(fileName, 'utf8').split('\n')[location.start.line] ?? ''
  const end = location.end.line === location.start.line ? location.end.column : line.length
  return `${fileName}:${location.start.line + 1}: ${line.slice(location.start.column, end)} → ${replacement.replace(/\s+/g, ' ').slice(0, 60)}`
}

await main()
