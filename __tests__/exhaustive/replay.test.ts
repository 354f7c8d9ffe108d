import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  AUDIT_ACTIONS,
  account,
  advance,
  daysAgo,
  event,
  key,
  role,
  user,
  world,
} from '../../sandbox/world.ts'
import { audit, checkout, filesOf, type Run, replay, serve } from '../e2e/support.ts'

const FILES = {
  'iam/users.tf':
    'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n\nresource "aws_iam_access_key" "ci" {\n  user = aws_iam_user.ci.name\n}\n',
  '.github/access-key-rotation.yml':
    'exemptions:\n  - user: vendor-*\n    reason: rotated by the vendor\n    expires: 2027-01-31\nowners:\n  tag: owner\n',
  '.github/CODEOWNERS': '/iam/ @octo-org/platform\n',
}

describe('saved evidence, replayed as of its instant over the same checkout', () => {
  const busy = key({ ageDays: 300, usedDaysAgo: 1 })
  const everything = account({
    alias: 'octo-prod',
    rootKeys: [key({ ageDays: 20 })],
    users: [
      user('ci', { keys: [busy, key({ ageDays: 20, usedDaysAgo: 1 })] }),
      user('vendor-x', { keys: [key({ ageDays: 120 })], tags: { owner: 'vendor' } }),
      user('toggled', { keys: [key({ ageDays: 400, usedDaysAgo: 60, reportedRotation: daysAgo(20) })] }),
      user('edge', { keys: [key({ createdAt: daysAgo(90) })] }),
      user('old', { keys: [key({ ageDays: 500, status: 'Inactive' })] }),
      user('broken', { keys: [key({ reportedRotation: 'N/A' })] }),
    ],
    events: [event({ accessKeyId: busy.id, userAgent: 'Boto3/1.35.2 exec-env/AWS_Lambda_python3.12' })],
  })

  test.each([
    ['of everything', everything, { usage: 'true' }],
    [
      'with permissions missing',
      account({
        users: [user('ci', { keys: [key({ ageDays: 300 })] })],
        roles: [role({ allow: AUDIT_ACTIONS.slice(0, 2) })],
        report: { rootRow: false },
      }),
      {},
    ],
    ['of an account that failed', account({ roles: [] }), {}],
  ])('gives the same result byte for byte: %s', async (_, prod, inputs) => {
    const sandbox = await serve(world({ accounts: [prod] }))
    const policy = { 'max-age-days': '90', 'warn-days': '20' }
    const night = await audit(sandbox, { ...policy, ...inputs }, { workspace: checkout(FILES) })
    advance(sandbox.world, 40)
    sandbox.requests.length = 0
    const evidence = filesOf(night).get('evidence/123456789012.json') ?? ''
    const again = await replay(
      sandbox,
      { ...policy, 'evidence-files': 'evidence/*.json', 'as-of': night.result?.asOf ?? '' },
      { workspace: checkout({ ...FILES, 'evidence/123456789012.json': evidence }) },
    )
    expect(withoutRun(again)).toBe(withoutRun(night))
    expect(filesOf(again).get('keys.csv')).toBe(filesOf(night).get('keys.csv'))
    expect(withoutFiles(again)).toBe(withoutFiles(night))
    expect(again.outputs).toEqual({ ...night.outputs, ...places(again) })
    expect(again.exitCode).toBe(night.exitCode)
  })

  test('gives the same bytes beside the files of earlier runs, in a workspace that is no git checkout', async () => {
    const sandbox = await serve(world({ accounts: [everything] }))
    const before = await audit(sandbox, { usage: 'true' }, { workspace: checkout(FILES) })
    const night = await audit(sandbox, { usage: 'true' }, { workspace: checkout(FILES) })
    const saved = (run: Run, folder: string) =>
      Object.fromEntries([...filesOf(run)].map(([path, text]) => [`${folder}/${path}`, text]))
    const beside = { ...FILES, ...saved(before, 'saved/monday'), ...saved(night, 'night') }
    expect(Object.keys(beside)).toContain('saved/monday/findings.sarif')
    sandbox.requests.length = 0
    const inputs = { 'evidence-files': 'night/evidence/*.json', 'as-of': night.result?.asOf ?? '' }
    const again = await replay(sandbox, inputs, { workspace: checkout(beside) })
    for (const name of ['keys.csv', 'findings.sarif', 'findings.ocsf.json'])
      expect(filesOf(again).get(name)).toBe(filesOf(night).get(name))
    expect(withoutRun(again)).toBe(withoutRun(night))
    expect(again.result?.keys.flatMap(({ hardCoded }) => hardCoded)).toEqual([])
  })

  test('is compared by `npm run replay`, which tells the first difference', async () => {
    const night = await audit(world({ accounts: [everything] }), {}, { workspace: checkout(FILES) })
    const folder = mkdtempSync(join(tmpdir(), 'saved-'))
    for (const [name, text] of filesOf(night)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const compare = () =>
      spawnSync('node', ['scripts/node24.js', 'sandbox/replay.ts', folder, checkout(FILES)], {
        encoding: 'utf8',
      })
    const same = compare()
    expect(same.stdout).toMatch(/^The same, byte for byte\.\nIt was made by version \d/)
    expect(same.status).toBe(0)
    const result = filesOf(night).get('result.json') ?? ''
    writeFileSync(join(folder, 'result.json'), result.replace('"user":"vendor-x"', '"user":"vendor-y"'))
    const other = compare()
    expect(other.stdout).toMatch(/^The first difference:\n {2}saved: .*vendor-y.*\n {2}replayed: .*vendor-x/)
    expect(other.status).toBe(1)
    expect(other.stdout).toMatch(/It was made by version (\S+), over commit .*`git checkout v\1 && npm ci`/)
    rmSync(join(folder, 'evidence'), { recursive: true })
    const redacted = compare()
    expect(redacted.stdout).toContain('where names are hidden (redact) none is saved')
    expect([redacted.status, redacted.stderr]).toEqual([1, ''])
  })

  test('holds the report byte for byte, its generation time and SHA-256, and when each look was made', async () => {
    const run = await audit(world({ accounts: [everything] }))
    const evidence = JSON.parse(filesOf(run).get('evidence/123456789012.json') ?? '')
    const served = everything.report.existing
    expect(Buffer.from(evidence.report.content, 'base64')).toEqual(served?.content)
    expect(evidence.report).toMatchObject({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      generatedAt: served?.generatedAt,
    })
    expect(evidence.observations.length).toBeGreaterThan(3)
    for (const { at } of evidence.observations) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
})

/** The text of `result.json` without the line that tells of the run. */
function withoutRun(run: Run): string {
  const text = filesOf(run).get('result.json') ?? ''
  expect(text).toMatch(/^"run": /m)
  return text.replace(/^"run": .*\n/m, '')
}

/** `report.html` without the section of the files beside it, one of which tells of the run. */
function withoutFiles(run: Run): string {
  const text = filesOf(run).get('report.html') ?? ''
  expect(text).toContain('Files beside this page</h2>')
  return text.replace(/<h2[^>]*>Files beside this page<.*?<\/table>/s, '')
}

/** Outputs that name paths of the run's own checkout. */
function places({ outputs }: Run) {
  const { 'output-directory': directory, 'sarif-file': sarif } = outputs
  return { 'output-directory': directory, 'sarif-file': sarif }
}
