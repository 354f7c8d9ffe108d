/** The branches that the built action makes of its pull requests, over every form of code: what stands there must be what the tools accept. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesOn, gitOf } from '../sandbox/github/git.ts'
import { merge } from '../sandbox/github/pulls.ts'
import { github, repository } from '../sandbox/github/world.ts'
import { runAction } from '../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { account, advance, key, now, role, user, type World, world } from '../sandbox/world.ts'
import { formatInstant } from '../src/domain/time.ts'
import { inDirectory } from './run.ts'

/** Of each branch its files, by path. */
export type Branches = readonly Readonly<Record<string, string>>[]

const ACCOUNT = '123456789012'

/** Of keys in use: a second one. */
export async function secondKeys(
  files: Readonly<Record<string, string>>,
  names: readonly string[],
): Promise<Branches> {
  const served = declaring(files, names, 1)
  return within(served, async sandbox => {
    await night(sandbox)
    return openBranches(served)
  })
}

/** Of idle keys: set to Inactive; and, merged and applied, removed 91 days later. */
export async function goingKeys(
  files: Readonly<Record<string, string>>,
  names: readonly string[],
): Promise<{ readonly deactivate: Branches; readonly remove: Branches }> {
  const served = declaring(files, names, 100)
  return within(served, async sandbox => {
    await night(sandbox)
    const deactivate = openBranches(served)
    const repo = repositoryOf(served)
    for (const { number } of [...repo.pulls.values()]) merge(repo, number, formatInstant(now(served)))
    for (const { keys } of served.accounts.get(ACCOUNT)?.users.values() ?? [])
      for (const each of keys) each.status = 'Inactive'
    await night(sandbox)
    advance(served, 91)
    await night(sandbox)
    return { deactivate, remove: openBranches(served) }
  })
}

function declaring(
  files: Readonly<Record<string, string>>,
  names: readonly string[],
  usedDaysAgo: number,
): World {
  const users = names.map(name => user(name, { keys: [key({ ageDays: 200, usedDaysAgo })] }))
  const permissions = { issues: 'write', contents: 'write', pullRequests: 'write' } as const
  return world({
    accounts: [account({ id: ACCOUNT, users, roles: [role()] })],
    github: github({ repositories: [repository({ permissions, git: gitOf(files) })] }),
  })
}

function repositoryOf({ github: { repositories }, job }: World) {
  const found = repositories.get(job.repository)
  assert.ok(found)
  return found
}

function openBranches(served: World): Branches {
  const { git, pulls, issues } = repositoryOf(served)
  const open = [...pulls.values()].filter(
    ({ number }) => issues.find(each => each.number === number)?.state === 'open',
  )
  return open.map(({ head }) => filesOn(git, head.ref))
}

async function within<T>(served: World, work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox(served)
  try {
    return await work(sandbox)
  } finally {
    await sandbox.close()
  }
}

/** Both jobs of examples/pull-requests.yml. */
async function night(sandbox: Sandbox): Promise<void> {
  await inDirectory(async workspace => {
    const run = async (inputs: Readonly<Record<string, string>>) => {
      const done = await runAction({ sandbox, workspace, inputs })
      assert.equal(done.exitCode, 0, done.log)
    }
    lay(workspace, filesOn(repositoryOf(sandbox.world).git, 'main'))
    for (const args of [
      ['init', '--quiet'],
      ['add', '--all'],
    ])
      execFileSync('git', args, { cwd: workspace })
    const role = `arn:aws:iam::${ACCOUNT}:role/audit`
    await run({ 'role-to-assume': role, shard: '1/1', 'output-directory': 'gathered' })
    await run({
      'evidence-files': 'gathered/evidence/*.json',
      'create-issue': 'true',
      'pull-requests': 'true',
      'pull-request-limit': '20',
      'fail-on': 'never',
    })
  })
}

function lay(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
}
