/**
 * The sizes in docs/dependencies.md, to standard output: bytes of each package's modules in the bundle, before they are
 * minified. A package that several dependencies bring along counts for all of them as "shared". Run it after `npm run build`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Module {
  readonly nameForCondition: string | null
  readonly size: number
  readonly modules?: readonly Module[]
}

interface Locked {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const lock: Locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))

const sizes = new Map<string, number>()
for (const { nameForCondition, size } of bundledModules()) {
  const name = packageOf(nameForCondition)
  sizes.set(name, (sizes.get(name) ?? 0) + size)
}
const broughtBy = new Map<string, string[]>()
for (const name of Object.keys(dependencies))
  for (const inner of closureOf(name)) broughtBy.set(inner, [...(broughtBy.get(inner) ?? []), name])

const totals = Map.groupBy(sizes, ([name]) => {
  const by = broughtBy.get(name) ?? []
  return by.length === 1 ? (by[0] ?? '') : by.length > 1 ? `shared by ${by.join(', ')}` : name
})
for (const [name, parts] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${Math.round(parts.reduce((sum, [, size]) => sum + size, 0) / 1000)} kB\t${name}`)

function bundledModules(): Module[] {
  const out = mkdtempSync(join(tmpdir(), 'sizes-'))
  const stats = join(out, 'stats.json')
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js'),
      ...['build', 'build/src/index.js', '-o', join(out, 'dist'), '--stats-out', stats, '--quiet'],
    ],
    { cwd: root },
  )
  const { modules } = JSON.parse(readFileSync(stats, 'utf8'))
  rmSync(out, { recursive: true })
  // A module that webpack made of several lists them, and each may be listed by itself, too.
  const flat = (each: Module): Module[] => (each.modules === undefined ? [each] : each.modules.flatMap(flat))
  return [
    ...new Map<string | null, Module>(
      modules.flatMap(flat).map((each: Module) => [each.nameForCondition, each]),
    ).values(),
  ]
}

function packageOf(path: string | null): string {
  return (
    /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec((path ?? '').replaceAll('\\', '/'))?.[1] ?? 'this project'
  )
}

/** The package and all that it needs, by name. */
function closureOf(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const inner of Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {}))
    closureOf(inner, found)
  return found
}
