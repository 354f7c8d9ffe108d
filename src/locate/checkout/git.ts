import { execFile } from 'node:child_process'
import { join, posix } from 'node:path'
import { compareText } from '../../domain/order.ts'
import { ESCAPED } from '../text/escapes.ts'
import type { Ledger } from './ledger.ts'

interface Search {
  readonly words: readonly string[]
  /** Whether also for what may hide a word. */
  readonly withHidden: boolean
  /** The files that are looked for; others may be found, too. */
  readonly among: readonly string[]
  /** All that git tracks. */
  readonly all: readonly string[]
}

/** The tracked files that contain one of the words; null where git could not search. */
export async function gitGrep(
  directory: string,
  { words, withHidden, among, all }: Search,
  ledger: Ledger,
): Promise<ReadonlySet<string> | null> {
  // `-a`: a repository's attributes can call any file binary; the reader tells text from binary itself.
  const flags = ['-l', '-z', '-a', '--no-color', '--full-name', '--threads=1']
  const found = await Promise.all(
    halvesOf(all).map(async half => {
      const search = (type: string, patterns: readonly string[]) => {
        const given = patterns.flatMap(pattern => ['-e', pattern])
        return git(
          directory,
          ['grep', ...flags, type, ...given, '--', ...pathspecs(among, all), half],
          ledger,
        )
      }
      const patterns = withHidden ? [...expressions([...words, POINTER]), HIDDEN] : expressions(words)
      return (await search('-P', patterns)) ?? (await search('-F', words))
    }),
  )
  const outputs = found.filter(output => output !== null)
  return outputs.length < found.length ? null : new Set(outputs.flatMap(paths))
}

/** What may hide a word from a search: content that is kept elsewhere; UTF-16, escapes. */
const POINTER = 'git-lfs'
const HIDDEN = `\\x00|${ESCAPED.source}`

/**
 * What each of two processes passes over: the files that have one of some characters at that place of their path which
 * divides them most evenly, or the others. Two processes search the halves in much less time than one of several
 * threads, which wait for each other at every file. Git tells the place in no time when counted from the beginning.
 */
function halvesOf(paths: readonly string[]): readonly string[] {
  const sample = paths.filter((_, at) => at % Math.ceil(paths.length / SAMPLE) === 0)
  let best = { halves: [NOTHING], distance: sample.length / 2 }
  for (let place = 0; place < DEEPEST; place++) {
    const found = Map.groupBy(sample, path => path[place] ?? '')
    let characters = ''
    let distance = sample.length / 2
    for (const [character, { length }] of found) {
      if (length > distance || !/[A-Za-z0-9]/.test(character)) continue
      characters += character
      distance -= length
    }
    const halves = ['', '!'].map(not => `:(exclude)${'?'.repeat(place)}[${not}${characters}]*`)
    if (distance < best.distance) best = { halves, distance }
  }
  return best.halves
}

/** No path that git tracks. */
const NOTHING = ':(exclude).git'
const SAMPLE = 400
const DEEPEST = 40

/**
 * Each expression takes its time, and so does one whose alternatives have more than two beginnings: two at a time are
 * looked for at the speed of memory. What contains another word is found by it.
 */
function expressions(words: readonly string[]): string[] {
  const escaped = (word: string) => word.replace(/\W/g, '\\$&')
  const shortest = words.filter(word => !words.some(other => other !== word && word.includes(other)))
  const alike = Map.groupBy(shortest.toSorted(compareText), word => word.slice(0, BEGINNING))
  const alternatives = Array.from(
    alike,
    ([beginning, found]) =>
      `${escaped(beginning)}(?:${found.map(word => escaped(word.slice(BEGINNING))).join('|')})`,
  )
  const pairs = Map.groupBy(alternatives, (_, at) => at >> 1)
  return Array.from(pairs.values(), pair => pair.join('|'))
}

const BEGINNING = 3

/** Narrows a search to files with the extensions of the wanted ones; to none where all files are wanted. */
function pathspecs(among: readonly string[], all: readonly string[]): readonly string[] {
  if (among.length === all.length) return []
  const extensions = new Set(among.map(path => posix.extname(path)))
  const isPlain = [...extensions].every(extension => /^\.\w+$/.test(extension))
  return isPlain ? Array.from(extensions, extension => `*${extension}`) : []
}

function paths(output: Buffer): string[] {
  return output.toString('utf8').split('\0').filter(Boolean)
}

/**
 * Runs git on the checkout; null where it fails or is absent. The repository's own configuration is not trusted:
 * naming both directories overrides `core.worktree` and needs no `safe.directory` (in containers the checkout often
 * belongs to another user), no file system monitor is started, nothing is written or fetched.
 */
export function git(directory: string, command: readonly string[], ledger: Ledger): Promise<Buffer | null> {
  const settings = ['core.fsmonitor=false', 'core.untrackedCache=false', 'submodule.recurse=false']
  const arguments_ = [
    '--no-pager',
    `--git-dir=${join(directory, '.git')}`,
    `--work-tree=${directory}`,
    ...settings.flatMap(setting => ['-c', setting]),
    ...command,
  ]
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return new Promise(resolve => {
    execFile(
      'git',
      arguments_,
      {
        cwd: directory,
        env: {
          ...Object.fromEntries(inherited),
          LC_ALL: 'C',
          GIT_OPTIONAL_LOCKS: '0',
          GIT_NO_LAZY_FETCH: '1',
        },
        encoding: 'buffer',
        maxBuffer: GIT_OUTPUT_BYTES,
        timeout: Math.max(1, Math.ceil(ledger.remaining())),
      },
      (error, stdout, stderr) => {
        // Exit code 1: nothing found, though files may not have been read. Cut off by a limit: what came until then is used.
        const isDone = (error === null || error.code === 1) && !/^error: /m.test(stderr.toString())
        resolve(isDone || ledger.isExpired() ? stdout : null)
      },
    )
  })
}

const GIT_OUTPUT_BYTES = 256 * 1024 * 1024
