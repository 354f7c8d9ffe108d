import { describe, expect, test } from '@jest/globals'
import {
  account,
  type CloudTrailEvent,
  daysAgo,
  event,
  type Fault,
  type Key,
  key,
  remediationRoles,
  user,
} from '../../sandbox/world.ts'
import { UserError } from '../../src/domain/errors.ts'
import type { AnnouncedChange } from '../../src/domain/remediation-record.ts'
import type { Unread } from '../../src/domain/unread.ts'
import {
  changing,
  declaring,
  exemption,
  findUser,
  type Given,
  keysOf,
  mayDeclare,
  night,
  one,
  run,
  statusChange,
} from './served.ts'

const IDLE = { ageDays: 200, usedDaysAgo: 120 }

const UNREAD: Unread[] = [{ kind: 'files', count: 1, mayDeclare: [] }]
const OWN = 'This run logs in as the user of this key: its keys are never changed. Use a role, by OIDC.'

describe('apply', () => {
  test('deactivates a stale key that nobody used within the limit, and says how to take it back', async () => {
    const idle = key(IDLE)
    const served = one(idle)
    const { changes } = await night(served)
    expect(idle.status).toBe('Inactive')
    expect(changes).toEqual([
      {
        key: expect.any(String),
        account: '123456789012',
        user: 'ci',
        accessKeyId: idle.id,
        what: 'deactivate',
        why: `No recorded use since ${daysAgo(120).slice(0, 10)} (deactivate-after-idle-days: 90).`,
        undo: {
          kind: 'command',
          argv: [
            ...['aws', 'iam', 'update-access-key', '--user-name', 'ci'],
            ...['--access-key-id', idle.id, '--status', 'Active'],
          ],
          comment: null,
        },
        outcome: 'done',
        reason: null,
      },
    ])
  })

  test.each([
    ['change', 'Let it in.', /^No key of this account was changed: Refused/],
    ['look', null, /^The key could not be looked at once more: Refused\. By nobody\.$/],
  ] as const)(
    'changes nothing where nobody may log in to %s, and says why',
    async (what, problem, reason) => {
      const error = new UserError('Refused.', 'Let it in.', 'By nobody.')
      const { record, problems } = await run(one(key(IDLE)), { refused: { [what]: error } })
      expect(record.changes).toMatchObject([{ outcome: 'skipped', reason: expect.stringMatching(reason) }])
      expect(problems.map(({ remedy }) => remedy)).toEqual(problem === null ? [] : [problem])
    },
  )

  test('deletes an inactive key once CloudTrail proves it inactive for the limit, which cannot be undone', async () => {
    const old = key({ ...IDLE, status: 'Inactive' })
    const served = one(old, { events: [statusChange(old, 31)] })
    const { changes } = await night(served)
    expect(keysOf(served)).toEqual([])
    expect(changes).toMatchObject([
      { what: 'delete', why: expect.stringContaining('(delete-after-inactive-days: 30)') },
    ])
    expect(changes).toMatchObject([{ outcome: 'done', undo: null }])
  })

  test('leaves an inactive key alone of which CloudTrail has no event: a missing event proves nothing', async () => {
    const served = one(key({ ...IDLE, status: 'Inactive' }))
    const { changes } = await night(served)
    expect(keysOf(served)).toHaveLength(1)
    expect(changes).toMatchObject([
      { outcome: 'skipped', undo: null, reason: expect.stringContaining('nothing proves since when') },
    ])
  })

  test('deletes a key that CloudTrail has forgotten, once an issue has seen it inactive for the limit', async () => {
    const old = () => one(key({ ...IDLE, status: 'Inactive' }))
    const reasonOf = async (days: number) => {
      const served = old()
      const { changes } = await night(served, { record: { state: 'inactive', since: daysAgo(days) } })
      return [keysOf(served).length, changes[0]?.reason]
    }
    expect(await reasonOf(30.1)).toEqual([0, null])
    // The issue listed it as active before: it may have been deactivated the moment before.
    expect(await reasonOf(1.1)).toEqual([1, expect.stringContaining('within the 30 days of the limit')])
    expect(await reasonOf(0)).toEqual([1, expect.stringMatching(/^First seen inactive today/)])
    // Used since: it was active again.
    const used = one(key({ ageDays: 400, usedDaysAgo: 120, status: 'Inactive' }))
    await night(used, { record: { state: 'inactive', since: daysAgo(130) } })
    expect(keysOf(used)).toHaveLength(1)
  })

  test('deletes no key that the issue saw active after the deactivation that CloudTrail has', async () => {
    const old = key({ ...IDLE, status: 'Inactive' })
    const served = one(old, { events: [statusChange(old, 60)] })
    const { changes } = await night(served, { record: { state: 'active', at: daysAgo(1) } })
    expect(changes[0]).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('saw the key active on'),
    })
  })

  test('never deletes what a run right before deactivated, delivered by CloudTrail or not', async () => {
    const served = one(key(IDLE))
    expect((await night(served)).changes).toMatchObject([{ what: 'deactivate', outcome: 'done' }])
    const delivered = served.events.splice(0)
    expect((await night(served)).changes).toMatchObject([{ what: 'delete', outcome: 'skipped' }])
    served.events.push(...delivered)
    expect((await night(served)).changes).toMatchObject([{ what: 'delete', outcome: 'skipped' }])
    expect(keysOf(served).map(({ status }) => status)).toEqual(['Inactive'])
  })

  test('deactivates the idle key of a user whose other key has expired', async () => {
    const idle = key(IDLE)
    const served = account({
      users: [user('ci', { keys: [key({ ageDays: 300, status: 'Expired' }), idle] })],
      roles: remediationRoles(),
    })
    const { changes } = await night(served)
    expect(idle.status).toBe('Inactive')
    expect(changes.map(({ what, outcome }) => [what, outcome])).toContainEqual(['deactivate', 'done'])
  })

  test('deactivates the idle key beside an active one in use: the end of every rotation', async () => {
    const idle = key(IDLE)
    const successor = key({ ageDays: 30, usedDaysAgo: 1 })
    const { changes } = await night(
      account({
        users: [user('ci', { keys: [idle, successor] })],
        roles: remediationRoles(),
      }),
    )
    expect(changes.map(({ what, outcome }) => [what, outcome])).toEqual([['deactivate', 'done']])
    expect([idle.status, successor.status]).toEqual(['Inactive', 'Active'])
  })

  test.each<[string, Given]>([
    ['code may declare', { declarations: mayDeclare([null], 'its user is var.name') }],
    ['a file that was not read may declare', { run: { unread: UNREAD } }],
  ])('deactivates a key that %s, once the configuration says it is made by hand', async (_, given) => {
    const idle = key(IDLE)
    await night(one(idle), { ...given, limits: { madeByHand: ['c?'] } })
    expect(idle.status).toBe('Inactive')
  })

  test('does nothing where no limit is set', async () => {
    const served = one(key(IDLE))
    const limits = { deactivateAfterIdleDays: null, deleteAfterInactiveDays: null }
    expect(await night(served, { limits })).toMatchObject({
      refused: expect.stringContaining('sets neither'),
      changes: [],
    })
  })

  test('asks the IAM region of the partition', async () => {
    const old = key({ ...IDLE, status: 'Inactive' })
    const served = one(old, {
      partition: 'aws-cn',
      events: [{ ...statusChange(old, 5), region: 'cn-north-1' }],
    })
    const { changes } = await night(served)
    expect(changes[0]).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('was deactivated on'),
    })
  })
})

