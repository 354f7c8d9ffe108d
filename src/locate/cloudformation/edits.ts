import { isMap, isScalar, isSeq, type Node, type Pair, visit } from 'yaml'
import type { CodeEdit, KeyEdits } from '../../domain/declarations.ts'
import { memoize } from '../../domain/memoize.ts'
import { codeEdit, goWithIt, inFile, noEdit, noEdits, spliced, stillRead } from '../text/diff.ts'
import { freeName } from '../text/free-name.ts'
import { type Place, textOf } from '../text/yaml.ts'
import {
  insertion,
  isMovable,
  keyRange,
  pairLike,
  placeIn,
  rangeAt,
  removals,
  replacement,
  valueAt,
} from '../text/yaml-edits.ts'
import type { Template, TemplateResource } from './template.ts'

/** The changes to a template for each step of the rotation of a key that it declares. */
export function templateEdits(path: string, template: Template, key: TemplateResource): KeyEdits {
  const { text } = template.file
  const { error } = template.file
  if (error !== null) return noEdits(`line ${error.line} of it cannot be read`)
  const scene = { path, text, template, key }
  const places = template.sections.flatMap(
    section => placeIn(template.file.get(section, 'Resources'), key.id) ?? [],
  )
  const [place, ...others] = places
  if (place === undefined || others.length > 0 || key.loop.size > 0)
    return noEdits(`${key.id} is not written out as a resource of its own`)
  return {
    deactivate: deactivation(scene, place),
    remove: isMovable(text, place) ? removalOf(scene, place) : noEdit(SHARED),
    second: isMovable(text, place) ? secondOf(scene, place) : noEdit(SHARED),
  }
}

interface Scene {
  readonly path: string
  readonly text: string
  readonly template: Template
  readonly key: TemplateResource
}

const SHARED = 'it shares its lines, or an anchor stands in it'

function deactivation(scene: Scene, place: Place): CodeEdit {
  const { text, template, key } = scene
  const { file } = template
  if (textOf(template.property(key, 'Status')) === 'Inactive')
    return noEdit('it says so already, and is yet to be deployed')
  const properties = placeIn(valueAt(place), 'Properties')
  const body = properties === null ? null : valueAt(properties)
  const status = placeIn(body, 'Status')
  const user = placeIn(body, 'UserName')
  const isElsewhere = status === null && file.get(body, 'Status') !== null
  if (user === null || isElsewhere) return noEdit('its properties come from an anchor, or twice')
  const change =
    status === null
      ? insertion(text, user, pairLike(text, user, 'Status', 'Inactive'))
      : replacement(text, status, 'Inactive')
  return codeEdit(inFile(scene, [change]), null)
}

function removalOf(scene: Scene, place: Place): CodeEdit {
  const { path, text, template, key } = scene
  if (place.map.items.length === 1)
    return noEdit('the template declares nothing else, so that the stack itself is to go')
  const references = referencesOf(template)
  const toKey = references.filter(({ id, holder }) => id === key.id && holder !== key.id)
  const outputs = new Set(toKey.filter(({ section }) => section === 'Outputs').map(({ holder }) => holder))
  const others = references.filter(
    ({ id, section, holder }) => section === 'Outputs' && outputs.has(holder) && id !== key.id,
  )
  const inTheWay = [...toKey.filter(({ section }) => section !== 'Outputs'), ...others]
  const [first] = inTheWay
  if (first !== undefined)
    return noEdit(
      `${first.holder} (${path}:${first.line}) refers to it${first.id === key.id ? '' : ', and to more than it'}`,
    )
  const removed = template.sections.flatMap(section => outputsOf(scene, section, outputs))
  if (removed.some(one => one === null)) return noEdit(SHARED)
  const retained = textOf(template.file.get(key.body, 'DeletionPolicy'))
  const notes = [
    ...(retained?.startsWith('Retain')
      ? [`its DeletionPolicy leaves the key in AWS, where it is to be deleted then`]
      : []),
    ...(outputs.size > 0 ? [`${goWithIt([...outputs])}, which no other stack may import`] : []),
  ]
  return codeEdit(
    inFile(scene, [...removals(text, place.map, [place.index]), ...removed.flatMap(one => one ?? [])]),
    notes.join('; ') || null,
  )
}

/** The outputs of the names gone; the whole of the section where it has no others. */
function outputsOf({ text, template }: Scene, section: Node | null, names: ReadonlySet<string>) {
  const outputs = template.file.get(section, 'Outputs')
  if (!isMap<Node, Node | null>(outputs)) return []
  const indices = outputs.items.flatMap(({ key }, index) => (names.has(textOf(key) ?? '') ? [index] : []))
  if (indices.length === 0) return []
  const whole = indices.length === outputs.items.length ? placeIn(section, 'Outputs') : null
  const places = whole === null ? indices.map(index => ({ map: outputs, index })) : [whole]
  const [{ map } = { map: outputs }] = places
  if (!places.every(place => isMovable(text, place))) return [null]
  return [
    removals(
      text,
      map,
      places.map(({ index }) => index),
    ),
  ]
}

