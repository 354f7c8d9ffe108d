/** CloudTrail: LookupEvents over 90 days of one region, fifty a page, two requests a second per account and region. */

import { createHash } from 'node:crypto'
import { DAY_MS } from '../../src/domain/time.ts'
import type { Answer } from '../answer.ts'
import { type CloudTrailEvent, now, type World } from '../world.ts'
import { authorize, type Caller } from './sessions.ts'
import { AwsError, jsonAnswer } from './wire.ts'

const PAGE = 50
const PER_SECOND = 2
const MEMORY_DAYS = 90

export function lookupEvents(
  world: World,
  caller: Caller,
  params: Readonly<Record<string, unknown>>,
): Answer {
  authorize(caller, 'cloudtrail:LookupEvents', '*')
  pace(world, `${caller.account.id} ${caller.region}`)
  const { key, value } = attribute(params)
  const latest = now(world).getTime()
  const from = Math.max(seconds(params['StartTime']) ?? 0, latest - MEMORY_DAYS * DAY_MS)
  const until = seconds(params['EndTime']) ?? latest
  const found = caller.account.events
    .filter(each => each.region === caller.region && matches(each, key, value))
    .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= until)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  const size = Math.min(Number(params['MaxResults'] ?? PAGE), caller.account.pageSize ?? PAGE, PAGE)
  const start = Number(params['NextToken'] ?? 0)
  return jsonAnswer(200, {
    Events: found.slice(start, start + size).map((each, index) => asEvent(caller, each, start + index)),
    ...(found.length > start + size ? { NextToken: String(start + size) } : {}),
  })
}

const ATTRIBUTES = ['AccessKeyId', 'ResourceName', 'EventName', 'Username'] as const
type Attribute = (typeof ATTRIBUTES)[number]

function attribute({ LookupAttributes }: Readonly<Record<string, unknown>>): {
  key: Attribute
  value: string
} {
  const [first] = (LookupAttributes ?? []) as { AttributeKey: string; AttributeValue: string }[]
  const key = ATTRIBUTES.find(each => each === first?.AttributeKey)
  if (first === undefined || key === undefined) {
    throw new AwsError(400, 'InvalidLookupAttributesException', `Valid values are: ${ATTRIBUTES.join(', ')}`)
  }
  return { key, value: first.AttributeValue }
}

function matches(each: CloudTrailEvent, key: Attribute, value: string): boolean {
  switch (key) {
    case 'AccessKeyId':
      return each.accessKeyId === value
    case 'ResourceName':
      return each.resources.includes(value)
    case 'EventName':
      return each.eventName === value
    case 'Username':
      return each.userName === value
  }
}

function asEvent(caller: Caller, each: CloudTrailEvent, index: number): Record<string, unknown> {
  const eventId = createHash('sha256')
    .update(`${index} ${JSON.stringify(each)}`)
    .digest('hex')
    .slice(0, 32)
  return {
    EventId: eventId,
    EventName: each.eventName,
    ReadOnly: String(/^(Get|List|Describe|Head|Lookup)/.test(each.eventName)),
    ...(each.accessKeyId === null ? {} : { AccessKeyId: each.accessKeyId }),
    EventTime: Date.parse(each.at) / 1000,
    EventSource: each.eventSource,
    ...(each.userName === null ? {} : { Username: each.userName }),
    Resources: each.resources.map(name => ({ ResourceName: name })),
    CloudTrailEvent: JSON.stringify({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        accountId: caller.account.id,
        accessKeyId: each.accessKeyId,
        userName: each.userName,
      },
      eventTime: each.at,
      eventSource: each.eventSource,
      eventName: each.eventName,
      awsRegion: each.region,
      sourceIPAddress: each.sourceAddress,
      userAgent: each.userAgent,
      requestParameters: each.requestParameters,
      ...(each.errorCode === undefined ? {} : { errorCode: each.errorCode }),
      responseElements: null,
      eventID: eventId,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: caller.account.id,
      eventCategory: 'Management',
    }),
  }
}

const buckets = new WeakMap<World, Map<string, { tokens: number; at: number }>>()

/** A bucket of two, refilled by two a second, as AWS counts. */
function pace(world: World, accountAndRegion: string): void {
  const all = buckets.get(world) ?? new Map<string, { tokens: number; at: number }>()
  buckets.set(world, all)
  const at = performance.now()
  const bucket = all.get(accountAndRegion) ?? { tokens: PER_SECOND, at }
  const tokens = Math.min(PER_SECOND, bucket.tokens + ((at - bucket.at) / 1000) * PER_SECOND)
  all.set(accountAndRegion, { tokens: tokens >= 1 ? tokens - 1 : tokens, at })
  if (tokens < 1) throw new AwsError(400, 'ThrottlingException', 'Rate exceeded')
}

function seconds(instant: unknown): number | null {
  return typeof instant === 'number' ? instant * 1000 : null
}
