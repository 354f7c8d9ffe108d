/** Nights over one world: each one `audit` with an issue, its files kept out of the checkout that the next one reads. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { github, type Issue, type Repository, repository } from '../../sandbox/github/world.ts'
import type { RunOptions } from '../../sandbox/runner.ts'
import { isGitHubWrite, type RecordedRequest, type Sandbox } from '../../sandbox/sandbox.ts'
import {
  type Account,
  account,
  type Fault,
  type Key,
  key,
  role,
  type User,
  user,
  type World,
  world,
} from '../../sandbox/world.ts'
import type { ResultFile } from '../../src/domain/result-file.ts'
import { type StepRead, stepsIn } from './addressee.ts'
import { audit, checkout, type Run, repositoryOf, serve } from './support.ts'

export const CREATE_LABEL = 'POST /repos/{owner}/{repo}/labels'
export const CREATE = 'POST /repos/{owner}/{repo}/issues'
export const UPDATE = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
export const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'

export interface Night extends Run {
  /** `result.json`; throws where there is none. */
  readonly file: ResultFile
  /** Requests of this run that change something on GitHub or in AWS. */
  readonly writes: readonly string[]
  readonly requests: readonly RecordedRequest[]
}

export type NightOptions = Omit<RunOptions, 'sandbox'>

export interface Nights {
  readonly sandbox: Sandbox
  readonly repository: Repository
  night(options?: NightOptions): Promise<Night>
  /** The only issue. */
  issue(): Issue
}

export async function startNights(world: World): Promise<Nights> {
  const sandbox = await serve(world)
  const repository = repositoryOf(sandbox)
  return {
    sandbox,
    repository,
    async night({ inputs, ...options } = {}) {
      const before = sandbox.requests.length
      const directory = mkdtempSync(join(tmpdir(), 'night-'))
      const run = await audit(
        sandbox,
        { 'create-issue': 'true', 'output-directory': directory, ...inputs },
        options,
      )
      const requests = sandbox.requests.slice(before)
      return {
        ...run,
        requests,
        writes: requests.filter(changes).map(({ action }) => action),
        get file() {
          if (run.result === null) throw new Error(`no result.json:\n${run.log}`)
          return run.result
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

/** Writes files into a directory that is there, over those of the same name. */
export function lay(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
}

/** A checkout in which git tracks every file. */
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

function changes(request: RecordedRequest): boolean {
  return request.service === 'github'
    ? isGitHubWrite(request)
    : /^(Create|Update|Delete)/.test(request.action)
}

/** Nights over one account with these users. */
export async function start(
  users: User[],
  parts: Partial<Repository> = {},
  faults: Fault[] = [],
): Promise<Nights & { readonly prod: Account; readonly keyOf: (name: string, index?: number) => Key }> {
  const prod = account({
    alias: 'octo-prod',
    users,
    roles: [role(), role({ name: 'operator', allow: ['iam:*', 'cloudtrail:LookupEvents'] })],
  })
  const nights = await startNights(
    world({ accounts: [prod], github: github({ repositories: [repository(parts)] }), faults }),
  )
  const keyOf = (name: string, index = 0): Key => {
    const found = prod.users.get(name)?.keys[index]
    if (!found) throw new Error(`${name} has no key ${index}`)
    return found
  }
  return { ...nights, prod, keyOf }
}

export function stepsOf(body: string | null, name: string): readonly StepRead[] {
  return stepsIn(body ?? '', name)
}

export function nextStep(body: string | null, name: string): StepRead {
  const [first] = stepsOf(body, name)
  if (!first) throw new Error(`no steps for ${name} in:\n${body}`)
  return first
}