function secondOf(scene: Scene, place: Place): CodeEdit {
  const { path, text, template, key } = scene
  const name = freeName(key.id, 'Next', new Set(template.resources.keys()))
  const properties = placeIn(valueAt(place), 'Properties')
  const status = properties === null ? null : placeIn(valueAt(properties), 'Status')
  const isInactive = textOf(template.property(key, 'Status')) === 'Inactive'
  const body = rangeAt(text, place)
  const copy = spliced(text, body, [
    { ...keyRange(place), text: name },
    ...(isInactive && status !== null ? [replacement(text, status, 'Active')] : []),
  ])
  const toKey = referencesOf(template).filter(({ id, holder }) => id === key.id && holder !== key.id)
  const outputs = toKey.filter(({ section }) => section === 'Outputs').map(({ holder }) => holder)
  const taken = new Set(
    template.sections.flatMap(section => entriesOf(template, section).map(({ key: output }) => output)),
  )
  const copies = [...new Set(outputs)].map(output => ({
    output,
    change: copyOfOutput(scene, output, name, freeName(output, 'Next', taken)),
  }))
  const notCopied = new Set(copies.flatMap(({ output, change }) => (change === null ? [output] : [])))
  const left = toKey.filter(({ section, holder }) => section !== 'Outputs' || notCopied.has(holder))
  const readers = [...new Set(left.map(({ holder, line }) => `${holder} (${path}:${line})`))]
  return codeEdit(
    inFile(scene, [insertion(text, place, copy), ...copies.flatMap(({ change }) => change ?? [])]),
    readers.length === 0 ? null : stillRead(readers.length, readers.join(', ')),
  )
}

/** An output that hands the key on, once more, for the second key; null where it stands in a form of its own. */
function copyOfOutput({ text, template, key }: Scene, output: string, name: string, label: string) {
  const places = template.sections.flatMap(
    section => placeIn(template.file.get(section, 'Outputs'), output) ?? [],
  )
  const [place, ...others] = places
  if (place === undefined || others.length > 0 || !isMovable(text, place)) return null
  const exported = exportedName(template, valueAt(place))
  if (exported === undefined) return null
  const own = rangeAt(text, place)
  const references = referencesOf(template).filter(
    ({ id, start }) => id === key.id && own.start <= start && start < own.end,
  )
  return insertion(
    text,
    place,
    spliced(text, own, [
      { ...keyRange(place), text: label },
      ...references.map(({ start, end }) => ({ start, end, text: name })),
      ...(exported === null ? [] : [nextName(text, exported)]),
    ]),
  )
}

function entriesOf({ file }: Template, section: Node | null) {
  return file.entries(file.get(section, 'Outputs'))
}

/** The text that an output is exported by; null where it is not, undefined where the text is not plain. */
function exportedName({ file }: Template, output: Node | null): Node | null | undefined {
  const exported = file.get(output, 'Export')
  if (exported === null) return null
  const named = file.get(exported, 'Name')
  const text = isMap(named) ? file.get(named, 'Fn::Sub') : named
  return isScalar(text) &&
    /^(PLAIN|QUOTE_DOUBLE|QUOTE_SINGLE)$/.test(text.type ?? '') &&
    !/^!(?!Sub)/.test(text.tag ?? '')
    ? text
    : undefined
}

function nextName(text: string, node: Node) {
  const [, end = 0] = node.range ?? []
  const at = /["']/.test(text[end - 1] ?? '') ? end - 1 : end
  const isNext = text.slice(0, at).endsWith(NEXT)
  return isNext ? { start: at - NEXT.length, end: at, text: '' } : { start: at, end: at, text: NEXT }
}

const NEXT = '-Next'

interface Reference {
  readonly id: string
  /** Where the logical ID stands in the file. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly section: 'Resources' | 'Outputs' | null
  /** The resource or output in which it stands. */
  readonly holder: string
}

/** Where a template refers to its resources. */
const referencesOf = memoize((template: Template): readonly Reference[] => {
  const { file, sections, root } = template
  const sectionOf = new Map(
    sections.flatMap(section =>
      (['Resources', 'Outputs'] as const).map(name => [file.get(section, name), name] as const),
    ),
  )
  const found: Reference[] = []
  visit(root, {
    Scalar: (key, node, path) => {
      if (key === 'key' || typeof node.value !== 'string') return
      const depth = path.findIndex(ancestor => sectionOf.has(ancestor as Node))
      const holder = textOf(((path[depth + 1] ?? path[1]) as Pair<Node>).key) ?? ''
      const section = sectionOf.get(path[depth] as Node) ?? null
      for (const { id, start, end } of named(template, node.value, node, functionAround(key, node, path)))
        found.push({ id, start, end, line: file.lineAt(start), section, holder })
    },
  })
  return found
})

/** The function whose argument, or first argument, a scalar is. */
function functionAround(key: unknown, node: Node, path: readonly unknown[]): string {
  if (/^!\w/.test(node.tag ?? '')) return node.tag?.slice(1) ?? ''
  const parent = path.at(-1)
  const isItem = isSeq(parent)
  if (isItem && /^!\w/.test(parent.tag ?? '')) return key === 0 ? (parent.tag?.slice(1) ?? '') : ''
  const pair = path.at(isItem ? -2 : -1) as Pair<Node> | undefined
  const name = textOf(pair?.key ?? null)?.replace(/^Fn::/, '') ?? ''
  return isItem && key !== 0 && name !== 'DependsOn' ? '' : name
}

function named(template: Template, value: string, node: Node, by: string) {
  const [start = 0, end = 0] = node.range ?? []
  const raw = template.file.text.slice(start, end)
  if (by === 'Sub')
    return Array.from(raw.matchAll(/\$\{\s*(\w+)(?=[\s.}])/g), ({ 0: all, 1: id = '', index }) => {
      const at = start + index + all.length - id.length
      return { id, start: at, end: at + id.length }
    })
  if (by !== 'Ref' && by !== 'GetAtt' && by !== 'DependsOn') return []
  const id = by === 'GetAtt' ? (value.split('.')[0] ?? '') : value
  const at = raw.indexOf(id)
  return at === -1 ? [] : [{ id, start: start + at, end: start + at + id.length }]
}
