/** act, a runner of workflows that knows nothing of this project: every example as it stands, over the sandbox. Actions of others stand in as `stand-ins/`. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readPairs } from '../sandbox/file-commands.ts'
import { repository } from '../sandbox/github/world.ts'
import { eventPayload } from '../sandbox/job.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import {
  AUDIT_ACTIONS,
  account,
  key,
  organization,
  REMEDIATION_ACTIONS,
  role,
  user,
  type World,
  world,
} from '../sandbox/world.ts'
import type { ResultFile } from '../src/domain/result-file.ts'
import type { Check } from './check.ts'
import { PROJECT, tool } from './install.ts'
import { inDirectory, run } from './run.ts'

const STAND_INS = join(PROJECT, 'peers', 'stand-ins')
const EXAMPLES = join(PROJECT, 'examples')
const THIS_ACTION = 'aws-access-key-rotation-audit/aws-access-key-rotation-audit@v1.0.0'
const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/audit`
const MEMBER_ROLE = 'access-key-rotation-audit-member'

/** How one workflow ended. */
interface Ended {
  readonly passed: boolean
  readonly log: string
  readonly annotations: readonly {
    readonly kind: string
    readonly message: string
    readonly file: string | null
  }[]
  /** What each step of this action left. */
  readonly steps: readonly Step[]
  readonly world: World
  /** GitHub requests and answers that contradict GitHub's OpenAPI description. */
  readonly violations: readonly string[]
  /** AWS actions asked for. */
  readonly actions: readonly string[]
}

interface Step {
  readonly job: string
  readonly exitCode: number
  readonly summary: string
  readonly outputs: Readonly<Record<string, string>>
}

