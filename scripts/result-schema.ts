/** The schema of `result.json`, which gives `schemas/result.v1.json`; proved equal to the type at compile time. */
import * as v from 'valibot'
import { RESULT_VERSION } from '../src/domain/audit-result.ts'
import {
  account as evidenceAccount,
  failure,
  instant,
  lastUsedFields,
  shard,
} from '../src/domain/evidence.ts'
import type { ReadonlyDeep } from '../src/domain/readonly-deep.ts'
import type { ResultFile } from '../src/publish/formats/json.ts'

const text = v.string()
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const words = v.array(text)
const day = v.pipe(text, v.regex(/^\d{4}-\d{2}-\d{2}$/), v.description('A day, UTC'))

// Redaction leaves an empty path and line 0, and `account-1` for the ID of an account.
const locationFields = { path: text, line: count }
const location = v.strictObject(locationFields)
const account = v.strictObject({ ...evidenceAccount.entries, id: text })
const tool = v.picklist(['terraform', 'cloudformation'])

const policy = v.strictObject({
  maxAgeDays: count,
  warnDays: count,
  failOn: v.picklist(['stale', 'expiring', 'changed', 'never']),
  verifyKeys: v.picklist(['findings', 'all', 'none']),
})

const step = v.strictObject({
  fails: v.boolean(),
  reason: v.nullable(v.picklist(['stale', 'expiring', 'changed', 'unread', 'error', 'failures'])),
  keys: v.pipe(words, v.description('IDs of the keys that make the step fail')),
})

const counts = v.strictObject({
  accounts: count,
  failedAccounts: count,
  active: v.pipe(count, v.description('stale + expiring + exempt + fresh')),
  stale: count,
  expiring: count,
  exempt: count,
  fresh: count,
  inactive: count,
  oldestKeyAgeDays: v.nullable(count),
})

const rootUser = v.variant('state', [
  v.strictObject({ state: v.literal('evaluated'), activeKeys: count }),
  v.strictObject({ state: v.literal('key-of-unknown-age') }),
  v.strictObject({ state: v.literal('no-key') }),
  v.strictObject({ state: v.literal('not-evaluated') }),
])

const accountResult = v.variant('status', [
  v.strictObject({
    status: v.literal('audited'),
    account,
    evidence: v.strictObject({
      reportSha256: text,
      reportGeneratedAt: v.nullable(instant),
      gatheredAt: v.nullable(instant),
      runUrl: v.nullable(text),
      role: v.nullable(text),
      usersVerifiedLive: count,
      shard: v.nullable(shard),
    }),
    rootUser,
    activeKeys: count,
    notes: v.array(
      v.strictObject({
        kind: v.picklist(['permission-missing', 'call-failed', 'root-user', 'not-looked-up']),
        action: v.nullable(text),
        text,
      }),
    ),
  }),
  v.strictObject({ status: v.literal('failed'), account, role: v.nullable(text), failure }),
])

const lastUsed = v.variant('state', [
  v.strictObject({ state: v.literal('used'), ...lastUsedFields }),
  v.strictObject({ state: v.literal('never') }),
  v.strictObject({ state: v.literal('unknown') }),
])

const keyExemption = v.strictObject({
  rule: count,
  location,
  reason: text,
  ticket: v.nullable(text),
  expires: day,
})

const command = v.strictObject({ kind: v.literal('command'), argv: words, comment: v.nullable(text) })

const textInstruction = v.strictObject({ kind: v.literal('text'), text })
const edit = v.strictObject({ kind: v.literal('edit'), tool, location, snippet: text })

