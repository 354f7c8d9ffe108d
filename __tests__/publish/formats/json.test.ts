import { describe, expect, test } from '@jest/globals'
import type { AuditResult } from '../../../src/domain/audit-result.ts'
import { resultJson } from '../../../src/publish/formats/json.ts'
import type { Report } from '../../../src/publish/report.ts'
import { audited, command, key, notAudited, redactReport, report, result, run, step } from '../build.ts'
import { violations } from '../validate.ts'

const SCHEMA = 'schemas/result.v1.json'

describe('result.json', () => {
  test('is valid against its published schema, whatever the audit found', () => {
    expect(violations(SCHEMA, parsed(everything()))).toEqual([])
    expect(violations(SCHEMA, parsed(redactReport(everything())))).toEqual([])
    expect(violations(SCHEMA, parsed(report({ result: result([], { accounts: [] }) })))).toEqual([])
  })

  test('its schema refuses what is missing, misspelt or invented', () => {
    const { asOf, ...rest } = parsed(everything())
    expect(violations(SCHEMA, { ...rest, asof: asOf })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/required property 'asOf'/),
        expect.stringMatching(/must NOT have additional properties/),
      ]),
    )
  })

  test('carries the whole result, the policy in force and every key, healthy ones too', () => {
    const given = everything()
    const file = parsed(given)
    for (const [name, value] of Object.entries(given.result)) expect(file[name]).toEqual(value)
    expect(given.result.keys.map(({ state }) => state)).toContain('fresh')
  })

  test('names the control as each benchmark and standard does', () => {
    const identifiers = parsed(report())['control'].identifiers
    expect(identifiers).toEqual(
      expect.arrayContaining([
        { source: 'CIS AWS Foundations Benchmark', version: '1.2.0', id: '1.4' },
        { source: 'CIS AWS Foundations Benchmark', version: '4.0.0', id: '1.14' },
        { source: 'CIS AWS Foundations Benchmark', version: '7.0.0', id: '2.12' },
        { source: 'CCE', version: null, id: 'CCE-78902-4' },
        { source: 'Lacework', version: null, id: 'lacework-global-43' },
        { source: 'AWS Config', version: null, id: 'access-keys-rotated' },
      ]),
    )
  })

  test('differs between two runs over one evidence in the section `run` alone', () => {
    const one = text(everything())
    const other = text({
      ...everything(),
      run: run({ url: 'https://github.com/o/r/actions/runs/43', sha: 'f' }),
    })
    expect(one).not.toBe(other)
    expect(withoutRun(one)).toEqual(withoutRun(other))
  })

  test('has the same bytes for the same result', () => {
    expect(text(everything())).toBe(text(everything()))
  })

  test('has a key a line, so that a difference shows which key changed', () => {
    const lines = text(everything()).split('\n')
    expect(lines.filter(line => line.startsWith('{"id":'))).toHaveLength(everything().result.keys.length)
  })

  test('comes in pieces no larger than a key, however many keys there are', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => key({ name: `user-${i}` }))
    const pieces = [...resultJson(report({ result: result(keys) }))]
    expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(1_000_000)
    expect(JSON.parse(pieces.join('')).keys).toHaveLength(10_000)
  })

  test('records what remediation did, and says nothing of it where none was asked for', () => {
    const remediation = {
      mode: 'apply',
      refused: null,
      changes: [
        {
          key: 'AKIAIOSFODNN7EXAMPLE',
          account: '123456789012',
          user: 'legacy-backup',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          what: 'deactivate',
          why: 'No recorded use since 2026-01-01.',
          undo: command(['aws', 'iam', 'update-access-key']),
          outcome: 'done',
          reason: null,
        },
      ],
    } as const
    const file = parsed({ ...everything(), remediation })
    expect(file['remediation']).toEqual(remediation)
    expect(violations(SCHEMA, file)).toEqual([])
    expect(parsed(everything())).not.toHaveProperty('remediation')
  })
})

describe('a redacted result.json', () => {
  test('holds no user, account, key ID, role or declaring line', () => {
    const redacted = text(redactReport(everything()))
    expect(redacted).toContain('"redacted":true')
    for (const secret of ['ci-deployer', '123456789012', 'AKIA', 'role/audit', 'iam/ci.tf', 'octo-deploy']) {
      expect(redacted).not.toContain(secret)
    }
  })
})

function everything(): Report {
  const location = { path: 'iam/ci.tf', line: 12 }
  const exemption = {
    rule: 0,
    location: { path: '.github/access-key-rotation.yml', line: 3 },
    reason: 'rotated by the vendor',
    ticket: 'SEC-1234',
    expires: '2027-01-31',
  }
  const keys = [
    key({
      declared: {
        tool: 'terraform',
        of: 'key',
        mayBeByHand: false,
        unapplied: false,
        reason: null,
        candidates: [{ ...location, address: 'aws_iam_access_key.ci' }],
      },
      hardCoded: [{ path: 'app.env', line: 1 }],
      owner: { name: 'octo-deploy', kind: 'user', source: 'configuration' },
      urgency: { level: 'high', rule: 'administrator', reason: 'hard-coded in app.env' },
      lastUsed: { state: 'used', at: '2026-11-23T10:00:00Z', region: 'us-east-1', service: 's3' },
      usage: {
        regions: ['us-east-1'],
        programs: [
          {
            name: 'aws-cli/2',
            runtime: null,
            addresses: ['203.0.113.7'],
            actions: ['s3:ListBuckets'],
            lastSeen: '2026-11-23T10:00:00Z',
          },
        ],
        truncated: false,
      },
      next: step({ instructions: [command(['aws', 'iam'], 'why')] }),
      later: [
        step({
          condition: 'it is idle',
          instructions: [{ kind: 'edit', tool: 'terraform', location, diff: 'x', note: null }],
        }),
      ],
      replacement: { certain: true, title: 'Log in by OIDC', explanation: 'No key.', location },
    }),
    key({ name: 'exempt', ageDays: 100, state: 'exempt', exemption }),
    key({
      name: 'unread',
      ageDays: null,
      accessKeyId: null,
      unreadable: { row: 3, column: 'c', value: 'N/A' },
    }),
    key({ name: 'root', user: '<root_account>', root: true, accessKeyId: null }),
    key({ name: 'fresh', ageDays: 1, lastUsed: { state: 'unknown' } }),
    key({ name: 'old', state: 'inactive' }),
  ]
  return report({
    result: result(keys, {
      accounts: [
        audited({
          rootUser: { state: 'key-of-unknown-age' },
          notes: [
            { kind: 'permission-missing', action: 'iam:ListUserTags', text: 'Owner tags were not read.' },
          ],
        }),
        notAudited(),
      ],
      exemptions: [
        {
          ...exemption,
          status: 'applied',
          reach: 'some' as const,
          keys: keys.slice(1, 2).map(({ id }) => id),
        },
      ],
      staticLogins: [{ path: '.github/workflows/deploy.yml', line: 9, via: 'input', secret: 'AWS_KEY' }],
    }),
  })
}

function text(given: Report): string {
  return [...resultJson(given)].join('')
}

function parsed(given: Report) {
  return JSON.parse(text(given)) as AuditResult & Record<string, ReturnType<typeof JSON.parse>>
}

function withoutRun(json: string): unknown {
  const { run: _, ...rest } = JSON.parse(json)
  return rest
}
