import { describe, expect, test } from '@jest/globals'
import { UserError } from '../../src/domain/errors.ts'
import { INPUTS } from '../../src/inputs/inputs.ts'
import { parseInputs } from '../../src/inputs/parse-inputs.ts'

const ROLE = 'arn:aws:iam::123456789012:role/audit'

describe('inputs', () => {
  test('defaults alone are valid and follow the control', () => {
    expect(parse({})).toMatchObject({
      maxAgeDays: 90,
      warnDays: 14,
      failOn: 'stale',
      verifyKeys: 'findings',
      redact: 'auto',
    })
  })

  test('lists are one item per line, and commas work too', () => {
    const other = 'arn:aws:iam::210987654321:role/audit'
    expect(parse({ 'role-to-assume': `${ROLE}\n  ${other}\n` }).roleToAssume).toEqual([ROLE, other])
    expect(parse({ 'role-to-assume': `${ROLE}, ${other}` }).roleToAssume).toEqual([ROLE, other])
  })

  test.each([
    ['role-to-assume', `${ROLE}, arn:aws:iam::12345678901:role/team/acme`],
    ['role-to-assume', 'arn:aws:iam::123456789012:acme'],
    ['remediation-role', 'arn:aws:iam:123456789012:rol/acme'],
    ['organization-role-name', 'acme*'],
  ])('the error of %s repeats no name of a role: %s', (name, given) => {
    expect(() => parse({ [name]: given })).toThrow(new RegExp(`${name}: "[^"]*….*Accepted: .*IAM role`))
    expect(() => parse({ [name]: given })).not.toThrow(/acme/)
  })

  test('a comma inside the braces of a glob does not end it', () => {
    expect(parse({ 'evidence-files': 'a/{b,c}.json, d.csv' }).evidenceFiles).toEqual([
      'a/{b,c}.json',
      'd.csv',
    ])
  })

  test.each([
    ['max-age-days', 'ninety', /a whole number from 1 to 3650/],
    ['max-age-days', '0', /a whole number from 1 to 3650/],
    ['max-age-days', '1e2', /a whole number/],
    ['warn-days', '-1', /a whole number from 0/],
    ['fail-on', 'sometimes', /stale, expiring, changed, never/],
    ['verify-keys', 'some', /findings, all, none/],
    ['usage', 'yes', /true, false/],
    ['as-of', '2026-02-30T00:00:00Z', /ISO 8601/],
    ['as-of', '2026-11-24', /ISO 8601/],
    ['as-of', '24.11.2026', /ISO 8601/],
    ['shard', '17/16', /INDEX\/COUNT/],
    ['shard', '0/16', /INDEX\/COUNT/],
    ['aws-region', 'mars-north-1', /an AWS region/],
    ['issue-repository', 'only-a-name', /owner\/name/],
    ['issue-labels', '', /at least one/],
    ['config-file', '../elsewhere.yml', /inside the repository/],
    ['config-file', '/etc/passwd', /inside the repository/],
    ['exclude-accounts', '1234', /twelve digits/],
    ['role-session-name', 'a b', /2 to 64/],
    ['redact', 'no', /auto, always, never/],
    ['evidence-files', 'a\\\\\\\\', /no three backslashes in a row/],
  ])('%s: %j is refused, saying what was given and what is accepted', (name, value, accepted) => {
    const message = refusal({ [name]: value })
    expect(message).toContain(`${name}: ${value === '' ? 'an empty value' : JSON.stringify(value)}`)
    expect(message).toMatch(accepted)
  })

  test('an account ID is never repeated, whole or mistyped: anybody may read the log of a public repository', () => {
    for (const id of ['123456789012', '12345678901', '1234567890123'])
      expect(refusal({ 'role-to-assume': `arn:aws:iam::${id}:user/audit` })).toContain(
        'role-to-assume: "arn:aws:iam::…:user/…" is not accepted',
      )
  })

  test('every bad input is named at once', () => {
    const message = refusal({ 'max-age-days': 'ninety', 'fail-on': 'always', usage: 'maybe' })
    expect(message).toMatch(/^3 inputs are not valid/)
    for (const name of ['max-age-days', 'fail-on', 'usage']) expect(message).toContain(`${name}: `)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['as-of without evidence', { 'as-of': '2026-11-24T00:00:00Z' }, /as-of: works only with evidence-files/],
    [
      'evidence beside a role',
      { 'evidence-files': 'a.csv', 'role-to-assume': ROLE },
      /Remove role-to-assume, or evidence-files/,
    ],
    [
      'an issue from the past',
      { 'evidence-files': 'a.csv', 'as-of': '2026-11-24T00:00:00Z', 'create-issue': 'true' },
      /Remove create-issue, or as-of/,
    ],
    [
      'a region for saved evidence',
      { 'evidence-files': 'a.csv', 'aws-region': 'eu-west-1' },
      /Remove aws-region/,
    ],
    [
      'pull requests in a job with access to AWS',
      { 'role-to-assume': ROLE, 'pull-requests': 'true' },
      /pull-requests: opened from saved evidence alone.*Gather in one job/,
    ],
    [
      'pull requests with the credentials of an earlier step',
      { 'pull-requests': 'true' },
      /saved evidence alone/,
    ],
    [
      'pull requests of the past',
      { 'evidence-files': 'a.csv', 'as-of': '2026-11-24T00:00:00Z', 'pull-requests': 'true' },
      /Remove pull-requests, or as-of/,
    ],
    ['a limit of pull requests without any', { 'pull-request-limit': '9' }, /Set pull-requests: true/],
    ['assignees without an issue', { 'issue-assignees': 'mona' }, /Set create-issue: true/],
    ['issues for each user without an issue', { 'issue-per': 'user' }, /Set create-issue: true/],
    ['usage of saved evidence', { 'evidence-files': 'a.csv', usage: 'true' }, /usage: cannot be looked up/],
    [
      'remediation from saved evidence',
      { 'evidence-files': 'a.csv', remediation: 'apply' },
      /looked at live/,
    ],
    [
      'remediation by the role that audits, unsaid',
      { 'role-to-assume': ROLE, remediation: 'apply' },
      /role of its own.*Set remediation-role/,
    ],
    [
      'remediation by the role that audits, said',
      { 'role-to-assume': ROLE, remediation: 'apply', 'remediation-role': ROLE },
      /is the role that audits/,
    ],
    [
      'remediation by the role that audits the members, under a path',
      {
        'role-to-assume': ROLE,
        'organization-role-name': 'member',
        remediation: 'apply',
        'remediation-role': 'arn:aws:iam::210987654321:role/ci/member',
      },
      /is the role that audits/,
    ],
    [
      'a role that changes keys where no key is changed',
      { 'remediation-role': ROLE },
      /remediation is none, so it does nothing/,
    ],
    [
      'a role that changes keys of an account that is not audited',
      {
        'role-to-assume': ROLE,
        remediation: 'plan',
        'remediation-role': 'arn:aws:iam::210987654321:role/remediation',
      },
      /an account that role-to-assume does not audit/,
    ],
    [
      'a role that changes keys in the account of another partition',
      {
        'role-to-assume': ROLE,
        remediation: 'plan',
        'remediation-role': 'arn:aws-cn:iam::123456789012:role/remediation',
      },
      /an account that role-to-assume does not audit/,
    ],
    [
      'two roles that change keys of one account',
      { remediation: 'plan', 'remediation-role': `${ROLE}-1, ${ROLE}-2` },
      /two roles of one account/,
    ],
    [
      'the name of a role that changes keys, without an organization',
      { 'role-to-assume': ROLE, remediation: 'apply', 'remediation-role': 'remediation' },
      /one name stands for the role in every account/,
    ],
    [
      'two names of roles that change keys',
      {
        'role-to-assume': ROLE,
        'organization-role-name': 'member',
        remediation: 'apply',
        'remediation-role': 'remediation, other',
      },
      /one name stands for the role in every account/,
    ],
    ['remediation without a live look', { 'verify-keys': 'none', remediation: 'plan' }, /looked at live/],
    [
      'an organization without its hub role',
      { 'organization-role-name': 'audit' },
      /exactly one role-to-assume/,
    ],
    [
      'exclusions without an organization',
      { 'exclude-accounts': '123456789012' },
      /Set organization-role-name/,
    ],
    ['two roles of one account', { 'role-to-assume': `${ROLE}\n${ROLE}-2` }, /two roles of one account/],
    [
      'a region of another partition',
      { 'role-to-assume': ROLE, 'aws-region': 'cn-north-1' },
      /not in the partition aws/,
    ],
    ['a shard without a place for its evidence', { shard: '1/2' }, /Set output-directory/],
    ['declarations without a place for them', { 'declarations-only': 'true' }, /Set output-directory/],
    [
      'declarations of a run that audits',
      { 'declarations-only': 'true', 'output-directory': 'out', 'create-issue': 'true' },
      /audits nothing/,
    ],
    [
      'a shard that joins declarations',
      { shard: '1/2', 'output-directory': 'out', 'declarations-from': 'declarations' },
      /the job that evaluates all shards/,
    ],
    [
      'a shard that files issues',
      { shard: '1/2', 'output-directory': 'out', 'create-issue': 'true' },
      /only gathers evidence/,
    ],
    [
      'a shard of saved evidence',
      { shard: '1/2', 'output-directory': 'out', 'evidence-files': 'a.csv' },
      /no shard/,
    ],
  ])('%s is refused with what to change', (_, inputs, message) => {
    expect(refusal(inputs)).toMatch(message)
  })

  test('an instant with an offset is the same instant in UTC', () => {
    expect(parse({ 'as-of': '2026-11-24T01:00:00+01:00', 'evidence-files': 'a.csv' }).asOf).toEqual(
      new Date('2026-11-24T00:00:00Z'),
    )
  })

  test('a huge or hostile value is shown shortened and on one line', () => {
    const message = refusal({ 'fail-on': `::error::x\n##[error]${'y'.repeat(10_000)}` })
    expect(message.length).toBeLessThan(500)
    expect(message.split('\n').filter(line => line.trimStart().startsWith('::'))).toEqual([])
  })
})

function parse(given: Record<string, string>) {
  const inputs = new Map<string, { default: string }>(Object.entries(INPUTS))
  return parseInputs(name => given[name] ?? inputs.get(name)?.default ?? '')
}

function refusal(given: Record<string, string>): string {
  try {
    parse(given)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  throw new Error('was accepted')
}
