import { lineCounter } from '../text/lines.ts'

/** Where reading failed; `readHcl` tells it by its line. */
export class HclError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

// A line's end ends an expression, except within brackets.
const DEEPEST = 100
const SPACE = /[ \t\r]+/y
const SPACE_AND_LINES = /\s+/y
const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy
const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
])

/** The text and the place in it, with what any part of the grammar needs: blanks, names, escapes, lines, nesting. */
export class Scanner {
  protected at: number
  protected depth = 0
  protected linesMatter = true
  /** Where the last term ended, before the blanks behind it. */
  protected ended = 0
  protected readonly text: string
  readonly lineOf: (offset: number) => number
  private readonly comments = new Map<number, number>()

  constructor(text: string) {
    this.text = text
    this.lineOf = lineCounter(text)
    this.at = text.startsWith('\uFEFF') ? 1 : 0
  }

  /** The text, every offset as it was, without the comments that were passed over. */
  withoutComments(): string {
    let code = ''
    for (const [start, end] of [...this.comments].sort(([a], [b]) => a - b)) {
      if (start < code.length) continue
      code += this.text.slice(code.length, start)
      code += this.text.slice(start, end).replace(/[^\n]/g, ' ')
    }
    return code + this.text.slice(code.length)
  }

  protected name(): string | null {
    return this.match(NAME)?.[0] ?? null
  }

  /** The name that must come next, after blanks and comments. */
  protected nextName(message: string): string {
    this.skip()
    return this.name() ?? this.fail(message)
  }

  /** Passes over a heredoc; its line's end stays, for it ends the attribute. */
  protected skipHeredoc(): void {
    const opening = this.match(HEREDOC)
    if (opening === null) this.fail('no expression where one must be')
    // Only a line feed ends a line of HCL, and all white space may stand about the marker.
    const closing = new RegExp(`(?<=\\n)[^\\S\\n]*${opening[1]}[^\\S\\n]*?(?=\\r?(?:\\n|$))`, 'g')
    closing.lastIndex = this.at
    if (!closing.test(this.text)) this.fail(`a heredoc without its closing ${opening[1]}`)
    this.at = closing.lastIndex
  }

  protected escape(): string {
    const code = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y
    const unicode = this.match(code)
    const point = Number.parseInt(unicode?.[1] ?? unicode?.[2] ?? '', 16)
    if (unicode !== null) return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD'
    const character = this.text[this.at + 1] ?? this.fail('a string that does not end')
    if (character === '\n') this.fail('a string that does not end on its line')
    this.at += 2
    return ESCAPES.get(character) ?? character
  }

  /** Runs `read` one level deeper; `linesMatter` says whether a line's end ends an expression there. */
  protected nested<T>(linesMatter: boolean, read: () => T): T {
    if (++this.depth > DEEPEST) this.fail(`nested deeper than ${DEEPEST} levels`)
    const outer = this.linesMatter
    this.linesMatter = linesMatter
    const result = read()
    this.linesMatter = outer
    this.depth--
    return result
  }

  protected expect(character: string): void {
    if (character === '}') this.skipLines()
    else this.skip()
    if (this.text[this.at] !== character) this.fail(`"${character}" is missing`)
    this.at++
  }

  protected skip(): void {
    this.skipBlanks(this.linesMatter ? SPACE : SPACE_AND_LINES)
  }

  protected skipLines(): void {
    this.skipBlanks(SPACE_AND_LINES)
  }

  private skipBlanks(blanks: RegExp): void {
    for (;;) {
      this.match(blanks)
      const start = this.at
      if (this.text[this.at] === '#' || this.text.startsWith('//', this.at)) {
        const end = this.text.indexOf('\n', this.at)
        this.at = end === -1 ? this.text.length : end
        this.comments.set(start, this.at)
      } else if (this.text.startsWith('/*', this.at)) {
        const end = this.text.indexOf('*/', this.at + 2)
        if (end === -1) this.fail('a comment that does not end')
        this.at = end + 2
        this.comments.set(start, this.at)
      } else return
    }
  }

  /** Whether the sign comes next, after blanks and comments; only then are these and it passed over. */
  protected next(sign: RegExp | string): boolean {
    const from = this.at
    this.skip()
    if (typeof sign === 'string' ? this.text.startsWith(sign, this.at) : this.match(sign) !== null) {
      if (typeof sign === 'string') this.at += sign.length
      return true
    }
    this.at = from
    return false
  }

  protected match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found !== null) this.at += found[0].length
    return found
  }

  protected fail(message: string): never {
    throw new HclError(message, this.at)
  }
}
