/** The files of `output-directory`: what code scanning, spreadsheets and other tools make of them, run after run. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import Papa from 'papaparse'
import type { Log } from 'sarif'
import { renderReport } from '../../sandbox/aws/report.ts'
import { account, advance, key, user, world } from '../../sandbox/world.ts'
import { rendered, textOf } from '../publish/rendered.ts'
import { staleUser, startNights } from './nights-support.ts'
import { audit, checkout, filesOf, type Run, replay, serve } from './support.ts'

const CI = `resource "aws_iam_access_key" "ci" {
  user = "ci-deployer"
}
`

/** Fingerprint of each alert, by the user whom its message names. */
function alertsOf(run: Run): Record<string, string | undefined> {
  const log: Log = JSON.parse(filesOf(run).get('findings.sarif') ?? '')
  const results = log.runs[0]?.results ?? []
  return Object.fromEntries(
    results.map(({ message, partialFingerprints }) => [
      /of (\S+) \(/.exec(message.text ?? '')?.[1] ?? message.text,
      partialFingerprints?.['primaryLocationLineHash'],
    ]),
  )
}

describe('SARIF', () => {
  test('gives the same key the same alert in every run, wherever it is declared, and no other key that one', async () => {
    const prod = account({ users: [staleUser('ci-deployer'), staleUser('carol')] })
    const { night, sandbox } = await startNights(world({ accounts: [prod] }))
    const first = alertsOf(await night({ workspace: checkout({ 'iam/ci.tf': CI }) }))
    expect(Object.keys(first).sort()).toEqual(['carol', 'ci-deployer'])
    expect(new Set(Object.values(first)).size).toBe(2)
    advance(sandbox.world, 1)
    expect(alertsOf(await night({ workspace: checkout({ 'terraform/users.tf': `\n\n${CI}` }) }))).toEqual(
      first,
    )
    prod.users.get('carol')?.keys.splice(0)
    expect(alertsOf(await night())).toEqual({ 'ci-deployer': first['ci-deployer'] })
    prod.users.get('ci-deployer')?.keys.splice(0, 1, key({ ageDays: 200 }))
    const other = alertsOf(await night())
    expect(Object.keys(other)).toEqual(['ci-deployer'])
    expect(other['ci-deployer']).not.toBe(first['ci-deployer'])
  })

  test('is not written after an account failed, so that no alert closes unproved; not even an older file is left', async () => {
    const second = account({ id: '210987654321', users: [staleUser('dora')] })
    const sandbox = await serve(world({ accounts: [account({ users: [staleUser('carol')] }), second] }))
    const roles = ['123456789012', '210987654321'].map(id => `arn:aws:iam::${id}:role/audit`).join('\n')
    const workspace = checkout()
    const whole = await audit(sandbox, { 'role-to-assume': roles }, { workspace })
    expect(whole.outputs['sarif-file']).toBe(join(workspace, 'audit', 'findings.sarif'))
    second.oidcProvider = null
    const run = await audit(sandbox, { 'role-to-assume': roles }, { workspace })
    expect(run).toMatchObject({ exitCode: 1, outputs: { result: 'error', 'sarif-file': '' } })
    expect([...filesOf(run).keys()].sort()).toEqual([
      'evidence/123456789012.json',
      'evidence/210987654321.json',
      'findings.ocsf.json',
      'keys.csv',
      'report.html',
      'result.json',
    ])
    expect(run.log).toContain('findings.sarif was not written, and the output sarif-file is empty')
  })

  test.each([
    ['unverified', '', 'error'],
    [
      'unverified and accepted',
      'accept-unverified:\n  - user: carol\n    reason: seen by hand\n    expires: 2027-01-31\n',
      'fail',
    ],
  ])('is not written beside a user who is %s, of whom nothing is known', async (_, config, result) => {
    const saved = `${renderReport(account({ users: [staleUser('bob'), staleUser('carol')] }))}`
    const [header = '', ...rows] = saved.split('\n')
    const more = (row: string) => (row.startsWith('carol,') ? 'The user has more access keys' : 'N/A')
    const report = [`${header},additional_credentials_info`, ...rows.map(row => `${row},${more(row)}`)]
    const workspace = checkout({
      'report.csv': report.join('\n'),
      '.github/access-key-rotation.yml': config,
      'audit/findings.sarif': 'of an earlier run',
    })
    const run = await replay(world(), { 'as-of': new Date().toISOString() }, { workspace })
    expect(run).toMatchObject({ exitCode: 1, outputs: { result, 'sarif-file': '', 'stale-count': '2' } })
    expect([...filesOf(run).keys()]).not.toContain('findings.sarif')
    expect(run.log).toContain('would close the alerts of users who are unverified, accepted or not.')
    expect(run.log).toContain('unverified · carol · has more keys than the report shows')
  })
})

test('evidence that could not be written whole leaves the output output-directory empty, so that no half of it is taken', async () => {
  const second = account({ id: '210987654321' })
  const sandbox = await serve(world({ accounts: [account(), second] }))
  const roles = ['123456789012', '210987654321'].map(id => `arn:aws:iam::${id}:role/audit`).join('\n')
  const workspace = checkout({ 'audit/evidence/210987654321.json/in-the-way': '' })
  const run = await audit(sandbox, { 'role-to-assume': roles }, { workspace })
  expect(run).toMatchObject({ exitCode: 1, outputs: { 'output-directory': '' } })
  expect(run.log).toContain('evidence/210987654321.json')
})

test('report.html has the digest of every file as it is in the end, issues and their numbers included', async () => {
  const { night } = await startNights(world({ accounts: [account({ users: [staleUser('carol')] })] }))
  for (const redact of ['never', 'always']) {
    const files = filesOf(await night({ inputs: { redact } }))
    const page = files.get('report.html') ?? ''
    expect(page.includes('carol')).toBe(redact === 'never')
    const others = [...files].filter(([path]) => path !== 'report.html')
    expect(others.map(([path]) => path).includes('evidence/123456789012.json')).toBe(redact === 'never')
    for (const [path, text] of others) {
      const digest = createHash('sha256').update(text).digest('hex')
      expect(page).toContain(`<code>${path}</code></th>`)
      expect([path, page.includes(`<code>${digest}</code>`)]).toEqual([path, true])
    }
  }
})

test('a name is no formula in a spreadsheet, and every row keeps its columns', async () => {
  const names = ['=cmd', '+1', '-x', '@a', 'a,b', 'a=b', 'plain']
  const run = await audit(world({ accounts: [account({ users: names.map(name => staleUser(name)) })] }))
  const text = filesOf(run).get('keys.csv') ?? ''
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true })
  expect(errors).toEqual([])
  expect(data.map(({ user }) => user).sort()).toEqual(
    ["'=cmd", "'+1", "'-x", "'@a", 'a,b', 'a=b', 'plain'].sort(),
  )
  expect(data.map(({ state }) => state)).toEqual(names.map(() => 'stale'))
  expect(text).not.toMatch(/(^|,)"?[=+@-]/m)
})

