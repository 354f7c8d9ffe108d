import { describe, expect, test } from '@jest/globals'
import type { KeyResult, StepAction } from '../../../src/domain/audit-result.ts'
import { audited, key, notAudited, result, run, step } from '../build.ts'
import { CODE, declaredKey, editOf, INACTIVE, PATH, SCAN, start } from './served.ts'

const IDLE = declaredKey()
const IN_USE = key({ use: 'in-use', next: step({ action: 'create-key', title: 'Create second key' }) })

describe('a key whose next step is a change of code', () => {
  test('gets one pull request, whose branch differs from its base in that change alone; the next night changes nothing', async () => {
    const { night, pulls, pull, main } = await start()
    const first = await night([IDLE])
    expect(first.lines).toEqual(['Pull request #1 opened (https://github.com/octo-org/octo-repo/pull/1)'])
    expect(first.failures).toEqual([])
    expect(first.ofKey.get(IDLE.id)).toMatchObject({ number: 1 })
    expect(pull()).toMatchObject({
      state: 'open',
      draft: false,
      title: 'Set the access key of ci-deployer to Inactive',
    })
    expect(pull().files).toEqual({ ...main(), [PATH]: INACTIVE })
    const second = await night([IDLE])
    expect(second).toMatchObject({ writes: [], lines: [], failures: [] })
    expect(second.ofKey.get(IDLE.id)).toMatchObject({ number: 1 })
    expect(pulls()).toHaveLength(1)
  })

  test('keeps the mode of its file', async () => {
    const { night, pull, repo } = await start()
    const [commit] = repo.git.commits.values()
    const tree = repo.git.trees.get(commit?.tree ?? '')
    ;(tree as Map<string, { text: string; mode: string }>).set(PATH, { text: CODE, mode: '100755' })
    await night([IDLE])
    const head = repo.git.commits.get(pull().head.sha)
    expect(repo.git.trees.get(head?.tree ?? '')?.get(PATH)).toEqual({ text: INACTIVE, mode: '100755' })
  })

  test('gets a draft where its second key leaves something to people, or an ordinary one where the plan has no drafts', async () => {
    const left = declaredKey(
      { use: 'in-use' },
      editOf(CODE, `${CODE}# next\n`, { note: 'an output still reads the old key' }),
      'create-key',
    )
    for (const hasDrafts of [true, false]) {
      const { night, pull } = await start({ hasDrafts })
      expect((await night([left])).failures).toEqual([])
      expect(pull()).toMatchObject({ draft: hasDrafts, title: 'Add a second access key for ci-deployer' })
      expect(pull().body).toContain('An output still reads the old key.')
    }
  })

  test('gets none where the change leaves other keys unsettled, and it is said why', async () => {
    const { night, pulls } = await start()
    const stands = declaredKey(
      {},
      editOf(CODE, CODE, { diff: null, note: 'output ci (iam/ci.tf:9) still refers to it' }),
    )
    const perhaps = declaredKey({ name: 'b', hardCoded: [{ path: 'a.sh', line: 1 }] }, undefined, 'contain')
    const unproved = declaredKey({ name: 'c' })
    const second = declaredKey({ name: 'd' })
    const other = declaredKey({ name: 'd', accessKeyId: 'AKIAOTHERKEY00000000', id: 'AKIAOTHERKEY00000000' })
    const expiring = declaredKey({ name: 'e', ageDays: 80 }, undefined, 'rotate-soon')
    const { ofKey } = await night(
      result([stands, perhaps, unproved, second, other, expiring], {
        unverified: [
          {
            account: unproved.account,
            user: 'c',
            userArn: unproved.userArn,
            reason: 'contradictory-row',
            accepted: null,
          },
        ],
      }),
      { limit: 1 },
    )
    expect(ofKey.get(stands.id)).toEqual({ reason: 'output ci (iam/ci.tf:9) still refers to it' })
    expect(ofKey.get(perhaps.id)).toEqual({ reason: expect.stringContaining('people must find out') })
    expect(ofKey.get(unproved.id)).toEqual({ reason: 'what is known of its user is not proved' })
    expect(ofKey.get(other.id)).toEqual({ reason: 'another key of its user comes first' })
    expect(ofKey.get(expiring.id)).toBeUndefined()
    expect(pulls()).toHaveLength(1)
  })

  test('asks its owner for review, but nobody whom CODEOWNERS asks already, and goes on where GitHub refuses', async () => {
    const owner = (name: string, source: 'configuration' | 'codeowners', kind: 'user' | 'team' = 'user') => ({
      name,
      kind,
      source,
    })
    for (const [asked, reviewers] of [
      [owner('mona', 'configuration'), ['mona']],
      [owner('octo-org/platform', 'configuration', 'team'), ['platform']],
      [owner('mona', 'codeowners'), []],
      [owner('stranger', 'configuration'), []],
    ] as const) {
      const { night, pull } = await start({ collaborators: new Map([['mona', 'write']]) })
      expect((await night([declaredKey({ owner: asked })])).failures).toEqual([])
      expect(pull().reviewers).toEqual(reviewers)
    }
  })
})

