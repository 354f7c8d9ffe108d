/** Runs the built action over a sandbox, and checks after each run what must hold of every run. */

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect } from '@jest/globals'
import type { Issue, Repository } from '../../sandbox/github/world.ts'
import { type RunOptions, type RunResult, runAction } from '../../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import type { World } from '../../sandbox/world.ts'
import type { ResultFile } from '../../src/domain/result-file.ts'
import { violations } from '../publish/validate.ts'

export const ROLE = 'arn:aws:iam::123456789012:role/audit'

const OUTPUT = 'audit'

const sandboxes: Sandbox[] = []
const directories: string[] = []
afterAll(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.close()
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

/** A sandbox that is closed when the file's tests are done. */
export async function serve(world: World): Promise<Sandbox> {
  const sandbox = await startSandbox(world)
  sandboxes.push(sandbox)
  return sandbox
}

/** A checkout with these files, path → content. */
export function checkout(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'checkout-'))
  directories.push(directory)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return directory
}

/** A checkout that holds the sample report as `report.csv`. */
export function checkoutWithSample(): string {
  const directory = checkout()
  copyFileSync(
    fileURLToPath(new URL('../fixtures/reports/mixed.csv', import.meta.url)),
    join(directory, 'report.csv'),
  )
  return directory
}

export interface Run extends RunResult {
  readonly sandbox: Sandbox
  /** `result.json`; null where none was written. */
  readonly result: ResultFile | null
}

type Options = Omit<RunOptions, 'sandbox' | 'inputs'>

/** Audits the account by its role, unless other inputs are given, and checks what must hold of every run. */
export async function audit(
  over: World | Sandbox,
  inputs: Readonly<Record<string, string>> = {},
  options: Options = {},
): Promise<Run> {
  const sandbox = 'requests' in over ? over : await serve(over)
  const run = await runAction({
    workspace: checkout(),
    ...options,
    sandbox,
    inputs: {
      'role-to-assume': 'evidence-files' in inputs ? '' : ROLE,
      'output-directory': OUTPUT,
      ...inputs,
    },
  })
  const files = filesOf(run)
  expect(sandbox.violations()).toEqual([])
  expectNoSecret(sandbox, run, files)
  expectValid(files)
  expect(run.log).not.toMatch(/^\s+at .*[:(]/m)
  const result = files.get('result.json')
  return { ...run, sandbox, result: result === undefined ? null : JSON.parse(result) }
}

/** Saved evidence under this configuration: no role, and nothing asked of AWS. */
export async function replay(
  over: World | Sandbox,
  inputs: Readonly<Record<string, string>>,
  options: Options = {},
): Promise<Run> {
  const run = await audit(over, { 'evidence-files': 'report.csv', ...inputs }, options)
  expect(run.sandbox.requests.filter(each => each.service !== 'github')).toEqual([])
  return run
}

/** What the run left in its output directory: path → content. */
export function filesOf({ workspace, outputs }: RunResult): ReadonlyMap<string, string> {
  const directory = outputs['output-directory'] || join(workspace, OUTPUT)
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return new Map()
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(
    paths.map(path => [relative(directory, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  )
}

export function keysOf({ result }: Run): ResultFile['keys'] {
  if (result === null) throw new Error('There is no result.json')
  return result.keys
}

/** `iam ListAccessKeys` → how often it was asked. */
export function callsOf({ requests }: Sandbox): Record<string, number> {
  const calls = Map.groupBy(requests, ({ service, action }) => `${service} ${action}`)
  return Object.fromEntries([...calls].map(([call, { length }]) => [call, length]))
}

export function repositoryOf({ world }: Sandbox): Repository {
  const found = world.github.repositories.get(world.job.repository)
  if (found === undefined) throw new Error(`no repository ${world.job.repository}`)
  return found
}

export function issuesOf(sandbox: Sandbox): readonly Issue[] {
  return repositoryOf(sandbox).issues
}

/** All that people and machines are shown, by the name of its place; masks taken out, since the runner shows none. */
export function placesOf(sandbox: Sandbox, run: RunResult): Readonly<Record<string, string>> {
  const issues = [...sandbox.world.github.repositories.values()].flatMap(each => each.issues)
  return {
    log: run.stdout.replace(/^::add-mask::.*$/gm, ''),
    stderr: run.stderr,
    summary: run.summary ?? '',
    annotations: JSON.stringify([run.annotations, run.droppedAnnotations]),
    outputs: JSON.stringify(run.outputs),
    files: [...filesOf(run)].flat().join('\n'),
    issues: JSON.stringify(issues),
  }
}

function expectNoSecret(sandbox: Sandbox, run: RunResult, files: ReadonlyMap<string, string>): void {
  const secrets = [...sandbox.secrets, sandbox.world.github.token]
  const places = Object.entries(placesOf(sandbox, run))
  const leaks = places.flatMap(([place, text]) => (secrets.some(each => text.includes(each)) ? [place] : []))
  expect(leaks).toEqual([])
  // The summary comes masked: what a mask has struck out was a secret.
  expect(run.summary ?? '').not.toContain('***')
  expect({ env: run.env, state: run.state, path: run.path }).toEqual({ env: {}, state: {}, path: [] })
  for (const text of files.values()) expect(text).not.toContain('"SessionToken"')
}

const SCHEMAS: readonly (readonly [path: RegExp, schema: string])[] = [
  [/^result\.json$/, 'schemas/result.v1.json'],
  [/^declarations\.json$/, 'schemas/declarations.v1.json'],
  [/^evidence\/\d{12}\.json$/, 'schemas/evidence.v1.json'],
  [/^findings\.sarif$/, '__tests__/fixtures/schemas/sarif-schema-2.1.0.json'],
]

function expectValid(files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const schema = SCHEMAS.find(([pattern]) => pattern.test(path))?.[1]
    if (schema !== undefined) expect([path, violations(schema, JSON.parse(text))]).toEqual([path, []])
  }
  const finding = files.get('findings.ocsf.json')
  for (const each of finding === undefined ? [] : JSON.parse(finding))
    expect(violations('__tests__/fixtures/schemas/ocsf-1.6.0-compliance_finding.json', each)).toEqual([])
}
