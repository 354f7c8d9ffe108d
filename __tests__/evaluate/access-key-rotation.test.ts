import { expect, test } from '@jest/globals'
import { ACCESS_KEY_ROTATION } from '../../src/evaluate/access-key-rotation.ts'
import type { KeyFacts } from '../../src/evaluate/control.ts'

const NOW = new Date('2026-11-24T00:00:00Z')

test.each<[string, Partial<KeyFacts>, number, unknown]>([
  ['old key', {}, 90, { withinPolicy: false, withinControl: false }],
  ['old key under a longer limit', {}, 180, { withinPolicy: true, withinControl: false }],
  [
    'young key under a shorter limit',
    { createdAt: '2026-10-01T00:00:00Z' },
    30,
    { withinPolicy: false, withinControl: true },
  ],
  [
    'key of exactly 90 days',
    { createdAt: '2026-08-26T00:00:00Z' },
    90,
    { withinPolicy: true, withinControl: true },
  ],
  ['key of unknown date', { createdAt: null }, 180, { withinPolicy: false, withinControl: false }],
  [
    'young key whose status cannot be read',
    { createdAt: '2026-11-01T00:00:00Z', unreadable: { row: 2, column: 'access_key_1_active', value: '?' } },
    90,
    { withinPolicy: false, withinControl: false },
  ],
  ['inactive key', { active: false }, 90, null],
])('compliance of this key: %s', (_, facts, maxAgeDays, compliance) => {
  const lastUsed = { state: 'never' } as const
  const key = { active: true, createdAt: '2026-07-27T00:00:00Z', unreadable: null, lastUsed, ...facts }
  const policy = { maxAgeDays, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' } as const
  expect(ACCESS_KEY_ROTATION.evaluate({ keys: [key], policy, now: NOW })).toMatchObject([{ compliance }])
})
