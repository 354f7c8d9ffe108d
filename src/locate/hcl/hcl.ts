// A reader of Terraform's native syntax, for the part of it that names things; why not a library's is in
// docs/dependencies.md. Syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md

import type { Expression } from '../expressions/expression.ts'
import type { Range } from '../text/lines.ts'
import { HclError, Scanner } from './scanner.ts'
import type { Block, Body, HclFile } from './syntax.ts'

/** Reads a file's top-level attributes and blocks. Never throws: a block with an error is left out and named. */
export function readHcl(text: string): HclFile {
  const reader = new Reader(text)
  const file = emptyBody()
  const errors: { line: number; message: string }[] = []
  while (errors.length < MOST_ERRORS) {
    try {
      if (!reader.item(file)) break
    } catch (error) {
      if (!(error instanceof HclError)) throw error
      errors.push({ line: reader.lineOf(error.offset), message: error.message })
      if (!reader.recover()) break
    }
  }
  return { ...file, errors, code: reader.withoutComments() }
}

/** Reads the text of a quoted string, as `.tf.json` writes expressions: `${aws_iam_user.ci.name}`. */
export function readInterpolated(text: string): Expression {
  try {
    return new Reader(text).template(null)
  } catch (error) {
    if (error instanceof HclError) return UNKNOWN
    throw error
  }
}

