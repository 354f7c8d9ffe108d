import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import type { KeyResult } from '../../src/domain/audit-result.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import type { Gathered } from '../../src/domain/evidence.ts'
import { conclude } from '../../src/evaluate/aggregate.ts'
import { evaluateAccount } from '../../src/evaluate/evaluate.ts'
import { everyKey, setQuietKeysAside } from '../../src/evaluate/healthy-keys.ts'
import { evidence, failedAccount, look, POLICY } from './account.ts'
import { csv, daysAgo, NOW, row, slot } from './csv.ts'

const CONTEXT = { policy: POLICY, now: NOW, declarations: NO_DECLARATIONS, changedFiles: null }

const evaluate = (gathered: Gathered, config = EMPTY_CONFIG) =>
  evaluateAccount(gathered, NO_DECLARATIONS, config, POLICY, NOW)

function packed(accounts: readonly Gathered[], config = EMPTY_CONFIG, pack = true) {
  const evaluations = accounts.map(each => setQuietKeysAside(evaluate(each, config), NOW, pack))
  return conclude(evaluations, { ...CONTEXT, config })
}

function unpacked(accounts: readonly Gathered[]) {
  return conclude(
    accounts.map(each => evaluate(each)),
    { ...CONTEXT, config: EMPTY_CONFIG },
  )
}

const fresh = row('fresh', slot(1, daysAgo(5), { used: daysAgo(1) }))
const stale = row('stale', slot(1, daysAgo(100)), slot(2, daysAgo(3)))

/** Any account: users with no key, one or two, of any age and status, some of them looked at live. */
const anyAccount = fc
  .array(
    fc.record({
      name: fc.string({ unit: fc.constantFrom('a', 'é', '💥', '=', ' ', '-'), minLength: 1, maxLength: 20 }),
      ages: fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 2 }),
      active: fc.constantFrom('true', 'false'),
      live: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map(users => {
    const named = users.map((user, index) => ({ ...user, name: `${index}${user.name}` }))
    return {
      report: csv(
        named.map(({ name, ages, active }) =>
          row(name, ...ages.map((age, n) => slot(n === 0 ? 1 : 2, daysAgo(age), { active }))),
        ),
      ),
      observations: named.flatMap(({ name, ages, live }, index) =>
        live ? [look(name, ...ages.map((age, n) => [`AKIA${index}X${n}`, daysAgo(age)] as const))] : [],
      ),
    }
  })

const anyOrganization = fc.array(anyAccount, { minLength: 1, maxLength: 4 }).map(accounts =>
  accounts.map(({ report, observations }, index) =>
    evidence(report, {
      observations,
      account: { id: String(100_000_000_000 + index), partition: 'aws', name: null, alias: null },
    }),
  ),
)

describe('keys of which nothing is to be told', () => {
  test('are there as they were, each once, and counted, whatever the organization', () => {
    fc.assert(
      fc.property(anyOrganization, fc.boolean(), (accounts, pack) => {
        const [held, whole] = [packed(accounts, EMPTY_CONFIG, pack), unpacked(accounts)]
        expect(plain(everyKey(held))).toEqual(plain(whole.keys))
        expect(held.counts).toEqual(whole.counts)
        const { count, byAge, oldest } = held.quietKeys
        expect(count).toBe([...held.quietKeys].length)
        expect([...byAge.values()].reduce((sum, each) => sum + each, 0)).toBe(count)
        expect(oldest?.ageDays ?? null).toBe(
          [...held.quietKeys].reduce<number | null>(
            (most, { ageDays }) => Math.max(most ?? 0, ageDays ?? 0),
            null,
          ),
        )
        expect([...held.quietKeys].every(({ state }) => state === 'fresh')).toBe(true)
      }),
    )
  })

  test('stand account by account, oldest first, whatever the order of the accounts', () => {
    const account = (id: string) =>
      evidence(csv([fresh, row('older', slot(1, daysAgo(9)))]), {
        account: { id, partition: 'aws', name: null, alias: null },
      })
    const told = [...everyKey(packed([account('222222222222'), account('111111111111')]))]
    expect(told.map(({ account: id, user }) => `${id} ${user}`)).toEqual([
      '111111111111 older',
      '111111111111 fresh',
      '222222222222 older',
      '222222222222 fresh',
    ])
  })

  test('are not those of a user of whom something is told, nor of root', () => {
    const result = packed([evidence(csv([fresh, stale, row('<root_account>', slot(1, daysAgo(3)))]))])
    expect(result.keys.map(({ user, state }) => `${user} ${state}`).sort()).toEqual([
      '<root_account> fresh',
      'stale fresh',
      'stale stale',
    ])
    expect([...result.quietKeys].map(({ user }) => user)).toEqual(['fresh'])
  })

  test('are the same in the same order, packed or not', () => {
    fc.assert(
      fc.property(anyOrganization, accounts => {
        const [held, plainly] = [true, false].map(pack => packed(accounts, EMPTY_CONFIG, pack))
        expect(JSON.stringify([...(held?.quietKeys ?? [])])).toBe(
          JSON.stringify([...(plainly?.quietKeys ?? [])]),
        )
      }),
    )
  })

  test('can be read again and again', () => {
    const { quietKeys } = packed([evidence(csv([fresh]))])
    expect([...quietKeys]).toEqual([...quietKeys])
  })

  test('are as old as the whole seconds of the instant tell, so that a replay draws the same chart', () => {
    const ages = (now: Date) => {
      const account = evaluate(evidence(csv([row('fresh', slot(1, daysAgo(30)))])))
      return [...setQuietKeysAside(account, now, true).quietKeys.byAge]
    }
    expect(ages(NOW)).toEqual([[30, 1]])
    expect(ages(new Date(NOW.getTime() + 999))).toEqual([[30, 1]])
    expect(ages(new Date(NOW.getTime() + 1000))).toEqual([[31, 1]])
  })

  test('match an exemption rule, which is then not said to match no key', () => {
    const rule = {
      account: null,
      accessKeyId: null,
      reason: 'x',
      ticket: null,
      expires: '2027-01-01',
      line: 3,
    }
    const config = {
      ...EMPTY_CONFIG,
      exemptions: [
        { ...rule, user: 'fresh' },
        { ...rule, user: 'nobody' },
      ],
    }
    const { exemptions } = packed([evidence(csv([fresh, stale]))], config)
    expect(exemptions.map(({ status }) => status)).toEqual(['applied', 'unmatched'])
  })

  test('are none where the account was not audited', () => {
    const result = packed([failedAccount(), evidence(csv([fresh]))])
    expect(result.quietKeys.count).toBe(1)
    expect(result.counts.failedAccounts).toBe(1)
  })
})

/** As JSON has them, in an order of their own. */
function plain(keys: Iterable<KeyResult>): unknown[] {
  return [...keys].map(key => JSON.stringify(key)).sort()
}
