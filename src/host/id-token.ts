import { setTimeout as sleep } from 'node:timers/promises'
import { getIDToken } from '@actions/core'
import pRetry from 'p-retry'
import { readClaims } from '../aws/trust.ts'
import { UserError } from '../domain/errors.ts'
import { perKey } from '../domain/memoize.ts'
import { keepWhileValid } from './keep-while-valid.ts'
import type { Run } from './run.ts'

/** The job that logs in, with its OIDC tokens. */
export interface Job {
  readonly run: Pick<Run, 'actionVersion' | 'change' | 'url'>
  readonly idTokens: IdTokens
}

/**
 * Gives the job's OIDC token for an audience: the last one while it is valid, and not the one that AWS called expired.
 * Throws a UserError where GitHub issues none.
 */
export type IdTokens = (audience: string, signal: AbortSignal, expired?: string | null) => Promise<string>

/** One token for each audience and job, asked for when it is first needed. */
export function openIdTokens(): IdTokens {
  const keepFor = perKey((_audience: string) => keepWhileValid(isValid))
  return (audience, signal, expired = null) =>
    keepFor(audience)(() => requestToken(audience, signal), expired)
}

function isValid(token: string): boolean {
  const { exp } = readClaims(token)
  return typeof exp === 'number' && exp * 1000 - Date.now() > TOKEN_MARGIN_MS
}

async function requestToken(audience: string, signal: AbortSignal): Promise<string> {
  try {
    // The toolkit masks the token, and retries 502 to 504 itself, but neither broken nor silent connections.
    return await pRetry(() => withTimeout(getIDToken(audience), TOKEN_TIMEOUT_MS, signal), {
      retries: TOKEN_ATTEMPTS - 1,
      minTimeout: 500,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => !isRefused(error),
    })
  } catch (error) {
    signal.throwIfAborted()
    const refused = isRefused(error)
    throw new UserError(
      refused
        ? 'GitHub refused to issue an OIDC token for this job.'
        : 'GitHub issued no OIDC token for this job.',
      refused
        ? 'Check the input audience, and whether the organization restricts OIDC tokens.'
        : 'Run the job again; if it happens again, look at the status of GitHub Actions.',
      String(error instanceof Error ? error.message : error)
        .replace(/\s+/g, ' ')
        .slice(0, 1000),
      { cause: error },
    )
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && /Error Code\s*:\s*4(?!08|29)\d\d/.test(error.message)
}

/** Whether GitHub gives this job OIDC tokens at all. */
export function hasIdToken(): boolean {
  return Boolean(process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] && process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
}

/** Throws a UserError where the job can have no OIDC token, which says why and what to write. */
export function requireIdToken({ change }: Job['run']): void {
  if (hasIdToken()) return
  if (change?.kind === 'pull-request' && change.fromFork)
    throw new UserError(
      'This is a pull request from a fork: GitHub gives it no OIDC token, so it cannot log in to AWS.',
      "Evaluate the nightly run's evidence in pull requests (evidence-files instead of role-to-assume); that needs no AWS access. The README has the whole workflow under “Pull requests”.",
    )
  throw new UserError(
    'This job has no OIDC token to log in to AWS with: it lacks the permission `id-token: write`.',
    [
      'Write this into the job in the workflow file (a reusable workflow needs it in the calling job as well):',
      '  permissions:',
      '    id-token: write',
      '    contents: read',
    ].join('\n'),
  )
}

async function withTimeout<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const timer = new AbortController()
  const late = sleep(ms, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).then(() => {
    throw new Error(`No answer within ${ms / 1000} s`)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    timer.abort()
    late.catch(() => {})
    work.catch(() => {})
  }
}

const TOKEN_MARGIN_MS = 30_000
export const TOKEN_TIMEOUT_MS = 10_000
export const TOKEN_ATTEMPTS = 4
