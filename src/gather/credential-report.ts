import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { invalidAnswer, pastInstant } from '../aws/answers.ts'
import { isDenied, isMalformed, readAwsError } from '../aws/errors.ts'
import { type Answer, REPORT_CALLS } from '../domain/asked.ts'
import { UserError } from '../domain/errors.ts'

interface ReportCalls {
  readonly iam: IAMClient
  /** Waits so many milliseconds, holding nothing that others could use. */
  readonly wait: (ms: number) => Promise<void>
  readonly signal: AbortSignal
  /** Hears what each of the two calls gave for good. */
  readonly tell: (action: string, answer: Answer) => void
}

/**
 * The account's credential report as AWS sent it (iam:GenerateCredentialReport until COMPLETE, then iam:GetCredentialReport).
 * Throws a UserError where AWS does not finish within ten minutes, else AWS's own error.
 */
export async function fetchCredentialReport({
  iam,
  wait,
  signal,
  tell,
}: ReportCalls): Promise<{ readonly content: Uint8Array; readonly generatedAt: Date }> {
  const pause = pauses(wait)
  for (let faults = 0; ; ) {
    let action: string = REPORT_CALLS.generate
    try {
      const { State } = await iam.send(new GenerateCredentialReportCommand({}), { abortSignal: signal })
      tell(action, 'ok')
      if (State === 'COMPLETE') {
        action = REPORT_CALLS.get
        const { Content, GeneratedTime } = await iam.send(new GetCredentialReportCommand({}), {
          abortSignal: signal,
        })
        if (Content === undefined) throw invalidAnswer('it has no report')
        pastInstant(GeneratedTime, 'the report')
        tell(action, 'ok')
        return { content: Content, generatedAt: GeneratedTime as Date }
      }
    } catch (error) {
      signal.throwIfAborted()
      const answer = classify(error)
      // The SDK has tried a fault several times already.
      if (answer === 'refused' || (answer === 'fault' && ++faults >= MAX_FAULTS)) {
        tell(action, isDenied(error) ? 'denied' : 'failed')
        throw error
      }
    }
    await pause()
  }
}

/** AWS has no report yet, or is making one: the call was allowed. */
export function isNotReady(error: unknown): boolean {
  return NOT_READY.has(readAwsError(error).code)
}

/** What an error of either call means: not ready yet, a fault that may pass, or an answer that will not change. */
function classify(error: unknown): 'not-ready' | 'fault' | 'refused' {
  if (isNotReady(error)) return 'not-ready'
  const { code } = readAwsError(error)
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0
  return LIMITED.test(code) || status >= 500 || isMalformed(error) ? 'fault' : 'refused'
}

/** Codes on the wire, and the names of the SDK's shapes for them. */
const NOT_READY: ReadonlySet<string> = new Set([
  'ReportNotPresent',
  'ReportExpired',
  'ReportInProgress',
  'CredentialReportNotPresentException',
  'CredentialReportExpiredException',
  'CredentialReportNotReadyException',
])

const LIMITED = /^(Throttl|LimitExceeded|TooManyRequests|RequestLimitExceeded)/

/** Waits quickly at first, then longer, with jitter: called in a tight loop the API has been blocked (prowler #211). */
function pauses(wait: (ms: number) => Promise<void>): () => Promise<void> {
  let next = FIRST_PAUSE_MS
  let waited = 0
  return async () => {
    if (waited > MAX_WAIT_MS)
      throw new UserError(
        'AWS did not finish the credential report within ten minutes.',
        'Run the audit again: the report may be ready by then. AWS makes one every four hours at most.',
      )
    const ms = next * (0.8 + 0.4 * Math.random())
    waited += ms
    next = Math.min(next * 1.6, LONGEST_PAUSE_MS)
    await wait(ms)
  }
}

export const MAX_FAULTS = 3
export const FIRST_PAUSE_MS = 250
export const LONGEST_PAUSE_MS = 10_000
export const MAX_WAIT_MS = 10 * 60_000
