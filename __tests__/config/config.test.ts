import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { type ConfigOutcome, parseConfig } from '../../src/config/parse-config.ts'
import { DEFAULT_INFRASTRUCTURE } from '../../src/config/schema.ts'
import { violations } from '../publish/validate.ts'

const NOW = new Date('2026-11-24T00:00:00Z')
const PATH = '.github/access-key-rotation.yml'

describe('a valid configuration file', () => {
  test('gives its exemptions, owners and limits, each rule with its line', () => {
    const outcome = parse(`
      exemptions:
        - user: vendor-*  # a comment
          account: "111122223333"
          access-key-id: AKIAIOSFODNN7EXAMPLE
          reason: rotated by the vendor each quarter
          ticket: SEC-1234
          expires: 2027-01-31
        - { user: /ci/**, reason: "moves in spring", expires: 2027-04-01 }
      owners:
        tag: owner
        users:
          - { user: ci-*, owner: octo-org/platform }
      remediation:
        deactivate-after-idle-days: 90
        delete-after-inactive-days: 90
        max-changes: 5
        made-by-hand: [ops-*, /people/**]
      infrastructure: ["infra/**/*.tf"]
      accept-unverified:
        - { user: legacy-*, reason: known, expires: 2027-01-31 }`)

    expect(outcome).toEqual({
      kind: 'config',
      warnings: [],
      config: {
        path: PATH,
        acceptUnverified: [
          { user: 'legacy-*', account: null, reason: 'known', ticket: null, expires: '2027-01-31', line: 21 },
        ],
        exemptions: [
          {
            user: 'vendor-*',
            account: '111122223333',
            accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
            reason: 'rotated by the vendor each quarter',
            ticket: 'SEC-1234',
            expires: '2027-01-31',
            line: 3,
          },
          {
            user: '/ci/**',
            account: null,
            accessKeyId: null,
            reason: 'moves in spring',
            ticket: null,
            expires: '2027-04-01',
            line: 9,
          },
        ],
        owners: {
          tag: 'owner',
          users: [{ user: 'ci-*', owner: 'octo-org/platform', line: 13 }],
          mention: false,
        },
        remediation: {
          deactivateAfterIdleDays: 90,
          deleteAfterInactiveDays: 90,
          maxChanges: 5,
          madeByHand: ['ops-*', '/people/**'],
        },
        infrastructure: ['infra/**/*.tf'],
      },
    })
  })

  test.each([
    ['an empty file', ''],
    ['a file of comments', '# nothing yet\n'],
    ['a byte order mark and Windows line ends', '\uFEFFexemptions:\r\nowners:\r\n'],
    ['headings whose rules are all commented out', 'exemptions:\n#  - user: x\nowners:\nremediation:\n'],
  ])('%s is as good as none', (_, text) => {
    const outcome = parseConfig(text, PATH, NOW)
    expect(outcome).toEqual({ kind: 'config', config: { ...EMPTY_CONFIG, path: PATH }, warnings: [] })
  })

  test('looks for declarations in the default places where it names none', () => {
    const outcome = parse('owners: { tag: owner }')
    expect(outcome.kind === 'config' && outcome.config.infrastructure).toEqual(DEFAULT_INFRASTRUCTURE)
  })

  test('may write an account ID without quotes', () => {
    const outcome = parse('exemptions: [{ user: x, account: 111122223333, reason: y, expires: 2027-01-01 }]')
    expect(outcome.kind === 'config' && outcome.config.exemptions[0]?.account).toBe('111122223333')
  })

  test('keeps a user named like a number or a truth value as text, also under %YAML 1.1', () => {
    const outcome = parse('%YAML 1.1\n---\nexemptions: [{ user: yes, reason: "12", expires: 2027-01-01 }]')
    expect(outcome.kind === 'config' && outcome.config.exemptions[0]).toMatchObject({
      user: 'yes',
      reason: '12',
    })
  })

  test.each(['2027-11-24', '2026-11-24', '2020-02-29'])('accepts an exemption until %s', day => {
    expect(parse(`exemptions: [{ user: x, reason: y, expires: ${day} }]`).kind).toBe('config')
  })

  test('is warned about where keys are deleted before a quarterly job has run again', () => {
    const warnings = (days: number) => {
      const outcome = parse(`remediation:\n  max-changes: 1\n  delete-after-inactive-days: ${days}`)
      return outcome.kind === 'config' && outcome.warnings
    }
    expect(warnings(89)).toEqual([{ line: 3, message: expect.stringMatching(/89 days.*each quarter/) }])
    expect(warnings(90)).toEqual([])
  })
})

