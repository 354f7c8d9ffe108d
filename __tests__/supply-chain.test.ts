import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const { version, dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'))

describe('docs/dependencies.md', () => {
  const [runtime = '', development = ''] = read('docs/dependencies.md').split('## For development')

  test('says of every dependency in the bundle why it is there, its size and its licence', () => {
    const rows = [...runtime.matchAll(/^\| `([^`]+)` \| \d+ kB \| ([^|]+) \| [^|]{20,} \|$/gm)]
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(dependencies))
    for (const [, name, licence] of rows) expect([name, licence]).toEqual([name, licenceOf(name ?? '')])
  })

  test('names every dependency for development, once', () => {
    const rows = development.split('\n').filter(line => line.startsWith('| `'))
    const names = rows.flatMap(line =>
      [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    )
    expect(names.toSorted()).toEqual(
      [...Object.keys(devDependencies), ...Object.keys(optionalDependencies)].toSorted(),
    )
  })

  function licenceOf(name: string): string {
    return JSON.parse(read(`node_modules/${name}/package.json`)).license
  }
})

test('every dependency in the bundle is imported by the action, and nothing else is', () => {
  const imported = sources().flatMap(text =>
    [
      ...text.matchAll(/(?:^import (?!type )[^'"]*|^} from |import\()'((?:@[^'/]+\/)?[^.'/@:][^'/:]*)'/gm),
    ].map(([, name]) => name),
  )
  expect([...new Set(imported)].toSorted()).toEqual(Object.keys(dependencies).toSorted())
})

describe.each(['package-lock.json', 'peers/npm/package-lock.json'])('the lockfile %s', path => {
  const {
    packages,
  }: { packages: Record<string, { integrity?: string; resolved?: string; inBundle?: boolean }> } = JSON.parse(
    read(path),
  )
  const others = Object.entries(packages).filter(([path]) => path !== '')

  test('has a digest of every package, and names no host', () => {
    expect(others.filter(([, { integrity, inBundle }]) => !integrity && !inBundle)).toEqual([])
    expect(others.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  test('is installed without running a script of any package', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true')
    const { scripts } = JSON.parse(read('package.json'))
    expect(Object.keys(scripts).filter(name => /install|prepare|^(pre|post)/.test(name))).toEqual([])
  })
})

describe.each([...yamlIn('.github/workflows'), ...yamlIn('examples')])('%s', path => {
  const workflow = parse(read(path))

  test('pins this action by its release, and every action of others by its commit', () => {
    const used = [...read(path).matchAll(/^\s*-?\s*uses: (\S+)/gm)].map(([, action = '']) => action)
    const ours = `aws-access-key-rotation-audit/aws-access-key-rotation-audit@v${version}`
    const others = used.filter(action => action !== ours && !action.startsWith('./'))
    expect(others.filter(action => !/@[0-9a-f]{40}$/.test(action))).toEqual([])
  })

  test('gives permissions to single jobs, and no expression to a shell', () => {
    expect(workflow.permissions).toEqual({})
    const steps = Object.values<{ steps?: readonly { run?: string }[] }>(workflow.jobs).flatMap(
      ({ steps }) => steps ?? [],
    )
    expect(steps.flatMap(({ run }) => (run?.includes('${{') ? [run] : []))).toEqual([])
  })

  test('is started by no event that gives a fork what is ours', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
    expect(Object.keys(workflow.on)).not.toContain('workflow_run')
  })
})

test.each([
  { released: ['v1.2.0', 'v1.10.0'], tag: 'v1.10.0', moves: true },
  { released: ['v1.10.0', 'v1.2.1'], tag: 'v1.2.1', moves: false },
  { released: ['v2.0.0', 'v1.2.1'], tag: 'v1.2.1', moves: true },
])('the release $tag among $released moves the major tag: $moves', ({ released, tag, moves }) => {
  const { jobs } = parse(read('.github/workflows/release.yml'))
  const steps: { run?: string }[] = jobs.release.steps
  const script = steps.find(({ run }) => run?.includes('git push'))?.run ?? ''
  const stubs = `gh() { if [ "$2" = list ]; then printf '%s\\n' ${released.join(' ')}; fi; }
    git() { echo "git $*"; }
    awk() { :; }
  `
  const said = execFileSync('bash', ['-e', '-c', stubs + script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GITHUB_REF_NAME: tag, GITHUB_SHA: 'abc', RUNNER_TEMP: tmpdir() },
  })
  expect(said.includes('git push --force origin refs/tags/v1')).toBe(moves)
})

function yamlIn(directory: string): string[] {
  return readdirSync(new URL(`../${directory}/`, import.meta.url))
    .filter(name => /\.ya?ml$/.test(name))
    .map(name => `${directory}/${name}`)
}

test('no file of src/ or sandbox/ imports itself by way of others', () => {
  const importsOf = (file: string) =>
    [...read(file).matchAll(/(?:from|import\() ?'(\.[^']+\.ts)'/g)].map(([, to = '']) => join(file, '..', to))
  const done = new Set<string>()
  const follow = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error([...path.slice(path.indexOf(file)), file].join(' > '))
    if (done.has(file)) return
    for (const imported of importsOf(file)) follow(imported, [...path, file])
    done.add(file)
  }
  for (const file of [...filesIn('src'), ...filesIn('sandbox')]) follow(file, [])
})

function sources(): string[] {
  return filesIn('src').map(read)
}

function filesIn(directory: string): string[] {
  const names = readdirSync(new URL(`../${directory}/`, import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  })
  return names.filter(name => name.endsWith('.ts')).map(name => join(directory, name))
}
