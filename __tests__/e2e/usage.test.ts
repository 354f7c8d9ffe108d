/** Who still uses a key, by CloudTrail. */
import { describe, expect, test } from '@jest/globals'
import {
  type Account,
  AUDIT_ACTIONS,
  account,
  event,
  key,
  type User,
  user,
  world,
} from '../../sandbox/world.ts'
import { awakened, rendered, textOf } from '../publish/rendered.ts'
import { gitCheckout, type Night, startNights } from './nights-support.ts'

const idle = (name: string): User => user(name, { keys: [key({ ageDays: 300, usedDaysAgo: 200 })] })
const words = ({ summary }: Night) => textOf(rendered(summary ?? '')).replaceAll('\u00a0', ' ')

async function start(users: readonly User[], events: Account['events'] = []) {
  const prod = account({ users: [...users], events })
  return { ...(await startNights(world({ accounts: [prod] }))), prod }
}

describe('usage', () => {
  const HOSTILE = 'evil/1.0 ::error::x ##[error]y @octo-org --> <img src=x> `|` %0A::warning::z'

  test('reads every page at CloudTrail’s pace, and tells the programs, newest first, as text', async () => {
    const ids = [
      key({ ageDays: 200, usedDaysAgo: 1, region: 'eu-west-1' }),
      key({ ageDays: 150, usedDaysAgo: 1 }),
    ] as const
    const [carol, lambda] = ids
    const many = Array.from({ length: 60 }, (_, index) =>
      event({
        daysAgo: 2 + index / 100,
        region: 'eu-west-1',
        accessKeyId: carol.id,
        userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5',
      }),
    )
    const nights = await start(
      [user('carol', { keys: [carol] }), user('lambda', { keys: [lambda] }), idle('silent')],
      [
        ...many,
        event({
          daysAgo: 1,
          region: 'eu-west-1',
          accessKeyId: carol.id,
          userAgent: HOSTILE,
          sourceAddress: '198.51.100.9',
        }),
        event({
          daysAgo: 3,
          accessKeyId: lambda.id,
          userAgent: 'Boto3/1.35.0 md/Botocore#1.35.0 exec-env/AWS_Lambda_python3.12',
        }),
      ],
    )
    const night = await nights.night({
      workspace: gitCheckout({ 'README.md': '' }),
      inputs: { usage: 'true' },
    })
    const lookups = night.requests.filter(({ action }) => action === 'LookupEvents')
    const byRegion = Map.groupBy(lookups, ({ region }) => region)
    expect([...byRegion.keys()].sort()).toEqual(['eu-west-1', 'us-east-1'])
    expect(byRegion.get('eu-west-1')?.map(({ params }) => params['NextToken'] ?? null)).toEqual([null, '50'])
    expect(lookups.every(({ params }) => params['MaxResults'] === 50)).toBe(true)
    expect(lookups.every(({ status }) => status === 200)).toBe(true)

    const programs = (name: string) =>
      night.file.keys.find(({ user }) => user === name)?.usage?.programs.map(each => each.name)
    expect(programs('carol')?.[1]).toBe('Terraform 1.9')
    expect(programs('lambda')).toEqual(['boto3'])
    expect(words(night)).toContain('boto3 in AWS Lambda')
    expect(night.file.keys.find(({ user }) => user === 'lambda')?.replacement?.title).toMatch(/role/i)
    expect(words(night)).toContain('Terraform 1.9')
    expect(words(night)).toMatch(
      /Terraform 1\.9 from 203\.0\.113\.7; s3:ListBuckets; last on \d{4}-\d\d-\d\d/,
    )
    expect(words(night)).toContain(
      'CloudTrail has no event of this key in us-east-1 in 90 days. Only management events',
    )
    for (const text of [night.summary ?? '', nights.issue().body ?? ''])
      expect(awakened(rendered(text))).toEqual([])
    expect(night.annotations.filter(({ title }) => title === null || title === undefined)).toEqual([])
    expect(night.annotations.some(({ message }) => message.startsWith('z'))).toBe(false)
  })

  test('that is denied costs one note and nothing else', async () => {
    const nights = await start([idle('carol')])
    const audit = nights.prod.roles.get('audit')
    if (!audit) throw new Error('the account has its role')
    audit.allow = AUDIT_ACTIONS.filter(action => action !== 'cloudtrail:LookupEvents')
    const denied = await nights.night({ inputs: { usage: 'true' } })
    const without = await nights.night()
    expect(denied.requests.filter(({ action }) => action === 'LookupEvents')).toHaveLength(1)
    const notes = denied.file.accounts.flatMap(each => (each.status === 'audited' ? each.notes : []))
    expect(notes.filter(({ action }) => action === 'cloudtrail:LookupEvents')).toHaveLength(1)
    expect(denied.file.keys).toEqual(without.file.keys)
    expect(denied.exitCode).toBe(without.exitCode)
  })
})
