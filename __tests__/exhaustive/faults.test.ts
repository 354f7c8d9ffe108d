/** Each row of the fault table, against the built action. What holds of every row is asserted for every row. */

import { describe, expect, test } from '@jest/globals'
import pLimit from 'p-limit'
import type { Issue } from '../../sandbox/github/world.ts'
import { type Call, FAULTS, type FaultName, type Outcome } from './fault-outcomes.ts'
import { issuesOf, keysOf, type Night, STRUCK } from './fault-runs.ts'
import { CALLS } from './fault-table.ts'
import { night, staleKeys } from './fault-worlds.ts'

/** A row that waits costs no processor time. */
const waiting = pLimit(32)
const working = pLimit(6)
const WAITS: ReadonlySet<FaultName> = new Set(['throttled for ever', 'no answer'])

/** GitHub is written to once a second, and slower where people are told of it. */
function waits({ call, fault }: { readonly call: Call; readonly fault: FaultName }): boolean {
  return WAITS.has(fault) || call.scene === 'rotation pull requests'
}

/** The longest that a row may take, milliseconds: four attempts of ten seconds at an OIDC token, or three of fifteen at GitHub, and some room for a busy machine. */
const BOUND_MS = 110_000
/** Where AWS never answers, fewer attempts than by default, by the SDK's own variable. */
const FEWER_ATTEMPTS = { AWS_MAX_ATTEMPTS: '2' }

const rows = CALLS.flatMap(call =>
  Object.entries(call.cells).flatMap(([fault, outcome]) =>
    typeof outcome === 'string' ? [] : [{ call, fault: fault as FaultName, outcome }],
  ),
)
/** By default the attempts of a call that is never answered take longer than this minute. */
const outOfTime = waiting(() =>
  night('nightly', [{ kind: 'stall', service: 'iam', action: 'GetCredentialReport', account: STRUCK }], {
    inputs: { 'timeout-minutes': '1' },
    timeoutMs: BOUND_MS,
  }),
)
outOfTime.catch(() => {})

/** Started at once, so that they wait side by side; the longest first. */
const nights = new Map(
  rows
    .toSorted((a, b) => Number(WAITS.has(b.fault)) - Number(WAITS.has(a.fault)))
    .map(row => {
      const limit = waits(row) ? waiting : working
      const run = limit(() => strike(row.call, row.fault))
      run.catch(() => {})
      return [`${row.call.name} ${row.fault}`, run] as const
    }),
)

test(
  'timeout-minutes ends a run with all published that was finished',
  async () => {
    const run = await outOfTime
    const outcome: Outcome = {
      sees: '“The time ran out before this account was audited.”',
      audited: 'the others',
      issue: 'up to date',
      result: 'error',
      exit: 1,
    }
    expectNoCrash(run)
    expectOutcome(run, outcome)
  },
  BOUND_MS * 2,
)

describe.each(CALLS)('$name', ({ name }) => {
  test.each(rows.filter(({ call }) => call.name === name))(
    '$fault: $outcome.audited audited, issue $outcome.issue, exit code $outcome.exit',
    async ({ call, fault, outcome }) => {
      const run = await nights.get(`${name} ${fault}`)
      if (run === undefined) throw new Error('This row was not run')
      expectStruck(run, call, fault)
      expectNoCrash(run)
      expectOutcome(run, outcome)
    },
    BOUND_MS * 2,
  )
})

function expectOutcome(run: Night, outcome: Outcome): void {
  for (const quoted of quotesIn(outcome)) expect(run.log).toContain(quoted)
  expect({ result: run.outputs['result'], exit: run.exitCode }).toEqual({
    result: outcome.result,
    exit: outcome.exit,
  })
  expectFindings(run, outcome)
  expectIssue(run, outcome)
  expectOnePullPerBranch(run)
  expect(keysOf(run.sandbox).join() === run.keysBefore.join()).toBe(outcome.change !== 'made')
}

function strike(call: Call, fault: FaultName): Promise<Night> {
  return night(
    call.scene,
    call.strikes.map(where => ({
      ...where,
      ...FAULTS[fault],
      ...(fault === 'well-formed and wrong' && call.edit ? { edit: call.edit } : {}),
    })),
    { env: WAITS.has(fault) ? FEWER_ATTEMPTS : {}, timeoutMs: BOUND_MS },
  )
}

