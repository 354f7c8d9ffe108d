import { describe, expect, test } from '@jest/globals'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import { findingsOcsf } from '../../../src/publish/formats/ocsf.ts'
import type { Report } from '../../../src/publish/report.ts'
import { audited, key, POLICY, redactReport, report, result, run, step } from '../build.ts'
import { violations } from '../validate.ts'

const SCHEMA = '__tests__/fixtures/schemas/ocsf-1.6.0-compliance_finding.json'

const UNCLEAR = key({
  ageDays: 23,
  state: 'stale',
  unreadable: { row: 3, column: 'access_key_1_active', value: 'maybe' },
})

describe('findings.ocsf.json', () => {
  test('is valid against the schema of OCSF 1.6.0, names hidden or not', () => {
    const every = report({ result: result(everyKind()), run: run() })
    for (const given of [every, redactReport(every), { ...every, run: run({ url: null }) }]) {
      const findings = parse(given)
      expect(findings.length).toBeGreaterThan(0)
      for (const finding of findings) expect(violations(SCHEMA, finding)).toEqual([])
    }
  })

  test('is an empty list where there are no active keys', () => {
    expect(parse(report())).toEqual([])
    expect(findingsOf([key({ state: 'inactive' })])).toEqual([])
  })

  test.each<[string, KeyResult, string, string, string]>([
    ['a stale key', key(), 'Fail', 'New', 'Medium'],
    [
      'an urgent one',
      key({ urgency: { level: 'critical', rule: 'hard-coded', reason: 'root' } }),
      'Fail',
      'New',
      'Critical',
    ],
    ['a key whose age cannot be read', key({ ageDays: null }), 'Fail', 'New', 'Medium'],
    ['a young key whose status cannot be read', UNCLEAR, 'Fail', 'New', 'Medium'],
    ['one that is exempt', { ...UNCLEAR, state: 'exempt' }, 'Fail', 'Suppressed', 'Medium'],
    ['a stale key that is exempt', key({ state: 'exempt' }), 'Fail', 'Suppressed', 'Medium'],
    [
      'an expiring key that is exempt',
      key({ state: 'exempt', ageDays: 80 }),
      'Pass',
      'Suppressed',
      'Informational',
    ],
    ['a key of exactly 90 days', key({ ageDays: 90 }), 'Pass', 'Resolved', 'Informational'],
    ['a fresh key', key({ ageDays: 1 }), 'Pass', 'Resolved', 'Informational'],
  ])('%s is reported as such', (_, given, compliance, status, severity) => {
    const [finding] = findingsOf([given])
    expect([finding?.compliance.status, finding?.status, finding?.severity]).toEqual([
      compliance,
      status,
      severity,
    ])
  })

  test('says of a fresh key when it was created, and nothing of being stale', () => {
    const [finding] = findingsOf([key({ ageDays: 1, state: 'fresh' })])
    expect(finding?.message).toMatch(/was created on 2026-11-23\. It has no recorded use/)
    expect(finding?.message).not.toContain('stale')
  })

  test('names the requirements of every standard where one is not met, and the control alone where it is', () => {
    const [stale, fresh] = findingsOf([key(), key({ name: 'fresh', ageDays: 1 })])
    expect(stale?.compliance.requirements).toContain('Lacework: lacework-global-43')
    expect(stale?.compliance.standards).toContain('AWS Security Hub')
    expect(fresh?.compliance).toMatchObject({ control: 'IAM.3', status: 'Pass' })
    expect(fresh?.compliance).not.toHaveProperty('requirements')
  })

  test('a key within a longer limit of the policy, but beyond the control’s 90 days, does not pass', () => {
    const policy = { ...POLICY, maxAgeDays: 180 }
    const given = report({ result: result([key({ ageDays: 120, state: 'fresh' })], { policy }) })
    expect(parse(given)[0]).toMatchObject({
      status_code: 'WARNING',
      compliance: { status_id: 2, control_parameters: [{ name: 'maxAgeDays', value: '180' }] },
    })
  })

  test('names account, partition, key, user, owner and what to do', () => {
    const owner = { name: 'octo-deploy', kind: 'user', source: 'tag' } as const
    const accounts = [
      audited({ account: { id: '123456789012', partition: 'aws-cn', name: 'prod', alias: null } }),
    ]
    const given = report({ result: result([key({ owner, next: step() })], { accounts }) })
    expect(parse(given)[0]).toMatchObject({
      class_uid: 2003,
      cloud: { provider: 'AWS', region: 'cn-north-1', account: { uid: '123456789012', name: 'prod' } },
      resources: [
        {
          uid: key().accessKeyId,
          type: 'AwsIamAccessKey',
          cloud_partition: 'aws-cn',
          owner: { name: 'octo-deploy' },
        },
        { uid: key().userArn, name: 'ci-deployer', type: 'AwsIamUser' },
      ],
      remediation: { desc: 'Deactivate: No recorded use since 2021-06-23.' },
    })
  })

  test('gives a key the same finding every night, and two keys two findings', () => {
    const uid = (over: Partial<KeyResult>) => findingsOf([key(over)])[0]?.finding_info.uid
    expect(uid({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', ageDays: 91 })).toBe(
      uid({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', ageDays: 400, user: 'renamed' }),
    )
    expect(uid({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })).not.toBe(
      uid({ accessKeyId: 'AKIAIOSFODNN7EXAMPL2' }),
    )
  })

  test('says why and until when a key is exempt', () => {
    const [finding] = findingsOf(everyKind().filter(one => one.exemption !== null))
    expect(finding?.status_detail).toBe('Exempt until 2027-01-31: rotated by the vendor, SEC-1234')
  })

  test('says what could not be read of a key that counts as stale for it', () => {
    expect(findingsOf([UNCLEAR])[0]?.status_detail).toContain(
      'counts as stale: Line 3, column access_key_1_active of the credential report holds no status: maybe.',
    )
  })

  test('holds ten thousand keys', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => key({ name: `user-${i}` }))
    expect(findingsOf(keys)).toHaveLength(10_000)
  })
})

function everyKind(): KeyResult[] {
  const exemption = {
    rule: 0,
    location: { path: '.github/access-key-rotation.yml', line: 3 },
    reason: 'rotated by the vendor',
    ticket: 'SEC-1234',
    expires: '2027-01-31',
  }
  return [
    key({ owner: { name: 'octo\nteam', kind: 'text', source: 'tag' } }),
    key({ name: 'root', user: '<root_account>', root: true, accessKeyId: null }),
    key({
      name: 'unread',
      ageDays: null,
      accessKeyId: null,
      unreadable: { row: 3, column: 'c', value: 'N/A' },
    }),
    key({ name: 'exempt', state: 'exempt', exemption }),
    key({ name: 'expiring', ageDays: 80 }),
    key({ name: 'fresh', ageDays: 1, lastUsed: { state: 'unknown' } }),
  ]
}

interface Finding {
  readonly message: string
  readonly severity: string
  readonly status: string
  readonly status_detail: string
  readonly compliance: {
    readonly status: string
    readonly standards?: readonly string[]
    readonly requirements?: readonly string[]
  }
  readonly finding_info: { readonly uid: string }
}

function findingsOf(keys: readonly KeyResult[]): Finding[] {
  return parse(report({ result: result(keys) }))
}

function parse(given: Report): Finding[] {
  return JSON.parse([...findingsOcsf(given)].join(''))
}
