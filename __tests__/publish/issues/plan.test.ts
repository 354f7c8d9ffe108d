import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { KeyResult, Owner } from '../../../src/domain/audit-result.ts'
import type { RemediationChange } from '../../../src/domain/remediation-record.ts'
import { USER_CONTENT_LINE } from '../../../src/publish/issues/state.ts'
import { AS_OF, audited, command, daysAgo, key, notAudited, result, SECRET, step } from '../build.ts'
import { awakened, elementNames, elements, HOSTILE_TEXTS, hrefs, rendered, textOf } from '../rendered.ts'
import { actionsOf, edited, later, night, only, tracker, unverified } from './nights.ts'

const OLD = key({ name: 'alice', ageDays: 121 })
const NEWER = key({ name: 'alice', ageDays: 10, accessKeyId: 'AKIAALICESECONDKEY00' })

function owner(name: string): Owner {
  return { name, kind: 'user', source: 'configuration' }
}

/** An issue as it stands after a first night over these keys. */
function kept(keys: Parameters<typeof night>[1], options: Parameters<typeof night>[2] = {}) {
  const at = tracker()
  night(at, keys, options)
  return at
}

function change(what: 'deactivate' | 'delete', outcome: 'done' | 'failed'): RemediationChange {
  return {
    key: OLD.id,
    account: OLD.account,
    user: OLD.user,
    accessKeyId: OLD.accessKeyId,
    what,
    why: 'No recorded use since 2026-01-01.',
    undo: what === 'delete' ? null : command(['aws', 'iam', 'update-access-key'], 'x'),
    outcome,
    reason: outcome === 'failed' ? 'AccessDenied: @octo-org <b>' : null,
  }
}

