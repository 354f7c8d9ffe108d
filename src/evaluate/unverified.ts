import type { KeyResult, RootUser, Unverified } from '../domain/audit-result.ts'
import { type ParsedReport, type ReportRow, ROOT_USER } from '../domain/credential-report.ts'
import type { Evidence } from '../domain/evidence.ts'
import { formatInstant, isAfter } from '../domain/time.ts'
import type { Doubts } from './doubts.ts'
import type { Observations } from './observations.ts'
import { contradictsItself, lookAt } from './reconcile.ts'

export interface EvaluatedUser {
  readonly row: ReportRow
  readonly keys: readonly KeyResult[]
}

/** What one account's evidence says, beside its rows. */
export interface Facts {
  readonly evidence: Evidence
  readonly observed: Observations
  readonly doubts: Doubts
  readonly now: Date
}

type Unproved = Omit<Unverified, 'accepted' | 'user' | 'userArn'> & {
  readonly user: string
  readonly userArn: string
}

/** Whose keys the evidence does not prove, each for the first reason. A bare report is as old as it says at the least. */
export function unprovedUsers(
  users: readonly EvaluatedUser[],
  rootUser: RootUser,
  facts: Facts,
): readonly Unproved[] {
  const { account } = facts.evidence
  const now = formatInstant(facts.now)
  const root = { user: ROOT_USER, userArn: `arn:${account.partition}:iam::${account.id}:root` }
  const isRootUnknown = rootUser.state === 'not-evaluated' || rootUser.state === 'key-of-unknown-age'
  return [
    ...(isRootUnknown ? [{ account: account.id, ...root, reason: 'no-root-row' as const }] : []),
    ...users.flatMap(user => {
      const reason = reasonOf(user, facts, now)
      return reason === null
        ? []
        : [{ account: account.id, user: user.row.user, userArn: user.row.arn, reason }]
    }),
  ]
}

function reasonOf(user: EvaluatedUser, facts: Facts, now: string): Unverified['reason'] | null {
  const { row, keys } = user
  const { observed } = facts
  const isWithin = keys.some(({ compliance }) => compliance?.withinPolicy)
  if (isFuture(user, facts, now)) return 'future-date'
  if (!isComplete(row, observed)) return 'incomplete-row'
  if (observed.isMissing(row.user)) return 'not-found'
  if (isContradictory(row, observed) && isWithin) return 'contradictory-row'
  return isChanged(user, isWithin, facts) ? 'status-changed' : null
}

/** Whether all of the user's keys are known. */
export function isComplete(row: ReportRow, observed: Observations): boolean {
  return !row.incomplete || lookAt(row, observed) !== undefined
}

/** Whether nothing but a row that contradicts itself tells of the user's keys. */
export function isContradictory(row: ReportRow, observed: Observations): boolean {
  return contradictsItself(row) && lookAt(row, observed) === undefined
}

/** Of how many users neither CloudTrail nor a live look tells whether their keys are older than the report says. */
export function countDoubtful({ rows }: ParsedReport, { observed, doubts }: Facts): number {
  return rows.filter(row => doubts.open.has(row.user) && lookAt(row, observed) === undefined).length
}

/** Whether a key that CloudTrail saw changed may be older than the report says, or active since. */
function isChanged({ row, keys }: EvaluatedUser, isWithin: boolean, facts: Facts): boolean {
  const { doubts, evidence, observed } = facts
  const at = doubts.changed.get(row.user)
  if (at === undefined || lookAt(row, observed) !== undefined) return false
  return (
    isWithin || (keys.some(({ state }) => state === 'inactive') && at >= (evidence.report.generatedAt ?? ''))
  )
}

/** Whether something about the user is said to have happened after it was asked. */
function isFuture({ row, keys }: EvaluatedUser, { evidence, observed }: Facts, now: string): boolean {
  const looked = lookAt(row, observed)?.at
  const asked = evidence.gatheredAt === null ? now : (looked ?? evidence.gatheredAt)
  // Instants compare as texts: most are earlier, and need no reading.
  const isFuture = (at: string | null) => at !== null && at > asked && isAfter(at, new Date(asked))
  return isFuture(row.newestDate) || keys.some(({ createdAt }) => isFuture(createdAt))
}
