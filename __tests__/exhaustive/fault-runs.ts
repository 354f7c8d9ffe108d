/** One run of the action under faults, and what it left. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Issue } from '../../sandbox/github/world.ts'
import { type RunOptions, type RunResult, runAction } from '../../sandbox/runner.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'

/** The account that the faults strike. */
export const STRUCK = '111111111111'

export interface Night extends RunResult {
  readonly sandbox: Sandbox
  /** `result.json`, parsed; null where there is none. */
  readonly result: ResultText | null
  /** Names of the files in `evidence/`. */
  readonly evidence: readonly string[]
  /** As they were before the run. */
  readonly issuesBefore: readonly Issue[]
  readonly keysBefore: readonly string[]
}

export interface ResultText {
  readonly accounts: readonly { readonly account: { readonly id: string }; readonly status: string }[]
  readonly keys: readonly {
    readonly account: string
    readonly accessKeyId: string | null
    readonly createdAt: string
    readonly state: string
  }[]
}

export async function run(
  options: RunOptions & { readonly sandbox: Sandbox; readonly workspace: string },
): Promise<Night> {
  const { sandbox, workspace } = options
  const issuesBefore = structuredClone(issuesOf(sandbox))
  const keysBefore = keysOf(sandbox)
  const done = await runAction(options)
  const directory = join(workspace, 'audit')
  return {
    ...done,
    sandbox,
    result: readResult(directory),
    evidence: list(join(directory, 'evidence')),
    issuesBefore,
    keysBefore,
  }
}

/** Every key with its status. */
export function keysOf({ world }: Sandbox): string[] {
  return [...world.accounts.values()].flatMap(({ users }) =>
    [...users.values()].flatMap(({ keys }) => keys.map(({ id, status }) => `${id} ${status}`)),
  )
}

/** Pull requests are none. */
export function issuesOf({ world }: Sandbox): Issue[] {
  return [...world.github.repositories.values()].flatMap(({ issues }) =>
    issues.filter(({ pullRequest }) => !pullRequest),
  )
}

export function checkout(files: Readonly<Record<string, string>>): string {
  const workspace = mkdtempSync(join(tmpdir(), 'checkout-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    writeFileSync(join(workspace, path), content)
  }
  execFileSync('git', ['init', '--quiet'], { cwd: workspace })
  execFileSync('git', ['add', '--all'], { cwd: workspace })
  return workspace
}

function readResult(directory: string): ResultText | null {
  try {
    return JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8'))
  } catch {
    return null
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}