describe('night after night', () => {
  test('a clean account files no issue', () => {
    expect(night(tracker(), [key({ ageDays: 90 }), key({ name: 'b', state: 'inactive' })])).toEqual([])
  })

  test('a stale key files one issue, and the same night again changes nothing', () => {
    const at = tracker()
    expect(actionsOf(night(at, [OLD]))).toEqual(['create'])
    expect(only(at).title).toBe('1 stale AWS access key in prod-main')
    expect(actionsOf(night(at, [OLD]))).toEqual(['keep'])
  })

  test('an uneventful next night changes nothing, though the key is used every day', () => {
    const used = (days: number) =>
      key({
        lastUsed: { state: 'used', at: later(days), service: 's3', region: 'us-east-1' },
        use: 'in-use',
        next: step({ reason: null }),
      })
    const at = kept([used(0)])
    const next = result([{ ...used(1), ageDays: 413 }], { asOf: later(1) })
    expect(actionsOf(night(at, next))).toEqual(['keep'])
    expect(textOf(rendered(only(at).body))).toContain('in use (s3, us-east-1)')
  })

  test('the next step advances without a comment', () => {
    const at = kept([{ ...OLD, next: step({ title: 'Create a second key' }) }])
    const planned = night(at, [{ ...OLD, next: step({ title: 'Move applications' }) }, NEWER])
    expect(actionsOf(planned)).toEqual(['update'])
    expect(only(at).body).toContain('Move applications')
  })

  test('a deactivated key is resolved, and the issue waits for its deletion, then closes, and reopens on return', () => {
    const at = kept([OLD])
    const inactive = unverified({ name: 'alice', ageDays: 121, state: 'inactive' })
    const deactivated = result([inactive, NEWER], { asOf: later(2) })
    expect(actionsOf(night(at, deactivated))).toEqual(['update with comment'])
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(
      /No key is stale; 1 deactivated key awaits deletion\..*deactivated, 33 days late/s,
    )
    expect(only(at).title).toBe('1 deactivated AWS access key in prod-main awaits deletion')
    expect(only(at).parsed.state?.keys).toMatchObject([{ status: 'inactive', since: later(2) }])
    // The live look of an earlier night told the ID, which is needed for the deletion.
    expect(textOf(rendered(only(at).body))).toContain(OLD.accessKeyId)

    expect(actionsOf(night(at, result([inactive, NEWER], { asOf: later(3) })))).toEqual(['keep'])

    expect(actionsOf(night(at, [NEWER]))).toEqual(['update and close with comment'])
    expect(textOf(rendered(only(at).body))).toContain('rotated')
    expect(only(at)).toMatchObject({ state: 'closed', title: 'No stale AWS access keys' })
    expect(actionsOf(night(at, [NEWER]))).toEqual(['keep'])

    expect(actionsOf(night(at, [OLD, NEWER]))).toEqual(['update with comment'])
    expect(only(at).state).toBe('open')
  })

  test('a key that waits for a slot brings the steps of the inactive key that holds it', () => {
    const holder = key({
      name: 'alice',
      state: 'inactive',
      accessKeyId: 'AKIAALICESPENTKEY000',
      next: step({ instructions: [command(['aws', 'iam', 'delete-access-key'])] }),
    })
    const waiting = { ...OLD, next: step({ action: 'free-slot' }) }
    expect(only(kept([waiting, holder])).body).toContain('aws iam delete-access-key')
    expect(only(kept([OLD, holder])).body).not.toContain('aws iam delete-access-key')
    // Deactivated since an earlier night, it has a row of its own.
    const at = kept([{ ...holder, state: 'stale' }])
    night(at, [waiting, holder])
    expect(only(at).body.match(/aws iam delete-access-key/g)).toHaveLength(1)
  })

  test('what this run changed in AWS is told in a comment, with the way back', () => {
    const at = kept([OLD])
    const told = (given: RemediationChange, redacted = false): string => {
      night(at, [OLD], { changes: [{ change: given, key: OLD }], redacted })
      return textOf(rendered(at.comments[0] ?? ''))
    }
    expect(told(change('deactivate', 'done'))).toMatch(
      /alice .* deactivated\. No recorded use .* Undo: aws iam update-access-key/,
    )
    expect(told(change('delete', 'done'))).toMatch(/deleted\. .* This cannot be undone\./)
    expect(told(change('delete', 'failed'))).toMatch(/failed to delete\. .* AccessDenied: @octo-org <b>\s*$/)
    expect(awakened(rendered(at.comments[0] ?? ''))).toEqual([])
    expect(actionsOf(night(at, [OLD], { changes: [] }))).toEqual(['keep'])
    const hidden = kept([OLD], { redacted: true })
    night(hidden, [OLD], { changes: [{ change: change('deactivate', 'done'), key: OLD }], redacted: true })
    expect(hidden.comments[0]).toContain('deactivated.')
    expect(hidden.comments[0]).not.toMatch(/alice|AKIA|aws iam/)
  })

  test.each(['repository', 'account', 'user'] as const)(
    'of issues per %s, the one that lists the key tells what this run changed',
    per => {
      const elsewhere = key({ name: 'bob', account: '345678901234' })
      const accounts = [audited(), audited({ id: '345678901234' })]
      const at = tracker()
      night(at, result([OLD, elsewhere], { accounts }), { per })
      const changes = [{ change: change('deactivate', 'done'), key: OLD }]
      const planned = night(at, result([OLD, elsewhere], { accounts }), { per, changes })
      const telling = planned.flatMap(each =>
        each.action === 'update' && each.comment ? each.issue.body : [],
      )
      expect(telling).toEqual([expect.stringContaining(OLD.accessKeyId ?? '')])
    },
  )

  test.each<[string, readonly KeyResult[], string]>([
    ['gone, with a newer key beside it', [NEWER], 'rotated, 31 days late'],
    [
      'gone, with a newer one of which no live look tells the ID',
      [unverified({ name: 'alice', ageDays: 10 })],
      'rotated, 31 days late',
    ],
    ['gone, without one', [], 'deleted, 31 days late'],
    ['gone, with an inactive one beside it', [{ ...NEWER, state: 'inactive' }], 'deleted, 31 days late'],
    [
      'gone, with an older one beside it',
      [key({ name: 'alice', ageDays: 130, state: 'exempt', accessKeyId: 'AKIAALICEOLDERKEY000' })],
      'deleted, 31 days late',
    ],
    ['inactive', [{ ...OLD, state: 'inactive' }], 'deactivated, 31 days late'],
    ['exempt', [{ ...OLD, state: 'exempt' }], 'exempted, 31 days late'],
    [
      'fresh under a longer maximum',
      [{ ...OLD, state: 'fresh' }],
      'within the maximum age again, 31 days late',
    ],
  ])('a key that is %s is told as such', (_, keys, how) => {
    const at = kept([OLD, key({ name: 'bob' })])
    night(at, [...keys, key({ name: 'bob' })])
    expect(at.comments.map(comment => textOf(rendered(comment))).join()).toContain(how)
    expect(at.comments[0]).toContain('1 resolved')
  })

  test('of two deactivated keys of one user, only the one that is gone is told as deleted', () => {
    const keys = (state: KeyResult['state']) =>
      [121, 150].map(ageDays => unverified({ name: 'alice', ageDays, state }))
    const at = kept(keys('stale'))
    night(at, keys('inactive'))
    night(at, keys('inactive').slice(0, 1))
    const history = only(at).parsed.state?.history ?? []
    expect(history.map(({ createdAt, how }) => [createdAt, how])).toEqual([
      [daysAgo(150), 'deleted'],
      [daysAgo(121), 'deactivated'],
    ])
  })

  test('a key of unknown age that is gone is not told as rotated, whatever stands beside it', () => {
    const at = kept([key({ name: 'alice', ageDays: null })])
    night(at, [NEWER])
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/AKIA\w+ deleted$/m)
  })

  test.each([
    ['a newer key is no moved date of it', [NEWER], 'rotated'],
    ['it is gone with all keys of its user', [], 'deleted'],
  ])('of a key whose ID was never told: %s', (_, keys, how) => {
    const at = kept([unverified({ name: 'alice', ageDays: 121 })])
    night(at, keys)
    expect(textOf(rendered(at.comments[0] ?? ''))).toContain(`${how}, 31 days late`)
  })

  test.each(['repository', 'account', 'user'] as const)('an issue per %s opens again on return', per => {
    const at = kept([OLD], { per })
    night(at, [], { per })
    expect(only(at).state).toBe('closed')
    expect(actionsOf(night(at, [OLD], { per }))).toEqual(['update with comment'])
    expect(only(at).state).toBe('open')
  })

  test('an exempted key is no longer tracked', () => {
    const at = kept([OLD])
    expect(actionsOf(night(at, [{ ...OLD, state: 'exempt' }]))).toEqual(['update and close with comment'])
  })

  test.each([false, true])('a key of an unverified user is not told as gone (redacted: %s)', redacted => {
    const at = kept([OLD], { redacted })
    const { account, user, userArn } = OLD
    const unverified = [{ account, user, userArn, reason: 'incomplete-row' as const, accepted: null }]
    const planned = night(at, result([], { unverified }), { redacted })
    expect(at.comments).toEqual([])
    expect(only(at).state).toBe('open')
    expect(planned.map(({ action }) => action)).not.toContain('close')
    night(at, result([]), { redacted })
    expect(only(at).state).toBe('closed')
  })

  test('a key that turns stale is told as new', () => {
    const at = kept([OLD])
    night(at, [OLD, key({ name: 'bob', ageDays: 91 })])
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(
      /^1 new\. 2 stale keys remain\.\s+New: bob AKIA\w+, stale since 2026-11-23/,
    )
  })

  test('a live look that becomes possible makes no new key of a known one', () => {
    const at = kept([unverified({ name: 'alice', ageDays: 121 })])
    expect(actionsOf(night(at, [OLD]))).toEqual(['update'])
  })

  test('a live look that tells another creation date makes no new key of one known by its ID', () => {
    const at = kept([OLD])
    const moved = { ...OLD, state: 'inactive' as const, createdAt: daysAgo(30) }
    expect(actionsOf(night(at, [moved, NEWER]))).toEqual(['update with comment'])
    expect(only(at).title).toContain('1 deactivated')
    expect(actionsOf(night(at, [NEWER]))).toEqual(['update and close with comment'])
  })

  test('the hidden state of an issue that an earlier version wrote is read as it is', () => {
    const at = kept([OLD])
    const body = only(at).body.replace(/(?<=audit:state:1 )\S+/, packed => {
      const state = JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8'))
      for (const tracked of state.keys) tracked.beside = [NEWER.createdAt]
      return deflateRawSync(JSON.stringify(state)).toString('base64')
    })
    at.issues = [edited(only(at), { body })]
    expect(actionsOf(night(at, [OLD]))).toEqual(['keep'])
  })

  test('an inactive key that stood beside it is not taken for a deleted one', () => {
    const beside = unverified({ name: 'alice', ageDays: 30, state: 'inactive' })
    const at = kept([OLD, beside])
    expect(actionsOf(night(at, [beside]))).toEqual(['update and close with comment'])
  })

  test('two keys made in the same second are two, whichever is looked at', () => {
    const twin = { ...OLD, accessKeyId: 'AKIATWINTWINTWINTWIN', id: 'AKIATWINTWINTWINTWIN' }
    const at = kept([OLD, twin])
    expect(only(at).title).toContain('2 stale')
    night(at, [twin])
    expect(textOf(rendered(at.comments[0] ?? ''))).toContain(`${OLD.accessKeyId} deleted`)
  })

  test('what is 30 days overdue is reminded of once in 30 days', () => {
    const at = kept([OLD, key({ name: 'young', ageDays: 91 })])
    const on = (days: number) =>
      actionsOf(night(at, result([OLD, key({ name: 'young', ageDays: 91 })], { asOf: later(days) })))
    expect(on(29)).toEqual(['keep'])
    expect(on(30)).toEqual(['update with comment'])
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/^Reminder: 2 keys have been stale/)
    expect(on(31)).toEqual(['keep'])
    expect(on(60)).toEqual(['update with comment'])
    const accounts = [notAudited({ id: OLD.account }), audited({ id: '210987654321' })]
    night(at, result([], { accounts, asOf: later(90) }))
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/^Reminder: 2 keys .*alice .* since 2026-10-24$/ms)
  })

  test('the trend and the last 20 resolved keys are kept, within bounds', () => {
    const at = kept([OLD])
    for (let day = 1; day <= 40; day++) {
      const stale = Array.from({ length: (day % 3) + 1 }, (_, index) => key({ name: `user-${day}-${index}` }))
      night(at, result([OLD, ...stale], { asOf: later(day) }))
    }
    const { state } = only(at).parsed
    expect(state?.history).toHaveLength(20)
    expect(state?.trend).toHaveLength(30)
    expect(state?.trend.at(-1)).toEqual({ day: later(40).slice(0, 10), stale: 3 })
  })
})

