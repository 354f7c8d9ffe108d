import type { KeyMakingFile, NamePattern, PossibleDeclaration } from '../domain/declarations.ts'
import { lineCounter } from './lines.ts'
import { isKeyModule } from './outside-modules.ts'
import { possibleKey } from './possible.ts'
import { isUserName } from './terraform-values.ts'

/** A file has one of these words where something in it may make access keys. */
export const MAKER_WORDS = ['AccessKey', 'accessKey', 'access_key', 'access-key', 'iam-user'] as const

/** What makes access keys in code that is searched, not evaluated; lists of rights (`iam:CreateAccessKey`) do not. */
const MAKERS = [
  // CDK, Pulumi, troposphere: new iam.AccessKey(…), iam.NewAccessKey(…), CfnAccessKey(…); SDKs: createAccessKey(…)
  /(?<![\w:])(?:new\s+)?[\w.]*?(?:\b|_)(?:Cfn|New|NewCfn|[Cc]reate)?AccessKey(?:V2|Async)?(?:\(|\.(?:Builder\b|create\())/,
  /\bCreateAccessKey(?:Command|Input|Request)\b/,
  // Pulumi YAML, CloudFormation in other languages
  /\baws:iam[/:]accessKey(?::AccessKey)?\b|\baws:iam:AccessKey\b|\bAWS::IAM::AccessKey\b/,
  // Crossplane, ACK
  /^\s*kind:\s*["']?AccessKey\b/m,
  // Ansible, Terraform providers and generators
  /\b(?:\w+\.)*iam_access_key:|\baccess_key_state:|\baws_iam_access_key\b/,
  // The CLI and boto
  /\biam\s+create-access-key\b|\bcreate_access_key\s*\(/,
]

export interface KeyMakers {
  readonly file: KeyMakingFile
  readonly possibleKeys: readonly PossibleDeclaration[]
}

/**
 * What makes keys in a file, with the words that can be user names there, and the names that it makes up of literal
 * and other parts; null where nothing does.
 */
export function readKeyMakers(path: string, text: string): KeyMakers | null {
  const maker = makerIn(path, text)
  if (maker === null) return null
  const lineOf = lineCounter(text)
  const words = new Map<string, number>()
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const parts = [run, ...run.split(/[=,]/)].map(part => part.replace(/^[.,=@+]+|[.,=@+]+$/g, ''))
    for (const word of parts) if (!words.has(word) && isUserName(word)) words.set(word, lineOf(index))
    if (words.size > MOST_WORDS) break
  }
  const reason = `a name in a file with \`${maker.written}\`, which makes keys, is known in part`
  const possibleKeys = partialNames(text).map(({ users, index }) =>
    possibleKey({ path, line: lineOf(index), tool: null, address: '', users, reason }),
  )
  return {
    file: { path, line: lineOf(maker.index), maker: maker.written, words },
    possibleKeys: possibleKeys.filter(({ users }) => users.length > 1),
  }
}

const RUN = /[\w+=,.@-]+/g
const MOST_WORDS = 50_000
const LONGEST_MAKER = 60

function makerIn(path: string, text: string): { readonly written: string; readonly index: number } | null {
  for (const pattern of MAKERS) {
    const found = pattern.exec(text)
    if (found)
      return { written: found[0].trim().replace(/\s+/g, ' ').slice(0, LONGEST_MAKER), index: found.index }
  }
  if (!/\.hcl$/.test(path)) return null
  // Terragrunt: the module that the inputs go to.
  for (const { 1: source = '', index } of text.matchAll(/\bsource\s*=\s*"([^"\n]{1,500})"/g))
    if (isKeyModule(source)) return { written: source.slice(0, LONGEST_MAKER), index }
  return null
}

/** What stands for something else within a text, in the languages of the frameworks. */
const GAP = /\$\{[^{}\n]{0,200}\}|#\{[^{}\n]{0,200}\}|\{\{[^{}\n]{0,200}\}\}|\{[\w.]{1,100}\}|%[sdv]/.source
const NAME_PART = /[\w+=,.@-]{0,64}/.source
const WITH_GAPS = new RegExp(`${NAME_PART}(?:(?:${GAP})${NAME_PART}){1,8}`, 'g')
/** CDK makes a user's name of the stack, the construct's ID and two random parts. */
const CONSTRUCT = /\bUser\s*\(\s*\w+\s*,\s*(["'`])([\w-]{1,64})\1/g

function partialNames(text: string): { readonly users: NamePattern; readonly index: number }[] {
  const withGaps = [...text.matchAll(WITH_GAPS)].map(({ 0: written, index }) => {
    const literals = written.split(new RegExp(GAP))
    const users = literals.flatMap((literal, at) => (at === 0 ? [literal] : [null, literal]))
    return { users: users.filter(part => part !== ''), index }
  })
  const constructs = [...text.matchAll(CONSTRUCT)].map(({ 2: id = '', index }) => ({
    users: [null, '-', null, id.replace(/[^A-Za-z0-9]/g, ''), null, '-', null],
    index,
  }))
  return [...withGaps, ...constructs].slice(0, MOST_PARTIAL)
}

const MOST_PARTIAL = 200
