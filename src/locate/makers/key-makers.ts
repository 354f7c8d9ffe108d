import type { KeyMakingFile, NamePattern, PossibleDeclaration } from '../../domain/declarations.ts'
import { possibleKey } from '../names/possible.ts'
import { isUserName } from '../names/values.ts'
import { unescaped } from '../text/escapes.ts'
import { lineCounter } from '../text/lines.ts'
import { isKeyModule } from './modules.ts'
import type { Maker, MakerForm } from './spans.ts'
import { ANY_USER, isTold, partialNames, userOf } from './users.ts'

/** A file has one of these words where something in it may make access keys. */
export const MAKER_WORDS = [
  'AccessKey',
  'accessKey',
  'access_key',
  'access-key',
  'iam-user',
  'static-role',
  'boto_iam',
] as const

/** What makes access keys in code that is searched, not evaluated; lists of rights (`iam:CreateAccessKey`) do not. */
const MAKERS: readonly { readonly form: MakerForm; readonly pattern: RegExp }[] = [
  // The CLI, PowerShell, Vault
  { form: 'command', pattern: /\bcreate-access-key\b|\bNew-IAMAccessKey\b|\bstatic-roles?\/[\w{$<]/g },
  // SDKs, by the call or by its input; by a reference to the call
  {
    form: 'call',
    pattern:
      /(?<![\w/]|(?<!:):)[Cc]reateAccessKey(?:Command|Input|Request|Async|WithContext)?(?=\s*[({]|\s*(?:\.|::)\s*(?:new)?[Bb]uilder\b)|(?<![\w:])create_access_key(?:_pair)?\b(?!["']?\s*[:=]|\.(?:return_value|side_effect|assert_|called|call_))|(?<=\.|->)createAccessKey\b|(?<=["'])createAccessKey(?=["'](?!\s*:))/g,
  },
  // … by its name alone: Step Functions, SSM Automation, AwsCustomResource, the query API
  {
    form: 'call',
    pattern:
      /\baws-sdk:iam:createAccessKey\b|\b(?:[Aa]ction|[Aa]pi|[Oo]peration|op)["']?\s*[:=]?>?\s*["':]{0,2}[Cc]reateAccessKey\b|(?<=(?:[Cc]all|[Cc]ommand|[Rr]equest|[Ii]nvoke|[Oo]peration|[Ee]xecute)\s{0,9}\(\s{0,9}["'])CreateAccessKey\b/g,
  },
  // CDK, CDKTF, Pulumi, troposphere
  {
    form: 'call',
    pattern:
      /(?<![A-Za-z0-9])(?:new\s+)?(?:(?:New)?(?:Cfn|Iam|IAM)?|create)AccessKey(?:V2)?(?:\s*\(|\.Builder\b|\.create\()|\bextends\s+[\w.]{0,99}AccessKey\b|(?<==\s{0,9}(?:\w{1,60}\.){0,3}iam\.)(?:Cfn)?AccessKey\b|\biam\s{0,9}[,[]\s{0,9}["'](?:Cfn)?AccessKey["']|(?<![A-Za-z0-9])[A-Z]\w{0,60}AccessKey\s*\(\s*(?:this|self|scope|stack)\b/g,
  },
  // … under another name
  {
    form: 'call',
    pattern:
      /\b(?:Create|Cfn|Iam)?AccessKey(?:Command|Request)?\s+as\s+[A-Za-z]\w*|\b(?:CreateAccessKeyCommand|(?:Cfn|Iam)?AccessKey)\s*:\s*\w+(?=[^}\n]{0,200}\}\s*=\s*(?:require\(|[\w.]*iam\b))/g,
  },
  // Pulumi YAML, CloudFormation; Crossplane and other operators; Ansible, Salt; Terraform in other languages
  {
    form: 'data',
    pattern:
      /\baws(?:-native)?:iam[/:][Aa]ccessKey(?::AccessKey)?\b|\bCustom::\w*AccessKey\w*|(?<=\bType["']?:\s{0,9}["']?)(?!AWS::)\w{1,60}(?:::\w{1,60}){0,3}::\w*AccessKey\w*|\bAWS::IAM::AccessKey\b|\bkind["']?\s*[:=]\s*["']?\w*AccessKey\b|(?<![\w.])(?:\w{1,60}\.){0,3}iam_access_key["']?:|\b(?:action|module)["']?:\s*["']?(?:\w{1,60}\.){0,3}iam_access_key\b|\baccess_key_state["']?\s*[:=]|\bboto_iam\.keys_present\b|\bresource\w*\W{1,6}aws_iam_access_key\b|\baws_iam_access_key["']?\s*[:=(]|\bcreate_(?:\w+_)?access_key["']?\s*[:=]\s*["']?true\b/g,
  },
]
/** What speaks of such keys without a form that makes one: names beside it are pointed at. */
const MENTION = /\bCreateAccessKey(?:Command|Input|Request)\b|\baws_iam_access_key\b|\baccess_key_state:/g
/** Where a line merely says what a name stands for. */
const DEFINITION =
  /^\s*(?:(?:export|default|public|private|protected|internal|static|abstract|override|async|final|pub|open|suspend|virtual)\s+)*(?:def|func|function|fun|fn|sub|class|interface|trait|protocol|import|from|use|using)\b[^={]*$/

/** What stands between the brackets of a declaration in Go, Java and the like: a type beside a name. */
const PARAMETERS =
  /^\(\s*(?:final\s+)?(?!(?:new|await|async|ref|out|in|not|move|function|lambda)\b)[\w.<>[\]]+\s+[*&]?[\w.]+\s*[,)]/
/** Files of interfaces alone. */
const INTERFACES = /\.(?:pyi|d\.ts|proto|graphqls?|gql)$/

export interface KeyMakers {
  readonly file: KeyMakingFile
  readonly possibleKeys: readonly PossibleDeclaration[]
}

/**
 * What makes keys in a file, with the words that can be user names there, and the names that it makes up of literal
 * and other parts; a maker that does not tell its user by a literal name may be of any. Null where nothing makes keys.
 * `evaluated`: how many keys of CloudFormation have been read there already.
 */
export function readKeyMakers(path: string, written: string, evaluated = 0): KeyMakers | null {
  const text = unescaped(written)
  const makers = unevaluated(makersIn(path, text), text, evaluated)
  const [maker = mentionIn(text)] = makers
  if (maker === null) return null
  const lineOf = lineCounter(text)
  const words = new Map<string, number>()
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const parts = [run, ...run.split(/[=,]/)].map(part => part.replace(/^[.,=@+]+|[.,=@+]+$/g, ''))
    for (const word of parts) if (!words.has(word) && isUserName(word)) words.set(word, lineOf(index))
    if (words.size > MOST_WORDS) break
  }
  const mayMake = (index: number, users: NamePattern, reason: string) =>
    possibleKey({ path, line: lineOf(index), tool: null, address: '', users, reason })
  const inPart = `a name in a file with \`${shown(maker)}\`, which makes keys, is known in part`
  const ofPart = partialNames(text).map(({ users, index }) => mayMake(index, users, inPart))
  const untold = makers.flatMap((one, at) => {
    const users = at < MOST_MAKERS ? userOf(path, text, one) : ANY_USER
    const reason = `\`${shown(one)}\` makes a key of a user whose name the code does not tell`
    return isTold(users) ? [] : [mayMake(one.index, users, reason)]
  })
  return {
    file: { path, line: lineOf(maker.index), maker: shown(maker), words },
    possibleKeys: [...ofPart.filter(({ users }) => users.length > 1), ...untold],
  }
}

const RUN = /[\w+=,.@-]+/g
const MOST_WORDS = 50_000
const MOST_MAKERS = 500
const LONGEST_MAKER = 60

/** The names of the users of whose keys a script makes some that stands in other code. */
export function usersOfScript(path: string, written: string): NamePattern[] {
  const text = unescaped(written)
  return makersIn(path, text)
    .filter(({ form, written }) => form !== 'data' || /AWS::IAM/.test(written))
    .slice(0, MOST_MAKERS)
    .map(maker => userOf(path, text, maker))
}

/** Those of CloudFormation that stand in comments, or have been read as resources, make no others. */
function unevaluated(makers: readonly Maker[], text: string, evaluated: number): readonly Maker[] {
  if (evaluated === 0) return makers
  const isResource = ({ written }: Maker) => written === 'AWS::IAM::AccessKey'
  const written = makers.filter(maker => isResource(maker) && !/^\s*#/.test(lineBefore(text, maker.index)))
  return written.length > evaluated ? makers : makers.filter(maker => !isResource(maker))
}

function makersIn(path: string, text: string): Maker[] {
  if (INTERFACES.test(path)) return []
  const ofAws = /iam|aws|amazon|CfnAccessKey/i.test(text)
  const found = MAKERS.flatMap(({ form, pattern }) =>
    Array.from(text.matchAll(pattern), ({ 0: written, index }): Maker => ({ written, index, form })),
  )
  const makers = found.filter(
    maker =>
      (ofAws || !/AccessKey/.test(maker.written) || /create/i.test(maker.written)) &&
      (/\sas\s|^extends/.test(maker.written) || !isDefinition(text, maker)),
  )
  // Terragrunt, Atmos, and Terraform that is not evaluated: the module that the inputs go to.
  const modules = MODULE_CALLER.test(path) ? text.matchAll(MODULE_SOURCE) : []
  for (const { 1: source = '', index } of modules)
    if (isKeyModule(source)) makers.push({ written: source, index, form: 'module' })
  return makers.toSorted((a, b) => a.index - b.index)
}

/** Whether a file may call modules by their sources. */
export function isModuleCaller(path: string): boolean {
  return MODULE_CALLER.test(path)
}

const MODULE_CALLER = /\.(?:hcl|tf|tofu)$|(?:^|\/)(?:component|vendor)\.ya?ml$/
const MODULE_SOURCE = /\b(?:source\s*=\s*|(?:uri|source):\s*)["']?([^\n"']{1,500})/g
/** A source has one of these words where its module makes users or keys. */
export const SOURCE_WORDS = ['iam', 'access-key', 'access_key'] as const

function isDefinition(text: string, { index, written }: Maker): boolean {
  const end = index + written.replace(/\s*\($/, '').length
  return DEFINITION.test(lineBefore(text, index)) || PARAMETERS.test(text.slice(end, end + LONGEST_LINE))
}

function lineBefore(text: string, index: number): string {
  return text.slice(text.lastIndexOf('\n', index) + 1, index).slice(-LONGEST_LINE)
}

const LONGEST_LINE = 300

function mentionIn(text: string): Maker | null {
  const [found] = text.matchAll(MENTION)
  return found === undefined ? null : { written: found[0], index: found.index, form: 'data' }
}

function shown({ written }: Maker): string {
  return written.trim().replace(/\s+/g, ' ').slice(0, LONGEST_MAKER)
}
