import type { Config } from '../config/config.ts'
import type {
  AccountResult,
  AuditedAccount,
  Declared,
  KeyResult,
  NotAudited,
  Policy,
  RootUser,
  Unverified,
} from '../domain/audit-result.ts'
import { type ParsedReport, parsedReportOf, type ReportRow } from '../domain/credential-report.ts'
import type { Declarations, NameMentions } from '../domain/declarations.ts'
import { UserError } from '../domain/errors.ts'
import type { Evidence, Gathered, LeftOut, Shard } from '../domain/evidence.ts'
import { ACCESS_KEY_ROTATION } from './access-key-rotation.ts'
import type { Control, Finding } from './control.ts'
import { codeOf, declaredOf, hardCodedOf, indexDeclarations, isMadeByHand } from './declared.ts'
import { doubtsOf } from './doubts.ts'
import { acceptanceOf, exemptionOf } from './exemptions.ts'
import { useOf } from './idle.ts'
import { notesOf } from './notes.ts'
import { indexObservations, type Observations } from './observations.ts'
import { ownerOf } from './owners.ts'
import { NOTHING_TO_DO, planRotation } from './procedure.ts'
import { usageOf } from './programs.ts'
import { type FoundKey, lookAt, reconcile } from './reconcile.ts'
import { replacementFor } from './replacement.ts'
import { reportedActive } from './reported-active.ts'
import type { RotationKey } from './rotation.ts'
import {
  countDoubtful,
  type EvaluatedUser,
  type Facts,
  isComplete,
  isContradictory,
  unprovedUsers,
} from './unverified.ts'
import { urgencyOf } from './urgency.ts'

export interface AccountEvaluation {
  readonly account: AccountResult
  readonly keys: readonly KeyResult[]
  readonly unverified: readonly Unverified[]
  /** IDs of inactive keys that the report does not have as inactive. */
  readonly reportedActive: readonly string[]
  /** Accounts of its organization that were not to be audited. */
  readonly leftOut: readonly LeftOut[]
}

/** The users of keys that ask for something and that no code declares, whose names are worth looking for. */
export function undeclaredUsers({ keys }: AccountEvaluation): string[] {
  const wanted = keys.filter(({ state, root, declared }) => {
    const isUndeclared = declared === null || declared.of === 'user'
    return isUndeclared && state !== 'fresh' && !root
  })
  return [...new Set(wanted.map(({ user }) => user))]
}

/**
 * One account's keys, each with its state; an account whose report cannot be read is not audited, with the reason.
 * `mentions`: where names of its users stand in the checkout, as far as they were looked for.
 */
export function evaluateAccount(
  gathered: Gathered,
  declarations: Declarations,
  config: Config,
  policy: Policy,
  now: Date,
  mentions: NameMentions = new Map(),
): AccountEvaluation {
  const leftOut = gathered.shard?.leftOut ?? []
  if (gathered.kind === 'failed-account')
    return { account: notAudited(gathered, gathered.failure), ...NOTHING, leftOut }
  const report = readReport(gathered)
  if (!('rows' in report)) return { account: report, ...NOTHING, leftOut }
  const observed = indexObservations(gathered.observations)
  const changes = observed.newest('status-changes', null) ?? null
  const context = {
    evidence: gathered,
    observed,
    doubts: doubtsOf(report, changes, policy, now),
    declarations,
    mentions,
    config,
    policy,
    now,
    control: ACCESS_KEY_ROTATION,
  }
  const users = report.rows.map(row => ({ row, keys: evaluateUser(row, context) }))
  const keys = users.flatMap(user => user.keys)
  const rootUser = rootUserOf(report, keys, context.observed)
  const unproved = unprovedUsers(users, rootUser, context)
  return {
    account: audited(report, { users, keys, rootUser, unproved }, context),
    keys,
    leftOut,
    unverified: unproved.map(user => ({ ...user, accepted: acceptanceOf(user, config, now) })),
    reportedActive: users.flatMap(reportedActive),
  }
}

