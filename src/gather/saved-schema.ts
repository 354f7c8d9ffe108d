import * as v from 'valibot'
import { EVIDENCE_VERSION, type Gathered, type Partition } from '../evidence.ts'
import { PARTITIONS } from '../partitions.ts'

/** Lengths are bounded far above what AWS can answer, so that a crafted file cannot flood what people see. */
const text = v.pipe(v.string(), v.maxLength(2_000))
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  v.check(value => !Number.isNaN(Date.parse(value)), 'no such instant'),
)
const accessKeyId = v.pipe(v.string(), v.regex(/^\w{16,128}$/))
const user = v.pipe(v.string(), v.minLength(1), v.maxLength(128))
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const account = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  partition: v.picklist(Object.keys(PARTITIONS) as Partition[]),
  name: v.nullable(text),
  alias: v.nullable(text),
})

const shard = v.strictObject({
  index: v.pipe(count, v.minValue(1), v.maxValue(256)),
  count: v.pipe(count, v.minValue(1), v.maxValue(256)),
  accountsDigest: sha256,
  accountCount: count,
})

const failure = v.strictObject({
  summary: text,
  remedy: v.pipe(v.string(), v.maxLength(50_000)),
  detail: v.nullable(v.pipe(v.string(), v.maxLength(50_000))),
})

const lastUsed = v.strictObject({ at: instant, region: v.nullable(text), service: v.nullable(text) })

const observation = v.variant('kind', [
  v.strictObject({
    kind: v.literal('access-keys'),
    user,
    at: instant,
    keys: v.array(v.strictObject({ accessKeyId, status: text, createdAt: instant })),
  }),
  v.strictObject({ kind: v.literal('user-gone'), user, at: instant }),
  v.strictObject({
    kind: v.literal('last-used'),
    user,
    accessKeyId,
    at: instant,
    lastUsed: v.nullable(lastUsed),
  }),
  v.strictObject({ kind: v.literal('owner-tag'), user, at: instant, tag: text, value: v.nullable(text) }),
  v.strictObject({ kind: v.literal('account-summary'), at: instant, accountAccessKeysPresent: count }),
  v.strictObject({
    kind: v.literal('usage'),
    user,
    accessKeyId,
    at: instant,
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
  v.strictObject({ kind: v.literal('administrator'), user, at: instant, policy: v.nullable(text) }),
  v.strictObject({
    kind: v.literal('status-change'),
    user,
    accessKeyId,
    at: instant,
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
  report: v.strictObject({
    content: v.pipe(v.string(), v.base64()),
    sha256,
    generatedAt: v.nullable(instant),
  }),
  observations: v.array(observation),
  refusals: v.array(
    v.strictObject({ action: text, user: v.nullable(user), at: instant, code: text, message: text }),
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

/** One evidence file: exactly what this action writes, nothing more. */
export const gatheredSchema: v.GenericSchema<unknown, Gathered> = v.variant('kind', [evidence, failedAccount])
