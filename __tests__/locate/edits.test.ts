import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../src/config/schema.ts'
import type { CodeEdit, KeyEdits } from '../../src/domain/declarations.ts'
import { locate } from '../../src/locate/locate.ts'
import { inCheckout } from './checkout.ts'

/** Terraform's own interpolation, which is none of JavaScript's. */
const INTERPOLATED = (name: string) => `\${${name}}`

type Files = Readonly<Record<string, string>>

interface Edited {
  readonly edit: CodeEdit
  /** The files after `git apply`; null without a diff. */
  readonly after: Files | null
}

/** The edit of the key at the address, and what git makes of the files with it. */
async function edited(files: Files, which: keyof KeyEdits, address?: string): Promise<Edited> {
  return inCheckout(files, 'git', async root => {
    const { keys } = (await locate(root, DEFAULT_INFRASTRUCTURE)).declarations
    const key = address === undefined ? keys[0] : keys.find(one => one.address === address)
    if (key === undefined) throw new Error('no key is declared')
    const edit = key.edits[which]
    if (edit.diff === null) return { edit, after: null }
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: root,
      input: edit.diff,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const after = Object.keys(files).map(path => [path, readFileSync(join(root, path), 'utf8')])
    return { edit, after: Object.fromEntries(after) }
  })
}

const block = (...lines: string[]) =>
  ['resource "aws_iam_access_key" "ci" {', '  user = "ci"', ...lines, '}', ''].join('\n')

