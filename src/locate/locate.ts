import { posix } from 'node:path'
import {
  type CodeOwnersRule,
  type Declarations,
  type KeyIdMention,
  type NameMentions,
  NO_DECLARATIONS,
  type StaticLogin,
} from '../domain/declarations.ts'
import { compilePathGlob } from '../domain/glob.ts'
import { compareText } from '../domain/order.ts'
import { CODEOWNERS_PATHS, readCodeOwners } from './checkout/codeowners.ts'
import { isCode } from './checkout/encoding.ts'
import { type Checkout, openCheckout, paced, type TextFile } from './checkout/files.ts'
import { KEY_ID_PREFIX, readKeyIds } from './checkout/key-ids.ts'
import type { Limits } from './checkout/ledger.ts'
import { nameSearch } from './checkout/named.ts'
import { isAuditOutput, isProse } from './checkout/not-code.ts'
import {
  isModuleCaller,
  type KeyMakers,
  MAKER_WORDS,
  readKeyMakers,
  SOURCE_WORDS,
} from './makers/key-makers.ts'
import { type Found, NOTHING, together } from './names/found.ts'
import { distinctPossible } from './names/possible.ts'
import {
  declaringDirectories,
  isOtherVariableFile,
  isTerraform,
  isVariableFile,
  TERRAFORM_WORDS,
} from './terraform/directories.ts'
import { noEdits } from './text/diff.ts'
import { unescaped } from './text/escapes.ts'

export type { Limits } from './checkout/ledger.ts'

export const LIMITS: Limits = {
  files: 1_000_000,
  fileBytes: 4 * 1024 * 1024,
  bytes: 128 * 1024 * 1024,
  milliseconds: 60_000,
}

export interface Located {
  readonly declarations: Declarations
  /** Where names of users stand in the checkout. Never throws. */
  readonly mentionsOf: (names: readonly string[]) => Promise<NameMentions>
}

interface LocateOptions {
  /** Files that lie in the checkout but are not its own. */
  readonly isPassedOver?: (path: string) => boolean
  /** `OWNER/NAME` of the checkout, whose modules may be called by its address. */
  readonly repository?: string | null
  readonly limits?: Limits
}

/**
 * Everything that the checkout at `root` says of IAM users and their access keys. `globs`: the files that may declare
 * them, relative to the root. Never throws for what is in the checkout: what could not be read is in `scan`.
 */
export async function locate(
  root: string,
  globs: readonly string[],
  { isPassedOver = () => false, repository = null, limits = LIMITS }: LocateOptions = {},
): Promise<Located> {
  // `**/*.json` for evidence means no `main.tf.json`.
  const isForeign = (path: string) => isPassedOver(path) && !isTerraform(path)
  const words = [KEY_ID_PREFIX, ...MAKER_WORDS, ...TEMPLATE_WORDS]
  const checkout = await openCheckout(root, limits, isForeign, words)
  if (checkout === null) return { declarations: NO_DECLARATIONS, mentionsOf: async () => new Map() }
  const structured = { ...checkout, paths: checkout.paths.filter(isStructured) }
  const searched = searchAll(structured)
  const matchers = globs.map(compilePathGlob)
  const isInfrastructure = (path: string) => matchers.some(matches => matches(path))
  const code = structured.paths.filter(
    path => isTerraform(path) && !checkout.isExpired() && isInfrastructure(path),
  )
  const finding = searched.then(files =>
    findInTemplates(
      checkout,
      files.filter(({ path }) => !isTerraform(path) && isInfrastructure(path)),
    ),
  )
  const [terraform, templates, { keyIds, keyMakers }, staticLogins, codeOwners] = await Promise.all([
    findInTerraform(structured, code, repository),
    finding,
    finding.then(async templates => {
      const evaluated = new Set(code)
      const isEvaluated = (path: string) => evaluated.has(path)
      return findAnywhere(checkout, await searched, keysByPath(templates), isEvaluated)
    }),
    findStaticLogins(structured),
    findCodeOwners(checkout),
  ])
  const { users, keys, possibleKeys } = together([
    terraform,
    templates,
    ...keyMakers.map(made => ({ ...NOTHING, ...made })),
  ])
  const declarations = {
    users: inOrder(users),
    keys: inOrder(keys),
    possibleKeys: distinctPossible(possibleKeys),
    keyMakers: keyMakers.map(({ file }) => file),
    keyIds,
    staticLogins,
    codeOwners,
    others: [],
    scan: checkout.scan(
      path => isVariableFile(path) || isInfrastructure(path) || (isCode(path) && !isProse(path)),
    ),
  }
  return { declarations, mentionsOf: nameSearch(checkout) }
}

