import { describe, expect, test } from '@jest/globals'
import type { AuditResult } from '../../../src/domain/audit-result.ts'
import { UserError } from '../../../src/domain/errors.ts'
import { verdict, verdictInFull } from '../../../src/publish/describe/verdict.ts'
import { withFailures } from '../../../src/publish/report.ts'
import { audited, key, notAudited, POLICY, report, result } from '../build.ts'

const inFull = (audit: AuditResult, problems: readonly UserError[] = []) =>
  verdictInFull(withFailures(report({ result: audit }), problems))
const fresh = (name: string) => key({ name, ageDays: 10 })
const exempt = (name: string) => key({ name, state: 'exempt' })
const policy = (over: Partial<AuditResult['policy']>) => ({ policy: { ...POLICY, ...over } })
const UNCLEAR = key({
  ageDays: 23,
  state: 'stale',
  unreadable: { row: 3, column: 'access_key_1_active', value: 'maybe' },
})

const undated = (reportNewestDate: string) => {
  const { evidence, ...account } = audited()
  return {
    ...account,
    evidence: { ...evidence, gatheredAt: null, reportGeneratedAt: null, reportNewestDate },
  }
}

describe('the verdict of', () => {
  test.each<[string, AuditResult, string]>([
    [
      'some stale keys',
      result([key(), key({ name: 'b' }), fresh('c')]),
      '2 of 3 active access keys are over 90 days',
    ],
    ['one stale key of several', result([key(), fresh('c')]), '1 of 2 active access keys is over 90 days'],
    ['the only key, stale', result([key()]), 'The only active access key is over 90 days'],
    [
      'nothing but stale keys',
      result([key(), key({ name: 'b' })]),
      'All 2 active access keys are over 90 days',
    ],
    ['fresh keys', result([fresh('a'), fresh('b')]), 'All 2 active access keys are at most 90 days old'],
    ['one fresh key', result([fresh('a')]), 'The only active access key is at most 90 days old'],
    ['no key', result([]), 'There is no active access key'],
    [
      'a root key that only the account summary tells of',
      result([], { accounts: [audited({ rootUser: { state: 'key-of-unknown-age' } })] }),
      'There is no active access key; 1 root user has a key of unknown age',
    ],
    [
      'no key, and a root user that could not be looked at',
      result([], { accounts: [audited({ rootUser: { state: 'not-evaluated' } })] }),
      'There is no active access key; 1 root user was not evaluated',
    ],
    [
      'fresh and exempt keys',
      result([fresh('a'), fresh('b'), exempt('c')]),
      '2 of 3 active access keys are at most 90 days old; 1 is over 90 days (exempt)',
    ],
    [
      'exempt keys alone',
      result([exempt('a'), exempt('b')]),
      'All 2 active access keys are over 90 days (exempt)',
    ],
    [
      'stale and exempt keys',
      result([key(), key({ name: 'b' }), exempt('c'), fresh('d')]),
      '3 of 4 active access keys are over 90 days (1 exempt)',
    ],
    [
      'a young key that is exempt',
      result([fresh('a'), key({ name: 'b', ageDays: 80, state: 'exempt' })]),
      'All 2 active access keys are at most 90 days old',
    ],
    [
      'a key whose date cannot be read',
      result([
        key(),
        key({ name: 'b', ageDays: null, unreadable: { row: 3, column: 'x', value: 'y' } }),
        fresh('c'),
      ]),
      '1 of 3 active access keys is over 90 days; 1 has no date',
    ],
    [
      'unreadable dates alone',
      result([key({ ageDays: null, unreadable: { row: 3, column: 'x', value: 'y' } }), fresh('c')]),
      '1 of 2 active access keys has no date',
    ],
    [
      'a young key whose status cannot be read, beside an old one',
      result([key(), UNCLEAR, fresh('c')]),
      '1 of 3 active access keys is over 90 days; 1 has no readable status',
    ],
    [
      'an unreadable status alone',
      result([UNCLEAR, fresh('c')]),
      '1 of 2 active access keys has no readable status',
    ],
    [
      'an unreadable status of an old key',
      result([key({ unreadable: UNCLEAR.unreadable })]),
      'The only active access key is over 90 days',
    ],
    [
      'another limit',
      result([fresh('a')], policy({ maxAgeDays: 1 })),
      'The only active access key is at most 1 day old',
    ],
    [
      'an account that failed beside a clean one',
      result([fresh('a'), fresh('b')], { accounts: [audited(), notAudited()] }),
      'All 2 active access keys are at most 90 days old; 1 of 2 accounts was not audited',
    ],
    [
      'accounts that failed beside a stale key',
      result([key(), fresh('b')], { accounts: [audited(), notAudited(), notAudited({ id: '1' })] }),
      '1 of 2 active access keys is over 90 days; 2 of 3 accounts were not audited',
    ],
    [
      'the only account, failed',
      result([], { accounts: [notAudited()] }),
      'The account could not be audited',
    ],
    [
      'accounts that all failed',
      result([], { accounts: [notAudited(), notAudited({ id: '1' })] }),
      'None of the 2 accounts could be audited',
    ],
    [
      'a report that tells its age by its newest date alone',
      result([fresh('a')], { accounts: [undated('2025-01-07T00:00:00Z')] }),
      'The only active access key is at most 90 days old; by a credential report of 2025-01-07 or later',
    ],
    [
      'two such reports',
      result([fresh('a')], { accounts: [undated('2025-01-07T00:00:00Z'), undated('2025-01-06T00:00:00Z')] }),
      'The only active access key is at most 90 days old; by 2 credential reports that do not say when they were made, the oldest of 2025-01-06 or later',
    ],
    [
      'such a report of less than a day before',
      result([fresh('a')], { accounts: [undated('2026-11-23T00:00:01Z')] }),
      'The only active access key is at most 90 days old',
    ],
    ['no account at all', result([], { accounts: [] }), 'No account was audited'],
  ])('%s', (_, audit, sentence) => {
    expect(verdict(audit)).toBe(sentence)
  })
})

