/** The schema of saved evidence: validates what is read back, and gives `schemas/evidence.v1.json`. */
import * as v from 'valibot'
import { EVIDENCE_VERSION, type Gathered } from './evidence.ts'
import { PARTITIONS } from './partitions.ts'

const text = v.string()
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** As the input `shard` allows. */
const shardNumber = v.pipe(count, v.minValue(1), v.maxValue(256))

export const instant = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
    'is no instant in UTC',
  ),
  v.description('An instant in UTC with whole seconds, such as 2026-11-24T00:00:00Z'),
)

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is no SHA-256'))

export const account = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^\d{12}$/, 'is no account ID')),
  partition: v.picklist(Object.keys(PARTITIONS) as (keyof typeof PARTITIONS)[]),
  name: v.nullable(text),
  alias: v.nullable(text),
})

export const shard = v.strictObject({
  index: shardNumber,
  count: shardNumber,
  accountsDigest: sha256,
  accountCount: count,
})

export const failure = v.strictObject({ summary: text, remedy: text, detail: v.nullable(text) })

export const lastUsedFields = { at: instant, region: v.nullable(text), service: v.nullable(text) }

const ofUser = { user: text, at: instant }
/** As long as IAM allows. */
const accessKeyId = v.pipe(v.string(), v.maxLength(128))
const ofKey = { ...ofUser, accessKeyId }

const observation = v.variant('kind', [
  v.strictObject({
    kind: v.literal('access-keys'),
    ...ofUser,
    // IAM allows two; the room for more keeps a hostile file from costing time.
    keys: v.pipe(
      v.array(v.strictObject({ accessKeyId, status: text, createdAt: instant })),
      v.maxLength(100),
    ),
  }),
  v.strictObject({ kind: v.literal('user-gone'), ...ofUser }),
  v.strictObject({
    kind: v.literal('last-used'),
    ...ofKey,
    lastUsed: v.nullable(v.strictObject(lastUsedFields)),
  }),
  v.strictObject({ kind: v.literal('owner-tag'), ...ofUser, tag: text, value: v.nullable(text) }),
  v.strictObject({ kind: v.literal('account-summary'), at: instant, accountAccessKeysPresent: count }),
  v.strictObject({
    kind: v.literal('usage'),
    ...ofKey,
    region: text,
    uses: v.array(
      v.strictObject({
        at: instant,
        userAgent: text,
        sourceAddress: text,
        eventSource: text,
        eventName: text,
      }),
    ),
    truncated: v.boolean(),
  }),
  v.strictObject({ kind: v.literal('administrator'), ...ofUser, policy: v.nullable(text) }),
  v.strictObject({
    kind: v.literal('status-change'),
    ...ofKey,
    changedAt: v.nullable(instant),
    status: v.nullable(text),
  }),
])

const evidence = v.strictObject({
  kind: v.literal('evidence'),
  version: v.literal(EVIDENCE_VERSION),
  account,
  role: v.nullable(text),
  gatheredAt: v.nullable(instant),
  runUrl: v.exactOptional(text),
  report: v.strictObject({
    content: v.pipe(text, v.description('The credential report as AWS sent it, base64')),
    sha256: v.pipe(sha256, v.description('SHA-256 of the decoded report')),
    generatedAt: v.nullable(instant),
  }),
  observations: v.array(observation),
  refusals: v.array(
    v.strictObject({
      action: text,
      user: v.nullable(text),
      at: instant,
      code: text,
      message: text,
    }),
  ),
  shard: v.exactOptional(shard),
})

const failedAccount = v.strictObject({
  kind: v.literal('failed-account'),
  version: v.literal(EVIDENCE_VERSION),
  account,
  role: v.nullable(text),
  at: instant,
  failure,
  shard: v.exactOptional(shard),
})

/** One file of evidence: an account's evidence, or why there is none. */
export const gatheredSchema = v.variant('kind', [evidence, failedAccount])

/** Compiles only while schema and type describe the same values. */
export type SameType<A, B> =
  (<T>() => T extends ReadonlyDeep<A> ? 1 : 2) extends <T>() => T extends ReadonlyDeep<B> ? 1 : 2
    ? true
    : false

type ReadonlyDeep<T> = T extends readonly (infer I)[]
  ? readonly ReadonlyDeep<I>[]
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T

true satisfies SameType<v.InferOutput<typeof gatheredSchema>, Gathered>
