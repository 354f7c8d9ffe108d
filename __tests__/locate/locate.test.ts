import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../src/config/schema.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { LIMITS, locate } from '../../src/locate/locate.ts'
import { FIXTURE, inCheckout, track } from './checkout.ts'

const KEY_ID = 'AKIAZZZZZZZZZZZZZ234'
const USER = 'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n'
const read = async (root: string, limits = {}) =>
  (await locate(root, DEFAULT_INFRASTRUCTURE, { limits: { ...LIMITS, ...limits } })).declarations

test.each(['git', 'directory'] as const)(
  'evidence and earlier output are passed over, in a %s',
  async kind => {
    const files = { 'evidence/1.json': KEY_ID, 'out/evidence/2.json': KEY_ID, 'src/x.ini': KEY_ID }
    const { declarations } = await inCheckout(files, kind, root =>
      locate(root, [], { isPassedOver: path => path.includes('evidence/') }),
    )
    const { keyIds, scan } = declarations
    expect(keyIds.map(({ path }) => path)).toEqual(['src/x.ini'])
    expect(scan.files).toBe(1)
  },
)

describe.each(['git', 'directory'] as const)('the fixture repository, read as %s', kind => {
  const fixture = () => inCheckout({ [FIXTURE]: '' }, kind, read)

  test('each way to declare a user is found at its line', async () => {
    const { users } = await fixture()
    expect(
      users.map(({ path, line, address, userName }) => `${path}:${line} ${address} = ${userName}`),
    ).toEqual([
      'cloudformation/stack.json:4 TeamUser = team-red',
      'cloudformation/template.yaml:9 CiUser = cfn-ci',
      'cloudformation/template.yaml:18 ParameterUser = cfn',
      'cloudformation/template.yaml:25 WithVariables = user-of-cfn',
      'terraform/direct/main.tf:2 aws_iam_user.ci = ci-deployer',
      'terraform/json/main.tf.json:5 aws_iam_user.exporter = prod-exporter',
      'terraform/locals/users.tf:8 aws_iam_user.bot = release-bot',
      'terraform/locals/users.tf:16 aws_iam_user.reader = data-reader',
      'terraform/locals/users.tf:20 aws_iam_user.writer = data-writer',
      'terraform/locals/users.tf:24 aws_iam_user.from_file = named-in-tfvars',
      'terraform/look-alikes/main.tf:16 aws_iam_user.longer = ci-deployer-longer',
      'terraform/loops/main.tf:5 aws_iam_user.team["alice"] = alice',
      'terraform/loops/main.tf:5 aws_iam_user.team["bob"] = bob',
      'terraform/loops/main.tf:15 aws_iam_user.apps["web"] = app-web',
      'terraform/loops/main.tf:15 aws_iam_user.apps["worker"] = app-worker',
      'terraform/loops/main.tf:27 aws_iam_user.numbered[0] = robot-1',
      'terraform/loops/main.tf:27 aws_iam_user.numbered[1] = robot-2',
      'terraform/loops/main.tf:36 aws_iam_user.listed[0] = alice-cli',
      'terraform/loops/main.tf:36 aws_iam_user.listed[1] = bob-cli',
      'terraform/loops/main.tf:41 aws_iam_user.perhaps = perhaps',
      'terraform/loops/main.tf:51 aws_iam_user.mapped["alice-mapped"] = alice-mapped',
      'terraform/loops/main.tf:51 aws_iam_user.mapped["bob-mapped"] = bob-mapped',
      'terraform/loops/main.tf:56 aws_iam_user.shaped["alice"] = alice-shaped',
      'terraform/loops/main.tf:56 aws_iam_user.shaped["bob"] = bob-shaped',
      'terraform/modules.tf:1 module.shipping.aws_iam_user.this = shipping',
      'terraform/modules.tf:6 module.many["mail"].aws_iam_user.this = send-mail',
      'terraform/modules.tf:6 module.many["fax"].aws_iam_user.this = send-fax',
      'terraform/modules.tf:16 module.registry = registry-user',
      'terraform/modules/fixed/main.tf:1 module.fixed.aws_iam_user.auditor = auditor',
    ])
  })

  test('each way to declare a key is found at its line, with its status', async () => {
    const { keys } = await fixture()
    expect(
      keys.map(
        ({ path, line, address, userName, status }) => `${path}:${line} ${address} = ${userName} ${status}`,
      ),
    ).toEqual([
      'cloudformation/stack.json:8 TeamKey = team-red null',
      'cloudformation/template.yaml:13 CiKey = cfn-ci Inactive',
      'cloudformation/template.yaml:22 Literal = by-literal null',
      'terraform/direct/main.tf:7 aws_iam_access_key.ci = ci-deployer Inactive',
      'terraform/direct/main.tf:12 aws_iam_access_key.by_id = ci-deployer null',
      'terraform/direct/main.tf:16 aws_iam_access_key.literal = legacy-backup null',
      'terraform/direct/main.tf:22 aws_iam_access_key.old = old.user@example.com null',
      'terraform/direct/main.tf:26 aws_iam_access_key.old_syntax = ci-deployer null',
      'terraform/json/main.tf.json:10 aws_iam_access_key.exporter = prod-exporter Active',
      'terraform/locals/users.tf:12 aws_iam_access_key.bot = release-bot null',
      'terraform/loops/main.tf:10 aws_iam_access_key.team["alice"] = alice null',
      'terraform/loops/main.tf:10 aws_iam_access_key.team["bob"] = bob null',
      'terraform/loops/main.tf:23 aws_iam_access_key.web = app-web null',
      'terraform/loops/main.tf:32 aws_iam_access_key.second = robot-2 null',
      'terraform/modules.tf:1 module.shipping.aws_iam_access_key.this = shipping null',
      'terraform/modules.tf:6 module.many["mail"].aws_iam_access_key.this = send-mail null',
      'terraform/modules.tf:6 module.many["fax"].aws_iam_access_key.this = send-fax null',
      'terraform/modules.tf:33 aws_iam_access_key.second = shipping null',
    ])
  })

  test('an access key ID in a text file is found; the documented example and a longer word are none', async () => {
    expect((await fixture()).keyIds).toEqual([
      { path: 'src/config.ini', line: 2, accessKeyId: KEY_ID, besideSecret: false },
    ])
  })

  test('workflows and composite actions that log in with a stored key are found', async () => {
    const { staticLogins } = await fixture()
    expect(staticLogins.map(({ edit: _, ...login }) => login)).toEqual([
      { path: '.github/workflows/deploy.yml', line: 3, via: 'env', secret: 'DEPLOY_KEY_ID' },
      { path: '.github/workflows/deploy.yml', line: 11, via: 'input', secret: 'AWS_ACCESS_KEY_ID' },
      { path: '.github/workflows/deploy.yml', line: 15, via: 'env', secret: null },
      { path: 'deploy/action.yml', line: 9, via: 'input', secret: null },
    ])
  })

  test('the rules of CODEOWNERS keep their order; lines that GitHub skips are skipped', async () => {
    const path = '.github/CODEOWNERS'
    expect((await fixture()).codeOwners).toEqual([
      { path, line: 2, pattern: '*', owners: ['@octo-org/everyone'] },
      { path, line: 3, pattern: '/terraform/', owners: ['@octo-org/platform', '@rita'] },
      { path, line: 4, pattern: 'with space/', owners: ['docs@example.com'] },
      { path, line: 5, pattern: '/vendor/', owners: [] },
    ])
  })

  test('nothing is passed over', async () => {
    expect((await fixture()).scan).toEqual({
      source: kind,
      files: 16,
      skipped: [],
      skippedCount: 0,
      unread: [],
      stoppedBy: null,
    })
  })
})

