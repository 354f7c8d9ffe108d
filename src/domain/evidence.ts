/**
 * Evidence: everything AWS told us of one account, as plain data that can be saved, attested and replayed.
 * Its schema validates what is read back, gives `schemas/evidence.v1.json` and every type here.
 * Instants are ISO 8601 in UTC with seconds (`2026-11-24T00:00:00Z`), as `formatInstant` writes them.
 */
import * as v from 'valibot'
import { PARTITIONS, type Partition } from './partitions.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'

export const EVIDENCE_VERSION = 1

export const text = v.string()
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
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

export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is no SHA-256'))

export const account = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^\d{12}$/, 'is no account ID')),
  partition: v.picklist(Object.keys(PARTITIONS) as Partition[]),
  /** The name in the organization, else null. */
  name: v.nullable(text),
  /** The account alias, else null. */
  alias: v.nullable(text),
})
export type Account = ReadonlyDeep<v.InferOutput<typeof account>>

/** An account of the organization that was not to be audited, and why: `exclude-accounts`, or its state in the organization. */
export const leftOut = v.strictObject({
  id: text,
  name: v.nullable(text),
  reason: v.picklist(['excluded', 'suspended', 'closing', 'closed', 'not-activated']),
})
export type LeftOut = ReadonlyDeep<v.InferOutput<typeof leftOut>>

/** Which part of which list of accounts the evidence is of; the only part, 1 of 1, where the audit is not sharded. */
export const shard = v.strictObject({
  index: shardNumber,
  count: shardNumber,
  /** SHA-256 over the sorted IDs of every account of the whole audit, joined by newlines. */
  accountsDigest: sha256,
  accountCount: count,
  /** Not on the list. */
  leftOut: v.array(leftOut),
})
export type Shard = ReadonlyDeep<v.InferOutput<typeof shard>>

/**
 * Why something could not be done. `summary` and `remedy` name no account, user, key or role; `detail` may, with AWS's own
 * words, on one line or several, and is hidden by redaction.
 */
export const failure = v.strictObject({ summary: text, remedy: text, detail: v.nullable(text) })
export type Failure = ReadonlyDeep<v.InferOutput<typeof failure>>

/** A region or service is null for a global service, or where AWS does not say. */
export const lastUsedFields = { at: instant, region: v.nullable(text), service: v.nullable(text) }
const lastUsed = v.strictObject(lastUsedFields)
export type LastUsed = ReadonlyDeep<v.InferOutput<typeof lastUsed>>

const use = v.strictObject({
  at: instant,
  /** As CloudTrail has it, at most 512 characters. */
  userAgent: text,
  sourceAddress: text,
  /** `s3.amazonaws.com` */
  eventSource: text,
  eventName: text,
})
export type Use = ReadonlyDeep<v.InferOutput<typeof use>>

const ofAccount = { at: instant }
const ofUser = { user: text, at: instant }
/** As long as IAM allows. */
const accessKeyId = v.pipe(v.string(), v.maxLength(128))
const ofKey = { ...ofUser, accessKeyId }

/** Only `Active` keys can be used; `Expired` since 2026. */
export const KEY_STATUSES = ['Active', 'Inactive', 'Expired'] as const
export type KeyStatus = (typeof KEY_STATUSES)[number]

const statusChange = v.strictObject({
  at: instant,
  user: v.nullable(text),
  accessKeyId: v.nullable(accessKeyId),
  status: v.nullable(text),
})
export type StatusChange = ReadonlyDeep<v.InferOutput<typeof statusChange>>

/**
 * Every kind of answer of a live call: what it is about (an account, a user or a key) and says, and, by action, what the
 * audit goes without where AWS refuses to give it.
 */
