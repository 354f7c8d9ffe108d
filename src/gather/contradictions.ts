import { readableReport } from '../domain/credential-report.ts'
import { UserError } from '../domain/errors.ts'
import type { Evidence } from '../domain/evidence.ts'
import { CLOCK_SKEW_MS, isAfter } from '../domain/time.ts'

/**
 * Throws a UserError where the evidence of an account contradicts itself: rows of another account, a report that was too
 * old or not yet generated when it was gathered, answers from before that or long after. A report that cannot be read is
 * for the evaluation to tell.
 */
export function refuseContradictions(evidence: Evidence): void {
  const { gatheredAt, report, observations } = evidence
  refuseForeignRows(evidence)
  if (gatheredAt === null) return
  const gathered = new Date(gatheredAt)
  const { generatedAt } = report
  if (generatedAt !== null && gathered.getTime() - Date.parse(generatedAt) > MAX_REPORT_AGE_MS)
    throw new UserError(
      'The credential report was over four hours old when it was gathered, though AWS makes a new one after four.',
      'Run the audit again; if it happens again, report it to AWS Support: a key may have changed since the report.',
      `generated at ${generatedAt}, gathered at ${gatheredAt}`,
    )
  const instants = [generatedAt ?? gatheredAt, ...(evidence.startedAt ? [evidence.startedAt] : [])]
  const late = new Date(gathered.getTime() + MAX_RUN_MS)
  const wrong =
    instants.find(instant => isAfter(instant, gathered)) ??
    observations.find(({ at }) => isAfter(at, late) || isAfter(gatheredAt, new Date(at)))?.at
  if (wrong !== undefined)
    throw new UserError(
      'The times of the evidence contradict each other: something is dated after what follows from it.',
      'Look at the clock of the runner that gathered it, and gather it again.',
      `${wrong}, gathered at ${gatheredAt}`,
    )
}

/** The runner's clock against AWS's answers, as the SDK measures it, in milliseconds. Throws a UserError where they differ. */
export function refuseSkew(offset: number): void {
  if (Math.abs(offset) > CLOCK_SKEW_MS)
    throw new UserError(
      `The clock of this runner differs from that of AWS by ${Math.round(Math.abs(offset) / 60_000)} minutes, so the ages of keys would be wrong.`,
      'Set the clock of the runner by NTP, and run the audit again.',
    )
}

function refuseForeignRows({ account, report }: Evidence): void {
  const own = `arn:${account.partition}:iam::${account.id}:`
  const foreign = readableReport(report)?.rows.find(({ arn }) => !arn.startsWith(own))
  if (foreign !== undefined)
    throw new UserError(
      'The credential report is of another account than the evidence says: an ARN in it names another account or partition.',
      'Gather it again, and give it unchanged. If AWS itself answered so, run the audit again, and report it to AWS Support.',
      `account ${account.id}, row ${foreign.line}: ${foreign.arn}`,
    )
}

/** AWS makes a new report where the last is four hours old; some minutes of grace, for making one takes time. */
const MAX_REPORT_AGE_MS = (4 * 60 + 15) * 60_000
/** As long as `timeout-minutes` lets a run last. */
const MAX_RUN_MS = 6 * 60 * 60_000
