import type { Observation, ObservationOf } from '../domain/evidence.ts'

type Kind = Observation['kind']

/** The observations of one account by kind and by what they are about. */
export interface Observations {
  /** All of the kind about the subject: an access key ID, else a user, else null for the account. */
  all<K extends Kind>(kind: K, subject: string | null): readonly ObservationOf<K>[]
  /** Of several about the same, the newest. */
  newest<K extends Kind>(kind: K, subject: string | null): ObservationOf<K> | undefined
  /** The newest look at a user's keys. */
  look(user: string): ObservationOf<'access-keys' | 'user-gone'> | undefined
}

export function indexObservations(observations: readonly Observation[]): Observations {
  const bySubject = Map.groupBy(observations, each => indexKey(each.kind, subjectOf(each)))
  const all = <K extends Kind>(kind: K, subject: string | null) =>
    (bySubject.get(indexKey(kind, subject)) ?? []) as readonly Observation[] as readonly ObservationOf<K>[]
  return {
    all,
    newest: (kind, subject) => newestOf(all(kind, subject)),
    look: user => newestOf([...all('access-keys', user), ...all('user-gone', user)]),
  }
}

function subjectOf(observation: Observation): string | null {
  if ('accessKeyId' in observation) return observation.accessKeyId
  return 'user' in observation ? observation.user : null
}

function indexKey(kind: Kind, subject: string | null): string {
  return subject === null ? kind : `${kind} ${subject}`
}

function newestOf<T extends { readonly at: string }>(observations: readonly T[]): T | undefined {
  return observations.reduce<T | undefined>(
    (newest, each) => (newest === undefined || newest.at <= each.at ? each : newest),
    undefined,
  )
}
