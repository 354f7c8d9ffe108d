/** `npm run build`: `src/` → `dist/` by tsc and ncc; `npm run build -- --check` fails where `dist/` is not exactly what the sources give. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minifySync } from '@swc/core'

const APACHE_TERMS = / *Apache License\s+Version 2\.0,[\s\S]*?END OF TERMS AND CONDITIONS\n/

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')

rmSync(join(root, 'build'), { recursive: true, force: true })
run('typescript/bin/tsc', '-p', 'tsconfig.build.json')

const out = mkdtempSync(join(root, 'build/dist-'))
run(
  '@vercel/ncc/dist/ncc/cli.js',
  'build',
  'build/src/index.js',
  '-o',
  out,
  '--license',
  'licenses.txt',
  '--quiet',
)
// ncc would minify the entry alone, not the chunks that are loaded when they are needed.
for (const name of names(out).filter(name => name.endsWith('.js'))) {
  const { code } = minifySync(readFileSync(join(out, name), 'utf8'), {
    module: true,
    // Some libraries tell errors by the names of their classes.
    compress: { keep_classnames: true },
    mangle: { keep_classnames: true },
  })
  writeFileSync(join(out, name), code)
}
// ncc writes the licences in the order in which modules happened to be built, the same text for each package.
writeFileSync(join(out, 'licenses.txt'), groupedLicences(readFileSync(join(out, 'licenses.txt'), 'utf8')))

const dist = join(root, 'dist')
if (check) {
  const different = [...new Set([...names(out), ...names(dist)])].filter(
    name => bytes(out, name) !== bytes(dist, name),
  )
  for (const name of different)
    console.error(`dist/${name} is not what the sources give: run \`npm run build\` and commit it`)
  if (different.length > 0) process.exitCode = 1
} else {
  rmSync(dist, { recursive: true, force: true })
  cpSync(out, dist, { recursive: true })
  for (const name of names(dist)) console.log(`dist/${name} ${readFileSync(join(dist, name)).length} bytes`)
}

function run(script: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function bytes(directory: string, name: string): string | null {
  try {
    return readFileSync(join(directory, name), 'latin1')
  } catch {
    return null
  }
}

/** Each text of a licence once, below the names of the packages that have it; the long terms of Apache's once, at the end. */
function groupedLicences(text: string): string {
  const packages = new Map<string, string[]>()
  let apache = ''
  for (const part of text.split(/\n{2,}(?=\S+\n\S+\n)/)) {
    const [name = '', ...lines] = part.trim().split('\n')
    const terms = lines.join('\n').replace(APACHE_TERMS, found => {
      if (apache === '') apache = found
      return words(found) === words(apache) ? '(the terms at the end of this file)\n' : found
    })
    packages.set(terms, [...(packages.get(terms) ?? []), name])
  }
  const groups = [...packages].map(([terms, names]) => `${names.sort().join('\n')}\n${terms}`).sort()
  return `${[...groups, apache.trimEnd()].join('\n\n')}\n`
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
