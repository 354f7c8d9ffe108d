/** The check of pull requests and merge groups: last night's evidence under the change's own configuration, without AWS. */
import { rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type ChangedFile, github, job, repository } from '../../sandbox/github/world.ts'
import { account, advance, daysAgo, world } from '../../sandbox/world.ts'
import { elements, hrefs, rendered, textOf } from '../publish/rendered.ts'
import { lay, type Night, type NightOptions, type Nights, staleUser, startNights } from './nights-support.ts'
import { checkout } from './support.ts'

const BASE = 'a'.repeat(40)
const HEAD = 'b'.repeat(40)
const CONFIG = '.github/access-key-rotation.yml'
const NIGHTLY = 1234567890

const FILES = {
  'iam/ci.tf': `resource "aws_iam_user" "ci" {
  name = "ci-deployer"
}

resource "aws_iam_access_key" "ci" {
  user = aws_iam_user.ci.name
}
`,
  'README.md': '# Infrastructure\n',
}

const RULE = `exemptions:
  - user: vendor-*
    reason: rotated by the vendor each quarter
    ticket: SEC-1234
    expires: ${daysAgo(-68).slice(0, 10)}
`

let nights: Nights
let nightly: Night
let workspace: string

beforeAll(async () => {
  const prod = account({
    alias: 'octo-prod',
    users: [
      staleUser('ci-deployer'),
      staleUser('vendor-feed', { ageDays: 150 }),
      staleUser('vendor-sftp', { ageDays: 140 }),
      staleUser('idle', { ageDays: 300, usedDaysAgo: 200 }),
    ],
  })
  nights = await startNights(
    world({
      accounts: [prod],
      job: job({ runId: NIGHTLY }),
      github: github({ repositories: [repository()] }),
    }),
  )
  workspace = checkout(FILES)
  nightly = await nights.night({ workspace })
})

beforeEach(() => {
  nights.repository.files.clear()
  rmSync(join(workspace, CONFIG), { force: true })
  advance(nights.sandbox.world, 0.375 - nights.sandbox.world.clockOffsetMs / 86_400_000)
})

/** A pull request from the base's files to the head's configuration; what is not given is as on the default branch. */
async function pullRequest(
  change: {
    readonly changed?: readonly string[]
    readonly base?: string
    readonly head?: string
    readonly fork?: boolean
  },
  options: NightOptions = {},
): Promise<Night> {
  const { changed = ['README.md'], base, head = base, fork = false } = change
  const { sandbox } = nights
  sandbox.world.job = job({
    eventName: 'pull_request',
    ref: 'refs/pull/7/merge',
    sha: 'c'.repeat(40),
    runId: NIGHTLY + 1,
    headRef: 'rotate',
    baseRef: 'main',
    idToken: false,
  })
  const files: ChangedFile[] = changed.map(path => ({ path, status: 'modified' }))
  const ref = { ref: 'rotate', sha: HEAD, fork }
  nights.repository.pulls.set(7, { number: 7, head: ref, base: { ref: 'main', sha: BASE }, files })
  if (base !== undefined) nights.repository.files.set(BASE, new Map([[CONFIG, base]]))
  if (head !== undefined) lay(workspace, { [CONFIG]: head })
  return check(options)
}

async function check({ inputs, ...options }: NightOptions = {}): Promise<Night> {
  const night = await nights.night({
    workspace,
    inputs: {
      'evidence-files': join(nightly.outputs['output-directory'] ?? '', 'evidence', '*.json'),
      'fail-on': 'changed',
      'create-issue': 'false',
      ...inputs,
    },
    ...options,
  })
  expect(night.requests.filter(({ service }) => service !== 'github')).toEqual([])
  expect(night.writes).toEqual([])
  return night
}

const headings = ({ summary }: Night) => elements(rendered({ markdown: summary ?? '' }), 'h2').map(textOf)
const words = ({ summary }: Night) => textOf(rendered({ markdown: summary ?? '' }))

