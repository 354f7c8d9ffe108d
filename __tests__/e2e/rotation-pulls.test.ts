/** Rotation pull requests, night after night, over the repository that declares the keys. */
import { describe, expect, test } from '@jest/globals'
import { staleUser } from './nights-support.ts'
import { startPullNights } from './rotation-pulls-support.ts'

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
const PATH = 'iam/ci.tf'

describe('an idle key', () => {
  test('gets one pull request that sets it to Inactive and changes nothing else', async () => {
    const at = await startPullNights([staleUser('ci-deployer', { usedDaysAgo: 100 })], { [PATH]: CI })
    const run = await at.night()
    expect(run.exitCode).toBe(0)
    const [pull, ...others] = at.pulls()
    expect(others).toEqual([])
    expect(pull).toMatchObject({
      title: 'Set the access key of ci-deployer to Inactive',
      state: 'open',
      draft: false,
    })
    expect(at.filesOn(pull?.head.ref ?? '')).toEqual({
      ...at.filesOn('main'),
      [PATH]: CI.replace('ci.name\n', 'ci.name\n\n  status = "Inactive"\n'),
    })
    expect((await at.night()).writes).toEqual([])
  }, 60_000)
})
