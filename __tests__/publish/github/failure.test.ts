import { describe, expect, test } from '@jest/globals'
import { UserError } from '../../../src/domain/errors.ts'
import { failureOutput } from '../../../src/publish/github/failure.ts'

describe('a failure where names are hidden', () => {
  const error = new UserError(
    'The role of 210987654321 is unknown.\n  for 210987654321',
    'Write arn:aws:iam::210987654321:role/audit.',
    'zebra-role',
    { faults: [{ location: { path: 'rules.yml', line: 3 }, message: 'no account: "210987654321"' }] },
  )

  test('repeats no account ID, not even one that the user gave, and no detail', () => {
    const told = JSON.stringify(failureOutput(error, true))
    expect(told).not.toMatch(/210987654321|zebra/)
    expect(told).toContain('Write arn:aws:iam::…:role/audit.')
  })

  test('is told in full where they are shown', () => {
    const told = JSON.stringify(failureOutput(error, false))
    for (const part of ['role of 210987654321', ':210987654321:role', 'zebra-role', 'no account: '])
      expect(told).toContain(part)
  })
})
