import type { Gathered, Observation, ObservationOf } from './evidence.ts'
import { compareTexts } from './order.ts'

/** Sorts by kind, then by what the observations are about. */
export function compareObservations(a: Observation, b: Observation): number {
  return compareTexts(subjectOf(a), subjectOf(b))
}

function subjectOf(observation: Observation): string[] {
  return [
    observation.kind,
    'user' in observation ? observation.user : '',
    'accessKeyId' in observation ? observation.accessKeyId : '',
    'region' in observation ? observation.region : '',
  ]
}

export type KeyLook = ObservationOf<'access-keys'>

/** What AWS had of a user's keys, and in which account, by ID. */
export interface AccountLook {
  readonly account: string
  readonly look: KeyLook
}

/** The evidence with newer looks at users' keys in place of the older ones. */
export function withLooks(gathered: Gathered, looks: readonly KeyLook[]): Gathered {
  if (gathered.kind === 'failed-account') return gathered
  const newest = new Map(looks.map(look => [look.user, look]))
  const others = gathered.observations.filter(
    each => !((each.kind === 'access-keys' || each.kind === 'user-gone') && newest.has(each.user)),
  )
  return { ...gathered, observations: [...others, ...newest.values()].sort(compareObservations) }
}
