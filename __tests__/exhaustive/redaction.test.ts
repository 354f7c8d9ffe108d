import { createHash, createHmac, scryptSync } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { github, repository } from '../../sandbox/github/world.ts'
import { account, event, key, role, user, type World, world } from '../../sandbox/world.ts'
import { audit, callsOf, checkout, filesOf, issuesOf, placesOf, type Run, serve } from '../e2e/support.ts'

const FILES = { 'iam/zebra.tf': 'resource "aws_iam_access_key" "z" {\n  user = "zebra-user"\n}\n' }

/** Names in every place that can hold one. */
function zoo(): { served: World; names: RegExp } {
  const stale = key({ ageDays: 300, usedDaysAgo: 1 })
  const prod = account({
    id: '210987654321',
    alias: 'zebra-alias',
    // Root cannot be looked at live, so that its date stays unreadable.
    rootKeys: [key({ reportedRotation: 'zebra-date' })],
    roles: [role({ name: 'zebra-role' })],
    users: [
      user('zebra-user', { keys: [stale], tags: { owner: 'zebra-owner' } }),
      user('zebra-idle', { keys: [key({ ageDays: 200, usedDaysAgo: 100 })] }),
      user('zebra-soon', { keys: [key({ ageDays: 85 })] }),
      user('zebra-off', { keys: [key({ ageDays: 200, status: 'Inactive' })] }),
    ],
    events: [event({ accessKeyId: stale.id, userAgent: 'zebra-program/1.0', sourceAddress: '203.0.113.77' })],
  })
  const other = account({
    id: '333344445555',
    roles: [role({ name: 'zebra-role', webIdentity: { sub: ['zebra'] } })],
  })
  return {
    served: world({ accounts: [prod, other] }),
    names: /zebra|210987654321|333344445555|AKIA|203\.0\.113\.77/i,
  }
}

const INPUTS = {
  'role-to-assume': 'arn:aws:iam::210987654321:role/zebra-role\narn:aws:iam::333344445555:role/zebra-role',
  usage: 'true',
  'create-issue': 'true',
}

describe('names', () => {
  test.each(['public', 'internal'] as const)(
    'are hidden in every place of a repository that is %s',
    async visibility => {
      const { served, names } = zoo()
      served.github = github({ repositories: [repository({ visibility })] })
      const run = await audit(served, INPUTS, { workspace: checkout(FILES) })
      expect(placesWith(names, run)).toEqual([])
      expect(run.outputs).toMatchObject({ result: 'error', 'stale-count': '3', 'failed-account-count': '1' })
      expect([...filesOf(run).keys()].some(path => path.startsWith('evidence'))).toBe(false)
      expect(issuesOf(run.sandbox)).toHaveLength(1)
    },
  )

  test('are hidden where nothing tells the visibility: neither payload nor token nor answer', async () => {
    const { served, names } = zoo()
    served.job.claims = { repository_visibility: '' }
    served.faults = [{ service: 'github', action: 'GET /repos/{owner}/{repo}', kind: 'access-denied' }]
    const run = await audit(served, INPUTS, { workspace: checkout(FILES), event: { schedule: '17 3 * * *' } })
    const { files, summary, log, annotations } = placesOf(run.sandbox, run)
    for (const text of [files, summary, log, annotations]) expect(text).not.toMatch(names)
  })

  test('are written in full in a private repository, and where redact says never', async () => {
    for (const visibility of ['private', 'public'] as const) {
      const { served, names } = zoo()
      served.github = github({ repositories: [repository({ visibility })] })
      const run = await audit(
        served,
        { ...INPUTS, ...(visibility === 'public' ? { redact: 'never' } : {}) },
        { workspace: checkout(FILES) },
      )
      expect(placesWith(names, run)).toEqual(['log', 'summary', 'annotations', 'files', 'issues'])
      expect(filesOf(run).has('evidence/210987654321.json')).toBe(true)
    }
  })

  test('are hidden in a private repository where redact says always', async () => {
    const { served, names } = zoo()
    const run = await audit(served, { ...INPUTS, redact: 'always' }, { workspace: checkout(FILES) })
    expect(placesWith(names, run)).toEqual([])
  })

  test('stand in the issue of a private repository though the log is public', async () => {
    const { served, names } = zoo()
    const keeper = repository({ name: 'private-keys', visibility: 'private' })
    served.github = github({ repositories: [repository({ visibility: 'public' }), keeper] })
    const run = await audit(
      served,
      { ...INPUTS, 'issue-repository': 'octo-org/private-keys' },
      { workspace: checkout(FILES) },
    )
    expect(placesWith(names, run)).toEqual(['issues'])
    expect(keeper.issues[0]?.body).toMatch(/zebra-user/)
    expect(issuesOf(run.sandbox)).toEqual([])

    // What the private issue remembers of the keys that are gone is not for the public result.
    const { users } = served.accounts.get('210987654321') ?? {}
    users?.get('zebra-user')?.keys.splice(0)
    const next = await audit(
      run.sandbox,
      { ...INPUTS, 'issue-repository': 'octo-org/private-keys' },
      { workspace: checkout(FILES) },
    )
    expect(placesWith(names, next)).toEqual(['issues'])
    expect(keeper.issues[0]?.comments.at(-1)?.body).toMatch(/Resolved: .*zebra-user/s)
  })

  test('are hidden in the issue of a public repository though the log is private', async () => {
    const { served, names } = zoo()
    const keeper = repository({ name: 'public-keys', visibility: 'public' })
    served.github = github({ repositories: [repository(), keeper] })
    const run = await audit(
      served,
      { ...INPUTS, 'issue-repository': 'octo-org/public-keys' },
      { workspace: checkout(FILES) },
    )
    expect(placesWith(names, run)).toEqual(['log', 'summary', 'annotations', 'files'])
    expect(keeper.issues).toHaveLength(1)
  })

  test('are asked for no more often than needed: the payload tells the visibility', async () => {
    const { served } = zoo()
    const sandbox = await serve(served)
    await audit(sandbox, { ...INPUTS, 'create-issue': 'false' })
    expect(callsOf(sandbox)).not.toHaveProperty('github GET /repos/{owner}/{repo}')
  })
})

