/** Nights of issues over a served GitHub, each through the real Octokit. */
import { afterEach, expect } from '@jest/globals'
import { github, type Issue, repository } from '../../../sandbox/github/world.ts'
import { isGitHubWrite, type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'
import { type Fault, type World, world } from '../../../sandbox/world.ts'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import { createGitHub } from '../../../src/github/client.ts'
import type { IssueRequest } from '../../../src/publish/issues/request.ts'
import { syncIssues } from '../../../src/publish/issues/sync.ts'
import { key, result, run } from '../build.ts'

export const OLD = key({ name: 'alice', ageDays: 121 })
export const LABEL = 'aws-access-keys'

export const CREATE = 'POST /repos/{owner}/{repo}/issues'
export const CREATE_LABEL = 'POST /repos/{owner}/{repo}/labels'
export const LABEL_AGAIN = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels'
export const GET = 'GET /repos/{owner}/{repo}/issues/{issue_number}'
export const UPDATE = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
export const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
export const LIST = 'GET /repos/{owner}/{repo}/issues'
export const VIEWER = 'POST /graphql'

export const URL_OF_1 = 'https://github.com/octo-org/octo-repo/issues/1'

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) {
    // Whatever a test was about: nothing was sent or answered that GitHub's description does not know.
    expect(sandbox.violations()).toEqual([])
    await sandbox.close()
  }
})

export async function start(parts: Parameters<typeof repository>[0] = {}, faults: Fault[] = []) {
  const served: World = world({ github: github({ repositories: [repository(parts)] }), faults })
  const sandbox = await startSandbox(served)
  running.push(sandbox)
  const issues = (): Issue[] => served.github.repositories.get('octo-org/octo-repo')?.issues ?? []
  /** One night: what it did, and what it wrote. */
  const night = async (keys: readonly KeyResult[], over: Partial<IssueRequest> = {}) => {
    sandbox.requests.length = 0
    const outcome = await syncIssues({
      github: await createGitHub(served.github.token, { apiUrl: sandbox.env['GITHUB_API_URL'] }),
      repository: 'octo-org/octo-repo',
      labels: [LABEL],
      readOnlyBecause: null,
      result: result(keys),
      hidden: null,
      secret: null,
      per: 'repository',
      assignees: [],
      changes: [],
      run: run(),
      mention: false,
      pulls: new Map(),
      config: { path: '.github/access-key-rotation.yml', exists: true },
      ...over,
    })
    const writes = sandbox.requests.filter(isGitHubWrite).map(({ action }) => action)
    const asked = (action: string) => sandbox.requests.filter(request => request.action === action).length
    return { ...outcome, writes, asked, lists: asked(LIST) }
  }
  return { night, issues, served, sandbox }
}
