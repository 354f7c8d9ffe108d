import { setTimeout as sleep } from 'node:timers/promises'
import type { CloudTrailClient, Event, LookupAttributeKey } from '@aws-sdk/client-cloudtrail'
import { ROOT_USER } from '../domain/credential-report.ts'
import type { ObservationOf, StatusChange } from '../domain/evidence.ts'
import { type JsonObject, objectOf, parseObject } from '../domain/json.ts'
import { memoize, perKey } from '../domain/memoize.ts'
import { compareText } from '../domain/order.ts'
import { DAY_MS, formatInstant, isAfter } from '../domain/time.ts'
import { invalidAnswer, pastInstant } from './answers.ts'
import { type Aws, connect } from './client.ts'
import { isUnreachable } from './errors.ts'
import type { Session } from './session.ts'

/** The management events of one account in one region (cloudtrail:LookupEvents), at CloudTrail's pace. */
export interface Trail {
  /** Events of the last 90 days, newest first, so many pages at most. Throws what the SDK throws. */
  lookUp(
    attribute: LookupAttributeKey,
    value: string,
    pages: number,
  ): Promise<{ readonly events: readonly Event[]; readonly truncated: boolean }>
}

export type Trails = (region: string) => Promise<Trail>

/**
 * The trails of one account, one a region: its own client, its own pace. A region that could not be reached for one account
 * is asked for no other: a runner without a way there would wait for it in each.
 */
export function openTrails(aws: Aws, session: Session, signal: AbortSignal): Trails {
  const unreachable = unreachableFor(aws)
  return perKey(async region => {
    const { CloudTrailClient } = await import('@aws-sdk/client-cloudtrail')
    const trail = openTrail(connect(CloudTrailClient, aws, session, region), signal)
    const lookUp: Trail['lookUp'] = async (...asked) => {
      if (unreachable.has(region)) throw unreachable.get(region)
      try {
        return await trail.lookUp(...asked)
      } catch (error) {
        if (isUnreachable(error)) unreachable.set(region, error)
        throw error
      }
    }
    return { lookUp }
  })
}

/** The error by which a region could not be reached. */
const unreachableFor = memoize((_: Aws) => new Map<string, unknown>())

export function openTrail(client: CloudTrailClient, signal: AbortSignal): Trail {
  const pace = pacer(REQUEST_INTERVAL_MS, signal)
  return {
    async lookUp(attribute, value, pages) {
      const { paginateLookupEvents } = await import('@aws-sdk/client-cloudtrail')
      const LookupAttributes = [{ AttributeKey: attribute, AttributeValue: value }]
      const input = { LookupAttributes, MaxResults: EVENTS_A_PAGE }
      const events: Event[] = []
      let read = 0
      await pace()
      for await (const page of paginateLookupEvents({ client }, input, { abortSignal: signal })) {
        if (page.Events === undefined) throw invalidAnswer('it lacks its list')
        for (const event of page.Events) refuseOther(event, attribute, value)
        events.push(...page.Events)
        if (page.NextToken && ++read === pages) return { events, truncated: true }
        if (page.NextToken) await pace()
      }
      return { events, truncated: false }
    },
  }
}

/**
 * The status changes of all keys (UpdateAccessKey), once for all: that an event can be found by the key's ID as a resource
 * is documented nowhere, and what is not found would count as unchanged. Events of requests that failed are left out.
 */
export async function readStatusChanges(trail: Trail): Promise<ObservationOf<'status-changes'>> {
  const asked = new Date()
  const { events, truncated } = await trail.lookUp('EventName', 'UpdateAccessKey', STATUS_PAGES)
  const dated = events.map(event => ({ event, at: pastInstant(event.EventTime, 'an event') }))
  dated.sort((a, b) => compareText(b.at, a.at))
  const oldest = truncated ? dated.at(-1)?.at : undefined
  // Of the oldest second more may have been left unread.
  const since = oldest ? Date.parse(oldest) + 1000 : asked.getTime() - MEMORY_DAYS * DAY_MS
  return {
    kind: 'status-changes',
    at: formatInstant(asked),
    since: formatInstant(new Date(since)),
    truncated,
    changes: dated.flatMap(({ event, at }) => statusChangeOf(recordOf(event), at)),
  }
}

/** Without a user in its request the change is of a key of whoever asked. */
function statusChangeOf(record: JsonObject, at: string): StatusChange[] {
  const { errorCode, requestParameters, userIdentity } = record
  if (errorCode) return []
  const parameters = objectOf(requestParameters)
  const identity = objectOf(userIdentity)
  const asker = textOf(identity, 'type') === 'Root' ? ROOT_USER : textOf(identity, 'userName')
  return [
    {
      at,
      user: textOf(parameters, 'userName') || asker || null,
      accessKeyId: textOf(parameters, 'accessKeyId').slice(0, 128) || null,
      status: textOf(parameters, 'status') || null,
    },
  ]
}

/**
 * When users were deleted since (DeleteUser), the newest time of each, by their names in lower case. Not of a name that a
 * user has given up since (UpdateUser): the deleted one may be another who got it.
 */
export async function readDeletions(trail: Trail, since: Date): Promise<ReadonlyMap<string, string>> {
  const { events } = await trail.lookUp('EventName', 'DeleteUser', DELETION_PAGES)
  const deletions = new Map<string, string>()
  for (const { user, at, failed } of changesOfUsers(events, since)) {
    const known = deletions.get(user)
    if (!failed && (known === undefined || known < at)) deletions.set(user, at)
  }
  if (deletions.size > 0) await forgetRenamed(trail, since, deletions)
  return deletions
}

async function forgetRenamed(trail: Trail, since: Date, deletions: Map<string, string>): Promise<void> {
  const { events, truncated } = await trail.lookUp('EventName', 'UpdateUser', DELETION_PAGES)
  if (truncated) deletions.clear()
  for (const { user, failed } of changesOfUsers(events, since)) {
    if (user === '') deletions.clear()
    else if (!failed) deletions.delete(user)
  }
}

/** By their names in lower case, empty where an event does not tell. */
function changesOfUsers(events: readonly Event[], since: Date) {
  return events.flatMap(event => {
    const at = pastInstant(event.EventTime, 'an event')
    if (isAfter(formatInstant(since), new Date(at))) return []
    const { errorCode, requestParameters } = recordOf(event)
    const user = textOf(objectOf(requestParameters), 'userName').toLowerCase()
    return [{ user, at, failed: Boolean(errorCode) }]
  })
}

/** What CloudTrail was not asked for is no answer. */
function refuseOther({ EventName, AccessKeyId }: Event, attribute: LookupAttributeKey, value: string): void {
  const found = attribute === 'EventName' ? EventName : attribute === 'AccessKeyId' ? AccessKeyId : undefined
  if (found !== undefined && found !== value) throw invalidAnswer('it is about another event')
}

/** The event as CloudTrail recorded it; empty where that is no JSON object. */
export function recordOf({ CloudTrailEvent }: Event): JsonObject {
  return parseObject(CloudTrailEvent ?? '')
}

export function textOf(record: JsonObject, name: string): string {
  const value = record[name]
  return typeof value === 'string' ? value : ''
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

const REQUEST_INTERVAL_MS = 500
const EVENTS_A_PAGE = 50
/** CloudTrail's event history, for good. */
const MEMORY_DAYS = 90
/** A thousand changes in 90 days, read in ten seconds; of more the older ones stay unknown. */
const STATUS_PAGES = 20
/** Two hundred deletions within the age of a report; of a user beyond them nothing is concluded. */
const DELETION_PAGES = 4