interface AccountContext extends Facts {
  readonly declarations: Declarations
  readonly mentions: NameMentions
  readonly config: Config
  readonly policy: Policy
  readonly control: Control
}

function readReport(evidence: Evidence): ParsedReport | NotAudited {
  try {
    return parsedReportOf(evidence.report)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { message, remedy, detail } = error
    return notAudited(evidence, { summary: message, remedy, detail })
  }
}

function notAudited({ account, role }: Gathered, failure: NotAudited['failure']): NotAudited {
  return { status: 'failed', account, role, failure }
}

function evaluateUser(row: ReportRow, context: AccountContext): readonly KeyResult[] {
  const { evidence, observed, declarations, mentions, policy, now } = context
  const found = reconcile(row, observed)
  if (found.length === 0) return []
  const findings = context.control.evaluate({ keys: found, policy, now })
  const account = evidence.account.id
  const holder = {
    user: row.user,
    account,
    keys: found,
    complete: isComplete(row, observed),
    madeByHand: isMadeByHand(context.config)({ user: row.user, userArn: row.arn }),
  }
  const declared = row.root ? () => null : declaredOf(holder, indexDeclarations(declarations), mentions)
  const keys = findings.map(finding => evaluateKey(finding, declared(finding.key), row, context))
  for (const key of keys) key.use = useOf(key, keys, now)
  if (!keys.some(asksForSteps)) return keys
  const plans = planRotation({
    user: row.user,
    root: row.root,
    account,
    person: row.hasPassword,
    partition: evidence.account.partition,
    keys: keys.map(key => rotationKey(key, context)),
    complete: holder.complete,
    maxAgeDays: policy.maxAgeDays,
    now,
  })
  for (const key of keys) {
    const { next, later } = plans.get(key.id) ?? NOTHING_TO_DO
    key.next = next
    key.later = later
    key.replacement = replacementFor(key, declarations.staticLogins)
  }
  return keys
}

/** A key whose use and steps are yet to be told, by all keys of its user. */
type Unplanned = Omit<KeyResult, keyof Plan> & Plan
type Plan = { -readonly [Part in 'use' | 'next' | 'later' | 'replacement']: KeyResult[Part] }

function rotationKey(key: KeyResult, { observed, declarations }: AccountContext): RotationKey {
  const { edits, rotates } = codeOf(key.declared, indexDeclarations(declarations))
  const { id, accessKeyId, state, createdAt, lastUsed, use, declared, hardCoded } = key
  return {
    id,
    accessKeyId,
    state,
    createdAt,
    lastUsed,
    use,
    declared,
    hardCoded,
    edits,
    rotates,
    inactiveSince: inactiveSince(key, observed),
  }
}

/** Root's keys do even when they are fresh, and those whose ID stands in the checkout. */
function asksForSteps({ root, state, hardCoded }: KeyResult): boolean {
  return root || hardCoded.length > 0 || (state !== 'fresh' && state !== 'exempt')
}

function inactiveSince({ accessKeyId, state }: KeyResult, observed: Observations): string | null {
  if (accessKeyId === null || state !== 'inactive') return null
  const change = observed.statusChange(accessKeyId)
  return change?.status === 'Inactive' ? change.at : null
}

