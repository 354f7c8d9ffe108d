import type { Compliance, KeyResult, Policy } from '../domain/audit-result.ts'

/** A control: what it makes of the facts about the keys of one user. Another control would be another value of this. */
export interface Control {
  /** A finding for each key, in their order. */
  evaluate(facts: Facts): readonly Finding[]
}

interface Facts {
  readonly keys: readonly KeyFacts[]
  readonly policy: Policy
  readonly now: Date
}

export interface KeyFacts extends Pick<KeyResult, 'createdAt' | 'unreadable' | 'lastUsed'> {
  readonly active: boolean
}

export interface Finding extends Pick<KeyResult, 'usedBeforeCreated' | 'staleSince' | 'ageDays'> {
  /** What the state is where no exemption covers the key; of an inactive key, what it would be. */
  readonly standing: 'stale' | 'expiring' | 'fresh'
  readonly compliance: Compliance | null
}