describe('a broken configuration file', () => {
  test('has every problem reported at its line, with what is accepted', () => {
    const problems = problemsOf(`
      exemptions:
        - user: vendor-*
          acount: "111122223333"
          reason: ""
          expires: 2027-02-30
        - account: 012345678901
          user: *-ci
          reason: 12
          expires: 2028-01-01
      until: 3`)
    expect(problems).toEqual([
      [4, expect.stringMatching(/"acount" is no field here; did you mean "account"\?/)],
      [5, expect.stringMatching(/"reason" is empty; accepted: a sentence that says why/)],
      [
        6,
        expect.stringMatching(/"expires" is 2027-02-30, which is no day of the calendar; accepted: the last/),
      ],
      [7, expect.stringMatching(/"account" is a number: an ID that begins with 0 must be in quotes/)],
      [8, expect.stringMatching(/reads \*-ci as an alias.*put a glob that begins with \* in quotes/)],
      [9, expect.stringMatching(/"reason" is 12: put it in quotes/)],
      [10, expect.stringMatching(/"expires" is 2028-01-01, more than a year ahead/)],
      [
        11,
        expect.stringMatching(
          /"until" is no field here; accepted: exemptions, accept-unverified, owners, remediation/,
        ),
      ],
    ])
  })

  test.each([
    ['a missing reason', rule('user: x', 'expires: 2027-01-01'), /"reason" is missing; accepted: a sentence/],
    ['a missing expiry', rule('user: x', 'reason: y'), /"expires" is missing/],
    ['a blank reason', rule('user: x', 'reason: " "', 'expires: 2027-01-01'), /"reason" is empty/],
    [
      'an empty account',
      rule('user: x', 'account:', 'reason: y', 'expires: 2027-01-01'),
      /"account" is empty/,
    ],
    [
      'an account alias',
      rule('user: x', 'account: prod', 'reason: y', 'expires: 2027-01-01'),
      /is "prod"; accepted: the twelve digits/,
    ],
    [
      'a key ID in lower case',
      rule('user: x', 'access-key-id: akia', 'reason: y', 'expires: 2027-01-01'),
      /"access-key-id" is "akia"/,
    ],
    [
      'a ticket lost to a comment',
      rule('user: x', 'ticket: #12', 'reason: y', 'expires: 2027-01-01'),
      /begins with # must be in quotes/,
    ],
    [
      'a day a year and a day ahead',
      rule('user: x', 'reason: y', 'expires: 2027-11-25'),
      /more than a year ahead/,
    ],
    [
      'a date in another order',
      rule('user: x', 'reason: y', 'expires: 31.1.2027'),
      /"expires" is "31.1.2027"/,
    ],
    ['an instant', rule('user: x', 'reason: y', 'expires: 2027-01-31T00:00:00Z'), /the last day/],
    [
      'an open bracket',
      rule('user: "[a"', 'reason: y', 'expires: 2027-01-01'),
      /in which a bracket is not closed/,
    ],
    [
      'a user glob that no name can match',
      rule('user: "[z-a]"', 'reason: y', 'expires: 2027-01-01'),
      /a range that runs backwards/,
    ],
    [
      'a user glob with alternatives',
      rule('user: "{a,b}"', 'reason: y', 'expires: 2027-01-01'),
      /only \*, \*\*, \? and \[a-z\] stand for other characters/,
    ],
    [
      'a path glob that stands for too many',
      'infrastructure: ["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"]',
      /more than 256 globs/,
    ],
    [
      'a path glob that excludes',
      'infrastructure: ["!test/**"]',
      /only \*, \*\*, \?, \[a-z\] and \{a,b\} stand/,
    ],
    [
      'a path glob with a range in braces',
      'infrastructure: ["a{1..9}"]',
      /only \*, \*\*, \?, \[a-z\] and \{a,b\} stand/,
    ],
    [
      'a glob that ends in backslashes',
      rule(String.raw`user: 'a\\\\\\'`, 'reason: y', 'expires: 2027-01-01'),
      /three backslashes in a row/,
    ],
    ['a path glob with a repeated group', 'infrastructure: ["+(a|aa)b"]', /stand for other characters here/],
    ['an owner with @', 'owners: { users: [{ user: x, owner: "@octo" }] }', /without @/],
    [
      'a rule that is text',
      'exemptions: [vendor]',
      /item 1 of exemptions is "vendor"; accepted: a list of rules/,
    ],
    ['a map for a list', 'exemptions: { user: x }', /"exemptions" is a block of fields/],
    ['a list for a map', 'owners: [a, b]', /"owners" is a list; accepted: tag, users and mention/],
    ['a list for the file', '- a', /the file is a list/],
    ['a text for the file', 'hello', /the file is "hello"/],
    ['a limit in quotes', 'remediation: { max-changes: "10" }', /"max-changes" is "10"; accepted: a whole/],
    ['half a change', 'remediation: { max-changes: 0.5 }', /"max-changes" is 0.5/],
    ['a limit of nothing', 'remediation: { delete-after-inactive-days: 0 }', /from 1 to 90/],
    [
      'a limit beyond what CloudTrail remembers',
      'remediation: { delete-after-inactive-days: 91 }',
      /from 1 to 90/,
    ],
    ['no place to look', 'infrastructure: []', /"infrastructure" is empty/],
    ['a field that objects inherit', 'toString: 1', /"toString" is no field here/],
    ['a merge key', '<<: { exemptions: [] }', /merge keys \(<<\) are not read/],
    ['a tag', 'exemptions: !secret []', /tags \(!name\) are not read/],
    ['a key that is no text', '? [a]\n: b', /a field name must be plain text/],
    ['an unclosed list', 'exemptions: [', /no valid YAML/],
    [
      'a lone asterisk',
      rule('user: *', 'reason: y', 'expires: 2027-01-01'),
      /begins with \* must be in quotes/,
    ],
  ])('%s', (_, text, message) => {
    expect(problemsOf(text)).toEqual([[expect.any(Number), expect.stringMatching(message)]])
  })

  test.each([
    ['a field written twice', 'owners: {}\nowners: {}', 2, /"owners" stands here twice, first in line 1/],
    ['a second document', 'owners: {}\n---\nexemptions: []', 2, /a second document begins here/],
    ['a tab', 'owners:\n\ttag: x', 2, /tabs cannot indent YAML/],
    [
      'a name that would reach into the prototype',
      'owners: {}\n__proto__: { tag: x }',
      2,
      /"__proto__" is no field/,
    ],
  ])('%s is shown at its line', (_, text, line, message) => {
    expect(problemsOf(text)).toContainEqual([line, expect.stringMatching(message)])
  })
})

