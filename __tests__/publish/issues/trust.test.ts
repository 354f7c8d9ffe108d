import { describe, expect, test } from '@jest/globals'
import { type Actor, type Issue, issue, type repository } from '../../../sandbox/github/world.ts'
import { key } from '../build.ts'
import { COMMENT, CREATE, GET, LABEL, LABEL_AGAIN, OLD, start, UPDATE, URL_OF_1, VIEWER } from './served.ts'

const BOB = key({ name: 'bob' })
const mallory: Actor = { login: 'mallory', id: 5, type: 'User' }
const otherBot: Actor = { login: 'other-app[bot]', id: 6, type: 'Bot' }

/** A night's issue, changed by somebody since. */
async function withIssue(over: Partial<Issue>, parts: Parameters<typeof repository>[0] = {}) {
  const at = await start({ labels: [{ name: LABEL, color: 'ffffff', description: null }], ...parts })
  await at.night([OLD])
  for (const one of at.issues()) Object.assign(one, over)
  return at
}

describe('an issue that is not ours', () => {
  test.each<[string, Partial<Issue>, Parameters<typeof repository>[0]?]>([
    ['of an author without write access', { author: mallory }],
    [
      'of somebody with write access, where the token is a bot',
      { author: mallory },
      { collaborators: new Map([['mallory', 'write']]) },
    ],
    ['of another app', { author: otherBot }],
    ['without the marker', { body: 'All mine' }],
    ['that is a pull request', { pullRequest: true }],
  ])('one %s is left alone', async (_, over, parts = {}) => {
    const { night, issues } = await withIssue(over, parts)
    const before = structuredClone(issues()[0])
    const outcome = await night([OLD, BOB])
    expect(outcome.writes).toEqual([CREATE])
    expect(issues()[0]).toEqual(before)
  })

  test('is told of, with whose token it would have to be', async () => {
    const { night } = await withIssue({ author: otherBot })
    const { lines } = await night([OLD])
    expect(lines[0]).toBe(
      "Issue #1 has this audit's marker, but not github-actions[bot], whose token this is, wrote it: left alone",
    )
  })
})

describe('where GitHub does not tell whose the token is', () => {
  const silent = { kind: 'access-denied', service: 'github', action: VIEWER } as const

  test.each([
    ['read', [CREATE]],
    ['write', []],
    ['admin', []],
  ] as const)('an issue of somebody with %s access is ours or not', async (access, writes) => {
    const { night, served } = await withIssue(
      { author: mallory },
      { collaborators: new Map([['mallory', access]]) },
    )
    served.faults.push(silent)
    expect((await night([OLD])).writes).toEqual(writes)
  })

  test('an issue of a bot may be ours or not: nothing is written, and it is said why', async () => {
    const { night, issues, served } = await withIssue({})
    served.faults.push(silent)
    const outcome = await night([OLD, BOB])
    expect(outcome.writes).toEqual([])
    expect(outcome.failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^No issue was written: .* issue #1, which a bot wrote/),
    ])
    expect(issues()).toHaveLength(1)
  })
})

describe('an issue that lost its label', () => {
  test('is found again, and not doubled', async () => {
    const { night, issues } = await withIssue({ labels: ['triage'] })
    const outcome = await night([OLD])
    expect(outcome.writes).toEqual([LABEL_AGAIN])
    expect(issues()).toMatchObject([{ number: 1, labels: ['triage', LABEL] }])
    expect((await night([OLD])).lists).toBe(1)
  })

  test('and was never found by this label is another workflow’s, and stays alone', async () => {
    const { night, issues } = await start()
    await night([OLD], { labels: ['staging'] })
    expect((await night([OLD])).writes).toContain(CREATE)
    expect(issues()).toMatchObject([{ labels: ['staging'] }, { labels: [LABEL] }])
  })
})

describe('an issue that was closed as not planned', () => {
  const closed = { state: 'closed', stateReason: 'not_planned' } as const

  test('by a person mutes the keys that it lists, which is told', async () => {
    const { night } = await withIssue({ ...closed, closedBy: mallory })
    const outcome = await night([OLD])
    expect(outcome.writes).toEqual([])
    expect(outcome.muted).toEqual([{ key: OLD.id, url: URL_OF_1 }])
    expect(outcome.lines).toEqual([
      'Issue #1 left as it is: it was closed as not planned, which mutes 1 stale key',
    ])
    expect((await night([OLD, BOB])).writes).toEqual([CREATE])
  })

  test('by a bot, as what nobody touched for long, opens again', async () => {
    const { night, issues } = await withIssue({ ...closed, closedBy: otherBot })
    await night([OLD])
    expect(issues()).toMatchObject([{ state: 'open' }])
  })
})

test('nobody is asked whose the token is before there is an issue to know', async () => {
  const { night } = await start()
  expect((await night([OLD])).asked(VIEWER)).toBe(0)
  expect((await night([OLD])).asked(VIEWER)).toBe(1)
})

describe('an issue that changed between reading and writing', () => {
  /** What somebody does while the night plans: right after it was listed. */
  async function meanwhile(change: (one: Issue) => void) {
    const at = await withIssue({})
    const [one] = at.issues()
    if (one === undefined) throw new Error('no issue')
    // The listing tells the issue as it was.
    const { assignable } = [...at.served.github.repositories.values()][0] ?? { assignable: [] }
    Object.defineProperty(assignable, 'some', {
      value: () => {
        change(one)
        return false
      },
    })
    return { ...at, one, outcome: await at.night([OLD, BOB], { assignees: ['rita'] }) }
  }

  test('keeps what people wrote there meanwhile', async () => {
    const { one, outcome } = await meanwhile(issue => {
      issue.body = `${issue.body}\nBob is on leave.`
    })
    expect(outcome.writes).toEqual([UPDATE, COMMENT])
    expect(outcome.asked(GET)).toBe(1)
    expect(one.body).toMatch(/bob[\s\S]*\nBob is on leave\.$/)
  })

  test('and was closed as not planned is left alone', async () => {
    const { one, outcome } = await meanwhile(issue => {
      Object.assign(issue, { state: 'closed', stateReason: 'not_planned', closedBy: mallory })
    })
    expect(outcome.writes).toEqual([])
    expect(one.state).toBe('closed')
  })

  test('and lost its marker is left alone', async () => {
    const { one, outcome } = await meanwhile(issue => {
      issue.body = 'All mine'
    })
    expect(outcome.writes).toEqual([])
    expect(outcome.lines).toContain('Issue #1 left as it is: its marker was taken away meanwhile')
    expect(one.body).toBe('All mine')
  })
})

test('one that did not change is read once more before it is written, and not otherwise', async () => {
  const { night, issues } = await start()
  await night([OLD])
  expect((await night([OLD])).asked(GET)).toBe(0)
  expect((await night([])).asked(GET)).toBe(1)
  expect(issues()).toMatchObject([{ state: 'closed' }])
  expect(issue(1).state).toBe('open')
})