// After each error the rest of the file may be read to its end once more, so their number bounds the work.
const MOST_ERRORS = 20
const UNKNOWN: Expression = { kind: 'unknown' }
const NUMBER = /\d+(\.\d+)?([eE][+-]?\d+)?/y
const OPERATOR = /==|!=|<=|>=|&&|\|\||[-+*/%<>]/y
const PLAIN_TEXT = /[^"\\\n$%]+/y
const PLAIN_JSON_TEXT = /[^$%]+/y
const TOP_LEVEL = /^(?:resource|data|module|variable|locals|output|provider|terraform)\b/gm

/** Operators by how tightly they bind. */
const PRECEDENCE = new Map(
  [['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']].flatMap(
    (operators, level) => operators.map(operator => [operator, level + 1] as const),
  ),
)

interface MutableBody {
  readonly attributes: Map<string, Expression>
  readonly blocks: Block[]
  readonly ranges: Map<string, Range & { readonly value: Range }>
}

function emptyBody(): MutableBody {
  return { attributes: new Map(), blocks: [], ranges: new Map() }
}

class Reader extends Scanner {
  /** Reads one attribute or block into the body; false at its end. */
  item(into: MutableBody): boolean {
    this.skipLines()
    if (this.at >= this.text.length || this.text[this.at] === '}') {
      if (this.depth > 0 || this.at >= this.text.length) return false
      this.fail('a closing brace without an opening one')
    }
    const start = this.at
    const name = this.word('neither block nor attribute')
    if (this.next(/=(?!=)/y)) {
      this.skip()
      const from = this.at
      into.attributes.set(name, this.expression())
      into.ranges.set(name, { start, end: this.ended, value: { start: from, end: this.ended } })
      return true
    }
    const labels: string[] = []
    while (!this.next('{')) labels.push(this.word(`"${name}" has no body`))
    const body = this.body()
    into.blocks.push({ type: name, labels, line: this.lineOf(start), start, end: this.at, ...body })
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
    const body = emptyBody()
    this.nested(true, () => {
      while (this.item(body));
      this.expect('}')
    })
    return body
  }

  private expression(): Expression {
    const left = this.operation(1)
    if (!this.next('?')) return left
    const yes = this.nested(this.linesMatter, () => this.expression())
    this.expect(':')
    const no = this.nested(this.linesMatter, () => this.expression())
    return { kind: 'conditional', condition: left, yes, no }
  }

  /** Operands joined by operators that bind at least so tightly. */
  private operation(level: number): Expression {
    let left = this.operand()
    for (;;) {
      this.skip()
      const from = this.at
      const operator = this.match(OPERATOR)?.[0] ?? ''
      const binds = PRECEDENCE.get(operator) ?? 0
      if (binds < level) {
        this.at = from
        return left
      }
      const right = this.nested(this.linesMatter, () => this.operation(binds + 1))
      left = { kind: 'operation', operator, left, right }
    }
  }

  private operand(): Expression {
    const operators: ('!' | '-')[] = []
    while (this.next(/[!-]/y)) operators.push(this.text[this.at - 1] === '!' ? '!' : '-')
    this.skip()
    const term = this.steps(this.term())
    if (operators.length > 1) return UNKNOWN
    const [operator] = operators
    return operator === undefined ? term : { kind: 'negation', operator, of: term }
  }

  private term(): Expression {
    const term = this.bareTerm()
    this.ended = this.at
    return term
  }

  private bareTerm(): Expression {
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
        this.skipHeredoc()
        return UNKNOWN
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
    if (!this.next('(')) return null
    return this.nested(false, () => {
      const { items, expanded } = this.sequence(')')
      return { kind: 'call', name, arguments: items, expanded }
    })
  }

  /** What follows a term: `.name`, `.0`, `[key]`, `[*]`, `.*`. */
  private steps(term: Expression): Expression {
    let of = term
    for (;;) {
      const key = this.step()
      this.ended = this.at
      if (key === null) return of
      if (key !== '[*]' && key !== '.*') {
        of = { kind: 'index', of, key }
        continue
      }
      const then: Expression[] = []
      // After `.*` an index is one into the whole, after `[*]` one into each element.
      while (key === '[*]' || !this.next(/(?=\[)/y)) {
        const next = this.step()
        if (next === null) break
        then.push(typeof next === 'string' ? UNKNOWN : next)
      }
      of = { kind: 'splat', of, then }
    }
  }

  private step(): Expression | '[*]' | '.*' | null {
    if (this.next(/\.(?!\.)/y)) {
      if (this.next('*')) return '.*'
      this.skip()
      const index = this.match(/\d+/y)
      if (index !== null) return { kind: 'literal', value: Number(index[0]) }
      return { kind: 'literal', value: this.nextName('no attribute name after a dot') }
    }
    if (!this.next('[')) return null
    return this.nested(false, () => {
      if (this.next(/\*\s*\]/y)) return '[*]'
      const key = this.expression()
      this.expect(']')
      return key
    })
  }

  private list(): Expression {
    this.at++
    return this.comprehension(']') ?? { kind: 'list', items: this.sequence(']').items }
  }

  private object(): Expression {
    this.at++
    this.skipLines()
    const comprehension = this.comprehension('}')
    if (comprehension !== null) return comprehension
    const entries: (readonly [Expression, Expression])[] = []
    for (this.skipLines(); this.text[this.at] !== '}'; this.skipLines()) {
      const key = this.expression()
      if (!this.next(/[=:]/y)) this.fail('an object entry without a value')
      // A bare word as key is itself, not a reference.
      entries.push([key.kind === 'variable' ? { kind: 'literal', value: key.name } : key, this.expression()])
      this.next(',')
    }
    this.at++
    return { kind: 'object', entries }
  }

  private comprehension(close: ']' | '}'): Expression | null {
    if (!this.next(/for(?=\s)/y)) return null
    return this.nested(false, () => {
      const names = this.loopNames()
      const over = this.expression()
      this.expect(':')
      const first = this.expression()
      const keyed = this.next('=>')
      const value = keyed ? this.expression() : first
      // `=> value...` groups by key, which no declaration needs.
      const grouped = this.next('...')
      const when = this.next(/if\b/y) ? this.expression() : null
      this.expect(close)
      return grouped ? UNKNOWN : { kind: 'for', names, over, key: keyed ? first : null, value, when }
    })
  }

  private loopNames(): string[] {
    const names = [this.nextName('no name after "for"')]
    if (this.next(',')) names.push(this.nextName('no second name after "for"'))
    if (!this.next(/in\b/y)) this.fail('"for" without "in"')
    return names
  }

  private sequence(close: ']' | ')'): { items: Expression[]; expanded: boolean } {
    const items: Expression[] = []
    let expanded = false
    while (!this.next(close)) {
      items.push(this.expression())
      expanded = this.next('...')
      if (this.next(',')) continue
      if (this.next(close)) break
      this.fail(`no comma and no "${close}" after an item`)
    }
    return { items, expanded }
  }

  private interpolation(): Expression {
    return this.nested(false, () => {
      const directive = this.text[this.at] === '%'
      this.at += 2
      this.next('~')
      if (directive) return this.directive()
      const inner = this.expression()
      this.next('~')
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

  /** A name, or one in quotes. */
  private word(message: string): string {
    this.skip()
    const name = this.name()
    if (name !== null) return name
    if (!this.next('"')) this.fail(message)
    const template = this.template('"')
    if (template.kind === 'literal' && typeof template.value === 'string') return template.value
    return this.fail('a label that is no plain string')
  }
}
