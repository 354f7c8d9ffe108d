import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from 'yaml'

/** One line of the file and what is wrong there; the message holds text of the file. */
export interface ConfigProblem {
  readonly line: number
  readonly message: string
}

/** A YAML document as plain data, with the lines where its values stand. */
export interface YamlTree {
  /** Objects have no prototype; null for an empty document. */
  readonly value: unknown
  /** Line of the key or list item at a path, or of the nearest container that the file has. */
  readonly lineOf: (path: readonly (string | number)[]) => number
  readonly problems: readonly ConfigProblem[]
  /** false where the syntax is broken, and `value` means nothing. */
  readonly readable: boolean
}

/** Plain YAML 1.2: no aliases, merge keys, tags or second document, each a problem at its line. Never throws. */
export function readYaml(text: string): YamlTree {
  const lineCounter = new LineCounter()
  const lineAt = (offset: number | undefined) => Math.max(1, lineCounter.linePos(offset ?? 0).line)
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    // The library compares each key with every other; `fill` looks them up.
    uniqueKeys: false,
    stringKeys: true,
    schema: 'core',
    merge: false,
    logLevel: 'error',
  })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    return { value: null, lineOf: () => 1, problems: firstPerLine(faults, lineAt), readable: false }
  }

  const problems: ConfigProblem[] = []
  const lines: Lines = { line: 1, children: new Map() }
  const value = plain(document.contents, lines)
  return { value, lineOf: path => lineOf(lines, path), problems, readable: true }

  function plain(node: unknown, at: Lines): unknown {
    if (isAlias(node)) {
      problems.push({ line: at.line, message: aliasMessage(node.source) })
      return `*${node.source}`
    }
    if (isScalar(node)) return node.value
    if (isSeq(node)) {
      return node.items.map((item, index) => plain(item, child(at, index, lineOfNode(item) ?? at.line)))
    }
    if (!isMap(node)) return null
    const object: Record<string, unknown> = Object.create(null)
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const line = lineOfNode(key) ?? at.line
      const first = at.children.get(name)
      if (first !== undefined) {
        problems.push({
          line,
          message: `${JSON.stringify(name)} stands here twice, first in line ${first.line}`,
        })
      } else if (UNSAFE_NAMES.has(name)) {
        problems.push({ line, message: `${JSON.stringify(name)} is no field of this file` })
      } else if (name === '<<') {
        problems.push({ line, message: 'merge keys (<<) are not read here: write the fields out' })
      } else {
        object[name] = plain(value, child(at, name, line))
      }
    }
    return object
  }

  function lineOfNode(node: unknown): number | undefined {
    const ranged = isAlias(node) || isScalar(node) || isSeq(node) || isMap(node)
    return ranged && node.range ? lineAt(node.range[0]) : undefined
  }
}

/** Names that valibot passes over in an object. */
const UNSAFE_NAMES = new Set(['__proto__', 'constructor', 'prototype'])

interface Lines {
  readonly line: number
  readonly children: Map<string | number, Lines>
}

function child(parent: Lines, key: string | number, line: number): Lines {
  const lines: Lines = { line, children: new Map() }
  parent.children.set(key, lines)
  return lines
}

function lineOf(lines: Lines, path: readonly (string | number)[]): number {
  let found = lines
  for (const key of path) {
    const next = found.children.get(key)
    if (next === undefined) break
    found = next
  }
  return found.line
}

/** One fault of the syntax raises many. */
function firstPerLine(faults: readonly YAMLError[], lineAt: (offset: number) => number): ConfigProblem[] {
  const byLine = new Map<number, ConfigProblem>()
  for (const fault of faults) {
    const line = lineAt(fault.pos[0])
    if (!byLine.has(line))
      byLine.set(line, { line, message: SYNTAX[fault.code] ?? plainSyntax(fault.message) })
  }
  return [...byLine.values()].slice(0, MAX_SYNTAX_PROBLEMS)
}

const MAX_SYNTAX_PROBLEMS = 20

const SYNTAX: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'a value that begins with * must be in quotes',
  MULTIPLE_DOCS: 'a second document begins here: the file must be one document, without a line ---',
  NON_STRING_KEY: 'a field name must be plain text',
  RESOURCE_EXHAUSTION: 'the file is nested too deeply',
  TAB_AS_INDENT: 'tabs cannot indent YAML: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!name) are not read here: write the plain value',
}

function plainSyntax(message: string): string {
  return `no valid YAML: ${message.split('\n', 1)[0]}`
}

function aliasMessage(name: string): string {
  return `YAML reads *${name.slice(0, 80)} as an alias, and aliases are not read here: put a glob that begins with * in quotes`
}
