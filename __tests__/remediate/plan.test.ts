import { describe, expect, test } from '@jest/globals'
import { type Config, EMPTY_CONFIG } from '../../src/config/config.ts'
import type { KeyLastUse, KeyResult } from '../../src/domain/audit-result.ts'
import { formatInstant } from '../../src/domain/time.ts'
import {
  judge,
  type LiveKey,
  planRemediation,
  type Remediable,
  type RemediationRun,
  type StatusHistory,
} from '../../src/remediate/plan.ts'
import { AS_OF, daysAgo, key, result } from '../publish/build.ts'

const NOW = new Date(AS_OF)
const RUN: RemediationRun = {
  mode: 'apply',
  savedEvidence: false,
  asOf: false,
  notToWrite: null,
  redacted: false,
  unread: [],
  keyIds: [],
  milliseconds: 60_000,
}
const UNUSED = used(daysAgo(200))

describe('among the keys that a limit points at', () => {
  const candidatesOf = (over: Partial<KeyResult>) => planned(key(over))

  test.each(['stale', 'exempt', 'inactive'] as const)('is no %s one whose last use is not known', state => {
    expect(candidatesOf({ state, lastUsed: UNUSED })).toHaveLength(1)
    expect(candidatesOf({ state, lastUsed: { state: 'unknown' } })).toEqual([])
  })

  test.each(['expiring', 'fresh'] as const)('is no %s one', state => {
    expect(candidatesOf({ state, lastUsed: UNUSED })).toEqual([])
  })

  test('one of which the report has a cell that cannot be read is left alone, with the reason', () => {
    const unreadable = { row: 3, column: 'access_key_1_last_rotated', value: 'x' }
    expect(candidatesOf({ unreadable, lastUsed: UNUSED })).toMatchObject([
      { refusal: 'The credential report has a cell about this key that cannot be read.' },
    ])
    expect(candidatesOf({ lastUsed: UNUSED })).toMatchObject([{ refusal: null }])
  })
})

test('a key that the report has as active, inactive as it is now, is left alone', () => {
  const old = key({ state: 'inactive', lastUsed: UNUSED })
  expect(planned(old)).toMatchObject([{ what: 'delete', refusal: null }])
  expect(planned(old, { reportedActive: [old.id] })).toMatchObject([
    { refusal: expect.stringContaining('it became so only since') },
  ])
})

test('a key of a user of whom something is not proved is left alone, accepted or not', () => {
  const old = key({ lastUsed: UNUSED })
  const { account, user, userArn } = old
  const unverified = [{ account, user, userArn, reason: 'incomplete-row', accepted: null }] as const
  expect(planned(old, { result: { ...result([old]), unverified } })).toMatchObject([
    { refusal: expect.stringContaining('unverified') },
  ])
})

describe('deletion', () => {
  const off = (minutesAfter: number | null) =>
    judgeDeletion(minutesAfter === null ? {} : { lastUsed: used(minutesFrom(daysAgo(100), minutesAfter)) }, {
      kind: 'changed',
      at: daysAgo(100),
      status: 'Inactive',
    })

  test('allows a last use recorded a quarter of an hour after the deactivation, as AWS records it late', () => {
    expect([null, -1, 0, 15].map(off)).toEqual([null, null, null, null])
    expect([16, 59, 24 * 60].map(off)).toEqual(
      Array(3).fill('The key was used after CloudTrail saw it deactivated.'),
    )
  })

  test('needs the deactivation to be as old as the limit, to the second', () => {
    const at = (instant: string) => judgeDeletion({}, { kind: 'changed', at: instant, status: 'Inactive' })
    expect(at(daysAgo(30))).toBeNull()
    expect(at(minutesFrom(daysAgo(30), 1))).toBe(
      'The key was deactivated on 2026-10-25, within the 30 days of the limit.',
    )
  })

  test('is refused without an event, however old the key and whatever the limit', () => {
    for (const days of [1, 30, 90])
      expect(judgeDeletion({ createdAt: daysAgo(900) }, { kind: 'unchanged' }, days)).toMatch(
        /^CloudTrail has no event that deactivated the key, so nothing proves/,
      )
  })

  test('is refused by a last event that activated the key, and by an unknown history', () => {
    expect(judgeDeletion({}, { kind: 'changed', at: daysAgo(100), status: 'Active' })).toMatch(
      /did not deactivate it/,
    )
    expect(judgeDeletion({}, { kind: 'unknown', reason: 'Nobody knows.' })).toBe('Nobody knows.')
  })

  function judgeDeletion(of: Partial<LiveKey>, history: StatusHistory, days = 30) {
    const one = live({ status: 'Inactive', ...of })
    return judged('delete', one, [], history, days)
  }
})

