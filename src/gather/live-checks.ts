import {
  GetAccountSummaryCommand,
  type IAMClient,
  paginateListAccountAliases,
  paginateListUserTags,
} from '@aws-sdk/client-iam'
import pMap from 'p-map'
import { getLastUse, listAccessKeys } from '../aws/access-keys.ts'
import { invalidAnswer, itemsOf } from '../aws/answers.ts'
import { readAwsError } from '../aws/errors.ts'
import { type ParsedReport, type ReportRow, ROOT_USER, reportedUse } from '../domain/credential-report.ts'
import type { Observation, ObservationOf } from '../domain/evidence.ts'
import { compareText } from '../domain/order.ts'
import { formatInstant } from '../domain/time.ts'
import { findAdministratorPolicy } from './administrators.ts'
import type { OptionalCalls } from './optional-calls.ts'
import type { GatherRequest } from './request.ts'

interface CheckContext {
  readonly report: ParsedReport
  /** null: CloudTrail did not tell. */
  readonly changes: ObservationOf<'status-changes'> | null
  /** When users were deleted since the report, by lower-case name; null: CloudTrail did not tell. */
  readonly deletions: () => Promise<ReadonlyMap<string, string> | null>
  readonly request: Pick<GatherRequest, 'liveChecks' | 'usage' | 'ownerTag'>
  readonly iam: IAMClient
  readonly optional: OptionalCalls
  readonly signal: AbortSignal
}

/** A key worth asking CloudTrail about. */
export interface KeyToLookUp {
  readonly user: string
  readonly accessKeyId: string
  readonly createdAt: string
  /** Region of its last use, null where unknown. */
  readonly region: string | null
  readonly administrator: boolean
}

interface CheckedLive {
  readonly observations: readonly Observation[]
  /** Stale keys, those of administrators first, then the oldest. */
  readonly findings: readonly KeyToLookUp[]
}

/** The account alias (iam:ListAccountAliases), or null. */
export async function observeAlias(
  iam: IAMClient,
  optional: OptionalCalls,
  signal: AbortSignal,
): Promise<string | null> {
  const pages = paginateListAccountAliases({ client: iam }, {}, { abortSignal: signal })
  const aliases = await optional.attempt('iam:ListAccountAliases', null, () =>
    itemsOf(pages, ({ AccountAliases }) => AccountAliases),
  )
  return aliases?.[0] ?? null
}

/** The live looks that the report and the policy ask for. A healthy user costs no call. */
export async function checkLive(check: CheckContext): Promise<CheckedLive> {
  const { report, changes, request } = check
  const rows = new Map(report.rows.map(row => [row.user, row]))
  const [summary, looks] = await Promise.all([
    rows.has(ROOT_USER) ? [] : observeAccountSummary(check),
    pMap(request.liveChecks.users(report, changes), user => checkUser(check, user, rows.get(user)), {
      concurrency: USERS_AT_ONCE,
    }),
  ])
  return {
    observations: [...summary, ...looks.flatMap(({ observations }) => observations)],
    findings: looks.flatMap(({ findings }) => findings).sort(byUrgency),
  }
}

