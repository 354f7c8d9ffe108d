import { describe, expect, test } from '@jest/globals'
import { github, job, repository } from '../../sandbox/github/world.ts'
import { AUDIT_ACTIONS, account, key, role, user, type World, world } from '../../sandbox/world.ts'
import { audit, callsOf, checkout, ROLE, serve } from './support.ts'

const ID = '123456789012'
const ISSUE = { 'create-issue': 'true' }

function scene({ without = [] as string[], event = 'schedule' } = {}): World {
  const allow = AUDIT_ACTIONS.filter(action => !without.includes(action))
  return world({
    job: job({ eventName: event }),
    accounts: [
      account({
        roles: [role({ allow })],
        users: [user('bob', { keys: [key({ ageDays: 91, usedDaysAgo: 1 })] })],
      }),
    ],
    github: github({ repositories: [repository()] }),
  })
}

describe('the set-up check', () => {
  test('of a run that is started by hand is its first output, and tries each permission before the audit', async () => {
    const served = await serve(scene({ event: 'workflow_dispatch' }))
    const { log } = await audit(served, ISSUE)
    const [first, ...lines] = log.split('\n').filter(line => !line.startsWith('::'))
    expect(first).toBe('Set-up check')
    expect(
      lines.slice(
        0,
        lines.findIndex(line => !line.startsWith('  ')),
      ),
    ).toEqual([
      '  ok: OIDC token',
      '  ok: sts:AssumeRoleWithWebIdentity (in 1 account)',
      '  ok: iam:GenerateCredentialReport (in 1 of 1 account)',
      '  ok: iam:GetCredentialReport (in 1 of 1 account)',
      '  ok: iam:ListAccountAliases (in 1 of 1 account)',
      '  ok: iam:ListAccessKeys (in 1 of 1 account)',
      '  not tried: iam:GetAccessKeyLastUsed',
      '  not needed: iam:ListUserTags (the configuration file names no owners.tag)',
      '  ok: iam:GetAccountSummary (in 1 of 1 account)',
      '  ok: cloudtrail:LookupEvents (in 1 of 1 account)',
      '  not needed: iam:ListAttachedUserPolicies (usage is false)',
      '  not needed: iam:ListGroupsForUser (usage is false)',
      '  not needed: iam:ListAttachedGroupPolicies (usage is false)',
      '  none: checkout (run actions/checkout before this step, with `contents: read`)',
      '  not tried: issues (`issues: write`) (the issues were read; nothing was to be written yet)',
    ])
    expect(log).toContain('Audit of access keys older than 90 days')
  })

  test('says of a checkout what was not read of it', async () => {
    const workspace = checkout({ 'a.tf': '' })
    const { log } = await audit(scene({ event: 'workflow_dispatch' }), {}, { workspace })
    expect(log).toContain('  in part: checkout (the workspace is no git checkout, so that nothing tells')
  })

  test('costs a nightly run no call and no line', async () => {
    const served = await serve(scene())
    expect((await audit(served, ISSUE)).log).not.toContain('Set-up check')
    expect(callsOf(served)).toMatchObject({ 'iam ListAccessKeys': 1, 'cloudtrail LookupEvents': 1 })
  })

  test('names the permission that is missing, and on a schedule leaves it to the note of the account', async () => {
    const without = ['iam:ListAccessKeys']
    const nightly = await audit(scene({ without }))
    expect(nightly.log + nightly.summary).not.toContain('Set-up check')
    const { log } = await audit(scene({ without, event: 'workflow_dispatch' }))
    expect(log).toMatch(/^Set-up check: 1 line to look at/m)
    expect(log).toMatch(/missing: iam:ListAccessKeys \(in 1 of 1 account that asked; .*allow it on "\*"/)
  })

  test.each(['iam:GenerateCredentialReport', 'iam:GetCredentialReport'])(
    'names %s where it alone is missing, before the error of the run',
    async action => {
      const { log } = await audit(scene({ without: [action] }))
      expect(log).toMatch(new RegExp(`missing: ${action} \\(in 1 of 1 account that asked.*Error: `, 's'))
      expect(log.match(/missing: /g)).toHaveLength(1)
    },
  )

  test('stands folded in the job summary, too, where an account failed and the audit went on', async () => {
    const served = scene()
    const other = account({ id: '210987654321', roles: [] })
    served.accounts.set(other.id, other)
    const { log, summary } = await audit(served, {
      'role-to-assume': `${ROLE}\n${ROLE.replace(ID, other.id)}`,
    })
    expect(summary).toContain('bob')
    const refused = /(failed|missing): sts:AssumeRoleWithWebIdentity \(in 1 of 2 accounts that asked;/
    for (const told of [log, summary?.split('<details><summary>Set-up check: 1 line to look at').at(-1)]) {
      expect(told).toMatch(refused)
      expect(told).toContain('ok: iam:GenerateCredentialReport (in 1 of 2 accounts)')
    }
  })

  test('says not tried of what comes after the first failure', async () => {
    for (const event of ['schedule', 'workflow_dispatch']) {
      const served = scene({ event })
      served.job.idToken = false
      const { log, outputs } = await audit(served, ISSUE)
      expect(outputs['result']).toBe('error')
      expect(log).toMatch(/missing: OIDC token \(the run's error says why.*id-token: write/s)
      for (const what of ['sts:Assume', 'iam:GetCredentialReport', 'iam:ListAccessKeys', 'issues'])
        expect(log).toContain(`not tried: ${what}`)
      expect(log.match(/Set-up check/g)).toHaveLength(1)
    }
  })

  test('says of a refused role that nothing was asked in its name', async () => {
    const served = scene()
    for (const { roles } of served.accounts.values()) roles.clear()
    const { log } = await audit(served)
    expect(log).toMatch(/ok: OIDC token/)
    expect(log).toMatch(/(failed|missing): sts:AssumeRoleWithWebIdentity/)
    expect(log).toContain('not tried: iam:GenerateCredentialReport')
  })

  test('says of a hub that may not list accounts that it logged in', async () => {
    const served = scene({ without: ['organizations:ListAccounts'] })
    const { log } = await audit(served, { 'organization-role-name': 'audit-member' })
    expect(log).toContain('ok: sts:AssumeRoleWithWebIdentity')
    expect(log).toMatch(/missing: organizations:ListAccounts .*delegated administrator/)
    expect(log).toContain('not tried: sts:AssumeRole')
  })
})
