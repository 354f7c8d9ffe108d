/**
 * The audit's result: plain, versioned data, a pure function of evidence, declarations, configuration, policy and instant.
 * Its schema gives every type here and, in domain/result-file.ts, `schemas/result.v1.json`. Instants are ISO 8601 in UTC
 * with seconds.
 */
import * as v from 'valibot'
import {
  absentDeclaration,
  codeEdit,
  declared,
  location,
  locationFields,
  otherRepository,
  staticLogin,
  tool,
} from './declared.ts'
import {
  count,
  account as evidenceAccount,
  failure,
  instant,
  lastUsedFields,
  leftOut,
  shard,
  text,
} from './evidence.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'

export const RESULT_VERSION = 1

export { type AbsentDeclaration, type Declared, declaringLines, isCompromised } from './declared.ts'
export type { LeftOut } from './evidence.ts'

const words = v.array(text)
const day = v.pipe(text, v.regex(/^\d{4}-\d{2}-\d{2}$/), v.description('A day, UTC'))

// Redaction leaves `account 1` or `account 3f2a9c1d` for the ID of an account, no exempt key.
const account = v.strictObject({ ...evidenceAccount.entries, id: text })

const policy = v.strictObject({
  maxAgeDays: count,
  warnDays: count,
  failOn: v.picklist(['stale', 'expiring', 'changed', 'never']),
  verifyKeys: v.picklist(['findings', 'all', 'none']),
})
export type Policy = ReadonlyDeep<v.InferOutput<typeof policy>>

const stepVerdict = v.strictObject({
  fails: v.boolean(),
  /**
   * `unread`: the change touches files that could not be read, so that stale keys may be declared there.
   * `failures`: nothing else, but issues, files or another thing asked for could not be done.
   */
  reason: v.nullable(v.picklist(['stale', 'expiring', 'changed', 'unread', 'error', 'failures'])),
  keys: v.pipe(words, v.description('IDs of the keys that make the step fail')),
})
export type StepVerdict = ReadonlyDeep<v.InferOutput<typeof stepVerdict>>

const counts = v.strictObject({
  accounts: count,
  failedAccounts: count,
  active: v.pipe(count, v.description('stale + expiring + exempt + fresh')),
  stale: count,
  expiring: count,
  exempt: count,
  fresh: count,
  inactive: count,
  hardCoded: v.pipe(count, v.description('Active keys whose ID stands in the checkout, in any state')),
  /** Whole days; null without an active key whose date is known. */
  oldestKeyAgeDays: v.nullable(count),
})
export type Counts = ReadonlyDeep<v.InferOutput<typeof counts>>

/** What is known of the root user's keys. */
const rootUser = v.variant('state', [
  /** In the report; its active keys are among the keys. */
  v.strictObject({ state: v.literal('evaluated'), activeKeys: count }),
  /** No row in the report, but iam:GetAccountSummary reports a key: age unknown, inactive ones included. */
  v.strictObject({ state: v.literal('key-of-unknown-age') }),
  /** No row in the report, and iam:GetAccountSummary reports none. */
  v.strictObject({ state: v.literal('no-key') }),
  /** No row in the report, and iam:GetAccountSummary was refused or not asked. */
  v.strictObject({ state: v.literal('not-evaluated') }),
])
export type RootUser = ReadonlyDeep<v.InferOutput<typeof rootUser>>

/** A visible remark about an account: something was not looked at, or could not be. Names no user or key. */
const note = v.strictObject({
  kind: v.picklist(['permission-missing', 'call-failed', 'root-user', 'not-looked-up']),
  /** `iam:ListAccessKeys`, or null where no call is concerned. */
  action: v.nullable(text),
  text,
})
export type Note = ReadonlyDeep<v.InferOutput<typeof note>>