describe('which files are read', () => {
  test('no directory and an empty one: there is no checkout', async () => {
    await inCheckout({}, 'directory', async root => {
      expect(await read(root)).toEqual(NO_DECLARATIONS)
      expect(await read(join(root, 'missing'))).toEqual(NO_DECLARATIONS)
    })
  })

  test('in a git checkout only tracked files count, also below a directory called node_modules', async () => {
    await inCheckout({ 'node_modules/a.tf': USER }, 'git', async root => {
      writeFileSync(join(root, 'untracked.tf'), USER)
      expect((await read(root)).users.map(({ path }) => path)).toEqual(['node_modules/a.tf'])
    })
  })

  test.each(['node_modules/dep/main.tf', '.terraform/modules/ci/main.tf', 'cdk.out/stack.tf'])(
    'without git, %s is a copy and passed over',
    async path => {
      const { users } = await inCheckout({ [path]: USER, 'a/main.tf': USER }, 'directory', read)
      expect(users.map(user => user.path)).toEqual(['a/main.tf'])
    },
  )

  test.each<[string, string]>([
    ['env/prod.tfvars', 'users = ["deploy"]'],
    ['env/prod.tfvars.json', '{ "users": ["deploy"] }'],
    ['live/env/prod/terraform.tfvars', 'users = ["deploy"]'],
  ])(
    'a key may be declared by what a variable file says that Terraform is told to load (%s)',
    async (path, text) => {
      const code =
        'variable "users" {\n  default = []\n}\nresource "aws_iam_access_key" "k" {\n  for_each = toset(var.users)\n  user = each.key\n}\n'
      const { keys, possibleKeys } = await inCheckout({ 'live/a.tf': code, [path]: text }, 'git', read)
      expect(keys).toEqual([])
      expect(possibleKeys).toEqual([
        expect.objectContaining({
          path: 'live/a.tf',
          line: 4,
          users: ['deploy'],
          reason: expect.stringContaining(path),
        }),
      ])
    },
  )

  test('Terraform that the globs leave out is searched, so that narrowing them hides no key', async () => {
    const key = (user: string) => `resource "aws_iam_access_key" "k" {\n  user = ${user}\n}\n`
    const possible = (text: string) =>
      inCheckout({ 'old/main.tf': text }, 'git', root => locate(root, ['live/**'])).then(({ declarations }) =>
        declarations.possibleKeys.map(({ path, line, users }) => [path, line, users]),
      )
    expect(await possible(key('aws_iam_user.ci.name'))).toEqual([['old/main.tf', 1, [null]]])
    expect(await possible(key('"report-${var.env}"'))).toContainEqual(['old/main.tf', 1, ['report-', null]])
    expect(await possible('module "k" {\n  source = "example/iam-user/aws"\n  name = var.x\n}\n')).toEqual([
      ['old/main.tf', 2, [null]],
    ])
    expect(await possible(key('"ci"'))).toEqual([])
  })

  test('only the files that the globs name may declare; key IDs are found everywhere', async () => {
    const files = { 'live/main.tf': USER, 'old/main.tf': `${USER}# ${KEY_ID}\n` }
    const { users, keyIds } = await inCheckout(files, 'git', root => locate(root, ['live/**'])).then(
      ({ declarations }) => declarations,
    )
    expect(users.map(({ path }) => path)).toEqual(['live/main.tf'])
    expect(keyIds.map(({ path }) => path)).toEqual(['old/main.tf'])
  })

  test.each(['git', 'directory'] as const)('symbolic links lead nowhere (%s)', async kind => {
    await inCheckout({ 'secret/main.tf': `${USER}# ${KEY_ID}\n` }, 'directory', outside =>
      inCheckout({ 'here.txt': 'nothing' }, 'directory', async root => {
        symlinkSync(join(outside, 'secret/main.tf'), join(root, 'file.tf'))
        symlinkSync(join(outside, 'secret'), join(root, 'directory'))
        mkdirSync(join(root, '.github'))
        symlinkSync(join(outside, 'secret/main.tf'), join(root, '.github/CODEOWNERS'))
        if (kind === 'git') track(root)
        const { users, keyIds, codeOwners } = await read(root)
        expect({ users, keyIds, codeOwners }).toEqual({ users: [], keyIds: [], codeOwners: [] })
      }),
    )
  })

  test('a tracked directory that was replaced by a link out of the checkout is not read', async () => {
    await inCheckout({ 'main.tf': USER }, 'directory', outside =>
      inCheckout({ 'live/main.tf': USER }, 'git', async root => {
        execFileSync('rm', ['-r', join(root, 'live')])
        symlinkSync(outside, join(root, 'live'))
        expect((await read(root)).users).toEqual([])
      }),
    )
  })

  test('the configuration of a hostile repository starts no program and moves nothing', async () => {
    await inCheckout(
      { 'main.tf': USER, 'big.tf': `# ${KEY_ID}\n${USER}`, '.gitattributes': '*.tf -diff\n' },
      'git',
      async root => {
        const config = (name: string, value: string) =>
          execFileSync('git', ['config', name, value], { cwd: root })
        const proof = join(root, 'started')
        config('core.fsmonitor', `touch ${proof}; false`)
        config('core.pager', `touch ${proof}`)
        config('core.worktree', '/')
        config('color.ui', 'always')
        const { users, keyIds, scan } = await read(root)
        expect(scan.source).toBe('git')
        expect(users.map(({ path }) => path)).toEqual(['big.tf', 'main.tf'])
        expect(keyIds).toHaveLength(1)
        expect(existsSync(proof)).toBe(false)
      },
    )
  })

  test.each(['git', 'directory'] as const)(
    'what is there and cannot be read counts as unread (%s)',
    async kind => {
      await inCheckout({ 'main.tf': USER }, 'directory', outside =>
        inCheckout(
          { 'live/main.tf': USER, 'nul.tf': `${USER}\0`, 'image.png': `${KEY_ID}\0` },
          'directory',
          async root => {
            symlinkSync(join(outside, 'main.tf'), join(root, 'out.tf'))
            symlinkSync(join(root, 'missing'), join(root, 'nowhere'))
            symlinkSync('live/main.tf', join(root, 'in.tf'))
            if (kind === 'git') track(root)
            const { scan, users } = await read(root)
            expect(scan.unread.toSorted()).toEqual(['nowhere', 'nul.tf', 'out.tf'])
            expect(users.map(({ path }) => path)).toEqual(['live/main.tf'])
          },
        ),
      )
    },
  )

  test.each(['git', 'directory'] as const)(
    'UTF-16 is read, and what is no text counts as unread (%s)',
    async kind => {
      const maker = 'iam.create_access_key(UserName=name)\n'.repeat(3)
      const little = Buffer.from(maker, 'utf16le')
      const big = Buffer.from(little).swap16()
      const template = `\uFEFF{"Resources": {"K": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "ci"}}}}`
      const files = {
        'mark.py': Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
        'big.py': Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
        'plain.py': little,
        'plain-big.py': big,
        'stack.json': Buffer.from(template, 'utf16le'),
        'nul.py': `${maker}\0`,
        script: `#!/bin/sh\n\0`,
        'wide.go': Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from([0x61, 0, 0, 0])]),
        'image.png': `${maker}\0`,
      }
      const found = await inCheckout(files, kind, read)
      expect(found.keyMakers.map(({ path }) => path)).toEqual([
        'big.py',
        'mark.py',
        'plain-big.py',
        'plain.py',
      ])
      expect(found.keys.map(({ path, edits }) => [path, edits.deactivate])).toEqual([
        ['stack.json', { diff: null, note: 'its file is in UTF-16' }],
      ])
      expect(found.scan.unread.toSorted()).toEqual(['nul.py', 'script', 'wide.go'])
    },
  )

  test('what git tracks and the working tree lacks counts as unread', async () => {
    const files = {
      ...{ 'kept.tf': USER, 'gone.tf': USER, 'gone.yaml': '', 'gone.md': '' },
      ...{ 'sparse.tf': USER, 'sparse.py': '', 'sparse.md': '' },
    }
    await inCheckout(files, 'git', async root => {
      const git = (...options: string[]) => execFileSync('git', options, { cwd: root })
      for (const path of Object.keys(files).filter(path => path.startsWith('sparse')))
        git('update-index', '--skip-worktree', path)
      git('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},modules/key`)
      for (const path of ['gone.tf', 'gone.yaml', 'gone.md']) rmSync(join(root, path))
      rmSync(join(root, 'sparse.tf'))
      const { scan } = await read(root)
      expect(Object.fromEntries(scan.skipped.map(({ path, reason }) => [path, reason]))).toEqual({
        'gone.tf': 'tracked, but not in the working tree',
        'gone.yaml': 'tracked, but not in the working tree',
        'modules/key': 'a submodule, whose files are not searched',
        'sparse.md': 'not in this sparse checkout',
        'sparse.py': 'not in this sparse checkout',
        'sparse.tf': 'not in this sparse checkout',
      })
      expect(scan.unread.toSorted()).toEqual([
        'gone.tf',
        'gone.yaml',
        'modules/key',
        'sparse.py',
        'sparse.tf',
      ])
    })
  })

  test('a broken variable file counts as one that may declare', async () => {
    const files = { 'main.tf': USER, 'terraform.tfvars': 'a = [' }
    expect((await inCheckout(files, 'git', read)).scan.unread).toEqual(['terraform.tfvars'])
  })

  test('a file whose two sides are yet to be merged is read once', async () => {
    await inCheckout({ 'main.tf': USER }, 'git', async root => {
      const blob = execFileSync('git', ['hash-object', '-w', 'main.tf'], {
        cwd: root,
        encoding: 'utf8',
      }).trim()
      const sides = [1, 2, 3].map(side => `100644 ${blob} ${side}\tmain.tf\n`).join('')
      execFileSync('git', ['update-index', '--index-info'], {
        cwd: root,
        input: `0 ${'0'.repeat(40)}\tmain.tf\n${sides}`,
      })
      const { users, scan } = await read(root)
      expect(users).toHaveLength(1)
      expect(scan.files).toBe(1)
    })
  })

  test('a broken git directory falls back to a walk', async () => {
    const { users, scan } = await inCheckout({ '.git/HEAD': 'nonsense', 'main.tf': USER }, 'directory', read)
    expect(users).toHaveLength(1)
    expect(scan.source).toBe('directory')
  })

  test('names with blanks, quotes, line breaks and other scripts are read', async () => {
    const path = 'a b/"q"\n\u00fc\u4e16.tf'
    for (const kind of ['git', 'directory'] as const) {
      expect((await inCheckout({ [path]: USER }, kind, read)).users.map(user => user.path)).toEqual([path])
    }
  })

  test('no file is missed, however long its path is and whatever it ends in', async () => {
    const ends = ['x', '0', '9', '-', 'Z', 'Users', '\u4e16\u754c', 'some-longer-name.with.dots']
    const files = Object.fromEntries(ends.flatMap(end => [`${end}`, `in/${end}.ts`]).map(at => [at, KEY_ID]))
    const { keyIds } = await inCheckout(files, 'git', read)
    expect(keyIds.map(({ path }) => path).toSorted()).toEqual(Object.keys(files).toSorted())
  })
})