describe('the published JSON Schema', () => {
  const SCHEMA = 'schemas/configuration.v1.json'
  const rule = { user: 'x', reason: 'y', expires: '2027-01-01' }

  test.each<[string, unknown]>([
    ['an empty file', {}],
    [
      'every field',
      {
        exemptions: [
          { ...rule, account: '111122223333', 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', ticket: 'T' },
        ],
        owners: { tag: 'owner', users: [{ user: 'ci-*', owner: 'octo-org/platform' }] },
        remediation: { 'deactivate-after-idle-days': 90, 'delete-after-inactive-days': 30, 'max-changes': 5 },
        infrastructure: ['**/*.tf'],
      },
    ],
    ['an account without quotes', { exemptions: [{ ...rule, account: 111122223333 }] }],
    ['an empty heading', { exemptions: null }],
  ])('takes what the action takes: %s', (_, file) => {
    expect(violations(SCHEMA, file)).toEqual([])
    expect(parseConfig(JSON.stringify(file), PATH, NOW).kind).toBe('config')
  })

  test.each<[string, unknown]>([
    ['an unknown field', { until: 1 }],
    ['an unknown field of a rule', { exemptions: [{ ...rule, until: 1 }] }],
    ['a missing reason', { exemptions: [{ user: 'x', expires: '2027-01-01' }] }],
    ['an empty reason', { exemptions: [{ ...rule, reason: '' }] }],
    ['a date in another order', { exemptions: [{ ...rule, expires: '31.1.2027' }] }],
    ['an account that lost its zero', { exemptions: [{ ...rule, account: 12345678901 }] }],
    ['a limit beyond what CloudTrail remembers', { remediation: { 'delete-after-inactive-days': 91 } }],
    ['no place to look', { infrastructure: [] }],
  ])('refuses what the action refuses: %s', (_, file) => {
    expect(violations(SCHEMA, file)).not.toEqual([])
    expect(parseConfig(JSON.stringify(file), PATH, NOW).kind).toBe('broken')
  })
})

describe('a hostile configuration file', () => {
  const laughs = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')
  test.each([
    ['a bomb of aliases', `a0: &a0 x\n${laughs}`],
    ['a nest of lists', '['.repeat(100_000)],
    ['a nest of items', '- '.repeat(100_000)],
    ['a nest of maps', '{a: '.repeat(60_000)],
    ['very many fields', Array.from({ length: 22_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['very many anchors', '&a '.repeat(80_000)],
    ['more than 256 KiB', `# ${'x'.repeat(300_000)}`],
  ])('of %s is refused', (_, text) => {
    expect(parseConfig(text, PATH, NOW).kind).toBe('broken')
  })

  test('of any text never throws, and is either a configuration or has problems at lines that it has', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('exemptions:', '  - user: x', '    reason: y', '    expires: 2027-01-01', 'owners:'),
      fc.constantFrom(
        '\t',
        '- &a [*a]',
        '---',
        '%YAML 1.1',
        '!!binary x',
        '"',
        '|',
        '? [',
        '<<: *a',
        '{',
        ']',
      ),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), lines => {
        const outcome = parseConfig(lines.join('\n'), PATH, NOW)
        if (outcome.kind === 'config') return
        expect(outcome.problems.length).toBeGreaterThan(0)
        for (const problem of outcome.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1)
          expect(problem.line).toBeLessThanOrEqual(lines.length + lines.join('').split(/\r\n?|\n/).length)
          expect(problem.message).not.toMatch(/\n/)
        }
      }),
    )
  })

  test('of any fields and values never throws', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('exemptions', 'owners', 'remediation', 'x'), fc.jsonValue()),
        value => {
          parseConfig(JSON.stringify(value), PATH, NOW)
        },
      ),
    )
  })
})

function rule(...fields: readonly string[]): string {
  return `exemptions:\n  - ${fields.join('\n    ')}\n`
}

/** Parses an indented text, its first line being line 1. */
function parse(text: string): ConfigOutcome {
  return parseConfig(text.replaceAll('\n      ', '\n'), PATH, NOW)
}

function problemsOf(text: string): (readonly [number, string])[] {
  const outcome = parse(text)
  return outcome.kind === 'broken'
    ? outcome.problems.map(({ line, message }) => [line, message] as const)
    : []
}
