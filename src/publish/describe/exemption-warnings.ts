import type { AcceptanceResult, AuditResult, ExemptionResult } from '../../domain/audit-result.ts'
import type { Fault } from '../../domain/errors.ts'

/** The rules that exempt or accept more than is likely meant; names no user and no key. */
export function exemptionWarnings({
  exemptions,
  acceptances,
}: Pick<AuditResult, 'exemptions' | 'acceptances'>): readonly Fault[] {
  const warn = (what: string, { reach, expires, location }: ExemptionResult | AcceptanceResult) =>
    reach === 'some' ? [] : [{ location, message: `this rule ${what} ${COVERED[reach]} until ${expires}` }]
  return [
    ...exemptions.flatMap(rule => warn('exempts', rule)),
    ...acceptances.flatMap(rule => warn('accepts as unverified', rule)),
  ]
}

/** Whom a rule covers, by its reach, where that is more than is likely meant; else empty. */
export const COVERED: Readonly<Record<(ExemptionResult | AcceptanceResult)['reach'], string>> = {
  some: '',
  'every-user': 'every user that has a key',
  'root-user': 'the root user, who should have no key at all',
  'most-keys': 'more than half of all keys',
  'most-users': 'more than half of all users that have a key',
}
