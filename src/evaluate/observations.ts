import type {
  AccessKeysObserved,
  AccountSummaryObserved,
  AdministratorObserved,
  LastUsedObserved,
  Observation,
  OwnerTagObserved,
  StatusChangeObserved,
  UsageObserved,
  UserGone,
} from '../domain/evidence.ts'

/** The observations of one account by what they are about; of several about the same, the newest. */
export interface Observed {
  /** By user. */
  readonly looks: ReadonlyMap<string, AccessKeysObserved | UserGone>
  /** By access key ID. */
  readonly lastUses: ReadonlyMap<string, LastUsedObserved>
  /** By user. */
  readonly ownerTags: ReadonlyMap<string, OwnerTagObserved>
  /** By user. */
  readonly administrators: ReadonlyMap<string, AdministratorObserved>
  /** By access key ID, one for each region. */
  readonly usage: ReadonlyMap<string, readonly UsageObserved[]>
  /** By access key ID. */
  readonly statusChanges: ReadonlyMap<string, StatusChangeObserved>
  readonly accountSummary: AccountSummaryObserved | null
}

export function indexObservations(observations: readonly Observation[]): Observed {
  const looks = new Map<string, AccessKeysObserved | UserGone>()
  const lastUses = new Map<string, LastUsedObserved>()
  const ownerTags = new Map<string, OwnerTagObserved>()
  const administrators = new Map<string, AdministratorObserved>()
  const usage = new Map<string, UsageObserved[]>()
  const statusChanges = new Map<string, StatusChangeObserved>()
  let accountSummary: AccountSummaryObserved | null = null
  for (const observation of observations) {
    switch (observation.kind) {
      case 'access-keys':
      case 'user-gone':
        keepNewest(looks, observation.user, observation)
        break
      case 'last-used':
        keepNewest(lastUses, observation.accessKeyId, observation)
        break
      case 'owner-tag':
        keepNewest(ownerTags, observation.user, observation)
        break
      case 'administrator':
        keepNewest(administrators, observation.user, observation)
        break
      case 'usage': {
        const known = usage.get(observation.accessKeyId)
        if (known === undefined) usage.set(observation.accessKeyId, [observation])
        else known.push(observation)
        break
      }
      case 'account-summary':
        accountSummary = observation
        break
      case 'status-change':
        keepNewest(statusChanges, observation.accessKeyId, observation)
        break
    }
  }
  return { looks, lastUses, ownerTags, administrators, usage, statusChanges, accountSummary }
}

function keepNewest<T extends { readonly at: string }>(map: Map<string, T>, key: string, value: T): void {
  const known = map.get(key)
  if (known === undefined || known.at <= value.at) map.set(key, value)
}
