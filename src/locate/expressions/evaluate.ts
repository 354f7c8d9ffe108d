import {
  concatenated,
  elementsOf,
  entriesOf,
  isEqual,
  isMissing,
  isTooLong,
  mapOf,
  member,
  type Names,
  sizeOf,
  text,
  truth,
  UNKNOWN,
  type Value,
} from '../names/values.ts'
import type { Expression } from './expression.ts'
import { FUNCTIONS } from './functions.ts'

/** Work still allowed, shared by all evaluations of one root module: what exceeds it is unknown. */
export interface Budget {
  steps: number
  depth: number
}

/** Enough for the 5,000 users that an account can have. */
export function newBudget(): Budget {
  return { steps: 500_000, depth: 200 }
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

/** What attributes come to, by name. */
export function valuesOf(
  attributes: Iterable<readonly [string, Expression]>,
  names: Names = new Map(),
  budget = newBudget(),
): Names {
  return new Map(Array.from(attributes, ([name, value]) => [name, evaluate(value, names, budget)]))
}

function evaluateKind(expression: Expression, names: Names, budget: Budget): Value {
  const value = (of: Expression) => evaluate(of, names, budget)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'template':
      return concatenated(expression.parts.map(value), '')
    case 'list':
      return expression.items.map(value)
    case 'object': {
      const entries = expression.entries.map(([key, entry]) => [text(value(key)), value(entry)] as const)
      return mapOf(entries)
    }
    case 'variable':
      return names.get(expression.name) ?? UNKNOWN
    case 'index':
      return member(value(expression.of), value(expression.key))
    case 'splat':
      return splat(value(expression.of), expression.then.map(value), budget)
    case 'call':
      return called(expression, names, budget)
    case 'conditional':
      return conditional(expression, names, budget)
    case 'operation':
      return operation(expression.operator, value(expression.left), () => value(expression.right))
    case 'negation': {
      const of = value(expression.of)
      if (expression.operator === '-') return typeof of === 'number' ? -of : UNKNOWN
      const known = truth(of)
      return known === null ? UNKNOWN : !known
    }
    case 'for':
      return comprehension(expression, names, budget)
    case 'unknown':
      return UNKNOWN
  }
}

function splat(of: Value, keys: readonly Value[], budget: Budget): Value {
  if (of === UNKNOWN || typeof of === 'function') return UNKNOWN
  const elements = elementsOf(of) ?? (of === null ? [] : [of])
  budget.steps -= elements.length * keys.length
  return elements.map(element => keys.reduce(member, element))
}

function called(expression: Expression & { kind: 'call' }, names: Names, budget: Budget): Value {
  if (expression.name === 'try') return tried(expression, names, budget)
  const given = expression.arguments.map(argument => evaluate(argument, names, budget))
  const last = expression.expanded ? elementsOf(given.pop()) : []
  const call = FUNCTIONS.get(expression.name)
  if (call === undefined || last === null) return UNKNOWN
  given.push(...last)
  for (const argument of given) budget.steps -= sizeOf(argument)
  if (budget.steps <= 0) return UNKNOWN
  return call(given, path => {
    const read = names.get(FILES)
    return typeof read === 'function' ? read(path) : UNKNOWN
  })
}

/** The first argument without an error; what is not known may be one, or a value. */
function tried(expression: Expression & { kind: 'call' }, names: Names, budget: Budget): Value {
  if (expression.expanded) return UNKNOWN
  for (const argument of expression.arguments) {
    const value = evaluate(argument, names, budget)
    if (value !== UNKNOWN || !fails(argument, names, budget)) return value
  }
  return UNKNOWN
}

/** Whether an expression surely ends in an error: a member of what has none of that name. */
function fails(expression: Expression, names: Names, budget: Budget): boolean {
  if (expression.kind !== 'index') return false
  const of = evaluate(expression.of, names, budget)
  return of === UNKNOWN
    ? fails(expression.of, names, budget)
    : isMissing(of, evaluate(expression.key, names, budget))
}

/** Not a name that code can write: the texts of the checkout's files. */
export const FILES = ' files'

function conditional(expression: Expression & { kind: 'conditional' }, names: Names, budget: Budget): Value {
  const condition = truth(evaluate(expression.condition, names, budget))
  if (condition !== null) return evaluate(condition ? expression.yes : expression.no, names, budget)
  const yes = evaluate(expression.yes, names, budget)
  return yes === evaluate(expression.no, names, budget) ? yes : UNKNOWN
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
    const when = expression.when === null || truth(evaluate(expression.when, inner, budget))
    if (when === null) return UNKNOWN
    if (!when) continue
    const value = evaluate(expression.value, inner, budget)
    if (expression.key === null) {
      list.push(value)
      continue
    }
    const name = text(evaluate(expression.key, inner, budget))
    if (name === UNKNOWN) return UNKNOWN
    object.set(name, value)
  }
  return expression.key === null ? list : object
}

function operation(operator: string, left: Value, right: () => Value): Value {
  if (operator === '&&' || operator === '||') {
    const decisive = operator === '||'
    const [first, second] = [truth(left), truth(right())]
    if (first === decisive || second === decisive) return decisive
    return first === null || second === null ? UNKNOWN : !decisive
  }
  if (operator === '==' || operator === '!=') {
    const equal = isEqual(left, right())
    return equal === null ? UNKNOWN : equal === (operator === '==')
  }
  return ARITHMETIC.get(operator)?.(left, right()) ?? UNKNOWN
}

function onNumbers(operate: (left: number, right: number) => number | boolean) {
  return (left: Value, right: Value): Value =>
    typeof left === 'number' && typeof right === 'number' ? operate(left, right) : UNKNOWN
}

const ARITHMETIC: ReadonlyMap<string, (left: Value, right: Value) => Value> = new Map([
  ['+', onNumbers((left, right) => left + right)],
  ['-', onNumbers((left, right) => left - right)],
  ['*', onNumbers((left, right) => left * right)],
  ['<', onNumbers((left, right) => left < right)],
  ['<=', onNumbers((left, right) => left <= right)],
  ['>', onNumbers((left, right) => left > right)],
  ['>=', onNumbers((left, right) => left >= right)],
])
