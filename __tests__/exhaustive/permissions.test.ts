/** Every action that `setup/` grants is needed: taken away, the audit knows less. All together are enough: nothing is refused. */

import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { parseDocument } from 'yaml'
import { freezeReport } from '../../sandbox/aws/report.ts'
import {
  type Account,
  account,
  daysAgo,
  event,
  key,
  organization,
  role,
  user,
  type World,
  world,
} from '../../sandbox/world.ts'
import { gitCheckout } from '../e2e/nights-support.ts'
import { audit, checkout, type Run } from '../e2e/support.ts'

type Condition = 'WithUsage' | 'WithOwnerTag' | 'WithRemediation' | 'Hub'

const AUDIT = 'setup/cloudformation.yaml'
const MEMBER = 'setup/organization-member.yaml'
const REMEDIATION = 'setup/remediation.yaml'
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'
const EXTRAS: readonly Condition[] = ['WithUsage', 'WithOwnerTag']
const WITH: readonly { readonly conditions: readonly Condition[] }[] = [
  { conditions: [] },
  { conditions: ['WithUsage'] },
  { conditions: ['WithOwnerTag'] },
  { conditions: ['WithRemediation'] },
]

// Fixed, so that two runs differ by what they were allowed alone.
const CREATED = daysAgo(200)
/** By CloudTrail, and later by IAM. */
const USED = daysAgo(1)
const USED_LAST = daysAgo(0.5)
const DEACTIVATED = daysAgo(60)

describe('the templates of setup/', () => {
  test.each(WITH)(
    'grant the member role what the role of one account has, with $conditions',
    ({ conditions }) => {
      expect(actionsOf(MEMBER, conditions)).toEqual(actionsOf(AUDIT, conditions))
    },
  )

  test.each([AUDIT, REMEDIATION])(
    'take no environment that a subject would hold in another spelling: %s',
    template => {
      const { Parameters } = parseDocument(readFileSync(template, 'utf8'), { logLevel: 'silent' }).toJS()
      const allowed = new RegExp(Parameters.Environment.AllowedPattern)
      expect(['production', 'a:b', '*'].map(name => allowed.test(name))).toEqual([true, false, false])
      expect(allowed.test(Parameters.Environment.Default)).toBe(true)
    },
  )

  test.each([...WITH, { conditions: ['Hub'] as const }])(
    'grant in Terraform what they grant in CloudFormation, with $conditions',
    ({ conditions }) => {
      expect(terraformActions(conditions)).toEqual(actionsOf(AUDIT, conditions))
    },
  )
})

describe.each([
  ['one account', actionsOf(AUDIT, EXTRAS), auditOneAccount],
  ['looking at users before a change', actionsOf(AUDIT, ['WithRemediation']).filter(isLookedAt), looking],
  ['remediation', actionsOf(REMEDIATION, []), remediate],
  ['an organization', actionsOf(AUDIT, ['Hub']).filter(isHubs), auditOrganization],
] as const)('the permissions for %s', (_, granted, run) => {
  let full: Shown
  beforeAll(async () => {
    full = await run(granted)
  })

  test('are enough: AWS refuses nothing', async () => {
    expect(full.refused).toEqual([])
    expect(await run(granted)).toEqual(full)
  })

  test.each(granted.map(action => [action]))('need %s', async action => {
    const { refused, ...less } = await run(granted.filter(each => each !== action))
    const { refused: _, ...all } = full
    expect(refused).not.toEqual([])
    expect(less).not.toEqual(all)
  })
})

test.each(WITH)(
  'an audit of one account that asks for no more than $conditions is refused nothing',
  async ({ conditions }) => {
    expect((await auditOneAccount(actionsOf(AUDIT, conditions), conditions)).refused).toEqual([])
  },
)

/** What a run came to know and to do: nothing of when, and no word of what was missing. */
interface Shown {
  readonly facts: unknown
  /** Calls that AWS refused. */
  readonly refused: readonly string[]
}

async function auditOneAccount(
  allow: readonly string[],
  extras: readonly Condition[] = EXTRAS,
): Promise<Shown> {
  const served = oneAccount(allow)
  const files: Record<string, string> = extras.includes('WithOwnerTag')
    ? { '.github/access-key-rotation.yml': 'owners:\n  tag: owner\n' }
    : {}
  const inputs = { usage: String(extras.includes('WithUsage')) }
  return shownBy(served, await audit(served, inputs, { workspace: checkout(files) }))
}

async function auditOrganization(allow: readonly string[]): Promise<Shown> {
  const hub = 'arn:aws:iam::123456789012:role/audit'
  const member = oneAccount(actionsOf(MEMBER, []), {
    id: '222233334444',
    roles: [role({ name: 'member', allow: actionsOf(MEMBER, []), webIdentity: null, principals: [hub] })],
  })
  const management = account({ roles: [role({ allow: [...actionsOf(AUDIT, []), ...allow] })] })
  const served = world({
    organization: organization(management.id),
    accounts: [management, ...member.accounts.values()],
  })
  return shownBy(served, await audit(served, { 'organization-role-name': 'member' }))
}

/** With a role that changes keys as setup/ makes it. */
function looking(allow: readonly string[]): Promise<Shown> {
  const rest = actionsOf(AUDIT, ['WithRemediation']).filter(action => !isLookedAt(action))
  return applied([...rest, ...allow], actionsOf(REMEDIATION, []))
}

