/** The changes that a rotation makes to Terraform and CloudFormation, applied and read by the tools themselves; and the Terraform of `setup/`. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, posix } from 'node:path'
import { applyDiff } from '../sandbox/apply-diff.ts'
import type { KeyEdits } from '../src/domain/declarations.ts'
import { once } from '../src/domain/memoize.ts'
import { readTemplate } from '../src/locate/cloudformation/cloudformation.ts'
import { readTerraform } from '../src/locate/terraform/terraform.ts'
import { type Check, NotRun } from './check.ts'
import { PROJECT, tool } from './install.ts'
import { goingKeys, secondKeys } from './pull-branches.ts'
import { inDirectory, mustPass } from './run.ts'

const EDITS = ['second', 'deactivate', 'remove'] as const

export const codeChecks: readonly Check[] = [
  {
    name: 'terraform fmt over setup/terraform',
    async run() {
      await terraform(['fmt', '-check', '-diff', '-recursive', join(PROJECT, 'setup', 'terraform')])
      return undefined
    },
  },
  ...['.', 'remediation'].map(module => ({
    name: `terraform validate over ${posix.join('setup/terraform', module)}`,
    run: () =>
      inDirectory(async directory => {
        cpSync(join(PROJECT, 'setup', 'terraform'), directory, { recursive: true })
        await initAndValidate(join(directory, module))
        return undefined
      }),
  })),
  ...EDITS.flatMap(edit => [
    {
      name: `terraform validate after the edit ${edit}, in .tf and .tf.json`,
      run: () => validate(terraformFiles(edit)),
    },
    {
      name: `terraform fmt after the edit ${edit}`,
      run: () => formatted(terraformFiles(edit)),
    },
    {
      name: `cfn-lint after the edit ${edit}, in YAML and JSON`,
      run: () => lintTemplates(edit),
    },
    {
      name: `terraform validate and cfn-lint over the branches of pull requests of the edit ${edit}`,
      run: () => checkBranches(edit),
    },
  ]),
]

const TERRAFORM: Readonly<Record<string, string>> = {
  'plain.tf': `resource "aws_iam_access_key" "plain" { user = "svc" }
output "plain" {
  value     = aws_iam_access_key.plain.secret
  sensitive = true
}
`,
  'long.tf': `# Who runs the exports
resource "aws_iam_user" "long" {
  name = "long"
}

resource "aws_iam_access_key" "long" {
  count   = 1
  user    = aws_iam_user.long.name # by reference
  pgp_key = "keybase:someone"

  lifecycle { create_before_destroy = true }
}

moved {
  from = aws_iam_access_key.older
  to   = aws_iam_access_key.long
}
`,
  'handed.tf': `resource "aws_iam_access_key" "handed" {
  user = "handed"
}

resource "aws_ssm_parameter" "handed" {
  name  = "/handed/secret"
  type  = "SecureString"
  value = aws_iam_access_key.handed.secret
}

resource "aws_secretsmanager_secret" "handed" {
  name = "handed"
}

resource "aws_secretsmanager_secret_version" "handed" {
  secret_id     = aws_secretsmanager_secret.handed.id
  secret_string = jsonencode({ id = aws_iam_access_key.handed.id, secret = aws_iam_access_key.handed.secret })
}
`,
  'each.tf': `resource "aws_iam_access_key" "each" {
  for_each = toset(["one", "two"])
  user     = each.key
}
`,
  'json.tf.json': `{
  "resource": {
    "aws_iam_access_key": { "json": { "user": "json" } }
  },
  "output": { "json": { "value": "\${aws_iam_access_key.json.secret}", "sensitive": true } }
}
`,
}

const TEMPLATES: Readonly<Record<string, string>> = {
  'template.yaml': `Resources:
  CiUser:
    Type: AWS::IAM::User

  CiKey: # of the exports
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: svc
      Serial: 1
Outputs:
  Secret:
    Value: !GetAtt CiKey.SecretAccessKey
    Export: { Name: !Sub "\${AWS::StackName}-secret" }
`,
  'template.json': `{
  "Resources": {
    "CiUser": { "Type": "AWS::IAM::User" },
    "CiKey": { "Type": "AWS::IAM::AccessKey", "Properties": { "UserName": "svc" } }
  },
  "Outputs": {
    "Secret": { "Value": { "Fn::GetAtt": ["CiKey", "SecretAccessKey"] } }
  }
}
`,
}

/** The files after the edit of each key that has one. */
function terraformFiles(edit: keyof KeyEdits): Record<string, string> {
  const directory = (files: Readonly<Record<string, string>>) => [
    { path: '.', files: Object.entries(files).map(([path, text]) => ({ path, text })) },
  ]
  const addresses = readTerraform(directory(TERRAFORM)).keys.map(({ address }) => address)
  return addresses.reduce<Record<string, string>>((files, address) => {
    const key = readTerraform(directory(files)).keys.find(one => one.address === address)
    const diff = key?.edits[edit].diff ?? null
    return diff === null ? files : applyDiff(files, diff)
  }, TERRAFORM)
}

