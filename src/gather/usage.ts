import type { Event } from '@aws-sdk/client-cloudtrail'
import { type Aws, connect } from '../aws/client.ts'
import { openTrail, readStatusChanges, recordOf, type Trail, textOf } from '../aws/cloudtrail.ts'
import type { Session } from '../aws/session.ts'
import type { Observation, ObservationOf, Use } from '../domain/evidence.ts'
import { PARTITIONS, partitionOfRegion } from '../domain/partitions.ts'
import { formatInstant } from '../domain/time.ts'
import type { KeyToLookUp } from './live-checks.ts'
import type { OptionalCalls } from './optional-calls.ts'

interface TrailQuestion {
  readonly aws: Aws
  readonly session: Session
  readonly optional: OptionalCalls
  /** No look-up begins after it, so that the account's evidence is whole before the deadline. */
  readonly until: Date
  readonly signal: AbortSignal
}

/**
 * What CloudTrail's management events say (cloudtrail:LookupEvents): who uses each of `inUse`, in the region of its last
 * use and where IAM's own events are; and when each of `inactive` last changed its status, the clock of its deletion.
 */
export async function observeTrail(
  question: TrailQuestion,
  inUse: readonly KeyToLookUp[],
  inactive: readonly KeyToLookUp[],
): Promise<Observation[]> {
  const trails = openTrails(question)
  const { partition } = question.session
  const usage = await lookUpEach(question, inUse, async key => {
    const regions = new Set([PARTITIONS[partition].iamRegion])
    if (key.region && partitionOfRegion(key.region) === partition) regions.add(key.region)
    return Promise.all([...regions].map(region => usageIn(trails, question, key, region)))
  })
  const changes = await statusChanges(trails, question, inactive)
  return [...usage, ...changes]
}

async function usageIn(trails: Trails, { optional }: TrailQuestion, key: KeyToLookUp, region: string) {
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

/** The newest status change of each key, as far as the pages that are read tell it. */
async function statusChanges(
  trails: Trails,
  { optional, session }: TrailQuestion,
  keys: readonly KeyToLookUp[],
): Promise<ObservationOf<'status-change'>[]> {
  if (keys.length === 0) return []
  const answer = await optional.attempt(LOOKUP, null, async () =>
    readStatusChanges(await trails(PARTITIONS[session.partition].iamRegion)),
  )
  if (!answer) return []
  const { changes, truncated } = answer
  const known = truncated ? keys.filter(({ accessKeyId }) => changes.has(accessKeyId)) : keys
  if (known.length < keys.length)
    optional.leaveOut(
      LOOKUP,
      'CloudTrail has more status changes than are read; those of some keys are unknown.',
    )
  const at = formatInstant(new Date())
  return known.map(({ user, accessKeyId }) => {
    const change = changes.get(accessKeyId)
    return {
      kind: 'status-change',
      user,
      accessKeyId,
      at,
      changedAt: change?.at ?? null,
      status: change?.status ?? null,
    }
  })
}

/** The most urgent first, as many as the limits allow; what is left out is recorded. */
async function lookUpEach(
  { optional, until }: TrailQuestion,
  keys: readonly KeyToLookUp[],
  lookUp: (key: KeyToLookUp) => Promise<readonly (Observation | null)[]>,
): Promise<Observation[]> {
  const observations: Observation[] = []
  let done = 0
  for (const key of keys.slice(0, MAX_KEYS)) {
    if (optional.gaveUp(LOOKUP) || Date.now() > until.getTime()) break
    observations.push(...(await lookUp(key)).filter(answer => answer !== null))
    done += 1
  }
  if (done < keys.length && !optional.gaveUp(LOOKUP))
    optional.leaveOut(
      LOOKUP,
      `${keys.length - done} of ${keys.length} keys were not looked up: ${done < MAX_KEYS ? 'the time was too short' : `at most ${MAX_KEYS} an account are`}.`,
    )
  return observations
}

type Trails = (region: string) => Promise<Trail>

/** One trail a region: its own client, its own pace. */
function openTrails({ aws, session, signal }: TrailQuestion): Trails {
  const open = new Map<string, Promise<Trail>>()
  const openIn = async (region: string) => {
    const { CloudTrailClient } = await import('@aws-sdk/client-cloudtrail')
    return openTrail(connect(CloudTrailClient, aws, session, region), signal)
  }
  return region => {
    const trail = open.get(region) ?? openIn(region)
    open.set(region, trail)
    return trail
  }
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