/** The fault took place; and a refusal was not asked again. */
function expectStruck({ sandbox }: Night, { strikes }: Call, fault: FaultName): void {
  const struck = sandbox.requests.filter(request => request.fault !== null)
  expect(struck.length).toBeGreaterThan(0)
  if (fault === 'access denied') expect(struck.length).toBeLessThanOrEqual(strikes.length)
}

function expectNoCrash({ exitCode, log, summary, stderr, sandbox }: Night): void {
  // 124: killed, because it had not ended by itself.
  expect(exitCode).not.toBe(124)
  for (const text of [log, summary ?? '', stderr]) expect(text).not.toMatch(/^\s*at .+:\d+/m)
  expect(log).not.toMatch(/bug in this action|does not know/)
  expect(summary).not.toBe('')
  expect(sandbox.violations()).toEqual([])
}

/** Every stale key of every audited account, by its ID, and every account that was not audited, by its name. */
function expectFindings({ result, evidence, sandbox, outputs }: Night, { audited }: Outcome): void {
  if (audited === 'no result') {
    expect(result).toBeNull()
    return
  }
  const accounts = result?.accounts.map(({ account: { id } }) => id) ?? []
  const whole = accounts.filter(id => audited !== 'none' && !(audited === 'the others' && id === STRUCK))
  expect(
    result?.accounts.filter(({ status }) => status === 'audited').map(({ account: { id } }) => id),
  ).toEqual(whole)
  // A file of alerts would close those of the account or the user that it lacks.
  expect(outputs['sarif-file'] === '').toBe(outputs['result'] === 'error')
  const gathers = sandbox.requests.some(({ service }) => service === 'oidc' || service === 'sts')
  if (gathers) expect(evidence).toEqual(accounts.map(id => `${id}.json`))

  const found = (result?.keys ?? [])
    .filter(({ state }) => state !== 'fresh')
    .map(({ accessKeyId, createdAt }) => accessKeyId ?? createdAt)
  const byReport = audited === 'all, one by the report alone' ? STRUCK : null
  const expected = staleKeys(sandbox)
    .filter(({ account }) => whole.includes(account))
    .map(({ account, key }) => (account === byReport ? key.createdAt : key.id))
  expect(found.toSorted()).toEqual(expected.toSorted())
  expect(Number(outputs['failed-account-count'])).toBe(accounts.length - whole.length)
}

/** An issue that was open stays open, and forgets no key that was not seen to be gone. */
function expectIssue({ sandbox, result, issuesBefore: [old] }: Night, { issue: outcome }: Outcome): void {
  const issues = issuesOf(sandbox)
  if (outcome === 'none yet') {
    expect(issues).toEqual([])
    return
  }
  expect(issues.map(({ state }) => state)).toEqual(['open'])
  const [issue] = issues
  if (outcome === 'open, as it was') expect(issue).toEqual({ ...old, updatedAt: expect.any(String) })
  if (outcome === 'commented on, its body as it was')
    expect(issue).toEqual({
      ...old,
      comments: [expect.objectContaining({ body: expect.any(String) })],
      updatedAt: expect.any(String),
    })
  const audited = new Set(
    result?.accounts.filter(({ status }) => status === 'audited').map(({ account: { id } }) => id),
  )
  const users = staleKeys(sandbox).map(({ account, user }) => ({
    user,
    known: audited.has(account) || isIn(old, user),
  }))
  if (outcome === 'up to date')
    for (const { user } of users.filter(({ known }) => known)) expect(issue?.body).toContain(user)
  if (outcome === 'up to date, without names')
    for (const { user } of users) expect(`${issue?.title}${issue?.body}`).not.toContain(user)
}

function expectOnePullPerBranch({ sandbox }: Night): void {
  for (const { pulls, issues } of sandbox.world.github.repositories.values()) {
    const open = issues.filter(({ state, pullRequest }) => pullRequest && state === 'open')
    const branches = open.map(({ number }) => pulls.get(number)?.head.ref)
    expect(branches).toEqual([...new Set(branches)])
  }
}

function isIn(issue: Issue | undefined, user: string): boolean {
  return issue?.body?.includes(user) ?? false
}

function quotesIn({ sees }: Outcome): string[] {
  return [...sees.matchAll(/“(.+?)”/g)].map(([, quoted = '']) => quoted)
}
