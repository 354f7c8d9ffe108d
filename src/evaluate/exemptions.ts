import type { AcceptRule, Config, ExemptionRule } from '../config/config.ts'
import type { ExemptionResult, KeyExemption, KeyResult, Unverified } from '../domain/audit-result.ts'
import { ROOT_USER } from '../domain/credential-report.ts'
import { compileUserGlob } from '../domain/glob.ts'
import { memoize } from '../domain/memoize.ts'
import { dayOf, formatInstant } from '../domain/time.ts'

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

/** The first rule of `accept-unverified` in effect that covers the user. */
export function acceptanceOf(
  { account, user, userArn }: Pick<KeyResult, 'account' | 'user' | 'userArn'>,
  config: Config,
  now: Date,
): Unverified['accepted'] {
  const today = dayOf(formatInstant(now))
  const rule = config.acceptUnverified.find(
    each =>
      inEffect(each, today) &&
      (each.account === null || each.account === account) &&
      compileUserGlob(each.user)(user, userArn),
  )
  return rule === undefined ? null : { location: ruleLocation(rule, config), ...reasonOf(rule) }
}

/**
 * What became of each rule, in file order. A rule is unmatched when it covers no key at all; nothing is concluded of
 * one that may cover keys of an account that could not be audited, or a key whose ID no live look told.
 */
export function exemptionResults(
  keys: readonly KeyResult[],
  failedAccounts: ReadonlySet<string>,
  config: Config,
  now: Date,
): readonly ExemptionResult[] {
  const today = dayOf(formatInstant(now))
  return compileExemptions(config).map(({ rule, covers, mayCover }, index) => {
    const expired = !inEffect(rule, today)
    const audited = rule.account === null ? failedAccounts.size === 0 : !failedAccounts.has(rule.account)
    const unmatched = audited && !keys.some(mayCover)
    return {
      rule: index,
      location: ruleLocation(rule, config),
      ...reasonOf(rule),
      status: expired ? 'expired' : unmatched ? 'unmatched' : 'applied',
      reach: expired ? 'some' : reachOf(rule, keys.filter(covers), keys),
      keys: keys
        .filter(key =>
          expired
            ? (key.state === 'stale' || key.state === 'expiring') && covers(key)
            : key.exemption?.rule === index,
        )
        .map(({ id }) => id),
    }
  })
}

/** By what the rule covers, not by how it is written; one user named in full is meant, however few others there are. */
function reachOf(
  { user, accessKeyId }: ExemptionRule,
  covered: readonly KeyResult[],
  keys: readonly KeyResult[],
): ExemptionResult['reach'] {
  if (accessKeyId !== null) return 'some'
  const isPattern = /[*?[]/.test(user)
  const users = (of: readonly KeyResult[]) => new Set(of.map(({ userArn }) => userArn)).size
  if (isPattern && covered.length > 0 && users(covered) === users(keys)) return 'every-user'
  if (compileUserGlob(user)(ROOT_USER, '')) return 'root-user'
  return isPattern && keys.length >= FEWEST_KEYS && covered.length > keys.length / 2 ? 'most-keys' : 'some'
}

/** Of fewer, half says nothing. */
const FEWEST_KEYS = 4

/** `expires` is the last day that holds, in UTC. */
function inEffect(rule: AcceptRule, today: string): boolean {
  return today <= rule.expires
}

const compileExemptions = memoize((config: Config) =>
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

function ruleLocation(rule: AcceptRule, config: Config) {
  return { path: config.path ?? '', line: rule.line }
}

function reasonOf({ reason, ticket, expires }: AcceptRule) {
  return { reason, ticket, expires }
}
