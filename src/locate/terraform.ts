import type { KeyDeclaration, SourceLocation, UserDeclaration } from '../domain/declarations.ts'
import { type Block, type Expression, type HclFile, readHcl } from './hcl.ts'
import { readTerraformJson } from './terraform-json.ts'
import {
  isUserModule,
  isVariableFile,
  NAME_OUTPUTS,
  namesGiven,
  sourceDirectory,
} from './terraform-modules.ts'
import {
  type Budget,
  entriesOf,
  evaluate,
  isList,
  lazily,
  type Names,
  UNKNOWN,
  type Value,
} from './terraform-values.ts'
import { USER_NAME } from './user-name.ts'

/** The Terraform files of one directory: the unit in which names are visible. */
interface TerraformDirectory {
  /** Relative to the checkout, `.` for its root. */
  readonly path: string
  /** `.tf`, `.tf.json` and the variable files that Terraform loads by itself. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

export interface TerraformDeclarations {
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly KeyDeclaration[]
  /** Keys of users whose name the code alone does not tell. */
  readonly unresolvedKeys: readonly SourceLocation[]
  /** Files of which a part could not be read. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * Declarations of IAM users and access keys whose user name follows from the code alone. A directory that another
 * one calls as a module is evaluated with each call's arguments; where the name comes from them, the call is the
 * declaring line. A name that depends on anything else (a variable without a value, another resource) declares
 * nothing.
 */
export function readTerraform(
  directories: readonly TerraformDirectory[],
  expired: () => boolean = () => false,
): TerraformDeclarations {
  const unreadable: { path: string; reason: string }[] = []
  const modules = new Map<string, Module>()
  for (const directory of directories) {
    if (expired()) break
    modules.set(directory.path, readModule(directory, unreadable))
  }
  const called = new Set(
    [...modules.values()].flatMap(module => module.calls.map(call => localDirectory(module, call))),
  )
  const found = Array.from(modules.values(), module => {
    if (called.has(module.path) || expired()) return NOTHING
    const budget: Budget = { steps: MOST_STEPS, depth: DEEPEST }
    const context: Context = { modules, budget, outer: [] }
    return expand(module, [namesOf(module, module.settings, context)], context)
  })
  return {
    users: found.flatMap(({ users }) => users),
    keys: found.flatMap(({ keys }) => keys),
    unresolvedKeys: found.flatMap(({ unresolvedKeys }) => unresolvedKeys),
    unreadable,
  }
}

// Enough for the 5,000 users that an account can have.
const MOST_STEPS = 500_000
const DEEPEST = 200
const MOST_INSTANCES = 5000

interface Resource {
  readonly path: string
  readonly line: number
  readonly name: string
  readonly attributes: ReadonlyMap<string, Expression>
}

interface Module {
  readonly path: string
  readonly variables: ReadonlyMap<string, Expression | undefined>
  /** Values from the variable files. */
  readonly settings: Names
  readonly locals: ReadonlyMap<string, Expression>
  readonly outputs: ReadonlyMap<string, Expression | undefined>
  readonly users: readonly Resource[]
  readonly keys: readonly Resource[]
  /** `data "aws_iam_user"`. */
  readonly knownUsers: readonly Resource[]
  readonly calls: readonly Resource[]
}

function readModule(directory: TerraformDirectory, unreadable: { path: string; reason: string }[]): Module {
  const blocks: (Block & { readonly path: string })[] = []
  const settings = new Map<string, Expression>()
  for (const { path, text } of directory.files) {
    const file: HclFile = path.endsWith('.json') ? readTerraformJson(text) : readHcl(text)
    const [error] = file.errors
    if (error !== undefined) unreadable.push({ path, reason: `line ${error.line}: ${error.message}` })
    if (isVariableFile(path)) for (const [name, value] of file.attributes) settings.set(name, value)
    else blocks.push(...file.blocks.map(block => ({ ...block, path })))
  }
  const ofType = (type: string) => blocks.filter(block => block.type === type)
  const attribute = (type: string, name: string) =>
    new Map(ofType(type).map(({ labels, attributes }) => [labels[0] ?? '', attributes.get(name)]))
  const resources = (type: string, label: string): Resource[] =>
    ofType(type)
      .filter(({ labels }) => labels[0] === label && labels[1] !== undefined)
      .map(block => ({ ...block, name: block.labels[1] ?? '' }))
  const budget: Budget = { steps: MOST_STEPS, depth: DEEPEST }
  return {
    path: directory.path,
    variables: attribute('variable', 'default'),
    settings: new Map([...settings].map(([name, value]) => [name, evaluate(value, new Map(), budget)])),
    locals: new Map(ofType('locals').flatMap(({ attributes }) => [...attributes])),
    outputs: attribute('output', 'value'),
    users: resources('resource', 'aws_iam_user'),
    keys: resources('resource', 'aws_iam_access_key'),
    knownUsers: resources('data', 'aws_iam_user'),
    calls: ofType('module').map(block => ({ ...block, name: block.labels[0] ?? '' })),
  }
}

interface Context {
  readonly modules: ReadonlyMap<string, Module>
  readonly budget: Budget
  /** The calls that lead to this module, outermost first. */
  readonly outer: readonly { readonly call: Resource; readonly key: Key }[]
}

interface Expansion {
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly KeyDeclaration[]
  readonly unresolvedKeys: readonly SourceLocation[]
  readonly output: (name: string) => Value
}

/**
 * Evaluates a module and the modules that it calls. `views` are its names as seen with ever more of the outside: by
 * itself, with the arguments as its caller alone gives them, and so on up to the root module's view, which is whole.
 */
function expand(module: Module, views: readonly Names[], context: Context): Expansion {
  const { budget } = context
  const whole = views.at(-1) ?? new Map()
  const unresolved = new Set<Resource>()
  const declare = (resource: Resource, type: string, attribute: string) => {
    if (hasUnknownInstances(resource, whole, budget)) unresolved.add(resource)
    const named = (view: Names): { instance: Instance; userName: Value }[] =>
      instances(resource, view, budget).map(instance => ({
        instance,
        userName: attributeOf(resource, attribute, instance.names, budget),
      }))
    const known = views.map(view => new Set(named(view).map(({ userName }) => userName)))
    return named(whole).flatMap(({ instance, userName }) => {
      if (typeof userName !== 'string' || !USER_NAME.test(userName)) {
        unresolved.add(resource)
        return []
      }
      const { path, line } = declaringLine(resource, userName, known, context)
      const address = `${prefixOf(context)}${type}.${resource.name}${keyText(instance.key)}`
      return [{ instance, declaration: { tool: 'terraform' as const, path, line, userName, address } }]
    })
  }
  const users = module.users.flatMap(user =>
    declare(user, 'aws_iam_user', 'name').map(({ declaration }): UserDeclaration => declaration),
  )
  const keys = module.keys.flatMap(key =>
    declare(key, 'aws_iam_access_key', 'user').map(({ instance, declaration }): KeyDeclaration => {
      const status = attributeOf(key, 'status', instance.names, budget)
      return { ...declaration, status: status === 'Active' || status === 'Inactive' ? status : null }
    }),
  )
  const inner = module.calls.flatMap(call => {
    const seen = views.map(view => instances(call, view, budget))
    const byKey = seen.map(all => new Map(all.map(one => [one.key, one.names])))
    const expanded = (seen.at(-1) ?? []).map(({ key }) => {
      const callViews = byKey.map(names => names.get(key) ?? new Map<string, Value>())
      return expandCall(module, call, key, callViews, context)
    })
    if (!hasUnknownInstances(call, whole, budget)) return expanded
    const { unresolvedKeys } = expandCall(module, call, null, views, context)
    return [...expanded, { ...NOTHING, unresolvedKeys }]
  })
  const output = lazily(module.outputs.keys(), name => {
    const value = module.outputs.get(name)
    return value === undefined ? UNKNOWN : evaluate(value, whole, budget)
  })
  return {
    users: [...users, ...inner.flatMap(one => one.users)],
    keys: [...keys, ...inner.flatMap(one => one.keys)],
    unresolvedKeys: [
      ...module.keys.filter(key => unresolved.has(key)),
      ...inner.flatMap(one => one.unresolvedKeys),
    ],
    output,
  }
}

function expandCall(
  module: Module,
  call: Resource,
  key: Key,
  views: readonly Names[],
  context: Context,
): Expansion {
  const { modules, budget, outer } = context
  budget.steps -= STEPS_PER_CALL
  if (outer.length >= DEEPEST_CALLS || budget.steps <= 0) return { ...NOTHING, unresolvedKeys: [call] }
  const given = views.map(
    view =>
      new Map<string, Value>(
        [...call.attributes].map(([name, value]) => [name, evaluate(value, view, budget)]),
      ),
  )
  const called = modules.get(localDirectory(module, call) ?? '')
  if (called === undefined) return expandUserModule(call, key, given, context)
  const within: Context = { ...context, outer: [...outer, { call, key }] }
  return expand(
    called,
    [null, ...given].map(values => namesOf(called, values, within)),
    within,
  )
}

/** What a module from elsewhere declares, by its source and its arguments; it declares no key that we could see. */
function expandUserModule(call: Resource, key: Key, given: readonly Names[], context: Context): Expansion {
  const source = given.at(-1)?.get('source')
  if (typeof source !== 'string' || /^\.\.?\//.test(source) || !isUserModule(source)) return NOTHING
  const known = given.map(values => new Set<Value>(namesGiven(values)))
  const userNames = namesGiven(given.at(-1) ?? new Map())
  const users = userNames.map((userName): UserDeclaration => {
    const { path, line } = declaringLine(call, userName, known, context)
    const address = `${prefixOf(context)}module.${call.name}${keyText(key)}`
    return { tool: 'terraform', path, line, userName, address }
  })
  const unresolvedKeys = userNames.length === 0 ? [call] : []
  const [only] = userNames
  const isOnly = only !== undefined && userNames.length === 1
  return {
    users,
    keys: [],
    unresolvedKeys,
    output: name => (isOnly && NAME_OUTPUTS.has(name) ? only : UNKNOWN),
  }
}

/**
 * Where a name is written: here, if it is known without the callers, else in the innermost call that makes it so.
 * `known`: the names of each view.
 */
function declaringLine(
  resource: Resource,
  userName: string,
  known: readonly ReadonlySet<Value>[],
  { outer }: Context,
): Resource {
  const callsNeeded = known.findIndex(names => names.has(userName))
  return (callsNeeded > 0 ? outer.at(-callsNeeded)?.call : undefined) ?? resource
}

function prefixOf({ outer }: Context): string {
  return outer.map(({ call, key }) => `module.${call.name}${keyText(key)}.`).join('')
}

const NOTHING: Expansion = { users: [], keys: [], unresolvedKeys: [], output: () => UNKNOWN }
const STEPS_PER_CALL = 100
const DEEPEST_CALLS = 10
/** What an expression of the module can refer to, with the given arguments; null: as if no variable had a value. */
function namesOf(module: Module, given: Names | null, context: Context): Names {
  const { budget } = context
  const names = new Map<string, Value>()
  const argument = (name: string) => {
    const value = given?.get(name)
    if (value !== undefined) return value
    const byDefault = module.variables.get(name)
    return given === null || byDefault === undefined ? UNKNOWN : evaluate(byDefault, new Map(), budget)
  }
  const local = (name: string) => {
    const value = module.locals.get(name)
    return value === undefined ? UNKNOWN : evaluate(value, names, budget)
  }
  names.set('var', lazily(module.variables.keys(), argument))
  names.set('local', lazily(module.locals.keys(), local))
  names.set('aws_iam_user', references(module.users, 'name', names, budget))
  const knownUsers = references(module.knownUsers, 'user_name', names, budget)
  names.set('data', type => (type === 'aws_iam_user' ? knownUsers : UNKNOWN))
  const calls = new Map(module.calls.map(call => [call.name, call]))
  const callOf = (name: string) => {
    const call = calls.get(name)
    if (call === undefined) return UNKNOWN
    return collected(
      call,
      instances(call, names, budget),
      ({ key, names: within }) => expandCall(module, call, key, [within], context).output,
    )
  }
  names.set('module', lazily(calls.keys(), callOf))
  return names
}

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

type Key = string | number | null

interface Instance {
  readonly key: Key
  readonly names: Names
}

/** The instances that `for_each` or `count` make of a resource or module; one, where there is neither. */
function instances(resource: Resource, names: Names, budget: Budget): readonly Instance[] {
  const forEach = resource.attributes.get('for_each')
  if (forEach !== undefined) {
    const over = evaluate(forEach, names, budget)
    const entries = entriesOf(over)
    if (entries === null) return [{ key: null, names }]
    return entries.slice(0, MOST_INSTANCES).flatMap(([index, value]) => {
      const key = isList(over) ? value : index
      if (typeof key !== 'string') return []
      budget.steps--
      const each = new Map<string, Value>([
        ['key', key],
        ['value', value],
      ])
      return [{ key, names: new Map(names).set('each', each) }]
    })
  }
  const count = resource.attributes.get('count')
  if (count === undefined) return [{ key: null, names }]
  const value = evaluate(count, names, budget)
  const length = typeof value === 'number' && Number.isInteger(value) ? Math.min(value, MOST_INSTANCES) : null
  if (length === null) return [{ key: null, names }]
  budget.steps -= Math.max(0, length)
  return Array.from({ length: Math.max(0, length) }, (_, index) => ({
    key: index,
    names: new Map(names).set('count', new Map([['index', index]])),
  }))
}

/** Whether `for_each` or `count` makes instances that `instances` does not tell. */
function hasUnknownInstances(resource: Resource, names: Names, budget: Budget): boolean {
  const evaluated = (name: string) => {
    const expression = resource.attributes.get(name)
    return expression === undefined ? undefined : evaluate(expression, names, budget)
  }
  const over = evaluated('for_each')
  const entries = over === undefined ? null : entriesOf(over)
  const tooMany = (number: number) => number > MOST_INSTANCES
  if (entries !== null)
    return (
      tooMany(entries.length) ||
      entries.some(([index, value]) => typeof (isList(over) ? value : index) !== 'string')
    )
  const count = evaluated('count')
  return typeof count === 'number' && tooMany(count)
}

/** Instances as Terraform's expressions see them: an object, or a list or map of objects. */
function collected(of: Resource, all: readonly Instance[], value: (instance: Instance) => Value): Value {
  const [first] = all
  if (first === undefined) return []
  if (first.key === null) return of.attributes.has('count') ? [value(first)] : value(first)
  if (typeof first.key === 'number') return all.map(value)
  return new Map(all.map(instance => [String(instance.key), value(instance)]))
}

function attributeOf(resource: Resource, attribute: string, names: Names, budget: Budget): Value {
  const expression = resource.attributes.get(attribute)
  return expression === undefined ? UNKNOWN : evaluate(expression, names, budget)
}

function localDirectory(module: Module, call: Resource): string | null {
  const source = call.attributes.get('source')
  if (source?.kind !== 'literal' || typeof source.value !== 'string') return null
  return sourceDirectory(module.path, source.value)
}

function keyText(key: Key): string {
  return key === null ? '' : `[${JSON.stringify(key)}]`
}
