/** The tables of docs/reliability.md: the limits that the source sets, and the fault table that the end-to-end tests hold. */
import { type Call, FAULTS, type Outcome } from '../__tests__/exhaustive/fault-outcomes.ts'
import { CALLS } from '../__tests__/exhaustive/fault-table.ts'
import { ANSWER_MS, CONNECT_MS, MAX_ATTEMPTS, SILENCE_MS } from '../src/aws/client.ts'
import { ASSUME_ATTEMPTS } from '../src/aws/credentials.ts'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, MAX_FAULTS, MAX_WAIT_MS } from '../src/gather/credential-report.ts'
import { MAX_FAILURES } from '../src/gather/optional-calls.ts'
import {
  LONGEST_WAIT,
  PAUSE_MINUTES,
  REQUEST_TIMEOUT_MS,
  RETRIES,
  WAIT_BUDGET,
} from '../src/github/client.ts'
import { TOKEN_ATTEMPTS, TOKEN_TIMEOUT_MS } from '../src/host/id-token.ts'
import { INPUTS } from '../src/inputs/inputs.ts'
import { table, withSections } from './generated.ts'

/** The document with its generated sections replaced. */
export function withReliability(document: string): string {
  return withSections(document, {
    limits: table(['What', 'How long, how often', 'Then'], LIMITS),
    faults: CALLS.map(sectionOf).join('\n'),
  })
}

const LIMITS = [
  [
    'A call to AWS',
    `${MAX_ATTEMPTS} attempts (or \`AWS_MAX_ATTEMPTS\`), with growing, random pauses between them (the SDK's adaptive mode). An attempt ends after ${seconds(CONNECT_MS)} without a connection, ${seconds(SILENCE_MS)} of silence, or ${seconds(ANSWER_MS)} without an answer`,
    'the call has failed',
  ],
  ['An answer of AWS that cannot be read', 'asked once more', 'the call has failed'],
  ['Credentials that expired on the way', 'renewed, and the call made once more', 'the call has failed'],
  [
    'The credential report',
    `asked for after ${seconds(FIRST_PAUSE_MS)}, then less and less often, at least every ${seconds(LONGEST_PAUSE_MS)}, for ${MAX_WAIT_MS / 60_000} minutes; throttled, 5xx and unreadable answers are borne until the attempts of a call are used up ${MAX_FAULTS} times`,
    'the account is not audited',
  ],
  [
    'A call that the audit can do without',
    `refused once, or failed ${MAX_FAILURES} times, each after all attempts`,
    'it is not made again for this account; a note says so',
  ],
  [
    'An OIDC token',
    `${TOKEN_ATTEMPTS} attempts of ${seconds(TOKEN_TIMEOUT_MS)}; a refusal is final`,
    'no account that needs it is audited',
  ],
  [
    '`AssumeRoleWithWebIdentity`',
    `as any call; and ${ASSUME_ATTEMPTS} times where AWS could not reach GitHub's keys, could not be understood, or calls the token expired (with a new one)`,
    'the account is not audited',
  ],
  [
    'A request to GitHub',
    `${RETRIES + 1} attempts of ${seconds(REQUEST_TIMEOUT_MS)}, one and four seconds apart, after a 5xx, a broken connection, or an answer cut off; what creates an issue, a comment, a branch or a pull request is tried once`,
    'what was asked for is told as undone',
  ],
  [
    "GitHub's rate limits",
    `waited for as GitHub asks, at most ${LONGEST_WAIT} seconds at a time and ${WAIT_BUDGET} in all`,
    'what was asked for is told as undone',
  ],
  [
    'All requests to GitHub',
    `\`timeout-minutes\` (${INPUTS['timeout-minutes'].default}), retries and waits included; after a request that GitHub did not answer, none is tried for ${PAUSE_MINUTES} minutes`,
    'what was asked for is told as undone',
  ],
  [
    'The gathering as a whole',
    '`timeout-minutes` less a tenth, at most a minute, in which to publish; CloudTrail is asked in the first half of what is left',
    'finished accounts are published, the others are not audited',
  ],
]

function seconds(ms: number): string {
  return `${ms / 1000} s`
}

function sectionOf({ name, purpose, cells }: Call): string {
  const byOutcome = Map.groupBy(Object.keys(FAULTS) as (keyof typeof FAULTS)[], fault =>
    JSON.stringify(cells[fault]),
  )
  const rows = [...byOutcome.values()].map(faults => {
    const [first] = faults
    return [faults.join('<br>'), ...wordsOf(first === undefined ? '' : cells[first])]
  })
  const head = ['Fault', 'The user sees', 'Findings published', 'Issue', '`result`', 'Exit code']
  return `### ${name}\n\n${purpose}.\n\n${table(head, rows)}`
}

function wordsOf(outcome: Outcome | string): string[] {
  if (typeof outcome === 'string') return [`no such case: ${outcome}`, '', '', '', '']
  const { sees, audited, issue, result, exit } = outcome
  return [sees, AUDITED[audited], issue, `\`${result}\``, String(exit)]
}

const AUDITED: Readonly<Record<Outcome['audited'], string>> = {
  all: 'all',
  'all, one by the report alone': 'all; those of this account without their key IDs',
  'the others': 'those of all other accounts; this one is listed as not audited',
  none: 'none; each account is listed as not audited',
  'no result': 'none; there are no files',
}
