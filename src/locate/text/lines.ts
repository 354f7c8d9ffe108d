/** Offsets in the text; `end` is the first behind it. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Gives the line, from 1, of offsets in a text that are asked for in rising order. */
export function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = 0
  return offset => {
    if (offset < counted) {
      line = 1
      counted = 0
    }
    for (
      let end = text.indexOf('\n', counted);
      end !== -1 && end < offset;
      end = text.indexOf('\n', counted)
    ) {
      counted = end + 1
      line++
    }
    return line
  }
}

/** The line break that the text has about an offset. */
export function lineBreakAt(text: string, offset: number): '\r\n' | '\n' {
  const after = text.indexOf('\n', offset)
  const at = after === -1 ? text.lastIndexOf('\n') : after
  return text[at - 1] === '\r' ? '\r\n' : '\n'
}

/** Where a line starts, behind a byte order mark. */
export function lineStart(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  return start === 0 && text.startsWith('\uFEFF') ? 1 : start
}

/** Where a line ends, before its break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  if (end === -1) return text.length
  return text[end - 1] === '\r' && end > offset ? end - 1 : end
}

/** Whether nothing but blanks stands before the range on its first line, nor more than a comment behind it on its last. */
export function isAlone(text: string, { start, end }: Range): boolean {
  const behind = text.slice(end, lineEnd(text, end))
  return (
    text.slice(lineStart(text, start), start).trim() === '' && /^\s*((#|\/\/).*|\/\*.*\*\/\s*)?$/.test(behind)
  )
}

/** The lines of a range that stands alone on them, with one of two blank lines that would meet. */
export function wholeLines(text: string, { start, end }: Range): Range {
  const from = lineStart(text, start)
  const to = text.indexOf('\n', end) + 1 || text.length
  const above = from === 0 ? 0 : lineStart(text, from - 1)
  const isBlankAbove = text.slice(above, from).trim() === ''
  if (!isBlankAbove) return { start: from, end: to }
  if (to === text.length) return { start: above, end: to }
  const below = text.indexOf('\n', to) + 1 || text.length
  return { start: from, end: text.slice(to, below).trim() === '' ? below : to }
}

/** What stands in the range, on one line and not too long to be shown. */
export function shownCode(text: string, { start, end }: Range): string {
  const code = text.slice(start, end).replace(/\s+/g, ' ').trim()
  return code.length > LONGEST_SHOWN ? `${code.slice(0, LONGEST_SHOWN)}…` : code
}

const LONGEST_SHOWN = 60
