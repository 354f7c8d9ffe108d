/**
 * GitHub's Markdown, built by functions that escape: a string is text, never markup. What is built here holds in
 * a paragraph, in a table cell, in a link and in a `<summary>` alike (inline markup is HTML, which needs no
 * Markdown around it). GitHub's own filters (mentions, references, emoji, colours, mathematics) pass over
 * `<code>`, so whatever could wake one of them goes there.
 */

import { oneLine, visible } from '../../domain/text.ts'

/** Markup: made only by the functions of this file. */
export interface Markdown {
  readonly markdown: string
}

/** Text is escaped, markup is taken as it is, null is nothing. */
export type Content = string | number | Markdown | null

/** Template tag: the template is markup, the values are contents; blanks around a text belong in the template. */
export function md(template: TemplateStringsArray, ...values: readonly Content[]): Markdown {
  return raw(String.raw({ raw: template }, ...values.map(render)))
}

/** The exception that has to be asked for: text that is markup already. Never for anything read from elsewhere. */
export function raw(markdown: string): Markdown {
  return { markdown }
}

export function render(content: Content): string {
  if (content === null) return ''
  return typeof content === 'object' ? content.markdown : prose(String(content)).markdown
}

/**
 * Plain text on one line; what stands between two backticks, access key IDs, and words in which GitHub would see a
 * mention, a reference or a link, become code.
 */
export function prose(text: string): Markdown {
  const parts = oneLine(text).split(/(?<![^\s(])`([^`\s](?:[^`]*[^`\s])?)`(?=$|[\s.,:;)])/)
  return raw(
    parts.map((part, index) => (index % 2 === 1 ? codeSpan(part) : proseWords(part, index === 0))).join(''),
  )
}

function proseWords(text: string, first: boolean): string {
  return text
    .split(' ')
    .map((word, index) => proseWord(word, first && index === 0))
    .join(' ')
}

/** A name, an identifier, a path: on one line, as code. */
export function code(text: string): Markdown {
  return raw(codeSpan(oneLine(text)))
}

function codeSpan(text: string): string {
  return `<code>${escapeText(text)}</code>`
}

/** A fenced block; line breaks and tabs are kept. A block of its own: not for table cells. */
export function codeBlock(text: string, language: 'sh' | 'diff' | 'mermaid' | 'text'): Markdown {
  const content = visible(text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n'), '\n\t').replace(/\n+$/, '')
  const longestRun = (content.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 2)
  const fence = '`'.repeat(longestRun + 1)
  return raw(`${fence}${language}\n${content}\n${fence}`)
}

export function strong(content: Content): Markdown {
  return md`<strong>${content}</strong>`
}

/** Fine print. GitHub sets it without line height: for what fits on one line of a phone. */
export function small(content: Content): Markdown {
  return md`<sub>${content}</sub>`
}

/** A link, or the content alone where the address is no http(s) URL. */
export function link(content: Content, url: string | null): Markdown {
  const href = url === null ? null : webAddress(url)
  return href === null ? raw(render(content)) : raw(`<a href="${href}">${render(content)}</a>`)
}

export function heading(level: 2 | 3 | 4, content: Content): Markdown {
  return raw(`${'#'.repeat(level)} ${render(content)}`)
}

export interface Column {
  readonly title: string
  readonly align?: 'right'
}

/** A column by its title alone is aligned to the left. */
export type Columns = readonly (string | Column)[]

/** A table without the columns that are empty in every row; nothing where there is no row. */
export function table(columns: Columns, rows: readonly (readonly Content[])[]): Markdown {
  if (rows.length === 0) return raw('')
  const { head, body } = tableParts(columns, rows)
  return joined([head, ...body], '\n')
}