/** With a role that audits as setup/ makes it. */
function remediate(allow: readonly string[]): Promise<Shown> {
  return applied(actionsOf(AUDIT, ['WithRemediation']), allow)
}

async function applied(auditing: readonly string[], changing: readonly string[]): Promise<Shown> {
  const served = oneAccount(auditing, {
    roles: [role({ allow: [...auditing] }), role({ name: 'remediation', allow: [...changing] })],
  })
  const files = {
    '.github/access-key-rotation.yml':
      'remediation:\n  deactivate-after-idle-days: 90\n  delete-after-inactive-days: 30\n',
  }
  const workspace = gitCheckout(files)
  const inputs = {
    remediation: 'apply',
    'remediation-role': 'arn:aws:iam::123456789012:role/remediation',
  }
  return shownBy(served, await audit(served, inputs, { workspace }))
}

/** An account of which each action tells something; its report, an hour old, knows of no use. */
function oneAccount(allow: readonly string[], parts: Parameters<typeof account>[0] = {}): World {
  const used = key({ id: keyId('USED'), createdAt: CREATED })
  const audited = account({
    alias: 'octo-prod',
    rootKeys: [key({ id: keyId('ROOT'), createdAt: CREATED })],
    report: { rootRow: false },
    groups: new Map([['administrators', { policies: [ADMINISTRATOR] }]]),
    users: [
      user('used', { createdAt: CREATED, keys: [used], tags: { owner: 'octocat' } }),
      user('direct', {
        createdAt: CREATED,
        policies: [ADMINISTRATOR],
        keys: [key({ id: keyId('DIRECT'), createdAt: CREATED })],
      }),
      user('grouped', {
        createdAt: CREATED,
        groups: ['administrators'],
        keys: [key({ id: keyId('GROUPED'), createdAt: CREATED })],
      }),
      user('inactive', {
        createdAt: CREATED,
        keys: [key({ id: keyId('INACTIVE'), createdAt: CREATED, status: 'Inactive' })],
      }),
    ],
    events: [
      event({ at: USED, accessKeyId: used.id, userName: 'used' }),
      event({
        at: DEACTIVATED,
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAccessKey',
        requestParameters: { userName: 'inactive', accessKeyId: keyId('INACTIVE'), status: 'Inactive' },
      }),
    ],
    roles: [role({ allow: [...allow] })],
    ...parts,
  })
  const served = world({ accounts: [audited] })
  freezeReport(served, audited)
  used.lastUsed = { at: USED_LAST, service: 's3', region: 'us-east-1' }
  return served
}

function shownBy(served: World, { result, sandbox }: Run): Shown {
  const accounts = (result?.accounts ?? []).map(each =>
    each.status === 'audited' ? [each.account, each.rootUser] : [each.account, 'failed'],
  )
  const { keys = [], remediation = null } = result ?? {}
  return {
    facts: { accounts, keys, remediation, left: [...served.accounts.values()].map(keysLeft) },
    refused: sandbox.requests
      .filter(({ status }) => status === 400 || status === 403)
      .map(({ action }) => action),
  }
}

function keysLeft({ users }: Account): readonly string[] {
  return [...users.values()].flatMap(({ keys }) => keys.map(({ id, status }) => `${id} ${status}`))
}

function keyId(name: string): string {
  return `AKIA${name.padEnd(16, 'A')}`
}

/** What the audit's role is asked right before a change. */
function isLookedAt(action: string): boolean {
  return /:(GetUser|ListAccessKeys|GetAccessKeyLastUsed|LookupEvents)$/.test(action)
}

function isHubs(action: string): boolean {
  return action === 'organizations:ListAccounts' || action === 'sts:AssumeRole'
}

/** The actions that the template's role may call under these conditions. */
function actionsOf(template: string, conditions: readonly Condition[]): string[] {
  // Unknown to a YAML parser, `!If [Name, a, b]` is the list that follows it.
  const { Resources } = parseDocument(readFileSync(template, 'utf8'), { logLevel: 'silent' }).toJS()
  const policies: { PolicyDocument: { Statement: (Statement | [Condition, Statement, unknown])[] } }[] =
    Resources.Role.Properties.Policies
  const statements = policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(each => (Array.isArray(each) ? (conditions.includes(each[0]) ? each[1] : { Action: [] }) : each))
  return statements.flatMap(({ Action }) => Action)
}

interface Statement {
  readonly Action: string | readonly string[]
}

/** The same of `setup/terraform`. */
function terraformActions(conditions: readonly Condition[]): string[] {
  const text = readFileSync('setup/terraform/main.tf', 'utf8')
  const document = /^data "aws_iam_policy_document" "audit" \{$([\s\S]*?)^\}$/m.exec(text)?.[1] ?? ''
  const statements = [...document.matchAll(/^ {2}(?:dynamic "statement"|statement) \{$([\s\S]*?)^ {2}\}$/gm)]
  return statements.flatMap(([, statement = '']) => {
    const variable = /for_each = var\.(\w+)/.exec(statement)?.[1]
    if (variable !== undefined && !conditions.some(each => VARIABLES[each] === variable)) return []
    const list = /\bactions\s*=\s*\[([^\]]*)\]/.exec(statement)?.[1] ?? ''
    return [...list.matchAll(/"([^"]+)"/g)].map(([, action = '']) => action)
  })
}

const VARIABLES: Readonly<Record<Condition, string>> = {
  WithUsage: 'usage',
  WithOwnerTag: 'owner_tag',
  WithRemediation: 'remediation_environment',
  Hub: 'organization_role_name',
}
