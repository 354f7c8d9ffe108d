/** moto, an implementation of AWS that knows nothing of this project: what the action says must agree, key by key, with what was made there. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  type StatusType,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import pMap from 'p-map'
import { type RunResult, runAction } from '../sandbox/runner.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { world } from '../sandbox/world.ts'
import type { KeyResult } from '../src/domain/audit-result.ts'
import type { Partition } from '../src/domain/partitions.ts'
import type { ResultFile } from '../src/domain/result-file.ts'
import { DAY_MS, formatInstant } from '../src/domain/time.ts'
import type { Check } from './check.ts'
import { peerEnvironment, tool } from './install.ts'
import { aged, edges, everyPair, MAX_AGE_MS, WARN_MS, type Wish } from './moto-keys.ts'

export interface MotoPeer {
  readonly url: string
  readonly sandbox: Sandbox
  readonly checks: readonly Check[]
  close(): Promise<void>
}

interface Moto {
  readonly url: string
  readonly sandbox: Sandbox
  close(): Promise<void>
}

interface Place {
  readonly account: string
  readonly partition: Partition
}

/** A key that somebody made, and what is true of it. */
interface Made extends Place {
  readonly user: string
  readonly id: string
  readonly createdAt: string
  readonly active: boolean
}

const REGIONS = { aws: 'us-east-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' } as const
type MotoPartition = keyof typeof REGIONS

const PLACES = [
  { account: '111122223333', partition: 'aws' },
  { account: '444455556666', partition: 'aws-cn' },
  { account: '555566667777', partition: 'aws-us-gov' },
] as const
const EDGE_PLACE = { account: '222233334444', partition: 'aws' } as const
const KEYLESS_PLACE = { account: '333344445555', partition: 'aws' } as const
const MANAGEMENT = { account: '777788889999', partition: 'aws' } as const

