/** What a permission or a login gave: `denied` for want of a permission. */
export type Answer = 'ok' | 'denied' | 'failed'

/** A call of the audit, or of the set-up check before it. `action`: `iam:ListAccessKeys`. */
export interface Asked {
  readonly kind: 'asked'
  readonly account: string
  readonly action: string
  readonly answer: Answer
}

/** The calls that log in: by the job's token, by the hub role's credentials, by those of the default credential chain. */
export const LOGIN = {
  token: 'sts:AssumeRoleWithWebIdentity',
  member: 'sts:AssumeRole',
  own: 'sts:GetCallerIdentity',
} as const

/** The two calls that no audit goes without. */
export const REPORT_CALLS = {
  generate: 'iam:GenerateCredentialReport',
  get: 'iam:GetCredentialReport',
} as const
