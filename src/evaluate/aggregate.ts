import type { Config } from '../config/config.ts'
import {
  type AuditResult,
  type Counts,
  isDeclaration,
  type KeyResult,
  type KeyState,
  type Policy,
  RESULT_VERSION,
  type StepVerdict,
} from '../domain/audit-result.ts'
import type { Declarations } from '../domain/declarations.ts'
import { UserError } from '../domain/errors.ts'
import { compareKeys, compareText } from '../domain/order.ts'
import { formatInstant } from '../domain/time.ts'
import { type ChangedFiles, isChanged, unreadChange } from './changed.ts'
import type { AccountEvaluation } from './evaluate.ts'
import { exemptionResults } from './exemptions.ts'

export interface Context {
  readonly config: Config
  readonly policy: Policy
  readonly now: Date
  readonly declarations: Declarations
  /** What the pull request or merge group changes; null elsewhere, where `changed` means `stale`. */
  readonly changedFiles: ChangedFiles | null
}

/** The audit's result over all accounts. Throws a UserError where there is none: no account is no pass. */
export function conclude(evaluations: readonly AccountEvaluation[], context: Context): AuditResult {
  if (evaluations.length === 0)
    throw new UserError(
      'There is no account to audit, and no evidence of one.',
      'Set `role-to-assume`, or let `evidence-files` match the evidence of an earlier run.',
    )
  const { config, policy, now, declarations } = context
  const accounts = evaluations
    .map(({ account }) => account)
    .sort((a, b) => compareText(a.account.id, b.account.id))
  const failed = accounts.filter(({ status }) => status === 'failed')
  const keys = evaluations.flatMap(evaluation => evaluation.keys).sort(compareKeys)
  const stale = keys.filter(key => key.state === 'stale')
  return {
    version: RESULT_VERSION,
    asOf: formatInstant(now),
    policy,
    result: failed.length > 0 ? 'error' : stale.length > 0 ? 'fail' : 'pass',
    step: stepVerdict(keys, failed.length > 0, context),
    counts: count(keys, accounts.length, failed.length),
    accounts,
    keys,
    exemptions: exemptionResults(keys, new Set(failed.map(({ account }) => account.id)), config, now),
    staticLogins: declarations.staticLogins,
  }
}

/** An audit that could not be made always fails the step; else `fail-on` decides. */
function stepVerdict(keys: readonly KeyResult[], failed: boolean, context: Context): StepVerdict {
  const [reason, failing] = failingKeys(keys, context)
  const ids = failing.map(({ id }) => id)
  if (failed) return { fails: true, reason: 'error', keys: ids }
  if (failing.length === 0) return { fails: false, reason: null, keys: [] }
  return { fails: true, reason, keys: ids }
}

function failingKeys(
  keys: readonly KeyResult[],
  { policy, changedFiles, declarations }: Context,
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
      const declared = stale.filter(
        ({ declared }) => isDeclaration(declared) && declared.candidates.some(({ path }) => changed(path)),
      )
      if (declared.length > 0 || unreadChange(changedFiles, declarations.scan) === null)
        return ['changed', declared]
      return ['unread', stale.filter(key => !isDeclaration(key.declared) && !key.root)]
    }
  }
}

function count(keys: readonly KeyResult[], accounts: number, failedAccounts: number): Counts {
  const states: Record<KeyState, number> = {
    stale: 0,
    expiring: 0,
    exempt: 0,
    fresh: 0,
    inactive: 0,
  }
  let oldest: number | null = null
  for (const { state, ageDays } of keys) {
    states[state] += 1
    if (state !== 'inactive' && ageDays !== null && (oldest === null || ageDays > oldest)) oldest = ageDays
  }
  return {
    accounts,
    failedAccounts,
    active: keys.length - states.inactive,
    ...states,
    oldestKeyAgeDays: oldest,
  }
}
