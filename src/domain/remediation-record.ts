import type { Command } from './audit-result.ts'

/** What remediation did, or in `plan` would do: beside the result in `result.json`. */
export interface RemediationRecord {
  readonly mode: 'plan' | 'apply'
  /** Why nothing was looked at, as the end of "… because"; null where it was. */
  readonly refused: string | null
  /** Every key that the limits point at, in the result's order, whether it was changed or left alone. */
  readonly changes: readonly RemediationChange[]
}

export interface RemediationChange {
  /** The key's result ID. */
  readonly key: string
  /** Account ID. */
  readonly account: string
  readonly user: string
  readonly accessKeyId: string | null
  readonly what: 'deactivate' | 'delete'
  /** A sentence with dates: which limit points at the key. */
  readonly why: string
  /** The command that takes it back; null: it cannot be undone. */
  readonly undo: Command | null
  /** `planned`: `apply` would do it. `skipped`: left alone. `failed`: AWS did not confirm the change. */
  readonly outcome: 'planned' | 'done' | 'skipped' | 'failed'
  /** A sentence: why it was skipped, or how it failed; it may name keys and carry AWS's words. */
  readonly reason: string | null
}
