import { formatPatch, type StructuredPatchHunk, structuredPatch } from 'diff'
import type { CodeEdit, KeyEdits } from '../../domain/declarations.ts'
import { compareText } from '../../domain/order.ts'
import { lineStart, type Range, wholeLines } from './lines.ts'

/** What stands in the range of the file's text gives way to `text`. */
export interface Splice extends Range {
  readonly path: string
  readonly text: string
  /** Whether the lines of the range go with it. */
  readonly lines?: true
}

/** One in a file that is known. */
export type Change = Omit<Splice, 'path'>

/** The text of the range with those of the splices made that lie in it. */
export function spliced(text: string, { start, end }: Range, splices: readonly Change[]): string {
  let made = ''
  let at = start
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    if (splice.start < at || splice.end > end) continue
    made += text.slice(at, splice.start) + splice.text
    at = splice.end
  }
  return made + text.slice(at, end)
}

/** A change of code; none where it cannot be shown whole. */
export function codeEdit(splices: readonly Splice[], note: string | null, textOf: TextOf): CodeEdit {
  const unreadable = splices.find(({ path }) => textOf(path).includes('\uFFFD'))
  if (unreadable !== undefined) return noEdit(`${unreadable.path} is not in UTF-8`)
  const sizes = splices.map(splice => {
    const { start, end } = around(splice, textOf(splice.path))
    return end - start + splice.text.length
  })
  if (splices.length > MOST_PLACES) return noEdit(`the change is to more than ${MOST_PLACES} places`)
  if (sizes.some(size => size > LONGEST_DIFF))
    return noEdit(`the change takes more than ${LONGEST_DIFF} characters`)
  const diff = unifiedDiff(splices, textOf)
  return diff.length > LONGEST_DIFF
    ? noEdit(`the change takes more than ${LONGEST_DIFF} characters`)
    : { diff, note }
}

export function noEdit(reason: string): CodeEdit {
  return { diff: null, note: reason }
}

export function noEdits(reason: string): KeyEdits {
  const none = noEdit(reason)
  return { deactivate: none, remove: none, second: none }
}

/** The text of a file as it stands. */
type TextOf = (path: string) => string

const LONGEST_DIFF = 20_000
const MOST_PLACES = 50
/** Of more keys of a template or of all Terraform no edits are worked out. */
export const MOST_EDITED = 200

/** Each removal of lines with the lines as they stand without those that go below. */
function resolved(splices: readonly Splice[], text: string): Splice[] {
  let rest = text
  let below = text.length
  return splices
    .toSorted((a, b) => b.start - a.start)
    .map(splice => {
      if (splice.lines !== true) return splice
      const { start, end } = wholeLines(rest, splice)
      const gone = { ...splice, start, end: Math.min(end, below) }
      rest = rest.slice(0, gone.start) + rest.slice(gone.end)
      below = start
      return gone
    })
}

/** The splices as a unified diff that `git apply` takes, files in the order of their paths. */
export function unifiedDiff(splices: readonly Splice[], textOf: TextOf): string {
  const byPath = Map.groupBy(splices, ({ path }) => path)
  return [...byPath.keys()]
    .toSorted(compareText)
    .map(path =>
      formatPatch({
        oldFileName: `a/${path}`,
        newFileName: `b/${path}`,
        oldHeader: undefined,
        newHeader: undefined,
        isGit: true,
        hunks: hunksOf(resolved(byPath.get(path) ?? [], textOf(path)), textOf(path)),
      }),
    )
    .join('')
}

const CONTEXT = 3

/** Only the lines around the splices are compared: files are long, changes short. */
function hunksOf(splices: readonly Splice[], text: string): StructuredPatchHunk[] {
  const windows: Range[] = []
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    const window = around(splice, text)
    const last = windows.at(-1)
    if (last === undefined || last.end < window.start) windows.push(window)
    else windows[windows.length - 1] = { start: last.start, end: Math.max(last.end, window.end) }
  }
  let before = 0
  let counted = 0
  let shift = 0
  return windows.flatMap(window => {
    before += lineBreaks(text.slice(counted, window.start))
    counted = window.start
    const old = text.slice(window.start, window.end)
    const { hunks } = structuredPatch('', '', old, spliced(text, window, splices), '', '', {
      context: CONTEXT,
    })
    const moved = hunks.map(hunk => ({
      ...hunk,
      oldStart: hunk.oldStart + before,
      newStart: hunk.newStart + before + shift,
    }))
    shift += hunks.reduce((sum, { oldLines, newLines }) => sum + newLines - oldLines, 0)
    return moved
  })
}

/** The lines of a splice, with those that a diff shows about it. */
function around({ start, end }: Range, text: string): Range {
  let from = lineStart(text, start)
  let to = text.indexOf('\n', end) + 1 || text.length
  for (let line = 0; line < CONTEXT; line++) {
    if (from > 0) from = lineStart(text, from - 1)
    if (to < text.length) to = text.indexOf('\n', to) + 1 || text.length
  }
  return { start: from, end: to }
}

function lineBreaks(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Of the outputs that are removed with a key. */
export function goWithIt(outputs: readonly string[]): string {
  return `with it ${outputs.length === 1 ? 'goes the output' : 'go the outputs'} ${outputs.join(', ')}`
}

/** Of what a second key leaves as it is. `readers`: `count` of them, in words. */
export function stillRead(count: number, readers: string): string {
  return `${readers} still ${count === 1 ? 'reads' : 'read'} the old key`
}
