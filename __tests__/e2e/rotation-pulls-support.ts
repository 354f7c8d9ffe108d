/** Nights of two jobs: one gathers from AWS, the other opens pull requests from its evidence, over one repository's git. */
import { filesOn, gitOf } from '../../sandbox/github/git.ts'
import { merge } from '../../sandbox/github/pulls.ts'
import {
  github,
  type Issue,
  type PullRequest,
  type Repository,
  repository,
} from '../../sandbox/github/world.ts'
import { isGitHubWrite, type Sandbox } from '../../sandbox/sandbox.ts'
import { type Account, account, now, role, type User, type World, world } from '../../sandbox/world.ts'
import { formatInstant } from '../../src/domain/time.ts'
import { gitCheckout, lay } from './nights-support.ts'
import { audit, filesOf, type Run, repositoryOf, serve } from './support.ts'

export interface PullNight extends Run {
  /** Writes to GitHub, in order. */
  readonly writes: readonly string[]
}

export interface PullNights {
  readonly sandbox: Sandbox
  readonly world: World
  readonly prod: Account
  readonly repository: Repository
  night(inputs?: Readonly<Record<string, string>>): Promise<PullNight>
  /** A person merges it. */
  merge(number: number): void
  pulls(): readonly (PullRequest & Pick<Issue, 'state' | 'title' | 'body' | 'comments'>)[]
  filesOn(branch: string): Record<string, string>
  issueBody(): string
}

export async function startPullNights(
  users: User[],
  code: Readonly<Record<string, string>>,
  parts: Partial<Repository> = {},
): Promise<PullNights> {
  const prod = account({ alias: 'octo-prod', users, roles: [role()] })
  const served = world({
    accounts: [prod],
    github: github({
      repositories: [
        repository({
          permissions: { issues: 'write', contents: 'write', pullRequests: 'write', actions: 'read' },
          git: gitOf({ 'README.md': '# Infrastructure\n', ...code }),
          ...parts,
        }),
      ],
    }),
  })
  const sandbox = await serve(served)
  const repo = repositoryOf(sandbox)
  const { git } = repo
  const issueOf = (number: number): Issue => {
    const found = repo.issues.find(each => each.number === number)
    if (found === undefined) throw new Error(`no issue or pull request ${number}`)
    return found
  }
  return {
    sandbox,
    world: served,
    prod,
    repository: repo,
    async night(inputs = {}) {
      const gathered = await audit(sandbox, { shard: '1/1', redact: 'never' })
      const evidence = Object.fromEntries(
        [...filesOf(gathered)].map(([path, text]) => [`gathered/${path}`, text]),
      )
      const workspace = gitCheckout(filesOn(git, 'main'))
      lay(workspace, evidence)
      const before = sandbox.requests.length
      const run = await audit(
        sandbox,
        {
          'evidence-files': 'gathered/**/*.json',
          'pull-requests': 'true',
          'create-issue': 'true',
          'fail-on': 'never',
          ...inputs,
        },
        { workspace },
      )
      const writes = sandbox.requests
        .slice(before)
        .filter(isGitHubWrite)
        .map(({ action }) => action)
      return { ...run, writes }
    },
    merge: number => merge(repo, number, formatInstant(now(served))),
    pulls: () =>
      [...repo.pulls.values()].map(pull => {
        const { state, title, body, comments } = issueOf(pull.number)
        return { ...pull, state, title, body, comments }
      }),
    filesOn: branch => filesOn(git, branch),
    issueBody: () => repo.issues.find(({ pullRequest }) => !pullRequest)?.body ?? '',
  }
}
