import { describe, expect, test } from '@jest/globals'
import { github, job, repository } from '../../sandbox/github/world.ts'
import { AUDIT_ACTIONS, account, key, role, user, type World, world } from '../../sandbox/world.ts'
import { audit, callsOf, serve } from './support.ts'

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
  test('says on workflow_dispatch what the run may do, and costs no call', async () => {
    const [quiet, loud] = [await serve(scene()), await serve(scene({ event: 'workflow_dispatch' }))]
    expect((await audit(quiet, ISSUE)).log).not.toContain('Set-up check')
    const { log } = await audit(loud, ISSUE)
    for (const line of [
      'ok: OIDC token',
      'ok: credentials of AWS (in 1 of 1 account)',
      'ok: iam:GetCredentialReport (in 1 of 1 account)',
      'ok: iam:ListAccessKeys',
      'not needed: iam:ListUserTags (the configuration file names no owners.tag)',
      'ok: issues (`issues: write`)',
    ])
      expect(log).toContain(line)
    expect(callsOf(loud)).toEqual(callsOf(quiet))
  })

  test('names the permission that is missing, and on a schedule leaves it to the note of the account', async () => {
    const without = ['iam:ListAccessKeys']
    expect((await audit(scene({ without }))).log).not.toContain('Set-up check')
    const { log } = await audit(scene({ without, event: 'workflow_dispatch' }))
    expect(log).toMatch(/Set-up check: 1 line to look at/)
    expect(log).toMatch(/missing: iam:ListAccessKeys \(in 1 of 1 account that asked; .*Allow it on "\*"/)
  })

  test('says not reached of what comes after the first failure', async () => {
    const served = scene()
    served.job.idToken = false
    const { log, outputs } = await audit(served, ISSUE)
    expect(outputs['result']).toBe('error')
    expect(log).toMatch(/missing: OIDC token \(the run's error says why.*id-token: write/s)
    for (const what of ['credentials of AWS', 'iam:GetCredentialReport', 'iam:ListAccessKeys', 'issues'])
      expect(log).toContain(`not reached: ${what}`)
  })

  test('says of a refused role that no account gave credentials', async () => {
    const served = scene()
    for (const { roles } of served.accounts.values()) roles.clear()
    const { log } = await audit(served)
    expect(log).toMatch(/ok: OIDC token/)
    expect(log).toMatch(/failed: credentials of AWS/)
    expect(log).toContain('not reached: iam:GenerateCredentialReport')
  })
})
