import { isScalar, isSeq, type Node } from 'yaml'
import type { Expression } from '../expressions/expression.ts'
import { readInterpolated } from '../hcl/hcl.ts'
import type { Block, HclFile } from '../hcl/syntax.ts'
import { type Place, parseNodes, type YamlFile } from '../text/yaml.ts'
import { rangeAt } from '../text/yaml-edits.ts'

/**
 * Reads Terraform's JSON syntax (`.tf.json`) into the blocks that the native syntax would give; a variable file
 * (`.tfvars.json`) into attributes.
 */
export function readTerraformJson(text: string, isVariableFile = false): HclFile {
  // JSON is YAML, and the YAML reader gives lines.
  const file = parseNodes(text)
  const blocks = each(file.root).flatMap(root =>
    file.entries(root).flatMap(({ key, value, line, place }) => {
      const labels = LABELS.get(key)
      return labels === undefined ? [] : blocksOf(file, key, value, [], labels, line, place)
    }),
  )
  const attributes = new Map(
    isVariableFile ? file.entries(file.root).map(({ key, value }) => [key, expression(file, value)]) : [],
  )
  return {
    attributes,
    blocks,
    ranges: new Map(),
    errors: file.error === null ? [] : [file.error],
    code: text,
  }
}

/** How many labels each block has: in JSON, each is a level of objects. */
const LABELS = new Map([
  ['resource', 2],
  ['data', 2],
  ['module', 1],
  ['variable', 1],
  ['output', 1],
  ['locals', 0],
])

function blocksOf(
  file: YamlFile,
  type: string,
  node: Node | null,
  labels: readonly string[],
  missing: number,
  line: number,
  place: Place,
): Block[] {
  return each(node).flatMap(body => {
    if (missing > 0) {
      return file.entries(body).flatMap(entry =>
        blocksOf(file, type, entry.value, [...labels, entry.key], missing - 1, entry.line, {
          ...entry.place,
          parent: place,
        }),
      )
    }
    const attributes = new Map(file.entries(body).map(({ key, value }) => [key, expression(file, value)]))
    return [
      { type, labels, line, attributes, blocks: [], ranges: new Map(), ...rangeAt(file.text, place), place },
    ]
  })
}

/** Any level may be an array of objects instead of one object. */
function each(node: Node | null): readonly (Node | null)[] {
  return isSeq<Node | null>(node) ? node.items : [node]
}

function expression(file: YamlFile, node: Node | null): Expression {
  if (isSeq<Node | null>(node)) return { kind: 'list', items: node.items.map(item => expression(file, item)) }
  if (!isScalar(node)) {
    return {
      kind: 'object',
      entries: file
        .entries(node)
        .map(({ key, value }) => [{ kind: 'literal', value: key }, expression(file, value)]),
    }
  }
  const { value } = node
  if (typeof value === 'string') return readInterpolated(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return { kind: 'literal', value }
  return { kind: 'unknown' }
}
