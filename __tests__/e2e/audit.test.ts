import { describe, expect, test } from '@jest/globals'
import { freezeReport, renderReport } from '../../sandbox/aws/report.ts'
import { isGitHubWrite } from '../../sandbox/sandbox.ts'
import {
  AUDIT_ACTIONS,
  account,
  daysAgo,
  deleteUser,
  event,
  key,
  role,
  type User,
  user,
  type World,
  world,
} from '../../sandbox/world.ts'
import { rendered, textOf } from '../publish/rendered.ts'
import { audit, callsOf, checkout, checkoutWithSample, issuesOf, keysOf, replay, serve } from './support.ts'

const ACCOUNT = '123456789012'

describe('the sample report as of 2026-11-24', () => {
  const run = replayOnce({ 'as-of': '2026-11-24T00:00:00Z' })

  test('has seven stale keys of twelve active ones, and fails the step', async () => {
    const { exitCode, outputs } = await run()
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      result: 'fail',
      'stale-count': '7',
      'expiring-count': '2',
      'exempt-count': '0',
      'active-key-count': '12',
      'oldest-key-age-days': '1980',
      'account-count': '1',
      'failed-account-count': '0',
    })
  })

  test('has exactly these keys', async () => {
    const keys = keysOf(await run()).map(({ state, user, ageDays }) => `${state} ${user} ${ageDays}`)
    expect(keys.sort()).toEqual([
      'expiring data-export 89',
      'expiring exactly-ninety 90',
      'fresh alice 12',
      'fresh ci-deployer 20',
      'fresh rotating 28',
      'inactive data-export 500',
      'stale bob@example.com 91',
      'stale ci-deployer 412',
      'stale legacy-backup 1980',
      'stale one-second-over 90',
      'stale rotating 120',
      'stale two-stale 200',
      'stale two-stale 300',
    ])
  })

  test('says so in summary, annotations and log', async () => {
    const { summary, annotations, droppedAnnotations, log } = await run()
    expect(summary).toMatch(/^## 7 of 12 active access keys are over 90 days\n/)
    const verdict = '7 of 12 active access keys are over 90 days; oldest: legacy-backup, 1,980 days'
    expect(annotations.filter(({ kind }) => kind === 'error').at(-1)?.message).toBe(verdict)
    expect(annotations.filter(({ kind }) => kind === 'error')).toHaveLength(8)
    expect(droppedAnnotations).toEqual([])
    expect(log.trimEnd().split('\n').at(-1)).toBe(`Error: ${verdict}`)
  })
})

describe('calls', () => {
  const healthy = Array.from({ length: 25 }, (_, index) => user(`healthy-${index}`, { keys: [key()] }))
  const stale = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      user(`stale-${index}`, { keys: [key({ ageDays: 100 + index, usedDaysAgo: 1 })] }),
    )

  test.each([0, 1, 3, 40])('%d users with findings cost one call each, all else is once', async count => {
    const { exitCode, sandbox } = await audit(
      world({ accounts: [account({ users: [...healthy, ...stale(count)] })] }),
    )
    expect(exitCode).toBe(count === 0 ? 0 : 1)
    const { 'iam GenerateCredentialReport': polls, ...calls } = callsOf(sandbox)
    expect(polls).toBeLessThanOrEqual(3)
    expect(calls).toEqual({
      'cloudtrail LookupEvents': 1,
      'oidc GET token': 1,
      'sts AssumeRoleWithWebIdentity': 1,
      'iam GetCredentialReport': 1,
      'iam ListAccountAliases': 1,
      ...(count === 0 ? {} : { 'iam ListAccessKeys': count }),
    })
  })

  test('a report without its root row costs one GetAccountSummary', async () => {
    const { sandbox, outputs } = await audit(
      world({ accounts: [account({ users: healthy, report: { rootRow: false } })] }),
    )
    expect(outputs['result']).toBe('pass')
    expect(callsOf(sandbox)).toMatchObject({ 'iam GetAccountSummary': 1 })
    expect(callsOf(sandbox)).not.toHaveProperty('iam ListAccessKeys')
  })
})

