import { isSeq, type Node } from 'yaml'
import { ACCOUNT_ID } from '../../domain/declarations.ts'
import { concatenated, LONGEST_STRING, UNKNOWN, type Value } from '../names/values.ts'
import { textOf, type YamlFile } from '../text/yaml.ts'
import { filled, type Loop, type Template } from './template.ts'

const DEEPEST = 10
const NO_LOOP: Loop = new Map()

/** The text that a property comes to, as far as the template says. */
export function textFrom(template: Template, node: Node | null, loop: Loop = NO_LOOP, depth = 0): Value {
  if (node === null || depth > DEEPEST) return UNKNOWN
  const call = functionOf(template.file, node)
  if (call === null) {
    const written = textOf(node)
    if (written === null) return UNKNOWN
    return template.isServerless && written.includes('${') ? withGaps(written) : written
  }
  const { name, argument } = call
  const argued = isSeq<Node | null>(argument) ? argument.items : [argument]
  const value = (of: Node | null | undefined) => textFrom(template, of ?? null, loop, depth + 1)
  switch (name) {
    case 'Ref':
      return referenceTo(template, textOf(argument), loop, depth)
    case 'Sub':
      return substituted(template, argued, loop, depth)
    case 'Join':
      return joined(template, argued, loop, depth)
    case 'FindInMap':
      return inMap(template, argued.map(value))
    case 'If': {
      const [condition, yes, no] = argued
      const met = isMet(
        template,
        template.file.get(template.conditions, textOf(condition ?? null) ?? ''),
        depth,
      )
      return met === null ? UNKNOWN : value(met ? yes : no)
    }
    default:
      return UNKNOWN
  }
}

/** A function call, in its short form (`!Ref x`) or its long one (`{ Ref: x }`, `{ "Fn::Sub": x }`). */
function functionOf(file: YamlFile, node: Node): { name: string; argument: Node } | null {
  const tag = node.tag ?? ''
  if (/^!\w/.test(tag)) return { name: tag.slice(1), argument: node }
  const [only, ...others] = file.entries(node)
  if (only === undefined || only.value === null || others.length > 0) return null
  return { name: only.key.replace(/^Fn::/, ''), argument: only.value }
}

/** What the Serverless framework fills in is not known. */
function withGaps(written: string): Value {
  const parts = written.split(/\$\{[^}]*\}/)
  return concatenated(
    parts.flatMap((part, index) => (index === 0 ? [part] : [UNKNOWN, part])),
    '',
  )
}

function referenceTo(template: Template, name: string | null, loop: Loop, depth: number): Value {
  if (name === null) return UNKNOWN
  const own = loop.get(name)
  if (own !== undefined) return own
  if (name === 'AWS::AccountId') return ACCOUNT_ID
  if (template.known.has(name)) return template.known.get(name) as Value
  template.known.set(name, UNKNOWN)
  const value = meaningOf(template, filled(name, loop), depth)
  template.known.set(name, value)
  return value
}

/** `Ref` to a user gives its name, to a parameter its value: the default, as far as the template says. */
function meaningOf(template: Template, name: string, depth: number): Value {
  const { file, resources, parameters } = template
  const resource = resources.get(name)
  if (resource === undefined) {
    const byDefault = textOf(file.get(parameters.get(name)?.value, 'Default'))
    return byDefault === null || byDefault === '' ? UNKNOWN : byDefault
  }
  if (resource.type !== 'AWS::IAM::User') return UNKNOWN
  const userName = template.property(resource, 'UserName')
  if (userName === null) return { pattern: [null, `-${name}-`, null] }
  return textFrom(template, userName, resource.loop, depth + 1)
}

/** `!Sub 'text ${Name}'` or `!Sub ['text ${Name}', { Name: value }]`. */
function substituted(
  template: Template,
  [text, variables]: readonly (Node | null)[],
  loop: Loop,
  depth: number,
): Value {
  const pattern = textOf(text ?? null)
  if (pattern === null || pattern.length > LONGEST_STRING) return UNKNOWN
  const pieces = pattern.split(/(\$\{[^}]*\})/)
  const values = pieces.map((piece): Value => {
    const [, literal, name = ''] = /^\$\{(!?)([^}]*)\}$/.exec(piece) ?? []
    if (literal === undefined) return filled(piece, loop)
    if (literal === '!') return `\${${name}}`
    const own = template.file.get(variables ?? null, name)
    return own === null ? referenceTo(template, name, loop, depth) : textFrom(template, own, loop, depth + 1)
  })
  return concatenated(values, '')
}

function joined(
  template: Template,
  [separator, list]: readonly (Node | null)[],
  loop: Loop,
  depth: number,
): Value {
  if (!isSeq<Node | null>(list) || list.items.length > LONGEST_STRING) return UNKNOWN
  const parts = list.items.map(item => textFrom(template, item, loop, depth + 1))
  return concatenated(parts, textOf(separator ?? null) ?? '')
}

function inMap({ file, mappings }: Template, [map, first, second]: readonly Value[]): Value {
  if (typeof map !== 'string' || typeof first !== 'string' || typeof second !== 'string') return UNKNOWN
  return textOf(file.get(file.get(file.get(mappings, map), first), second)) ?? UNKNOWN
}

/** Whether a condition holds, its parameters at their defaults; null where that is not known. */
function isMet(template: Template, condition: Node | null, depth: number): boolean | null {
  const call = condition === null || depth > DEEPEST ? null : functionOf(template.file, condition)
  if (call === null) return null
  const argued = isSeq<Node | null>(call.argument) ? call.argument.items : [call.argument]
  if (call.name === 'Condition')
    return isMet(template, template.file.get(template.conditions, textOf(call.argument) ?? ''), depth + 1)
  if (call.name === 'Equals') {
    const [left, right] = argued.map(node => textFrom(template, node, NO_LOOP, depth + 1))
    return typeof left === 'string' && typeof right === 'string' ? left === right : null
  }
  const met = argued.map(node => isMet(template, node, depth + 1))
  if (call.name === 'Not') return met[0] === null || met[0] === undefined ? null : !met[0]
  const decisive = call.name === 'Or'
  if (call.name !== 'And' && call.name !== 'Or') return null
  if (met.includes(decisive)) return decisive
  return met.includes(null) ? null : !decisive
}
