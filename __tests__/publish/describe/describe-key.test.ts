import { describe, expect, test } from '@jest/globals'
import { describeKey } from '../../../src/publish/describe/describe-key.ts'
import { AS_OF, daysAgo, key } from '../build.ts'

describe('the age of a key that was used before its own date', () => {
  const used = key({ createdAt: daysAgo(23), usedBeforeCreated: daysAgo(211), ageDays: 211 })

  test('is a least age, with its reason', () => {
    expect(describeKey(used, { relativeTo: AS_OF }).age).toBe('at least 211 days old, by its last use')
  })

  test('is a day before which it was made, where a text has dates', () => {
    expect(describeKey(used, 'dates').age).toBe('created before 2026-04-27, when it was used')
  })
})
