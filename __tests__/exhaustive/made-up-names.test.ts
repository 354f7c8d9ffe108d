import { describe, expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../src/config/schema.ts'
import type { Declared } from '../../src/domain/audit-result.ts'
import { declaredOf, indexDeclarations } from '../../src/evaluate/declared.ts'
import { locate } from '../../src/locate/locate.ts'
import { inCheckout } from '../locate/checkout.ts'

/** What the checkout with one file says of a key of the user. */
async function answerFor(user: string, path: string, text: string | Uint8Array): Promise<Declared | null> {
  return inCheckout({ [path]: text }, 'git', async root => {
    const { declarations, mentionsOf } = await locate(root, DEFAULT_INFRASTRUCTURE)
    const holder = {
      user,
      account: '123456789012',
      keys: [{ active: true }],
      complete: true,
      madeByHand: false,
    }
    return declaredOf(holder, indexDeclarations(declarations), await mentionsOf([user]))({ active: true })
  })
}

/** Nowhere does the whole name stand; each makes a key of a user whose name it finds out when it runs. */
const MADE_UP: readonly (readonly [path: string, text: string])[] = [
  ['a.py', 'iam.create_access_key(UserName=name)'],
  ['a.py', 'iam.create_access_key(UserName="svc-" + name)'],
  ['a.py', 'iam.create_access_key(UserName=f"svc-{self.name()}")'],
  ['a.py', 'iam.create_access_key(UserName="svc-%s" % name)'],
  ['a.py', 'iam.create_access_key(UserName="svc-{}".format(name))'],
  ['a.py', 'iam.create_access_key(UserName="-".join(["svc", name]))'],
  ['a.py', 'iam.create_access_key(UserName="alice" if test else name)'],
  ['a.py', 'iam.create_access_key(UserName="svc"\n  "-" f"{name}")'],
  ['a.py', 'iam.create_access_key(**given)'],
  ['a.py', 'iam.create_access_key()'],
  ['a.py', 'def make(name="alice"):\n    iam.create_access_key(UserName=name)'],
  ['a.py', 'def make(\n    name="alice"\n):\n    iam.create_access_key(UserName=name)'],
  ['a.py', 'name = "alice"\nfor name in names:\n    iam.create_access_key(UserName=name)'],
  ['a.py', 'name = "alice"\nname = given\niam.create_access_key(UserName=name)'],
  ['a.py', 'make = iam.create_access_key\nmake(UserName=name)'],
  ['a.py', 'getattr(iam, "create_access_key")(UserName=name)'],
  ['a.py', 'subprocess.run(["aws", "iam", "create-access-key", "--user-name", name])'],
  ['a.py', 'subprocess.run([\n  "aws", "iam",\n  "create-access-key",\n  "--user-name",\n  name,\n])'],
  ['a.py', 'os.system("aws iam create-access-key --user-name " + name)'],
  ['a.py', 'os.system("aws iam create-access-key --user-name svc-" + name)'],
  ['a.py', 'os.system(f"aws iam create-access-key --user-name svc-{name}")'],
  ['a.py', 'from troposphere.iam import AccessKey\nt.add_resource(AccessKey("Key", UserName=Ref(user)))'],
  ['a.py', 'from aws_cdk.aws_iam import AccessKey as Key\nKey(self, "Key", user=user)'],
  ['a.py', 'key = aws.iam.AccessKey("key", user=user.name)'],
  ['a.js', 'new iam.AccessKey(this, "Key", { user })'],
  ['a.js', 'new iam.AccessKey(this, "Key", { user: props.user })'],
  ['a.js', 'for (const user of users)\n  new iam.AccessKey(this, user.id, {\n    user,\n  })'],
  ['a.js', 'const f = name => iam.createAccessKey({ UserName: `svc-${name}` }).promise()'],
  ['a.js', 'iam.createAccessKey({ UserName: "svc-"\n  + name })'],
  ['a.js', 'iam.createAccessKey({ UserName: ["svc", name].join("-") })'],
  ['a.js', 'await client.send(new CreateAccessKeyCommand({ UserName: name }))'],
  ['a.js', 'const given = { UserName: name }\nawait client.send(new CreateAccessKeyCommand(given))'],
  [
    'a.js',
    'import { CreateAccessKeyCommand as Make } from "@aws-sdk/client-iam"\nsend(new Make({ UserName: n }))',
  ],
  ['a.js', 'import { IamAccessKey } from "aws/iam"\nnew IamAccessKey(this, "key", { user: name })'],
  ['a.js', 'promisify(iam.createAccessKey)({ UserName: name })'],
  ['a.js', 'new AwsCustomResource(this, "k", { onCreate: { service: "IAM", action: "createAccessKey" } })'],
  ['sst.config.ts', 'const key = new aws.iam.AccessKey("key", { user: user.name })'],
  ['a.go', 'svc.CreateAccessKey(&iam.CreateAccessKeyInput{UserName: aws.String("svc-" + name)})'],
  ['a.go', 'input := &iam.CreateAccessKeyInput{UserName: &name}\nsvc.CreateAccessKey(ctx, input)'],
  ['a.go', 'key, err := iam.NewAccessKey(ctx, "key", &iam.AccessKeyArgs{User: user.Name})'],
  ['A.java', 'iam.createAccessKey(CreateAccessKeyRequest.builder().userName("svc-" + name).build());'],
  ['A.java', 'var r = new CreateAccessKeyRequest();\nr.setUserName(name);\niam.createAccessKey(r);'],
  ['A.java', 'AccessKey.Builder.create(this, "awsKey").user(user).build();'],
  ['A.kt', 'iam.createAccessKey(CreateAccessKeyRequest { userName = "svc-$name" })'],
  ['A.cs', 'await iam.CreateAccessKeyAsync(new CreateAccessKeyRequest { UserName = $"svc-{name}" });'],
  ['a.rb', 'iam.create_access_key(user_name: "svc-#{name}")'],
  ['a.rb', 'iam.create_access_key({ user_name: name })'],
  ['a.php', "$iam->createAccessKey(['UserName' => 'svc-' . $name]);"],
  ['a.rs', 'client.create_access_key().user_name(format!("svc-{}", name)).send().await?;'],
  ['a.cpp', 'Aws::IAM::Model::CreateAccessKeyRequest r;\nr.SetUserName(name);\niam.CreateAccessKey(r);'],
  ['a.clj', '(aws/invoke iam {:op :CreateAccessKey :request {:UserName n}})'],
  ['a.ps1', 'New-IAMAccessKey -UserName "svc-$Name"'],
  ['a.ps1', '$given = @{ UserName = $n }\nNew-IAMAccessKey @given'],
  ['a.sh', 'aws iam create-access-key --user-name "$NAME"'],
  ['a.sh', 'aws iam create-access-key --user-name svc-"$NAME"'],
  ['a.sh', 'aws iam create-access-key --user-name "$(next_user)"'],
  ['a.sh', 'aws iam create-access-key \\\n  --user-name \\\n  "$1"'],
  ['a.sh', 'aws --profile ops iam \\\n  create-access-key --cli-input-json "$given"'],
  ['a.sh', 'NAME=alice\nread -r NAME\naws iam create-access-key --user-name "$NAME"'],
  ['a.sh', 'curl "https://iam.amazonaws.com/?Action=CreateAccessKey&UserName=$NAME"'],
  ['a.sh', 'vault write aws/static-roles/report username="svc-$NAME" rotation_period=90d'],
  ['a.bat', 'aws iam create-access-key --user-name svc-%NAME%'],
  ['Makefile', 'NAME = alice\nkey:\n\taws iam create-access-key --user-name $(NAME)'],
  ['a.ipynb', '{"cells": [{"source": ["iam.create_access_key(UserName=\\"svc-\\" + name)\\n"]}]}'],
  [
    '.github/workflows/a.yml',
    'jobs: { a: { steps: [ { run: "aws iam create-access-key --user-name ${{ inputs.name }}" } ] } }',
  ],
  ['a.yml', '- amazon.aws.iam_access_key:\n    user_name: "{{ item }}"\n  loop: "{{ users }}"'],
  ['a.yml', '- iam_access_key:\n    user_name: svc-{{ item }}'],
  ['a.yml', '- iam:\n    iam_type: user\n    name: "{{ item }}"\n    access_key_state: create'],
  ['a.yaml', 'resources:\n  key:\n    type: aws:iam:AccessKey\n    properties: { user: "${user.name}" }'],
  [
    'a.yaml',
    'apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\nspec:\n  forProvider:\n    userRef: { name: report }',
  ],
  ['a.json', '{ "apiVersion": "iam.aws.upbound.io/v1beta1", "kind": "AccessKey", "spec": {} }'],
  ['a.jsonnet', '{ apiVersion: "iam.aws.upbound.io/v1beta1", kind: "AccessKey", user: "svc-" + name }'],
  [
    'a.jsonnet',
    '{ Resources: { K: { Type: "AWS::IAM::AccessKey", Properties: { UserName: "svc-" + n } } } }',
  ],
  ['a.cue', 'resource: aws_iam_access_key: k: user: "svc-\\(name)"'],
  ['a.tf.j2', 'resource "aws_iam_access_key" "k" {\n  user = "svc-{{ name }}"\n}'],
  ['a.tf.erb', 'resource "aws_iam_access_key" "k" {\n  user = "svc-<%= name %>"\n}'],
  [
    'a.yaml.j2',
    'Resources:\n  K:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: svc-{{ name }}',
  ],
  [
    'a.tpl',
    'Resources:\n  K:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: {{ .Values.user }}',
  ],
  ['a.sls', 'keys:\n  boto_iam.keys_present:\n    - name: {{ user }}\n    - number: 1'],
  ['a.asl.json', '{ "Resource": "arn:aws:states:::aws-sdk:iam:createAccessKey", "Parameters": {} }'],
  ['ssm.json', '{ "inputs": { "Service": "iam", "Api": "CreateAccessKey", "UserName": "{{ User }}" } }'],
  [
    'live/terragrunt.hcl',
    'terraform { source = "tfr:///terraform-aws-modules/iam/aws//modules/iam-user" }\ninputs = { name = local.user }',
  ],
]

describe('a file that makes a key of a user whose name it puts together may declare a key of any that fits', () => {
  test.each(MADE_UP)('%s: %s', async (path, text) => {
    expect((await answerFor('svc-report', path, text))?.of).toBe('may-be')
  })
})

const KEY = (type: string, user: string) =>
  `Resources:\n  K:\n    Type: ${type}\n    Properties:\n      UserName: ${user}\n`
const KEY_OF_ALICE = KEY('AWS::IAM::AccessKey', 'alice')

/** Each hides from whoever looks for plain words, or for resources at their usual place. */
const HIDDEN: readonly (readonly [path: string, text: string])[] = [
  [
    'a.json',
    '{"Resources":{"K":{"Type":"AWS\\u003a\\u003aIAM::Access\\u004bey","Properties":{"UserName":"svc\\u002dreport"}}}}',
  ],
  ['a.yaml', KEY('"AWS::IAM::\\x41ccessKey"', '"svc\\x2dreport"')],
  ['a.yaml', KEY('"\\u0041WS::IAM::AccessKey"', '!Ref Name')],
  ['a.yaml', KEY('!Sub "AWS::IAM::AccessKey"', '!Sub "svc-${Name}"')],
  ['a.yaml', KEY('!!str AWS::IAM::AccessKey', '!Ref Name')],
  ['a.yaml', `Type: &type AWS::IAM::AccessKey\n${KEY('*type', '!Ref Name')}`],
  ['a.yaml', KEY('>-\n      AWS::IAM::AccessKey', '!Ref Name')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '{{ name }}')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', 'svc-{{ name }}')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '<%= name %>')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '"svc-((name))"')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '{{resolve:ssm:name}}')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '"{{resolve:ssm:name}}"')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '!Select [0, [!Ref Name]]')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '!ImportValue Name')],
  [
    'a.yaml',
    `${KEY_OF_ALICE}  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateBody: |\n${KEY('AWS::IAM::AccessKey', '!Ref Name').replace(/^/gm, '        ')}`,
  ],
  [
    'a.yaml',
    `${KEY_OF_ALICE}  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code:\n        ZipFile: iam.create_access_key(UserName=event["name"])`,
  ],
  [
    'a.yaml',
    `${KEY_OF_ALICE}{% for name in names %}\n  K{{ name }}:\n    Type: AWS::IAM::AccessKey\n    Properties: { UserName: "{{ name }}" }\n{% endfor %}`,
  ],
  ['a.yaml', `${KEY_OF_ALICE}  X:\n    Fn::Transform:\n      Parameters: { Type: AWS::IAM::AccessKey }`],
  ['a.tf', 'resource "aws_iam_access\\u005fkey" "k" {\n  user = var.name\n}'],
  ['a.tf', 'resource "aws_iam_access_key" "k" {\n  user = "svc\\u002d${var.name}"\n}'],
  ['a.tf.json', '{"resource":{"aws_iam_access\\u005fkey":{"k":{"user":"${var.name}"}}}}'],
  [
    'a.tf',
    'resource "aws_cloudformation_stack" "s" {\n  template_body = <<EOT\nResources: { K: { Type: AWS::IAM::AccessKey, Properties: { UserName: !Ref N } } }\nEOT\n}',
  ],
  [
    'a.tf',
    'resource "aws_instance" "i" {\n  user_data = <<EOT\naws iam create-access-key --user-name svc-${var.name}\nEOT\n}',
  ],
  ['a.tf', 'locals {\n  script = "aws iam create-access-key --user-name $NAME"\n}'],
  [
    'a.tf',
    'data "external" "key" {\n  program = ["aws", "iam", "create-access-key", "--user-name", var.name]\n}',
  ],
  [
    'a.tf',
    'resource "null_resource" "k" {\n  provisioner "local-exec" {\n    interpreter = ["python3", "-c"]\n    command = "boto3.client(\'iam\').create_access_key(UserName=input())"\n  }\n}',
  ],
  [
    'a.tf',
    'resource "aws_ssm_document" "d" {\n  content = jsonencode({ Service = "iam", Api = "CreateAccessKey" })\n}',
  ],
  ['a.tf', 'resource "vault_aws_secret_backend_static_role" "r" {\n  username = "svc-${var.name}"\n}'],
  [
    'a.tf',
    'module "key" {\n  source = "../${var.x}"\n  user = "svc-${var.name}"\n}\nresource "aws_iam_access_key" "k" {\n  user = trimsuffix(var.name, "x")\n}',
  ],
  [
    'live/terragrunt.hcl',
    'generate "key" {\n  contents = <<EOF\nresource "aws_iam_access_key" "k" {\n  user = "svc-${local.name}"\n}\nEOF\n}',
  ],
  [
    'stack.tm.hcl',
    'generate_hcl "k.tf" {\n  content {\n    resource "aws_iam_access_key" "k" {\n      user = tm_join("-", ["svc", global.name])\n    }\n  }\n}',
  ],
  [
    'chart/templates/key.yaml',
    'apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\nspec:\n  forProvider:\n    user: {{ .Values.user }}',
  ],
  [
    'composition.yaml',
    'kind: Composition\nspec:\n  resources:\n    - base:\n        apiVersion: iam.aws.upbound.io/v1beta1\n        kind: AccessKey\n      patches:\n        - toFieldPath: spec.forProvider.user',
  ],
  [
    'kustomize/patch.yaml',
    'kind: AccessKey\napiVersion: iam.aws.upbound.io/v1beta1\nmetadata: { name: svc }',
  ],
  [
    'template.yml',
    'service: x\nresources:\n  Resources:\n    K:\n      Type: AWS::IAM::AccessKey\n      Properties:\n        UserName: ${self:custom.${opt:stage}}',
  ],
  [
    'recipes/default.rb',
    'execute "key" do\n  command "aws iam create-access-key --user-name svc-#{node[:name]}"\nend',
  ],
  ['manifests/init.pp', 'exec { "key": command => "aws iam create-access-key --user-name svc-${name}" }'],
]

describe('a key stays seen however its code is written', () => {
  test.each(HIDDEN)('%s: %s', async (path, text) => {
    expect(['may-be', 'key']).toContain((await answerFor('svc-report', path, text))?.of)
  })
})

/** Further ways, one for each thing that was once passed over. */
const OTHERS: readonly (readonly [path: string, text: string])[] = [
  ['notice.py', 'iam.create_access_key(UserName=name)'],
  ['changes.sh', 'aws iam create-access-key --user-name "$1"'],
  [
    'terragrunt.hcl',
    'terraform {\n  source = "git::https://github.com/cloudposse/terraform-aws-iam-system-user.git?ref=1"\n}\ninputs = { name = local.x }',
  ],
  [
    'terragrunt.hcl',
    'terraform {\n  source = "tfr:///x/${ local.kind }/iam//users"\n}\ninputs = { name = local.x }',
  ],
  [
    'components/terraform/svc/component.yaml',
    'spec:\n  source:\n    uri: github.com/cloudposse/terraform-aws-iam-system-user.git?ref={{.Version}}\n',
  ],
  ['prod.lock.hcl', 'terraform { source = "tfr:///x/iam/aws//iam-user" }\ninputs = { name = local.user }'],
  ['a.js', 'iam.makeRequest("createAccessKey", { UserName: name })'],
  ['a.js', 'iam?.createAccessKey?.({ UserName: name })'],
  ['a.js', 'new CfnResource(this, "K", { type: "AWS::IAM::AccessKey", properties: { UserName: name } })'],
  ['a.js', 'class Key extends iam.AccessKey {}\nnew Key(this, "k", { user })'],
  ['a.py', 'client._make_api_call("CreateAccessKey", {"UserName": name})'],
  ['a.php', "$iam->execute($iam->getCommand('CreateAccessKey', ['UserName' => $name]));"],
  ['a.yml', '- action: amazon.aws.iam_access_key user_name={{ item }}'],
  ['a.yml', '- iam_access_key: user_name=svc-{{ item }} state=present'],
  ['a.yaml', 'resources:\n  k:\n    type: aws:iam/AccessKey:AccessKey\n    properties:\n      user: ${user}'],
  ['a.py', 'boto3.resource("iam").User(name).create_access_key_pair()'],
  ['a.rb', 'Aws::IAM::User.new(name).create_access_key_pair'],
  ['a.py', 'kind = getattr(aws.iam, "AccessKey")\nkind("k", user=name)'],
  ['a.ts', 'import { aws_iam } from "x"\nnew IamUserWithAccessKey(this, "K", { userName: name })'],
  ['a.ts', 'import { CfnAccessKey } from "./constructs"\nnew CfnAccessKey(this, "K", { userName: name })'],
  ['a.yaml', KEY('Custom::IamAccessKey', '!Ref Name')],
  ['a.yaml', KEY('Example::IAM::AccessKey', '!Ref Name')],
  ['a.yaml', KEY('"AWS::IAM::\\\n      AccessKey"', '!Ref Name')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', 'ENC[AES256_GCM,data:x,type:str]')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', '__USER_NAME__')],
  ['a.yaml', KEY_OF_ALICE.replace('alice', 'svc-@NAME@')],
  ['a.tf', 'resource "aws_iam_access_key" "k" {\n  user = "svc-{{ name }}"\n}'],
  ['a.tf', 'resource "aws_iam_access_key" "k" {\n  user = "__USER__"\n}'],
  ['a.tf', 'module "k" {\n  source = "example/thing/aws"\n  iam_user = "svc-${var.name}"\n}'],
  ['a.tf', 'module "k" {\n  source        = "example/thing/aws"\n  iam_user_name = var.name\n}'],
]

