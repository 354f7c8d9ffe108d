import { afterEach, describe, expect, test } from '@jest/globals'
import { github, type PullRequest, repository } from '../../sandbox/github/world.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { world } from '../../sandbox/world.ts'
import { createGitHub } from '../../src/github/client.ts'
import { baseConfig, changedFiles, repositoryVisibility } from '../../src/github/pull-request.ts'
import type { Change } from '../../src/host/run.ts'

const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
})

const BASE = 'b'.repeat(40)
const HEAD = 'a'.repeat(40)
const REPOSITORY = 'octo-org/octo-repo'
const PATH = '.github/access-key-rotation.yml'
const PULL: Change = { kind: 'pull-request', number: 7, baseSha: BASE, headSha: HEAD, fromFork: false }
const GROUP: Change = { kind: 'merge-group', baseSha: BASE, headSha: HEAD }

type Files = PullRequest['files']

function modified(count: number): Files {
  return Array.from({ length: count }, (_, index) => ({
    path: `f-${String(index).padStart(4, '0')}`,
    status: 'modified' as const,
  }))
}

async function start(parts: Parameters<typeof repository>[0], files: Files = []) {
  const pull = {
    number: 7,
    head: { ref: 'topic', sha: HEAD, fork: false },
    base: { ref: 'main', sha: BASE },
    files,
  }
  const served = world({
    github: github({
      repositories: [
        repository({
          pulls: new Map([[7, pull]]),
          comparisons: new Map([[`${BASE}...${HEAD}`, files]]),
          ...parts,
        }),
      ],
    }),
  })
  const sandbox = await startSandbox(served)
  running.push(sandbox)
  return {
    sandbox,
    client: await createGitHub(served.github.token, { apiUrl: sandbox.env['GITHUB_API_URL'] }),
  }
}

describe('changed files', () => {
  test.each([
    ['a pull request', PULL],
    ['a merge group', GROUP],
  ])('of %s, with the old names of renamed ones', async (_, change) => {
    const { client, sandbox } = await start({}, [
      { path: 'iam/ci.tf', status: 'renamed', previousPath: 'ci.tf' },
      { path: 'a b/#?.tf', status: 'removed' },
    ])
    const files = await changedFiles(client, REPOSITORY, change, () => {})
    expect(files).toEqual(['a b/#?.tf', 'ci.tf', 'iam/ci.tf'])
    expect(sandbox.violations()).toEqual([])
  })

  test.each([
    ['pull request', PULL, 250, true],
    ['pull request', PULL, 3000, false],
    ['merge group', GROUP, 299, true],
    ['merge group', GROUP, 300, false],
  ])('of a %s (%#) are all known, or said not to be', async (_, change, count, known) => {
    const { client } = await start({}, modified(count))
    const said: string[] = []
    const files = await changedFiles(client, REPOSITORY, change, line => said.push(line))
    expect(files).toEqual(known ? modified(count).map(({ path }) => path) : 'all')
    expect(said).toEqual(known ? [] : [expect.stringMatching(/every file counts as changed/)])
  })

  test('that the token may not list are an error naming the permission, not an empty list', async () => {
    const { client } = await start({
      permissions: { issues: 'none', contents: 'read', pullRequests: 'none' },
    })
    await expect(changedFiles(client, REPOSITORY, PULL, () => {})).rejects.toMatchObject({
      message: expect.stringContaining('list the files that this change touches'),
      remedy: expect.stringContaining('pull-requests: read'),
    })
  })
})

describe('the configuration at the base commit', () => {
  test('is read as it stood there', async () => {
    const text = 'exemptions: [] # ä\n'
    const { client, sandbox } = await start({ files: new Map([[BASE, new Map([[PATH, text]])]]) })
    expect(await baseConfig(client, REPOSITORY, PULL, PATH)).toBe(text)
    expect(sandbox.violations()).toEqual([])
  })

  test('is none where there was no file', async () => {
    const { client } = await start({ files: new Map([[BASE, new Map()]]) })
    expect(await baseConfig(client, REPOSITORY, PULL, PATH)).toBeNull()
  })

  test('that may not be read is an error naming the permission', async () => {
    const { client } = await start({
      permissions: { issues: 'none', contents: 'none', pullRequests: 'read' },
    })
    await expect(baseConfig(client, REPOSITORY, PULL, PATH)).rejects.toMatchObject({
      remedy: expect.stringContaining('contents: read'),
    })
  })
})

describe('visibility', () => {
  test.each(['public', 'private', 'internal'] as const)('%s', async visibility => {
    const { client } = await start({ visibility })
    expect(await repositoryVisibility(client, REPOSITORY)).toBe(visibility)
  })

  test('that GitHub does not tell is an error that names the repository', async () => {
    const { client } = await start({})
    await expect(repositoryVisibility(client, 'octo-org/other')).rejects.toThrow(
      'Could not read the visibility of octo-org/other: not found, or the token has no access',
    )
  })
})
