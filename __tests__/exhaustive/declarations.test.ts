/** Declarations live in many repositories, the audit runs in one. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { github, repository } from '../../sandbox/github/world.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { account, key, remediationRoles, user, world } from '../../sandbox/world.ts'
import { gitCheckout } from '../e2e/nights-support.ts'
import { audit, checkout, filesOf, issuesOf, keysOf, type Run, serve } from '../e2e/support.ts'
import { violations } from '../publish/validate.ts'

const COMMIT = 'c0ffee0000000000000000000000000000000000'
const JOINED = 'declarations'

const keyOf = (name: string) =>
  `resource "aws_iam_access_key" "${name}" {\n  user = aws_iam_user.${name}.name\n}\n\nresource "aws_iam_user" "${name}" {\n  name = "${name}"\n}\n`

const plain = () =>
  serve(
    world({
      github: github({ repositories: [repository({ visibility: 'private' })] }),
      accounts: [
        account({
          users: ['billing', 'search', 'shared', 'nobody'].map(name =>
            user(name, { keys: [key({ ageDays: 200, usedDaysAgo: 1 })] }),
          ),
        }),
      ],
    }),
  )

/** What the job in the repository writes, over a git checkout: of any other, nobody knows what is missing. */
async function declare(
  sandbox: Sandbox,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<Run> {
  return audit(
    sandbox,
    { 'declarations-only': 'true', 'role-to-assume': '' },
    { workspace: gitCheckout(files), env: { GITHUB_REPOSITORY: name, GITHUB_SHA: COMMIT } },
  )
}

function joining(declared: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, text]) => [`${JOINED}/${name}/declarations.json`, text]),
  )
}

describe('an audit that joins the declarations of three repositories', () => {
  let sandbox: Sandbox
  let files: Readonly<Record<string, string>>
  let run: Run
  beforeAll(async () => {
    sandbox = await plain()
    const declared: Record<string, string> = {}
    for (const [name, code] of [
      [
        'octo-org/billing',
        { 'iam/ci.tf': keyOf('billing') + keyOf('shared'), CODEOWNERS: '* @octo-org/money' },
      ],
      ['octo-org/search', { 'main.tf': keyOf('search') + keyOf('shared') }],
      ['octo-org/docs', { 'README.md': 'Nothing.' }],
    ] as const)
      declared[name] = filesOf(await declare(sandbox, name, code)).get('declarations.json') ?? ''
    files = joining(declared)
    run = await audit(sandbox, { 'declarations-from': JOINED }, { workspace: checkout(files) })
  })

  test('each job writes a valid file, and asks nobody for anything', async () => {
    const alone = await plain()
    const { exitCode, workspace, log } = await declare(alone, 'octo-org/billing', { 'a.tf': keyOf('a') })
    expect([exitCode, alone.requests]).toEqual([0, []])
    expect(log).toContain('Declarations written: 1 access key, 1 user')
    const text = readFileSync(join(workspace, 'audit/declarations.json'), 'utf8')
    expect(violations('schemas/declarations.v1.json', JSON.parse(text))).toEqual([])
  })

  test('links each key to its line in the repository that declares it, at the commit that was read', () => {
    const declared = Object.fromEntries(keysOf(run).map(each => [each.user, each.declared]))
    expect(declared['billing']).toMatchObject({
      of: 'key',
      candidates: [{ path: 'iam/ci.tf', line: 1, repository: { name: 'octo-org/billing', commit: COMMIT } }],
    })
    expect(declared['nobody']).toBeNull()
    expect(run.summary).toContain(
      `<a href="https://github.com/octo-org/billing/blob/${COMMIT}/iam/ci.tf#L1"><code>octo-org/billing:iam/ci.tf:1</code></a>`,
    )
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('Declarations of 3 other repositories asked for: all are known')
  })

  test('takes the owner from that repository’s CODEOWNERS, and from no other', () => {
    const owners = Object.fromEntries(keysOf(run).map(each => [each.user, each.owner?.name]))
    expect(owners).toMatchObject({ billing: 'octo-org/money', search: undefined })
  })

  test('says of a user whom two repositories declare that it may be either', () => {
    const shared = keysOf(run).find(each => each.user === 'shared')?.declared
    expect(shared).toMatchObject({ of: 'one-of-several', mayBeByHand: true })
    expect(shared?.reason).toBe('several repositories declare a user of this name')
    expect(shared?.candidates.map(it => it.repository?.name)).toEqual(['octo-org/billing', 'octo-org/search'])
  })

  test('annotates no file of its own checkout, nor alerts on one, for what stands elsewhere', () => {
    expect(run.annotations.map(({ file }) => file).filter(Boolean)).toEqual([])
    const sarif = filesOf(run).get('findings.sarif') ?? ''
    expect(sarif).not.toContain('"uri":"iam/ci.tf"')
  })

  test('links an issue to the line wherever it is read, so that a commit there changes no issue', async () => {
    const served = await plain()
    await audit(
      served,
      { 'declarations-from': JOINED, 'create-issue': 'true' },
      { workspace: checkout(files) },
    )
    const [issue] = issuesOf(served)
    expect(issue?.body).toContain('https://github.com/octo-org/billing/blob/HEAD/iam/ci.tf')
    expect(issue?.body).not.toContain(COMMIT)
  })

  test('is told what is missing, old, and of whom, and the rest is joined', async () => {
    const [billing = ''] = Object.values(files)
    const broken = {
      ...files,
      [`${JOINED}/octo-org/search/declarations.json`]: billing,
      [`${JOINED}/octo-org/docs/declarations.json`]: '{',
    }
    const doubtful = await audit(
      sandbox,
      { 'declarations-from': JOINED, 'fail-on': 'never' },
      {
        workspace: checkout(broken),
      },
    )
    expect(doubtful.exitCode).toBe(1)
    expect(doubtful.result?.step.reason).toBe('failures')
    expect(doubtful.log).toContain('octo-org/docs: it is not JSON')
    expect(doubtful.log).toContain('octo-org/search: it says that it is of octo-org/billing')
    expect(doubtful.log).toContain('2 may declare more than is known')
    expect(keysOf(doubtful).find(each => each.user === 'billing')?.declared?.of).toBe('key')
  })

  test('names no repository where names are hidden', async () => {
    const broken = { ...files, [`${JOINED}/octo-org/docs/declarations.json`]: '{' }
    const hidden = await audit(
      sandbox,
      { 'declarations-from': JOINED, redact: 'always' },
      {
        workspace: checkout(broken),
      },
    )
    const shown = [
      hidden.log,
      hidden.summary,
      JSON.stringify(hidden.annotations),
      ...filesOf(hidden).values(),
    ]
    for (const text of shown) expect(text).not.toMatch(/billing|octo-org\/(?:search|docs)/)
    expect(hidden.log).toContain('1 may declare more than is known')
  })
})

