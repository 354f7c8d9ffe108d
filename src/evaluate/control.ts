import type { Compliance, KeyResult, Policy } from '../domain/audit-result.ts'
import type { Standing } from './staleness.ts'

/** A control: what it makes of the facts about the keys of one user. Another control would be another value of this. */
export interface Control {
  /** A finding for each key, in their order. */
  evaluate<Key extends KeyFacts>(facts: Facts<Key>): readonly Finding<Key>[]
}

interface Facts<Key> {
  readonly keys: readonly Key[]
  readonly policy: Policy
  readonly now: Date
}

export interface KeyFacts extends Pick<KeyResult, 'createdAt' | 'unreadable' | 'lastUsed'> {
  readonly active: boolean
}

export interface Finding<Key> extends Pick<KeyResult, 'usedBeforeCreated' | 'staleSince' | 'ageDays'> {
  readonly key: Key
  /** What the state is where no exemption covers the key; of an inactive key, what it would be. */
  readonly standing: Standing
  readonly compliance: Compliance | null
}