describe('keys of users whose name the code does not tell', () => {
  const KEY = (user: string, more = '') =>
    `resource "aws_iam_access_key" "k" {\n  ${more}\n  user = ${user}\n}\n`
  const module = (more: string) => `module "ci" {\n  source = "./ci"\n  ${more}\n}\n`
  const template = (user: string) =>
    `Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: ${user}\n`
  test.each<[string, Record<string, string>, string[]]>([
    ['a variable without a value', { 'a.tf': `variable "x" {}\n${KEY('var.x')}` }, ['a.tf:2']],
    ['a variable with a default', { 'a.tf': `variable "x" { default = "ci" }\n${KEY('var.x')}` }, []],
    ['a set of unknown names', { 'a.tf': KEY('each.value', 'for_each = toset([var.x, "b"])') }, ['a.tf:1']],
    ['no key at all', { 'a.tf': KEY('var.x', 'count = 0') }, []],
    [
      'a module that is given no known name',
      { 'a.tf': module('name = var.x'), 'ci/a.tf': `variable "name" {}\n${KEY('var.name')}` },
      ['ci/a.tf:2'],
    ],
    [
      'a module that is given names of which one is unknown',
      {
        'a.tf': module('for_each = toset([var.x, "b"])\n  name = each.value'),
        'ci/a.tf': `variable "name" {}\n${KEY('var.name')}`,
      },
      ['ci/a.tf:2'],
    ],
    [
      'a module that is given one',
      { 'a.tf': module('name = "ci"'), 'ci/a.tf': `variable "name" {}\n${KEY('var.name')}` },
      [],
    ],
    [
      'a module from elsewhere that makes users',
      {
        'a.tf':
          'module "u" {\n  source = "terraform-aws-modules/iam/aws//modules/iam-user"\n  name = var.x\n}\n',
      },
      ['a.tf:1'],
    ],
    [
      'a generated name',
      { 'template.yaml': `${template('!Ref User')}  User:\n    Type: AWS::IAM::User\n` },
      ['template.yaml:2'],
    ],
    ['a literal name', { 'template.yaml': template('ci') }, []],
  ])('of %s are told by their lines', async (_, files, lines) => {
    const { possibleKeys } = await inCheckout(files, 'git', read)
    expect(possibleKeys.map(({ path, line }) => `${path}:${line}`)).toEqual(lines)
  })
})

