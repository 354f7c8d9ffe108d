/** act, a runner of workflows that knows nothing of this project: every example as it stands, over the sandbox. Actions of others stand in as `stand-ins/`. */

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { filesOn, gitOf } from '../sandbox/github/git.ts'
import { type Access, github, job, repository } from '../sandbox/github/world.ts'
import {
  AUDIT_ACTIONS,
  account,
  key,
  organization,
  remediationRoles,
  role,
  user,
  type World,
  world,
} from '../sandbox/world.ts'
import type { DeclarationsFile } from '../src/domain/declarations-file.ts'
import type { ResultFile } from '../src/domain/result-file.ts'
import { showAlerts } from './act-alerts.ts'
import { act, DECLARING, type Ended, EXAMPLES, readJson, type Setting, type Step } from './act-run.ts'
import type { Check } from './check.ts'
import { inDirectory } from './run.ts'

const ACCOUNT = '111122223333'
const MEMBER_ROLE = 'access-key-rotation-audit-member'

/** By file: every example has one, and a new one fails until it has. */
const SHOWN: Readonly<Record<string, (setting: { artifacts: string }) => Promise<string>>> = {
  'nightly.yml': async () => showNightly({ example: 'nightly.yml', world: oneAccount() }),
  'ghes.yml': async () =>
    showNightly({
      example: 'ghes.yml',
      world: oneAccount(),
      env: { GITHUB_SERVER_URL: 'https://ghes.example.com' },
    }),
  'after-configure-aws-credentials.yml': async () => {
    const ended = await act({ example: 'after-configure-aws-credentials.yml', world: oneAccount() })
    const step = onlyStep(ended)
    assert.equal(ended.passed, false)
    assertVerdict(step, { result: 'fail', 'stale-count': '1', 'active-key-count': '3' })
    assert.equal(ended.actions.filter(action => action === 'AssumeRoleWithWebIdentity').length, 1)
    return 'logged in by an earlier step'
  },
  'alerts.yml': async () => showAlerts(oneAccount()),
  'code-scanning.yml': async ({ artifacts }) => {
    const example = 'code-scanning.yml'
    const file = join(artifacts, 'access-key-rotation.sarif')
    const refused = await act({ example, world: withActions(oneAccount(), 'none'), artifacts })
    assert.ok(refused.annotations.some(({ message }) => message === 'Resource not accessible by integration'))
    assert.ok(!existsSync(file), 'a SARIF file was taken without actions: read')
    const ended = await act({ example, world: withActions(oneAccount(), actionsOf(example)), artifacts })
    assert.equal(ended.passed, false)
    assert.deepEqual(ended.violations, [])
    assertVerdict(onlyStep(ended), { result: 'fail', 'stale-count': '1' })
    const { runs } = readJson(file) as Sarif
    const [alert, ...others] = runs.flatMap(({ results }) => results)
    assert.equal(others.length, 0)
    assert.equal(alert?.locations[0]?.physicalLocation.artifactLocation.uri, 'iam/ci.tf')
    return 'one alert, at the declaring line; refused without actions: read'
  },
  'nightly-evidence.yml': async ({ artifacts }) => {
    const ended = await act({ example: 'nightly-evidence.yml', world: oneAccount(), artifacts })
    assert.equal(ended.passed, false)
    assertVerdict(onlyStep(ended), { result: 'fail', 'stale-count': '1' })
    assert.equal(issuesOf(ended).length, 1)
    const kept = join(artifacts, 'access-key-evidence')
    const { result } = readJson(join(kept, 'result.json')) as ResultFile
    assert.equal(result, 'fail')
    for (const file of ['result.json', 'report.html', `evidence/${ACCOUNT}.json`]) {
      assert.ok(existsSync(join(kept, file)), `${file} is not in the artifact`)
      assert.match(ended.log, new RegExp(`attested access-key-audit/${file} sha256:`))
    }
    return 'evidence attested and uploaded after a failing step'
  },
  'pull-request.yml': async ({ artifacts }) => {
    await act({ example: 'nightly-evidence.yml', world: oneAccount(), artifacts })
    const outcomes: string[] = []
    for (const event of ['pull_request', 'merge_group'] as const)
      for (const { path, fails } of [
        { path: 'iam/ci.tf', fails: true },
        { path: 'README.md', fails: false },
      ]) {
        const ended = await act({ example: 'pull-request.yml', world: changing(event, path), artifacts })
        const step = onlyStep(ended)
        assert.equal(ended.passed, !fails, `${event} that changes ${path}:\n${ended.log}`)
        assertVerdict(step, { result: 'fail', 'stale-count': '1' })
        assert.deepEqual(ended.actions, [], 'a check asks AWS for nothing')
        outcomes.push(`${event} of ${path} ${fails ? 'fails' : 'passes'}`)
      }
    return outcomes.join(', ')
  },
  'pull-requests.yml': async ({ artifacts }) => {
    const git = gitOf({ 'README.md': '# A checkout\n', 'iam/ci.tf': DECLARING })
    const served = oneAccount()
    const permissions = { issues: 'write', contents: 'write', pullRequests: 'write' } as const
    served.github.repositories.set(served.job.repository, repository({ git, permissions }))
    const ended = await act({ example: 'pull-requests.yml', world: served, artifacts })
    assert.deepEqual(
      ended.steps.map(({ job }) => job),
      ['gather', 'publish'],
    )
    const [pull, ...others] = issuesOf(ended).filter(({ pullRequest }) => pullRequest)
    assert.ok(pull && others.length === 0, ended.log)
    assert.equal(pull.title, 'Add a second access key for ci')
    const [branch = ''] = [...git.refs.keys()].filter(ref => ref !== 'heads/main')
    const changed = filesOn(git, branch.replace('heads/', ''))['iam/ci.tf'] ?? ''
    assert.ok(changed.startsWith(DECLARING) && changed.includes('aws_iam_access_key" "ci_next"'), changed)
    return 'a second key is declared on a branch of its own, in a job without access to AWS'
  },
  'organization.yml': async () => {
    const ended = await act({
      example: 'organization.yml',
      world: wholeOrganization(5),
      variables: { ACCESS_KEY_AUDIT_HUB_ROLE: `arn:aws:iam::${ACCOUNT}:role/hub` },
    })
    assert.equal(ended.passed, false)
    assertVerdict(onlyStep(ended), { result: 'fail', 'account-count': '6', 'stale-count': '2' })
    assert.equal(issuesOf(ended).length, 2)
    return '6 accounts, 2 issues'
  },
  'organization-sharded.yml': async ({ artifacts }) => {
    const ended = await act({
      example: 'organization-sharded.yml',
      world: wholeOrganization(35),
      variables: { ACCESS_KEY_AUDIT_HUB_ROLE: `arn:aws:iam::${ACCOUNT}:role/hub` },
      artifacts,
    })
    assert.equal(ended.passed, false)
    const shards = ended.steps.filter(({ job }) => job === 'gather')
    assert.deepEqual(
      shards.map(({ exitCode }) => exitCode),
      Array(16).fill(0),
    )
    const [last, ...others] = ended.steps.filter(({ job }) => job === 'publish')
    assert.ok(last && others.length === 0)
    assertVerdict(last, {
      result: 'fail',
      'account-count': '36',
      'failed-account-count': '0',
      'stale-count': '2',
    })
    assert.equal(issuesOf(ended).length, 2)
    return '16 shards, 36 accounts, 2 issues'
  },
  'declarations.yml': async ({ artifacts }) => {
    const ended = await act({ example: 'declarations.yml', world: otherRepository(), artifacts })
    onlyStep(ended)
    assert.equal(ended.passed, true, ended.log)
    assert.deepEqual(ended.actions, [], 'AWS is not asked')
    const written = readJson(join(artifacts, 'access-key-declarations', 'declarations.json'))
    const { repository: name, declarations } = written as DeclarationsFile
    assert.deepEqual([name, declarations.keys.map(({ path }) => path)], ['octo-org/billing', ['iam/ci.tf']])
    return 'what the repository declares, without AWS'
  },
  'organization-declarations.yml': async ({ artifacts }) => {
    const billing = join(artifacts, 'octo-org', 'billing')
    await act({ example: 'declarations.yml', world: otherRepository(), artifacts: billing })
    const ended = await act({
      example: 'organization-declarations.yml',
      world: wholeOrganization(5, 'ci'),
      variables: {
        ACCESS_KEY_AUDIT_HUB_ROLE: `arn:aws:iam::${ACCOUNT}:role/hub`,
        DECLARATIONS_APP_CLIENT_ID: 'Iv23liStandIn',
      },
      secrets: { DECLARATIONS_APP_PRIVATE_KEY: 'stands in for a key' },
      artifacts,
    })
    assert.equal(ended.passed, false)
    const { summary } = onlyStep(ended)
    assert.match(summary, /github\.com\/octo-org\/billing\/blob\/[\da-f]{40}\/iam\/ci\.tf/)
    assert.match(ended.log, /octo-org\/search/)
    return 'keys linked to the line in another repository, and a repository without declarations told'
  },
  'remediation.yml': async () => {
    const sub = ['repo:octo-org/octo-repo:environment:access-key-remediation']
    const served = oneAccount(remediationRoles({ webIdentity: { sub } }))
    served.job.environment = 'access-key-remediation'
    const users = served.accounts.get(ACCOUNT)?.users
    users?.set('idle', user('idle', { keys: [key({ ageDays: 400 })] }))
    const ended = await act({
      example: 'remediation.yml',
      world: served,
      variables: { ACCESS_KEY_REMEDIATION_ROLE: `arn:aws:iam::${ACCOUNT}:role/remediation` },
    })
    onlyStep(ended)
    const statusOf = (name: string) => served.accounts.get(ACCOUNT)?.users.get(name)?.keys[0]?.status
    assert.equal(statusOf('idle'), 'Inactive', ended.log)
    assert.equal(statusOf('ci'), 'Active', 'a key that code declares is left alone')
    return 'the idle key is deactivated, the declared one left alone'
  },
}

