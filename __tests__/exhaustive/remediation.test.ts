/** What the workflow itself changes where it may. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { freezeReport } from '../../sandbox/aws/report.ts'
import { job } from '../../sandbox/github/world.ts'
import {
  type Account,
  account,
  daysAgo,
  event,
  type Fault,
  key,
  remediationRoles,
  role,
  type User,
  user,
  world,
} from '../../sandbox/world.ts'
import type { RemediationRecord } from '../../src/domain/remediation-record.ts'
import { carryOut } from '../e2e/addressee.ts'
import {
  gitCheckout,
  type Night,
  type NightOptions,
  type Nights,
  startNights,
} from '../e2e/nights-support.ts'
import { checkout } from '../e2e/support.ts'
import { awakened, rendered, textOf } from '../publish/rendered.ts'

const CONFIG = `exemptions:
  - { user: vendor, reason: by the vendor, expires: ${daysAgo(-60).slice(0, 10)} }
remediation:
  deactivate-after-idle-days: 90
  delete-after-inactive-days: 30
  max-changes: 5
`

const FILES = {
  '.github/access-key-rotation.yml': CONFIG,
  'iam/ci.tf': 'resource "aws_iam_access_key" "ci" {\n  user = "ci-deployer"\n}\n',
}

const idle = (name: string, ageDays = 300, days = 200): User =>
  user(name, { keys: [key({ ageDays, usedDaysAgo: days })] })

/** A user whose other key was used yesterday, and one key inactive for so long. */
function inactive(
  name: string,
  days: number,
): { readonly user: User; readonly deactivated: ReturnType<typeof event> } {
  const spent = key({ ageDays: 500, usedDaysAgo: 400, status: 'Inactive' })
  return {
    user: user(name, { keys: [spent, key({ ageDays: 20, usedDaysAgo: 1 })] }),
    deactivated: event({
      daysAgo: days,
      eventSource: 'iam.amazonaws.com',
      eventName: 'UpdateAccessKey',
      resources: [name, spent.id],
      requestParameters: { userName: name, accessKeyId: spent.id, status: 'Inactive' },
    }),
  }
}

async function start(
  users: readonly User[],
  parts: Partial<Pick<Account, 'events' | 'rootKeys'>> = {},
  faults: Fault[] = [],
): Promise<Nights & { readonly prod: Account }> {
  const prod = account({
    users: [...users],
    roles: [...remediationRoles(), role({ name: 'operator', allow: ['iam:*'] })],
    ...parts,
  })
  return { ...(await startNights(world({ accounts: [prod], faults }))), prod }
}

const workspace = gitCheckout(FILES)

const APPLY = {
  remediation: 'apply',
  'remediation-role': 'arn:aws:iam::123456789012:role/remediation',
}

function remediate(
  { night }: Nights,
  mode: 'plan' | 'apply',
  { inputs, ...options }: NightOptions = {},
): Promise<Night> {
  return night({ workspace, inputs: { ...APPLY, remediation: mode, ...inputs }, ...options })
}

function recordOf({ file }: Night): RemediationRecord {
  if (!file.remediation) throw new Error('result.json has no record of remediation')
  return file.remediation
}

const outcomes = (night: Night) =>
  recordOf(night).changes.map(({ user, what, outcome, reason }) => [user, what, outcome, reason ?? ''])

const changing = ({ writes }: Night) => writes.filter(action => !action.includes('/'))
const words = ({ summary }: Night) => textOf(rendered(summary ?? '')).replaceAll('\u00a0', ' ')

