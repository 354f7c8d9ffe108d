/** The runs that faults strike: each makes its call for certain, and has findings and an issue that could be lost. */

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { github, job, repository } from '../../sandbox/github/world.ts'
import type { RunOptions } from '../../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import {
  type Account,
  AUDIT_ACTIONS,
  account,
  type CloudTrailEvent,
  daysAgo,
  event,
  type Fault,
  type Key,
  key,
  organization,
  remediationRoles,
  role,
  type User,
  user,
  type World,
  world,
} from '../../sandbox/world.ts'
import { checkout, type Night, run, STRUCK } from './fault-runs.ts'
import { pullRequests } from './fault-world-pulls.ts'

/** The account that must come to no harm by the faults. */
const OTHER = '222222222222'
const HUB = '333333333333'

export type SceneName =
  | 'nightly'
  | 'nightly with usage'
  | 'first night'
  | 'issues elsewhere'
  | 'organization'
  | 'earlier login'
  | 'pull request'
  | 'rotation pull requests'
  | 'deactivation'
  | 'deletion'

/** What a run starts from; the world is copied for each run. */
interface Scene {
  readonly world: World
  readonly inputs: Readonly<Record<string, string>>
  /** The checkout, path → content. */
  readonly files: Readonly<Record<string, string>>
  readonly logIn?: (sandbox: Sandbox) => Record<string, string>
}

/** Runs a scene under these faults, in a sandbox and a checkout of its own. */
export async function night(
  scene: SceneName,
  faults: readonly Fault[],
  { inputs, env, timeoutMs }: Pick<RunOptions, 'inputs' | 'env' | 'timeoutMs'>,
): Promise<Night> {
  const { world, logIn, ...options } = await SCENES[scene]()
  world.faults = faults.map(fault => ({ ...fault }))
  const workspace = checkout(options.files)
  const sandbox = await startSandbox(world)
  try {
    return await run({
      sandbox,
      workspace,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      inputs: { ...options.inputs, ...inputs },
      env: { ...logIn?.(sandbox), ...env },
    })
  } finally {
    await sandbox.close()
    rmSync(workspace, { recursive: true, force: true })
  }
}

/** The keys older than 90 days, whatever becomes of them. */
export function staleKeys({ world }: Sandbox): { account: string; user: string; key: Key }[] {
  return [...world.accounts.values()].flatMap(({ id, users }) =>
    [...users.values()].flatMap(({ name, keys }) =>
      keys.filter(({ createdAt }) => createdAt < daysAgo(90)).map(key => ({ account: id, user: name, key })),
    ),
  )
}

/** The scenes; the night before, which some need, is run once. */
const SCENES: Record<SceneName, () => Scene | Promise<Scene>> = {
  nightly: async () => ({ ...TWO_ACCOUNTS, world: await tonight() }),
  'nightly with usage': async () => ({
    ...TWO_ACCOUNTS,
    world: await tonight(),
    inputs: { ...TWO_ACCOUNTS.inputs, usage: 'true' },
  }),
  'first night': () => ({ ...TWO_ACCOUNTS, world: twoAccounts() }),
  'issues elsewhere': () => ({
    ...TWO_ACCOUNTS,
    world: world({
      accounts: [struckAccount(), otherAccount()],
      github: github({ repositories: [repository(), repository({ name: 'security' })] }),
    }),
    inputs: { ...TWO_ACCOUNTS.inputs, 'issue-repository': 'octo-org/security' },
  }),
  organization: () => ({
    ...TWO_ACCOUNTS,
    world: anOrganization(),
    inputs: {
      ...TWO_ACCOUNTS.inputs,
      'role-to-assume': HUB_ROLE,
      'organization-role-name': 'member',
    },
  }),
  'earlier login': async () => ({
    ...TWO_ACCOUNTS,
    world: await tonight(),
    inputs: { ...TWO_ACCOUNTS.inputs, 'role-to-assume': '' },
    logIn: sandbox => sandbox.credentials(STRUCK, 'audit'),
  }),
  deactivation: () => remediating(user('idle', { keys: [key({ ageDays: 300, usedDaysAgo: 200 })] })),
  deletion: () => {
    const spent = key({ ageDays: 500, usedDaysAgo: 400, status: 'Inactive' })
    return remediating(user('spent', { keys: [spent] }), deactivation('spent', spent, 60))
  },
  'rotation pull requests': pullRequests,
  'pull request': async () => {
    const { world, evidence } = await nightBefore()
    return {
      world: asPullRequest(world()),
      inputs: {
        'evidence-files': 'evidence/*.json',
        'fail-on': 'changed',
        'output-directory': 'audit',
      },
      files: { ...evidence, [CONFIG]: `${OWNERS}${EXEMPTION}` },
    }
  },
}

const CONFIG = '.github/access-key-rotation.yml'
const OWNERS = 'owners:\n  tag: owner\n'
const EXEMPTION = [
  'exemptions:',
  '  - user: backup',
  '    reason: leaves with the old data centre',
  `    expires: ${daysAgo(-40).slice(0, 10)}`,
  '',
].join('\n')
const HUB_ROLE = `arn:aws:iam::${HUB}:role/audit`

