import {
  locationOf,
  type NamePattern,
  type PossibleDeclaration,
  type UserDeclaration,
} from '../../domain/declarations.ts'
import { type Budget, evaluate, newBudget, valuesOf } from '../expressions/evaluate.ts'
import {
  isKeyModule,
  isUserModule,
  labelled,
  makesKey,
  makesUser,
  NAME_OUTPUTS,
  namesGiven,
  textsGiven,
} from '../makers/modules.ts'
import { type Found, NOTHING, together } from '../names/found.ts'
import { possibleKey, underFile, underOtherValues } from '../names/possible.ts'
import { isUserName, lazily, type Names, patternOf, UNKNOWN, type Value } from '../names/values.ts'
import type { TextAt } from '../text/diff.ts'
import { type MadeKey, withEdits } from './edits.ts'
import {
  type Module,
  type Resource,
  readModule,
  settingsFor,
  type TerraformDirectory,
  type Unreadable,
  written,
} from './module.ts'
import { attributeOf, type Instance, instances, type Key, namesOf, type Scope } from './names.ts'
import { otherMakers, refersToUser, scriptMakers } from './others.ts'
import { selfRotation } from './rotation.ts'

interface TerraformDeclarations extends Found {
  /** Files of which a part could not be read. */
  readonly unreadable: readonly Unreadable[]
}

interface TerraformSurroundings {
  /** `OWNER/NAME`, whose own address modules may be called by. */
  readonly repository: string | null
  /** Whether the checkout has code in a directory; what was not given declares nothing. */
  readonly hasCode: (directory: string) => boolean
  /** Variable files that Terraform loads where it is told to. */
  readonly variableFiles: readonly TextAt[]
  /** The text of another file of the checkout. */
  readonly fileAt: (path: string) => string | null
  readonly isExpired: () => boolean
}

const ALONE: TerraformSurroundings = {
  repository: null,
  hasCode: () => false,
  variableFiles: [],
  fileAt: () => null,
  isExpired: () => false,
}

/**
 * Declarations of IAM users and access keys whose user name follows from the code alone. A directory that another
 * one calls as a module is evaluated with each call's arguments; where the name comes from them, the call is the
 * declaring line. A name that depends on anything else (a variable without a value, another resource) makes a
 * possible declaration, of the names that match what is known of it.
 */
export function readTerraform(
  directories: readonly TerraformDirectory[],
  around: TerraformSurroundings = ALONE,
): TerraformDeclarations {
  const unreadable: Unreadable[] = []
  const modules = new Map<string, Module>()
  for (const directory of directories) {
    if (around.isExpired()) break
    modules.set(directory.path, readModule(directory, around.repository, unreadable))
  }
  const called = new Set(
    [...modules.values()].flatMap(module => module.calls.map(({ directory }) => directory)),
  )
  const roots = [...modules.values()].filter(({ path }) => !called.has(path))
  const expanded = (root: Module, given: Names, leastLetters?: number) => {
    if (around.isExpired()) return EMPTY
    const budget = newBudget()
    const context = { ...contextOf(modules, budget, root.path, around), leastLetters }
    return expand(root, [namesOf(root, given, context)], context)
  }
  const found = roots.map(root => expanded(root, root.settings))
  const underOthers = roots.flatMap(root => {
    if (root.variables.size === 0) return []
    const unset = Array.from(root.variables.keys(), (name): [string, Value] => [name, UNKNOWN])
    const open = expanded(root, new Map([...unset, ...root.settings]), 1).possibleKeys
    const files = open.length === 0 ? [] : settingsFor(root, around.variableFiles, around.hasCode)
    return [
      ...underOtherValues(open),
      ...files.flatMap(({ path, values }) =>
        underFile(path, expanded(root, new Map([...root.settings, ...values])).keys),
      ),
    ]
  })
  const { users, keys, possibleKeys } = together(found)
  return {
    users,
    keys: withEdits(keys, possibleKeys, [...modules.values()]),
    possibleKeys: [...possibleKeys, ...underOthers],
    unreadable,
  }
}

type Call = Module['calls'][number]

interface Context extends Scope, Pick<TerraformSurroundings, 'hasCode'> {
  readonly modules: ReadonlyMap<string, Module>
  /** The calls that lead to this module, outermost first. */
  readonly outer: readonly { readonly call: Call; readonly key: Key }[]
  /** Fewer known letters and digits of a name tell nothing. */
  readonly leastLetters?: number | undefined
  /** Why it is not known whether the module is called at all, or null. */
  readonly doubt: string | null
}

interface Expansion extends Found<MadeKey> {
  readonly output: (name: string) => Value
}

const EMPTY: Expansion = { ...NOTHING, output: () => UNKNOWN }
const STEPS_PER_CALL = 100
const DEEPEST_CALLS = 10