/** Whether a file is HCL, JSON or YAML by its name: all that is told by a name is, but for CODEOWNERS. */
function isStructured(path: string): boolean {
  return STRUCTURED.has(path.slice(path.lastIndexOf('.') + 1))
}

const STRUCTURED = new Set(['tf', 'tofu', 'tfvars', 'hcl', 'json', 'yaml', 'yml'])

/** The files with a word that may say something; of those that call modules, by their sources' words. */
async function searchAll(checkout: Checkout): Promise<readonly TextFile[]> {
  const found = await checkout.searched()
  const known = new Set(found.map(({ path }) => path))
  const callers = checkout.paths.filter(
    path => isModuleCaller(path) && !isTerraform(path) && !isProse(path) && !known.has(path),
  )
  return [...found, ...(callers.length === 0 ? [] : await checkout.search(SOURCE_WORDS, callers))]
}

/** How many resources of each file declare keys, or may. */
function keysByPath({ keys, possibleKeys }: Found): ReadonlyMap<string, number> {
  const resources = Map.groupBy([...keys, ...possibleKeys], ({ path }) => path)
  return new Map(Array.from(resources, ([path, found]) => [path, new Set(found.map(it => it.line)).size]))
}

const TEMPLATE_WORDS = ['AWS::IAM::User', 'AWS::IAM::AccessKey']
const LOGIN_WORDS = /aws[-_]access[-_]key[-_]id/i
const MOST_KEY_IDS = 1000
/** Workflows, and definitions of composite actions. */
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/
/** Larger files are searched for key IDs, but not parsed: the worst of YAML takes seconds for this much. */
const PARSED_CHARACTERS = 512 * 1024

async function findInTerraform(
  checkout: Checkout,
  paths: readonly string[],
  repository: string | null,
): Promise<Found> {
  const files = await checkout.search(TERRAFORM_WORDS, paths)
  const directories = declaringDirectories(files, repository)
  if (directories.size === 0) return NOTHING
  const isRelevant = (path: string) => directories.has(posix.dirname(path))
  const known = new Set(files.map(({ path }) => path))
  const others = await checkout.read(
    checkout.paths.filter(
      path => (isTerraform(path) || isVariableFile(path)) && !known.has(path) && isRelevant(path),
    ),
  )
  const relevant = parseable(
    checkout,
    inOrder([...files, ...others]).filter(({ path }) => isRelevant(path)),
  )
  const byDirectory = Map.groupBy(relevant, ({ path }) => posix.dirname(path))
  const { readTerraform } = await import('./terraform/terraform.ts')
  const documents = await readDocuments(checkout, relevant)
  const withCode = new Set(checkout.paths.filter(isTerraform).map(path => posix.dirname(path)))
  const found = readTerraform(
    Array.from(byDirectory, ([path, inside]) => ({ path, files: inside })),
    {
      repository,
      hasCode: directory => withCode.has(directory),
      variableFiles: parseable(
        checkout,
        await checkout.read(
          checkout.paths.filter(
            path => isOtherVariableFile(path) || (isVariableFile(path) && !withCode.has(posix.dirname(path))),
          ),
        ),
      ),
      fileAt: path => documents.get(posix.normalize(path)) ?? null,
      isExpired: checkout.isExpired,
    },
  )
  for (const { path, reason } of found.unreadable) checkout.skip(path, reason)
  return found
}