export async function startMoto(): Promise<MotoPeer> {
  const moto = await serve()
  const made: Made[] = []
  const roles = [...PLACES, EDGE_PLACE, KEYLESS_PLACE].map(place => roleArn(place, 'audit')).join('\n')
  let evidence = ''
  return {
    ...moto,
    checks: [
      {
        name: 'moto: five accounts in three partitions, every pair of keys and every second around the edges',
        async run() {
          for (const [index, place] of PLACES.entries())
            made.push(...(await makeUsers(moto, place, everyPair(index === 0 ? 1 : 2))))
          await makeUsers(moto, KEYLESS_PLACE, new Map([['nobody', []]]))
          made.push(...(await makeUsers(moto, EDGE_PLACE, edges())))
          const { result, files } = await audit(moto, { 'role-to-assume': roles })
          evidence = join(files, 'evidence')
          const compared = agree(result, made)
          assert.equal(result.counts.accounts, 5)
          const stale = result.keys.filter(({ state }) => state === 'stale')
          assert.ok(stale.every(({ verified }) => verified === 'live'))
          const ages = new Set(made.map(({ createdAt }) => Date.parse(result.asOf) - Date.parse(createdAt)))
          for (const seconds of [0, 1])
            assert.ok(ages.has(MAX_AGE_MS + seconds * 1000), `no key was 90 d ${seconds} s old; run it again`)
          const [account] = result.accounts
          assert.ok(account?.status === 'audited')
          assert.equal(account.rootUser.state, 'no-key', 'no root row: GetAccountSummary must be asked')
          return `${compared} keys compared`
        },
      },
      {
        name: 'moto: the same with every user looked at live, and with none',
        async run() {
          let compared = 0
          for (const mode of ['all', 'none']) {
            const { result } = await audit(moto, { 'role-to-assume': roles, 'verify-keys': mode })
            compared += agree(result, made)
            const active = result.keys.filter(({ state }) => state !== 'inactive')
            const verified = mode === 'all' ? 'live' : 'report'
            assert.deepEqual(new Set(active.map(key => key.verified)), new Set([verified]))
          }
          return `${compared} keys compared`
        },
      },
      {
        name: 'moto: its evidence replayed now, and around both edges of one key to the second',
        async run() {
          let compared = 0
          const paths = readdirSync(evidence).map(file => join(evidence, file))
          // Its edges are yet to come: evidence is evaluated as of its own run or later.
          const young = made.find(
            ({ active, createdAt }) => active && Date.now() - Date.parse(createdAt) < 31 * DAY_MS,
          )
          const created = Date.parse(young?.createdAt ?? '')
          for (const edge of [MAX_AGE_MS - WARN_MS, MAX_AGE_MS])
            for (const seconds of [0, 1]) {
              const at = formatInstant(new Date(created + edge + seconds * 1000))
              const { result } = await audit(moto, { 'evidence-files': paths.join('\n'), 'as-of': at })
              assert.equal(result.asOf, at)
              compared += agree(result, made)
            }
          // As a pull request does, at its own time.
          const { result } = await audit(moto, { 'evidence-files': paths.join('\n') })
          compared += agree(result, made)
          return `${compared} keys compared`
        },
      },
      {
        name: 'moto: an action that it lacks is told in a note and changes no verdict',
        async run() {
          const [place] = PLACES
          const { result } = await audit(moto, { 'role-to-assume': roleArn(place, 'audit'), usage: 'true' })
          const compared = agree(result, only(made, place.account))
          const [account] = result.accounts
          assert.ok(account?.status === 'audited')
          const note = account.notes.find(({ action }) => action === 'cloudtrail:LookupEvents')
          assert.equal(note?.kind, 'call-failed')
          return `${compared} keys compared`
        },
      },
      {
        name: 'moto: a key that was switched off and on is as old as it is, though moto knows no events and its report gives the later date',
        async run() {
          const place = { account: '999900001111', partition: 'aws' } as const
          const toggled = aged(400, { usedDaysAgo: 1, toggledDaysAgo: 3 })
          const keys = await makeUsers(moto, place, new Map([['toggled', [toggled]]]))
          const role = { 'role-to-assume': roleArn(place, 'audit') }
          const compared = agree((await audit(moto, role)).result, keys)
          const { result } = await audit(moto, { ...role, 'verify-keys': 'none' })
          const [believed] = result.keys
          assert.equal(believed?.state, 'fresh', 'the report must give the later date')
          return `${compared} key compared`
        },
      },
      {
        name: 'moto: a row that an unquoted comma has shifted is not passed over',
        async run() {
          const place = { account: '666677778888', partition: 'aws' } as const
          const users = await makeUsers(moto, place, new Map([['team,a=b', [aged(100), aged(10)]]]))
          const { result, run } = await audit(moto, { 'role-to-assume': roleArn(place, 'audit') })
          assert.notEqual(result.result, 'pass')
          assert.notEqual(run.exitCode, 0)
          return `${users.length} keys made, the result is ${result.result}`
        },
      },
      {
        name: 'moto: an account of which it says nothing at all is an error, no pass',
        async run() {
          const place = { account: '888899990000', partition: 'aws' } as const
          const { result, run } = await audit(moto, { 'role-to-assume': roleArn(place, 'audit') })
          assert.equal(result.result, 'error')
          assert.notEqual(run.exitCode, 0)
          return 'the report is a header without a row'
        },
      },
      {
        name: 'moto: an organization with its member roles, a closed account left out',
        async run() {
          const { members, closed } = await makeOrganization(moto)
          const inOrganization: Made[] = []
          for (const account of members)
            inOrganization.push(...(await makeUsers(moto, { account, partition: 'aws' }, everyPair(3))))
          await makeUsers(moto, MANAGEMENT, new Map([['nobody', []]]))
          await makeUsers(moto, { account: closed, partition: 'aws' }, everyPair(1))
          const { result } = await audit(moto, {
            'role-to-assume': roleArn(MANAGEMENT, 'hub'),
            'organization-role-name': 'audit',
          })
          assert.deepEqual(
            result.accounts.map(each => each.account.id),
            [MANAGEMENT.account, ...members].sort(),
          )
          const compared = agree(result, inOrganization)
          return `${compared} keys compared in ${result.accounts.length} accounts`
        },
      },
    ],
  }
}

