import type { Edit } from '../domain/audit-result.ts'
import type { Tool } from '../domain/declarations.ts'
import type { Code, PlannedAction } from './rotation.ts'

type Declared = Extract<Code, { readonly kind: 'declared' }>

/** What to write in the file that declares the key, or null where the step changes no code of its own. */
export function editOf(action: PlannedAction, code: Declared, userName: string): Edit | null {
  if (action === 'contain') return editOf('deactivate', code, userName)
  if (action !== 'create-key' && action !== 'deactivate' && action !== 'delete') return null
  const name = resourceName(code)
  const language: Language = code.location.path.endsWith('.json') ? `${code.tool}-json` : code.tool
  const snippet = name ? SNIPPETS[language][action](name, userName) : inWords(action, code.address)
  return { kind: 'edit', tool: code.tool, location: code.location, snippet }
}

type ChangingAction = 'create-key' | 'deactivate' | 'delete'
type Language = Tool | `${Tool}-json`

const SNIPPETS: Readonly<
  Record<Language, Record<ChangingAction, (name: string, userName: string) => string>>
> = {
  terraform: {
    'create-key': (name, userName) => `# beside aws_iam_access_key.${name}, which stays as it is
resource "aws_iam_access_key" "${replacementName(name, '_next')}" {
  user = ${hcl(userName)} # the same value as in aws_iam_access_key.${name}
}
`,
    deactivate: (name, userName) => `resource "aws_iam_access_key" "${name}" {
  user   = ${hcl(userName)} # keep the value that stands here
  status = "Inactive"
}
`,
    delete: name => `# remove the whole block and whatever still refers to it:
# resource "aws_iam_access_key" "${name}"
`,
  },
  'terraform-json': {
    'create-key': (name, userName) =>
      terraformJson(replacementName(name, '_next'), {
        '//': `beside ${name}, which stays as it is; the same value of user`,
        user: template(userName),
      }),
    deactivate: (name, userName) =>
      terraformJson(name, {
        '//': 'keep the value of user that stands here',
        user: template(userName),
        status: 'Inactive',
      }),
    delete: name => `// remove "${name}" of "aws_iam_access_key" and whatever still refers to it\n`,
  },
  cloudformation: {
    'create-key': (name, userName) => `Resources:
  # beside ${name}, which stays as it is
  ${replacementName(name, 'Next')}:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: ${JSON.stringify(userName)} # the same value as in ${name}
`,
    deactivate: (name, userName) => `Resources:
  ${name}:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: ${JSON.stringify(userName)} # keep the value that stands here
      Status: Inactive
`,
    delete: name => `# remove this resource and whatever still refers to it:
# Resources: ${name}
`,
  },
  'cloudformation-json': {
    'create-key': (name, userName) =>
      cloudFormationJson(replacementName(name, 'Next'), { UserName: userName }),
    deactivate: (name, userName) => cloudFormationJson(name, { UserName: userName, Status: 'Inactive' }),
    delete: name => `// remove "${name}" of "Resources" and whatever still refers to it\n`,
  },
}

function terraformJson(name: string, body: Readonly<Record<string, string>>): string {
  return json({ resource: { aws_iam_access_key: { [name]: body } } })
}

function cloudFormationJson(name: string, properties: Readonly<Record<string, string>>): string {
  return json({ Resources: { [name]: { Type: 'AWS::IAM::AccessKey', Properties: properties } } })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** The resource's own name; null where it is made by a module, by count or by for_each. */
function resourceName({ tool, address }: Declared): string | null {
  const pattern = tool === 'terraform' ? /^aws_iam_access_key\.([A-Za-z_][\w-]*)$/ : /^([A-Za-z0-9]+)$/
  return pattern.exec(address)?.[1] ?? null
}

/** By turns `ci` and `ci_next`: when one is made, the other is long gone. */
function replacementName(name: string, suffix: string): string {
  return name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name + suffix
}

const IN_WORDS: Readonly<Record<ChangingAction, string>> = {
  'create-key': 'a second key for the same user beside this one, which stays as it is',
  deactivate: 'status = "Inactive" for this key alone',
  delete: 'this key is no longer declared',
}

function inWords(action: ChangingAction, address: string): string {
  return `# ${address.replace(/[\r\n]+/g, ' ')}: ${IN_WORDS[action]}\n`
}

/** A string literal of Terraform's language. */
function hcl(text: string): string {
  return JSON.stringify(template(text))
}

/** Terraform reads every string as a template, in its JSON syntax, too. */
function template(text: string): string {
  return text.replace(/[$%]\{/g, opening => `${opening.charAt(0)}${opening}`)
}