describe('what changed since the report was made', () => {
  const since: readonly (readonly [string, (name: string, world: World) => void])[] = [
    ['rotated', (name, served) => edit(served, name, it => ({ ...it, keys: [key({ ageDays: 0.1 })] }))],
    [
      'deactivated',
      (name, served) =>
        edit(served, name, it => ({ ...it, keys: it.keys.map(each => ({ ...each, status: 'Inactive' })) })),
    ],
    ['deleted', (name, served) => edit(served, name, it => ({ ...it, keys: [] }))],
    ['user-deleted', (name, served) => deleteUser(served, prod(served), name)],
  ]

  test('a key rotated, deactivated or deleted since, or whose user was deleted, is no finding', async () => {
    const served = world({
      accounts: [account({ users: since.map(([name]) => user(name, { keys: [key({ ageDays: 200 })] })) })],
    })
    freezeReport(served, prod(served))
    for (const [name, change] of since) change(name, served)
    const run = await audit(served)
    expect(run.exitCode).toBe(0)
    expect(run.outputs).toMatchObject({ result: 'pass', 'stale-count': '0', 'active-key-count': '1' })
    expect(keysOf(run).map(({ user, state }) => [user, state])).toEqual(
      expect.arrayContaining([
        ['rotated', 'fresh'],
        ['deactivated', 'inactive'],
      ]),
    )
    expect(callsOf(run.sandbox)).toMatchObject({ 'iam ListAccessKeys': 4 })
  })

  test('a key switched off and on, which looks young in the report, is looked at, and judged by its creation', async () => {
    const toggled = key({ ageDays: 400, usedDaysAgo: 1, reportedRotation: daysAgo(3) })
    const events = [
      event({
        daysAgo: 3,
        eventName: 'UpdateAccessKey',
        requestParameters: { userName: 'toggled', accessKeyId: toggled.id, status: 'Active' },
      }),
    ]
    const served = account({ users: [user('toggled', { keys: [toggled] })], events })
    const run = await audit(world({ accounts: [served] }))
    expect(run.outputs['result']).toBe('fail')
    expect(keysOf(run)).toMatchObject([{ id: toggled.id, state: 'stale', ageDays: 400, verified: 'live' }])
    for (const role of served.roles.values())
      role.allow.splice(role.allow.indexOf('cloudtrail:LookupEvents'), 1)
    const withoutTrail = await audit(world({ accounts: [served] }))
    expect(withoutTrail.outputs['result']).toBe('fail')
    for (const role of served.roles.values()) role.allow.push('cloudtrail:LookupEvents')
    for (const role of served.roles.values()) role.allow.splice(role.allow.indexOf('iam:ListAccessKeys'), 1)
    const withoutLook = await audit(world({ accounts: [served] }))
    expect(withoutLook.outputs['result']).toBe('error')
    expect(withoutLook.log).toContain('toggled · has a key that was switched off or on')
  })

  test('a key used before its own last rotation is looked at, and judged by its creation', async () => {
    const toggled = key({ ageDays: 400, usedDaysAgo: 60, reportedRotation: daysAgo(20) })
    const run = await audit(world({ accounts: [account({ users: [user('toggled', { keys: [toggled] })] })] }))
    expect(keysOf(run)).toMatchObject([
      { id: toggled.id, state: 'stale', ageDays: 400, createdAt: toggled.createdAt, verified: 'live' },
    ])
    expect(run.outputs['result']).toBe('fail')
  })

  test('without iam:ListAccessKeys there is still a verdict, and it says that nothing was verified', async () => {
    const allow = AUDIT_ACTIONS.filter(each => each !== 'iam:ListAccessKeys')
    const users = [
      user('bob', { keys: [key({ ageDays: 91 })] }),
      user('eve', { keys: [key({ ageDays: 99 })] }),
    ]
    const run = await audit(world({ accounts: [account({ users, roles: [role({ allow })] })] }))
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '2' })
    expect(keysOf(run)).toMatchObject([
      { user: 'eve', verified: 'report', accessKeyId: null },
      { user: 'bob', verified: 'report', accessKeyId: null },
    ])
    for (const text of [run.summary, run.log]) {
      expect(text?.match(/iam:ListAccessKeys/g)).toHaveLength(1)
      expect(text).toMatch(/not (verified|checked) live|unverified/)
    }
  })
})

describe('a date that is none', () => {
  test.each(['N/A', '', 'no_information', 'soon', '2026-02-30T00:00:00Z'])(
    '%j in an active key’s cell fails, names cell and row, and leaves the rest alone',
    async cell => {
      const users = [
        user('alice', { keys: [key()] }),
        user('broken', { keys: [key({ reportedRotation: cell })] }),
        user('carol', { keys: [key({ ageDays: 300 })] }),
      ]
      const csv = renderReport(account({ users }))
      const asOf = { 'as-of': new Date().toISOString() }
      const run = await replay(world(), asOf, { workspace: checkout({ 'report.csv': csv }) })
      expect(run.exitCode).toBe(1)
      expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '2', 'active-key-count': '3' })
      expect(keysOf(run).map(({ user, state, unreadable }) => ({ user, state, unreadable }))).toEqual([
        {
          user: 'broken',
          state: 'stale',
          unreadable: { row: 4, column: 'access_key_1_last_rotated', value: cell },
        },
        { user: 'carol', state: 'stale', unreadable: null },
        { user: 'alice', state: 'fresh', unreadable: null },
      ])
      for (const text of [textOf(rendered(run.summary ?? '')), run.log])
        expect(text).toMatch(/line 4, column access_key_1_last_rotated/i)
    },
  )
})

