import type {
  AuditedAccount,
  AuditResult,
  Command,
  KeyResult,
  NotAudited,
  Policy,
  Step,
  Text,
} from '../../src/domain/audit-result.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { DAY_MS, formatInstant } from '../../src/domain/time.ts'
import type { Run } from '../../src/host/run.ts'
import { type Hiding, redactReport as hide } from '../../src/publish/redact.ts'
import type { Report } from '../../src/publish/report.ts'

export const AS_OF = '2026-11-24T00:00:00Z'
export const POLICY: Policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' }

export function daysAgo(days: number): string {
  return formatInstant(new Date(Date.parse(AS_OF) - days * DAY_MS))
}

/** A stale key of 412 days unless said otherwise; its state follows from its age. */
export function key(over: Partial<KeyResult> & { readonly name?: string } = {}): KeyResult {
  const { name = 'ci-deployer', ...rest } = over
  const ageDays = rest.ageDays === undefined ? 412 : rest.ageDays
  const accessKeyId = rest.accessKeyId === undefined ? keyIdOf(name) : rest.accessKeyId
  const userArn = `arn:aws:iam::123456789012:user/${name}`
  const createdAt = ageDays === null ? null : daysAgo(ageDays)
  const young = rest.state === 'fresh' || rest.state === 'expiring'
  const state = ageDays === null || ageDays > 90 ? 'stale' : ageDays > 76 ? 'expiring' : 'fresh'
  return {
    id: accessKeyId ?? `${userArn} ${createdAt}`,
    account: '123456789012',
    user: name,
    userArn,
    root: false,
    accessKeyId,
    state,
    createdAt,
    usedBeforeCreated: null,
    staleSince: ageDays === null || ageDays <= 90 || young ? null : daysAgo(ageDays - 90),
    ageDays,
    compliance: complianceOf(ageDays, rest),
    verified: 'live',
    unreadable: null,
    lastUsed: { state: 'never' },
    use: 'never',
    owner: null,
    declared: null,
    hardCoded: [],
    exemption: null,
    urgency: null,
    usage: null,
    next: (rest.state ?? state) === 'fresh' ? null : step(),
    later: [],
    replacement: null,
    ...rest,
  }
}

function complianceOf(ageDays: number | null, { state, unreadable }: Partial<KeyResult>) {
  if (state === 'inactive') return null
  const known = ageDays !== null && !unreadable
  const young = known && ageDays <= 90
  return {
    withinPolicy: young || (known && (state === 'fresh' || state === 'expiring')),
    withinControl: young,
  }
}

export function words(text: string): Text {
  return { kind: 'text', text }
}

export function command(argv: readonly string[], comment: string | null = null): Command {
  return { kind: 'command', argv, comment }
}

export function step(over: Partial<Step> = {}): Step {
  return {
    action: 'deactivate',
    title: 'Deactivate',
    reason: 'no recorded use since 2021-06-23',
    reasonIsUse: false,
    condition: null,
    instructions: [],
    undo: null,
    ...over,
  }
}

export function audited(
  over: Partial<AuditedAccount> & { id?: string; name?: string | null } = {},
): AuditedAccount {
  const { id = '123456789012', name = 'prod-main', ...rest } = over
  return {
    status: 'audited',
    account: { id, partition: 'aws', name: null, alias: name },
    evidence: {
      reportSha256: 'a'.repeat(64),
      reportGeneratedAt: '2026-11-23T23:48:00Z',
      reportNewestDate: '2026-11-23T20:00:00Z',
      gatheredAt: '2026-11-23T23:59:00Z',
      runUrl: null,
      role: `arn:aws:iam::${id}:role/audit`,
      usersVerifiedLive: 6,
      shard: null,
    },
    rootUser: { state: 'evaluated', activeKeys: 0 },
    activeKeys: 1,
    notes: [],
    ...rest,
  }
}

