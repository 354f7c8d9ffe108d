import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readCodeOwners } from '../../src/locate/checkout/codeowners.ts'
import { readKeyIds } from '../../src/locate/checkout/key-ids.ts'
import { readTemplate } from '../../src/locate/cloudformation/cloudformation.ts'
import { readHcl } from '../../src/locate/hcl/hcl.ts'
import { readKeyMakers } from '../../src/locate/makers/key-makers.ts'
import { readTerraformJson } from '../../src/locate/terraform/json.ts'
import { readTerraform } from '../../src/locate/terraform/terraform.ts'
import { readWorkflow } from '../../src/locate/workflows/workflows.ts'

const terraform = (text: string, path = 'main.tf') => readTerraform([{ path: '.', files: [{ path, text }] }])
const readers: Record<string, (text: string) => unknown> = {
  Terraform: terraform,
  'Terraform JSON': text => terraform(text, 'main.tf.json'),
  CloudFormation: text => readTemplate('template.yaml', text),
  'a workflow': text => readWorkflow('.github/workflows/w.yml', text),
  'key IDs': text => readKeyIds('file', text),
  'what makes keys': text => readKeyMakers('a.py', `iam.create_access_key(UserName=a)\n${text}`),
  CODEOWNERS: text => readCodeOwners('CODEOWNERS', text),
}

const SIZE = 100_000
const repeated = (text: string) => text.repeat(Math.ceil(SIZE / text.length))

/** Files that grow what reads them without care: its stack, its time or its memory. */
const HOSTILE: Record<string, string> = {
  NULs: repeated('\0'),
  'lone surrogates': `a = "${repeated('\ud800')}"`,
  'one huge line': `a = "${repeated('x')}"`,
  'deep lists': `a = ${repeated('[')}`,
  'deep objects': `a = ${repeated('{a = ')}`,
  'deep templates': repeated('"${'),
  'unterminated strings': repeated('resource "a" "b" {\n x = "\n'),
  'unterminated heredocs': repeated('resource "a" "b" {\n x = <<EOT\n'),
  'unterminated comments': repeated('resource "a" "b" { /*\n'),
  'endless conditions': `a = ${repeated('b ? c : ')}`,
  'endless references': `a = b${repeated('.c')}`,
  'deep YAML': Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  'a YAML bomb': Array.from({ length: 2000 }, (_, n) => `a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`).join('\n'),
  'aliases for resources': `x: &x {Type: AWS::IAM::User}\nResources:\n${Array.from({ length: 3000 }, (_, n) => ` u${n}: *x`).join('\n')}`,
  'names that double': `Resources:\n${Array.from({ length: 1000 }, (_, n) => ` u${n}: {Type: AWS::IAM::User, Properties: {UserName: !Sub "\${u${n + 1}}\${u${n + 1}}"}}`).join('\n')}`,
  'locals that double': `locals {\n a0 = "x"\n${Array.from({ length: 1000 }, (_, n) => ` a${n + 1} = "\${local.a${n}}\${local.a${n}}"`).join('\n')}\n}\nresource "aws_iam_user" "x" {\n name = local.a1000\n}`,
  'a chain of locals': `locals {\n${Array.from({ length: 5000 }, (_, n) => ` a${n} = local.a${n + 1}`).join('\n')}\n}\nresource "aws_iam_user" "x" {\n name = local.a0\n}`,
  'loops in loops': `locals { l = [${'"a",'.repeat(5000)}] }\nresource "aws_iam_user" "x" {\n for_each = toset([for a in local.l : [for b in local.l : [for c in local.l : c]]])\n name = each.key\n}`,
  'counts of thousands': Array.from(
    { length: 500 },
    (_, n) => `resource "aws_iam_user" "u${n}" {\n count = 5000\n name = "\${count.index}"\n}`,
  ).join('\n'),
  'expressions in a workflow': `env: { AWS_ACCESS_KEY_ID: "${repeated('${{')}" }`,
  'many prefixes': repeated('AKIA'),
  'many makers': repeated('iam.create_access_key(UserName=name);\n'),
  'open makers': repeated('create_access_key(UserName=name('),
  'commands without end': repeated('create-access-key --user-name "'),
  'mappings of makers': repeated('- kind: AccessKey\n'),
  'gaps in names': repeated('a{b}${c}'),
  'open gaps': repeated('{{((${<%'),
  assignments: repeated('a = b\n'),
  'escaped blanks': repeated('\\ '),
}

describe.each(Object.entries(readers))('%s', (_name, reader) => {
  test.each(Object.keys(HOSTILE))('%s neither crash nor hang it', kind => {
    expect(() => reader(HOSTILE[kind] ?? '')).not.toThrow()
  })

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(text(), input => {
        reader(input)
      }),
      { numRuns: 300 },
    )
  })
})

