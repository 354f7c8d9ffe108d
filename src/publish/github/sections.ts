/** Sections of the summary that are a heading and a table. */
import type { KeyResult } from '../../domain/audit-result.ts'
import type { Section } from '../describe/budget.ts'
import { type KeyColumn, keyRows } from '../describe/key-columns.ts'
import {
  blocks,
  type Columns,
  type Content,
  heading,
  type Markdown,
  md,
  raw,
  tableParts,
} from '../describe/markdown.ts'

export function keySection(
  title: string,
  columns: readonly KeyColumn[],
  keys: readonly KeyResult[],
  plural: string,
): Section {
  return tableSection(title, columns, keyRows(columns, keys), plural)
}

/** A heading and a table; nothing without rows. */
export function tableSection(
  title: string,
  columns: Columns,
  rows: readonly (readonly Content[])[],
  plural: string,
): Section {
  if (rows.length === 0) return block(raw(''))
  const { head, body } = tableParts(columns, rows)
  return {
    head: blocks([title === '' ? '' : heading(3, title), head]),
    items: body,
    plural,
  }
}

/** A heading, perhaps what is said of all items, and a list; nothing without items. */
export function listSection(
  title: string,
  items: readonly Content[],
  plural: string,
  above: Content = null,
): Section {
  if (items.length === 0) return block(raw(''))
  return { head: blocks([heading(3, title), above]), items: items.map(item => md`- ${item}`), plural }
}

/** What is never left out. */
export function block(head: Markdown): Section {
  return { head, items: [], plural: '' }
}
