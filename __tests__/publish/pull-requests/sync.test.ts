import { describe, expect, test } from '@jest/globals'
import type { KeyResult, StepAction } from '../../../src/domain/audit-result.ts'
import { audited, key, notAudited, result, run, step } from '../build.ts'
import { CODE, declaredKey, editOf, INACTIVE, PATH, SCAN, start } from './served.ts'

const IDLE = declaredKey()
const IN_DOUBT = { name: 'octo-org/billing', read: null, doubt: 'its declarations are missing' }
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

  test('gets none where another repository, of which not all is known, may declare its user, too', async () => {
    const { night, pulls } = await start()
    const tonight = await night(result([IDLE], { otherRepositories: [IN_DOUBT] }))
    expect(pulls()).toEqual([])
    expect(tonight.lines).toEqual([
      'No pull request is opened because 1 other repository, which the log names, may declare more than is known',
    ])
    const whole = { ...IN_DOUBT, doubt: null }
    await night(result([IDLE], { otherRepositories: [whole] }))
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

const refusal = (status: number, message: string) =>
  ({ kind: 'error', error: { status, code: '', message } }) as const
test.each([
  ['fails', { kind: 'html-500' }, /status 500/],
  ['reached its rate limit', refusal(403, 'API rate limit exceeded for installation.'), /the rate limit/],
  ['is asked too fast', refusal(403, 'You have exceeded a secondary rate limit.'), /a secondary rate limit/],
  ['says 429', refusal(429, 'Too many requests'), /the rate limit/],
] as const)(
  'a pull request whose reviewer could not be asked, for GitHub %s, is open all the same, and it is said which',
  async (_, fault, reason) => {
    const { night, served } = await start({ collaborators: new Map([['mona', 'write']]) })
    const action = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers'
    served.faults.push({ ...fault, service: 'github', action })
    const owned = declaredKey({ owner: { name: 'mona', kind: 'user', source: 'configuration' } })
    const { failures, ofKey } = await night([owned])
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Could not ask for review of pull request #1 in octo-org\/octo-repo: /),
    ])
    expect(failures[0]?.message).toMatch(reason)
    expect(failures[0]?.remedy).toBe(
      'Ask for it on its page (https://github.com/octo-org/octo-repo/pull/1): no later run does.',
    )
    expect(ofKey.get(owned.id)).toMatchObject({ number: 1 })
  },
)

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
    [
      '1 file of the checkout, which the log names, could not be read',
      result([key({ use: 'idle' })]),
      { ...SCAN, skippedCount: 1, unread: ['a.tf'] },
    ],
    [
      'the workspace is no git checkout, so that nothing tells whether all files are there',
      result([key({ use: 'idle' })]),
      { ...SCAN, source: 'directory' as const },
    ],
    [
      'the checkout was not read to its end, stopped by 10,000 files',
      result([key({ use: 'idle' })]),
      { ...SCAN, stoppedBy: '10,000 files' },
    ],
    [
      '1 other repository, which the log names, may declare more than is known',
      result([key({ use: 'idle' })], { otherRepositories: [IN_DOUBT] }),
      SCAN,
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