test('two audits on one day are one point of the trend, the later one', () => {
  const at = kept([OLD])
  night(at, [OLD, key({ name: 'bob' })])
  expect(only(at).parsed.state?.trend).toEqual([{ day: AS_OF.slice(0, 10), stale: 2 }])
})

describe('accounts that were not audited', () => {
  const OTHER = key({
    account: '345678901234',
    userArn: 'arn:aws:iam::345678901234:user/carol',
    name: 'carol',
  })
  const both = result([OLD, OTHER], {
    accounts: [audited(), audited({ id: '345678901234', name: 'staging' })],
  })

  test('keep their keys as they were, and close nothing', () => {
    const at = tracker()
    night(at, both)
    const planned = night(at, result([OLD], { accounts: [audited(), notAudited()] }))
    expect(actionsOf(planned)).toEqual(['update'])
    expect(only(at).title).toBe('2 stale AWS access keys in 2 accounts')
    const body = rendered(only(at).body)
    expect(textOf(body)).toContain('could not tell whether it is still there')
    expect(elements(body, 'summary').map(textOf).join()).not.toContain('carol')
    expect(actionsOf(night(at, both))).toEqual(['update'])
  })

  test('are no reason to tell for an issue that is closed', () => {
    const at = kept([OLD])
    night(at, [])
    const none = result([], { accounts: [notAudited({ id: '123456789012' })] })
    expect(night(at, none)).toMatchObject([{ action: 'keep', reason: null }])
  })

  test.each(['repository', 'account', 'user'] as const)('leave issues per %s untouched', per => {
    const at = kept([OLD], { per })
    const none = result([], { accounts: [notAudited({ id: '123456789012' })] })
    expect(actionsOf(night(at, none, { per }))).toEqual(['keep'])
  })
})

