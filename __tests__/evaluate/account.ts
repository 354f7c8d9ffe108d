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
} from '../../src/domain/evidence.ts'
import { aggregate, type Context } from '../../src/evaluate/aggregate.ts'
import { evaluateAccount } from '../../src/evaluate/evaluate.ts'
import { NOW } from './csv.ts'

export const POLICY: Policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' }
export const AT = '2026-11-24T00:00:00Z'

const ACCOUNT = { id: '123456789012', partition: 'aws', name: null, alias: 'prod-main' } as const

export function evidence(report: string, more: Partial<Evidence> = {}): Evidence {
  return evidenceOf(report, AT, {
    account: ACCOUNT,
    role: 'arn:aws:iam::123456789012:role/audit',
    gatheredAt: AT,
    ...more,
  })
}

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
  ...keys: readonly (readonly [id: string, createdAt: string, status?: string])[]
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
