import type { NameMentions, SourceLocation } from '../../domain/declarations.ts'
import { unescaped } from '../text/escapes.ts'
import { lineCounter } from '../text/lines.ts'
import type { Checkout } from './files.ts'
import { isAuditOutput, isProse } from './not-code.ts'

/**
 * Where user names stand as whole words in the checkout's files that are neither documentation, lock files nor an
 * audit's output. Nothing is said of short names, plain words and names that stand everywhere. Names that are asked
 * for while a search is under way are looked for together in the next.
 */
export function nameSearch(checkout: Checkout): (names: readonly string[]) => Promise<NameMentions> {
  let waiting = new Set<string>()
  let next: Promise<NameMentions> | null = null
  let running: Promise<unknown> = Promise.resolve()
  return async names => {
    const wanted = names.filter(isTelling)
    if (wanted.length === 0) return new Map()
    for (const name of wanted) waiting.add(name)
    next ??= running.then(() => {
      const batch = [...waiting]
      waiting = new Set()
      next = null
      const search = findNames(checkout, batch)
      running = search
      return search
    })
    const found = await next
    return new Map(wanted.flatMap(name => (found.has(name) ? [[name, found.get(name) ?? []]] : [])))
  }
}

const LEAST_LENGTH = 6
/** Names that stand in more files are words. */
const MOST_FILES = 20
const MOST_PLACES = 5
/** So many alternatives are searched for about as fast as one. */
const NAMES_AT_ONCE = 150

/** Whether a name is more than a word that code may have for other reasons. */
function isTelling(name: string): boolean {
  return name.length >= LEAST_LENGTH && /[A-Za-z0-9][\d_.@+=,-]+[A-Za-z0-9]|\d/.test(name)
}

async function findNames(checkout: Checkout, names: readonly string[]): Promise<NameMentions> {
  const found = new Map<string, SourceLocation[]>()
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    const chunk = names.slice(start, start + NAMES_AT_ONCE)
    const files = await checkout.search(chunk, checkout.paths)
    const pattern = new RegExp(
      `(?<![\\w@+-])(?:${chunk
        .toSorted((a, b) => b.length - a.length)
        .map(escaped)
        .join('|')})(?![\\w@+-]|\\.\\w)`,
      'g',
    )
    for (const { path, text: written } of files) {
      if (isProse(path) || isAuditOutput(written)) continue
      const text = unescaped(written)
      const lineOf = lineCounter(text)
      const first = new Map(
        [...text.matchAll(pattern)].toReversed().map(({ 0: name, index }) => [name, index]),
      )
      for (const [name, index] of [...first].toSorted(([, a], [, b]) => a - b))
        found.set(name, [...(found.get(name) ?? []), { path, line: lineOf(index) }])
    }
  }
  return new Map(
    [...found]
      .filter(([, at]) => at.length <= MOST_FILES)
      .map(([name, at]) => [name, at.slice(0, MOST_PLACES)]),
  )
}

function escaped(name: string): string {
  return name.replace(/\W/g, '\\$&')
}
