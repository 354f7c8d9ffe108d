/**
 * Evidence: everything AWS told us of one account, as plain data that can be saved, attested and replayed.
 * Instants are ISO 8601 in UTC with seconds (`2026-11-24T00:00:00Z`), as `formatInstant` writes them.
 */
export const EVIDENCE_VERSION = 1

export type Partition =
  | 'aws'
  | 'aws-cn'
  | 'aws-us-gov'
  | 'aws-iso'
  | 'aws-iso-b'
  | 'aws-iso-e'
  | 'aws-iso-f'
  | 'aws-eusc'

export interface Account {
  /** Twelve digits. */
  readonly id: string
  readonly partition: Partition
  /** The name in the organization, else null. */
  readonly name: string | null
  /** The account alias, else null. */
  readonly alias: string | null
}

/** What could be learned of one account: its evidence, or why there is none. */
export type Gathered = Evidence | FailedAccount

export interface Evidence {
  readonly kind: 'evidence'
  readonly version: typeof EVIDENCE_VERSION
  readonly account: Account
  /** The role whose credentials read it; null with the default credential chain or a bare report. */
  readonly role: string | null
  /** When the report was fetched; null for a bare `.csv`, which carries no time. */
  readonly gatheredAt: string | null
  /** The page of the run that gathered it; absent where there is none. */
  readonly runUrl?: string
  readonly report: SavedReport
  /** Sorted by kind, then by what they are about, so that the same answers give the same file. */
  readonly observations: readonly Observation[]
  readonly refusals: readonly Refusal[]
  /** Present where this is one share of a larger audit. */
  readonly shard?: Shard
}

export interface SavedReport {
  /** The CSV exactly as AWS sent it, base64. */
  readonly content: string
  /** SHA-256 of the decoded bytes, lower-case hex. */
  readonly sha256: string
  /** AWS's `GeneratedTime`; null for a bare `.csv`. */
  readonly generatedAt: string | null
}

export interface FailedAccount {
  readonly kind: 'failed-account'
  readonly version: typeof EVIDENCE_VERSION
  readonly account: Account
  readonly role: string | null
  readonly at: string
  readonly failure: Failure
  readonly shard?: Shard
}

/** Why something could not be done. `summary` and `remedy` name no account, user, key or role; `detail` may. */
export interface Failure {
  readonly summary: string
  readonly remedy: string
  /** Names and AWS's own words, one line or several; null where there is nothing to add. Hidden by redaction. */
  readonly detail: string | null
}

/** One part of a sharded audit: which accounts it was responsible for, out of which list. */
export interface Shard {
  readonly index: number
  readonly count: number
  /** SHA-256 over the sorted IDs of every account of the whole audit, joined by newlines. */
  readonly accountsDigest: string
  readonly accountCount: number
}

/** One answer of a live call, with its time. */
export type Observation =
  | AccessKeysObserved
  | UserGone
  | LastUsedObserved
  | OwnerTagObserved
  | AccountSummaryObserved
  | UsageObserved
  | AdministratorObserved
  | StatusChangeObserved

/** iam:ListAccessKeys, all pages. */
export interface AccessKeysObserved {
  readonly kind: 'access-keys'
  readonly user: string
  readonly at: string
  readonly keys: readonly {
    readonly accessKeyId: string
    readonly status: string
    readonly createdAt: string
  }[]
}

/** iam:ListAccessKeys answered NoSuchEntity: the user was deleted after the report. */
export interface UserGone {
  readonly kind: 'user-gone'
  readonly user: string
  readonly at: string
}

/** iam:GetAccessKeyLastUsed; `lastUsed` null: no recorded use. */
export interface LastUsedObserved {
  readonly kind: 'last-used'
  readonly user: string
  readonly accessKeyId: string
  readonly at: string
  readonly lastUsed: LastUsed | null
}

export interface LastUsed {
  readonly at: string
  /** null for a global service, or where AWS does not say. */
  readonly region: string | null
  readonly service: string | null
}

/** iam:ListUserTags, reduced to the one tag that names the owner; null: the user has no such tag. */
export interface OwnerTagObserved {
  readonly kind: 'owner-tag'
  readonly user: string
  readonly at: string
  readonly tag: string
  readonly value: string | null
}

/** iam:GetAccountSummary: 1 if the root user has an access key, inactive ones included. */
export interface AccountSummaryObserved {
  readonly kind: 'account-summary'
  readonly at: string
  readonly accountAccessKeysPresent: number
}

/** cloudtrail:LookupEvents by access key ID, in one region. */
export interface UsageObserved {
  readonly kind: 'usage'
  readonly user: string
  readonly accessKeyId: string
  readonly at: string
  readonly region: string
  /** Newest first; one entry for each distinct program, address, service and action. */
  readonly uses: readonly Use[]
  /** Whether older events were left unread by the page limit. */
  readonly truncated: boolean
}

export interface Use {
  readonly at: string
  /** The user agent as CloudTrail has it, at most 512 characters. */
  readonly userAgent: string
  readonly sourceAddress: string
  /** `s3.amazonaws.com` */
  readonly eventSource: string
  readonly eventName: string
}

/** iam:ListAttachedUserPolicies and the groups' policies: the one that grants administrator access, or null. */
export interface AdministratorObserved {
  readonly kind: 'administrator'
  readonly user: string
  readonly at: string
  readonly policy: string | null
}

/** cloudtrail:LookupEvents for the newest UpdateAccessKey of a key; null: none in the 90 days that it remembers. */
export interface StatusChangeObserved {
  readonly kind: 'status-change'
  readonly user: string
  readonly accessKeyId: string
  readonly at: string
  readonly changedAt: string | null
  readonly status: string | null
}

/** A call that AWS refused or that failed for good; the audit went on without it. */
export interface Refusal {
  /** `iam:ListAccessKeys` */
  readonly action: string
  /** The user it was about, or null for the account. */
  readonly user: string | null
  readonly at: string
  /** AWS's error code; `AccessDenied` for a missing permission, `NotAsked` for what the audit's own limits left out. */
  readonly code: string
  readonly message: string
}
