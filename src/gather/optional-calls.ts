import { readAwsError } from '../aws/errors.ts'
import type { Answer } from '../domain/asked.ts'
import type { Refusal } from '../domain/evidence.ts'
import { formatInstant } from '../domain/time.ts'

export type OptionalCalls = ReturnType<typeof openOptionalCalls>

/**
 * Optional calls of one account: what AWS refuses is recorded, and the audit goes on without it. An action denied once is
 * not asked again; neither is one that failed three times, each after the SDK's own attempts.
 * `granted`: actions that some account of the run has answered, kept up to date. `tell` hears of every answer.
 */
export function openOptionalCalls(
  signal: AbortSignal,
  granted: Set<string> = new Set(),
  tell: (action: string, answer: Answer) => void = () => {},
) {
  const refusals: Refusal[] = []
  const failures = new Map<string, number>()
  const firstAnswer = new Map<string, Promise<unknown>>()

  function refuse(action: string, user: string | null, error: unknown): void {
    const { code, message } = readAwsError(error)
    if (gaveUp(action)) return
    const denied = code === 'AccessDenied'
    tell(action, denied ? 'denied' : 'failed')
    failures.set(action, denied ? MAX_FAILURES : (failures.get(action) ?? 0) + 1)
    refusals.push({ action, user: denied ? null : user, at: formatInstant(new Date()), code, message })
    if (!denied && user !== null && gaveUp(action))
      leaveOut(action, `Not asked for the other users after ${MAX_FAILURES} failures.`)
  }

  /** Whether the action was given up for this account. */
  function gaveUp(action: string): boolean {
    return (failures.get(action) ?? 0) >= MAX_FAILURES
  }

  /** Records what the audit's own limits left out. */
  function leaveOut(action: string, what: string): void {
    refusals.push({ action, user: null, at: formatInstant(new Date()), code: 'NotAsked', message: what })
  }

  return {
    refusals: refusals as readonly Refusal[],
    gaveUp,
    leaveOut,
    /** The answer, or null where it was refused, failed for good, or is not asked any more. `action`: `iam:ListAccessKeys`. */
    async attempt<T>(action: string, user: string | null, call: () => Promise<T>): Promise<T | null> {
      // The first answer tells whether the permission is there; only then the rest is asked all at once. What one
      // account's role may do, another's most likely may.
      const first = granted.has(action) ? undefined : firstAnswer.get(action)
      if (first) await first
      if (gaveUp(action)) return null
      const answer = call().then(
        answered => {
          granted.add(action)
          tell(action, 'ok')
          return answered
        },
        (error: unknown) => {
          signal.throwIfAborted()
          refuse(action, user, error)
          return null
        },
      )
      if (!firstAnswer.has(action))
        firstAnswer.set(
          action,
          answer.catch(() => null),
        )
      return answer
    },
  }
}

export const MAX_FAILURES = 3