async function checkUser(
  check: CheckContext,
  user: string,
  row: ReportRow | undefined,
): Promise<CheckedLive> {
  const { request } = check
  const { liveChecks } = request
  const listed = await observeKeys(check, user)
  if (listed?.kind === 'user-gone') return { observations: [listed], findings: [] }
  const observations: Observation[] = listed ? [listed] : []
  const active = (listed?.keys ?? []).filter(({ status }) => status === 'Active')
  const stale = active.filter(({ createdAt }) =>
    liveChecks.isFinding({ active: true, createdAt, unreadable: null }),
  )
  if (listed ? stale.length === 0 : !row?.keys.some(liveChecks.isFinding))
    return { observations, findings: [] }

  const regions = new Map<string, string | null>()
  for (const { accessKeyId, createdAt } of active) {
    const reported = reportedUse(row, createdAt)
    if (reported.state === 'used') regions.set(accessKeyId, reported.region)
    if (!liveChecks.needsLastUse(reported)) continue
    const used = await observeLastUse(check, user, accessKeyId)
    if (used === null) continue
    observations.push(used)
    regions.set(accessKeyId, used.lastUsed?.region ?? null)
  }
  if (request.ownerTag !== null) observations.push(...(await observeOwnerTag(check, user, request.ownerTag)))
  const administrator = request.usage ? await observeAdministrator(check, user) : []
  observations.push(...administrator)

  const toLookUp = (key: ObservationOf<'access-keys'>['keys'][number]): KeyToLookUp => ({
    user,
    accessKeyId: key.accessKeyId,
    createdAt: key.createdAt,
    region: regions.get(key.accessKeyId) ?? null,
    administrator: administrator.some(({ policy }) => policy !== null),
  })
  return { observations, findings: stale.map(toLookUp) }
}

async function observeKeys(
  { iam, deletions, optional, signal }: CheckContext,
  user: string,
): Promise<ObservationOf<'access-keys'> | ObservationOf<'user-gone'> | null> {
  return optional.attempt('iam:ListAccessKeys', user, async () => {
    try {
      const keys = await listAccessKeys(iam, user, signal)
      return { kind: 'access-keys', user, at: formatInstant(new Date()), keys }
    } catch (error) {
      if (!isGone(error)) throw error
      const at = formatInstant(new Date())
      return { kind: 'user-gone', user, at, deletedAt: (await deletions())?.get(user.toLowerCase()) ?? null }
    }
  })
}

async function observeLastUse(
  { iam, optional, signal }: CheckContext,
  user: string,
  accessKeyId: string,
): Promise<ObservationOf<'last-used'> | null> {
  return optional.attempt('iam:GetAccessKeyLastUsed', user, async () => {
    const lastUsed = await getLastUse(iam, { user, accessKeyId }, signal)
    return { kind: 'last-used', user, accessKeyId, at: formatInstant(new Date()), lastUsed }
  })
}

async function observeOwnerTag({ iam, optional, signal }: CheckContext, user: string, tag: string) {
  const observed = await optional.attempt('iam:ListUserTags', user, async () => {
    const pages = paginateListUserTags({ client: iam }, { UserName: user }, { abortSignal: signal })
    const value = (await itemsOf(pages, ({ Tags }) => Tags)).find(({ Key }) => Key === tag)?.Value ?? null
    return { kind: 'owner-tag', user, at: formatInstant(new Date()), tag, value } as const
  })
  return observed ? [observed] : []
}

async function observeAdministrator({ iam, optional, signal }: CheckContext, user: string) {
  const policy = await findAdministratorPolicy(iam, optional, user, signal)
  return policy === 'unknown'
    ? []
    : [{ kind: 'administrator', user, at: formatInstant(new Date()), policy } as const]
}

async function observeAccountSummary({ iam, optional, signal }: CheckContext): Promise<Observation[]> {
  const accountAccessKeysPresent = await optional.attempt('iam:GetAccountSummary', null, async () => {
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}), { abortSignal: signal })
    const present = SummaryMap?.AccountAccessKeysPresent ?? -1
    if (!Number.isInteger(present) || present < 0)
      throw invalidAnswer('it does not count the root user’s keys')
    return present
  })
  return accountAccessKeysPresent === null
    ? []
    : [{ kind: 'account-summary', at: formatInstant(new Date()), accountAccessKeysPresent }]
}

function byUrgency(a: KeyToLookUp, b: KeyToLookUp): number {
  return Number(b.administrator) - Number(a.administrator) || compareText(a.createdAt, b.createdAt)
}

function isGone(error: unknown): boolean {
  return /^NoSuchEntity/.test(readAwsError(error).code)
}

const USERS_AT_ONCE = 24
