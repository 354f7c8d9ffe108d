import type { Declared } from '../audit-result.ts'
import type { Declarations, KeyDeclaration, Place, UserDeclaration } from '../declarations.ts'
import { once } from './once.ts'

/** Declarations by what they declare. */
export interface DeclarationIndex {
  readonly keysOf: ReadonlyMap<string, readonly KeyDeclaration[]>
  readonly usersNamed: ReadonlyMap<string, readonly UserDeclaration[]>
  readonly mentionsOf: ReadonlyMap<string, readonly Place[]>
}

export const indexDeclarations = once(
  (declarations: Declarations): DeclarationIndex => ({
    keysOf: groupBy(declarations.keys, key => key.userName),
    usersNamed: groupBy(declarations.users, user => user.userName),
    mentionsOf: groupBy(declarations.keyIds, mention => mention.accessKeyId),
  }),
)

/**
 * Where a key of the user is declared: the lines that declare a key of the user, else those that declare the user.
 * Of two declared keys those whose status agrees with the key's; several that remain are all named.
 */
export function declaredOf(user: string, active: boolean, index: DeclarationIndex): Declared | null {
  const keys = index.keysOf.get(user)
  if (keys !== undefined) {
    const agreeing = keys.filter(key => (key.status !== 'Inactive') === active)
    return declared('key', agreeing.length > 0 ? agreeing : keys)
  }
  const users = index.usersNamed.get(user)
  return users === undefined ? null : declared('user', users)
}

/** Where the access key ID is written out in the checkout. */
export function hardCodedOf(accessKeyId: string | null, index: DeclarationIndex): readonly Place[] {
  const mentions = accessKeyId === null ? undefined : index.mentionsOf.get(accessKeyId)
  return mentions === undefined ? NOWHERE : mentions.map(({ path, line }) => ({ path, line }))
}

/** One for all: an organization has 100,000 keys. */
const NOWHERE: readonly Place[] = []

function declared(of: Declared['of'], found: readonly (KeyDeclaration | UserDeclaration)[]): Declared | null {
  const [first] = found
  if (first === undefined) return null
  return {
    tool: first.tool,
    of,
    candidates: found.map(({ path, line, address }) => ({ path, line, address })),
  }
}

function groupBy<T>(items: readonly T[], name: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, name)
}
