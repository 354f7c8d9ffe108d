import {
  type CodeEdit,
  formatLocation,
  type KeyDeclaration,
  type KeyEdits,
  type PossibleDeclaration,
} from '../../domain/declarations.ts'
import { childrenOf, type Expression } from '../expressions/expression.ts'
import { codeEdit, goWithIt, inFile, MOST_EDITED, noEdit, noEdits, stillRead } from '../text/diff.ts'
import { freeName } from '../text/free-name.ts'
import { assigned, isOnItsOwn, isRepeatable, removed, repeated } from './blocks.ts'
import type { Module, Resource } from './module.ts'
import type { Key } from './names.ts'
import { addressOf, namesOf, type Reference, referencesTo, usesOfOutput } from './references.ts'
import { handingOn } from './secrets.ts'

/** A key with the block that makes it. */
export interface MadeKey {
  readonly declaration: Omit<KeyDeclaration, 'edits'>
  readonly resource: Resource
  /** Of `for_each` or `count`. */
  readonly key: Key
  readonly module: Module
}

type Callers = readonly { readonly module: Module; readonly name: string }[]

/** The declarations with the changes for each step of their keys' rotation. `possible`: what the same code may make. */
export function withEdits(
  made: readonly MadeKey[],
  possible: readonly PossibleDeclaration[],
  modules: readonly Module[],
): KeyDeclaration[] {
  const alike = Map.groupBy(made, ({ resource }) => resource)
  const doubtful = new Set(possible.map(formatLocation))
  const callersOf = Map.groupBy(
    modules.flatMap(module => module.calls.map(({ directory, name }) => ({ directory, module, name }))),
    ({ directory }) => directory,
  )
  return made.map((one, index) => {
    const { declaration, resource, module } = one
    const siblings = alike.get(resource) ?? []
    if (index >= MOST_EDITED)
      return { ...declaration, edits: noEdits(`code declares more than ${MOST_EDITED} keys`) }
    return { ...declaration, edits: editsOf(one, siblings, doubtful, callersOf.get(module.path) ?? []) }
  })
}

function editsOf(
  one: MadeKey,
  siblings: readonly MadeKey[],
  doubtful: ReadonlySet<string>,
  callers: Callers,
): KeyEdits {
  const { resource } = one
  const place = formatLocation(resource)
  if (resource.unclear !== null) return noEdits(resource.unclear)
  if (doubtful.has(place)) return noEdits(`how many keys ${place} makes, the code does not tell`)
  if (siblings.length === 1) {
    const isAlone = isOnItsOwn(resource)
    const shared = noEdit(`${place} is written in a form of its own`)
    return {
      deactivate: deactivation(one, INACTIVE),
      remove: isAlone ? removalOf(one, callers) : shared,
      second: isRepeatable(resource) ? secondOf(one, callers) : shared,
    }
  }
  const reason = `${place} makes ${siblings.length} keys, and a change there changes all of them`
  const isOnly = siblings.filter(({ key }) => key === one.key).length === 1
  return {
    ...noEdits(reason),
    deactivate: isOnly && one.key !== null ? deactivation(one, inactiveFor(one)) : noEdit(reason),
  }
}

const INACTIVE = '"Inactive"'

/** The status of one instance among others. */
function inactiveFor({ resource, key }: MadeKey): string {
  const { text, ranges } = resource
  const written = ranges.get('status')?.value
  const otherwise = written === undefined ? '"Active"' : text.slice(written.start, written.end)
  const name = typeof key === 'number' ? `count.index == ${key}` : `each.key == ${literal(String(key))}`
  return `${name} ? ${INACTIVE} : ${otherwise}`
}

function deactivation({ declaration, resource }: MadeKey, value: string): CodeEdit {
  if (declaration.status === 'Inactive') return noEdit('it says so already, and is yet to be applied')
  if (isIgnored(resource, 'status')) return noEdit('its lifecycle ignores changes of status')
  const isTold = resource.place !== undefined && resource.attributes.has('status') && value !== INACTIVE
  const changes = isTold || value.includes('\n') ? null : assigned(resource, 'status', value, 'user')
  return changes === null
    ? noEdit('its status is written in a form of its own')
    : codeEdit(inFile(resource, changes), null)
}