describe('setting a key to Inactive', () => {
  test.each([
    ['a line of its own', block(), block('', '  status = "Inactive"')],
    [
      'aligned with its neighbours where that moves none',
      'resource "aws_iam_access_key" "ci" {\n  user    = "ci" # who\n  pgp_key = "x"\n\n  lifecycle {}\n}\n',
      'resource "aws_iam_access_key" "ci" {\n  user    = "ci" # who\n  pgp_key = "x"\n  status  = "Inactive"\n\n  lifecycle {}\n}\n',
    ],
    [
      'in place of another status',
      block('  status = "Active" # for now'),
      block('  status = "Inactive" # for now'),
    ],
    [
      'in place of an expression',
      block('  status = var.on ? "Active" : "Inactive"'),
      block('  status = "Inactive"'),
    ],
    [
      'in a block on one line',
      '/* c */\nresource "aws_iam_access_key" "ci" { user = "ci" } # end\n',
      '/* c */\nresource "aws_iam_access_key" "ci" {\n  user   = "ci"\n  status = "Inactive"\n} # end\n',
    ],
    ['with tabs', block().replaceAll('  ', '\t'), block('', '  status = "Inactive"').replaceAll('  ', '\t')],
    [
      'with CRLF',
      block().replaceAll('\n', '\r\n'),
      block('', '  status = "Inactive"').replaceAll('\n', '\r\n'),
    ],
    ['without a line break at the end', block().trimEnd(), block('', '  status = "Inactive"').trimEnd()],
    ['behind a byte order mark', `\uFEFF${block()}`, `\uFEFF${block('', '  status = "Inactive"')}`],
    [
      'behind a byte order mark, on one line',
      '\uFEFFresource "aws_iam_access_key" "ci" { user = "ci" }\n',
      '\uFEFFresource "aws_iam_access_key" "ci" {\n  user   = "ci"\n  status = "Inactive"\n}\n',
    ],
    [
      'in place of a heredoc, with CRLF',
      block('  status = <<E', 'Active', 'E').replaceAll('\n', '\r\n'),
      block('  status = "Inactive"').replaceAll('\n', '\r\n'),
    ],
  ])('in Terraform: %s', async (_, before, after) => {
    expect((await edited({ 'a.tf': before }, 'deactivate')).after).toEqual({ 'a.tf': after })
  })

  test.each([
    [
      'below its user',
      'Resources:\n  Key: # k\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: ci # u\n      Serial: 1\n',
      'Resources:\n  Key: # k\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: ci # u\n      Status: Inactive\n      Serial: 1\n',
    ],
    [
      'in place of a function',
      'Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      Status: !If [On, Active, Inactive]\n      UserName: ci\n',
      'Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      Status: Inactive\n      UserName: ci\n',
    ],
    [
      'in braces, with CRLF',
      'Resources:\r\n  Key: { Type: AWS::IAM::AccessKey, Properties: { UserName: ci } }\r\n',
      'Resources:\r\n  Key: { Type: AWS::IAM::AccessKey, Properties: { UserName: ci, Status: Inactive } }\r\n',
    ],
  ])('in CloudFormation: %s', async (_, before, after) => {
    expect((await edited({ 't.yaml': before }, 'deactivate')).after).toEqual({ 't.yaml': after })
  })

  test.each(['\n', '\r\n'])('in JSON, indented as its neighbour is, with %j', async lineBreak => {
    const text = (properties: object) =>
      JSON.stringify(
        { Resources: { Key: { Type: 'AWS::IAM::AccessKey', Properties: properties } } },
        null,
        4,
      ).replaceAll('\n', lineBreak)
    const { after } = await edited({ 't.json': text({ UserName: 'ci' }) }, 'deactivate')
    expect(after).toEqual({ 't.json': text({ UserName: 'ci', Status: 'Inactive' }) })
  })

  test('of one of several that a block makes, for this one alone', async () => {
    const before =
      'resource "aws_iam_access_key" "ci" {\n  for_each = toset(["a", "b"])\n  user     = each.key\n}\n'
    const { after } = await edited({ 'a.tf': before }, 'deactivate', 'aws_iam_access_key.ci["b"]')
    expect(after?.['a.tf']).toContain('  status   = each.key == "b" ? "Inactive" : "Active"\n')
  })

  test.each([
    [
      'code that ignores it',
      block('  lifecycle {\n    ignore_changes = [status]\n  }'),
      'ignores changes of status',
    ],
    ['code that says so already', block('  status = "Inactive"'), 'yet to be applied'],
    [
      'a module that is called twice',
      `${block().replace('"ci"\n', 'var.u\n')}variable "u" {}`,
      'a/a.tf:1 makes 2 keys',
    ],
  ])('is not shown for %s', async (_, text, reason) => {
    const calls =
      'module "x" {\n  source = "./a"\n  u = "x"\n}\nmodule "y" {\n  source = "./a"\n  u = "y"\n}\n'
    const { edit } = await edited(
      { 'a/a.tf': text, ...(reason.includes('2 keys') ? { 'm.tf': calls } : {}) },
      'deactivate',
    )
    expect(edit).toEqual({ diff: null, note: expect.stringContaining(reason) })
  })
})

