import type { Program, Runtime, Usage } from '../domain/audit-result.ts'
import type { ObservationOf, Use } from '../domain/evidence.ts'
import { compareText, compareTexts } from '../domain/order.ts'

/** More than these make no row easier to act on; what is cut is said by `truncated`. */
const LIMITS = { programs: 10, addresses: 5, actions: 10 }

/** Who uses a key, over all regions looked at: programs newest first, their addresses and actions likewise; null if nobody looked. */
export function usageOf(observations: readonly ObservationOf<'usage'>[]): Usage | null {
  if (observations.length === 0) return null
  const uses = observations.flatMap(({ uses }) => uses).sort(byNewest)
  const programs = [...Map.groupBy(uses, use => JSON.stringify(identify(use.userAgent))).values()].map(
    program,
  )
  return {
    regions: [...new Set(observations.map(({ region }) => region))].sort(compareText),
    programs: programs.slice(0, LIMITS.programs).map(({ cut, ...rest }) => rest),
    truncated:
      programs.length > LIMITS.programs ||
      observations.some(({ truncated }) => truncated) ||
      programs.some(({ cut }) => cut),
  }
}

/** A user agent, as CloudTrail has it, reduced to what a person recognises: `Terraform 1.9`; and where it runs, if it says. */
export function identify(userAgent: string): Pick<Program, 'name' | 'runtime'> {
  const agent = userAgent.slice(0, 512).replace(/^\[/, '').replace(/\]$/, '').trim()
  const runtime = RUNTIMES.find(({ pattern }) => pattern.test(agent))?.runtime ?? null
  return { name: programName(agent), runtime }
}

function programName(agent: string): string {
  for (const { pattern, name } of PROGRAMS) {
    const match = pattern.exec(agent)
    if (match !== null) return name.replace('$1', match[1] ?? '').trimEnd()
  }
  const [first = ''] = agent.split(/[\s/;()]/, 1)
  const readable = first.replaceAll(/[^\w.+@-]/g, '').slice(0, 40)
  return readable === '' ? 'an unnamed program' : readable
}

/**
 * The first that matches names the program; `$1` is the version. What drives an SDK stands before the SDK.
 * User agents as in the SDKs' sources and CloudTrail's published records.
 */
const PROGRAMS: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: /^AWS Internal$/i, name: 'AWS itself' },
  { pattern: /^(?:signin|console)\.amazonaws\.com$/, name: 'AWS console' },
  { pattern: /^([a-z0-9-]{1,40})\.amazonaws\.com/, name: '$1 (AWS service)' },
  { pattern: /S3Console\/|aws-internal\/.{0,200}Console/, name: 'AWS console' },
  { pattern: /configure-aws-credentials-for-github-actions/, name: 'configure-aws-credentials' },
  { pattern: /\bOpenTofu\/(\d+\.\d+)?/, name: 'OpenTofu $1' },
  { pattern: /\bTerraform\/(\d+\.\d+)?/, name: 'Terraform $1' },
  { pattern: /\bterraform-provider-aws\b/, name: 'Terraform' },
  { pattern: /\bPulumi\/(\d+)?/, name: 'Pulumi $1' },
  { pattern: /\bPacker\//i, name: 'Packer' },
  { pattern: /\bVault\//, name: 'Vault' },
  { pattern: /\bansible\b/i, name: 'Ansible' },
  { pattern: /\baws-cdk\b/i, name: 'AWS CDK' },
  { pattern: /\bserverless\b/i, name: 'Serverless Framework' },
  { pattern: /^aws-cli\/(\d+)/, name: 'aws-cli/$1' },
  { pattern: /\bAWSPowerShell/, name: 'AWS Tools for PowerShell' },
  { pattern: /^rclone\//, name: 'rclone' },
  { pattern: /^s3cmd\b/i, name: 's3cmd' },
  { pattern: /^Cyberduck\//, name: 'Cyberduck' },
  { pattern: /^WinSCP\//, name: 'WinSCP' },
  { pattern: /\bBoto3\//i, name: 'boto3' },
  { pattern: /\baiobotocore\//i, name: 'aiobotocore' },
  { pattern: /\bBotocore\//i, name: 'botocore' },
  { pattern: /^Boto\/2/, name: 'boto 2' },
  { pattern: /\baws-sdk-(?:js|nodejs)\b/, name: 'aws-sdk-js' },
  { pattern: /\baws-sdk-(?:dotnet|net)/i, name: 'aws-sdk-net' },
  { pattern: /\baws-sdk-(go|java|php|ruby|rust|cpp|kotlin|swift|android|ios)/i, name: 'aws-sdk-$1' },
  { pattern: /^Mozilla\//, name: 'a web browser' },
]

/** Where the program runs. Amazon's kernels run in EC2; Azure's carry GitHub's hosted runners, but other machines, too. */
const RUNTIMES: readonly { readonly pattern: RegExp; readonly runtime: Runtime }[] = [
  { pattern: /exec-env\/AWS_Lambda/, runtime: 'lambda' },
  { pattern: /exec-env\/CloudShell/i, runtime: 'cloudshell' },
  { pattern: /exec-env\/\S{0,20}CodeBuild|\bcodebuild\b/i, runtime: 'codebuild' },
  { pattern: /exec-env\/AWS_ECS/, runtime: 'ecs' },
  { pattern: /configure-aws-credentials-for-github-actions|github-?actions/i, runtime: 'github-actions' },
  { pattern: /exec-env\/\S{0,20}EC2|\.amzn\d|\b\d+\.\d+\.\d+-\d+-aws\b/, runtime: 'ec2' },
  { pattern: /\b\d+\.\d+\.\d+-\d+-azure\b/, runtime: 'azure' },
]

function program(newestFirst: readonly Use[]): Program & { readonly cut: boolean } {
  const addresses = distinct(newestFirst.map(({ sourceAddress }) => sourceAddress.slice(0, 100)))
  const actions = distinct(newestFirst.map(actionOf))
  return {
    ...identify(newestFirst[0]?.userAgent ?? ''),
    addresses: addresses.slice(0, LIMITS.addresses),
    actions: actions.slice(0, LIMITS.actions),
    lastSeen: newestFirst[0]?.at ?? '',
    cut: addresses.length > LIMITS.addresses || actions.length > LIMITS.actions,
  }
}

/** `s3:ListBuckets` */
function actionOf({ eventSource, eventName }: Use): string {
  return `${eventSource.replace(/\.amazonaws\.com$/, '')}:${eventName}`.slice(0, 100)
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function byNewest(a: Use, b: Use): number {
  return (
    compareText(b.at, a.at) ||
    compareTexts([a.userAgent, a.sourceAddress, actionOf(a)], [b.userAgent, b.sourceAddress, actionOf(b)])
  )
}
