/**
 * `npm run fuzz`: every kept seed and every large input, then random changes to the seeds until the time is over.
 * `-- --seconds 30 --target report --seed 7`; `-- --target report --input FILE` runs one input that was found.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hostileInputs } from './hostile.ts'
import { mutate, randomFrom } from './mutate.ts'
import { readInput, seedsOf } from './seeds.ts'
import { TARGETS } from './targets.ts'

/** Far more than any input needs on a busy machine: what takes longer hangs. */
const DEADLINE_MS = 60_000
const MEMORY_MB = 1024
const MOST_FAILURES = 20
const FOUND = fileURLToPath(new URL('../build/fuzz/', import.meta.url))

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    target: { type: 'string' },
    seed: { type: 'string' },
    input: { type: 'string' },
  },
})
const names = options.target === undefined ? Object.keys(TARGETS) : [options.target]
const count = { passed: 0, failed: 0 }
let worker = startWorker()

if (options.input !== undefined) {
  await run(names[0] ?? '', options.input, readInput(options.input))
} else {
  await runAll()
}
worker.kill()
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed === 0 ? 0 : 1

async function runAll(): Promise<void> {
  const seed = Number(options.seed ?? Date.now() % 2 ** 32)
  console.log(`Seed ${seed}`)
  for (const target of names) {
    for (const { name, text } of seedsOf(target)) await run(target, `seed ${name}`, text)
    for (const [name, make] of hostileInputs(target)) await run(target, name, make())
  }
  const random = randomFrom(seed)
  const end = Date.now() + Number(options.seconds) * 1000
  while (Date.now() < end && count.failed < MOST_FAILURES) {
    const target = names[random(names.length)] ?? ''
    await run(
      target,
      'random',
      mutate(
        seedsOf(target).map(({ text }) => text),
        random,
      ),
    )
  }
}

async function run(target: string, name: string, input: string): Promise<void> {
  const fault = await answer(target, input)
  if (fault === null) {
    count.passed++
    return
  }
  count.failed++
  const path = keep(target, input)
  console.error(`FAILED ${target} (${name}): ${fault}`)
  console.error(`  npm run fuzz -- --target ${target} --input ${path}`)
}

/** null, or what went wrong. */
async function answer(target: string, input: string): Promise<string | null> {
  const asked = worker
  const fault = await new Promise<Fault | null>(resolve => {
    const timer = setTimeout(
      () => end({ text: `no answer within ${DEADLINE_MS / 1000} s`, ends: true }),
      DEADLINE_MS,
    )
    const onMessage = (text: unknown) => end(text === null ? null : { text: String(text), ends: false })
    const onExit = (code: number | null, signal: string | null) =>
      end({ text: `the process ended: ${signal ?? code}`, ends: true })
    asked.on('message', onMessage).on('exit', onExit)
    asked.send({ target, input })

    function end(how: Fault | null): void {
      clearTimeout(timer)
      asked.off('message', onMessage).off('exit', onExit)
      resolve(how)
    }
  })
  if (fault?.ends) {
    asked.kill('SIGKILL')
    worker = startWorker()
  }
  return fault?.text ?? null
}

interface Fault {
  readonly text: string
  /** Whether the process is of no more use. */
  readonly ends: boolean
}

/** A process of its own: one that hangs or takes too much memory ends alone. */
function startWorker(): ChildProcess {
  return fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: [`--max-old-space-size=${MEMORY_MB}`],
    serialization: 'advanced',
  })
}

/** As a JSON string, which keeps lone surrogates. To keep it for good, put it among the seeds. */
function keep(target: string, input: string): string {
  const name = createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 12)
  mkdirSync(FOUND, { recursive: true })
  const path = join(FOUND, `${target}-${name}.string.json`)
  writeFileSync(path, JSON.stringify(input))
  return path
}
