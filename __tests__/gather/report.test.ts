import { describe, expect, test } from '@jest/globals'
import { account, type Fault, role, world } from '../../sandbox/world.ts'
import { callCounts, failOne, gatherAll, gatherOne, serve } from './run.ts'

describe('the credential report', () => {
  test('is waited for without a busy loop, and the wait is told', async () => {
    const sandbox = await serve(world({ accounts: [account({ report: { polls: 4 } })] }))
    const { evidence, progress } = await gatherAll()
    expect(evidence).toHaveLength(1)
    const polls = sandbox.requests.filter(({ action }) => action === 'GenerateCredentialReport')
    expect(polls).toHaveLength(5)
    const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(100)
    expect(progress.filter(({ kind }) => kind === 'report-in-progress')).toHaveLength(4)
  })

  test('in progress holds no slot: accounts wait beside one another', async () => {
    const ids = ['1', '2', '3', '4', '5', '6'].map(digit => digit.repeat(12))
    const sandbox = await serve(world({ accounts: ids.map(id => account({ id, report: { polls: 3 } })) }))
    const roles = ids.map(id => `arn:aws:iam::${id}:role/audit`)
    expect((await gatherAll({ source: { roles, maxConcurrency: 1 } })).evidence).toHaveLength(6)
    const started = sandbox.requests.map(({ action, account }) => `${action} ${account}`)
    const lastBegun = started.indexOf('GenerateCredentialReport 666666666666')
    expect(lastBegun).toBeGreaterThan(0)
    expect(lastBegun).toBeLessThan(started.lastIndexOf('GenerateCredentialReport 111111111111'))
  })

  // No answer at all: the fault table of the exhaustive tests.
  test('that comes after one that stalled in its middle is had', async () => {
    const fault: Fault = {
      kind: 'stall-mid-body',
      service: 'iam',
      action: 'GetCredentialReport',
      count: 1,
    }
    await serve(world({ accounts: [account()], faults: [fault] }))
    expect((await gatherOne()).kind).toBe('evidence')
  })

  test('that never finishes ends with the deadline, not before and not later', async () => {
    await serve(world({ accounts: [account({ report: { polls: 1e6 } })] }))
    const { failure } = await failOne({ deadline: new Date(Date.now() + 1_500) })
    expect(failure.summary).toContain('time ran out')
  })

  test('without its permission says which one to allow, and is not asked again', async () => {
    const sandbox = await serve(world({ accounts: [account({ roles: [role({ allow: [] })] })] }))
    const { failure } = await failOne()
    expect(failure.remedy).toContain('iam:GenerateCredentialReport')
    expect(callCounts(sandbox)['iam GenerateCredentialReport']).toBe(1)
  })

  test.each([
    ['HTML', '<html>'],
    ['JSON', '{}'],
    ['empty', ''],
    ['without rows', 'user,arn\n'],
  ])('that is %s fails its account', async (_, override) => {
    await serve(world({ accounts: [account({ report: { override } })] }))
    expect((await failOne()).failure.summary).toContain('credential report')
  })
})