const auditedAccount = v.strictObject({
  status: v.literal('audited'),
  account,
  evidence: v.strictObject({
    reportSha256: text,
    reportGeneratedAt: v.nullable(instant),
    /** The report was generated then or later; all that tells its age where `reportGeneratedAt` is null. */
    reportNewestDate: v.nullable(instant),
    gatheredAt: v.nullable(instant),
    /** The page of the run that gathered it, as the evidence has it; null where it has none. */
    runUrl: v.nullable(text),
    role: v.nullable(text),
    usersVerifiedLive: count,
    shard: v.nullable(v.omit(shard, ['leftOut'])),
  }),
  rootUser,
  activeKeys: count,
  notes: v.array(note),
})
export type AuditedAccount = ReadonlyDeep<v.InferOutput<typeof auditedAccount>>

const notAudited = v.strictObject({ status: v.literal('failed'), account, role: v.nullable(text), failure })
export type NotAudited = ReadonlyDeep<v.InferOutput<typeof notAudited>>

export type AccountResult = AuditedAccount | NotAudited

const lastUse = v.variant('state', [
  v.strictObject({ state: v.literal('used'), ...lastUsedFields }),
  /** No recorded use. */
  v.strictObject({ state: v.literal('never') }),
  /** Not known: the report does not say. */
  v.strictObject({ state: v.literal('unknown') }),
])
export type KeyLastUse = ReadonlyDeep<v.InferOutput<typeof lastUse>>

/** Whether the key is within the limits, exempt or not; what cannot be read is within none. */
const compliance = v.strictObject({
  /** The policy's maximum age. */
  withinPolicy: v.boolean(),
  /** The control's own 90 days, whatever the policy. */
  withinControl: v.boolean(),
})
export type Compliance = ReadonlyDeep<v.InferOutput<typeof compliance>>

/** `row`: line of the report, the header being 1. */
const unreadableCell = v.strictObject({ row: count, column: text, value: text })
export type UnreadableCell = ReadonlyDeep<v.InferOutput<typeof unreadableCell>>

const owner = v.strictObject({
  /** A login, `org/team`, or any text. */
  name: text,
  kind: v.picklist(['user', 'team', 'text']),
  source: v.picklist(['configuration', 'tag', 'codeowners']),
})
export type Owner = ReadonlyDeep<v.InferOutput<typeof owner>>

/** What a rule of the configuration file says. `expires`: the last day, `2027-01-31`. */
const terms = { location, reason: text, ticket: v.nullable(text), expires: day }

/** `rule`: index in the configuration file. */
const keyExemption = v.strictObject({ rule: count, ...terms })
export type KeyExemption = ReadonlyDeep<v.InferOutput<typeof keyExemption>>

const exemption = v.strictObject({
  ...keyExemption.entries,
  /** `applied`: in effect and covering a key, be it fresh. `unmatched`: covering none; not concluded of a failed account, nor of keys of unknown ID. */
  status: v.picklist(['applied', 'expired', 'unmatched']),
  /** How much a rule in effect covers, by the keys that there are; `some`: nothing out of the ordinary. */
  reach: v.picklist(['every-user', 'root-user', 'most-keys', 'some']),
  /** IDs of the stale or expiring keys that it exempts, or would exempt had it not expired. */
  keys: words,
})
export type ExemptionResult = ReadonlyDeep<v.InferOutput<typeof exemption>>

const acceptance = v.strictObject({
  ...terms,
  /** As of exemptions; `unmatched`: accepting nobody. */
  status: exemption.entries.status,
  /** As of exemptions, by the users who have a key or are unverified. */
  reach: v.picklist(['every-user', 'root-user', 'most-users', 'some']),
})
export type AcceptanceResult = ReadonlyDeep<v.InferOutput<typeof acceptance>>

