import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { invalidAnswer, pastInstant } from '../aws/answers.ts'
import { isMalformed, readAwsError } from '../aws/errors.ts'
import { UserError } from '../domain/errors.ts'

interface FetchedReport {
  /** The CSV as AWS sent it. */
  readonly content: Uint8Array
  readonly generatedAt: Date
}

interface ReportCalls {
  readonly iam: IAMClient
  /** Waits so many milliseconds, holding nothing that others could use. */
  readonly wait: (ms: number) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * The account's credential report (iam:GenerateCredentialReport until COMPLETE, then iam:GetCredentialReport).
 * Throws a UserError where AWS does not finish within ten minutes, else AWS's own error.
 */
export async function fetchCredentialReport({ iam, wait, signal }: ReportCalls): Promise<FetchedReport> {
  const pause = pauses(wait)
  for (let faults = 0; ; ) {
    try {
      const { State } = await iam.send(new GenerateCredentialReportCommand({}), { abortSignal: signal })
      if (State === 'COMPLETE') {
        const { Content, GeneratedTime } = await iam.send(new GetCredentialReportCommand({}), {
          abortSignal: signal,
        })
        if (Content === undefined) throw invalidAnswer('it has no report')
        pastInstant(GeneratedTime, 'the report')
        return { content: Content, generatedAt: GeneratedTime as Date }
      }
    } catch (error) {
      signal.throwIfAborted()
      const answer = classify(error)
      // The SDK has tried a fault several times already.
      if (answer === 'refused' || (answer === 'fault' && ++faults >= MAX_FAULTS)) throw error
    }
    await pause()
  }
}

/** What an error of either call means: not ready yet, a fault that may pass, or an answer that will not change. */
function classify(error: unknown): 'not-ready' | 'fault' | 'refused' {
  const { code } = readAwsError(error)
  if (NOT_READY.has(code)) return 'not-ready'
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
