import type { Expression } from '../expressions/expression.ts'
import { isList, UNKNOWN, type Value } from '../names/values.ts'

/**
 * A value as a variable's type constraint makes it: sets, and the optional attributes of objects that are left out,
 * null without a default. https://developer.hashicorp.com/terraform/language/expressions/type-constraints
 */
export function converted(
  value: Value,
  type: Expression | undefined,
  defaultOf: (of: Expression) => Value,
): Value {
  if (type?.kind !== 'call') return value
  const [inner] = type.arguments
  switch (type.name) {
    case 'optional':
      return converted(value, inner, defaultOf)
    case 'list':
    case 'set': {
      if (!isList(value) && !(value instanceof Set)) return value
      const elements = Array.from<Value, Value>(value, one => converted(one, inner, defaultOf))
      return type.name === 'set' ? new Set(elements) : elements
    }
    case 'map':
      return value instanceof Map
        ? new Map([...value].map(([key, one]) => [key, converted(one, inner, defaultOf)]))
        : value
    case 'object':
      return inner?.kind === 'object' && value instanceof Map ? shaped(value, inner, defaultOf) : value
    default:
      return value
  }
}

function shaped(
  value: ReadonlyMap<string, Value>,
  type: Expression & { kind: 'object' },
  defaultOf: (of: Expression) => Value,
): Value {
  const shape = type.entries.map(([key, of]): [string, Value] => {
    const name = key.kind === 'literal' ? String(key.value) : ''
    const given = value.get(name)
    const isOptional = of.kind === 'call' && of.name === 'optional'
    if (given !== undefined && !(given === null && isOptional)) return [name, converted(given, of, defaultOf)]
    if (!isOptional) return [name, UNKNOWN]
    const [inner, byDefault] = of.arguments
    return [name, byDefault === undefined ? null : converted(defaultOf(byDefault), inner, defaultOf)]
  })
  const named = new Set(shape.map(([name]) => name))
  return new Map([...shape, ...[...value].filter(([name]) => !named.has(name))])
}
