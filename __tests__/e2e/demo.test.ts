import { beforeAll, expect, test } from '@jest/globals'
import { prepareDemo } from '../../sandbox/demo-account.ts'
import { type RunResult, runAction } from '../../sandbox/runner.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { elements, rendered, textOf } from '../publish/rendered.ts'

/** What the demo's page shows: thirty-odd users in every state. */
let shown: RunResult
let issue = ''

beforeAll(async () => {
  const { served, options } = prepareDemo()
  const sandbox = await startSandbox(served)
  try {
    shown = await runAction({ ...options, sandbox, inputs: { ...options.inputs, 'create-issue': 'true' } })
  } finally {
    await sandbox.close()
  }
  const [only] = [...served.github.repositories.values()].flatMap(({ issues }) => issues)
  issue = only?.body ?? ''
})

test('the issue of nineteen stale keys has at most a third of 42 kB, and a row for each', () => {
  expect(issue.length).toBeLessThanOrEqual(14_000)
  const rows = elements(rendered(issue), 'summary').filter(row => elements(row, 'br').length > 0)
  expect(rows).toHaveLength(19)
  expect(rows.every(row => elements(row, 'strong').length > 0)).toBe(true)
})

test('headline, counts, chart and list agree', () => {
  const tree = rendered(shown.summary ?? '')
  const text = textOf(tree)
  const [, over, active, exempt, undated] =
    /^(\d+) of (\d+) active access keys are over 90 days \((\d+) exempt\); (\d+) has no date$/m.exec(text) ??
    []
  const bars = [...(/x-axis \[(.*)\]/.exec(text)?.[1] ?? '').matchAll(/"(.*?): (\d+)"/g)].map(
    ([, label = '', count]) => ({ label, count: Number(count) }),
  )
  const sum = (labels: RegExp) =>
    bars.filter(({ label }) => labels.test(label)).reduce((total, { count }) => total + count, 0)
  expect(sum(/^(91|181|over)/)).toBe(Number(over))
  expect(sum(/^no date/)).toBe(Number(undated))
  expect(sum(/^(?!limit)/)).toBe(Number(active))
  const [stale] = elements(tree, 'tbody')
  const rows = stale ? elements(stale, 'tr') : []
  expect(rows).toHaveLength(Number(over) - Number(exempt) + Number(undated))
  expect(text).toContain(`${rows.length} stale (${undated} without date) · `)
  expect(text).toContain(` · ${exempt} exempt · `)
})

test('no key of the list is 90 days old, and no use is "never"', () => {
  const text = textOf(rendered(shown.summary ?? ''))
  expect(text).toContain('90+\u00a0days')
  expect(`${text}${textOf(rendered(issue))}`).not.toMatch(/\bnever used\b|^never$/im)
})

test('ten annotations at most, a line each', () => {
  expect(shown.annotations.length).toBeLessThanOrEqual(10)
  for (const { message } of shown.annotations) expect(message.length).toBeLessThanOrEqual(200)
})
