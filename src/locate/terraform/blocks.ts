// Changes to Terraform's blocks by the places where they are written, in either syntax.
import { isMap } from 'yaml'
import { type Change, inFile, type Splice, spliced } from '../text/diff.ts'
import { isAlone, lineBreakAt, lineEnd, lineStart, type Range } from '../text/lines.ts'
import type { Place } from '../text/yaml.ts'
import {
  assignment,
  insertion,
  isMovable,
  keyRange,
  outermost,
  rangeAt,
  removals,
  valueAt,
} from '../text/yaml-edits.ts'
import type { Resource } from './module.ts'

/** Whether a block can be taken out. */
export function isOnItsOwn(block: Resource): boolean {
  const { text, place, unclear } = block
  if (unclear !== null) return false
  if (place !== undefined) return isInObjects(place) && isMovable(text, place)
  return isAlone(text, block)
}

/** Whether each level is one object, where Terraform also takes lists of them. */
function isInObjects(place: Place): boolean {
  const { map, parent } = place
  if (!isMap(valueAt(place))) return false
  return parent === undefined || (valueAt(parent) === map && isInObjects(parent))
}

/** Whether a block can be written twice. */
export function isRepeatable(block: Resource): boolean {
  return isOnItsOwn(block) && labelRange(block) !== null
}

/** Where the block's last label stands, without quotes; null where it is no plain name. */
function labelRange({ text, start, name, place }: Resource): Range | null {
  if (place !== undefined) return keyRange(place)
  if (!/^[\p{L}_][\p{L}\d_-]*$/u.test(name)) return null
  const at = text.slice(start, text.indexOf('{', start)).lastIndexOf(name)
  return at === -1 ? null : { start: start + at, end: start + at + name.length }
}

/** The blocks are no longer there. */
export function removed(blocks: readonly Resource[]): Splice[] {
  return [...Map.groupBy(blocks, ({ path }) => path).values()].flatMap(inside => {
    const [file] = inside as [Resource]
    const inJson = removals(file.text, outermost(inside.flatMap(({ place }) => place ?? [])))
    const native = inside.filter(({ place }) => place === undefined)
    const whole = native.map(({ start, end }) => ({ start, end, text: '', lines: true as const }))
    return inFile(file, [...whole, ...inJson])
  })
}

/** The block once more below itself, under another name and with the changes made in it. */
export function repeated(block: Resource, name: string, changes: readonly Change[]): Splice {
  const { text, place } = block
  const label = labelRange(block)
  const own = place === undefined ? block : rangeAt(text, place)
  const copy = spliced(text, own, [...(label === null ? [] : [{ ...label, text: name }]), ...changes])
  if (place !== undefined) return { file: block, ...insertion(text, place, copy) }
  const at = lineEnd(text, block.end)
  const lineBreak = lineBreakAt(text, block.start)
  const indent = text.slice(lineStart(text, block.start), block.start)
  return { file: block, start: at, end: at, text: `${lineBreak}${lineBreak}${indent}${copy}` }
}

/** What gives the attribute the value, an expression that stands on one line; null where none is that simple. */
export function assigned(block: Resource, attribute: string, value: string, beside: string): Change[] | null {
  if (block.place !== undefined) {
    const plain = /^"[\w-]*"$/.test(value) ? value.slice(1, -1) : `\${${value}}`
    const change = assignment(block.text, valueAt(block.place), attribute, plain, beside)
    return change && [change]
  }
  const written = block.ranges.get(attribute)
  if (written !== undefined) return [{ ...written.value, text: value }]
  const { text, start, end, ranges } = block
  const neighbour = ranges.get(beside)
  if (neighbour === undefined) return null
  if (!text.slice(start, end).includes('\n'))
    return unfolded(block, neighbour, beside, `${attribute} = ${value}`)
  const last = lastOfGroup(block, neighbour)
  if (!isAlone(text, last)) return null
  const at = lineEnd(text, last.end)
  const lineBreak = lineBreakAt(text, start)
  const indent = text.slice(lineStart(text, last.start), last.start)
  // As `terraform fmt` aligns it, and apart from its neighbours where those would have to be moved.
  const width = text.slice(last.start, last.value.start).replace(/=\s*$/, '').length
  const isLong = text.slice(last.start, last.end).includes('\n')
  const isAligned = isLong || width > attribute.length
  const name = isLong || !isAligned ? `${attribute} ` : attribute.padEnd(width)
  return [{ start: at, end: at, text: `${isAligned ? '' : lineBreak}${lineBreak}${indent}${name}= ${value}` }]
}

type Written = Range & { readonly value: Range }

/** The last of the attributes that stand line by line from this one on. */
function lastOfGroup({ text, ranges }: Resource, from: Written): Written {
  let last = from
  for (const next of [...ranges.values()].toSorted((a, b) => a.start - b.start)) {
    const between = text.slice(last.end, next.start)
    const isNext = next.start > last.end && between.split('\n').length === 2
    const isLong = text.slice(last.start, next.end).split('\n').length > 2
    if (isNext && !isLong) last = next
  }
  return last
}

/** A block on one line can hold one attribute alone. */
function unfolded({ text, start, end }: Resource, only: Written, name: string, line: string): Change[] {
  const open = text.indexOf('{', start) + 1
  const lineBreak = lineBreakAt(text, start)
  const indent = text.slice(lineStart(text, start), start)
  const before = text.slice(open, only.start).trimEnd()
  const behind = text.slice(only.end, end - 1).trimEnd()
  const width = Math.max(name.length, line.indexOf(' '))
  return [
    { start: open, end: only.value.start, text: `${before}${lineBreak}${indent}  ${name.padEnd(width)} = ` },
    { start: only.end, end: end - 1, text: `${behind}${lineBreak}${indent}  ${line}${lineBreak}${indent}` },
  ]
}
