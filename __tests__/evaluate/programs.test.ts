import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Program } from '../../src/domain/audit-result.ts'
import type { ObservationOf, Use } from '../../src/domain/evidence.ts'
import { identify, usageOf } from '../../src/evaluate/programs.ts'
import { AT, audit, evidence, look } from './account.ts'
import { csv, daysAgo, row, slot } from './csv.ts'

describe('a user agent', () => {
  test.each<[string, string, Program['runtime']?]>([
    ['aws-cli/2.15.30 Python/3.11.8 Linux/6.5.0 exe/x86_64.ubuntu.22 prompt/off command/s3.ls', 'aws-cli/2'],
    ['[aws-cli/1.16.185 Python/2.7.16 Linux/4.14 botocore/1.12.175]', 'aws-cli/1'],
    ['aws-cli/2.17.0 md/awscrt#0.20 ua/2.0 os/linux exec-env/CloudShell', 'aws-cli/2', 'cloudshell'],
    ['aws-cli/2.17.0 md/awscrt#0.20 ua/2.0 os/linux#6.8.0-1017-azure', 'aws-cli/2', 'azure'],
    ['Boto3/1.26.0 Python/3.8.10 Linux/5.15.0-1056-aws Botocore/1.29', 'boto3', 'ec2'],
    ['Boto3/1.26.0 Python/3.8.10 Linux/5.15.12-1056-aws Botocore/1.29', 'boto3', 'ec2'],
    ['APN/1.0 HashiCorp/1.0 OpenTofu/10.2.1 (+https://opentofu.org)', 'OpenTofu 10.2'],
    ['not-Cyberduck/8.7', 'not-Cyberduck'],
    [
      'Boto3/1.39.7 md/Botocore#1.39 os/linux#5.10.245-269.978.amzn2.aarch64 exec-env/AWS_Lambda_python3.12',
      'boto3',
      'lambda',
    ],
    ['aws-sdk-go/1.40.21 (go1.17; linux; amd64) exec-env/AWS_ECS_FARGATE', 'aws-sdk-go', 'ecs'],
    ['aws-sdk-go-v2/1.30.3 ua/2.1 os/linux lang/go#1.22', 'aws-sdk-go'],
    [
      'APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.70.0 aws-sdk-go-v2/1.30',
      'Terraform 1.9',
    ],
    ['aws-sdk-go/1.20.4 (go1.12.5; darwin; amd64) APN/1.0 HashiCorp/1.0 Terraform/0.12.2', 'Terraform 0.12'],
    ['aws-sdk-js/3.600.0 ua/2.1 os/linux lang/js md/nodejs#20.15 api/s3#3.600.0', 'aws-sdk-js'],
    [
      'aws-sdk-nodejs/2.1083.0 linux/v16 promise configure-aws-credentials-for-github-actions',
      'configure-aws-credentials',
      'github-actions',
    ],
    ['aws-sdk-java/1.11.526 Linux/4.14 OpenJDK_64-Bit_Server_VM/25.181-b13', 'aws-sdk-java'],
    ['aws-sdk-dotnet-coreclr/3.7 ua/2.0', 'aws-sdk-net'],
    ['console.amazonaws.com', 'AWS console'],
    ['cloudformation.amazonaws.com', 'cloudformation (AWS service)'],
    ['AWS Internal', 'AWS itself'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/124.0.0.0', 'a web browser'],
    ['rclone/v1.65.0', 'rclone'],
    ['backup-job/4.2 (nightly)', 'backup-job'],
    ['', 'an unnamed program'],
    ['\u0000\n', 'an unnamed program'],
    ['::error::owned', 'errorowned'],
    ['<script>alert(1)</script>', 'scriptalert'],
  ])('%s is %s (%s)', (agent, name, runtime: Program['runtime'] = null) => {
    expect(identify(agent)).toEqual({ name, runtime })
  })

  test('is short, one line and plain, whatever the agent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), agent => {
        expect(identify(agent).name).toMatch(/^[\w.+@()/ -]{1,80}$/)
      }),
    )
  })

  test.each(['aws-internal/', 'exec-env/', '1.1.1-', 'a'.repeat(9)])('is quick on %s over and over', part => {
    expect(identify(part.repeat(100_000)).name.length).toBeLessThan(81)
  })
})

describe('usageOf', () => {
  const use = (more: Partial<Use> = {}): Use => ({
    at: daysAgo(1),
    userAgent: 'aws-cli/2.15.30',
    sourceAddress: '203.0.113.7',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    ...more,
  })
  const observed = (
    uses: readonly Use[],
    more: Partial<ObservationOf<'usage'>> = {},
  ): ObservationOf<'usage'> => ({
    kind: 'usage',
    user: 'bob',
    accessKeyId: 'AKIA1',
    at: AT,
    region: 'us-east-1',
    uses,
    truncated: false,
    ...more,
  })

  test('names each program once, newest first, with addresses and actions, over all regions', () => {
    const here = observed([
      use({ at: daysAgo(3) }),
      use({ at: daysAgo(5), userAgent: 'aws-cli/2.1', eventName: 'GetObject' }),
    ])
    const there = observed([use({ userAgent: 'Boto3/1.26', sourceAddress: '198.51.100.1' })], {
      region: 'eu-west-1',
    })
    expect(usageOf([here, there])).toEqual({
      regions: ['eu-west-1', 'us-east-1'],
      programs: [
        {
          name: 'boto3',
          runtime: null,
          addresses: ['198.51.100.1'],
          actions: ['s3:ListBuckets'],
          lastSeen: daysAgo(1),
        },
        {
          name: 'aws-cli/2',
          runtime: null,
          addresses: ['203.0.113.7'],
          actions: ['s3:ListBuckets', 's3:GetObject'],
          lastSeen: daysAgo(3),
        },
      ],
      truncated: false,
    })
  })

  test('without events says where it looked, without a look nothing', () => {
    expect(usageOf([observed([])])).toEqual({ regions: ['us-east-1'], programs: [], truncated: false })
    expect(usageOf([])).toBeNull()
  })

  test.each([
    ['programs', (n: number) => use({ userAgent: `tool-${n}` })],
    ['addresses', (n: number) => use({ sourceAddress: `192.0.2.${n}${'x'.repeat(2000)}` })],
    ['actions', (n: number) => use({ eventName: `Get${n}` })],
  ])('keeps a few lines of many %s, and says that there are more', (_, make) => {
    const usage = usageOf([observed(Array.from({ length: 500 }, (_, n) => make(n)))])
    expect(usage?.truncated).toBe(true)
    expect(JSON.stringify(usage).length).toBeLessThan(2000)
  })

  test('says that older events were left unread', () => {
    expect(usageOf([observed([use()], { truncated: true })])?.truncated).toBe(true)
  })

  test('ends in the key’s result, and in what replaces the key for good', () => {
    const uses = [use({ userAgent: 'Boto3/1.39 exec-env/AWS_Lambda_python3.12' })]
    const observations = [look('bob', ['AKIA1', daysAgo(91)]), observed(uses)]
    const cells = row('bob', slot(1, daysAgo(91), { used: daysAgo(1) }))
    expect(audit([evidence(csv([cells]), { observations })]).keys[0]).toMatchObject({
      usage: { programs: [{ name: 'boto3', runtime: 'lambda' }] },
      replacement: { title: 'Use the execution role' },
    })
  })
})
