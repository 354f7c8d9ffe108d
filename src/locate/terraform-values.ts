import type { Expression } from './hcl.ts'

/**
 * What an expression comes to without running Terraform. `UNKNOWN` is whatever depends on more than the code says;
 * a function is an object whose members are looked up when asked for (`var`, `local`, `aws_iam_user`).
 */
export type Value =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | ((name: string) => Value)

export const UNKNOWN = Symbol('unknown')

export type Names = ReadonlyMap<string, Value>

/** Work still allowed, shared by all evaluations of one root module: what exceeds it is unknown. */
export interface Budget {
  steps: number
  depth: number
}

/** Evaluates an expression in which `names` are the visible roots (`var`, `each`, …). */
export function evaluate(expression: Expression, names: Names, budget: Budget): Value {
  if (budget.steps <= 0 || budget.depth <= 0) return UNKNOWN
  budget.steps--
  budget.depth--
  const value = evaluateKind(expression, names, budget)
  budget.depth++
  if (typeof value === 'string') budget.steps -= value.length >> 6
  return isTooLong(value) ? UNKNOWN : value
}

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
const LONGEST_STRING = 1024
const LONGEST_LIST = 10_000

function evaluateKind(expression: Expression, names: Names, budget: Budget): Value {
  const value = (of: Expression) => evaluate(of, names, budget)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'template':
      return concatenated(expression.parts.map(value), '')
    case 'list':
      return expression.items.map(value)
    case 'object':
      return new Map(
        expression.entries.flatMap(([key, entry]) => {
          const name = text(value(key))
          return name === UNKNOWN ? [] : [[name, value(entry)]]
        }),
      )
    case 'variable':
      return names.get(expression.name) ?? UNKNOWN
    case 'index':
      return member(value(expression.of), value(expression.key))
    case 'splat': {
      const keys = expression.then.map(value)
      const of = value(expression.of)
      const elements = isList(of) ? of : of === UNKNOWN || typeof of === 'function' ? null : [of]
      budget.steps -= (elements?.length ?? 0) * keys.length
      return elements?.map(element => keys.reduce(member, element)) ?? UNKNOWN
    }
    case 'call': {
      const given = expression.arguments.map(value)
      const call = FUNCTIONS.get(expression.name)
      if (call === undefined) return UNKNOWN
      for (const argument of given) budget.steps -= sizeOf(argument)
      return budget.steps <= 0 ? UNKNOWN : call(given)
    }
    case 'conditional': {
      const condition = value(expression.condition)
      if (typeof condition !== 'boolean') return UNKNOWN
      return value(condition ? expression.yes : expression.no)
    }
    case 'operation':
      return OPERATIONS.get(expression.operator)?.(value(expression.left), value(expression.right)) ?? UNKNOWN
    case 'for':
      return comprehension(expression, names, budget)
    case 'unknown':
      return UNKNOWN
  }
}

function comprehension(expression: Expression & { kind: 'for' }, names: Names, budget: Budget): Value {
  const entries = entriesOf(evaluate(expression.over, names, budget))
  if (entries === null) return UNKNOWN
  const list: Value[] = []
  const object = new Map<string, Value>()
  const [first = '', second] = expression.names
  for (const [key, element] of entries) {
    if (budget.steps <= 0) return UNKNOWN
    const inner = new Map(names)
    if (second === undefined) inner.set(first, element)
    else inner.set(first, key).set(second, element)
    const when = expression.when === null || evaluate(expression.when, inner, budget)
    if (when === UNKNOWN) return UNKNOWN
    if (when !== true) continue
    const value = evaluate(expression.value, inner, budget)
    if (expression.key === null) {
      list.push(value)
      continue
    }
    const name = text(evaluate(expression.key, inner, budget))
    if (name !== UNKNOWN) object.set(name, value)
  }
  return expression.key === null ? list : object
}

/** Narrows a readonly list, which `Array.isArray` does not. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

/** Keys and values of a list or object, in order; null where it is neither. */
export function entriesOf(value: Value): readonly (readonly [string | number, Value])[] | null {
  if (isList(value)) return value.map((element, index) => [index, element])
  return value instanceof Map ? [...value] : null
}

function member(of: Value, key: Value): Value {
  if (typeof of === 'function') return typeof key === 'string' ? of(key) : UNKNOWN
  if (of instanceof Map) return of.get(String(text(key) === UNKNOWN ? '' : text(key))) ?? UNKNOWN
  const index = typeof key === 'string' ? Number(key) : key
  return isList(of) && typeof index === 'number' ? (of[index] ?? UNKNOWN) : UNKNOWN
}

