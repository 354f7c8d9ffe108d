/** The demo's account: some thirty users in every state that a key can be in. */

import { github, repository } from './github/world.ts'
import { account, daysAgo, event, key, role, user, type World, world } from './world.ts'

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'

export const DEMO_ROLE = 'arn:aws:iam::123456789012:role/audit'

/** `sha`: the commit of the demo's checkout. */
export function demoWorld(sha: string): World {
  const deployer = key({ ageDays: 412, usedDaysAgo: 0.1, service: 'cloudformation' })
  const exporter = key({ ageDays: 133, usedDaysAgo: 1, service: 'athena', region: 'us-west-2' })
  const leaked = hardCodedKey()
  // Its report gives the later date; that it was switched off and on then CloudTrail alone knows.
  const toggled = key({ ageDays: 500, usedDaysAgo: 6, reportedRotation: daysAgo(20) })
  const prod = account({
    alias: 'octo-prod',
    // Root's keys cannot be looked at live, so that a date which cannot be read stays so.
    rootKeys: [key({ ageDays: 40 }), key({ reportedRotation: 'N/A' })],
    groups: new Map([['admins', { policies: [ADMINISTRATOR] }]]),
    roles: [role()],
    users: [
      user('alice', { keys: [key({ ageDays: 12, usedDaysAgo: 1 })] }),
      user('bob@example.com', {
        path: '/engineering/',
        keys: [key({ ageDays: 91, usedDaysAgo: 2, service: 'ec2', region: 'eu-west-1' })],
        tags: { owner: 'bob' },
      }),
      user('carol', {
        groups: ['admins'],
        hasPassword: true,
        keys: [key({ ageDays: 250, usedDaysAgo: 3, service: 'iam', region: 'N/A' })],
      }),
      user('ci-deployer', {
        path: '/ci/',
        keys: [deployer, key({ ageDays: 20, usedDaysAgo: 1, service: 'sts' })],
      }),
      user('legacy-backup', { keys: [key({ ageDays: 1980 })] }),
      user('legacy-ftp', { keys: [key({ ageDays: 700, status: 'Inactive' })] }),
      user('data-export', { keys: [exporter], tags: { owner: 'octo-org/data' } }),
      user('exactly-ninety', { keys: [key({ createdAt: daysAgo(90 - 1 / 24), usedDaysAgo: 4 })] }),
      user('one-hour-over', { keys: [key({ createdAt: daysAgo(90 + 1 / 24), usedDaysAgo: 4 })] }),
      user('two-stale', {
        keys: [key({ ageDays: 300, usedDaysAgo: 100 }), key({ ageDays: 200, usedDaysAgo: 1 })],
      }),
      user('rotating', {
        keys: [key({ ageDays: 120, usedDaysAgo: 30 }), key({ ageDays: 28, usedDaysAgo: 1 })],
        tags: { owner: 'rita' },
      }),
      user('rotated-since', { keys: [key({ ageDays: 180, usedDaysAgo: 1 })] }),
      user('toggled', { keys: [toggled] }),
      user('expiring-soon', { keys: [key({ ageDays: 80, usedDaysAgo: 1 })] }),
      user('expiring-later', { keys: [key({ ageDays: 77, usedDaysAgo: 9, service: 'dynamodb' })] }),
      user('vendor-feed', { keys: [key({ ageDays: 150, usedDaysAgo: 2 })], tags: { owner: 'Vendor Ltd' } }),
      user('vendor-sftp', { keys: [key({ ageDays: 95, usedDaysAgo: 5 })] }),
      user('idle-reports', { keys: [key({ ageDays: 160, usedDaysAgo: 75 })], tags: { owner: 'octocat' } }),
      user('monthly-billing', { keys: [key({ ageDays: 220, usedDaysAgo: 31, service: 'ce' })] }),
      user('terraform', {
        path: '/ci/',
        policies: [ADMINISTRATOR],
        keys: [key({ ageDays: 365, usedDaysAgo: 0.2 })],
      }),
      user('packer', { keys: [key({ ageDays: 140, usedDaysAgo: 8, service: 'ec2' })] }),
      user('mobile-backend', { keys: [leaked] }),
      user('half-deleted', {
        keys: [key({ ageDays: 400, status: 'Inactive', usedDaysAgo: 130 }), key({ ageDays: 5 })],
      }),
      user('new-starter', { keys: [key({ ageDays: 1 })] }),
      user('date-only-live', { keys: [key({ ageDays: 60, reportedRotation: 'N/A' })] }),
      user('no-keys'),
      user('+x=1,y', {
        keys: [key({ ageDays: 99, usedDaysAgo: 2 })],
        tags: { owner: '@octo-org/everyone\n::error::x' },
      }),
      user('=cmd@team', { keys: [key({ ageDays: 101, usedDaysAgo: 2 })] }),
      user('__proto__', { keys: [key({ ageDays: 102, usedDaysAgo: 2 })] }),
    ],
    events: [
      event({
        daysAgo: 20,
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAccessKey',
        requestParameters: { userName: 'toggled', accessKeyId: toggled.id, status: 'Active' },
      }),
      ...[0.1, 1, 2].map(daysAgo =>
        event({
          accessKeyId: deployer.id,
          daysAgo,
          eventSource: 'cloudformation.amazonaws.com',
          eventName: 'DescribeStacks',
          userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 aws-sdk-go-v2/1.32',
        }),
      ),
      event({
        accessKeyId: exporter.id,
        region: 'us-west-2',
        eventSource: 'athena.amazonaws.com',
        eventName: 'StartQueryExecution',
        userAgent: 'Boto3/1.35.2 md/Botocore#1.35.2 exec-env/AWS_Lambda_python3.12',
        sourceAddress: '198.51.100.23',
      }),
      event({
        accessKeyId: leaked.id,
        userAgent: '`<b>##[error]</b>` @octo-org/team --> ::error::x',
        sourceAddress: '192.0.2.9',
      }),
    ],
  })
  const demo = world({
    accounts: [prod],
    github: github({
      repositories: [
        repository({
          assignable: ['bob', 'rita', 'octocat', 'mona'],
          collaborators: new Map([['octocat', 'admin']]),
          permissions: { issues: 'write', contents: 'write', pullRequests: 'write', actions: 'read' },
          labels: [{ name: 'aws-access-keys', color: 'd93f0b', description: null }],
        }),
      ],
    }),
  })
  demo.job.sha = sha
  return demo
}

/** What happened in the account after its report was made. */
export function liveChanges({ accounts }: World): void {
  const rotated = accounts.get('123456789012')?.users.get('rotated-since')
  if (rotated !== undefined) rotated.keys = [key({ ageDays: 0.05 })]
}

/** The key that the demo's checkout has in a script. */
export const HARD_CODED_ID = 'AKIAIOSFODNNDEMOCODE'

function hardCodedKey() {
  return key({ id: HARD_CODED_ID, ageDays: 170, usedDaysAgo: 1, service: 'sns' })
}
