import { formatPatch, type StructuredPatchHunk, structuredPatch } from 'diff'
import type { CodeEdit, KeyEdits } from '../../domain/declarations.ts'
import { compareText } from '../../domain/order.ts'
import { lineStart, type Range, wholeLines } from './lines.ts'

export interface TextAt {
  readonly path: string
  readonly text: string
}

/** What stands in the range of a text gives way to `text`. */
export interface Change extends Range {
  readonly text: string
  /** Whether the lines of the range go with it. */
  readonly lines?: true
}

/** A change in a file. */
export interface Splice extends Change {
  readonly file: TextAt
}

export function inFile({ path, text }: TextAt, changes: readonly Change[]): Splice[] {
  return changes.map(change => ({ ...change, file: { path, text } }))
}

/** The text of the range with those of the changes made that lie in it. */
export function spliced(text: string, { start, end }: Range, changes: readonly Change[]): string {
  let made = ''
  let at = start
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    if (change.start < at || change.end > end) continue
    made += text.slice(at, change.start) + change.text
    at = change.end
  }
  return made + text.slice(at, end)
}

/** A change of code; none where it cannot be shown whole. */
export function codeEdit(splices: readonly Splice[], note: string | null): CodeEdit {
  const unreadable = splices.find(({ file }) => file.text.includes('\uFFFD'))
  if (unreadable !== undefined) return noEdit(`${unreadable.file.path} is not in UTF-8`)
  if (splices.length > MOST_PLACES) return noEdit(`the change is to more than ${MOST_PLACES} places`)
  const isShort = splices.every(splice => {
    const { start, end } = around(splice, splice.file.text)
    return end - start + splice.text.length <= LONGEST_DIFF
  })
  const diff = isShort ? unifiedDiff(splices) : ''
  return isShort && diff.length <= LONGEST_DIFF
    ? { diff, note }
    : noEdit(`the change takes more than ${LONGEST_DIFF} characters`)
}

export function noEdit(reason: string): CodeEdit {
  return { diff: null, note: reason }
}

export function noEdits(reason: string): KeyEdits {
  const none = noEdit(reason)
  return { deactivate: none, remove: none, second: none }
}

const LONGEST_DIFF = 20_000
const MOST_PLACES = 50
/** Of more keys of a template or of all Terraform no edits are worked out. */
export const MOST_EDITED = 200

/** Each removal of lines with the lines as they stand without those that go below. */
function resolved(changes: readonly Change[], text: string): Change[] {
  let rest = text
  let below = text.length
  return changes
    .toSorted((a, b) => b.start - a.start)
    .map(change => {
      if (change.lines !== true) return change
      const { start, end } = wholeLines(rest, change)
      const gone = { ...change, start, end: Math.min(end, below) }
      rest = rest.slice(0, gone.start) + rest.slice(gone.end)
      below = start
      return gone
    })
}

/** The splices as a unified diff that `git apply` takes, files in the order of their paths. */
export function unifiedDiff(splices: readonly Splice[]): string {
  return [...Map.groupBy(splices, ({ file }) => file.path)]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([path, inside]) => {
      const text = inside[0]?.file.text ?? ''
      return formatPatch({
        oldFileName: `a/${path}`,
        newFileName: `b/${path}`,
        oldHeader: undefined,
        newHeader: undefined,
        isGit: true,
        hunks: hunksOf(resolved(inside, text), text),
      })
    })
    .join('')
}

const CONTEXT = 3

/**
 * Only the lines about each change are compared: files are long, changes short. What is repeated may be found further on,
 * such as one of many blank lines; then more lines are, for git takes less context as the file's start or end.
 */
function hunksOf(changes: readonly Change[], text: string, lines = CONTEXT): StructuredPatchHunk[] {
  const compared = windowsOf(changes, text, lines).map(window => {
    const old = text.slice(window.start, window.end)
    const { hunks } = structuredPatch('', '', old, spliced(text, window, changes), '', '', {
      context: CONTEXT,
    })
    const isCutOff =
      (window.start > 0 && contextOf(hunks.at(0)?.lines ?? []) < CONTEXT) ||
      (window.end < text.length && contextOf(hunks.at(-1)?.lines.toReversed() ?? []) < CONTEXT)
    return { above: text.slice(0, window.start).split('\n').length - 1, hunks, isCutOff }
  })
  if (compared.some(({ isCutOff }) => isCutOff)) return hunksOf(changes, text, 2 * lines)
  let added = 0
  return compared.flatMap(({ above, hunks }) => {
    const moved = hunks.map(hunk => ({
      ...hunk,
      oldStart: hunk.oldStart + above,
      newStart: hunk.newStart + above + added,
    }))
    added += hunks.reduce((sum, { oldLines, newLines }) => sum + newLines - oldLines, 0)
    return moved
  })
}

/** The lines about the changes, those that meet as one. */
function windowsOf(changes: readonly Change[], text: string, lines: number): Range[] {
  const windows: Range[] = []
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    const { start, end } = around(change, text, lines)
    const last = windows.at(-1)
    if (last === undefined || last.end < start) windows.push({ start, end })
    else windows.splice(-1, 1, { start: last.start, end: Math.max(last.end, end) })
  }
  return windows
}

/** How many lines stand unchanged before the first that is not. */
function contextOf(lines: readonly string[]): number {
  return lines.findIndex(line => !line.startsWith(' '))
}

/** The lines of a splice, with `lines` about it. */
function around({ start, end }: Range, text: string, lines = CONTEXT): Range {
  let from = lineStart(text, start)
  let to = text.indexOf('\n', end) + 1 || text.length
  for (let line = 0; line < lines; line++) {
    if (from > 0) from = lineStart(text, from - 1)
    if (to < text.length) to = text.indexOf('\n', to) + 1 || text.length
  }
  // A byte order mark is of the first line.
  return { start: from === 1 ? 0 : from, end: to }
}

/** Of the outputs that are removed with a key. */
export function goWithIt(outputs: readonly string[]): string {
  return `with it ${outputs.length === 1 ? 'goes the output' : 'go the outputs'} ${outputs.join(', ')}`
}

/** Of what a second key leaves as it is. `readers`: `count` of them, in words. */
export function stillRead(count: number, readers: string): string {
  return `${readers} still ${count === 1 ? 'reads' : 'read'} the old key`
}
