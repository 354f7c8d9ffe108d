import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml'

/** A parsed YAML or JSON file, read as nodes: what is never asked for is never built, so aliases cannot multiply. */
export interface YamlFile {
  readonly text: string
  readonly root: Node | null
  /** The roots of all documents of the file. */
  readonly roots: readonly Node[]
  /** The first thing that is wrong with the file, or null; what could be read is in `root` all the same. */
  readonly error: { readonly line: number; readonly message: string } | null
  /** Keys and values of a mapping in file order, aliases followed; empty for any other node. */
  readonly entries: (node: Node | null | undefined) => readonly Entry[]
  /** The same without following an alias. */
  readonly ownEntries: (node: Node) => readonly Entry[]
  readonly get: (node: Node | null | undefined, key: string) => Node | null
  /** The line, from 1, of an offset. */
  readonly lineAt: (offset: number) => number
}

export interface Entry {
  readonly key: string
  readonly value: Node | null
  /** Line of the key, from 1. */
  readonly line: number
  readonly place: Place
}

/** A pair of a mapping where it is written. */
export interface Place {
  readonly map: YAMLMap<Node, Node | null>
  readonly index: number
  /** Of the pair whose value the mapping is, where that is asked for. */
  readonly parent?: Place
}

/** Reads YAML 1.2 or JSON. Never throws; unknown tags (`!Ref`) stay on their nodes. */
export function parseNodes(text: string): YamlFile {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false,
  })
  const documents = 'empty' in parsed ? [] : parsed
  const [error] = documents.flatMap(({ errors }) => errors)
  const anchored = new Map(documents.flatMap(document => [...anchorsOf(document)]))
  const follow = (node: Node | null | undefined): Node | null =>
    isAlias(node) ? (anchored.get(node) ?? null) : (node ?? null)
  const entries = (node: Node | null | undefined) => merged(entriesOf(follow(node), lines), 0)
  /** A merge key gives what its mappings say, unless the mapping says it itself. https://yaml.org/type/merge.html */
  const merged = (own: readonly Entry[], depth: number): readonly Entry[] => {
    if (depth > DEEPEST_MERGE || !own.some(({ key }) => key === '<<')) return own
    const given = own
      .filter(({ key }) => key === '<<')
      .flatMap(({ value }) => {
        const source = follow(value)
        return isSeq<Node | null>(source) ? source.items.toReversed() : [source]
      })
      .flatMap(source => merged(entriesOf(follow(source), lines), depth + 1))
    return [...given, ...own.filter(({ key }) => key !== '<<')]
  }
  const roots = documents.flatMap(({ contents }) => (contents === null ? [] : [contents]))
  return {
    text,
    root: roots[0] ?? null,
    roots,
    error: error === undefined ? null : { line: lines.linePos(error.pos[0]).line, message: error.message },
    entries,
    ownEntries: node => entriesOf(node, lines),
    get: (node, key) => follow(entries(node).findLast(entry => entry.key === key)?.value),
    lineAt: offset => lines.linePos(offset).line,
  }
}

/** Aliases of aliases could multiply. */
const DEEPEST_MERGE = 3

/** The text of a scalar, numbers as written; null for any other node. */
export function textOf(node: Node | null): string | null {
  if (!isScalar(node) || node.value === null) return null
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function entriesOf(node: Node | null, lines: LineCounter): Entry[] {
  if (!isMap<Node, Node | null>(node)) return []
  return node.items.flatMap(({ key, value }, index) => {
    const name = textOf(key)
    return name === null
      ? []
      : [{ key: name, value, line: lines.linePos(key.range?.[0] ?? 0).line, place: { map: node, index } }]
  })
}

/** What each alias stands for: the nearest anchor of its name before it. One walk, where the library takes one for each. */
function anchorsOf(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const found = new Map<Alias, Node>()
  visit(document, {
    Alias: (_, alias) => {
      const node = anchors.get(alias.source)
      if (node !== undefined) found.set(alias, node)
    },
    Value: (_, node) => {
      if (node.anchor) anchors.set(node.anchor, node)
    },
  })
  return found
}
