import type { Declared } from '../domain/audit-result.ts'
import type {
  Declarations,
  KeyDeclaration,
  SourceLocation,
  Tool,
  UserDeclaration,
} from '../domain/declarations.ts'
import { memoize } from '../domain/memoize.ts'

/** Declarations by what they declare. */
interface DeclarationIndex {
  readonly keysOf: ReadonlyMap<string, readonly KeyDeclaration[]>
  readonly usersNamed: ReadonlyMap<string, readonly UserDeclaration[]>
  readonly mentionsOf: ReadonlyMap<string, readonly SourceLocation[]>
}

export const indexDeclarations = memoize(
  (declarations: Declarations): DeclarationIndex => ({
    keysOf: groupBy(declarations.keys, key => key.userName),
    usersNamed: groupBy(declarations.users, user => user.userName),
    mentionsOf: groupBy(declarations.keyIds, mention => mention.accessKeyId),
  }),
)

/** A user as far as its keys tell which of them code can have made. */
interface UserKeys {
  readonly user: string
  readonly keys: readonly { readonly active: boolean }[]
  /** Whether these are all of the user's keys. */
  readonly complete: boolean
}

/**
 * Where a key of the user is declared: the lines that declare a key of the user, else those that declare the user.
 * Nothing in code names the key, so it is taken for a declared one only where each of the user's keys can be: what is
 * advised for a declared key that is in truth another would deactivate or delete that one. Of the declared keys those
 * whose status agrees with the key's; several that remain are all named.
 */
export function declaredOf(
  { active }: { readonly active: boolean },
  { user, keys, complete }: UserKeys,
  index: DeclarationIndex,
): Declared | null {
  const isCovered = (made: readonly unknown[], by: readonly unknown[]) => complete && made.length <= by.length
  const declarations = index.keysOf.get(user)
  if (declarations !== undefined) {
    const agreeing = declarations.filter(({ status }) => (status !== 'Inactive') === active)
    const alike = keys.filter(key => key.active === active)
    const known = isCovered(alike, agreeing) && isCovered(keys, declarations)
    return known ? declared('key', agreeing) : declared('some-key', declarations)
  }
  const users = index.usersNamed.get(user)
  if (users === undefined) return null
  const modules = users.filter(({ address, tool }) => isOpaqueModule(address, tool))
  return declared(modules.length > 0 && !isCovered(keys, modules) ? 'some-key' : 'user', users)
}

/** A user declared by a module whose code is not in the checkout, which often makes its key as well. */
export function isOpaqueModule(address: string, tool: Tool): boolean {
  return tool === 'terraform' && !/(^|\.)aws_iam_user\.[\w-]+(\[.*\])?$/s.test(address)
}

/** Where the access key ID is written out in the checkout. */
export function hardCodedOf(accessKeyId: string | null, index: DeclarationIndex): readonly SourceLocation[] {
  const mentions = accessKeyId === null ? undefined : index.mentionsOf.get(accessKeyId)
  return mentions === undefined ? NOWHERE : mentions.map(({ path, line }) => ({ path, line }))
}

/** One for all: an organization has 100,000 keys. */
const NOWHERE: readonly SourceLocation[] = []

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
