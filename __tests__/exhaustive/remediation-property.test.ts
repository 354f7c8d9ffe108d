/** Random histories of keys, told late, in part or by a wrong clock: nothing in use is changed, nothing deleted without proof. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  account,
  type CloudTrailEvent,
  daysAgo,
  event,
  type Fault,
  type Key,
  key,
  remediationRoles,
  type User,
  user,
} from '../../sandbox/world.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import type { RemediationRecord } from '../../src/domain/remediation-record.ts'
import { NO_EDITS } from '../evaluate/step-parts.ts'
import { days, exemption, type Given, run, statusChange } from '../remediate/served.ts'

const MINUTE = 60_000
/** Either side of the instants that count: now, the limits, CloudTrail's memory. */
const day = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 200 }),
  fc.constantFrom(29.9, 30.1, 89.9, 90.1),
)
const longAgo = fc.integer({ min: 91, max: 900 })
const QUIET = Array(12).fill('nothing') as 'nothing'[]
const anyKey = fc.record({
  age: fc.oneof(day, longAgo, longAgo, longAgo),
  /** What IAM has recorded; what CloudTrail has, by region, of which a part is not delivered yet. */
  recorded: fc.option(fc.oneof(day, longAgo, longAgo)),
  uses: fc.array(
    fc.record({
      days: day,
      region: fc.constantFrom('us-east-1', 'eu-west-1'),
      delivered: fc.constantFrom(true, true, false),
    }),
    { maxLength: 2, size: '-1' },
  ),
  active: fc.boolean(),
  changes: fc.array(
    fc.record({
      days: day,
      to: fc.constantFrom('Active', 'Inactive', 'Inactive'),
      delivered: fc.constantFrom(true, true, false),
    }),
    { maxLength: 2 },
  ),
  /** Between the report and the change. */
  later: fc.constantFrom(...QUIET, 'use', 'toggle', 'delete', 'create'),
})
const anyLimit = fc.option(fc.constantFrom(1, 30, 90), { freq: 6 })
const anyWorld = fc.record({
  users: fc.array(
    fc.record({
      keys: fc.array(anyKey, { minLength: 1, maxLength: 2 }),
      fate: fc.constantFrom(
        'plain',
        'plain',
        'plain',
        'plain',
        'plain',
        'exempt',
        'declared',
        'moved',
        'own',
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  root: fc.option(day),
  deactivate: anyLimit,
  delete: anyLimit,
  maxChanges: fc.integer({ min: 1, max: 3 }),
  skewMs: fc.constantFrom(0, 0, 0, 0, 0, -4 * MINUTE, 4 * MINUTE, -400 * 1440 * MINUTE, 1440 * MINUTE),
  /** Of the events of others, so many that some pages are not read. */
  crowd: fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(21) }),
  /** A page of CloudTrail that fails. */
  failing: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 1 }),
})
type AnyWorld = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never

const IDLE_WORLD: AnyWorld = worldOfOneKey({ active: true, changes: [] })
const INACTIVE_WORLD: AnyWorld = worldOfOneKey({
  active: false,
  changes: [{ days: 89, to: 'Inactive', delivered: true }],
})

test('plan names what apply does, and apply changes nothing that any observation shows in use, and deletes nothing unproved', async () => {
  const made = { deactivate: 0, delete: 0 }
  await fc.assert(
    fc.asyncProperty(anyWorld, async random => {
      const { served, users, given, touched } = worldOf(random)
      const { record, planned, before } = await run(served, given)
      const did = (of: RemediationRecord | null, outcome: string) =>
        of?.changes.filter(change => change.outcome === outcome).map(({ key, what }) => [key, what])
      // A page fails once: then the two runs see different things.
      if (random.failing === null) expect(did(record, 'done')).toEqual(did(planned, 'planned'))
      expect(did(record, 'failed')).toEqual([])

      const after = new Map([...served.users.values()].flatMap(({ keys }) => keys.map(it => [it.id, it])))
      const changed = before.filter(({ id, status }) => after.get(id)?.status !== status)
      expect(changed).toHaveLength(did(record, 'done')?.length ?? 0)
      expect(changed.length).toBeLessThanOrEqual(Math.abs(random.skewMs) > 5 * MINUTE ? 0 : random.maxChanges)
      expect(served.rootKeys).toHaveLength(random.root === null ? 0 : 1)
      const untouchable = users.filter((_, index) => random.users[index]?.fate !== 'plain')
      for (const each of changed) {
        expect(untouchable.map(({ name }) => name)).not.toContain(each.user)
        expect(touched).not.toContain(each.user)
        const isDeleted = !after.has(each.id)
        made[isDeleted ? 'delete' : 'deactivate'] += 1
        const limit = (isDeleted ? random.delete : random.deactivate) ?? Number.NaN
        const seen = usesSeen(each, served.events, random.skewMs)
        // The clocks may differ by five minutes.
        for (const use of seen.length > 0 ? seen : [each.createdAt])
          expect(days(use)).toBeGreaterThanOrEqual(limit - 0.004)
        if (isDeleted) expectProof(each, served.events, seen, limit)
        else expect(each.status).toBe('Active')
      }
    }),
    // A property of nothing would hold as well: the first two worlds are those of a deactivation and of a deletion.
    { numRuns: 100, interruptAfterTimeLimit: 120_000, examples: [[IDLE_WORLD], [INACTIVE_WORLD]] },
  )
  expect(Math.min(made.deactivate, made.delete)).toBeGreaterThan(0)
}, 600_000)

