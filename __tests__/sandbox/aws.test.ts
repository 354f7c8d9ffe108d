import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  DeleteAccessKeyCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  IAMClient,
  ListAccessKeysCommand,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { OrganizationsClient, paginateListAccounts } from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, test } from '@jest/globals'
import { freezeReport } from '../../sandbox/aws/report.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import {
  AUDIT_ACTIONS,
  account,
  advance,
  event,
  type Fault,
  key,
  organization,
  role,
  user,
  type World,
  world,
} from '../../sandbox/world.ts'

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
})

async function start(served: World): Promise<Sandbox> {
  const sandbox = await startSandbox(served)
  running.push(sandbox)
  return sandbox
}

/** Settings of a client that speaks to the sandbox with a role's credentials. */
function as(sandbox: Sandbox, roleName = 'audit', accountId = '123456789012', region = 'us-east-1') {
  const env = sandbox.credentials(accountId, roleName)
  return {
    region,
    endpoint: sandbox.url,
    maxAttempts: 1,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
    },
  }
}

async function reportOf(client: IAMClient): Promise<{ csv: string; generatedAt: Date | undefined }> {
  for (let tries = 0; tries < 5; tries++) {
    if ((await client.send(new GenerateCredentialReportCommand())).State === 'COMPLETE') break
  }
  const { Content = new Uint8Array(), GeneratedTime } = await client.send(new GetCredentialReportCommand())
  return { csv: Buffer.from(Content).toString('utf8'), generatedAt: GeneratedTime }
}

