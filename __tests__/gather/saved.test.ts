import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { UserError } from '../../src/domain/errors.ts'
import type { Evidence, FailedAccount, Gathered, Shard } from '../../src/domain/evidence.ts'
import { accountsDigest, shardOf } from '../../src/gather/organization.ts'
import { readSaved } from '../../src/gather/saved.ts'
import { afterTest } from './run.ts'

const NOW = new Date('2026-11-24T12:00:00Z')

const CSV = [
  'user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service',
  '<root_account>,arn:aws:iam::123456789012:root,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A',
].join('\n')

function evidence(parts: Partial<Evidence> = {}): Evidence {
  const { account = of('123456789012'), gatheredAt = '2026-11-24T03:00:00Z' } = parts
  const csv = CSV.replace('123456789012', account.id)
  const at = gatheredAt ?? '2026-11-24T03:00:00Z'
  return {
    kind: 'evidence',
    version: 1,
    account,
    role: 'arn:aws:iam::123456789012:role/audit',
    gatheredAt,
    report: {
      content: Buffer.from(csv).toString('base64'),
      sha256: createHash('sha256').update(csv).digest('hex'),
      generatedAt: at,
    },
    observations: [
      { kind: 'user-gone', user: '__proto__', at, deletedAt: null },
      { kind: 'access-keys', user: 'bob', at, keys: [] },
    ],
    refusals: [],
    ...parts,
  }
}

const of = (id: string) => ({ id, partition: 'aws', name: null, alias: null }) as const

async function workspace(files: Record<string, string | Buffer>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'evidence-'))
  afterTest(() => rm(directory, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), content)
  }
  return directory
}

async function read(
  files: Record<string, string | Buffer | Gathered>,
  patterns: readonly string[] = ['**/*.json'],
  maxAgeHours: number | null = 48,
): Promise<Gathered[]> {
  const texts = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  ])
  const source = {
    kind: 'files',
    patterns,
    workspace: await workspace(Object.fromEntries(texts)),
    maxAgeHours,
  } as const
  const gathered: Gathered[] = []
  for await (const each of readSaved(source, NOW)) gathered.push(each)
  return gathered
}

async function refused(...args: Parameters<typeof read>): Promise<UserError> {
  const error = await read(...args).then(
    () => null,
    error => error,
  )
  expect(error).toBeInstanceOf(UserError)
  return error
}

