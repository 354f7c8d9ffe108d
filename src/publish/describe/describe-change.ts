import type { RemediationChange } from '../../domain/remediation-record.ts'
import { shellLine } from './shell.ts'

/** What remediation did about a key, or would do, in the words that log, summary and issue share. */
export interface ChangeDescription {
  /** `deactivated`, `would delete`, `failed to delete` */
  readonly did: string
  /** Which limit points at the key; then why it was left alone, or how it failed. Sentences. */
  readonly why: string
  /** The command that takes it back, quoted for a shell; null where there is none. */
  readonly undo: string | null
  /** Whether it cannot be undone. */
  readonly final: boolean
}

export function describeChange({
  what,
  outcome,
  why,
  reason,
  undo,
}: Pick<RemediationChange, 'what' | 'outcome' | 'why' | 'reason' | 'undo'>): ChangeDescription {
  return {
    did: WORDS[what][outcome],
    why: [why, reason].filter(Boolean).join(' '),
    undo: undo === null || outcome !== 'done' ? null : shellLine(undo),
    final: what === 'delete' && (outcome === 'planned' || outcome === 'done'),
  }
}

const WORDS: Readonly<
  Record<RemediationChange['what'], Readonly<Record<RemediationChange['outcome'], string>>>
> = {
  deactivate: {
    planned: 'would deactivate',
    done: 'deactivated',
    skipped: 'left alone, not deactivated',
    failed: 'failed to deactivate',
  },
  delete: {
    planned: 'would delete',
    done: 'deleted',
    skipped: 'left alone, not deleted',
    failed: 'failed to delete',
  },
}