function worldOfOneKey(of: Pick<AnyWorld['users'][number]['keys'][number], 'active' | 'changes'>): AnyWorld {
  return {
    users: [{ keys: [{ age: 400, recorded: 100, uses: [], later: 'nothing', ...of }], fate: 'plain' }],
    ...{ root: null, deactivate: 30, delete: 30, maxChanges: 1, skewMs: 0, crowd: 0, failing: null },
  }
}

/** What the report, IAM and, in the regions that there is a reason to ask in, CloudTrail tell of the key's use. */
function usesSeen(each: Key, events: readonly CloudTrailEvent[], skewMs: number): string[] {
  const regions = new Set(['us-east-1', each.lastUsed?.region])
  return [
    ...(each.lastUsed ? [each.lastUsed.at] : []),
    ...events
      .filter(({ accessKeyId, region }) => accessKeyId === each.id && regions.has(region))
      // By AWS's clock the rest is yet to come, or forgotten.
      .filter(({ at }) => days(at) <= 90 && Date.parse(at) <= Date.now() + skewMs)
      .map(({ at }) => at),
  ]
}

/** CloudTrail has delivered the key's deactivation, as old as the limit, with no change nor use after it. */
function expectProof(
  each: Key,
  events: readonly CloudTrailEvent[],
  seen: readonly string[],
  limit: number,
): void {
  const [newest] = events
    .filter(it => it.eventName === 'UpdateAccessKey' && it.requestParameters['accessKeyId'] === each.id)
    .filter(({ at }) => days(at) <= 90.004)
    .sort((a, b) => days(a.at) - days(b.at))
  expect(each.status).toBe('Inactive')
  expect(newest?.requestParameters['status']).toBe('Inactive')
  const at = newest?.at ?? ''
  expect(days(at)).toBeGreaterThanOrEqual(limit - 0.004)
  for (const use of seen) expect(Date.parse(use)).toBeLessThanOrEqual(Date.parse(at) + 15 * MINUTE)
}

function worldOf(random: AnyWorld) {
  const users = random.users.map(({ keys }, index) =>
    user(`user-${index}`, {
      keys: keys.map(({ age, recorded, active, uses }) =>
        key({
          ageDays: age,
          ...(recorded === null
            ? {}
            : { usedDaysAgo: Math.min(recorded, age), region: uses[0]?.region ?? 'us-east-1' }),
          status: active ? 'Active' : 'Inactive',
        }),
      ),
    }),
  )
  const served = account({
    users,
    roles: remediationRoles(),
    rootKeys: random.root === null ? [] : [key({ ageDays: random.root })],
    events: [
      ...Array.from({ length: random.crowd }, (_, index) => statusChange(key(), index)),
      ...random.users.flatMap(({ keys }, index) =>
        keys.flatMap((each, slot) => eventsOf(each, users[index]?.keys[slot])),
      ),
    ],
    ...(random.crowd > 0 ? { pageSize: 1 } : {}),
  })
  const touched: string[] = []
  const ofFate = (fate: string) => users.filter((_, index) => random.users[index]?.fate === fate)
  const [own] = ofFate('own')
  const faults: Fault[] =
    random.failing === null
      ? []
      : [{ kind: 'malformed', service: 'cloudtrail', nth: random.failing, count: 1 }]
  const given: Given = {
    limits: {
      deactivateAfterIdleDays: random.deactivate,
      deleteAfterInactiveDays: random.delete,
      maxChanges: random.maxChanges,
    },
    exemptions: ofFate('exempt').map(({ name }) => exemption({ user: name })),
    declarations: {
      ...NO_DECLARATIONS,
      keys: ofFate('declared').map(({ name: userName }) => ({
        ...{ tool: 'terraform', path: 'a.tf', line: 1, status: null, userName },
        ...{ address: 'aws_iam_access_key.a', edits: NO_EDITS },
      })),
    },
    // Only one user can be the run's own.
    own: { user: own?.name ?? null },
    between() {
      for (const each of ofFate('moved')) each.path = '/elsewhere/'
      for (const [index, { keys }] of random.users.entries())
        for (const [slot, { later }] of keys.entries()) happen(later, users[index], slot, touched)
      for (const each of ofFate('own').slice(1)) each.keys = []
    },
    planFirst: true,
    clockOffsetMs: random.skewMs,
    faults,
  }
  return { served, users, given, touched }
}

/** What CloudTrail has delivered of a key's history. */
function eventsOf({ uses, changes }: AnyWorld['users'][number]['keys'][number], of: Key | undefined) {
  return [
    ...uses
      .filter(({ delivered }) => delivered)
      .map(({ days, region }) => event({ daysAgo: days, region, accessKeyId: of?.id ?? null })),
    ...changes.filter(({ delivered }) => delivered).map(({ days, to }) => statusChange(of, days, to)),
  ]
}

function happen(
  what: AnyWorld['users'][number]['keys'][number]['later'],
  holder: User | undefined,
  slot: number,
  touched: string[],
): void {
  const each = holder?.keys[slot]
  if (!holder || !each) return
  if (what === 'use' && each.status === 'Active')
    each.lastUsed = { at: daysAgo(0), service: 's3', region: 'us-east-1' }
  if (what === 'toggle') each.status = each.status === 'Active' ? 'Inactive' : 'Active'
  if (what === 'delete') holder.keys = holder.keys.filter(other => other !== each)
  if (what === 'create') holder.keys.push(key({ ageDays: 0 }))
  if (what === 'toggle' || what === 'delete' || what === 'create') touched.push(holder.name)
}