const TWO_ACCOUNTS = {
  inputs: {
    'role-to-assume': [STRUCK, OTHER].map(id => `arn:aws:iam::${id}:role/audit`).join('\n'),
    // The exit code then tells of the fault, not of the findings.
    'fail-on': 'never',
    'create-issue': 'true',
    'output-directory': 'audit',
  },
  files: { [CONFIG]: OWNERS },
}

/** One key of the account that is struck is to be changed. */
function remediating(of: User, ...events: CloudTrailEvent[]): Scene {
  const limits = 'remediation: { deactivate-after-idle-days: 90, delete-after-inactive-days: 30 }\n'
  const struck = struckAccount({ roles: remediationRoles() })
  struck.users.set(of.name, of)
  struck.events.push(...events)
  return {
    world: world({ accounts: [struck, otherAccount()] }),
    inputs: {
      ...TWO_ACCOUNTS.inputs,
      'create-issue': 'false',
      remediation: 'apply',
      'remediation-role': `arn:aws:iam::${STRUCK}:role/remediation`,
    },
    files: { [CONFIG]: limits },
  }
}

function deactivation(userName: string, { id }: Key, days: number): CloudTrailEvent {
  return event({
    daysAgo: days,
    eventSource: 'iam.amazonaws.com',
    eventName: 'UpdateAccessKey',
    requestParameters: { userName, accessKeyId: id, status: 'Inactive' },
  })
}

function struckAccount(parts: Parameters<typeof account>[0] = {}): Account {
  const deployer = key({ ageDays: 200, usedDaysAgo: 20 })
  return account({
    id: STRUCK,
    name: 'struck',
    alias: 'octo-struck',
    groups: new Map([['operators', { policies: [] }]]),
    users: [
      user('deployer', { keys: [deployer], tags: { owner: 'octo-org/platform' }, groups: ['operators'] }),
      user('fresh', { keys: [key({ ageDays: 3 })] }),
    ],
    events: [event({ accessKeyId: deployer.id })],
    report: { rootRow: false },
    ...parts,
  })
}

function otherAccount(parts: Parameters<typeof account>[0] = {}): Account {
  return account({
    id: OTHER,
    name: 'other',
    users: [user('backup', { keys: [key({ ageDays: 300, usedDaysAgo: 30 })] })],
    ...parts,
  })
}

function twoAccounts(): World {
  return world({ accounts: [struckAccount(), otherAccount()] })
}

function anOrganization(): World {
  const roles = [role({ name: 'member', webIdentity: null, principals: [HUB_ROLE] })]
  const allow = [...AUDIT_ACTIONS, 'organizations:ListAccounts', 'sts:AssumeRole']
  return world({
    accounts: [
      account({ id: HUB, name: 'hub', roles: [role({ allow })] }),
      struckAccount({ roles }),
      otherAccount({ roles }),
    ],
    organization: organization(HUB),
  })
}

const BASE = 'a'.repeat(40)
const HEAD = 'b'.repeat(40)

function asPullRequest(of: World): World {
  const [octoRepo = repository()] = of.github.repositories.values()
  octoRepo.files.set(BASE, new Map([[CONFIG, OWNERS]]))
  octoRepo.pulls.set(7, {
    number: 7,
    head: { ref: 'exempt', sha: HEAD, fork: false },
    base: { ref: 'main', sha: BASE },
    files: [{ path: CONFIG, status: 'modified' }],
  })
  return {
    ...of,
    job: job({
      eventName: 'pull_request',
      ref: 'refs/pull/7/merge',
      sha: HEAD,
      headRef: 'exempt',
      baseRef: 'main',
    }),
  }
}

interface Before {
  /** A copy of what it left. */
  readonly world: () => World
  /** The evidence that it saved, path → content. */
  readonly evidence: Readonly<Record<string, string>>
}

let before: Promise<Before> | null = null

function nightBefore(): Promise<Before> {
  before ??= makeNightBefore()
  return before
}

async function makeNightBefore(): Promise<Before> {
  const { inputs, files } = TWO_ACCOUNTS
  const sandbox = await startSandbox(twoAccounts())
  const workspace = checkout(files)
  try {
    const done = await run({ sandbox, inputs, workspace })
    if (done.exitCode !== 0) throw new Error(`The night before failed:\n${done.log}`)
    const directory = join(workspace, 'audit', 'evidence')
    const evidence = done.evidence.map(name => [
      `evidence/${name}`,
      readFileSync(join(directory, name), 'utf8'),
    ])
    for (const { report } of sandbox.world.accounts.values())
      Object.assign(report, { existing: null, pending: null })
    return { world: () => structuredClone(sandbox.world), evidence: Object.fromEntries(evidence) }
  } finally {
    await sandbox.close()
    rmSync(workspace, { recursive: true, force: true })
  }
}

async function tonight(): Promise<World> {
  const world = (await nightBefore()).world()
  world.accounts.get(OTHER)?.users.set('vendor', user('vendor', { keys: [key({ ageDays: 91 })] }))
  return world
}
