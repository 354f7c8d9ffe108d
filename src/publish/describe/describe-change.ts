import { UserError } from '../../domain/errors.ts'
import type { RemediationChange, RemediationRecord } from '../../domain/remediation-record.ts'
import { joinTexts } from '../../domain/text.ts'
import { shellLine } from './shell.ts'

/** What remediation did about a key, or would do, in the words that log, summary and issue share. */
interface ChangeDescription {
  /** `deactivated`, `would delete`, `failed to delete` */
  readonly did: string
  /** Which limit points at the key; then why it was left alone, or how it failed. Sentences. */
  readonly why: string
  /** The command that takes it back, quoted for a shell; null where there is none. */
  readonly undo: string | null
  /** Whether it cannot be undone. */
  readonly final: boolean
}

type Described = Pick<RemediationChange, 'what' | 'outcome' | 'why' | 'reason' | 'undo'>

export function describeChange({ what, outcome, why, reason, undo }: Described): ChangeDescription {
  return {
    did: WORDS[what][outcome],
    why: joinTexts([why, reason], ' '),
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

/** What remediation could not do, or could not see done: each an error of its own, and more than the step may pass over. */
export function changeProblems(record: RemediationRecord | null): readonly UserError[] {
  return (record?.changes ?? []).flatMap(({ what, outcome, reason }) => {
    const did = `Remediation ${WORDS[what][outcome]} a key`
    if (outcome === 'failed') return new UserError(did, `${LOOK} No further key was changed.`, reason)
    if (outcome !== 'done' || reason === null) return []
    return new UserError(`${did}, but that could not be seen to its end`, LOOK, reason)
  })
}

const LOOK = 'Look at the key in AWS, and at what AWS said, in the job summary under Remediation.'
