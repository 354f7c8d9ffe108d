import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Config, EMPTY_CONFIG, type ExemptionRule } from '../../src/config/config.ts'
import { unverifiedCovered } from '../../src/evaluate/exemptions.ts'
import { UNVERIFIED } from '../publish/build.ts'
import { audit, evidence, failedAccount, look } from './account.ts'
import { type Cells, csv, daysAgo, HEADER, row, slot } from './csv.ts'

const stale = (user: string) => row(user, slot(1, daysAgo(150)))

describe('a rule of the configuration', () => {
  test('exempts the stale keys that it covers, with reason, ticket, expiry and its line', () => {
    const { keys, counts, result } = run([stale('vendor-feed'), stale('bob')], [rule({ user: 'vendor-*' })])
    expect(keys.map(({ user, state }) => [user, state])).toEqual([
      ['bob', 'stale'],
      ['vendor-feed', 'exempt'],
    ])
    expect(keys[1]).toMatchObject({
      exemption: {
        rule: 0,
        location: { path: '.github/access-key-rotation.yml', line: 2 },
        reason: 'rotated by the vendor',
        ticket: 'SEC-1',
        expires: '2027-01-31',
      },
      staleSince: expect.any(String),
      urgency: null,
      next: null,
    })
    expect([counts.stale, counts.exempt, result]).toEqual([1, 1, 'fail'])
  })

  test.each([
    ['the name', 'deployer', true],
    ['a glob over the name', 'dep*', true],
    ['a set of letters', '[cd]eployer', true],
    ['a choice, which is none', '{deployer,other}', false],
    ['an alternative, which is none', '(deployer|other)*', false],
    ['a single letter', 'deploye?', true],
    ['the path', '/ci/deployer', true],
    ['a glob over the path', '/ci/*', true],
    ['every path below', '/**', true],
    ['another path', '/cd/*', false],
    ['a part of the name', 'deploy', false],
    ['the name in other letters', 'Deployer', false],
    ['a negation', '!bob', false],
    ['as many stars as there are letters', '*e*p*l*o*y*', true],
  ])('matches %s (%s): %s', (_, user, matches) => {
    const cells = { ...stale('deployer'), arn: 'arn:aws:iam::123456789012:user/ci/deployer' }
    expect(run([cells], [rule({ user })]).keys[0]?.state).toBe(matches ? 'exempt' : 'stale')
  })

  test.each(['a.b', 'a+b=c,d@e_f-g', '.hidden', '__proto__'])('matches the name %s written out', user => {
    expect(run([stale(user)], [rule({ user })]).keys[0]?.state).toBe('exempt')
  })

  test('a dot in a name stands for itself', () => {
    expect(run([stale('axb')], [rule({ user: 'a.b' })]).keys[0]?.state).toBe('stale')
  })

  test.each([
    ['this account', '123456789012', 'exempt'],
    ['another account', '210987654321', 'stale'],
  ])('for %s leaves the key %s', (_, account, state) => {
    expect(run([stale('bob')], [rule({ account })]).keys[0]?.state).toBe(state)
  })

  test.each([
    [
      'that key only, where a live look gave the ID',
      [look('bob', ['AKIA1', daysAgo(150)], ['AKIA2', daysAgo(149)])],
      ['exempt', 'stale'],
    ],
    ['no key, where its ID is not known', [], ['stale']],
  ])('by access key ID exempts %s', (_, observations, states) => {
    const { keys } = run([stale('bob')], [rule({ accessKeyId: 'AKIA1' })], { observations })
    expect(keys.map(({ state }) => state).sort()).toEqual(states)
  })

  test.each([
    ['2026-11-24T23:59:59Z', 'exempt'],
    ['2026-11-25T00:00:00Z', 'stale'],
  ])('that expires on 2026-11-24 leaves the key at %s %s', (now, state) => {
    const { keys } = run([stale('bob')], [rule({ expires: '2026-11-24' })], {}, new Date(now))
    expect(keys[0]?.state).toBe(state)
  })

  test('covers expiring keys too, but makes neither fresh nor inactive ones exempt', () => {
    const rows = [
      row('expiring', slot(1, daysAgo(80))),
      row('fresh', slot(1, daysAgo(1))),
      row('inactive', slot(1, daysAgo(150), { active: 'false' })),
    ]
    expect(run(rows, [rule({})]).keys.map(({ user, state }) => [user, state])).toEqual([
      ['expiring', 'exempt'],
      ['fresh', 'fresh'],
      ['inactive', 'inactive'],
    ])
  })

  test('of two that cover a key, the first in the file exempts it', () => {
    const { keys, exemptions } = run(
      [stale('bob')],
      [rule({ expires: '2026-01-01' }), rule({}), rule({ line: 9 })],
    )
    expect(keys[0]?.exemption?.rule).toBe(1)
    expect(exemptions.map(({ status, keys }) => [status, keys.length])).toEqual([
      ['expired', 0],
      ['applied', 1],
      ['applied', 0],
    ])
  })
})

