import type { NamePattern } from '../../domain/declarations.ts'
import { GAP, namePattern } from '../names/possible.ts'
import { expressionEnd, type Maker, type MakerForm, nearby } from './spans.ts'

export const ANY_USER: NamePattern = [null]

/** Whether a pattern is a whole name. */
export function isTold(users: NamePattern): boolean {
  return users.length === 1 && users[0] !== null
}

/**
 * What a maker's own text tells of its user's name: all of it only where a literal is given to it there, or by way of
 * one name that the file sets once.
 */
export function userOf(path: string, text: string, maker: Maker): NamePattern {
  const { start, end } = nearby(text, maker)
  const scope: Scope = { text, start, end, path }
  const code = text.slice(start, end)
  const fields = maker.form === 'call' ? FIELDS : isNamed(maker) ? NAME_FIELDS : USER_FIELDS
  const given =
    maker.form === 'command'
      ? Array.from(code.matchAll(FLAGS), ({ 0: flag, index }) =>
          commandValue(code.slice(index + flag.length), scope),
        )
      : Array.from(code.matchAll(fields), ({ 0: field, index }) =>
          givenBy(field, code.slice(index + field.length), scope, maker.form),
        )
  if (given.length > 0) return given.find(users => !isTold(users)) ?? given[0] ?? ANY_USER
  return maker.form === 'call' ? fromArgument(code, scope) : ANY_USER
}

interface Scope {
  readonly path: string
  readonly text: string
  /** What the maker itself takes up. */
  readonly start: number
  readonly end: number
}

