import { describe, expect, test } from '@jest/globals'
import { job } from '../../sandbox/github/world.ts'
import { account, key, role, user, world } from '../../sandbox/world.ts'
import { audit, callsOf, keysOf, serve } from './support.ts'

const OTHER_SUB = [role({ webIdentity: { sub: ['repo:octo-org/other:ref:refs/heads/main'] } })]

describe('a role that refuses the job', () => {
  test.each([
    ['the old format', false, 'repo:octo-org/octo-repo:ref:refs/heads/main'],
    ['the immutable format', true, 'repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main'],
  ])('is explained by every claim, with the condition for a sub of %s', async (_, immutableSub, sub) => {
    const run = await audit(world({ accounts: [account({ roles: OTHER_SUB })], job: job({ immutableSub }) }))
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'error', 'failed-account-count': '1' } })
    const claims: Record<string, string> = {
      aud: 'sts.amazonaws.com',
      iss: 'https://token.actions.githubusercontent.com',
      sub,
      repository: 'octo-org/octo-repo',
      repository_id: '456789',
      repository_owner_id: '123456',
      ref: 'refs/heads/main',
      environment: '(none)',
      job_workflow_ref: 'octo-org/octo-repo/.github/workflows/access-keys.yml@refs/heads/main',
      event_name: 'schedule',
      actor: 'octocat',
    }
    for (const text of [run.log, run.summary]) {
      for (const [name, value] of Object.entries(claims)) {
        const line = text?.split('\n').find(each => each.trimStart().startsWith(`${name} `))
        expect(line?.trim().split(/\s{2,}/)).toEqual([name, value])
      }
      expect(text).toMatch(/Any claim .* can be the reason/)
      expect(text).toContain(`"token.actions.githubusercontent.com:sub": "${sub}"`)
      expect(/immutable/.test(text ?? '')).toBe(immutableSub)
    }
    expect(callsOf(run.sandbox)['sts AssumeRoleWithWebIdentity']).toBe(1)
  })

  test('is not opened to pull requests by our advice, which names the evidence check', async () => {
    const run = await audit(
      world({
        accounts: [account()],
        job: job({ eventName: 'pull_request', ref: 'refs/pull/7/merge', headRef: 'topic', baseRef: 'main' }),
      }),
    )
    expect(run.outputs['result']).toBe('error')
    expect(run.log).toContain('repo:octo-org/octo-repo:pull_request')
    expect(run.log).toMatch(/Do not trust pull requests/)
    expect(run.log).toMatch(/evidence-files/)
    expect(run.log).not.toContain('githubusercontent.com:sub"')
  })

  test.each([
    [
      'no identity provider',
      account({ oidcProvider: null }),
      /no identity provider/,
      /https:\/\/token\.actions/,
    ],
    [
      'another audience',
      account({ oidcProvider: { audiences: ['sigstore'] } }),
      /does not accept the audience/,
      /sts\.amazonaws\.com/,
    ],
    ['no such role', account({ roles: [] }), /The role does not exist, or/, /sub/],
  ])('for %s says what to change', async (_, refusing, reason, remedy) => {
    const run = await audit(world({ accounts: [refusing] }))
    expect(run.outputs['result']).toBe('error')
    expect(run.log).toMatch(reason)
    expect(run.log).toMatch(remedy)
    expect(run.summary).toMatch(reason)
  })
})

describe('a job without OIDC token', () => {
  test('is told the permission to write', async () => {
    const run = await audit(world({ accounts: [account()], job: job({ idToken: false }) }))
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(run.log).toMatch(/permissions:\n\s+id-token: write\n\s+contents: read/)
    expect(callsOf(run.sandbox)).toEqual({})
  })

  test('in a pull request from a fork is told to use the evidence', async () => {
    const served = world({
      accounts: [account()],
      job: job({ idToken: false, eventName: 'pull_request', ref: 'refs/pull/7/merge' }),
    })
    served.github.repositories.get('octo-org/octo-repo')?.pulls.set(7, {
      number: 7,
      head: { ref: 'topic', sha: 'a'.repeat(40), fork: true },
      base: { ref: 'main', sha: 'b'.repeat(40) },
      files: [],
    })
    const run = await audit(served)
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(run.log).toMatch(/pull request from a fork/)
    expect(run.log).toMatch(/evidence-files/)
    expect(run.log).not.toMatch(/id-token: write/)
    expect(run.sandbox.requests.filter(({ service }) => service !== 'github')).toEqual([])
  })
})

describe('other partitions', () => {
  test.each([
    ['aws-cn', 'cn-north-1', 'sts.amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'sts.amazonaws.com'],
    ['aws-iso', 'us-iso-east-1', 'sts.amazonaws.com'],
    ['aws-iso-b', 'us-isob-east-1', 'sts.amazonaws.com'],
    ['aws-eusc', 'eusc-de-east-1', 'sts.amazonaws.com'],
  ] as const)('%s has its region and audience', async (partition, region, audience) => {
    const users = [user('bob', { keys: [key({ ageDays: 91 })] })]
    const sandbox = await serve(world({ accounts: [account({ partition, users })] }))
    const run = await audit(sandbox, { 'role-to-assume': `arn:${partition}:iam::123456789012:role/audit` })
    expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '1' })
    expect(keysOf(run)).toMatchObject([{ userArn: `arn:${partition}:iam::123456789012:user/bob` }])
    const audiences = sandbox.requests.flatMap(({ service, params }) =>
      service === 'oidc' ? [params['audience']] : [],
    )
    expect(audiences).toEqual([audience])
    const regions = sandbox.requests.flatMap(({ service, region }) => (service === 'iam' ? [region] : []))
    expect(new Set(regions)).toEqual(new Set([region]))
  })
})

describe('without role-to-assume', () => {
  test('the credentials of an earlier step are used, and no OIDC token is asked for', async () => {
    const users = [user('bob', { keys: [key({ ageDays: 91 })] })]
    const sandbox = await serve(world({ accounts: [account({ users })] }))
    const run = await audit(
      sandbox,
      { 'role-to-assume': '' },
      { env: sandbox.credentials('123456789012', 'audit') },
    )
    expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '1' })
    expect(callsOf(sandbox)).toMatchObject({ 'sts GetCallerIdentity': 1 })
    expect(callsOf(sandbox)).not.toHaveProperty('oidc GET token')
  })

  test('no credentials anywhere are a clear error, without ten seconds of waiting for a metadata service', async () => {
    const run = await audit(world({ accounts: [account()] }), { 'role-to-assume': '' }, { timeoutMs: 9_000 })
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(run.log).toMatch(/There are no AWS credentials/)
    expect(run.log).toMatch(/Set role-to-assume/)
  })
})

test('every secret that the run was given is masked, and the token is asked for once', async () => {
  const sandbox = await serve(
    world({ accounts: [account({ users: [user('bob', { keys: [key({ ageDays: 91 })] })] })] }),
  )
  const run = await audit(sandbox, { 'create-issue': 'true', usage: 'true' })
  // The first one is the runner's own, which asks for tokens.
  const [, ...given] = sandbox.secrets
  expect(given.length).toBeGreaterThanOrEqual(3)
  expect(run.masks).toEqual(expect.arrayContaining(given))
})

describe('transient faults', () => {
  test.each([
    ['oidc', '5xx'],
    ['sts', '5xx'],
    ['sts', 'throttle'],
    ['sts', 'reset'],
  ] as const)('of %s (%s) are retried', async (service, kind) => {
    const run = await audit(world({ accounts: [account()], faults: [{ service, kind, count: 1 }] }))
    expect(run.outputs['result']).toBe('pass')
  })
})
