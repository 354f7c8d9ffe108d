import { describe, expect, test } from '@jest/globals'
import {
  account,
  type CloudTrailEvent,
  event,
  type Fault,
  key,
  role,
  user,
  world,
} from '../../sandbox/world.ts'
import type { Observation } from '../../src/domain/evidence.ts'
import { callCounts, checks, gatherOne, serve } from './run.ts'

function ofKind<K extends Observation['kind']>(observations: readonly Observation[], kind: K) {
  return observations.filter((each): each is Extract<Observation, { kind: K }> => each.kind === kind)
}

describe('the live look', () => {
  test.each([
    ['deleted', [{ eventName: 'DeleteUser', requestParameters: { userName: 'bob' } }], true],
    [
      'deleted by a name in other letters',
      [{ eventName: 'DeleteUser', requestParameters: { userName: 'Bob' } }],
      true,
    ],
    [
      'renamed',
      [{ eventName: 'UpdateUser', requestParameters: { userName: 'bob', newUserName: 'rob' } }],
      false,
    ],
    [
      'renamed, and another of its name deleted',
      [
        { eventName: 'UpdateUser', requestParameters: { userName: 'Bob', newUserName: 'rob' } },
        { eventName: 'DeleteUser', requestParameters: { userName: 'bob' } },
      ],
      false,
    ],
    [
      'deleted in vain',
      [{ eventName: 'DeleteUser', requestParameters: { userName: 'bob' }, errorCode: 'DeleteConflict' }],
      false,
    ],
    ['another one deleted', [{ eventName: 'DeleteUser', requestParameters: { userName: 'rob' } }], false],
    [
      'deleted long before the report',
      [{ eventName: 'DeleteUser', requestParameters: { userName: 'bob' }, daysAgo: 1 }],
      false,
    ],
    ['gone in silence', [], false],
  ])('tells whether a user who has gone since the report was deleted: %s', async (_, events, deleted) => {
    const bob = user('bob', { keys: [key({ ageDays: 100 })] })
    const served = account({
      users: [bob],
      report: { polls: 0 },
      events: events.map(each => event({ daysAgo: 0, eventSource: 'iam.amazonaws.com', ...each })),
    })
    await serve(world({ accounts: [served] }))
    await gatherOne()
    served.users.delete('bob')
    expect(ofKind((await gatherOne()).observations, 'user-gone')).toEqual([
      {
        kind: 'user-gone',
        user: 'bob',
        at: expect.any(String),
        deletedAt: deleted ? expect.any(String) : null,
      },
    ])
  })

  test('reads every page of keys', async () => {
    const keys = [key({ ageDays: 100 }), key({ ageDays: 200 })]
    await serve(world({ accounts: [account({ users: [user('bob', { keys })], pageSize: 1 })] }))
    const [listed] = ofKind((await gatherOne()).observations, 'access-keys')
    expect(listed?.keys).toHaveLength(2)
  })

  test('asks for the last use only where it can change the advice', async () => {
    const idle = key({ ageDays: 100, usedDaysAgo: 60, region: 'eu-west-1' })
    const never = key({ ageDays: 100 })
    const users = [
      user('idle', { keys: [idle] }),
      user('never', { keys: [never] }),
      user('busy', { keys: [key({ ageDays: 100, usedDaysAgo: 1 })] }),
      user('fresh', { keys: [key({ ageDays: 5 })] }),
    ]
    await serve(world({ accounts: [account({ users })] }))
    const used = ofKind((await gatherOne()).observations, 'last-used')
    expect(used.map(({ user, accessKeyId, lastUsed }) => ({ user, accessKeyId, lastUsed }))).toEqual([
      {
        user: 'idle',
        accessKeyId: idle.id,
        lastUsed: { at: idle.lastUsed?.at, region: 'eu-west-1', service: 's3' },
      },
      { user: 'never', accessKeyId: never.id, lastUsed: null },
    ])
  })

  test('reads owner tags of users with findings, and only when asked for', async () => {
    const keys = [key({ ageDays: 100 })]
    const tags = { other: 'x', owner: 'octo\n@team' }
    const users = [
      user('a', { keys, tags }),
      user('b', { keys: [key({ ageDays: 100 })] }),
      user('c', { tags }),
    ]
    const sandbox = await serve(world({ accounts: [account({ users, pageSize: 1 })] }))
    expect(ofKind((await gatherOne()).observations, 'owner-tag')).toEqual([])
    expect(callCounts(sandbox)['iam ListUserTags']).toBeUndefined()
    const tagged = ofKind((await gatherOne({ ownerTag: 'owner' })).observations, 'owner-tag')
    expect(tagged.map(({ user, value }) => [user, value])).toEqual([
      ['a', 'octo\n@team'],
      ['b', null],
    ])
  })

  test('asks for the account summary only where the report has no root row', async () => {
    const served = account({ rootKeys: [key()], report: { rootRow: false }, users: [user('a')] })
    await serve(world({ accounts: [served] }))
    expect((await gatherOne()).observations).toEqual([
      { kind: 'account-summary', at: expect.any(String), accountAccessKeysPresent: 1 },
    ])
  })

  test('lists inactive keys where that is asked for, at one call a user', async () => {
    const off = key({ ageDays: 400, status: 'Inactive' })
    const users = [user('a', { keys: [off] }), user('b', { keys: [key({ ageDays: 5 })] })]
    const sandbox = await serve(world({ accounts: [account({ users })] }))
    const { observations } = await gatherOne({ liveChecks: checks({ inactiveKeys: true }) })
    expect(ofKind(observations, 'access-keys')).toMatchObject([
      { kind: 'access-keys', user: 'a', keys: [{ accessKeyId: off.id, status: 'Inactive' }] },
    ])
    expect(callCounts(sandbox)['iam ListAccessKeys']).toBe(1)
    expect(callCounts(sandbox)['iam GetAccessKeyLastUsed']).toBeUndefined()
  })

  test('trusts the report where the policy says so', async () => {
    const sandbox = await serve(
      world({ accounts: [account({ users: [user('a', { keys: [key({ ageDays: 100 })] })] })] }),
    )
    await gatherOne({ liveChecks: checks({ verifyKeys: 'none' }) })
    expect(callCounts(sandbox)['iam ListAccessKeys']).toBeUndefined()
  })

  test('is complete in spite of throttling and resets on a tenth of all calls', async () => {
    const users = Array.from({ length: 20 }, (_, n) => user(`u${n}`, { keys: [key({ ageDays: 100 + n })] }))
    const faults: Fault[] = [
      { kind: 'throttle', service: 'iam', rate: 0.1 },
      { kind: 'reset', service: 'iam', rate: 0.07 },
    ]
    await serve(world({ accounts: [account({ users })], faults }), { AWS_MAX_ATTEMPTS: '7' })
    const { observations, refusals } = await gatherOne()
    expect(ofKind(observations, 'access-keys')).toHaveLength(20)
    expect(refusals).toEqual([])
  })

  test('gives up an action that fails three times, records it, and keeps the rest', async () => {
    const users = Array.from({ length: 10 }, (_, n) => user(`u${n}`, { keys: [key({ ageDays: 100 })] }))
    const faults: Fault[] = [{ kind: '5xx', service: 'iam', action: 'ListAccessKeys' }]
    await serve(world({ accounts: [account({ users, alias: 'prod' })], faults }), { AWS_MAX_ATTEMPTS: '1' })
    const { account: found, refusals } = await gatherOne()
    expect(found.alias).toBe('prod')
    expect(refusals.filter(({ code }) => code === 'ServiceFailure')).toHaveLength(3)
    expect(refusals.filter(({ code }) => code === 'NotAsked')).toHaveLength(1)
  })

  test('gives the same evidence for the same answers, whatever their order', async () => {
    const users = ['d', 'b', 'a', 'c'].map(name => user(name, { keys: [key({ ageDays: 100 })] }))
    await serve(world({ accounts: [account({ users })] }))
    const { observations } = await gatherOne()
    const subjects = observations.map(each => `${each.kind} ${'user' in each ? each.user : ''}`)
    expect(subjects).toEqual(subjects.toSorted())
  })
})

