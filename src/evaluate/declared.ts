import type { Config } from '../config/config.ts'
import type { Declared, KeyResult } from '../domain/audit-result.ts'
import {
  ACCOUNT_ID,
  type Declarations,
  isHere,
  type KeyDeclaration,
  type KeyEdits,
  type KeyMakingFile,
  locationOf,
  type NameMentions,
  type NamePattern,
  type PossibleDeclaration,
  type SourceLocation,
} from '../domain/declarations.ts'
import { compileUserGlob } from '../domain/glob.ts'
import { memoize } from '../domain/memoize.ts'

type DeclarationIndex = ReturnType<typeof indexDeclarations>

/** Declarations by what they declare. */
export const indexDeclarations = memoize((declarations: Declarations) => {
  const { keys, users, possibleKeys, keyMakers } = declarations
  const inPart = possibleKeys.filter(it => !isWhole(it))
  return {
    /** Whether nothing declares, or may declare, any user or key. */
    isEmpty: [keys, users, possibleKeys, keyMakers].every(({ length }) => length === 0),
    keysOf: Map.groupBy(keys, key => folded(key.userName)),
    at: new Map<string, Partial<CodeOfKey>>([...possibleKeys, ...keys].map(it => [declarationId(it), it])),
    usersNamed: Map.groupBy(users, user => folded(user.userName)),
    mentionsOf: Map.groupBy(declarations.keyIds, mention => mention.accessKeyId),
    /** Those that tell the user's whole name, and those that do not. */
    possibleOf: Map.groupBy(possibleKeys.filter(isWhole), ({ users }) => folded(users[0] ?? '')),
    inPart: inPart.map(it => ({ ...it, users: it.users.map(part => part && folded(part)) })),
    keyMakers: keyMakers.map(file => ({ ...file, words: foldedWords(file) })),
  }
})

/** IAM does not tell names by their case (IAM API Reference, CreateUser), so neither can code that gives a user a key. */
function folded(name: string): string {
  return name.toLowerCase()
}

function foldedWords({ words }: KeyMakingFile): KeyMakingFile['words'] {
  return new Map([...words].toReversed().map(([word, line]) => [folded(word), line]))
}

/** What the one place that declares a key, or may, makes of its rotation; null where there is no such place. */
export function codeOf(declared: Declared | null, { at }: DeclarationIndex): CodeOfKey {
  const [only, ...others] = declared?.candidates ?? []
  const code = only === undefined || others.length > 0 ? undefined : at.get(declarationId(only))
  const edits = declared?.of === 'key' ? (code?.edits ?? null) : null
  return { edits, rotates: code?.rotates ?? null }
}

export interface CodeOfKey {
  /** The changes to the code that declares it; null where none does, or not it alone. */
  readonly edits: KeyEdits | null
  /** How applying the code that declares it, or may, rotates it; null where it does not. */
  readonly rotates: string | null
}

function declarationId({
  repository,
  path,
  line,
  address,
}: SourceLocation & { readonly address: string }): string {
  return JSON.stringify([repository?.name ?? null, path, line, address])
}

/** A user as far as its keys tell which of them code can have made. */
interface UserKeys {
  readonly user: string
  /** Account ID. */
  readonly account: string
  readonly keys: readonly { readonly active: boolean }[]
  /** Whether these are all of the user's keys. */
  readonly complete: boolean
  /** Whether the configuration file says that they are made by hand where no line declares them. */
  readonly madeByHand: boolean
}

/** Whether the configuration file says so of the user. */
export const isMadeByHand = memoize(({ remediation }: Config) => {
  const globs = remediation.madeByHand.map(compileUserGlob)
  return ({ user, userArn }: { readonly user: string; readonly userArn: string }): boolean =>
    globs.some(matches => matches(user, userArn))
})

/**
 * What the checkout says of each key of the user, the surest first: lines that declare a key of the user, lines that
 * may, lines that name the user, and of a user without any of them the line that declares it.
 */
export function declaredOf(
  holder: UserKeys,
  index: DeclarationIndex,
  mentions: NameMentions = NO_MENTIONS,
): (key: { readonly active: boolean }) => Declared | null {
  const { user: name, account } = holder
  if (index.isEmpty && !mentions.has(name)) return () => null
  // Code that says the account's ID in a name says it of each account.
  const names = (name.includes(account) ? [name, name.replaceAll(account, ACCOUNT_ID)] : [name]).map(folded)
  const declarations = ofNames(names, index.keysOf)
  if (declarations.length > 0) {
    const users = ofNames(names, index.usersNamed)
    return ({ active }) => declaredKey(active, holder, declarations, inSeveral([...declarations, ...users]))
  }
  const pointer = holder.madeByHand ? userAt(names, index) : pointerTo(holder.user, names, index, mentions)
  return () => pointer
}

