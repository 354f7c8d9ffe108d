/** Keys are changed by a role of its own; where it cannot be assumed, nothing is changed and the audit stands. */
import { describe, expect, test } from '@jest/globals'
import { job } from '../../sandbox/github/world.ts'
import { type Account, account, key, type Role, remediationRoles, user, world } from '../../sandbox/world.ts'
import { gitCheckout, type Night, type NightOptions, startNights } from '../e2e/nights-support.ts'

const CONFIG = { '.github/access-key-rotation.yml': 'remediation:\n  deactivate-after-idle-days: 90\n' }
const ENVIRONMENT = 'access-key-remediation'
const FIRST = '123456789012'
const SECOND = '210987654321'
const arn = (id: string, name: string) => `arn:aws:iam::${id}:role/${name}`
const BOTH = {
  'role-to-assume': [FIRST, SECOND].map(id => arn(id, 'audit')).join('\n'),
  'remediation-role': [FIRST, SECOND].map(id => arn(id, 'remediation')).join('\n'),
}

/** Both roles as setup/ makes them, for a job that names the environment. */
function roles(changing: Partial<Role> = {}): Role[] {
  const sub = [`repo:octo-org/octo-repo:environment:${ENVIRONMENT}`]
  const [auditing, remediating] = remediationRoles({
    webIdentity: { aud: ['sts.amazonaws.com'], sub },
  })
  if (!auditing || !remediating) throw new Error('there are two')
  return [auditing, { ...remediating, ...changing }]
}

function idleIn(id: string, changing: Partial<Role> = {}, ageDays = 300): Account {
  return account({
    id,
    users: [user(`idle-${id}`, { keys: [key({ ageDays, usedDaysAgo: 200 })] })],
    roles: roles(changing),
  })
}

async function apply(accounts: Account[], { inputs, ...options }: NightOptions = {}): Promise<Night> {
  const nights = await startNights(world({ accounts, job: job({ environment: ENVIRONMENT }) }))
  const workspace = gitCheckout(CONFIG)
  return nights.night({ workspace, inputs: { ...BOTH, remediation: 'apply', ...inputs }, ...options })
}

const statuses = ({ sandbox }: Night) =>
  [...sandbox.world.accounts.values()].flatMap(({ users }) =>
    [...users.values()].flatMap(({ keys }) => keys.map(({ status }) => status)),
  )
const changing = ({ requests }: Night) =>
  requests.filter(({ action }) => /^(Update|Delete)AccessKey$/.test(action))
const reasons = ({ file }: Night) =>
  file.remediation?.changes.map(({ outcome, reason }) => [outcome, reason ?? ''])

test('each account’s keys are changed by its own role for that, and read by the role that audits', async () => {
  const night = await apply([idleIn(FIRST), idleIn(SECOND)])
  expect(statuses(night)).toEqual(['Inactive', 'Inactive'])
  const logins = night.requests.flatMap(({ params }) => params['RoleArn'] ?? []).toSorted()
  expect(logins).toEqual(
    [FIRST, SECOND].flatMap(id => [arn(id, 'audit'), arn(id, 'audit'), arn(id, 'remediation')]).toSorted(),
  )
})

test('an account for which it has no role is left alone, which is no failure', async () => {
  const night = await apply([idleIn(FIRST, {}, 400), idleIn(SECOND)], {
    inputs: { 'remediation-role': arn(SECOND, 'remediation'), 'fail-on': 'never' },
  })
  expect(statuses(night)).toEqual(['Active', 'Inactive'])
  expect(reasons(night)).toEqual([
    ['skipped', 'remediation-role names no role of this account.'],
    ['done', ''],
  ])
  expect(night.exitCode).toBe(0)
})

test('plan logs in to no role that may change a key', async () => {
  const night = await apply([idleIn(FIRST), idleIn(SECOND)], { inputs: { remediation: 'plan' } })
  expect(reasons(night)).toEqual([
    ['planned', ''],
    ['planned', ''],
  ])
  expect(night.requests.map(({ params }) => params['RoleArn'])).not.toContain(arn(FIRST, 'remediation'))
})

describe('a role for changes that refuses the job', () => {
  const branch = { webIdentity: { sub: ['repo:octo-org/octo-repo:ref:refs/heads/main'] } }

  test('is told like a refused login of the audit, changes nothing there, and hides no other account', async () => {
    const night = await apply([idleIn(FIRST, branch, 400), idleIn(SECOND)])
    expect(statuses(night)).toEqual(['Active', 'Inactive'])
    expect(reasons(night)).toEqual([
      ['skipped', expect.stringContaining('AWS refused to let this job assume the role.')],
      ['done', ''],
    ])
    expect(night.log).toContain(`"repo:octo-org/octo-repo:environment:${ENVIRONMENT}"`)
    expect(night.log).toContain(arn(FIRST, 'remediation'))
    expect(night.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^No key of this account was changed: AWS refused to let this job assume the role/,
      ),
    )
    expect(night.exitCode).toBe(1)
  })

  test('leaves the verdict of the audit as it is, and is asked once an account', async () => {
    const first = idleIn(FIRST, branch)
    first.users.set('more', user('more', { keys: [key({ ageDays: 300, usedDaysAgo: 200 })] }))
    const night = await apply([first], {
      inputs: {
        'role-to-assume': arn(FIRST, 'audit'),
        'remediation-role': arn(FIRST, 'remediation'),
        'fail-on': 'never',
      },
    })
    expect(night.outputs).toMatchObject({ result: 'fail', 'stale-count': '2', 'failed-account-count': '0' })
    expect(
      night.requests.filter(({ params }) => params['RoleArn'] === arn(FIRST, 'remediation')),
    ).toHaveLength(1)
    expect(changing(night)).toEqual([])
    expect(night.exitCode).toBe(1)
  })
})

describe('with the credentials of an earlier step', () => {
  const EARLIER = { 'role-to-assume': '', 'remediation-role': '' }

  async function earlier(login: string, inputs: Readonly<Record<string, string>>): Promise<Night> {
    const nights = await startNights(
      world({ accounts: [idleIn(FIRST)], job: job({ environment: ENVIRONMENT }) }),
    )
    return nights.night({
      workspace: gitCheckout(CONFIG),
      inputs: { ...EARLIER, remediation: 'apply', ...inputs },
      env: nights.sandbox.credentials(FIRST, login),
    })
  }

  test('a role of its own still makes the changes', async () => {
    const night = await earlier('audit', { 'remediation-role': arn(FIRST, 'remediation') })
    expect(statuses(night)).toEqual(['Inactive'])
  })

  test('and no role for them, these make the changes where they may, and fail where they may not', async () => {
    const night = await earlier('audit', {})
    expect(statuses(night)).toEqual(['Active'])
    expect(reasons(night)).toEqual([
      ['failed', expect.stringMatching(/not authorized to perform: iam:UpdateAccessKey/)],
    ])
  })
})
