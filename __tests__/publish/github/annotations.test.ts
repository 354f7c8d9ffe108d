import { describe, expect, test } from '@jest/globals'
import type { AuditResult } from '../../../src/domain/audit-result.ts'
import type { Annotation } from '../../../src/domain/step-output.ts'
import { annotationsOf } from '../../../src/publish/github/annotations.ts'
import {
  audited,
  key,
  notAudited,
  POLICY,
  redactReport,
  report,
  result,
  SECRET,
  step,
  UNVERIFIED,
  words,
} from '../build.ts'

const of = (audit: AuditResult) => annotationsOf(report({ result: audit }))
const titles = (annotations: readonly Annotation[], level: Annotation['level']) =>
  annotations.filter(one => one.level === level).map(one => one.title)
const many = (count: number, ageDays: number) =>
  Array.from({ length: count }, (_, n) => key({ name: `u${n}`, accessKeyId: `AKIA${ageDays}${n}`, ageDays }))

const RULE = {
  location: { path: '.github/x.yml', line: 4 },
  reason: 'x',
  ticket: null,
  expires: '2026-11-01',
}

test('what could not be done says what GitHub said of it, but not where that may hold a name', () => {
  const failure = {
    summary: 'Could not create an issue: GitHub found the request invalid',
    remedy: 'See it.',
  }
  const failed = report({ failures: [{ ...failure, detail: 'assignees: "rita"' }] })
  const told = (given: typeof failed) =>
    annotationsOf(given).find(({ title }) => title === 'Not done') ?? { message: '', further: [] }
  expect(told(failed)).toMatchObject({
    message: `${failure.summary}. See it.`,
    further: ['assignees: "rita"'],
  })
  expect(told(redactReport(failed))).toMatchObject({ message: `${failure.summary}. See it.`, further: [] })
})

