/** `npm run bench`: all benchmarks, or those that are named: `npm run bench -- startup`. Figures and method: docs/performance.md. */
import { printTable } from './measure.ts'

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  async startup() {
    const { benchStartup } = await import('./startup.ts')
    printTable('Start-up', await benchStartup())
  },
  async evaluate() {
    const { benchEvaluate } = await import('./evaluate.ts')
    printTable('Parse and evaluate', await benchEvaluate())
  },
  async organization() {
    const { benchOrganization, describeSetting, SETTINGS } = await import('./organization.ts')
    for (const setting of SETTINGS) printTable(describeSetting(setting), await benchOrganization(setting))
  },
  async locate() {
    const { benchLocate } = await import('./locate.ts')
    printTable('Reading the checkout', await benchLocate())
  },
}

const names = process.argv.slice(2)
const unknown = names.filter(name => !Object.hasOwn(BENCHMARKS, name))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`,
  )
  process.exit(1)
}
for (const [name, run] of Object.entries(BENCHMARKS))
  if (names.length === 0 || names.includes(name)) await run()
