/** Nights of pull requests over a served GitHub, each through the real Octokit. */
import { getOctokit } from '@actions/github'
import { afterEach, expect } from '@jest/globals'
import { commitTo, filesOn, gitOf } from '../../../sandbox/github/git.ts'
import { merge } from '../../../sandbox/github/pulls.ts'
import { type Actor, github, type Issue, type Repository, repository } from '../../../sandbox/github/world.ts'
import { isGitHubWrite, type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'
import { type Fault, world } from '../../../sandbox/world.ts'
import type { AuditResult, Edit, KeyResult, StepAction } from '../../../src/domain/audit-result.ts'
import { NO_DECLARATIONS, type Scan } from '../../../src/domain/declarations.ts'
import { onlyWholeAnswers } from '../../../src/github/client.ts'
import { unifiedDiff } from '../../../src/locate/text/diff.ts'
import { type PullsRequest, syncPulls } from '../../../src/publish/pull-requests/sync.ts'
import { key, result, run, step, words } from '../build.ts'

export const PATH = 'iam/ci.tf'
export const CODE = `resource "aws_iam_access_key" "ci" {
  user = "ci-deployer"
}
`
export const INACTIVE = CODE.replace('"\n', '"\n  status = "Inactive"\n')

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) {
    // Whatever a test was about: nothing was sent or answered that GitHub's description does not know.
    const violations = sandbox.violations()
    await sandbox.close()
    expect(violations).toEqual([])
  }
})

export function editOf(before: string, after: string, over: Partial<Edit> = {}, path = PATH): Edit {
  const diff = unifiedDiff([{ file: { path, text: before }, start: 0, end: before.length, text: after }])
  return { kind: 'edit', tool: 'terraform', location: { path, line: 1 }, diff, note: null, ...over }
}

/** A key declared in code, whose next step is this change of it. */
export function declaredKey(
  over: Parameters<typeof key>[0] = {},
  edit: Edit = editOf(CODE, INACTIVE),
  action: StepAction = 'deactivate',
): KeyResult {
  return key({
    use: 'idle',
    lastUsed: { state: 'used', at: '2026-08-16T09:00:00Z', service: 's3', region: 'us-east-1' },
    declared: {
      tool: 'terraform',
      of: 'key',
      mayBeByHand: false,
      unapplied: false,
      reason: null,
      candidates: [{ ...edit.location, address: 'aws_iam_access_key.ci' }],
    },
    next: step({
      action,
      title: 'Set to Inactive',
      reason: 'idle since 2026-08-16',
      instructions: [words('deactivate it'), edit],
    }),
    ...over,
  })
}

export const SCAN: Scan = { ...NO_DECLARATIONS.scan, source: 'git', files: 1 }

export type Over = Partial<Omit<PullsRequest, 'github'>>

export async function start(
  parts: Partial<Repository> = {},
  { faults = [], actor }: { readonly faults?: Fault[]; readonly actor?: Actor } = {},
) {
  const served = world({
    github: github({
      ...(actor === undefined ? {} : { actor }),
      repositories: [
        repository({
          permissions: { issues: 'read', contents: 'write', pullRequests: 'write' },
          git: gitOf({ [PATH]: CODE, 'README.md': '# Here\n' }),
          ...parts,
        }),
      ],
    }),
    faults,
  })
  const sandbox = await startSandbox(served)
  running.push(sandbox)
  const repo = [...served.github.repositories.values()][0] as Repository
  const issueOf = (number: number): Issue => repo.issues.find(each => each.number === number) as Issue
  const night = async (what: AuditResult | readonly KeyResult[], over: Over = {}) => {
    sandbox.requests.length = 0
    const outcome = await syncPulls({
      github: clientOf(served.github.token, sandbox),
      run: run(),
      result: 'version' in what ? what : result(what),
      scan: SCAN,
      limit: 5,
      issues: { repository: 'octo-org/octo-repo', labels: ['aws-access-keys'], kept: false },
      readOnlyBecause: null,
      ...over,
    })
    const writes = sandbox.requests.filter(isGitHubWrite).map(({ action }) => action)
    return { ...outcome, writes }
  }
  return {
    sandbox,
    served,
    repo,
    night,
    /** Number, state and title of each, in order. */
    pulls: () => [...repo.pulls.values()].map(pull => ({ ...pull, ...textOf(issueOf(pull.number)) })),
    pull(number = 1) {
      const pull = repo.pulls.get(number)
      if (pull === undefined) throw new Error(`no pull request ${number}`)
      return { ...pull, ...textOf(issueOf(number)), files: filesOn(repo.git, pull.head.ref) }
    },
    /** A person commits. */
    push(files: Readonly<Record<string, string | null>>, branch = 'main') {
      const sha = commitTo(repo.git, branch, files)
      for (const pull of repo.pulls.values()) if (pull.head.ref === branch) pull.head.sha = sha
    },
    merge: (number = 1) => merge(repo, number, '2026-11-24T00:00:00Z'),
    /** A person closes or reopens it; the branch stays. */
    set(number: number, state: Issue['state']) {
      issueOf(number).state = state
    },
    main: () => filesOn(repo.git, 'main'),
  }
}

/** As `createGitHub` makes it, without GitHub's pacing of a write a second. */
function clientOf(token: string, { env }: Sandbox) {
  return getOctokit(token, { baseUrl: env['GITHUB_API_URL'] ?? '' }, onlyWholeAnswers)
}

function textOf({ state, title, body, comments }: Issue) {
  return { state, title, body: body ?? '', comments: comments.map(each => each.body) }
}
