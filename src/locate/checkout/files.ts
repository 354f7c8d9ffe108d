import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { isAbsolute, join, posix, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Scan } from '../../domain/declarations.ts'
import { unescaped } from '../text/escapes.ts'
import { fromUtf16, hasNul, isCodeFile, isPointer } from './encoding.ts'
import { git, gitGrep } from './git.ts'
import { type Ledger, type Limits, openLedger } from './ledger.ts'
import { isProse } from './not-code.ts'

export interface Checkout {
  /** Relative to the root, with forward slashes, in one order on every machine. */
  readonly paths: readonly string[]
  /** The text files that contain one of the words that it was opened with. */
  readonly searched: () => Promise<readonly TextFile[]>
  /** Those of the given text files that contain one of the words. */
  readonly search: (words: readonly string[], among: readonly string[]) => Promise<readonly TextFile[]>
  /** The texts of files; what is no text file, or gone, or beyond a limit is left out. */
  readonly read: (paths: readonly string[]) => Promise<readonly TextFile[]>
  /** Whether the time is used up. */
  readonly isExpired: () => boolean
  readonly skip: (path: string, reason: string) => void
  /** `declares`: which files may declare users and keys. */
  readonly scan: (declares: (path: string) => boolean) => Scan
}

export interface TextFile {
  readonly path: string
  readonly text: string
  /** Of a file in UTF-16, whose bytes are others than those of the text in UTF-8. */
  readonly recoded?: true
}

/** Opens a directory for reading: the files that git tracks there, else what a walk finds, and searches them for `words`. Null: nothing is there. */
export async function openCheckout(
  root: string,
  limits: Limits,
  isForeign: (path: string) => boolean,
  words: readonly string[],
): Promise<Checkout | null> {
  const directory = await realpath(root).catch(() => null)
  const entries = directory === null ? [] : await readdir(directory).catch(() => [])
  if (directory === null || entries.length === 0) return null

  const ledger = openLedger(limits)
  const isGit = entries.includes('.git')
  // One processor is free while git lists its files.
  const missing = isGit ? missingFiles(directory, ledger) : null
  const tracked = isGit ? await trackedFiles(directory, ledger) : null
  // The longest search starts before anything else is worked out.
  const searching =
    tracked === null
      ? null
      : gitGrep(directory, { words, withHidden: true, among: tracked, all: tracked }, ledger)
  const all = (tracked ?? (await walk(directory, ledger))).filter(path => !isForeign(path))
  const paths = all.slice(0, limits.files)
  if (all.length > limits.files) ledger.stop(`the limit of ${limits.files} files`)

  // The first search finds what may hide any word; who searches later looks into these again.
  const hidden = new Set<string>()
  let isHiddenKnown = false
  const read = openReader(directory, ledger, path => hidden.add(path))
  return {
    paths,
    searched: async () => {
      const found = await searching
      const files = await read(found === null ? paths : paths.filter(path => found.has(path)), words)
      isHiddenKnown = !ledger.isExpired()
      if (tracked === null) return files
      const gone = await missing
      if (gone === null) ledger.skip('.', 'git does not tell which of its files are missing', true)
      for (const path of paths) if (gone?.has(path) && !isProse(path)) ledger.skip(path, NOT_THERE)
      return files
    },
    search: async (words, among) => {
      if (tracked === null || among.length <= QUICKLY_READ) return read(among, words)
      const found = await gitGrep(directory, { words, withHidden: !isHiddenKnown, among, all: paths }, ledger)
      // Git does not follow symbolic links; what it names is read with the same care.
      const isFound = (path: string) => found === null || found.has(path) || hidden.has(path)
      return read(among.filter(isFound), words)
    },
    read: wanted => read(wanted),
    isExpired: ledger.isExpired,
    skip: ledger.skip,
    scan: declares => ({
      source: tracked === null ? 'directory' : 'git',
      files: paths.length,
      ...ledger.report(declares),
    }),
  }
}

/** Directories that hold copies, not code; only where git does not say what is tracked. */
const NOT_WALKED = new Set([
  '.aws-sam',
  '.git',
  '.serverless',
  '.terraform',
  '.terragrunt-cache',
  '.tox',
  '.venv',
  '__pycache__',
  'bower_components',
  'cdk.out',
  'node_modules',
  'venv',
])
/** So many files are read faster than git searches the whole tree for them. */
const QUICKLY_READ = 2000
const TURN_MILLISECONDS = 20

type Read = (paths: readonly string[], words?: readonly string[]) => Promise<readonly TextFile[]>