test.each([
  `${'(a|aa)'.repeat(40)}*b`,
  `${'{a,aa}'.repeat(40)}*b`,
  '*a*a*a*b',
  `${'a'.repeat(70_000)}*`,
  '[a',
  '\\\\',
  '+(a|aa)?b',
])('a rule for %.20s ends soon, and matches nobody', user => {
  const rows = Array.from({ length: 50 }, (_, n) => stale(`${'a'.repeat(60)}${n}`))
  expect(run(rows, [rule({ user })]).counts.exempt).toBe(0)
})

describe('what became of a rule', () => {
  test.each([
    ['applied, with its keys', stale('bob'), rule({}), 'applied', 1],
    ['applied, while its key is fresh', row('bob', slot(1, daysAgo(1))), rule({}), 'applied', 0],
    ['unmatched', stale('bob'), rule({ user: 'alice' }), 'unmatched', 0],
    [
      'not concluded by an ID, while the ID of the user’s key is not known',
      row('bob', slot(1, daysAgo(1))),
      rule({ user: 'b*', accessKeyId: 'AKIA1' }),
      'applied',
      0,
    ],
    [
      'unmatched by an ID, where only another user’s is not known',
      stale('bob'),
      rule({ user: 'alice', accessKeyId: 'AKIA1' }),
      'unmatched',
      0,
    ],
    ['unmatched, where the user has no key', row('bob'), rule({}), 'unmatched', 0],
    [
      'expired, with the keys that are findings again',
      stale('bob'),
      rule({ expires: '2026-11-23' }),
      'expired',
      1,
    ],
  ])('is %s', (_, cells, of, status, count) => {
    const { exemptions, keys } = run([cells], [of])
    expect(exemptions).toEqual([expect.objectContaining({ rule: 0, status })])
    expect(exemptions[0]?.keys).toEqual(keys.slice(0, count).map(({ id }) => id))
  })

  test.each([
    [null, 'applied'],
    ['210987654321', 'applied'],
    ['123456789012', 'unmatched'],
  ])('is not concluded from an account that could not be audited (account %s: %s)', (account, status) => {
    const config = withRules([rule({ user: 'nobody', account })])
    const { exemptions } = audit([evidence(csv([stale('bob')])), failedAccount('210987654321')], { config })
    expect(exemptions[0]?.status).toBe(status)
  })
})

describe('how much a rule covers', () => {
  const four = ['alice', 'bob', 'carol', 'dora1'].map(name => row(name, slot(1, daysAgo(1))))

  test.each([
    ['?*', 'every-user'],
    ['*[a-z]*', 'every-user'],
    ['*', 'every-user'],
    ['/**', 'every-user'],
    ['<*>', 'root-user'],
    ['<root_account>', 'root-user'],
    ['[a-c]*', 'most-keys'],
    ['[ab]*', 'some'],
    ['bob', 'some'],
  ])('is told by its effect, however it is written (%s: %s)', (user, reach) => {
    expect(run(four, [rule({ user })]).exemptions[0]?.reach).toBe(reach)
  })

  test.each([
    ['names the only user', [row('bob', slot(1, daysAgo(1)))], rule({ user: 'bob' })],
    ['ended', four, rule({ expires: '2026-11-23' })],
    ['names one key', four, rule({ accessKeyId: 'AKIA1' })],
  ])('is nothing to tell where the rule %s', (_, rows, of) => {
    expect(run(rows, [of]).exemptions[0]?.reach).toBe('some')
  })
})

test.each(['bob', '/ci/*'])('a rule of accept-unverified covers users by name or path: %s', glob => {
  const { accessKeyId: _, ...accept } = rule({ user: glob })
  const config = { ...EMPTY_CONFIG, acceptUnverified: [accept] }
  const bob = { ...UNVERIFIED, userArn: 'arn:aws:iam::123456789012:user/ci/bob' }
  const others = [
    { ...UNVERIFIED, user: 'carol', userArn: 'arn:aws:iam::123456789012:user/carol' },
    { ...UNVERIFIED, user: null, userArn: null },
  ]
  expect(unverifiedCovered(config, 0, [...others, bob])).toEqual([bob])
})

