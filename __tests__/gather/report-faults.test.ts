import { describe, expect, test } from '@jest/globals'
import { account, type Fault, world } from '../../sandbox/world.ts'
import { failOne, gatherOne, serve } from './run.ts'

describe('the credential report', () => {
  test.each<Fault>([
    { kind: 'throttle', service: 'iam', action: 'GenerateCredentialReport', count: 2 },
    { kind: '5xx', service: 'iam', action: 'GenerateCredentialReport', count: 2 },
    { kind: 'html-500', service: 'iam', action: 'GenerateCredentialReport', count: 1 },
    { kind: 'malformed', service: 'iam', action: 'GenerateCredentialReport', count: 1 },
    { kind: 'reset', service: 'iam', action: 'GenerateCredentialReport', count: 1 },
    { kind: 'expired-credentials', service: 'iam', action: 'GenerateCredentialReport', count: 1 },
    { kind: 'throttle', service: 'iam', action: 'GetCredentialReport', count: 2 },
    { kind: '5xx', service: 'iam', action: 'GetCredentialReport', count: 2 },
    { kind: 'malformed', service: 'iam', action: 'GetCredentialReport', count: 1 },
    { kind: 'reset', service: 'iam', action: 'GetCredentialReport', count: 1 },
    { kind: 'expired-credentials', service: 'iam', action: 'GetCredentialReport', count: 1 },
  ])('is had in spite of a passing fault: %j', async fault => {
    await serve(world({ accounts: [account()], faults: [fault] }))
    expect((await gatherOne()).report.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each<[Fault['kind'], RegExp]>([
    ['throttle', /kept throttling/],
    ['5xx', /AWS failed while fetching the credential report/],
    ['html-500', /AWS failed while fetching the credential report/],
    ['malformed', /AWS failed while fetching the credential report/],
    ['reset', /could not be re/],
    ['access-denied', /denied access/],
    ['expired-credentials', /did not accept the credentials/],
  ])('that ends in %s for ever fails its account, with reason and remedy', async (kind, summary) => {
    await serve(
      world({ accounts: [account()], faults: [{ kind, service: 'iam', action: 'GetCredentialReport' }] }),
      { AWS_MAX_ATTEMPTS: '2' },
    )
    const { failure } = await failOne()
    expect(`${failure.summary} ${failure.detail}`).toMatch(summary)
    expect(failure.remedy).not.toBe('')
    expect(failure.detail).not.toContain('    at ')
  })
})
