import { expect, test } from '@jest/globals'
import { DAY_MS } from '../../../src/domain/time.ts'
import { createGitHub } from '../../../src/github/client.ts'
import { readOwnIssues, recordsIn } from '../../../src/publish/issues/record.ts'
import { result } from '../build.ts'
import { later } from './nights.ts'
import { LABEL, OLD, start, VIEWER } from './served.ts'

const ID = OLD.accessKeyId ?? ''

test('an issue tells which keys it saw active last, and since when it saw them inactive', async () => {
  const { night, records } = await opened()
  await night([OLD])
  expect((await records()).get(ID)).toMatchObject({ state: 'active' })
  await night([{ ...OLD, state: 'inactive' }])
  expect((await records()).get(ID)).toMatchObject({ state: 'inactive', since: expect.any(String) })
})

test('an issue that was not written for 90 days does not tell that a key is inactive: CloudTrail has forgotten what came then', async () => {
  const { night, issuesOf, records } = await opened()
  await night([OLD])
  await night([{ ...OLD, state: 'inactive' }])
  expect((await records(91)).size).toBe(0)
  expect(recordsIn(await issuesOf(), null).size).toBe(1)
})

test('of two issues that tell of a key the one that was written last counts', async () => {
  const { night, issuesOf } = await opened()
  await night([OLD], { per: 'user', result: result([OLD], { asOf: later(1) }) })
  await night([OLD])
  const records = (await issuesOf()).flatMap(issue => [...recordsIn([issue], null)])
  expect(records.map(([id]) => id)).toEqual([ID, ID])
  const last = { state: 'active', at: later(1) }
  for (const issues of [await issuesOf(), (await issuesOf()).toReversed()])
    expect(recordsIn(issues, null).get(ID)).toEqual(last)
})

test('an issue that another than the token’s own identity wrote tells nothing', async () => {
  const { night, issues, records } = await opened()
  await night([{ ...OLD }])
  for (const issue of issues()) issue.author = { login: 'mallory', id: 7, type: 'User' }
  expect((await records()).size).toBe(0)
})

test('nothing is told where GitHub does not tell whose the token is: a person with write access may have written the issue', async () => {
  const collaborators = new Map([['mallory', 'write']] as const)
  const { night, issues, served, records } = await opened({ collaborators })
  await night([OLD])
  for (const issue of issues()) issue.author = { login: 'mallory', id: 7, type: 'User' }
  served.faults.push({ kind: 'access-denied', service: 'github', action: VIEWER })
  expect((await records()).size).toBe(0)
})

async function opened(parts: Parameters<typeof start>[0] = {}) {
  const started = await start(parts)
  const { sandbox, served } = started
  const github = await createGitHub(served.github.token, { apiUrl: sandbox.env['GITHUB_API_URL'] })
  const issuesOf = () => readOwnIssues({ github, repository: 'octo-org/octo-repo', labels: [LABEL] })
  const records = async (daysLater = 0) =>
    recordsIn(await issuesOf(), new Date(Date.now() + daysLater * DAY_MS))
  return { ...started, issuesOf, records }
}