describe('remediation beside declarations of other repositories', () => {
  const LIMITS = 'remediation:\n  deactivate-after-idle-days: 90\n'
  const idle = (name: string) => user(name, { keys: [key({ ageDays: 400, usedDaysAgo: 300 })] })

  /** What becomes of the idle keys of `declared`, whose key another repository declares, and of `by-hand`. */
  async function apply(
    joined: (declared: string) => Readonly<Record<string, string>>,
    config = LIMITS,
  ): Promise<Readonly<Record<string, string | undefined>>> {
    const prod = account({
      users: [idle('declared'), idle('by-hand')],
      roles: remediationRoles(),
    })
    const sandbox = await serve(world({ accounts: [prod] }))
    const written = await declare(sandbox, 'octo-org/billing', { 'a.tf': keyOf('declared') })
    const workspace = gitCheckout({
      '.github/access-key-rotation.yml': config,
      ...joined(filesOf(written).get('declarations.json') ?? ''),
    })
    const { result } = await audit(
      sandbox,
      {
        'declarations-from': JOINED,
        remediation: 'apply',
        'remediation-role': 'arn:aws:iam::123456789012:role/remediation',
      },
      { workspace },
    )
    const statuses = [...prod.users.values()].map(({ name, keys }) => [name, keys[0]?.status])
    return { ...Object.fromEntries(statuses), refused: result?.remediation?.refused ?? undefined }
  }

  const whole = (declared: string) => joining({ 'octo-org/billing': declared })

  test('changes an undeclared key where all was read, and never one that another repository declares', async () => {
    expect(await apply(whole)).toEqual({ declared: 'Active', 'by-hand': 'Inactive' })
  })

  test.each<[string, (declared: string) => Readonly<Record<string, string>>]>([
    ['is missing', text => ({ ...whole(text), [`${JOINED}/octo-org/search/.keep`]: '' })],
    ['is there for no repository', () => ({ [`${JOINED}/.keep`]: '' })],
  ])('changes nothing where one that %s', async (_, joined) => {
    expect(await apply(joined)).toEqual({
      declared: 'Active',
      'by-hand': 'Active',
      refused: expect.stringContaining(
        '1 other repository, which the log names, may declare more than is known',
      ),
    })
  })

  test('changes keys that the configuration says are made by hand all the same', async () => {
    const missing = (text: string) => ({ ...whole(text), [`${JOINED}/octo-org/search/.keep`]: '' })
    expect(await apply(missing, `${LIMITS}  made-by-hand: [by-hand]\n`)).toEqual({
      declared: 'Active',
      'by-hand': 'Inactive',
    })
  })
})

test('fifty repositories with two hundred declarations each are joined to an organization of as many keys', async () => {
  const sandbox = await plain()
  const text = filesOf(await declare(sandbox, 'octo-org/r0', { 'a.tf': keysOfMany(200) })).get(
    'declarations.json',
  )
  const file = JSON.parse(text ?? '')
  const declared: Record<string, string> = {}
  for (let index = 0; index < 50; index++) {
    const declarations = JSON.parse(JSON.stringify(file.declarations).replaceAll('made-', `r${index}-made-`))
    const sha256 = createHash('sha256').update(JSON.stringify(declarations)).digest('hex')
    declared[`octo-org/r${index}`] = JSON.stringify({
      ...file,
      repository: `octo-org/r${index}`,
      declarations,
      sha256,
    })
  }
  const users = Array.from({ length: 2500 }, (_, index) =>
    user(`r${index % 50}-made-${Math.floor(index / 50)}`, { keys: [key({ ageDays: 3 })] }),
  )
  const run = await audit(
    await serve(world({ accounts: [account({ users })] })),
    { 'declarations-from': JOINED, 'verify-keys': 'none' },
    { workspace: checkout(joining(declared)), timeoutMs: 60_000 },
  )
  expect(run.log).toContain('Declarations of 50 other repositories asked for: all are known')
  const places = keysOf(run).map(each => each.declared?.candidates[0])
  expect(
    places.filter(
      (at, index) => at?.repository?.name === `octo-org/${keysOf(run)[index]?.user.split('-')[0]}`,
    ),
  ).toHaveLength(2500)
})

function keysOfMany(count: number): string {
  return Array.from({ length: count }, (_, index) => keyOf(`made-${index}`)).join('\n')
}