describe('how much a rule of accept-unverified covers', () => {
  const more = { additional_credentials_info: 'more keys' }
  const four = ['alice', 'bob', 'carol', 'dora1'].map(name => ({
    ...row(name, slot(1, daysAgo(1))),
    ...more,
  }))
  const reachOf = (rows: Cells[], parts: Partial<ExemptionRule>) => {
    const { accessKeyId: _, ...accept } = rule(parts)
    const report = evidence(csv(rows, [...HEADER, ...Object.keys(more)]))
    return audit([report], { config: { ...EMPTY_CONFIG, acceptUnverified: [accept] } }).acceptances[0]?.reach
  }

  test.each([
    ['*', 'every-user'],
    ['?*', 'every-user'],
    ['/**', 'every-user'],
    ['<root_account>', 'root-user'],
    ['[a-c]*', 'most-users'],
    ['[ab]*', 'some'],
    ['bob', 'some'],
  ])('is told by its effect, however it is written (%s: %s)', (user, reach) => {
    expect(reachOf(four, { user })).toBe(reach)
  })

  test('does not hang on who is unverified today', () => {
    const fresh = four.map(cells => ({ ...cells, additional_credentials_info: 'N/A' }))
    expect(reachOf(fresh, { user: '*' })).toBe('every-user')
    expect(reachOf([...four.slice(0, 1), ...fresh.slice(1)], { user: 'ali*' })).toBe('some')
  })

  test('is nothing to tell where the rule names the only user, or ended', () => {
    expect(reachOf(four.slice(0, 1), { user: 'alice' })).toBe('some')
    expect(reachOf(four, { user: '*', expires: '2026-11-23' })).toBe('some')
  })
})

test('no rule ever hides a key, adds one or changes what it is', () => {
  const user = fc.constantFrom('a', 'ab', 'abc', '<root_account>')
  const cells = fc.record({
    age: fc.integer({ min: 0, max: 300 }),
    active: fc.constantFrom('true', 'false', '?'),
  })
  const anyRule = fc.record({
    user: fc.constantFrom('*', 'a*', '?b', '/**', '[ab', '{a,', '**', '!a', 'abc'),
    account: fc.constantFrom(null, '123456789012', '000000000000'),
    accessKeyId: fc.constantFrom(null, 'AKIA'),
    expires: fc.constantFrom('2026-11-23', '2026-11-24', '2027-01-01'),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(user, cells), { selector: ([name]) => name, minLength: 1 }),
      fc.array(anyRule),
      (users, rules) => {
        const rows = users.map(([name, { age, active }]) => row(name, slot(1, daysAgo(age), { active })))
        const plain = run(rows, []).keys
        const exempted = run(rows, rules.map(rule)).keys
        const facts = (keys: typeof plain) =>
          keys.map(({ id, createdAt, ageDays, staleSince, lastUsed }) => ({
            id,
            createdAt,
            ageDays,
            staleSince,
            lastUsed,
          }))
        const sorted = (keys: typeof plain) => facts(keys).sort((a, b) => (a.id < b.id ? -1 : 1))
        expect(sorted(exempted)).toEqual(sorted(plain))
        for (const key of exempted) {
          const before = plain.find(({ id }) => id === key.id)?.state
          expect(key.state === 'exempt' ? ['stale', 'expiring'] : [key.state]).toContain(before)
        }
      },
    ),
  )
})

function rule(more: Partial<ExemptionRule>): ExemptionRule {
  return {
    user: '*',
    account: null,
    accessKeyId: null,
    reason: 'rotated by the vendor',
    ticket: 'SEC-1',
    expires: '2027-01-31',
    line: 2,
    ...more,
  }
}

function withRules(exemptions: readonly ExemptionRule[]): Config {
  return { ...EMPTY_CONFIG, path: '.github/access-key-rotation.yml', exemptions }
}

function run(
  rows: readonly Cells[],
  rules: readonly ExemptionRule[],
  more: Parameters<typeof evidence>[1] = {},
  now?: Date,
) {
  return audit([evidence(csv(rows), more)], { config: withRules(rules), ...(now && { now }) })
}
