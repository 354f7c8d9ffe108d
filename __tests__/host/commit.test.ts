import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readRun } from '../../src/host/run.ts'
import { inCheckout } from '../locate/checkout.ts'

const OF_THE_RUN = 'a'.repeat(40)

const COMMIT =
  '-c user.name=a -c user.email=a@example.com -c commit.gpgsign=false commit -q --allow-empty -m x'

test.each<[string, readonly string[]]>([
  ['a branch', [COMMIT, 'checkout -q -b release/1']],
  ['a branch whose ref is packed', [COMMIT, 'pack-refs --all']],
  ['a tag', [COMMIT, 'tag v1', COMMIT, 'checkout -q v1']],
])(
  'the lines of %s that `ref` has checked out are linked at its commit, not at the run’s',
  async (_, commands) => {
    await inCheckout({}, 'git', async root => {
      const git = (command: string) =>
        execFileSync('git', command.split(' '), { cwd: root, encoding: 'utf8' })
      for (const command of commands) git(command)
      expect(shaAt(root)).toBe(git('rev-parse HEAD').trim())
    })
  },
)

test.each([
  ['of a checkout without commits', { '.git/HEAD': 'ref: refs/heads/main\n' }],
  ['of no git checkout', { 'main.tf': '' }],
  ['where HEAD leads out of it', { '.git/HEAD': 'ref: refs/../../secret\n', secret: 'b'.repeat(40) }],
  ['where HEAD is no commit', { '.git/HEAD': 'main](https://evil.example)\n' }],
])('the commit is the run’s %s', async (_, files) => {
  await inCheckout(files, 'directory', async root => expect(shaAt(root)).toBe(OF_THE_RUN))
})

function shaAt(workspace: string): string {
  const env = { GITHUB_SHA: OF_THE_RUN, GITHUB_WORKSPACE: workspace }
  return readRun(env, path => readFileSync(path, 'utf8')).sha
}
