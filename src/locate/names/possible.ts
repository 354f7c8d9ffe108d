import {
  ACCOUNT_ID,
  type KeyDeclaration,
  type NamePattern,
  type PossibleDeclaration,
} from '../../domain/declarations.ts'
import { compareText } from '../../domain/order.ts'
import { concatenated, isUserName, patternOf, UNKNOWN } from './values.ts'

/** A possible declaration by what is known of its users' names: too little of a name tells nothing. */
export function possibleKey(
  declaration: PossibleDeclaration,
  leastLetters = LEAST_LETTERS,
): PossibleDeclaration {
  const users = declaration.users.flatMap(part => (part === null ? [null] : namePattern(part)))
  const isKnown = users.length === 1 || (isTelling(users, leastLetters) && users.every(isPartOfName))
  return { ...declaration, users: isKnown ? users : [null] }
}

/** A text as it stands in code, in which what stands for something else is not known. */
export function namePattern(written: string): NamePattern {
  const isName: boolean = isUserName(written)
  if (isName) return [written]
  const parts = written.replaceAll(ACCOUNT_ID, MARK).split(new RegExp(GAP))
  const known = parts.map(part => part.replaceAll(MARK, ACCOUNT_ID))
  if (!known.every(isPartOfName)) return [null]
  return patternOf(
    concatenated(
      known.flatMap((part, at) => (at === 0 ? [part] : [UNKNOWN, part])),
      '',
    ),
  )
}

const MARK = '0'.repeat(12)

function isPartOfName(part: string | null): boolean {
  return part === null || part === '' || isUserName(part.slice(0, LONGEST_NAME))
}

const LONGEST_NAME = 64

/** What stands for something else within a text, in the languages of the frameworks. */
export const GAP =
  /\$\{[^{}\n]{0,200}\}|#\{[^{}\n]{0,200}\}|\$?\{\{[^{}\n]{0,200}\}\}|<%[^%\n]{0,200}%>|\(\([^()\n]{1,100}\)\)|\$\([^()\n]{1,200}\)|\\\([^()\n]{1,200}\)|%\(\w{1,100}\)s|%\{[^{}\n]{1,100}\}|\{[^{}\n\s]{0,100}\}|\$\w{1,100}|%[sdv]|%\w{1,60}%|__[A-Z][A-Z0-9_]{0,60}__|@{1,2}[A-Z][A-Z0-9_]{0,60}@{1,2}/
    .source

/** Fewer letters and digits would be found in half of all names. */
const LEAST_LETTERS = 4

function isTelling(users: NamePattern, leastLetters: number): boolean {
  return users.join('').replace(/[^A-Za-z0-9]/g, '').length >= leastLetters
}

/**
 * Of what is declared where no variable has its default: what still tells a part of the name. Of a name that is a
 * variable's value as a whole the default counts.
 */
export function underOtherValues(declarations: readonly PossibleDeclaration[]): PossibleDeclaration[] {
  return declarations
    .filter(({ users }) => users.some(part => part !== null))
    .map(it => ({ ...it, reason: 'it depends on a variable, whose default may be overridden' }))
}

/** Keys that are declared where Terraform is told to load a variable file. */
export function underFile(
  file: string,
  keys: readonly { readonly declaration: Omit<KeyDeclaration, 'edits'> }[],
): PossibleDeclaration[] {
  return keys.map(({ declaration: { tool, path, line, address, userName } }) => {
    const reason = `${file.slice(-LONGEST_NAME)} sets variables so that it declares a key of this user`
    return { tool, path, line, address, users: [userName], reason }
  })
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