/** The same in parts, to be joined by line breaks: the head, and a line for each row. */
export function tableParts(
  columns: Columns,
  rows: readonly (readonly Content[])[],
): { readonly head: Markdown; readonly body: readonly Markdown[] } {
  const cells = rows.map(row => columns.map((_, index) => tableCell(row[index] ?? null)))
  const kept = columns.map((_, index) => cells.some(row => row[index] !== ''))
  const line = (all: readonly string[]) => `| ${all.filter((_, index) => kept[index]).join(' | ')} |`
  const titles = columns.map(column => render(typeof column === 'string' ? column : column.title))
  const rules = columns.map(column => (typeof column !== 'string' && column.align ? '--:' : '---'))
  return { head: raw(`${line(titles)}\n${line(rules)}`), body: cells.map(row => raw(line(row))) }
}

/** A folded block; its body is blocks of Markdown. */
export function details(summary: Content, body: Content): Markdown {
  return raw(`<details><summary>${render(summary)}</summary>\n\n${render(body)}\n\n</details>`)
}

export function bullets(items: readonly Content[]): Markdown {
  return raw(items.map(item => `- ${render(item)}`).join('\n'))
}

/** Blocks one below the other, the empty ones left out. */
export function blocks(contents: readonly Content[]): Markdown {
  return joined(contents, '\n\n')
}

/** Contents in a row, the empty ones left out. The separator is markup. */
export function joined(contents: readonly Content[], separator: string): Markdown {
  return raw(
    contents
      .map(render)
      .filter(text => text !== '')
      .join(separator),
  )
}

/** Bytes of UTF-8. */
export function byteLength(content: Markdown): number {
  return Buffer.byteLength(content.markdown, 'utf8')
}

const ACCESS_KEY_ID = /^A[A-Z]{2}A[A-Z0-9]{12,}$/

// What GitHub, or Markdown's autolinks, would make something of: @mention, #12, GH-12, a commit's hash, :emoji:,
// $mathematics$, [x], an address.
const AWAKENING =
  /[@#$[\]`\\]|:\/\/|\bwww\.|^(mailto|xmpp|javascript|data):|\bgh-\d|\b[0-9a-f]{7,40}\b|:[\w+-]+:/i

function proseWord(word: string, first: boolean): string {
  const start = edge(word, 1, '("\'“')
  const end = word.length - edge(word, -1, ')"\'”.,;:!?…')
  const core = word.slice(start, Math.max(start, end))
  const asCode = ACCESS_KEY_ID.test(core) || AWAKENING.test(word)
  const text = asCode
    ? `${escapeText(word.slice(0, start))}<code>${escapeText(core)}</code>${escapeText(word.slice(start + core.length))}`
    : escapeText(word)
  // At a block's start `-`, `+`, `=` and `1.` would begin a list or underline a heading.
  return first ? text.replace(/^(\d*)([-+=.)])/, (_, digits, sign) => `${digits}${entity(sign)}`) : text
}

/** How many of the characters at the start (1) or the end (-1) of the word are among these. */
function edge(word: string, direction: 1 | -1, among: string): number {
  let length = 0
  while (length < word.length && among.includes(word.at(direction === 1 ? length : -1 - length) ?? ' '))
    length++
  return length
}

// Entities are text to Markdown, whatever they stand for. Autolinks are found in the decoded text (cmark-gfm
// `autolink.c`, postprocess_text; mdast-util-gfm-autolink-literal), but never across an element.
function escapeText(text: string): string {
  return text.replace(/[wW]{3}\.|:\/\/|[^\u0080-\uffffA-Za-z0-9 .,:;/%+='()?!-]/g, match => {
    if (match === '://') return ':<span>//</span>'
    if (match === '@') return '<span>&#64;</span>'
    return match.length === 1 ? entity(match) : `${match.slice(0, 3)}<span>.</span>`
  })
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`
}

function tableCell(content: Content): string {
  return render(content).replace(/\n+/g, ' ').replaceAll('|', '&#124;')
}

function webAddress(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, href } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return null
  return visible(href).replace(/[^\w.:/?=%~+,;#-]/g, entity)
}