describe('saved evidence', () => {
  test('comes back as it was written', async () => {
    const saved = evidence()
    expect(await read({ 'evidence/123456789012.json': saved })).toEqual([saved])
  })

  test('of an account that failed stays a failure', async () => {
    const saved: FailedAccount = {
      kind: 'failed-account',
      version: 1,
      account: of('210987654321'),
      role: null,
      at: '2026-11-24T03:00:00Z',
      failure: { summary: 'AWS refused.', remedy: 'line\nline', detail: null },
    }
    expect(await read({ 'a.json': saved, 'b.json': evidence() })).toEqual([saved, evidence()])
  })

  test('is found under a name with glob characters, by glob, and by absolute path, each once', async () => {
    const name = 'evidence [1]/a (b).json'
    expect(await read({ [name]: evidence() }, [name, 'evidence*/*.json'])).toHaveLength(1)
  })

  test('leaves out what an exclamation mark excludes', async () => {
    expect(await read({ 'a.json': evidence(), 'b.json': 'broken' }, ['*.json', '!b.json'])).toHaveLength(1)
  })

  test.each<[string, string | Buffer, RegExp]>([
    ['empty', ' \n', /is empty/],
    ['not JSON', '{"kind":', /not JSON/],
    ['HTML', '<!doctype html><title>Sign in</title>', /is an HTML or XML page/],
    ['null', 'null', /is something else/],
    ['a list', '[]', /not evidence/],
    ['a result', '{"version":1,"result":"pass"}', /not evidence/],
    ['of another version', JSON.stringify({ ...evidence(), version: 2 }), /another version/],
    ['of a field too many', JSON.stringify({ ...evidence(), note: 'x' }), /damaged/],
    [
      'of a prototype key',
      JSON.stringify(evidence()).replace('{', '{"__proto__":{"kind":"evidence"},'),
      /damaged/,
    ],
    ['of an impossible instant', JSON.stringify(evidence({ gatheredAt: '2026-13-40T99:00:00Z' })), /damaged/],
    ['of an account that is a path', JSON.stringify(evidence({ account: of('../../etc/pas') })), /damaged/],
    ['nested without end', `{"kind":"evidence","version":1,"account":${'['.repeat(1e6)}`, /not JSON/],
    [
      'of a changed report',
      JSON.stringify(
        evidence({ report: { ...evidence().report, content: Buffer.from(`${CSV}\n`).toString('base64') } }),
      ),
      /does not match its SHA-256/,
    ],
  ])('that is %s is refused by name', async (_, content, message) => {
    const error = await refused({ 'evidence/odd.json': content })
    expect(error.message).toMatch(message)
    expect(error.detail).toContain(join('evidence', 'odd.json'))
    expect(error.message + error.remedy).not.toContain('odd.json')
  })

  test('that nobody can find is an error that names the pattern', async () => {
    const error = await refused({ 'a.json': evidence() }, ['a.json', 'evidence/*.json'])
    expect(error.message).toContain('do not exist')
    expect(error.detail).toBe('evidence/*.json')
  })

  test('of one account in two files is refused, naming both', async () => {
    const error = await refused({ 'a.json': evidence(), 'b.json': evidence() })
    expect(error.detail).toBe('account 123456789012: a.json and b.json')
  })

  test.each([
    ['is as old as allowed', '2026-11-22T12:00:00Z', 48, true],
    ['is a second older', '2026-11-22T11:59:59Z', 48, false],
    ['is of any age with as-of', '2020-01-01T00:00:00Z', null, true],
  ])('that %s', async (_, gatheredAt, maxAgeHours, good) => {
    const files = { 'a.json': evidence({ gatheredAt }) }
    if (good) expect(await read(files, ['a.json'], maxAgeHours)).toHaveLength(1)
    else expect((await refused(files, ['a.json'], maxAgeHours)).remedy).toContain('has stopped')
  })

  const later = (hours: number) => new Date(Date.parse('2026-11-24T03:00:00Z') + hours * 3_600_000)
  const instant = (hours: number) => later(hours).toISOString().replace('.000', '')
  const generated = (hours: number) => ({ ...evidence().report, generatedAt: instant(hours) })
  const seen = (hours: number) => [
    { kind: 'access-keys', user: 'bob', at: instant(hours), keys: [] } as const,
  ]

  test.each<[string, Partial<Evidence>, RegExp | null]>([
    ['with a report of four hours', { report: generated(-4.2) }, null],
    ['with a report of more than that', { report: generated(-4.3) }, /over four hours old/],
    ['with a report of minutes later, as clocks differ', { report: generated(0.08) }, null],
    ['with a report of later', { report: generated(0.1) }, /contradict each other/],
    ['of a run that began later', { startedAt: instant(0.1) }, /contradict each other/],
    ['with an answer from before', { observations: seen(-0.1) }, /contradict each other/],
    ['with an answer from long after', { observations: seen(6.1) }, /contradict each other/],
    [
      'gathered after the evaluation',
      { gatheredAt: instant(9.2), report: generated(9), observations: [] },
      /younger than they are/,
    ],
    [
      'gathered after the run that evaluates it began',
      { startedAt: instant(9), gatheredAt: instant(9.5), report: generated(9), observations: [] },
      null,
    ],
    [
      'of another account than its rows',
      { report: { ...evidence({ account: of('210987654321') }).report } },
      /another account/,
    ],
    [
      'of another partition than its rows',
      { account: { ...of('123456789012'), partition: 'aws-cn' } },
      /another account/,
    ],
  ])('%s is held to its times and its account', async (_, parts, message) => {
    const files = { 'a.json': evidence(parts) }
    if (message === null) expect(await read(files)).toHaveLength(1)
    else expect((await refused(files)).message).toMatch(message)
  })

  test('is refused wherever one instant of it is put into the future', async () => {
    const places = ['gatheredAt', 'startedAt', 'generatedAt', 'at'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.integer({ min: 7, max: 9_000 }),
        async (place, hours) => {
          const late = instant(9 + hours)
          const parts = {
            gatheredAt: { gatheredAt: late, report: evidence({ gatheredAt: late }).report, observations: [] },
            startedAt: { startedAt: late },
            generatedAt: { report: { ...evidence().report, generatedAt: late } },
            at: { observations: seen(9 + hours) },
          }
          await refused({ 'a.json': evidence(parts[place]) }, ['a.json'], null)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('never crashes on any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async text => {
        await refused({ 'a.json': text })
      }),
      { numRuns: 50 },
    )
  })
})

