/** The configuration file `.github/access-key-rotation.yml`: exemptions, owners, limits of remediation. */
export interface Config {
  /** Path relative to the checkout, or null where there is no file. */
  readonly path: string | null
  readonly exemptions: readonly ExemptionRule[]
  readonly acceptUnverified: readonly AcceptRule[]
  readonly owners: {
    /** IAM user tag that names the owner, or null. */
    readonly tag: string | null
    readonly users: readonly OwnerRule[]
    /** Whether issues mention the owners of new keys. */
    readonly mention: boolean
  }
  readonly remediation: RemediationLimits
  /** Globs of the files that may declare users and keys. */
  readonly infrastructure: readonly string[]
}

/** What may stay unproved, and until when. */
export type AcceptRule = Omit<ExemptionRule, 'accessKeyId'>

export interface ExemptionRule {
  /** Glob over user name or path (`/ci/deployer`). */
  readonly user: string
  readonly account: string | null
  readonly accessKeyId: string | null
  readonly reason: string
  readonly ticket: string | null
  /** The last day on which it holds, UTC: `2027-01-31`. */
  readonly expires: string
  /** Line of the file, from 1. */
  readonly line: number
}

interface OwnerRule {
  /** Glob over user name or path. */
  readonly user: string
  /** A login or `org/team`. */
  readonly owner: string
  readonly line: number
}

export interface RemediationLimits {
  /** null: off. */
  readonly deactivateAfterIdleDays: number | null
  readonly deleteAfterInactiveDays: number | null
  readonly maxChanges: number
  /** Globs over name or path of users whose keys are made by hand, whatever may declare or names them. */
  readonly madeByHand: readonly string[]
}

/** Where to look where the file does not say: what a file holds decides, not its name. */
export const DEFAULT_INFRASTRUCTURE: readonly string[] = [
  '**/*.{tf,tofu}',
  '**/*.{tf,tofu}.json',
  '**/*.{yml,yaml,json,template}',
]

/** No configuration file. */
export const EMPTY_CONFIG: Config = {
  path: null,
  exemptions: [],
  acceptUnverified: [],
  owners: { tag: null, users: [], mention: false },
  remediation: {
    deactivateAfterIdleDays: null,
    deleteAfterInactiveDays: null,
    maxChanges: 10,
    madeByHand: [],
  },
  infrastructure: DEFAULT_INFRASTRUCTURE,
}

/** One line of the file and what is wrong there; the message holds text of the file. */
export interface ConfigProblem {
  readonly line: number
  readonly message: string
}
