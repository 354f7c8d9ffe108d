import type { Config } from '../config/config.ts'
import {
  type AuditResult,
  type Counts,
  type KeyResult,
  type KeyState,
  RESULT_VERSION,
} from '../domain/audit-result.ts'
import { UserError } from '../domain/errors.ts'
import { compareKeys, compareText } from '../domain/order.ts'
import { formatInstant } from '../domain/time.ts'
import { absentDeclarations } from './absent.ts'
import type { AccountEvaluation } from './evaluate.ts'
import { acceptanceResults, exemptionResults } from './exemptions.ts'
import { decideStep, type FailOn } from './fail-on.ts'

export interface Context extends FailOn {
  readonly config: Config
  readonly now: Date
}

/** The audit's result over all accounts. Throws a UserError where there is none: no account is no pass. */
export function aggregate(evaluations: readonly AccountEvaluation[], context: Context): AuditResult {
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
  const failedIds = new Set(failed.map(({ account }) => account.id))
  const keys = evaluations.flatMap(evaluation => evaluation.keys).sort(compareKeys)
  const stale = keys.filter(key => key.state === 'stale')
  const unverified = evaluations
    .flatMap(evaluation => evaluation.unverified)
    .sort((a, b) => compareText(a.account, b.account) || compareText(a.user ?? '', b.user ?? ''))
  const isError = failed.length > 0 || unverified.some(({ accepted }) => accepted === null)
  return {
    version: RESULT_VERSION,
    asOf: formatInstant(now),
    policy,
    result: isError ? 'error' : stale.length > 0 ? 'fail' : 'pass',
    step: decideStep(keys, isError, context),
    counts: count(keys, accounts.length, failed.length),
    accounts,
    leftOut: leftOutOf(evaluations),
    keys,
    exemptions: exemptionResults(keys, failedIds, config, now),
    unverified,
    acceptances: acceptanceResults(unverified, keys, failedIds, config, now),
    absent: absentDeclarations(declarations, accounts, keys, unverified.length === 0),
    otherRepositories: declarations.others,
    staticLogins: declarations.staticLogins,
  }
}

/** Each once: every account of an organization tells of them. */
function leftOutOf(evaluations: readonly AccountEvaluation[]): AuditResult['leftOut'] {
  const byId = new Map(evaluations.flatMap(({ leftOut }) => leftOut.map(one => [one.id, one])))
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id))
}

function count(keys: readonly KeyResult[], accounts: number, failedAccounts: number): Counts {
  const active = keys.filter(({ state }) => state !== 'inactive')
  const inState = (state: KeyState) => keys.filter(key => key.state === state).length
  const oldest = active.reduce((oldest, { ageDays }) => Math.max(oldest, ageDays ?? -1), -1)
  return {
    accounts,
    failedAccounts,
    active: active.length,
    stale: inState('stale'),
    expiring: inState('expiring'),
    exempt: inState('exempt'),
    fresh: inState('fresh'),
    inactive: inState('inactive'),
    hardCoded: active.filter(key => key.hardCoded.length > 0).length,
    oldestKeyAgeDays: oldest < 0 ? null : oldest,
  }
}