/** What could not be proved. */
const unverified = v.strictObject({
  /** Account ID. */
  account: text,
  /** IAM user name, or `<root_account>`; null: the account as a whole. */
  user: v.nullable(text),
  /** null: the account as a whole. */
  userArn: v.nullable(text),
  /**
   * Without a live look: the report says that the user has more keys than it shows (`incomplete-row`), or something before
   * the date of a key or user that it would have happened to, so that keys within the limits may be older (`contradictory-row`);
   * CloudTrail saw a key's status change, which may have moved its date (`status-changed`). `not-found`: a live look found
   * no such user, and nothing shows that it was deleted. `no-root-row`: the report lacks the root user, and nothing shows
   * that it has no key. `future-date`: something happened to the user after it was asked.
   */
  reason: v.picklist([
    'incomplete-row',
    'contradictory-row',
    'status-changed',
    'not-found',
    'no-root-row',
    'future-date',
  ]),
  /** The rule of `accept-unverified` that accepts it, or null. */
  accepted: v.nullable(v.strictObject({ ...terms, expires: v.nullable(day) })),
})
export type Unverified = ReadonlyDeep<v.InferOutput<typeof unverified>>

const urgency = v.strictObject({
  level: v.picklist(['critical', 'high', 'medium']),
  /** The rule that decided, in one word; null where names are hidden. */
  rule: v.nullable(v.picklist(['root', 'hard-coded', 'administrator', 'age'])),
  reason: text,
})
export type Urgency = ReadonlyDeep<v.InferOutput<typeof urgency>>

const program = v.strictObject({
  /** `aws-cli/2`, `Terraform 1.9` */
  name: text,
  /** Where it runs, if its user agent tells. `azure`: GitHub's own runners are there, but other machines, too. */
  runtime: v.nullable(
    v.picklist(['lambda', 'ecs', 'ec2', 'codebuild', 'cloudshell', 'github-actions', 'azure']),
  ),
  addresses: words,
  /** `s3:ListBuckets` */
  actions: words,
  lastSeen: instant,
})
export type Program = ReadonlyDeep<v.InferOutput<typeof program>>
export type Runtime = NonNullable<Program['runtime']>

/** Who still uses the key, as CloudTrail's management events tell it: silence there is not idleness. */
const usage = v.strictObject({ regions: words, programs: v.array(program), truncated: v.boolean() })
export type Usage = ReadonlyDeep<v.InferOutput<typeof usage>>

/** A command, not yet quoted for a shell. */
export const command = v.strictObject({ kind: v.literal('command'), argv: words, comment: v.nullable(text) })
export type Command = ReadonlyDeep<v.InferOutput<typeof command>>

/** In words, without a full stop. */
const inWords = v.strictObject({ kind: v.literal('text'), text })
export type Text = ReadonlyDeep<v.InferOutput<typeof inWords>>

/** A change to infrastructure code. */
const edit = v.strictObject({ kind: v.literal('edit'), tool, location, ...codeEdit.entries })
export type Edit = ReadonlyDeep<v.InferOutput<typeof edit>>

export type Instruction = Text | Edit | Command

/** One step of the rotation. Texts hold dates, never ages, so that they change only when something happened. */
const step = v.strictObject({
  action: v.picklist([
    'contain',
    'apply-code',
    'look-live',
    'use-identity-center',
    'delete-root-key',
    'remove-from-code',
    'free-slot',
    'create-key',
    'move-applications',
    'deactivate',
    'confirm',
    'delete',
    'rotate-soon',
  ]),
  /** Two to five words: `Move applications`. Names no user, key or location; the other texts may. */
  title: text,
  /** Why this step is the next, without a full stop: `idle since 2026-08-16`; null for later steps. */
  reason: v.nullable(text),
  /** Whether that is how the key is used, and no more. */
  reasonIsUse: v.boolean(),
  /** For a later step: what must hold first, in words that complete "when …"; null for the next. */
  condition: v.nullable(text),
  /** What to do, in this order. */
  instructions: v.array(v.variant('kind', [inWords, edit, command])),
  /** How to take it back; null where there is nothing to take back. */
  undo: v.nullable(v.variant('kind', [command, inWords])),
})
export type Step = ReadonlyDeep<v.InferOutput<typeof step>>
export type StepAction = Step['action']