describe('a key stays seen in forms that are seldom', () => {
  test.each(OTHERS)('%s: %s', async (path, text) => {
    expect((await answerFor('svc-report', path, text))?.of).toBe('may-be')
  })
})

test('code that Git LFS keeps elsewhere counts as unread', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'
  const unread = (kind: 'git' | 'directory') =>
    inCheckout({ 'a.tf': pointer, 'a.py': pointer, 'a.png': pointer }, kind, async root => {
      const { declarations } = await locate(root, DEFAULT_INFRASTRUCTURE)
      return declarations.scan.unread.toSorted()
    })
  expect(await unread('git')).toEqual(['a.py', 'a.tf'])
  expect(await unread('directory')).toEqual(['a.py', 'a.tf'])
})

/** Each makes a key of the user alice, and of nobody else. */
const TOLD: readonly (readonly [path: string, text: string])[] = [
  ['a.py', 'iam.create_access_key(UserName="alice")'],
  ['a.py', "params = dict(UserName='alice')\niam.create_access_key(UserName='alice')['AccessKey']"],
  ['a.py', 'user = aws.iam.User("u", name="alice")\nkey = aws.iam.AccessKey("k", user=user.name)'],
  ['a.py', 'NAME = "alice"\niam.create_access_key(UserName=NAME)'],
  ['a.py', 'subprocess.run(["aws", "iam", "create-access-key", "--user-name", "alice"])'],
  [
    'a.js',
    'const user = new iam.User(this, "U", { userName: "alice" })\nnew iam.AccessKey(this, "K", { user })',
  ],
  ['a.js', 'await client.send(new CreateAccessKeyCommand({ UserName: "alice" }))'],
  ['a.js', 'const p = { UserName: "alice" }\niam.createAccessKey(p)'],
  [
    'a.js',
    'import { CreateAccessKeyCommand } from "x"\nsend(new CreateAccessKeyCommand({ UserName: "alice" }))',
  ],
  ['a.go', 'svc.CreateAccessKey(&iam.CreateAccessKeyInput{UserName: aws.String("alice")})'],
  [
    'a.go',
    'input := &iam.CreateAccessKeyInput{\n\tUserName: aws.String("alice"),\n}\nsvc.CreateAccessKey(ctx, input)',
  ],
  ['A.java', 'iam.createAccessKey(CreateAccessKeyRequest.builder().userName("alice").build());'],
  ['A.cs', 'await iam.CreateAccessKeyAsync(new CreateAccessKeyRequest { UserName = "alice" });'],
  ['a.rb', 'iam.create_access_key(user_name: "alice")'],
  ['a.php', "$iam->createAccessKey(['UserName' => 'alice']);"],
  ['a.rs', 'client.create_access_key().user_name("alice").send().await?;'],
  ['a.ps1', 'New-IAMAccessKey -UserName alice'],
  ['a.sh', 'aws iam create-access-key --user-name alice > key.json\naws iam list-users'],
  ['a.sh', 'NAME=alice\naws iam create-access-key --user-name "$NAME"'],
  ['a.yml', '- run: aws iam create-access-key --user-name alice\n- run: echo "$USER"'],
  ['a.yml', '- iam_access_key:\n    user_name: alice\n- debug: { msg: "{{ x }}" }'],
  [
    'a.yaml',
    'apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\nspec:\n  forProvider:\n    user: alice',
  ],
  ['a.tf.erb', 'resource "aws_iam_access_key" "k" {\n  user = "alice"\n}'],
]

