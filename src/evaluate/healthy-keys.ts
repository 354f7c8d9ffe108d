/**
 * Of most users there is nothing to be told: all their keys are fresh. An organization has hundreds of thousands of such
 * keys, so they are held packed, and unpacked as they are read: the memory of a run does not grow with them.
 */
import type { AuditResult, KeyResult, QuietKeys } from '../domain/audit-result.ts'
import { DAY_MS } from '../domain/time.ts'
import type { AccountEvaluation } from './evaluate.ts'
import { compareKeys, compareText } from './order.ts'
import { ageOf } from './staleness.ts'

/** An account's evaluation with its quiet keys packed. */
export interface PackedEvaluation extends AccountEvaluation {
  readonly quietKeys: QuietKeys
}

/** `asOf`: the instant of the evaluation. `pack`: not worth its time for a few accounts. */
export function setQuietKeysAside(
  { account, keys }: AccountEvaluation,
  asOf: Date,
  pack: boolean,
): PackedEvaluation {
  const told = new Set(keys.filter(isTold).map(({ userArn }) => userArn))
  const quiet = keys.filter(({ userArn }) => !told.has(userArn)).sort(compareKeys)
  const others = keys.filter(({ userArn }) => told.has(userArn))
  return { account, keys: others, quietKeys: quietKeysOf(quiet, asOf, pack) }
}

/** Quiet keys account by account, which is their order in the result. */
export function joinQuietKeys(evaluations: readonly (AccountEvaluation | PackedEvaluation)[]): QuietKeys {
  const parts = evaluations
    .flatMap(each => ('quietKeys' in each ? [{ id: each.account.account.id, keys: each.quietKeys }] : []))
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ keys }) => keys)
  const byAge = new Map<number, number>()
  for (const part of parts)
    for (const [age, count] of part.byAge) byAge.set(age, (byAge.get(age) ?? 0) + count)
  const [oldest = null] = parts.flatMap(part => part.oldest ?? []).sort(compareKeys)
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    byAge,
    oldest,
    *[Symbol.iterator]() {
      for (const part of parts) yield* part
    },
  }
}

/** All keys of a result, in its order. */
export function* everyKey({
  keys,
  quietKeys,
}: Pick<AuditResult, 'keys' | 'quietKeys'>): Generator<KeyResult> {
  yield* keys
  yield* quietKeys
}

/** How many of the keys whose creation is known are so many days old, rounded up; `known`: those counted before. */
export function countByAge(
  keys: readonly Pick<KeyResult, 'createdAt'>[],
  asOf: Date,
  known: ReadonlyMap<number, number> = new Map(),
): ReadonlyMap<number, number> {
  const counts = new Map(known)
  for (const { createdAt } of keys) {
    if (createdAt === null) continue
    const age = Math.ceil(ageOf(createdAt, asOf) / DAY_MS)
    counts.set(age, (counts.get(age) ?? 0) + 1)
  }
  return counts
}

function isTold({ root, state, hardCoded }: KeyResult): boolean {
  return root || state !== 'fresh' || hardCoded.length > 0
}

function quietKeysOf(keys: readonly KeyResult[], asOf: Date, pack: boolean): QuietKeys {
  return { count: keys.length, byAge: countByAge(keys, asOf), ...(pack ? packed(keys) : unpacked(keys)) }
}

type Held = Pick<QuietKeys, 'oldest' | typeof Symbol.iterator>

function unpacked(keys: readonly KeyResult[]): Held {
  return { oldest: keys[0] ?? null, [Symbol.iterator]: () => keys.values() }
}

function packed(keys: readonly KeyResult[]): Held {
  return iterate([...inBlocks(keys)].map(packBlock))
}

/** A function of its own, so that nothing else is held. */
function iterate(blocks: readonly Block[]): Held {
  const [first] = blocks
  return {
    // As unpacked, without a hold on the report's text.
    oldest: first === undefined ? null : (unpackBlock(first)[0] ?? null),
    *[Symbol.iterator]() {
      for (const block of blocks) yield* unpackBlock(block)
    },
  }
}

function* inBlocks(keys: readonly KeyResult[]): Generator<readonly KeyResult[]> {
  for (let at = 0; at < keys.length; at += KEYS_A_BLOCK) yield keys.slice(at, at + KEYS_A_BLOCK)
}

const KEYS_A_BLOCK = 500

interface Block {
  readonly deflated: Uint8Array
  /** Of the inflated text, in bytes. */
  readonly length: number
}

/** Loaded only where something is packed: it takes longer than a small audit's evaluation. */
const zlib = () => process.getBuiltinModule('node:zlib')

function packBlock(keys: readonly KeyResult[]): Block {
  const { constants, deflateRawSync } = zlib()
  const text = Buffer.from(JSON.stringify(keys.map(variableOf)))
  const deflated = deflateRawSync(text, { level: constants.Z_BEST_SPEED })
  // Neither zlib's own buffer, which is larger, nor a part of Node's pool, all of which it would keep.
  return { deflated: new Uint8Array(deflated), length: text.length }
}

function unpackBlock({ deflated, length }: Block): readonly KeyResult[] {
  const { constants, inflateRawSync } = zlib()
  const text = inflateRawSync(deflated, { chunkSize: Math.max(length, constants.Z_MIN_CHUNK) })
  return (JSON.parse(text.toString('utf8')) as Variable[]).map(keyOf)
}

/** What differs from one quiet key to the other. */
type Variable = ReturnType<typeof variableOf>

function variableOf(key: KeyResult) {
  const { id, account, user, userArn, accessKeyId, createdAt, ageDays } = key
  const { verified, lastUsed, owner, declared, usage } = key
  return [
    id,
    account,
    user,
    userArn,
    accessKeyId,
    createdAt,
    ageDays,
    verified,
    lastUsed,
    owner,
    declared,
    usage,
  ] as const
}

function keyOf([id, account, user, userArn, accessKeyId, createdAt, ageDays, ...rest]: Variable): KeyResult {
  const [verified, lastUsed, owner, declared, usage] = rest
  return {
    id,
    account,
    user,
    userArn,
    root: false,
    accessKeyId,
    state: 'fresh',
    createdAt,
    staleSince: null,
    ageDays,
    verified,
    unreadable: null,
    lastUsed,
    owner,
    declared,
    hardCoded: NOTHING,
    exemption: null,
    urgency: null,
    usage,
    next: null,
    later: NOTHING,
    replacement: null,
  }
}

const NOTHING: readonly never[] = []