describe('apply leaves alone', () => {
  interface Left {
    readonly keys: readonly Key[]
    readonly given?: Given
    readonly parts?: Partial<Parameters<typeof account>[0]>
    readonly reason: string | RegExp
  }
  const inactive = (more: Parameters<typeof key>[0] = {}) => key({ ...IDLE, status: 'Inactive', ...more })
  const cases: Record<string, () => Left> = {
    'a key used between evaluation and change': () => {
      const used = key(IDLE)
      const between = () => {
        used.lastUsed = { at: daysAgo(0), service: 's3', region: 'us-east-1' }
      }
      return { keys: [used], given: { between }, reason: /^The key was used on/ }
    },
    'a key whose ID stands in code': () => {
      const named = key(IDLE)
      const mention = { path: 'deploy/app.env', line: 3, accessKeyId: named.id, besideSecret: false }
      return {
        keys: [named],
        given: { run: { keyIds: [mention] } },
        reason: /stands in code \(deploy\/app\.env:3\)/,
      }
    },
    'a user who got another key meanwhile': () => ({
      keys: [key(IDLE)],
      given: { between: served => findUser(served).keys.push(key({ ageDays: 0 })) },
      reason: 'The keys of the user are no longer those that were evaluated.',
    }),
    'a user one of whose keys was deactivated meanwhile': () => {
      const other = key({ ageDays: 10, usedDaysAgo: 1 })
      const between = () => {
        other.status = 'Inactive'
      }
      return { keys: [key(IDLE), other], given: { between }, reason: /no longer those/ }
    },
    'a key that CloudTrail saw used an hour ago, whatever IAM says': () => {
      const used = key(IDLE)
      return {
        keys: [used],
        parts: { events: [event({ daysAgo: 1 / 24, accessKeyId: used.id })] },
        reason: /^The key was used on .*, within the 90 days of the limit/,
      }
    },
    'a key that CloudTrail saw used in the region of its last use': () => {
      const used = key({ ...IDLE, region: 'eu-west-1' })
      return {
        keys: [used],
        parts: { events: [event({ daysAgo: 1, region: 'eu-west-1', accessKeyId: used.id })] },
        reason: /^The key was used on/,
      }
    },
    'an inactive key that CloudTrail saw used after its deactivation': () => {
      const old = inactive()
      return {
        keys: [old],
        parts: { events: [statusChange(old, 60), event({ daysAgo: 50, accessKeyId: old.id })] },
        reason: 'The key was used after CloudTrail saw it deactivated.',
      }
    },
    'a key whose use CloudTrail must not tell': () => ({
      keys: [key(IDLE)],
      given: { faults: [{ kind: 'access-denied', service: 'cloudtrail' }] },
      reason: /^The key could not be looked at once more: AccessDenied/,
    }),
    'the key that the run logs in with': () => {
      const own = key(IDLE)
      return { keys: [own], given: { own: { accessKeyId: own.id } }, reason: OWN }
    },
    'another key of the user as whom the run logs in': () => {
      const own = key({ ageDays: 300, usedDaysAgo: 0 })
      return { keys: [key(IDLE), own], given: { own: { accessKeyId: own.id, user: 'ci' } }, reason: OWN }
    },
    'a user whose temporary credentials the run has': () => ({
      keys: [key(IDLE)],
      given: { own: { accessKeyId: 'ASIATEMPORARY', user: 'ci' } },
      reason: OWN,
    }),
    'a user moved to another path, perhaps an exempt one': () => ({
      keys: [key(IDLE)],
      given: {
        exemptions: [exemption({ user: '/vendors/**' })],
        between: served => {
          findUser(served).path = '/vendors/'
        },
      },
      reason: /^The user has moved to another path since the credential report was made/,
    }),
    'a user whose path must not be asked': () => ({
      keys: [key(IDLE)],
      given: { faults: [{ kind: 'access-denied', service: 'iam', action: 'GetUser' }] },
      reason: /^The key could not be looked at once more: AccessDenied/,
    }),
    'a user who is gone': () => ({
      keys: [key(IDLE)],
      given: { between: served => void served.users.clear() },
      reason: /^The key could not be looked at once more: NoSuchEntity/,
    }),
    'a key of the root user': () => ({
      keys: [],
      parts: { rootKeys: [key(IDLE)] },
      reason: 'Keys of the root user are never changed.',
    }),
    'an exempt key': () => ({
      keys: [key(IDLE)],
      given: { exemptions: [exemption({ user: 'c*' })] },
      reason: 'The key is exempt.',
    }),
    'an inactive key that is exempt by the ID that only AWS tells': () => {
      const old = inactive()
      const exemptions = [exemption({ user: '*', accessKeyId: old.id })]
      return { keys: [old], given: { exemptions }, reason: 'The key is exempt.' }
    },
    'a key declared in code': () => ({
      keys: [key(IDLE)],
      given: { declarations: declaring('aws_iam_access_key.ci') },
      reason: 'The key is declared in code: it is changed there, by a pull request.',
    }),
    'a key whose user comes from a module, which may make the key': () => ({
      keys: [key(IDLE)],
      given: { declarations: mayDeclare(['ci'], 'the module is not in this checkout') },
      reason:
        /^The key may be declared in code \(iam\/ci.tf:12: the module is not in this checkout\). If keys of this user are made by hand, name the user under remediation.made-by-hand/,
    }),
    'any key where code declares one of a user whose name it does not tell': () => ({
      keys: [key(IDLE)],
      given: { declarations: mayDeclare([null], 'its user is var.name') },
      reason: /^The key may be declared in code \(iam\/ci.tf:12: its user is var.name\)\./,
    }),
    'a key in a checkout of which a file was not read, but for users whose keys are made by hand': () => ({
      keys: [key(IDLE)],
      given: { limits: { madeByHand: ['ops-*'] }, run: { unread: UNREAD } },
      reason:
        /^The key may be declared in code: 1 file of the checkout, which the log names, could not be read/,
    }),
    'a key that code declares, even of a user whose keys are made by hand': () => ({
      keys: [key(IDLE)],
      given: { limits: { madeByHand: ['ci'] }, declarations: declaring('aws_iam_access_key.ci') },
      reason: 'The key is declared in code: it is changed there, by a pull request.',
    }),
    'the only active key of a user whose other key was used within the limit': () => ({
      keys: [key(IDLE), inactive({ ageDays: 100, usedDaysAgo: 3 })],
      reason: /^It is the only active key of a user whose other key was used on/,
    }),
    'an expired key': () => ({
      keys: [inactive({ status: 'Expired' })],
      reason: 'AWS says that the key is Expired: only an Inactive one is deleted.',
    }),
    'an inactive key deactivated within the limit': () => {
      const old = inactive()
      return {
        keys: [old],
        parts: { events: [statusChange(old, 29)] },
        reason: /^The key was deactivated on/,
      }
    },
    'an inactive key where a later event does not say which key it is about': () => {
      const old = inactive()
      const later = { ...statusChange(old, 10), requestParameters: { userName: 'ci' } }
      return {
        keys: [old],
        parts: { events: [statusChange(old, 60), later] },
        reason: 'CloudTrail has a status change that does not say of which key.',
      }
    },
    'an inactive key whose last event activated it': () => {
      const old = inactive()
      return {
        keys: [old],
        parts: { events: [statusChange(old, 60), statusChange(old, 40, 'Active')] },
        reason: 'CloudTrail’s last event about the key did not deactivate it.',
      }
    },
    'an inactive key used after its deactivation': () => {
      const old = inactive({ usedDaysAgo: 40 })
      return {
        keys: [old],
        parts: { events: [statusChange(old, 60)] },
        reason: 'The key was used after CloudTrail saw it deactivated.',
      }
    },
    'an inactive key younger than CloudTrail’s memory that nothing deactivated': () => ({
      keys: [inactive({ ageDays: 80, usedDaysAgo: 70 })],
      reason: /^CloudTrail has no event that deactivated the key/,
    }),
    'any key where the runner’s clock is ahead of AWS’s': () => ({
      keys: [key(IDLE)],
      given: { clockOffsetMs: -3_600_000 },
      reason: /^The clock of this runner differs from AWS’s/,
    }),
    'an inactive key where CloudTrail must not be asked': () => ({
      keys: [inactive()],
      given: { faults: [{ kind: 'access-denied', service: 'cloudtrail' }] },
      reason: /^The key could not be looked at once more: AccessDenied/,
    }),
    'an inactive key where CloudTrail has more status changes than are read': () => ({
      keys: [inactive()],
      parts: {
        events: Array.from({ length: 21 }, (_, days) => statusChange(key({}), days)),
        pageSize: 1,
      },
      reason: 'CloudTrail has more status changes than are read.',
    }),
    'a key whose last use must not be asked': () => ({
      keys: [key(IDLE)],
      given: { faults: [{ kind: 'access-denied', service: 'iam', action: 'GetAccessKeyLastUsed' }] },
      reason: /^The key could not be looked at once more: AccessDenied/,
    }),
  }

  test.each(Object.entries(cases))('%s', async (_, make) => {
    const { keys, given, parts, reason } = make()
    const served = account({
      users: [user('ci', { keys: [...keys] })],
      roles: remediationRoles(),
      ...parts,
    })
    const { record, requests } = await run(served, given)
    expect(record.changes[0]).toMatchObject({
      outcome: 'skipped',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    })
    expect(record.changes.filter(change => change.outcome !== 'skipped')).toEqual([])
    expect(changing(requests)).toEqual([])
  })

  test.each<[string, Partial<CloudTrailEvent>]>([
    ['of another key', { requestParameters: { accessKeyId: 'AKIAOTHER', status: 'Inactive' } }],
    ['of a request that failed', { errorCode: 'AccessDenied' }],
  ])('no key because of an event %s', async (_, parts) => {
    const old = inactive()
    const served = one(old, { events: [{ ...statusChange(old, 2), ...parts }, statusChange(old, 40)] })
    await night(served)
    expect(keysOf(served)).toEqual([])
  })

  test('what only the last page of an answer tells', async () => {
    const old = inactive()
    const other = key({ ageDays: 20, usedDaysAgo: 1 })
    const events = [statusChange(other, 1), statusChange(old, 20), statusChange(old, 80)]
    const served = account({
      users: [user('ci', { keys: [other, old] })],
      roles: remediationRoles(),
      events,
      pageSize: 1,
    })
    const { changes } = await night(served)
    expect(changes).toMatchObject([
      { outcome: 'skipped', reason: expect.stringContaining('was deactivated on') },
    ])
  })
})

