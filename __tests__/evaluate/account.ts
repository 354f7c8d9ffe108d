/** Builders of one account's evidence and its evaluation. */
import { evidenceOf } from '../../sandbox/evidence.ts'
import { type Config, EMPTY_CONFIG } from '../../src/config/config.ts'
import type { Policy } from '../../src/domain/audit-result.ts'
import { type Declarations, NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import {
  EVIDENCE_VERSION,
  type Evidence,
  type FailedAccount,
  type Gathered,
  type KeyStatus,
  type Observation,
} from '../../src/domain/evidence.ts'
import { aggregate, type Context } from '../../src/evaluate/aggregate.ts'
import { evaluateAccount } from '../../src/evaluate/evaluate.ts'
import { daysAgo, NOW } from './csv.ts'

export const POLICY: Policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' }
export const AT = '2026-11-24T00:00:00Z'

const ACCOUNT = { id: '123456789012', partition: 'aws', name: null, alias: 'prod-main' } as const

/** Of an account whose root user has no key and whose keys nobody switched, unless it is told or refused otherwise. */
export function evidence(report: string, more: Partial<Evidence> = {}): Evidence {
  const { observations = [], refusals = [] } = more
  const isTold = ({ kind }: Observation, action: string) =>
    observations.some(each => each.kind === kind) || refusals.some(each => each.action === action)
  return unaskedEvidence(report, {
    ...more,
    observations: [
      ...(isTold(NO_ROOT_KEY, 'iam:GetAccountSummary') ? [] : [NO_ROOT_KEY]),
      ...(isTold(QUIET, 'cloudtrail:LookupEvents') ? [] : [QUIET]),
      ...observations,
    ],
  })
}

/** Of an account of which nothing but its report is known, and what is given. */
export function unaskedEvidence(report: string, more: Partial<Evidence> = {}): Evidence {
  return evidenceOf(report, AT, {
    account: ACCOUNT,
    role: 'arn:aws:iam::123456789012:role/audit',
    gatheredAt: AT,
    ...more,
  })
}

const NO_ROOT_KEY = { kind: 'account-summary', at: AT, accountAccessKeysPresent: 0 } as const
/** CloudTrail told of no status change in its 90 days. */
export const QUIET = {
  kind: 'status-changes',
  at: AT,
  since: daysAgo(90),
  truncated: false,
  changes: [],
} as const

export function failedAccount(id = '210987654321'): FailedAccount {
  return {
    kind: 'failed-account',
    version: EVIDENCE_VERSION,
    account: { ...ACCOUNT, id, alias: null },
    role: null,
    at: AT,
    failure: { summary: 'AWS refused.', remedy: 'Ask again.', detail: null },
  }
}

export interface Given {
  readonly declarations?: Declarations
  readonly config?: Config
  readonly policy?: Partial<Policy>
  readonly now?: Date
  readonly changedFiles?: Context['changedFiles']
}

export function audit(gathered: readonly Gathered[], given: Given = {}) {
  const context: Context = {
    config: given.config ?? EMPTY_CONFIG,
    policy: { ...POLICY, ...given.policy },
    now: given.now ?? NOW,
    declarations: given.declarations ?? NO_DECLARATIONS,
    changedFiles: given.changedFiles ?? null,
  }
  const { declarations, config, policy, now } = context
  return aggregate(
    gathered.map(it => evaluateAccount(it, declarations, config, policy, now)),
    context,
  )
}

/** `iam:ListAccessKeys` as it answered: access key ID, creation time and status of each key. */
export function look(
  user: string,
  ...keys: readonly (readonly [id: string, createdAt: string, status?: KeyStatus])[]
) {
  return {
    kind: 'access-keys',
    user,
    at: AT,
    keys: keys.map(([accessKeyId, createdAt, status = 'Active']) => ({ accessKeyId, createdAt, status })),
  } as const
}

export function refusal(action: string, code = 'AccessDenied') {
  return { action, user: null, at: AT, code, message: 'User is not authorized' }
}
