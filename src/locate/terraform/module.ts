import { posix } from 'node:path'
import { valuesOf } from '../expressions/evaluate.ts'
import type { Expression } from '../expressions/expression.ts'
import { readHcl } from '../hcl/hcl.ts'
import type { Block, HclFile } from '../hcl/syntax.ts'
import type { Names } from '../names/values.ts'
import type { TextAt } from '../text/diff.ts'
import { shownCode } from '../text/lines.ts'
import { inPrecedence, isOverride, isVariableFile, sourceDirectory } from './directories.ts'
import { readTerraformJson } from './json.ts'

/** The Terraform files of one directory: the unit in which names are visible. */
export interface TerraformDirectory {
  /** Relative to the checkout, `.` for its root. */
  readonly path: string
  /** `.tf`, `.tf.json` and the variable files that Terraform loads by itself. */
  readonly files: readonly TextAt[]
}

export interface Resource extends Block {
  readonly path: string
  readonly name: string
  /** The file's text. */
  readonly text: string
  /** Why its text is not all that counts, or may not be, a clause without its full stop; else null. */
  readonly unclear: string | null
}

export interface Module {
  readonly path: string
  readonly files: readonly ModuleFile[]
  /** All that could be read. */
  readonly blocks: readonly Resource[]
  readonly variables: ReadonlyMap<string, Resource>
  /** Values from the variable files. */
  readonly settings: Names
  readonly locals: ReadonlyMap<string, Expression>
  readonly outputs: ReadonlyMap<string, Expression | undefined>
  readonly users: readonly Resource[]
  readonly keys: readonly Resource[]
  /** Resources that may make keys under other names, or are given a user by those who do. */
  readonly others: readonly Resource[]
  /** All other blocks, in which scripts may. */
  readonly scripted: readonly Resource[]
  /** `data "aws_iam_user"`. */
  readonly knownUsers: readonly Resource[]
  /** Each with the directory within the checkout that it calls, or null. */
  readonly calls: readonly (Resource & { readonly directory: string | null })[]
}

interface ModuleFile {
  readonly path: string
  /** The text without comments, every offset as it was. */
  readonly code: string
}

export interface Unreadable {
  readonly path: string
  readonly reason: string
}

/** Reads the blocks of a directory that name users and keys; what cannot be read is added to `unreadable`. */
export function readModule(
  directory: TerraformDirectory,
  repository: string | null,
  unreadable: Unreadable[],
): Module {
  const blocks: Resource[] = []
  const files: ModuleFile[] = []
  const settings = new Map<string, Expression>()
  for (const { path, text } of inPrecedence(directory.files)) {
    const file = readFile(path, text)
    const [error] = file.errors
    if (error !== undefined) unreadable.push({ path, reason: `line ${error.line}: ${error.message}` })
    if (isVariableFile(path)) for (const [name, value] of file.attributes) settings.set(name, value)
    else {
      const unclear = error === undefined ? null : `line ${error.line} of ${path} cannot be read`
      files.push({ path, code: file.code })
      for (const block of file.blocks)
        addBlock(blocks, { ...block, path, text, name: block.labels.at(-1) ?? '', unclear })
    }
  }
  const ofType = (type: string) => blocks.filter(block => block.type === type)
  const resources = (type: string, isWanted: (label: string) => boolean) =>
    ofType(type).filter(({ labels: [label = '', name] }) => isWanted(label) && name !== undefined)
  return {
    path: directory.path,
    files,
    blocks,
    variables: new Map(ofType('variable').map(block => [block.name, block])),
    settings: valuesOf(settings),
    locals: new Map(ofType('locals').flatMap(({ attributes }) => [...attributes])),
    outputs: new Map(ofType('output').map(({ name, attributes }) => [name, attributes.get('value')])),
    users: resources('resource', label => label === 'aws_iam_user'),
    keys: resources('resource', label => label === 'aws_iam_access_key'),
    others: resources('resource', isOther),
    scripted: blocks.filter(({ type, labels: [label = ''] }) => type !== 'resource' || !isOther(label)),
    knownUsers: resources('data', label => label === 'aws_iam_user'),
    calls: ofType('module').map(block => {
      const source = block.attributes.get('source')
      const isWritten = source?.kind === 'literal' && typeof source.value === 'string'
      return {
        ...block,
        directory: isWritten ? sourceDirectory(directory.path, String(source.value), repository) : null,
      }
    }),
  }
}

/** What the variable files below a root module's directory, or in one without code beside or above it, set of its variables. */
export function settingsFor(
  root: Module,
  files: readonly TextAt[],
  hasCode: (directory: string) => boolean,
): { readonly path: string; readonly values: Names }[] {
  return files.flatMap(({ path, text }) => {
    const directory = posix.dirname(path)
    const isNear =
      isWithin(directory, root.path) || (!hasCode(directory) && isWithin(root.path, posix.dirname(directory)))
    if (!isNear) return []
    const own = [...readFile(path, text).attributes].filter(([name]) => root.variables.has(name))
    return own.length === 0 ? [] : [{ path, values: valuesOf(own) }]
  })
}

function readFile(path: string, text: string): HclFile {
  return path.endsWith('.json') ? readTerraformJson(text, /\.tfvars\.json$/.test(path)) : readHcl(text)
}

function isWithin(path: string, directory: string): boolean {
  return directory === '.' || path === directory || path.startsWith(`${directory}/`)
}

/** An overriding file's block changes the attributes of the one that it names. */
function addBlock(blocks: Resource[], block: Resource): void {
  const isSame = (other: Resource) =>
    other.type === block.type && other.labels.join('\n') === block.labels.join('\n')
  const index = isOverride(block.path) && block.type !== 'locals' ? blocks.findIndex(isSame) : -1
  const base = blocks[index]
  if (base === undefined) blocks.push(block)
  else
    blocks[index] = {
      ...base,
      unclear: 'an override file says a part of it',
      attributes: new Map([...base.attributes, ...block.attributes]),
    }
}

/** An attribute as it is written, on one line. */
export function written({ text, ranges }: Resource, attribute: string): string {
  const value = ranges.get(attribute)?.value
  return (value && shownCode(text, value)) || attribute
}

/** Of the AWS provider's own resources only access keys make keys, and stacks whose template does. */
function isOther(label: string): boolean {
  return label !== 'aws_iam_access_key' && (!/^aws_/.test(label) || /^aws_cloudformation_stack/.test(label))
}
