import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { job } from '../../sandbox/github/world.ts'
import { isGitHubWrite } from '../../sandbox/sandbox.ts'
import { account, event, key, organization, role, user, world } from '../../sandbox/world.ts'
import { gitCheckout } from './nights-support.ts'
import { audit, checkout, checkoutWithSample, issuesOf, placesOf, replay, serve } from './support.ts'

// What SECURITY.md promises and no other test shows.

const AS_OF = { 'as-of': '2026-11-24T00:00:00Z', redact: 'never' }

describe('a role that may do everything', () => {
  const stale = () =>
    user('bob', { keys: [key({ ageDays: 200, usedDaysAgo: 100 }), key({ status: 'Inactive' })] })
  const almighty = () => role({ allow: ['*'] })

  test('is only read with, whatever is switched on but remediation: apply', async () => {
    const bob = stale()
    const sandbox = await serve(
      world({
        accounts: [
          account({
            users: [bob],
            roles: [almighty()],
            events: [event({ accessKeyId: bob.keys[0]?.id ?? null })],
          }),
        ],
      }),
    )
    const limits = 'remediation: { deactivate-after-idle-days: 1, delete-after-inactive-days: 1 }\n'
    const run = await audit(
      sandbox,
      { usage: 'true', 'verify-keys': 'all', 'create-issue': 'true', remediation: 'plan' },
      { workspace: gitCheckout({ '.github/access-key-rotation.yml': limits }) },
    )
    expect(run.outputs['result']).toBe('fail')
    const aws = sandbox.requests.filter(({ service }) => service !== 'github' && service !== 'oidc')
    const asked = [...new Set(aws.map(({ action }) => action))].sort()
    expect(asked).toEqual(expect.arrayContaining(['ListAccessKeys', 'LookupEvents']))
    expect(asked.filter(action => !READS.has(action))).toEqual([])
  })

  test('leaves nothing to later steps: no credentials, no token, no path, no state', async () => {
    const run = await audit(world({ accounts: [account({ users: [stale()], roles: [almighty()] })] }), {
      'create-issue': 'true',
    })
    expect(run).toMatchObject({ env: {}, state: {}, path: [] })
    expect(Object.keys(run.outputs).filter(name => /key|token|secret/i.test(name))).toEqual([
      'active-key-count',
      'oldest-key-age-days',
    ])
  })
})

describe('a file of a pull request that is a link', () => {
  const SECRET = 'aws_secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

  function checkoutWithLink(path: string): string {
    const outside = join(mkdtempSync(join(tmpdir(), 'outside-')), 'credentials')
    writeFileSync(outside, `${SECRET}\n`)
    const workspace = checkoutWithSample()

    symlinkSync(outside, join(workspace, path))
    return workspace
  }

  test('out of the checkout is no configuration file, and none of it is shown', async () => {
    const sandbox = await serve(world({ job: job({ eventName: 'pull_request' }) }))
    const run = await replay(
      sandbox,
      { ...AS_OF, 'config-file': 'rules.yml' },
      { workspace: checkoutWithLink('rules.yml') },
    )
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('is a link that leads out of the checkout')
    for (const text of Object.values(placesOf(sandbox, run))) expect(text).not.toContain('wJalrXUtnFEMI')
  })
})

test('output-directory that is a link out of the checkout gets no file', async () => {
  const workspace = checkoutWithSample()
  const outside = mkdtempSync(join(tmpdir(), 'outside-'))
  symlinkSync(outside, join(workspace, 'audit'))
  const run = await replay(await serve(world({})), AS_OF, { workspace })
  expect(run.exitCode).toBe(1)
  expect(run.log).toContain('output-directory is, or holds, a link that leads out of the checkout.')
  expect(readdirSync(outside)).toEqual([])
})

describe('evidence that somebody has touched', () => {
  const evidence = async () => {
    const run = await audit(
      world({ accounts: [account({ users: [user('bob', { keys: [key({ ageDays: 200 })] })] })] }),
      { redact: 'never' },
    )
    const name = readdirSync(join(run.workspace, 'audit', 'evidence'))[0] ?? ''
    return JSON.parse(readFileSync(join(run.workspace, 'audit', 'evidence', name), 'utf8'))
  }

  test('in the report alone is refused by its digest, and no issue is closed over it', async () => {
    const saved = await evidence()
    saved.report.content = Buffer.from(
      Buffer.from(saved.report.content, 'base64').toString('utf8').replace('bob', 'eve'),
    ).toString('base64')
    const sandbox = await serve(world())
    const run = await replay(
      sandbox,
      { 'evidence-files': 'saved.json', 'create-issue': 'true' },
      { workspace: checkout({ 'saved.json': JSON.stringify(saved) }) },
    )
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(sandbox.requests.filter(isGitHubWrite)).toEqual([])
    expect(issuesOf(sandbox)).toEqual([])
  })

  test('is never a reason to change anything in AWS', async () => {
    const saved = await evidence()
    const sandbox = await serve(world({ accounts: [account({ roles: [role({ allow: ['*'] })] })] }))
    const run = await audit(
      sandbox,
      { 'evidence-files': 'saved.json', remediation: 'apply' },
      { workspace: checkout({ 'saved.json': JSON.stringify(saved) }) },
    )
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('remediation: apply needs keys that were looked at live')
    expect(sandbox.requests).toEqual([])
  })
})

test('an account of an organization that fails or lies changes nothing about the others', async () => {
  const hub = account({ roles: [role({ allow: ['organizations:ListAccounts', 'sts:AssumeRole'] })] })
  const member = (id: string, parts: Partial<Parameters<typeof account>[0]> = {}) =>
    account({
      id,
      roles: [role({ webIdentity: null, principals: ['arn:aws:iam::123456789012:role/audit'] })],
      users: [user('bob', { keys: [key({ ageDays: 200 })] })],
      ...parts,
    })
  const run = await audit(
    world({
      accounts: [
        hub,
        member('111122223333'),
        member('222233334444', { report: { override: '<html>::error::x</html>' } }),
      ],
      organization: organization('123456789012'),
    }),
    { 'organization-role-name': 'audit', redact: 'never' },
  )
  expect(run.outputs).toMatchObject({ result: 'error', 'stale-count': '1' })
  expect(run.result?.keys.map(({ account }) => account)).toEqual(['111122223333'])
})

const READS = new Set([
  'AssumeRoleWithWebIdentity',
  'AssumeRole',
  'GetCallerIdentity',
  // Makes AWS compute the report; it changes nothing.
  'GenerateCredentialReport',
  'GetCredentialReport',
  'ListAccessKeys',
  'GetAccessKeyLastUsed',
  'ListUserTags',
  'ListAccountAliases',
  'GetAccountSummary',
  'GetUser',
  'ListAttachedUserPolicies',
  'ListGroupsForUser',
  'ListAttachedGroupPolicies',
  'LookupEvents',
  'ListAccounts',
])
