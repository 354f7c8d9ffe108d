/** What came of keeping the issues. */
import type { UserError } from '../../domain/errors.ts'
import type { MutedKey } from '../report.ts'
import type { IssueState, ResolvedKey } from './state.ts'
import { type Counts, NOT_COUNTED } from './turnover.ts'

export interface IssueOutcome {
  /** Pages of the open issues. */
  readonly urls: readonly string[]
  /** For the log, a line each: what was done, or would have been. They name no account, user or key. */
  readonly lines: readonly string[]
  readonly failures: readonly UserError[]
  /** Stale keys (`KeyResult.id`) for whose issue this run had no room. */
  readonly notFiled: readonly string[]
  /** Stale keys (`KeyResult.id`) for which nothing is filed, and the page of the issue that somebody closed so. */
  readonly muted: readonly MutedKey[]
  /** Newest first. Names what the issues name: not for places that hide it. */
  readonly history: readonly ResolvedKey[]
  readonly trend: IssueState['trend']
  /** Of keys, by `KeyResult.id`, as the issue has them; undefined where it has none. */
  readonly numbers: ReadonlyMap<string, number> | undefined
  /** Against what the issues remembered, whether it could be written again or not. */
  readonly counts: Counts
  /** Whether anything was written, so that the permission is known to be there. */
  readonly written: boolean
}

/** Of issues that are not kept, or could not be listed. */
export const NO_ISSUES: IssueOutcome = {
  urls: [],
  lines: [],
  failures: [],
  notFiled: [],
  muted: [],
  history: [],
  trend: [],
  numbers: undefined,
  counts: NOT_COUNTED,
  written: false,
}