describe('deactivation', () => {
  const beside = (...others: readonly LiveKey[]) => {
    const one = live({ lastUsed: used(daysAgo(120)) })
    return judged('deactivate', one, others)
  }
  const recent = { accessKeyId: 'AKIAOTHER', lastUsed: used(daysAgo(3)) }

  test('of an idle key goes on beside another active one in use, as in any rotation', () => {
    expect(beside(live(recent))).toBeNull()
  })

  test('of the only active key is refused where another was used lately, and not where it was long ago', () => {
    const inactive = live({ ...recent, status: 'Inactive' })
    expect(beside(inactive)).toBe(
      'It is the only active key of a user whose other key was used on 2026-11-21, within the 90 days of the limit.',
    )
    expect(beside({ ...inactive, lastUsed: used(daysAgo(90)) })).toBeNull()
    expect(beside({ ...inactive, lastUsed: { state: 'never' } })).toBeNull()
  })
})

test.each(['deactivate', 'delete'] as const)('%s says whether the key was used or made too lately', what => {
  const status = what === 'delete' ? 'Inactive' : 'Active'
  const limit = what === 'delete' ? 30 : 90
  const reason = (of: Partial<LiveKey>) => judged(what, live({ status, ...of }))
  expect(reason({ lastUsed: used(daysAgo(10)) })).toBe(
    `The key was used on 2026-11-14, within the ${limit} days of the limit.`,
  )
  expect(reason({ createdAt: daysAgo(10) })).toBe(
    `The key was made on 2026-11-14, within the ${limit} days of the limit.`,
  )
})

function planned(one: KeyResult, of: Partial<Remediable> = {}) {
  return planRemediation({
    run: RUN,
    result: result([one]),
    reportedActive: [],
    config: config(),
    now: NOW,
    ...of,
  })
}

function config(limits: Partial<Config['remediation']> = {}): Config {
  return {
    ...EMPTY_CONFIG,
    remediation: {
      deactivateAfterIdleDays: 90,
      deleteAfterInactiveDays: 30,
      maxChanges: 10,
      madeByHand: [],
      ...limits,
    },
  }
}

function live(over: Partial<LiveKey> = {}): LiveKey {
  return {
    accessKeyId: 'AKIALIVE',
    status: 'Active',
    createdAt: daysAgo(400),
    lastUsed: { state: 'never' },
    ...over,
  }
}

function used(at: string): KeyLastUse {
  return { state: 'used', at, service: 's3', region: 'us-east-1' }
}

function judged(
  what: 'deactivate' | 'delete',
  one: LiveKey,
  others: readonly LiveKey[] = [],
  history: StatusHistory = { kind: 'unchanged' },
  days = what === 'delete' ? 30 : 90,
): string | null {
  const account = { id: '123456789012', partition: 'aws', name: null, alias: null } as const
  return judge(
    { key: key(), what, days, audited: { account, role: null }, evaluated: [], refusal: null },
    { key: one, others },
    history,
    config(),
    NOW,
  )
}

function minutesFrom(instant: string, minutes: number): string {
  return formatInstant(new Date(Date.parse(instant) + minutes * 60_000))
}
