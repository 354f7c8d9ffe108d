/** An evaluator of IAM policies that others keep, over every policy of `setup/`: what is to be allowed is, and each attack is denied by the clauses that are meant to. */

import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import type { Check } from './check.ts'
import { SIMULATOR } from './install.ts'
import {
  ACCOUNT,
  type Clause,
  HUB,
  MEMBER_ACCOUNT,
  POLICY_CASES,
  type PolicyCase,
  PROVIDER,
  REPOSITORY,
  USER_PATH,
} from './policy-cases.ts'
import { type Policies, type Policy, policiesOf, type Statement } from './template.ts'

/** What is used of the evaluator. */
interface Simulator {
  runSimulation(
    simulation: {
      readonly request: {
        readonly principal: string
        readonly action: string
        readonly resource: { readonly resource: string; readonly accountId: string }
        readonly contextVariables: Readonly<Record<string, string>>
      }
      readonly identityPolicies: readonly { readonly name: string; readonly policy: Policy }[]
      readonly serviceControlPolicies: readonly never[]
      readonly resourceControlPolicies: readonly never[]
      readonly resourcePolicy?: Policy
    },
    options: object,
  ): Promise<{
    readonly overallResult?: string
    readonly errors?: { readonly message: string }
    readonly result?: { readonly ignoredContextKeys?: readonly string[] }
  }>
}

const ISSUER = 'token.actions.githubusercontent.com'
const OURS = {
  Repository: REPOSITORY.name,
  OwnerId: REPOSITORY.ownerId,
  RepositoryId: REPOSITORY.repositoryId,
  OidcProviderArn: PROVIDER,
}
const MEMBER_ROLE = 'access-key-rotation-audit-member'

const ROLES: Readonly<Record<PolicyCase['role'], { account: string; policies: () => Policies }>> = {
  audit: role('setup/cloudformation.yaml', { ...OURS, Usage: 'true', OwnerTag: 'true' }),
  'audit by environment': role('setup/cloudformation.yaml', { ...OURS, Environment: 'production' }),
  'audit with remediation': role('setup/cloudformation.yaml', {
    ...OURS,
    RemediationEnvironment: 'access-key-remediation',
  }),
  hub: role('setup/cloudformation.yaml', { ...OURS, OrganizationRoleName: MEMBER_ROLE }),
  member: role('setup/organization-member.yaml', { HubRoleArn: HUB }, MEMBER_ACCOUNT),
  remediation: role('setup/remediation.yaml', { ...OURS, UserPath: USER_PATH }),
}

export const policyChecks: readonly Check[] = [
  {
    name: 'iam-simulate: each case is allowed, or denied by the clauses that are meant to',
    async run() {
      const simulator = (await import(pathToFileURL(SIMULATOR).href)) as Simulator
      for (const each of POLICY_CASES) await decide(each, simulator)
      return `${POLICY_CASES.length} cases`
    },
  },
]

/** Denied while one of its clauses is left, and allowed without all of them: each one is what denies it. */
async function decide(each: PolicyCase, simulator: Simulator): Promise<void> {
  const { policies } = ROLES[each.role]
  for (const left of subsetsOf(each.deniedBy)) {
    const without = each.deniedBy.filter(clause => !left.includes(clause))
    const decision = await simulate(each, without.reduce(loosen, policies()), simulator)
    const expected = left.length === 0 ? 'Allowed' : 'ImplicitlyDenied'
    const words = `${each.role}: ${each.case}${without.length > 0 ? `, without ${without.join(' and ')}` : ''}`
    assert.equal(decision, expected, words)
  }
}

