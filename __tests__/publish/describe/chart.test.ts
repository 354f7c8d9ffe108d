import { describe, expect, test } from '@jest/globals'
import { ageChart, trendChart } from '../../../src/publish/describe/chart.ts'
import { verdict } from '../../../src/publish/describe/verdict.ts'
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

  test('counts exempt keys, and those without a date in a bar of their own, as the headline does', () => {
    const keys = [key(), key({ name: 'b', state: 'exempt' }), key({ name: 'c', ageDays: null })]
    const shown = labels(ageChart(result(keys)).markdown)
    expect(shown.slice(-2)).toEqual(['over 365: 2', 'no date: 1'])
    expect(verdict(result(keys))).toBe('2 of 3 active access keys are over 90 days (1 exempt); 1 has no date')
  })

  test('counts a key used before its own date from that use, as its row does', () => {
    const toggled = key({
      ageDays: 200,
      createdAt: '2026-11-20T00:00:00Z',
      usedBeforeCreated: '2026-05-08T00:00:00Z',
    })
    expect(labels(ageChart(result([toggled])).markdown)).toContain('181–365: 1')
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