describe('issue-per', () => {
  const OTHER = key({
    account: '345678901234',
    userArn: 'arn:aws:iam::345678901234:user/carol',
    name: 'carol',
  })
  const both = result([OLD, key({ name: 'bob' }), OTHER], {
    accounts: [audited(), audited({ id: '345678901234', name: 'staging' })],
  })

  test.each([
    ['repository', ['3 stale AWS access keys in 2 accounts']],
    ['account', ['2 stale AWS access keys in prod-main', '1 stale AWS access key in staging']],
    [
      'user',
      [
        '1 stale AWS access key of alice in prod-main',
        '1 stale AWS access key of bob in prod-main',
        '1 stale AWS access key of carol in staging',
      ],
    ],
  ] as const)('%s', (per, titles) => {
    const at = tracker()
    night(at, both, { per })
    expect(at.issues.map(issue => issue.title)).toEqual(titles)
    expect(actionsOf(night(at, both, { per }))).toEqual(titles.map(() => 'keep'))
  })

  test.each(['account', 'user'] as const)('an issue per %s closes when all its keys are gone', per => {
    for (const redacted of [false, true]) {
      const at = kept([OLD], { per, redacted })
      expect(actionsOf(night(at, [], { per, redacted }))).toEqual(['update and close with comment'])
      expect(actionsOf(night(at, [], { per, redacted }))).toEqual(['keep'])
    }
  })

  test('at most 20 new issues a run, the oldest first; the rest is named', () => {
    const keys = Array.from({ length: 25 }, (_, index) => key({ name: `user-${index}` }))
    const at = tracker()
    const planned = night(at, keys, { per: 'user' })
    expect(at.issues).toHaveLength(20)
    expect(planned.flatMap(each => (each.action === 'leave-out' ? each.keys : []))).toEqual(
      keys.slice(20).map(({ id }) => id),
    )
    night(at, keys, { per: 'user' })
    expect(at.issues).toHaveLength(25)
  })
})

describe('people', () => {
  test('keep what they wrote below the line, whatever line breaks their browser sends', () => {
    const at = kept([OLD])
    const note = '\n\nAsked Rita on Monday.\nSee `iam/users.tf`.\n'
    at.issues = [edited(only(at), { body: `${only(at).body}${note}`.replaceAll('\n', '\r\n') })]
    expect(actionsOf(night(at, [OLD]))).toEqual(['keep'])
    night(at, [OLD, key({ name: 'bob' })])
    expect(only(at).body.endsWith(`${USER_CONTENT_LINE}\n${note}`)).toBe(true)
  })

  test.each([
    [false, null],
    [true, null],
    [true, SECRET],
  ])(
    'who close an issue as not planned mute the keys that it lists, and no others (%s, %s)',
    (redacted, secret) => {
      const options = { redacted, secret }
      const at = kept([OLD], options)
      at.issues = [edited(only(at), { state: 'closed-as-not-planned' })]
      expect(night(at, [OLD], options)).toMatchObject([{ action: 'muted', keys: [OLD.id] }])
      expect(night(at, [{ ...OLD, state: 'inactive' }], options)).toEqual([])
      const bob = key({ name: 'bob', ageDays: 300 })
      expect(actionsOf(night(at, [OLD, bob], options))).toEqual(['muted', 'create'])
      expect(at.issues[1]?.title).toContain('1 stale')
      expect(actionsOf(night(at, [OLD, bob], options))).toEqual(['muted', 'keep'])
      expect(actionsOf(night(at, [bob], options))).toEqual(['keep'])
      expect(actionsOf(night(at, [OLD], options))).toEqual(['muted', 'update and close with comment'])
      expect(actionsOf(night(at, [OLD, bob], options))).toEqual(['muted', 'update with comment'])
      if (redacted && secret === null)
        expect(at.issues.map(({ parsed }) => parsed.state?.keys.map(({ id }) => id))).toEqual([
          ['key 1'],
          ['key 3'],
        ])
    },
  )

  test('who close it as done while keys are stale find it open again', () => {
    const at = kept([OLD])
    at.issues = [edited(only(at), { state: 'closed' })]
    expect(actionsOf(night(at, [OLD]))).toEqual(['update with comment'])
    expect(only(at).state).toBe('open')
  })

  test('who take an owner off the issue, or add somebody, are not overruled', () => {
    const owned = { ...OLD, owner: owner('rita') }
    const at = kept([owned], { assignable: ['rita'] })
    expect(only(at).assignees).toEqual(['rita'])
    at.issues = [edited(only(at), { assignees: ['mona'] })]
    expect(actionsOf(night(at, [owned], { assignable: ['rita'] }))).toEqual(['keep'])
    night(at, [owned, key({ name: 'bob' })], { assignable: ['rita'] })
    expect(only(at).assignees).toEqual(['mona'])
  })

  test('who give the issue another title find the one of the audit again', () => {
    const at = kept([OLD])
    const { title } = only(at)
    at.issues = [edited(only(at), { title: 'Ours' })]
    expect(actionsOf(night(at, [OLD]))).toEqual(['update'])
    expect(only(at).title).toBe(title)
  })

  test('who are named in `issue-assignees` later are assigned to the issue that stands', () => {
    const at = kept([OLD])
    night(at, [OLD], { assignees: ['lead'], assignable: ['lead'] })
    expect(only(at).assignees).toEqual(['lead'])
  })

  test('who assigned more than ten keep them all, and get no more', () => {
    const at = kept([OLD])
    const many = Array.from({ length: 12 }, (_, index) => `person-${index}`)
    at.issues = [edited(only(at), { assignees: many })]
    night(at, [OLD, key({ name: 'bob' })], { assignees: ['lead'], assignable: ['lead'] })
    expect(only(at).assignees).toEqual(many)
  })

  test('who rename it or write above the line find it set right', () => {
    const at = kept([OLD])
    const { title, body } = only(at)
    for (const change of [{ title: 'Keys!' }, { body: body.replace('alice', 'bob') }]) {
      at.issues = [edited(only(at), change)]
      expect(actionsOf(night(at, [OLD]))).toEqual(['update'])
      expect(only(at)).toMatchObject({ title, body })
    }
  })

  test('are assigned if they can be, ten at most, and never mentioned', () => {
    const keys = Array.from({ length: 15 }, (_, index) =>
      key({ name: `user-${index}`, owner: owner(`owner-${index}`) }),
    )
    const at = kept(keys, {
      assignees: ['lead', 'gone'],
      assignable: ['lead', ...keys.map((_, index) => `owner-${index}`)],
    })
    expect(only(at).assignees).toHaveLength(10)
    expect(only(at).assignees[0]).toBe('lead')
    expect(awakened(rendered(only(at).body))).toEqual([])
  })
})

