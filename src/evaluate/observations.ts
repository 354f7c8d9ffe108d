import type { Observation, ObservationOf, StatusChange } from '../domain/evidence.ts'

type Kind = Observation['kind']

/** The observations of one account by kind and by what they are about. */
export interface Observations {
  /** All of the kind about the subject: an access key ID, else a user, else null for the account. */
  all<K extends Kind>(kind: K, subject: string | null): readonly ObservationOf<K>[]
  /** Of several about the same, the newest. */
  newest<K extends Kind>(kind: K, subject: string | null): ObservationOf<K> | undefined
  /** The newest look at a user's keys; a user who was not found has none, unless it was deleted. */
  look(user: string): ObservationOf<'access-keys' | 'user-gone'> | undefined
  /** Whether the newest look found no such user, and nothing shows that it was deleted. */
  isMissing(user: string): boolean
  /** The newest change of a key's status that CloudTrail told. */
  statusChange(accessKeyId: string): StatusChange | undefined
}

export function indexObservations(observations: readonly Observation[]): Observations {
  const byKind = new Map(
    [...Map.groupBy(observations, each => each.kind)].map(([kind, of]) => [kind, Map.groupBy(of, subjectOf)]),
  )
  const all = <K extends Kind>(kind: K, subject: string | null) =>
    (byKind.get(kind)?.get(subject) ?? NONE) as readonly Observation[] as readonly ObservationOf<K>[]
  const newest = <K extends Kind>(kind: K, subject: string | null) => newestOf(all(kind, subject))
  const changes = newest('status-changes', null)?.changes ?? []
  const changesOf = Map.groupBy(changes, ({ accessKeyId }) => accessKeyId)
  const newestLook = (user: string) => {
    const gone = newest('user-gone', user)
    const listed = newest('access-keys', user)
    return gone !== undefined && (listed === undefined || gone.at > listed.at) ? gone : listed
  }
  return {
    all,
    newest,
    statusChange: accessKeyId => changesOf.get(accessKeyId)?.[0],
    look(user) {
      const found = newestLook(user)
      return isUnproved(found) ? undefined : found
    },
    isMissing: user => isUnproved(newestLook(user)),
  }
}

function isUnproved(look: ObservationOf<'access-keys' | 'user-gone'> | undefined): boolean {
  return look?.kind === 'user-gone' && look.deletedAt === null
}

const NONE: readonly never[] = []

function subjectOf(observation: Observation): string | null {
  if ('accessKeyId' in observation) return observation.accessKeyId
  return 'user' in observation ? observation.user : null
}

function newestOf<T extends { readonly at: string }>(observations: readonly T[]): T | undefined {
  let newest = observations[0]
  for (const each of observations) if (newest === undefined || newest.at <= each.at) newest = each
  return newest
}
