import { describe, expect, test } from '@jest/globals'
import { issue } from '../../../sandbox/github/world.ts'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import { RETRIES } from '../../../src/github/client.ts'
import { audited, key, result, step } from '../build.ts'
import { later } from './nights.ts'
import { COMMENT, CREATE, CREATE_LABEL, LABEL, LIST, OLD, start, UPDATE, URL_OF_1 } from './served.ts'

describe('nights', () => {
  test('a finding files an issue, the same night again writes nothing, and the end closes it', async () => {
    const { night, issues } = await start({ assignable: ['rita'] })
    const owned: KeyResult = { ...OLD, owner: { name: 'rita', kind: 'user', source: 'tag' } }

    const first = await night([owned], { assignees: ['nobody'] })
    expect(first.writes).toEqual([CREATE_LABEL, CREATE])
    expect(first.lines).toEqual([`Issue #1 created: 1 stale key (${URL_OF_1})`])
    expect(first.urls).toEqual([expect.stringMatching(/octo-org\/octo-repo\/issues\/1$/)])
    expect(first.failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/ names nobody, who cannot be assigned /),
    ])
    expect(issues()).toMatchObject([{ labels: [LABEL], assignees: ['rita'], state: 'open' }])

    const again = await night([owned])
    expect(again).toMatchObject({ writes: [], urls: first.urls, trend: [{ stale: 1 }] })

    const gone = await night([])
    expect(gone.writes).toEqual([UPDATE, COMMENT])
    expect(gone).toMatchObject({ urls: [], history: [{ how: 'deleted', daysLate: 31 }] })
    expect(issues()).toMatchObject([{ state: 'closed', stateReason: 'completed' }])

    const back = await night([owned])
    expect(back.lines).toEqual([`Issue #1 updated: 1 new, reopened (${URL_OF_1})`])
    expect(issues()).toMatchObject([{ state: 'open', comments: [{}, {}] }])
  })

  test('what nobody may write is only told', async () => {
    const { night, issues } = await start()
    const outcome = await night([OLD], { readOnlyBecause: 'this run belongs to a pull request' })
    expect(outcome.writes).toEqual([])
    expect(outcome.lines).toEqual([
      'An issue would have been created: 1 stale key; nothing is written because this run belongs to a pull request',
    ])
    expect(outcome.urls).toEqual([])
    expect(issues()).toEqual([])
  })

  test('an issue that nobody may write is named while it is open', async () => {
    const { night } = await start()
    const readOnlyBecause = 'this run belongs to a pull request'
    await night([OLD])
    expect(await night([OLD], { readOnlyBecause })).toMatchObject({ writes: [], urls: [URL_OF_1], lines: [] })
    await night([])
    expect(await night([], { readOnlyBecause })).toMatchObject({ writes: [], urls: [], lines: [] })
  })

  test('a night that changes nothing counts the open issues, not the closed ones', async () => {
    const { night } = await start()
    await night([OLD, key({ name: 'bob' })], { per: 'user' })
    await night([OLD], { per: 'user' })
    expect(await night([OLD], { per: 'user' })).toMatchObject({ writes: [], lines: ['1 issue is unchanged'] })
  })
})

test('title and body follow the keys, and who is mentioned is told below the new issue', async () => {
  const { night, issues } = await start({ labels: [{ name: LABEL, color: 'ffffff', description: null }] })
  const owned: KeyResult = { ...OLD, owner: { name: 'rita', kind: 'user', source: 'codeowners' } }
  expect((await night([owned], { mention: true })).writes).toEqual([CREATE, COMMENT])
  expect(issues()[0]?.comments[0]?.body).toContain('@rita')
  const next = await night([owned, key({ name: 'bob' })])
  expect(issues()[0]?.title).toMatch(/^2 stale/)
  expect(next).toMatchObject({ written: true, numbers: undefined })
  expect((await night([owned, key({ name: 'bob' })])).written).toBe(false)
})

test('where names are hidden, the numbers that keys have in the issue are given on', async () => {
  const { night } = await start()
  const hidden = { reason: 'octo-org/octo-repo is public', secret: null }
  await night([OLD], { hidden })
  const { numbers } = await night([key({ name: 'older', ageDays: 500 }), OLD], { hidden })
  expect([...(numbers ?? [])]).toContainEqual([OLD.id, 1])
})

test('lost labels and duplicates are looked for only where an issue is filed and GitHub lets us carry on', async () => {
  const { night, served } = await start()
  expect(await night([OLD], { per: 'user' })).toMatchObject({ lists: 3 })
  expect(await night([OLD], { per: 'user' })).toMatchObject({ lists: 1 })
  served.faults.push({ kind: 'access-denied', service: 'github', action: UPDATE, count: 1 })
  // The issue of the first is to be closed, which is refused, after the one of the second was filed.
  const stopped = await night([key({ name: 'aaron' })], { per: 'user' })
  expect(stopped).toMatchObject({ lists: 2, writes: [CREATE, UPDATE], failures: [{}] })
})

