import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { type Declarations, NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import type { LastUsed, Observation } from '../../src/domain/evidence.ts'
import { AT, audit, evidence, failedAccount, look, refusal } from './account.ts'
import { ago, type Cells, csv, daysAgo, HEADER, NOW, row, slot } from './csv.ts'

const ROOT = '<root_account>'
const DAY = 86_400

test('an account tells which run gathered its evidence, as far as the evidence does', () => {
  const runUrl = 'https://github.com/octo-org/octo-repo/actions/runs/41'
  const report = csv([row('bob', slot(1, daysAgo(1)))])
  for (const told of [runUrl, undefined])
    expect(audit([evidence(report, told === undefined ? {} : { runUrl: told })]).accounts[0]).toMatchObject({
      evidence: { runUrl: told ?? null },
    })
})

describe('the sample report as of 2026-11-24', () => {
  const sample = readFileSync(new URL('../fixtures/reports/mixed.csv', import.meta.url), 'utf8')
  const { counts, keys, result } = audit([evidence(sample)])
  const named = (state: string) =>
    keys.filter(key => key.state === state).map(key => `${key.user} ${key.ageDays}`)

  test('gives seven stale keys of twelve active ones, and fails', () => {
    expect(result).toBe('fail')
    expect(counts).toEqual({
      accounts: 1,
      failedAccounts: 0,
      active: 12,
      stale: 7,
      expiring: 2,
      exempt: 0,
      fresh: 3,
      inactive: 1,
      hardCoded: 0,
      oldestKeyAgeDays: 1980,
    })
  })

  test.each([
    [
      'stale',
      [
        'legacy-backup 1980',
        'ci-deployer 412',
        'two-stale 300',
        'two-stale 200',
        'rotating 120',
        'bob@example.com 91',
        'one-second-over 90',
      ],
    ],
    ['expiring', ['exactly-ninety 90', 'data-export 89']],
    ['fresh', ['rotating 28', 'ci-deployer 20', 'alice 12']],
    ['inactive', ['data-export 500']],
  ])('lists the %s keys, oldest first', (state, expected) => {
    expect(named(state)).toEqual(expected)
  })
})

describe('a key that was used before its own date', () => {
  const used = (days: number, made: number, active = 'true') =>
    row('bob', slot(1, daysAgo(made), { used: daysAgo(days), active }))

  test.each([
    ['stale by a use of 211 days ago', used(211, 23), 'stale', 211],
    ['expiring by a use of 80 days ago', used(80, 23), 'expiring', 80],
    ['fresh by a use of 30 days ago', used(30, 23), 'fresh', 30],
    ['as old as its date where it was used later', used(3, 23), 'fresh', 23],
    ['no finding where it is inactive', used(211, 23, 'false'), 'inactive', 211],
  ])('is %s', (_, cells, state, ageDays) => {
    const [key] = audit([evidence(csv([cells]))], { policy: { verifyKeys: 'none' } }).keys
    expect(key).toMatchObject({ state, ageDays })
  })

  test('is at least so old after a live look that tells the same date, too', () => {
    const observations = [look('bob', ['AKIA1', daysAgo(23)])]
    const { keys } = audit([evidence(csv([used(211, 23)]), { observations })])
    expect(keys).toMatchObject([
      {
        id: 'AKIA1',
        state: 'stale',
        ageDays: 211,
        usedBeforeCreated: daysAgo(211),
        staleSince: daysAgo(121),
      },
    ])
  })

  test('is as old as its creation where a live look tells an older one', () => {
    const observations = [look('bob', ['AKIA1', daysAgo(500)])]
    const { keys } = audit([evidence(csv([used(211, 23)]), { observations })])
    expect(keys).toMatchObject([{ ageDays: 500, usedBeforeCreated: null }])
  })
})

describe('a row that contradicts itself', () => {
  const lookedNot = { refusals: [refusal('iam:ListAccessKeys')] }
  const created = (days: number) => ({ user_creation_time: daysAgo(days) })
  const of = (...cells: readonly Cells[]) => audit([evidence(csv([row('bob', ...cells)]), lookedNot)])
  const notesOf = ({ accounts: [account] }: ReturnType<typeof of>) =>
    account?.status === 'audited' ? account.notes.map(({ text }) => text) : []

  test.each<[string, readonly Cells[]]>([
    ['a key used before its date', [slot(1, daysAgo(23), { used: daysAgo(30) })]],
    ['a key made before its user', [slot(1, daysAgo(23)), created(5)]],
    ['a key used before its user', [slot(1, daysAgo(4), { used: daysAgo(3) }), created(2)]],
    [
      'a password used before its user',
      [slot(1, daysAgo(3)), created(3), { password_last_used: daysAgo(9) }],
    ],
    [
      'a certificate older than its user',
      [slot(1, daysAgo(3)), created(3), { cert_2_last_rotated: daysAgo(9) }],
    ],
  ])('with %s proves no young key: unverified, an error', (_, cells) => {
    const { result, keys, unverified } = of(...cells)
    expect([result, keys.map(({ state }) => state)]).toEqual(['error', ['fresh']])
    expect(unverified).toEqual([expect.objectContaining({ user: 'bob', reason: 'contradictory-row' })])
  })

  test('is what the live look says where there is one', () => {
    const report = csv([row('bob', slot(1, daysAgo(23), { used: daysAgo(30) }))])
    const at = (days: number) =>
      audit([evidence(report, { observations: [look('bob', ['AKIA1', daysAgo(days)])] })])
    expect(at(40)).toMatchObject({ result: 'pass', unverified: [] })
    expect(at(400)).toMatchObject({ result: 'fail', unverified: [] })
  })

  test('of root is told by no look, for ListAccessKeys cannot see its keys', () => {
    const report = csv([row(ROOT, slot(1, daysAgo(23), { used: daysAgo(30) }))])
    const observations = [look(ROOT, ['AKIA1', daysAgo(40)])]
    expect(audit([evidence(report, { observations })]).unverified).toMatchObject([{ user: ROOT }])
  })

  test('proves a stale key stale, by the oldest date of it, and says so', () => {
    const used = of(slot(1, daysAgo(23), { used: daysAgo(211) }))
    expect(used).toMatchObject({ result: 'fail', unverified: [], keys: [{ ageDays: 211 }] })
    expect(notesOf(used)).not.toContainEqual(expect.stringContaining('before its creation'))
    const made = of(slot(1, daysAgo(211)), created(5))
    expect(made).toMatchObject({ result: 'fail', unverified: [], keys: [{ ageDays: 211 }] })
    expect(notesOf(made)).toContainEqual(
      expect.stringMatching(/before its creation.*: 1\. Each of their keys/),
    )
  })

  test('does not by a use of the quarter of an hour before, for which AWS records uses, nor by inactive keys', () => {
    const quarter = ago(5 * DAY + 15 * 60)
    expect(of(slot(1, daysAgo(5), { used: quarter }))).toMatchObject({ result: 'pass', unverified: [] })
    const inactive = slot(1, daysAgo(5), { used: daysAgo(9), active: 'false' })
    expect(of(inactive, slot(2, daysAgo(1)))).toMatchObject({ result: 'pass', unverified: [] })
  })
})

describe('a live look', () => {
  const stale = row('bob', slot(1, daysAgo(200), { used: daysAgo(3) }))
  const states = (
    observations: readonly Parameters<typeof evidence>[1][],
    rows: readonly Cells[] = [stale],
  ) =>
    audit([evidence(csv(rows), Object.assign({}, ...observations))]).keys.map(({ id, state }) => [id, state])

  test.each([
    ['rotated', look('bob', ['AKIANEW', daysAgo(0)]), [['AKIANEW', 'fresh']]],
    ['deactivated', look('bob', ['AKIAOLD', daysAgo(200), 'Inactive']), [['AKIAOLD', 'inactive']]],
    ['expired', look('bob', ['AKIAOLD', daysAgo(200), 'Expired']), [['AKIAOLD', 'inactive']]],
    ['deleted', look('bob'), []],
    ['deleted with its user', { kind: 'user-gone', user: 'bob', at: AT, deletedAt: AT } as const, []],
    ['still there', look('bob', ['AKIAOLD', daysAgo(200)]), [['AKIAOLD', 'stale']]],
  ])('a key %s since the report is judged as it is now', (_, observation, expected) => {
    expect(states([{ observations: [observation] }])).toEqual(expected)
  })

  test('a key whose date was moved by a status change is judged by its creation date', () => {
    const moved = row('bob', slot(1, daysAgo(5), { used: daysAgo(9) }))
    const [key] = audit([
      evidence(csv([moved]), { observations: [look('bob', ['AKIAOLD', daysAgo(400)])] }),
    ]).keys
    expect(key).toMatchObject({
      state: 'stale',
      ageDays: 400,
      verified: 'live',
      lastUsed: { state: 'unknown' },
    })
  })

  test('settles a date that the report garbled', () => {
    const garbled = row('bob', slot(1, '1970'))
    expect(states([{ observations: [look('bob', ['AKIAOLD', daysAgo(3)])] }], [garbled])).toEqual([
      ['AKIAOLD', 'fresh'],
    ])
  })

  test('adds keys that the report does not show', () => {
    const observations = [
      look('bob', ['AKIA1', daysAgo(200)], ['AKIA2', daysAgo(1)], ['AKIA3', daysAgo(300)]),
    ]
    expect(states([{ observations }])).toEqual([
      ['AKIA3', 'stale'],
      ['AKIA1', 'stale'],
      ['AKIA2', 'fresh'],
    ])
  })

  test('gives each key the last use that the report has for its creation time, whatever the slot', () => {
    const both = row(
      'bob',
      slot(1, daysAgo(10), { used: daysAgo(1) }),
      slot(2, daysAgo(200), { used: daysAgo(7) }),
    )
    const observations = [look('bob', ['AKIAOLD', daysAgo(200)], ['AKIANEW', daysAgo(10)])]
    expect(audit([evidence(csv([both]), { observations })]).keys).toEqual([
      expect.objectContaining({ id: 'AKIAOLD', lastUsed: expect.objectContaining({ at: daysAgo(7) }) }),
      expect.objectContaining({ id: 'AKIANEW', lastUsed: expect.objectContaining({ at: daysAgo(1) }) }),
    ])
  })

  test('of two keys made in the same second knows no last use, unless it was asked for', () => {
    const made = daysAgo(200)
    const twins = row('bob', slot(1, made, { used: daysAgo(1) }), slot(2, made, { used: daysAgo(9) }))
    const lastUsed = { at: daysAgo(2), region: null, service: 'sts' }
    const observations = [
      look('bob', ['AKIA1', made], ['AKIA2', made]),
      { kind: 'last-used', user: 'bob', accessKeyId: 'AKIA2', at: AT, lastUsed },
    ] as const
    expect(audit([evidence(csv([twins]), { observations })]).keys).toEqual([
      expect.objectContaining({ id: 'AKIA1', lastUsed: { state: 'unknown' } }),
      expect.objectContaining({ id: 'AKIA2', lastUsed: { state: 'used', ...lastUsed } }),
    ])
  })

  test('of a key and its twin that the report does not show, knows no last use', () => {
    const made = daysAgo(200)
    const shown = row('bob', slot(1, made, { used: daysAgo(1) }))
    const observations = [look('bob', ['AKIA1', made], ['AKIA2', made])]
    const { keys } = audit([evidence(csv([shown]), { observations })])
    expect(keys.map(({ lastUsed }) => lastUsed.state)).toEqual(['unknown', 'unknown'])
  })

  describe('knows the last use as the latest that anything saw', () => {
    const lastUsedBy = (...more: readonly Observation[]) => {
      const observations = [look('bob', ['AKIAOLD', daysAgo(200)]), ...more]
      return audit([evidence(csv([stale]), { observations })]).keys[0]?.lastUsed
    }
    const iam = (lastUsed: LastUsed | null): Observation => ({
      ...{ kind: 'last-used', user: 'bob', accessKeyId: 'AKIAOLD', at: AT, lastUsed },
    })
    const trail = (at: string): Observation => ({
      ...{
        kind: 'usage',
        user: 'bob',
        accessKeyId: 'AKIAOLD',
        at: AT,
        region: 'eu-west-1',
        truncated: false,
      },
      uses: [
        {
          ...{ at, userAgent: '', sourceAddress: '' },
          ...{ eventSource: 'sqs.amazonaws.com', eventName: 'ListQueues' },
        },
      ],
    })
    const reported = lastUsedBy()

    test('the report, where IAM says less or an earlier day', () => {
      expect(reported).toMatchObject({ state: 'used', at: daysAgo(3) })
      expect(lastUsedBy(iam(null))).toEqual(reported)
      expect(lastUsedBy(iam({ at: daysAgo(100), region: null, service: null }))).toEqual(reported)
      expect(lastUsedBy(trail(daysAgo(20)))).toEqual(reported)
    })

    test('IAM, where the report lags behind', () => {
      const lastUsed = { at: AT, region: 'us-east-1', service: 's3' }
      expect(lastUsedBy(iam(lastUsed))).toEqual({ state: 'used', ...lastUsed })
    })

    test('CloudTrail, where both lag behind, so that nothing advises to deactivate the key', () => {
      const idle = row('bob', slot(1, daysAgo(200), { used: daysAgo(100) }))
      const observations = [
        look('bob', ['AKIAOLD', daysAgo(200)]),
        iam({ at: daysAgo(100), region: null, service: null }),
      ]
      const key = (more: readonly Observation[]) =>
        audit([evidence(csv([idle]), { observations: [...observations, ...more] })]).keys[0]
      expect(key([])).toMatchObject({ use: 'idle', next: { action: 'deactivate' } })
      expect(key([trail(AT)])).toMatchObject({
        lastUsed: { state: 'used', at: AT, region: 'eu-west-1', service: 'sqs' },
        use: 'in-use',
        next: { action: 'create-key' },
      })
    })
  })

  test('with two looks at a user, the newer one holds', () => {
    const observations = [look('bob', ['AKIAOLD', daysAgo(200)]), { ...look('bob'), at: daysAgo(1) }]
    expect(states([{ observations }])).toEqual([['AKIAOLD', 'stale']])
  })

  test('is not taken for root, whose keys ListAccessKeys cannot see', () => {
    const root = row(ROOT, slot(1, daysAgo(200)))
    expect(audit([evidence(csv([root]), { observations: [look(ROOT)] })]).keys).toEqual([
      expect.objectContaining({ state: 'stale', verified: 'report', accessKeyId: null }),
    ])
  })

  test('counts the users that it verified', () => {
    const rows = [stale, row('carol', slot(1, daysAgo(300)))]
    const { accounts } = audit([evidence(csv(rows), { observations: [look('bob')] })])
    expect(accounts[0]).toMatchObject({ evidence: { usersVerifiedLive: 1 } })
  })
})

describe('what cannot be read', () => {
  const rows = [
    row('alice', slot(1, daysAgo(1))),
    row('bob', slot(1, 'N/A')),
    row('carol', slot(2, daysAgo(1), { active: '?' })),
  ]
  const { result, keys } = audit([evidence(csv(rows))])

  test.each([
    ['bob', { row: 3, column: 'access_key_1_last_rotated', value: 'N/A' }, null],
    ['carol', { row: 4, column: 'access_key_2_active', value: '?' }, daysAgo(1)],
  ])('is a finding that names row and column (%s)', (user, unreadable, createdAt) => {
    expect(keys.find(key => key.user === user)).toMatchObject({ state: 'stale', unreadable, createdAt })
    expect(result).toBe('fail')
  })

  test('leaves the rest of the report unaffected', () => {
    expect(keys.find(({ user }) => user === 'alice')).toMatchObject({ state: 'fresh', unreadable: null })
  })

  test('as a whole report makes the account not audited, with reason and remedy, and the others stay', () => {
    const broken = evidence('<html>', { account: { ...failedAccount('000000000001').account } })
    const { accounts, keys, result, step } = audit([
      broken,
      evidence(csv([row('bob', slot(1, daysAgo(99)))])),
    ])
    expect(accounts[0]).toMatchObject({
      status: 'failed',
      failure: { summary: expect.stringContaining('HTML'), remedy: expect.stringContaining('aws iam') },
    })
    expect(keys).toHaveLength(1)
    expect([result, step.reason]).toEqual(['error', 'error'])
  })
})

describe('the root user', () => {
  const alice = row('alice', slot(1, daysAgo(1)))
  const summary = (present: number) =>
    ({ kind: 'account-summary', at: AT, accountAccessKeysPresent: present }) as const
  const account = (rows: readonly Cells[], more: Parameters<typeof evidence>[1] = {}) => {
    const [first] = audit([evidence(csv(rows), more)]).accounts
    if (first?.status !== 'audited') throw new Error('not audited')
    return first
  }

  test('has its active keys evaluated like any other', () => {
    const rows = [row(ROOT, slot(2, daysAgo(91)))]
    expect(audit([evidence(csv(rows))]).keys).toEqual([
      expect.objectContaining({
        id: `arn:aws:iam::123456789012:root@${daysAgo(91)}`,
        state: 'stale',
        root: true,
        urgency: { level: 'critical', rule: 'root', reason: 'a key of the root user' },
      }),
    ])
    expect(account([...rows, alice]).rootUser).toEqual({ state: 'evaluated', activeKeys: 1 })
  })

  test('is warned about although its key is fresh, and the check passes', () => {
    const rows = [row(ROOT, slot(1, daysAgo(1)))]
    const { keys, result } = audit([evidence(csv(rows))])
    expect([keys[0]?.state, keys[0]?.urgency?.level, result]).toEqual(['fresh', 'critical', 'pass'])
    expect(account(rows).notes).toEqual([
      expect.objectContaining({ kind: 'root-user', text: expect.stringContaining('delete it') }),
    ])
  })

  test.each([
    ['a key that AWS reports', { observations: [summary(1)] }, 'key-of-unknown-age', ['root-user']],
    ['no key that AWS reports', { observations: [summary(0)] }, 'no-key', []],
    [
      'the question refused',
      { refusals: [refusal('iam:GetAccountSummary')] },
      'not-evaluated',
      ['permission-missing'],
    ],
  ])('without a row, with %s, is %s', (_, more, state, kinds) => {
    const { rootUser, notes } = account([alice], more)
    expect(rootUser.state).toBe(state)
    expect(notes.map(({ kind }) => kind)).toEqual(kinds)
  })
})

describe('what was refused or left out', () => {
  const stale = row('bob', slot(1, daysAgo(91)))
  const notes = (more: Parameters<typeof evidence>[1], rows: readonly Cells[] = [row(ROOT), stale]) => {
    const [account] = audit([evidence(csv(rows, [...HEADER, 'additional_credentials_info']), more)]).accounts
    return account?.status === 'audited' ? account.notes : []
  }

  test('is said once for each action, naming the permission', () => {
    const refusals = [
      refusal('iam:ListUserTags'),
      refusal('iam:ListAccessKeys'),
      refusal('iam:ListAccessKeys'),
    ]
    expect(notes({ refusals }).map(({ kind, action, text }) => [kind, action, text])).toEqual([
      [
        'permission-missing',
        'iam:ListAccessKeys',
        expect.stringMatching(/not verified live.*lacks the permission iam:ListAccessKeys\.$/),
      ],
      ['permission-missing', 'iam:ListUserTags', expect.stringContaining('permission iam:ListUserTags.')],
    ])
  })

  test.each(['AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized'])(
    'tells a call that failed from one that was refused with %s',
    code => {
      const refusals = ['Throttling', code].map((each, n) => refusal(`iam:List${n}`, each))
      expect(notes({ refusals }).map(({ kind, text }) => [kind, text])).toEqual([
        ['call-failed', expect.stringContaining('with Throttling.')],
        ['permission-missing', expect.stringContaining('permission iam:List1.')],
      ])
    },
  )

  test('is short and plain, whatever the action', () => {
    const [note] = notes({ refusals: [refusal(`<b>${'x'.repeat(5000)}`)] })
    expect(note?.text).toMatch(/^What bx{79} would have told is missing\./)
  })

  test.each(['alice.example@corp', 'x'.repeat(65), 'Key210987654321', 'say "alice"', ''])(
    'repeats no code that has not the shape of one: %s',
    code => {
      expect(notes({ refusals: [refusal('iam:ListAccessKeys', code)] })).toEqual([
        expect.objectContaining({ text: expect.stringContaining('with an error that has no known code.') }),
      ])
    },
  )

  test('tells what the audit itself left out from what AWS refused', () => {
    expect(notes({ refusals: [refusal('cloudtrail:LookupEvents', 'NotAsked')] })).toEqual([
      expect.objectContaining({ kind: 'not-looked-up', text: expect.stringContaining('own limits') }),
    ])
  })

  test('says once of an action that failed until it was given up that it failed', () => {
    const refusals = ['ServiceFailure', 'NotAsked'].map(code => refusal('iam:ListUserTags', code))
    expect(notes({ refusals }).map(({ kind }) => kind)).toEqual(['call-failed'])
  })

  test('a verdict still stands on the report alone', () => {
    const { result, keys } = audit([evidence(csv([stale]), { refusals: [refusal('iam:ListAccessKeys')] })])
    expect([result, keys[0]?.verified]).toEqual(['fail', 'report'])
  })

  test('is listed by account and user, whichever account came first, and each account left out once', () => {
    const incomplete = { ...slot(1, daysAgo(3)), additional_credentials_info: 'more keys' }
    const rows = ['carol', 'bob'].map(name => ({ ...row(name, slot(1, daysAgo(3))), ...incomplete }))
    const report = csv([row(ROOT), ...rows], [...HEADER, 'additional_credentials_info'])
    const part = { index: 1, count: 1, accountsDigest: 'a'.repeat(64), accountCount: 2 }
    const leftOut = ['999999999999', '333333333333'].map(id => ({
      id,
      name: null,
      reason: 'closed' as const,
    }))
    const account = { id: '900000000000', partition: 'aws', name: null, alias: null } as const
    const shard = { ...part, leftOut }
    const found = audit([evidence(report, { account, shard }), evidence(report, { shard })])
    expect(found.unverified.map(({ account, user }) => [account, user])).toEqual([
      ['123456789012', 'bob'],
      ['123456789012', 'carol'],
      ['900000000000', 'bob'],
      ['900000000000', 'carol'],
    ])
    expect(found.leftOut.map(({ id }) => id)).toEqual(['333333333333', '999999999999'])
    expect(found.accounts).toMatchObject([{ evidence: { shard: part } }, { evidence: { shard: part } }])
  })

  test('a row that declares itself incomplete is unverified, an error, until a live look completes it', () => {
    const rows = [row(ROOT), { ...row('bob', slot(1, daysAgo(3))), additional_credentials_info: 'more keys' }]
    const report = csv(rows, [...HEADER, 'additional_credentials_info'])
    const open = audit([evidence(report)], { policy: { failOn: 'never' } })
    expect(open).toMatchObject({ result: 'error', step: { fails: true, reason: 'error' } })
    expect(open.unverified).toEqual([
      {
        account: '123456789012',
        user: 'bob',
        userArn: 'arn:aws:iam::123456789012:user/bob',
        reason: 'incomplete-row',
        accepted: null,
      },
    ])
    const looked = audit([evidence(report, { observations: [look('bob', ['AKIA1', daysAgo(3)])] })])
    expect(looked).toMatchObject({ result: 'pass', unverified: [] })
  })

  test.each([
    ['is accepted by name', { user: 'bob' }, 'pass'],
    ['is accepted until its last day', { user: 'b*', expires: '2026-11-24' }, 'pass'],
    ['is no longer accepted the day after', { user: 'bob', expires: '2026-11-23' }, 'error'],
    ['is not accepted by the rule of another user', { user: 'alice' }, 'error'],
    ['is not accepted by the rule of another account', { user: 'bob', account: '999999999999' }, 'error'],
  ])('an incomplete row %s', (_, rule, expected) => {
    const rows = [{ ...row('bob', slot(1, daysAgo(3))), additional_credentials_info: 'more keys' }]
    const accept = { account: null, reason: 'known', ticket: null, expires: '2027-01-01', line: 3, ...rule }
    const { result, unverified } = audit([evidence(csv(rows, [...HEADER, 'additional_credentials_info']))], {
      config: { ...EMPTY_CONFIG, path: 'c.yml', acceptUnverified: [accept] },
    })
    expect(result).toBe(expected)
    expect(unverified[0]?.accepted?.location ?? null).toEqual(
      expected === 'pass' ? { path: 'c.yml', line: 3 } : null,
    )
  })

  test.each([
    ['is applied', { user: 'bob' }, [], 'applied'],
    ['has expired', { user: 'bob', expires: '2026-11-23' }, [], 'expired'],
    ['matches nobody who is unverified', { user: 'carol' }, [], 'unmatched'],
    ['may match in an account that failed', { user: 'carol' }, [failedAccount()], 'applied'],
  ])('a rule of accept-unverified that %s is said to', (_, rule, others, status) => {
    const rows = [{ ...row('bob'), additional_credentials_info: 'more keys' }, row('carol')]
    const accept = { account: null, reason: 'known', ticket: null, expires: '2027-01-01', line: 3, ...rule }
    const report = evidence(csv(rows, [...HEADER, 'additional_credentials_info']))
    const { acceptances } = audit([report, ...others], {
      config: { ...EMPTY_CONFIG, path: 'c.yml', acceptUnverified: [accept] },
    })
    expect(acceptances).toEqual([expect.objectContaining({ status, location: { path: 'c.yml', line: 3 } })])
  })

  test('stale keys that CloudTrail was not asked about are counted', () => {
    const usage = {
      kind: 'usage',
      user: 'x',
      accessKeyId: 'AKIAX',
      at: AT,
      region: 'us-east-1',
      uses: [],
      truncated: false,
    }
    const leftOut = ['cloudtrail:LookupEvents', 'iam:ListUserTags'].map(action => refusal(action, 'NotAsked'))
    expect(notes({ observations: [usage as never], refusals: leftOut }).map(({ action }) => action)).toEqual([
      'iam:ListUserTags',
      'cloudtrail:LookupEvents',
    ])
    const rows = [row(ROOT), stale, row('young', slot(1, daysAgo(1)))]
    expect(notes({ observations: [usage as never] }, rows)).toEqual([
      expect.objectContaining({
        kind: 'not-looked-up',
        text: expect.stringMatching(/^CloudTrail was not asked who uses 1 of the stale keys: /),
      }),
    ])
  })
})

describe('identity', () => {
  const seconds = fc.integer({ min: 0, max: 400 * DAY }).map(ago)
  const key = fc.record({
    created: fc.oneof(seconds, fc.constantFrom(daysAgo(200), 'N/A')),
    active: fc.constantFrom('true', 'false'),
    used: fc.constantFrom('N/A', daysAgo(1), daysAgo(2)),
  })
  type Key = { created: string; active: string; used: string }
  const user = (first: Key, second: Key) =>
    evidence(csv([row('bob', slot(1, first.created, first), slot(2, second.created, second))]))
  const shown = (first: Key, second: Key) =>
    audit([user(first, second)]).keys.map(({ id, state, lastUsed }) => ({ id, state, lastUsed }))

  test('two keys of one user never share an ID', () => {
    fc.assert(
      fc.property(key, key, (first, second) => {
        const ids = shown(first, second).map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
      }),
    )
  })

  test('keys that swap slots between two nights stay the same keys', () => {
    fc.assert(
      fc.property(key, key, (first, second) => {
        expect(shown(second, first)).toEqual(shown(first, second))
      }),
    )
  })

  test('a key that is deactivated in its slot keeps its ID, whatever became of the other', () => {
    fc.assert(
      fc.property(seconds, seconds, (one, other) => {
        const of = (createdAt: string, active: string) => ({ created: createdAt, active, used: 'N/A' })
        const before = new Set(shown(of(one, 'true'), of(other, 'true')).map(({ id }) => id))
        for (const { id } of shown(of(other, 'true'), of(one, 'false'))) expect(before).toContain(id)
      }),
    )
  })

  test('two stale keys made in the same second are two findings', () => {
    const made = daysAgo(120)
    const rows = [row('bob', slot(1, made), slot(2, made))]
    expect(audit([evidence(csv(rows))]).keys.map(({ id }) => id)).toEqual([
      `arn:aws:iam::123456789012:user/bob@${made}`,
      `arn:aws:iam::123456789012:user/bob@${made}#2`,
    ])
  })
})

test('the age of the oldest key is that of an active one, however old those that wait for deletion are', () => {
  const cells = row('bob', slot(1, daysAgo(50)), slot(2, daysAgo(900), { active: 'false' }))
  expect(audit([evidence(csv([cells]))]).counts).toMatchObject({ inactive: 1, oldestKeyAgeDays: 50 })
})

describe('the verdict', () => {
  const stale = row('bob', slot(1, daysAgo(91)))
  const expiring = row('carol', slot(1, daysAgo(80)))
  const scan = { ...NO_DECLARATIONS.scan, source: 'git' } as const
  const declarations: Declarations = {
    ...NO_DECLARATIONS,
    scan,
    users: [
      {
        ...{ tool: 'terraform', userName: 'bob', address: 'module.bob.aws_iam_user.this' },
        ...{ path: 'iam/bob.tf', line: 3, resource: { path: 'modules/user/main.tf', line: 1 } },
      },
    ],
  }

  const keysOf = { 'a stale key': [stale], 'an expiring key': [expiring], both: [stale, expiring] }
  test.each([
    ['stale', 'both', null, ['bob'], 'stale'],
    ['stale', 'an expiring key', null, [], null],
    ['expiring', 'both', null, ['bob', 'carol'], 'stale'],
    ['expiring', 'an expiring key', null, ['carol'], 'expiring'],
    ['never', 'both', null, [], null],
    ['changed', 'a stale key', null, ['bob'], 'stale'],
    ['changed', 'a stale key', 'iam/bob.tf', ['bob'], 'changed'],
    ['changed', 'a stale key', 'modules/user/main.tf', ['bob'], 'changed'],
    ['changed', 'a stale key', 'iam/alice.tf', [], null],
  ] as const)(
    'with fail-on %s over %s, a pull request changing %s, fails for %j',
    (failOn, which, changed, users, because) => {
      const changedFiles = changed === null ? null : [changed]
      const { step, keys } = audit([evidence(csv(keysOf[which]))], {
        policy: { failOn },
        declarations,
        changedFiles,
      })
      expect(step.keys.map(id => keys.find(key => key.id === id)?.user)).toEqual(users)
      expect([step.fails, step.reason]).toEqual([users.length > 0, because])
    },
  )

  const dave = row('dave', slot(1, daysAgo(91)))
  const unread = {
    skipped: [{ path: 'iam/x.tf', reason: 'line 1: broken' }],
    skippedCount: 1,
    unread: ['iam/x.tf'],
  }
  test.each([
    ['a file that could not be read', ['iam/x.tf'], { ...scan, ...unread }, ['bob', 'dave'], 'unread'],
    ['no file that could not be read', ['iam/y.tf'], { ...scan, ...unread }, [], null],
    [
      'that file and the declaring one',
      ['iam/x.tf', 'iam/bob.tf'],
      { ...scan, ...unread },
      ['bob'],
      'changed',
    ],
    [
      'any file, of a scan that ended early',
      ['x'],
      { ...scan, stoppedBy: '60 seconds' },
      ['bob', 'dave'],
      'unread',
    ],
    ['any file, without a checkout', ['x'], NO_DECLARATIONS.scan, ['bob', 'dave'], 'unread'],
    ['too many files to list', 'all', scan, ['bob'], 'changed'],
  ] as const)('with fail-on changed, of a change of %s, fails for what may be declared there', (...given) => {
    const [, changedFiles, scan, users, because] = given
    const { step, keys } = audit([evidence(csv([stale, dave]))], {
      policy: { failOn: 'changed' },
      declarations: { ...declarations, scan },
      changedFiles,
    })
    expect(step.keys.map(id => keys.find(key => key.id === id)?.user)).toEqual(users)
    expect([step.fails, step.reason]).toEqual([users.length > 0, because])
  })

  test('over keys that code declares elsewhere passes, whatever was not read', () => {
    const edit = { diff: null, note: null }
    const declared = {
      ...{
        tool: 'terraform' as const,
        userName: 'bob',
        address: 'aws_iam_access_key.bob',
        path: 'iam/bob.tf',
      },
      ...{ line: 9, status: null, edits: { deactivate: edit, remove: edit, second: edit } },
    } as const
    const { step } = audit([evidence(csv([stale, row('<root_account>', slot(1, daysAgo(91)))]))], {
      policy: { failOn: 'changed' },
      declarations: { ...declarations, keys: [declared], scan: { ...scan, ...unread } },
      changedFiles: ['iam/x.tf'],
    })
    expect(step.fails).toBe(false)
  })

  test('speaks of the keys, whatever fail-on says', () => {
    expect(audit([evidence(csv([stale]))], { policy: { failOn: 'never' } }).result).toBe('fail')
  })

  test('of an account that could not be audited fails the step even with fail-on never', () => {
    const { result, step, counts } = audit([failedAccount(), evidence(csv([row('alice')]))], {
      policy: { failOn: 'never' },
    })
    expect([result, step]).toEqual(['error', { fails: true, reason: 'error', keys: [] }])
    expect(counts).toMatchObject({ accounts: 2, failedAccounts: 1 })
  })

  test('over no account at all is an error, never a pass', () => {
    expect(() => audit([])).toThrow('no account')
  })

  test('is the same for the same instant, whatever the order of accounts and the milliseconds', () => {
    const one = evidence(csv([stale, expiring]))
    const result = audit([one, failedAccount()])
    expect(audit([failedAccount(), one], { now: new Date(NOW.getTime() + 999) })).toEqual(result)
  })

  test('is plain data that survives JSON', () => {
    const result = audit([evidence(csv([stale, row('x', slot(1, '?'))])), failedAccount()])
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  })
})

describe('the order of findings', () => {
  test('is compromised, root, hard-coded, administrator, then oldest first; an unreadable age counts as oldest', () => {
    const rows = [
      row(ROOT, slot(1, daysAgo(91))),
      row('leaked', slot(1, daysAgo(92))),
      row('compromised', slot(1, daysAgo(91))),
      row('admin', slot(1, daysAgo(93))),
      row('old', slot(1, daysAgo(500))),
      row('unreadable', slot(1, '?')),
      row('older', slot(1, daysAgo(600))),
    ]
    const { keys } = audit(
      [
        evidence(csv(rows), {
          observations: [
            look('leaked', ['AKIALEAKED', daysAgo(92)]),
            look('compromised', ['AKIACOMPROMISED', daysAgo(91)]),
            {
              kind: 'administrator',
              user: 'admin',
              at: AT,
              policy: 'arn:aws:iam::aws:policy/AdministratorAccess',
            },
            { kind: 'administrator', user: 'old', at: AT, policy: null },
          ],
        }),
      ],
      {
        declarations: {
          ...NO_DECLARATIONS,
          keyIds: [
            { accessKeyId: 'AKIALEAKED', path: 'deploy.sh', line: 7, besideSecret: false },
            { accessKeyId: 'AKIACOMPROMISED', path: 'deploy.sh', line: 9, besideSecret: true },
          ],
        },
      },
    )
    expect(keys.map(({ user, urgency }) => [user, urgency?.level, urgency?.reason])).toEqual([
      ['compromised', 'critical', 'what looks like its secret stands in this repository'],
      [ROOT, 'critical', 'a key of the root user'],
      ['leaked', 'critical', 'its ID is written out in this repository'],
      ['admin', 'high', 'administrator access'],
      ['unreadable', 'medium', 'its age cannot be read'],
      ['older', 'medium', 'stale since 2025-07-02'],
      ['old', 'medium', 'stale since 2025-10-10'],
    ])
  })
})

test('user names that are properties of every object are users like any other', () => {
  const rows = ['__proto__', 'constructor'].map(name => row(name, slot(1, daysAgo(91))))
  const { keys } = audit([evidence(csv(rows))], { config: EMPTY_CONFIG })
  expect(keys.map(({ user, owner, declared, state }) => [user, owner, declared, state])).toEqual([
    ['__proto__', null, null, 'stale'],
    ['constructor', null, null, 'stale'],
  ])
})

describe('the next step', () => {
  const plan = (rows: readonly Cells[], more: Parameters<typeof evidence>[1] = {}) =>
    audit([evidence(csv(rows, [...HEADER, 'additional_credentials_info']), more)]).keys.map(key => [
      key.state,
      key.next?.action ?? null,
    ])

  test.each([
    [
      'a stale key that is idle',
      row('bob', slot(1, daysAgo(200), { used: daysAgo(100) })),
      [['stale', 'deactivate']],
    ],
    [
      'the only key, in use',
      row('bob', slot(1, daysAgo(200), { used: daysAgo(1) })),
      [['stale', 'create-key']],
    ],
    [
      'an expiring key',
      row('bob', slot(1, daysAgo(80), { used: daysAgo(1) })),
      [['expiring', 'rotate-soon']],
    ],
    ['a fresh key', row('bob', slot(1, daysAgo(1), { used: daysAgo(1) })), [['fresh', null]]],
    ['an inactive key', row('bob', slot(1, daysAgo(9), { active: 'false' })), [['inactive', 'confirm']]],
    ['a fresh key of root, unused', row(ROOT, slot(1, daysAgo(60))), [['fresh', 'deactivate']]],
    [
      'a key of somebody with a console password',
      row('bob', slot(1, daysAgo(200), { used: daysAgo(1) }), { password_enabled: 'TRUE' }),
      [['stale', 'use-identity-center']],
    ],
    [
      'a key of somebody without one',
      row('bob', slot(1, daysAgo(200), { used: daysAgo(1) }), { password_enabled: 'false' }),
      [['stale', 'create-key']],
    ],
  ])('of %s follows the procedure', (_, cells, expected) => {
    expect(plan([cells])).toEqual(expected)
  })

  test('of an incomplete row is to look at the user live', () => {
    const cells = {
      ...row('bob', slot(1, daysAgo(200), { used: daysAgo(1) })),
      additional_credentials_info: 'more',
    }
    expect(plan([cells])).toEqual([['stale', 'look-live']])
  })

  test.each([
    ['deactivated long ago is to delete it', 'Inactive', 'delete'],
    ['activated last, whatever came then, is to confirm that nothing broke', 'Active', 'confirm'],
  ] as const)('of a key that CloudTrail saw %s', (_, status, action) => {
    const observations = [
      look('bob', ['AKIAOLD', daysAgo(200), 'Inactive']),
      {
        kind: 'status-changes',
        at: AT,
        since: daysAgo(95),
        truncated: false,
        changes: [
          { at: daysAgo(91), user: 'bob', accessKeyId: 'AKIAOLD', status },
          { at: daysAgo(92), user: 'bob', accessKeyId: 'AKIAOLD', status: 'Active' },
        ],
      } as const,
    ]
    expect(plan([row('bob', slot(1, daysAgo(200)))], { observations })).toEqual([['inactive', action]])
  })
})