describe('usage', () => {
  test('is looked up in the region of last use and in that of IAM, newest first, each way of use once', async () => {
    const used = key({ ageDays: 100, usedDaysAgo: 1, region: 'eu-west-1' })
    const events = [
      ...Array.from({ length: 60 }, (_, n) =>
        event({
          accessKeyId: used.id,
          region: 'eu-west-1',
          daysAgo: 2 + n / 10,
          userAgent: 'Boto3/1.40 ::error::',
        }),
      ),
      event({ accessKeyId: used.id, daysAgo: 1, userAgent: 'x'.repeat(5000), eventName: 'GetUser' }),
      event({ accessKeyId: 'AKIAOTHER', daysAgo: 1 }),
    ]
    const sandbox = await serve(
      world({ accounts: [account({ users: [user('a', { keys: [used] })], events })] }),
    )
    const { observations, refusals } = await gatherOne({ usage: true })
    const usage = ofKind(observations, 'usage')
    expect(usage.map(({ region, uses, truncated }) => [region, uses.length, truncated])).toEqual([
      ['eu-west-1', 1, false],
      ['us-east-1', 1, false],
    ])
    expect(usage[0]?.uses[0]).toMatchObject({
      userAgent: 'Boto3/1.40 ::error::',
      sourceAddress: '203.0.113.7',
    })
    expect(usage[1]?.uses[0]?.userAgent).toHaveLength(512)
    expect(refusals).toEqual([])
    expect(callCounts(sandbox)['cloudtrail LookupEvents']).toBe(4)
  })

  test('is asked for at CloudTrail’s pace, the oldest keys first, administrators before all', async () => {
    const ages = [100, 300, 200]
    const keys = ages.map(ageDays => key({ ageDays }))
    const users = keys.map((each, n) =>
      user(`u${n}`, {
        keys: [each],
        ...(n === 0 ? { groups: ['admins'] } : {}),
      }),
    )
    const groups = new Map([['admins', { policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] }]])
    const sandbox = await serve(world({ accounts: [account({ users, groups })] }))
    const { observations } = await gatherOne({ usage: true })
    expect(ofKind(observations, 'administrator').map(({ user, policy }) => [user, policy])).toEqual([
      ['u0', 'AdministratorAccess'],
      ['u1', null],
      ['u2', null],
    ])
    const lookups = sandbox.requests.filter(({ service }) => service === 'cloudtrail')
    expect(lookups.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(
      lookups.map(
        ({ params }) => (params['LookupAttributes'] as { AttributeValue: string }[])[0]?.AttributeValue,
      ),
    ).toEqual(['UpdateAccessKey', keys[0]?.id, keys[1]?.id, keys[2]?.id])
  })

  test('is never looked up in a region of another partition, which a report may name', async () => {
    const used = key({ ageDays: 100, usedDaysAgo: 1, region: 'cn-north-1' })
    await serve(world({ accounts: [account({ users: [user('a', { keys: [used] })] })] }))
    const { observations, refusals } = await gatherOne({ usage: true })
    expect(ofKind(observations, 'usage').map(({ region }) => region)).toEqual(['us-east-1'])
    expect(refusals).toEqual([])
  })

  test('of a user whose group AWS does not let us see leaves open whether it is an administrator', async () => {
    const one = user('a', { keys: [key({ ageDays: 100 })], groups: ['admins'] })
    const groups = new Map([['admins', { policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] }]])
    const faults: Fault[] = [{ kind: 'access-denied', service: 'iam', action: 'ListAttachedGroupPolicies' }]
    await serve(world({ accounts: [account({ users: [one], groups })], faults }))
    const { observations, refusals } = await gatherOne({ usage: true })
    expect(refusals.map(({ action }) => action)).toEqual(['iam:ListAttachedGroupPolicies'])
    expect(ofKind(observations, 'administrator')).toEqual([])
  })

  test('that is denied is noted once, and the rest stays', async () => {
    const users = ['a', 'b', 'c'].map(name => user(name, { keys: [key({ ageDays: 100 })] }))
    const faults: Fault[] = [{ kind: 'access-denied', service: 'cloudtrail' }]
    const sandbox = await serve(world({ accounts: [account({ users })], faults }))
    const { observations, refusals } = await gatherOne({ usage: true })
    expect(refusals.map(({ action, code }) => [action, code])).toEqual([
      ['cloudtrail:LookupEvents', 'AccessDenied'],
    ])
    expect(ofKind(observations, 'access-keys')).toHaveLength(3)
    expect(callCounts(sandbox)['cloudtrail LookupEvents']).toBe(1)
  })

  test('that the time does not allow is recorded as not looked up, and the account is whole', async () => {
    const users = Array.from({ length: 30 }, (_, n) => user(`u${n}`, { keys: [key({ ageDays: 100 })] }))
    await serve(world({ accounts: [account({ users, report: { polls: 0 } })] }))
    const { refusals } = await gatherOne({ usage: true, deadline: new Date(Date.now() + 5_000) })
    expect(refusals.map(({ code }) => code)).toEqual(['NotAsked'])
    expect(refusals[0]?.message).toMatch(/of 30 keys were not looked up/)
  })
})

