/** GitHub's OIDC issuer, as a job reaches it: a bearer-guarded request URL that answers with a signed token. */

import { createHmac, randomBytes } from 'node:crypto'
import { type Answer, type Call, header, json } from './answer.ts'
import type { Job, Repository } from './github/world.ts'
import { now, type World } from './world.ts'

export const OIDC_PATH = '/_apis/idtoken'
const ISSUER = 'https://token.actions.githubusercontent.com'
const secret = randomBytes(32)

/** The variables that only a job with `id-token: write` gets. */
export function requestToken({ job }: World, url: string, bearer: string): Record<string, string> {
  if (!job.idToken) return {}
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}${OIDC_PATH}?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
  }
}

export function answerOidc(world: World, bearer: string, call: Call, secrets: string[]): Answer {
  if (!world.job.idToken || header(call, 'authorization').replace(/^bearer /i, '') !== bearer) {
    return json(401, { message: 'The request token is not valid' })
  }
  const value = sign(claimsOf(world, call.query.get('audience')))
  secrets.push(value)
  return json(200, { count: value.length, value })
}

/** The claims of a token that this issuer made; null for anything else. */
export function readToken(token: string): Record<string, unknown> | null {
  const [head, payload, signature] = token.split('.')
  if (payload === undefined || signature !== signatureOf(`${head}.${payload}`)) return null
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
}

// https://docs.github.com/en/actions/reference/security/oidc
function claimsOf(world: World, audience: string | null): Record<string, unknown> {
  const { job } = world
  const repository = world.github.repositories.get(job.repository)
  if (repository === undefined) throw new Error(`The world has no repository ${job.repository}`)
  const { owner, name, id, ownerId, visibility } = repository
  const issued = Math.floor(now(world).getTime() / 1000)
  const workflowRef = `${job.repository}/${job.workflowPath}@${job.ref}`
  return {
    jti: `sandbox-${issued}`,
    aud: audience || `https://github.com/${owner}`,
    sub: subject(job, repository),
    iss: ISSUER,
    iat: issued,
    nbf: issued - 300,
    exp: issued + job.tokenSeconds,
    actor: job.actor,
    actor_id: '583231',
    base_ref: job.baseRef,
    ...(job.environment === null ? {} : { environment: job.environment }),
    event_name: job.eventName,
    head_ref: job.headRef,
    job_workflow_ref: workflowRef,
    job_workflow_sha: job.sha,
    ref: job.ref,
    ref_protected: 'true',
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: `${owner}/${name}`,
    repository_id: String(id),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    repository_visibility: visibility,
    run_attempt: '1',
    run_id: String(job.runId),
    run_number: '42',
    runner_environment: 'github-hosted',
    sha: job.sha,
    workflow: job.workflow,
    workflow_ref: workflowRef,
    workflow_sha: job.sha,
    ...job.claims,
  }
}

function subject(job: Job, { owner, name, id, ownerId }: Repository): string {
  const repository = job.immutableSub ? `${owner}@${ownerId}/${name}@${id}` : `${owner}/${name}`
  if (job.environment !== null)
    return `repo:${repository}:environment:${job.environment.replaceAll(':', '%3A')}`
  if (job.eventName.startsWith('pull_request')) return `repo:${repository}:pull_request`
  return `repo:${repository}:ref:${job.ref}`
}

// AWS would check GitHub's RSA signature; here issuer and checker are one process.
function sign(claims: Record<string, unknown>): string {
  const head = encode({ typ: 'JWT', alg: 'RS256', kid: 'sandbox' })
  const unsigned = `${head}.${encode(claims)}`
  return `${unsigned}.${signatureOf(unsigned)}`
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function signatureOf(unsigned: string): string {
  return createHmac('sha512', secret).update(unsigned).digest('base64url')
}
