import type { AuditResult, ExemptionResult } from '../../domain/audit-result.ts'
import type { Fault } from '../../domain/errors.ts'

/** The exemption rules that cover more than is likely meant; names no user and no key. */
export function exemptionWarnings({ exemptions }: Pick<AuditResult, 'exemptions'>): readonly Fault[] {
  return exemptions.flatMap(({ reach, expires, location }) =>
    reach === 'some' ? [] : [{ location, message: `this rule exempts ${COVERED[reach]} until ${expires}` }],
  )
}

/** Whom a rule covers, where that is more than is likely meant; else empty. */
export function reachInWords(reach: ExemptionResult['reach']): string {
  return reach === 'some' ? '' : COVERED[reach]
}

const COVERED: Readonly<Record<Exclude<ExemptionResult['reach'], 'some'>, string>> = {
  'every-user': 'every user that has a key',
  'root-user': 'the root user, who should have no key at all',
  'most-keys': 'more than half of all keys',
}
