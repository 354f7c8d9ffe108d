import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { AUDIT_FILES } from '../domain/audit-files.ts'
import type { Declarations, OtherRepository, SavedDeclarations } from '../domain/declarations.ts'
import {
  DECLARATIONS_VERSION,
  type DeclarationsFile,
  declarationsDigest,
  declarationsFile,
  joinedDeclarations,
  OWNER_NAME,
} from '../domain/declarations-file.ts'
import { UserError } from '../domain/errors.ts'
import { compareText } from '../domain/order.ts'
import { CLOCK_SKEW_MS } from '../domain/time.ts'
import { type Unread, unreadOf } from '../domain/unread.ts'

/** What was found of other repositories. */
export interface Others {
  readonly joined: readonly ReturnType<typeof joinedDeclarations>[]
  /** One for each repository, sorted by name. */
  readonly repositories: readonly OtherRepository[]
  /** What was expected and cannot be used; details name the repositories. */
  readonly problems: readonly UserError[]
}

export interface OthersRequest {
  /** Absolute path of `declarations-from`. */
  readonly directory: string
  /** `OWNER/NAME` of the checkout, which is read itself. */
  readonly own: string
  readonly now: Date
  /** null: of whatever age. */
  readonly maxAgeHours: number | null
}

/**
 * Reads `OWNER/NAME/declarations.json` of each repository. The directory says which one it is, as whoever downloaded it
 * knows: a file of another repository's is refused. Never throws: one file that cannot be used fails itself alone.
 */
export async function readOthers({ directory, own, now, maxAgeHours }: OthersRequest): Promise<Others> {
  const { names, strays, unreadable } = await listRepositories(directory)
  const left = { bytes: MOST_BYTES, possible: MOST_POSSIBLE }
  const joined: Others['joined'][number][] = []
  const repositories: OtherRepository[] = []
  const flaws: Flaw[] = []
  const distrust = (name: string, reason: Reason) => {
    flaws.push({ ...reason, where: name })
    repositories.push({ name, read: null, doubt: reason.doubt })
  }
  const seen = new Set([own.toLowerCase()])
  for (const name of names) {
    if (name.toLowerCase() === own.toLowerCase()) continue
    const read = seen.has(name.toLowerCase()) ? TWICE : await readOne(join(directory, name), name, left)
    seen.add(name.toLowerCase())
    if (!('commit' in read)) {
      distrust(name, read)
      continue
    }
    const { repository, commit, at, declarations } = read
    joined.push(joinedDeclarations(declarations, { name: repository, commit }))
    const untimely = maxAgeHours === null ? null : whyUntimely(at, maxAgeHours, now)
    if (untimely !== null) flaws.push({ ...untimely, where: repository })
    const doubt = untimely?.doubt ?? whyIncomplete(declarations.scan)
    repositories.push({ name: repository, read: { at, commit }, doubt })
  }
  for (const stray of strays) distrust(stray, STRAY)
  for (const path of unreadable) distrust(path, UNREADABLE)
  if (repositories.length === 0) distrust('', NONE)
  return { joined, repositories, problems: problemsOf(flaws) }
}

/** The checkout's declarations with those of other repositories. Its own come first. */
export function joinDeclarations(here: Declarations, { joined, repositories }: Others): Declarations {
  const all = SHARED.map(field => [field, [...here[field], ...joined.flatMap(other => [...other[field]])]])
  return { ...here, ...Object.fromEntries(all), others: repositories }
}

const SHARED = ['users', 'keys', 'possibleKeys', 'keyMakers', 'keyIds', 'codeOwners'] as const

/** Why declarations cannot be used, or not relied upon. `message` and `doubt` name no repository. */
interface Flaw {
  readonly message: string
  readonly remedy: string
  readonly doubt: string
  /** The repository, or the path. */
  readonly where: string
  /** What of it, or nothing. */
  readonly detail?: string
}
type Reason = Omit<Flaw, 'where'>

/** The directories `OWNER/NAME`, sorted, and what else stands beside them. An owner without any is no repository's. */
async function listRepositories(
  directory: string,
): Promise<{ names: string[]; strays: string[]; unreadable: string[] }> {
  const found: Record<'names' | 'strays' | 'unreadable', string[]> = { names: [], strays: [], unreadable: [] }
  const entriesOf = (path: string) =>
    readdir(join(directory, path), { withFileTypes: true }).catch(error => {
      if (!isAbsent(error)) found.unreadable.push(path)
      return null
    })
  for (const owner of (await entriesOf('')) ?? []) {
    const inside = owner.isDirectory() ? await entriesOf(owner.name) : []
    if (inside?.length === 0) found.strays.push(owner.name)
    for (const entry of inside ?? []) {
      const name = `${owner.name}/${entry.name}`
      if (entry.isDirectory() && OWNER_NAME.test(name)) found.names.push(name)
      else found.strays.push(name)
    }
  }
  for (const paths of Object.values(found)) paths.sort(compareText)
  return found
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** The file, or why there is none that can be used. `left`: what all files together may still hold. */
async function readOne(
  directory: string,
  name: string,
  left: { bytes: number; possible: number },
): Promise<DeclarationsFile | Reason> {
  const path = join(directory, AUDIT_FILES.declarations)
  const found = await lstat(path).catch((error: unknown) => (isAbsent(error) ? MISSING : CLOSED))
  if ('doubt' in found) return found
  // A link would lead to a file of somebody else.
  if (!found.isFile()) return unusable('it is no regular file')
  if (found.size > MOST_FILE_BYTES) return unusable(`it is larger than ${MOST_FILE_BYTES / 2 ** 20} MiB`)
  left.bytes -= found.size
  if (left.bytes < 0) return unusable(`all files together are larger than ${MOST_BYTES / 2 ** 20} MiB`)
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return CLOSED
  const file = parseFile(text)
  if ('message' in file) return file
  if (file.repository.toLowerCase() !== name.toLowerCase())
    return unusable(`it says that it is of ${file.repository}`)
  left.possible -= file.declarations.possibleKeys.length + file.declarations.keyMakers.length
  if (left.possible < 0)
    return unusable(`all files together have more than ${MOST_POSSIBLE} places that may declare keys`)
  return file
}

function parseFile(text: string): DeclarationsFile | Reason {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unusable('it is not JSON')
  }
  const { kind, version } = (value ?? {}) as { kind?: unknown; version?: unknown }
  if (kind !== 'declarations') return unusable('it is no declarations.json of this action')
  if (version !== DECLARATIONS_VERSION) return OTHER_VERSION
  const parsed = v.safeParse(declarationsFile, value, { abortEarly: true })
  if (!parsed.success) {
    const [issue] = parsed.issues
    return unusable(`${v.getDotPath(issue) ?? 'the file'} is not what this action writes`)
  }
  const { declarations } = value as { declarations: SavedDeclarations }
  const digest = declarationsDigest(declarations)
  return digest === parsed.output.sha256
    ? parsed.output
    : unusable('it was changed: it does not match its SHA-256')
}

