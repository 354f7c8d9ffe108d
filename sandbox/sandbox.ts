/** Loopback AWS, OIDC issuer and GitHub on one port, serving one mutable world. */

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Call, type Identified, json } from './answer.ts'
import { answerAws, identifyAws } from './aws/aws.ts'
import { type Credentials, Sessions } from './aws/sessions.ts'
import { damage, faultAnswer, pickFault } from './faults.ts'
import { answerGitHub, GRAPHQL_PATH, identifyGitHub } from './github/github.ts'
import { type Exchange, violationsOf } from './github/openapi.ts'
import { jobEnvironment } from './job.ts'
import { answerOidc, OIDC_PATH, requestToken } from './oidc.ts'
import type { FaultKind, Service, World } from './world.ts'

export interface Sandbox {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string
  /** The job's environment: endpoints, OIDC request and `GITHUB_*` (without the runner's files). Read it anew after changing the world. */
  readonly env: Record<string, string>
  readonly world: World
  /** Every request, in order of arrival; empty it with `requests.length = 0`. */
  readonly requests: RecordedRequest[]
  /** Every secret handed out so far: OIDC tokens, their request token, secret keys, session tokens. None may be seen anywhere. */
  readonly secrets: readonly string[]
  /** Credentials of a role, as an earlier step would have left them in the environment. */
  credentials(accountId: string, roleName: string): Record<string, string>
  /** GitHub requests and answers that contradict GitHub's OpenAPI description, one line each. */
  violations(): string[]
  close(): Promise<void>
}

export interface RecordedRequest {
  readonly service: Service
  /** `ListAccessKeys`, `GET /repos/{owner}/{repo}/issues` */
  readonly action: string
  readonly method: string
  /** With query. */
  readonly path: string
  /** Body (AWS: one entry a parameter; GitHub: the JSON body), or the query of a GET. */
  readonly params: Readonly<Record<string, unknown>>
  /** Milliseconds of the real clock. */
  readonly at: number
  /** Account ID: the caller's, for STS the role's; null for GitHub and OIDC. */
  readonly account: string | null
  /** The signing region, or null. */
  readonly region: string | null
  /** What was answered; 0 until then, and where nothing is. */
  status: number
  fault: FaultKind | null
}

/** Whether the request changes something on GitHub: a query of GraphQL is a POST that only reads. */
export function isGitHubWrite({ service, method, action }: RecordedRequest): boolean {
  return service === 'github' && method !== 'GET' && action !== 'POST /graphql'
}

export async function startSandbox(world: World): Promise<Sandbox> {
  const requests: RecordedRequest[] = []
  const exchanges: Exchange[] = []
  const requestBearer = randomUUID()
  const secrets = [requestBearer]
  const sessions = new Sessions(secrets)

  const server = createServer((request, response) => {
    serve(request, response).catch(error => {
      response.destroy()
      console.error('The sandbox itself failed:', error)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request)
    const identified = identify(call)
    const record: RecordedRequest = {
      ...identified,
      method: call.method,
      path: request.url ?? '/',
      at: Date.now(),
      status: 0,
      fault: null,
    }
    requests.push(record)
    if (world.latencyMs > 0) await sleep(world.latencyMs)
    const fault = pickFault(world, identified)
    record.fault = fault?.kind ?? null
    if (fault?.kind === 'stall' || identified.service === 'metadata') return
    const refused = fault === null ? null : faultAnswer(fault, identified)
    const answer = refused ?? answerTo(call, identified)
    record.status = answer.status
    if (fault !== null && refused === null) {
      damage(fault, answer, response)
      return
    }
    response.writeHead(answer.status, {
      date: new Date(Date.now() + world.clockOffsetMs).toUTCString(),
      'content-length': Buffer.byteLength(answer.body),
      ...answer.headers,
    })
    response.end(answer.body)
  }

  function identify(call: Call): Identified {
    const other = { params: Object.fromEntries(call.query), account: null, region: null }
    if (call.path.startsWith('/api/v3/') || call.path === GRAPHQL_PATH) return identifyGitHub(call)
    if (call.path === OIDC_PATH) return { service: 'oidc', action: 'GET token', ...other }
    if (call.path.startsWith('/latest/')) return { service: 'metadata', action: call.path, ...other }
    return identifyAws(call, sessions)
  }

  function answerTo(call: Call, identified: Identified): Answer {
    switch (identified.service) {
      case 'github': {
        const answer = answerGitHub(world, url, call)
        if (call.path !== GRAPHQL_PATH) exchanges.push({ call, action: identified.action, answer })
        return answer
      }
      case 'oidc':
        return answerOidc(world, requestBearer, call, secrets)
      case 'metadata':
        return json(404, {})
      default:
        return answerAws(world, sessions, call, identified)
    }
  }

  return {
    url,
    get env() {
      return {
        ...serviceEnvironment(url),
        ...requestToken(world, url, requestBearer),
        ...jobEnvironment(world, url),
      }
    },
    world,
    requests,
    secrets,
    credentials(accountId, roleName) {
      return asEnvironment(sessions.issue(world, accountId, roleName, 'earlier-step'))
    },
    violations: () => violationsOf(exchanges),
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function serviceEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    // Accepts and never answers, as the unroutable address of a machine outside EC2.
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
  }
}

function asEnvironment({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: await readBody(request),
  }
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', text => {
      body += text
    })
    request.on('end', () => resolve(body))
    request.on('error', reject)
  })
}
