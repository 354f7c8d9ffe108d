import { describe, expect, test } from '@jest/globals'
import { github, type Issue, issue, job, type Repository, repository } from '../../sandbox/github/world.ts'
import { isGitHubWrite } from '../../sandbox/sandbox.ts'
import { account, advance, type Fault, key, user, type World, world } from '../../sandbox/world.ts'
import { audit, issuesOf, type Run, repositoryOf, serve } from '../e2e/support.ts'
import { rendered, textOf } from '../publish/rendered.ts'

const INPUTS = { 'create-issue': 'true' }
const LIST = 'GET /repos/{owner}/{repo}/issues'
const CREATE = 'POST /repos/{owner}/{repo}/issues'

/** An account with two stale keys, and a repository. */
function scene(parts: Partial<Repository> = {}): World {
  const users = [
    user('bob', { keys: [key({ ageDays: 91, usedDaysAgo: 1 })] }),
    user('carol', { keys: [key({ ageDays: 200, usedDaysAgo: 1 })] }),
  ]
  return world({
    accounts: [account({ users })],
    github: github({ repositories: [repository(parts)] }),
  })
}

/** The next night: a new report, and whatever happened in the account. */
function nextNight(
  served: World,
  change: (users: Map<string, { keys: ReturnType<typeof key>[] }>) => void,
): void {
  advance(served, 1)
  for (const { users } of served.accounts.values()) change(users)
}

