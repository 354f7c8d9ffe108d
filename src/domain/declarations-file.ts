/**
 * Declarations of one repository as a job there saves them for the audit in another. The schema validates what is read
 * back and gives `schemas/declarations.v1.json`. No login by a stored key is in it: which key that is, it does not tell.
 */
import * as v from 'valibot'
import { type Declarations, type Repository, type SavedDeclarations, savedSchema } from './declarations.ts'
import { sha256 } from './digest.ts'
import { sha256 as digest, instant, text } from './evidence.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'

export const DECLARATIONS_VERSION = 1

/** As GitHub allows them. */
export const OWNER_NAME = /^[A-Za-z\d](?:-?[A-Za-z\d]){0,38}(?:_[A-Za-z\d]+)?\/(?!\.{1,2}$)[\w.-]{1,100}$/

export const declarationsFile = v.strictObject({
  kind: v.literal('declarations'),
  version: v.literal(DECLARATIONS_VERSION),
  repository: v.pipe(text, v.regex(OWNER_NAME, 'is no OWNER/NAME')),
  commit: v.pipe(text, v.regex(/^(?:[\da-f]{40}|[\da-f]{64})$/, 'is no commit')),
  ref: text,
  /** When the scan began. */
  at: instant,
  /** The page of the run; null where there is none. */
  runUrl: v.nullable(text),
  sha256: v.pipe(digest, v.description('SHA-256 of the compact JSON of `declarations`')),
  declarations: savedSchema,
})
export type DeclarationsFile = ReadonlyDeep<v.InferOutput<typeof declarationsFile>>

/** As they are saved; null where there was no checkout. */
export function savedDeclarations(found: Declarations): SavedDeclarations | null {
  const { source, files, skipped, skippedCount, stoppedBy } = found.scan
  if (source === 'none') return null
  const { users, keys, possibleKeys, keyIds, codeOwners } = found
  return {
    scan: { source, files, skipped, skippedCount, stoppedBy },
    ...{ users, keys, possibleKeys, keyIds, codeOwners },
    keyMakers: found.keyMakers.map(each => ({
      ...each,
      words: Array.from(each.words, ([word, line]) => ({ word, line })),
    })),
  }
}

/** What was read of that repository, each line with its place. */
export function joinedDeclarations(
  { scan, users, keys, possibleKeys, keyMakers, keyIds, codeOwners }: SavedDeclarations,
  repository: Repository,
): Omit<Declarations, 'scan' | 'staticLogins' | 'others'> & Pick<SavedDeclarations, 'scan'> {
  const placed = <T>(items: readonly T[]) => items.map(item => ({ ...item, repository }))
  return {
    scan,
    users: placed(users),
    keys: placed(keys).map(({ resource, ...key }) => ({
      ...key,
      ...(resource === undefined ? {} : { resource: { ...resource, repository } }),
    })),
    possibleKeys: placed(possibleKeys),
    keyMakers: placed(keyMakers).map(each => ({
      ...each,
      words: new Map(each.words.map(({ word, line }) => [word, line])),
    })),
    keyIds: placed(keyIds),
    codeOwners: placed(codeOwners),
  }
}

/** Of the declarations as they are written. */
export function declarationsDigest(declarations: SavedDeclarations): string {
  return sha256(JSON.stringify(declarations))
}
