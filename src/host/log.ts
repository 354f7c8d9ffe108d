/**
 * The one place where text reaches the runner's log. `@actions/core` escapes what a workflow command carries; that no text
 * becomes one, as a line of the log or of an annotation, is seen to here.
 */
import { debug, endGroup, error, info, notice, startGroup, warning } from '@actions/core'
import type { Annotation, LogEntry } from '../domain/step-output.ts'
import { shorten, visible } from '../domain/text.ts'

export function log(line: string): void {
  info(safeLine(line))
}

/** A log that keeps its lines, if told to, until it is opened with what is to stand before them. */
export function openLog(held: boolean): {
  readonly log: (line: string) => void
  /** Whether it was still held. */
  readonly open: (first: readonly LogEntry[]) => boolean
} {
  const kept: string[] = []
  let holds = held
  return {
    log: line => (holds ? void kept.push(line) : log(line)),
    open(first) {
      if (!holds) return false
      holds = false
      const before = first.flatMap(({ title, lines }) => [title, ...lines.map(line => `  ${line}`)])
      for (const line of [...before, ...kept]) log(line)
      return true
    },
  }
}

export function logEntry({ title, lines }: LogEntry): void {
  if (lines.length > 0) startGroup(safeLine(title))
  else log(title)
  for (const line of lines) log(`  ${line}`)
  if (lines.length > 0) endGroup()
}

/** Shown only with debug logging. */
export function logDebug(lines: readonly string[]): void {
  debug(lines.map(safeLine).join('\n'))
}

export function annotate(annotation: Annotation): void {
  const { message, title } = printable(annotation)
  const { level, location } = annotation
  ANNOTATE[level](message, { title, ...(location && { file: location.path, startLine: location.line }) })
}

/** The annotation's texts as the runner keeps them whole and takes them for text. */
export function printable({ title, message, further = [] }: Annotation): {
  readonly title: string
  readonly message: string
} {
  return {
    title: shorten(safeLine(title), TITLE_LENGTH),
    message: shorten([message, ...further].map(safeLine).join('\n'), MESSAGE_LENGTH),
  }
}

const ANNOTATE = { error, warning, notice }

// The runner keeps 4,096 characters of a message, 255 of a title.
const MESSAGE_LENGTH = 4000
const TITLE_LENGTH = 250

/** The text on one line that the runner takes for text: no workflow command, in either of its two forms. */
export function safeLine(text: string): string {
  // `::name::` after leading blanks, and the older `##[name]` anywhere (actions/runner ActionCommand.cs)
  return visible(text.replace(/[\t\n\r\u0085\u2028\u2029]+/g, ' '))
    .replace(/^(\s*)::/u, '$1: :')
    .replaceAll('##[', '## [')
}
