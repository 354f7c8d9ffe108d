/** How what makes a key is written: a command line, a call in a language, a mapping or block, a module with inputs. */
export type MakerForm = 'command' | 'call' | 'data' | 'module'

export interface Maker {
  readonly written: string
  readonly index: number
  readonly form: MakerForm
}

interface Span {
  readonly start: number
  readonly end: number
}

/** What belongs to a maker: the rest of its command, its expression, its mapping or block, the whole file. */
export function nearby(text: string, maker: Maker): Span {
  const { form, index, written } = maker
  if (form === 'module') return { start: 0, end: text.length }
  if (form === 'command') return { start: index, end: commandEnd(text, index) }
  if (form === 'call') return { start: index, end: expressionEnd(text, index) }
  const brace = /^[^\n{[]{0,200}[{[]/.exec(text.slice(index + written.length, index + LONGEST))
  return brace === null
    ? blockAround(text, index)
    : { start: index, end: expressionEnd(text, index + written.length + brace[0].length - 1) }
}

const LONGEST = 4000
const MOST_LINES = 60

/** The end of a command: of its line and those that continue it; in a list of arguments, of the list. */
function commandEnd(text: string, index: number): number {
  const rest = text.slice(index, index + LONGEST)
  if (/^[\w-]+["']\s*(?:,|\n\s*-)/.test(rest)) {
    const end = /[\])]|["']\s*\n\s*(?!\s*["'-])[^,\s"'-]/.exec(rest)
    return index + (end === null ? rest.length : end.index + 1)
  }
  const end = /(?<![\\`^])\r?\n|;|&&|\|\|?/.exec(rest)
  return index + (end === null ? rest.length : end.index)
}

/**
 * The end of an expression that begins at an offset: names, brackets with all that is in them, calls that are chained.
 * A literal or a plain word ends with its line.
 */
export function expressionEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + LONGEST)
  let depth = 0
  let quote = ''
  for (let at = start; at < limit; at++) {
    const character = text[at] ?? ''
    if (quote !== '') {
      if (character === '\\') at++
      else if (character === quote || (character === '\n' && quote !== '`')) quote = ''
    } else if (/["'`]/.test(character)) quote = character
    else if (/[([{]/.test(character)) depth++
    else if (/[)\]}]/.test(character)) {
      depth--
      if (depth < 0) return at
    } else if (depth === 0 && /[;,]/.test(character)) return at
    else if (depth === 0 && character === '\n' && !/^\s*(?:\.|->|\{)/.test(text.slice(at, at + MOST_LINES)))
      return at
  }
  return limit
}

/** The lines about an offset that are indented as far as its own or farther, and so are of one mapping with it. */
function blockAround(text: string, index: number): Span {
  const indentOf = (line: string) => /^[\s-]*/.exec(line)?.[0].length ?? 0
  let start = text.lastIndexOf('\n', index - 1) + 1
  let end = text.indexOf('\n', index)
  if (end === -1) end = text.length
  const indent = indentOf(text.slice(start, end))
  const belongs = (line: string) => line.trim() === '' || (indentOf(line) >= indent && !/^---/.test(line))
  for (let lines = 0; start > 0 && lines < MOST_LINES; lines++) {
    const previous = text.lastIndexOf('\n', start - 2) + 1
    const line = text.slice(previous, start - 1)
    if (!belongs(line) || /^\s*-\s/.test(text.slice(start, end))) break
    start = previous
  }
  for (let lines = 0; end < text.length && lines < MOST_LINES; lines++) {
    const next = text.indexOf('\n', end + 1)
    const line = text.slice(end + 1, next === -1 ? text.length : next)
    if (!belongs(line) || (/^\s*-\s/.test(line) && indentOf(line) === indent)) break
    end = next === -1 ? text.length : next
  }
  return { start, end }
}