/** What the checkout says of a user of whom it declares no key. */
function pointerTo(
  user: string,
  names: readonly string[],
  index: DeclarationIndex,
  mentions: NameMentions,
): Declared | null {
  const inPart = names.flatMap(name => index.inPart.filter(({ users }) => matchesName(users, name)))
  const possible = [
    ...ofNames(names, index.possibleOf),
    ...index.keyMakers.flatMap(file => beside(file, user)),
    ...inPart.filter(({ users }) => users.length > 1),
    ...inPart.filter(({ users }) => users.length === 1),
  ]
  const [first] = possible
  if (first !== undefined) return pointingAt('may-be', first.tool, first.reason, possible)
  const users = ofNames(names, index.usersNamed)
  const named = (mentions.get(user) ?? [])
    .filter(
      ({ path, line }) =>
        !users.some(it => isHere(it) && it.path === path && it.line <= line && line <= it.line + USER_LINES),
    )
    .map(at => ({ ...at, address: '' }))
  if (named.length > 0)
    return pointingAt('named', null, 'the name of its user stands there', [...users, ...named])
  return userAt(names, index)
}

function ofNames<T>(names: readonly string[], found: ReadonlyMap<string, readonly T[]>): readonly T[] {
  return names.flatMap(name => found.get(name) ?? [])
}

/** The line that declares the user. */
function userAt(names: readonly string[], index: DeclarationIndex): Declared | null {
  const users = ofNames(names, index.usersNamed)
  const [declaring] = users
  return declaring === undefined
    ? null
    : pointingAt('user', declaring.tool, 'only its user is declared', users)
}

/** How far below the line that declares a user its name stands at most. */
const USER_LINES = 5

const NO_MENTIONS: NameMentions = new Map()

/**
 * Nothing in code names the key, so it is taken for a declared one only where each of the user's keys can be: what is
 * advised for a declared key that is in truth another would deactivate or delete that one. Of the declared keys those
 * whose status agrees with the key's. `several`: repositories that declare a user of the name, of which each may mean a
 * user of another account.
 */
function declaredKey(
  active: boolean,
  { keys, complete }: UserKeys,
  declarations: readonly KeyDeclaration[],
  several: boolean,
): Declared {
  const agreeing = declarations.filter(({ status }) => (status !== 'Inactive') === active)
  const alike = keys.filter(key => key.active === active)
  const isCovered = !several && complete && keys.length <= declarations.length
  const agrees = isCovered && alike.length <= agreeing.length
  const found = agrees ? agreeing : declarations
  const [first, ...others] = found
  const isOne = others.length === 0 && isCovered
  return {
    tool: first?.tool ?? null,
    of: isOne ? 'key' : 'one-of-several',
    mayBeByHand: !isCovered,
    unapplied: isCovered && agreeing.length === 0,
    reason: isOne ? null : isCovered ? SEVERAL : several ? ELSEWHERE_TOO : MORE_KEYS,
    candidates: found.map(candidate),
  }
}

const SEVERAL = 'code declares several keys of its user'
const ELSEWHERE_TOO = 'several repositories declare a user of this name'
const MORE_KEYS = 'its user has, or may have, more keys than code declares'

function pointingAt(
  of: 'may-be' | 'named' | 'user',
  tool: Declared['tool'],
  reason: string,
  found: readonly (SourceLocation & { readonly address: string })[],
): Declared {
  return {
    tool,
    of,
    mayBeByHand: true,
    unapplied: false,
    reason,
    candidates: [...found.filter(isHere), ...found.filter(it => !isHere(it))]
      .slice(0, MOST_CANDIDATES)
      .map(candidate),
  }
}

/** More than people are shown, so that a change of them is noticed; each key of the result holds as many. */
const MOST_CANDIDATES = 100

function candidate(
  at: SourceLocation & { readonly address: string; readonly resource?: SourceLocation },
): Declared['candidates'][number] {
  const { address, resource } = at
  return { ...locationOf(at), address, ...(resource === undefined ? {} : { resource }) }
}

/** Whether the lines stand in more than one repository. */
function inSeveral(lines: readonly SourceLocation[]): boolean {
  return lines.some(({ repository }) => repository?.name !== lines[0]?.repository?.name)
}

/** What a file with something that makes keys says of a user whose name stands in it. */
function beside(file: KeyMakingFile, user: string): PossibleDeclaration[] {
  const { maker, words } = file
  const line = words.get(folded(user))
  if (line === undefined) return []
  const reason = `its user's name stands in a file with \`${maker}\`, which makes keys`
  return [{ ...locationOf(file), line, tool: null, address: '', users: [user], reason }]
}

function isWhole({ users }: PossibleDeclaration): boolean {
  return users.length === 1 && users[0] !== null
}

/** Whether the literal parts of a name not told whole stand in the name in their order, at its ends where the pattern has them there. */
function matchesName(pattern: NamePattern, name: string): boolean {
  const [first, last] = [pattern[0] ?? '', pattern.at(-1) ?? '']
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let at = first.length
  for (const part of pattern.slice(1, -1)) {
    const found = name.indexOf(part ?? '', at)
    if (found === -1) return false
    at = found + (part ?? '').length
  }
  return at <= name.length - last.length
}

/** Where the access key ID is written out in the checkout. */
export function hardCodedOf(accessKeyId: string | null, index: DeclarationIndex): KeyResult['hardCoded'] {
  const mentions = accessKeyId === null ? undefined : index.mentionsOf.get(accessKeyId)
  return mentions === undefined
    ? NOWHERE
    : mentions.map(at => ({ ...locationOf(at), ...(at.besideSecret ? { secret: true as const } : {}) }))
}

/** One for all: an organization has 100,000 keys. */
const NOWHERE: KeyResult['hardCoded'] = []