test('OCSF has one finding a key that is stale, exempt or expiring, and its identity stays', async () => {
  const users = [
    staleUser('carol'),
    user('young', { keys: [key({ ageDays: 3 })] }),
    user('gone', { keys: [key({ ageDays: 300, status: 'Inactive' })] }),
  ]
  const { night, sandbox } = await startNights(world({ accounts: [account({ users })] }))
  const uidsOf = (run: Run): string[] =>
    JSON.parse(filesOf(run).get('findings.ocsf.json') ?? '').map(
      (finding: { finding_info: { uid: string } }) => finding.finding_info.uid,
    )
  const first = uidsOf(await night())
  expect(new Set(first).size).toBe(first.length)
  advance(sandbox.world, 1)
  expect(uidsOf(await night())).toEqual(first)
})

describe('an output directory that cannot be written', () => {
  test.each([
    ['is a file', (path: string) => writeFileSync(path, '')],
    [
      'holds directories where the files should be',
      (path: string) => mkdirSync(join(path, 'keys.csv'), { recursive: true }),
    ],
  ])(
    'because it %s is an error that names the file, and the rest of the run still happens',
    async (_, spoil) => {
      const { night, repository } = await startNights(
        world({
          accounts: [
            account({ users: [user('young', { keys: [key({ ageDays: 3 })] }), staleUser('carol')] }),
          ],
        }),
      )
      const workspace = checkout()
      spoil(join(workspace, 'audit'))
      const run = await night({ workspace, inputs: { 'output-directory': 'audit', 'fail-on': 'never' } })
      expect(run.exitCode).toBe(1)
      expect(run.annotations).toContainEqual(
        expect.objectContaining({
          kind: 'error',
          message: expect.stringMatching(
            /^(result\.json|keys\.csv) could not be written to output-directory: .+\. .+/,
          ),
        }),
      )
      expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': '1' })
      expect(run.summary).toContain('carol')
      expect(textOf(rendered(run.summary ?? ''))).toContain('keys.csv could not be written')
      expect(repository.issues).toHaveLength(1)
      if (existsSync(join(workspace, 'audit', 'keys.csv'))) {
        const { step } = JSON.parse(filesOf(run).get('result.json') ?? '')
        expect(step).toEqual({ fails: true, reason: 'failures', keys: [] })
      } else expect(run.outputs['sarif-file']).toBe('')
    },
  )
})
