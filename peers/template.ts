/** The policies of a CloudFormation template under given parameters: the functions that `setup/` uses, worked out. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isNode, isSeq, parseDocument } from 'yaml'
import { PROJECT } from './install.ts'

export interface Policies {
  readonly trust: Policy
  readonly permissions: readonly Policy[]
}

export interface Policy {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

export interface Statement {
  readonly Effect: string
  readonly Principal?: Readonly<Record<string, unknown>>
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const NO_VALUE = Symbol('AWS::NoValue')

/** The trust and the permissions of its resource Role. Throws at a function it does not know. */
export function policiesOf(
  file: string,
  given: Readonly<Record<string, string>>,
  pseudo: Readonly<Record<string, string>>,
): Policies {
  const document = parseDocument(readFileSync(join(PROJECT, file), 'utf8'), { logLevel: 'silent' })
  const template = plain(document.contents) as Template
  const defaults = Object.entries(template.Parameters).map(([name, each]) => [name, each.Default])
  const values = new Map<string, unknown>([
    ...(defaults as [string, string][]),
    ...Object.entries({ ...given, ...pseudo }),
    ['AWS::NoValue', NO_VALUE],
  ])
  const properties = template.Resources.Role.Properties
  const work = worker(values, template.Conditions)
  const permissions = work(properties['Policies']) as { PolicyDocument: Policy }[]
  return {
    trust: work(properties['AssumeRolePolicyDocument']) as Policy,
    permissions: permissions.map(each => each.PolicyDocument),
  }
}

interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: string }>>
  readonly Conditions: Readonly<Record<string, unknown>>
  readonly Resources: { readonly Role: { readonly Properties: Readonly<Record<string, unknown>> } }
}

/** The tag `!If` becomes `Fn::If`, as in JSON. */
function plain(node: unknown): unknown {
  if (!isNode(node)) return node
  const value = isMap(node)
    ? Object.fromEntries(node.items.map(({ key, value }) => [String(key), plain(value)]))
    : isSeq(node)
      ? node.items.map(plain)
      : node.toJSON()
  return node.tag?.startsWith('!') ? { [`Fn::${node.tag.slice(1)}`]: value } : value
}

function worker(values: ReadonlyMap<string, unknown>, conditions: Readonly<Record<string, unknown>>) {
  return work

  function work(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(work).filter(each => each !== NO_VALUE)
    if (typeof value !== 'object' || value === null) return value
    const [[name = '', argument] = []] = Object.entries(value)
    if (name.startsWith('Fn::')) return call(name.slice(4), argument)
    const worked = Object.entries(value).map(([key, each]) => [key, work(each)] as const)
    return Object.fromEntries(worked.filter(([, each]) => each !== NO_VALUE))
  }

  function call(name: string, argument: unknown): unknown {
    const list = Array.isArray(argument) ? argument : [argument]
    switch (name) {
      case 'Ref':
        return lookUp(String(argument), values)
      case 'Sub': {
        const [text, more] = list
        const local = new Map([...values, ...Object.entries((more ? work(more) : {}) as object)])
        return String(text).replaceAll(/\$\{([\w:]+)\}/g, (_, each) => String(lookUp(each, local)))
      }
      case 'If':
        return work(work(conditions[list[0]]) ? list[1] : list[2])
      case 'Equals':
        return work(list[0]) === work(list[1])
      case 'Not':
        return !work(list[0])
      case 'And':
        return list.every(work)
      case 'Select':
        return (work(list[1]) as unknown[])[Number(list[0])]
      case 'Split':
        return String(work(list[1])).split(String(list[0]))
      default:
        throw new Error(`!${name} is not worked out`)
    }
  }
}

function lookUp(name: string, values: ReadonlyMap<string, unknown>): unknown {
  if (!values.has(name)) throw new Error(`nothing gives a value for ${name}`)
  return values.get(name)
}
