import { setTimeout as sleep } from 'node:timers/promises'
import type { CloudTrailClient, Event, LookupAttributeKey } from '@aws-sdk/client-cloudtrail'
import type { Observation, StatusChangeObserved, UsageObserved, Use } from '../evidence.ts'
import { PARTITIONS, partitionOfRegion } from '../partitions.ts'
import { formatInstant } from '../time.ts'
import type { Asking } from './asking.ts'
import type { Aws } from './aws.ts'
import type { KeyToLookUp } from './observe.ts'
import { renewing, type Session } from './session.ts'

interface TrailQuestion {
  readonly aws: Aws
  readonly session: Session
  readonly asking: Asking
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

async function usageIn(trails: Trails, { asking }: TrailQuestion, key: KeyToLookUp, region: string) {
  const { user, accessKeyId } = key
  const answer = await asking.ask(LOOKUP, user, () =>
    trails(region).lookUp('AccessKeyId', accessKeyId, PAGES_PER_KEY),
  )
  if (!answer) return null
  const observed: UsageObserved = {
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

/**
 * The newest status change of each key. By event name, once for all keys: that an event can be found by the key's ID
 * as a resource is documented nowhere, and what is not found would count as unchanged.
 */
async function statusChanges(
  trails: Trails,
  { asking, session }: TrailQuestion,
  keys: readonly KeyToLookUp[],
): Promise<StatusChangeObserved[]> {
  if (keys.length === 0) return []
  const answer = await asking.ask(LOOKUP, null, () =>
    trails(PARTITIONS[session.partition].iamRegion).lookUp('EventName', 'UpdateAccessKey', STATUS_PAGES),
  )
  if (!answer) return []
  const newest = new Map<string, { readonly changedAt: string; readonly status: string | null }>()
  for (const event of answer.events) {
    const { accessKeyId, status } = readStatusChange(event)
    if (!event.EventTime || !accessKeyId || newest.has(accessKeyId)) continue
    newest.set(accessKeyId, { changedAt: formatInstant(event.EventTime), status: status || null })
  }
  const known = answer.truncated ? keys.filter(({ accessKeyId }) => newest.has(accessKeyId)) : keys
  if (known.length < keys.length)
    asking.leaveOut(
      LOOKUP,
      'CloudTrail has more status changes than are read; those of some keys are unknown.',
    )
  const at = formatInstant(new Date())
  return known.map(({ user, accessKeyId }) => ({
    kind: 'status-change',
    user,
    accessKeyId,
    at,
    ...(newest.get(accessKeyId) ?? { changedAt: null, status: null }),
  }))
}

/** The most urgent first, as many as the limits allow; what is left out is recorded. */
async function lookUpEach(
  { asking, until }: TrailQuestion,
  keys: readonly KeyToLookUp[],
  lookUp: (key: KeyToLookUp) => Promise<readonly (Observation | null)[]>,
): Promise<Observation[]> {
  const observations: Observation[] = []
  let done = 0
  for (const key of keys.slice(0, MAX_KEYS)) {
    if (asking.gaveUp(LOOKUP) || Date.now() > until.getTime()) break
    observations.push(...(await lookUp(key)).filter(answer => answer !== null))
    done += 1
  }
  if (done < keys.length && !asking.gaveUp(LOOKUP))
    asking.leaveOut(
      LOOKUP,
      `${keys.length - done} of ${keys.length} keys were not looked up: ${done < MAX_KEYS ? 'the time was too short' : `at most ${MAX_KEYS} an account are`}.`,
    )
  return observations
}

type Trails = (region: string) => Trail

interface Trail {
  /** Management events of the last 90 days, newest first, so many pages at most. */
  lookUp(
    attribute: LookupAttributeKey,
    value: string,
    pages: number,
  ): Promise<{ events: Event[]; truncated: boolean }>
}

/** One trail a region: its own client, its own pace. */
function openTrails({ aws, session, signal }: TrailQuestion): Trails {
  const open = new Map<string, Trail>()
  return region => {
    const trail = open.get(region) ?? openTrail(aws, session, region, signal)
    open.set(region, trail)
    return trail
  }
}

function openTrail(aws: Aws, session: Session, region: string, signal: AbortSignal): Trail {
  const pace = pacer(REQUEST_INTERVAL_MS, signal)
  const sdk = import('@aws-sdk/client-cloudtrail')
  const send = sdk.then(({ CloudTrailClient }) =>
    renewing<CloudTrailClient>(
      session,
      credentials => new CloudTrailClient({ ...aws.client, region, credentials }),
    ),
  )
  return {
    async lookUp(attribute, value, pages) {
      const { LookupEventsCommand } = await sdk
      const call = await send
      const events: Event[] = []
      let token: string | undefined
      for (let page = 0; page < pages; page++) {
        await pace()
        const answer = await call(client =>
          client.send(
            new LookupEventsCommand({
              LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
              MaxResults: EVENTS_A_PAGE,
              NextToken: token,
            }),
            { abortSignal: signal },
          ),
        )
        events.push(...(answer.Events ?? []))
        token = answer.NextToken
        if (!token) return { events, truncated: false }
      }
      return { events, truncated: true }
    },
  }
}

/** Waits until the next request may go: CloudTrail allows two a second for each account and region. */
function pacer(intervalMs: number, signal: AbortSignal): () => Promise<void> {
  let next = 0
  return async () => {
    const now = Date.now()
    const at = Math.max(now, next)
    next = at + intervalMs
    if (at > now) await sleep(at - now, undefined, { signal })
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

/** Which key a successful UpdateAccessKey changed, and to what; empty where it changed none. */
function readStatusChange(event: Event): { readonly accessKeyId: string; readonly status: string } {
  const { requestParameters, errorCode } = recordOf(event)
  const parameters = (errorCode ? null : requestParameters) ?? {}
  return {
    accessKeyId: textOf(parameters as Record<string, unknown>, 'accessKeyId'),
    status: textOf(parameters as Record<string, unknown>, 'status'),
  }
}

/** The event as CloudTrail recorded it; empty where that is no JSON object. */
function recordOf({ CloudTrailEvent }: Event): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(CloudTrailEvent ?? '')
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function textOf(record: Record<string, unknown>, name: string): string {
  const value = record[name]
  return typeof value === 'string' ? value : ''
}

const LOOKUP = 'cloudtrail:LookupEvents'
const REQUEST_INTERVAL_MS = 500
const EVENTS_A_PAGE = 50
const PAGES_PER_KEY = 2
const STATUS_PAGES = 20
const MAX_KEYS = 100