describe('taking a key out of code', () => {
  const USER = 'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n'

  test('takes what speaks of it alone along, from other files, too, and leaves comments', async () => {
    const before = {
      'a.tf': `${USER}\n# why\n${block()}\nmoved {\n  from = aws_iam_access_key.old\n  to   = aws_iam_access_key.ci\n}\n`,
      'o.tf':
        'output "id" {\n  value = aws_iam_access_key.ci.id\n}\n\n# aws_iam_access_key.ci\noutput "user" {\n  value = "ci"\n}\n',
    }
    const { after, edit } = await edited(before, 'remove')
    expect(after).toEqual({
      'a.tf': `${USER}\n# why\n`,
      'o.tf': '# aws_iam_access_key.ci\noutput "user" {\n  value = "ci"\n}\n',
    })
    expect(edit.note).toBe('with it goes the output id')
  })

  test.each([
    [
      'another resource',
      'resource "aws_ssm_parameter" "p" {\n  value = aws_iam_access_key.ci.secret\n}\n',
      'aws_ssm_parameter.p (b.tf:2)',
    ],
    [
      'a heredoc',
      `locals {\n  x = <<E\n${INTERPOLATED('aws_iam_access_key.ci.id')}\nE\n}\n`,
      'locals (b.tf:3)',
    ],
    [
      'an output of more',
      `output "o" {\n  value = [var.x, aws_iam_access_key.ci.id]\n}\n`,
      'output o (b.tf:2)',
    ],
    ['what cannot be read', 'resource "x" "y" {\n  a = = aws_iam_access_key.ci.id\n}\n', 'b.tf:2'],
  ])('is not shown while %s needs it', async (_, text, reason) => {
    const { edit } = await edited({ 'a.tf': block(), 'b.tf': text }, 'remove')
    expect(edit).toEqual({ diff: null, note: expect.stringContaining(reason) })
  })

  test('is not shown while the caller of its module uses its output', async () => {
    const files = {
      'm.tf': 'module "key" {\n  source = "./a"\n}\noutput "s" {\n  value = module.key.s\n}\n',
      'a/a.tf': `${block()}output "s" {\n  value = aws_iam_access_key.ci.secret\n}\n`,
    }
    expect((await edited(files, 'remove')).edit.note).toBe('what uses output s (m.tf:5) still refers to it')
  })

  const TEMPLATE = (outputs: string) =>
    `Resources:\n  User:\n    Type: AWS::IAM::User\n\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: ci\n\n${outputs}`

  test('takes the outputs of a template along, and their section with the last', async () => {
    const outputs =
      'Outputs:\n  Id:\n    Value: !Ref Key\n  Secret:\n    Value: !Sub "${Key.SecretAccessKey}"\n'
    const { after } = await edited({ 't.yaml': TEMPLATE(outputs) }, 'remove')
    expect(after).toEqual({ 't.yaml': 'Resources:\n  User:\n    Type: AWS::IAM::User\n' })
  })

  test.each([
    ['  Other:\n    Type: X\n    DependsOn: [User, Key]\n', 'Other (t.yaml:12) refers to it'],
    ['Outputs:\n  O:\n    Value: !Join ["", [!Ref Key, !Ref User]]\n', 'O (t.yaml:12) refers to it'],
  ])('is not shown while the template needs it: %j', async (rest, reason) => {
    const { edit } = await edited({ 't.yaml': TEMPLATE(rest) }, 'remove')
    expect(edit).toEqual({ diff: null, note: expect.stringContaining(reason) })
  })
})

