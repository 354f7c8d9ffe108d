/**
 * Of most users there is nothing to be told: all their keys are fresh. An organization has hundreds of thousands of such
 * keys, so they are held packed, and unpacked as they are read: the memory of a run does not grow with them.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AuditResult, KeyResult, QuietKeys } from '../audit-result.ts'
import { DAY_MS } from '../time.ts'
import type { AccountEvaluation } from './evaluate.ts'
import { compareKeys, compareText } from './order.ts'

/** An account's evaluation with its quiet keys packed. */
export interface PackedEvaluation extends AccountEvaluation {
  readonly quietKeys: QuietKeys
}

/** `asOf`: the instant of the evaluation. */
export function setQuietKeysAside({ account, keys }: AccountEvaluation, asOf: Date): PackedEvaluation {
  const told = new Set(keys.filter(isTold).map(({ userArn }) => userArn))
  const quiet = keys.filter(({ userArn }) => !told.has(userArn)).sort(compareKeys)
  const others = keys.filter(({ userArn }) => told.has(userArn))
  return { account, keys: others, quietKeys: pack(quiet, asOf) }
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

function isTold({ root, state, hardCoded }: KeyResult): boolean {
  return root || state !== 'fresh' || hardCoded.length > 0
}

function pack(keys: readonly KeyResult[], asOf: Date): QuietKeys {
  const byAge = new Map<number, number>()
  for (const { createdAt } of keys) {
    const age = Math.ceil((asOf.getTime() - Date.parse(createdAt ?? '')) / DAY_MS)
    byAge.set(age, (byAge.get(age) ?? 0) + 1)
  }
  const blocks = [...inBlocks(keys)].map(packBlock)
  return {
    count: keys.length,
    byAge,
    // As unpacked, without a hold on the report's text.
    oldest: blocks[0] === undefined ? null : (unpackBlock(blocks[0])[0] ?? null),
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

function packBlock(keys: readonly KeyResult[]): Block {
  const text = Buffer.from(JSON.stringify(keys.map(variableOf)))
  const deflated = deflateRawSync(text, { level: constants.Z_BEST_SPEED })
  // Neither zlib's own buffer, which is larger, nor a part of Node's pool, all of which it would keep.
  return { deflated: new Uint8Array(deflated), length: text.length }
}

function unpackBlock({ deflated, length }: Block): readonly KeyResult[] {
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
