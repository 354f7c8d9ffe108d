import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { account, advance, key, user, world } from '../../sandbox/world.ts'
import { audit, checkout, checkoutWithSample, filesOf, replay, serve } from './support.ts'

const SAMPLE = readFileSync(join(checkoutWithSample(), 'report.csv'), 'utf8')
const REPLAY = { 'role-to-assume': '', 'evidence-files': 'report.csv' }

describe('bad input ends in a clear error, nothing asked and no result', () => {
  const sandbox = serve(world({ accounts: [account()] }))

  test.each<[string, Record<string, string>, Record<string, string>, RegExp[]]>([
    [
      'a malformed role ARN',
      { 'role-to-assume': 'arn:aws:iam::1234:role/x' },
      {},
      [/role-to-assume: .*"arn:aws:iam::1234:role\/…"/, /arn:aws:iam::123456789012:role\//],
    ],
    [
      'max-age-days: ninety',
      { 'max-age-days': 'ninety' },
      {},
      [/max-age-days: .*"ninety"/, /whole number from 1/],
    ],
    ['an unknown fail-on', { 'fail-on': 'old' }, {}, [/fail-on: .*"old"/, /stale, expiring, changed, never/]],
    [
      'as-of without evidence',
      { 'as-of': '2026-11-24T00:00:00Z' },
      {},
      [/as-of: works only with evidence-files/],
    ],
    [
      'as-of that is no instant',
      { ...REPLAY, 'as-of': 'yesterday' },
      { 'report.csv': SAMPLE },
      [/as-of: .*"yesterday"/, /2026-11-24T00:00:00Z/],
    ],
    [
      'several at once',
      { 'max-age-days': '0', 'fail-on': 'x', redact: 'maybe' },
      {},
      [/3 inputs/, /max-age-days/, /fail-on/, /redact/],
    ],
    ['a missing file', REPLAY, {}, [/evidence-files names files that do not exist/, /report\.csv/]],
    ['a glob without match', { ...REPLAY, 'evidence-files': 'x/*.json' }, {}, [/x\/\*\.json/]],
    ['an unreadable file', REPLAY, { 'report.csv/x': '' }, [/evidence-files/, /report\.csv/]],
    ['an empty report', REPLAY, { 'report.csv': '' }, [/empty/, /report\.csv/]],
    ['a report of blanks', REPLAY, { 'report.csv': ' \n\n' }, [/empty/, /report\.csv/]],
    [
      'a report without rows',
      REPLAY,
      { 'report.csv': SAMPLE.split('\n')[0] ?? '' },
      [/report\.csv/, /no row/i],
    ],
    [
      'a report that is HTML',
      REPLAY,
      { 'report.csv': '<!DOCTYPE html>\n<html><body>Sign in</body></html>' },
      [/HTML/, /report\.csv/],
    ],
    ['a report that is JSON', REPLAY, { 'report.csv': '{"Users": []}' }, [/JSON/, /report\.csv/]],
    [
      'a truncated row',
      REPLAY,
      { 'report.csv': SAMPLE.slice(0, SAMPLE.lastIndexOf(',us-east-1') - 20) },
      [/report\.csv/, /row 12 has \d+ fields, the header 22/],
    ],
    [
      'a column that is missing',
      REPLAY,
      { 'report.csv': SAMPLE.replace('access_key_2_last_rotated', 'x') },
      [/access_key_2_last_rotated/],
    ],
    ['a report of random bytes', REPLAY, { 'report.csv': '\u0000\u0001\ufffd\u0000' }, [/report\.csv/]],
    [
      'evidence that was cut off',
      { ...REPLAY, 'evidence-files': 'a.json' },
      { 'a.json': '{"kind":"evidence","version":1,' },
      [/a\.json/, /JSON/],
    ],
    [
      'a configuration file that is missing',
      { ...REPLAY, 'config-file': 'keys.yml' },
      { 'report.csv': SAMPLE },
      [/config-file|keys\.yml/],
    ],
    [
      'a configuration file that is broken',
      REPLAY,
      { 'report.csv': SAMPLE, '.github/access-key-rotation.yml': 'exemptions:\n  - usr: x\n' },
      [/access-key-rotation\.yml/, /usr/],
    ],
  ])('%s', async (_, inputs, files, messages) => {
    const served = await sandbox
    served.requests.length = 0
    const run = await audit(served, inputs, { workspace: checkout(files) })
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toMatchObject({ result: 'error' })
    expect(served.requests).toEqual([])
    const said = run.annotations.map(({ message }) => message).join('\n')
    for (const message of messages) expect(said).toMatch(message)
    expect(run.annotations.at(-1)?.message.split('\n').length).toBeGreaterThan(1)
    expect(`${run.log}${run.stderr}${run.summary}`).not.toMatch(/^\s+at |node:internal|undefined|\[object/m)
    expect(run.summary).toMatch(/^## The audit could not be made/)
    expect([...filesOf(run).keys()]).toEqual([])
  })
})

describe('evidence that is too old', () => {
  test('is an error, unless as-of says when it was; a bare report is at most as old as its newest date', async () => {
    const sandbox = await serve(world({ accounts: [account({ users: [user('alice', { keys: [key()] })] })] }))
    const night = await audit(sandbox)
    const workspace = checkout({
      'evidence.json': filesOf(night).get('evidence/123456789012.json') ?? '',
      'report.csv': SAMPLE,
    })
    sandbox.requests.length = 0
    const evidence = { 'evidence-files': 'evidence.json' }
    expect((await replay(sandbox, evidence, { workspace })).outputs).toMatchObject({ result: 'pass' })
    advance(sandbox.world, 2.1)
    const late = await replay(sandbox, evidence, { workspace })
    expect(late).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(late.log).toMatch(/50 hours old.*max-evidence-age-hours allows 48/)
    const allowed = await replay(sandbox, { ...evidence, 'max-evidence-age-hours': '51' }, { workspace })
    expect(allowed.outputs).toMatchObject({ result: 'pass' })
    const asOf = night.result?.asOf ?? ''
    expect((await replay(sandbox, { ...evidence, 'as-of': asOf }, { workspace })).outputs).toMatchObject({
      result: 'pass',
    })
    const bare = await replay(sandbox, {}, { workspace })
    expect(bare).toMatchObject({ exitCode: 1, outputs: { result: 'error' } })
    expect(bare.log).toMatch(
      /does not say when it was generated, and its newest date is \d+ hours ago, 2026-11-24T/,
    )
    const then = await replay(sandbox, { 'as-of': '2026-11-24T00:00:00Z' }, { workspace })
    expect(then.outputs).toMatchObject({ result: 'fail', 'stale-count': '7' })
    const later = await replay(sandbox, { 'max-evidence-age-hours': '8760' }, { workspace })
    expect(later.summary).toMatch(/^## \d+ of 12 .*; by a credential report of 2026-11-24 or later\n/)
  })
})

test.each([
  ['an exemption', 'exemptions', 'exempts'],
  ['a rule of accept-unverified', 'accept-unverified', 'accepts as unverified'],
])('%s that covers everybody is warned about at its line, however it is written', async (_, field, does) => {
  const config = `${field}:\n  - { user: "?*", reason: all, expires: 2027-01-01 }\n`
  const files = { 'report.csv': SAMPLE, '.github/access-key-rotation.yml': config }
  const sandbox = await serve(world({ accounts: [account()] }))
  const as = { ...REPLAY, 'as-of': '2026-11-24T00:00:00Z' }
  const run = await audit(sandbox, as, { workspace: checkout(files) })
  const message = `this rule ${does} every user that has a key until 2027-01-01`
  expect(run.annotations).toContainEqual(
    expect.objectContaining({
      kind: 'warning',
      line: 2,
      message: expect.stringContaining(`${does} every user that has a key`),
    }),
  )
  expect(run.log).toContain(`.github/access-key-rotation.yml:2: ${message}`)
})