describe('the age of a bare credential report', () => {
  const bare = (newest: string) =>
    CSV.replace('<root_account>', 'bob').replace(
      'root,false,N/A,N/A',
      `user/bob,true,2026-01-01T00:00:00Z,${newest}`,
    )
  const answer = (GeneratedTime: string, csv = bare('2026-01-02T00:00:00Z')) =>
    JSON.stringify({ Content: Buffer.from(csv).toString('base64'), GeneratedTime })
  const asEvidence = (csv: string) => {
    const content = Buffer.from(csv)
    const sha256 = createHash('sha256').update(content).digest('hex')
    return evidence({
      gatheredAt: null,
      report: { content: content.toString('base64'), sha256, generatedAt: null },
    })
  }

  test.each<[string, string | Gathered, string | null]>([
    ['its newest date, as old as allowed', bare('2026-11-22T12:00:00Z'), null],
    ['its newest date', bare('2026-11-22T11:59:59Z'), 'newest date is 48 hours ago, 2026-11-22T11:59:59Z'],
    ['its newest date, in evidence too', asEvidence(bare('2025-01-07T00:00:00Z')), 'newest date is'],
    ['nothing', CSV, 'says neither when it was generated nor any date'],
    ["the time in the CLI's answer", answer('2026-11-22T13:00:00+01:00'), null],
    ["the time in the CLI's answer, too old", answer('2026-11-22T11:59:59Z'), '48 hours old, generated at'],
    ["the newest date where the CLI's answer has no time", answer('soon'), 'newest date is'],
  ])('is told by %s', async (_, file, refusal) => {
    const files = { 'saved.json': file }
    if (refusal === null) expect(await read(files)).toHaveLength(1)
    else {
      const error = await refused(files)
      expect(error.message).toContain(refusal)
      expect(error.remedy).toContain('as-of')
      expect(error.detail).toContain('saved.json')
      expect(await read(files, undefined, null)).toHaveLength(1)
    }
  })

  test('is the time of its generation in the evidence where the CLI tells it', async () => {
    expect(await read({ 'report.json': answer('2026-11-24T02:00:00+00:00') })).toMatchObject([
      { gatheredAt: null, report: { generatedAt: '2026-11-24T02:00:00Z' } },
    ])
  })
})

describe('a bare credential report', () => {
  test('is evidence of the account of its ARNs, without a time', async () => {
    const [saved] = await read(
      { 'report.csv': CSV.replaceAll('arn:aws:', 'arn:aws-cn:') },
      ['report.csv'],
      null,
    )
    expect(saved).toMatchObject({
      kind: 'evidence',
      account: { id: '123456789012', partition: 'aws-cn' },
      gatheredAt: null,
      report: { generatedAt: null },
    })
  })

  test("is read from AWS's answer and from its base64 under any name", async () => {
    const content = Buffer.from(CSV).toString('base64')
    for (const text of [JSON.stringify({ Content: content }), content])
      for (const name of ['report.csv', 'report.json', 'report.txt', 'report'])
        expect(await read({ [name]: text }, [name], null)).toMatchObject([{ report: { content } }])
  })

  test('is evidence too where it is evidence under the name of a report', async () => {
    expect(await read({ 'report.csv': evidence() }, ['report.csv'])).toEqual([evidence()])
  })

  test.each([
    ['HTML', '<!DOCTYPE html><p>', /HTML/],
    ['JSON', '{"Users": []}', /JSON/],
    ['empty', '', /is empty/],
    [
      'of two accounts',
      `${CSV}\n${CSV.split('\n')[1]?.replace('<root_account>', 'bob').replace('3456', '9999')}`,
      /several/,
    ],
    ['of no account', CSV.replace('arn:aws:iam::123456789012:root', 'root'), /no account/],
  ])('that is %s is refused by name', async (_, content, message) => {
    const error = await refused({ 'report.csv': content }, ['report.csv'])
    expect(error.message).toMatch(message)
    expect(error.detail).toContain('report.csv')
  })
})