test('names of Object.prototype are names like any other', () => {
  const { users, keys } = terraform(`
locals { __proto__ = "constructor" }
resource "aws_iam_user" "__proto__" { name = local.__proto__ }
resource "aws_iam_access_key" "toString" { user = aws_iam_user.__proto__.name }
resource "aws_iam_user" "none" { name = local.toString }
resource "aws_iam_access_key" "none" { user = aws_iam_user.valueOf.name }`)
  expect(users.map(({ userName }) => userName)).toEqual(['constructor'])
  expect(keys.map(({ userName }) => userName)).toEqual(['constructor'])
  const template = readTemplate(
    't.yaml',
    'Resources: {__proto__: {Type: AWS::IAM::User, Properties: {UserName: !Ref toString}}}',
  )
  expect(template.users).toEqual([])
})

test('every alias is followed to the anchor before it, however many there are', () => {
  const count = 5000
  const resources = Array.from({ length: count }, (_, n) => ` u${n}: *user`).join('\n')
  const { users } = readTemplate(
    't.yaml',
    `x: &user {Type: AWS::IAM::User, Properties: {UserName: ann}}
Resources:
${resources}
 late: *later
 again: {Type: AWS::IAM::User, Properties: {UserName: &name bob}}
 y: &user {Type: AWS::IAM::User, Properties: {UserName: *name}}
 last: *user
z: &later {Type: AWS::IAM::User, Properties: {UserName: eve}}`,
  )
  expect(users.map(({ userName }) => userName)).toEqual([...Array(count).fill('ann'), 'bob', 'bob', 'bob'])
})

test('what looks like a user name but cannot be one is none', () => {
  expect(terraform('resource "aws_iam_user" "x" { name = "::error::x" }').users).toEqual([])
  expect(terraform(`resource "aws_iam_user" "x" { name = "${'a'.repeat(65)}" }`).users).toEqual([])
})

test('every plain string comes back from native and JSON syntax as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      const quoted = JSON.stringify(value).replace(/\\[bf]/g, ' ')
      const written: string = JSON.parse(quoted)
      fc.pre(!/[$%]\{/.test(written))
      const literal = { kind: 'literal', value: written }
      expect(readHcl(`a = ${quoted}`).attributes.get('a')).toEqual(literal)
      const json = readTerraformJson(`{"locals": {"a": ${quoted}}}`)
      expect(json.blocks[0]?.attributes.get('a')).toEqual(literal)
    }),
    { numRuns: 300 },
  )
})

test('a block is found at its line whatever stands before it', () => {
  fc.assert(
    fc.property(fc.array(harmless()), before => {
      const head = before.join('')
      const { blocks, errors } = readHcl(`${head}resource "aws_iam_user" "here" {}`)
      expect(errors).toEqual([])
      expect(blocks.at(-1)?.line).toBe(head.split('\n').length)
    }),
  )
})

/** Texts of the words and signs that the readers know, which plain random texts never hit. */
function text(): fc.Arbitrary<string> {
  const words = [
    'resource ',
    '"aws_iam_user" ',
    '"x" ',
    'name',
    ' = ',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    '${',
    '%{',
    '<<EOT\n',
    'EOT\n',
  ]
  const signs = [
    '\n',
    ' ',
    '#',
    '/*',
    '*/',
    ',',
    ':',
    '?',
    '.',
    '*',
    '...',
    'for ',
    ' in ',
    '=>',
    'if ',
    '1',
    '\\',
    '\\u',
    '-',
    '!',
    '&a ',
    '*a ',
    '|\n',
  ]
  const keys = [
    'Resources:',
    'Type: AWS::IAM::User',
    'Properties:',
    'UserName: !Sub ',
    '!Ref ',
    'env:',
    'with:',
    'AWS_ACCESS_KEY_ID:',
    'AKIA',
    '@',
    '\0',
    '\t',
    '\ud800',
  ]
  return fc.oneof(
    fc.array(fc.constantFrom(...words, ...signs, ...keys), { maxLength: 60 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )
}

function harmless(): fc.Arbitrary<string> {
  return fc.constantFrom(
    '# resource "aws_iam_user" "no" {\n',
    '// }\n',
    '/* {\n\n */\n',
    'a = "\\"{"\n',
    'b = <<-EOT\n  resource "aws_iam_user" "no" {\n  EOT\n',
    'c = [\n  1, # ]\n  { d = "}" },\n]\n',
    'resource "x" "y" {\n  e = "${f("}")}"\n}\n',
    '\r\n',
  )
}
