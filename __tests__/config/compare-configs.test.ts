import { describe, expect, test } from '@jest/globals'
import { compareConfigs } from '../../src/config/compare-configs.ts'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { parseConfig } from '../../src/config/parse-config.ts'

const NOW = new Date('2026-11-24T00:00:00Z')

function config(text: string) {
  const outcome = parseConfig(text, '.github/access-key-rotation.yml', NOW)
  if (outcome.kind === 'broken') throw new Error(outcome.problems.map(({ message }) => message).join('\n'))
  return outcome.config
}

const RULE = (user: string, expires = '2027-01-31') =>
  `  - { user: "${user}", reason: vendor, expires: ${expires} }\n`

describe('the comparison of two configurations', () => {
  test.each([
    [
      'an exemption',
      `exemptions:\n${RULE('a')}`,
      'exemptions',
      null,
      'user: a, reason: vendor, expires: 2027-01-31',
    ],
    [
      'a rule for what is unverified',
      `accept-unverified:\n${RULE('a')}`,
      'accept-unverified',
      null,
      'user: a, reason: vendor, expires: 2027-01-31',
    ],
    ['the tag of owners', 'owners: { tag: team }', 'owners.tag', null, 'team'],
    [
      'an owner',
      'owners: { users: [{ user: ci-*, owner: octo-org/platform }] }',
      'owners.users',
      null,
      'user: ci-*, owner: octo-org/platform',
    ],
    [
      'a limit',
      'remediation: { deactivate-after-idle-days: 30 }',
      'remediation.deactivate-after-idle-days',
      null,
      '30',
    ],
    [
      'the other',
      'remediation: { delete-after-inactive-days: 90 }',
      'remediation.delete-after-inactive-days',
      null,
      '90',
    ],
    ['how many changes', 'remediation: { max-changes: 500 }', 'remediation.max-changes', '10', '500'],
    [
      'whose keys are made by hand',
      'remediation: { made-by-hand: [ops-*] }',
      'remediation.made-by-hand',
      null,
      'ops-*',
    ],
  ])('tells %s that comes, and that goes', (_, text, field, before, after) => {
    expect(compareConfigs(EMPTY_CONFIG, config(text))).toEqual([
      {
        field,
        before,
        after,
        rule:
          field.includes('remediation') || field === 'owners.tag'
            ? null
            : { index: 0, line: expect.any(Number) },
      },
    ])
    expect(compareConfigs(config(text), EMPTY_CONFIG)).toEqual([
      {
        field,
        before: after,
        after: before,
        rule: field.includes('remediation') || field === 'owners.tag' ? null : { index: 0, line: null },
      },
    ])
  })

  test('tells every field that there is', () => {
    const fields = (value: object, prefix = ''): string[] =>
      Object.entries(value).flatMap(([name, inner]) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? fields(inner, `${prefix}${name}.`)
          : [`${prefix}${name}`],
      )
    const altered = (value: object): object =>
      Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          Array.isArray(inner)
            ? [...inner, 'another']
            : typeof inner === 'object' && inner !== null
              ? altered(inner)
              : 'another',
        ]),
      )
    const { path, ...told } = EMPTY_CONFIG
    const changes = compareConfigs(EMPTY_CONFIG, { ...(altered(told) as typeof EMPTY_CONFIG), path })
    expect(changes).toHaveLength(fields(told).length)
  })

  test('tells each glob of the infrastructure by itself', () => {
    const changes = compareConfigs(
      config('infrastructure: [a/*.tf, b/*.tf]'),
      config('infrastructure: [b/*.tf, c/*.tf]'),
    )
    expect(changes.map(({ before, after }) => [before, after])).toEqual([
      [null, 'c/*.tf'],
      ['a/*.tf', null],
    ])
  })

  test('tells a rule for the same users with other words as one that is changed', () => {
    const [change, ...more] = compareConfigs(
      config(`exemptions:\n${RULE('b')}${RULE('a')}`),
      config(`exemptions:\n${RULE('a', '2027-03-31')}${RULE('b')}`),
    )
    expect(more).toEqual([])
    expect(change).toMatchObject({
      before: expect.stringContaining('2027-01-31'),
      after: expect.stringContaining('2027-03-31'),
      rule: { index: 0, line: 2 },
    })
  })

  test('tells that rules change their order, of which the first that fits decides', () => {
    const changes = compareConfigs(
      config('owners: { users: [{ user: a*, owner: one }, { user: "*", owner: two }] }'),
      config('owners: { users: [{ user: "*", owner: two }, { user: a*, owner: one }] }'),
    )
    expect(changes).toMatchObject([{ field: 'owners.users', after: expect.stringContaining('new order') }])
  })

  test('tells nothing of comments, blanks and lines that move', () => {
    expect(
      compareConfigs(config(`exemptions:\n${RULE('a')}`), config(`# why\n\nexemptions: # all\n${RULE('a')}`)),
    ).toEqual([])
  })
})
