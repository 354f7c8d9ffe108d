import { setTimeout as sleep } from 'node:timers/promises'
import type { CloudTrailClient, Event, LookupAttributeKey } from '@aws-sdk/client-cloudtrail'
import { formatInstant } from '../domain/time.ts'

/** The management events of one account in one region (cloudtrail:LookupEvents), at CloudTrail's pace. */
export interface Trail {
  /** Events of the last 90 days, newest first, so many pages at most. Throws what the SDK throws. */
  lookUp(
    attribute: LookupAttributeKey,
    value: string,
    pages: number,
  ): Promise<{ readonly events: readonly Event[]; readonly truncated: boolean }>
}

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
        events.push(...(page.Events ?? []))
        if (page.NextToken && ++read === pages) return { events, truncated: true }
        if (page.NextToken) await pace()
      }
      return { events, truncated: false }
    },
  }
}

export interface StatusChange {
  readonly at: string
  readonly status: string | null
}

/**
 * The newest status change of each key. By event name, once for all keys: that an event can be found by the key's ID
 * as a resource is documented nowhere, and what is not found would count as unchanged. `truncated`: a key without a
 * change here may have an older one.
 */
export async function readStatusChanges(
  trail: Trail,
): Promise<{ readonly changes: ReadonlyMap<string, StatusChange>; readonly truncated: boolean }> {
  const { events, truncated } = await trail.lookUp('EventName', 'UpdateAccessKey', STATUS_PAGES)
  const changes = new Map<string, StatusChange>()
  for (const event of events) {
    const { requestParameters, errorCode } = recordOf(event)
    const parameters = (errorCode ? null : requestParameters) ?? {}
    const accessKeyId = textOf(parameters as Record<string, unknown>, 'accessKeyId')
    if (!event.EventTime || !accessKeyId || changes.has(accessKeyId)) continue
    const status = textOf(parameters as Record<string, unknown>, 'status') || null
    changes.set(accessKeyId, { at: formatInstant(event.EventTime), status })
  }
  return { changes, truncated }
}

/** The event as CloudTrail recorded it; empty where that is no JSON object. */
export function recordOf({ CloudTrailEvent }: Event): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(CloudTrailEvent ?? '')
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

export function textOf(record: Record<string, unknown>, name: string): string {
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
/** A thousand changes in 90 days, read in ten seconds; of more the older ones stay unknown. */
const STATUS_PAGES = 20
