/** The README's set-up, and the recipes' commands to find a key, as they stand there, against moto; only GitHub's own commands stand in. */

import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runAction } from '../sandbox/runner.ts'
import { hmacOf } from '../src/publish/pseudonyms.ts'
import type { Check } from './check.ts'
import { providerMirror, terraform } from './code.ts'
import { PROJECT, tool } from './install.ts'
import type { MotoPeer } from './moto.ts'
import { inDirectory, mustPass, run } from './run.ts'
import { policiesOf } from './template.ts'

const [ASK = '', DEPLOY = '', START = ''] = blocks('README.md', '### Set up the role', 'sh')
const [MODULE = ''] = blocks('README.md', '### Set up the role', 'hcl')
const [BY_DATE = '', BY_NAME = ''] = blocks('docs/recipes.md', '## Which key is it?', 'sh')
const LIST = 'aws iam list-open-id-connect-providers --output text --query OpenIDConnectProviderList[].Arn'
// A role of the name that is there already: deploying fails until somebody removes it.
const IN_THE_WAY =
  "aws iam create-role --role-name access-key-rotation-audit --assume-role-policy-document '{}' > /dev/null"
const OUT_OF_THE_WAY = 'aws iam delete-role --role-name access-key-rotation-audit'
const PROVIDER =
  'aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com'

export function setupChecks(moto: MotoPeer): readonly Check[] {
  return [
    {
      name: 'setup: CloudFormation in a new account, and the same commands again',
      async run() {
        const role = await deploy(moto, '111111111101', '')
        assert.match(role, /^arn:aws:iam::111111111101:role\/access-key-rotation-audit$/m)
        await deploy(moto, '111111111101', '')
        return firstRun(moto, '111111111101', role)
      },
    },
    {
      name: 'setup: CloudFormation in an account that has the provider',
      async run() {
        const role = await deploy(moto, '111111111102', PROVIDER)
        return firstRun(moto, '111111111102', role)
      },
    },
    ...(['', PROVIDER] as const).map((before, index) => ({
      name: `setup: CloudFormation again after a failure, in ${before ? 'an account that has the provider' : 'a new account'}`,
      async run() {
        const account = `11111111110${6 + index}`
        const role = await deploy(moto, account, `${before}\n${FAILURE}`)
        return firstRun(moto, account, role)
      },
    })),
    {
      name: 'setup: Terraform again after a failure',
      async run() {
        const role = await apply(moto, '111111111108', null, true)
        return firstRun(moto, '111111111108', role)
      },
    },
    {
      name: 'setup: Terraform in a new account, again, and in one that has the provider',
      async run() {
        const role = await apply(moto, '111111111103', null)
        await shell(moto, '111111111104', PROVIDER)
        const arn = 'arn:aws:iam::111111111104:oidc-provider/token.actions.githubusercontent.com'
        await apply(moto, '111111111104', arn)
        return firstRun(moto, '111111111103', role)
      },
    },
    {
      name: 'setup: Terraform gives the role that changes keys the policies that CloudFormation gives it',
      run: () => remediationTwins(moto, '111111111105'),
    },
    {
      name: 'setup: the commands that tell which key is it',
      run: () => findKey(moto, '111111111109'),
    },
  ]
}

/** The README's commands where they fail, and what mends the cause. */
const FAILURE = `${IN_THE_WAY}
if bash -euo pipefail > failed.log 2>&1 << 'END'
${ASK}
${DEPLOY}
END
then exit 1; fi
grep "Failed to create/update the stack" failed.log
${OUT_OF_THE_WAY}`

/** Follows the README to its end; answers the ARN that it printed. */
async function deploy(moto: MotoPeer, account: string, before: string): Promise<string> {
  const said = await shell(moto, account, [before, ASK, DEPLOY, `${LIST} | wc -w`, START].join('\n'))
  const role = /^arn:\S+:role\/\S+$/m.exec(said)?.[0] ?? ''
  assert.match(said, /^\s*1$/m, `one provider, as before or as made:\n${said}`)
  assert.ok(
    said.includes(`gh variable set ACCESS_KEY_AUDIT_ROLE --repo octo-org/octo-repo --body ${role}`),
    said,
  )
  assert.ok(said.includes('gh workflow run access-key-rotation.yml --repo octo-org/octo-repo'), said)
  return role
}

async function apply(
  moto: MotoPeer,
  account: string,
  provider: string | null,
  failsFirst = false,
): Promise<string> {
  const source = /"github\.com\/[^"]*\/setup\/terraform\?ref=[^"]*"/
  assert.match(MODULE, source)
  const given = MODULE.replace(source, '"./module"').replace(
    /(oidc_provider_arn = )null/,
    `$1${JSON.stringify(provider)}`,
  )
  return applyModule(moto, account, given, failsFirst)
}

/** What is simulated of the template's policies is thereby known of the module's. */
async function remediationTwins(moto: MotoPeer, account: string): Promise<string> {
  const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`
  const given = {
    repository: 'octo-org/octo-repo',
    ...{ owner_id: '123456', repository_id: '456789', oidc_provider_arn: provider, user_path: '/ci/' },
  }
  const lines = Object.entries(given).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`)
  const output = 'output "role_arn" {\n  value = module.remediation.role_arn\n}\n'
  const main = `module "remediation" {\n  source = "./module/remediation"\n${lines.join('\n')}\n}\n${output}`
  const role = await applyModule(moto, account, main)
  const name = role.split('/').at(-1) ?? ''
  const ask = async (command: string) => {
    const said = await shell(moto, account, `aws iam ${command} --role-name ${name} --output json`)
    return JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1))
  }
  const { Role } = await ask('get-role')
  const { PolicyDocument } = await ask('get-role-policy --policy-name remediation')
  const expected = policiesOf(
    'setup/remediation.yaml',
    {
      Repository: given.repository,
      ...{ OwnerId: given.owner_id, RepositoryId: given.repository_id },
      ...{ OidcProviderArn: provider, UserPath: given.user_path },
    },
    { 'AWS::Partition': 'aws', 'AWS::AccountId': account },
  )
  const [permissions] = expected.permissions
  assert.deepEqual(lists(PolicyDocument), lists(permissions))
  assert.deepEqual(lists(Role.AssumeRolePolicyDocument), lists(expected.trust))
  return role.trim()
}

