import { describe, expect, test } from '@jest/globals'
import { account, daysAgo, event, type Fault, key, user, world } from '../../sandbox/world.ts'
import { gatherOne, serve } from '../gather/run.ts'

const stale = key({ ageDays: 200, usedDaysAgo: 50 })
const TOMORROW = daysAgo(-1)
const DATE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/

describe('an answer that is well-formed and wrong counts as refused', () => {
  test.each<[string, string, RegExp, string]>([
    ['iam:ListAccessKeys', 'about another user', /<UserName>bob/, '<UserName>rob'],
    ['iam:ListAccessKeys', 'with a status that nobody knows', /<Status>Active/, '<Status>Sleeping'],
    ['iam:ListAccessKeys', 'dated in the future', DATE, TOMORROW],
    ['iam:ListAccessKeys', 'without the marker of what follows', /<IsTruncated>false/, '<IsTruncated>true'],
    ['iam:ListAccessKeys', 'without its metadata', /<AccessKeyMetadata>.*<\/AccessKeyMetadata>/s, ''],
    ['iam:ListAccessKeys', 'without an ID', /<AccessKeyId>[^<]*<\/AccessKeyId>/, ''],
    ['iam:GetAccessKeyLastUsed', 'about another user', /<UserName>bob/, '<UserName>rob'],
    ['iam:GetAccessKeyLastUsed', 'dated in the future', DATE, TOMORROW],
    ['iam:GetAccessKeyLastUsed', 'about no use', /<AccessKeyLastUsed>.*<\/AccessKeyLastUsed>/s, ''],
    ['iam:ListUserTags', 'without the marker of what follows', /<IsTruncated>false/, '<IsTruncated>true'],
    ['iam:ListAccountAliases', 'without its list', /<AccountAliases>.*<\/AccountAliases>/s, ''],
    ['iam:GetAccountSummary', 'without the number', /<key>AccountAccessKeysPresent/, '<key>Other'],
    ['iam:GetAccountSummary', 'with no number', /(<key>AccountAccessKeysPresent.*?<value>)\d+/s, '$1-1'],
    [
      'iam:ListAttachedUserPolicies',
      'without the marker of what follows',
      /<IsTruncated>false/,
      '<IsTruncated>true',
    ],
    ['iam:ListGroupsForUser', 'without its list', /<Groups>.*<\/Groups>|<Groups\/>/s, ''],
    ['cloudtrail:LookupEvents', 'without its list', /"Events":\[.*\]/s, '"Other":[]'],
    ['cloudtrail:LookupEvents', 'about other events', /"EventName":"UpdateAccessKey"/, '"EventName":"Other"'],
    ['cloudtrail:LookupEvents', 'without a date', /"EventTime":[\d.]+,/, ''],
    ['cloudtrail:LookupEvents', 'dated in the future', /"EventTime":\d+/, '"EventTime":9999999999'],
  ])('%s %s', async (call, _, pattern, by) => {
    const [service = '', action = ''] = call.split(':')
    const faults: Fault[] = [
      { kind: 'edited', service: service as Fault['service'], action, edit: { pattern, by } },
    ]
    const events = [
      event({ eventName: 'UpdateAccessKey', requestParameters: { userName: 'bob', accessKeyId: stale.id } }),
    ]
    const served = account({
      alias: 'prod',
      users: [user('bob', { keys: [stale], tags: { owner: 'x' } })],
      events,
      report: { rootRow: false },
    })
    await serve(world({ accounts: [served], faults }))
    const { refusals } = await gatherOne({
      ownerTag: 'owner',
      usage: call.includes('For') || call.includes('Attached'),
    })
    expect(refusals.map(each => [each.action, each.code])).toContainEqual([call, 'InvalidAnswer'])
  })
})
