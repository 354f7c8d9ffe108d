/** A whole organization: what fails in one account stays there, and faults that pass change nothing. */

import { beforeAll, describe, expect, test } from '@jest/globals'
import { freezeReport } from '../../sandbox/aws/report.ts'
import { HUB, madeOrganization, memberId, ORGANIZATION_INPUTS } from '../../sandbox/made-organization.ts'
import type { Account, Fault, World } from '../../sandbox/world.ts'
import type { ResultFile } from '../../src/domain/result-file.ts'
import { audit, callsOf, filesOf, type Run } from './support.ts'

const SIZE = { accounts: 24, users: 5, keysPerUser: 2, staleShare: 0.4 }

const INPUTS = { ...ORGANIZATION_INPUTS, redact: 'never' }

describe('an organization in which one account fails in each way', () => {
  /** How it is broken, and the reason that the result gives. */
  const broken: readonly (readonly [
    member: string,
    breakIt: (account: Account, world: World) => void,
    summary: RegExp,
  ])[] = [
    [memberId(1), account => account.roles.clear(), /may not assume the role in this account/],
    [
      memberId(3),
      account => {
        for (const role of account.roles.values()) role.allow = []
      },
      /denied access while fetching the credential report/,
    ],
    [
      memberId(5),
      ({ id }, { faults }) => faults.push({ kind: 'throttle', service: 'iam', account: id }),
      /kept throttling the requests/,
    ],
    [
      memberId(7),
      account => {
        account.report.override = 'user,arn\nalice'
      },
      /credential report lacks the columns/,
    ],
    [
      memberId(9),
      account => {
        account.report.override = '<html>Service unavailable</html>'
      },
      /is an HTML or XML page, not CSV/,
    ],
    [
      memberId(11),
      ({ id }, { faults }) =>
        faults.push({ kind: 'stall', service: 'iam', account: id, action: 'GetCredentialReport' }),
      /did not answer in time/,
    ],
  ]

  let run: Run
  beforeAll(async () => {
    const world = madeOrganization(SIZE)
    for (const [id, breakIt] of broken) breakIt(accountOf(world, id), world)
    accountOf(world, memberId(13)).state = 'SUSPENDED'
    run = await audit(world, INPUTS, { env: { AWS_MAX_ATTEMPTS: '1' } })
  })

  test('gives every other account whole, and each failed one its reason and remedy', () => {
    const { accounts, counts, result } = resultOf(run)
    expect(result).toBe('error')
    expect(run.exitCode).toBe(1)
    expect(counts).toMatchObject({ accounts: SIZE.accounts, failedAccounts: broken.length })
    const failed = accounts.filter(account => account.status === 'failed')
    expect(failed.map(({ account }) => account.id)).toEqual(broken.map(([id]) => id))
    for (const [index, [, , summary]] of broken.entries()) {
      expect(failed[index]?.failure.summary).toMatch(summary)
      expect(failed[index]?.failure.remedy).not.toBe('')
    }
    const whole = SIZE.accounts - broken.length - 1
    expect(counts.active).toBe(whole * SIZE.users * SIZE.keysPerUser)
    expect(counts.stale).toBe(whole * SIZE.users * SIZE.staleShare)
  })

  test('leaves a suspended account alone: it is no failure', () => {
    expect(run.sandbox.requests.filter(({ account }) => account === memberId(13))).toEqual([])
    expect(resultOf(run).accounts.map(({ account }) => account.id)).not.toContain(memberId(13))
  })

  test('writes every output, but no SARIF, which would close the failed accounts’ alerts', () => {
    expect(run.outputs).toMatchObject({
      result: 'error',
      'account-count': String(SIZE.accounts),
      'failed-account-count': String(broken.length),
      'sarif-file': '',
    })
    const files = [...filesOf(run).keys()]
    expect(files).toEqual(expect.arrayContaining(['result.json', 'keys.csv', 'findings.ocsf.json']))
    expect(files).not.toContain('findings.sarif')
    expect(files.filter(path => path.startsWith('evidence/'))).toHaveLength(SIZE.accounts)
    for (const [id] of broken) expect(run.summary).toContain(id)
  })
})

describe('faults that pass', () => {
  test.each<[string, readonly Fault[]]>([
    [
      'throttling on a tenth of all calls',
      (['sts', 'iam', 'organizations'] as const).map(service => ({ kind: 'throttle', service, rate: 0.1 })),
    ],
    [
      'connections that break, and answers that are none',
      [
        { kind: 'reset', service: 'iam', rate: 0.07 },
        { kind: 'malformed', service: 'iam', rate: 0.03, nth: 5 },
        { kind: '5xx', service: 'sts', rate: 0.1 },
      ],
    ],
  ])('%s: the same verdict, and no key twice', async (_, faults) => {
    const world = madeOrganization({ ...SIZE, accounts: 8 })
    for (const account of world.accounts.values()) freezeReport(world, account)
    const calm = await audit(world, INPUTS)
    world.faults.push(...faults)
    const rough = await audit(world, INPUTS)
    const total = (run: Run) => Object.values(callsOf(run.sandbox)).reduce((sum, count) => sum + count, 0)
    expect(total(rough)).toBeGreaterThan(total(calm))
    expect(comparable(resultOf(rough))).toEqual(comparable(resultOf(calm)))
    const ids = resultOf(rough).keys.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(rough.outputs['result']).toBe('fail')
  })
})

test('an organization costs one token, one hub session, its pages, and seven calls for each account without findings', async () => {
  const run = await audit(madeOrganization({ accounts: 45, users: 2, keysPerUser: 1, staleShare: 0 }), INPUTS)
  expect(run.outputs['result']).toBe('pass')
  expect(callsOf(run.sandbox)).toEqual({
    'oidc GET token': 1,
    'sts AssumeRoleWithWebIdentity': 1,
    'organizations ListAccounts': 3,
    'sts AssumeRole': 45,
    'iam GenerateCredentialReport': 2 * 46,
    'iam GetCredentialReport': 46,
    'iam ListAccountAliases': 46,
    // The management account has no key.
    'cloudtrail LookupEvents': 45,
  })
})

function accountOf({ accounts }: World, id: string): Account {
  const found = accounts.get(id)
  if (found === undefined) throw new Error(`no account ${id} beside ${HUB}`)
  return found
}

function resultOf({ result, log }: Run): ResultFile {
  if (result === null) throw new Error(`There is no result.json:\n${log}`)
  return result
}

/** Without what differs from run to run: the run itself, its instant, and when each account was gathered. */
function comparable({ run: _, asOf: __, ...result }: ResultFile) {
  const accounts = result.accounts.map(account =>
    account.status === 'failed'
      ? account
      : { ...account, evidence: { ...account.evidence, gatheredAt: null } },
  )
  return { ...result, accounts }
}
