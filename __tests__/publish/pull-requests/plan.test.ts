import { describe, expect, test } from '@jest/globals'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import type { KeyRecord } from '../../../src/domain/remediation-record.ts'
import { proposalsOf } from '../../../src/publish/pull-requests/plan.ts'
import { daysAgo, result, step } from '../build.ts'
import { CODE, declaredKey, editOf, INACTIVE } from './served.ts'

const REMOVAL = step({
  action: 'remove-from-code',
  title: 'Remove from code',
  instructions: [editOf(CODE, '')],
})

/** Inactive, and to be watched before it is removed. */
function inactive(over: Partial<KeyResult> = {}): KeyResult {
  return declaredKey({
    state: 'inactive',
    lastUsed: { state: 'never' },
    next: step({ action: 'confirm', title: 'Confirm nothing broke' }),
    later: [REMOVAL],
    ...over,
  })
}

function stepsOf(key: KeyResult, record: KeyRecord | null) {
  const records = new Map(record === null || key.accessKeyId === null ? [] : [[key.accessKeyId, record]])
  return proposalsOf({ result: result([key]), records }).proposals.map(({ step, reason }) => [step, reason])
}

describe('an inactive key is removed', () => {
  const since = daysAgo(90)

  test('where the issue has had it inactive for as long as deletion waits', () => {
    expect(stepsOf(inactive(), { state: 'inactive', since })).toEqual([
      ['remove', `the issue has had it inactive since ${since.slice(0, 10)}`],
    ])
    const used = { state: 'used', at: since, service: 's3', region: 'us-east-1' } as const
    expect(stepsOf(inactive({ lastUsed: used }), { state: 'inactive', since })).toHaveLength(1)
  })

  test.each<[string, KeyResult, KeyRecord | null]>([
    ['for a day less', inactive(), { state: 'inactive', since: daysAgo(89) }],
    ['never', inactive(), null],
    ['active', inactive(), { state: 'active', at: daysAgo(100) }],
    [
      'inactive and used after',
      inactive({ lastUsed: { state: 'used', at: daysAgo(80), service: 's3', region: 'us-east-1' } }),
      { state: 'inactive', since },
    ],
    [
      'inactive, with no knowledge of its use',
      inactive({ lastUsed: { state: 'unknown' } }),
      { state: 'inactive', since },
    ],
    ['inactive, of a key that is active now', inactive({ state: 'stale' }), { state: 'inactive', since }],
  ])('not where the issue has had it %s', (_, key, record) => {
    expect(stepsOf(key, record)).toEqual([])
  })

  test('where the audit itself says so', () => {
    expect(stepsOf(inactive({ next: REMOVAL, later: [] }), null)).toHaveLength(1)
  })

  test('after its code says Inactive, which would activate it again', () => {
    const next = step({ action: 'confirm', instructions: [editOf(CODE, INACTIVE)] })
    expect(stepsOf(inactive({ next }), null)).toEqual([['deactivate', step().reason]])
  })
})

test('code of another repository is changed there, by that repository’s own audit', () => {
  const location = { path: 'a.tf', line: 1, repository: { name: 'octo-org/billing', commit: 'a'.repeat(40) } }
  const key = declaredKey({}, editOf(CODE, INACTIVE, { location }))
  expect(proposalsOf({ result: result([key]), records: new Map() })).toEqual({
    proposals: [],
    without: new Map([[key.id, 'its code stands in octo-org/billing']]),
  })
})
