import * as v from 'valibot'
import { codeEdit, type location, type otherRepository, type staticLogin, tool } from './declared.ts'
import { count, text } from './evidence.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'

const line = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000_000))
const path = v.pipe(
  text,
  v.maxLength(4096),
  v.regex(/^(?!\/)(?!(?:[\s\S]*\/)?\.{0,2}(?:\/|$))[^\0]+$/, 'is no path inside a repository'),
)
const place = { path, line }
const many = <T extends v.GenericSchema>(item: T, most: number) => v.pipe(v.array(item), v.maxLength(most))

/** What one checkout says, as it is saved for the audit in another repository: all but its logins, without repositories. */
export const savedSchema = v.strictObject({
  scan: v.strictObject({
    source: v.picklist(['git', 'directory']),
    files: count,
    /** What was passed over, each with its reason, the first of them; `skippedCount` counts all. */
    skipped: many(v.strictObject({ path: text, reason: text }), 20),
    skippedCount: count,
    /** The bound that ended the scan early, in words, or null. */
    stoppedBy: v.nullable(text),
  }),
  /** Lines that declare an IAM user. `address`: `aws_iam_user.ci`, `module.ci`, or the CloudFormation logical ID. */
  users: many(v.strictObject({ ...place, tool, userName: text, address: text }), 20_000),
  /** Lines that declare an access key of an IAM user. */
  keys: many(
    v.strictObject({
      ...place,
      tool,
      userName: text,
      address: text,
      /** null where the code leaves it to the default, which is active. */
      status: v.nullable(v.picklist(['Active', 'Inactive'])),
      /** The resource to edit, where another line (a module's call) gives it its user; else absent. */
      resource: v.exactOptional(v.strictObject(place)),
      /** How applying the code rotates the key, a clause without its full stop; absent where it does not. */
      rotates: v.exactOptional(text),
      /** What to write for each step of the key's rotation that changes code. */
      edits: v.strictObject({
        /** Sets the key to Inactive. */
        deactivate: codeEdit,
        /** Takes the key out, with what refers to it alone. */
        remove: codeEdit,
        /** Declares a second key beside it, with what hands its secret on. */
        second: codeEdit,
      }),
    }),
    20_000,
  ),
  /** What makes access keys of users that the code alone does not tell, or tells in part. */
  possibleKeys: many(
    v.strictObject({
      ...place,
      /** null: a tool whose code is searched, not evaluated. */
      tool: v.nullable(tool),
      address: text,
      /**
       * What is known of the user name: its literal parts in order, null for what the code does not tell. `['ci']` is the
       * name itself, `['yace-', null]` one that begins so, `[null]` any.
       */
      users: v.pipe(v.array(v.nullable(text)), v.minLength(1), v.maxLength(50)),
      /** Why it is not known, a sentence without its full stop: `its user is var.name, whose value the code does not tell`. */
      reason: text,
      /** As of a key that is declared. */
      rotates: v.exactOptional(text),
    }),
    2_000,
  ),
  /** Files of CDK, Pulumi, Ansible and the like with something that makes access keys; whose, their words alone hint at. */
  keyMakers: many(
    v.strictObject({
      ...place,
      /** What makes keys there, as it is written: `new iam.AccessKey`. */
      maker: text,
      /** Words that can be user names, each with the first line that has it. */
      words: many(v.strictObject({ word: text, line }), 20_000),
    }),
    2_000,
  ),
  /** Access key IDs written out. `besideSecret`: something in the form of a secret stands there; nothing of it is kept. */
  keyIds: many(v.strictObject({ ...place, accessKeyId: text, besideSecret: v.boolean() }), 20_000),
  /** Rules of the CODEOWNERS file, in file order. */
  codeOwners: many(v.strictObject({ ...place, pattern: text, owners: v.array(text) }), 5_000),
})
export type SavedDeclarations = ReadonlyDeep<v.InferOutput<typeof savedSchema>>

/** A line of code: path relative to the root of its repository with forward slashes, line from 1; without repository, of this checkout. */
export type SourceLocation = ReadonlyDeep<v.InferOutput<typeof location>>
/** Another repository than the audit's own, at the commit that was read. */
export type Repository = NonNullable<SourceLocation['repository']>

type Placed<T> = T & Pick<SourceLocation, 'repository'>
export type UserDeclaration = Placed<SavedDeclarations['users'][number]>
export type KeyDeclaration = Placed<
  Omit<SavedDeclarations['keys'][number], 'resource'> & { readonly resource?: SourceLocation }
>
export type PossibleDeclaration = Placed<SavedDeclarations['possibleKeys'][number]>
export type KeyMakingFile = Placed<
  Omit<SavedDeclarations['keyMakers'][number], 'words'> & { readonly words: ReadonlyMap<string, number> }
>
export type KeyIdMention = Placed<SavedDeclarations['keyIds'][number]>
export type CodeOwnersRule = Placed<SavedDeclarations['codeOwners'][number]>
export type NamePattern = PossibleDeclaration['users']
export type KeyEdits = KeyDeclaration['edits']
export type CodeEdit = ReadonlyDeep<v.InferOutput<typeof codeEdit>>
export type Tool = v.InferOutput<typeof tool>
export type StaticLogin = ReadonlyDeep<v.InferOutput<typeof staticLogin>>
export type OtherRepository = ReadonlyDeep<v.InferOutput<typeof otherRepository>>

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

/** How the checkout was read. `none`: there is no checkout. */
export interface Scan extends Omit<SavedDeclarations['scan'], 'source'> {
  readonly source: SavedDeclarations['scan']['source'] | 'none'
  /** Those that may declare users and keys, by path; too many to list are in `stoppedBy`. */
  readonly unread: readonly string[]
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

/** Stands in names for the ID of the account that the code is applied to. */
export const ACCOUNT_ID = '${AWS::AccountId}'

/** Where names of IAM users stand in text files, for those that were asked for. */
export type NameMentions = ReadonlyMap<string, readonly SourceLocation[]>

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
