import { describe, expect, test } from '@jest/globals'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import type { Evidence, Observation } from '../../src/domain/evidence.ts'
import { AT, audit, evidence, look, QUIET, refusal, unaskedEvidence } from './account.ts'
import { type Cells, csv, daysAgo, row, slot } from './csv.ts'

const ROOT = '<root_account>'
const root = row(ROOT)
const old: Cells = { user_creation_time: daysAgo(400) }
const young = row('bob', slot(1, daysAgo(3)), old)

function changed(user: string | null, days = 3): Observation {
  return { ...QUIET, changes: [{ at: daysAgo(days), user, accessKeyId: 'AKIAKEY', status: 'Active' }] }
}

function gone(deletedAt: string | null): Observation {
  return { kind: 'user-gone', user: 'bob', at: AT, deletedAt }
}

/** What is unverified of one account, beside its result. */
function of(rows: readonly Cells[], more: Partial<Evidence> = {}) {
  const { result, unverified, keys } = audit([evidence(csv(rows), more)])
  return {
    result,
    why: unverified.map(({ user, reason }) => [user, reason]),
    states: keys.map(key => key.state),
  }
}

describe('a pass is proved', () => {
  test.each<[string, Partial<Evidence>, string]>([
    ['by CloudTrail, which saw no change', {}, 'pass'],
    [
      'by the live look at a key that was switched off and on',
      { observations: [changed('bob'), look('bob', ['AKIAKEY', daysAgo(3)])] },
      'pass',
    ],
    [
      'against an old key that looks young',
      { observations: [changed('bob'), look('bob', ['AKIAKEY', daysAgo(400)])] },
      'fail',
    ],
    ['by the deletion of its user', { observations: [gone(daysAgo(0))] }, 'pass'],
  ])('%s', (_, more, result) => {
    expect(of([root, young], more)).toMatchObject({ result, why: [] })
  })

  test.each<[string, Cells[], Partial<Evidence>, string[]]>([
    [
      'a key switched off and on that nobody looked at',
      [root, young],
      { observations: [changed('bob')] },
      ['bob', 'status-changed'],
    ],
    [
      'a key switched on since the report that nobody looked at',
      [root, row('bob', slot(1, daysAgo(400), { active: 'false' }), old)],
      { observations: [changed('bob', 0)] },
      ['bob', 'status-changed'],
    ],
    [
      'a key of the root user that was switched off and on',
      [row(ROOT, slot(1, daysAgo(3)), old)],
      { observations: [changed(ROOT)] },
      [ROOT, 'status-changed'],
    ],
    [
      'a user who is not found, renamed perhaps',
      [root, young],
      { observations: [gone(null)] },
      ['bob', 'not-found'],
    ],
    [
      'a root user without a row, with a key',
      [young],
      { observations: [{ kind: 'account-summary', at: AT, accountAccessKeysPresent: 1 }] },
      [ROOT, 'no-root-row'],
    ],
    [
      'a root user without a row, the question refused',
      [young],
      { refusals: [refusal('iam:GetAccountSummary')] },
      [ROOT, 'no-root-row'],
    ],
    [
      'a key made after the report was fetched',
      [root, row('bob', slot(1, daysAgo(-1)), old)],
      {},
      ['bob', 'future-date'],
    ],
    [
      'a use after the report was fetched',
      [root, row('bob', slot(1, daysAgo(9), { used: daysAgo(-1) }), old)],
      {},
      ['bob', 'future-date'],
    ],
    [
      'a key that the live look dates after itself',
      [root, young],
      { observations: [look('bob', ['AKIAKEY', daysAgo(-1)])] },
      ['bob', 'future-date'],
    ],
  ])('not by %s', (_, rows, more, why) => {
    expect(of(rows, more)).toMatchObject({ result: 'error', why: [why] })
  })

  test('and what is stale by the report stays so while its user is not found', () => {
    const stale = row('bob', slot(1, daysAgo(200)), old)
    expect(of([root, stale], { observations: [gone(null)] }).states).toEqual(['stale'])
  })

  test('of a change that could only make a stale key look young, not of one that is stale anyway', () => {
    const stale = row('bob', slot(1, daysAgo(200)), old)
    expect(of([root, stale], { observations: [changed('bob')] })).toMatchObject({ result: 'fail', why: [] })
  })

  test('of clocks that differ by five minutes at most', () => {
    const at = (minutes: number) => daysAgo(-minutes / 1440)
    expect(of([root, row('bob', slot(1, at(5)), old)]).why).toEqual([])
    expect(of([root, row('bob', slot(1, at(5.1)), old)]).why).toEqual([['bob', 'future-date']])
  })
})

describe('what CloudTrail did not tell', () => {
  const doubtful = expect.stringContaining('The keys of 1 user may be older than the credential report says')
  const notes = (given: Evidence, verifyKeys: 'findings' | 'none' = 'findings') =>
    audit([given], { policy: { verifyKeys } }).accounts.flatMap(each =>
      each.status === 'audited' ? each.notes.map(({ text }) => text) : [],
    )
  const denied = [refusal('cloudtrail:LookupEvents'), refusal('iam:ListAccessKeys')]

  test('is noted of users whom no live look proves, and passes', () => {
    const given = evidence(csv([root, young]), { refusals: denied })
    expect(notes(given)).toContainEqual(doubtful)
    expect(audit([given]).result).toBe('pass')
    expect(notes(unaskedEvidence(csv([root, young])))).toEqual([doubtful])
  })

  test('is not noted where a live look told, or the policy trusts the report', () => {
    const observations = [look('bob', ['AKIAKEY', daysAgo(3)])]
    const given = evidence(csv([root, young]), { observations, refusals: denied.slice(0, 1) })
    expect(notes(given)).not.toContainEqual(doubtful)
    expect(notes(unaskedEvidence(csv([root, young])), 'none')).toEqual([])
  })
})

test('a root user without a row is accepted by name alone', () => {
  const rule = { account: null, reason: 'none', ticket: null, expires: '2027-01-01', line: 3 }
  const verdict = (user: string) =>
    audit([unaskedEvidence(csv([young]))], {
      config: { ...EMPTY_CONFIG, acceptUnverified: [{ ...rule, user }] },
    }).result
  expect([verdict(ROOT), verdict('bob')]).toEqual(['pass', 'error'])
})