function whyUntimely(at: string, maxAgeHours: number, now: Date): Reason | null {
  const age = now.getTime() - Date.parse(at)
  if (age < -CLOCK_SKEW_MS) return { ...FUTURE, detail: at }
  if (age <= maxAgeHours * HOUR_MS) return null
  return {
    message: `declarations-from has declarations that are older than max-evidence-age-hours allows (${maxAgeHours})`,
    remedy: RUN_AGAIN,
    doubt: 'what it declares is known of long ago',
    detail: `read at ${at}`,
  }
}

function whyIncomplete(scan: SavedDeclarations['scan']): string | null {
  const [unread] = unreadOf({ ...scan, unread: [] }, [])
  return unread === undefined ? null : INCOMPLETE[unread.kind]
}

const INCOMPLETE: Readonly<Record<Unread['kind'], string>> = {
  'no-checkout': 'it was not checked out',
  'no-git': 'it was no git checkout, so that nothing tells whether all files were there',
  stopped: 'its checkout was not read to its end',
  files: 'files of its checkout could not be read',
  others: 'what it joins may declare more than is known',
}

/** One problem for each kind of flaw. */
function problemsOf(flaws: readonly Flaw[]): UserError[] {
  return Array.from(Map.groupBy(flaws, ({ message }) => message).values(), alike => {
    const lines = alike.map(({ where, detail }) => [where, detail].filter(Boolean).join(': '))
    return new UserError(alike[0]?.message ?? '', alike[0]?.remedy ?? '', lines.join('\n') || null)
  })
}

const HOUR_MS = 3_600_000
const MOST_FILE_BYTES = 16 * 2 ** 20
const MOST_BYTES = 256 * 2 ** 20
/** Each is held against each user without a declaration. */
const MOST_POSSIBLE = 10_000

const RUN_AGAIN =
  'Look at the last runs of the job that writes them in that repository, and run it again. GitHub pauses schedules after 60 days without activity in a public repository.'

function unusable(why: string): Reason {
  return {
    message: 'declarations-from has files that cannot be used',
    remedy:
      'Write it again with declarations-only in that repository, by the same version of this action, and download it unchanged to OWNER/NAME.',
    doubt: 'its declarations cannot be used',
    detail: why,
  }
}

const CLOSED = unusable('it could not be read')
const UNREADABLE: Reason = {
  message: 'declarations-from has a directory that could not be read',
  remedy:
    'Give the user of the runner the right to list it; the step that downloads may have run as another user.',
  doubt: 'its directory could not be read',
}
const MISSING: Reason = {
  message: 'declarations-from lacks the declarations of repositories that it has a directory for',
  remedy:
    'Look at the last runs of the job that writes declarations.json in that repository, and at the step that downloads it. If the repository declares nothing any more, take its directory out.',
  doubt: 'its declarations are missing',
}
const TWICE: Reason = {
  message: 'declarations-from has a repository twice',
  remedy: 'Give each repository one directory; upper and lower case are the same to GitHub.',
  doubt: 'its declarations are there twice',
}
const OTHER_VERSION: Reason = {
  message: `declarations-from has another version of the format than this action reads (${DECLARATIONS_VERSION})`,
  remedy: 'Use the same version of this action in every repository.',
  doubt: 'its declarations cannot be used',
}
const FUTURE: Reason = {
  message: 'declarations-from has declarations of an instant that is yet to come',
  remedy: 'Look at the clock of this runner, and of the one that wrote them.',
  doubt: 'its declarations are of an instant that is yet to come',
}
const STRAY: Reason = {
  message: 'declarations-from holds something that is no directory OWNER/NAME',
  remedy: 'Download each file to OWNER/NAME/declarations.json there, and nothing else.',
  doubt: 'it is no directory OWNER/NAME',
}
const NONE: Reason = {
  message: 'declarations-from holds no repository, so nothing was joined',
  remedy:
    'Check its path, which is relative to the checkout, and that the step which downloads the declarations came before this one.',
  doubt: 'declarations-from holds no repository',
}
