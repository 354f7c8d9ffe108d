import type { Event } from '@aws-sdk/client-cloudtrail'
import { readDeletions, readStatusChanges, recordOf, type Trails, textOf } from '../aws/cloudtrail.ts'
import type { Observation, ObservationOf, Use } from '../domain/evidence.ts'
import { once } from '../domain/memoize.ts'
import { PARTITIONS, type Partition, partitionOfRegion } from '../domain/partitions.ts'
import { formatInstant } from '../domain/time.ts'
import type { KeyToLookUp } from './live-checks.ts'
import type { OptionalCalls } from './optional-calls.ts'

interface TrailQuestion {
  readonly trails: Trails
  readonly partition: Partition
  readonly optional: OptionalCalls
  /** No look-up begins after it, so that the account's evidence is whole before the deadline. */
  readonly until: Date
}

type AccountQuestion = Omit<TrailQuestion, 'until'>

/** Which keys changed their status (cloudtrail:LookupEvents where IAM's own events are), or null where that was refused. */
export async function observeStatusChanges({
  trails,
  partition,
  optional,
}: AccountQuestion): Promise<ObservationOf<'status-changes'> | null> {
  return optional.attempt(LOOKUP, null, async () =>
    readStatusChanges(await trails(PARTITIONS[partition].iamRegion)),
  )
}

/** Which users were deleted since (cloudtrail:LookupEvents), asked for once; null where that was refused. */
export function openDeletions(
  { trails, partition, optional }: AccountQuestion,
  since: Date,
): () => Promise<ReadonlyMap<string, string> | null> {
  return once(() =>
    optional.attempt(LOOKUP, null, async () =>
      readDeletions(await trails(PARTITIONS[partition].iamRegion), since),
    ),
  )
}

/**
 * Who uses each key by CloudTrail's management events, in the region of its last use and where IAM's own events are: the
 * most urgent first, as many as the limits allow; what is left out is recorded.
 */
export async function observeUsage(
  question: TrailQuestion,
  keys: readonly KeyToLookUp[],
): Promise<Observation[]> {
  const { partition, optional, until } = question
  const observations: Observation[] = []
  let done = 0
  for (const key of keys.slice(0, MAX_KEYS)) {
    if (optional.gaveUp(LOOKUP) || Date.now() > until.getTime()) break
    const regions = new Set([PARTITIONS[partition].iamRegion])
    if (key.region && partitionOfRegion(key.region) === partition) regions.add(key.region)
    const answers = await Promise.all([...regions].map(region => usageIn(question, key, region)))
    observations.push(...answers.filter(answer => answer !== null))
    done += 1
  }
  if (done < keys.length && !optional.gaveUp(LOOKUP))
    optional.leaveOut(
      LOOKUP,
      `${keys.length - done} of ${keys.length} keys were not looked up: ${done < MAX_KEYS ? 'the time was too short' : `at most ${MAX_KEYS} an account are`}.`,
    )
  return observations
}

async function usageIn({ trails, optional }: TrailQuestion, key: KeyToLookUp, region: string) {
  const { user, accessKeyId } = key
  const answer = await optional.attempt(LOOKUP, user, async () =>
    (await trails(region)).lookUp('AccessKeyId', accessKeyId, PAGES_PER_KEY),
  )
  if (!answer) return null
  const observed: ObservationOf<'usage'> = {
    kind: 'usage',
    user,
    accessKeyId,
    at: formatInstant(new Date()),
    region,
    uses: distinctUses(answer.events),
    truncated: answer.truncated,
  }
  return observed
}

function distinctUses(events: readonly Event[]): Use[] {
  const uses = new Map<string, Use>()
  const newestFirst = events.toSorted((a, b) => (b.EventTime?.getTime() ?? 0) - (a.EventTime?.getTime() ?? 0))
  for (const event of newestFirst) {
    if (!event.EventTime) continue
    const record = recordOf(event)
    const use: Use = {
      at: formatInstant(event.EventTime),
      userAgent: textOf(record, 'userAgent').slice(0, 512),
      sourceAddress: textOf(record, 'sourceIPAddress').slice(0, 256),
      eventSource: (event.EventSource ?? textOf(record, 'eventSource')).slice(0, 256),
      eventName: (event.EventName ?? textOf(record, 'eventName')).slice(0, 256),
    }
    const identity = JSON.stringify([use.userAgent, use.sourceAddress, use.eventSource, use.eventName])
    if (!uses.has(identity)) uses.set(identity, use)
  }
  return [...uses.values()]
}

const LOOKUP = 'cloudtrail:LookupEvents'
const PAGES_PER_KEY = 2
const MAX_KEYS = 100
