import { parse } from 'yaml'
import { compareText } from '../../domain/order.ts'
import {
  concatenated,
  elementsOf,
  isEqual,
  isList,
  isMissing,
  LONGEST_STRING,
  mapOf,
  member,
  text,
  UNKNOWN,
  type Value,
} from '../names/values.ts'

/** `file`: the text of a file of the checkout by its path, or unknown. */
type TerraformFunction = (given: readonly Value[], file: (path: string) => Value) => Value

const first: TerraformFunction = ([value]) => value ?? UNKNOWN
const onText =
  (change: (value: string, ...others: readonly string[]) => string): TerraformFunction =>
  given =>
    given.every(value => typeof value === 'string') && given[0] !== undefined
      ? change(given[0], ...given.slice(1))
      : UNKNOWN

/** The functions that people really name users with; any other call is unknown. */
export const FUNCTIONS: ReadonlyMap<string, TerraformFunction> = new Map(
  Object.entries({
    toset: ([list]) => asSet(list),
    tolist: ([list]) => elementsOf(list) ?? UNKNOWN,
    tomap: first,
    sensitive: first,
    nonsensitive: first,
    tonumber: ([value]) => (text(value) === UNKNOWN ? UNKNOWN : Number(value)),
    tostring: ([value]) => text(value),
    tobool: first,
    distinct: ([list]) => (isList(list) ? [...new Set(list)] : UNKNOWN),
    sort: ([list]) => {
      const elements = elementsOf(list)
      return elements?.every(one => typeof one === 'string') ? elements.toSorted() : UNKNOWN
    },
    reverse: ([list]) => (isList(list) ? list.toReversed() : UNKNOWN),
    concat: lists => joined(lists),
    setunion: lists => asSet(joined(lists)),
    setsubtract: ([left, right]) => without(left, right),
    flatten: ([lists]) => flattened(lists),
    compact: ([list]) => (isList(list) ? list.filter(one => one !== '' && one !== null) : UNKNOWN),
    contains: ([list, value]) => contains(elementsOf(list), value ?? UNKNOWN),
    keys: ([map]) => (map instanceof Map ? [...map.keys()].toSorted() : UNKNOWN),
    values: ([map]) =>
      map instanceof Map
        ? [...map].toSorted(([a], [b]) => compareText(a, b)).map(([, value]) => value)
        : UNKNOWN,
    zipmap: ([keys, values]) => zipped(keys, values),
    merge: maps => {
      const given = maps.filter(map => map !== null)
      return given.every(map => map instanceof Map) ? new Map(given.flatMap(map => [...map])) : UNKNOWN
    },
    range: numbers => range(numbers),
    slice: ([list, from, to]) =>
      isList(list) && typeof from === 'number' && typeof to === 'number' ? list.slice(from, to) : UNKNOWN,
    length: ([value]) => (typeof value === 'string' ? value.length : (elementsOf(value)?.length ?? UNKNOWN)),
    one: ([list]) => {
      const elements = elementsOf(list)
      return elements === null || elements.length > 1 ? UNKNOWN : (elements[0] ?? null)
    },
    element: ([list, index]) =>
      isList(list) && typeof index === 'number' ? member(list, index % list.length) : UNKNOWN,
    lookup: ([map = UNKNOWN, key = UNKNOWN, otherwise = UNKNOWN]) =>
      map instanceof Map && isMissing(map, key) ? otherwise : member(map, key),
    coalesce: options => options.find(option => option !== null && option !== '') ?? UNKNOWN,
    coalescelist: options =>
      options.find(option => option === UNKNOWN || (isList(option) && option.length > 0)) ?? UNKNOWN,
    lower: ([value]) => mapText(value, part => part.toLowerCase()),
    upper: ([value]) => mapText(value, part => part.toUpperCase()),
    title: onText(value => value.replace(/\b[a-z]/g, letter => letter.toUpperCase())),
    trimspace: onText(value => value.trim()),
    trimprefix: onText((value, prefix = '') =>
      value.startsWith(prefix) ? value.slice(prefix.length) : value,
    ),
    trimsuffix: onText((value, suffix = '') =>
      suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value,
    ),
    basename: onText(value => value.replace(/^.*\//, '')),
    replace: ([value, from, to]) =>
      // A pattern between slashes is an expression of another dialect.
      typeof value === 'string' &&
      typeof from === 'string' &&
      typeof to === 'string' &&
      !/^\/.*\/$/.test(from)
        ? value.replaceAll(from, () => to)
        : UNKNOWN,
    substr: ([value, offset, length]) =>
      typeof value === 'string' && typeof offset === 'number' && typeof length === 'number' && offset >= 0
        ? value.slice(offset, length < 0 ? undefined : offset + length)
        : UNKNOWN,
    split: ([separator, value]) =>
      typeof separator === 'string' && typeof value === 'string'
        ? value === ''
          ? ['']
          : value.split(separator)
        : UNKNOWN,
    join: ([separator, list]) => {
      const elements = elementsOf(list)
      return typeof separator === 'string' && elements !== null ? concatenated(elements, separator) : UNKNOWN
    },
    format: ([pattern, ...values]) => format(pattern, values),
    formatlist: ([pattern, list]) => (isList(list) ? list.map(value => format(pattern, [value])) : UNKNOWN),
    file: ([path], file) => (typeof path === 'string' ? file(path) : UNKNOWN),
    jsondecode: ([document]) => decoded(document),
    yamldecode: ([document]) => decoded(document),
  } satisfies Record<string, TerraformFunction>),
)

function asSet(list: Value | undefined): Value {
  return isList(list) || list instanceof Set ? new Set<Value>(list) : UNKNOWN
}

function joined(lists: readonly Value[]): Value {
  const all = lists.map(elementsOf)
  return all.every(list => list !== null) ? all.flat() : UNKNOWN
}

function flattened(value: Value | undefined): Value {
  const flat = (elements: readonly Value[]): Value[] =>
    elements.flatMap(one => (isList(one) || one instanceof Set ? flat([...one]) : [one]))
  const elements = elementsOf(value)
  return elements === null ? UNKNOWN : flat(elements)
}

function without(left: Value | undefined, right: Value | undefined): Value {
  const [all, taken] = [elementsOf(left), elementsOf(right)]
  return all === null || taken === null ? UNKNOWN : new Set(all.filter(one => !taken.includes(one)))
}

function contains(elements: readonly Value[] | null, value: Value): Value {
  if (elements === null) return UNKNOWN
  const equal = elements.map(element => isEqual(element, value))
  if (equal.includes(true)) return true
  return equal.includes(null) ? UNKNOWN : false
}

function zipped(keys: Value | undefined, values: Value | undefined): Value {
  if (!isList(keys) || !isList(values)) return UNKNOWN
  return mapOf(keys.map((key, index) => [text(key), values[index] ?? UNKNOWN]))
}

function range(numbers: readonly Value[]): Value {
  const [from = 0, to = 0] = numbers.length === 1 ? [0, numbers[0]] : numbers
  if (numbers.length > 2 || typeof from !== 'number' || typeof to !== 'number' || to - from > LONGEST_STRING)
    return UNKNOWN
  return Array.from({ length: Math.max(0, Math.ceil(to - from)) }, (_, index) => from + index)
}

function mapText(value: Value | undefined, change: (part: string) => string): Value {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null || !('pattern' in value)) return UNKNOWN
  return { pattern: value.pattern.map(part => (part === null ? null : change(part))) }
}

/** `format` with plain `%s` and `%d` only. */
function format(pattern: Value | undefined, values: readonly Value[]): Value {
  if (typeof pattern !== 'string') return UNKNOWN
  const literals = pattern.split(/%[sdv]/)
  if (literals.length !== values.length + 1 || literals.some(part => part.includes('%'))) return UNKNOWN
  return concatenated(
    literals.flatMap((part, index) => (index === 0 ? [part] : [values[index - 1] ?? UNKNOWN, part])),
    '',
  )
}

/** What a JSON or YAML document says; JSON is YAML. Documents that multiply by aliases are refused by the library. */
function decoded(given: Value | undefined): Value {
  const document = typeof given === 'object' && given !== null && 'document' in given ? given.document : given
  if (typeof document !== 'string') return UNKNOWN
  try {
    return asValue(parse(document, { logLevel: 'silent' }), 0)
  } catch {
    return UNKNOWN
  }
}

const DEEPEST_DOCUMENT = 50

function asValue(value: unknown, depth: number): Value {
  if (depth > DEEPEST_DOCUMENT) return UNKNOWN
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (Array.isArray(value)) return value.map(one => asValue(one, depth + 1))
  if (typeof value !== 'object') return UNKNOWN
  return new Map(Object.entries(value).map(([key, one]) => [key, asValue(one, depth + 1)]))
}
