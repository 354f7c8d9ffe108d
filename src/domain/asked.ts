/** What a permission or a login gave: `denied` for want of a permission. */
export type Answer = 'ok' | 'denied' | 'failed'

/** A call of the audit, or of the set-up check before it. `action`: `iam:ListAccessKeys`. */
export interface Asked {
  readonly kind: 'asked'
  readonly account: string
  readonly action: string
  readonly answer: Answer
}