/** The files that the code may decode, by the ends of the names that it writes out. */
async function readDocuments(
  checkout: Checkout,
  code: readonly TextFile[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Set(
    code
      .filter(({ text }) => /\b(?:yaml|json)decode\b/.test(text))
      .flatMap(({ text }) =>
        Array.from(text.matchAll(/([\w.-]+\.(?:ya?ml|json))"/g), ([, name = '']) => name),
      ),
  )
  if (names.size === 0) return new Map()
  const paths = checkout.paths.filter(path => names.has(posix.basename(path))).slice(0, MOST_DOCUMENTS)
  const files = parseable(checkout, await checkout.read(paths))
  return new Map(files.map(({ path, text }) => [path, text]))
}

const MOST_DOCUMENTS = 200

async function findInTemplates(checkout: Checkout, candidates: readonly TextFile[]): Promise<Found> {
  const files = candidates.filter(({ text }) => TEMPLATE_WORDS.some(word => typesIn(text).includes(word)))
  if (files.length === 0) return NOTHING
  const { readTemplate } = await import('./cloudformation/cloudformation.ts')
  const found = await parseEach(checkout, files, readTemplate)
  const recoded = new Set(files.flatMap(file => (file.recoded ? [file.path] : [])))
  const { keys, ...others } = together(found)
  return {
    ...others,
    keys: keys.map(key =>
      recoded.has(key.path) ? { ...key, edits: noEdits('its file is in UTF-16') } : key,
    ),
  }
}

/** A text in which YAML's double-quoted ones do not go on in a further line. */
function typesIn(text: string): string {
  return unescaped(text).replace(/\\\r?\n[ \t]*/g, '')
}

async function findStaticLogins(checkout: Checkout): Promise<readonly StaticLogin[]> {
  const files = await checkout.read(checkout.paths.filter(path => WORKFLOW.test(path)))
  const candidates = files.filter(({ text }) => LOGIN_WORDS.test(text))
  if (candidates.length === 0) return []
  const { readWorkflow } = await import('./workflows/workflows.ts')
  const found = await parseEach(checkout, candidates, readWorkflow)
  return found.flatMap(({ logins }) => logins)
}

async function findCodeOwners(checkout: Checkout): Promise<readonly CodeOwnersRule[]> {
  const [file] = await checkout.read(CODEOWNERS_PATHS.filter(path => checkout.paths.includes(path)))
  return file === undefined ? [] : readCodeOwners(file.path, file.text)
}

/** What is found in any file, whatever its language: key IDs, and what makes keys. One search reads for both. */
async function findAnywhere(
  checkout: Checkout,
  files: readonly TextFile[],
  evaluated: ReadonlyMap<string, number>,
  isEvaluated: (path: string) => boolean,
): Promise<{
  readonly keyIds: readonly KeyIdMention[]
  readonly keyMakers: readonly KeyMakers[]
}> {
  const keyIds: KeyIdMention[] = []
  const keyMakers: KeyMakers[] = []
  for await (const { path, text } of paced(files, checkout.isExpired)) {
    if (isAuditOutput(text)) continue
    const left = MOST_KEY_IDS - keyIds.length
    const found = readKeyIds(path, text)
    if (found.length > left) checkout.skip(path, `more than ${MOST_KEY_IDS} access key IDs`)
    keyIds.push(...found.slice(0, left))
    const makers = isProse(path) || isEvaluated(path) ? null : readKeyMakers(path, text, evaluated.get(path))
    if (makers !== null) keyMakers.push(makers)
  }
  return { keyIds, keyMakers }
}

/** Parses file by file while there is time, and records what could not be read. */
async function parseEach<
  T extends { readonly error: { readonly line: number; readonly message: string } | null },
>(checkout: Checkout, files: readonly TextFile[], parse: (path: string, text: string) => T): Promise<T[]> {
  const parsed: T[] = []
  for await (const { path, text } of paced(parseable(checkout, files), checkout.isExpired)) {
    const result = parse(path, text)
    if (result.error !== null) checkout.skip(path, `line ${result.error.line}: ${result.error.message}`)
    parsed.push(result)
  }
  return parsed
}

function parseable(checkout: Checkout, files: readonly TextFile[]): TextFile[] {
  return files.filter(({ path, text }) => {
    const fits = text.length <= PARSED_CHARACTERS
    if (!fits) checkout.skip(path, `too large to parse: more than ${PARSED_CHARACTERS} characters`)
    return fits
  })
}

function inOrder<T extends { readonly path: string; readonly line?: number }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => compareText(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0))
}