const SECRET = '0123456789abcdef0123456789abcdef'

describe.each([
  ['by number', {}],
  ['under a secret', { 'redaction-secret': SECRET }],
] as const)('what stands for names %s', (_, secret) => {
  const publicZoo = () => {
    const { served } = zoo()
    served.github = github({ repositories: [repository({ visibility: 'public' })] })
    return served
  }
  const INPUTS_OF = { ...INPUTS, ...secret, 'fail-on': 'never' }

  test('is no digest of a key ID, a user name, an ARN or an account, and holds no secret', async () => {
    const served = publicZoo()
    const run = await audit(served, INPUTS_OF, { workspace: checkout(FILES) })
    const published = [
      ...Object.values(placesOf(run.sandbox, run)),
      ...issuesOf(run.sandbox).map(stateIn),
    ].join('\n')
    const accounts = [...served.accounts.values()]
    const guesses = accounts.flatMap(({ id, users }) => [
      id,
      ...[...users.values()].flatMap(({ name, keys }) => [
        name,
        `arn:aws:iam::${id}:user/${name}`,
        ...keys.flatMap(key => [key.id, `arn:aws:iam::${id}:user/${name} ${key.createdAt}`]),
      ]),
    ])
    const digests = guesses.flatMap(guess =>
      digestsOf(
        guess,
        accounts.map(({ id }) => id),
      ),
    )
    expect(digests.length).toBeGreaterThan(500)
    expect(digests.filter(digest => published.includes(digest))).toEqual([])
    expect(published).not.toContain(SECRET)
  })

  test('is the same the next night, in the issue, the summary and the files', async () => {
    const first = await audit(publicZoo(), INPUTS_OF, { workspace: checkout(FILES) })
    const names = namesIn(first)
    expect(names.length).toBeGreaterThan(2)
    for (const name of names) expect(issuesOf(first.sandbox)[0]?.body).toContain(name)
    for (const name of names) expect(first.summary).toContain(name)
    first.sandbox.world.clockOffsetMs += 86_400_000
    expect(namesIn(await audit(first.sandbox, INPUTS_OF, { workspace: checkout(FILES) }))).toEqual(names)
  })
})

test('issue-per: user where names are hidden needs redaction-secret, which is said, and the rest is published', async () => {
  const { served } = zoo()
  served.github = github({ repositories: [repository({ visibility: 'public' })] })
  const run = await audit(served, { ...INPUTS, 'issue-per': 'user' }, { workspace: checkout(FILES) })
  expect(run.log).toContain('issue-per: user needs redaction-secret where names are hidden')
  expect(run.outputs).toMatchObject({ 'stale-count': '3' })
  expect(issuesOf(run.sandbox)).toEqual([])
})

test('redaction-secret is masked, and no error shows it', async () => {
  const { served } = zoo()
  const run = await audit(served, { ...INPUTS, 'redaction-secret': 'too-short-a-secret' })
  expect(run.exitCode).toBe(1)
  expect(run.log).toContain('redaction-secret: what was given is not accepted')
  expect(run.log).not.toContain('too-short-a-secret')
  expect(run.masks).toContain('too-short-a-secret')
})

/** The names of stale keys in result.json, oldest first. */
function namesIn(run: Run): string[] {
  return (run.result?.keys ?? []).flatMap(({ state, accessKeyId }) =>
    state === 'stale' && accessKeyId !== null ? accessKeyId : [],
  )
}

/** What an issue's hidden state holds. */
function stateIn({ body }: { readonly body: string | null }): string {
  const [, packed = ''] = /audit:state:1 (\S+)/.exec(body ?? '') ?? []
  return inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8')
}

/** The first eight letters of what a reader can compute of a name: usual hashes, bare and with usual keys. */
function digestsOf(text: string, accounts: readonly string[]): string[] {
  const keys = ['', 'aws-access-key-rotation-audit', 'octo-org/octo-repo', ...accounts]
  const texts = [
    text,
    ...['key', 'account', 'user', 'scope'].flatMap(kind => [`${kind}:${text}`, `${kind} ${text}`]),
  ]
  const slow = accounts.map(account =>
    scryptSync(account, 'aws-access-key-rotation-audit', 32, { N: 4096, r: 8, p: 1 }),
  )
  const digests = texts.flatMap(given => [
    ...['md5', 'sha1', 'sha256', 'sha512'].map(name => createHash(name).update(given).digest()),
    ...[...keys, ...slow].map(key => createHmac('sha256', key).update(given).digest()),
  ])
  return digests.flatMap(digest => [
    digest.toString('hex').slice(0, 8),
    digest.toString('base64url').slice(0, 8),
  ])
}

function placesWith(names: RegExp, run: Run): string[] {
  return Object.entries(placesOf(run.sandbox, run)).flatMap(([place, text]) =>
    names.test(text) ? [place] : [],
  )
}