export function notAudited(
  over: Partial<NotAudited> & { id?: string; name?: string | null } = {},
): NotAudited {
  const { id = '345678901234', name = 'sandbox', ...rest } = over
  return {
    status: 'failed',
    account: { id, partition: 'aws', name, alias: null },
    role: `arn:aws:iam::${id}:role/audit`,
    failure: {
      summary: 'AWS refused to let this job assume the role',
      remedy: 'Let its trust policy accept this repository.',
      detail: `Not authorized to assume arn:aws:iam::${id}:role/audit`,
    },
    ...rest,
  }
}

/** A user whose keys are not proved. */
export const UNVERIFIED = {
  account: '123456789012',
  user: 'bob',
  userArn: 'arn:aws:iam::123456789012:user/bob',
  reason: 'incomplete-row' as const,
  accepted: null,
}

/** A result whose counts and verdict follow from its keys and accounts. */
export function result(keys: readonly KeyResult[] = [], over: Partial<AuditResult> = {}): AuditResult {
  const accounts = over.accounts ?? [audited()]
  const policy = over.policy ?? POLICY
  const count = (state: KeyResult['state']) => keys.filter(one => one.state === state).length
  const active = keys.filter(one => one.state !== 'inactive')
  const failedAccounts = accounts.filter(one => one.status === 'failed').length
  const stale = keys.filter(one => one.state === 'stale').map(one => one.id)
  const ages = active.flatMap(one => one.ageDays ?? [])
  const fails = policy.failOn === 'stale' || policy.failOn === 'expiring' || policy.failOn === 'changed'
  return {
    version: 1,
    asOf: AS_OF,
    policy,
    result: failedAccounts > 0 ? 'error' : stale.length > 0 ? 'fail' : 'pass',
    step: {
      fails: failedAccounts > 0 || (fails && stale.length > 0),
      reason: failedAccounts > 0 ? 'error' : fails && stale.length > 0 ? 'stale' : null,
      keys: fails ? stale : [],
    },
    counts: {
      accounts: accounts.length,
      failedAccounts,
      active: active.length,
      stale: stale.length,
      expiring: count('expiring'),
      exempt: count('exempt'),
      fresh: count('fresh'),
      inactive: count('inactive'),
      hardCoded: active.filter(one => one.hardCoded.length > 0).length,
      oldestKeyAgeDays: ages.length === 0 ? null : Math.max(...ages),
    },
    accounts,
    leftOut: [],
    keys,
    exemptions: [],
    unverified: [],
    acceptances: [],
    absent: [],
    otherRepositories: [],
    staticLogins: [],
    ...over,
  }
}

export function run(over: Partial<Run> = {}): Run {
  return {
    actionVersion: '1.0.0',
    repository: 'octo-org/octo-repo',
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
    url: 'https://github.com/octo-org/octo-repo/actions/runs/42',
    runId: 42,
    workflow: 'Nightly',
    workflowPath: '.github/workflows/nightly.yml',
    eventName: 'schedule',
    sha: '0123456789abcdef0123456789abcdef01234567',
    ref: 'refs/heads/main',
    onDefaultBranch: true,
    visibility: 'private',
    change: null,
    workspace: '/checkout',
    ...over,
  }
}

export function report(over: Partial<Report> = {}): Report {
  return {
    result: result(),
    run: run(),
    hidden: null,
    configPath: '.github/access-key-rotation.yml',
    preview: null,
    remediation: null,
    changedKeys: [],
    trend: [],
    scan: { ...NO_DECLARATIONS.scan, source: 'git' },
    history: [],
    issueLines: [],
    notFiled: [],
    muted: [],
    failures: [],
    configWarnings: [],
    ...over,
  }
}

export const SECRET = '0123456789abcdef0123456789abcdef'

/** Why names are hidden in tests. */
export function hiding(secret: string | null = null): Hiding {
  return { reason: 'octo-org/octo-repo is public', secret }
}

/** The report with names hidden, by number unless a secret is given. */
export function redactReport(full: Report, secret: string | null = null): Report {
  return hide(full, hiding(secret))
}

function keyIdOf(name: string): string {
  const letters = [...name]
    .map(letter => (letter.charCodeAt(0) % 26) + 65)
    .map(code => String.fromCharCode(code))
  return `AKIA${letters.join('').slice(-16).padStart(16, 'X')}`
}
