/** A night of rotation pull requests: the one of the night before must move with its base, and another is to be opened. */

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { commitTo, filesOn, gitOf } from '../../sandbox/github/git.ts'
import { github, repository } from '../../sandbox/github/world.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { account, key, role, user, type World, world } from '../../sandbox/world.ts'
import { once } from '../../src/domain/memoize.ts'
import { checkout, run, STRUCK } from './fault-runs.ts'

const GATHERED = 'gathered/account.json'

/** The second job of examples/pull-requests.yml; the world is copied for each run. */
export async function pullRequests() {
  const { world, files } = await tonight()
  return { world: structuredClone(world), files, inputs: SECOND_JOB }
}

const SECOND_JOB = {
  'evidence-files': 'gathered/*.json',
  'create-issue': 'true',
  'pull-requests': 'true',
  'fail-on': 'never',
  'output-directory': 'audit',
}

const tonight = once(async () => {
  const before = beginning()
  const evidence = await gather(before)
  const git = before.github.repositories.get(before.job.repository)?.git ?? gitOf({})
  await audit(before, SECOND_JOB, { ...filesOn(git, 'main'), [GATHERED]: evidence })
  commitTo(git, 'main', { 'deployer.tf': `# Moved\n${codeOf('deployer')}`, 'backup.tf': codeOf('backup') })
  return { world: before, files: { ...filesOn(git, 'main'), [GATHERED]: evidence } }
})

function codeOf(name: string): string {
  return `resource "aws_iam_access_key" "${name}" {\n  user = "${name}"\n}\n`
}

function beginning(): World {
  const users = ['deployer', 'backup'].map(name =>
    user(name, { keys: [key({ ageDays: 200, usedDaysAgo: 100 })] }),
  )
  return world({
    accounts: [account({ id: STRUCK, users, roles: [role()] })],
    github: github({
      repositories: [
        repository({
          permissions: { issues: 'write', contents: 'write', pullRequests: 'write' },
          collaborators: new Map([['mona', 'write']]),
          git: gitOf({
            '.gitignore': 'gathered/\n',
            '.github/access-key-rotation.yml': 'owners:\n  users:\n    - { user: "*", owner: mona }\n',
            'deployer.tf': codeOf('deployer'),
          }),
        }),
      ],
    }),
  })
}

async function gather(of: World): Promise<string> {
  const inputs = {
    'role-to-assume': `arn:aws:iam::${STRUCK}:role/audit`,
    shard: '1/1',
    'output-directory': 'audit',
  }
  return audit(of, inputs, {}, workspace =>
    readFileSync(join(workspace, 'audit', 'evidence', `${STRUCK}.json`), 'utf8'),
  )
}

/** @returns what is read of the workspace afterwards */
async function audit(
  of: World,
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
  read: (workspace: string) => string = () => '',
): Promise<string> {
  const sandbox = await startSandbox(of)
  const workspace = checkout(files)
  try {
    const done = await run({ sandbox, inputs, workspace })
    if (done.exitCode !== 0) throw new Error(`The night before failed:\n${done.log}`)
    return read(workspace)
  } finally {
    await sandbox.close()
    rmSync(workspace, { recursive: true, force: true })
  }
}
