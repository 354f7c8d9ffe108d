/** What the rotation procedure, its steps and their changes in code speak of. */
import type { Command, KeyResult, StepAction } from '../domain/audit-result.ts'
import type { KeyEdits, SourceLocation, Tool } from '../domain/declarations.ts'
import type { Partition } from '../domain/partitions.ts'
import type { CodeOfKey } from './declared.ts'

export interface RotationInput {
  /** IAM user name, or `<root_account>`. */
  readonly user: string
  readonly root: boolean
  /** Account ID. */
  readonly account: string
  readonly partition: Partition
  /** Whether the user can sign in to the console, as people do. */
  readonly person: boolean
  /** All keys of the user: those that ask for nothing take a slot, too. */
  readonly keys: readonly RotationKey[]
  /** False where the report says that the user has more than it shows, and no live look has settled it. */
  readonly complete: boolean
  readonly maxAgeDays: number
  readonly now: Date
}

export interface RotationKey
  extends CodeOfKey,
    Pick<
      KeyResult,
      'id' | 'accessKeyId' | 'state' | 'createdAt' | 'lastUsed' | 'use' | 'declared' | 'hardCoded'
    > {
  /** When CloudTrail saw the key deactivated; null where that is not known or the key is active. */
  readonly inactiveSince: string | null
}

/** `this repository`, `octo-org/billing`, `2 repositories`: where the key's ID stands. */
export function repositoryWith(hardCoded: KeyResult['hardCoded']): string {
  const [first, ...others] = new Set(hardCoded.map(({ repository }) => repository?.name ?? 'this repository'))
  return others.length === 0 ? (first ?? '') : `${others.length + 1} repositories`
}

/** What a step speaks of. */
export interface StepContext extends RotationInput {
  readonly key: RotationKey
  /** The other key that decides on the step, if any. */
  readonly other: RotationKey | null
  /** Whether that one stays, so that applications can move to it. */
  readonly otherStays: boolean
  /** Whether a key that is still in use waits for this one's slot. */
  readonly awaited: boolean
  /** The command that lists the user's keys. */
  readonly listing: Command
}

export type PlannedAction = Exclude<StepAction, 'rotate-soon' | 'remove-from-code'>

export type Code =
  /** No line declares it, so it is changed by hand, however it was made. */
  | { readonly kind: 'by-hand' }
  | {
      readonly kind: 'declared'
      readonly tool: Tool
      readonly address: string
      readonly location: SourceLocation
      /** Whether AWS is not as it says. */
      readonly unapplied: boolean
      readonly edits: KeyEdits | null
    }
  /** Declared, but in which of these places only the tool knows; or in none, where it `mayBeByHand`. */
  | {
      readonly kind: 'ambiguous'
      readonly tool: Tool | null
      readonly locations: readonly SourceLocation[]
      readonly mayBeByHand: boolean
      /** Why it is not known, a clause. */
      readonly reason: string | null
    }