describe('annotations', () => {
  test('name each unverified user whom nothing accepts, with why and what to do', () => {
    const users = [
      UNVERIFIED,
      { ...UNVERIFIED, user: 'eve', accepted: RULE },
      { ...UNVERIFIED, user: '<root_account>' },
    ]
    expect(of(result([], { unverified: users, result: 'error' })).map(({ message }) => message)).toEqual([
      'Unverified: bob has more keys than the report shows, and no live look told them. Audit with iam:ListAccessKeys, so that a live look tells its keys; or accept it under accept-unverified in the configuration file, with a reason and a last day.',
      expect.stringMatching(/^Unverified: the root user has .* Look at its keys as the root user/),
      expect.stringContaining('the keys of 2 users are unverified'),
    ])
  })

  test.each([
    ['expired', 'accept-unverified expired on 2026-11-01'],
    ['unmatched', 'accept-unverified matches no user'],
    ['applied', null],
  ] as const)('warn at its line of a rule of accept-unverified that is %s', (status, title) => {
    const annotations = of(
      result([key({ ageDays: 3 })], { acceptances: [{ ...RULE, status, reach: 'some' }] }),
    )
    expect(annotations.map(one => [one.title, one.location])).toEqual(
      title === null ? [] : [[title, RULE.location]],
    )
  })

  test('a stale key is an error at its declaring line, with age, use and next step', () => {
    const candidates = [{ path: 'iam/ci.tf', line: 12, address: 'aws_iam_access_key.ci' }]
    const lastUsed = {
      state: 'used',
      at: '2026-11-24T00:00:00Z',
      service: 'cloudformation',
      region: 'us-east-1',
    } as const
    const next = step({
      title: 'Move applications',
      reason: null,
      instructions: [words('let them use the new key')],
    })
    const [first] = of(
      result([
        key({
          declared: {
            tool: 'terraform',
            of: 'key',
            mayBeByHand: false,
            unapplied: false,
            reason: null,
            candidates,
          },
          lastUsed,
          next,
        }),
      ]),
    )
    expect(first).toMatchObject({
      level: 'error',
      title: 'Access key of ci-deployer is 412 days old',
      message: 'ci-deployer …IEHRXK: 412 days, used today (cloudformation). Next: move applications.',
    })
    expect(first?.location).toMatchObject({ path: 'iam/ci.tf', line: 12 })
  })

  test('a message names what it is about by itself, as the log shows no title and no place', () => {
    const location = { path: '.github/x.yml', line: 4 }
    const rule = { rule: 0, location, reason: 'x', ticket: null, expires: '2026-11-01', keys: [] }
    const annotations = of(
      result([key(), key({ root: true, name: 'r', accessKeyId: null, ageDays: 5 })], {
        accounts: [audited(), notAudited({ id: '210987654321' })],
        exemptions: [{ ...rule, status: 'expired', reach: 'some' as const }],
        staticLogins: [{ ...location, via: 'env', secret: null }],
      }),
    )
    expect(annotations.slice(0, -1).map(({ message }) => message.split(': ')[0])).toEqual([
      expect.stringContaining('(210987654321) was not audited'),
      expect.stringMatching(/^ci-deployer …\w{6} in prod-main$/),
      '.github/x.yml:4',
      expect.stringMatching(/^The root user of prod-main \(123456789012\) has an access key/),
      '.github/x.yml:4',
    ])
  })

  test('the remedy of a failed account keeps its lines', () => {
    const failure = { summary: 'AWS refused', remedy: 'The token says\n  aud  sts\n}', detail: null }
    expect(of(result([], { accounts: [notAudited({ failure })] }))[0]).toMatchObject({
      message: 'sandbox (345678901234) was not audited: AWS refused. The token says',
      further: ['  aud  sts', '}'],
    })
  })

  test('eight keys, one that counts the rest, and the verdict last: ten', () => {
    const annotations = of(result(many(30, 100)))
    expect(annotations).toHaveLength(10)
    expect(annotations[8]).toMatchObject({
      level: 'error',
      title: 'and 22 more',
      message: 'Also 22 stale keys: the job summary lists them.',
    })
    expect(annotations.at(-1)?.message).toContain('All 30 active access keys are over 90 days')
  })

  test('ten of all levels together, whatever is wrong, and something of each', () => {
    const location = { path: 'x.yml', line: 1 }
    const rule = {
      rule: 0,
      location,
      reason: '',
      ticket: null,
      expires: '2026-01-01',
      status: 'expired',
      reach: 'some' as const,
      keys: [],
    } as const
    const annotations = of(
      result([...many(50, 100), ...many(50, 80), key({ root: true, name: 'r', ageDays: 5 })], {
        accounts: [audited(), ...[...Array(50)].map((_, n) => notAudited({ id: String(n) }))],
        exemptions: Array(50).fill(rule),
        staticLogins: [...Array(50)].map((_, line) => ({ path: 'x.yml', line, via: 'env', secret: null })),
      }),
    )
    expect(annotations.map(({ title }) => title.replace(/\d+/g, 'N'))).toEqual([
      'sandbox (N) was not audited',
      'sandbox (N) was not audited',
      'sandbox (N) was not audited',
      'Access key of uN is N days old',
      'Exemption expired on N-N-N',
      'The root user of prod-main (N) has an access key',
      'Access key of uN is N days old',
      'Logs in to AWS with a stored access key',
      'and N more',
      'Access key rotation',
    ])
    expect(annotations[8]?.message).toBe(
      'Also 47 accounts that were not audited, 49 stale keys, 49 rules of the configuration, 49 expiring keys and 49 static logins: the job summary lists them.',
    )
  })

  test.each<[string, Partial<Parameters<typeof key>[0]>, string]>([
    [
      'of an administrator',
      {
        urgency: {
          level: 'high',
          rule: 'administrator',
          reason: 'administrator access (AdministratorAccess)',
        },
      },
      '412 days, admin, no recorded use',
    ],
    [
      'whose ID stands in the checkout',
      { hardCoded: [{ path: 'scripts/x.sh', line: 2 }] },
      '412 days, ID in scripts/x.sh:2, no recorded use',
    ],
    [
      'without a date',
      { ageDays: null, unreadable: { row: 3, column: 'access_key_1_last_rotated', value: 'N/A' } },
      'access_key_1_last_rotated cannot be read (line 3 of the credential report), no recorded use',
    ],
    [
      'used before its own date',
      { ageDays: 211, usedBeforeCreated: '2026-04-27T00:00:00Z', lastUsed: { state: 'unknown' } },
      'at least 211 days, last use not known',
    ],
  ])('a key %s is one line that says so', (_, over, facts) => {
    const [first] = of(result([key({ ...over, state: 'stale' })]))
    expect(first?.message).toBe(`ci-deployer …IEHRXK: ${facts}. Next: deactivate.`)
  })

  test.each([
    [null, /^key 1: /],
    [SECRET, /^[0-9a-f]{8}: /],
  ])('a redacted key is told by its whole name, and by nothing of its user (%s)', (secret, name) => {
    const urgency = {
      level: 'high',
      rule: 'administrator',
      reason: 'administrator access (AdministratorAccess)',
    } as const
    const [first] = annotationsOf(redactReport(report({ result: result([key({ urgency })]) }), secret))
    expect(first?.message).toMatch(name)
    expect(first?.message).toMatch(/: 412 days, high, no recorded use\. Next: deactivate\.$/)
  })

  test('keys that do not fail the step are warnings, and so is the verdict', () => {
    const annotations = of(result([key()], { policy: { ...POLICY, failOn: 'never' } }))
    expect(titles(annotations, 'error')).toEqual([])
    expect(titles(annotations, 'warning')).toEqual([
      'Access key of ci-deployer is 412 days old',
      'Access key rotation',
    ])
  })

  test('an expiring key that fails the step is an error', () => {
    const soon = key({ ageDays: 80 })
    const step = { fails: true, reason: 'expiring', keys: [soon.id] } as const
    expect(titles(of(result([soon], { step })), 'error')).toEqual([
      'Access key of ci-deployer is 80 days old',
      'Access key rotation',
    ])
  })

  test('a clean audit raises nothing', () => {
    expect(of(result([key({ ageDays: 10 })]))).toEqual([])
  })

  test('a key that is not stale, but whose ID stands in the checkout, is a warning at that line', () => {
    const exposed = key({
      ageDays: 30,
      state: 'fresh',
      hardCoded: [{ path: 'scripts/notify.sh', line: 2 }],
      urgency: {
        level: 'critical',
        rule: 'hard-coded',
        reason: 'its ID is written out in this repository',
      },
      next: step({ action: 'contain', title: 'Deactivate now if leaked' }),
    })
    const all = result([exposed, { ...exposed, id: 'x', state: 'exempt' }])
    const [first, second, ...verdict] = of(all)
    expect(first).toMatchObject({
      level: 'warning',
      message:
        'ci-deployer …IEHRXK: 30 days, ID in scripts/notify.sh:2, no recorded use. Next: deactivate now if leaked.',
      location: { path: 'scripts/notify.sh', line: 2 },
    })
    expect(second?.level).toBe('warning')
    expect(verdict).toEqual([])
    const hidden = annotationsOf(redactReport(report({ result: all }))).map(({ message }) => message)
    expect(hidden.join()).toContain('The ID of 1 exempt key stands in the checkout.')
  })

  test('a fresh root key is a warning, and so is one of unknown age', () => {
    const root = key({ root: true, name: 'r', user: '<root_account>', ageDays: 5 })
    const accounts = [audited(), audited({ id: '2', rootUser: { state: 'key-of-unknown-age' } })]
    expect(titles(of(result([root], { accounts })), 'warning')).toEqual([
      'The root user of prod-main (123456789012) has an access key',
      'The root user of prod-main (2) has an access key',
    ])
  })

  test('a rule that expired, or matches nothing, is a warning at its line', () => {
    const rule = { rule: 0, reason: 'x', ticket: null, expires: '2026-11-01' }
    const annotations = of(
      result([], {
        exemptions: [
          {
            ...rule,
            location: { path: 'c.yml', line: 4 },
            status: 'expired',
            reach: 'some' as const,
            keys: ['a', 'b'],
          },
          {
            ...rule,
            location: { path: 'c.yml', line: 9 },
            status: 'unmatched',
            reach: 'some' as const,
            keys: [],
          },
          {
            ...rule,
            location: { path: 'c.yml', line: 12 },
            status: 'applied',
            reach: 'some' as const,
            keys: ['c'],
          },
        ],
      }),
    )
    expect(annotations.map(({ title, location }) => [title, location?.line])).toEqual([
      ['Exemption expired on 2026-11-01', 4],
      ['Exemption matches no key', 9],
    ])
    expect(annotations[0]?.message).toContain('2 keys that it exempted are findings again')
  })

  test('a static login is a notice at its line, one for all that the line stores, and none on a key', () => {
    const login = { path: '.github/workflows/x.yml', line: 18, via: 'input', secret: 'KEY' } as const
    const staticLogins = [login, { ...login, via: 'env' as const }]
    const replacement = { certain: false, title: 'Log in by OIDC', explanation: 'x', location: null }
    const annotations = of(result([key({ replacement })], { staticLogins }))
    expect(annotations.filter(({ message }) => message.includes('OIDC'))).toMatchObject([
      { level: 'notice', location: { path: '.github/workflows/x.yml', line: 18 } },
    ])
  })
})