async function lintTemplates(edit: keyof KeyEdits): Promise<string> {
  return inDirectory(async directory => {
    for (const [path, text] of Object.entries(TEMPLATES)) {
      const [key] = readTemplate(path, text).keys
      const diff = key?.edits[edit].diff
      assert.ok(diff, `${edit} writes no change for ${path}`)
      writeFileSync(join(directory, path), applyDiff({ [path]: text }, diff)[path] ?? '')
    }
    const files = globSync('*', { cwd: directory })
    await mustPass(tool('cfn-lint'), files, { cwd: directory })
    return `${files.length} templates`
  })
}

const DECLARED = {
  ...TERRAFORM,
  'template.yaml': TEMPLATES['template.yaml']?.replace('svc', 'stack') ?? '',
  'template.json': TEMPLATES['template.json']?.replace('svc', 'stack-json') ?? '',
}
const NAMES = ['svc', 'long', 'handed', 'json', 'stack', 'stack-json']
/** At once, as most of it waits for GitHub's pace of writes. */
const made = once(() => Promise.all([secondKeys(DECLARED, NAMES), goingKeys(DECLARED, NAMES)]))

async function checkBranches(edit: keyof KeyEdits): Promise<string> {
  const [second, going] = await made()
  const branches = { second, ...going }[edit]
  // What others refer to is not removed: the issue says what stands in the way.
  assert.equal(branches.length, NAMES.length - (edit === 'remove' ? 1 : 0))
  for (const files of branches) {
    const paths = Object.keys(files)
    const terraformFiles = paths.filter(path => /\.tf(\.json)?$/.test(path))
    await validate(Object.fromEntries(terraformFiles.map(path => [path, files[path] ?? ''])))
    await inDirectory(async directory => {
      const templates = paths.filter(path => path.startsWith('template.'))
      for (const path of templates) writeFileSync(join(directory, path), files[path] ?? '')
      await mustPass(tool('cfn-lint'), templates, { cwd: directory })
    })
  }
  return `${branches.length} branches`
}

async function validate(files: Readonly<Record<string, string>>): Promise<string> {
  return inDirectory(async directory => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    await initAndValidate(directory)
    return `${Object.keys(files).length} files`
  })
}

async function initAndValidate(directory: string): Promise<void> {
  const mirror = `-plugin-dir=${providerMirror()}`
  await terraform(['init', '-input=false', '-backend=false', '-no-color', mirror], directory)
  await terraform(['validate', '-no-color'], directory)
}

async function formatted(files: Readonly<Record<string, string>>): Promise<string> {
  return inDirectory(async directory => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    await terraform(['fmt', '-check', '-diff'], directory)
    return `${Object.keys(files).length} files`
  })
}

/** What Terraform said. */
export async function terraform(
  args: readonly string[],
  cwd?: string,
  env: Record<string, string> = {},
): Promise<string> {
  if (spawnSync('terraform', ['version']).status !== 0) throw new NotRun('there is no terraform on the PATH')
  return mustPass('terraform', args, { env, ...(cwd === undefined ? {} : { cwd }) })
}

/** A filesystem mirror that holds the AWS provider: the variable's, else one where Terraform looks by itself, else one of an add-on package. */
export function providerMirror(): string {
  const asked = process.env['TF_PLUGIN_MIRROR'] ?? process.env['TF_PLUGIN_CACHE_DIR']
  // https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
  const implied = [
    join(homedir(), '.terraform.d', 'plugins'),
    join(homedir(), 'Library', 'Application Support', 'io.terraform', 'plugins'),
    join(homedir(), '.local', 'share', 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ]
  const mirrors = [...(asked ? [asked] : []), ...implied, ...globSync('/opt/*')]
  const found = mirrors.find(
    mirror =>
      existsSync(mirror) &&
      globSync('*/hashicorp/aws/**/terraform-provider-aws*', { cwd: mirror }).length > 0,
  )
  if (found) return found
  throw new NotRun(
    'no filesystem mirror with the AWS provider was found; name one in TF_PLUGIN_MIRROR (terraform providers mirror makes one)',
  )
}
