import { ACCOUNT_ID } from '../../domain/declarations.ts'
import { type Budget, evaluate, FILES } from '../expressions/evaluate.ts'
import type { Expression } from '../expressions/expression.ts'
import { elementsOf, entriesOf, lazily, type Names, UNKNOWN, type Value } from '../names/values.ts'
import type { Module, Resource } from './module.ts'
import { converted } from './types.ts'

export interface Scope {
  readonly budget: Budget
  /** The root module's directory. */
  readonly root: string
  readonly fileAt: (directory: string, path: string) => Value
  /** What a module call's outputs come to, by the names that its arguments can refer to. */
  readonly outputsOf: (call: Module['calls'][number], key: Key, names: Names) => (name: string) => Value
}

/** What an expression of the module can refer to, with the given arguments; null: as if no variable had a value. */
export function namesOf(module: Module, given: Names | null, scope: Scope): Names {
  const { budget } = scope
  const names = new Map<string, Value>()
  const argument = (name: string) => {
    const { attributes } = module.variables.get(name) ?? {}
    const value = given?.get(name)
    const byDefault = attributes?.get('default')
    if (value === undefined && (given === null || byDefault === undefined)) return UNKNOWN
    const written = value ?? evaluate(byDefault ?? NOTHING, new Map(), budget)
    return converted(written, attributes?.get('type'), of => evaluate(of, new Map(), budget))
  }
  const local = (name: string) => {
    const value = module.locals.get(name)
    return value === undefined ? UNKNOWN : evaluate(value, names, budget)
  }
  names.set('var', lazily(module.variables.keys(), argument))
  names.set('local', lazily(module.locals.keys(), local))
  names.set(
    'path',
    new Map([
      ['module', module.path],
      ['root', scope.root],
      ['cwd', '.'],
    ]),
  )
  names.set(FILES, path => scope.fileAt(scope.root, path))
  names.set('aws_iam_user', references(module.users, 'name', names, budget))
  const knownUsers = references(module.knownUsers, 'user_name', names, budget)
  names.set('data', type =>
    type === 'aws_iam_user' ? knownUsers : type === 'aws_caller_identity' ? () => CALLER : UNKNOWN,
  )
  const calls = new Map(module.calls.map(call => [call.name, call]))
  const callOf = (name: string) => {
    const call = calls.get(name)
    if (call === undefined) return UNKNOWN
    return collected(call, instances(call, names, budget), ({ key, names: within }) =>
      scope.outputsOf(call, key, within),
    )
  }
  names.set('module', lazily(calls.keys(), callOf))
  return names
}

const NOTHING: Expression = { kind: 'unknown' }
const CALLER: Value = new Map([['account_id', ACCOUNT_ID]])

/** The resources of a type, by name; two of one name are ambiguous, so neither is known. */
function references(resources: readonly Resource[], attribute: string, names: Names, budget: Budget) {
  const byName = Map.groupBy(resources, ({ name }) => name)
  return lazily(byName.keys(), name => {
    const [resource, ...others] = byName.get(name) ?? []
    if (resource === undefined || others.length > 0) return UNKNOWN
    return collected(resource, instances(resource, names, budget), instance => {
      const userName = attributeOf(resource, attribute, instance.names, budget)
      return new Map<string, Value>(['name', 'id', 'user_name'].map(alias => [alias, userName]))
    })
  })
}

export type Key = string | number | null

export interface Instance {
  readonly key: Key
  readonly names: Names
  /** The attribute that decides on whether there are ones without a known key. */
  readonly decidedBy?: 'for_each' | 'count'
}

const MOST_INSTANCES = 5000

/**
 * The instances that `for_each` or `count` make of a resource or module; one, where there is neither. One without a
 * key stands for those of which the code does not tell whether there are any.
 */
export function instances(resource: Resource, names: Names, budget: Budget): readonly Instance[] {
  const forEach = resource.attributes.get('for_each')
  if (forEach !== undefined) return eachOf(evaluate(forEach, names, budget), names, budget)
  const count = resource.attributes.get('count')
  if (count === undefined) return [{ key: null, names }]
  const value = evaluate(count, names, budget)
  const length = typeof value === 'number' && Number.isInteger(value) ? Math.max(0, value) : null
  const made = Math.min(length ?? 0, MOST_INSTANCES)
  budget.steps -= made
  const known = Array.from({ length: made }, (_, index) => ({
    key: index,
    names: new Map(names).set('count', new Map([['index', index]])),
  }))
  return length === made ? known : [...known, { key: null, names, decidedBy: 'count' }]
}

function eachOf(over: Value, names: Names, budget: Budget): readonly Instance[] {
  if (over === null) return []
  const entries =
    over instanceof Map ? entriesOf(over) : elementsOf(over)?.map(value => [value, value] as const)
  const known = (entries ?? []).slice(0, MOST_INSTANCES).flatMap(([key, value]) => {
    if (typeof key !== 'string') return []
    budget.steps--
    const each = new Map<string, Value>([
      ['key', key],
      ['value', value],
    ])
    return [{ key, names: new Map(names).set('each', each) }]
  })
  return known.length === entries?.length ? known : [...known, { key: null, names, decidedBy: 'for_each' }]
}

/** Instances as Terraform's expressions see them: an object, or a list or map of objects. */
function collected(of: Resource, all: readonly Instance[], value: (instance: Instance) => Value): Value {
  const keyed = all.filter(({ key }) => key !== null)
  const [first = all[0]] = keyed
  if (first === undefined) return []
  if (first.key === null) return of.attributes.has('count') ? [value(first)] : value(first)
  if (typeof first.key === 'number') return keyed.map(value)
  return new Map(keyed.map(instance => [String(instance.key), value(instance)]))
}

export function attributeOf(resource: Resource, attribute: string, names: Names, budget: Budget): Value {
  const expression = resource.attributes.get(attribute)
  return expression === undefined ? UNKNOWN : evaluate(expression, names, budget)
}
