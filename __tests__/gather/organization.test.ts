import { describe, expect, test } from '@jest/globals'
import {
  type Account,
  AUDIT_ACTIONS,
  account,
  type Organization,
  organization,
  role,
  world,
} from '../../sandbox/world.ts'
import { UserError } from '../../src/domain/errors.ts'
import { accountsDigest } from '../../src/gather/organization.ts'
import { callCounts, gatherAll, type RequestParts, serve } from './run.ts'

const HUB = '100000000000'
const hubRole = `arn:aws:iam::${HUB}:role/hub`
const source = { roles: [hubRole], organizationRoleName: 'member' }

const hub = () =>
  account({
    id: HUB,
    roles: [role({ name: 'hub', allow: [...AUDIT_ACTIONS, 'organizations:ListAccounts', 'sts:AssumeRole'] })],
  })

function member(id: string, parts: Parameters<typeof account>[0] = {}): Account {
  return account({
    id,
    name: `name of ${id}`,
    roles: [role({ name: 'member', webIdentity: null, principals: [hubRole] })],
    ...parts,
  })
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => String(200_000_000_000 + n))

function org(members: Account[], parts: Partial<Organization> = {}) {
  return world({ accounts: [hub(), ...members], organization: organization(HUB, parts) })
}

const gatherOrganization = (parts: RequestParts = {}) =>
  gatherAll({ ...parts, source: { ...source, ...parts.source } })

