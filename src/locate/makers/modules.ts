import type { NamePattern } from '../../domain/declarations.ts'
import {
  concatenated,
  elementsOf,
  isUserName,
  type Names,
  patternOf,
  truth,
  UNKNOWN,
  type Value,
} from '../names/values.ts'

/**
 * Whether a module from elsewhere makes IAM users, by its source's words: a part of the path that has `iam` and ends
 * in `user` or `users` (`cloudposse/iam-system-user/aws`, `terraform-aws-modules/iam/aws//modules/iam-user`), or a
 * part `user` somewhere after one with `iam`. `iam-user-policy` and `iam-group-with-policies` are none.
 */
export function isUserModule(source: string): boolean {
  const parts = wordsOf(source)
  const firstIam = parts.findIndex(words => words.includes('iam'))
  return parts.some(
    (words, index) =>
      /^users?$/.test(words.at(-1) ?? '') &&
      (words.includes('iam') || (words.length === 1 && firstIam !== -1 && firstIam < index)),
  )
}

/** Whether it makes access keys, by the same words: those of users, and of keys alone. */
export function isKeyModule(source: string): boolean {
  return isUserModule(source) || wordsOf(source).some(words => /\baccess key/.test(words.join(' ')))
}

function wordsOf(source: string): string[][] {
  return source
    .toLowerCase()
    .replace(/[?#].*$/, '')
    .split(/[/:]+/)
    .map(part => part.replace(/\.git$/, '').split(/[-_.]/))
}

/** Whether the arguments of a published module say that it makes no user, or no key. */
export function makesUser(given: Names): boolean {
  return !isOff(given, ['create', 'enabled', 'create_user', 'create_iam_user', 'user_enabled'])
}

export function makesKey(given: Names): boolean {
  return !isOff(given, [
    'create',
    'enabled',
    'create_access_key',
    'create_iam_access_key',
    'create_user_access_key',
    'access_key_enabled',
    'create_iam_user_access_key',
  ])
}

function isOff(given: Names, switches: readonly string[]): boolean {
  return switches.some(name => given.has(name) && truth(given.get(name) ?? null) === false)
}

/**
 * The user names that a call of such a module gives it; none where other arguments make another name of them, as
 * Cloud Posse's label does.
 */
export function namesGiven(given: Names): string[] {
  const argument = NAME_ARGUMENTS.find(name => given.has(name))
  if (argument === undefined || NAME_CHANGING.some(name => given.has(name))) return []
  const value = given.get(argument)
  return (elementsOf(value) ?? [value]).filter(isUserName)
}

/** The parts of a label that go into the name, in an order that the module decides. */
export function labelled(values: Names): NamePattern | null {
  const name = values.get('name') ?? values.get('user_name') ?? UNKNOWN
  const pattern = concatenated([UNKNOWN, name, UNKNOWN], '')
  return pattern === UNKNOWN ? null : patternOf(pattern)
}

/** Every text within the arguments, the known ones whole, the others in part: any can be the name of a user. */
export function textsGiven(given: Names): NamePattern[] {
  const found: NamePattern[] = []
  const collect = (value: Value, depth: number) => {
    if (found.length >= MOST_TEXTS || depth > DEEPEST) return
    const elements = elementsOf(value)
    if (elements !== null) for (const element of elements) collect(element, depth + 1)
    else if (typeof value !== 'boolean' && typeof value !== 'number') found.push(patternOf(value))
  }
  for (const [name, value] of given) if (!NOT_NAMES.has(name)) collect(value, 0)
  return found.filter(pattern => pattern.some(part => part !== null))
}

const MOST_TEXTS = 1000
const DEEPEST = 5
/** Arguments of Terraform's own. */
const NOT_NAMES = new Set(['source', 'version', 'providers', 'depends_on', 'count', 'for_each'])

/** The outputs by which such modules give the user's name. */
export const NAME_OUTPUTS: ReadonlySet<string> = new Set(['name', 'user_name', 'iam_user_name', 'username'])

/** What published modules call the argument, the plainest first. */
const NAME_ARGUMENTS = [
  'user_name',
  'username',
  'iam_user_name',
  'name',
  'user',
  'user_names',
  'users',
  'names',
]
const NAME_CHANGING = [
  'namespace',
  'tenant',
  'environment',
  'stage',
  'attributes',
  'context',
  'name_prefix',
  'prefix',
]