describe('status changes', () => {
  const change = (id: string, days: number, parts = {}) =>
    event({
      eventSource: 'iam.amazonaws.com',
      eventName: 'UpdateAccessKey',
      daysAgo: days,
      requestParameters: { accessKeyId: id, userName: 'a', status: 'Inactive' },
      ...parts,
    })
  const observed = async (events: CloudTrailEvent[], parts = {}) => {
    const users = [user('a', { keys: [key()] })]
    await serve(world({ accounts: [account({ users, events, ...parts })] }))
    const { observations, refusals } = await gatherOne()
    return { changes: ofKind(observations, 'status-changes')[0], refusals }
  }

  test('are those of all keys of 90 days, newest first, but of requests that failed', async () => {
    const events = [
      change('AKIAONE', 50),
      change('AKIAONE', 40, {
        requestParameters: { accessKeyId: 'AKIAONE', status: 'Active' },
        userName: 'b',
      }),
      change('AKIATWO', 3, { requestParameters: {} }),
      change('AKIATWO', 2, { errorCode: 'AccessDenied' }),
      change('AKIATWO', 1, { eventName: 'GetAccessKeyLastUsed' }),
      change('AKIAOLD', 91),
    ]
    const { changes } = await observed(events)
    expect(changes).toEqual({
      kind: 'status-changes',
      at: expect.any(String),
      since: expect.any(String),
      truncated: false,
      changes: [
        { at: events[2]?.at, user: null, accessKeyId: null, status: null },
        { at: events[1]?.at, user: 'b', accessKeyId: 'AKIAONE', status: 'Active' },
        { at: events[0]?.at, user: 'a', accessKeyId: 'AKIAONE', status: 'Inactive' },
      ],
    })
    expect(Date.parse(changes?.at ?? '') - Date.parse(changes?.since ?? '')).toBe(90 * 86_400_000)
  })

  test('reach back no further than they were read', async () => {
    const events = Array.from({ length: 30 }, (_, days) => change('AKIAONE', days))
    const { changes } = await observed(events, { pageSize: 1 })
    const oldest = changes?.changes.at(-1)?.at ?? ''
    expect(changes?.truncated).toBe(true)
    expect(Date.parse(changes?.since ?? '') - Date.parse(oldest)).toBe(1000)
    expect(changes?.changes).toHaveLength(20)
  })

  test('that CloudTrail may not tell are no evidence of none', async () => {
    const { changes, refusals } = await observed([], { roles: [role({ allow: ['iam:*'] })] })
    expect(changes).toBeUndefined()
    expect(refusals.map(({ action, code }) => [action, code])).toEqual([
      ['cloudtrail:LookupEvents', 'AccessDenied'],
    ])
  })
})