async function fetchToken(sandbox: Sandbox, audience = 'sts.amazonaws.com'): Promise<string> {
  const { env } = sandbox
  const response = await fetch(`${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=${audience}`, {
    headers: { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` },
  })
  return ((await response.json()) as { value: string }).value
}

describe('the credential report', () => {
  test('is made after polls, root first, users sorted without case, commas quoted, no line feed at the end', async () => {
    const users = [user('bob', { keys: [key()] }), user('Alice'), user('a,b')]
    const sandbox = await start(world({ accounts: [account({ users, report: { polls: 2 } })] }))
    const client = new IAMClient(as(sandbox))
    await expect(client.send(new GetCredentialReportCommand())).rejects.toMatchObject({
      name: 'CredentialReportNotPresentException',
      $metadata: { httpStatusCode: 410 },
    })
    const states = []
    for (let poll = 0; poll < 2; poll++)
      states.push((await client.send(new GenerateCredentialReportCommand())).State)
    expect(states).toEqual(['STARTED', 'INPROGRESS'])
    await expect(client.send(new GetCredentialReportCommand())).rejects.toMatchObject({
      name: 'CredentialReportNotReadyException',
      $metadata: { httpStatusCode: 404 },
    })
    const { csv } = await reportOf(client)
    expect(csv.split('\n').map(line => line.split(/,"?arn/)[0])).toEqual([
      'user',
      '<root_account>',
      '"a,b"',
      'Alice',
      'bob',
    ])
    expect(csv.endsWith('\n')).toBe(false)
  })

  test('stays the same for four hours, whatever happens in the account', async () => {
    const shared = user('alice', { keys: [key()] })
    const served = world({ accounts: [account({ users: [shared] })] })
    const sandbox = await start(served)
    const before = await reportOf(new IAMClient(as(sandbox)))
    shared.keys = []
    advance(served, 3.9 / 24)
    const cached = await reportOf(new IAMClient(as(sandbox)))
    expect(cached).toEqual(before)
    advance(served, 0.2 / 24)
    await expect(new IAMClient(as(sandbox)).send(new GetCredentialReportCommand())).rejects.toMatchObject({
      name: 'CredentialReportExpiredException',
    })
    const renewed = await reportOf(new IAMClient(as(sandbox)))
    expect(renewed.csv).not.toBe(before.csv)
  })

  test('can be frozen, so that it differs from the live account', async () => {
    const shared = user('alice', { keys: [key()] })
    const prod = account({ users: [shared] })
    const served = world({ accounts: [prod] })
    freezeReport(served, prod, 3)
    shared.keys = []
    const client = new IAMClient(as(await start(served)))
    expect((await reportOf(client)).csv).toContain('true,')
    const { AccessKeyMetadata } = await client.send(new ListAccessKeysCommand({ UserName: 'alice' }))
    expect(AccessKeyMetadata).toEqual([])
  })
})

describe('authorisation', () => {
  test('an action that the role lacks is refused in the words of AWS', async () => {
    const roles = [role({ allow: AUDIT_ACTIONS.filter(each => each !== 'iam:ListAccessKeys') })]
    const sandbox = await start(world({ accounts: [account({ users: [user('alice')], roles })] }))
    await expect(
      new IAMClient(as(sandbox)).send(new ListAccessKeysCommand({ UserName: 'alice' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/audit/earlier-step is not authorized to perform: iam:ListAccessKeys on resource: user alice because no identity-based policy allows the iam:ListAccessKeys action',
    })
  })

  test('credentials expire', async () => {
    const served = world({ accounts: [account()] })
    const sandbox = await start(served)
    const client = new IAMClient({ ...as(sandbox), systemClockOffset: 3_700_000 })
    served.clockOffsetMs += 3_700_000
    await expect(client.send(new GetAccountSummaryCommand())).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  test('a role opens to the token that its trust policy names, and to no other', async () => {
    const served = world({ accounts: [account()] })
    const sandbox = await start(served)
    const sts = new STSClient({ region: 'eu-west-1', endpoint: sandbox.url, maxAttempts: 1 })
    const assume = async (audience?: string) =>
      sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: 'arn:aws:iam::123456789012:role/audit',
          RoleSessionName: 'test',
          WebIdentityToken: await fetchToken(sandbox, audience),
        }),
      )
    const { Credentials } = await assume()
    const iam = new IAMClient({
      region: 'us-east-1',
      endpoint: sandbox.url,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    })
    expect((await iam.send(new GetAccountSummaryCommand())).SummaryMap).toMatchObject({
      AccountAccessKeysPresent: 0,
    })
    await expect(assume('sigstore')).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: 'Incorrect token audience',
    })
    served.job.immutableSub = true
    await expect(assume()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    })
  })

  test('a hub role lists the organization in pages and assumes only the roles that trust it', async () => {
    const hub = account({
      id: '100000000000',
      roles: [role({ allow: ['organizations:*', 'sts:AssumeRole'] })],
    })
    const trusting = role({ name: 'member', principals: ['arn:aws:iam::100000000000:role/audit'] })
    const members = Array.from({ length: 45 }, (_, index) =>
      account({
        id: String(200000000000 + index),
        roles: index === 7 ? [role({ name: 'member' })] : [trusting],
      }),
    )
    const served = world({ accounts: [hub, ...members], organization: organization(hub.id) })
    const sandbox = await start(served)
    const settings = as(sandbox, 'audit', hub.id)
    const pages = []
    for await (const page of paginateListAccounts({ client: new OrganizationsClient(settings) }, {})) {
      pages.push(page.Accounts?.length)
    }
    expect(pages).toEqual([20, 20, 6])
    const assume = (id: string) =>
      new STSClient(settings).send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${id}:role/member`, RoleSessionName: 'test' }),
      )
    expect((await assume('200000000001')).Credentials?.AccessKeyId).toMatch(/^ASIA/)
    await expect(assume('200000000007')).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('live calls', () => {
  test('lists are paginated, and changes show at once', async () => {
    const old = key({ ageDays: 200, usedDaysAgo: 3 })
    const alice = user('alice', { keys: [old, key()] })
    const roles = [role({ allow: ['iam:*', 'cloudtrail:LookupEvents'] })]
    const prod = account({ users: [alice], roles, pageSize: 1 })
    const sandbox = await start(world({ accounts: [prod] }))
    const client = new IAMClient(as(sandbox))
    const pages = []
    for await (const page of paginateListAccessKeys({ client }, { UserName: 'alice' }))
      pages.push(page.AccessKeyMetadata)
    expect(pages.map(page => page?.length)).toEqual([1, 1])
    const { AccessKeyLastUsed } = await client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: old.id }))
    expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 's3', Region: 'us-east-1' })
    const which = { UserName: 'alice', AccessKeyId: old.id }
    await client.send(new UpdateAccessKeyCommand({ ...which, Status: 'Inactive' }))
    expect(old.status).toBe('Inactive')
    await client.send(new DeleteAccessKeyCommand(which))
    await expect(client.send(new DeleteAccessKeyCommand(which))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
    prod.pageSize = null
    const trail = new CloudTrailClient(as(sandbox))
    const { Events } = await trail.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: old.id }],
      }),
    )
    expect(Events?.map(each => each.EventName)).toEqual(
      expect.arrayContaining(['UpdateAccessKey', 'DeleteAccessKey']),
    )
  })

  test('CloudTrail answers two requests a second, fifty events a page, for one region', async () => {
    const used = key()
    const events = Array.from({ length: 60 }, (_, index) =>
      event({ accessKeyId: used.id, daysAgo: 1 + index / 100 }),
    )
    events.push(
      event({ accessKeyId: used.id, region: 'eu-west-1' }),
      event({ accessKeyId: used.id, daysAgo: 91 }),
    )
    const sandbox = await start(
      world({ accounts: [account({ users: [user('alice', { keys: [used] })], events })] }),
    )
    const lookUp = (region: string) =>
      new CloudTrailClient(as(sandbox, 'audit', '123456789012', region)).send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: used.id }],
        }),
      )
    const first = await lookUp('us-east-1')
    expect(first.Events).toHaveLength(50)
    expect(first.NextToken).toBeDefined()
    const more = await Promise.allSettled(Array.from({ length: 10 }, () => lookUp('us-east-1')))
    expect(more).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ name: 'ThrottlingException' }),
    })
    expect((await lookUp('eu-west-1')).Events).toHaveLength(1)
  })
})

describe('faults', () => {
  const call = (sandbox: Sandbox) => new IAMClient(as(sandbox)).send(new GetAccountSummaryCommand())

  test('strike as often as they say, then no more', async () => {
    const faults: Fault[] = [{ kind: 'throttle', service: 'iam', action: 'GetAccountSummary', count: 2 }]
    const sandbox = await start(world({ accounts: [account()], faults }))
    await expect(call(sandbox)).rejects.toMatchObject({ name: 'Throttling' })
    await expect(call(sandbox)).rejects.toMatchObject({ name: 'Throttling' })
    await expect(call(sandbox)).resolves.toBeDefined()
    expect(sandbox.requests.map(each => [each.action, each.fault, each.status])).toEqual([
      ['GetAccountSummary', 'throttle', 400],
      ['GetAccountSummary', 'throttle', 400],
      ['GetAccountSummary', null, 200],
    ])
  })

  test.each(['5xx', 'reset', 'malformed', 'access-denied', 'expired-credentials', 'html-500'] as const)(
    '%s reaches the client as an error',
    async kind => {
      const sandbox = await start(
        world({ accounts: [account()], faults: [{ kind, service: 'iam', count: 1 }] }),
      )
      await expect(call(sandbox)).rejects.toThrow()
      await expect(call(sandbox)).resolves.toBeDefined()
    },
  )
})
