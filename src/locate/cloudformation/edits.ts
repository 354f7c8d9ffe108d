import { isMap, isScalar, isSeq, type Node, type Pair, visit } from 'yaml'
import type { CodeEdit, KeyEdits } from '../../domain/declarations.ts'
import { memoize } from '../../domain/memoize.ts'
import { codeEdit, goWithIt, inFile, noEdit, noEdits, spliced, stillRead } from '../text/diff.ts'
import { freeName, toldApart } from '../text/free-name.ts'
import { type Place, textOf } from '../text/yaml.ts'
import {
  assignment,
  insertion,
  isMovable,
  keyRange,
  outermost,
  placeIn,
  rangeAt,
  removals,
  replacement,
  valueAt,
} from '../text/yaml-edits.ts'
import type { Template, TemplateResource } from './template.ts'

/** The changes to a template for each step of the rotation of a key that it declares. */
export function templateEdits(path: string, template: Template, key: TemplateResource): KeyEdits {
  const { text, error } = template.file
  if (error !== null) return noEdits(`line ${error.line} of it cannot be read`)
  const place = template.placeOf('Resources', key.id)
  if (place === null || key.loop.size > 0)
    return noEdits(`${key.id} is not written out as a resource of its own`)
  const readers = referencesOf(template).filter(({ id, holder }) => id === key.id && holder !== key.id)
  const scene = { path, text, template, key, place, readers }
  const isAlone = isMovable(text, place)
  return {
    deactivate: deactivation(scene),
    remove: isAlone ? removalOf(scene) : noEdit(SHARED),
    second: isAlone ? secondOf(scene) : noEdit(SHARED),
  }
}

interface Scene {
  readonly path: string
  readonly text: string
  readonly template: Template
  readonly key: TemplateResource
  readonly place: Place
  /** Where the template refers to the key outside of it. */
  readonly readers: readonly Reference[]
}

const SHARED = 'it shares its lines, or an anchor stands in it'

function deactivation(scene: Scene): CodeEdit {
  const { text, template, key, place } = scene
  const { file } = template
  if (textOf(template.property(key, 'Status')) === 'Inactive')
    return noEdit('it says so already, and is yet to be deployed')
  const properties = placeIn(valueAt(place), 'Properties')
  const body = properties === null ? null : valueAt(properties)
  const isElsewhere = placeIn(body, 'Status') === null && file.get(body, 'Status') !== null
  const change = isElsewhere ? null : assignment(text, body, 'Status', 'Inactive', 'UserName')
  return change === null
    ? noEdit('its properties come from an anchor, or twice')
    : codeEdit(inFile(scene, [change]), null)
}

function removalOf(scene: Scene): CodeEdit {
  const { path, text, template, key, place, readers } = scene
  if (place.map.items.length === 1)
    return noEdit('the template declares nothing else, so that the stack itself is to go')
  const outputs = new Set(readers.filter(isInOutput).map(({ holder }) => holder))
  const others = referencesOf(template).filter(
    one => isInOutput(one) && outputs.has(one.holder) && one.id !== key.id,
  )
  const [first] = [...readers.filter(one => !isInOutput(one)), ...others]
  if (first !== undefined)
    return noEdit(
      `${first.holder} (${path}:${first.line}) refers to it${first.id === key.id ? '' : ', and to more than it'}`,
    )
  const written = Array.from(outputs, output => template.placeOf('Outputs', output))
  const going = outermost([place, ...written.filter(one => one !== null)])
  if (written.includes(null) || !going.every(one => isMovable(text, one))) return noEdit(SHARED)
  const retained = textOf(template.file.get(key.body, 'DeletionPolicy'))
  const notes = [
    ...(retained?.startsWith('Retain')
      ? [`its DeletionPolicy leaves the key in AWS, where it is to be deleted then`]
      : []),
    ...(outputs.size > 0 ? [`${goWithIt([...outputs])}, which no other stack may import`] : []),
  ]
  return codeEdit(inFile(scene, removals(text, going)), notes.join('; ') || null)
}

function isInOutput({ section }: Reference): boolean {
  return section === 'Outputs'
}

function secondOf(scene: Scene): CodeEdit {
  const { path, text, template, key, place, readers } = scene
  const name = freeName(key.id, 'Next', new Set(template.resources.keys()))
  const status = placeIn(template.file.get(key.body, 'Properties'), 'Status')
  const isInactive = textOf(template.property(key, 'Status')) === 'Inactive'
  const copy = spliced(text, rangeAt(text, place), [
    { ...keyRange(place), text: name },
    ...(isInactive && status !== null ? [replacement(text, status, 'Active')] : []),
  ])
  const taken = new Set(
    template.sections.flatMap(section =>
      template.file.entries(template.file.get(section, 'Outputs')).map(({ key: output }) => output),
    ),
  )
  const outputs = new Set(readers.filter(isInOutput).map(({ holder }) => holder))
  const copies = new Map(
    Array.from(outputs, output => [
      output,
      copyOfOutput(scene, output, name, freeName(output, 'Next', taken)),
    ]),
  )
  const left = readers.filter(one => !isInOutput(one) || copies.get(one.holder) === null)
  const places = [...new Set(left.map(({ holder, line }) => `${holder} (${path}:${line})`))]
  return codeEdit(
    inFile(scene, [insertion(text, place, copy), ...[...copies.values()].filter(one => one !== null)]),
    places.length === 0 ? null : stillRead(places.length, places.join(', ')),
  )
}

/** An output that hands the key on, once more, for the second key; null where it stands in a form of its own. */
function copyOfOutput({ text, template, readers }: Scene, output: string, name: string, label: string) {
  const place = template.placeOf('Outputs', output)
  if (place === null || !isMovable(text, place)) return null
  const exported = exportedName(template, valueAt(place))
  if (exported === undefined) return null
  const own = rangeAt(text, place)
  const references = readers.filter(({ start }) => own.start <= start && start < own.end)
  return insertion(
    text,
    place,
    spliced(text, own, [
      { ...keyRange(place), text: label },
      ...references.map(({ start, end }) => ({ start, end, text: name })),
      ...(exported === null ? [] : [toldApart(text, endOf(text, exported), '-Next')]),
    ]),
  )
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

/** Where a scalar's text ends, before its quote. */
function endOf(text: string, { range }: Node): number {
  const end = range?.[1] ?? 0
  return /["']/.test(text[end - 1] ?? '') ? end - 1 : end
}

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
  const collect = (by: string, argument: unknown, path: readonly unknown[]) => {
    const depth = path.findIndex(ancestor => sectionOf.has(ancestor as Node))
    const holder = textOf(((path[depth + 1] ?? path[1]) as Pair<Node> | undefined)?.key ?? null) ?? ''
    const section = sectionOf.get(path[depth] as Node) ?? null
    const given = isSeq(argument) ? argument.items.slice(0, by === 'DependsOn' ? undefined : 1) : [argument]
    for (const node of given)
      if (isScalar(node) && typeof node.value === 'string')
        for (const { id, start, end } of named(template, node.value, node, by))
          found.push({ id, start, end, line: file.lineAt(start), section, holder })
  }
  visit(root, {
    Pair: (_, { key, value }, path) => {
      collect(textOf(key as Node)?.replace(/^Fn::/, '') ?? '', value, path)
    },
    Node: (_, node, path) => {
      if (/^!\w/.test(node.tag ?? '')) collect(node.tag?.slice(1) ?? '', node, path)
    },
  })
  return found
})

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