describe('an organization', () => {
  test('is audited whole: every page, its management account by the hub’s own credentials', async () => {
    const sandbox = await serve(org(ids(45).map(id => member(id))))
    const { evidence, failed, progress } = await gatherOrganization()
    expect(failed).toEqual([])
    expect(evidence.map(({ account }) => account.id)).toEqual([HUB, ...ids(45)])
    expect(evidence[1]?.account.name).toBe('name of 200000000000')
    expect(evidence[0]?.role).toBe(hubRole)
    expect(evidence[1]?.role).toBe('arn:aws:iam::200000000000:role/member')
    expect(progress).toContainEqual({ kind: 'accounts', count: 46 })
    expect(callCounts(sandbox)).toMatchObject({
      'oidc GET token': 1,
      'sts AssumeRoleWithWebIdentity': 1,
      'sts AssumeRole': 45,
      'organizations ListAccounts': 3,
    })
  })

  test.each(['State', 'Status', 'both'] as const)(
    'leaves out accounts that are not active, by %s',
    async stateField => {
      const members = [member('200000000000'), member('200000000001', { state: 'SUSPENDED' })]
      await serve(org(members, { stateField }))
      const { gathered } = await gatherOrganization()
      expect(gathered.map(({ account }) => account.id)).toEqual([HUB, '200000000000'])
      expect(gathered.map(({ shard }) => shard?.leftOut)).toEqual(
        Array(2).fill([{ id: '200000000001', name: 'name of 200000000001', reason: 'suspended' }]),
      )
    },
  )

  test('fails an account of a state that is not known, and no other', async () => {
    await serve(org([member('200000000000'), member('200000000001', { state: 'ASLEEP' })]))
    const { evidence, failed } = await gatherOrganization()
    expect(evidence.map(({ account }) => account.id)).toEqual([HUB, '200000000000'])
    expect(failed).toMatchObject([
      { account: { id: '200000000001' }, failure: { summary: expect.stringContaining('not known') } },
    ])
  })

  test('has the digest of its list of accounts in the evidence of each', async () => {
    await serve(org(ids(2).map(id => member(id))))
    const { gathered } = await gatherOrganization()
    const list = { index: 1, count: 1, accountsDigest: accountsDigest([HUB, ...ids(2)]), accountCount: 3 }
    expect(gathered.map(({ shard }) => shard)).toEqual(Array(3).fill({ ...list, leftOut: [] }))
  })

  test('leaves out excluded accounts', async () => {
    await serve(org(ids(3).map(id => member(id))))
    const { gathered } = await gatherOrganization({ source: { excludeAccounts: [HUB, '200000000001'] } })
    expect(gathered.map(({ account }) => account.id)).toEqual(['200000000000', '200000000002'])
    expect(gathered[0]?.shard?.leftOut.map(({ id, reason }) => [id, reason])).toEqual([
      [HUB, 'excluded'],
      ['200000000001', 'excluded'],
    ])
  })

  test('from a delegated administrator has its own account audited by the member role, as all others', async () => {
    const served = org([member('200000000000')], { delegatedAdministrators: ['200000000000'] })
    const delegate = served.accounts.get('200000000000')
    delegate?.roles.set('hub', role({ name: 'hub', allow: ['organizations:ListAccounts', 'sts:AssumeRole'] }))
    const delegateHub = 'arn:aws:iam::200000000000:role/hub'
    delegate?.roles.get('member')?.principals.push(delegateHub)
    await serve(served)
    const { evidence, failed } = await gatherOrganization({ source: { roles: [delegateHub] } })
    expect(evidence.map(({ account }) => account.id)).toEqual(['200000000000'])
    expect(failed.map(({ account }) => account.id)).toEqual([HUB])
    expect(failed[0]?.failure.remedy).toContain('exclude-accounts')
  })

  test('keeps every account apart: each failure has its reason, the others are whole', async () => {
    const members = [
      member('200000000000'),
      member('200000000001', { roles: [] }),
      member('200000000002', { roles: [role({ name: 'member', allow: [], principals: [hubRole] })] }),
      member('200000000003', { report: { override: '<html>' } }),
      member('200000000004'),
      member('200000000005'),
    ]
    const served = org(members)
    served.faults.push({
      kind: 'throttle',
      service: 'iam',
      account: '200000000004',
      action: 'GenerateCredentialReport',
    })
    await serve(served, { AWS_MAX_ATTEMPTS: '1' })
    const { evidence, failed } = await gatherOrganization()
    expect(evidence.map(({ account }) => account.id)).toEqual([HUB, '200000000000', '200000000005'])
    expect(failed.map(({ account, failure }) => [account.id.slice(-1), failure.summary])).toEqual([
      ['1', 'The hub role may not assume the role in this account.'],
      ['2', 'AWS denied access while fetching the credential report.'],
      ['3', 'The credential report is an HTML or XML page, not CSV.'],
      ['4', 'AWS kept throttling the requests while fetching the credential report.'],
    ])
    for (const { failure } of failed) {
      expect(failure.remedy).not.toBe('')
      expect(failure.summary + failure.remedy).not.toMatch(/\d{12}/)
    }
  })

  test('is whole though the hub’s session ends on the way', async () => {
    const served = org(ids(4).map(id => member(id)))
    served.faults.push({
      kind: 'expired-credentials',
      service: 'sts',
      action: 'AssumeRole',
      nth: 2,
      count: 1,
    })
    const sandbox = await serve(served)
    expect((await gatherOrganization()).evidence).toHaveLength(5)
    expect(callCounts(sandbox)['sts AssumeRoleWithWebIdentity']).toBe(2)
  })

  test('at the deadline has what is finished, and the rest as failed', async () => {
    const members = [member('200000000000'), member('200000000001', { report: { polls: 1e6 } })]
    await serve(org(members))
    const { evidence, failed } = await gatherOrganization({ deadline: new Date(Date.now() + 3_000) })
    expect(evidence.map(({ account }) => account.id)).toEqual([HUB, '200000000000'])
    expect(failed.map(({ failure }) => failure.summary)).toEqual([
      'The time ran out before this account was audited.',
    ])
  })

  test('in shards is the same as in one run', async () => {
    await serve(org(ids(7).map(id => member(id))))
    const whole = await gatherOrganization()
    const shares = []
    for (const index of [1, 2, 3])
      shares.push(await gatherOrganization({ source: { shard: { index, count: 3 } } }))
    const together = shares.flatMap(({ evidence }) => evidence)
    expect(together.map(({ account }) => account.id).sort()).toEqual(
      whole.evidence.map(({ account }) => account.id),
    )
    expect(new Set(together.map(({ shard }) => shard?.accountsDigest)).size).toBe(1)
    expect(together.map(({ shard }) => shard?.accountCount)).toEqual(Array(8).fill(8))
  })

  test.each<[string, (served: ReturnType<typeof org>) => void, RegExp, RegExp]>([
    [
      'may not be listed',
      ({ accounts }) => {
        const allow = accounts.get(HUB)?.roles.get('hub')
        if (allow) allow.allow = ['sts:AssumeRole']
      },
      /could not be listed/,
      /organizations:ListAccounts/,
    ],
    [
      'is none',
      served => {
        served.organization = null
      },
      /in no organization/,
      /organization-role-name/,
    ],
    [
      'has no account left',
      ({ accounts }) => {
        for (const each of accounts.values()) each.state = 'SUSPENDED'
        const hubAccount = accounts.get(HUB)
        if (hubAccount) hubAccount.state = 'ACTIVE'
      },
      /leaves out every active account/,
      /exclude-accounts/,
    ],
    [
      'refuses the hub role',
      ({ accounts }) => {
        const trust = accounts.get(HUB)?.roles.get('hub')
        if (trust) trust.webIdentity = { sub: ['repo:other/*'] }
      },
      /refused to let this job assume/,
      /condition that accepts exactly this job/,
    ],
  ])('that %s is an error, never a pass', async (_, change, message, remedy) => {
    const served = org(ids(2).map(id => member(id)))
    change(served)
    await serve(served)
    const error = await gatherOrganization({ source: { excludeAccounts: [HUB] } }).catch(error => error)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(message)
    expect(error.remedy).toMatch(remedy)
  })
})
