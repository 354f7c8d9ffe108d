import { describe, expect, test } from '@jest/globals'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import { countsOf } from '../../../src/publish/issues/outcome.ts'
import { audited, key, notAudited, result } from '../build.ts'
import { edited, later, type NightOptions, night, only, type Tracker, tracker } from './nights.ts'

const ALICE = key({ name: 'alice', ageDays: 121 })
const BOB = key({ name: 'bob', ageDays: 91 })
const OTHER = audited({ id: '345678901234' })
const FAILED = notAudited()

/** One night's numbers, as the outputs tell them. */
function counts(at: Tracker, keys: readonly KeyResult[], options: NightOptions & { failed?: boolean } = {}) {
  const { failed = false, ...rest } = options
  const tonight = options.result ?? result(keys, { accounts: [audited(), failed ? FAILED : OTHER] })
  return countsOf(night(at, tonight, rest), tonight)
}

describe('how many keys came and went', () => {
  test('is counted against what the issue remembers, once each', () => {
    const at = tracker()
    expect(counts(at, [])).toEqual({ newStale: 0, resolved: 0 })
    expect(counts(at, [ALICE])).toEqual({ newStale: 1, resolved: 0 })
    expect(counts(at, [ALICE])).toEqual({ newStale: 0, resolved: 0 })
    expect(counts(at, [BOB])).toEqual({ newStale: 1, resolved: 1 })
    expect(counts(at, [])).toEqual({ newStale: 0, resolved: 1 })
    expect(counts(at, [])).toEqual({ newStale: 0, resolved: 0 })
  })

  test('a deactivated key is resolved, and new once it is active again', () => {
    const at = tracker()
    counts(at, [ALICE])
    expect(counts(at, [{ ...ALICE, state: 'inactive' }])).toEqual({ newStale: 0, resolved: 1 })
    expect(counts(at, [ALICE])).toEqual({ newStale: 1, resolved: 0 })
  })

  test('is the sum of all issues', () => {
    const at = tracker()
    expect(counts(at, [ALICE, BOB], { per: 'user' })).toEqual({ newStale: 2, resolved: 0 })
    expect(counts(at, [], { per: 'user' })).toEqual({ newStale: 0, resolved: 2 })
  })

  test('a key beyond those that the issue has room for is counted once, too', () => {
    const many = Array.from({ length: 230 }, (_, index) =>
      key({ name: `u${index}`, ageDays: index < 229 ? 200 : 95 }),
    )
    const at = tracker()
    expect(counts(at, many)).toEqual({ newStale: 230, resolved: 0 })
    const tomorrow = result(
      [...many.slice(0, -1), key({ name: 'late', ageDays: 91, staleSince: later(0.5) })],
      {
        asOf: later(1),
      },
    )
    // One of those left out went and another came: the record's numbers are the same.
    expect(counts(at, [], { result: tomorrow })).toEqual({ newStale: 1, resolved: null })
    expect(counts(at, [], { result: { ...tomorrow, asOf: later(2) } })).toEqual({
      newStale: 0,
      resolved: null,
    })
  })
})

describe('0 is never said of what is not known', () => {
  test('where keys were left out, and one of unknown age may have been among them', () => {
    const many = Array.from({ length: 230 }, (_, index) => key({ name: `u${index}`, ageDays: 200 }))
    const at = tracker()
    counts(at, many)
    expect(counts(at, many)).toEqual({ newStale: 0, resolved: null })
    const undated = key({ name: 'undated', ageDays: null })
    expect(counts(at, [...many, undated])).toEqual({ newStale: null, resolved: null })
  })

  test('where an account failed, the others’ news are counted, and without any nothing is', () => {
    const at = tracker()
    expect(counts(at, [], { failed: true })).toEqual({ newStale: null, resolved: null })
    expect(counts(at, [ALICE], { failed: true })).toEqual({ newStale: 1, resolved: null })
    expect(counts(at, [ALICE], { failed: true })).toEqual({ newStale: null, resolved: null })
  })

  test('where a user is unverified', () => {
    const unverified = [{ account: '123456789012', userArn: BOB.userArn }] as unknown as ReturnType<
      typeof result
    >['unverified']
    expect(counts(tracker(), [], { result: result([], { unverified }) })).toEqual({
      newStale: null,
      resolved: null,
    })
  })

  test('where the issue’s record is damaged', () => {
    const at = tracker()
    counts(at, [ALICE])
    const damaged = only(at).body.replace(/state:1 \S+/, 'state:1 AAAA')
    at.issues = [edited(only(at), { body: damaged })]
    expect(counts(at, [ALICE, BOB])).toEqual({ newStale: null, resolved: null })
    // That night wrote it again.
    expect(counts(at, [BOB])).toEqual({ newStale: 0, resolved: 1 })
  })

  test('where a person’s text leaves the issue no room', () => {
    const at = tracker()
    counts(at, [ALICE])
    at.issues = [edited(only(at), { body: `${only(at).body}${'x'.repeat(66_000)}` })]
    expect(counts(at, [BOB])).toEqual({ newStale: null, resolved: null })
  })
})