describe('a second key', () => {
  test('is a copy of the first, with what hands its secret on', async () => {
    const rest = `output "secret" {\n  value = aws_iam_access_key.ci.secret\n}\nresource "aws_ssm_parameter" "ci" {\n  name  = "/ci"\n  value = aws_iam_access_key.ci.secret\n}\n`
    const { after, edit } = await edited({ 'a.tf': block('  pgp_key = "x" # y'), 'b.tf': rest }, 'second')
    const next = (text: string) =>
      text
        .replaceAll('access_key.ci', 'access_key.ci_next')
        .replace('"secret"', '"secret_next"')
        .replace('"ci" {', '"ci_next" {')
        .replace('"/ci"', '"/ci-next"')
    const [output = '', parameter = ''] = rest.split(/(?=resource)/)
    expect(after).toEqual({
      'a.tf': `${block('  pgp_key = "x" # y')}\n${next(block('  pgp_key = "x" # y'))}`,
      'b.tf': `${output}\n${next(output)}${parameter}\n${next(parameter)}`,
    })
    expect(edit.note).toBeNull()
  })

  test.each([
    ['with many blank lines in it and behind it', block().replaceAll('\n', '\n\n\n'), ''],
    ['with many blank lines, and the same again below', block().replaceAll('\n', '\n\n\n\n\n\n'), block()],
    ['behind a byte order mark', `\uFEFF${block()}`, ''],
  ])('is a copy %s', async (_, first, below) => {
    const rest = `${below.replaceAll('ci', 'other')}resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n`
    const { after } = await edited({ 'a.tf': first + rest }, 'second', 'aws_iam_access_key.ci')
    const copy = first.replace('\uFEFF', '').replace('"ci"', '"ci_next"').trimEnd()
    expect(after).toEqual({ 'a.tf': `${first.trimEnd()}\n\n${copy}${/\n+$/.exec(first)?.[0]}${rest}` })
  })

  test('gets a name that is free, by turns the first one again', async () => {
    const twice = block() + block().replace('"ci" {', '"ci_next" {').replace('"ci"\n', '"other"\n')
    expect((await edited({ 'a.tf': twice }, 'second')).edit.diff).toContain(
      '+resource "aws_iam_access_key" "ci_next2" {',
    )
    const next = block().replace('"ci" {', '"ci_next" {')
    expect((await edited({ 'a.tf': next }, 'second')).edit.diff).toContain(
      '+resource "aws_iam_access_key" "ci" {',
    )
  })

  test('says who else reads the first', async () => {
    const files = {
      'a.tf': block(),
      'b.tf': 'resource "kubernetes_secret" "k" {\n  data = aws_iam_access_key.ci.secret\n}\n',
    }
    expect((await edited(files, 'second')).edit.note).toBe(
      'kubernetes_secret.k (b.tf:2) still reads the old key',
    )
  })

  test('in a template is one more resource and output, exported under another name', async () => {
    const text =
      'Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties: { UserName: ci, Serial: 1 }\nOutputs:\n  Secret:\n    Value: !GetAtt Key.SecretAccessKey\n    Export:\n      Name: !Sub "${AWS::StackName}-secret"\n'
    const { after } = await edited({ 't.yaml': text }, 'second')
    expect(after?.['t.yaml']).toBe(
      'Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties: { UserName: ci, Serial: 1 }\n  KeyNext:\n    Type: AWS::IAM::AccessKey\n    Properties: { UserName: ci, Serial: 1 }\nOutputs:\n  Secret:\n    Value: !GetAtt Key.SecretAccessKey\n    Export:\n      Name: !Sub "${AWS::StackName}-secret"\n  SecretNext:\n    Value: !GetAtt KeyNext.SecretAccessKey\n    Export:\n      Name: !Sub "${AWS::StackName}-secret-Next"\n',
    )
  })

  test.each(['two words.tf', 'ü "quoted".tf', 'deep/er/-x.tf'])(
    'in a file of the odd name %j is applied by git',
    async path => {
      expect((await edited({ [path]: block() }, 'second')).after?.[path]).toContain('ci_next')
    },
  )
})

describe('a key that its code rotates', () => {
  const TRIGGERED = (by: string) => block(`  lifecycle {\n    replace_triggered_by = [${by}]\n  }`)
  const CLOCK = 'resource "time_rotating" "t" {\n  rotation_days = 60\n}\n'
  const KEEPER = 'resource "terraform_data" "k" {\n  triggers_replace = time_rotating.t.id\n}\n'
  const rotates = (text: string) =>
    inCheckout({ 'a.tf': text }, 'git', async root => {
      const { keys, possibleKeys } = (await locate(root, DEFAULT_INFRASTRUCTURE)).declarations
      return [...keys, ...possibleKeys].map(one => one.rotates)
    })

  test.each([
    [
      'by a clock',
      TRIGGERED('time_rotating.t') + CLOCK,
      'time_rotating.t (a.tf:7) replaces it every 60 days',
    ],
    [
      'by what a clock makes anew',
      TRIGGERED('terraform_data.k.id') + KEEPER + CLOCK,
      'terraform_data.k (a.tf:7) replaces it',
    ],
    [
      'by its provider',
      'resource "awsutils_expiring_iam_access_key" "x" {\n  user = "ci"\n}\n',
      'awsutils_expiring_iam_access_key rotates it by its age',
    ],
    [
      'not by what no clock drives',
      `${TRIGGERED('null_resource.t')}resource "null_resource" "t" {}\n${CLOCK}`,
      undefined,
    ],
  ])('%s', async (_, text, how) => {
    expect(await rotates(text)).toEqual([how])
  })

  test('gets no second block beside it', async () => {
    const { edit } = await edited({ 'a.tf': TRIGGERED('time_rotating.t') + CLOCK }, 'second')
    expect(edit).toEqual({
      diff: null,
      note: 'time_rotating.t (a.tf:7) replaces it every 60 days, once it is applied',
    })
  })
})
