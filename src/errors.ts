/**
 * Something that the user can mend. `message` and `remedy` name no account, user, key or role;
 * `detail` may (role ARN, AWS's own words) and is hidden where output is redacted.
 */
export class UserError extends Error {
  readonly remedy: string
  readonly detail: string | null

  constructor(message: string, remedy: string, detail: string | null = null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
    this.remedy = remedy
    this.detail = detail
  }
}
