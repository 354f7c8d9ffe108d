import type { ReadonlyDeep } from '../domain/readonly-deep.ts'
import { DEFAULT_INFRASTRUCTURE, type WrittenConfig } from './schema.ts'

type Written = ReadonlyDeep<WrittenConfig>

/** The configuration file `.github/access-key-rotation.yml`: exemptions, owners, limits of remediation. */
export interface Config extends Pick<Written, 'remediation' | 'infrastructure'> {
  /** Path relative to the checkout, or null where there is no file. */
  readonly path: string | null
  readonly exemptions: readonly ExemptionRule[]
  /** What may stay unproved, and until when. */
  readonly acceptUnverified: readonly AcceptRule[]
  readonly owners: Omit<Written['owners'], 'users'> & {
    readonly users: readonly AtLine<Written['owners']['users'][number]>[]
  }
}

export type ExemptionRule = AtLine<Written['exemptions'][number]>
export type AcceptRule = AtLine<Written['accept-unverified'][number]>
export type RemediationLimits = Written['remediation']

/** A rule with its line of the file, from 1. */
type AtLine<Rule> = Rule & { readonly line: number }

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