/** `isHiding` is told each file whose bytes may hide a word. */
function openReader(directory: string, ledger: Ledger, isHiding: (path: string) => void): Read {
  const parents = new Map<string, boolean>()
  const isInside = (path: string) => {
    const parent = posix.dirname(path)
    const known = parents.get(parent) ?? isWithin(directory, join(directory, parent))
    parents.set(parent, known)
    return known
  }
  const readOne = (path: string, words: readonly string[] | undefined): TextFile | null => {
    const file = join(directory, path)
    const status = lstatSync(file)
    if (!status.isFile() || !isInside(path)) {
      ledger.skip(path, 'no file of this checkout')
      return null
    }
    if (status.size > ledger.limits.fileBytes) {
      ledger.skip(path, `larger than ${ledger.limits.fileBytes} bytes`)
      return null
    }
    const bytes = readFileSync(file)
    if (hasNul(bytes)) return readWide(path, bytes, words)
    if (isPointer(bytes)) {
      ledger.skip(path, 'a Git LFS pointer, whose content is not in the working tree')
      return null
    }
    const mayHide = ESCAPES.some(start => bytes.includes(start))
    if (mayHide) isHiding(path)
    if (words !== undefined && !holdsAny(bytes, words, mayHide)) return null
    if (!ledger.take(bytes.length)) return null
    return { path, text: bytes.toString('utf8') }
  }
  const readWide = (path: string, bytes: Buffer, words: readonly string[] | undefined): TextFile | null => {
    const text = fromUtf16(bytes)
    if (text === null) {
      if (isCodeFile(path, bytes)) ledger.skip(path, 'holds NUL bytes, as no text does', true)
      return null
    }
    isHiding(path)
    if (words !== undefined && !words.some(word => unescaped(text).includes(word))) return null
    return ledger.take(bytes.length) ? { path, text, recoded: true } : null
  }
  return async (paths, words) => {
    const files: TextFile[] = []
    for await (const path of paced(paths, ledger.isExpired)) {
      try {
        const file = readOne(path, words)
        if (file !== null) files.push(file)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        ledger.skip(path, code === 'ENOENT' ? NOT_THERE : `cannot be read (${code})`)
      }
    }
    return files
  }
}

/** What each escape that `unescaped` knows begins with. */
const ESCAPES = ['\\u', '\\U', '\\x']

function holdsAny(bytes: Buffer, words: readonly string[], mayHide: boolean): boolean {
  if (words.some(word => bytes.includes(word))) return true
  if (!mayHide) return false
  const text = unescaped(bytes.toString('utf8'))
  return words.some(word => text.includes(word))
}

/** Goes through items while there is time. Small files are read fastest in one go; others get their turn between. */
export async function* paced<T>(items: readonly T[], isExpired: () => boolean): AsyncGenerator<T> {
  let turn = performance.now()
  for (const item of items) {
    if (isExpired()) return
    yield item
    if (performance.now() - turn < TURN_MILLISECONDS) continue
    await setImmediate()
    turn = performance.now()
  }
}

function isWithin(directory: string, path: string): boolean {
  const way = relative(directory, realpathSync.native(path))
  return !isAbsolute(way) && way.split(/[\\/]/)[0] !== '..'
}

async function walk(directory: string, ledger: Ledger): Promise<string[]> {
  const files: string[] = []
  const pending = ['']
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (ledger.isExpired() || files.length > ledger.limits.files) break
    const entries = await readdir(join(directory, next), { withFileTypes: true }).catch(() => null)
    if (entries === null) ledger.skip(next, 'cannot be read')
    for (const entry of entries ?? []) {
      const path = posix.join(next, entry.name)
      if (entry.isFile()) files.push(path)
      else if (entry.isSymbolicLink()) skipLink(directory, path, ledger)
      else if (entry.isDirectory() && !NOT_WALKED.has(entry.name)) pending.push(path)
    }
  }
  return files.sort()
}

/** The tracked files; what is tracked and cannot be read as a file of its own is recorded. */
async function trackedFiles(directory: string, ledger: Ledger): Promise<string[] | null> {
  const output = await git(directory, ['ls-files', '-z', '--cached', '--stage', '-t'], ledger)
  if (output === null) return null
  const tracked: string[] = []
  const text = output.toString('utf8')
  // `H 100644 OBJECT STAGE<tab>path<NUL>`: cut out by position, for there can be a million.
  for (let start = 0; start < text.length; start = text.indexOf('\0', start) + 1) {
    const path = text.slice(text.indexOf('\t', start) + 1, text.indexOf('\0', start))
    if (text.startsWith('S', start)) ledger.skip(path, 'not in this sparse checkout')
    else if (text.startsWith(SUBMODULE, start + 2))
      ledger.skip(path, 'a submodule, whose files are not searched', true)
    else if (text.startsWith(LINK, start + 2)) skipLink(directory, path, ledger)
    // Unmerged files are listed once per side.
    else if (path !== tracked.at(-1)) tracked.push(path)
  }
  return tracked
}

/** The tracked files that are not in the working tree, which a search passes over in silence. */
async function missingFiles(directory: string, ledger: Ledger): Promise<ReadonlySet<string> | null> {
  const output = await git(directory, ['ls-files', '-z', '--deleted'], ledger)
  return output && new Set(output.toString('utf8').split('\0'))
}

const NOT_THERE = 'tracked, but not in the working tree'
const SUBMODULE = '160000'
const LINK = '120000'

/** What a link within the checkout leads to is read where it lies. */
function skipLink(directory: string, path: string, ledger: Ledger): void {
  let leadsOut = true
  try {
    leadsOut = !isWithin(directory, join(directory, path))
  } catch {
    // It leads nowhere.
  }
  if (leadsOut && !isProse(path))
    ledger.skip(path, 'a symbolic link that leads out of the checkout, or nowhere', true)
}