function text(value: Value): string | typeof UNKNOWN {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : UNKNOWN
}

function concatenated(values: readonly Value[], separator: string): Value {
  const texts = values.map(text)
  if (texts.includes(UNKNOWN)) return UNKNOWN
  const length = texts.reduce((sum, part) => sum + String(part).length + separator.length, 0)
  return length > LONGEST_STRING ? UNKNOWN : texts.join(separator)
}

function sizeOf(value: Value): number {
  return isList(value) ? value.length : value instanceof Map ? value.size : 1
}

function isTooLong(value: Value): boolean {
  return typeof value === 'string' ? value.length > LONGEST_STRING : sizeOf(value) > LONGEST_LIST
}

function onNumbers(operate: (left: number, right: number) => number | boolean) {
  return (left: Value, right: Value): Value =>
    typeof left === 'number' && typeof right === 'number' ? operate(left, right) : UNKNOWN
}

function isPlain(value: Value): boolean {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  )
}

const OPERATIONS: ReadonlyMap<string, (left: Value, right: Value) => Value> = new Map([
  ['==', (left, right) => (isPlain(left) && isPlain(right) ? left === right : UNKNOWN)],
  ['!=', (left, right) => (isPlain(left) && isPlain(right) ? left !== right : UNKNOWN)],
  ['+', onNumbers((left, right) => left + right)],
  ['-', onNumbers((left, right) => left - right)],
  ['>', onNumbers((left, right) => left > right)],
])

/** The functions that people really name users with; any other call is unknown. */
const FUNCTIONS: ReadonlyMap<string, (given: readonly Value[]) => Value> = new Map(
  Object.entries({
    toset: ([list]) => distinct(list),
    tolist: ([list]) => list ?? UNKNOWN,
    tomap: ([map]) => map ?? UNKNOWN,
    tostring: ([value]) => text(value ?? UNKNOWN),
    distinct: ([list]) => distinct(list),
    sort: ([list]) => list ?? UNKNOWN,
    concat: lists => joined(lists),
    setunion: lists => distinct(joined(lists)),
    flatten: ([lists]) => (isList(lists) ? joined(lists.map(one => (isList(one) ? one : [one]))) : UNKNOWN),
    compact: ([list]) => (isList(list) ? list.filter(one => one !== '' && one !== null) : UNKNOWN),
    keys: ([map]) => (map instanceof Map ? [...map.keys()] : UNKNOWN),
    values: ([map]) => (map instanceof Map ? [...map.values()] : UNKNOWN),
    merge: maps => (maps.every(map => map instanceof Map) ? new Map(maps.flatMap(map => [...map])) : UNKNOWN),
    length: ([value]) => (isList(value) ? value.length : value instanceof Map ? value.size : UNKNOWN),
    element: ([list, index]) =>
      isList(list) && typeof index === 'number' ? member(list, index % list.length) : UNKNOWN,
    lookup: ([map, key, otherwise]) => {
      const found = member(map ?? UNKNOWN, key ?? UNKNOWN)
      return found === UNKNOWN && map instanceof Map ? (otherwise ?? UNKNOWN) : found
    },
    lower: ([value]) => (typeof value === 'string' ? value.toLowerCase() : UNKNOWN),
    upper: ([value]) => (typeof value === 'string' ? value.toUpperCase() : UNKNOWN),
    join: ([separator, list]) =>
      typeof separator === 'string' && isList(list) ? concatenated(list, separator) : UNKNOWN,
    format: ([pattern, ...values]) => format(pattern, values),
  } satisfies Record<string, (given: readonly Value[]) => Value>),
)

function distinct(list: Value | undefined): Value {
  return isList(list) ? [...new Set(list)] : (list ?? UNKNOWN)
}

function joined(lists: readonly Value[]): Value {
  return lists.every(list => isList(list)) ? lists.flat() : UNKNOWN
}

/** `format` with plain `%s` and `%d` only. */
function format(pattern: Value | undefined, values: readonly Value[]): Value {
  if (typeof pattern !== 'string') return UNKNOWN
  const literals = pattern.split(/%[sd]/)
  if (literals.length !== values.length + 1 || literals.some(part => part.includes('%'))) return UNKNOWN
  return concatenated(
    literals.flatMap((part, index) => (index === 0 ? [part] : [values[index - 1] ?? UNKNOWN, part])),
    '',
  )
}
