/** An audit in shards is the same as in one run: publish(shards) == unsharded. */

import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { freezeReport, renderReport } from '../../sandbox/aws/report.ts'
import { madeOrganization, memberId, ORGANIZATION_INPUTS } from '../../sandbox/made-organization.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { account, key, user } from '../../sandbox/world.ts'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import type { Gathered, Shard } from '../../src/domain/evidence.ts'
import { aggregate } from '../../src/evaluate/aggregate.ts'
import { evaluateAccount } from '../../src/evaluate/evaluate.ts'
import { accountsDigest, shardOf } from '../../src/gather/organization.ts'
import { readSaved } from '../../src/gather/saved.ts'
import { resultJson } from '../../src/publish/formats/json.ts'
import { report } from '../publish/build.ts'
import { audit, checkout, filesOf, type Run, serve } from './support.ts'

const INPUTS = { ...ORGANIZATION_INPUTS, redact: 'never' }

describe('three shards and a last job', () => {
  let sandbox: Sandbox
  let whole: Run
  let shards: ReadonlyMap<string, string>
  let last: Run
  beforeAll(async () => {
    const world = madeOrganization({ accounts: 7, users: 4, keysPerUser: 2, staleShare: 0.5 })
    for (const each of world.accounts.values()) freezeReport(world, each)
    world.accounts.get(memberId(2))?.roles.clear()
    sandbox = await serve(world)
    whole = await audit(sandbox, INPUTS)
    shards = await gatherShards(sandbox, 3)
    last = await publish(shards)
  })

  /** The evidence of all shards, under `SHARD/ACCOUNT.json`. */
  async function gatherShards(over: Sandbox, count: number): Promise<ReadonlyMap<string, string>> {
    const all = new Map<string, string>()
    for (let index = 1; index <= count; index++) {
      const run = await audit(over, { ...INPUTS, shard: `${index}/${count}` })
      expect(run.exitCode).toBe(0)
      for (const [path, text] of filesOf(run)) all.set(path.replace('evidence/', `shards/${index}/`), text)
    }
    return all
  }

  function publish(files: ReadonlyMap<string, string>): Promise<Run> {
    const workspace = checkout(Object.fromEntries(files))
    return audit(
      sandbox,
      {
        ...{ 'evidence-files': 'shards/**/*.json', 'role-to-assume': '', redact: 'never' },
        'as-of': new Date().toISOString(),
      },
      { workspace },
    )
  }

  test('give the result of one run, byte for byte, apart from the run, its times and the shards themselves', () => {
    expect(whole.outputs).toMatchObject({ result: 'error', 'failed-account-count': '1', 'stale-count': '12' })
    expect(comparable(last)).toBe(comparable(whole))
    expect(last.exitCode).toBe(whole.exitCode)
  })

  test('publish nothing but evidence before the last job', () => {
    expect([...shards.keys()].filter(path => !path.startsWith('shards/'))).toEqual([])
    expect(shards.size).toBe(8)
  })

  test('are refused where one is missing or lacks an account, is given twice, or of another audit', async () => {
    const [first = ['', '']] = shards
    const without = (index: number) =>
      new Map([...shards].filter(([path]) => !path.startsWith(`shards/${index}/`)))
    const another = [...(await gatherShards(sandbox, 2))].filter(([path]) => path.startsWith('shards/1/'))
    const cases: readonly (readonly [ReadonlyMap<string, string>, RegExp])[] = [
      [without(2), /lacks evidence of shard 2\/3: 0 of its 3 accounts/],
      [
        new Map([...shards].filter(([path]) => path !== first[0])),
        /lacks evidence of shard 1\/3: 2 of its 3/,
      ],
      [new Map([...shards, ['shards/again.json', first[1]]]), /the same account twice/],
      [new Map([...without(1), ...another]), /same account twice|shards of different audits/],
    ]
    for (const [files, message] of cases) {
      const run = await publish(files)
      expect(run.log).toMatch(message)
      expect(run.outputs['result']).toBe('error')
      expect(run.exitCode).toBe(1)
    }
  })

  test('may be more than there are accounts: an empty one is neither a failure nor missing', async () => {
    const run = await audit(sandbox, { ...INPUTS, shard: '16/16' })
    expect(run.exitCode).toBe(0)
    expect(run.outputs).toMatchObject({ 'account-count': '0', 'failed-account-count': '0' })
    expect([...filesOf(run).keys()]).toEqual([])
  })
})

