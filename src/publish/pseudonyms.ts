/**
 * What stands for names where they are hidden: HMACs under the repository's secret, else plain numbers. Nothing of either
 * can be computed from a name without the secret: a key ID encodes its account, and user names are guessed in no time.
 */
import { createHmac } from 'node:crypto'
import type { AuditResult, KeyResult } from '../domain/audit-result.ts'

interface Pseudonym {
  /** The same in every run: under the secret, else the creation second, which stands beside it anyway. */
  readonly id: string
  /** `3f2a9c1d` under the secret, else `key 3`; empty for a key without a number. */
  readonly name: string
}

export interface Pseudonyms {
  readonly key: (id: KeyResult['id']) => Pseudonym
  readonly account: (id: string) => string
}

type Kind = 'key' | 'account' | 'user' | 'scope' | 'secret'

/** Sixteen hexadecimal digits of HMAC-SHA256 over `kind:value`. */
export function hmacOf(secret: string, kind: Kind, value: string): string {
  return createHmac('sha256', secret).update(`${kind}:${value}`).digest('hex').slice(0, 16)
}

// People tell keys apart by the first letters.
const SHORT = 8

/** @param numbers of keys, by `KeyResult.id`; not used with a secret */
export function pseudonymsOf(
  { keys, accounts }: Pick<AuditResult, 'keys' | 'accounts'>,
  secret: string | null,
  numbers: ReadonlyMap<string, number> = numberKeys(keys),
): Pseudonyms {
  if (secret !== null) {
    const names = new Map(
      keys.map(({ id, accessKeyId }) => [id, hmacOf(secret, 'key', accessKeyId ?? id)] as const),
    )
    const digestOf = (id: string) => names.get(id) ?? hmacOf(secret, 'key', id)
    return {
      key: id => ({ id: digestOf(id), name: digestOf(id).slice(0, SHORT) }),
      account: id => `account ${hmacOf(secret, 'account', id).slice(0, SHORT)}`,
    }
  }
  const places = new Map(accounts.map(({ account }, index) => [account.id, `account ${index + 1}`]))
  const ids = datedIds(keys)
  return {
    key: id => {
      const number = numbers.get(id)
      return { id: ids.get(id) ?? 'key', name: number === undefined ? '' : `key ${number}` }
    },
    account: id => places.get(id) ?? 'account',
  }
}

/** `2026-05-01T07:03:11Z`, with `#2` for a second key of that second. */
function datedIds(keys: readonly KeyResult[]): ReadonlyMap<string, string> {
  const groups = Map.groupBy(keys, ({ createdAt }) => createdAt ?? 'unknown')
  return new Map(
    [...groups].flatMap(([at, group]) =>
      group.map(({ id }, index) => [id, index === 0 ? at : `${at}#${index + 1}`] as const),
    ),
  )
}

/** Which numbers are taken, and by keys of which second. */
export interface NumberRecord {
  readonly last: number
  readonly keys: readonly { readonly number: number; readonly createdAt: string | null }[]
}

const NO_NUMBERS: NumberRecord = { last: 0, keys: [] }

/**
 * A number for each key, by `KeyResult.id`: the record's where a key of that second has one, else the next, in the
 * result's order. Of keys of one second each may have the other's.
 */
export function numberKeys(
  keys: readonly KeyResult[],
  record: NumberRecord = NO_NUMBERS,
): ReadonlyMap<string, number> {
  const taken = Map.groupBy(
    record.keys.toSorted((a, b) => a.number - b.number),
    ({ createdAt }) => createdAt,
  )
  const tracked = (key: KeyResult) => key.state === 'stale' || key.state === 'inactive'
  const numbers = new Map<string, number>()
  for (const key of [...keys.filter(tracked), ...keys.filter(key => !tracked(key))]) {
    const known = taken.get(key.createdAt)?.shift()
    if (known !== undefined) numbers.set(key.id, known.number)
  }
  let last = record.last
  // An exempt key is listed nowhere.
  const others = keys.filter(key => key.state !== 'exempt' && !numbers.has(key.id))
  for (const key of others) numbers.set(key.id, ++last)
  return numbers
}