describe('plan and apply', () => {
  const long = inactive('long-inactive', 60)
  const recent = inactive('recently-inactive', 10)
  let nights: Nights & { readonly prod: Account }
  let planned: Night
  let applied: Night

  beforeAll(async () => {
    const users = [
      idle('carol'),
      idle('vendor'),
      idle('ci-deployer'),
      user('busy', { keys: [key({ ageDays: 300, usedDaysAgo: 2 })] }),
      long.user,
      recent.user,
    ]
    nights = await start(users, {
      events: [long.deactivated, recent.deactivated],
      rootKeys: [key({ ageDays: 900, usedDaysAgo: 700 })],
    })
    planned = await remediate(nights, 'plan')
    applied = await remediate(nights, 'apply')
  })

  test('name the same changes; plan makes none, apply makes them and no other', () => {
    const rows = (night: Night) => outcomes(night).map(([user, what, outcome]) => [user, what, outcome])
    expect(
      rows(planned)
        .filter(([, , outcome]) => outcome === 'planned')
        .sort(),
    ).toEqual([
      ['carol', 'deactivate', 'planned'],
      ['long-inactive', 'delete', 'planned'],
    ])
    expect(changing(planned)).toEqual([])
    expect(rows(applied)).toEqual(
      rows(planned).map(([user, what, outcome]) => [user, what, outcome === 'planned' ? 'done' : outcome]),
    )
    expect(changing(applied).sort()).toEqual(['DeleteAccessKey', 'UpdateAccessKey'])
    expect(nights.prod.users.get('carol')?.keys[0]?.status).toBe('Inactive')
    expect(nights.prod.users.get('long-inactive')?.keys).toHaveLength(1)
  })

  test('leave alone, each with its reason: root, exempt and declared keys, and what was deactivated lately', () => {
    const reasons = Object.fromEntries(outcomes(applied).map(([user, , , reason]) => [user, reason]))
    expect(reasons).toMatchObject({
      '<root_account>': 'Keys of the root user are never changed.',
      vendor: 'The key is exempt.',
      'ci-deployer': 'The key is declared in code: it is changed there, by a pull request.',
      'recently-inactive': expect.stringContaining('within the 30 days of the limit'),
    })
    expect(reasons).not.toHaveProperty('busy')
  })

  test('are told in the log, the summary and the issue, with the command that takes it back', async () => {
    const [carol] = recordOf(applied).changes.filter(({ user }) => user === 'carol')
    const undo = carol?.undo?.argv.join(' ') ?? ''
    expect(undo).toMatch(
      /^aws iam update-access-key --user-name carol --access-key-id AKIA\w+ --status Active$/,
    )
    expect(applied.log).toContain(`Undo: ${undo}`)
    expect(applied.log).toContain('This cannot be undone.')
    expect(words(applied)).toContain(undo)
    expect(words(applied)).toContain('cannot be undone')
    const comment = textOf(rendered(nights.issue().comments.at(-1)?.body ?? ''))
    expect(comment).toContain('Changed in AWS by this workflow')
    expect(comment).toContain(`Undo: ${undo}`)
    expect(comment).toMatch(/long-inactive AKIA\w+ deleted\..*This cannot be undone\./)
    await carryOut([undo], nights.sandbox)
    expect(nights.prod.users.get('carol')?.keys[0]?.status).toBe('Active')
  })

  test('leave a page that tells one story: everything but the changes shows the state after them', () => {
    const key = (name: string) => applied.file.keys.filter(({ user }) => user === name)
    expect(key('carol')).toMatchObject([{ state: 'inactive', verified: 'live' }])
    expect(key('long-inactive')).toMatchObject([{ state: 'fresh' }])
    expect(Number(planned.outputs['stale-count']) - Number(applied.outputs['stale-count'])).toBe(1)
    const advice = /carol AKIA\w+[^.]*Deactivate idle key/
    expect(words(planned)).toMatch(/Deactivate idle key/)
    for (const { next } of key('carol')) expect(next?.action).not.toBe('deactivate')
    expect(words(applied)).not.toMatch(advice)
    const [change] = recordOf(applied).changes.filter(({ user }) => user === 'long-inactive')
    expect(words(applied)).toMatch(new RegExp(`Deleted long-inactive ${change?.accessKeyId}`))
  })

  test('are announced in the log before they are made', () => {
    const [heading] = applied.log.split('\n')
    expect(heading).toMatch(/^Audit of access keys older than 90 days/)
    const lines = applied.log.split('\n').filter(line => line.includes('Remediation: '))
    const of = (name: string) => lines.filter(line => line.includes(name)).map(line => line.slice(0, 60))
    expect(of('carol')).toEqual([
      expect.stringMatching(/^Remediation: about to deactivate carol AKIA/),
      expect.stringMatching(/^Remediation: deactivated carol AKIA/),
    ])
    expect(planned.log).not.toContain('about to')
    expect(planned.log).not.toContain('Undo: ')
  })

  test('leave the issue alone where nothing was changed', () => {
    expect(planned.writes).not.toContain('POST /repos/{owner}/{repo}/issues/{issue_number}/comments')
    expect(planned.log).toContain('Remediation: would deactivate carol')
    expect(words(planned)).toContain('Remediation, planned')
  })
})

