/** Faults: which call one strikes, and what the client then sees. */

import type { ServerResponse } from 'node:http'
import { type Answer, type Identified, json } from './answer.ts'
import { awsError } from './aws/wire.ts'
import type { Fault, Service, World } from './world.ts'

const state = new WeakMap<Fault, { seen: number; struck: number }>()

/** The first of the world's faults that strikes this call, or null. */
export function pickFault(world: World, call: Identified): Fault | null {
  for (const fault of world.faults) {
    if (fault.service !== call.service) continue
    if (fault.action !== undefined && fault.action !== call.action) continue
    if (fault.account !== undefined && fault.account !== call.account) continue
    const counts = state.get(fault) ?? { seen: 0, struck: 0 }
    state.set(fault, counts)
    counts.seen++
    if (counts.seen < (fault.nth ?? 1)) continue
    if (counts.struck >= (fault.count ?? Number.POSITIVE_INFINITY)) continue
    // Spread evenly rather than at random: a test that fails once fails always.
    const { rate = 1 } = fault
    if (Math.floor(counts.seen * rate) === Math.floor((counts.seen - 1) * rate)) continue
    counts.struck++
    return fault
  }
  return null
}

/** The answer given in place of the real one; null where the real one is given and damaged on its way. */
export function faultAnswer(fault: Fault, { service }: Identified): Answer | null {
  switch (fault.kind) {
    case 'reset':
    case 'stall':
    case 'stall-mid-body':
    case 'malformed':
    case 'edited':
      return null
    case 'html-500':
      return {
        status: 500,
        headers: { 'content-type': 'text/html' },
        body: '<html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>\n',
      }
    case 'error': {
      const { status = 500, code = 'InternalFailure', message = '' } = fault.error ?? {}
      if (service === 'github') return json(status, { message, status: String(status) })
      return awsError(service, status, code, message)
    }
    default:
      if (service === 'github') return gitHubFault(fault.kind, fault.retryAfterSeconds ?? 1)
      if (service === 'oidc' || service === 'metadata')
        return json(OIDC_STATUS[fault.kind], { message: fault.kind })
      return awsError(service, ...AWS_FAULTS[fault.kind][service])
  }
}

/** Sends `answer` as the fault would have it arrive. */
export function damage({ kind, edit }: Fault, answer: Answer, response: ServerResponse): void {
  const body = Buffer.from(answer.body)
  if (kind === 'edited' && edit) {
    const edited = Buffer.from(body.toString('utf8').replace(edit.pattern, edit.by))
    response.writeHead(answer.status, { ...answer.headers, 'content-length': edited.length })
    response.end(edited)
    return
  }
  if (kind === 'malformed') {
    const broken = Buffer.concat([body.subarray(0, body.length / 2), Buffer.from('<{"\u0000')])
    response.writeHead(answer.status, { ...answer.headers, 'content-length': broken.length })
    response.end(broken)
    return
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length })
  response.write(body.subarray(0, body.length / 2), () => {
    if (kind === 'reset') setImmediate(() => response.destroy())
  })
}

type Refusing = 'throttle' | '5xx' | 'access-denied' | 'expired-credentials'
type AwsService = Exclude<Service, 'github' | 'oidc' | 'metadata'>

const RATE: [number, string, string] = [400, 'Throttling', 'Rate exceeded']
const DENIED: [number, string, string] = [403, 'AccessDenied', 'The sandbox denies this call (fault)']
const EXPIRED: [number, string, string] = [
  403,
  'ExpiredToken',
  'The security token included in the request is expired',
]

const AWS_FAULTS: Record<Refusing, Record<AwsService, [status: number, code: string, message: string]>> = {
  throttle: {
    sts: RATE,
    iam: RATE,
    organizations: [400, 'TooManyRequestsException', 'Rate exceeded'],
    cloudtrail: [400, 'ThrottlingException', 'Rate exceeded'],
  },
  '5xx': {
    sts: [503, 'ServiceUnavailable', 'Service unavailable'],
    iam: [500, 'ServiceFailure', 'The request processing has failed because of an unknown error'],
    organizations: [500, 'ServiceException', 'Internal error'],
    cloudtrail: [500, 'InternalFailure', 'Internal error'],
  },
  'access-denied': {
    sts: DENIED,
    iam: DENIED,
    organizations: [400, 'AccessDeniedException', DENIED[2]],
    cloudtrail: [400, 'AccessDeniedException', DENIED[2]],
  },
  'expired-credentials': {
    sts: EXPIRED,
    iam: EXPIRED,
    organizations: [400, 'ExpiredTokenException', EXPIRED[2]],
    cloudtrail: [400, 'ExpiredTokenException', EXPIRED[2]],
  },
}

const OIDC_STATUS: Record<Refusing, number> = {
  throttle: 429,
  '5xx': 503,
  'access-denied': 403,
  'expired-credentials': 401,
}

// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
function gitHubFault(kind: Refusing, retryAfterSeconds: number): Answer {
  switch (kind) {
    case 'throttle':
      return json(
        403,
        {
          message:
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
          documentation_url:
            'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
        },
        { 'retry-after': String(retryAfterSeconds) },
      )
    case '5xx':
      return json(502, { message: 'Server Error' })
    case 'access-denied':
      return json(403, {
        message: 'Resource not accessible by integration',
        documentation_url: 'https://docs.github.com/rest',
        status: '403',
      })
    case 'expired-credentials':
      return json(401, {
        message: 'Bad credentials',
        documentation_url: 'https://docs.github.com/rest',
        status: '401',
      })
  }
}
