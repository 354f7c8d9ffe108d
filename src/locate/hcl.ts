// A reader of Terraform's native syntax, for the part of it that names things. No published parser fits: those on
// npm are Go compiled to megabytes without positions, WebAssembly (no single-file bundle), or an editor's grammar
// that brings the editor along. Syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
  /** `a[*].b`: the keys in `then` are applied to each element. */
  | { readonly kind: 'splat'; readonly of: Expression; readonly then: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | {
      readonly kind: 'conditional'
      readonly condition: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  | {
      readonly kind: 'for'
      readonly names: readonly string[]
      readonly over: Expression
      /** null for a list. */
      readonly key: Expression | null
      readonly value: Expression
      readonly when: Expression | null
    }
  | {
      readonly kind: 'operation'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  /** Several operators in a row, heredocs, template directives: read, but not evaluated. */
  | { readonly kind: 'unknown' }

interface Body {
  readonly attributes: ReadonlyMap<string, Expression>
  readonly blocks: readonly Block[]
}

export interface Block extends Body {
  readonly type: string
  readonly labels: readonly string[]
  /** Line of the block's header, from 1. */
  readonly line: number
}

export interface HclFile extends Body {
  /** What could not be read, each with its line; the rest of the file is read all the same. */
  readonly errors: readonly { readonly line: number; readonly message: string }[]
}

/** Reads a file's top-level attributes and blocks. Never throws: a block with an error is left out and named. */
export function readHcl(text: string): HclFile {
  const reader = new Reader(text)
  const attributes = new Map<string, Expression>()
  const blocks: Block[] = []
  const errors: { line: number; message: string }[] = []
  while (errors.length < MOST_ERRORS) {
    try {
      if (!reader.item(attributes, blocks)) break
    } catch (error) {
      if (!(error instanceof HclError)) throw error
      errors.push({ line: reader.lineOf(error.offset), message: error.message })
      if (!reader.recover()) break
    }
  }
  return { attributes, blocks, errors }
}

/** Reads the text of a quoted string, as `.tf.json` writes expressions: `${aws_iam_user.ci.name}`. */
export function readTemplate(text: string): Expression {
  try {
    return new Reader(text).template(null)
  } catch (error) {
    if (error instanceof HclError) return UNKNOWN
    throw error
  }
}

// After each error the rest of the file may be read to its end once more, so their number bounds the work.
const MOST_ERRORS = 20
const DEEPEST = 100
const UNKNOWN: Expression = { kind: 'unknown' }
const SPACE = /[ \t\r]+/y
const SPACE_AND_LINES = /\s+/y
const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
const NUMBER = /\d+(\.\d+)?([eE][+-]?\d+)?/y
const OPERATOR = /==|!=|<=|>=|&&|\|\||[-+*/%<>]/y
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy
const PLAIN_TEXT = /[^"\\\n$%]+/y
const PLAIN_JSON_TEXT = /[^$%]+/y
const TOP_LEVEL = /^(?:resource|data|module|variable|locals|output|provider|terraform)\b/gm
const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
])

class HclError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** One pass over the text, `at` being the only state besides the depth and whether a line's end ends an expression. */
class Reader {
  private at: number
  private depth = 0
  private linesMatter = true
  private readonly text: string
  private counted = { offset: 0, line: 1 }

  constructor(text: string) {
    this.text = text
    this.at = text.startsWith('\uFEFF') ? 1 : 0
  }

  /** Reads one attribute or block into the given collections; false at the end of the body. */
  item(attributes: Map<string, Expression>, blocks: Block[]): boolean {
    this.skipLines()
    if (this.at >= this.text.length || this.text[this.at] === '}') {
      if (this.depth > 0 || this.at >= this.text.length) return false
      this.fail('a closing brace without an opening one')
    }
    const start = this.at
    const name =
      this.name() ?? (this.text[this.at] === '"' ? this.label() : this.fail('neither block nor attribute'))
    this.skip()
    if (this.text[this.at] === '=' && this.text[this.at + 1] !== '=') {
      this.at++
      attributes.set(name, this.expression())
      return true
    }
    const labels: string[] = []
    while (this.text[this.at] !== '{') {
      labels.push(
        this.name() ?? (this.text[this.at] === '"' ? this.label() : this.fail(`"${name}" has no body`)),
      )
      this.skip()
    }
    blocks.push({ type: name, labels, line: this.lineOf(start), ...this.body() })
    return true
  }

  /** Goes on at the next line that opens a top-level block; false where there is none. */
  recover(): boolean {
    this.depth = 0
    this.linesMatter = true
    TOP_LEVEL.lastIndex = this.at
    const next = TOP_LEVEL.exec(this.text)
    if (next === null) return false
    this.at = next.index
    return true
  }

  /** Lines are counted forward from the last place asked for; asking further back starts again. */
  lineOf(offset: number): number {
    let { offset: from, line } = offset < this.counted.offset ? { offset: 0, line: 1 } : this.counted
    for (
      let end = this.text.indexOf('\n', from);
      end !== -1 && end < offset;
      end = this.text.indexOf('\n', from)
    ) {
      from = end + 1
      line++
    }
    this.counted = { offset: from, line }
    return line
  }

  /** Text with interpolations up to the closing quote, or to the end of the text where `quote` is null. */
  template(quote: '"' | null): Expression {
    const plain = quote === null ? PLAIN_JSON_TEXT : PLAIN_TEXT
    const parts: Expression[] = []
    let known = true
    let literal = ''
    const flush = () => {
      if (literal !== '') parts.push({ kind: 'literal', value: literal })
      literal = ''
    }
    for (;;) {
      literal += this.match(plain)?.[0] ?? ''
      const character = this.text[this.at]
      const pair = this.text.slice(this.at, this.at + 2)
      if (character === undefined) {
        if (quote === null) break
        this.fail('a string that does not end')
      } else if (character === quote) {
        this.at++
        break
      } else if (character === '\n' && quote !== null) {
        this.fail('a string that does not end on its line')
      } else if (/^(\$\$|%%)\{/.test(this.text.slice(this.at, this.at + 3))) {
        literal += `${character}{`
        this.at += 3
      } else if (pair === '${') {
        flush()
        parts.push(this.interpolation())
      } else if (pair === '%{') {
        known = false
        this.interpolation()
      } else if (character === '\\' && quote !== null) {
        literal += this.escape()
      } else {
        literal += character
        this.at++
      }
    }
    flush()
    const [only, ...rest] = parts
    if (!known) return UNKNOWN
    if (only === undefined) return { kind: 'literal', value: '' }
    return rest.length === 0 ? only : { kind: 'template', parts }
  }

  private body(): Body {
    const attributes = new Map<string, Expression>()
    const blocks: Block[] = []
    this.nested(true, () => {
      this.at++
      while (this.item(attributes, blocks));
      this.expect('}')
    })
    return { attributes, blocks }
  }

  private expression(): Expression {
    let left = this.operand()
    this.skip()
    for (let found = this.match(OPERATOR), first = true; found !== null; found = this.match(OPERATOR)) {
      const right = this.operand()
      // One operator needs no precedence, and is what names are made with.
      left = first ? { kind: 'operation', operator: found[0], left, right } : UNKNOWN
      first = false
      this.skip()
    }
    if (this.text[this.at] !== '?') return left
    this.at++
    const yes = this.nested(this.linesMatter, () => this.expression())
    this.expect(':')
    const no = this.nested(this.linesMatter, () => this.expression())
    return { kind: 'conditional', condition: left, yes, no }
  }

  private operand(): Expression {
    this.skip()
    let negated = false
    while (this.text[this.at] === '!' || this.text[this.at] === '-') {
      negated = true
      this.at++
      this.skip()
    }
    const term = this.steps(this.term())
    return negated ? UNKNOWN : term
  }

  private term(): Expression {
    switch (this.text[this.at]) {
      case '"':
        this.at++
        return this.nested(this.linesMatter, () => this.template('"'))
      case '(':
        return this.nested(false, () => {
          this.at++
          const inner = this.expression()
          this.expect(')')
          return inner
        })
      case '[':
        return this.nested(false, () => this.list())
      case '{':
        return this.nested(true, () => this.object())
      case '<':
        return this.heredoc()
    }
    const number = this.match(NUMBER)
    if (number !== null) return { kind: 'literal', value: Number(number[0]) }
    const name = this.name()
    if (name === null) return this.fail('no expression where one must be')
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' }
    if (name === 'null') return { kind: 'literal', value: null }
    return this.call(name) ?? { kind: 'variable', name }
  }

  private call(first: string): Expression | null {
    let name = first
    while (this.text.startsWith('::', this.at)) {
      this.at += 2
      name += `::${this.name() ?? this.fail('no function name')}`
    }
    if (this.text[this.at] !== '(') return null
    return this.nested(false, () => {
      this.at++
      return { kind: 'call', name, arguments: this.sequence(')') }
    })
  }

  /** What follows a term: `.name`, `.0`, `[key]`, `[*]`, `.*`. */
  private steps(term: Expression): Expression {
    let of = term
    for (;;) {
      if (this.text.startsWith('...', this.at)) return of
      const key = this.step()
      if (key === null) return of
      if (key !== 'splat') {
        of = { kind: 'index', of, key }
        continue
      }
      const then: Expression[] = []
      for (let next = this.step(); next !== null; next = this.step())
        then.push(next === 'splat' ? UNKNOWN : next)
      return { kind: 'splat', of, then }
    }
  }

  private step(): Expression | 'splat' | null {
    if (this.text[this.at] === '.') {
      if (this.text.startsWith('...', this.at)) return null
      this.at++
      if (this.text[this.at] === '*') {
        this.at++
        return 'splat'
      }
      const index = this.match(/\d+/y)
      if (index !== null) return { kind: 'literal', value: Number(index[0]) }
      return { kind: 'literal', value: this.name() ?? this.fail('no attribute name after a dot') }
    }
    if (this.text[this.at] !== '[') return null
    return this.nested(false, () => {
      this.at++
      this.skip()
      if (this.match(/\*\s*\]/y) !== null) return 'splat'
      const key = this.expression()
      this.expect(']')
      return key
    })
  }

  private list(): Expression {
    this.at++
    this.skip()
    return this.comprehension(']') ?? { kind: 'list', items: this.sequence(']') }
  }

  private object(): Expression {
    this.at++
    this.skipLines()
    const comprehension = this.comprehension('}')
    if (comprehension !== null) return comprehension
    const entries: (readonly [Expression, Expression])[] = []
    for (this.skipLines(); this.text[this.at] !== '}'; this.skipLines()) {
      const key = this.expression()
      this.skip()
      if (this.match(/[=:]/y) === null) this.fail('an object entry without a value')
      // A bare word as key is itself, not a reference.
      entries.push([key.kind === 'variable' ? { kind: 'literal', value: key.name } : key, this.expression()])
      this.skip()
      if (this.text[this.at] === ',') this.at++
    }
    this.at++
    return { kind: 'object', entries }
  }

  private comprehension(close: ']' | '}'): Expression | null {
    if (this.match(/for(?=\s)/y) === null) return null
    return this.nested(false, () => {
      this.skip()
      const names = [this.name() ?? this.fail('no name after "for"')]
      this.skip()
      if (this.text[this.at] === ',') {
        this.at++
        this.skip()
        names.push(this.name() ?? this.fail('no second name after "for"'))
        this.skip()
      }
      if (this.match(/in\b/y) === null) this.fail('"for" without "in"')
      const over = this.expression()
      this.expect(':')
      const first = this.expression()
      this.skip()
      const keyed = this.match(/=>/y) !== null
      const value = keyed ? this.expression() : first
      this.skip()
      // `=> value...` groups by key, which no declaration needs.
      const grouped = this.match(/\.\.\./y) !== null
      this.skip()
      const when = this.match(/if\b/y) === null ? null : this.expression()
      this.expect(close)
      return grouped ? UNKNOWN : { kind: 'for', names, over, key: keyed ? first : null, value, when }
    })
  }

  private sequence(close: ']' | ')'): Expression[] {
    const items: Expression[] = []
    for (this.skip(); this.text[this.at] !== close; this.skip()) {
      const item = this.expression()
      items.push(this.match(/\.\.\./y) === null ? item : UNKNOWN)
      this.skip()
      if (this.text[this.at] === ',') this.at++
      else if (this.text[this.at] !== close) this.fail(`no comma and no "${close}" after an item`)
    }
    this.at++
    return items
  }

  private interpolation(): Expression {
    return this.nested(false, () => {
      const directive = this.text[this.at] === '%'
      this.at += 2
      if (this.text[this.at] === '~') this.at++
      if (directive) return this.directive()
      const inner = this.expression()
      this.skip()
      if (this.text[this.at] === '~') this.at++
      this.expect('}')
      return inner
    })
  }

  private directive(): Expression {
    const end = this.text.indexOf('}', this.at)
    if (end === -1) this.fail('a template directive that does not end')
    this.at = end + 1
    return UNKNOWN
  }

  private heredoc(): Expression {
    const opening = this.match(HEREDOC)
    if (opening === null) return this.fail('no expression where one must be')
    for (let start = this.at; start < this.text.length; ) {
      const newline = this.text.indexOf('\n', start)
      const end = newline === -1 ? this.text.length : newline
      if (end - start < HEREDOC_LINE && this.text.slice(start, end).trim() === opening[1]) {
        // The line's end stays: it ends the attribute.
        this.at = end
        return UNKNOWN
      }
      start = end + 1
    }
    return this.fail(`a heredoc without its closing ${opening[1]}`)
  }

  private escape(): string {
    const code = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y
    const unicode = this.match(code)
    const point = Number.parseInt(unicode?.[1] ?? unicode?.[2] ?? '', 16)
    if (unicode !== null) return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD'
    const character = this.text[this.at + 1] ?? this.fail('a string that does not end')
    if (character === '\n') this.fail('a string that does not end on its line')
    this.at += 2
    return ESCAPES.get(character) ?? character
  }

  private label(): string {
    this.at++
    const template = this.template('"')
    if (template.kind === 'literal' && typeof template.value === 'string') return template.value
    return this.fail('a label that is no plain string')
  }

  private name(): string | null {
    return this.match(NAME)?.[0] ?? null
  }

  /** Runs `read` one level deeper; `linesMatter` says whether a line's end ends an expression there. */
  private nested<T>(linesMatter: boolean, read: () => T): T {
    if (++this.depth > DEEPEST) this.fail(`nested deeper than ${DEEPEST} levels`)
    const outer = this.linesMatter
    this.linesMatter = linesMatter
    const result = read()
    this.linesMatter = outer
    this.depth--
    return result
  }

  private expect(character: string): void {
    if (character === '}') this.skipLines()
    else this.skip()
    if (this.text[this.at] !== character) this.fail(`"${character}" is missing`)
    this.at++
  }

  private skip(): void {
    this.skipBlanks(this.linesMatter ? SPACE : SPACE_AND_LINES)
  }

  private skipLines(): void {
    this.skipBlanks(SPACE_AND_LINES)
  }

  private skipBlanks(blanks: RegExp): void {
    for (;;) {
      this.match(blanks)
      if (this.text[this.at] === '#' || this.text.startsWith('//', this.at)) {
        const end = this.text.indexOf('\n', this.at)
        this.at = end === -1 ? this.text.length : end
      } else if (this.text.startsWith('/*', this.at)) {
        const end = this.text.indexOf('*/', this.at + 2)
        if (end === -1) this.fail('a comment that does not end')
        this.at = end + 2
      } else return
    }
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found !== null) this.at += found[0].length
    return found
  }

  private fail(message: string): never {
    throw new HclError(message, this.at)
  }
}

// A heredoc's closing marker stands alone on its line.
const HEREDOC_LINE = 200
