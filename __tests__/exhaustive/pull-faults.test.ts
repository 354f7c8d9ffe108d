/** Every call to GitHub that pull requests make, and every way in which it can fail: what is told, what is left, what the next night makes of it. */
import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../sandbox/world.ts'
import { branchOf } from '../../src/publish/pull-requests/marker.ts'
import { CODE, declaredKey, editOf, INACTIVE, PATH, start } from '../publish/pull-requests/served.ts'

const GIT = '/repos/{owner}/{repo}/git'
const PULLS = '/repos/{owner}/{repo}/pulls'
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
const REVIEW = `POST ${PULLS}/{pull_number}/requested_reviewers`
const READS = [
  'GET /repos/{owner}/{repo}',
  'POST /graphql',
  `GET ${GIT}/ref/{ref}`,
  `GET ${GIT}/commits/{commit_sha}`,
  `GET ${GIT}/trees/{tree_sha}`,
  `GET ${GIT}/blobs/{file_sha}`,
  `GET ${PULLS}`,
]
const OPENING = [
  ...READS,
  `POST ${GIT}/trees`,
  `POST ${GIT}/commits`,
  `POST ${GIT}/refs`,
  `POST ${PULLS}`,
  REVIEW,
]
const MOVING = [
  ...READS,
  `POST ${GIT}/trees`,
  `POST ${GIT}/commits`,
  `PATCH ${PULLS}/{pull_number}`,
  `PATCH ${GIT}/refs/{ref}`,
]
const CLOSING = [...READS, `PATCH ${PULLS}/{pull_number}`, COMMENT, `DELETE ${GIT}/refs/{ref}`]

const answered = (status: number, message: string): Partial<Fault> => ({
  kind: 'error',
  error: { status, code: '', message },
})
/** GitHub's own sentences. */
const FAULTS: readonly (readonly [string, Partial<Fault>])[] = [
  ['no permission', { kind: 'access-denied' }],
  ['a read-only token', answered(403, 'Resource not accessible by personal access token')],
  ['an archived repository', answered(403, 'Repository was archived so is read-only.')],
  ['an expired token', { kind: 'expired-credentials' }],
  ['nothing found', answered(404, 'Not Found')],
  ['a conflict', answered(409, 'Git Repository is empty.')],
  [
    'a ruleset',
    answered(422, 'Repository rule violations found\n\nCommits must have verified signatures.\n\n'),
  ],
  ['an invalid request', answered(422, 'Validation Failed')],
  ['the rate limit', answered(429, 'API rate limit exceeded for installation ID 1.')],
  ['the secondary rate limit', { kind: 'throttle' }],
  ['a 502', { kind: '5xx' }],
  ['a page in place of an answer', { kind: 'html-500' }],
  // The last two: done, and the answer is lost.
  ['a broken connection', { kind: 'reset' }],
  ['half an answer', { kind: 'malformed' }],
]

const OWNED = { owner: { name: 'mona', kind: 'user', source: 'configuration' } } as const
const IDLE = declaredKey(OWNED)
const MOVED = `# Keys\n${CODE}`
const AGAIN = declaredKey(OWNED, editOf(MOVED, `# Keys\n${INACTIVE}`))
/** A person's, which nothing may touch. */
const THEIRS = 'access-key-rotation/mine'

type Nights = Awaited<ReturnType<typeof startNights>>

async function startNights() {
  const nights = await start({ collaborators: new Map([['mona', 'write']]) })
  nights.push({ 'mine.tf': '# mine\n' }, THEIRS)
  return nights
}

/** A night under the fault: it ends, says what and what to do, and touches no branch but its own. */
async function struck(
  nights: Nights,
  fault: Partial<Fault>,
  action: string,
  keys: Parameters<Nights['night']>[0],
) {
  const { night, served, repo } = nights
  const before = new Map(repo.git.refs)
  const strike = { kind: '5xx', service: 'github', action, ...fault } as const
  served.faults.push(strike)
  const { failures, lines, ofKey } = await night(keys)
  served.faults.length = 0
  for (const { message, remedy } of failures) {
    expect(message).toMatch(/^(Could not .+: \S|No pull request was opened or changed: )/)
    expect(message).not.toMatch(/a bug in this action/)
    expect(remedy).toMatch(/\.$/)
  }
  const isTold = failures.length > 0 || lines.length > 0 || ofKey.size > 0
  expect(isTold).toBe(true)
  for (const [ref, sha] of before)
    if (ref !== `heads/${branchOf(IDLE)}`) expect([ref, repo.git.refs.get(ref)]).toEqual([ref, sha])
  expect(open(nights).length).toBeLessThanOrEqual(1)
}

function open({ pulls }: Nights) {
  return pulls().filter(({ state }) => state === 'open')
}

describe.each(FAULTS)('%s', (_, fault) => {
  test.each(OPENING)(
    'to %s: the next night has the one pull request open that there should be',
    async action => {
      const nights = await startNights()
      await struck(nights, fault, action, [IDLE])
      await nights.night([IDLE])
      const [only, ...others] = open(nights)
      expect(others).toEqual([])
      expect(nights.pull(only?.number).files[PATH]).toBe(INACTIVE)
    },
  )

  test.each(MOVING)('to %s: the next night has the branch on its new base', async action => {
    const nights = await startNights()
    await nights.night([IDLE])
    nights.push({ [PATH]: MOVED })
    await struck(nights, fault, action, [AGAIN])
    await nights.night([AGAIN])
    expect(nights.pull()).toMatchObject({ state: 'open', files: { [PATH]: `# Keys\n${INACTIVE}` } })
    expect((await nights.night([AGAIN])).writes).toEqual([])
  })

  test.each(CLOSING)('to %s: the next night has it closed, and may open the next one', async action => {
    const nights = await startNights()
    await nights.night([IDLE])
    await struck(nights, fault, action, [])
    await nights.night([])
    expect(nights.pulls().map(({ state }) => state)).toEqual(['closed'])
    await nights.night([IDLE])
    expect(nights.pulls().map(({ state }) => state)).toEqual(['closed', 'open'])
  })
})