interface Setting {
  readonly example: string
  readonly world: World
  readonly variables?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Where artifacts are kept, so that one workflow finds those of another. */
  readonly artifacts?: string
}

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
  'code-scanning.yml': async ({ artifacts }) => {
    const ended = await act({ example: 'code-scanning.yml', world: oneAccount(), artifacts })
    assert.equal(ended.passed, false)
    assertVerdict(onlyStep(ended), { result: 'fail', 'stale-count': '1' })
    const { runs } = readJson(join(artifacts, 'access-key-rotation.sarif')) as Sarif
    const [alert, ...others] = runs.flatMap(({ results }) => results)
    assert.equal(others.length, 0)
    assert.equal(alert?.locations[0]?.physicalLocation.artifactLocation.uri, 'iam/ci.tf')
    return 'one alert, at the declaring line'
  },
  'nightly-evidence.yml': async ({ artifacts }) => {
    const ended = await act({ example: 'nightly-evidence.yml', world: oneAccount(), artifacts })
    assert.equal(ended.passed, false)
    assertVerdict(onlyStep(ended), { result: 'fail', 'stale-count': '1' })
    assert.equal(issuesOf(ended).length, 1)
    const kept = join(artifacts, 'access-key-evidence')
    const { result } = readJson(join(kept, 'result.json')) as ResultFile
    assert.equal(result, 'fail')
    for (const file of ['result.json', `evidence/${ACCOUNT}.json`]) {
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
  'remediation.yml': async () => {
    const served = oneAccount(
      role({
        allow: [...AUDIT_ACTIONS, ...REMEDIATION_ACTIONS],
        webIdentity: { sub: ['repo:octo-org/octo-repo:environment:access-key-remediation'] },
      }),
    )
    served.job.environment = 'access-key-remediation'
    const users = served.accounts.get(ACCOUNT)?.users
    users?.set('idle', user('idle', { keys: [key({ ageDays: 400 })] }))
    const ended = await act({
      example: 'remediation.yml',
      world: served,
      variables: { ACCESS_KEY_REMEDIATION_ROLE: ROLE },
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

/** A stale key that `iam/ci.tf` declares, an expiring and a fresh one. */
function oneAccount(auditing = role()): World {
  return world({
    accounts: [
      account({
        id: ACCOUNT,
        roles: [auditing],
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
function wholeOrganization(members: number): World {
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
          users: [user('service', { keys: [key({ ageDays: index < 2 ? 91 : 3 })] })],
        }),
      ),
    ],
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

async function act({ example, world: served, variables, env, artifacts }: Setting): Promise<Ended> {
  const sandbox = await startSandbox(served)
  try {
    return await inDirectory(async directory => {
      const paths = layOut(directory, example)
      const jobEnvironment = {
        ...sandbox.env,
        SHA_REF: served.job.sha,
        PEERS_ARTIFACTS: artifacts ?? join(directory, 'artifacts'),
        PEERS_KEPT: paths.kept,
        NODE_OPTIONS: `--import=${pathToFileURL(join(PROJECT, 'peers', 'keep.mjs'))}`,
        ...env,
      }
      writeFileSync(paths.event, JSON.stringify(eventPayload(served)))
      const { exitCode, output } = await run(
        tool('act'),
        [
          ...[served.job.eventName, '--json', '--directory', paths.checkout],
          ...['--workflows', join(paths.checkout, '.github', 'workflows', example)],
          ...['--eventpath', paths.event, '--actor', served.job.actor],
          ...['ubuntu-latest', 'self-hosted'].flatMap(label => ['--platform', `${label}=-self-hosted`]),
          ...['--pull=false', '--no-cache-server', '--container-daemon-socket', '-'],
          ...['--action-cache-path', join(directory, 'cache')],
          ...['--secret', `GITHUB_TOKEN=${served.github.token}`],
          ...localRepositories(example, paths.action).flatMap(each => ['--local-repository', each]),
          ...pairs({ ACCESS_KEY_AUDIT_ROLE: ROLE, ...variables }).flatMap(each => ['--var', each]),
          ...pairs(jobEnvironment).flatMap(each => ['--env', each]),
        ],
        {
          cwd: directory,
          env: {
            HOME: directory,
            XDG_CONFIG_HOME: directory,
            PATH: [join(STAND_INS, 'bin'), dirname(process.execPath)].join(delimiter),
          },
        },
      )
      const lines = output.split('\n').map(readLine)
      const log = lines.map(({ msg }) => msg.trimEnd()).join('\n')
      assert.ok(![...sandbox.secrets].some(secret => log.includes(secret)), 'a secret is in the log')
      return {
        passed: exitCode === 0,
        log,
        annotations: lines.flatMap(annotationOf),
        steps: readdirSync(paths.kept).map(file => readStep(join(paths.kept, file), directory)),
        world: served,
        violations: sandbox.violations(),
        actions: sandbox.requests.filter(({ service }) => AWS.has(service)).map(({ action }) => action),
      }
    })
  } finally {
    await sandbox.close()
  }
}

const AWS = new Set(['sts', 'iam', 'organizations', 'cloudtrail'])

/** A line of `act --json`. */
interface Line {
  readonly msg: string
  readonly command?: string
  readonly kvPairs?: Readonly<Record<string, string>> | null
  readonly arg?: string
}

/** What act says before it runs anything is no JSON. */
function readLine(text: string): Line {
  return text.startsWith('{') ? JSON.parse(text) : { msg: text }
}

function annotationOf({ command, kvPairs, arg }: Line): Ended['annotations'] {
  if (command !== 'error' && command !== 'warning' && command !== 'notice') return []
  return [{ kind: command, message: arg ?? '', file: kvPairs?.['file'] ?? null }]
}

function readStep(file: string, directory: string): Step {
  const { outputs, ...step } = readJson(file) as Omit<Step, 'outputs'> & { outputs: string }
  const path = join(directory, 'outputs')
  writeFileSync(path, outputs)
  return { ...step, outputs: readPairs(path) }
}

/** A repository with the examples as its workflows, and this action as it is published: `action.yml` and `dist/`. */
function layOut(directory: string, example: string) {
  const [checkout = '', action = '', kept = ''] = ['checkout', 'action', 'kept'].map(name => {
    const path = join(directory, name)
    mkdirSync(path)
    return path
  })
  mkdirSync(join(checkout, '.github', 'workflows'), { recursive: true })
  // act knows every permission but this one, and enforces none.
  const workflow = readFileSync(join(EXAMPLES, example), 'utf8').replace(/^ *artifact-metadata: .*\n/m, '')
  writeFileSync(join(checkout, '.github', 'workflows', example), workflow)
  writeFileSync(
    join(checkout, '.github', 'access-key-rotation.yml'),
    'remediation:\n  deactivate-after-idle-days: 90\n',
  )
  mkdirSync(join(checkout, 'iam'))
  writeFileSync(
    join(checkout, 'iam', 'ci.tf'),
    'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n\nresource "aws_iam_access_key" "ci" {\n  user = aws_iam_user.ci.name\n}\n',
  )
  writeFileSync(join(checkout, 'README.md'), '# A checkout\n')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', ...args], {
      cwd: checkout,
    })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message=Start')
  for (const part of ['action.yml', 'dist'])
    cpSync(join(PROJECT, part), join(action, part), { recursive: true })
  return { checkout, action, kept, event: join(directory, 'event.json') }
}

/** `owner/name@ref=folder` for each action that the example uses; act does the checkout itself. */
function localRepositories(example: string, action: string): string[] {
  const text = readFileSync(join(EXAMPLES, example), 'utf8')
  const used = [...text.matchAll(/^[ -]*uses: ([^\s/]+\/[^\s/@]+)[^\s@]*@(\S+)/gm)]
  const places = used.map(([, name = '', ref = '']) => {
    const folder = `${name}@${ref}` === THIS_ACTION ? action : join(STAND_INS, ...name.split('/'))
    assert.ok(name === 'actions/checkout' || existsSync(folder), `nothing stands in for ${name}`)
    return `${name}@${ref}=${folder}`
  })
  return [...new Set(places)]
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

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`)
}
