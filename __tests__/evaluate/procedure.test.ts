import { describe, expect, test } from '@jest/globals'
import { planRotation, type RotationKey } from '../../src/evaluate/procedure.ts'

describe('planRotation', () => {
  test('a key in use without a sibling gets a second key first', () => {
    const key: RotationKey = {
      id: 'A',
      accessKeyId: 'A',
      state: 'stale',
      createdAt: '2026-01-01T00:00:00Z',
      lastUsed: { state: 'used', at: '2026-11-23T00:00:00Z', region: null, service: null },
      declared: null,
      inactiveSince: null,
    }
    const plan = planRotation({
      user: 'ci',
      root: false,
      partition: 'aws',
      keys: [key],
      complete: true,
      maxAgeDays: 90,
      now: new Date('2026-11-24T00:00:00Z'),
    }).get('A')
    expect(plan?.next?.action).toBe('create-key')
  })
})
