/** `npm run bench`: all benchmarks, or those that are named: `npm run bench -- startup`. */
import { printTable, type Row } from './measure.ts'

const BENCHMARKS: Readonly<Record<string, { readonly title: string; run(): Promise<readonly Row[]> }>> = {
  startup: {
    title: 'Start-up',
    run: async () => (await import('./startup.ts')).benchStartup(),
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
for (const [name, { title, run }] of Object.entries(BENCHMARKS))
  if (names.length === 0 || names.includes(name)) printTable(title, await run())
