import { ACCOUNT_ID, type NamePattern } from '../../domain/declarations.ts'

/**
 * What an expression comes to without running Terraform. `UNKNOWN` is whatever depends on more than the code says;
 * `Partial` a text of which only parts are known; a function is an object whose members are looked up when asked for
 * (`var`, `local`, `aws_iam_user`).
 */
export type Value =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN
  | Partial
  | TextDocument
  | readonly Value[]
  | ReadonlySet<Value>
  | ReadonlyMap<string, Value>
  | ((name: string) => Value)

export const UNKNOWN = Symbol('unknown')

interface Partial {
  readonly pattern: NamePattern
}

/** The text of a file, of any length. */
interface TextDocument {
  readonly document: string
}

export type Names = ReadonlyMap<string, Value>

/** A name's value that is computed once, when first asked for; one that needs itself is unknown. */
export function lazily(names: Iterable<string>, compute: (name: string) => Value): (name: string) => Value {
  const known = new Set(names)
  const values = new Map<string, Value>()
  return name => {
    if (!known.has(name)) return UNKNOWN
    const earlier = values.get(name)
    if (earlier !== undefined) return earlier
    values.set(name, UNKNOWN)
    const value = compute(name)
    values.set(name, value)
    return value
  }
}

// IAM user names have at most 64 characters, an account at most 5,000 users.
export const LONGEST_STRING = 1024
const LONGEST_LIST = 10_000

/** Narrows a readonly list, which `Array.isArray` does not. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

function isPartial(value: Value): value is Partial {
  return typeof value === 'object' && value !== null && 'pattern' in value
}

/** Elements of a list or set, values of a map; null for anything else. */
export function elementsOf(value: Value | undefined): readonly Value[] | null {
  if (isList(value)) return value
  return value instanceof Set || value instanceof Map ? [...value.values()] : null
}

/** Keys and values of a list, set or object, in order; a set's elements are their own keys. Null for anything else. */
export function entriesOf(value: Value): readonly (readonly [Value, Value])[] | null {
  if (isList(value)) return value.map((element, index) => [index, element])
  return value instanceof Set || value instanceof Map ? [...value.entries()] : null
}

export function member(of: Value | undefined, key: Value | undefined): Value {
  if (typeof of === 'function') return typeof key === 'string' ? of(key) : UNKNOWN
  if (of instanceof Map) return of.get(String(text(key) === UNKNOWN ? '' : text(key))) ?? UNKNOWN
  const index = typeof key === 'string' ? Number(key) : key
  return isList(of) && typeof index === 'number' ? (of[index] ?? UNKNOWN) : UNKNOWN
}

/** Whether a value surely has no such member. Which account the code is applied to, it does not tell. */
export function isMissing(of: Value, key: Value): boolean {
  if (of === UNKNOWN || typeof of === 'function') return false
  const name = text(key)
  if (name === UNKNOWN || isOfAccount(name)) return false
  if (of instanceof Map) return !of.has(name) && ![...of.keys()].some(isOfAccount)
  return !isList(of) || of[Number(name)] === undefined
}

/** Unknown where a name is: there may be any. */
export function mapOf(entries: readonly (readonly [string | typeof UNKNOWN, Value])[]): Value {
  const known = entries.flatMap(([name, value]) => (name === UNKNOWN ? [] : [[name, value] as const]))
  return known.length < entries.length ? UNKNOWN : new Map(known)
}

/** Whether two values are the same; null where that is not known. */
export function isEqual(left: Value, right: Value): boolean | null {
  if (left === UNKNOWN || right === UNKNOWN) return null
  if (left === null || right === null) return left === right
  if (isPlain(left) && isPlain(right))
    return left === right || (isOfAccount(left) || isOfAccount(right) ? null : false)
  // What code writes out is something, and of two lists only emptiness is ever asked.
  const [one, other] = [elementsOf(left), elementsOf(right)]
  return one !== null && other !== null && (one.length === 0 || other.length === 0)
    ? one.length === other.length
    : null
}

/** Which account the code is applied to, it does not tell. */
function isOfAccount(value: Value): boolean {
  return typeof value === 'string' && value.includes(ACCOUNT_ID)
}

function isPlain(value: Value): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

export function text(value: Value | undefined): string | typeof UNKNOWN {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : UNKNOWN
}

/** A condition's value; null where it is not known. */
export function truth(value: Value): boolean | null {
  if (typeof value === 'boolean') return value
  return value === 'true' ? true : value === 'false' ? false : null
}

/** The texts one after another; where some are not known, what is known in part. */
export function concatenated(values: readonly Value[], separator: string): Value {
  const parts = values.flatMap((value, index) => [
    ...(index > 0 && separator !== '' ? [separator] : []),
    ...patternOf(value),
  ])
  const pattern = parts.reduce<(string | null)[]>((joined, part) => {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else if (part !== null || last !== null) joined.push(part)
    return joined
  }, [])
  if (pattern.reduce((length, part) => length + (part ?? '').length, 0) > LONGEST_STRING) return UNKNOWN
  const [only = '', ...others] = pattern
  if (others.length === 0) return only ?? UNKNOWN
  return { pattern: pattern.filter(part => part !== '') }
}

/** What is known of a value as a text. */
export function patternOf(value: Value): NamePattern {
  if (isPartial(value)) return value.pattern
  const known = text(value)
  return [known === UNKNOWN ? null : known]
}

/** Whether a text can be the name of an IAM user. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function isUserName(name: Value | undefined): name is string {
  return (
    typeof name === 'string' &&
    /^[\w+=,.@-]{1,64}$/.test(name.replaceAll(ACCOUNT_ID, '123456789012')) &&
    !PLACEHOLDER.test(name)
  )
}

/** What a template's user replaces, in the characters of names: `__NAME__`, `@NAME@`. */
const PLACEHOLDER = /__[A-Z][A-Z0-9_]*__|@[A-Z][A-Z0-9_]*@/

export function sizeOf(value: Value): number {
  if (isList(value)) return value.length
  return value instanceof Set || value instanceof Map ? value.size : 1
}

export function isTooLong(value: Value): boolean {
  return typeof value === 'string' ? value.length > LONGEST_STRING : sizeOf(value) > LONGEST_LIST
}
