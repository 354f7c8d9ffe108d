import { memoize } from '../../domain/memoize.ts'
import { resourcesIn } from '../expressions/expression.ts'
import type { Module, Resource } from './module.ts'

/**
 * How applying the code rotates the key, a clause without its full stop; null where it does not. A clock is a
 * `time_rotating`, or what is made anew with one: `keepers`, `triggers`, `triggers_replace`.
 */
export function selfRotation({ blocks }: Resource, module: Module): string | null {
  const triggers = blocks.flatMap(({ type, attributes }) =>
    type === 'lifecycle' ? (attributes.get('replace_triggered_by') ?? []) : [],
  )
  for (const name of triggers.flatMap(resourcesIn)) {
    const clock = clocksOf(module).get(name)
    if (clock !== undefined) return `${name} (${clock.path}:${clock.line}) replaces it${every(clock)}`
  }
  return null
}

/** The resources of a module that are made anew as time goes by. */
const clocksOf = memoize((module: Module): ReadonlyMap<string, Resource> => {
  const resources = module.blocks.filter(({ type, labels }) => type === 'resource' && labels.length === 2)
  const clocks = new Map(
    resources.filter(({ labels }) => labels[0] === 'time_rotating').map(one => [one.labels.join('.'), one]),
  )
  const followers = resources.filter(({ attributes }) =>
    KEEPERS.some(name => resourcesIn(attributes.get(name)).some(clock => clocks.has(clock))),
  )
  return new Map([...clocks, ...followers.map((one): [string, Resource] => [one.labels.join('.'), one])])
})

const KEEPERS = ['keepers', 'triggers', 'triggers_replace']

function every({ attributes }: Resource): string {
  const days = attributes.get('rotation_days')
  return days?.kind === 'literal' && typeof days.value === 'number' ? ` every ${days.value} days` : ''
}
