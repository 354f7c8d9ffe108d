/** Parts of a text, and as much of each as there is room for. */
import { formatCount } from '../../domain/text.ts'
import {
  blocks,
  byteLength,
  type Columns,
  type Content,
  heading,
  type Markdown,
  md,
  prose,
  raw,
  tableParts,
} from './markdown.ts'

/** A part of a text whose end can be left out: its head stands, its items follow, most important first. */
export interface Section {
  readonly head: Markdown
  readonly items: readonly Markdown[]
  /** How many more there are that nobody rendered, for they would not fit if the section stood alone. */
  readonly unrendered?: number
  /** Between head and items, and between items: a line break, unless it is said. */
  readonly separator?: '\n' | '\n\n'
  readonly tail?: Markdown | null
  /** What the items are called: `keys`. */
  readonly plural: string
}

/** What is never left out; nothing where that is empty. */
export function block(content: Content): Section {
  return { head: blocks([content]), items: [], plural: '' }
}

/** A heading, where there is a title, and a table; nothing without rows. */
export function tableSection(
  title: string | null,
  columns: Columns,
  rows: readonly (readonly Content[])[],
  plural: string,
): Section {
  if (rows.length === 0) return block(null)
  const { head, body } = tableParts(columns, rows)
  return { head: blocks([title && heading(3, title), head]), items: body, plural }
}

/** A heading, perhaps what is said of all items, and a list; nothing without items. */
export function listSection(
  title: string,
  items: readonly Content[],
  plural: string,
  above: Content = null,
): Section {
  if (items.length === 0) return block(null)
  return { head: blocks([heading(3, title), above]), items: items.map(item => md`- ${item}`), plural }
}

/** The section with more above it. */
export function headed(above: readonly Content[], section: Section): Section {
  return { ...section, head: blocks([...above, section.head]) }
}

/** The section in a fold. */
export function folded(title: string, section: Section): Section {
  const opening = raw(`<details><summary>${title}</summary>`)
  return { ...headed([opening], section), tail: raw('</details>') }
}

const LINE = '\n'
const LEFT_OUT_BYTES = 160
/** What every section may take, however much the ones before it would like. */
const GUARANTEED_BYTES = 40_000

/** The sections one below the other in at most `budget` bytes, each saying how many of its items are left out. */
export function withinBudget(sections: readonly Section[], budget: number): Markdown {
  const needs = sections.map(itemBytes)
  const fixed = sections.reduce(
    (sum, { head, tail = null }) => sum + byteLength(blocks([head, tail])) + LEFT_OUT_BYTES,
    0,
  )
  let room = budget - fixed
  let guaranteed = needs.reduce((sum, bytes) => sum + Math.min(bytes, GUARANTEED_BYTES), 0)
  return blocks(
    sections.map((section, index) => {
      const need = needs[index] ?? 0
      guaranteed -= Math.min(need, GUARANTEED_BYTES)
      const kept = itemsWithin(
        Math.min(need, room - guaranteed),
        section.items,
        item => (section.separator ?? LINE).length + byteLength(item),
      )
      room -= itemBytes({ ...section, items: kept })
      return rendered(section, kept)
    }),
  )
}

/** The items in order until the next would make their sizes more than `room`; none after that is made. */
export function itemsWithin<T>(room: number, items: Iterable<T>, sizeOf: (item: T) => number): readonly T[] {
  const kept: T[] = []
  let used = 0
  for (const item of items) {
    used += sizeOf(item)
    if (used > room) break
    kept.push(item)
  }
  return kept
}

function itemBytes({ items, separator = LINE }: Section): number {
  return items.reduce((sum, item) => sum + separator.length + byteLength(item), 0)
}

function rendered(
  { head, items, unrendered = 0, separator = LINE, tail = null, plural }: Section,
  kept: readonly Markdown[],
): Markdown {
  const left = items.length + unrendered - kept.length
  const body = raw([head, ...kept].map(part => part.markdown).join(separator))
  const note = left === 0 ? null : prose(`… and ${formatCount(left)} more ${plural}, left out for size.`)
  return blocks([body, note, tail])
}