const rotationStep = v.strictObject({
  action: v.picklist([
    'look-live',
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
  title: text,
  reason: v.nullable(text),
  condition: v.nullable(text),
  instructions: v.array(v.variant('kind', [textInstruction, edit, command])),
  undo: v.nullable(v.variant('kind', [command, textInstruction])),
})

const key = v.strictObject({
  id: v.pipe(text, v.description('Stable across runs: the access key ID, else ARN and creation time')),
  account: text,
  user: text,
  userArn: text,
  root: v.boolean(),
  accessKeyId: v.nullable(text),
  state: v.picklist(['stale', 'expiring', 'fresh', 'exempt', 'inactive']),
  createdAt: v.nullable(instant),
  usedBeforeCreated: v.pipe(
    v.nullable(instant),
    v.description('A use before createdAt: the key is at least that old, and its age is counted from there'),
  ),
  staleSince: v.nullable(instant),
  ageDays: v.nullable(v.pipe(v.number(), v.integer())),
  compliance: v.nullable(v.strictObject({ withinPolicy: v.boolean(), withinControl: v.boolean() })),
  verified: v.picklist(['live', 'report']),
  unreadable: v.nullable(v.strictObject({ row: count, column: text, value: text })),
  lastUsed,
  use: v.picklist(['in-use', 'idle', 'never', 'unknown']),
  owner: v.nullable(
    v.strictObject({
      name: text,
      kind: v.picklist(['user', 'team', 'text']),
      source: v.picklist(['configuration', 'tag', 'codeowners']),
    }),
  ),
  declared: v.nullable(
    v.strictObject({
      tool: v.nullable(tool),
      of: v.picklist(['key', 'one-of-several', 'may-be', 'named', 'user']),
      mayBeByHand: v.boolean(),
      unapplied: v.boolean(),
      reason: v.nullable(text),
      candidates: v.array(
        v.strictObject({ ...locationFields, address: text, resource: v.exactOptional(location) }),
      ),
    }),
  ),
  hardCoded: v.array(location),
  exemption: v.nullable(keyExemption),
  urgency: v.nullable(v.strictObject({ level: v.picklist(['critical', 'high', 'medium']), reason: text })),
  usage: v.nullable(
    v.strictObject({
      regions: words,
      programs: v.array(
        v.strictObject({
          name: text,
          runtime: v.nullable(
            v.picklist(['lambda', 'ecs', 'ec2', 'codebuild', 'cloudshell', 'github-actions', 'azure']),
          ),
          addresses: words,
          actions: words,
          lastSeen: instant,
        }),
      ),
      truncated: v.boolean(),
    }),
  ),
  next: v.nullable(rotationStep),
  later: v.array(rotationStep),
  replacement: v.nullable(
    v.strictObject({ certain: v.boolean(), title: text, explanation: text, location: v.nullable(location) }),
  ),
})

const exemption = v.strictObject({
  ...keyExemption.entries,
  status: v.picklist(['applied', 'expired', 'unmatched']),
  reach: v.picklist(['every-user', 'root-user', 'most-keys', 'some']),
  keys: words,
})

const run = v.strictObject({
  actionVersion: text,
  repository: text,
  url: v.nullable(text),
  workflow: text,
  eventName: text,
  ref: text,
  sha: text,
  redacted: v.boolean(),
})

const remediation = v.strictObject({
  mode: v.picklist(['plan', 'apply']),
  refused: v.nullable(text),
  changes: v.array(
    v.strictObject({
      key: text,
      account: text,
      user: text,
      accessKeyId: v.nullable(text),
      what: v.picklist(['deactivate', 'delete']),
      why: text,
      undo: v.nullable(command),
      outcome: v.picklist(['planned', 'done', 'skipped', 'failed']),
      reason: v.nullable(text),
    }),
  ),
})

const history = v.array(
  v.strictObject({
    user: text,
    accessKeyId: v.nullable(text),
    createdAt: v.nullable(instant),
    staleSince: v.nullable(instant),
    at: v.pipe(instant, v.description('When the audit saw it resolved')),
    how: v.picklist(['rotated', 'deactivated', 'deleted', 'exempted', 'within-limit']),
    daysLate: v.nullable(count),
  }),
)

export const resultSchema = v.strictObject({
  $schema: text,
  version: v.literal(RESULT_VERSION),
  run: v.pipe(run, v.description('What depends on the run; two runs over one evidence differ here alone')),
  control: v.strictObject({
    title: text,
    maxAgeDays: count,
    identifiers: v.array(v.strictObject({ source: text, version: v.nullable(text), id: text })),
  }),
  asOf: instant,
  policy,
  result: v.picklist(['pass', 'fail', 'error']),
  step,
  counts,
  accounts: v.array(accountResult),
  keys: v.array(key),
  exemptions: v.array(exemption),
  staticLogins: v.array(
    v.strictObject({ ...locationFields, via: v.picklist(['input', 'env']), secret: v.nullable(text) }),
  ),
  remediation: v.exactOptional(remediation),
  history: v.exactOptional(history),
})

/** Compiles only while schema and type describe the same values. */
type SameType<A, B> =
  (<T>() => T extends ReadonlyDeep<A> ? 1 : 2) extends <T>() => T extends ReadonlyDeep<B> ? 1 : 2
    ? true
    : false

true satisfies SameType<v.InferOutput<typeof resultSchema>, ResultFile>