test('a key used between evaluation and change is left alone', async () => {
  const nights = await start([idle('carol'), idle('dora', 400)])
  const carol = nights.prod.users.get('carol')?.keys[0]
  if (!carol) throw new Error('carol has a key')
  const { requests } = nights.sandbox
  const push = requests.push.bind(requests)
  // Dora's key is older, so hers is changed first.
  requests.push = (...all) => {
    if (all.some(({ action }) => action === 'UpdateAccessKey'))
      carol.lastUsed = { at: daysAgo(0), service: 's3', region: 'us-east-1' }
    return push(...all)
  }
  const night = await remediate(nights, 'apply')
  expect(outcomes(night)).toEqual([
    ['dora', 'deactivate', 'done', ''],
    ['carol', 'deactivate', 'skipped', expect.stringMatching(/^The key was used/)],
  ])
  expect(carol.status).toBe('Active')
})

test('an inactive key that the credential report still has as active is left alone, whatever CloudTrail says', async () => {
  const long = inactive('long-inactive', 60)
  const nights = await start([long.user], { events: [long.deactivated] })
  const [spent] = long.user.keys
  if (!spent) throw new Error('it has a key')
  spent.status = 'Active'
  freezeReport(nights.sandbox.world, nights.prod)
  spent.status = 'Inactive'
  const night = await remediate(nights, 'apply')
  expect(outcomes(night)).toEqual([
    ['long-inactive', 'delete', 'skipped', expect.stringContaining('does not have the key as inactive')],
  ])
  expect(changing(night)).toEqual([])
})

test('a call that fails half-way loses nothing: what was done is recorded, the rest is untouched and reported', async () => {
  const nights = await start([idle('a', 500), idle('b', 400), idle('c', 300)], {}, [
    {
      kind: 'error',
      service: 'iam',
      action: 'UpdateAccessKey',
      nth: 2,
      error: { status: 403, code: 'AccessDenied', message: 'no @octo-org <b>' },
    },
  ])
  const night = await remediate(nights, 'apply')
  expect(night.exitCode).toBe(1)
  expect(outcomes(night)).toEqual([
    ['a', 'deactivate', 'done', ''],
    ['b', 'deactivate', 'failed', expect.stringContaining('AccessDenied')],
    ['c', 'deactivate', 'skipped', 'An earlier change failed.'],
  ])
  expect(['a', 'b', 'c'].map(name => nights.prod.users.get(name)?.keys[0]?.status)).toEqual([
    'Inactive',
    'Active',
    'Active',
  ])
  expect(night.outputs).toMatchObject({ result: 'fail', 'stale-count': '2' })
  expect(night.annotations.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^Remediation failed to deactivate a key\. Look at the key in AWS/),
  )
  expect(nights.repository.issues).toHaveLength(1)
  const comment = rendered(nights.issue().comments.at(-1)?.body ?? '')
  expect(textOf(comment)).toMatch(/a AKIA\w+ deactivated\..*b AKIA\w+ failed to deactivate\./s)
  for (const text of [comment, rendered(night.summary ?? '')]) expect(awakened(text)).toEqual([])
})

test('max-changes bounds a run, the most urgent first, and the rest is named', async () => {
  const nights = await start(Array.from({ length: 7 }, (_, index) => idle(`user-${index}`, 400 - index)))
  const night = await remediate(nights, 'apply')
  expect(outcomes(night).map(([user, , outcome]) => `${user} ${outcome}`)).toEqual([
    ...[0, 1, 2, 3, 4].map(index => `user-${index} done`),
    'user-5 skipped',
    'user-6 skipped',
  ])
  expect(outcomes(night).at(-1)?.[3]).toBe('max-changes (5) is reached.')
})