function isIgnored({ blocks }: Resource, attribute: string): boolean {
  const ignored = blocks.flatMap(({ type, attributes }) =>
    type === 'lifecycle' ? (attributes.get('ignore_changes') ?? []) : [],
  )
  const names = (of: Expression): string[] =>
    of.kind === 'variable' ? [of.name] : childrenOf(of).flatMap(names)
  return ignored.flatMap(names).some(name => name === 'all' || name === attribute)
}

/** The key's block goes, and with it the outputs and the like that speak of nothing else. */
function removalOf({ resource, module }: MadeKey, callers: Callers): CodeEdit {
  const references = referencesTo(module, resource)
  const going = new Set<Resource>()
  const inTheWay: (Pick<Reference, 'path' | 'line'> & { readonly name: string })[] = []
  for (const { path, line, block } of references) {
    if (block !== null && speaksOnlyOf(block, resource) && isOnItsOwn(block)) going.add(block)
    else
      inTheWay.push({ path, line, name: block === null ? 'a part that could not be read' : addressOf(block) })
  }
  const outputs = [...going].filter(({ type }) => type === 'output')
  for (const { name } of outputs)
    for (const use of usesOfOutput(name, callers)) inTheWay.push({ ...use, name: `what uses output ${name}` })
  const places = [...new Set(inTheWay.map(({ path, line, name }) => `${name} (${path}:${line})`))]
  if (places.length > 0)
    return noEdit(`${inWords(places)} still ${places.length === 1 ? 'refers' : 'refer'} to it`)
  const names = outputs.map(({ name }) => name)
  const note = goWithIt(names)
  return codeEdit(removed([resource, ...going]), names.length === 0 ? null : note)
}

/** Whether a block is one that can go with the key: it hands on, moves or imports this key alone. */
function speaksOnlyOf(block: Resource, key: Resource): boolean {
  if (block.type === 'moved' || block.type === 'import') return true
  const value = block.attributes.get('value')
  return block.type === 'output' && value !== undefined && isOnlyAbout(value, key.name)
}

function isOnlyAbout(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case 'index': {
      const { of, key } = expression
      if (of.kind === 'variable')
        return of.name === 'aws_iam_access_key' && key.kind === 'literal' && key.value === name
      return isOnlyAbout(of, name) && (key.kind === 'literal' || isOnlyAbout(key, name))
    }
    case 'splat':
      return isOnlyAbout(expression.of, name)
    case 'literal':
    case 'template':
    case 'call':
    case 'list':
    case 'object':
      return childrenOf(expression).every(part => isOnlyAbout(part, name))
    default:
      return false
  }
}

/** A second block of the same text, active, and with it what hands on the first one's secret. */
function secondOf({ declaration, resource, module }: MadeKey, callers: Callers): CodeEdit {
  if (declaration.rotates !== undefined) return noEdit(`${declaration.rotates}, once it is applied`)
  if (resource.blocks.some(({ type }) => type === 'provisioner'))
    return noEdit('its provisioner would run once more')
  const name = freeName(resource.name, '_next', namesOf(module, resource))
  const isInactive = resource.attributes.has('status')
  const changes = isInactive ? assigned(resource, 'status', '"Active"', 'user') : []
  if (changes === null) return noEdit('its status is written in a form of its own')
  const { splices, left, isOutput } = handingOn(resource, name, module)
  const notes = [
    ...(left.length === 0 ? [] : [stillRead(left.length, inWords(left))]),
    ...(isOutput && callers.length > 0 ? ['what calls the module is to hand on its new output, too'] : []),
  ]
  return codeEdit([repeated(resource, name, changes), ...splices], notes.join('; ') || null)
}

function inWords(places: readonly string[]): string {
  const more = places.length - MOST_PLACES
  return more > 0 ? `${places.slice(0, MOST_PLACES).join(', ')} and ${more} more` : places.join(', ')
}

const MOST_PLACES = 5

/** A string literal of Terraform's language. */
function literal(text: string): string {
  return JSON.stringify(text.replace(/[$%]\{/g, opening => `${opening.charAt(0)}${opening}`))
}
