import { isAlias, isSeq, type Node } from 'yaml'
import { type Entry, type Place, textOf, type YamlFile } from '../text/yaml.ts'
import { placeIn } from '../text/yaml-edits.ts'

/** What loop variables of `Fn::ForEach` stand for. */
export type Loop = ReadonlyMap<string, string>

export interface TemplateResource {
  /** The logical ID. */
  readonly id: string
  readonly type: string
  readonly line: number
  readonly body: Node | null
  readonly loop: Loop
}

export interface Template {
  readonly file: YamlFile
  readonly root: Node
  /** What has Resources and Outputs of its own: the root, or what `resources` of a serverless.yml lists. */
  readonly sections: readonly (Node | null)[]
  /** By logical ID. */
  readonly resources: ReadonlyMap<string, TemplateResource>
  readonly parameters: ReadonlyMap<string, Entry>
  readonly mappings: Node | null
  readonly conditions: Node | null
  /** Whether `${…}` in any text is a variable of the Serverless framework. */
  readonly isServerless: boolean
  /** Loops over lists that the template does not tell. */
  readonly unexpanded: readonly { readonly name: string; readonly line: number }[]
  readonly property: (resource: TemplateResource, name: string) => Node | null
  /** Where a resource or output is written, once; null for any other. */
  readonly placeOf: (section: 'Resources' | 'Outputs', id: string) => Place | null
}

/** Opens one document as a template: its own sections, or those under `resources` of a serverless.yml. */
export function openTemplate(file: YamlFile, root: Node): Template {
  const nested = file.get(root, 'resources')
  const isServerless = nested !== null && file.get(root, 'Resources') === null
  const sections = !isServerless ? [root] : isSeq<Node | null>(nested) ? nested.items : [nested]
  const parameters = new Map(
    sections.flatMap(section =>
      file.entries(file.get(section, 'Parameters')).map(entry => [entry.key, entry]),
    ),
  )
  const { resources, unexpanded } = resourcesOf(file, sections, parameters)
  return {
    file,
    root,
    sections,
    resources,
    parameters,
    mappings: file.get(sections[0], 'Mappings'),
    conditions: file.get(sections[0], 'Conditions'),
    isServerless,
    unexpanded,
    placeOf: (name, id) => {
      const [place, ...others] = sections.flatMap(section => {
        const parent = placeIn(section, name)
        const found = placeIn(file.get(section, name), id)
        return found === null ? [] : [parent === null ? found : { ...found, parent }]
      })
      return place === undefined || others.length > 0 ? null : place
    },
    property: ({ body }, name) => file.get(file.get(body, 'Properties'), name),
  }
}

/** The resources by logical ID, loops over known lists written out. */
function resourcesOf(
  file: YamlFile,
  sections: Template['sections'],
  parameters: Template['parameters'],
): Pick<Template, 'resources' | 'unexpanded'> {
  const resources = new Map<string, TemplateResource>()
  const unexpanded: { name: string; line: number }[] = []
  let left = MOST_RESOURCES
  const add = (entry: Entry, loop: Loop) => {
    if (left-- <= 0) return
    if (entry.key.startsWith('Fn::ForEach::')) return expand(entry, loop)
    const id = filled(entry.key, loop)
    const type = textOf(file.get(entry.value, 'Type')) ?? ''
    resources.set(id, { id, type, line: entry.line, body: entry.value, loop })
  }
  const expand = (entry: Entry, loop: Loop) => {
    const [name, list, body] = isSeq<Node | null>(entry.value) ? entry.value.items : []
    const values = listOf(list ?? null)
    if (loop.size >= DEEPEST_LOOP || values === null) {
      const [start, end] = body?.range ?? []
      // What an alias stands for may be anything.
      if (isAlias(body) || file.text.slice(start, end).includes('AWS::IAM::'))
        unexpanded.push({ name: entry.key, line: entry.line })
      return
    }
    for (const value of values)
      for (const inner of file.entries(body ?? null))
        add(inner, new Map(loop).set(textOf(name ?? null) ?? '', value))
  }
  const listOf = (list: Node | null): string[] | null => {
    if (isSeq<Node | null>(list)) {
      const items = list.items.map(textOf)
      return items.every(item => item !== null) && list.tag !== '!Ref' ? items : null
    }
    const parameter = list?.tag === '!Ref' ? textOf(list) : textOf(file.get(list, 'Ref'))
    const value = textOf(file.get(parameters.get(parameter ?? '')?.value, 'Default'))
    return value === null ? null : value.split(',').map(item => item.trim())
  }
  for (const section of sections)
    for (const entry of file.entries(file.get(section, 'Resources'))) add(entry, new Map())
  return { resources, unexpanded }
}

/** Far more than CloudFormation takes; loops within loops could go on for ever. */
const MOST_RESOURCES = 10_000
const DEEPEST_LOOP = 3

/** A text with the loop variables, `${Name}` or `&{Name}`, filled in. */
export function filled(text: string, loop: Loop): string {
  return loop.size === 0 ? text : text.replace(/[$&]\{(\w+)\}/g, (all, name: string) => loop.get(name) ?? all)
}
