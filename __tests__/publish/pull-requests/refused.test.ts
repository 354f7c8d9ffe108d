/** Where no pull request is opened or changed, and what is said of it. */
import { describe, expect, test } from '@jest/globals'
import { CODE, declaredKey, editOf, INACTIVE, PATH, SCAN, start } from './served.ts'

const IDLE = declaredKey()

describe('nothing is made', () => {
  test.each([
    [
      'on a pull request',
      { readOnlyBecause: 'this run belongs to a pull request' },
      {},
      'this run belongs to a pull request',
    ],
    ['in a fork', {}, { fork: true }, 'this repository is a fork'],
  ])('%s', async (_, over, parts, because) => {
    const { night } = await start(parts)
    const { writes, lines } = await night([IDLE], over)
    expect(writes).toEqual([])
    expect(lines).toEqual([`No pull request is opened or changed because ${because}`])
  })

  test('of a file that changed after the run read it', async () => {
    const { night, push, pulls } = await start()
    push({ [PATH]: `\n${CODE}` })
    const { ofKey, failures } = await night([IDLE])
    expect(failures).toEqual([])
    expect(pulls()).toEqual([])
    expect(ofKey.get(IDLE.id)).toEqual({ reason: expect.stringContaining('is not as this run read it') })
  })

  test.each([
    [
      'in a workspace that is no git checkout',
      { source: 'directory' as const },
      'the workspace is no git checkout, so that nothing tells whether all files are there',
    ],
    [
      'in no workspace',
      { source: 'none' as const },
      'there is no checkout that tells which keys are declared in code',
    ],
    [
      'where a file that may declare keys was not read',
      { skippedCount: 1, unread: ['a.tf'] },
      '1 file of the checkout, which the log names, could not be read',
    ],
    [
      'where the scan ended early',
      { stoppedBy: '10,000 files' },
      'the checkout was not read to its end, stopped by 10,000 files',
    ],
  ])('%s, and an open one stays as it is: other code may declare the key, too', async (_, parts, reason) => {
    const scan = { ...SCAN, ...parts }
    const { night, push, pull } = await start()
    const { writes, ofKey, lines } = await night([IDLE], { scan })
    expect(writes).toEqual([])
    expect(lines).toEqual([`No pull request is opened because ${reason}`])
    expect(ofKey.get(IDLE.id)).toEqual({ reason })
    await night([IDLE])
    const moved = `# Keys\n${CODE}`
    push({ [PATH]: moved })
    const before = pull()
    const again = declaredKey({}, editOf(moved, `# Keys\n${INACTIVE}`))
    const later = await night([again], { scan })
    expect(later.lines).toEqual([`Pull request #1 left as it is: ${reason}`])
    expect(pull()).toEqual(before)
  })

  test('where somebody has a branch of that name', async () => {
    const { night, push, pull, pulls, repo } = await start()
    await night([IDLE])
    const { ref } = pull().head
    repo.pulls.clear()
    repo.issues.length = 0
    push({ 'README.md': 'mine\n' }, ref)
    const { ofKey } = await night([IDLE])
    expect(ofKey.get(IDLE.id)).toEqual({ reason: expect.stringContaining('not as this audit left it') })
    expect(pulls()).toEqual([])
  })

  test.each([
    [
      'the repository forbids pull requests by jobs',
      { actionsMayOpenPulls: false },
      [],
      /lets no job open pull requests .*GitHub Actions is not permitted to create or approve pull requests/,
      /Allow GitHub Actions to create and approve pull requests/,
    ],
    [
      'a rule protects the branch',
      { protectedBranches: /^access-key-rotation\// },
      [],
      /a rule of the repository protects the branch/,
      /Settings → Rules/,
    ],
    [
      'the job may not write contents',
      { permissions: { issues: 'read' as const, contents: 'read' as const, pullRequests: 'write' as const } },
      [],
      /the token lacks the permission/,
      /contents: write` and `pull-requests: write/,
    ],
    [
      'the job may not write pull requests',
      { permissions: { issues: 'read' as const, contents: 'write' as const, pullRequests: 'read' as const } },
      [],
      /the token lacks the permission/,
      /pull-requests: write/,
    ],
  ])('and it is said why, where %s; the branch does not stay', async (_, parts, faults, message, remedy) => {
    const { night, pulls, repo } = await start(parts, { faults })
    const { failures, ofKey } = await night([IDLE])
    expect(failures.map(failure => failure.message)).toEqual([expect.stringMatching(message)])
    expect(failures[0]?.remedy).toMatch(remedy)
    expect(ofKey.get(IDLE.id)).toEqual({ reason: expect.stringContaining('could not be opened') })
    expect(pulls()).toEqual([])
    expect([...repo.git.refs.keys()]).toEqual(['heads/main'])
  })
})

describe('trust', () => {
  test('a stranger’s pull request with our marker, on a branch of ours or from a fork, is never touched', async () => {
    const { night, pull, repo, served } = await start()
    await night([IDLE])
    const stolen = repo.issues[0]
    if (stolen) stolen.author = { login: 'mallory', id: 666, type: 'User' }
    const before = pull()
    await night([])
    expect(pull()).toEqual(before)
    if (stolen) stolen.author = served.github.actor
    const mine = repo.pulls.get(1)
    if (mine) mine.head.fork = true
    await night([])
    expect(pull().state).toBe('open')
  })

  test('of a token whose identity GitHub does not tell nothing is opened', async () => {
    const { night } = await start(
      {},
      { faults: [{ kind: 'access-denied', service: 'github', action: 'POST /graphql' }] },
    )
    const { writes, failures } = await night([IDLE])
    expect(writes).toEqual([])
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('did not tell whose')])
  })
})

test.each([
  ['lists', {}, true],
  [
    'does not list',
    { kind: 'access-denied', service: 'github', action: 'GET /repos/{owner}/{repo}/pulls' },
    false,
  ],
] as const)(
  'whether GitHub %s the pull requests is known to what links to them',
  async (_, fault, listed) => {
    const { night, served } = await start()
    await night([IDLE])
    if ('kind' in fault) served.faults.push(fault)
    expect((await night([IDLE])).listed).toBe(listed)
  },
)

describe('where the issues cannot be read', () => {
  const LIST = { service: 'github', action: 'GET /repos/{owner}/{repo}/issues' } as const
  const issues = { repository: 'octo-org/octo-repo', labels: ['aws-access-keys'] }

  test('and this run keeps them, nothing is changed: what they remember of a key decides its step', async () => {
    const { night, pull, served } = await start()
    await night([IDLE])
    const before = pull()
    served.faults.push({ kind: 'access-denied', ...LIST })
    const { failures, writes } = await night([], { issues: { ...issues, kept: true } })
    expect(writes).toEqual([])
    expect(failures.map(({ message, remedy }) => [message, remedy])).toEqual([
      [
        expect.stringMatching(
          /^Could not read the issues in octo-org\/octo-repo: the token lacks the permission/,
        ),
        expect.stringContaining('`issues: read`'),
      ],
    ])
    expect(pull()).toEqual(before)
  })

  test('and another job keeps them, a pull request is opened without a link to one', async () => {
    const { night, pull, served } = await start()
    served.faults.push({ kind: 'access-denied', ...LIST })
    expect((await night([IDLE], { issues: { ...issues, kept: false } })).failures).toEqual([])
    expect(pull().body).not.toContain('which links back')
    served.faults.splice(0, 1, { kind: '5xx', ...LIST })
    expect((await night([IDLE])).failures).toHaveLength(1)
  })
})
