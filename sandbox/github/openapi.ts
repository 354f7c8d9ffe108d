/** Holds requests and answers against GitHub's own OpenAPI description (npm: @octokit/openapi). */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { Answer, Call } from '../answer.ts'

export interface Exchange {
  readonly call: Call
  /** `GET /repos/{owner}/{repo}/issues` */
  readonly action: string
  readonly answer: Answer
}

/** One line for each contradiction; none where all is well. The description (13 MB) is read only when this is asked. */
export function violationsOf(exchanges: readonly Exchange[]): string[] {
  return exchanges.flatMap(exchange => {
    const known = checked.get(exchange)
    if (known !== undefined) return known
    const found = check(exchange).map(each => `${exchange.action}: ${each}`)
    checked.set(exchange, found)
    return found
  })
}

const checked = new WeakMap<Exchange, string[]>()

type Json = Record<string, unknown>
interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Json
}

function check({ call, action, answer }: Exchange): string[] {
  const [method = '', template = ''] = action.split(' ')
  const path = at(description(), 'paths', template)
  const operation = at(path, method.toLowerCase())
  if (operation === null) return ['is no operation of the GitHub API']
  return [
    ...checkQuery(call, action, [...list(at(path, 'parameters')), ...list(at(operation, 'parameters'))]),
    ...checkBody(call, action, at(operation, 'requestBody', 'content', 'application/json', 'schema')),
    ...checkAnswer(answer, action, at(operation, 'responses')),
  ]
}

function checkQuery(call: Call, action: string, raw: readonly unknown[]): string[] {
  const parameters = raw
    .map(each => resolve(each as Json) as unknown as Parameter)
    .filter(each => each.in === 'query')
  const violations = []
  for (const [name, text] of call.query) {
    const parameter = parameters.find(each => each.name === name)
    if (parameter === undefined) violations.push(`unknown query parameter ${name}`)
    else
      violations.push(
        ...errors(`${action}?${name}`, parameter.schema, coerced(text, parameter.schema), `query ${name}`),
      )
  }
  return violations
}

function checkBody(call: Call, action: string, schema: Json | null): string[] {
  if (call.body === '') return []
  if (schema === null) return ['a request body where none is described']
  const body = parse(call.body)
  if (body === undefined) return ['the request body is no JSON']
  const properties = at(schema, 'properties')
  const unknown = properties === null ? [] : Object.keys(body as Json).filter(name => !(name in properties))
  return [
    ...errors(`${action} body`, schema, body, 'request'),
    ...unknown.map(name => `request: unknown property ${name}`),
  ]
}

function checkAnswer(answer: Answer, action: string, responses: Json | null): string[] {
  const raw = at(responses, String(answer.status))
  if (raw === null) {
    // The description leaves out errors that any operation can end in, such as 401 and 403.
    return answer.status >= 400 ? [] : [`status ${answer.status} is not described`]
  }
  const content = at(resolve(raw), 'content')
  const type = String(answer.headers['content-type'] ?? '')
  if (!type.startsWith('application/json')) return []
  const schema = at(content, 'application/json', 'schema')
  if (schema === null)
    return answer.status >= 400 ? [] : [`status ${answer.status} is described without a body`]
  const body = parse(String(answer.body))
  if (body === undefined) return ['the answer is no JSON']
  return errors(`${action} ${answer.status}`, schema, body, `answer ${answer.status}`)
}

const ajv = new Ajv({ strict: false, allErrors: false, logger: false })
addFormats.default(ajv)
const validators = new Map<string, ValidateFunction>()

function errors(name: string, schema: Json, value: unknown, where: string): string[] {
  const validate = validators.get(name) ?? ajv.compile(selfContained(schema))
  validators.set(name, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${where}${instancePath} ${message}`)
}

/** The schema with every component that it refers to, so that one compilation reads no more of the description. */
function selfContained(schema: Json): Json {
  const schemas: Record<string, unknown> = {}
  const collect = (name: string): void => {
    if (name in schemas) return
    schemas[name] = true
    schemas[name] = withNull(at(description(), 'components', 'schemas', name), collect)
  }
  return { ...(withNull(schema, collect) as Json), components: { schemas } }
}

/** Rewrites OpenAPI 3.0's `nullable` as JSON Schema has it, and reports each component referred to. */
function withNull(node: unknown, collect: (name: string) => void): unknown {
  if (Array.isArray(node)) return node.map(each => withNull(each, collect))
  if (typeof node !== 'object' || node === null) return node
  const { nullable, example: _, examples: __, ...rest } = node as Json
  const reference = rest['$ref']
  if (typeof reference === 'string') collect(reference.replace('#/components/schemas/', ''))
  const rewritten = Object.fromEntries(
    Object.entries(rest).map(([name, each]) => [name, withNull(each, collect)]),
  )
  return nullable === true ? { anyOf: [{ type: 'null' }, rewritten] } : rewritten
}

function coerced(text: string, schema: Json): unknown {
  const types = [schema, ...list(schema['oneOf'])].map(each => (each as Json)['type'])
  if (types.includes('integer') && /^-?\d+$/.test(text)) return Number(text)
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true'
  return text
}

function resolve(node: Json): Json {
  const reference = node['$ref']
  return typeof reference === 'string' ? (at(description(), ...reference.slice(2).split('/')) ?? {}) : node
}

function at(node: unknown, ...path: string[]): Json | null {
  let found = node
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return null
    found = (found as Json)[name]
  }
  return typeof found === 'object' && found !== null ? (found as Json) : null
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

let read: Json | null = null

function description(): Json {
  read ??= JSON.parse(
    readFileSync(
      createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json'),
      'utf8',
    ),
  ) as Json
  return read
}
