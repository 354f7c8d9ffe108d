/** The changes that the rotation procedure writes for Terraform and CloudFormation, applied to a file stage by stage and read by the tools themselves; and the Terraform of `setup/`. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Tool } from '../src/domain/declarations.ts'
import { editOf } from '../src/evaluate/procedure-code.ts'
import { type Check, NotRun } from './check.ts'
import { PROJECT, tool } from './install.ts'
import { inDirectory, mustPass } from './run.ts'

const USERS = ['ci', 'team+x=1,y@example.com', '${aws_iam_user.x}%{if}"\\']
const ACTIONS = ['create-key', 'deactivate', 'delete'] as const
type Action = (typeof ACTIONS)[number]

export const codeChecks: readonly Check[] = [
  {
    name: 'terraform fmt over setup/terraform',
    async run() {
      await terraform(['fmt', '-check', '-diff', '-recursive', join(PROJECT, 'setup', 'terraform')])
      return undefined
    },
  },
  {
    name: 'terraform validate over setup/terraform',
    async run() {
      const directory = join(PROJECT, 'setup', 'terraform')
      const files = globSync('*.tf', { cwd: directory }).map(file => [
        file,
        readFileSync(join(directory, file), 'utf8'),
      ])
      return validate(Object.fromEntries(files))
    },
  },
  ...ACTIONS.map(action => ({
    name: `terraform validate after the change of the step ${action}, in .tf and .tf.json`,
    run: () => validate(terraformFiles(action)),
  })),
  ...ACTIONS.map(action => ({
    name: `cfn-lint after the change of the step ${action}, in YAML and JSON`,
    run: () => lintTemplates(action),
  })),
]

/** One file a user and syntax, as it stands after the step. */
function terraformFiles(action: Action): Record<string, string> {
  const files = USERS.flatMap((user, index) => [
    [`user${index}.tf`, terraformAfter(action, `ci${index}`, user)],
    [`user${index}_json.tf.json`, terraformJsonAfter(action, `json${index}`, user)],
  ])
  return Object.fromEntries(files)
}

function terraformAfter(action: Action, name: string, user: string): string {
  const old = `resource "aws_iam_access_key" "${name}" {\n  user = ${hcl(user)}\n}\n`
  const write = (step: Action) => change('terraform', `${name}.tf`, `aws_iam_access_key.${name}`, step, user)
  const output = (key: string) =>
    `output "${name}" {\n  value     = aws_iam_access_key.${key}.secret\n  sensitive = true\n}\n`
  const created = write('create-key')
  switch (action) {
    case 'create-key':
      return old + created + output(name)
    case 'deactivate':
      return write('deactivate') + created + output(`${name}_next`)
    case 'delete':
      return created + write('delete') + output(`${name}_next`)
  }
}

function terraformJsonAfter(action: Action, name: string, user: string): string {
  const write = (step: Action) =>
    change('terraform', `${name}.tf.json`, `aws_iam_access_key.${name}`, step, user)
  const keysOf = (text: string) => JSON.parse(text).resource.aws_iam_access_key
  const old = { [name]: { user: template(user) } }
  const created = keysOf(write('create-key'))
  const rest = { 'create-key': old, deactivate: keysOf(write('deactivate')), delete: {} }[action]
  return JSON.stringify({ resource: { aws_iam_access_key: { ...rest, ...created } } })
}

async function lintTemplates(action: Action): Promise<string> {
  const [user = ''] = USERS.slice(1)
  return inDirectory(async directory => {
    for (const file of ['template.yaml', 'template.json']) {
      const write = (step: Action) => change('cloudformation', file, 'CiKey', step, user)
      const keysOf = (text: string) => parse(text).Resources
      const old = { CiKey: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: user } } }
      const created = keysOf(write('create-key'))
      const rest = { 'create-key': old, deactivate: keysOf(write('deactivate')), delete: {} }
      assert.deepEqual(Object.keys(created), ['CiKeyNext'])
      const template = { Resources: { ...rest[action], ...created } }
      writeFileSync(join(directory, file), JSON.stringify(template))
      // As written, too: a snippet that only our parser understands is none.
      const snippet = write(action === 'delete' ? 'create-key' : action)
      writeFileSync(join(directory, `snippet-${file}`), snippet)
    }
    const files = globSync('*', { cwd: directory })
    await mustPass(tool('cfn-lint'), files, { cwd: directory })
    return `${files.length} templates`
  })
}

function change(of: Tool, path: string, address: string, action: Action, user: string): string {
  const code = { kind: 'declared', tool: of, address, location: { path, line: 1 } } as const
  const written = editOf(action, code, user)
  assert.ok(written, `the step ${action} writes no change for ${path}`)
  return written.snippet
}

function hcl(text: string): string {
  return JSON.stringify(template(text))
}

function template(text: string): string {
  return text.split('${').join('$${').split('%{').join('%%{')
}

async function validate(files: Readonly<Record<string, string>>): Promise<string> {
  const mirror = providerMirror()
  return inDirectory(async directory => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    await terraform(
      ['init', '-input=false', '-backend=false', '-no-color', `-plugin-dir=${mirror}`],
      directory,
    )
    await terraform(['validate', '-no-color'], directory)
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