describe('apply refuses as a whole', () => {
  test.each<[string, Given]>([
    ['with as-of', { run: { asOf: true } }],
    ['with saved evidence', { run: { savedEvidence: true } }],
    ['with verify-keys: none', { policy: { verifyKeys: 'none' } }],
    ['off the default branch', { run: { notToWrite: 'this run is not on the default branch' } }],
    ['without a checkout', { run: { unread: [{ kind: 'no-checkout' }] } }],
    ['where the checkout was not read to its end', { run: { unread: [{ kind: 'stopped', by: 'time' }] } }],
    ['where a file of the checkout could not be read', { run: { unread: UNREAD } }],
    ['where the workspace is no git checkout', { run: { unread: [{ kind: 'no-git' }] } }],
    ['while another run is under way', { notAlone: 'another run of this workflow is under way' }],
    ['where names are hidden', { run: { redacted: true } }],
    ['where the audit left no time', { run: { milliseconds: 1000 } }],
    [
      'without a limit in the configuration file',
      { limits: { deactivateAfterIdleDays: null, deleteAfterInactiveDays: null } },
    ],
  ])('%s', async (_, given) => {
    const { record, requests } = await run(one(key(IDLE)), given)
    expect(record).toEqual({ mode: 'apply', refused: expect.any(String), changes: [] })
    expect(requests).toEqual([])
  })

  test.each<[Unread, RegExp]>([
    [{ kind: 'no-git' }, /Let actions\/checkout make it/],
    [{ kind: 'stopped', by: 'time' }, /Correct that, or narrow infrastructure/],
  ])('and says what to do about code that was not read: %j', async (unread, remedy) => {
    const { record } = await run(one(key(IDLE)), { run: { unread: [unread] } })
    expect(record.refused).toMatch(remedy)
  })

  test('but plan still tells, off the default branch, what it would do', async () => {
    const given: Given = { run: { mode: 'plan', notToWrite: 'this run is not on the default branch' } }
    expect(await night(one(key(IDLE)), given)).toMatchObject({ changes: [{ outcome: 'planned' }] })
  })
})