export const actChecks: readonly Check[] = readdirSync(EXAMPLES).map(example => ({
  name: `act runs examples/${example}`,
  async run() {
    const show = SHOWN[example]
    assert.ok(show, 'it has no row in peers/act.ts')
    return inDirectory(async artifacts => show({ artifacts: join(artifacts, 'artifacts') }))
  },
}))

async function showNightly(setting: Setting): Promise<string> {
  const ended = await act(setting)
  const step = onlyStep(ended)
  assert.equal(ended.passed, false)
  assert.equal(step.exitCode, 1)
  assertVerdict(step, {
    result: 'fail',
    'stale-count': '1',
    'expiring-count': '1',
    'active-key-count': '3',
    'account-count': '1',
    'failed-account-count': '0',
  })
  assert.match(step.summary, /\bci\b/)
  const errors = ended.annotations.filter(({ kind }) => kind === 'error')
  assert.equal(errors.filter(({ file }) => file === 'iam/ci.tf').length, 1, ended.log)
  const [issue, ...others] = issuesOf(ended)
  assert.ok(issue && others.length === 0)
  assert.equal(step.outputs['issue-urls'], `https://github.com/octo-org/octo-repo/issues/${issue.number}`)
  return 'a stale key fails the step, at its line, and opens an issue'
}

