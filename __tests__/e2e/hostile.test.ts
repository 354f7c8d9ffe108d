import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { renderReport } from '../../sandbox/aws/report.ts'
import { github, repository } from '../../sandbox/github/world.ts'
import { mentionsIn } from '../../sandbox/render.ts'
import { account, daysAgo, event, key, role, user, type World, world } from '../../sandbox/world.ts'
import { awakened, elementNames, HOSTILE_TEXTS, hrefs, rendered } from '../publish/rendered.ts'
import { audit, checkout, issuesOf, keysOf, placesOf, type Run, replay } from './support.ts'

// What a CSV, XML and JSON can carry: no lone surrogate and no NUL; no blanks in front, which a saved report is read without.
const NAMES = HOSTILE_TEXTS.filter(text => !/[\u0000\ud800]|^<root_account>$|^[ \t]/.test(text))

/** Markup that summary and issue are made of. */
const OURS = new Set(
  'a blockquote br code del details div em h2 h3 h4 hr li p pre span strong sub summary table tbody td th thead tr ul'.split(
    ' ',
  ),
)

describe('hostile names', () => {
  const csv = renderReport(
    account({
      users: NAMES.map((name, index) =>
        user(name, { keys: [key({ ageDays: 100 + index, usedDaysAgo: 1 })] }),
      ),
    }),
  )

  test('are shown as text, and are nothing else, in summary, issue, annotations and log', async () => {
    const run = await replay(
      world(),
      { 'create-issue': 'true' },
      { workspace: checkout({ 'report.csv': csv }) },
    )
    expect(run.outputs).toMatchObject({ result: 'fail', 'stale-count': String(NAMES.length) })
    expect(new Set(keysOf(run).map(({ user }) => user))).toEqual(new Set(NAMES))
    expectInert(run)
  })
})

describe('hostile text from everywhere else', () => {
  const evil =
    '</td></table><h1>x</h1> [a](javascript:x) ![i](https://evil.example) @octo-org/team #1 `y` --> <!-- \n::error::z ##[error]w'

  test('tags, aliases, user agents, AWS’s and GitHub’s words, paths, reasons: all inert', async () => {
    const word = evil.replaceAll('\n', ' ')
    const stale = key({ ageDays: 100, usedDaysAgo: 1, service: word, region: word })
    const served: World = world({
      accounts: [
        account({
          alias: evil,
          users: [user('ci', { keys: [stale], tags: { owner: evil }, policies: [evil] })],
          events: [event({ accessKeyId: stale.id, userAgent: evil, sourceAddress: evil, eventName: evil })],
          rootKeys: [key({ reportedRotation: evil })],
        }),
        account({ id: '210987654321', roles: [role()] }),
      ],
      github: github({ repositories: [repository({ assignable: ['mona'] })] }),
      faults: [
        {
          kind: 'error',
          service: 'iam',
          account: '210987654321',
          error: { status: 403, code: 'AccessDenied', message: evil },
        },
      ],
    })
    const run = await audit(
      served,
      {
        'role-to-assume': 'arn:aws:iam::123456789012:role/audit,arn:aws:iam::210987654321:role/audit',
        usage: 'true',
        'create-issue': 'true',
      },
      {
        workspace: checkout({
          '.github/access-key-rotation.yml': `owners:\n  tag: owner\nexemptions:\n  - user: nobody\n    reason: ${JSON.stringify(evil)}\n    expires: 2027-01-31\n`,
          'iam/a ##[error]b `c`.tf': 'resource "aws_iam_access_key" "z" {\n  user = "ci"\n}\n',
        }),
      },
    )
    expect(run.outputs).toMatchObject({ result: 'error', 'failed-account-count': '1', 'stale-count': '2' })
    expectInert(run)
  })

  test('in the declarations that another repository wrote: all inert', async () => {
    const file = JSON.parse(
      readFileSync('fuzz/seeds/declarations/hostile.json', 'utf8').replace(
        /"at":\s*"[^"]+"/,
        `"at": "${daysAgo(0)}"`,
      ),
    )
    const sha256 = createHash('sha256').update(JSON.stringify(file.declarations)).digest('hex')
    const users = ['ci-deployer', 'two-keys'].map(name => user(name, { keys: [key({ ageDays: 200 })] }))
    const run = await audit(
      world({ accounts: [account({ users })] }),
      { 'declarations-from': 'declarations', 'create-issue': 'true' },
      {
        workspace: checkout({
          'declarations/octo-org/billing/declarations.json': JSON.stringify({ ...file, sha256 }),
          'declarations/octo-org/::error::x ##[error]y @team/.keep': '',
        }),
      },
    )
    expect(keysOf(run).map(each => each.declared?.of)).toEqual(['key', 'may-be'])
    expect(run.summary).toContain('octo-org/billing:')
    expectInert(run)
  })

  test('in an input or a file name cannot raise an annotation or a line of its own', async () => {
    const run = await audit(world(), { 'role-to-assume': evil, 'fail-on': evil, 'evidence-files': '' })
    expect(run.outputs['result']).toBe('error')
    expectInert(run)
    const missing = await replay(world(), { 'evidence-files': '::error::x ##[error]y @team.csv' })
    expect(missing.outputs['result']).toBe('error')
    expectInert(missing)
  })
})

function expectInert(run: Run): void {
  const issues = issuesOf(run.sandbox)
  const markdown = [run.summary ?? '', ...issues.map(({ body }) => body ?? '')]
  for (const text of markdown) {
    const tree = rendered(text)
    expect(elementNames(tree).filter(name => !OURS.has(name))).toEqual([])
    expect(
      hrefs(tree).filter(href => !/^https:\/\/github\.com\/octo-org\/(?:octo-repo|billing)\//.test(href)),
    ).toEqual([])
    expect(awakened(tree)).toEqual([])
    expect(mentionsIn(text)).toEqual([])
  }
  // GitHub reads no mentions in titles.
  for (const { title } of issues) expect(title).not.toMatch(/\p{Cc}/u)
  // Every annotation is one of ours, and the log has no second line that a name broke open.
  const commands = run.stdout.split(/\r\n?|\n/).filter(line => /^\s*::|##\[/.test(line))
  // A line that is one command is looked through for no other (actions/runner ActionCommandManager.cs).
  const ours = /^::(add-mask|debug|group|endgroup|(error|warning|notice) (title|file)=[^:]*)::/
  expect(commands.filter(line => !ours.test(line))).toEqual([])
  for (const { title } of run.annotations) expect(title).not.toBeNull()
  expect(placesOf(run.sandbox, run)['log']).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028]/)
}
