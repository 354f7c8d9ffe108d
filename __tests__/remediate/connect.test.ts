import { DeleteAccessKeyCommand, GetAccountSummaryCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import { account, organization, remediationRoles, role, world } from '../../sandbox/world.ts'
import type { AwsSource } from '../../src/aws/source.ts'
import { openConnection } from '../../src/remediate/connect.ts'
import { AUDIT_ROLE, afterTest, request, serve } from '../gather/run.ts'

const MEMBER = 'arn:aws:iam::210987654321:role/'

describe('openConnection', () => {
  test('asks AWS as the role that audited the account, in its partition’s IAM region', async () => {
    const { requests } = await serve(world({ accounts: [account()] }))
    await summarize(connection({}), '123456789012', AUDIT_ROLE)
    expect(requests.at(-1)).toMatchObject({
      action: 'GetAccountSummary',
      account: '123456789012',
      status: 200,
    })
  })

  test('reaches a member account through the hub role', async () => {
    const member = account({
      id: '210987654321',
      roles: [role({ webIdentity: null, principals: ['arn:aws:iam::123456789012:role/audit'] })],
    })
    const hub = account({ roles: [role({ allow: ['*'] })] })
    const { requests } = await serve(
      world({ accounts: [hub, member], organization: organization('123456789012') }),
    )
    const through = connection({ organizationRoleName: 'audit' })
    await summarize(through, '210987654321', 'arn:aws:iam::210987654321:role/audit')
    expect(requests.at(-1)).toMatchObject({ action: 'GetAccountSummary', account: '210987654321' })
    await summarize(through, '123456789012', AUDIT_ROLE)
    expect(requests.at(-1)).toMatchObject({ action: 'GetAccountSummary', account: '123456789012' })
  })

  test('changes keys as the role for that alone, by the job’s token, whoever audits', async () => {
    const roles = remediationRoles()
    const member = account({
      id: '210987654321',
      roles: [
        role({ webIdentity: null, principals: [AUDIT_ROLE] }),
        ...roles.filter(({ name }) => name === 'remediation'),
      ],
    })
    const hub = account({ roles: [role({ allow: ['*'] }), ...roles.slice(1)] })
    const { requests } = await serve(
      world({ accounts: [hub, member], organization: organization('123456789012') }),
    )
    const named = connection({ organizationRoleName: 'audit' }, ['remediation'])
    const byArn = connection({ organizationRoleName: 'audit' }, [`${MEMBER}remediation`])
    for (const through of [named, byArn]) {
      const { iam, openChanging } = await through.connect(audited('210987654321', `${MEMBER}audit`))
      const changing = await openChanging?.()
      const key = { UserName: 'nobody', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }
      await expect(iam.send(new DeleteAccessKeyCommand(key))).rejects.toMatchObject({ name: 'AccessDenied' })
      await expect(changing?.send(new GetAccountSummaryCommand({}))).rejects.toMatchObject({
        name: 'AccessDenied',
      })
      await expect(changing?.send(new DeleteAccessKeyCommand(key))).rejects.toMatchObject({
        name: 'NoSuchEntityException',
      })
      expect(requests.at(-1)).toMatchObject({ action: 'DeleteAccessKey', account: '210987654321' })
    }
    const logins = requests.flatMap(({ params }) => params['RoleArn'] ?? [])
    expect(new Set(logins)).toEqual(new Set([AUDIT_ROLE, `${MEMBER}audit`, `${MEMBER}remediation`]))
    const hubs = requests
      .filter(({ action }) => action === 'AssumeRole')
      .map(({ params }) => params['RoleArn'])
    expect(new Set(hubs)).toEqual(new Set([`${MEMBER}audit`]))
  })

  test('changes keys with the credentials of the audit where no role is for that', async () => {
    await serve(world({ accounts: [account()] }))
    const { iam, openChanging } = await connection({}).connect(audited('123456789012', AUDIT_ROLE))
    expect(await openChanging?.()).toBe(iam)
  })

  test('changes nothing in an account for which no role is named', async () => {
    await serve(world({ accounts: [account(), account({ id: '210987654321' })] }))
    const roles = [AUDIT_ROLE, `${MEMBER}audit`]
    const of = connection({ roles }, [`${MEMBER}remediation`])
    expect((await of.connect(audited('123456789012', AUDIT_ROLE))).openChanging).toBeNull()
  })

  test('uses the default credential chain where no role was given', async () => {
    const sandbox = await serve(world({ accounts: [account()] }))
    Object.assign(process.env, sandbox.credentials('123456789012', 'audit'))
    await summarize(connection({ roles: [] }), '123456789012', null)
    expect(sandbox.requests.at(-1)).toMatchObject({ action: 'GetAccountSummary', status: 200 })
  })

  test('goes on with new credentials where those that AWS gave, and the token, have expired', async () => {
    const served = world({ accounts: [account()] })
    const { requests } = await serve(served)
    const { iam } = await connection({}).connect(audited('123456789012', AUDIT_ROLE))
    await iam.send(new GetAccountSummaryCommand({}))
    served.clockOffsetMs = 65 * 60_000
    await iam.send(new GetAccountSummaryCommand({}))
    expect(requests.at(-1)).toMatchObject({ action: 'GetAccountSummary', status: 200 })
  })

  test('explains a role that cannot be assumed', async () => {
    await serve(world({ accounts: [account({ roles: [role({ webIdentity: { sub: ['nobody'] } })] })] }))
    const refused = summarize(connection({}), '123456789012', AUDIT_ROLE)
    await expect(refused).rejects.toMatchObject({ name: 'UserError', remedy: expect.any(String) })
  })
})

function connection(source: Partial<AwsSource>, changeRoles: readonly string[] = []) {
  const { source: full, job } = request({ source })
  if (full.kind !== 'aws') throw new Error('not AWS')
  const opened = openConnection(full, changeRoles, job, new AbortController().signal)
  afterTest(() => opened.close())
  return opened
}

async function summarize(of: ReturnType<typeof openConnection>, id: string, role: string | null) {
  const { iam } = await of.connect(audited(id, role))
  await iam.send(new GetAccountSummaryCommand({}))
}

function audited(id: string, role: string | null) {
  return { account: { id, partition: 'aws', name: null, alias: null }, role } as const
}
