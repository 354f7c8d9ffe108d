// Loaded into the action's process where a run asks for it: shifts the clock, and writes down the peak memory at exit.
import { writeFileSync } from 'node:fs'

const options = new URL(import.meta.url).searchParams
const offset = Number(options.get('offset') ?? 0)
const memoryFile = options.get('memory')

if (offset !== 0) {
  const realNow = Date.now
  Date.now = () => realNow() + offset
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget),
    apply: target => new target(target.now()).toString(),
  })
}

if (memoryFile !== null) {
  process.on('exit', () => writeFileSync(memoryFile, String(process.resourceUsage().maxRSS * 1024)))
}
