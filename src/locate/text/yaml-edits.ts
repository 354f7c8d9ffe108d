// Changes to YAML and JSON by the places of their nodes, so that whatever is not changed stays as it is written.
import { isAlias, isCollection, isMap, isScalar, type Node, visit } from 'yaml'
import type { Change } from './diff.ts'
import { isAlone, lineBreakAt, lineEnd, lineStart, type Range } from './lines.ts'
import { type Place, textOf } from './yaml.ts'

/** The pair of a key that stands in the mapping itself, once; null for any other. */
export function placeIn(node: Node | null | undefined, key: string): Place | null {
  if (!isMap<Node, Node | null>(node)) return null
  const indices = node.items.flatMap((item, index) => (textOf(item.key) === key ? [index] : []))
  const [index, ...others] = indices
  return index === undefined || others.length > 0 ? null : { map: node, index }
}

export function valueAt({ map, index }: Place): Node | null {
  return map.items[index]?.value ?? null
}

/** From its key to the end of its value, without what follows on the line. */
export function rangeAt(text: string, { map, index }: Place): Range {
  const item = map.items[index]
  const key = item?.key.range ?? [0, 0, 0]
  return { start: key[0], end: Math.max(key[1], endOf(text, item?.value ?? null)) }
}

/** Where the text of a key stands, without quotes. */
export function keyRange({ map, index }: Place): Range {
  const key = map.items[index]?.key
  const [start, end] = key?.range ?? [0, 0]
  const quotes = isScalar(key) && /^QUOTE/.test(key.type ?? '') ? 1 : 0
  return { start: start + quotes, end: end - quotes }
}

/** Whether a pair can be taken out or written twice: it stands on lines of its own, and no alias stands for a part of it. */
export function isMovable(text: string, place: Place): boolean {
  const value = valueAt(place)
  let isAnchored = isAlias(value)
  if (value !== null)
    visit(value, {
      Node: (_, node) => {
        isAnchored ||= !isAlias(node) && node.anchor !== undefined
      },
    })
  return !isAnchored && (place.map.flow === true || isAlone(text, rangeAt(text, place)))
}

/** The places with the level above in place of one that they would leave empty, where that is known. */
export function outermost(places: readonly Place[]): readonly Place[] {
  for (const [map, inside] of Map.groupBy(places, ({ map }) => map)) {
    const [{ parent } = { parent: undefined }] = inside
    if (parent === undefined || new Set(inside.map(({ index }) => index)).size < map.items.length) continue
    return outermost([...places.filter(place => place.map !== map), parent])
  }
  return places
}

/** The pairs are no longer there, nor are the commas or lines that they leave. */
export function removals(text: string, places: readonly Place[]): Change[] {
  return [...Map.groupBy(places, ({ map }) => map)].flatMap(([map, inside]) => {
    const gone = new Set(inside.map(({ index }) => index))
    const range = (index: number) => rangeAt(text, { map, index })
    if (map.flow !== true)
      return Array.from(gone, index => ({ ...range(index), text: '', lines: true as const }))
    const first = map.items.findIndex((_, index) => !gone.has(index))
    return Array.from(gone, index => {
      const { start, end } = range(index)
      // What stands before the first that stays goes up to it, all others with the comma before them.
      const isLeading = first === -1 || index < first
      if (!isLeading) return { start: range(index - 1).end, end, text: '' }
      return { start, end: index + 1 < map.items.length ? range(index + 1).start : end, text: '' }
    })
  })
}

/** `written` stands behind the pair, as one of its kind. */
export function insertion(text: string, place: Place, written: string): Change {
  const { start, end } = rangeAt(text, place)
  const before = text.slice(0, start)
  if (place.map.flow === true) {
    const blanks = /(\r?\n[ \t]*)$/.exec(before)?.[0] ?? ' '
    return { start: end, end, text: `,${blanks}${written}` }
  }
  const at = lineEnd(text, end)
  const lineBreak = lineBreakAt(text, start)
  // Neighbours that stand apart, and more than a line each, keep their distance.
  const below = /^\s*/.exec(text.slice(at))?.[0] ?? ''
  const isApart = written.includes('\n') && at + below.length < text.length && below.split('\n').length > 2
  return {
    start: at,
    end: at,
    text: `${lineBreak}${isApart ? lineBreak : ''}${text.slice(lineStart(text, start), start)}${written}`,
  }
}

/** A pair of plain texts as its neighbour is written. */
export function pairLike(text: string, { map, index }: Place, key: string, value: string): string {
  const neighbour = map.items[index]?.key
  const isQuoted = isScalar(neighbour) && neighbour.type === 'QUOTE_DOUBLE'
  const gap = /^\s*:[ \t]*/.exec(text.slice(neighbour?.range?.[1] ?? 0))?.[0] ?? ': '
  return isQuoted ? `"${key}"${gap}${JSON.stringify(value)}` : `${key}: ${value}`
}

/** The pair's value is the plain text, whatever it was. */
export function replacement(text: string, place: Place, value: string): Change {
  const { map, index } = place
  const item = map.items[index]
  const { end } = rangeAt(text, place)
  const keyEnd = item?.key.range?.[1] ?? 0
  const gap = /^\s*:[ \t]*/.exec(text.slice(keyEnd, end + 1))?.[0] ?? ':'
  const isQuoted = isScalar(item?.value) && item.value.type === 'QUOTE_DOUBLE'
  const isJson = isScalar(item?.key) && item.key.type === 'QUOTE_DOUBLE'
  const written = isQuoted || isJson ? JSON.stringify(value) : value
  return { start: keyEnd, end, text: `${/\s$/.test(gap) ? gap : `${gap} `}${written}` }
}

/** The key has the value: where it stands, or behind its neighbour; null where neither is written there, once. */
export function assignment(
  text: string,
  body: Node | null,
  key: string,
  value: string,
  beside: string,
): Change | null {
  const written = placeIn(body, key)
  if (written !== null) return replacement(text, written, value)
  const neighbour = placeIn(body, beside)
  return neighbour && insertion(text, neighbour, pairLike(text, neighbour, key, value))
}

function endOf(text: string, node: Node | null): number {
  if (node === null) return 0
  const [, end = 0] = node.range ?? []
  if (isCollection(node) && node.flow !== true) {
    const last = node.items.at(-1)
    if (isMap<Node, Node | null>(node)) {
      const pair = node.items.at(-1)
      return Math.max(pair?.key.range?.[1] ?? 0, endOf(text, pair?.value ?? null))
    }
    return endOf(text, last as Node | null)
  }
  // A block scalar ends with its line's break.
  let at = end
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--
  return isScalar(node) && /^BLOCK/.test(node.type ?? '') ? at : end
}