describe('a pull request', () => {
  test('that touches the file which declares a stale key fails, at that line', async () => {
    const night = await pullRequest({ changed: ['iam/ci.tf', 'README.md'] })
    expect(night.exitCode).toBe(1)
    expect(night.file.step).toEqual({ fails: true, reason: 'changed', keys: [expect.any(String)] })
    expect(night.annotations).toContainEqual(
      expect.objectContaining({
        kind: 'error',
        file: 'iam/ci.tf',
        line: 5,
        title: expect.stringContaining('ci-deployer'),
      }),
    )
    expect(night.annotations.at(-1)?.message).toContain('1 is declared in files that this change touches')
  })

  test('that touches the resource of a module, whose call in another file declares a stale key, fails', async () => {
    const files = {
      'root.tf': 'module "ci" {\n  source = "./key"\n  name   = "ci-deployer"\n}\n',
      'key/main.tf': 'variable "name" {}\nresource "aws_iam_access_key" "k" {\n  user = var.name\n}\n',
    }
    const night = await pullRequest({ changed: ['key/main.tf'] }, { workspace: checkout(files) })
    expect(night).toMatchObject({ exitCode: 1, file: { step: { fails: true, reason: 'changed' } } })
  })

  test('that touches one of many files, each of which may declare a stale key, fails', async () => {
    const call = 'module "ci" {\n  source = "example/iam-access-key/aws"\n  user   = "ci-deployer"\n}\n'
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const files = Object.fromEntries(names.map(name => [`${name}/main.tf`, call]))
    const night = await pullRequest({ changed: ['g/main.tf'] }, { workspace: checkout(files) })
    expect(night).toMatchObject({ exitCode: 1, file: { step: { fails: true, reason: 'changed' } } })
    expect(night.annotations.at(-1)?.message).toContain(
      'declared, or may be, in files that this change touches',
    )
  })

  test('that touches another file passes and shows what is stale', async () => {
    const night = await pullRequest({ changed: ['README.md'] })
    expect(night.exitCode).toBe(0)
    expect(night.outputs).toMatchObject({ result: 'fail', 'stale-count': '4' })
    expect(headings(night)).toEqual(['All 4 active access keys are over 90 days'])
    expect(words(night)).toContain(
      'None is declared in a file that this change touches, so the check passes.',
    )
    for (const user of ['ci-deployer', 'vendor-feed', 'vendor-sftp', 'idle'])
      expect(words(night)).toContain(user)
    expect(night.annotations.filter(({ kind }) => kind === 'error')).toEqual([])
  })

  test('that renames the declaring file fails by the old name, too', async () => {
    const moved: ChangedFile = { path: 'iam/deploy.tf', status: 'renamed', previousPath: 'iam/ci.tf' }
    await pullRequest({})
    nights.repository.pulls.get(7)?.files.push(moved)
    expect((await check()).exitCode).toBe(1)
  })

  test('that adds an exemption previews whom it exempts until when, by which line, over whose evidence', async () => {
    const night = await pullRequest({ changed: [CONFIG], head: RULE })
    expect(night.exitCode).toBe(0)
    const until = daysAgo(-68).slice(0, 10)
    expect(headings(night)[0]).toBe(`This change exempts 2 keys until ${until}`)
    const [table] = elements(rendered({ markdown: night.summary ?? '' }), 'table')
    if (!table) throw new Error('no table')
    expect(textOf(table)).toMatch(/vendor-feed.*150\sdays.*rotated by the vendor each quarter \(SEC-1234\)/s)
    expect(textOf(table)).toMatch(/vendor-sftp.*140\sdays/s)
    expect(hrefs(table)[0]).toBe(`https://github.com/octo-org/octo-repo/blob/${'c'.repeat(40)}/${CONFIG}#L2`)
    expect(words(night)).toContain(
      '2 stale keys remain; none is declared in a file that this change touches, so the check passes. Evidence of an earlier run, 9 hours old.',
    )
    expect(hrefs(rendered({ markdown: night.summary ?? '' }))).toContain(
      `https://github.com/octo-org/octo-repo/actions/runs/${NIGHTLY}`,
    )
  })

  test('that removes an exemption previews the findings that come back', async () => {
    const night = await pullRequest({ changed: [CONFIG], base: RULE, head: 'exemptions: []\n' })
    expect(night.exitCode).toBe(0)
    expect(headings(night)[0]).toBe('This change makes 2 exempt keys findings again')
    expect(words(night)).toContain('A finding again: no exemption covers it any more')
    expect(words(night)).toContain('4 stale keys remain')
  })

  test('that deletes the whole configuration file previews it as well', async () => {
    const night = await pullRequest({ changed: [CONFIG], base: RULE, head: '' })
    rmSync(join(workspace, CONFIG))
    expect(headings(await check())[0]).toBe('This change makes 2 exempt keys findings again')
    expect(headings(night)[0]).toBe('This change makes 2 exempt keys findings again')
  })

  test('that changes nothing about exemptions shows no preview', async () => {
    const night = await pullRequest({ base: RULE })
    expect(headings(night)).toEqual(['All 4 active access keys are over 90 days (2 exempt)'])
  })

  test('with a broken configuration fails with an annotation at each broken line', async () => {
    const broken = RULE.replace('reason:', 'reasons:').replace(/expires: .*/, 'expires: 2031-02-30')
    const night = await pullRequest({ changed: [CONFIG], base: RULE, head: broken })
    expect(night.exitCode).toBe(1)
    expect(night.outputs['result']).toBe('error')
    expect(night.annotations).toContainEqual(
      expect.objectContaining({
        kind: 'error',
        file: CONFIG,
        line: 3,
        message: expect.stringContaining('reasons'),
      }),
    )
    expect(night.annotations).toContainEqual(
      expect.objectContaining({
        kind: 'error',
        file: CONFIG,
        line: 5,
        message: expect.stringContaining('2031-02-30'),
      }),
    )
    expect(words(night)).toContain(`${CONFIG}:5`)
  })

  test('whose base has a broken configuration is checked all the same, and the log says why nothing is previewed', async () => {
    const night = await pullRequest({ changed: [CONFIG], base: 'exemptions: nonsense\n', head: RULE })
    expect(night.exitCode).toBe(0)
    expect(night.log).toContain('No preview of the changed configuration')
  })

  test('that comes too long after the last nightly fails: the nightly has stopped, and where to look', async () => {
    advance(nights.sandbox.world, 3)
    const night = await pullRequest({})
    expect(night.exitCode).toBe(1)
    expect(night.outputs['result']).toBe('error')
    const message = night.annotations.at(-1)?.message ?? ''
    expect(message).toMatch(/The evidence is 81 hours old.*max-evidence-age-hours allows 48/)
    expect(message).toContain('has stopped or fails: look at its last runs')
    expect(words(night)).toContain('has stopped or fails')
  })

  test('without any evidence fails and says what is missing', async () => {
    const night = await pullRequest({}, { inputs: { 'evidence-files': 'nothing/*.json' } })
    expect(night.exitCode).toBe(1)
    expect(night.annotations.at(-1)?.message).toContain('evidence-files names files that do not exist')
  })

  test('from a fork is checked alike: a read-only token and no OIDC token are enough', async () => {
    const permissions = { issues: 'none', contents: 'read', pullRequests: 'read' } as const
    nights.repository.permissions = permissions
    const night = await pullRequest({ changed: ['iam/ci.tf'], head: RULE, fork: true })
    expect(night.exitCode).toBe(1)
    expect(headings(night)[0]).toMatch(/^This change exempts 2 keys/)
    expect(night.file.step.reason).toBe('changed')
  })

  test('whose file that could not be read may declare a stale key fails with the reason', async () => {
    lay(workspace, { 'iam/new.tf': 'resource "aws_iam_access_key" "new" {\n  user = ' })
    const night = await pullRequest({ changed: ['iam/new.tf'] })
    lay(workspace, { 'iam/new.tf': '' })
    expect(night.exitCode).toBe(1)
    expect(night.file.step.reason).toBe('unread')
    expect(night.log).toContain('a file that it touches could not be read')
    expect(night.log).toMatch(/iam\/new\.tf: line \d/)
  })

  test('that narrows where code is looked for is held to the base, too, and says what it changes', async () => {
    const night = await pullRequest({
      changed: [CONFIG, 'iam/ci.tf'],
      head: 'infrastructure: [other/*.tf]\n',
    })
    expect(night.exitCode).toBe(1)
    expect(night.file.step.reason).toBe('changed')
    expect(headings(night)[0]).toBe('This change of the configuration leaves every finding as it is')
    expect(words(night)).toContain('other/*.tf')
  })

  test('that narrows it is held to the usual files where the base cannot be read', async () => {
    const night = await pullRequest({
      changed: [CONFIG, 'iam/ci.tf'],
      base: 'infrastructure: nonsense\n',
      head: 'infrastructure: [other/*.tf]\n',
    })
    expect(night.file.step.reason).toBe('changed')
  })

  test('that touches a link out of the checkout fails, naming it', async () => {
    symlinkSync(tmpdir(), join(workspace, 'iam', 'shared'))
    const night = await pullRequest({ changed: ['iam/shared'] })
    const both = await pullRequest({ changed: ['iam/shared', 'iam/ci.tf'] })
    rmSync(join(workspace, 'iam', 'shared'))
    expect(night.exitCode).toBe(1)
    expect(night.file.step.reason).toBe('unread')
    for (const { annotations } of [night, both])
      expect(annotations).toContainEqual(
        expect.objectContaining({
          kind: 'error',
          message: expect.stringContaining('iam/shared: a symbolic link'),
        }),
      )
  })

  test('whose token cannot list the changed files fails and names the permission: that is no pass', async () => {
    const before = nights.repository.permissions
    nights.repository.permissions = { ...before, pullRequests: 'none' }
    const night = await pullRequest({})
    nights.repository.permissions = before
    expect(night.exitCode).toBe(1)
    expect(night.annotations).toContainEqual(
      expect.objectContaining({ kind: 'error', message: expect.stringContaining('pull-requests: read') }),
    )
  })

  test('asks for issues in vain: they are written by the nightly alone', async () => {
    nights.repository.permissions = { issues: 'write', contents: 'read', pullRequests: 'read' }
    const night = await pullRequest({}, { inputs: { 'create-issue': 'true' } })
    expect(night.writes).toEqual([])
    expect(night.exitCode).toBe(0)
  })
})