describe('identity', () => {
  const twins = { createdAt: daysAgo(200) }
  const denied = [role({ allow: AUDIT_ACTIONS.filter(each => each !== 'iam:ListAccessKeys') })]

  test.each([
    ['looked at live', [role()]],
    ['by the report alone', denied],
  ])('two keys of one user, made in the same second too, are two findings, %s', async (_, roles) => {
    const users = [
      user('pair', { keys: [key({ ageDays: 300 }), key({ ageDays: 250 })] }),
      user('twins', { keys: [key(twins), key(twins)] }),
    ]
    const run = await audit(world({ accounts: [account({ users, roles })] }), { 'create-issue': 'true' })
    const keys = keysOf(run)
    expect(keys.map(({ user, state }) => `${user} ${state}`)).toEqual([
      'pair stale',
      'pair stale',
      'twins stale',
      'twins stale',
    ])
    expect(new Set(keys.map(({ id }) => id)).size).toBe(4)
    expect(issuesOf(run.sandbox)).toMatchObject([
      { title: expect.stringMatching(/^4 stale AWS access keys/) },
    ])
  })

  test.each([
    ['looked at live', [role()]],
    ['by the report alone', denied],
  ])('slots that swap between two nights give no new finding and no comment, %s', async (_, roles) => {
    const swapping = user('swapping', { keys: [key({ ageDays: 300 }), key({ ageDays: 200 })] })
    const served = world({
      accounts: [account({ users: [swapping, user('twins', { keys: [key(twins), key(twins)] })], roles })],
    })
    const sandbox = await serve(served)
    const first = await audit(sandbox, { 'create-issue': 'true' })
    for (const each of prod(served).users.values()) each.keys.reverse()
    prod(served).report.existing = null
    sandbox.requests.length = 0
    const second = await audit(sandbox, { 'create-issue': 'true' })
    expect(
      keysOf(second)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(
      keysOf(first)
        .map(({ id }) => id)
        .sort(),
    )
    expect(issuesOf(sandbox)).toMatchObject([{ comments: [] }])
    expect(sandbox.requests.filter(isGitHubWrite)).toEqual([])
  })
})

describe('the root user', () => {
  test.each([
    ['a key', 'error', [key()], AUDIT_ACTIONS, /root user has an access key.*age/is],
    ['no key', 'pass', [], AUDIT_ACTIONS, null],
    [
      'nobody may say what',
      'error',
      [key()],
      AUDIT_ACTIONS.filter(each => each !== 'iam:GetAccountSummary'),
      /root user (was )?not evaluated/i,
    ],
  ] as const)(
    'missing from the report, with %s, is a case of %s',
    async (_, result, rootKeys, allow, said) => {
      const run = await audit(
        world({
          accounts: [
            account({
              users: [user('alice', { keys: [key()] })],
              rootKeys: [...rootKeys],
              roles: [role({ allow: [...allow] })],
              report: { rootRow: false },
            }),
          ],
        }),
      )
      expect(run.outputs['result']).toBe(result)
      const text = `${run.summary}\n${run.log}`
      if (said === null) expect(text).not.toMatch(/root/i)
      else expect(text).toMatch(said)
    },
  )

  test('with a fresh key is warned about, and with a stale one fails', async () => {
    const fresh = await audit(world({ accounts: [account({ rootKeys: [key({ ageDays: 3 })] })] }))
    expect(fresh.outputs).toMatchObject({ result: 'pass', 'active-key-count': '1' })
    expect(fresh.annotations).toMatchObject([
      { kind: 'warning', title: `The root user of ${ACCOUNT} has an access key` },
    ])
    expect(fresh.summary).toMatch(/root user/i)
    const stale = await audit(world({ accounts: [account({ rootKeys: [key({ ageDays: 93 })] })] }))
    expect(stale.outputs['result']).toBe('fail')
    const [found] = keysOf(stale)
    expect(found).toMatchObject({ root: true, state: 'stale' })
    const steps = [found?.next, ...(found?.later ?? [])].map(step => step?.action)
    expect(steps).toContain('delete-root-key')
    expect(steps).not.toContain('create-key')
    expect(callsOf(stale.sandbox)).not.toHaveProperty('iam ListAccessKeys')
  })
})

function prod(served: World) {
  const found = served.accounts.get(ACCOUNT)
  if (found === undefined) throw new Error(`no account ${ACCOUNT}`)
  return found
}

function edit(served: World, name: string, change: (user: User) => User): void {
  const found = prod(served).users.get(name)
  if (found !== undefined) prod(served).users.set(name, change(found))
}

/** One run over the sample for several tests. */
function replayOnce(inputs: Record<string, string>) {
  let run: ReturnType<typeof replay> | null = null
  return () => {
    run ??= replay(world(), inputs, { workspace: checkoutWithSample() })
    return run
  }
}