async function serve(): Promise<Moto> {
  const script = join(import.meta.dirname, 'moto_server.py')
  const server = spawn(tool('python'), [script], {
    env: peerEnvironment({ AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4000)
  })
  const port = await new Promise<string>((resolve, reject) => {
    server.on('error', reject)
    server.on('exit', code => reject(new Error(`moto's server ended with exit code ${code}:\n${said}`)))
    server.stdout.setEncoding('utf8').once('data', resolve)
  })
  const sandbox = await startSandbox(world())
  return {
    url: `http://127.0.0.1:${port.trim()}`,
    sandbox,
    async close() {
      server.removeAllListeners('exit')
      const ended = new Promise(resolve => server.once('exit', resolve))
      server.stdin.end()
      await ended
      await sandbox.close()
    },
  }
}

async function audit(
  moto: Moto,
  inputs: Record<string, string>,
): Promise<{ result: ResultFile; files: string; run: RunResult }> {
  const run = await runAction({
    sandbox: moto.sandbox,
    env: { AWS_ENDPOINT_URL: moto.url },
    inputs: { ...inputs, 'output-directory': 'audit' },
  })
  const files = run.outputs['output-directory']
  assert.ok(files, `nothing was written:\n${run.log.slice(-3000)}`)
  return { result: JSON.parse(readFileSync(join(files, 'result.json'), 'utf8')), files, run }
}

/** Every key made is in the result once, with the state that its age and status give, and no other key is; answers how many. */
function agree(result: ResultFile, made: readonly Made[]): number {
  const said = new Map<string, KeyResult[]>()
  for (const key of result.keys) {
    const name = nameOf({ ...key, createdAt: key.createdAt ?? '' })
    said.set(name, [...(said.get(name) ?? []), key])
  }
  for (const key of made) {
    const candidates = said.get(nameOf(key)) ?? []
    const index = candidates.findIndex(each => each.accessKeyId === null || each.accessKeyId === key.id)
    const [found] = candidates.splice(Math.max(index, 0), 1)
    assert.ok(index >= 0 && found, `the result lacks ${key.id} of ${nameOf(key)}`)
    assert.equal(found.state, stateOf(key, Date.parse(result.asOf)), `${key.id} of ${nameOf(key)}`)
    assert.equal(found.accessKeyId, found.verified === 'live' ? key.id : null)
    assert.equal(found.userArn, `arn:${key.partition}:iam::${key.account}:user/${key.user}`)
  }
  const left = [...said.values()].flat()
  assert.deepEqual(left, [], 'the result has keys that nobody made')
  const stale = made.filter(key => stateOf(key, Date.parse(result.asOf)) === 'stale').length
  const failures = result.accounts.filter(each => each.status === 'failed')
  assert.deepEqual(failures, [])
  assert.equal(result.result, stale > 0 ? 'fail' : 'pass')
  return made.length
}

function nameOf({ account, user, createdAt }: Pick<Made, 'account' | 'user' | 'createdAt'>): string {
  return `${account} ${user} ${createdAt}`
}

/** The control's rule, written out once more. */
function stateOf({ createdAt, active }: Made, at: number): string {
  const age = at - Date.parse(createdAt)
  if (!active) return 'inactive'
  if (age > MAX_AGE_MS) return 'stale'
  return age > MAX_AGE_MS - WARN_MS ? 'expiring' : 'fresh'
}

function only(made: readonly Made[], account: string): Made[] {
  return made.filter(each => each.account === account)
}

/** Makes users and keys as anybody would, then ages the keys inside moto's process; ages count from the end. */
async function makeUsers(moto: Moto, place: Place, users: ReadonlyMap<string, Wish[]>): Promise<Made[]> {
  const iam = new IAMClient(await clientFor(moto, place))
  const keys = await pMap(
    users,
    async ([user, wishes]) => {
      await iam.send(new CreateUserCommand({ UserName: user }))
      return pMap(wishes, async wish => ({ user, wish, id: await makeKey(iam, user, wish) }), {
        concurrency: 1,
      })
    },
    { concurrency: 8 },
  )
  const now = Math.floor(Date.now() / 1000) * 1000
  const before = (ms: number) => formatInstant(new Date(now - ms))
  const made = keys.flat().map(({ user, wish, id }) => ({
    ...place,
    ...{ user, id, active: wish.active, createdAt: before(wish.ageMs) },
    reportedRotation: wish.toggledDaysAgo === undefined ? null : before(wish.toggledDaysAgo * DAY_MS),
    lastUsed: wish.usedDaysAgo === null ? null : [before(wish.usedDaysAgo * DAY_MS), 's3', 'us-east-1'],
  }))
  const body = JSON.stringify(Object.fromEntries(made.map(key => [key.id, key])))
  const answer = await fetch(`${moto.url}/peers/keys`, { method: 'POST', body })
  assert.deepEqual(await answer.json(), { aged: made.length })
  return made
}

async function makeKey(iam: IAMClient, user: string, { active, toggledDaysAgo }: Wish): Promise<string> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: user }))
  const id = AccessKey?.AccessKeyId ?? ''
  const set = (Status: StatusType) =>
    iam.send(new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: id, Status }))
  if (!active || toggledDaysAgo !== undefined) await set('Inactive')
  if (active && toggledDaysAgo !== undefined) await set('Active')
  return id
}

async function makeOrganization(moto: Moto): Promise<{ members: string[]; closed: string }> {
  const organizations = new OrganizationsClient(await clientFor(moto, MANAGEMENT))
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const accounts: string[] = []
  for (const name of ['prod', 'stage', 'test', 'closed']) {
    const { CreateAccountStatus } = await organizations.send(
      new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
    )
    accounts.push(CreateAccountStatus?.AccountId ?? '')
  }
  const [closed = '', ...members] = accounts.reverse()
  await organizations.send(new CloseAccountCommand({ AccountId: closed }))
  return { members, closed }
}

/** Credentials of a role in the account, which moto gives to anyone. */
async function clientFor(moto: Moto, place: Place) {
  const region = REGIONS[place.partition as MotoPartition]
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' }
  const sts = new STSClient({ endpoint: moto.url, region, credentials })
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn(place, 'setup'), RoleSessionName: 'setup' }),
  )
  return {
    endpoint: moto.url,
    region,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  }
}

function roleArn({ account, partition }: Place, name: string): string {
  return `arn:${partition}:iam::${account}:role/${name}`
}
