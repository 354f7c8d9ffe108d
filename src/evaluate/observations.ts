import type { Observation, ObservationOf } from '../domain/evidence.ts'

type Kind = Observation['kind']

export type Observations = ReturnType<typeof indexObservations>

/** The observations of one account by kind and by what they are about: an access key ID, else a user, else null for the account. */
export function indexObservations(observations: readonly Observation[]) {
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
    /** All of the kind about the subject. */
    all,
    /** Of several about the same, the newest. */
    newest,
    /** The newest change of a key's status that CloudTrail told. */
    statusChange: (accessKeyId: string) => changesOf.get(accessKeyId)?.[0],
    /** The newest look at a user's keys; a user who was not found has none, unless it was deleted. */
    look(user: string) {
      const found = newestLook(user)
      return isUnproved(found) ? undefined : found
    },
    /** Whether the newest look found no such user, and nothing shows that it was deleted. */
    isMissing: (user: string) => isUnproved(newestLook(user)),
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
