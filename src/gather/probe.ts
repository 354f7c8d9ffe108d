import {
  GenerateCredentialReportCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAccountAliasesCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserTagsCommand,
} from '@aws-sdk/client-iam'
import type { Trails } from '../aws/cloudtrail.ts'
import { readAwsError } from '../aws/errors.ts'
import { REPORT_CALLS } from '../domain/asked.ts'
import { PARTITIONS, type Partition } from '../domain/partitions.ts'
import { isNotReady } from './credential-report.ts'
import type { GatherRequest } from './request.ts'

interface Probing {
  readonly iam: IAMClient
  readonly trails: Trails
  readonly request: Pick<GatherRequest, 'usage' | 'statusChanges' | 'ownerTag'>
  readonly signal: AbortSignal
}

/**
 * Tries each permission that the audit may need by one call, about a user whom nobody has: AWS looks at permissions first, so
 * "no such user" is leave to ask. `told` hears each outcome. iam:GetAccessKeyLastUsed is not tried: of a key that does not
 * exist AWS says AccessDenied, too.
 */
export async function probe(
  { iam, trails, request, signal }: Probing,
  partition: Partition,
  told: (action: string, call: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const options = { abortSignal: signal }
  const ofUser = { UserName: NOBODY }
  const calls: Readonly<Record<string, (() => Promise<unknown>) | false>> = {
    [REPORT_CALLS.generate]: () => iam.send(new GenerateCredentialReportCommand({}), options),
    [REPORT_CALLS.get]: () => iam.send(new GetCredentialReportCommand({}), options),
    'iam:ListAccountAliases': () => iam.send(new ListAccountAliasesCommand({}), options),
    'iam:GetAccountSummary': () => iam.send(new GetAccountSummaryCommand({}), options),
    'iam:ListAccessKeys': () => iam.send(new ListAccessKeysCommand(ofUser), options),
    'cloudtrail:LookupEvents':
      (request.statusChanges || request.usage) &&
      (async () => (await trails(PARTITIONS[partition].iamRegion)).lookUp('EventName', 'UpdateAccessKey', 1)),
    'iam:ListUserTags':
      request.ownerTag !== null && (() => iam.send(new ListUserTagsCommand(ofUser), options)),
    'iam:ListAttachedUserPolicies':
      request.usage && (() => iam.send(new ListAttachedUserPoliciesCommand(ofUser), options)),
    'iam:ListGroupsForUser': request.usage && (() => iam.send(new ListGroupsForUserCommand(ofUser), options)),
    'iam:ListAttachedGroupPolicies':
      request.usage && (() => iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: NOBODY }), options)),
  }
  await Promise.all(
    Object.entries(calls).map(async ([action, call]) => {
      if (call) await told(action, () => tried(call)).catch(() => {})
    }),
  )
}

async function tried(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!isNotReady(error) && !NO_SUCH.test(readAwsError(error).code)) throw error
  }
}

const NOBODY = 'access-key-rotation-audit.set-up-check'
const NO_SUCH = /^NoSuchEntity/
