import type { KeyResult, Urgency } from '../../domain/audit-result.ts'
import { CONTROL, CONTROL_NAMES, CONTROL_URL, controlReference } from '../../domain/control.ts'
import type { Account } from '../../domain/evidence.ts'
import { PARTITIONS } from '../../domain/partitions.ts'
import { joinTexts, oneLine } from '../../domain/text.ts'
import { describeKey, keySentence } from '../describe/describe-key.ts'
import { nextSentence } from '../describe/describe-step.ts'
import { accountsById, type Report } from '../report.ts'
import { jsonList } from './json.ts'

/**
 * `findings.ocsf.json` in pieces: a Compliance Finding (class 2003) of OCSF 1.6, the version that AWS Security Hub
 * reads, for each active key, whether it passes or not, as Security Hub and Prowler have it. Source: schema.ocsf.io/1.6.0.
 */
export function* findingsOcsf(report: Report): Generator<string> {
  const accounts = accountsById(report.result.accounts)
  const active = report.result.keys.values().filter(key => key.state !== 'inactive')
  // One at a time: all of them at once are hundreds of megabytes for an organization.
  yield* jsonList(active.map(key => complianceFinding(key, accounts.get(key.account), report)))
  yield '\n'
}

function complianceFinding(key: KeyResult, account: Account | undefined, { result, run }: Report) {
  const time = Date.parse(result.asOf)
  const outcome = outcomeOf(key)
  const message = keySentence(key, account)
  const detail = exemptionDetail(key) ?? (outcome === 'pass' ? null : message)
  const next = nextSentence(key)
  const partition = account?.partition ?? 'aws'
  const name = account?.name ?? account?.alias
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200301,
    type_name: 'Compliance Finding: Create',
    time,
    message,
    ...SEVERITY[outcome === 'fail' ? (key.urgency?.level ?? 'medium') : outcome],
    ...(key.state === 'exempt' ? STATUS.exempt : STATUS[outcome]),
    status_code: outcome.toUpperCase(),
    ...(detail === null ? {} : { status_detail: detail }),
    metadata: {
      version: '1.6.0',
      profiles: ['cloud'],
      event_code: EVENT_CODE,
      product: {
        name: 'AWS Access Key Rotation Audit',
        vendor_name: 'AWS Access Key Rotation Audit',
        version: run.actionVersion,
      },
    },
    finding_info: findingInfo(key, message, run),
    compliance: {
      control: CONTROL_NAMES.securityHubId,
      desc: CONTROL.title,
      // An organization has a hundred thousand keys that pass: the control's own name must do for them.
      ...(outcome === 'pass' ? {} : { standards: STANDARDS, requirements: REQUIREMENTS }),
      control_parameters: [{ name: 'maxAgeDays', value: String(result.policy.maxAgeDays) }],
      ...COMPLIANCE[outcome],
    },
    ...(next === '' ? {} : { remediation: { desc: next, references: [CONTROL_URL] } }),
    resources: resourcesOf(key, partition),
    cloud: {
      provider: 'AWS',
      region: PARTITIONS[partition].iamRegion,
      account: { uid: key.account, type_id: 10, type: 'AWS Account', ...(name ? { name } : {}) },
    },
  }
}

function findingInfo(key: KeyResult, message: string, run: Report['run']) {
  return {
    uid: `${EVENT_CODE}:${key.id}`,
    title: `${oneLine(describeKey(key, 'dates').subject)}: ${CONTROL.title}`,
    desc: message,
    types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    ...(key.createdAt === null ? {} : { created_time: Date.parse(key.staleSince ?? key.createdAt) }),
    ...(run.url === null ? {} : { src_url: run.url }),
  }
}

function resourcesOf(key: KeyResult, partition: Account['partition']) {
  const user = key.root ? 'root' : key.user
  return [
    {
      uid: key.id,
      type: 'AwsIamAccessKey',
      cloud_partition: partition,
      region: PARTITIONS[partition].iamRegion,
      ...(key.createdAt === null ? {} : { created_time: Date.parse(key.createdAt) }),
      ...(key.owner === null ? {} : { owner: { name: oneLine(key.owner.name) } }),
    },
    ...(key.userArn === ''
      ? []
      : [{ uid: key.userArn, name: user, type: 'AwsIamUser', cloud_partition: partition }]),
  ]
}

const EVENT_CODE = 'access-key-rotation'
const STANDARDS = [
  ...new Set(CONTROL.identifiers.map(({ source, version }) => joinTexts([source, version], ' '))),
]
const REQUIREMENTS = CONTROL.identifiers.map(controlReference)

type Outcome = 'pass' | 'warning' | 'fail'

/** `warning`: within the policy's limit, but beyond the control's own: the key must not pass for compliant. */
function outcomeOf({ compliance }: KeyResult): Outcome {
  if (!compliance?.withinPolicy) return 'fail'
  return compliance.withinControl ? 'pass' : 'warning'
}

const COMPLIANCE = {
  pass: { status_id: 1, status: 'Pass' },
  warning: { status_id: 2, status: 'Warning' },
  fail: { status_id: 3, status: 'Fail' },
} as const satisfies Record<Outcome, unknown>

const STATUS = {
  fail: { status_id: 1, status: 'New' },
  warning: { status_id: 1, status: 'New' },
  exempt: { status_id: 3, status: 'Suppressed' },
  pass: { status_id: 4, status: 'Resolved' },
} as const satisfies Record<Outcome | 'exempt', unknown>

/** Of a failure, the key's urgency. */
const SEVERITY = {
  pass: { severity_id: 1, severity: 'Informational' },
  warning: { severity_id: 2, severity: 'Low' },
  medium: { severity_id: 3, severity: 'Medium' },
  high: { severity_id: 4, severity: 'High' },
  critical: { severity_id: 5, severity: 'Critical' },
} as const satisfies Record<Exclude<Outcome, 'fail'> | Urgency['level'], unknown>

function exemptionDetail({ exemption }: KeyResult): string | null {
  if (exemption === null) return null
  const why = joinTexts([exemption.reason, exemption.ticket], ', ')
  return oneLine(`Exempt until ${exemption.expires}${why === '' ? '' : `: ${why}`}`)
}
