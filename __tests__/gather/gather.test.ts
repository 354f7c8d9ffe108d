import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { account, key, role, user, world } from '../../sandbox/world.ts'
import { callCounts, failOne, gatherAll, gatherOne, serve } from './run.ts'

describe('an account', () => {
  test('without findings costs one token, one role, the report, the alias, one look at status changes, and nothing a user', async () => {
    const users = Array.from({ length: 40 }, (_, n) => user(`user-${n}`, { keys: [key({ ageDays: n + 2 })] }))
    const sandbox = await serve(
      world({ accounts: [account({ users, alias: 'prod', report: { polls: 0 } })] }),
    )
    const evidence = await gatherOne()
    expect(evidence.account).toEqual({ id: '123456789012', partition: 'aws', name: null, alias: 'prod' })
    expect(evidence.observations.map(({ kind }) => kind)).toEqual(['status-changes'])
    expect(callCounts(sandbox)).toEqual({
      'cloudtrail LookupEvents': 1,
      'iam GenerateCredentialReport': 1,
      'iam GetCredentialReport': 1,
      'iam ListAccountAliases': 1,
      'oidc GET token': 1,
      'sts AssumeRoleWithWebIdentity': 1,
    })
  })

  test('gives its report byte for byte with its SHA-256', async () => {
    const override = Buffer.from(
      `user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service\r\n<root_account>,arn:aws:iam::123456789012:root,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A`,
    )
    await serve(world({ accounts: [account({ report: { override } })] }))
    const { report } = await gatherOne()
    expect(Buffer.from(report.content, 'base64').equals(override)).toBe(true)
    expect(report.sha256).toBe(createHash('sha256').update(override).digest('hex'))
    expect(report.generatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })

  test('has each user with a stale key looked at once', async () => {
    const stale = key({ ageDays: 91 })
    const users = [user('alice', { keys: [key({ ageDays: 1 })] }), user('bob', { keys: [stale] })]
    const sandbox = await serve(world({ accounts: [account({ users })] }))
    const evidence = await gatherOne()
    expect(callCounts(sandbox)['iam ListAccessKeys']).toBe(1)
    expect(evidence.observations.filter(({ kind }) => kind === 'access-keys')).toEqual([
      {
        kind: 'access-keys',
        user: 'bob',
        at: expect.any(String),
        keys: [{ accessKeyId: stale.id, status: 'Active', createdAt: stale.createdAt }],
      },
    ])
  })

  test('whose optional permissions are missing says so once for each action', async () => {
    const users = Array.from({ length: 30 }, (_, n) => user(`user-${n}`, { keys: [key({ ageDays: 100 })] }))
    const allow = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport']
    const sandbox = await serve(
      world({ accounts: [account({ users, roles: [role({ allow })], report: { rootRow: false } })] }),
    )
    const { refusals, observations } = await gatherOne({ ownerTag: 'owner', usage: true })
    expect(observations).toEqual([])
    expect(refusals.map(({ action, code, user }) => ({ action, code, user }))).toEqual(
      [
        'cloudtrail:LookupEvents',
        'iam:GetAccountSummary',
        'iam:ListAccessKeys',
        'iam:ListAccountAliases',
        'iam:ListAttachedUserPolicies',
        'iam:ListGroupsForUser',
        'iam:ListUserTags',
      ].map(action => ({ action, code: 'AccessDenied', user: null })),
    )
    expect(callCounts(sandbox)['iam ListAccessKeys']).toBe(1)
  })

  test('whose users have no key is not asked about status changes', async () => {
    const sandbox = await serve(world({ accounts: [account({ users: [user('a')] })] }))
    await gatherOne()
    expect(callCounts(sandbox)['cloudtrail LookupEvents']).toBeUndefined()
  })

  test('of several is whole though another one fails', async () => {
    const accounts = ['111111111111', '222222222222', '333333333333'].map(id =>
      account({ id, ...(id.startsWith('2') ? { roles: [] } : {}) }),
    )
    await serve(world({ accounts }))
    const roles = accounts.map(({ id }) => `arn:aws:iam::${id}:role/audit`)
    const { evidence, failed, progress } = await gatherAll({ source: { roles } })
    expect(evidence.map(({ account }) => account.id)).toEqual(['111111111111', '333333333333'])
    expect(failed.map(({ account }) => account.id)).toEqual(['222222222222'])
    expect(progress).toContainEqual({ kind: 'accounts', count: 3 })
  })

  test.each([[-1], [1]])('fails where the clock of the runner is %d hour off', async hours => {
    await serve(world({ accounts: [account()], clockOffsetMs: hours * 3_600_000 }))
    expect((await failOne()).failure).toMatchObject({
      summary: expect.stringContaining('differs from that of AWS by 60 minutes'),
      remedy: expect.stringContaining('NTP'),
    })
  })

  test('whose report names another account fails', async () => {
    const served = account({ users: [user('a')] })
    await serve(
      world({
        accounts: [served],
        faults: [
          {
            kind: 'edited',
            service: 'iam',
            action: 'GetCredentialReport',
            edit: { pattern: /<Content>[^<]*/, by: `<Content>${foreign}` },
          },
        ],
      }),
    )
    expect((await failOne()).failure.summary).toContain('another account')
  })
})

const foreign = Buffer.from(
  'user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service\n<root_account>,arn:aws:iam::210987654321:root,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A',
).toString('base64')
