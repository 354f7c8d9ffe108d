/** One endpoint for all AWS services: which one a request is for, who asks, and the answer. */

import { type Answer, type Call, header, type Identified } from '../answer.ts'
import type { Service, World } from '../world.ts'
import { lookupEvents } from './cloudtrail.ts'
import { answerIam } from './iam.ts'
import { listAccounts } from './organizations.ts'
import type { Sessions } from './sessions.ts'
import { answerSts } from './sts.ts'
import { AwsError, awsError } from './wire.ts'

const QUERY_VERSIONS: Record<string, Service> = { '2011-06-15': 'sts', '2010-05-08': 'iam' }
const JSON_TARGETS: Record<string, Service> = {
  CloudTrail_20131101: 'cloudtrail',
  AWSOrganizationsV20161128: 'organizations',
}

export function identifyAws(call: Call, sessions: Sessions): Identified {
  const signed = sessions.find(call)
  const region = signed?.region ?? null
  const [target = '', operation = ''] = header(call, 'x-amz-target').split('.')
  const jsonService = JSON_TARGETS[target]
  if (jsonService !== undefined) {
    return {
      service: jsonService,
      action: operation,
      params: JSON.parse(call.body || '{}'),
      account: signed?.session?.accountId ?? null,
      region,
    }
  }
  const params = Object.fromEntries(new URLSearchParams(call.body))
  return {
    service: QUERY_VERSIONS[params['Version'] ?? ''] ?? 'iam',
    action: params['Action'] ?? `${call.method} ${call.path}`,
    params,
    account: params['RoleArn']?.split(':')[4] ?? signed?.session?.accountId ?? null,
    region,
  }
}

export function answerAws(world: World, sessions: Sessions, call: Call, identified: Identified): Answer {
  const { service, action, params } = identified
  try {
    if (service === 'sts') return answerSts(world, sessions, call, action, params as Record<string, string>)
    const caller = sessions.authenticate(world, call)
    if (service === 'iam') return answerIam(world, caller, action, params as Record<string, string>)
    if (action === 'LookupEvents') return lookupEvents(world, caller, params)
    if (action === 'ListAccounts') return listAccounts(world, caller, params)
    throw new AwsError(400, 'UnknownOperationException', '')
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // The JSON services answer 400 where the query ones answer 403, and end their codes in "Exception".
    const speaksJson = service === 'cloudtrail' || service === 'organizations'
    if (!speaksJson) return awsError(service, error.status, error.code, error.message)
    const code = /Exception$/.test(error.code) ? error.code : `${error.code}Exception`
    return awsError(service, 400, code, error.message)
  }
}
