import { isSeq, type Node } from 'yaml'
import type { KeyDeclaration, SourceLocation, UserDeclaration } from '../domain/declarations.ts'
import { USER_NAME } from './user-name.ts'
import { type Entry, readYaml, textOf, type YamlFile } from './yaml.ts'

interface TemplateDeclarations {
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly KeyDeclaration[]
  /** Keys of users whose name the template does not tell. */
  readonly unresolvedKeys: readonly SourceLocation[]
  readonly error: { readonly line: number; readonly message: string } | null
}

/**
 * Declarations of a CloudFormation or SAM template, YAML or JSON, each at its logical ID. A user without `UserName`
 * gets a name that CloudFormation generates, so it and its keys declare no name.
 */
export function readTemplate(path: string, text: string): TemplateDeclarations {
  const file = readYaml(text)
  const resources = new Map(file.entries(file.get(file.root, 'Resources')).map(entry => [entry.key, entry]))
  const parameters = new Map(file.entries(file.get(file.root, 'Parameters')).map(entry => [entry.key, entry]))
  const template = { file, resources, parameters, known: new Map() }
  const users: UserDeclaration[] = []
  const keys: KeyDeclaration[] = []
  const unresolvedKeys: SourceLocation[] = []
  for (const resource of resources.values()) {
    const type = typeOf(file, resource)
    if (type !== USER && type !== ACCESS_KEY) continue
    const userName = textFrom(template, propertyOf(file, resource, 'UserName'))
    if (userName === null || !USER_NAME.test(userName)) {
      if (type === ACCESS_KEY) unresolvedKeys.push({ path, line: resource.line })
      continue
    }
    const declaration = {
      tool: 'cloudformation',
      path,
      line: resource.line,
      userName,
      address: resource.key,
    } as const
    if (type === USER) {
      users.push(declaration)
    } else {
      const status = textFrom(template, propertyOf(file, resource, 'Status'))
      keys.push({ ...declaration, status: status === 'Active' || status === 'Inactive' ? status : null })
    }
  }
  return { users, keys, unresolvedKeys, error: file.error }
}

const USER = 'AWS::IAM::User'
const ACCESS_KEY = 'AWS::IAM::AccessKey'
const DEEPEST = 10

interface Template {
  readonly file: YamlFile
  readonly resources: ReadonlyMap<string, Entry>
  readonly parameters: ReadonlyMap<string, Entry>
  /** What references came to; null meanwhile, so that one that needs itself comes to nothing. */
  readonly known: Map<string, string | null>
}

/** The text that a property comes to, or null where that takes more than the template says. */
function textFrom(template: Template, node: Node | null, depth = 0): string | null {
  if (node === null || depth > DEEPEST) return null
  const call = functionOf(template.file, node)
  switch (call?.name) {
    case undefined:
      return textOf(node)
    case 'Ref':
      return referenceTo(template, textOf(call.argument), depth)
    case 'Sub':
      return substituted(template, call.argument, depth)
    case 'Join':
      return joined(template, call.argument, depth)
    default:
      return null
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

function referenceTo(template: Template, name: string | null, depth: number): string | null {
  if (name === null) return null
  const known = template.known.get(name)
  if (known !== undefined) return known
  template.known.set(name, null)
  const value = meaningOf(template, name, depth)
  template.known.set(name, value)
  return value
}

/** `Ref` to a user gives its name, to a parameter its value: the default, as far as the template says. */
function meaningOf(template: Template, name: string, depth: number): string | null {
  const { file, resources, parameters } = template
  const resource = resources.get(name)
  if (resource === undefined) return textOf(file.get(parameters.get(name)?.value, 'Default'))
  if (typeOf(file, resource) !== USER) return null
  return textFrom(template, propertyOf(file, resource, 'UserName'), depth + 1)
}

/** `!Sub 'text ${Name}'` or `!Sub ['text ${Name}', { Name: value }]`. */
function substituted(template: Template, argument: Node, depth: number): string | null {
  const [text, variables] = isSeq<Node | null>(argument) ? argument.items : [argument]
  const pattern = textOf(text ?? null)
  if (pattern === null || pattern.length > LONGEST_TEXT) return null
  let known = true
  const value = pattern.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`
    const own = template.file.get(variables ?? null, name)
    const found = own === null ? referenceTo(template, name, depth) : textFrom(template, own, depth + 1)
    known &&= found !== null
    return found ?? ''
  })
  return known && value.length <= LONGEST_TEXT ? value : null
}

function joined(template: Template, argument: Node, depth: number): string | null {
  const [separator, list] = isSeq<Node | null>(argument) ? argument.items : []
  if (!isSeq<Node | null>(list) || list.items.length > LONGEST_TEXT) return null
  const parts = list.items.map(item => textFrom(template, item, depth + 1))
  const value = parts.join(textOf(separator ?? null) ?? '')
  return parts.includes(null) || value.length > LONGEST_TEXT ? null : value
}

const LONGEST_TEXT = 1024

function typeOf(file: YamlFile, resource: Entry): string | null {
  return textOf(file.get(resource.value, 'Type'))
}

function propertyOf(file: YamlFile, resource: Entry, name: string): Node | null {
  return file.get(file.get(resource.value, 'Properties'), name)
}