describe('limits', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${10 + index}.tf`, USER]))

  test.each(['git', 'directory'] as const)(
    'too many files: the first are read and the scan says so (%s)',
    async kind => {
      const { scan } = await inCheckout(many, kind, root => read(root, { files: 10 }))
      expect(scan).toMatchObject({ files: 10, stoppedBy: 'the limit of 10 files' })
    },
  )

  test('too many bytes', async () => {
    const { scan } = await inCheckout(many, 'git', root => read(root, { bytes: 100 }))
    expect(scan.stoppedBy).toBe('the limit of 100 bytes')
  })

  test('of files that could not be read those that may declare a key are told apart', async () => {
    const broken = { 'iam/ci.tf': `${USER}\nresource {`, 'key.txt': `AKIA${'A'.repeat(5000)}` }
    const { scan } = await inCheckout(broken, 'git', root => read(root, { fileBytes: 4000 }))
    expect(scan.skipped.map(({ path }) => path).toSorted()).toEqual(['iam/ci.tf', 'key.txt'])
    expect(scan.unread).toEqual(['iam/ci.tf'])
  })

  test('more files that could not be read than are listed count as a scan that ended early', async () => {
    const large = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`f${index}.tf`, USER]))
    const { scan } = await inCheckout(large, 'directory', root => read(root, { fileBytes: 10 }))
    expect(scan.unread).toHaveLength(1000)
    expect(scan.stoppedBy).toBe('more than 1000 files that could not be read')
  })

  test('no time', async () => {
    const { scan, users } = await inCheckout(many, 'directory', root => read(root, { milliseconds: 0 }))
    expect(scan.stoppedBy).toBe('the limit of 0 seconds')
    expect(users).toEqual([])
  })

  test.each(['git', 'directory'] as const)(
    'files that are too large are named, at most twenty, and counted (%s)',
    async kind => {
      const { scan } = await inCheckout(many, kind, root => read(root, { fileBytes: 10 }))
      expect(scan.skippedCount).toBe(30)
      expect(scan.unread).toEqual(Object.keys(many))
      expect(scan.skipped).toHaveLength(20)
      expect(scan.skipped[0]).toEqual({ path: 'f10.tf', reason: 'larger than 10 bytes' })
    },
  )

  test('a reason that quotes the file stays short', async () => {
    const files = { 'main.tf': `${USER}${'x'.repeat(10_000)} ?` }
    const { scan } = await inCheckout(files, 'git', read)
    expect(scan.skipped[0]?.reason).toMatch(/^line 4: "x{50,200}$/)
  })

  test('key IDs beyond the first thousand are not listed', async () => {
    const ids = Array.from(
      { length: 1200 },
      (_, index) => `AKIA${index.toString(5).padStart(16, 'A').replace(/[01]/g, 'Z')}`,
    )
    const { keyIds, scan } = await inCheckout({ 'ids.txt': ids.join('\n') }, 'git', read)
    expect(keyIds).toHaveLength(1000)
    expect(scan.skipped).toEqual([{ path: 'ids.txt', reason: 'more than 1000 access key IDs' }])
  })
})

test('the 5,000 users that an account can have are all found, with their keys', async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `"user-${index}"`).join(', ')
  const code = `resource "aws_iam_user" "all" {
  for_each = toset([${names}])
  name     = each.key
}
resource "aws_iam_access_key" "all" {
  for_each = aws_iam_user.all
  user     = each.value.name
}
`
  const { users, keys } = await inCheckout({ 'main.tf': code }, 'git', read)
  expect(new Set(users.map(({ userName }) => userName)).size).toBe(5000)
  expect(keys).toHaveLength(5000)
})

describe('ambiguity', () => {
  test('two places that declare one user are both named', async () => {
    const { users } = await inCheckout({ 'a/main.tf': USER, 'b/main.tf': USER }, 'git', read)
    expect(users.map(({ path }) => path)).toEqual(['a/main.tf', 'b/main.tf'])
  })

  test('a file with an error loses only the block with the error, and the scan names its line', async () => {
    const broken = `${USER}\nresource "aws_iam_user" "bad" {\n  name = \n}\n\nresource "aws_iam_user" "next" {\n  name = "next"\n}\n`
    const { users, scan } = await inCheckout({ 'main.tf': broken }, 'git', read)
    expect(users.map(({ userName }) => userName)).toEqual(['ci', 'next'])
    expect(scan.skipped).toEqual([{ path: 'main.tf', reason: 'line 6: no expression where one must be' }])
  })
})

test('a module of the checkout that makes no user declares nothing of those that it is given', async () => {
  const call = (source: string) => `module "m" {\n  source = "${source}"\n  name   = "svc-export"\n}\n${USER}`
  const files = { 'main.tf': call('./bucket'), 'bucket/main.tf': 'variable "name" {}\n' }
  expect((await inCheckout(files, 'git', read)).possibleKeys).toEqual([])
  const { possibleKeys } = await inCheckout({ 'main.tf': call('../bucket') }, 'git', read)
  expect(possibleKeys).toMatchObject([{ line: 1, address: 'module.m', users: ['svc-export'] }])
})

/** In the form of a secret access key, and none. */
const SECRET = `${'aB3/'.repeat(9)}Zz9+`

describe('look-alikes', () => {
  test.each([
    ['A', 'AKIAZZZZZZZZZZZZZ234', true],
    ['followed by a letter', 'AKIAZZZZZZZZZZZZZ234x', false],
    ['after a letter', 'xAKIAZZZZZZZZZZZZZ234', false],
    ['with a digit that no ID has', 'AKIAZZZZZZZZZZZZZ231', false],
    ['in quotes', '"AKIAZZZZZZZZZZZZZ234"', true],
  ])('%s: whether it is an access key ID', async (_, written, isId) => {
    const { keyIds } = await inCheckout({ 'a.txt': written }, 'git', read)
    expect(keyIds).toHaveLength(isId ? 1 : 0)
  })

  test.each([
    ['on the next line', `id = ${KEY_ID}\nsecret = "${SECRET}"\n`, true],
    ['on the same line', `${KEY_ID},${SECRET}\n`, true],
    ['some lines before', `secret: ${SECRET}\n# a\n# b\nid: ${KEY_ID}\n`, true],
    ['nowhere', `id = ${KEY_ID}\nsecret = var.secret\n`, false],
    ['far away', `${SECRET}\n${'# and so on\n'.repeat(60)}${KEY_ID}\n`, false],
    ['where a digest does', `${KEY_ID} ${'0123456789abcdef'.repeat(3).slice(0, 40)}\n`, false],
    ['within a longer word', `${KEY_ID} x${SECRET}x\n`, false],
    ['as AWS documents it', `${KEY_ID} wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n`, false],
  ])(
    'what has the form of a secret stands %s: whether it counts as beside the ID',
    async (_, text, beside) => {
      const declarations = await inCheckout({ 'app.env': text }, 'git', read)
      expect(declarations.keyIds.map(({ besideSecret }) => besideSecret)).toEqual([beside])
      expect(JSON.stringify(declarations)).not.toContain(SECRET)
    },
  )

  test('two resources of one name are ambiguous, so a reference to them tells no name', async () => {
    const code = `${USER}${USER.replace('"ci"\n', '"other"\n')}resource "aws_iam_access_key" "k" {\n  user = aws_iam_user.ci.name\n}\n`
    const { keys, possibleKeys } = await inCheckout({ 'main.tf': code }, 'git', read)
    expect(keys).toEqual([])
    expect(possibleKeys).toMatchObject([{ line: 7, users: [null] }])
  })

  test('of a name that a template writes twice the last counts, and a reference to no user tells none', async () => {
    const template = `Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: { UserName: svc-bucket }
  A:
    Type: AWS::IAM::AccessKey
    Properties: { UserName: first-user, UserName: last-user }
  B:
    Type: AWS::IAM::AccessKey
    Properties: { UserName: !Ref Bucket }
`
    const { keys, possibleKeys } = await inCheckout({ 'template.yaml': template }, 'git', read)
    expect(keys.map(({ userName }) => userName)).toEqual(['last-user'])
    expect(possibleKeys).toMatchObject([{ address: 'B', users: [null] }])
  })

  test('a module of users is known by its source in front of its version', async () => {
    const code =
      'module "u" {\n  source = "git::https://example.com/x/terraform-aws-iam-user?ref=iam-role"\n  name = "ci"\n}\n'
    const { users } = await inCheckout({ 'main.tf': code }, 'git', read)
    expect(users.map(({ userName }) => userName)).toEqual(['ci'])
  })

  test('a step with an empty session token logs in with a stored key', async () => {
    const step = (token: string) =>
      `jobs:\n  a:\n    steps:\n      - env:\n          AWS_ACCESS_KEY_ID: \${{ secrets.ID }}\n          AWS_SESSION_TOKEN: ${token}\n`
    const files = {
      '.github/workflows/a.yml': step("''"),
      '.github/workflows/b.yml': step('${{ secrets.T }}'),
    }
    const { staticLogins } = await inCheckout(files, 'git', read)
    expect(staticLogins.map(({ path }) => path)).toEqual(['.github/workflows/a.yml'])
  })
})

