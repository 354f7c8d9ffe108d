import type { SourceLocation } from './declarations.ts'

/**
 * Something that the user can mend. `message` and `remedy` name no account, user, key or role;
 * `detail` may (role ARN, AWS's own words) and is hidden where output is redacted.
 */
export class UserError extends Error {
  readonly remedy: string
  readonly detail: string | null
  /** The lines to mend, each with what is wrong there. */
  readonly faults: readonly Fault[]

  constructor(
    message: string,
    remedy: string,
    detail: string | null = null,
    { faults = [], ...options }: ErrorOptions & { readonly faults?: readonly Fault[] } = {},
  ) {
    super(message, options)
    this.name = 'UserError'
    this.remedy = remedy
    this.detail = detail
    this.faults = faults
  }
}

export interface Fault {
  readonly location: SourceLocation
  readonly message: string
}
