import type { AcceptRule, Config } from '../config/config.ts'
import type {
  AcceptanceResult,
  ExemptionResult,
  KeyExemption,
  KeyResult,
  Unverified,
} from '../domain/audit-result.ts'
import { ROOT_USER } from '../domain/credential-report.ts'
import { compileUserGlob } from '../domain/glob.ts'
import { memoize } from '../domain/memoize.ts'
import { dayOf, formatInstant } from '../domain/time.ts'

type User = Pick<KeyResult, 'account' | 'user' | 'userArn'>
type Subject = User & Pick<KeyResult, 'accessKeyId'>

/** The first rule in effect that covers the key. A rule by access key ID covers no key whose ID is not known. */
export function exemptionOf(key: Subject, config: Config, now: Date): KeyExemption | null {
  const rules = compileExemptions(config)
  if (rules.length === 0) return null
  const isInEffect = inEffectOn(now)
  const index = rules.findIndex(({ rule, covers }) => isInEffect(rule) && covers(key))
  const rule = rules[index]?.rule
  return rule === undefined ? null : { rule: index, ...termsOf(rule, config) }
}

/** The keys that a rule covers, findings or not, whether it is in effect or another comes before it. */
export function keysCovered(config: Config, rule: number, keys: readonly KeyResult[]): readonly KeyResult[] {
  return keys.filter(key => compileExemptions(config)[rule]?.covers(key))
}

/** The users whom a rule of `accept-unverified` covers. */
export function unverifiedCovered(
  config: Config,
  rule: number,
  users: readonly Unverified[],
): readonly Unverified[] {
  const compiled = compileAcceptances(config)[rule]
  return users.filter(user =>
    compiled?.covers({ ...user, user: user.user ?? '', userArn: user.userArn ?? '' }),
  )
}

/** The first rule of `accept-unverified` in effect that covers the user. */
export function acceptanceOf(user: User, config: Config, now: Date): Unverified['accepted'] {
  const isInEffect = inEffectOn(now)
  const accepting = compileAcceptances(config).find(({ rule, covers }) => isInEffect(rule) && covers(user))
  return accepting === undefined ? null : termsOf(accepting.rule, config)
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
  const isInEffect = inEffectOn(now)
  const rules = compileExemptions(config)
  const users = rules.length === 0 ? 0 : countUsers(keys)
  return rules.map(({ rule, covers, mayCover }, index) => {
    const expired = !isInEffect(rule)
    const unmatched = isAudited(rule, failedAccounts) && !keys.some(mayCover)
    return {
      rule: index,
      ...termsOf(rule, config),
      status: expired ? 'expired' : unmatched ? 'unmatched' : 'applied',
      reach:
        expired || rule.accessKeyId !== null
          ? 'some'
          : (reachOf(rule, keys.filter(covers), { count: keys.length, users }) ?? 'most-keys'),
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

/**
 * What became of each rule of `accept-unverified`, in file order, as `exemptionResults` tells it of exemptions; how much
 * it covers does not hang on who is unverified today.
 */
export function acceptanceResults(
  unverified: readonly Unverified[],
  keys: readonly KeyResult[],
  failedAccounts: ReadonlySet<string>,
  config: Config,
  now: Date,
): readonly AcceptanceResult[] {
  const isInEffect = inEffectOn(now)
  const named = unverified.flatMap(({ account, user, userArn }) =>
    user === null || userArn === null ? [] : [{ account, user, userArn }],
  )
  const users = [...new Map([...keys, ...named].map(each => [each.userArn, each])).values()]
  return compileAcceptances(config).map(({ rule, covers }) => {
    const expired = !isInEffect(rule)
    const unmatched = isAudited(rule, failedAccounts) && !named.some(covers)
    const all = { count: users.length, users: users.length }
    return {
      ...termsOf(rule, config),
      status: expired ? 'expired' : unmatched ? 'unmatched' : 'applied',
      reach: expired ? 'some' : (reachOf(rule, users.filter(covers), all) ?? 'most-users'),
    }
  })
}

/** Whether every account that the rule may be about was audited. */
function isAudited({ account }: AcceptRule, failedAccounts: ReadonlySet<string>): boolean {
  return account === null ? failedAccounts.size === 0 : !failedAccounts.has(account)
}

/**
 * By what the rule covers, not by how it is written; one user named in full is meant, however few others there are. Null:
 * more than half of all.
 */
function reachOf(
  { user }: AcceptRule,
  covered: readonly User[],
  all: { readonly count: number; readonly users: number },
): 'every-user' | 'root-user' | 'some' | null {
  const isPattern = /[*?[]/.test(user)
  if (isPattern && covered.length > 0 && countUsers(covered) === all.users) return 'every-user'
  if (compileUserGlob(user)(ROOT_USER, '')) return 'root-user'
  return isPattern && all.count >= FEWEST && covered.length > all.count / 2 ? null : 'some'
}

function countUsers(keys: readonly User[]): number {
  return new Set(keys.map(({ userArn }) => userArn)).size
}

/** Of fewer, half says nothing. */
const FEWEST = 4

/** `expires` is the last day that holds, in UTC. */
function inEffectOn(now: Date): (rule: AcceptRule) => boolean {
  const today = dayOf(formatInstant(now))
  return ({ expires }) => today <= expires
}

const compileExemptions = memoize((config: Config) =>
  config.exemptions.map(rule => {
    const coversUser = compileCoverage(rule)
    /** Whether the key is covered, or would be if its unknown ID were the rule's. */
    const mayCover = (key: Subject) =>
      (rule.accessKeyId === null || key.accessKeyId === null || rule.accessKeyId === key.accessKeyId) &&
      coversUser(key)
    const covers = (key: Subject) => (rule.accessKeyId === null || key.accessKeyId !== null) && mayCover(key)
    return { rule, covers, mayCover }
  }),
)

const compileAcceptances = memoize((config: Config) =>
  config.acceptUnverified.map(rule => ({ rule, covers: compileCoverage(rule) })),
)

/** Whether a user is of the rule's account, and of a name or path that it matches. */
function compileCoverage(rule: AcceptRule): (user: User) => boolean {
  const matches = compileUserGlob(rule.user)
  return ({ account, user, userArn }) =>
    (rule.account === null || rule.account === account) && matches(user, userArn)
}

function termsOf({ line, reason, ticket, expires }: AcceptRule, { path }: Config) {
  return { location: { path: path ?? '', line }, reason, ticket, expires }
}