test('the issue of an account: filed, left alone, commented, closed and reopened', async () => {
  const served = scene()
  const sandbox = await serve(served)
  const writes = () => sandbox.requests.filter(isGitHubWrite).length
  const theIssue = (): Issue => {
    const [only, ...more] = issuesOf(sandbox)
    if (only === undefined || more.length > 0) throw new Error(`${more.length} more issues`)
    return only
  }

  const first = await audit(sandbox, INPUTS)
  expect(theIssue()).toMatchObject({
    title: '2 stale AWS access keys in 123456789012',
    state: 'open',
    labels: ['aws-access-keys'],
    comments: [],
  })
  expect(first.outputs['issue-urls']).toBe('https://github.com/octo-org/octo-repo/issues/1')
  expect(first.outputs).toMatchObject({ 'new-stale-count': '2', 'resolved-count': '0' })
  expect(first.log).toMatch(/Issue #1 created/)

  sandbox.requests.length = 0
  nextNight(served, () => {})
  const second = await audit(sandbox, INPUTS)
  expect(second.outputs).toMatchObject({ 'new-stale-count': '0', 'resolved-count': '0' })
  expect(writes()).toBe(0)

  const deactivated = 'bob'
  nextNight(served, users => {
    for (const each of users.get(deactivated)?.keys ?? []) each.status = 'Inactive'
    users.get('carol')?.keys.push(key({ ageDays: 150, usedDaysAgo: 1 }))
  })
  const third = await audit(sandbox, INPUTS)
  expect(theIssue().comments.map(({ body }) => body)).toEqual([expect.stringMatching(/1 new, 1 resolved/)])
  expect(theIssue().title).toMatch(/^2 stale AWS access keys/)
  expect(third.outputs).toMatchObject({ 'new-stale-count': '1', 'resolved-count': '1' })
  expect(third.log).toMatch(/Issue #1 updated: 1 new, 1 resolved/)

  nextNight(served, users => {
    const carol = users.get('carol')
    if (carol) carol.keys = []
  })
  await audit(sandbox, INPUTS)
  expect(theIssue()).toMatchObject({ state: 'open', title: expect.stringMatching(/await/) })

  nextNight(served, users => users.delete('bob'))
  await audit(sandbox, INPUTS)
  expect(theIssue()).toMatchObject({ state: 'closed', stateReason: 'completed' })
  const told = theIssue().comments.length

  nextNight(served, users => users.get('carol')?.keys.push(key({ ageDays: 95 })))
  const last = await audit(sandbox, INPUTS)
  expect(theIssue()).toMatchObject({
    state: 'open',
    title: expect.stringMatching(/^1 stale AWS access key /),
  })
  expect(theIssue().comments.length).toBe(told + 1)
  expect(last.outputs['issue-urls']).toMatch(/issues\/1$/)
})

test('without an issue it is not known what is new', async () => {
  const run = await audit(scene())
  expect(run.outputs).toMatchObject({ 'stale-count': '2', 'new-stale-count': '', 'resolved-count': '' })
})

test('two runs at once leave one open issue, the one with the lowest number', async () => {
  const served = scene()
  // Both have listed the issues before either has filed one.
  served.latencyMs = 250
  const sandbox = await serve(served)
  await Promise.all([audit(sandbox, INPUTS), audit(sandbox, INPUTS)])
  expect(issuesOf(sandbox)).toHaveLength(2)
  const open = issuesOf(sandbox).filter(({ state }) => state === 'open')
  expect(open.map(({ number }) => number)).toEqual([1])
})

describe('what GitHub refuses is told with its remedy, and the audit’s own result stands', () => {
  test.each<[string, Partial<Repository>, Record<string, string>, RegExp, RegExp, boolean]>([
    [
      'issues: write is missing',
      { permissions: { issues: 'read', contents: 'read', pullRequests: 'read' } },
      {},
      /Could not create an issue in octo-org\/octo-repo: the token lacks the permission/,
      /issues: write/,
      false,
    ],
    ['issues are disabled', { hasIssues: false }, {}, /issues are disabled/, /Settings/, false],
    [
      'an assignee cannot be assigned',
      { assignable: ['mona'] },
      { 'issue-assignees': 'mona, nobody' },
      /issue-assignees`? names nobody, who cannot be assigned/,
      /take them out of `?issue-assignees/,
      true,
    ],
  ])('%s', async (_, parts, inputs, problem, remedy, filed) => {
    const run = await audit(scene(parts), { ...INPUTS, ...inputs, 'fail-on': 'never' })
    expectFindings(run)
    expect(run.exitCode).toBe(1)
    for (const text of [run.log, textOf(rendered(run.summary ?? ''))]) {
      expect(text).toMatch(problem)
      expect(text).toMatch(remedy)
      expect(text).not.toMatch(/step passes/)
    }
    expect(issuesOf(run.sandbox)).toHaveLength(filed ? 1 : 0)
    if (filed) expect(issuesOf(run.sandbox)).toMatchObject([{ assignees: ['mona'] }])
    const errors = run.annotations.filter(({ kind }) => kind === 'error').map(({ message }) => message)
    expect(errors).toContainEqual(expect.stringMatching(problem))
  })

  test.each<[string, Fault]>([
    [
      'a secondary limit while listing',
      { service: 'github', action: LIST, kind: 'throttle', count: 1, retryAfterSeconds: 1 },
    ],
    [
      'a secondary limit while creating',
      { service: 'github', action: CREATE, kind: 'throttle', count: 1, retryAfterSeconds: 1 },
    ],
    ['a list cut off mid-body', { service: 'github', action: LIST, kind: 'reset', count: 1 }],
    ['a list that is no JSON', { service: 'github', action: LIST, kind: 'malformed', count: 1 }],
  ])('after %s there is one issue', async (_, fault) => {
    const served = scene()
    const sandbox = await serve(served)
    served.faults = [fault]
    expectFindings(await audit(sandbox, INPUTS))
    expect(issuesOf(sandbox)).toHaveLength(1)
    served.faults = [{ ...fault }]
    expectFindings(await audit(sandbox, INPUTS))
    expect(issuesOf(sandbox)).toMatchObject([{ state: 'open', comments: [] }])
  })

  test('a list that never comes whole files no issue, and the findings stand', async () => {
    const served = scene()
    const sandbox = await serve(served)
    await audit(sandbox, INPUTS)
    served.faults = [{ service: 'github', action: LIST, kind: 'malformed' }]
    const run = await audit(sandbox, INPUTS)
    expectFindings(run)
    expect(issuesOf(sandbox)).toHaveLength(1)
    expect(run.outputs).toMatchObject({ 'new-stale-count': '', 'resolved-count': '' })
    expect(run.log).toMatch(/Could not list the issues in octo-org\/octo-repo/)
    expect(run.log).toMatch(/2 of 2|All 2|Both/)
  })
})

describe('an issue is written on the default branch only', () => {
  test.each([
    ['another branch', { eventName: 'push', ref: 'refs/heads/topic' }, /not on the default branch/],
    ['a tag', { eventName: 'push', ref: 'refs/tags/v1' }, /not on the default branch/],
    ['a pull request', { eventName: 'pull_request', ref: 'refs/pull/7/merge' }, /belongs to a pull request/],
    [
      'pull_request_target, which runs with the ref of the default branch',
      { eventName: 'pull_request_target', ref: 'refs/heads/main' },
      /belongs to a pull request/,
    ],
    ['a merge group', { eventName: 'merge_group', ref: 'refs/heads/main' }, /belongs to a merge group/],
  ])('from %s the log says what would have been written', async (_, parts, because) => {
    const served = scene({ issues: [issue(1, { labels: ['aws-access-keys'] })] })
    served.job = job(parts)
    const sandbox = await serve(served)
    const run = await audit(
      sandbox,
      { ...INPUTS, 'role-to-assume': '' },
      { env: sandbox.credentials('123456789012', 'audit') },
    )
    expectFindings(run)
    expect(run.log).toMatch(/An issue would have been created: 2 stale keys; nothing is written because/)
    expect(run.log).toMatch(because)
    expect(sandbox.requests.filter(isGitHubWrite)).toEqual([])
    expect(repositoryOf(sandbox).issues).toHaveLength(1)
  })
})

function expectFindings(run: Run): void {
  expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '2' })
  expect(run.result?.counts.stale).toBe(2)
  expect(run.summary).toMatch(/are over 90 days/)
}