describe('the verdict in full', () => {
  test('names the oldest stale key', () => {
    expect(inFull(result([key({ name: 'old', ageDays: 1980 }), key({ name: 'b' }), fresh('c')]))).toBe(
      '2 of 3 active access keys are over 90 days; oldest: old, 1,980 days',
    )
  })

  test('never says that a stale key is 90 days old', () => {
    const barely = key({
      ageDays: 90,
      createdAt: '2026-08-25T23:59:59Z',
      staleSince: '2026-11-23T23:59:59Z',
      state: 'stale',
    })
    expect(inFull(result([barely, fresh('c')]))).toBe(
      '1 of 2 active access keys is over 90 days; oldest: ci-deployer, 90+ days',
    )
  })

  test('names its account where there are several', () => {
    const accounts = [audited(), notAudited()]
    expect(inFull(result([key(), fresh('c')], { accounts }))).toBe(
      '1 of 2 active access keys is over 90 days; oldest: ci-deployer in prod-main, 412 days; 1 of 2 accounts was not audited',
    )
    const alike = [audited(), notAudited({ name: 'prod-main' })]
    expect(inFull(result([key()], { accounts: alike }))).toContain('ci-deployer in prod-main (123456789012),')
  })

  test('says why a step passes in spite of stale keys', () => {
    expect(inFull(result([key(), fresh('c')], policy({ failOn: 'never' })))).toContain(
      'the step passes because fail-on is never',
    )
    const passes = { fails: false, reason: null, keys: [] }
    expect(inFull(result([key()], { ...policy({ failOn: 'changed' }), step: passes }))).toContain(
      'none is declared in a file that this change touches, so the check passes',
    )
  })

  test.each([
    ['stale keys that may not fail it', policy({ failOn: 'never' }), [key(), fresh('c')]],
    ['no stale key at all', {}, [fresh('c')]],
  ])('never says that a step passes which fails over something not done, with %s', (_, over, keys) => {
    const told = inFull(result(keys, over), [new UserError('No issue', 'Allow it')])
    expect(told).toContain('the step fails because not everything was done')
    expect(told).not.toContain('passes')
  })

  test('says which of the stale keys fail the check of a change', () => {
    const step = { fails: true, reason: 'changed', keys: ['x'] } as const
    expect(inFull(result([key()], { ...policy({ failOn: 'changed' }), step }))).toContain(
      '1 is declared in files that this change touches',
    )
  })

  test('says that files of a change which could not be read fail its check', () => {
    const step = { fails: true, reason: 'unread', keys: ['x'] } as const
    expect(inFull(result([key()], { ...policy({ failOn: 'changed' }), step }))).toContain('could not be read')
  })

  test('says that expiring keys fail the step', () => {
    const step = { fails: true, reason: 'expiring', keys: ['x'] } as const
    expect(inFull(result([key({ ageDays: 80 })], { ...policy({ failOn: 'expiring' }), step }))).toContain(
      'the step fails because fail-on is expiring',
    )
  })
})