const FLAGS = /--user-name\b|-UserName\b|\busername=/g
const FIELDS =
  /\b(?:set_?|with_?)?user(?:_?name)?\b["']?\]?\s*(?:=>|:=|[:=(])|(?<![\w"'`+=,.@-])user(?:_?name)?(?=\s*[,})])/gi
const USER_FIELDS = /(?<![\w.-])user(?:_?names?|s)?["']?\s*[:=]/gi
const NAME_FIELDS = /(?<![\w.-])(?:user(?:_?names?|s)?|names?)["']?\s*[:=]/gi

/** Whether it calls the user `name`, as modules, Ansible's older ones and Salt do. */
function isNamed({ form, written }: Maker): boolean {
  return form === 'module' || /access_key_state|iam_access_key|keys_present/.test(written)
}

function givenBy(field: string, rest: string, scope: Scope, form: MakerForm): NamePattern {
  // JavaScript's `{ user }`
  if (/\w\s*$/.test(field)) return resolved(/\w+/.exec(field)?.[0] ?? '', scope)
  return form === 'data' && /^[ \t]*[\w${%<(]/.test(rest) ? plainValue(rest, scope) : codeValue(rest, scope)
}

/** What follows a flag on a command line, or in a list of arguments. */
function commandValue(rest: string, scope: Scope): NamePattern {
  if (/^["']/.test(rest)) return codeValue(rest.replace(/^["']\s*,?\s*(?:-\s+)?/, ''), scope)
  const value = rest.replace(/^(?:[=\s]|[\\`^]\r?\n)+/, '')
  const [all = '', quoted = '', bare = ''] =
    /^(?:"([^"\n]*)"|'[^'\n]*'|((?:\$?\{\{[^{}\n]*\}\}|[^\s"'`;|&()<>\\])*(?:\([^()\n]*\))?))/.exec(value) ??
    []
  const written = quoted || bare || all.replaceAll("'", '')
  const next = value.slice(all.length)
  const isWhole = /^(?:$|[\s;|&)])/.test(next) || /^["'`]\s*(?:$|[,;)\]}]|\n\s*(?:[\w-]+:|-\s))/.test(next)
  return isWhole ? patternIn(written, scope) : ANY_USER
}

/** An unquoted value of YAML, or an expression that begins like one. */
function plainValue(rest: string, scope: Scope): NamePattern {
  const [, written = ''] = /^[ \t]*([^\n#]*)/.exec(rest) ?? []
  const value = written.includes('{') ? written.trim() : written.replace(/[,}\]\s]+$/, '')
  // A plain text that goes on in the next line is folded into one with blanks, which no name has.
  return isYaml(scope.path) ? patternIn(value, scope) : codeValue(rest, scope)
}

function isYaml(path: string): boolean {
  return /\.(?:ya?ml|sls)(?:\.\w+)?$/.test(path)
}

/** The value of an expression in a programming language. */
function codeValue(rest: string, scope: Scope): NamePattern {
  const [wrapped = ''] =
    /^\s*(?:[&*]?[\w.:]*(?:[Ss]tring|Some|[Pp]tr|Output|Val)\w*\s*\(\s*){0,2}/.exec(rest) ?? []
  const value = rest.slice(wrapped.length)
  const closing = new RegExp(
    `^(?:\\.(?:to_string|to_owned|into|freeze|as_str)\\(\\))?(?:\\s*\\)){${wrapped.split('(').length - 1}}`,
  )
  const list = /^\[((?:\s*(["'])[\w+=.@-]+\2\s*,?)+)\]/.exec(value)
  if (list !== null) return [/[\w+=.@-]+/.exec(list[1] ?? '')?.[0] ?? null]
  const literal = /^(?:[fFrRuUbB$@]{0,2})(["'`])((?:(?!\1)[^\\\n])*)\1/.exec(value)
  if (literal !== null) {
    const [all, , written = ''] = literal
    const next = value.slice(all.length).replace(closing, '')
    const whole = patternIn(written, scope)
    if (endsThere(next) || !isTold(whole)) return whole
    const added = /^\s*(?:\+\+?|\.\.|<>|[&~]|\.(?=\s*[$('"]))\s*[^,;)\]}\n]+/.exec(next)
    return added === null || /[?|]|\b(?:if|or|else)\b/.test(added[0]) ? ANY_USER : [...whole, null]
  }
  const name = /^[&*$@]{0,2}(?:(?:this|self)(?:\.|->))?([A-Za-z_]\w*)(?:(?:\.|->|\?\.)\w+|\(\))*/.exec(value)
  return name !== null && endsThere(value.slice(name[0].length).replace(closing, ''))
    ? resolved(name[1] ?? '', scope)
    : ANY_USER
}

/** Whether nothing of an expression follows. */
function endsThere(next: string): boolean {
  const after = next.replace(/^[ \t]*/, '')
  return (
    after === '' ||
    /^[,;)\]}]/.test(after) ||
    /^(?:(?:#|\/\/)[^\n]*)?\r?\n\s*(?![\s+%.&~|?<*-]|[fFrRuUbB]{0,2}["'`])/.test(after)
  )
}

/** A literal, in which what stands for something else is not known. */
function patternIn(written: string, scope: Scope): NamePattern {
  const variable = /^\$(?:(\w+)|\{(\w+)\})$/.exec(written)
  if (variable !== null) return resolved(variable[1] ?? variable[2] ?? '', scope)
  return written === '' ? ANY_USER : namePattern(written)
}

/** The only argument, where it is a name: of what the file sets it to. */
function fromArgument(code: string, scope: Scope): NamePattern {
  const [, name] = /^[^(]*\((?:\s*\w+\s*,)?\s*[&*$]?([A-Za-z_]\w*)\s*\)/.exec(code) ?? []
  if (name === undefined) return ANY_USER
  const from = assignedAt(name, scope)
  if (from === null) return ANY_USER
  const fields = [...scope.text.slice(from, expressionEnd(scope.text, from)).matchAll(FIELDS)]
  const [field] = fields
  if (field === undefined || fields.length > 1 || /\w\s*$/.test(field[0])) return ANY_USER
  return codeValue(scope.text.slice(from + field.index + field[0].length), scope)
}

/** What a name comes to that the file sets once: to a literal, or to a user that is made with one. */
function resolved(name: string, scope: Scope): NamePattern {
  const { text } = scope
  const from = assignedAt(name, scope)
  if (from === null) return ANY_USER
  const value = text.slice(from, expressionEnd(text, from))
  const plain = /^\s*(?:(["'])([\w+=,.@-]+)\1|([\w+=,.@-]+))\s*$/.exec(value)
  const isBare = plain?.[3] !== undefined
  if (plain !== null && isBare === isShell(scope)) return [plain[2] ?? plain[3] ?? null]
  return /^\s*(?:(?:await|new)\s+)?[&*]?[\w.:]*User\w*(?:\.Builder\.create)?\s*\(/.test(value)
    ? madeUser(value, scope)
    : ANY_USER
}

function isShell({ path, text }: Scope): boolean {
  return /\.(?:ba|z|k)?sh$/.test(path) || /^#!.*\b(?:ba|z|k|da)?sh\b/.test(text)
}

const MADE_FIELDS = /\b(?:user_?name|name)["']?\s*(?:=>|[:=(])/gi

function madeUser(value: string, scope: Scope): NamePattern {
  const fields = [...value.matchAll(MADE_FIELDS)]
  const [field] = fields
  if (field !== undefined)
    return fields.length > 1 || /\.\.\.|\*\*/.test(value)
      ? ANY_USER
      : codeValue(value.slice(field.index + field[0].length), { ...scope, start: 0, end: scope.text.length })
  // CDK makes a user's name of the stack, the construct's ID and two random parts; Pulumi adds some digits.
  const [, scoped, , id = ''] =
    /\(\s*(\w+\s*,\s*)?(?:[\w.]*\(\s*)?(["'`])([\w-]+)\2\)?\s*(?:,\s*(?:\{[^{}.]*\}|nil|&[\w.]+\{\}))?\s*\)/.exec(
      value,
    ) ?? []
  if (id === '') return ANY_USER
  return scoped === undefined ? [`${id}-`, null] : ofConstruct(id)
}

function ofConstruct(id: string): NamePattern {
  return [null, '-', null, id.replace(/[^A-Za-z0-9]/g, ''), null, '-', null]
}

/** Where the only value of a name begins that nothing else in the file can set; null where something may. */
function assignedAt(name: string, { text, start, end, path }: Scope): number | null {
  // `make NAME=other` wins over the file.
  if (/(?:^|\/)(?:GNU)?[Mm]akefile|\.mk$/.test(path)) return null
  let found: number | null = null
  let count = 0
  for (const { 0: written, index } of text.matchAll(new RegExp(`(?<![\\w])${name}\\b`, 'g'))) {
    count++
    if (count > MOST_OCCURRENCES) return null
    if (index >= start && index < end) continue
    const lineStart = text.lastIndexOf('\n', index - 1) + 1
    const before = text.slice(Math.max(lineStart, index - LONGEST_LINE), index)
    const after = text.slice(index + written.length, index + written.length + LONGEST_LINE)
    const assignment = ASSIGNED.exec(after)
    if (assignment !== null && STATEMENT.test(before)) {
      const from = index + written.length + assignment[0].length
      const next = text.slice(expressionEnd(text, from)).trimStart()
      if (found !== null || /^[,)]/.test(next)) return null
      found = from
    } else if (assignment !== null || isBinding(before, after)) return null
  }
  return found
}

const MOST_OCCURRENCES = 200
const LONGEST_LINE = 400
const ASSIGNED = /^(?:\s*:\s*[\w.<>[\]*?]+)?\s*:?=(?![=>~])/
const STATEMENT = /^\s*(?:(?:[\w<>[\].*?]+|@\w+)\s+)*[$@]?(?:(?:this|self)\.)?$/
const BINDING =
  /\b(?:for|foreach|each|def|func|function|fun|fn|lambda|read|params?|catch|sub|getopts|in)\b|=>|\|\s*\w*\s*$/

/** Whether an occurrence of a name may give it another value: a loop, a parameter, a setter, a pattern. */
function isBinding(before: string, after: string): boolean {
  const [line = ''] = after.split('\n', 1)
  return (
    BINDING.test(before) ||
    /=>/.test(line) ||
    /^\s*(?:[?+|.*]{1,2}=|\??\s*:|\|)/.test(line) ||
    /^[^=\n;(]*[}\])]\s*=(?!=)/.test(line) ||
    (before.trim() === '' && /^\s*,?\s*$/.test(line)) ||
    /[(,]\s*(?:\w+\s+)*[\w<>[\].?]+[\s*&]+$/.test(before) ||
    /^[^()]*\)[^(){]*\{/.test(line) ||
    /^(?:(?:\.|->)\w+)+\s*=(?!=)/.test(line) ||
    /^(?:\.|->)(?:set\w*|with\w*|user_?name)\s*\(/i.test(line) ||
    /^\s*(?:,\s*\w+\s*)+:?=(?!=)/.test(line)
  )
}

const NAME_PART = /[\w+=,.@-]{0,64}/.source
const WITH_GAPS = new RegExp(`${NAME_PART}(?:(?:${GAP})${NAME_PART}){1,8}`, 'g')
const CONSTRUCT = /\bUser\s*\(\s*\w+\s*,\s*(["'`])([\w-]{1,64})\1/g

/** Names that a text puts together of parts that it tells and parts that it does not. */
export function partialNames(text: string): { readonly users: NamePattern; readonly index: number }[] {
  const withGaps = [...text.matchAll(WITH_GAPS)].map(({ 0: written, index }) => {
    const literals = written.split(new RegExp(GAP))
    const users = literals.flatMap((literal, at) => (at === 0 ? [literal] : [null, literal]))
    return { users: users.filter(part => part !== ''), index }
  })
  const constructs = [...text.matchAll(CONSTRUCT)].map(({ 2: id = '', index }) => ({
    users: ofConstruct(id),
    index,
  }))
  return [...withGaps, ...constructs].slice(0, MOST_PARTIAL)
}

const MOST_PARTIAL = 200
