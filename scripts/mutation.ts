// Mutation testing: StrykerJS makes the mutants of the rooms below, Jest runs the test files that reach each, and what survives is printed.
// (Stryker's own runner starts Jest anew for each mutant. Here one start tries many: a test file is imported once for each of its mutants.)
//   npm run test:mutation -- [--sample N] [--seed N] [PATH[:LINE]...]     N mutants of these files (of all rooms: 400)
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { Mutant } from '@stryker-mutator/api/core'
import { commonTokens } from '@stryker-mutator/api/plugin'
import { createInstrumenter } from '@stryker-mutator/instrumenter'
import { createInjector } from 'typed-inject'

const ROOMS = ['src/evaluate', 'src/remediate', 'src/publish/issues']
const TESTS = ['config', 'domain', 'evaluate', 'inputs', 'publish', 'remediate']
const COPY = resolve('build/mutation')
const TRIALS = join(COPY, '__tests__/trials')
/** After so long without a test file that ends, one of those under way hangs. */
const STALL_MS = 180_000

/** A test file, how long it takes, and how often it passes each mutant. */
type TestFile = { path: string; ms: number; hits: Record<string, number> }
type Trial = { name: string; code: string }
type Ended = { failed: boolean; ms: number }
type Suspect = { mutant: Mutant; shown: string; tests: TestFile[] }

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sample: { type: 'string', default: '400' }, seed: { type: 'string', default: '1' } },
  })
  const places = positionals.length > 0 ? positionals : ROOMS
  copyRepository()
  const mutants = sample(await instrument(places), Number(values.sample), Number(values.seed))
  // Now, for the sources may be edited meanwhile.
  const suspects = mutants.map(mutant => ({ mutant, shown: describe(mutant) }))
  const tests = await readCoverage()
  const survivors = await killMutants(
    suspects.map(suspect => ({ ...suspect, tests: testsOf(suspect.mutant, tests) })),
  )
  console.log(`${mutants.length - survivors} of ${mutants.length} mutants were killed`)
}

function gitFiles(paths: string[]): string[] {
  return execFileSync('git', ['ls-files', ...paths], { encoding: 'utf8' })
    .split('\n')
    .filter(existsSync)
}

function copyRepository(): void {
  rmSync(COPY, { recursive: true, force: true })
  for (const path of gitFiles([])) {
    mkdirSync(dirname(join(COPY, path)), { recursive: true })
    cpSync(path, join(COPY, path), { verbatimSymlinks: true })
  }
  symlinkSync(resolve('node_modules'), join(COPY, 'node_modules'))
}