/** The same, where the job's token has this permission. */
function withActions(served: World, actions: Access): World {
  for (const { permissions } of served.github.repositories.values()) Object.assign(permissions, { actions })
  return served
}

/** What the example's job grants its token of `actions`: act enforces no permission. */
function actionsOf(example: string): Access {
  const { jobs } = parse(readFileSync(join(EXAMPLES, example), 'utf8'))
  return jobs.audit.permissions.actions ?? 'none'
}

/** A stale key that `iam/ci.tf` declares, an expiring and a fresh one. */
function oneAccount(roles = [role()]): World {
  return world({
    accounts: [
      account({
        id: ACCOUNT,
        roles,
        users: [
          user('ci', { keys: [key({ ageDays: 91, usedDaysAgo: 1 })] }),
          user('soon', { keys: [key({ ageDays: 80 })] }),
          user('fresh', { keys: [key({ ageDays: 3 })] }),
        ],
      }),
    ],
  })
}

/** `members` accounts with a key each, the first two stale, and the management account with none. */
function wholeOrganization(members: number, name = 'service'): World {
  const hub = `arn:aws:iam::${ACCOUNT}:role/hub`
  const memberRole = role({ name: MEMBER_ROLE, webIdentity: null, principals: [hub] })
  const hubActions = ['organizations:ListAccounts', 'sts:AssumeRole', ...AUDIT_ACTIONS]
  return world({
    organization: organization(ACCOUNT),
    accounts: [
      account({ id: ACCOUNT, roles: [role({ name: 'hub', allow: hubActions })] }),
      ...Array.from({ length: members }, (_, index) =>
        account({
          id: String(200000000000 + index),
          name: `member-${index}`,
          roles: [memberRole],
          users: [user(name, { keys: [key({ ageDays: index < 2 ? 91 : 3 })] })],
        }),
      ),
    ],
  })
}

/** A run in another repository, which may log in nowhere. */
function otherRepository(): World {
  return world({
    job: job({ repository: 'octo-org/billing', idToken: false }),
    github: github({ repositories: [repository({ name: 'billing' })] }),
  })
}

/** A pull request, or a merge group, that changes one file. It may log in nowhere. */
function changing(event: 'pull_request' | 'merge_group', path: string): World {
  const served = oneAccount()
  const base = { ref: 'main', sha: '1'.repeat(40) }
  const head = { ref: 'change', sha: '2'.repeat(40), fork: false }
  const files = [{ path, status: 'modified' as const }]
  const changed = repository({
    pulls: new Map([[7, { number: 7, head, base, files }]]),
    comparisons: new Map([[`${base.sha}...${head.sha}`, files]]),
    files: new Map([[base.sha, new Map()]]),
  })
  served.github.repositories.set('octo-org/octo-repo', changed)
  const ref = event === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/gh-readonly-queue/main/pr-7'
  Object.assign(served.job, { eventName: event, ref, sha: head.sha, idToken: false })
  if (event === 'pull_request') Object.assign(served.job, { headRef: head.ref, baseRef: base.ref })
  return served
}

function onlyStep(ended: Ended): Step {
  const [step, ...others] = ended.steps
  assert.ok(step && others.length === 0, `the action ran ${ended.steps.length} times:\n${ended.log}`)
  return step
}

function assertVerdict({ outputs }: Step, expected: Readonly<Record<string, string>>): void {
  const said = Object.fromEntries(Object.keys(expected).map(name => [name, outputs[name]]))
  assert.deepEqual(said, expected)
}

function issuesOf(ended: Ended) {
  assert.deepEqual(ended.violations, [])
  return [...ended.world.github.repositories.values()].flatMap(({ issues }) => issues)
}

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } }
      }[]
    }[]
  }[]
}
