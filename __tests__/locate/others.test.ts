/** Declarations of other repositories, from the run that writes them to the audit that joins them. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { type DeclarationsFile, savedDeclarations } from '../../src/domain/declarations-file.ts'
import { locate } from '../../src/locate/locate.ts'
import { joinDeclarations, type Others, type OthersRequest, readOthers } from '../../src/locate/others.ts'
import { violations } from '../publish/validate.ts'
import { FIXTURE, inCheckout } from './checkout.ts'

const NOW = new Date('2026-11-24T00:00:00Z')
const COMMIT = 'c'.repeat(40)

const directories: string[] = []
afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const NOTHING = savedDeclarations({ ...NO_DECLARATIONS, scan: { ...NO_DECLARATIONS.scan, source: 'git' } })
const KEY = {
  path: 'iam/ci.tf',
  line: 1,
  tool: 'terraform',
  userName: 'ci',
  address: 'aws_iam_access_key.ci',
  status: null,
  edits: {
    deactivate: { diff: null, note: null },
    remove: { diff: null, note: null },
    second: { diff: null, note: null },
  },
}

const BESIDE = {
  CODEOWNERS: 'iam/ @octo-org/platform',
  'deploy.sh': 'AKIAZZZZZZZZZZZZZ234',
  'cdk/app.ts': `import * as iam from 'aws-cdk-lib/aws-iam'\nnew iam.AccessKey(this, 'Key', { user: iam.User.fromUserName(this, 'User', 'nightly-export') })\n`,
}

/** What a `declarations-only` run of the repository writes, with these declarations. */
function written(repository: string, declares: object = {}, over: object = {}): object {
  const declarations = { ...NOTHING, ...declares }
  return {
    kind: 'declarations',
    version: 1,
    repository,
    commit: COMMIT,
    ref: 'refs/heads/main',
    at: '2026-11-23T12:00:00Z',
    runUrl: null,
    sha256: createHash('sha256').update(JSON.stringify(declarations)).digest('hex'),
    declarations,
    ...over,
  }
}