describe('a file that tells by a literal name whose key it makes says nothing of others', () => {
  test.each(TOLD)('%s: %s', async (path, text) => {
    expect(await answerFor('svc-report', path, text)).toBeNull()
    expect((await answerFor('alice', path, text))?.of).toBe('may-be')
  })
})

test.each([
  ['a.py', 'iam.create_access_key(UserName="test-user")'],
  ['a.js', 'send(new CreateAccessKeyCommand({ UserName: "test-user" }))'],
  ['a.go', 'input := &iam.CreateAccessKeyInput{UserName: aws.String("ci.user")}\nsvc.CreateAccessKey(input)'],
])('a literal name that ends in "user" is told, too (%s: %s)', async (path, text) => {
  expect(await answerFor('svc-report', path, text)).toBeNull()
})

/** Each speaks of access keys, and makes none of an IAM user. */
const NONE: readonly (readonly [path: string, text: string])[] = [
  ['policy.json', '{ "Action": ["iam:CreateAccessKey", "iam:DeleteAccessKey"], "Resource": "*" }'],
  ['policy.yaml', 'Action:\n  - iam:CreateAccessKey'],
  ['rule.json', '{ "eventName": ["CreateAccessKey"] }'],
  ['a.py', 'if event["eventName"] == "CreateAccessKey":\n    alert(f"key of {name}")'],
  ['a.py', 'from django.db import models\n\nclass AccessKey(models.Model):\n    user = models.TextField()'],
  ['a.py', 'key = AccessKey(user=user)'],
  [
    'a.ts',
    'import type { CreateAccessKeyRequest } from "@aws-sdk/client-iam"\nlet r: CreateAccessKeyRequest',
  ],
  ['a.go', 'type IAM interface {\n\tDeleteUser(name string)\n}\n// aws_access_key'],
  ['a.tfvars', 'aws_access_key = "x"'],
  ['a_test.py', 'import boto3\nclient.create_access_key.return_value = {"AccessKey": {}}'],
  ['a_test.py', 'import boto3\niam.create_access_key.assert_called_once_with(UserName=name)'],
  [
    'a.go',
    'type IAMAPI interface {\n\tCreateAccessKey(ctx context.Context, in *iam.CreateAccessKeyInput) (*iam.CreateAccessKeyOutput, error)\n}',
  ],
  [
    'I.java',
    'import com.amazonaws.iam;\npublic CreateAccessKeyResult createAccessKey(CreateAccessKeyRequest r) {}',
  ],
  ['aws.proto', 'service Keys { rpc CreateAccessKey(CreateAccessKeyRequest) returns (Key); }'],
  ['en.json', '{ "aws": { "createAccessKey": "Create a key" } }'],
  ['package.json', '{ "python": { "module": "example_iam_access_key" } }'],
  ['a.ini', 'aws_access_key_id = ${KEY}\naws_secret_access_key = ${SECRET}'],
]

test.each(NONE)('what makes no access key of IAM says nothing of anybody (%s: %s)', async (path, text) => {
  expect(await answerFor('svc-report', path, text)).toBeNull()
})