describe('several issues for the same', () => {
  test('where all are closed, the last tells what people want', () => {
    const at = kept([OLD])
    const closed = { ...only(at), number: 9, state: 'closed' as const }
    const dismissed = { ...only(at), state: 'closed-as-not-planned' as const }
    at.issues = [closed, dismissed]
    expect(night(at, [OLD])).toMatchObject([{ action: 'update', issue: { number: 9 }, open: true }])
    at.issues = [
      { ...dismissed, number: 9 },
      { ...closed, number: 1 },
    ]
    expect(night(at, [OLD])).toMatchObject([
      { action: 'muted', issue: { number: 9 } },
      { action: 'keep', issue: { number: 1 } },
    ])
  })

  test('the lowest open one stays', () => {
    const at = kept([OLD])
    at.issues = [...at.issues, { ...only(at), number: 9 }]
    expect(actionsOf(night(at, [OLD]))).toEqual(['keep', 'close-duplicate'])
    expect(only(at).number).toBe(1)
  })

  test('the lowest open one stays, in whatever order GitHub lists them', () => {
    const at = kept([OLD])
    at.issues = [{ ...only(at), number: 9 }, only(at)]
    night(at, [OLD])
    expect(only(at).number).toBe(1)
  })
})

test('a state that another zlib packed otherwise is left as it is', () => {
  const at = kept([OLD])
  const body = only(at).body.replace(/(?<=audit:state:1 )\S+/, packed =>
    deflateRawSync(inflateRawSync(Buffer.from(packed, 'base64')), { level: 0 }).toString('base64'),
  )
  expect(body).not.toBe(only(at).body)
  at.issues = [edited(only(at), { body })]
  expect(actionsOf(night(at, [OLD]))).toEqual(['keep'])
})

describe('a damaged state', () => {
  /** The same state behind two million spaces. */
  const bombOf = (packed: string) => {
    const state = inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8')
    return deflateRawSync(`${' '.repeat(2_000_000)}${state}`).toString('base64')
  }
  const damage = (body: string) => body.replace(/(audit:state:1 \S{20})\S+/, '$1')

  test('is rebuilt without telling known keys as new', () => {
    const inactive = unverified({ name: 'carol', ageDays: 200, state: 'inactive' })
    const carol = key({ name: 'carol', ageDays: 200 })
    const at = kept([OLD, carol])
    night(at, [OLD, inactive])
    at.issues = [edited(only(at), { body: damage(only(at).body) })]
    expect(only(at).parsed.state).toBeNull()
    expect(actionsOf(night(at, [OLD, { ...inactive }]))).toEqual(['update'])
    expect(only(at).parsed.state?.keys.map(({ status }) => status)).toEqual(['stale', 'inactive'])
    expect(actionsOf(night(at, [OLD, inactive]))).toEqual(['keep'])
  })

  test('tells what is really new', () => {
    const at = kept([OLD])
    at.issues = [edited(only(at), { body: damage(only(at).body) })]
    night(at, [OLD, key({ name: 'bob' })])
    expect(at.comments[0]).toContain('1 new')
  })

  test('concludes nothing while an account is missing', () => {
    const at = kept([OLD])
    at.issues = [edited(only(at), { body: damage(only(at).body) })]
    expect(actionsOf(night(at, result([], { accounts: [audited(), notAudited()] })))).toEqual(['keep'])
  })

  test.each<[string, (packed: string) => string]>([
    ['of nonsense', () => 'AAAA'],
    ['of nothing that was ever packed', () => Buffer.alloc(30_000, 'x').toString('base64')],
    ['that unpacks to more than a megabyte', bombOf],
  ])('%s is not read, and does not stop the night', (_, damaged) => {
    const at = kept([OLD])
    const body = only(at).body.replace(/(?<=audit:state:1 )\S+/, damaged)
    expect(body.length).toBeLessThan(65_536)
    at.issues = [edited(only(at), { body })]
    expect(only(at).parsed.state).toBeNull()
    expect(actionsOf(night(at, [OLD]))).toEqual(['update'])
  })
})