describe('several changes', () => {
  const three = () => [1, 2, 3].map(number => user(`user-${number}`, { keys: [key(IDLE)] }))
  const serving = (users = three()) => account({ users, roles: remediationRoles() })

  test('stop at max-changes', async () => {
    const { changes } = await night(serving(), { limits: { maxChanges: 2 } })
    expect(changes.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'skipped'])
    expect(changes[2]?.reason).toBe('max-changes (2) is reached.')
  })

  test('stop after the first that fails, the rest untouched and reported', async () => {
    const served = serving()
    const faults: Fault[] = [
      { kind: 'access-denied', service: 'iam', action: 'UpdateAccessKey', nth: 2, count: 1 },
    ]
    const { record, requests } = await run(served, { faults })
    expect(record.changes.map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'skipped'])
    expect(record.changes[1]?.reason).toMatch(
      /^AWS did not confirm the change, and the key is as it was: AccessDenied/,
    )
    expect(record.changes[2]?.reason).toBe('An earlier change failed.')
    expect(changing(requests)).toHaveLength(2)
  })

  test('are looked at once more: the state after them is what is shown', async () => {
    const served = serving()
    const { looks, keys, record } = await run(served, { limits: { maxChanges: 2 } })
    expect(looks.map(({ account, look }) => [account, look.user, look.keys.map(key => key.status)])).toEqual([
      ['123456789012', 'user-1', ['Inactive']],
      ['123456789012', 'user-2', ['Inactive']],
    ])
    expect(keys.map(({ id }) => id)).toEqual(record.changes.map(({ key }) => key))
  })

  test('that AWS answers with an error but makes are done, with the way back', async () => {
    const faults: Fault[] = [
      { kind: 'malformed', service: 'iam', action: 'UpdateAccessKey', nth: 1, count: 1 },
    ]
    const { changes } = await night(serving(), { faults, limits: { maxChanges: 1 } })
    expect(changes[0]).toMatchObject({ outcome: 'done', undo: { argv: expect.arrayContaining(['Active']) } })
    expect(changes[0]?.reason).toMatch(/^AWS did not confirm the change \(.*\), but made it\.$/)
  })

  test('that AWS confirms and does not show are failed, and end the run', async () => {
    const served = serving()
    const onStart = ({ user: name }: AnnouncedChange) => {
      const [only] = served.users.get(name)?.keys ?? []
      if (only) Object.defineProperty(only, 'status', { get: () => 'Active', set: () => {} })
    }
    const { changes } = await night(served, { onStart })
    expect(changes.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped'])
    expect(changes[0]).toMatchObject({ undo: null, reason: expect.stringContaining('does not show it') })
  })

  test('that cannot be looked at afterwards say so', async () => {
    const faults: Fault[] = [{ kind: 'access-denied', service: 'iam', action: 'ListAccessKeys', nth: 3 }]
    const { record, looks } = await run(one(key(IDLE)), { faults })
    expect(looks).toEqual([])
    expect(record.changes[0]).toMatchObject({
      outcome: 'done',
      reason: expect.stringContaining('AccessDenied'),
    })
  })

  test('are told one by one, each before the next is made', async () => {
    const served = serving()
    const inactiveWhenTold: number[] = []
    const onChange = () => {
      const keys = [...served.users.values()].flatMap(({ keys }) => keys)
      inactiveWhenTold.push(keys.filter(({ status }) => status === 'Inactive').length)
    }
    await run(served, { onChange })
    expect(inactiveWhenTold).toEqual([1, 2, 3])
  })

  test('are announced one by one, each before it is made', async () => {
    const served = serving()
    const activeWhenTold: unknown[] = []
    const onStart = ({ user, accessKeyId, what }: AnnouncedChange) => {
      const [only] = served.users.get(user)?.keys ?? []
      activeWhenTold.push([what, only?.id === accessKeyId, only?.status])
    }
    const { planned } = await run(served, { onStart, planFirst: true })
    expect(planned?.changes).toHaveLength(3)
    expect(activeWhenTold).toEqual(Array(3).fill(['deactivate', true, 'Active']))
  })

  test('read the history again before each deletion: a key toggled meanwhile is left alone', async () => {
    const old = ['a', 'b'].map(name => user(name, { keys: [key({ ...IDLE, status: 'Inactive' })] }))
    const served = serving(old)
    for (const { keys } of old) served.events.push(statusChange(keys[0], 60))
    const onChange = () => {
      served.events.push(statusChange(old[1]?.keys[0], 0.02, 'Active'), statusChange(old[1]?.keys[0], 0.01))
    }
    const { changes } = await night(served, { onChange })
    expect(changes.map(({ outcome }) => outcome)).toEqual(['done', 'skipped'])
    expect(changes[1]?.reason).toMatch(/^The key was deactivated on/)
  })

  test('leave the second key of a user for the next run', async () => {
    const served = serving([user('ci', { keys: [key(IDLE), key({ ...IDLE, ageDays: 199 })] })])
    const { changes } = await night(served)
    expect(changes.map(({ outcome }) => outcome)).toEqual(['done', 'skipped'])
    expect((await night(served)).changes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1)
  })
})
