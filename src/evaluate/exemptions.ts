import type { Config, ExemptionRule } from '../config/config.ts'
import type { AuditResult, ExemptionResult, KeyExemption, KeyResult } from '../domain/audit-result.ts'
import { dayOf, formatInstant } from '../domain/time.ts'
import { compileUserGlob } from './glob.ts'
import { once } from './memoize.ts'

type Subject = Pick<KeyResult, 'account' | 'user' | 'userArn' | 'accessKeyId'>

/** The first rule in effect that covers the key. A rule by access key ID covers no key whose ID is not known. */
export function exemptionOf(key: Subject, config: Config, now: Date): KeyExemption | null {
  const rules = compileExemptions(config)
  if (rules.length === 0) return null
  const today = dayOf(formatInstant(now))
  const index = rules.findIndex(({ rule, covers }) => inEffect(rule, today) && covers(key))
  const rule = rules[index]?.rule
  return rule === undefined ? null : { rule: index, location: ruleLocation(rule, config), ...reasonOf(rule) }
}

/**
 * What became of each rule, in file order. A rule is unmatched when it covers no key at all; nothing is concluded of
 * one that may cover keys of an account that could not be audited, or a key whose ID no live look told.
 */
export function exemptionResults(
  { keys, quietKeys }: Pick<AuditResult, 'keys' | 'quietKeys'>,
  failedAccounts: ReadonlySet<string>,
  config: Config,
  now: Date,
): readonly ExemptionResult[] {
  const today = dayOf(formatInstant(now))
  const rules = compileExemptions(config)
  const unmatchedRules = new Set(rules.filter(({ mayCover }) => !keys.some(mayCover)))
  if (unmatchedRules.size > 0)
    for (const key of quietKeys)
      for (const each of unmatchedRules) if (each.mayCover(key)) unmatchedRules.delete(each)
  return rules.map((compiled, index) => {
    const { rule, covers } = compiled
    const expired = !inEffect(rule, today)
    const covered = keys.filter(covers)
    const audited = rule.account === null ? failedAccounts.size === 0 : !failedAccounts.has(rule.account)
    const unmatched = audited && unmatchedRules.has(compiled)
    return {
      rule: index,
      location: ruleLocation(rule, config),
      ...reasonOf(rule),
      status: expired ? 'expired' : unmatched ? 'unmatched' : 'applied',
      keys: covered
        .filter(({ state, exemption }) =>
          expired ? state === 'stale' || state === 'expiring' : exemption?.rule === index,
        )
        .map(({ id }) => id),
    }
  })
}

/** `expires` is the last day that holds, in UTC. */
function inEffect(rule: ExemptionRule, today: string): boolean {
  return today <= rule.expires
}

const compileExemptions = once((config: Config) =>
  config.exemptions.map(rule => {
    const matches = compileUserGlob(rule.user)
    /** Whether the key is covered, or would be if its unknown ID were the rule's. */
    const mayCover = (key: Subject) =>
      (rule.account === null || rule.account === key.account) &&
      (rule.accessKeyId === null || key.accessKeyId === null || rule.accessKeyId === key.accessKeyId) &&
      matches(key.user, key.userArn)
    const covers = (key: Subject) => (rule.accessKeyId === null || key.accessKeyId !== null) && mayCover(key)
    return { rule, covers, mayCover }
  }),
)

function ruleLocation(rule: ExemptionRule, config: Config) {
  return { path: config.path ?? '', line: rule.line }
}

function reasonOf({ reason, ticket, expires }: ExemptionRule) {
  return { reason, ticket, expires }
}