test('a run that is cancelled while GitHub keeps it waiting has published what it found', async () => {
  const served = scene()
  served.faults.push({ kind: 'stall', service: 'github', action: LIST })
  const sandbox = await serve(served)
  const cancel = new AbortController()
  const watch = setInterval(() => {
    if (sandbox.requests.some(({ action }) => action === LIST)) cancel.abort()
  }, 50).unref()
  const run = await audit(sandbox, INPUTS, { cancel: cancel.signal })
  clearInterval(watch)
  expect(run.exitCode).toBe(124)
  expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '2' })
  expect(run.result?.keys).toHaveLength(2)
  expect(textOf(rendered({ markdown: run.summary ?? '' }))).toContain('carol')
  expect(run.log).toContain('carol')
})

test('GitHub that answers no write is asked once, however many issues there are, and the rest is published', async () => {
  const served = scene({ labels: [{ name: 'aws-access-keys', color: 'ffffff', description: null }] })
  served.faults.push({ kind: 'stall', service: 'github', action: CREATE })
  const sandbox = await serve(served)
  const run = await audit(sandbox, { ...INPUTS, 'issue-per': 'user', 'fail-on': 'never' })
  expect(sandbox.requests.filter(({ action }) => action === CREATE)).toHaveLength(1)
  expect(run.outputs).toMatchObject({ result: 'fail', 'issue-urls': '' })
  expect(run.log).toContain('Could not create an issue in octo-org/octo-repo: GitHub could not be reached')
  expect(run.log).toContain('1 further issue was not reached')
  expect(run.summary).toContain('GitHub could not be reached')
  expect(run.result?.step).toMatchObject({ fails: true, reason: 'failures' })
})

test('a token that may not read issues is told of in an annotation, in GitHub’s words, with what the job will need', async () => {
  const served = scene({ permissions: { issues: 'none', contents: 'read', pullRequests: 'read' } })
  const run = await audit(served, { ...INPUTS, 'fail-on': 'never' })
  const [heading] = run.log.split('\n')
  expect(heading).toMatch(/^Audit of access keys older than 90 days, as of \S+Z$/)
  expect(run.annotations).toContainEqual(
    expect.objectContaining({
      kind: 'error',
      message: expect.stringMatching(/“Resource not accessible by integration”.*`issues: write`/),
    }),
  )
})
