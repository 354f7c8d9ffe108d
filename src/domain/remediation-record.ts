import * as v from 'valibot'
import { command, type KeyResult } from './audit-result.ts'
import { text } from './evidence.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'

const change = v.strictObject({
  /** The key's result ID; a deleted one is no longer among the keys. */
  key: text,
  /** Account ID. */
  account: text,
  user: text,
  accessKeyId: v.nullable(text),
  what: v.picklist(['deactivate', 'delete']),
  /** A sentence with dates: which limit points at the key. */
  why: text,
  /** The command that takes it back; null: it cannot be undone, or was not done. */
  undo: v.nullable(command),
  /** `planned`: `apply` would do it. `skipped`: left alone. `failed`: AWS did not confirm the change. */
  outcome: v.picklist(['planned', 'done', 'skipped', 'failed']),
  /** A sentence: why it was skipped, or how it failed; it may name keys and carry AWS's words. */
  reason: v.nullable(text),
})
export type RemediationChange = ReadonlyDeep<v.InferOutput<typeof change>>
/** A change that is about to be made. */
export type AnnouncedChange = Omit<RemediationChange, 'outcome' | 'reason' | 'undo'>

/** What remediation did, or in `plan` would do: beside the result in `result.json`. */
export const remediationRecord = v.strictObject({
  mode: v.picklist(['plan', 'apply']),
  /** Why nothing was looked at, as the end of "… because"; null where it was. */
  refused: v.nullable(text),
  /** Every key that the limits point at, in the result's order, whether it was changed or left alone. */
  changes: v.array(change),
})
export type RemediationRecord = ReadonlyDeep<v.InferOutput<typeof remediationRecord>>

/** A change, with its key as it was before. */
export interface ChangedKey {
  readonly change: RemediationChange
  readonly key: KeyResult
}

/** What an issue of an earlier night remembers of a key: since when it was seen inactive, or when it was seen active last. */
export type KeyRecord =
  | { readonly state: 'inactive'; readonly since: string }
  | { readonly state: 'active'; readonly at: string }