test('the history of all issues together holds the last 20, newest first', async () => {
  const { night } = await start()
  const accounts = ['123456789012', '345678901234'].map(id => audited({ id }))
  const keys = accounts.flatMap(({ account: { id } }) =>
    Array.from({ length: 15 }, (_, index) =>
      key({ account: id, name: `user-${index}`, userArn: `arn:aws:iam::${id}:user/user-${index}` }),
    ),
  )
  const on = (days: number, which: readonly KeyResult[]) =>
    night([], { per: 'account', result: result(which, { accounts, asOf: later(days) }) })
  await on(0, keys)
  await on(1, keys.slice(15))
  const { history, trend } = await on(2, [])
  expect(trend.map(({ stale }) => stale)).toEqual([30, 15, 0])
  expect(history.map(({ at }) => at)).toEqual([
    ...Array.from({ length: 15 }, () => later(2)),
    ...Array.from({ length: 5 }, () => later(1)),
  ])
})

describe('two runs at once', () => {
  test('file one issue each; the higher number is taken back', async () => {
    const { night, issues } = await start({ labels: [{ name: LABEL, color: 'ffffff', description: null }] })
    const outcomes = await Promise.all([night([OLD]), night([OLD])])
    expect(issues().map(({ state }) => state)).toEqual(['open', 'closed'])
    expect(issues()[1]?.comments.map(({ body }) => body)).toEqual([expect.stringMatching(/^Duplicate of #1/)])
    expect(outcomes.flatMap(({ urls }) => urls).every(url => url.endsWith('/1'))).toBe(true)
    expect((await night([OLD])).writes).toEqual([])
  })

  test('that ended before that leave it to the next run', async () => {
    const { night, issues } = await start()
    await night([OLD])
    const [first] = issues()
    if (first) issues().push({ ...issue(9), labels: [LABEL], body: first.body })
    expect((await night([OLD])).lines).toContain('Issue #9 closed as a duplicate of #1')
    expect((await night([OLD])).writes).toEqual([])
  })
})

describe('faults', () => {
  test('a list cut off makes no duplicate, and is asked for again', async () => {
    const { night, served, issues } = await start()
    await night([OLD])
    served.faults.push({ kind: 'reset', service: 'github', action: LIST, count: 1 })
    const outcome = await night([OLD])
    expect(outcome).toMatchObject({ writes: [], failures: [] })
    expect(issues()).toHaveLength(1)
  })

  test('a list refused before an issue was filed files none: one that lost its label may be there', async () => {
    const { night, served } = await start()
    served.faults.push({ kind: 'access-denied', service: 'github', action: LIST, nth: 2, count: 1 })
    const { writes, failures } = await night([OLD])
    expect(writes).toEqual([])
    expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/lost its label/)])
  })

  test('a label is made all the same where the answer is lost', async () => {
    const { night, served, issues } = await start()
    served.faults.push({ kind: 'malformed', service: 'github', action: CREATE_LABEL, count: 1 })
    expect(await night([OLD])).toMatchObject({ urls: [URL_OF_1], failures: [] })
    expect(issues()).toMatchObject([{ labels: [LABEL] }])
  })

  test('a list refused after an issue was filed is told: a second one may stand beside it', async () => {
    const { night, served } = await start()
    served.faults.push({ kind: 'access-denied', service: 'github', action: LIST, nth: 3, count: 1 })
    const { lines, failures } = await night([OLD])
    expect(lines).toEqual([`Issue #1 created: 1 stale key (${URL_OF_1})`])
    expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/duplicate/)])
  })

  test.each([
    [
      'missing permission',
      { permissions: { issues: 'read', contents: 'read', pullRequests: 'read' } },
      /lacks the permission/,
    ],
    ['disabled issues', { hasIssues: false }, /issues are disabled/],
  ] as const)(
    '%s is one failure that says so, however many issues there were to write',
    async (_, parts, why) => {
      const { night } = await start({
        ...parts,
        labels: [{ name: LABEL, color: 'ffffff', description: null }],
      })
      const outcome = await night([OLD, key({ name: 'bob' }), key({ name: 'carol' })], { per: 'user' })
      expect(outcome.failures.map(({ message }) => message)).toEqual([expect.stringMatching(why)])
      expect(outcome.lines).toEqual(['2 further issues were not reached'])
    },
  )

  test('a body that GitHub refuses is told in no comment, night after night', async () => {
    const { night, issues, served } = await start()
    await night([OLD])
    for (const _ of [1, 2]) {
      served.faults.push({ kind: 'access-denied', service: 'github', action: UPDATE, count: 1 })
      expect(await night([])).toMatchObject({ writes: [UPDATE], failures: [{}] })
    }
    expect((await night([])).writes).toEqual([UPDATE, COMMENT])
    expect(issues()).toMatchObject([{ state: 'closed', comments: [{}] }])
  })

  test('an update whose answer is lost is taken back where a comment is owed', async () => {
    const { night, issues, served } = await start()
    await night([OLD])
    const before = structuredClone(issues()[0])
    served.faults.push({ kind: 'malformed', service: 'github', action: UPDATE, count: RETRIES + 1 })
    const writes = Array.from({ length: RETRIES + 2 }, () => UPDATE)
    expect(await night([])).toMatchObject({ writes, failures: [{}] })
    expect(issues()[0]).toMatchObject({ state: 'open', title: before?.title, body: before?.body })
  })

  test('an update whose answer is lost stands where no comment is owed', async () => {
    const { night, issues, served } = await start()
    await night([OLD])
    served.faults.push({ kind: 'malformed', service: 'github', action: UPDATE, count: RETRIES + 1 })
    const next = { ...OLD, next: step({ title: 'Move applications' }) }
    expect(await night([next])).toMatchObject({ failures: [{}] })
    expect(issues()[0]?.body).toContain('Move applications')
  })

  test('a comment that GitHub refuses is told by the next night', async () => {
    const { night, issues, served } = await start()
    await night([OLD])
    const before = structuredClone(issues()[0])
    served.faults.push({ kind: 'access-denied', service: 'github', action: COMMENT, count: 1 })
    const outcome = await night([])
    expect(outcome.failures).toHaveLength(1)
    expect(outcome.urls).toEqual([URL_OF_1])
    expect(issues()[0]).toMatchObject({ state: 'open', title: before?.title, body: before?.body })
    expect((await night([])).writes).toEqual([UPDATE, COMMENT])
    expect(issues()[0]?.state).toBe('closed')
  })

  test('what people wrote is never cut: where it leaves no room, that is told, and nothing written', async () => {
    const { night, issues } = await start()
    await night([OLD])
    for (const _ of ['the tables give way', 'nothing is left to give way']) {
      for (const one of issues()) one.body = (one.body ?? '').padEnd(65_530, 'x')
      await night([OLD])
    }
    const outcome = await night([OLD, key({ name: 'bob' })])
    // What the issue remembers is told all the same.
    expect(outcome).toMatchObject({ writes: [], urls: [URL_OF_1], trend: [{ stale: 1 }] })
    expect(outcome.failures).toMatchObject([
      {
        message: expect.stringMatching(/^Issue #1 was not updated/),
        remedy: expect.stringMatching(/^Shorten/),
      },
    ])
  })

  test('one issue that cannot be updated hides no other', async () => {
    const { night, served, issues } = await start()
    await night([OLD, key({ name: 'bob' })], { per: 'user' })
    served.faults.push({ kind: 'malformed', service: 'github', action: COMMENT, count: 1 })
    const outcome = await night([], { per: 'user' })
    expect(outcome.failures).toHaveLength(1)
    expect(outcome.written).toBe(false)
    expect(outcome.lines).toEqual([expect.stringMatching(/^Issue #2 updated/)])
    expect(issues().map(({ state }) => state)).toEqual(['open', 'closed'])
  })

  test('what GitHub refused once is not tried again after an issue that has no room', async () => {
    const { night, served, issues } = await start()
    const bob = key({ name: 'bob' })
    await night([bob], { per: 'user' })
    for (const one of issues()) one.body += 'x'.repeat(66_000)
    served.faults.push({ kind: 'access-denied', service: 'github', action: CREATE, count: 1 })
    const { failures, lines, writes } = await night([OLD, bob, key({ name: 'carol' })], { per: 'user' })
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/create an issue/),
      expect.stringMatching(/^Issue #1 was not updated/),
    ])
    expect(writes).toEqual([CREATE])
    expect(lines).toEqual(['1 further issue was not reached'])
  })

  test('nothing is concluded from a list that may not be read', async () => {
    const { night } = await start({ permissions: { issues: 'none', contents: 'read', pullRequests: 'read' } })
    const outcome = await night([OLD])
    expect(outcome).toMatchObject({ urls: [], lines: [], writes: [] })
    expect(outcome.failures.map(({ remedy }) => remedy)).toEqual([expect.stringContaining('`issues: write`')])
  })
})