describe('limits', () => {
  const many = Array.from({ length: 10_000 }, (_, index) =>
    key({
      name: `user-${String(index).padStart(5, '0')}`,
      accessKeyId: `AKIA${String(index).padStart(16, 'Z')}`,
      ageDays: 91 + index,
      declared: {
        tool: 'terraform',
        of: 'key',
        mayBeByHand: false,
        unapplied: false,
        reason: null,
        candidates: [{ path: 'iam/users.tf', line: index + 1, address: 'x' }],
      },
      next: step({ instructions: [command(['aws', 'iam', 'list-access-keys'])] }),
    }),
  )

  test('10,000 stale keys fit, the oldest are kept, and the number left out is told', () => {
    const at = tracker()
    night(at, many)
    const { body, title } = only(at)
    expect(body.length).toBeLessThan(65_536)
    expect(title).toBe('10,000 stale AWS access keys in prod-main')
    const text = textOf(rendered(body))
    expect(text).toContain('user-09999')
    expect(text).not.toContain('user-00000')
    expect(text).toMatch(/9,\d\d\d more keys are left out here/)
    expect(actionsOf(night(at, many))).toEqual(['keep'])
  })

  test('paths as long as AWS allows, and of no pattern, fit as well', () => {
    const noise = (seed: number) =>
      Array.from({ length: 512 }, (_, index) =>
        String.fromCharCode(97 + ((((seed + 7) * (index + 3) ** 2) % 9973) % 26)),
      ).join('')
    const long = many.slice(0, 400).map((one, index) => ({
      ...one,
      userArn: `arn:aws:iam::123456789012:user/${noise(index)}/${one.user}`,
    }))
    const at = tracker()
    night(at, long)
    expect(only(at).body.length).toBeLessThan(65_536)
    expect(only(at).parsed.state?.leftOut).toBeGreaterThan(200)
    expect(actionsOf(night(at, long))).toEqual(['keep'])
  })

  test('deactivated keys beyond the limit are counted, and the issue stays open until the last is deleted', () => {
    const some = many.slice(0, 250)
    const inactive = some.map(one => unverified({ name: one.user, ageDays: one.ageDays, state: 'inactive' }))
    const at = tracker()
    for (const half of [some.slice(0, 125), some]) night(at, half)
    night(at, [...inactive.slice(0, 125), ...some.slice(125)])
    night(at, inactive)
    const title = (): string => only(at).title
    expect(title()).toMatch(/^200 deactivated AWS access keys in prod-main await deletion$/)
    expect(only(at).body).toMatch(/1\d\d more keys are left out here for length/)
    expect(actionsOf(night(at, inactive))).toEqual(['keep'])

    night(at, inactive.slice(140))
    expect(title()).toMatch(/^110 deactivated/)
    expect(only(at).parsed.state).toMatchObject({ inactiveLeftOut: 10 })

    night(at, result([], { accounts: [audited(), notAudited()] }))
    expect(title()).toMatch(/^10 deactivated/)
    expect(actionsOf(night(at, []))).toEqual(['update and close with comment'])
  })

  test('a key that moves up into sight is no news', () => {
    const at = tracker()
    night(at, many)
    night(at, many.slice(0, -1))
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/^1 resolved\. 9,999 stale keys remain\./)
  })

  test('a key that turns stale is news, though others were left out before', () => {
    const at = tracker()
    night(at, many)
    const { leftOut = 0 } = only(at).parsed.state ?? {}
    expect(leftOut).toBeGreaterThan(0)
    const [movesUp] = many
    if (!movesUp) throw new Error('no key')
    const turned = key({ name: 'turned', ageDays: 91, staleSince: later(0.5) })
    night(at, result([...many.slice(-1), movesUp, turned], { asOf: later(1) }))
    expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/^1 new, .*New: turned /s)
  })

  test('a comment names 20 keys and counts the rest', () => {
    const at = kept([OLD])
    night(at, [OLD, ...many.slice(0, 100)])
    expect(textOf(rendered(at.comments[0] ?? ''))).toContain('and 80 more')
  })

  test('our part gives way to what people wrote, as far as it can', () => {
    const at = kept(many.slice(0, 300))
    const { body } = only(at)
    const [ours = ''] = body.split(USER_CONTENT_LINE)
    expect(ours.length).toBeGreaterThan(50_000)
    const userContent = `\n${'x'.repeat(60_000)}`
    at.issues = [edited(only(at), { body: `${ours}${USER_CONTENT_LINE}${userContent}` })]
    expect(actionsOf(night(at, many.slice(0, 300)))).toEqual(['update'])
    expect(only(at).body.length).toBeLessThanOrEqual(65_536)
    expect(only(at).parsed.userContent).toBe(userContent)
    expect(only(at).title).toMatch(/^300 /)
  })

  test('long names and much text below the line leave the issue within its limits', () => {
    const at = kept([OLD])
    at.issues = [edited(only(at), { body: `${only(at).body}${'x'.repeat(40_000)}` })]
    const accounts = [audited({ name: 'n'.repeat(400) })]
    night(at, result(many.slice(0, 300), { accounts }))
    expect(only(at).body.length).toBeLessThan(65_536)
    expect(only(at).title.length).toBeLessThanOrEqual(256)
  })
})