/** `result.json` without what differs: the run, its instant, when each account was gathered, by which shard. */
function comparable(run: Run): string {
  const text = filesOf(run).get('result.json') ?? ''
  return text
    .replace(/^"run": .*$/m, '')
    .replace(/^"asOf": .*$/m, '')
    .replace(/"gatheredAt":"[^"]*"/g, '')
    .replace(/"shard":(?:null|\{[^}]*\})/g, '')
}

describe('any organization in any number of shards', () => {
  const NOW = new Date()
  const POLICY = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' } as const

  const organizations = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 999 }).map(memberId),
      fails: fc.boolean(),
      // Few ages, so that keys of several accounts tie.
      users: fc.array(fc.array(fc.constantFrom(1, 80, 91, 400), { maxLength: 2 }), { maxLength: 4 }),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
  )

  test('gives the same result', async () => {
    await fc.assert(
      fc.asyncProperty(
        organizations,
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.nat()),
        async (made, count, order) => {
          const all = made.map(gathered)
          const ids = all.map(each => each.account.id)
          const stamped = Array.from({ length: count }, (_, index) => {
            const shard = {
              index: index + 1,
              count,
              accountsDigest: accountsDigest(ids),
              accountCount: ids.length,
              leftOut: [],
            }
            return shardOf(all, ({ account }) => account.id, shard).map(each => ({ ...each, shard }))
          }).flat()
          expect(stamped).toHaveLength(all.length)
          expect(textOf(await throughFiles(stamped, order))).toBe(textOf(all))
        },
      ),
      { numRuns: 40 },
    )
  })

  function gathered({
    id,
    fails,
    users,
  }: {
    id: string
    fails: boolean
    users: readonly number[][]
  }): Gathered {
    const about = {
      version: 1,
      account: { id, partition: 'aws', name: `name of ${id}`, alias: null },
      role: `arn:aws:iam::${id}:role/member`,
    } as const
    const at = '2026-11-24T00:00:00Z'
    if (fails)
      return { kind: 'failed-account', ...about, at, failure: { summary: 's', remedy: 'r', detail: id } }
    const content = renderReport(
      account({
        id,
        users: users.map((ages, n) => user(`user-${n}`, { keys: ages.map(ageDays => key({ ageDays })) })),
      }),
    )
    const sha256 = createHash('sha256').update(content).digest('hex')
    const saved = { content: content.toString('base64'), sha256, generatedAt: at }
    return { kind: 'evidence', ...about, gatheredAt: at, report: saved, observations: [], refusals: [] }
  }

  /** What the last job reads of them, from files in any order. */
  async function throughFiles(stamped: readonly Gathered[], order: Iterator<number>): Promise<Gathered[]> {
    const directory = await mkdtemp(join(tmpdir(), 'shards-'))
    try {
      for (const each of stamped) {
        const name = `${order.next().value}-${each.account.id}.json`
        await writeFile(join(directory, name), JSON.stringify(each))
      }
      const source = { kind: 'files', patterns: ['*.json'], workspace: directory, maxAgeHours: null } as const
      const all: Gathered[] = []
      for await (const each of readSaved(source, NOW)) all.push(each)
      return all
    } finally {
      await rm(directory, { recursive: true })
    }
  }

  function textOf(all: readonly Gathered[]): string {
    const evaluations = all.map(({ shard: _, ...each }: Gathered & { shard?: Shard }) =>
      evaluateAccount(each as Gathered, NO_DECLARATIONS, EMPTY_CONFIG, POLICY, NOW),
    )
    const result = aggregate(evaluations, {
      config: EMPTY_CONFIG,
      policy: POLICY,
      now: NOW,
      declarations: NO_DECLARATIONS,
      changedFiles: null,
    })
    return [...resultJson(report({ result }))].join('')
  }
})
