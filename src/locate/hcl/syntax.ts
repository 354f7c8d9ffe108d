import type { Expression } from '../expressions/expression.ts'
import type { Range } from '../text/lines.ts'
import type { Place } from '../text/yaml.ts'

export interface Body {
  readonly attributes: ReadonlyMap<string, Expression>
  readonly blocks: readonly Block[]
  /** Where each attribute's name starts and its value ends, and the value alone. */
  readonly ranges: ReadonlyMap<string, Range & { readonly value: Range }>
}

export interface Block extends Body, Range {
  readonly type: string
  readonly labels: readonly string[]
  /** Line of the block's header, from 1. */
  readonly line: number
  /** In the JSON syntax: its pair, whose key is its last label. */
  readonly place?: Place
}

export interface HclFile extends Body {
  /** What could not be read, each with its line; the rest of the file is read all the same. */
  readonly errors: readonly { readonly line: number; readonly message: string }[]
  /** The text with blanks in place of comments, as far as it could be read. */
  readonly code: string
}