/** Puts every mutant of these places into the copy behind a switch. */
async function instrument(places: string[]): Promise<Mutant[]> {
  const paths = places.map(place => place.split(':')[0] ?? '')
  const ignore = () => undefined
  const logger = { debug: ignore, info: ignore, isDebugEnabled: () => false, warn: console.warn }
  const instrumenter = createInjector()
    .provideValue(commonTokens.logger, logger as never)
    .injectFunction(createInstrumenter)
  const files = gitFiles(paths).filter(path => path.endsWith('.ts'))
  const { files: instrumented, mutants } = await instrumenter.instrument(
    files.map(name => ({ name, mutate: true, content: readFileSync(name, 'utf8') })),
    { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [] } as never,
  )
  for (const { name, content } of instrumented) writeFileSync(join(COPY, name), content)
  const isAsked = ({ fileName, location }: Mutant) =>
    !paths.includes(fileName) ||
    places.some(place => place === fileName || place === `${fileName}:${location.start.line + 1}`)
  return (mutants as Mutant[]).filter(mutant => mutant.status === undefined && isAsked(mutant))
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

/** Runs every test file once without a mutant. */
async function readCoverage(): Promise<TestFile[]> {
  const paths = gitFiles(TESTS.map(room => `__tests__/${room}`)).filter(path => path.endsWith('.test.ts'))
  const coverage = (index: number) => join(TRIALS, `${index}.json`)
  const ended = await runTrials(
    paths.map((path, index) => ({
      name: String(index),
      code: `import { writeFileSync } from 'node:fs'
${importOf(path)}
afterAll(() => writeFileSync('${coverage(index)}', JSON.stringify(globalThis.__stryker__?.mutantCoverage?.static ?? {})))`,
    })),
  )
  return paths.map((path, index) => {
    const outcome = ended.get(String(index))
    if (outcome?.failed !== false) throw new Error(`${path} fails without any mutant`)
    return { path, ms: outcome.ms, hits: JSON.parse(readFileSync(coverage(index), 'utf8')) }
  })
}

const importOf = (test: string) => `await import(${JSON.stringify(join(COPY, test))})`

/** The test files that reach it: the file's own, then the quickest first. */
function testsOf({ id, fileName }: Mutant, tests: TestFile[]): TestFile[] {
  const own = fileName.replace(/^src\/(.*)\.ts$/, '__tests__/$1.test.ts')
  const cost = ({ path, ms }: TestFile) => (path === own ? 0 : ms)
  return tests.filter(({ hits }) => id in hits).sort((a, b) => cost(a) - cost(b))
}

/** Tries one test file on each mutant, then two on those that survived, then four; prints and counts who survived all. */
async function killMutants(all: Suspect[]): Promise<number> {
  let suspects = all
  let survivors = 0
  for (let tried = 0, next = 1; ; tried += next, next *= 2) {
    for (const { shown } of suspects.filter(({ tests }) => tests.length <= tried)) {
      survivors += 1
      console.log(`survived ${shown}`)
    }
    suspects = suspects.filter(({ tests }) => tests.length > tried)
    if (suspects.length === 0) return survivors
    console.log(`${suspects.length} mutants are alive after ${tried} test files each`)
    const ended = await runTrials(
      suspects.flatMap(({ mutant, tests }) => tests.slice(tried, tried + next).map(trialOf(mutant))),
    )
    const failed = [...ended].filter(([, outcome]) => outcome.failed)
    const killed = new Set(failed.map(([name]) => name.split('-')[0]))
    suspects = suspects.filter(({ mutant }) => !killed.has(mutant.id))
  }
}

/** The limit of hits is what ends an endless loop. */
const trialOf =
  ({ id }: Mutant) =>
  ({ path, hits }: TestFile): Trial => ({
    name: `${id}-${basename(path, '.test.ts')}-${hits[id]}`,
    code: `globalThis.__stryker__ = { activeMutant: '${id}', hitCount: 0, hitLimit: ${1000 + 100 * (hits[id] ?? 0)} }
${importOf(path)}`,
  })

/** How each ended. What hangs is tried once more alone, and has failed if it hangs again. */
async function runTrials(trials: Trial[]): Promise<Map<string, Ended>> {
  rmSync(TRIALS, { recursive: true, force: true })
  mkdirSync(TRIALS)
  for (const { name, code } of trials) writeFileSync(join(TRIALS, `${name}.test.js`), code)
  const { ended, hanging } = await runJest()
  if (trials.length === 1 && hanging.size === 1)
    return new Map([[trials[0]?.name ?? '', { failed: true, ms: STALL_MS }]])
  const left = trials.filter(({ name }) => !ended.has(name))
  if (hanging.size === 0 && left.length > 0) throw new Error(`Jest ended before ${left[0]?.name}`)
  const parts = left.filter(({ name }) => hanging.has(name)).map(trial => [trial])
  const others = left.filter(({ name }) => !hanging.has(name))
  for (const part of others.length > 0 ? [...parts, others] : parts)
    for (const [name, outcome] of await runTrials(part)) ended.set(name, outcome)
  return ended
}

async function runJest(): Promise<{ ended: Map<string, Ended>; hanging: Set<string> }> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--config',
      'jest.mutation.config.js',
    ],
    { cwd: COPY, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  )
  const ended = new Map<string, Ended>()
  const hanging = new Set<string>()
  const kill = () => process.kill(-(jest.pid ?? 0), 'SIGKILL')
  let timer = setTimeout(kill, STALL_MS)
  for await (const line of createInterface(jest.stdout)) {
    if (!line.startsWith('{"path"')) continue
    const { path, ...outcome } = JSON.parse(line)
    const name = basename(path, '.test.js')
    if (outcome.failed === undefined) hanging.add(name)
    else if (hanging.delete(name)) ended.set(name, outcome)
    clearTimeout(timer)
    timer = setTimeout(kill, STALL_MS)
  }
  clearTimeout(timer)
  return { ended, hanging }
}

function describe({ fileName, location, replacement }: Mutant): string {
  const line = readFileSync(fileName, 'utf8').split('\n')[location.start.line] ?? ''
  const end = location.end.line === location.start.line ? location.end.column : line.length
  return `${fileName}:${location.start.line + 1}: ${line.slice(location.start.column, end)} → ${replacement.replace(/\s+/g, ' ').slice(0, 60)}`
}

await main()