test.each([
  ['what stands behind another line separator in a heredoc is its text', '\u2028EOF\n}\n%\nlocals {\nEOF'],
  ['what stands behind a carriage return in a heredoc is its text', '\rEOF\n}\n%\nlocals {\nEOF'],
  ['a heredoc ends whatever blanks stand about its marker', '%\n\u00a0EOF\f'],
])('%s', async (_, heredoc) => {
  const key = (user: string) => `resource "aws_iam_access_key" "${user}" {\n  user = "${user}"\n}`
  const code = `locals {\n  text = <<EOF\ntext${heredoc.replace('%', key('text'))}\n}\n${key('ci')}\n`
  const { keys, scan } = await inCheckout({ 'main.tf': code }, 'git', read)
  expect(keys.map(({ userName }) => userName)).toEqual(['ci'])
  expect(scan.unread).toEqual([])
})

test.each([
  [
    'template.yaml',
    `Conditions:
  IsProduction: !Equals [!Ref AWS::AccountId, '111122223333']
Resources:
  Key:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !If [IsProduction, ci, sandbox]
`,
  ],
  [
    'main.tf',
    `data "aws_caller_identity" "current" {}
resource "aws_iam_access_key" "ci" {
  user = data.aws_caller_identity.current.account_id == "111122223333" ? "ci" : "sandbox"
}
`,
  ],
])('in %s a user that depends on the account is not taken for the one of any other', async (path, code) => {
  const { keys, possibleKeys } = await inCheckout({ [path]: code }, 'git', read)
  expect(keys).toEqual([])
  expect(possibleKeys.map(({ path }) => path)).toEqual([path])
})

