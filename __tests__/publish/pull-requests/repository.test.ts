/** Pull requests in repositories as they are: odd files, people and other runs at work at the same time, many keys. */
import { describe, expect, test } from '@jest/globals'
import { commitTo } from '../../../sandbox/github/git.ts'
import { branchOf } from '../../../src/publish/pull-requests/marker.ts'
import { CODE, declaredKey, editOf, INACTIVE, PATH, start } from './served.ts'

const IDLE = declaredKey()
const BRANCH = branchOf(IDLE)

describe('the file of a change', () => {
  test.each([
    ['with CRLF', CODE.replaceAll('\n', '\r\n'), INACTIVE.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${CODE}`, `\uFEFF${INACTIVE}`],
    ['without a newline at its end', CODE.trimEnd(), INACTIVE.trimEnd()],
    ['of other scripts', `# ключ 🔑\n${CODE}`, `# ключ 🔑\n${INACTIVE}`],
  ])('%s keeps all else as it is', async (_, before, after) => {
    const { night, pull, push } = await start()
    push({ [PATH]: before })
    const { failures, lines } = await night([declaredKey({}, editOf(before, after))])
    expect([failures, lines]).toEqual([[], [expect.stringContaining('Pull request #1 opened')]])
    expect(pull().files[PATH]).toBe(after)
  })

  test.each([
    ['is a link', 'iam/link.tf', CODE, '120000', 'is no ordinary file'],
    ['stands in a submodule', 'module', 'a'.repeat(40), '160000', 'is no ordinary file'],
    [
      'is kept in LFS',
      'iam/big.tf',
      'version https://git-lfs.github.com/spec/v1\n',
      '100644',
      'is not as this run read it',
    ],
    ['is gone', 'iam/other.tf', CODE, '100644', 'does not stand there'],
  ])('that %s is not changed', async (_, path, text, mode, reason) => {
    const { night, pulls, repo } = await start()
    commitTo(repo.git, 'main', { [path]: text }, 'Add', mode)
    const edited = { module: 'module/ci.tf', 'iam/other.tf': 'iam/gone.tf' }[path] ?? path
    const { failures, ofKey } = await night([declaredKey({}, editOf(CODE, INACTIVE, {}, edited))])
    expect(failures).toEqual([])
    expect(ofKey.get(IDLE.id)).toEqual({ reason: expect.stringContaining(`${edited} ${reason}`) })
    expect(pulls()).toEqual([])
  })

  test('in a directory of which GitHub lists a part alone is not said to be gone', async () => {
    const { night, served } = await start()
    served.faults.push({
      kind: 'edited',
      service: 'github',
      action: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      edit: { pattern: /"truncated":\s*false,\s*"tree":\s*\[.*\]/s, by: '"truncated":true,"tree":[]' },
    })
    const { ofKey, writes } = await night([IDLE])
    expect(writes).toEqual([])
    expect(ofKey.get(IDLE.id)).toEqual({ reason: expect.stringContaining('GitHub does not list all of') })
  })

  test('declares two users: when the pull request of one is merged, the other’s follows its lines', async () => {
    const both = `${CODE}\n${CODE.replaceAll('ci', 'cd')}`
    const inactive = (code: string, user: string) =>
      code.replace(`${user}-deployer"\n`, `${user}-deployer"\n  status = "Inactive"\n`)
    const of = (code: string, user: string) => declaredKey({ name: user }, editOf(code, inactive(code, user)))
    const { night, pull, pulls, push, merge, main } = await start()
    push({ [PATH]: both })
    await night([of(both, 'ci'), of(both, 'cd')])
    expect(pulls()).toHaveLength(2)
    merge(1)
    const now = main()[PATH] ?? ''
    expect(now).toBe(inactive(both, 'ci'))
    const { lines } = await night([of(now, 'cd')])
    expect(lines).toEqual([expect.stringContaining('Pull request #2 brought up to date with main')])
    expect(pull(2).files[PATH]).toBe(inactive(now, 'cd'))
  })
})

describe('people at work at the same time', () => {
  test('a branch that somebody forced to another commit is theirs', async () => {
    const { night, repo, push, pull } = await start()
    await night([IDLE])
    repo.git.refs.delete(`heads/${BRANCH}`)
    push({ 'mine.tf': '# mine\n' }, BRANCH)
    const { lines } = await night([])
    expect(lines).toEqual([expect.stringContaining('people have pushed to its branch')])
    expect(pull()).toMatchObject({ state: 'open', files: { 'mine.tf': '# mine\n' } })
  })

  test('a pull request whose branch somebody deleted, which closes it, is not opened again for that step', async () => {
    const { night, repo, pulls, set } = await start()
    await night([IDLE])
    repo.git.refs.delete(`heads/${BRANCH}`)
    set(1, 'closed')
    const { writes, ofKey } = await night([IDLE])
    expect(writes).toEqual([])
    expect(ofKey.get(IDLE.id)).toEqual({ reason: expect.stringContaining('closed unmerged') })
    expect(pulls()).toHaveLength(1)
  })

  test('a branch that somebody pushes to while the run moves it keeps their commit', async () => {
    const { night, served, push, pull } = await start()
    await night([IDLE])
    const moved = `# Keys\n${CODE}`
    push({ [PATH]: moved })
    served.faults.push({
      kind: 'error',
      service: 'github',
      action: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
      error: { status: 422, code: '', message: 'Update is not a fast forward' },
    })
    const again = declaredKey({}, editOf(moved, `# Keys\n${INACTIVE}`))
    const { lines, failures } = await night([again])
    expect(failures).toEqual([])
    expect(lines).toEqual([
      'Pull request #1 left as it is: somebody pushed to its branch meanwhile; the next run looks again',
    ])
    expect(pull().files[PATH]).toBe(INACTIVE)
  })

  test('a pull request that is to be merged elsewhere than into the default branch stays as it is', async () => {
    const { night, repo, pull } = await start()
    await night([IDLE])
    const before = pull()
    repo.git.refs.set('heads/trunk', repo.git.refs.get('heads/main') ?? '')
    repo.defaultBranch = 'trunk'
    const { lines, writes, ofKey } = await night([IDLE])
    expect(writes).toEqual([])
    expect(lines).toEqual(['Pull request #1 left as it is: it is to be merged into main, not into trunk'])
    expect(ofKey.get(IDLE.id)).toMatchObject({ number: 1 })
    expect(pull()).toEqual(before)
  })
})

describe('other runs at the same time', () => {
  test('of two runs one opens the pull request, and the other neither fails nor takes its branch', async () => {
    const { night, pulls, pull } = await start()
    const both = await Promise.all([night([IDLE]), night([IDLE])])
    expect(both.flatMap(({ failures }) => failures)).toEqual([])
    expect(pulls().map(({ state }) => state)).toEqual(['open'])
    expect(pull().files[PATH]).toBe(INACTIVE)
    expect((await night([IDLE])).writes).toEqual([])
  })

  test('a pull request of another identity on the branch stays open, and it is said why there is no other', async () => {
    const { night, pull, repo } = await start()
    await night([IDLE])
    const [theirs] = repo.issues
    if (theirs) theirs.author = { login: 'an-app[bot]', id: 7, type: 'Bot' }
    const before = pull()
    const { failures, ofKey } = await night([IDLE])
    expect(failures).toEqual([])
    expect(ofKey.get(IDLE.id)).toEqual({
      reason: expect.stringContaining(
        'another identity, or another run, has a pull request of its branch open',
      ),
    })
    expect(pull()).toEqual(before)
  })

  test.each([
    ['POST /repos/{owner}/{repo}/git/refs', 'Reference already exists', 'its branch was made meanwhile'],
    [
      'POST /repos/{owner}/{repo}/pulls',
      'Validation Failed: No commits between main and x',
      'its branch and the base do not differ',
    ],
    [
      'POST /repos/{owner}/{repo}/pulls',
      'A pull request already exists for octo-org:x.',
      'another identity, or another run, has a pull request of its branch open',
    ],
  ])('%s answered with “%s” is no failure, and the next night goes on', async (action, message, reason) => {
    const { night, served, pull } = await start()
    served.faults.push({
      kind: 'error',
      service: 'github',
      action,
      error: { status: 422, code: '', message },
    })
    const { failures, ofKey, lines } = await night([IDLE])
    expect(failures).toEqual([])
    expect(ofKey.get(IDLE.id)).toEqual({ reason: `${reason}; the next run looks again` })
    expect(lines).toEqual([`A pull request was not opened: ${reason}; the next run looks again`])
    served.faults.length = 0
    await night([IDLE])
    expect(pull().files[PATH]).toBe(INACTIVE)
  })
})

describe('many keys', () => {
  const users = Array.from({ length: 30 }, (_, index) => `service-${String(index).padStart(2, '0')}`)
  const code = users.map(user => CODE.replaceAll('ci-deployer', user))
  const files = Object.fromEntries(users.map((user, index) => [`${user}/iam.tf`, code[index] ?? '']))
  const keys = users.map((name, index) => {
    const before = code[index] ?? ''
    const after = before.replace('"\n', '"\n  status = "Inactive"\n')
    return declaredKey({ name }, editOf(before, after, {}, `${name}/iam.tf`))
  })

  test('of a monorepo get five pull requests, the most urgent first; one that is merged makes room for the next', async () => {
    const { night, pulls, push, merge } = await start()
    push(files)
    await night(keys)
    const titles = (of: readonly string[]) => of.map(user => `Set the access key of ${user} to Inactive`)
    expect(pulls().map(({ title }) => title)).toEqual(titles(users.slice(0, 5)))
    expect((await night(keys)).writes).toEqual([])
    merge(2)
    await night(keys.filter((_, index) => index !== 1))
    expect(pulls().map(({ title }) => title)).toEqual(titles(users.slice(0, 6)))
  })

  test('are all found again where more pull requests are open than GitHub lists on a page', async () => {
    const { night, pulls, push, repo } = await start()
    push(files)
    await night(keys.slice(0, 1), { limit: 200 })
    // 120 of other people, newer than it.
    const [first] = repo.pulls.values()
    const [text] = repo.issues
    if (!first || !text) throw new Error('there is no pull request')
    for (let number = 2; number <= 121; number++) {
      repo.pulls.set(number, { ...first, number, head: { ...first.head, ref: `feature-${number}` } })
      repo.issues.push({ ...text, number, author: { login: 'mona', id: 2, type: 'User' } })
    }
    expect((await night(keys.slice(0, 1))).writes).toEqual([])
    const { lines } = await night([])
    expect(lines).toEqual(['Pull request #1 closed: the key is gone'])
    expect(pulls().filter(({ state }) => state === 'open')).toHaveLength(120)
  })
})
