/** Nights over a world: the action run as a runner would, its files checked on the way. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from '@jest/globals'
import type { Issue, Repository } from '../../sandbox/github/world.ts'
import { type RunOptions, type RunResult, runAction } from '../../sandbox/runner.ts'
import { type RecordedRequest, type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { key, type User, user, type World } from '../../sandbox/world.ts'
import type { ResultFile } from '../../src/publish/json.ts'
import { violations } from '../publish/validate.ts'

export const ROLE = 'arn:aws:iam::123456789012:role/audit'

export type NightOptions = Omit<RunOptions, 'sandbox'> & { readonly nightly?: false }

export interface Night extends RunResult {
  /** `result.json`; throws where there is none. */
  readonly file: ResultFile
  readonly directory: string
  /** Requests of this run that change something on GitHub or in AWS. */
  readonly writes: readonly string[]
  readonly requests: readonly RecordedRequest[]
}

export interface Nights {
  readonly sandbox: Sandbox
  readonly repository: Repository
  /** One run with role, issue and files, unless `nightly` is false. */
  night(options?: NightOptions): Promise<Night>
  issue(): Issue
}

/** Starts the world. Every run is checked for what must never happen: secrets shown, requests GitHub does not know, files against their schema. */
export async function startNights(world: World): Promise<Nights> {
  const sandbox = await startSandbox(world)
  const repository = world.github.repositories.get(world.job.repository)
  if (!repository) throw new Error('the world has no repository of its job')
  return {
    sandbox,
    repository,
    async night(options = {}) {
      const { nightly = true, inputs, ...rest } = options
      const directory = mkdtempSync(join(tmpdir(), 'night-'))
      const before = sandbox.requests.length
      const result = await runAction({
        sandbox,
        ...rest,
        inputs: {
          ...(nightly ? { 'role-to-assume': ROLE, 'create-issue': 'true' } : {}),
          'output-directory': directory,
          ...inputs,
        },
      })
      const requests = sandbox.requests.slice(before)
      expect(sandbox.violations()).toEqual([])
      const shown = [result.stdout, result.stderr, result.summary].join('\n')
      for (const secret of sandbox.secrets) expect(withoutMasks(shown)).not.toContain(secret)
      const path = join(directory, 'result.json')
      const file = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
      if (file !== null) expect(violations('schemas/result.v1.json', file)).toEqual([])
      return {
        ...result,
        directory,
        requests,
        writes: requests.filter(changes).map(({ action }) => action),
        get file() {
          if (file === null) throw new Error(`no result.json:\n${result.log}`)
          return file
        },
      }
    },
    issue() {
      const [issue, ...others] = repository.issues
      if (!issue || others.length > 0) throw new Error(`${repository.issues.length} issues`)
      return issue
    },
  }
}

/** Lays files in a new directory, or over those of an earlier one. */
export function checkout(
  files: Readonly<Record<string, string>>,
  directory = mkdtempSync(join(tmpdir(), 'checkout-')),
): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  return directory
}

/** The same as a git repository in which everything is tracked. */
export function gitCheckout(files: Readonly<Record<string, string>>): string {
  const directory = checkout(files)
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
  ])
    execFileSync('git', args, { cwd: directory })
  return directory
}

/** A user of one key, stale by 30 days and used yesterday unless said otherwise. */
export function staleUser(name: string, parts: Parameters<typeof key>[0] = {}): User {
  return user(name, { keys: [key({ ageDays: 120, usedDaysAgo: 1, ...parts })] })
}

function changes({ service, method, action }: RecordedRequest): boolean {
  return service === 'github' ? method !== 'GET' : /^(Create|Update|Delete)/.test(action)
}

function withoutMasks(text: string): string {
  return text.replace(/^::add-mask::.*$/gm, '')
}