/** Reads a directory of these files; null: the directory is there, but not the file. */
async function read(
  files: Readonly<Record<string, object | string | null>>,
  over: Partial<OthersRequest> = {},
): Promise<Others> {
  const directory = mkdtempSync(join(tmpdir(), 'others-'))
  directories.push(directory)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(content === null ? join(directory, path) : dirname(join(directory, path)), { recursive: true })
    if (content !== null)
      writeFileSync(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return readOthers({ directory, own: 'octo-org/octo-repo', now: NOW, maxAgeHours: 48, ...over })
}

const fileOf = (name: string) => `${name}/declarations.json`
const doubtsOf = ({ repositories }: Others) => Object.fromEntries(repositories.map(it => [it.name, it.doubt]))

test('all that locate finds in a repository comes back from its file, each line with its repository', async () => {
  const { declarations } = await inCheckout({ [FIXTURE]: '', ...BESIDE }, 'git', root =>
    locate(root, EMPTY_CONFIG.infrastructure),
  )
  const saved = savedDeclarations(declarations)
  const file = written('octo-org/billing', saved ?? {})
  expect(violations('schemas/declarations.v1.json', file)).toEqual([])
  const others = await read({ [fileOf('octo-org/billing')]: file })
  expect(others.problems).toEqual([])
  const joined = joinDeclarations(NO_DECLARATIONS, others)
  for (const field of ['users', 'keys', 'possibleKeys', 'keyMakers', 'keyIds', 'codeOwners'] as const) {
    expect(declarations[field].length).toBeGreaterThan(0)
    const repository = { name: 'octo-org/billing', commit: COMMIT }
    expect(joined[field]).toEqual(
      declarations[field].map(it => ({
        ...it,
        repository,
        ...('resource' in it && it.resource ? { resource: { ...it.resource, repository } } : {}),
      })),
    )
  }
})

describe('a file that cannot be used fails itself alone, and leaves its repository in doubt', () => {
  const file = written('octo-org/bad', { keys: [KEY] }) as DeclarationsFile
  const withKey = (over: object) => written('octo-org/bad', { keys: [{ ...KEY, ...over }] })
  test.each<[string, object | string, RegExp]>([
    ['cut off', JSON.stringify(file).slice(0, -20), /it is not JSON/],
    ['empty', '', /it is not JSON/],
    ['null', 'null', /no declarations\.json of this action/],
    ['evidence', { kind: 'evidence', version: 1 }, /no declarations\.json of this action/],
    ['of another version', { ...file, version: 2 }, /^octo-org\/bad$/],
    ['edited', { ...file, declarations: { ...file.declarations, keys: [] } }, /does not match its SHA-256/],
    ['of another repository', written('octo-org/good'), /it says that it is of octo-org\/good/],
    ['of a name that is none', written('octo-org/bad](https://evil.example)'), /repository is not what/],
    ['with an unknown field', { ...file, extra: 1 }, /extra is not what this action writes/],
    [
      'with a path that leads out',
      withKey({ path: '../../etc/passwd' }),
      /declarations\.keys\.0\.path is not/,
    ],
    ['with an absolute path', withKey({ path: '/etc/passwd' }), /declarations\.keys\.0\.path is not/],
    ['with a path through itself', withKey({ path: 'iam/../../x.tf' }), /declarations\.keys\.0\.path is not/],
    ['with a line that is none', withKey({ line: 0 }), /declarations\.keys\.0\.line is not/],
    ['without a commit', written('octo-org/bad', {}, { commit: 'main' }), /commit is not/],
    ['too large', `{"kind":"declarations"${' '.repeat(16 * 2 ** 20)}}`, /larger than 16 MiB/],
    [
      'with too many possible declarations',
      written('octo-org/bad', {
        possibleKeys: Array.from({ length: 2001 }, (_, index) => ({
          path: 'a.tf',
          line: index + 1,
          tool: null,
          address: '',
          users: [null],
          reason: '',
        })),
      }),
      /declarations\.possibleKeys is not/,
    ],
  ])('%s', async (_, content, detail) => {
    const others = await read({
      [fileOf('octo-org/bad')]: content,
      [fileOf('octo-org/good')]: written('octo-org/good', { keys: [KEY] }),
    })
    expect(others.joined.flatMap(({ keys }) => keys.map(key => key.repository?.name))).toEqual([
      'octo-org/good',
    ])
    expect(others.problems).toHaveLength(1)
    expect(others.problems[0]?.detail).toMatch(detail)
    expect(others.problems[0]?.message).not.toContain('octo-org')
    expect(doubtsOf(others)).toEqual({
      'octo-org/bad': 'its declarations cannot be used',
      'octo-org/good': null,
    })
  })
})

test('a link in place of the file is not followed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'others-'))
  directories.push(directory)
  for (const name of ['octo-org/bad', 'octo-org/good']) mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, fileOf('octo-org/good')), JSON.stringify(written('octo-org/good')))
  symlinkSync('../good/declarations.json', join(directory, fileOf('octo-org/bad')))
  const others = await readOthers({ directory, own: '', now: NOW, maxAgeHours: 48 })
  expect(others.problems.map(({ detail }) => detail)).toEqual(['octo-org/bad: it is no regular file'])
})

test.each<[string, Parameters<typeof read>[0], Record<string, string | null>]>([
  ['without a file', { 'octo-org/a': null }, { 'octo-org/a': 'its declarations are missing' }],
  [
    'older than allowed',
    { [fileOf('octo-org/a')]: written('octo-org/a', {}, { at: '2026-11-21T23:59:59Z' }) },
    { 'octo-org/a': 'what it declares is known of long ago' },
  ],
  [
    'of tomorrow',
    { [fileOf('octo-org/a')]: written('octo-org/a', {}, { at: '2026-11-25T00:00:00Z' }) },
    { 'octo-org/a': 'its declarations are of an instant that is yet to come' },
  ],
  [
    'twice, for GitHub knows no upper case',
    { [fileOf('octo-org/A')]: written('octo-org/A'), [fileOf('octo-org/a')]: written('octo-org/a') },
    { 'octo-org/A': null, 'octo-org/a': 'its declarations are there twice' },
  ],
  [
    'in the wrong place',
    { 'declarations.json': written('octo-org/a'), [fileOf('octo-org/a')]: written('octo-org/a') },
    { 'declarations.json': 'it is no directory OWNER/NAME', 'octo-org/a': null },
  ],
  [
    'for no repository of one of the owners',
    { 'octo-labs': null, [fileOf('octo-org/a')]: written('octo-org/a') },
    { 'octo-labs': 'it is no directory OWNER/NAME', 'octo-org/a': null },
  ],
  ['not at all', {}, { '': 'declarations-from holds no repository' }],
])('declarations that are there %s are a problem, and in doubt', async (_, files, doubts) => {
  const others = await read(files)
  expect(doubtsOf(others)).toEqual(doubts)
  expect(others.problems).toHaveLength(1)
})

