import type { Command } from '../domain/audit-result.ts'
import type { Tool } from '../domain/declarations.ts'
import type { Partition } from '../domain/partitions.ts'
import { PARTITIONS } from '../domain/partitions.ts'

/** Whose keys the commands are about. */
interface KeyHolder {
  readonly user: string
  readonly partition: Partition
}

export function createKey(holder: KeyHolder): Command {
  return iam(holder, 'create-access-key', userName(holder), 'Prints the secret once')
}

export function listKeys(holder: KeyHolder, createdAt: string | null): Command {
  const made = createdAt ? `: the key made at ${createdAt}` : ''
  return iam(holder, 'list-access-keys', userName(holder), `Shows the access key ID${made}`)
}

export function showLastUse(holder: KeyHolder, accessKeyId: string): Command {
  return iam(holder, 'get-access-key-last-used', option('--access-key-id', accessKeyId), 'Still used?')
}

export function setStatus(holder: KeyHolder, accessKeyId: string, status: 'Active' | 'Inactive'): Command {
  const options = [...userName(holder), ...option('--access-key-id', accessKeyId), '--status', status]
  return iam(holder, 'update-access-key', options, null)
}

/** Who uses the key: CloudTrail's own record of each call, in one region. */
export function findUsers(
  { partition }: KeyHolder,
  accessKeyId: string,
  lastUsedRegion: string | null,
): Command {
  const region = REGION.test(lastUsedRegion ?? '') && lastUsedRegion ? lastUsedRegion : null
  const attribute = `AttributeKey=AccessKeyId,AttributeValue=${accessKeyId}`
  return command('Who uses it: of 90 days, in this region', [
    ...['aws', 'cloudtrail', 'lookup-events', '--lookup-attributes', attribute],
    ...['--region', region ?? PARTITIONS[partition].iamRegion, '--max-items', '50'],
    ...['--query', 'Events[].CloudTrailEvent', '--output', 'text'],
  ])
}

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/

/** Source: IAM User Guide, "Perform a privileged task on an AWS Organizations member account"; STS has no global endpoint for it. */
export function assumeRoot(account: string, partition: Partition): Command {
  const policy = `arn:${partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials`
  return command(
    'In the management account of the organization: prints credentials of 15 minutes that may list and delete the root user’s keys',
    [
      ...['aws', 'sts', 'assume-root', '--target-principal', account, '--task-policy-arn', `arn=${policy}`],
      ...['--duration-seconds', '900', '--region', PARTITIONS[partition].defaultRegion],
    ],
  )
}

/** With the root user's own key; a user name would be refused. */
export function listRootKeys(holder: Pick<KeyHolder, 'partition'>): Command {
  return iam(holder, 'list-access-keys', [], 'With the root key: the root user’s keys')
}

/** The commits that wrote or removed the access key ID, where its secret may stand, too. */
export function findInHistory(accessKeyId: string, repository: string): Command {
  const where = `In a clone of ${repository}: where its ID came and went. Was its secret there?`
  return command(where, ['git', 'log', '--all', '--oneline', '-S', accessKeyId])
}

/** Source: AWS CLI User Guide, "Configuring IAM Identity Center authentication with the AWS CLI". */
export const CONFIGURE_SSO = command('Sets up a profile that signs in by browser, with no key', [
  'aws',
  'configure',
  'sso',
])

export function deleteKey(holder: KeyHolder, accessKeyId: string): Command {
  const options = [...userName(holder), ...option('--access-key-id', accessKeyId)]
  return iam(holder, 'delete-access-key', options, 'Cannot be undone')
}

/**
 * Prints which of several declared keys this one is: to both tools its ID is the resource's own (Terraform CLI,
 * `state list -id`; CloudFormation User Guide, AWS::IAM::AccessKey, Ref).
 */
export function findDeclaration(tool: Tool, accessKeyId: string, mayBeByHand: boolean): Command {
  const which = mayBeByHand
    ? 'Which resource it is; none: no resource of this code'
    : 'Which of the resources it is'
  return tool === 'terraform'
    ? command(which, ['terraform', 'state', 'list', `-id=${accessKeyId}`])
    : command(`${which}; ask in the region of the stack`, [
        ...['aws', 'cloudformation', 'describe-stack-resources', '--physical-resource-id', accessKeyId],
      ])
}

/** Whether a command changes nothing in AWS, so that it cannot drift from code. */
export function onlyReads({ argv }: Command): boolean {
  return !/^(create|update|delete)-/.test(argv[2] ?? '')
}

function iam(
  { partition }: Pick<KeyHolder, 'partition'>,
  operation: string,
  options: readonly string[],
  comment: string | null,
): Command {
  // The CLI signs for the profile's region; outside the `aws` partition a wrong one finds no IAM at all.
  const region = partition === 'aws' ? [] : ['--region', PARTITIONS[partition].iamRegion]
  return command(comment, ['aws', 'iam', operation, ...options, ...region])
}

function command(comment: string | null, argv: readonly string[]): Command {
  return { kind: 'command', argv, comment }
}

function userName({ user }: KeyHolder): string[] {
  return option('--user-name', user)
}

/** A value that begins with a dash would be taken for an option. */
function option(name: string, value: string): string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value]
}
