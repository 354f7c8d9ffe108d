import { describe, expect, test } from '@jest/globals'
import { leftOutLines } from '../../../src/publish/describe/left-out.ts'
import { verdict } from '../../../src/publish/describe/verdict.ts'
import { logOf } from '../../../src/publish/github/log.ts'
import { summaryOf } from '../../../src/publish/github/summary.ts'
import { redactReport, report, result } from '../build.ts'

const leftOut = [
  { id: '111111111111', name: 'old', reason: 'suspended' },
  { id: '222222222222', name: null, reason: 'excluded' },
] as const

describe('accounts that were left out', () => {
  const full = report({ result: result([], { leftOut }) })

  test('are named with the reason in summary and log, and counted in the headline', () => {
    const lines = [
      'Not audited, as suspended: 1 account: old (111111111111)',
      'Not audited, as named by exclude-accounts: 1 account: 222222222222',
    ]
    expect(leftOutLines(full.result)).toEqual(lines)
    expect(verdict(full.result)).toContain('2 accounts of the organization were left out')
    const log = logOf(full).map(({ title }) => title)
    for (const line of lines) expect(log).toContain(line)
    expect(summaryOf(full).markdown).toContain('111111111111')
  })

  test('are only counted where names are hidden', () => {
    const hidden = redactReport(full)
    expect(verdict(hidden.result)).toContain('2 accounts of the organization were left out')
    expect(JSON.stringify([hidden, logOf(hidden), summaryOf(hidden)])).not.toMatch(
      /111111111111|222222222222|"old"/,
    )
  })
})
