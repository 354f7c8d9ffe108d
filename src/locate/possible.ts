import type { NamePattern, PossibleDeclaration } from '../domain/declarations.ts'
import { compareText } from '../domain/order.ts'

/** A possible declaration by what is known of its users' names: too little of a name tells nothing. */
export function possibleKey(declaration: PossibleDeclaration): PossibleDeclaration {
  const { users } = declaration
  return users.length > 1 && !isTelling(users) ? { ...declaration, users: [null] } : declaration
}

/** Fewer letters and digits would be found in half of all names. */
const LEAST_LETTERS = 4

function isTelling(users: NamePattern): boolean {
  return users.join('').replace(/[^A-Za-z0-9]/g, '').length >= LEAST_LETTERS
}

/** Each once, sorted by place; more than so many that may be of any user are one that is of any. */
export function distinctPossible(declarations: readonly PossibleDeclaration[]): PossibleDeclaration[] {
  const distinct = new Map(declarations.map(it => [JSON.stringify([it.path, it.line, it.users]), it]))
  const sorted = [...distinct.values()].toSorted((a, b) => compareText(a.path, b.path) || a.line - b.line)
  const [first] = sorted
  if (first === undefined || sorted.length <= MOST) return sorted
  return [
    ...sorted.slice(0, MOST),
    { ...first, users: [null], reason: `it is one of more than ${MOST} lines that may` },
  ]
}

const MOST = 1000
