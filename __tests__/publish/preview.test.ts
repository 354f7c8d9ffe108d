import { expect, test } from '@jest/globals'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import type { AuditResult } from '../../src/domain/audit-result.ts'
import { acceptanceResults, exemptionResults } from '../../src/evaluate/exemptions.ts'
import { summaryOf } from '../../src/publish/github/summary.ts'
import { previewOf as preview } from '../../src/publish/preview.ts'
import { key, POLICY, redactReport, report, result } from './build.ts'
import { elements, hrefs, rendered, textOf } from './rendered.ts'

/** Under the same configuration, whatever the results say. */
const previewOf = (base: AuditResult, changed: AuditResult) =>
  preview({ config: EMPTY_CONFIG, result: base }, { config: EMPTY_CONFIG, result: changed })

const location = { path: '.github/access-key-rotation.yml', line: 4 }
const exempt = (name: string, expires = '2027-01-31') =>
  key({ name, state: 'exempt', exemption: { rule: 0, location, reason: 'vendor', ticket: 'SEC-1', expires } })

test('a preview tells findings taken away, findings that come back, and last days that move', () => {
  const base = result([key({ name: 'a' }), exempt('b'), exempt('c'), key({ name: 'd' })])
  const changed = result([exempt('a'), key({ name: 'b' }), exempt('c', '2027-03-31'), key({ name: 'd' })])
  const [a, b, c] = changed.keys.map(({ id }) => id)
  expect(previewOf(base, changed)).toEqual({
    changes: [],
    keys: [
      { key: a, effect: 'exempted', until: null },
      { key: b, effect: 'returned', until: '2027-01-31' },
      { key: c, effect: 'moved', until: '2027-01-31' },
    ],
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
  expect(elements(tree, 'h2').map(textOf)[0]).toBe('This change exempts 1 key')
  expect(textOf(tree)).not.toMatch(/vendor|2027-01-31/)
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

/** The preview of a configuration over these keys, in words. */
function previewed(text: string, keys: AuditResult['keys'], from = '') {
  const evaluated = (written: string) => {
    const outcome = parseConfig(written, location.path, new Date('2026-11-24T00:00:00Z'))
    if (outcome.kind === 'broken') throw new Error(outcome.problems[0]?.message)
    const rest = [keys, new Set<string>(), outcome.config, new Date('2026-11-24T00:00:00Z')] as const
    const rules = { exemptions: exemptionResults(...rest), acceptances: acceptanceResults([], ...rest) }
    return { config: outcome.config, result: result(keys, rules) }
  }
  const now = evaluated(text)
  const shown = report({ result: now.result, preview: preview(evaluated(from), now) })
  const of = (given: typeof shown) => {
    const tree = rendered(summaryOf(given))
    return { heading: textOf(elements(tree, 'h2')[0] ?? tree), text: textOf(tree) }
  }
  return { ...of(shown), redacted: of(redactReport(shown)) }
}

const RULE = (user: string) => `exemptions: [{ user: "${user}", reason: vendor, expires: 2027-01-31 }]`

test('an exemption of keys that are no findings yet says whom it covers, by name', () => {
  const { heading, text, redacted } = previewed(RULE('vendor-*'), [
    key({ name: 'vendor-feed', ageDays: 10 }),
    key({ name: 'ci', ageDays: 10 }),
  ])
  expect(heading).toBe('This change of the configuration leaves every finding as it is')
  expect(text).toContain('user: vendor-*, reason: vendor, expires: 2027-01-31')
  expect(text).toContain('covers 1 key, none of them stale or expiring: vendor-feed')
  expect(redacted.text).toContain('covers 1 key, none of them stale or expiring')
  expect(redacted.text).not.toContain('vendor')
})

test.each(['?*', '*[a-z]*', '**'])('an exemption written %s is said to cover every user', glob => {
  const keys = [key({ name: 'a', ageDays: 10 }), key({ name: 'b', ageDays: 200 })]
  expect(previewed(RULE(glob), keys).text).toContain(
    'covers 2 keys, 1 of them stale or expiring, that is every user that has a key: a, b',
  )
})

test('a rule of accept-unverified is previewed with whom its pattern covers, though nobody is unverified', () => {
  const rule = 'accept-unverified: [{ user: "?*", reason: vendor, expires: 2027-01-31 }]'
  expect(previewed(rule, [key({ name: 'a' }), key({ name: 'b' })]).text).toContain(
    'covers 0 of 0 unverified users, its pattern covers every user that has a key',
  )
})

test('fields that change no finding are previewed with what they do', () => {
  const keys = [key({ name: 'a' })]
  const { text } = previewed(
    'remediation: { max-changes: 500, made-by-hand: [ops-*] }\ninfrastructure: ["infra/*.tf"]\naccept-unverified: [{ user: a, reason: x, expires: 2027-01-31 }]',
    keys,
    RULE('a'),
  )
  for (const told of [
    'remediation.max-changes',
    'remediation.made-by-hand',
    'infra/*.tf',
    'this check looks at what either version names',
    'covers 0 of 0 unverified users',
    'covered 1 key, 1 of them stale or expiring: a',
  ])
    expect(text).toContain(told)
})

test('another owner is previewed with how many keys it moves', () => {
  const rule = { user: 'ci-*', owner: 'octo-org/platform', line: 2 }
  const config = { ...EMPTY_CONFIG, owners: { ...EMPTY_CONFIG.owners, users: [rule] } }
  const owned = key({ name: 'ci-a', owner: { name: rule.owner, kind: 'team', source: 'configuration' } })
  const now = result([owned, key({ name: 'b' })])
  const before = result([{ ...owned, owner: null }, key({ name: 'b' })])
  const told = preview({ config: EMPTY_CONFIG, result: before }, { config, result: now })
  const tree = rendered(summaryOf(report({ result: now, preview: told })))
  expect(textOf(tree)).toContain('user: ci-*, owner: octo-org/platform')
  expect(textOf(tree)).toContain('1 key has another owner')
})