function contextOf(
  modules: ReadonlyMap<string, Module>,
  budget: Budget,
  root: string,
  around: TerraformSurroundings,
): Context {
  const fileAt = (directory: string, path: string): Value => {
    const joined = [directory, path.replace(/^\.\//, '')].filter(part => part !== '.')
    const text = around.fileAt(path) ?? around.fileAt(joined.join('/'))
    return text === null ? UNKNOWN : { document: text }
  }
  return withOuter({ modules, budget, root, fileAt, hasCode: around.hasCode, doubt: null }, [])
}

function withOuter(context: Omit<Context, 'outer' | 'outputsOf'>, outer: Context['outer']): Context {
  const inner: Context = {
    ...context,
    outer,
    outputsOf: (call, key, names) => expandCall(call, key, [names], inner).output,
  }
  return inner
}

/**
 * Evaluates a module and the modules that it calls. `views` are its names as seen with ever more of the outside: by
 * itself, with the arguments as its caller alone gives them, and so on up to the root module's view, which is whole.
 */
function expand(module: Module, views: readonly Names[], context: Context): Expansion {
  const { budget } = context
  const whole = views.at(-1) ?? new Map()
  const users = module.users.flatMap(user => declared(user, 'name', views, context).certain)
  const keys = module.keys.map(key => declared(key, 'user', views, context))
  const others = module.others.flatMap(other => otherMakers(other, whole, budget, prefixOf(context)))
  const scripts = module.scripted.flatMap(scriptMakers)
  const inner = module.calls.flatMap(call => {
    const byKey = views.map(
      view => new Map(instances(call, view, budget).map(({ key, names }) => [key, names])),
    )
    return instances(call, whole, budget).map(({ key, decidedBy }) => {
      const seen = byKey.map(names => names.get(key) ?? new Map<string, Value>())
      return expandCall(call, key, seen, withDoubt(context, call, decidedBy))
    })
  })
  const output = lazily(module.outputs.keys(), name => {
    const value = module.outputs.get(name)
    return value === undefined ? UNKNOWN : evaluate(value, whole, budget)
  })
  const own = {
    users: users.map(({ declaration }) => declaration),
    keys: keys.flatMap(({ certain }) => certain.map(it => keyMade(it, module, budget))),
    possibleKeys: [...keys.flatMap(({ possible }) => possible), ...others, ...scripts],
  }
  return { ...together([own, ...inner]), output }
}

function withDoubt(context: Context, call: Call, decidedBy: Instance['decidedBy']): Context {
  const doubt = dependsOn(call, decidedBy) ?? context.doubt
  return doubt === context.doubt ? context : withOuter({ ...context, doubt }, context.outer)
}

function dependsOn(resource: Resource, decidedBy: Instance['decidedBy']): string | null {
  return decidedBy === undefined
    ? null
    : `whether it is made depends on ${written(resource, decidedBy)}, which the code does not tell`
}

interface Certain {
  readonly resource: Resource
  readonly instance: Instance
  readonly declaration: UserDeclaration
}

/** What a resource declares: where its user's name is known, and where it is not. */
function declared(
  resource: Resource,
  attribute: 'name' | 'user',
  views: readonly Names[],
  context: Context,
): { readonly certain: readonly Certain[]; readonly possible: readonly PossibleDeclaration[] } {
  const { budget } = context
  const whole = views.at(-1) ?? new Map()
  const named = (view: Names): { instance: Instance; userName: Value }[] =>
    instances(resource, view, budget).map(instance => ({
      instance,
      userName: attributeOf(resource, attribute, instance.names, budget),
    }))
  const seen = views.map(view => new Set(named(view).map(({ userName }) => userName)))
  const address = (key: Key) => `${prefixOf(context)}${resource.labels[0]}.${resource.name}${keyText(key)}`
  const certain: Certain[] = []
  const possible: PossibleDeclaration[] = []
  const perhaps = (key: Key, users: NamePattern, reason: string) =>
    possible.push(
      possibleKey(
        { tool: 'terraform', ...locationOf(resource), address: address(key), users, reason },
        context.leastLetters,
      ),
    )
  for (const { instance, userName } of named(whole)) {
    const doubt = dependsOn(resource, instance.decidedBy) ?? context.doubt
    if (!isUserName(userName)) perhaps(instance.key, patternOf(userName), unknownName(resource, attribute))
    else if (attribute === 'user' && doubt !== null) perhaps(instance.key, [userName], doubt)
    else {
      const { path, line } = declaringLine(resource, userName, seen, context)
      const declaration = { tool: 'terraform', path, line, userName, address: address(instance.key) } as const
      certain.push({ resource, instance, declaration })
    }
  }
  return { certain, possible }
}

function unknownName(resource: Resource, attribute: string): string {
  return `its user is ${written(resource, attribute)}, which the code does not tell`
}

const LONGEST_SOURCE = 60

function keyMade({ resource, instance, declaration }: Certain, module: Module, budget: Budget): MadeKey {
  const status = attributeOf(resource, 'status', instance.names, budget)
  const rotates = selfRotation(resource, module)
  const isCalled = resource.path !== declaration.path || resource.line !== declaration.line
  return {
    declaration: {
      ...declaration,
      status: status === 'Active' || status === 'Inactive' ? status : null,
      ...(isCalled ? { resource: locationOf(resource) } : {}),
      ...(rotates === null ? {} : { rotates }),
    },
    resource,
    key: instance.key,
    module,
  }
}

function expandCall(call: Call, key: Key, views: readonly Names[], context: Context): Expansion {
  const { modules, budget, outer } = context
  budget.steps -= STEPS_PER_CALL
  const address = `${prefixOf(context)}module.${call.name}${keyText(key)}`
  const perhaps = (users: NamePattern, reason: string) =>
    possibleKey({ tool: 'terraform', ...locationOf(call), address, users, reason })
  if (outer.length >= DEEPEST_CALLS || budget.steps <= 0)
    return {
      ...EMPTY,
      possibleKeys: [perhaps([null], 'modules are called too often, or too deep, to be followed')],
    }
  const given = views.map(view => valuesOf(call.attributes, view, budget))
  const called = modules.get(call.directory ?? '')
  if (called === undefined && call.directory !== null && context.hasCode(call.directory)) return EMPTY
  if (called === undefined) return expandOutside(call, address, given, context, perhaps)
  const within = withOuter(context, [...outer, { call, key }])
  return expand(
    called,
    [null, ...given].map(values => namesOf(called, values, within)),
    within,
  )
}

/** What a module that is not in the checkout declares, by its source and its arguments: at most, that it may. */
function expandOutside(
  call: Call,
  address: string,
  given: readonly Names[],
  context: Context,
  perhaps: (users: NamePattern, reason: string) => PossibleDeclaration,
): Expansion {
  const values: Names = given.at(-1) ?? new Map()
  const source = values.get('source')
  const from = typeof source === 'string' ? source : ''
  const reason = `module ${call.name} comes from ${from.slice(0, LONGEST_SOURCE) || 'a source that the code does not tell'}, which is not in this checkout`
  const isUsers = isUserModule(from)
  const seen = given.map(view => new Set<Value>(namesGiven(view)))
  const userNames = isUsers ? namesGiven(values) : []
  const users = (makesUser(values) ? userNames : []).map((userName): UserDeclaration => {
    const { path, line } = declaringLine(call, userName, seen, context)
    return { tool: 'terraform', path, line, userName, address }
  })
  const patterns = makesKey(values) ? patternsGiven(call, values, from, userNames) : []
  const [only] = userNames
  const isOnly = only !== undefined && userNames.length === 1
  return {
    users,
    keys: [],
    possibleKeys: patterns.map(pattern => perhaps(pattern, reason)),
    output: name => (isOnly && NAME_OUTPUTS.has(name) ? only : UNKNOWN),
  }
}

/** The names of whose keys a module from elsewhere may make. */
function patternsGiven(
  call: Call,
  values: Names,
  source: string,
  userNames: readonly string[],
): NamePattern[] {
  if (userNames.length > 0) return userNames.map(name => [name])
  const texts = textsGiven(values)
  if (isKeyModule(source))
    return texts.length > 0 && !isUserModule(source) ? texts : [labelled(values) ?? [null]]
  // Any other may make the key of a user that it is given by reference, by its whole name, or as a user.
  const byReference = textsGiven(
    new Map([...values].filter(([name]) => refersToUser(call.attributes.get(name)))),
  )
  const asUser = new Map([...values].filter(([name]) => /user/i.test(name)))
  const ofAny = [...asUser].some(([name, value]) => /iam_?user/i.test(name) && value === UNKNOWN)
  return [
    ...byReference,
    ...texts.filter(([first, ...others]) => others.length === 0 && isUserName(first)),
    ...textsGiven(asUser).filter(({ length }) => length > 1),
    ...(ofAny ? [[null]] : []),
  ]
}

/**
 * Where a name is written: here, if it is known without the callers, else in the innermost call that makes it so.
 * `seen`: the names of each view.
 */
function declaringLine(
  resource: Resource,
  userName: string,
  seen: readonly ReadonlySet<Value>[],
  { outer }: Context,
): Resource {
  const callsNeeded = seen.findIndex(names => names.has(userName))
  return (callsNeeded > 0 ? outer.at(-callsNeeded)?.call : undefined) ?? resource
}

function prefixOf({ outer }: Context): string {
  return outer.map(({ call, key }) => `module.${call.name}${keyText(key)}.`).join('')
}

function keyText(key: Key): string {
  return key === null ? '' : `[${JSON.stringify(key)}]`
}
