/** `npm run generate` writes every generated file; `npm run generate -- --check` fails where one differs from its origin. */
import { readFileSync, writeFileSync } from 'node:fs'
import { actionYml, withTables } from './generated.ts'
import { withReliability } from './reliability.ts'
import { generateSchemas } from './schemas.ts'

const root = new URL('../', import.meta.url)
const check = process.argv.includes('--check')

const files = new Map([
  ['action.yml', actionYml()],
  ['README.md', withTables(read('README.md'))],
  ['docs/reliability.md', withReliability(read('docs/reliability.md'))],
  ...generateSchemas(),
])

const changed = [...files].filter(([path, text]) => read(path) !== text)
for (const [path, text] of changed) {
  if (!check) writeFileSync(new URL(path, root), text)
  console.log(check ? `${path} differs from what \`npm run generate\` gives` : `${path} written`)
}
if (check && changed.length > 0) process.exitCode = 1

function read(path: string): string {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return ''
  }
}
