/** Declarations: everything the checkout says of IAM users and their keys, whatever the findings. */
export interface Declarations {
  readonly scan: Scan
  /** Sorted by path, then line. */
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly KeyDeclaration[]
  /** What makes access keys of users that the code alone does not tell, or tells in part. */
  readonly possibleKeys: readonly PossibleDeclaration[]
  /** Files with something that makes access keys, in code that is searched but not evaluated. */
  readonly keyMakers: readonly KeyMakingFile[]
  readonly keyIds: readonly KeyIdMention[]
  readonly staticLogins: readonly StaticLogin[]
  /** Rules of the CODEOWNERS file, in file order; of each repository its own. */
  readonly codeOwners: readonly CodeOwnersRule[]
  /** What was joined of other repositories, sorted by name. */
  readonly others: readonly OtherRepository[]
}

/** Another repository than the audit's own, at the commit that was read. */
export interface Repository {
  /** `octo-org/billing` */
  readonly name: string
  readonly commit: string
}

/** A repository whose declarations were asked for. */
export interface OtherRepository {
  readonly name: string
  /** When it was read, and at which commit; null where nothing of it is known. */
  readonly read: { readonly at: string; readonly commit: string } | null
  /** Why it may declare more than is known, a clause that names no file; null where all of it was read. */
  readonly doubt: string | null
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

/** A line of code: path relative to the root of its repository with forward slashes, line from 1. */
export interface SourceLocation {
  readonly path: string
  readonly line: number
  /** Absent: of this checkout. */
  readonly repository?: Repository
}

/** `iam/ci.tf:12`, or of another repository `octo-org/billing:iam/ci.tf:12`; empty where the place is hidden. */
export function formatLocation({ path, line, repository }: SourceLocation): string {
  if (path === '') return ''
  return `${repository === undefined ? '' : `${repository.name}:`}${path}:${line}`
}

/** The location, of whatever holds more. */
export function locationOf({ path, line, repository }: SourceLocation): SourceLocation {
  return { path, line, ...(repository === undefined ? {} : { repository }) }
}

/** Whether the line stands in the checkout of this run. */
export function isHere({ repository }: SourceLocation): boolean {
  return repository === undefined
}

export type Tool = 'terraform' | 'cloudformation'

/** The line that declares an IAM user. */
export interface UserDeclaration extends SourceLocation {
  readonly tool: Tool
  readonly userName: string
  /** `aws_iam_user.ci`, `module.ci`, or the CloudFormation logical ID. */
  readonly address: string
}

/** Stands in names for the ID of the account that the code is applied to. */
export const ACCOUNT_ID = '${AWS::AccountId}'

/**
 * What is known of a user name: its literal parts in order, null for what the code does not tell. `['ci']` is the name
 * itself, `['yace-', null]` one that begins so, `[null]` any.
 */
export type NamePattern = readonly (string | null)[]

/** A line that may declare access keys of the users whose name matches. */
export interface PossibleDeclaration extends SourceLocation {
  /** null: a tool whose code is searched, not evaluated. */
  readonly tool: Tool | null
  readonly address: string
  readonly users: NamePattern
  /** Why it is not known, a sentence without its full stop: `its user is var.name, whose value the code does not tell`. */
  readonly reason: string
  /** As of a key that is declared. */
  readonly rotates?: string
}

/** A file of CDK, Pulumi, Ansible and the like with something that makes access keys; whose, its words alone hint at. */
export interface KeyMakingFile extends SourceLocation {
  /** What makes keys there, as it is written: `new iam.AccessKey`. */
  readonly maker: string
  /** Its words that can be user names, each with the first line that has it. */
  readonly words: ReadonlyMap<string, number>
}

/** The line that declares an access key of an IAM user. */
export interface KeyDeclaration extends SourceLocation {
  readonly tool: Tool
  readonly userName: string
  readonly address: string
  /** The declared status; null where the code leaves it to the default, which is active. */
  readonly status: 'Active' | 'Inactive' | null
  /** The resource to edit, where another line (a module's call) gives it its user; else absent. */
  readonly resource?: SourceLocation
  /** How applying the code rotates the key, a clause without its full stop; absent where it does not. */
  readonly rotates?: string
  readonly edits: KeyEdits
}

/** What to write for each step of the key's rotation that changes code. */
export interface KeyEdits {
  /** Sets the key to Inactive. */
  readonly deactivate: CodeEdit
  /** Takes the key out, with what refers to it alone. */
  readonly remove: CodeEdit
  /** Declares a second key beside it, with what hands its secret on. */
  readonly second: CodeEdit
}

export interface CodeEdit {
  /** A unified diff against the files of the checkout as they stand, for `git apply`; null where none is exact. */
  readonly diff: string | null
  /** What it leaves to people, or why there is none, a clause without its full stop; null where nothing is left. */
  readonly note: string | null
}

/** Where names of IAM users stand in text files, for those that were asked for. */
export type NameMentions = ReadonlyMap<string, readonly SourceLocation[]>

/** An access key ID written out in a text file. */
export interface KeyIdMention extends SourceLocation {
  readonly accessKeyId: string
  /** Something in the form of a secret access key stands beside it; nothing of it is kept. */
  readonly besideSecret: boolean
}

/** A workflow step that logs in to AWS with a stored access key. */
export interface StaticLogin extends SourceLocation {
  /** `input`: `aws-access-key-id:` of configure-aws-credentials; `env`: `AWS_ACCESS_KEY_ID` in the environment. */
  readonly via: 'input' | 'env'
  /** The name of the secret, `AWS_ACCESS_KEY_ID`, or null where it is no plain secret reference. */
  readonly secret: string | null
  /** The change by which it logs in by OIDC; absent for the environment, which any step may read, and in a file of many. */
  readonly edit?: CodeEdit
}

export interface CodeOwnersRule extends SourceLocation {
  readonly pattern: string
  readonly owners: readonly string[]
}

export const NO_DECLARATIONS: Declarations = {
  scan: { source: 'none', files: 0, skipped: [], skippedCount: 0, unread: [], stoppedBy: null },
  users: [],
  keys: [],
  possibleKeys: [],
  keyMakers: [],
  keyIds: [],
  staticLogins: [],
  codeOwners: [],
  others: [],
}
