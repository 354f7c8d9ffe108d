import type { KeyDeclaration, PossibleDeclaration, UserDeclaration } from '../../domain/declarations.ts'

/** What code declares, in whatever tool's language. */
export interface Found<Key = KeyDeclaration> {
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly Key[]
  readonly possibleKeys: readonly PossibleDeclaration[]
}

export const NOTHING = { users: [], keys: [], possibleKeys: [] } as const satisfies Found

export function together<Key>(parts: readonly Found<Key>[]): Found<Key> {
  return {
    users: parts.flatMap(({ users }) => users),
    keys: parts.flatMap(({ keys }) => keys),
    possibleKeys: parts.flatMap(({ possibleKeys }) => possibleKeys),
  }
}