describe('an open pull request', () => {
  test('is brought up to date without force where its base moved under the change, and left alone where it moved elsewhere', async () => {
    const { night, pull, push, main, repo } = await start()
    await night([IDLE])
    const first = pull().head.sha
    push({ 'README.md': '# There\n' })
    expect((await night([IDLE])).writes).toEqual([])
    const moved = `# Keys\n${CODE}`
    push({ [PATH]: moved })
    const again = declaredKey({}, editOf(moved, `# Keys\n${INACTIVE}`))
    expect((await night([again])).lines).toEqual([expect.stringContaining('brought up to date with main')])
    expect(pull().files).toEqual({ ...main(), [PATH]: `# Keys\n${INACTIVE}` })
    expect(repo.git.commits.get(pull().head.sha)?.parents).toEqual([first, repo.git.refs.get('heads/main')])
    expect((await night([again])).writes).toEqual([])
  })

  test('has its description brought up to date, and nothing else, when what it tells has changed', async () => {
    const { night, pull } = await start()
    await night([IDLE])
    const { head } = pull()
    const owned = declaredKey({ owner: { name: 'Platform team', kind: 'text', source: 'tag' } })
    expect((await night([owned])).writes).toEqual(['PATCH /repos/{owner}/{repo}/pulls/{pull_number}'])
    expect(pull().body).toContain('Platform team')
    expect(pull().head).toEqual(head)
    const run42 = await night([owned], {
      run: run({ url: 'https://github.com/octo-org/octo-repo/actions/runs/43' }),
    })
    expect(run42.writes).toEqual([])
  })

  test('is found as its own after a night that ended between its description and its branch', async () => {
    const { night, pull, push, served } = await start()
    await night([IDLE])
    const moved = `# Keys\n${CODE}`
    push({ [PATH]: moved })
    const again = declaredKey({}, editOf(moved, `# Keys\n${INACTIVE}`))
    served.faults.push({
      kind: 'html-500',
      service: 'github',
      action: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
    })
    expect((await night([again])).failures).toHaveLength(1)
    served.faults.length = 0
    await night([again])
    expect(pull().files[PATH]).toBe(`# Keys\n${INACTIVE}`)
  })

  test('stays as it is where its file changed after the run read it', async () => {
    const { night, pull, push } = await start()
    await night([IDLE])
    const before = pull()
    push({ [PATH]: `# Keys\n${CODE}` })
    const { lines, writes } = await night([IDLE])
    expect(writes).toEqual([])
    expect(lines).toEqual([expect.stringContaining(`${PATH} is not as this run read it`)])
    expect(pull()).toEqual(before)
  })

  test.each<[string, readonly KeyResult[], string, StepAction]>([
    ['gone', [], 'the key is gone', 'deactivate'],
    ['used again', [{ ...IN_USE }], 'the key is in use again', 'deactivate'],
    ['inactive', [key({ state: 'inactive' })], 'the key is inactive', 'deactivate'],
    ['exempt', [key({ state: 'exempt', next: null })], 'an exemption covers the key', 'deactivate'],
    [
      'due no more',
      [key({ state: 'fresh', use: 'idle', next: null })],
      'nothing is due for the key',
      'deactivate',
    ],
    [
      'one beside which there is another now',
      [key({ use: 'in-use', next: step({ action: 'move-applications', title: 'Move applications' }) })],
      'the next step of the key is now “Move applications”',
      'create-key',
    ],
    [
      'declared differently',
      [key({ use: 'idle', next: step({ action: 'deactivate', title: 'Deactivate idle key' }) })],
      'the code that declares the key is another now',
      'deactivate',
    ],
  ])('is closed with a comment, and its branch goes, when the key is %s', async (_, keys, reason, action) => {
    const { night, pull, repo } = await start()
    await night([declaredKey({}, undefined, action)])
    const { lines, failures } = await night(keys)
    expect(failures).toEqual([])
    expect(lines).toEqual([`Pull request #1 closed: ${reason}`])
    expect(repo.git.refs.has(`heads/${repo.pulls.get(1)?.head.ref}`)).toBe(false)
    const issue = repo.issues[0]
    expect(issue?.state).toBe('closed')
    expect(issue?.comments.map(({ body }) => body)).toEqual([`Closed by the audit: ${reason}.`])
    expect((await night(keys)).writes).toEqual([])
    expect(() => pull(2)).toThrow()
  })

  test.each([
    ['its account was not audited', result([], { accounts: [notAudited({ id: '123456789012' })] }), SCAN],
    ['its account was not audited', result([], { accounts: [audited({ id: '222233334444' })] }), SCAN],
    [
      'what is known of its user is not proved',
      result([], {
        unverified: [
          { account: '123456789012', user: null, userArn: null, reason: 'no-root-row', accepted: null },
        ],
      }),
      SCAN,
    ],
    [
      'the last use of its key is not known',
      result([key({ use: 'unknown', lastUsed: { state: 'unknown' } })]),
      SCAN,
    ],
    ['not all of the code could be read', result([key({ use: 'idle' })]), { ...SCAN, unread: ['a.tf'] }],
    [
      'not all of the code could be read',
      result([key({ use: 'idle' })]),
      { ...SCAN, source: 'none' as const },
    ],
    [
      'not all of the code could be read',
      result([key({ use: 'idle' })]),
      { ...SCAN, stoppedBy: '10,000 files' },
    ],
  ])('is left alone where %s', async (reason, tonight, scan) => {
    const { night, pull } = await start()
    await night([IDLE])
    const before = pull()
    const { lines, writes } = await night(tonight, { scan })
    expect(writes).toEqual([])
    expect(lines).toEqual([`Pull request #1 left as it is: ${reason}`])
    expect(pull()).toEqual(before)
  })

  test('gives way to the next step of its key, on the same branch', async () => {
    const { night, pulls, pull } = await start()
    await night([IDLE])
    const removal = declaredKey({ state: 'inactive' }, editOf(CODE, ''), 'remove-from-code')
    const { lines } = await night([removal])
    expect(lines).toEqual([
      'Pull request #1 closed: the key is inactive',
      expect.stringMatching(/^Pull request #2 opened/),
    ])
    expect(pulls().map(({ state }) => state)).toEqual(['closed', 'open'])
    expect(pull(2).title).toBe('Remove the inactive access key of ci-deployer')
    expect(pull(2).files[PATH]).toBe('')
  })

  test('with a branch that people have pushed to is theirs: a comment says once what would have been changed', async () => {
    const { night, pull, push } = await start()
    await night([IDLE])
    const { ref } = pull().head
    push({ [PATH]: `${INACTIVE}# mine\n` }, ref)
    expect((await night([IDLE])).writes).toEqual([])
    const moved = `# Keys\n${CODE}`
    push({ [PATH]: moved })
    const again = declaredKey({}, editOf(moved, `# Keys\n${INACTIVE}`))
    await night([again])
    expect(pull().files[PATH]).toBe(`${INACTIVE}# mine\n`)
    expect(pull().comments).toEqual([expect.stringContaining('+  status = "Inactive"')])
    expect((await night([again])).writes).toEqual([])
    await night([])
    await night([])
    expect(pull()).toMatchObject({ state: 'open' })
    expect(pull().comments.slice(1)).toEqual([
      expect.stringContaining('It would have closed this pull request: the key is gone.'),
    ])
    expect(pull().files[PATH]).toBe(`${INACTIVE}# mine\n`)
  })

  test('that people reopen is not closed again', async () => {
    const { night, pull, set, repo } = await start()
    await night([IDLE])
    const { ref, sha } = pull().head
    await night([IN_USE])
    repo.git.refs.set(`heads/${ref}`, sha)
    set(1, 'open')
    expect((await night([IN_USE])).lines).toEqual(['Pull request #1 left as it is: people opened it again'])
  })
})

describe('a pull request that people closed unmerged', () => {
  test('is not opened again for that step, which is told beside the key, but for the next one', async () => {
    const { night, pulls, set } = await start()
    await night([IDLE])
    set(1, 'closed')
    const dismissed = await night([IDLE])
    expect(dismissed.writes).toEqual([])
    expect(dismissed.ofKey.get(IDLE.id)).toEqual({
      reason: '#1 was closed unmerged, so none is opened again for this step',
    })
    await night([declaredKey({ state: 'inactive' }, editOf(CODE, ''), 'remove-from-code')])
    expect(pulls().map(({ state }) => state)).toEqual(['closed', 'open'])
  })
})

describe('at most so many are open', () => {
  test('the most urgent first, and the others are told why', async () => {
    const { night, pulls, repo } = await start()
    const keys = ['a', 'b', 'c'].map(name => declaredKey({ name }))
    const { ofKey } = await night(keys, { limit: 2 })
    expect(pulls().map(({ title }) => title)).toEqual(
      ['a', 'b'].map(user => `Set the access key of ${user} to Inactive`),
    )
    expect(ofKey.get(keys[2]?.id ?? '')).toEqual({
      reason: '2 are open, as many as `pull-request-limit` allows',
    })
    for (const pull of repo.pulls.values())
      expect(pull.head.ref).toMatch(/^access-key-rotation\/[0-9a-f]{16}$/)
  })
})

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

describe('whatever a call to GitHub ends in', () => {
  const GIT = '/repos/{owner}/{repo}/git'
  const PULLS = '/repos/{owner}/{repo}/pulls'
  // The last two: done, and the answer is lost.
  const KINDS = ['access-denied', 'html-500', 'reset', 'malformed'] as const
  const READS = [
    'GET /repos/{owner}/{repo}',
    `GET ${GIT}/ref/{ref}`,
    `GET ${GIT}/commits/{commit_sha}`,
    `GET ${GIT}/trees/{tree_sha}`,
    `GET ${GIT}/blobs/{file_sha}`,
    `GET ${PULLS}`,
  ]
  const OPENING = [...READS, `POST ${GIT}/trees`, `POST ${GIT}/commits`, `POST ${GIT}/refs`, `POST ${PULLS}`]
  const MOVING = [
    ...READS,
    `POST ${GIT}/trees`,
    `POST ${GIT}/commits`,
    `PATCH ${PULLS}/{pull_number}`,
    `PATCH ${GIT}/refs/{ref}`,
  ]
  const CLOSING = [
    ...READS,
    `PATCH ${PULLS}/{pull_number}`,
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    `DELETE ${GIT}/refs/{ref}`,
  ]

  test.each(OPENING)(
    '%s: the next night has the one pull request open that there should be',
    async action => {
      for (const kind of KINDS) {
        const { night, pulls, pull, served } = await start()
        served.faults.push({ kind, service: 'github', action })
        await night([IDLE])
        served.faults.length = 0
        await night([IDLE])
        const open = pulls().filter(({ state }) => state === 'open')
        expect([kind, open.length]).toEqual([kind, 1])
        expect(pull(open[0]?.number).files[PATH]).toBe(INACTIVE)
      }
    },
  )

  test.each(MOVING)('%s: the next night has the branch on its new base', async action => {
    const moved = `# Keys\n${CODE}`
    const again = declaredKey({}, editOf(moved, `# Keys\n${INACTIVE}`))
    for (const kind of KINDS) {
      const { night, pull, push, served } = await start()
      await night([IDLE])
      push({ [PATH]: moved })
      served.faults.push({ kind, service: 'github', action })
      await night([again])
      served.faults.length = 0
      await night([again])
      expect([kind, pull().state, pull().files[PATH]]).toEqual([kind, 'open', `# Keys\n${INACTIVE}`])
      expect((await night([again])).writes).toEqual([])
    }
  })

  test.each(CLOSING)('%s: the next night has it closed, and may open the next one', async action => {
    for (const kind of KINDS) {
      const { night, pulls, served } = await start()
      await night([IDLE])
      served.faults.push({ kind, service: 'github', action })
      await night([])
      served.faults.length = 0
      await night([])
      expect([kind, pulls().map(({ state }) => state)]).toEqual([kind, ['closed']])
      await night([IDLE])
      expect([kind, pulls().map(({ state }) => state)]).toEqual([kind, ['closed', 'open']])
    }
  })
})