/** The alternative to the next step. The title names no user, key or location; the explanation may. */
const replacement = v.strictObject({
  /** Whether something shows that it fits this key; else it may. */
  certain: v.boolean(),
  title: text,
  explanation: text,
  location: v.nullable(location),
})
export type Replacement = ReadonlyDeep<v.InferOutput<typeof replacement>>

const key = v.strictObject({
  /** With `#2` for a second key of that second. */
  id: v.pipe(text, v.description('Stable across runs: the access key ID, else ARN and creation time')),
  /** Account ID. */
  account: text,
  /** IAM user name, or `<root_account>`. */
  user: text,
  userArn: text,
  root: v.boolean(),
  accessKeyId: v.nullable(text),
  state: v.picklist(['stale', 'expiring', 'fresh', 'exempt', 'inactive']),
  /** null where the date could not be read; then `unreadable` says which cell. */
  createdAt: v.nullable(instant),
  usedBeforeCreated: v.pipe(
    v.nullable(instant),
    v.description('A use before createdAt: the key is at least that old, and its age is counted from there'),
  ),
  staleSince: v.nullable(instant),
  ageDays: v.nullable(v.pipe(v.number(), v.integer())),
  /** null for inactive keys. */
  compliance: v.nullable(compliance),
  verified: v.picklist(['live', 'report']),
  unreadable: v.nullable(unreadableCell),
  lastUsed: lastUse,
  /**
   * What its last use amounts to by the thresholds, whether it is active or not. `never`: never used, and long enough in
   * existence to be idle.
   */
  use: v.picklist(['in-use', 'idle', 'never', 'unknown']),
  owner: v.nullable(owner),
  declared: v.nullable(declared),
  /** Where the key's ID is written out in the checkout. */
  hardCoded: v.array(
    v.strictObject({
      ...locationFields,
      /** Something in the form of a secret access key stands beside it; absent: nothing was seen. */
      secret: v.exactOptional(v.literal(true)),
    }),
  ),
  exemption: v.nullable(keyExemption),
  urgency: v.nullable(urgency),
  usage: v.nullable(usage),
  /** What to do now; null for keys that ask for nothing. */
  next: v.nullable(step),
  /** What follows, each with the condition that must hold first. */
  later: v.array(step),
  /** The alternative that ends rotation for good, or null. */
  replacement: v.nullable(replacement),
})
export type KeyResult = ReadonlyDeep<v.InferOutput<typeof key>>
export type KeyState = KeyResult['state']
export type KeyUse = KeyResult['use']

export const auditResult = v.strictObject({
  version: v.literal(RESULT_VERSION),
  asOf: instant,
  policy,
  result: v.picklist(['pass', 'fail', 'error']),
  /** Whether the step fails, and why in one word. */
  step: stepVerdict,
  counts,
  /** Sorted by account ID. */
  accounts: v.array(v.variant('status', [auditedAccount, notAudited])),
  /** Accounts of the organization that were not to be audited, sorted by ID. Redaction leaves an empty ID. */
  leftOut: v.array(leftOut),
  /** Every key: findings first by urgency, then by age, oldest first; see `compareKeys` in domain/order.ts. */
  keys: v.array(key),
  exemptions: v.array(exemption),
  /** Sorted by account, then user; an error, unless the configuration accepts it. */
  unverified: v.array(unverified),
  /** The rules of `accept-unverified`, in file order. */
  acceptances: v.array(acceptance),
  /** Empty where an account failed or is known in part. */
  absent: v.array(absentDeclaration),
  /** Whose declarations were joined; sorted by name. Redaction leaves an empty name. */
  otherRepositories: v.array(otherRepository),
  /** Workflow lines that log in with a static key. */
  staticLogins: v.array(staticLogin),
})
export type AuditResult = ReadonlyDeep<v.InferOutput<typeof auditResult>>
