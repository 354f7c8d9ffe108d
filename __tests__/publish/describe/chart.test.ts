import { describe, expect, test } from '@jest/globals'
import { ageChart, trendChart } from '../../../src/publish/describe/chart.ts'
import { key, POLICY, result } from '../build.ts'

const labels = (markdown: string) =>
  [...(/x-axis \[(.*)\]/.exec(markdown)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(m => m[1])

describe('the chart of key ages', () => {
  test('counts active keys by age, the limit between those within and those beyond', () => {
    const keys = [0, 30, 31, 90, 91, 180, 365, 366, 2000].map(ageDays => key({ ageDays }))
    expect(labels(ageChart(result([...keys, key({ state: 'inactive' })])).markdown)).toEqual([
      '0–30: 2',
      '31–60: 1',
      '61–90: 1',
      'limit: 90',
      '91–180: 2',
      '181–365: 1',
      'over 365: 2',
    ])
  })

  test('a key one second over the limit stands beyond it', () => {
    const over = key({ ageDays: 90, createdAt: '2026-08-25T23:59:59Z' })
    expect(labels(ageChart(result([over])).markdown)).toContain('91–180: 1')
  })

  test.each([
    [1, ['0–1: 0', 'limit: 1', '2: 0', '3–365: 1', 'over 365: 0']],
    [
      365,
      ['0–122: 1', '123–244: 0', '245–365: 0', 'limit: 365', '366–730: 0', '731–1,460: 0', 'over 1,460: 0'],
    ],
  ])('follows a limit of %d days', (maxAgeDays, expected) => {
    const audit = result([key({ ageDays: 50 })], { policy: { ...POLICY, maxAgeDays } })
    expect(labels(ageChart(audit).markdown)).toEqual(expected)
  })

  test('is absent where no age is known', () => {
    expect(ageChart(result([key({ ageDays: null })])).markdown).toBe('')
    expect(ageChart(result([])).markdown).toBe('')
  })
})

test('the trend takes only days and counts, whatever the issue kept', () => {
  const { markdown } = trendChart([
    { day: '2026-11-23', stale: 3 },
    { day: '"]\nclick', stale: 4 },
  ])
  expect(labels(markdown)).toEqual(['11-23', ''])
  expect(markdown.split('\n').filter(line => line.includes('click'))).toEqual([])
})
