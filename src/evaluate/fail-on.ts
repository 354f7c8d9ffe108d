/** Whether the step fails, decided here alone: `step` of the result is what log, annotations and exit code follow. */
import type { KeyResult, Policy, StepVerdict } from '../domain/audit-result.ts'
import { type Declarations, isHere, type SourceLocation } from '../domain/declarations.ts'
import { type ChangedFiles, isChanged, isUndecided, unreadChange } from './changed.ts'

/** What decides beside the keys. */
export interface FailOn {
  readonly policy: Policy
  readonly declarations: Declarations
  /** What the pull request or merge group changes; null elsewhere, where `changed` means `stale`. */
  readonly changedFiles: ChangedFiles | null
}

/** An audit that could not be made always fails the step; else `fail-on` decides. */
export function decideStep(keys: readonly KeyResult[], failed: boolean, context: FailOn): StepVerdict {
  const [reason, failing] = failingKeys(keys, context)
  const ids = failing.map(({ id }) => id)
  if (failed) return { fails: true, reason: 'error', keys: ids }
  if (failing.length === 0) return { fails: false, reason: null, keys: [] }
  return { fails: true, reason, keys: ids }
}

/** Whatever the keys say, a step that could not do all that it was asked for fails. `failures`: how much could not be done. */
export function orFailures(step: StepVerdict, failures: number): StepVerdict {
  return step.fails || failures === 0 ? step : { fails: true, reason: 'failures', keys: [] }
}

function failingKeys(
  keys: readonly KeyResult[],
  { policy, changedFiles, declarations }: FailOn,
): readonly [StepVerdict['reason'], readonly KeyResult[]] {
  const stale = keys.filter(({ state }) => state === 'stale')
  switch (policy.failOn) {
    case 'never':
      return [null, []]
    case 'stale':
      return ['stale', stale]
    case 'expiring':
      return [
        stale.length > 0 ? 'stale' : 'expiring',
        keys.filter(({ state }) => state === 'stale' || state === 'expiring'),
      ]
    case 'changed': {
      if (changedFiles === null) return ['stale', stale]
      const changed = isChanged(changedFiles)
      const declared = stale.filter(key => codeOf(key).some(at => isHere(at) && changed(at.path)))
      if (declared.length > 0 || unreadChange(changedFiles, declarations.scan) === null)
        return ['changed', declared]
      return ['unread', stale.filter(isUndecided)]
    }
  }
}

/** The lines that declare the key or may, with those of the resource where a module's call does. */
function codeOf({ declared }: KeyResult): readonly SourceLocation[] {
  if (declared === null || declared.of === 'named') return []
  return declared.candidates.flatMap(at => (at.resource === undefined ? [at] : [at, at.resource]))
}
