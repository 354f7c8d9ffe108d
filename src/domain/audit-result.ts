/**
 * The audit's result: plain, versioned data, a pure function of evidence, declarations, configuration, policy and instant.
 * `result.json` is this beside a `run` section; its schema, `scripts/result-schema.ts`, must say the same. Instants are ISO 8601 in UTC with seconds.
 */

import type { SourceLocation, StaticLogin, Tool } from './declarations.ts'
import type { Account, Failure, LastUsed, Shard } from './evidence.ts'

export const RESULT_VERSION = 1

export interface AuditResult {
  readonly version: typeof RESULT_VERSION
  readonly asOf: string
  readonly policy: Policy
  readonly result: 'pass' | 'fail' | 'error'
  /** Whether the step fails under `policy.failOn`, and why in one word. */
  readonly step: StepVerdict
  readonly counts: Counts
  /** Sorted by account ID. */
  readonly accounts: readonly AccountResult[]
  /** Every key: findings first by urgency, then by age, oldest first; see `compareKeys` in evaluate/order.ts. */
  readonly keys: readonly KeyResult[]
  readonly exemptions: readonly ExemptionResult[]
  /** Workflow lines that log in with a static key. */
  readonly staticLogins: readonly StaticLogin[]
}

export interface Policy {
  readonly maxAgeDays: number
  readonly warnDays: number
  readonly failOn: 'stale' | 'expiring' | 'changed' | 'never'
  readonly verifyKeys: 'findings' | 'all' | 'none'
}

export interface StepVerdict {
  readonly fails: boolean
  /**
   * `unread`: the change touches files that could not be read, so that stale keys may be declared there.
   * `failures`: nothing else, but issues, files or another thing asked for could not be done.
   */
  readonly reason: 'stale' | 'expiring' | 'changed' | 'unread' | 'error' | 'failures' | null
  /** IDs of the keys that make it fail. */
  readonly keys: readonly string[]
}

export interface Counts {
  readonly accounts: number
  readonly failedAccounts: number
  /** Active keys: stale + expiring + exempt + fresh. */
  readonly active: number
  readonly stale: number
  readonly expiring: number
  readonly exempt: number
  readonly fresh: number
  readonly inactive: number
  /** Whole days; null without an active key whose date is known. */
  readonly oldestKeyAgeDays: number | null
}

export type AccountResult = AuditedAccount | NotAudited

export interface AuditedAccount {
  readonly status: 'audited'
  readonly account: Account
  readonly evidence: {
    readonly reportSha256: string
    readonly reportGeneratedAt: string | null
    readonly gatheredAt: string | null
    /** The page of the run that gathered it, as the evidence has it; null where it has none. */
    readonly runUrl: string | null
    readonly role: string | null
    readonly usersVerifiedLive: number
    readonly shard: Shard | null
  }
  readonly rootUser: RootUser
  readonly activeKeys: number
  readonly notes: readonly Note[]
}

/** What is known of the root user's keys. */
export type RootUser =
  /** In the report; its active keys are among the keys. */
  | { readonly state: 'evaluated'; readonly activeKeys: number }
  /** No row in the report, but iam:GetAccountSummary reports a key: age unknown, inactive ones included. */
  | { readonly state: 'key-of-unknown-age' }
  /** No row in the report, and iam:GetAccountSummary reports none. */
  | { readonly state: 'no-key' }
  /** No row in the report, and iam:GetAccountSummary was refused or not asked. */
  | { readonly state: 'not-evaluated' }

export interface NotAudited {
  readonly status: 'failed'
  readonly account: Account
  readonly role: string | null
  readonly failure: Failure
}

/** A visible remark about an account: something was not looked at, or could not be. Names no user or key. */
export interface Note {
  readonly kind: 'permission-missing' | 'call-failed' | 'root-user' | 'not-looked-up'
  /** `iam:ListAccessKeys`, or null where no call is concerned. */
  readonly action: string | null
  readonly text: string
}

export type KeyState = 'stale' | 'expiring' | 'fresh' | 'exempt' | 'inactive'

export interface KeyResult {
  /** Stable across runs: the access key ID, else ARN and creation time (with `#2` for a second key of that second). */
  readonly id: string
  /** Account ID. */
  readonly account: string
  /** IAM user name, or `<root_account>`. */
  readonly user: string
  readonly userArn: string
  readonly root: boolean
  readonly accessKeyId: string | null
  readonly state: KeyState
  /** null where the date could not be read; then `unreadable` says which cell. */
  readonly createdAt: string | null
  /** Where it was used before `createdAt`, when: it is at least that old, and its age is counted from there. Else null. */
  readonly usedBeforeCreated: string | null
  readonly staleSince: string | null
  readonly ageDays: number | null
  /** null for inactive keys. */
  readonly compliance: Compliance | null
  readonly verified: 'live' | 'report'
  readonly unreadable: UnreadableCell | null
  readonly lastUsed: KeyLastUse
  /** What its last use amounts to by the thresholds, whether it is active or not. */
  readonly use: KeyUse
  readonly owner: Owner | null
  readonly declared: Declared | null
  /** Places where the key's ID is written out in the checkout. */
  readonly hardCoded: readonly SourceLocation[]
  readonly exemption: KeyExemption | null
  readonly urgency: Urgency | null
  readonly usage: Usage | null
  /** What to do now; null for keys that ask for nothing. */
  readonly next: Step | null
  /** What follows, each with the condition that must hold first. */
  readonly later: readonly Step[]
  /** The alternative that ends rotation for good, or null. */
  readonly replacement: Replacement | null
}

