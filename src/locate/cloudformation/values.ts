import { isSeq, type Node } from 'yaml'
import { ACCOUNT_ID } from '../../domain/declarations.ts'
import { type Budget, evaluate, newBudget } from '../expressions/evaluate.ts'
import type { Expression } from '../expressions/expression.ts'
import { LONGEST_STRING, lazily, type Names, UNKNOWN, type Value } from '../names/values.ts'
import { textOf, type YamlFile } from '../text/yaml.ts'
import { filled, type Loop, type Template } from './template.ts'

type TextFrom = (node: Node | null, loop: Loop) => Value

/** What the nodes of a template come to, as far as it says: parameters at their defaults, or of no known value. */
export function evaluator(template: Template, hasDefaults: boolean): TextFrom {
  const { file, resources, parameters, mappings, conditions } = template
  const budget = newBudget()
  const textFrom: TextFrom = (node, loop) =>
    evaluate(expressionOf(node, { template, loop, budget }), names, budget)
  const referenceTo = (name: string): Value => {
    const resource = resources.get(name)
    if (resource === undefined)
      return (hasDefaults && textOf(file.get(parameters.get(name)?.value, 'Default'))) || UNKNOWN
    if (resource.type !== 'AWS::IAM::User') return UNKNOWN
    const userName = template.property(resource, 'UserName')
    return userName === null ? { pattern: [null, `-${name}-`, null] } : textFrom(userName, resource.loop)
  }
  const conditionOf = (name: string) => textFrom(file.get(conditions, name), NO_LOOP)
  const inMap = (map: string) => (first: string) => (second: string) =>
    textOf(file.get(file.get(file.get(mappings, map), first), second)) ?? UNKNOWN
  const names: Names = new Map<string, Value>([
    ['Ref', lazily([...resources.keys(), ...parameters.keys()], referenceTo)],
    [
      'Condition',
      lazily(
        file.entries(conditions).map(({ key }) => key),
        conditionOf,
      ),
    ],
    ['FindInMap', inMap],
  ])
  return textFrom
}

const NO_LOOP: Loop = new Map()
const DEEPEST = 10

interface Scope {
  readonly template: Template
  readonly loop: Loop
  /** Aliases of aliases could multiply. */
  readonly budget: Budget
}

/** A node as the expression that Terraform would write. */
function expressionOf(node: Node | null | undefined, scope: Scope, depth = 0): Expression {
  const { template, budget } = scope
  if (!node || depth > DEEPEST || budget.steps-- <= 0) return NOTHING
  const inner = (of: Node | null | undefined) => expressionOf(of, scope, depth + 1)
  const call = functionOf(template.file, node)
  if (call !== null) return callOf(call, inner, scope)
  if (isSeq<Node | null>(node)) return { kind: 'list', items: node.items.map(inner) }
  const value = textOf(node)
  if (value === null) return NOTHING
  // What the Serverless framework fills in is not known.
  return template.isServerless ? interpolated(value, NO_LOOP, () => NOTHING) : { kind: 'literal', value }
}

const NOTHING: Expression = { kind: 'unknown' }

interface Call {
  readonly name: string
  readonly argument: Node
}

/** A function call, in its short form (`!Ref x`) or its long one (`{ Ref: x }`, `{ "Fn::Sub": x }`). */
function functionOf(file: YamlFile, node: Node): Call | null {
  const tag = node.tag ?? ''
  if (/^!\w/.test(tag)) return { name: tag.slice(1), argument: node }
  const [only, ...others] = file.entries(node)
  if (only === undefined || only.value === null || others.length > 0) return null
  return { name: only.key.replace(/^Fn::/, ''), argument: only.value }
}

function callOf(
  { name, argument }: Call,
  inner: (of: Node | null | undefined) => Expression,
  scope: Scope,
): Expression {
  const given = isSeq<Node | null>(argument) ? argument.items : [argument]
  const [first = null, second = null, third] = given
  switch (name) {
    case 'Ref':
      return referenceTo(textOf(argument) ?? '', scope)
    case 'Condition':
      return member(name, textOf(argument) ?? '')
    case 'Sub':
      return interpolated(textOf(first), scope.loop, of => {
        const own = scope.template.file.get(second, of)
        return own === null ? referenceTo(of, scope) : inner(own)
      })
    case 'Join':
      return { kind: 'call', name: 'join', arguments: [inner(first), inner(second)], expanded: false }
    case 'FindInMap':
      return given.map(inner).reduce((of, key) => ({ kind: 'index', of, key }), { kind: 'variable', name })
    case 'If': {
      const condition = member('Condition', textOf(first) ?? '')
      return { kind: 'conditional', condition, yes: inner(second), no: inner(third) }
    }
    case 'Equals':
      return { kind: 'operation', operator: '==', left: inner(first), right: inner(second) }
    case 'And':
    case 'Or': {
      const operator = name === 'And' ? '&&' : '||'
      const none: Expression = { kind: 'literal', value: name === 'And' }
      return given.map(inner).reduce((left, right) => ({ kind: 'operation', operator, left, right }), none)
    }
    case 'Not':
      return { kind: 'negation', operator: '!', of: inner(first) }
    default:
      return NOTHING
  }
}

function referenceTo(name: string, { loop }: Scope): Expression {
  const value = name === 'AWS::AccountId' ? ACCOUNT_ID : loop.get(name)
  return value === undefined ? member('Ref', filled(name, loop)) : { kind: 'literal', value }
}

function member(of: string, value: string): Expression {
  return { kind: 'index', of: { kind: 'variable', name: of }, key: { kind: 'literal', value } }
}

/** A text with what `${Name}` stands for in it; `${!Name}` is written without its mark. */
function interpolated(text: string | null, loop: Loop, meaning: (name: string) => Expression): Expression {
  if (text === null || text.length > LONGEST_STRING) return NOTHING
  const parts = text.split(/(\$\{[^}]*\})/).map((value): Expression => {
    const [, mark, name = ''] = /^\$\{(!?)([^}]*)\}$/.exec(value) ?? []
    if (mark === undefined) return { kind: 'literal', value: filled(value, loop) }
    return mark === '!' ? { kind: 'literal', value: `\${${name}}` } : meaning(name)
  })
  return { kind: 'template', parts }
}