async function simulate(
  each: PolicyCase,
  { trust, permissions }: Policies,
  simulator: Simulator,
): Promise<string> {
  const { request, role: name } = each
  const { account } = ROLES[name]
  const self = `arn:aws:iam::${account}:role/the-role`
  const none = { serviceControlPolicies: [], resourceControlPolicies: [] } as const
  const named = permissions.map((policy, index) => ({ name: String(index), policy }))
  if ('action' in request) {
    const owner = request.resource.split(':')[4] || account
    // The other side of a role that is assumed, which is not what is tried here.
    const open = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'sts:AssumeRole',
    }
    const other = { Version: '2012-10-17', Statement: [open] }
    return decisionOf(
      simulator.runSimulation(
        {
          request: {
            principal: self,
            action: request.action,
            resource: { resource: request.resource, accountId: owner },
            contextVariables: request.context ?? {},
          },
          identityPolicies: named,
          ...none,
          ...(request.action === 'sts:AssumeRole' ? { resourcePolicy: other } : {}),
        },
        {},
      ),
    )
  }
  const { principal = PROVIDER, claims } = request
  const allowed = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  const caller = { Version: '2012-10-17', Statement: [allowed] }
  return decisionOf(
    simulator.runSimulation(
      {
        request: {
          principal,
          action: claims ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
          resource: { resource: self, accountId: account },
          contextVariables: Object.fromEntries(
            Object.entries(claims ?? {}).map(([claim, value]) => [known(`${ISSUER}:${claim}`), value]),
          ),
        },
        identityPolicies: claims ? [] : [{ name: 'caller', policy: caller }],
        ...none,
        resourcePolicy: JSON.parse(known(JSON.stringify(trust))),
      },
      {},
    ),
  )
}

async function decisionOf(simulation: ReturnType<Simulator['runSimulation']>): Promise<string> {
  const { overallResult, errors, result } = await simulation
  assert.equal(errors, undefined)
  assert.deepEqual(result?.ignoredContextKeys ?? [], [])
  return overallResult ?? ''
}

/** Its data lacks two claims of this issuer, which it would ignore: they go by the names of two others that are compared alike and stand in no policy here. */
function known(text: string): string {
  return text
    .replaceAll(`${ISSUER}:aud`, `${ISSUER}:repository`)
    .replaceAll(`${ISSUER}:sub`, `${ISSUER}:workflow`)
}

/** The policies without one clause. */
function loosen({ trust, permissions }: Policies, clause: Clause): Policies {
  const change = (policy: Policy, edit: (statement: Statement) => Statement): Policy => ({
    ...policy,
    Statement: policy.Statement.map(edit),
  })
  const key = clause.includes(':') ? clause : `${ISSUER}:${clause}`
  const edit = (statement: Statement): Statement => {
    switch (clause) {
      case 'Principal':
        return statement.Principal ? { ...statement, Principal: anyOf(statement.Principal) } : statement
      case 'Action':
        return statement.Principal ? statement : { ...statement, Action: '*' }
      case 'Resource':
        return statement.Principal ? statement : { ...statement, Resource: '*' }
      default:
        return { ...statement, ...(statement.Condition ? { Condition: lack(statement.Condition, key) } : {}) }
    }
  }
  return { trust: change(trust, edit), permissions: permissions.map(policy => change(policy, edit)) }
}

function anyOf(principal: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const others = {
    Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/gitlab.com`,
    AWS: `arn:aws:iam::${ACCOUNT}:role/other`,
  }
  return Object.fromEntries(
    Object.entries(principal).map(([kind, given]) => [kind, [given, others[kind as keyof typeof others]]]),
  )
}

function lack(condition: NonNullable<Statement['Condition']>, key: string) {
  return Object.fromEntries(
    Object.entries(condition)
      .map(
        ([operator, keys]) =>
          [operator, Object.fromEntries(Object.entries(keys).filter(([each]) => each !== key))] as const,
      )
      .filter(([, keys]) => Object.keys(keys).length > 0),
  )
}

function subsetsOf<T>(items: readonly T[]): T[][] {
  const [first, ...rest] = items
  if (first === undefined) return [[]]
  return subsetsOf(rest).flatMap(set => [set, [first, ...set]])
}

function role(file: string, parameters: Readonly<Record<string, string>>, account = ACCOUNT) {
  const pseudo = { 'AWS::Partition': 'aws', 'AWS::AccountId': account }
  return { account, policies: () => policiesOf(file, parameters, pseudo) }
}