describe('shards', () => {
  const ids = ['111111111111', '222222222222', '333333333333']
  const shard = (index: number, count: number, all = ids): Shard => ({
    index,
    count,
    accountsDigest: accountsDigest(all),
    accountCount: all.length,
    leftOut: [],
  })
  const filesOf = (count: number, all = ids) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => n + 1).flatMap(index =>
        shardOf(all, id => id, { index, count }).map(id => [
          `${index}-${id}.json`,
          evidence({ account: of(id), shard: shard(index, count, all) }),
        ]),
      ),
    )

  test('of one audit are whole together, more shards than accounts included', async () => {
    expect(await read(filesOf(2))).toHaveLength(3)
    expect(await read(filesOf(5))).toHaveLength(3)
  })

  test('with one missing are refused, naming it', async () => {
    const { '2-222222222222.json': _, ...rest } = filesOf(2)
    expect((await refused(rest)).message).toContain('shard 2/2')
  })

  test('with an account of a shard missing are refused', async () => {
    const { '1-111111111111.json': _, ...rest } = filesOf(2)
    expect((await refused(rest)).message).toContain('shard 1/2: 1 of its 2 accounts')
  })

  test('of an organization without shards are whole, or refused for an account that lacks, or is one too many', async () => {
    const one = filesOf(1)
    expect(await read(one)).toHaveLength(3)
    const { '1-222222222222.json': _, ...lacking } = one
    expect((await refused(lacking)).message).toContain('lacks evidence of an account: 2 of its 3')
    const more = evidence({ account: of('444444444444'), shard: shard(1, 1) })
    expect((await refused({ ...one, 'more.json': more })).message).toContain('too much evidence')
    const swapped = { ...lacking, 'other.json': more }
    expect((await refused(swapped)).message).toContain('not those of the audit')
  })

  test('of several organizations are whole beside each other', async () => {
    const others = ['555555555555', '666666666666']
    expect(await read({ ...filesOf(2), ...filesOf(1, others) })).toHaveLength(5)
  })

  test('given twice are refused', async () => {
    const [[, first] = []] = Object.entries(filesOf(2))
    expect((await refused({ ...filesOf(2), 'again.json': first as Evidence })).message).toContain('twice')
  })

  test('of different lists of accounts are refused', async () => {
    const other = evidence({ account: of('444444444444'), shard: shard(2, 2, [...ids, '444444444444']) })
    expect((await refused({ ...filesOf(2), 'other.json': other })).message).toContain('different audits')
  })

  test('share any list of accounts evenly, without gap or overlap, whatever its order', () => {
    const accounts = fc.uniqueArray(fc.stringMatching(/^\d{12}$/), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(accounts, fc.integer({ min: 1, max: 20 }), (all, count) => {
        const shares = Array.from({ length: count }, (_, n) =>
          shardOf(all, id => id, { index: n + 1, count }),
        )
        expect(shares.flat().sort()).toEqual(all.toSorted())
        const sizes = shares.map(({ length }) => length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(shardOf(all.toReversed(), id => id, { index: 1, count })).toEqual(shares[0])
        expect(accountsDigest(all.toReversed())).toBe(accountsDigest(all))
      }),
    )
  })
})
