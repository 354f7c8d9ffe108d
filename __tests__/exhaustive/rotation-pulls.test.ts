/** Rotation pull requests, night after night, over the repository that declares the keys. */
import { describe, expect, test } from '@jest/globals'
import { advance } from '../../sandbox/world.ts'
import { staleUser } from '../e2e/nights-support.ts'
import { startPullNights } from '../e2e/rotation-pulls-support.ts'

const PATH = 'iam/ci.tf'
const CI = `resource "aws_iam_user" "ci" {
  name = "ci-deployer"
}

resource "aws_iam_access_key" "ci" {
  user = aws_iam_user.ci.name
}

output "ci_key_id" {
  value = aws_iam_access_key.ci.id
}
`
const USER = 'ci-deployer'

describe('a key that code declares, carried by its pull requests', () => {
  test('from idle to gone: each is opened once, merged and applied, and the next one follows when its time has come', async () => {
    const at = await startPullNights([staleUser(USER, { usedDaysAgo: 100 })], { [PATH]: CI })
    const old = () => at.prod.users.get(USER)?.keys[0]
    const opened = await at.night()
    expect(opened.exitCode).toBe(0)
    const [pull] = at.pulls()
    expect(pull).toMatchObject({
      title: `Set the access key of ${USER} to Inactive`,
      state: 'open',
      draft: false,
    })
    const INACTIVE = CI.replace('ci.name\n', 'ci.name\n\n  status = "Inactive"\n')
    expect(at.filesOn(pull?.head.ref ?? '')).toEqual({ ...at.filesOn('main'), [PATH]: INACTIVE })
    expect(at.issueBody()).toContain('/pull/1">pull request 1</a>')
    expect(pull?.body).toContain('/octo-org/octo-repo/issues?q=')
    // Only now it is known which issue it is.
    expect((await at.night()).writes).toEqual(['PATCH /repos/{owner}/{repo}/pulls/{pull_number}'])
    expect(at.pulls()[0]?.body).toContain('/octo-org/octo-repo/issues/2">issue 2</a>, which links back')
    expect((await at.night()).writes).toEqual([])

    at.merge(1)
    const merged = await at.night()
    expect(merged.outputs['stale-count']).toBe('1')
    expect(at.pulls()).toHaveLength(1)
    expect(at.issueBody()).toContain('Apply the code')

    Object.assign(old() ?? {}, { status: 'Inactive' })
    await at.night()
    expect(at.pulls()).toHaveLength(1)
    expect(at.issueBody()).toContain('Confirm nothing broke')

    advance(at.world, 91)
    await at.night()
    const [, removal] = at.pulls()
    expect(removal).toMatchObject({ title: `Remove the inactive access key of ${USER}`, state: 'open' })
    expect(removal?.body).toMatch(/the issue has had it inactive since \d{4}-\d\d-\d\d/)
    expect(at.filesOn(removal?.head.ref ?? '')).toEqual({
      ...at.filesOn('main'),
      [PATH]: 'resource "aws_iam_user" "ci" {\n  name = "ci-deployer"\n}\n',
    })

    at.merge(removal?.number ?? 0)
    at.prod.users.get(USER)?.keys.splice(0)
    advance(at.world, 1)
    await at.night()
    expect(at.pulls().map(({ state }) => state)).toEqual(['closed', 'closed'])
    expect(at.repository.issues.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed'])
    expect(at.pulls().flatMap(({ comments }) => comments)).toEqual([])
  })
})

describe('whatever becomes of the pull requests, verdict and issue are the same', () => {
  test('of those that jobs may not open', async () => {
    const at = await startPullNights(
      [staleUser(USER, { usedDaysAgo: 100 })],
      { [PATH]: CI },
      { actionsMayOpenPulls: false },
    )
    const run = await at.night()
    expect(run.outputs).toMatchObject({
      result: 'fail',
      'stale-count': '1',
      'issue-urls': expect.stringMatching(/\/issues\/1$/),
    })
    expect(run.log).toContain('lets no job open pull requests')
    expect(at.issueBody()).toContain('no pull request: it could not be opened; the log of the run says why')
    expect(at.pulls()).toEqual([])
  })

  test('of those that GitHub does not list, to which the issue goes on linking', async () => {
    const at = await startPullNights([staleUser(USER, { usedDaysAgo: 100 })], { [PATH]: CI })
    await at.night()
    const before = at.issueBody()
    expect(before).toContain('/pull/1">pull request 1</a>')
    const action = 'GET /repos/{owner}/{repo}/pulls'
    at.world.faults.push({ kind: 'access-denied', service: 'github', action })
    const run = await at.night()
    expect(run.log).toContain('Could not read the branches and pull requests in octo-org/octo-repo')
    expect(run.writes).toEqual([])
    expect(at.issueBody()).toBe(before)
  })

  test('where names are hidden none is opened, and it is said why', async () => {
    const at = await startPullNights([staleUser(USER, { usedDaysAgo: 100 })], { [PATH]: CI })
    const run = await at.night({ redact: 'always' })
    expect(run.log).toContain('No pull request is opened: it would name a user, and names are hidden because')
    expect(at.pulls()).toEqual([])
  })
})