describe('a name that the code does not tell is not taken for the one that it has otherwise:', () => {
  const account = 'data.aws_caller_identity.current.account_id'

  test.each([
    'lookup({ a = "x" }, var.key, "other")',
    'lookup({ a = var.key }, "a", "other")',
    'lookup({ (var.key) = "x" }, "a", "other")',
    `lookup({ "111122223333" = "ci" }, ${account}, "other")`,
    `contains(["111122223333"], ${account}) ? "ci" : "other"`,
    'contains(["p-${var.key}"], "p-x") ? "ci" : "other"',
    'sort(["other", var.key])[0]',
    'try(var.key, "other")',
    'try(local.settings.name, "other")',
    'try({ (var.key) = "x" }["a"], "other")',
  ])('%s', async name => {
    const { keys, possibleKeys } = await declared(`user = ${name}`)
    expect(keys).toEqual([])
    expect(possibleKeys).toHaveLength(1)
  })

  test.each([
    '{ (var.key) = 1, b = 2 }',
    '{ "ci-${var.key}" = 1 }',
    'zipmap([var.key, "b"], [1, 2])',
    'merge({ (var.key) = 1 }, { b = 2 })',
  ])('of each of %s', async each => {
    const { possibleKeys } = await declared(`for_each = ${each}\n  user = each.key`)
    expect(possibleKeys).toHaveLength(1)
  })

  test.each([
    'try({ a = 1 }.b, "other")',
    'try(local.none.name, "other")',
    'lookup({ a = 1 }, "b", "other")',
  ])('but %s tells it', async name => {
    const { keys } = await declared(`user = ${name}`)
    expect(keys.map(({ userName }) => userName)).toEqual(['other'])
  })

  const declared = (attributes: string) =>
    inCheckout(
      {
        'main.tf': `variable "key" {}
locals {
  settings = { name = var.key }
  none     = {}
}
data "aws_caller_identity" "current" {}
resource "aws_iam_access_key" "ci" {
  ${attributes}
}
`,
      },
      'git',
      read,
    )
})
