import { getOctokit } from '@actions/github'
import { afterEach, describe, expect, test } from '@jest/globals'
import { violationsOf } from '../../sandbox/github/openapi.ts'
import { github, issue, repository } from '../../sandbox/github/world.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { type World, world } from '../../sandbox/world.ts'

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
})

const HERE = { owner: 'octo-org', repo: 'octo-repo' }

async function start(served: World) {
  const sandbox = await startSandbox(served)
  running.push(sandbox)
  const octokit = getOctokit(served.github.token, { baseUrl: sandbox.env['GITHUB_API_URL'] ?? '' })
  return { sandbox, octokit, rest: octokit.rest }
}

function worldOf(parts: Parameters<typeof repository>[0]): World {
  return world({ github: github({ repositories: [repository(parts)] }) })
}

test('every answer is valid against GitHub’s OpenAPI description', async () => {
  const served = worldOf({
    assignable: ['mona'],
    collaborators: new Map([['mona', 'write']]),
    issues: [issue(1, { pullRequest: true })],
    pulls: new Map([
      [
        1,
        {
          number: 1,
          head: { ref: 'a', sha: 'a'.repeat(40), fork: false },
          base: { ref: 'main', sha: 'b'.repeat(40) },
          files: [{ path: 'iam/a b.tf', status: 'modified' as const }],
        },
      ],
    ]),
    comparisons: new Map([
      ['main...topic', [{ path: 'iam/ci.tf', status: 'renamed' as const, previousPath: 'ci.tf' }]],
    ]),
    files: new Map([['main', new Map([['.github/x.yml', 'a: 1\n']])]]),
  })
  const { rest, sandbox } = await start(served)
  await rest.repos.get(HERE)
  const { data } = await rest.issues.create({
    ...HERE,
    title: 'Stale',
    body: 'x',
    labels: ['keys'],
    assignees: ['mona'],
  })
  const which = { ...HERE, issue_number: data.number }
  await rest.issues.get(which)
  await rest.issues.createComment({ ...which, body: 'new' })
  await rest.issues.listComments(which)
  await rest.issues.update({ ...which, state: 'closed', state_reason: 'completed', title: 'None' })
  await rest.issues.listForRepo({ ...HERE, state: 'all', per_page: 100 })
  await rest.issues.createLabel({ ...HERE, name: 'other', color: 'ff0000', description: 'x' })
  await rest.issues.getLabel({ ...HERE, name: 'KEYS' })
  await rest.issues.addLabels({ ...which, labels: ['other'] })
  await rest.issues.addAssignees({ ...which, assignees: ['mona', 'nobody'] })
  await rest.issues.checkUserCanBeAssigned({ ...HERE, assignee: 'mona' })
  await rest.repos.getCollaboratorPermissionLevel({ ...HERE, username: 'mona' })
  await rest.pulls.listFiles({ ...HERE, pull_number: 1 })
  await rest.repos.compareCommitsWithBasehead({ ...HERE, basehead: 'main...topic' })
  await rest.repos.getContent({ ...HERE, path: '.github/x.yml', ref: 'main' })
  await expect(rest.issues.create({ ...HERE, title: 'x', assignees: ['nobody'] })).rejects.toMatchObject({
    status: 422,
  })
  await expect(rest.issues.get({ ...HERE, issue_number: 99 })).rejects.toMatchObject({ status: 404 })
  expect(sandbox.violations()).toEqual([])
})

describe('a contradiction of the description is found', () => {
  const call = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {}, body: '' }
  const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' }
  const action = 'GET /repos/{owner}/{repo}/issues'

  test.each([
    ['a bad answer', { call, action, answer: { ...answer, body: '[{"number":1}]' } }],
    ['an unknown status', { call, action, answer: { ...answer, status: 202 } }],
    [
      'an unknown query parameter',
      { call: { ...call, query: new URLSearchParams('label=x') }, action, answer },
    ],
    ['a bad query value', { call: { ...call, query: new URLSearchParams('state=shut') }, action, answer }],
    ['an unknown operation', { call, action: 'GET /repos/{owner}/{repo}/isues', answer }],
    [
      'an unknown property of a request',
      {
        call: { ...call, body: '{"title":"x","lables":[]}' },
        action: 'POST /repos/{owner}/{repo}/issues',
        answer: { ...answer, status: 422, body: '{"message":"x"}' },
      },
    ],
  ])('%s', (_, exchange) => {
    expect(violationsOf([exchange])).not.toEqual([])
  })
})

describe('issues', () => {
  test('are listed newest first, by all labels whatever their case, in pages, pull requests among them', async () => {
    const issues = Array.from({ length: 150 }, (_, index) =>
      issue(index + 1, { labels: index % 2 ? ['Keys', 'aws'] : ['aws'], pullRequest: index === 149 }),
    )
    const { octokit } = await start(worldOf({ issues }))
    const found = await octokit.paginate(octokit.rest.issues.listForRepo, {
      ...HERE,
      labels: 'AWS,keys',
      per_page: 50,
    })
    expect(found).toHaveLength(75)
    expect(found[0]).toMatchObject({ number: 150, pull_request: expect.anything() })
  })

  test('cannot be written without the permission, nor where they are disabled', async () => {
    const readOnly = await start(
      worldOf({ permissions: { issues: 'read', contents: 'read', pullRequests: 'read' } }),
    )
    await expect(readOnly.rest.issues.create({ ...HERE, title: 'x' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    })
    const disabled = await start(worldOf({ hasIssues: false }))
    await expect(disabled.rest.issues.create({ ...HERE, title: 'x' })).rejects.toMatchObject({ status: 410 })
  })
})

describe('limits', () => {
  test('a secondary rate limit says when to come back', async () => {
    const served = worldOf({})
    served.faults.push({ kind: 'throttle', service: 'github', retryAfterSeconds: 7, count: 1 })
    const { rest } = await start(served)
    await expect(rest.repos.get(HERE)).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'retry-after': '7' } },
    })
    await expect(rest.repos.get(HERE)).resolves.toBeDefined()
  })

  test('the hourly limit is counted and announced', async () => {
    const served = worldOf({})
    served.github.requestsLeft = 1
    const { rest } = await start(served)
    expect((await rest.repos.get(HERE)).headers['x-ratelimit-remaining']).toBe('0')
    await expect(rest.repos.get(HERE)).rejects.toMatchObject({ status: 403 })
  })
})
