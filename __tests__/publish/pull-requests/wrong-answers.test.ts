/** Answers of GitHub that are well-formed, and of another thing than was asked. */
import { describe, expect, test } from '@jest/globals'
import { declaredKey, INACTIVE, PATH, start } from './served.ts'

const IDLE = declaredKey()
const SHA = /"sha":\s*"[0-9a-f]{40}"/
const OTHER = `"sha":"${'a'.repeat(40)}"`
const GIT = '/repos/{owner}/{repo}/git'
const PULLS = '/repos/{owner}/{repo}/pulls'

function edited(action: string, pattern: RegExp, by: string) {
  return { kind: 'edited', service: 'github', action, edit: { pattern, by } } as const
}

describe('nothing more is made on', () => {
  test.each([
    ['the head of another branch', `GET ${GIT}/ref/{ref}`, /heads\/main/, 'heads/mainline'],
    ['another commit', `GET ${GIT}/commits/{commit_sha}`, SHA, OTHER],
    ['another directory', `GET ${GIT}/trees/{tree_sha}`, SHA, OTHER],
    ['another file', `GET ${GIT}/blobs/{file_sha}`, SHA, OTHER],
    [
      'a commit of another tree',
      `POST ${GIT}/commits`,
      /("tree":\s*\{\s*"sha":\s*)"\w+"/,
      `$1"${'a'.repeat(40)}"`,
    ],
  ])('%s: the night says so, and the next one opens the pull request', async (_, action, pattern, by) => {
    const { night, served, repo, pull } = await start()
    served.faults.push(edited(action, pattern, by))
    const { failures } = await night([IDLE])
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Could not .+: GitHub's answer was cut off or faulty$/),
    ])
    expect([...repo.git.refs.keys()]).toEqual(['heads/main'])
    served.faults.length = 0
    await night([IDLE])
    expect(pull().files[PATH]).toBe(INACTIVE)
  })

  test.each([
    ['a branch at another commit', `POST ${GIT}/refs`, SHA, OTHER, 0],
    [
      'a pull request of another branch',
      `POST ${PULLS}`,
      /"ref":\s*"access-key-rotation[^"]*"/,
      '"ref":"feature"',
      1,
    ],
    ['a pull request for another base', `POST ${PULLS}`, /"ref":\s*"main"/, '"ref":"release"', 1],
  ])(
    '%s: nobody is asked for review, and the next night finds what was made',
    async (_, action, pattern, by, made) => {
      const owned = declaredKey({ owner: { name: 'mona', kind: 'user', source: 'configuration' } })
      const { night, served, pulls, pull } = await start({ collaborators: new Map([['mona', 'write']]) })
      served.faults.push(edited(action, pattern, by))
      const { failures, writes, ofKey } = await night([owned])
      expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('faulty')])
      expect(writes.filter(each => each.includes('requested_reviewers'))).toEqual([])
      expect(ofKey.get(owned.id)).toEqual({ reason: expect.stringContaining('could not be opened') })
      expect(pulls()).toHaveLength(made)
      served.faults.length = 0
      await night([owned])
      expect(pulls()).toHaveLength(1)
      expect(pull().files[PATH]).toBe(INACTIVE)
    },
  )
})

describe('is not ours, and is left alone', () => {
  test.each([
    [
      'a pull request into another repository',
      /("base":\s*\{.*?"full_name":\s*)"[^"]*"/s,
      '$1"someone/octo-repo"',
    ],
    [
      'one whose branch is another than its marker says',
      /"ref":\s*"access-key-rotation\/\w/,
      '"ref":"access-key-rotation/x',
    ],
  ])('%s', async (_, pattern, by) => {
    const { night, served, pull } = await start()
    await night([IDLE])
    const before = pull()
    served.faults.push(edited(`GET ${PULLS}`, pattern, by))
    expect((await night([])).writes).toEqual([])
    expect(pull()).toEqual(before)
  })

  test('one in whose description people put another marker', async () => {
    const { night, pull, repo } = await start()
    await night([IDLE])
    const [issue] = repo.issues
    const marker = /^<!-- .+ -->$/m.exec(pull().body)?.[0] ?? ''
    if (issue) issue.body = `${marker.replace('"withdrawn":false', '"withdrawn":true')}\n${issue.body}`
    const before = pull()
    expect((await night([])).writes).toEqual([])
    expect((await night([IDLE])).failures).toEqual([])
    expect(pull()).toEqual(before)
  })
})
