/** Declarations: everything the checkout says of IAM users and their keys, whatever the findings. */
export interface Declarations {
  readonly scan: Scan
  /** Sorted by path, then line. */
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly KeyDeclaration[]
  /** Lines that declare access keys of users whose name the code alone does not tell, at most 100. */
  readonly unresolvedKeys: readonly SourceLocation[]
  readonly keyIds: readonly KeyIdMention[]
  readonly staticLogins: readonly StaticLogin[]
  /** Rules of the checkout's CODEOWNERS file, in file order. */
  readonly codeOwners: readonly CodeOwnersRule[]
}

/** How the checkout was read. `none`: there is no checkout. */
export interface Scan {
  readonly source: 'git' | 'directory' | 'none'
  readonly files: number
  /** What was passed over, each with its reason, at most 20; `skippedCount` counts all. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  readonly skippedCount: number
  /** Those that may declare users and keys, by path; too many to list are in `stoppedBy`. */
  readonly unread: readonly string[]
  /** The bound that ended the scan early, in words, or null. */
  readonly stoppedBy: string | null
}

/** A line of the checkout: path relative to its root with forward slashes, line from 1. */
export interface SourceLocation {
  readonly path: string
  readonly line: number
}

export type Tool = 'terraform' | 'cloudformation'

/** The line that declares an IAM user. */
export interface UserDeclaration extends SourceLocation {
  readonly tool: Tool
  readonly userName: string
  /** `aws_iam_user.ci`, `module.ci`, or the CloudFormation logical ID. */
  readonly address: string
}

/** The line that declares an access key of an IAM user. */
export interface KeyDeclaration extends SourceLocation {
  readonly tool: Tool
  readonly userName: string
  readonly address: string
  /** The declared status; null where the code leaves it to the default, which is active. */
  readonly status: 'Active' | 'Inactive' | null
}

/** An access key ID written out in a text file. */
export interface KeyIdMention extends SourceLocation {
  readonly accessKeyId: string
}

/** A workflow step that logs in to AWS with a stored access key. */
export interface StaticLogin extends SourceLocation {
  /** `input`: `aws-access-key-id:` of configure-aws-credentials; `env`: `AWS_ACCESS_KEY_ID` in the environment. */
  readonly via: 'input' | 'env'
  /** The name of the secret, `AWS_ACCESS_KEY_ID`, or null where it is no plain secret reference. */
  readonly secret: string | null
}

export interface CodeOwnersRule extends SourceLocation {
  readonly pattern: string
  readonly owners: readonly string[]
}

export const NO_DECLARATIONS: Declarations = {
  scan: { source: 'none', files: 0, skipped: [], skippedCount: 0, unread: [], stoppedBy: null },
  users: [],
  keys: [],
  unresolvedKeys: [],
  keyIds: [],
  staticLogins: [],
  codeOwners: [],
}