function evaluateKey(
  { key: found, standing, usedBeforeCreated, staleSince, ageDays, compliance }: Finding<FoundKey>,
  declared: Declared | null,
  row: ReportRow,
  context: AccountContext,
): Unplanned {
  const { evidence, observed, declarations, config, now } = context
  const { id, accessKeyId, createdAt, verified, unreadable, lastUsed } = found
  const { user, arn: userArn, root } = row
  const account = evidence.account.id
  const hardCoded = hardCodedOf(accessKeyId, indexDeclarations(declarations))
  const exemption =
    found.active && standing !== 'fresh'
      ? exemptionOf({ account, user, userArn, accessKeyId }, config, now)
      : null
  const state = found.active ? (exemption === null ? standing : 'exempt') : 'inactive'
  const administrator = observed.newest('administrator', user)?.policy ?? null
  const tag = observed.newest('owner-tag', user)
  return {
    id,
    account,
    user,
    userArn,
    root,
    accessKeyId,
    state,
    createdAt,
    usedBeforeCreated,
    staleSince,
    ageDays,
    compliance,
    verified,
    unreadable,
    lastUsed,
    use: 'unknown',
    owner: ownerOf(row, declared, config, tag, declarations),
    declared,
    hardCoded,
    exemption,
    urgency: urgencyOf({ state, root, hardCoded, administrator, staleSince }),
    usage: accessKeyId === null ? null : usageOf(observed.all('usage', accessKeyId)),
    next: null,
    later: NOTHING_TO_DO.later,
    replacement: null,
  }
}

function audited(
  report: ParsedReport,
  { users, keys, rootUser, unproved }: Evaluated,
  context: AccountContext,
): AuditedAccount {
  const { evidence, observed, policy } = context
  const looked = report.rows.filter(row => lookAt(row, observed) !== undefined)
  return {
    status: 'audited',
    account: evidence.account,
    evidence: {
      reportSha256: evidence.report.sha256,
      reportGeneratedAt: evidence.report.generatedAt,
      reportNewestDate: report.newestDate,
      gatheredAt: evidence.gatheredAt,
      runUrl: evidence.runUrl ?? null,
      role: evidence.role,
      usersVerifiedLive: looked.length,
      shard: evidence.shard ? partOf(evidence.shard) : null,
    },
    rootUser,
    activeKeys: keys.filter(isActive).length,
    notes: notesOf(evidence.refusals, {
      rootUser,
      quietRootKeys: keys.filter(key => key.root && isActive(key) && key.state !== 'stale').length,
      contradictoryRows: users.filter(user => isOnlySaid(user, unproved, observed)).length,
      doubtfulUsers: policy.verifyKeys === 'none' ? 0 : countDoubtful(report, context),
      keysWithoutUsage: !evidence.observations.some(({ kind }) => kind === 'usage')
        ? 0
        : keys.filter(isStaleWithoutUsage).length,
    }),
  }
}

function partOf({ leftOut: _, ...part }: Shard): Omit<Shard, 'leftOut'> {
  return part
}

const NOTHING = { keys: [], unverified: [], reportedActive: [] } as const

interface Evaluated {
  readonly users: readonly EvaluatedUser[]
  readonly keys: readonly KeyResult[]
  readonly rootUser: RootUser
  readonly unproved: readonly Pick<Unverified, 'userArn'>[]
}

/** Whether the row contradicts itself, and neither its user is unverified nor the age of a key tells it. */
function isOnlySaid(
  { row, keys }: EvaluatedUser,
  unproved: Evaluated['unproved'],
  observed: Observations,
): boolean {
  return (
    isContradictory(row, observed) &&
    keys.some(isActive) &&
    keys.every(({ usedBeforeCreated }) => usedBeforeCreated === null) &&
    !unproved.some(({ userArn }) => userArn === row.arn)
  )
}

function rootUserOf(report: ParsedReport, keys: readonly KeyResult[], observed: Observations): RootUser {
  if (report.rows.some(row => row.root))
    return { state: 'evaluated', activeKeys: keys.filter(key => key.root && isActive(key)).length }
  const accountSummary = observed.newest('account-summary', null)
  if (!accountSummary) return { state: 'not-evaluated' }
  return { state: accountSummary.accountAccessKeysPresent > 0 ? 'key-of-unknown-age' : 'no-key' }
}

function isActive({ state }: KeyResult): boolean {
  return state !== 'inactive'
}

function isStaleWithoutUsage({ state, usage }: KeyResult): boolean {
  return state === 'stale' && usage === null
}
