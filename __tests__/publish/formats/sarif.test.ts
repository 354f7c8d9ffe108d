import { execFileSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { Log, ReportingDescriptor, Result } from 'sarif'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import { findingsSarif } from '../../../src/publish/formats/sarif.ts'
import type { Report } from '../../../src/publish/report.ts'
import {
  audited,
  command,
  key,
  notAudited,
  redactReport,
  report,
  result,
  run,
  step,
  UNVERIFIED,
} from '../build.ts'
import { violations } from '../validate.ts'

const HOSTILE = '](https://evil.example) ::error::x\n##[error]y <img src=x> @team `a` {0} \u202e'

const ACCEPTED = { location: { path: 'c.yml', line: 3 }, reason: 'x', ticket: null, expires: '2027-01-01' }

describe('findings.sarif', () => {
  test('is valid against the OASIS schema, and the multitool finds nothing to say by its GitHub rules', () => {
    const every = reportOf(everyKind())
    const texts = [every, redactReport(every), reportOf([])].map(textOf)
    for (const text of texts)
      expect(violations('__tests__/fixtures/schemas/sarif-schema-2.1.0.json', JSON.parse(text))).toEqual([])
    expect(complaints(texts)).toEqual([])
  })

  test('has a result for each stale key, and none for exempt, expiring, fresh and inactive ones', () => {
    const keys = [
      key({ name: 'stale' }),
      key({ name: 'exempt', state: 'exempt' }),
      key({ name: 'expiring', ageDays: 80 }),
      key({ name: 'fresh', ageDays: 1 }),
      key({ name: 'inactive', state: 'inactive' }),
    ]
    expect(resultsOf(keys).map(one => one.message.text)).toEqual([expect.stringContaining('stale')])
    expect(resultsOf(keys.slice(1))).toEqual([])
  })

  test.each([
    ['an account failed', reportOf([key()], [audited(), notAudited()])],
    ['a user is unverified', reportOf([key()], undefined, [UNVERIFIED])],
    [
      'a user is unverified, which is accepted',
      reportOf([key()], undefined, [{ ...UNVERIFIED, accepted: ACCEPTED }]),
    ],
    ['no account was audited', report({ result: result([], { accounts: [], result: 'error' }) })],
  ])('is not written when %s, for absent alerts would close', (_, given) => {
    expect(findingsSarif(given)).toBeNull()
  })

  test('says which key, since when, who used it and what to do, in dates', () => {
    const used = { state: 'used', at: '2026-11-23T10:00:00Z', service: 's3', region: 'us-east-1' } as const
    const [one] = resultsOf([
      key({ lastUsed: used, next: step({ title: 'Move applications', reason: 'in use' }) }),
    ])
    expect(one?.message.text).toBe(
      `Access key of ci-deployer (${key().accessKeyId}) in prod-main (123456789012) was created on 2025-10-08 and has been stale since 2026-01-06. ` +
        'It was last used on 2026-11-23 by s3 in us-east-1. Next: Move applications: In use.',
    )
  })

  test('refers to CIS, NIST, PCI DSS and ISO 27001 in the tags of a rule, at most twenty', () => {
    const tags = ruleOf(key())?.properties?.tags ?? []
    expect(tags).toEqual(
      expect.arrayContaining([
        'security',
        'external/cis-aws-foundations-benchmark/4.0.0/1.14',
        'external/cis-aws-foundations-benchmark/7.0.0/2.12',
        'external/nist-sp-800-53/Rev.5/AC-2(1)',
        'external/pci-dss/4.0/8.3.9',
        'external/iso-iec-27001/2022/A.5.15',
      ]),
    )
    expect(tags.length).toBeLessThanOrEqual(20)
  })

  test('helps with the steps of the key itself', () => {
    const whose = command(['aws', 'iam', 'get-user', '--user-name', "o'neil"], 'Whose?')
    const edit = {
      kind: 'edit',
      tool: 'terraform',
      location: { path: 'a.tf', line: 1 },
      diff: '+resource "x" {}',
      note: null,
    } as const
    const markdown = ruleOf(
      key({
        next: step({ instructions: [whose] }),
        later: [step({ title: 'Delete', condition: 'it is idle', instructions: [edit] })],
      }),
    )?.help?.markdown
    expect(markdown).toContain(`\`\`\`sh\n# Whose?\naws iam get-user --user-name 'o'"'"'neil'\n\`\`\``)
    expect(markdown).toContain('Delete</strong>, when it is idle.')
    expect(markdown).toContain('```diff\n+resource "x" {}\n```')
  })

  test('lets no text become a link, markup or a line of its own', () => {
    const hostile = key({ user: HOSTILE, next: step({ reason: HOSTILE }), owner: null })
    const text = textOf(reportOf([hostile]))
    expect(complaints([text])).toEqual([])
    const [one] = resultsOf([hostile])
    expect(one?.message.text).not.toMatch(/\]\(|[\n\u202e]/)
    expect(ruleOf(hostile)?.help?.markdown).not.toMatch(/<img|\]\(https:\/\/evil|@team\b/)
  })
})

describe('the location of a result', () => {
  const declared = {
    tool: 'terraform',
    of: 'key',
    mayBeByHand: false,
    unapplied: false,
    reason: null,
    candidates: [
      { path: 'iam/ci keys#1.tf', line: 12, address: 'a' },
      { path: 'iam/b.tf', line: 3, address: 'b' },
    ],
  } as const
  const hardCoded = [{ path: 'app/.env', line: 4 }]

  test.each<[string, Partial<KeyResult>, Partial<Report>, string, number]>([
    ['the declaring line', { declared, hardCoded }, {}, 'iam/ci%20keys%231.tf', 12],
    ['else the line where the key is written out', { hardCoded }, {}, 'app/.env', 4],
    ['else the configuration file', {}, { configPath: 'audit.yml' }, 'audit.yml', 1],
    ['else the workflow', {}, { configPath: null }, '.github/workflows/nightly.yml', 1],
    [
      'else where the configuration would be',
      {},
      { configPath: null, run: run({ workflowPath: null }) },
      '.github/access-key-rotation.yml',
      1,
    ],
  ])('is %s', (_, over, rest, uri, line) => {
    const location = logOf({ ...reportOf([key(over)]), ...rest }).runs[0]?.results?.[0]?.locations?.[0]
    expect(location?.physicalLocation).toMatchObject({
      artifactLocation: { uri },
      region: { startLine: line },
    })
  })

  test('may have a name that is no text', () => {
    const [one] = resultsOf([key({ hardCoded: [{ path: 'a\ud800', line: 1 }] })])
    expect(one?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('a%EF%BF%BD')
  })

  test('is not repeated beside itself', () => {
    expect(resultsOf([key({ hardCoded })])[0]).not.toHaveProperty('relatedLocations')
  })

  test('names the other candidates beside it', () => {
    const [one] = resultsOf([key({ declared })])
    expect(
      one?.relatedLocations?.map(({ physicalLocation }) => physicalLocation?.artifactLocation?.uri),
    ).toEqual(['iam/b.tf'])
  })
})

describe('the identity of an alert', () => {
  const identity = (over: Partial<KeyResult>, rest: Partial<Report> = {}) => {
    const [one] = logOf({ ...reportOf([key(over)]), ...rest }).runs[0]?.results ?? []
    return [one?.ruleId, one?.partialFingerprints]
  }

  test('stays when the key ages, its line moves, its user is renamed or its urgency changes', () => {
    const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
    const declared = {
      tool: 'terraform',
      of: 'key',
      mayBeByHand: false,
      unapplied: false,
      reason: null,
      candidates: [{ path: 'b.tf', line: 7, address: 'b' }],
    } as const
    const first = identity({ accessKeyId, ageDays: 91 })
    expect(identity({ accessKeyId, ageDays: 400 })).toEqual(first)
    expect(identity({ accessKeyId, declared })).toEqual(first)
    expect(identity({ accessKeyId, user: 'renamed' })).toEqual(first)
    expect(
      identity({ accessKeyId, urgency: { level: 'critical', rule: 'hard-coded', reason: 'hard-coded' } }),
    ).toEqual(first)
    expect(identity({ accessKeyId }, { configPath: null })).toEqual(first)
  })

  test('is another for each of two keys of one user', () => {
    const [one, other] = resultsOf([
      key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
      key({ accessKeyId: 'AKIAIOSFODNN7EXAMPL2' }),
    ])
    expect(one?.ruleId).not.toBe(other?.ruleId)
    expect(one?.partialFingerprints).not.toEqual(other?.partialFingerprints)
  })

  test('stays from night to night where names are hidden', () => {
    const nights = [[key()], [key({ name: 'another', ageDays: 300 }), key()]].map(keys =>
      logOf(redactReport(reportOf(keys))),
    )
    expect(nights[1]?.runs[0]?.results?.[1]?.ruleId).toBe(nights[0]?.runs[0]?.results?.[0]?.ruleId)
  })
})

describe('security-severity', () => {
  test.each<[string, Partial<KeyResult>, string]>([
    ['a day overdue is medium', { ageDays: 91 }, '4.0'],
    ['a year overdue is the most of medium', { ageDays: 1980 }, '6.9'],
    [
      'high urgency is high',
      { ageDays: 91, urgency: { level: 'high', rule: 'administrator', reason: 'administrator' } },
      '7.0',
    ],
    [
      'high urgency, long overdue, is high still',
      { ageDays: 1980, urgency: { level: 'high', rule: 'administrator', reason: 'administrator' } },
      '8.9',
    ],
    [
      'critical urgency is critical',
      { ageDays: 91, urgency: { level: 'critical', rule: 'hard-coded', reason: 'root' } },
      '9.1',
    ],
    ['an unknown age may be any', { ageDays: null }, '6.9'],
  ])('%s', (_, over, severity) => {
    expect(ruleOf(key(over))?.properties?.['security-severity']).toBe(severity)
  })
})

describe('GitHub’s limits', () => {
  test('hold for more keys than GitHub shows: the most urgent 5,000 are kept, within 10 MB gzipped', () => {
    const instructions = [command(['aws', 'iam', 'update-access-key'])]
    const keys = Array.from({ length: 5_001 }, (_, i) =>
      key({
        name: `user-${i}`,
        accessKeyId: `AKIA${i.toString().padStart(16, '0')}`,
        next: step({ instructions }),
        later: Array.from({ length: 5 }, () => step({ instructions, condition: 'it is idle' })),
      }),
    )
    const text = textOf(reportOf(keys))
    const results = (JSON.parse(text) as Log).runs[0]?.results ?? []
    expect(results).toHaveLength(5_000)
    expect(results[0]?.message.text).toContain('user-0 ')
    expect(gzipSync(text).length).toBeLessThanOrEqual(10_000_000)
  })
})

function everyKind(): KeyResult[] {
  const declared = {
    tool: 'terraform',
    of: 'key',
    mayBeByHand: false,
    unapplied: false,
    reason: null,
    candidates: [{ path: 'a.tf', line: 1, address: 'a["x"]' }],
  } as const
  return [
    key({
      declared,
      hardCoded: [{ path: 'x', line: 2 }],
      urgency: { level: 'high', rule: 'administrator', reason: 'hard-coded in x' },
    }),
    key({ name: 'root', user: '<root_account>', root: true, accessKeyId: null }),
    key({
      name: 'unread',
      ageDays: null,
      accessKeyId: null,
      unreadable: { row: 3, column: 'c', value: 'N/A' },
    }),
    key({ name: 'unknown', lastUsed: { state: 'unknown' }, next: null }),
  ]
}

function reportOf(
  keys: readonly KeyResult[],
  accounts: Report['result']['accounts'] = [audited()],
  unverified: Report['result']['unverified'] = [],
): Report {
  return report({ result: result(keys, { accounts, unverified }) })
}

function textOf(given: Report): string {
  return [...(findingsSarif(given) ?? [])].join('')
}

function logOf(given: Report): Log {
  return JSON.parse(textOf(given))
}

function resultsOf(keys: readonly KeyResult[]): Result[] {
  return logOf(reportOf(keys)).runs[0]?.results ?? []
}

function ruleOf(one: KeyResult): ReportingDescriptor | undefined {
  return logOf(reportOf([one])).runs[0]?.tool.driver.rules?.[0]
}

/** What `sarif-multitool validate` prints by its SARIF and GitHub rules; its exit status tells nothing. */
function complaints(texts: readonly string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'sarif-'))
  try {
    const files = texts.map((_, index) => join(directory, `${index}.sarif`))
    for (const [index, file] of files.entries()) writeFileSync(file, texts[index] ?? '')
    const options = ['--rule-kind', 'Sarif;Ghas', '--output', join(directory, 'log.sarif')]
    const output = execFileSync(multitool(directory), ['validate', ...files, ...options], {
      encoding: 'utf8',
    })
    expect(output).toContain('Analysis completed successfully.')
    const { runs } = JSON.parse(readFileSync(join(directory, 'log.sarif'), 'utf8')) as Log
    return (runs[0]?.results ?? []).map(one => `${one.ruleId} ${JSON.stringify(one.message)}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Path of the multitool's program, which an install without scripts leaves not executable. */
function multitool(directory: string): string {
  const path: string = createRequire(import.meta.url)('@microsoft/sarif-multitool')
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    const copy = join(directory, 'multitool')
    copyFileSync(path, copy)
    chmodSync(copy, 0o755)
    return copy
  }
}
