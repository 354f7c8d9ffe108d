import { posix } from 'node:path'
import picomatch from 'picomatch'
import {
  type CodeOwnersRule,
  type Declarations,
  type KeyDeclaration,
  type KeyIdMention,
  NO_DECLARATIONS,
  type PossibleDeclaration,
  type SourceLocation,
  type StaticLogin,
  type Tool,
  type UserDeclaration,
} from '../domain/declarations.ts'
import { compareText } from '../domain/order.ts'
import { CODEOWNERS_PATHS, readCodeOwners } from './codeowners.ts'
import { type Checkout, type Limits, openCheckout, paced, type TextFile } from './files.ts'
import { KEY_ID_PREFIX, readKeyIds } from './key-ids.ts'
import { declaringDirectories, isTerraform, isVariableFile, TERRAFORM_WORDS } from './terraform-modules.ts'

export type { Limits } from './files.ts'

export const LIMITS: Limits = {
  files: 1_000_000,
  fileBytes: 4 * 1024 * 1024,
  bytes: 128 * 1024 * 1024,
  milliseconds: 60_000,
}

/**
 * Everything that the checkout at `root` says of IAM users and their access keys. `globs`: the files that may declare
 * them, relative to the root; `passedOver`: globs of files and directories that lie there but are not the checkout's own.
 * Never throws for what is in the checkout: what could not be read is in `scan`.
 */
export async function locate(
  root: string,
  globs: readonly string[],
  passedOver: readonly string[] = [],
  limits: Limits = LIMITS,
): Promise<Declarations> {
  const isForeign = picomatch(
    passedOver.flatMap(glob => [glob, `${glob}/**`]),
    { dot: true },
  )
  const checkout = await openCheckout(root, limits, isForeign)
  if (checkout === null) return NO_DECLARATIONS
  // Git starts on the longest search before anything else is worked out.
  const mentions = findKeyIds(checkout)
  const isInfrastructure = picomatch([...globs], { dot: true })
  const infrastructure = checkout.paths.filter(
    path => path.length <= LONGEST_PATH && !checkout.isExpired() && isInfrastructure(path),
  )
  const [terraform, templates, keyIds, staticLogins, codeOwners] = await Promise.all([
    findInTerraform(checkout, infrastructure.filter(isTerraform)),
    findInTemplates(
      checkout,
      infrastructure.filter(path => !isTerraform(path)),
    ),
    mentions,
    findStaticLogins(checkout),
    findCodeOwners(checkout),
  ])
  return {
    users: inOrder([...terraform.users, ...templates.users]),
    keys: inOrder([...terraform.keys, ...templates.keys]),
    possibleKeys: [
      ...unresolved('terraform', terraform.unresolvedKeys),
      ...unresolved('cloudformation', templates.unresolvedKeys),
    ],
    keyMakers: [],
    keyIds,
    staticLogins,
    codeOwners,
    scan: checkout.scan(path => isVariableFile(path) || isInfrastructure(path)),
  }
}

/** Longer paths take a glob of three stars too long. */
const LONGEST_PATH = 1024
const LOGIN_WORDS = /aws[-_]access[-_]key[-_]id/i
const MOST_KEY_IDS = 1000
const MOST_UNRESOLVED = 100
/** Workflows, and definitions of composite actions. */
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/
/** Larger files are searched for key IDs, but not parsed: the worst of YAML takes seconds for this much. */
const PARSED_CHARACTERS = 512 * 1024

async function findInTerraform(checkout: Checkout, paths: readonly string[]): Promise<Found> {
  const files = await checkout.search(TERRAFORM_WORDS, paths)
  const directories = declaringDirectories(files)
  if (directories.size === 0) return NOTHING
  const isRelevant = (path: string) => directories.has(posix.dirname(path))
  const known = new Set(files.map(({ path }) => path))
  const others = await checkout.read(
    checkout.paths.filter(
      path => isRelevant(path) && !known.has(path) && (isTerraform(path) || isVariableFile(path)),
    ),
  )
  const relevant = parseable(
    checkout,
    inOrder([...files, ...others]).filter(({ path }) => isRelevant(path)),
  )
  const byDirectory = Map.groupBy(relevant, ({ path }) => posix.dirname(path))
  const { readTerraform } = await import('./terraform.ts')
  const found = readTerraform(
    Array.from(byDirectory, ([path, inside]) => ({ path, files: inside })),
    checkout.isExpired,
  )
  for (const { path, reason } of found.unreadable) checkout.skip(path, reason)
  return found
}

async function findInTemplates(checkout: Checkout, paths: readonly string[]): Promise<Found> {
  const files = await checkout.search(['AWS::IAM::User', 'AWS::IAM::AccessKey'], paths)
  if (files.length === 0) return NOTHING
  const { readTemplate } = await import('./cloudformation.ts')
  const found = await parseEach(checkout, files, readTemplate)
  return {
    users: found.flatMap(({ users }) => users),
    keys: found.flatMap(({ keys }) => keys),
    unresolvedKeys: found.flatMap(({ unresolvedKeys }) => unresolvedKeys),
  }
}

async function findStaticLogins(checkout: Checkout): Promise<readonly StaticLogin[]> {
  const files = await checkout.read(checkout.paths.filter(path => WORKFLOW.test(path)))
  const candidates = files.filter(({ text }) => LOGIN_WORDS.test(text))
  if (candidates.length === 0) return []
  const { readWorkflow } = await import('./workflows.ts')
  const found = await parseEach(checkout, candidates, readWorkflow)
  return found.flatMap(({ logins }) => logins)
}

async function findCodeOwners(checkout: Checkout): Promise<readonly CodeOwnersRule[]> {
  const [file] = await checkout.read(CODEOWNERS_PATHS.filter(path => checkout.paths.includes(path)))
  return file === undefined ? [] : readCodeOwners(file.path, file.text)
}

async function findKeyIds(checkout: Checkout): Promise<readonly KeyIdMention[]> {
  const mentions: KeyIdMention[] = []
  for await (const { path, text } of paced(
    await checkout.search([KEY_ID_PREFIX], checkout.paths),
    checkout.isExpired,
  )) {
    const left = MOST_KEY_IDS - mentions.length
    const found = readKeyIds(path, text)
    if (found.length > left) checkout.skip(path, `more than ${MOST_KEY_IDS} access key IDs`)
    mentions.push(...found.slice(0, left))
  }
  return mentions
}

interface Found {
  readonly users: readonly UserDeclaration[]
  readonly keys: readonly KeyDeclaration[]
  readonly unresolvedKeys: readonly SourceLocation[]
}

const NOTHING: Found = { users: [], keys: [], unresolvedKeys: [] }

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

function unresolved(tool: Tool, locations: readonly SourceLocation[]): PossibleDeclaration[] {
  const reason = 'the code does not tell the name of its user'
  return distinctLocations(locations).map(at => ({ ...at, tool, address: '', users: [null], reason }))
}

/** Each line once: a module declares as often as it is called. */
function distinctLocations(locations: readonly SourceLocation[]): SourceLocation[] {
  const distinct = new Map(locations.map(({ path, line }) => [`${path}:${line}`, { path, line }]))
  return inOrder([...distinct.values()]).slice(0, MOST_UNRESOLVED)
}

function inOrder<T extends { readonly path: string; readonly line?: number }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => compareText(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0))
}
