import type { Command } from '../domain/audit-result.ts'
import type { Tool } from '../domain/declarations.ts'
import type { Partition } from '../domain/partitions.ts'
import { PARTITIONS } from '../domain/partitions.ts'

/** Whose keys the commands are about. */
export interface KeyHolder {
  readonly user: string
  readonly partition: Partition
}

export function createKey(holder: KeyHolder): Command {
  const once = 'Prints the secret once: store it where the applications read it'
  return iam(holder, 'create-access-key', userName(holder), once)
}

export function listKeys(holder: KeyHolder, createdAt: string | null): Command {
  const made = createdAt ? `: the key made at ${createdAt}` : ''
  return iam(holder, 'list-access-keys', userName(holder), `Shows the access key ID${made}`)
}

export function showLastUse(holder: KeyHolder, accessKeyId: string): Command {
  const options = option('--access-key-id', accessKeyId)
  return iam(holder, 'get-access-key-last-used', options, 'Still used? When, by which service, where')
}

export function setStatus(holder: KeyHolder, accessKeyId: string, status: 'Active' | 'Inactive'): Command {
  const options = [...userName(holder), ...option('--access-key-id', accessKeyId), '--status', status]
  return iam(holder, 'update-access-key', options, status === 'Inactive' ? 'Undo with --status Active' : null)
}

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
    ? { kind: 'command', argv: ['terraform', 'state', 'list', `-id=${accessKeyId}`], comment: which }
    : {
        kind: 'command',
        argv: ['aws', 'cloudformation', 'describe-stack-resources', '--physical-resource-id', accessKeyId],
        comment: `${which}; ask in the region of the stack`,
      }
}

/** Whether a command changes nothing, so that it cannot drift from code. */
export function onlyReads({ argv }: Command): boolean {
  return /^(get|list)-/.test(argv[2] ?? '')
}

function iam(
  { partition }: KeyHolder,
  operation: string,
  options: readonly string[],
  comment: string | null,
): Command {
  // The CLI signs for the profile's region; outside the `aws` partition a wrong one finds no IAM at all.
  const region = partition === 'aws' ? [] : ['--region', PARTITIONS[partition].iamRegion]
  return { kind: 'command', argv: ['aws', 'iam', operation, ...options, ...region], comment }
}

function userName({ user }: KeyHolder): string[] {
  return option('--user-name', user)
}

/** A value that begins with a dash would be taken for an option. */
function option(name: string, value: string): string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value]
}