describe('a merge group', () => {
  const group = (files: readonly ChangedFile[]) => {
    nights.sandbox.world.job = job({
      eventName: 'merge_group',
      ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc',
      sha: HEAD,
      runId: NIGHTLY + 2,
      idToken: false,
    })
    const ref = { ref: 'rotate', sha: HEAD, fork: false }
    nights.repository.pulls.set(7, { number: 7, head: ref, base: { ref: 'main', sha: BASE }, files: [] })
    nights.repository.comparisons.set(`${BASE}...${HEAD}`, [...files])
  }

  test('that touches the declaring file fails', async () => {
    group([{ path: 'iam/ci.tf', status: 'modified' }])
    const night = await check()
    expect(night.exitCode).toBe(1)
    expect(night.file.step.reason).toBe('changed')
  })

  test('that does not passes, with the preview of its configuration', async () => {
    group([{ path: CONFIG, status: 'added' }])
    lay(workspace, { [CONFIG]: RULE })
    const night = await check()
    expect(night.exitCode).toBe(0)
    expect(headings(night)[0]).toMatch(/^This change exempts 2 keys/)
  })

  test('of 300 files or more is taken to touch every file', async () => {
    group(Array.from({ length: 300 }, (_, index) => ({ path: `docs/${index}.md`, status: 'modified' })))
    const night = await check()
    expect(night.exitCode).toBe(1)
    expect(night.log).toContain('every file counts as changed')
  })
})
