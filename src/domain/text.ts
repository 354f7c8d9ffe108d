// Controls, format characters (bidi among them), surrogates without a partner, line and paragraph separators;
// the joiners stay, which Persian and emoji need.
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The text with every invisible character shown by its number, `<U+202E>`; `keep` names those left alone. */
export function visible(text: string, keep = ''): string {
  return text.replace(INVISIBLE, character =>
    keep.includes(character)
      ? character
      : `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}

/** What most texts are: words of visible ASCII with one space between them. */
const PLAIN_LINE = /^[!-~]+(?: [!-~]+)*$/

/** The text on one line: runs of blanks and line breaks become one space, what else is invisible is shown. */
export function oneLine(text: string): string {
  if (PLAIN_LINE.test(text)) return text
  return visible(text.replace(/[\t\n\r\u0085\u2028\u2029\p{Zs}]+/gu, ' ').replace(/^ | $/g, ''))
}

/** At most `length` UTF-16 units, an ellipsis standing for the rest; never half a character. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** With a capital and a full stop; a name such as `keys.csv` at its start keeps its letters. */
export function asSentence(text: string): string {
  if (/[.!?]$/.test(text)) return text
  const opening = /^[a-z]+(?=[ ,:;-]|$)/.exec(text)?.[0] ?? ''
  return `${opening === '' ? text : upperFirst(text)}.`
}

/** `1 key`, `2 keys`, `1,980 days`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}

/** `1,980` */
export function formatCount(count: number): string {
  // Intl.NumberFormat takes longer to load than a small audit.
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** The first `most` of the items and, where there are others, one that counts them. */
export function firstAndMore<T>(items: readonly T[], most: number, more: (count: number) => T): readonly T[] {
  const left = items.length - most
  return left > 0 ? [...items.slice(0, most), more(left)] : items
}

/** `… and 3 more keys` */
export function andMore(count: number, what: string): string {
  return `… and ${countOf(count, `more ${what}`)}`
}

/** `3 more` */
export function countMore(count: number): string {
  return `${formatCount(count)} more`
}

/** `under a minute`, `12 minutes`, `3 hours`, `2 days` between two instants, rounded down; never negative. */
export function elapsed(from: string, to: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 60_000))
  if (minutes === 0) return 'under a minute'
  if (minutes < 60) return countOf(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.floor(hours / 24), 'day')
}

/** The texts in a row, the empty ones left out. */
export function joinTexts(texts: readonly (string | null)[], separator: string): string {
  return texts.filter(Boolean).join(separator)
}

export function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}

export function upperFirst(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** `a`, `a and b`, `a, b and c` */
export function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The text without AWS account IDs, but for the one of AWS's documentation, which our own examples name. */
export function withoutAccountIds(text: string): string {
  return text.replace(/(?<!\d)(?!123456789012)\d{12}(?!\d)/g, '…')
}