describe('hostile text', () => {
  test.each(HOSTILE_TEXTS)('%j wakes nothing up, in body or comment', text => {
    const hostile = key({
      name: text,
      owner: { name: text, kind: 'text', source: 'tag' },
      declared: {
        tool: 'terraform',
        of: 'key',
        mayBeByHand: false,
        unapplied: false,
        reason: null,
        candidates: [{ path: text, line: 1, address: text }],
      },
      next: step({
        title: text,
        reason: text,
        undo: { kind: 'text', text },
        instructions: [{ kind: 'text', text }, command(['aws', text], text)],
      }),
      later: [
        step({
          condition: text,
          instructions: [
            { kind: 'edit', tool: 'terraform', location: { path: text, line: 1 }, diff: text, note: text },
          ],
        }),
      ],
      replacement: { certain: true, title: text, explanation: text, location: null },
    })
    const accounts = [audited({ name: text }), audited({ id: '210987654321' })]
    const at = tracker()
    night(at, result([hostile], { accounts }))
    const plain = tracker()
    night(plain, result([key({ ...hostile, name: 'x' })], { accounts }))
    for (const body of [only(at).body]) {
      expect(awakened(rendered(body))).toEqual([])
      expect(only(at).parsed.state).not.toBeNull()
      expect(elementNames(rendered(body))).not.toContain('img')
      const folds = elementNames(rendered(body)).filter(name => ['table', 'details'].includes(name))
      expect(folds).toEqual(['details', 'details'])
      expect(hrefs(rendered(body)).every(href => href.startsWith('https://github.com/octo-org/'))).toBe(true)
    }
    night(at, result([], { accounts }))
    expect(awakened(rendered(at.comments.join('\n')))).toEqual([])
  })
})

