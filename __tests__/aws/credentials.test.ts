import { describe, expect, test } from '@jest/globals'
import { job } from '../../sandbox/github/world.ts'
import { account, type Fault, key, role, user, world } from '../../sandbox/world.ts'
import { UserError } from '../../src/domain/errors.ts'
import { AUDIT_ROLE, callCounts, failOne, gatherAll, gatherOne, jobOf, serve } from '../gather/run.ts'

describe('a role that refuses the token', () => {
  test('is explained by every claim, and the condition of an immutable sub', async () => {
    const sandbox = await serve(world({ accounts: [account()], job: job({ immutableSub: true }) }))
    const { failure } = await failOne()
    expect(failure.summary).toBe('AWS refused to let this job assume the role.')
    for (const claim of ['aud', 'iss', 'repository_id', 'ref', 'job_workflow_ref', 'event_name', 'actor'])
      expect(failure.remedy).toMatch(new RegExp(`^ +${claim} +\\S`, 'm'))
    expect(failure.remedy).toMatch(/^ {2}environment +\(none\)$/m)
    expect(failure.remedy).toContain('immutable IDs')
    expect(failure.remedy).toContain(
      '"token.actions.githubusercontent.com:sub": "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main"',
    )
    expect(failure.detail).toContain(AUDIT_ROLE)
    expect(failure.detail).toContain('Not authorized to perform sts:AssumeRoleWithWebIdentity')
    expect(failure.summary + failure.remedy).not.toContain('123456789012')
    expect(callCounts(sandbox)['sts AssumeRoleWithWebIdentity']).toBe(1)
  })

  test('shows claims that trust policies seldom test only where names are shown, for they may hold names', async () => {
    const claims = { department: 'zebra-department', enterprise: 'zebra-corp' }
    await serve(world({ accounts: [account()], job: job({ immutableSub: true, claims }) }))
    const { failure } = await failOne()
    expect(failure.summary + failure.remedy).not.toContain('zebra')
    expect(failure.detail).toMatch(/^ +department +zebra-department$/m)
  })

  test('is never opened to pull requests by our advice', async () => {
    await serve(
      world({ accounts: [account()], job: job({ eventName: 'pull_request', ref: 'refs/pull/7/merge' }) }),
    )
    const { failure } = await failOne()
    expect(failure.remedy).toContain('Do not trust pull requests')
    expect(failure.remedy).toContain('evidence-files')
    expect(failure.remedy).not.toContain('StringEquals')
  })

  test('names the issuer of an enterprise server in its condition', async () => {
    const claims = { iss: 'https://github.example.com/_services/token', sub: 'repo:o/r:ref:refs/heads/x' }
    await serve(world({ accounts: [account()], job: job({ claims }) }))
    const { failure } = await failOne()
    expect(failure.remedy).toContain('"github.example.com/_services/token:sub": "repo:o/r:ref:refs/heads/x"')
  })

  test.each([
    ['repository_owner:octo-org', ['repository_id', 'ref']],
    [
      'job_workflow_ref:octo-org/shared/.github/workflows/audit.yml@refs/heads/main',
      ['repository_id', 'ref'],
    ],
    ['repository_owner:repo:environment:ref', ['repository_id']],
    ['repo:octo-org/octo-repo', ['ref']],
    ['repository_id:456789:ref:refs/heads/main', []],
    ['workflow_ref:octo-org/octo-repo/.github/workflows/a.yml@refs/heads/main', []],
  ])('with the customised sub %s has a condition that lets no other job in', async (sub, added) => {
    await serve(world({ accounts: [account()], job: job({ claims: { sub } }) }))
    const { remedy } = (await failOne()).failure
    const condition = JSON.parse(/"StringEquals": (\{[\s\S]*?\n {2}\})/.exec(remedy)?.[1] ?? '')
    const issuer = 'token.actions.githubusercontent.com'
    expect(condition).toEqual({
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: sub,
      ...(added.includes('repository_id') && { [`${issuer}:repository_id`]: '456789' }),
      ...(added.includes('ref') && { [`${issuer}:ref`]: 'refs/heads/main' }),
    })
    const warnings = remedy.match(/^This token's sub is customised.*$/gm) ?? []
    expect(warnings.map(line => /tests (\w+) as well/.exec(line)?.[1])).toEqual(added)
  })

  test('shows no claim that breaks out of its line', async () => {
    await serve(
      world({
        accounts: [account()],
        job: job({ immutableSub: true, actor: 'x\n::error::y\u2028##[error]z' }),
      }),
    )
    const { failure } = await failOne()
    expect(failure.remedy).not.toMatch(/^::error/m)
    expect(failure.remedy).not.toMatch(/[\u2028\r]/)
  })

  test.each([
    [
      'has no identity provider',
      { oidcProvider: null },
      /no identity provider/,
      /URL https:\/\/token\.actions/,
    ],
    [
      'accepts another audience',
      { oidcProvider: { audiences: ['other'] } },
      /audience/,
      /Add the audience sts\.amazonaws\.com/,
    ],
  ])('in an account that %s says so', async (_, parts, summary, remedy) => {
    await serve(world({ accounts: [account(parts)] }))
    const { failure } = await failOne()
    expect(failure.summary).toMatch(summary)
    expect(failure.remedy).toMatch(remedy)
  })
})

describe('a job without OIDC token', () => {
  test('is told the permission to write', async () => {
    await serve(world({ accounts: [account()], job: job({ idToken: false }) }))
    const error = await gatherAll().catch(error => error)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toContain('id-token: write')
    expect(error.remedy).toContain('permissions:\n    id-token: write')
  })

  test('in a pull request from a fork is told to use evidence', async () => {
    await serve(world({ accounts: [account()], job: job({ idToken: false, eventName: 'pull_request' }) }))
    const change = { kind: 'pull-request', number: 7, baseSha: 'a', headSha: 'b', fromFork: true } as const
    const error = await gatherAll({ job: jobOf(change) }).catch(error => error)
    expect(error.message).toContain('from a fork')
    expect(error.remedy).toContain('evidence-files')
  })
})

describe('credentials', () => {
  test('are masked, and never put into the environment', async () => {
    const sandbox = await serve(world({ accounts: [account()] }))
    await gatherOne()
    const masked = sandbox.commands.filter(line => line.startsWith('::add-mask::'))
    expect(masked).toHaveLength(4)
    for (const line of masked)
      expect(JSON.stringify(process.env)).not.toContain(line.slice('::add-mask::'.length).trim())
  })

  test('of several roles come from one OIDC token while it is valid', async () => {
    const ids = ['111111111111', '222222222222', '333333333333']
    const sandbox = await serve(world({ accounts: ids.map(id => account({ id })) }))
    const roles = ids.map(id => `arn:aws:iam::${id}:role/audit`)
    expect((await gatherAll({ source: { roles } })).evidence).toHaveLength(3)
    expect(callCounts(sandbox)['oidc GET token']).toBe(1)
  })

  test('of several roles come from new OIDC tokens where the last one expires', async () => {
    const ids = ['111111111111', '222222222222']
    const sandbox = await serve(
      world({ accounts: ids.map(id => account({ id })), job: job({ tokenSeconds: 10 }) }),
    )
    const roles = ids.map(id => `arn:aws:iam::${id}:role/audit`)
    expect((await gatherAll({ source: { roles, maxConcurrency: 1 } })).evidence).toHaveLength(2)
    expect(callCounts(sandbox)['oidc GET token']).toBe(2)
  })

  test('that expire before the run ends are renewed', async () => {
    const users = ['a', 'b', 'c', 'd'].map(name => user(name, { keys: [key({ ageDays: 100 })] }))
    const sandbox = await serve(
      world({
        accounts: [account({ users, roles: [role({ sessionSeconds: 900 })] })],
        faults: [{ kind: 'expired-credentials', service: 'iam', action: 'ListAccessKeys', nth: 2, count: 1 }],
      }),
    )
    const { observations, refusals } = await gatherOne()
    expect(observations.filter(({ kind }) => kind === 'access-keys')).toHaveLength(4)
    expect(refusals).toEqual([])
    expect(callCounts(sandbox)['sts AssumeRoleWithWebIdentity']).toBe(2)
  })

  test.each<Fault>([
    { kind: 'throttle', service: 'sts', count: 1 },
    { kind: '5xx', service: 'sts', count: 1 },
    { kind: 'reset', service: 'sts', count: 1 },
    { kind: 'html-500', service: 'sts', count: 1 },
    { kind: 'expired-credentials', service: 'sts', count: 1 },
    { kind: 'malformed', service: 'sts', count: 1 },
    { kind: '5xx', service: 'oidc', count: 1 },
    { kind: 'reset', service: 'oidc', count: 1 },
    { kind: 'throttle', service: 'oidc', count: 1 },
  ])('are had in spite of a passing fault: %j', async fault => {
    await serve(world({ accounts: [account()], faults: [fault] }))
    expect((await gatherOne()).kind).toBe('evidence')
  })

  test('are asked for in the partition of the role: China has its own audience and regions', async () => {
    const china = account({ id: '111111111111', partition: 'aws-cn' })
    const sandbox = await serve(world({ accounts: [china] }))
    const evidence = await gatherOne({ source: { roles: ['arn:aws-cn:iam::111111111111:role/audit'] } })
    expect(evidence.account.partition).toBe('aws-cn')
    expect(sandbox.requests.find(({ service }) => service === 'oidc')?.params['audience']).toBe(
      'sts.amazonaws.com.cn',
    )
    expect(sandbox.requests.find(({ service }) => service === 'iam')?.region).toBe('cn-north-1')
  })

  test('come from the default chain where no role is named', async () => {
    const sandbox = await serve(world({ accounts: [account()] }))
    Object.assign(process.env, sandbox.credentials('123456789012', 'audit'))
    const { account: found, role: usedRole } = await gatherOne({ source: { roles: [] } })
    expect(found.id).toBe('123456789012')
    expect(usedRole).toBeNull()
    expect(callCounts(sandbox)['oidc GET token']).toBeUndefined()
  })

  test('that nobody has give an error that names the ways to have some, within seconds', async () => {
    await serve(world({ accounts: [account()] }))
    const error = await gatherAll({ source: { roles: [] } }).catch(error => error)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toContain('There are no AWS credentials')
    expect(error.remedy).toContain('role-to-assume')
    expect(error.remedy).toContain('configure-aws-credentials')
  })

  test('of the environment that have expired give an error that says so', async () => {
    const sandbox = await serve(
      world({ accounts: [account()], faults: [{ kind: 'expired-credentials', service: 'sts' }] }),
    )
    Object.assign(process.env, sandbox.credentials('123456789012', 'audit'))
    const error = await gatherAll({ source: { roles: [] } }).catch(error => error)
    expect(error.message).toContain('did not accept the credentials')
    expect(error.detail).toContain('ExpiredToken')
  })
})

test('requests carry the name and version of the action', async () => {
  const agents: string[] = []
  const { createServer } = await import('node:http')
  const server = createServer((incoming, response) => {
    agents.push(String(incoming.headers['user-agent']))
    response.writeHead(403).end('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await serve(world({ accounts: [account()] }), { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` })
  await failOne()
  server.close()
  expect(agents[0]).toContain('aws-access-key-rotation-audit/1.0.0')
})
