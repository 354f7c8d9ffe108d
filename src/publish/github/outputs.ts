import type { AuditResult } from '../../domain/audit-result.ts'
import type { OutputName } from '../../inputs/inputs.ts'

/** What was written where, as far as outputs tell it. */
export interface Written {
  readonly issueUrls: readonly string[]
  /** Empty where nothing was written. */
  readonly outputDirectory: string
  /** Empty where no SARIF file was written. */
  readonly sarifFile: string
}

/** The action's outputs, by name. */
export function outputsOf(
  { result, counts }: AuditResult,
  written: Written,
): Readonly<Record<OutputName, string>> {
  return {
    result,
    'stale-count': String(counts.stale),
    'expiring-count': String(counts.expiring),
    'exempt-count': String(counts.exempt),
    'active-key-count': String(counts.active),
    'oldest-key-age-days': counts.oldestKeyAgeDays === null ? '' : String(counts.oldestKeyAgeDays),
    'account-count': String(counts.accounts),
    'failed-account-count': String(counts.failedAccounts),
    'issue-urls': written.issueUrls.join('\n'),
    'output-directory': written.outputDirectory,
    'sarif-file': written.sarifFile,
  }
}