describe('a redacted issue', () => {
  const LOGIN = { path: '.github/workflows/secret.yml', line: 9 }
  const edit = { diff: '+role-to-assume: arn:aws:iam::123456789012:role/secret-user', note: 'of secret-user' }
  const staticLogins = [{ ...LOGIN, via: 'input' as const, secret: 'SECRET_USER', edit }]
  const secret = key({
    name: 'secret-user',
    owner: owner('rita'),
    ageDays: 200,
    declared: {
      tool: 'terraform',
      of: 'key',
      mayBeByHand: false,
      unapplied: false,
      reason: null,
      candidates: [{ path: 'iam/secret.tf', line: 3, address: 'secret' }],
    },
    hardCoded: [{ path: 'bin/secret-id.sh', line: 2 }],
    replacement: { certain: true, title: 'x', explanation: 'for secret-user', location: LOGIN },
    next: step({
      reason: 'of secret-user',
      instructions: [command(['aws', 'secret-user'])],
    }),
  })
  const exempt = key({
    name: 'exempt-secret',
    hardCoded: [{ path: 'bin/secret-id.sh', line: 3 }],
    state: 'exempt',
  })

  test.each(['repository', 'account', 'user'] as const)(
    'per %s names no account, user, owner or key, hidden parts included',
    per => {
      const other = unverified({ name: 'other-secret', ageDays: 150 })
      const options = { per, redacted: true, assignable: ['rita'] }
      const at = kept(result([secret, exempt, other], { staticLogins }), options)
      for (const issue of at.issues) {
        const all = [issue.title, issue.body, JSON.stringify(issue.parsed)].join('\n')
        expect(all).not.toMatch(/secret[-_]user|\w+-secret|secret[.-]|123456789012|prod-main|rita|AKIA/i)
        expect(issue.assignees).toEqual([])
      }
      const again = night(at, result([other, exempt, secret], { staticLogins }), options)
      expect(new Set(actionsOf(again))).toEqual(new Set(['keep']))
    },
  )

  test.each([
    [null, /Keys have numbers.*Which key is it\?.*CreateDate/s],
    [SECRET, /eight letters.*Which key is it\?.*REDACTION_SECRET/s],
  ])('says that names are hidden, why, and how somebody with access to AWS finds a key', (given, how) => {
    const { body } = only(kept([secret], { redacted: true, secret: given }))
    const text = textOf(rendered(body))
    expect(text).toContain('Names are hidden here because octo-org/octo-repo is public.')
    expect(text).toMatch(how)
    expect(text).not.toContain('Find your name')
    expect(body).toContain('/docs/recipes.md#which-key-is-it')
  })

  describe('without a secret', () => {
    const young = key({ name: 'young', ageDays: 100 })
    const namesIn = (at: ReturnType<typeof kept>) =>
      (only(at).parsed.state?.keys ?? []).map(({ id, createdAt }) => [id, createdAt])

    test('tells keys by numbers that stay, and gives none a second time', () => {
      const at = kept([secret, young], { redacted: true })
      expect(namesIn(at)).toEqual([
        ['key 1', secret.createdAt],
        ['key 2', young.createdAt],
      ])
      expect(textOf(rendered(only(at).body))).toContain(`created ${secret.createdAt}`)
      const between = key({ name: 'between', ageDays: 150 })
      night(at, [between, young], { redacted: true })
      expect(namesIn(at)).toEqual([
        ['key 3', between.createdAt],
        ['key 2', young.createdAt],
      ])
      expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(
        /New: key 3, .*Resolved: key 1 no longer listed/s,
      )
      night(at, [young, secret], { redacted: true })
      expect(namesIn(at)).toEqual([
        ['key 4', secret.createdAt],
        ['key 2', young.createdAt],
      ])
    })

    test('goes on counting beyond nine', () => {
      const ten = Array.from({ length: 10 }, (_, index) => key({ name: `u${index}`, ageDays: 100 + index }))
      const at = kept(ten, { redacted: true })
      night(at, [...ten, secret], { redacted: true })
      expect(namesIn(at)).toContainEqual(['key 11', secret.createdAt])
    })

    test('goes on counting where its state is damaged', () => {
      const at = kept([secret, young], { redacted: true })
      at.issues = [
        edited(only(at), { body: only(at).body.replace(/audit:state:1 \S+/, 'audit:state:1 AAAA') }),
      ]
      expect(actionsOf(night(at, [secret, young], { redacted: true }))).toEqual(['update'])
      expect(namesIn(at).map(([id]) => id)).toEqual(['key 3', 'key 4'])
    })

    test('tells of no key as gone while an account is not audited', () => {
      const at = kept([secret], { redacted: true })
      const partly = result([], { accounts: [audited(), notAudited()] })
      expect(actionsOf(night(at, partly, { redacted: true }))).toEqual(['update'])
      expect(namesIn(at)).toEqual([['key 1', secret.createdAt]])
    })

    test('holds nothing that is computed from a name', () => {
      const at = kept([secret, young], { redacted: true })
      const { state } = only(at).parsed
      expect(state).toMatchObject({ redacted: true, lastNumber: 2 })
      expect(new Set(state?.keys.flatMap(({ user, account, name }) => [user, account, name.user]))).toEqual(
        new Set(['']),
      )
    })
  })

  test('tells whether a key is deleted or exempt neither by number nor under a secret', () => {
    for (const given of [null, SECRET]) {
      const at = kept([secret], { redacted: true, secret: given })
      night(at, [{ ...secret, state: 'exempt' }], { redacted: true, secret: given })
      expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/ no longer listed/)
      expect(only(at).parsed.state?.history.map(({ how }) => how)).toEqual(['unlisted'])
    }
  })

  test('whose secret changed tells no key as new, and none as gone', () => {
    const at = kept([secret], { redacted: true, secret: SECRET })
    expect(actionsOf(night(at, [secret], { redacted: true, secret: SECRET.toUpperCase() }))).toEqual([
      'update',
    ])
    expect(actionsOf(night(at, [secret], { redacted: true }))).toEqual(['update'])
  })

  test('of an earlier version, whose hashes can be undone, keeps none of them', () => {
    const at = kept([secret], { redacted: true })
    const body = only(at).body.replace(/(?<=audit:state:1 )\S+/, packed => {
      const state = JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8'))
      delete state.lastNumber
      for (const tracked of state.keys)
        Object.assign(tracked, { id: 'c2NyeXB0', user: 'c2NyeXB0', account: 'c2NyeXB0' })
      return deflateRawSync(JSON.stringify(state)).toString('base64')
    })
    at.issues = [edited(only(at), { body })]
    expect(actionsOf(night(at, [secret], { redacted: true }))).toEqual(['update'])
    expect(JSON.stringify(only(at).parsed.state)).not.toContain('c2NyeXB0')
  })

  test.each([null, SECRET])('recognizes a deactivated key without its ID (secret: %s)', given => {
    const hidden = { redacted: true, secret: given }
    const at = kept([secret], hidden)
    const inactive = unverified({ name: 'secret-user', ageDays: 200, state: 'inactive' })
    expect(actionsOf(night(at, [inactive], hidden))).toEqual(['update with comment'])
    expect(actionsOf(night(at, [], hidden))).toEqual(['update and close with comment'])
  })

  test('that shows names from now on tells no key as new', () => {
    const idle = key({ name: 'never-stale', ageDays: 300, state: 'inactive' })
    const at = kept([secret, idle], { redacted: true })
    expect(actionsOf(night(at, [secret, idle]))).toEqual(['update'])
    expect(only(at).body).toContain('secret-user')
    expect(only(at).body).not.toContain('never-stale')
    expect(actionsOf(night(at, [secret, idle], { redacted: true }))).toEqual(['update'])
    expect(only(at).body).not.toContain('secret-user')
  })
})

test('a key of unknown age is first, and late by nothing', () => {
  const unreadable = key({ name: 'zoe', ageDays: null, unreadable: { row: 3, column: 'x', value: 'N/A' } })
  const at = kept([OLD, unreadable])
  expect(only(at).parsed.state?.keys[0]?.name.user).toBe('zoe')
  night(at, [OLD])
  expect(textOf(rendered(at.comments[0] ?? ''))).toMatch(/zoe AKIA\w+ deleted$/m)
  expect(daysAgo(0)).toBe(later(0))
})