const KINDS = {
  /** All pages. */
  'access-keys': {
    fields: {
      ...ofUser,
      // IAM allows two; the room for more keeps a hostile file from costing time.
      keys: v.pipe(
        v.array(v.strictObject({ accessKeyId, status: v.picklist(KEY_STATUSES), createdAt: instant })),
        v.maxLength(100),
      ),
    },
    without: {
      'iam:ListAccessKeys':
        'Findings are not verified live: they follow from the credential report alone, which is up to four hours old and has no access key IDs',
    },
  },
  /** iam:ListAccessKeys answered NoSuchEntity. `deletedAt`: of CloudTrail's DeleteUser event; null: renamed, perhaps. */
  'user-gone': { fields: { ...ofUser, deletedAt: v.nullable(instant) }, without: {} },
  /** `lastUsed` null: no recorded use. */
  'last-used': {
    fields: { ...ofKey, lastUsed: v.nullable(lastUsed) },
    without: {
      'iam:GetAccessKeyLastUsed': 'Last uses are those of the credential report, which lag behind',
    },
  },
  /** The one tag that names the owner; null: the user has no such tag. */
  'owner-tag': {
    fields: { ...ofUser, tag: text, value: v.nullable(text) },
    without: { 'iam:ListUserTags': "Owners were not read from the users' tags" },
  },
  /** 1 if the root user has an access key, inactive ones included. */
  'account-summary': {
    fields: { ...ofAccount, accountAccessKeysPresent: count },
    without: {
      'iam:GetAccountSummary': 'The root user was not evaluated: the credential report has no row for it',
    },
  },
  /**
   * By access key ID, in one region: newest first, one entry for each distinct program, address, service and action.
   * `truncated`: older events were left unread by the page limit.
   */
  usage: {
    fields: { ...ofKey, region: text, uses: v.array(use), truncated: v.boolean() },
    without: {
      'cloudtrail:LookupEvents':
        'Not looked up in CloudTrail: which keys changed their status, or who still uses them',
    },
  },
  /** The policy of the user or of its groups that grants administrator access, or null. */
  administrator: {
    fields: { ...ofUser, policy: v.nullable(text) },
    without: {
      'iam:ListAttachedUserPolicies': 'Whether users have administrator access was not looked up',
      'iam:ListGroupsForUser': 'Whether users have administrator access through a group was not looked up',
      'iam:ListAttachedGroupPolicies':
        'Whether users have administrator access through a group was not looked up',
    },
  },
  /**
   * Every UpdateAccessKey that took effect since `since`, of whatever key, newest first, as CloudTrail had it at `at`: by
   * event name in the partition's IAM region, 90 days, or less where older events were left unread (`truncated`). What an
   * event does not tell is null.
   */
  'status-changes': {
    fields: { ...ofAccount, since: instant, truncated: v.boolean(), changes: v.array(statusChange) },
    without: {},
  },
} satisfies Record<string, { fields: v.ObjectEntries; without: Readonly<Record<string, string>> }>

/** What the audit goes without where an action is refused. */
export const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['iam:ListAccountAliases', "The account's alias was not read"],
  ...Object.values(KINDS).flatMap(({ without }) => Object.entries(without)),
])

type Kinds = typeof KINDS
type ObservationKind = keyof Kinds
type ObservationSchema = {
  [K in ObservationKind]: Kinds[K]['fields'] extends infer Fields extends v.ObjectEntries
    ? v.StrictObjectSchema<{ readonly kind: v.LiteralSchema<K, undefined> } & Fields, undefined>
    : never
}[ObservationKind]

const observation = v.variant(
  'kind',
  Object.entries(KINDS).map(([kind, { fields }]) =>
    v.strictObject({ kind: v.literal(kind), ...fields }),
  ) as unknown as ObservationSchema[],
)
export type Observation = ReadonlyDeep<v.InferOutput<typeof observation>>
export type ObservationOf<K extends ObservationKind> = Extract<Observation, { readonly kind: K }>

/** A call that AWS refused or that failed for good; the audit went on without it. */
const refusal = v.strictObject({
  /** `iam:ListAccessKeys` */
  action: text,
  /** The user it was about, or null for the account. */
  user: v.nullable(text),
  at: instant,
  /** AWS's error code; `AccessDenied` for a missing permission, `InvalidAnswer` for one that cannot be true, `NotAsked` for what the audit's own limits left out. */
  code: text,
  message: text,
})
export type Refusal = ReadonlyDeep<v.InferOutput<typeof refusal>>

const evidence = v.strictObject({
  kind: v.literal('evidence'),
  version: v.literal(EVIDENCE_VERSION),
  account,
  /** The role whose credentials read it; null with the default credential chain or a bare report. */
  role: v.nullable(text),
  /** When the run that gathered it began: it is evaluated as of then or later. Absent from a bare report. */
  startedAt: v.exactOptional(instant),
  /** When the report was fetched; null for a bare credential report, which does not say. */
  gatheredAt: v.nullable(instant),
  /** The page of the run that gathered it; absent where there is none. */
  runUrl: v.exactOptional(text),
  report: v.strictObject({
    content: v.pipe(text, v.description('The credential report as AWS sent it, base64')),
    sha256: v.pipe(sha256, v.description('SHA-256 of the decoded report')),
    /** AWS's `GeneratedTime`; null for a bare `.csv`, which does not say. */
    generatedAt: v.nullable(instant),
  }),
  /** Sorted by kind, then by what they are about, so that the same answers give the same file. */
  observations: v.array(observation),
  refusals: v.array(refusal),
  /** Absent from a bare report. */
  shard: v.exactOptional(shard),
})
export type Evidence = ReadonlyDeep<v.InferOutput<typeof evidence>>

const failedAccount = v.strictObject({
  kind: v.literal('failed-account'),
  version: v.literal(EVIDENCE_VERSION),
  account,
  role: v.nullable(text),
  at: instant,
  failure,
  shard: v.exactOptional(shard),
})
export type FailedAccount = ReadonlyDeep<v.InferOutput<typeof failedAccount>>

/** One file of evidence, what could be learned of one account: its evidence, or why there is none. */
export const gatheredSchema = v.variant('kind', [evidence, failedAccount])
export type Gathered = Evidence | FailedAccount
