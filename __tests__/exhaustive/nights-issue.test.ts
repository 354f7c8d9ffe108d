/** What an issue tells from night to night, and what people do with it in between. */
import { describe, expect, test } from '@jest/globals'
import { issue as foreignIssue } from '../../sandbox/github/world.ts'
import { advance, daysAgo, deleteUser } from '../../sandbox/world.ts'
import { COMMENT, lay, staleUser, start, stepsOf, UPDATE } from '../e2e/nights-support.ts'
import { checkout } from '../e2e/support.ts'
import { awakened, HOSTILE_TEXTS, rendered, textOf } from '../publish/rendered.ts'

const CONFIG = '.github/access-key-rotation.yml'

describe('one issue', () => {
  test('per account and per user goes to the owner, and each stands alone', async () => {
    const config = `owners:
  tag: owner
  users:
    - { user: ci-*, owner: mona }
`
    const {
      night,
      repository: repo,
      prod,
    } = await start(
      [
        staleUser('ci-deployer'),
        { ...staleUser('data-export'), tags: { owner: 'octocat' } },
        { ...staleUser('vendor'), tags: { owner: 'Vendor Ltd @octo-org/team' } },
      ],
      { assignable: ['mona', 'octocat'] },
    )
    const workspace = checkout({ [CONFIG]: config })
    const perUser = () => night({ workspace, inputs: { 'issue-per': 'user' } })
    const perAccount = () => night({ workspace, inputs: { 'issue-per': 'account' } })
    await perUser()
    expect(repo.issues.map(({ title, assignees }) => [title, assignees])).toEqual([
      ['1 stale AWS access key of ci-deployer in octo-prod', ['mona']],
      ['1 stale AWS access key of data-export in octo-prod', ['octocat']],
      ['1 stale AWS access key of vendor in octo-prod', []],
    ])
    expect(awakened(rendered(repo.issues[2]?.body ?? ''))).toEqual([])
    expect((await perUser()).writes).toEqual([])
    prod.users.get('ci-deployer')?.keys.splice(0)
    await perUser()
    expect(repo.issues.map(({ state }) => state)).toEqual(['closed', 'open', 'open'])

    await perAccount()
    expect(repo.issues[3]).toMatchObject({
      title: '2 stale AWS access keys in octo-prod',
      assignees: ['octocat'],
    })
    expect((await perAccount()).writes).toEqual([])
    expect((await perUser()).writes).toEqual([])
  })

  test('tells a key that an exemption takes away, which it no longer tracks', async () => {
    const { night, issue, sandbox } = await start([staleUser('vendor-feed'), staleUser('carol')])
    const workspace = checkout({ 'README.md': '' })
    await night({ workspace })
    lay(workspace, {
      [CONFIG]: `exemptions:\n  - { user: vendor-*, reason: by the vendor, expires: ${daysAgo(-30).slice(0, 10)} }\n`,
    })
    expect((await night({ workspace })).writes).toEqual([UPDATE, COMMENT])
    expect(textOf(rendered(issue().comments[0]?.body ?? ''))).toMatch(/vendor-feed .* exempted, 30 days late/)
    expect(stepsOf(issue().body, 'vendor-feed')).toEqual([])
    expect((await night({ workspace })).writes).toEqual([])
    // The rule has expired: the key is a finding once more.
    advance(sandbox.world, 32)
    const back = await night({ workspace })
    expect(back.writes).toEqual([UPDATE, COMMENT])
    expect(issue().comments.at(-1)?.body).toContain('1 new')
    expect(back.annotations).toContainEqual(
      expect.objectContaining({
        kind: 'warning',
        file: CONFIG,
        line: 2,
        title: expect.stringMatching(/^Exemption expired on/),
      }),
    )
  })

  test('reminds of what is 30 days overdue, at most once in 30 days', async () => {
    const { night, issue, sandbox } = await start([staleUser('carol', { ageDays: 130, usedDaysAgo: 100 })])
    await night()
    const comments: number[] = []
    for (const days of [29, 1, 1, 28, 1]) {
      advance(sandbox.world, days)
      await night()
      comments.push(issue().comments.length)
    }
    expect(comments).toEqual([0, 1, 1, 1, 2])
    expect(issue().comments[0]?.body).toContain('Reminder: 1 key has been stale for 30 days or more')
  })

  test('keeps what people change: text below the line, labels, assignees, line ends', async () => {
    const { night, issue, prod, sandbox } = await start([staleUser('carol'), staleUser('dora')], {
      assignable: ['mona', 'rita'],
    })
    const inputs = { 'issue-assignees': 'mona' }
    await night({ inputs })
    const mine = issue()
    expect(mine.assignees).toEqual(['mona'])
    mine.body = `${mine.body?.replaceAll('\n', '\r\n')}\r\nAsked the vendor on Monday. ✔\r\n`
    mine.labels.push('security')
    mine.assignees = ['rita']
    expect((await night({ inputs })).writes).toEqual([])
    deleteUser(sandbox.world, prod, 'dora')
    expect((await night({ inputs })).writes).toEqual([UPDATE, COMMENT])
    expect(issue().body).toMatch(/\nAsked the vendor on Monday\. ✔\n$/)
    expect(issue()).toMatchObject({ labels: ['aws-access-keys', 'security'], assignees: ['rita'] })
  })

  test('that somebody closed as not planned mutes its keys; one closed as done opens again', async () => {
    const { night, issue, prod, sandbox } = await start([staleUser('carol')])
    await night()
    advance(sandbox.world, 1)
    const closedBy = { login: 'octocat', id: 1, type: 'User' } as const
    Object.assign(issue(), { state: 'closed', stateReason: 'not_planned', closedBy })
    const left = await night()
    expect(left.writes).toEqual([])
    expect(left.log).toContain('left as it is: it was closed as not planned')
    expect(left.summary).toContain('Muted: their issue was closed as not planned')
    prod.users.set('dora', staleUser('dora'))
    advance(sandbox.world, 1)
    Object.assign(issue(), { state: 'closed', stateReason: 'completed' })
    expect((await night()).writes).toEqual([UPDATE, COMMENT])
    expect(issue()).toMatchObject({ state: 'open', title: '2 stale AWS access keys in octo-prod' })
  })

  test('with a hidden state damaged by hand is rebuilt, and tells nothing as new', async () => {
    const { night, issue, sandbox, keyOf } = await start([staleUser('carol')])
    await night()
    const whole = issue().body ?? ''
    issue().body = whole.replace(/(:state:1 )\S+/, '$1bm9uc2Vuc2U=')
    expect((await night()).writes).toEqual([UPDATE])
    expect(issue().comments).toEqual([])
    const rebuilt = /state:1 (\S+)/.exec(issue().body ?? '')?.[1]
    expect(rebuilt).not.toBe('bm9uc2Vuc2U=')
    keyOf('carol').status = 'Inactive'
    advance(sandbox.world, 1)
    await night()
    expect(issue().comments.at(-1)?.body).toContain('deactivated')
  })

  test('of somebody else with our marker is never touched', async () => {
    const first = await start([staleUser('carol')])
    await first.night()
    const body = first.issue().body
    const stranger = { login: 'mallory', id: 666, type: 'User' } as const
    const copies = [
      foreignIssue(1, { body, labels: ['aws-access-keys'], author: stranger }),
      foreignIssue(2, { body, labels: [], author: { login: 'other-app[bot]', id: 6, type: 'Bot' } }),
      foreignIssue(3, { body: 'Keys!', labels: ['aws-access-keys'] }),
      foreignIssue(4, { body, labels: ['aws-access-keys'], pullRequest: true }),
    ]
    const before = JSON.stringify(copies)
    const { night, repository: repo } = await start([staleUser('carol')], { issues: copies })
    await night()
    expect(JSON.stringify(repo.issues.slice(0, 4))).toBe(before)
    expect(repo.issues).toHaveLength(5)
    expect(repo.issues[4]?.state).toBe('open')
  })

  test('shows hostile names and tags as text, pinging nobody', async () => {
    const names = ['a@b.c', 'team+x=1,y', '@octo-org', '=cmd', '-x', '__proto__', '+1', 'constructor']
    const tags = HOSTILE_TEXTS.slice(0, 40).map((text, index) => ({
      ...staleUser(`tagged-${index}`),
      tags: { owner: text },
    }))
    const { night, issue } = await start([...names.map(name => staleUser(name)), ...tags])
    const workspace = checkout({ [CONFIG]: 'owners: { tag: owner }\n' })
    const run = await night({ workspace })
    expect(run.file.counts.stale).toBe(names.length + tags.length)
    for (const text of [issue().body ?? '', run.summary ?? '']) {
      expect(awakened(rendered(text))).toEqual([])
      for (const name of names) expect(textOf(rendered(text))).toContain(name)
    }
    expect(run.annotations.filter(({ title }) => title === null)).toEqual([])
    expect((await night({ workspace })).writes).toEqual([])
  })
})
