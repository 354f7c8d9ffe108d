import { expect, test } from '@jest/globals'
import { summaryOf } from '../../src/publish/github/summary.ts'
import { previewOf } from '../../src/publish/preview.ts'
import { redactReport } from '../../src/publish/redact.ts'
import { key, POLICY, report, result } from './build.ts'
import { elements, hrefs, rendered, textOf } from './rendered.ts'

const location = { path: '.github/access-key-rotation.yml', line: 4 }
const exempt = (name: string, expires = '2027-01-31') =>
  key({ name, state: 'exempt', exemption: { rule: 0, location, reason: 'vendor', ticket: 'SEC-1', expires } })

test('a preview tells findings taken away, findings that come back, and last days that move', () => {
  const base = result([key({ name: 'a' }), exempt('b'), exempt('c'), key({ name: 'd' })])
  const changed = result([exempt('a'), key({ name: 'b' }), exempt('c', '2027-03-31'), key({ name: 'd' })])
  const [a, b, c] = changed.keys.map(({ id }) => id)
  expect(previewOf(base, changed)).toEqual({
    exempted: [a],
    returned: [b],
    moved: [{ key: c, from: '2027-01-31', until: '2027-03-31' }],
  })
})

test('a configuration that changes no finding shows no preview', () => {
  const same = result([key({ name: 'a' })])
  const tree = rendered(summaryOf(report({ result: same, preview: previewOf(same, same) })))
  expect(elements(tree, 'h2')).toHaveLength(1)
})

test('a reviewer reads whose key is exempted until when, by which line, and whether the check passes', () => {
  const step = { fails: false, reason: null, keys: [] }
  const changed = result([exempt('a'), key({ name: 'd' })], {
    policy: { ...POLICY, failOn: 'changed' },
    step,
  })
  const preview = previewOf(result([key({ name: 'a' }), key({ name: 'd' })]), changed)
  const tree = rendered(summaryOf(report({ result: changed, preview })))
  expect(elements(tree, 'h2').map(textOf)[0]).toBe('This change exempts 1 key until 2027-01-31')
  expect(textOf(tree)).toContain('vendor (SEC-1)')
  expect(textOf(tree)).toContain(
    '1 stale key remains; none is declared in a file that this change touches, so the check passes.',
  )
  expect(hrefs(tree)[0]).toMatch(/access-key-rotation\.yml#L4$/)
})

test('a redacted preview still says what changes, without whose key it is', () => {
  const changed = result([exempt('a')])
  const preview = previewOf(result([key({ name: 'a' })]), changed)
  const tree = rendered(summaryOf(redactReport(report({ result: changed, preview }))))
  expect(elements(tree, 'h2').map(textOf)[0]).toBe('This change exempts 1 key until 2027-01-31')
  expect(textOf(tree)).not.toContain('vendor')
})

test('the age of the evidence stands beside a link to the run that gathered it', () => {
  const changed = result([exempt('a')])
  const [account] = changed.accounts
  if (account?.status !== 'audited') throw new Error('the builder audits its account')
  const runUrl = 'https://github.com/octo-org/octo-repo/actions/runs/41'
  const gathered = {
    ...changed,
    accounts: [{ ...account, evidence: { ...account.evidence, runUrl } }],
  }
  const preview = previewOf(result([key({ name: 'a' })]), changed)
  const tree = rendered(summaryOf(report({ result: gathered, preview })))
  expect(textOf(tree)).toMatch(/Evidence of an earlier run, .* old\./)
  expect(hrefs(tree)).toContain(runUrl)
})