/** By its date and by the name that it has under a secret. */
async function findKey(moto: MotoPeer, account: string): Promise<string> {
  const secret = '0123456789abcdef0123456789abcdef'
  const make = 'aws iam create-user --user-name ci\naws iam create-access-key --user-name ci'
  const said = await shell(moto, account, `${make}\n${BY_DATE}\nREDACTION_SECRET=${secret}\n${BY_NAME}`)
  const [, key = ''] = /"AccessKeyId": "(\w+)"/.exec(said) ?? []
  assert.match(said, new RegExp(`^20\\d\\d-\\S+\\s+ci\\s+${key}$`, 'm'))
  const name = hmacOf(secret, 'key', key).slice(0, 8)
  assert.match(said, new RegExp(`^${name} ci ${key}$`, 'm'))
  return `${name} is ${key}`
}

/** Every list sorted, and a lone value as a list of one, for IAM reads both alike. */
function lists(policy: unknown): unknown {
  if (Array.isArray(policy)) return policy.map(each => (typeof each === 'object' ? lists(each) : each)).sort()
  if (typeof policy !== 'object' || policy === null) return [policy]
  const fields = Object.entries(policy).filter(([name]) => name !== 'Sid')
  return Object.fromEntries(fields.map(([name, value]) => [name, lists(value)]))
}

/** Applied twice over `setup/terraform` as `./module`, the second time without a change; answers the role's ARN. */
async function applyModule(
  moto: MotoPeer,
  account: string,
  main: string,
  failsFirst = false,
): Promise<string> {
  return inDirectory(async directory => {
    cpSync(join(PROJECT, 'setup', 'terraform'), join(directory, 'module'), { recursive: true })
    writeFileSync(join(directory, 'main.tf'), main)
    const env = await credentials(moto, account)
    const mirror = `-plugin-dir=${providerMirror()}`
    await terraform(['init', '-input=false', '-no-color', mirror], directory, env)
    const once = ['apply', '-auto-approve', '-input=false', '-no-color']
    if (failsFirst) {
      await shell(moto, account, IN_THE_WAY)
      await assert.rejects(terraform(once, directory, env), /EntityAlreadyExists/)
      await shell(moto, account, OUT_OF_THE_WAY)
    }
    await terraform(once, directory, env)
    assert.match(await terraform(once, directory, env), /No changes/)
    return terraform(['output', '-raw', 'role_arn'], directory, env)
  })
}

/** The workflow's first run, by the role that was made. */
async function firstRun(moto: MotoPeer, account: string, role: string): Promise<string> {
  await shell(moto, account, 'aws iam create-user --user-name ci\naws iam create-access-key --user-name ci')
  const { outputs, log } = await runAction({
    sandbox: moto.sandbox,
    env: { AWS_ENDPOINT_URL: moto.url },
    inputs: { 'role-to-assume': role.trim() },
  })
  assert.equal(outputs['active-key-count'], '1', log)
  assert.equal(outputs['result'], 'pass', log)
  return `${role.trim()}, and the first run passes`
}

/** What bash said, in a clone of a repository with the workflow that the README shows. */
async function shell(moto: MotoPeer, account: string, script: string): Promise<string> {
  const bin = join(PROJECT, 'peers', 'stand-ins', 'bin')
  const env = {
    ...(await credentials(moto, account)),
    PEERS_PROJECT: PROJECT,
    GIT_CONFIG_COUNT: '2',
    ...{ GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'octocat' },
    ...{ GIT_CONFIG_KEY_1: 'user.email', GIT_CONFIG_VALUE_1: 'octocat@example.com' },
    PATH: [bin, dirname(tool('python')), dirname(process.execPath)].join(delimiter),
  }
  return inDirectory(async directory => {
    const clone =
      'git init --quiet --bare origin; git clone --quiet origin clone; cd clone; mkdir -p .github/workflows'
    await mustPass('bash', ['-c', clone], { cwd: directory, env })
    const cwd = join(directory, 'clone')
    cpSync(
      join(PROJECT, 'examples', 'nightly.yml'),
      join(cwd, '.github', 'workflows', 'access-key-rotation.yml'),
    )
    return mustPass('bash', ['-euo', 'pipefail', '-c', script], { cwd, env })
  })
}

/** Credentials in the account, which moto gives to anyone. */
async function credentials(moto: MotoPeer, account: string): Promise<Record<string, string>> {
  const base = {
    AWS_ENDPOINT_URL: moto.url,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
  }
  const role = `arn:aws:iam::${account}:role/setup`
  const { output } = await run(
    join(dirname(tool('python')), 'aws'),
    ['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'setup', '--output', 'json'],
    { env: base },
  )
  const { Credentials } = JSON.parse(output)
  return {
    ...base,
    AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials.SessionToken,
  }
}

/** The code of a language below a heading, up to the next of its level. */
function blocks(file: string, title: string, language: string): string[] {
  const [level] = title.split(' ')
  const [, after = ''] = readFileSync(join(PROJECT, file), 'utf8').split(`\n${title}\n`)
  const [section = ''] = after.split(`\n${level} `)
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )
}