describe.each<[string, string, string]>([
  ['a directory of an owner', 'octo-labs', 'its directory could not be read'],
  ['a directory of a repository', 'octo-labs/b', 'its declarations cannot be used'],
])('%s that may not be read', (_, closed, doubt) => {
  test('counts as unread, not as empty or missing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'others-'))
    directories.push(directory)
    for (const name of ['octo-org/a', 'octo-labs/b']) {
      mkdirSync(join(directory, name), { recursive: true })
      writeFileSync(join(directory, fileOf(name)), JSON.stringify(written(name)))
    }
    const others = await withoutRights([directory, join(directory, closed)], () =>
      readOthers({ directory, own: '', now: NOW, maxAgeHours: 48 }),
    )
    expect(doubtsOf(others)).toEqual({ 'octo-org/a': null, [closed]: doubt })
    expect(others.problems).toHaveLength(1)
  })
})

/** Acts as somebody who may not enter the second directory, though a superuser may run the tests. */
async function withoutRights<T>(
  [open = '', closed = '']: readonly string[],
  act: () => Promise<T>,
): Promise<T> {
  const isSuperuser = process.geteuid?.() === 0
  chmodSync(open, 0o755)
  chmodSync(closed, 0)
  if (isSuperuser) process.seteuid?.(NOBODY)
  try {
    return await act()
  } finally {
    if (isSuperuser) process.seteuid?.(0)
    chmodSync(closed, 0o755)
  }
}

const NOBODY = 65534

describe('beyond the bounds of all files together a file is told, and the ones before it are joined', () => {
  test('in places that may declare keys', async () => {
    const place = { path: 'a.tf', line: 1, tool: null, address: '', users: ['x'], reason: '' }
    const possibleKeys = Array.from({ length: 2000 }, () => place)
    const names = Array.from({ length: 6 }, (_, index) => `octo-org/r${index}`)
    const others = await read(
      Object.fromEntries(names.map(name => [fileOf(name), written(name, { possibleKeys })])),
    )
    expect(others.joined).toHaveLength(5)
    expect(others.problems.map(({ detail }) => detail)).toEqual([
      'octo-org/r5: all files together have more than 10000 places that may declare keys',
    ])
  })

  test('in bytes', async () => {
    const names = Array.from({ length: 17 }, (_, index) => `octo-org/r${10 + index}`)
    const directory = mkdtempSync(join(tmpdir(), 'others-'))
    directories.push(directory)
    for (const name of names) {
      mkdirSync(join(directory, name), { recursive: true })
      writeFileSync(join(directory, fileOf(name)), '')
      truncateSync(join(directory, fileOf(name)), 16 * 2 ** 20)
    }
    const { problems } = await readOthers({ directory, own: '', now: NOW, maxAgeHours: 48 })
    const lines = problems.flatMap(({ detail }) => detail?.split('\n') ?? [])
    expect(lines.at(-1)).toBe('octo-org/r26: all files together are larger than 256 MiB')
    expect(lines.filter(line => line.includes('all files together'))).toHaveLength(1)
  })
})

test.each([
  ['ended early', { stoppedBy: 'the limit of 60 seconds' }, 'its checkout was not read to its end'],
  ['left files unread', { skippedCount: 3 }, 'files of its checkout could not be read'],
  [
    'knew no git',
    { source: 'directory' },
    'it was no git checkout, so that nothing tells whether all files were there',
  ],
])(
  'a scan that %s is no problem of the audit, but leaves its repository in doubt',
  async (_, scan, doubt) => {
    const declares = { scan: { ...NOTHING?.scan, ...scan } }
    const others = await read({ [fileOf('octo-org/a')]: written('octo-org/a', declares) })
    expect(others.problems).toEqual([])
    expect(doubtsOf(others)).toEqual({ 'octo-org/a': doubt })
  },
)

test('the file of the audit’s own repository is left to its checkout', async () => {
  const others = await read({
    [fileOf('octo-org/octo-repo')]: written('octo-org/octo-repo', { keys: [KEY] }),
    [fileOf('octo-org/a')]: written('octo-org/a'),
  })
  expect([doubtsOf(others), others.problems]).toEqual([{ 'octo-org/a': null }, []])
  expect(joinDeclarations(NO_DECLARATIONS, others).keys).toEqual([])
})

test('what is old is joined all the same: a declaration forgotten would make its key look undeclared', async () => {
  const old = written('octo-org/a', { keys: [KEY] }, { at: '2026-01-01T00:00:00Z' })
  const others = await read({ [fileOf('octo-org/a')]: old })
  expect(joinDeclarations(NO_DECLARATIONS, others).keys.map(({ userName }) => userName)).toEqual(['ci'])
  const asOfThen = await read({ [fileOf('octo-org/a')]: old }, { maxAgeHours: null })
  expect(asOfThen.problems).toEqual([])
})