describe('remediation is refused as a whole', () => {
  let nights: Nights & { readonly prod: Account }
  beforeAll(async () => {
    nights = await start([idle('carol')])
  })

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'with saved evidence',
      { 'evidence-files': 'x.csv', 'role-to-assume': '' },
      /remediation: apply needs keys that were looked at live/,
    ],
    [
      'with as-of',
      { 'evidence-files': 'x.csv', 'role-to-assume': '', 'as-of': '2026-01-01T00:00:00Z' },
      /remediation: apply needs keys/,
    ],
    ['with verify-keys: none', { 'verify-keys': 'none' }, /remediation: apply needs keys/],
  ])('%s, before anything is asked of AWS', async (_, inputs, reason) => {
    const night = await remediate(nights, 'apply', { inputs })
    expect(night).toMatchObject({ exitCode: 1, requests: [] })
    expect(night.annotations.at(-1)?.message).toMatch(reason)
  })

  test('in a workspace that is no git checkout, but for users whose keys are made by hand', async () => {
    const copied = await remediate(nights, 'apply', { workspace: checkout(FILES) })
    expect(recordOf(copied)).toMatchObject({ changes: [] })
    expect(changing(copied)).toEqual([])
    for (const text of [copied.log, words(copied)])
      expect(text).toMatch(/no git checkout.*Let actions\/checkout make it.*remediation\.made-by-hand/)
    const byHand = `${CONFIG}  made-by-hand: [carol]\n`
    const workspace = checkout({ ...FILES, '.github/access-key-rotation.yml': byHand })
    const planned = await remediate(nights, 'plan', { workspace })
    expect(outcomes(planned)).toContainEqual(['carol', 'deactivate', 'planned', ''])
    expect(recordOf(planned).changes.filter(({ outcome }) => outcome === 'planned')).toHaveLength(1)
  })

  test('with a configuration file that cannot be read', async () => {
    const broken = gitCheckout({
      ...FILES,
      '.github/access-key-rotation.yml': 'remediation: { deactivate-after: 1 }\n',
    })
    const night = await remediate(nights, 'apply', { workspace: broken })
    expect(night).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(changing(night)).toEqual([])
  })

  test.each([
    [
      'off the default branch',
      job({ eventName: 'workflow_dispatch', ref: 'refs/heads/topic' }),
      'this run is not on the default branch',
    ],
    ['in a pull request', job({ eventName: 'pull_request_target' }), 'this run belongs to a pull request'],
  ])('%s', async (_, where, reason) => {
    const before = nights.sandbox.world.job
    nights.sandbox.world.job = where
    const audit = nights.prod.roles.get('audit')
    if (audit) audit.webIdentity = { aud: ['sts.amazonaws.com'] }
    const night = await remediate(nights, 'apply')
    nights.sandbox.world.job = before
    expect(recordOf(night)).toMatchObject({ refused: reason, changes: [] })
    expect(changing(night)).toEqual([])
    expect(night.log).toContain(`Remediation (apply) changed nothing because ${reason}`)
    expect(words(night)).toContain(`Nothing was changed because ${reason}`)
  })

  test('while another run of the same workflow is under way, and where GitHub does not say', async () => {
    const { repository } = nights
    repository.runsUnderWay = [77]
    const second = await remediate(nights, 'apply')
    expect(recordOf(second).refused).toBe('another run of this workflow is under way (77)')
    repository.runsUnderWay = []
    repository.permissions.actions = 'none'
    const blind = await remediate(nights, 'apply')
    repository.permissions.actions = 'read'
    expect(recordOf(blind).refused).toMatch(/^the run could not see whether .*actions: read/)
    for (const night of [second, blind]) expect(changing(night)).toEqual([])
  })

  test('where no limit is set, which is the default', async () => {
    const night = await nights.night({
      workspace: gitCheckout({ 'README.md': '' }),
      inputs: APPLY,
    })
    expect(recordOf(night).refused).toMatch(/sets neither remediation\.deactivate-after-idle-days nor/)
    expect(changing(night)).toEqual([])
  })
})

describe('without CloudTrail', () => {
  test('nothing is deleted', async () => {
    const long = inactive('long-inactive', 60)
    const nights = await start([long.user], { events: [long.deactivated] }, [
      { kind: 'access-denied', service: 'cloudtrail' },
    ])
    const night = await remediate(nights, 'apply')
    expect(outcomes(night)).toEqual([
      ['long-inactive', 'delete', 'skipped', expect.stringContaining('AccessDenied')],
    ])
    expect(changing(night)).toEqual([])
  })
})
