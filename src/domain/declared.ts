/** What the result says of code: the schemas of its lines, and of the declarations that they make. */
import * as v from 'valibot'
import { count, instant, text } from './evidence.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'

// Redaction leaves an empty path and line 0.
export const locationFields = {
  path: text,
  line: count,
  repository: v.exactOptional(
    v.pipe(
      v.strictObject({ name: text, commit: text }),
      v.description('Another repository than that of the run; absent: the line stands in its checkout'),
    ),
  ),
}
export const location = v.strictObject(locationFields)
export const tool = v.picklist(['terraform', 'cloudformation'])

export const codeEdit = v.strictObject({
  /** A unified diff against the files as they stand, for `git apply`; null where none is exact. */
  diff: v.nullable(text),
  /** What it leaves to people, or why there is none, a clause without its full stop; null where nothing is left. */
  note: v.nullable(text),
})

/** What the checkout says of a key. */
export const declared = v.strictObject({
  /** null: a tool whose code is searched, not evaluated. */
  tool: v.nullable(tool),
  /**
   * `key`: the candidate declares it. `one-of-several`: the candidates declare keys of its user, and which of them this
   * is, if any, only the tool knows. `may-be`: something that makes keys and cannot be resolved. `named`: its user's name
   * stands there, a pointer and no declaration. `user`: its user is declared, a key nowhere.
   */
  of: v.picklist(['key', 'one-of-several', 'may-be', 'named', 'user']),
  /** Whether the key may have been made by hand all the same. */
  mayBeByHand: v.boolean(),
  /** Whether code says another status than AWS, so that it is yet to be applied. */
  unapplied: v.boolean(),
  /** Why it is no more than that, a clause without its full stop; null for `key`. */
  reason: v.nullable(text),
  /** `resource`: the line to edit, where the candidate is the call of a module. */
  candidates: v.array(
    v.strictObject({ ...locationFields, address: text, resource: v.exactOptional(location) }),
  ),
})
export type Declared = ReadonlyDeep<v.InferOutput<typeof declared>>

/** The lines that declare the key or its user: none that may, or only names it. */
export function declaringLines(declared: Declared | null): Declared['candidates'] {
  return declared === null || declared.of === 'may-be' || declared.of === 'named' ? [] : declared.candidates
}

/** Whether the key's secret stands in the code, as far as its form tells. */
export function isCompromised({
  hardCoded,
}: {
  readonly hardCoded: readonly { readonly secret?: true }[]
}): boolean {
  return hardCoded.some(({ secret }) => secret === true)
}

/** A line that declares a key of a user who has none in any account of the audit. */
export const absentDeclaration = v.strictObject({ ...locationFields, tool, address: text, user: text })
export type AbsentDeclaration = ReadonlyDeep<v.InferOutput<typeof absentDeclaration>>

/** A workflow line that logs in to AWS with a stored access key. */
export const staticLogin = v.strictObject({
  ...locationFields,
  /** `input`: `aws-access-key-id:` of configure-aws-credentials; `env`: `AWS_ACCESS_KEY_ID` in the environment. */
  via: v.picklist(['input', 'env']),
  /** The name of the secret, `AWS_ACCESS_KEY_ID`, or null where it is no plain secret reference. */
  secret: v.nullable(text),
  /** The change by which it logs in by OIDC; absent for the environment, which any step may read, and in a file of many. */
  edit: v.exactOptional(codeEdit),
})

/** A repository whose declarations were asked for. */
export const otherRepository = v.strictObject({
  name: text,
  read: v.pipe(
    v.nullable(v.strictObject({ at: instant, commit: text })),
    v.description('When it was read, and at which commit; null where nothing of it is known'),
  ),
  doubt: v.pipe(
    v.nullable(text),
    v.description('Why it may declare more than is known; null where all of it was read'),
  ),
})