/** Whether the key is within the limits, exempt or not; what cannot be read is within none. */
export interface Compliance {
  /** The policy's maximum age. */
  readonly withinPolicy: boolean
  /** The control's own 90 days, whatever the policy. */
  readonly withinControl: boolean
}

export interface UnreadableCell {
  /** Line of the report, the header being 1. */
  readonly row: number
  readonly column: string
  readonly value: string
}

export type KeyLastUse =
  | ({ readonly state: 'used' } & LastUsed)
  /** No recorded use. */
  | { readonly state: 'never' }
  /** Not known: the report does not say. */
  | { readonly state: 'unknown' }

/** `never`: never used, and long enough in existence to be idle. */
export type KeyUse = 'in-use' | 'idle' | 'never' | 'unknown'

export interface Owner {
  /** A login, `org/team`, or any text. */
  readonly name: string
  readonly kind: 'user' | 'team' | 'text'
  readonly source: 'configuration' | 'tag' | 'codeowners'
}

/** What the checkout says of a key. */
export interface Declared {
  /** null: a tool whose code is searched, not evaluated. */
  readonly tool: Tool | null
  /**
   * `key`: the candidate declares it. `one-of-several`: the candidates declare keys of its user, and which of them this
   * is, if any, only the tool knows. `may-be`: something that makes keys and cannot be resolved. `named`: its user's name
   * stands there, a pointer and no declaration. `user`: its user is declared, a key nowhere.
   */
  readonly of: 'key' | 'one-of-several' | 'may-be' | 'named' | 'user'
  /** Whether the key may have been made by hand all the same. */
  readonly mayBeByHand: boolean
  /** Whether code says another status than AWS, so that it is yet to be applied. */
  readonly unapplied: boolean
  /** Why it is no more than that, a clause without its full stop; null for `key`. */
  readonly reason: string | null
  /** `resource`: the line to edit, where the candidate is the call of a module. */
  readonly candidates: readonly (SourceLocation & {
    readonly address: string
    readonly resource?: SourceLocation
  })[]
}

/** Whether lines of code declare the key or its user: neither may, nor only name it. */
export function isDeclaration(declared: Declared | null): declared is Declared {
  return declared !== null && declared.of !== 'may-be' && declared.of !== 'named'
}

export interface KeyExemption {
  readonly rule: number
  readonly location: SourceLocation
  readonly reason: string
  readonly ticket: string | null
  /** The last day, `2027-01-31`. */
  readonly expires: string
}

export interface ExemptionResult {
  /** Index in the configuration file. */
  readonly rule: number
  readonly location: SourceLocation
  readonly reason: string
  readonly ticket: string | null
  readonly expires: string
  /** `applied`: in effect and covering a key, be it fresh. `unmatched`: covering none; not concluded of a failed account, nor of keys of unknown ID. */
  readonly status: 'applied' | 'expired' | 'unmatched'
  /** How much a rule in effect covers, by the keys that there are; `some`: nothing out of the ordinary. */
  readonly reach: 'every-user' | 'root-user' | 'most-keys' | 'some'
  /** IDs of the stale or expiring keys that it exempts, or would exempt had it not expired. */
  readonly keys: readonly string[]
}

export interface Urgency {
  readonly level: 'critical' | 'high' | 'medium'
  readonly reason: string
}

/** Who still uses the key, as CloudTrail's management events tell it: silence there is not idleness. */
export interface Usage {
  readonly regions: readonly string[]
  readonly programs: readonly Program[]
  readonly truncated: boolean
}

export interface Program {
  /** `aws-cli/2`, `Terraform 1.9` */
  readonly name: string
  /** Where it runs, if its user agent tells. */
  readonly runtime: Runtime | null
  readonly addresses: readonly string[]
  /** `s3:ListBuckets` */
  readonly actions: readonly string[]
  readonly lastSeen: string
}

/** `azure`: GitHub's own runners are there, but other machines, too. */
export type Runtime = 'lambda' | 'ecs' | 'ec2' | 'codebuild' | 'cloudshell' | 'github-actions' | 'azure'

/** One step of the rotation. Texts hold dates, never ages, so that they change only when something happened. */
export interface Step {
  readonly action: StepAction
  /** Two to five words: `Move applications`. Names no user, key or location; the other texts may. */
  readonly title: string
  /** Why this step is the next, without a full stop: `idle since 2026-08-16`; null for later steps. */
  readonly reason: string | null
  /** For a later step: what must hold first, in words that complete "when …"; null for the next. */
  readonly condition: string | null
  /** What to do, in this order. */
  readonly instructions: readonly Instruction[]
  /** How to take it back; null where there is nothing to take back. */
  readonly undo: Command | Text | null
}

export type Instruction = Text | Edit | Command

/** In words, without a full stop. */
export interface Text {
  readonly kind: 'text'
  readonly text: string
}

export type StepAction =
  | 'look-live'
  | 'delete-root-key'
  | 'remove-from-code'
  | 'free-slot'
  | 'create-key'
  | 'move-applications'
  | 'deactivate'
  | 'confirm'
  | 'delete'
  | 'rotate-soon'

/** A command, not yet quoted for a shell. */
export interface Command {
  readonly kind: 'command'
  readonly argv: readonly string[]
  readonly comment: string | null
}

/** A change to infrastructure code. */
export interface Edit {
  readonly kind: 'edit'
  readonly tool: Tool
  readonly location: SourceLocation
  /** What to write, in the tool's own language. */
  readonly snippet: string
}

/** The alternative to the next step. The title names no user, key or place; the explanation may. */
export interface Replacement {
  /** Whether something shows that it fits this key; else it may. */
  readonly certain: boolean
  readonly title: string
  readonly explanation: string
  readonly location: SourceLocation | null
}
