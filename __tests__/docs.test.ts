import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Nodes, Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { parse, parseAllDocuments } from 'yaml'
import { AUDIT_ACTIONS } from '../sandbox/world.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import { CONTROL } from '../src/domain/control.ts'
import { PARTITIONS } from '../src/domain/partitions.ts'
import { INPUTS, OUTPUTS } from '../src/inputs/inputs.ts'
import { parseInputs } from '../src/inputs/parse-inputs.ts'

const trees = new Map<string, Root>()

const DOCS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesIn('docs', '.md')]

describe.each(DOCS)('%s', path => {
  test('links to files and headings that exist', () => {
    expect(linksOf(path).filter(link => !resolves(path, link))).toEqual([])
  })

  test('has YAML that parses, and gives the action only inputs that it has', () => {
    for (const yaml of yamlOf(path)) {
      expect(parseAllDocuments(yaml).flatMap(({ errors }) => errors)).toEqual([])
      for (const given of inputsIn(parse(yaml))) expect(Object.keys(INPUTS)).toContain(given)
      for (const [, output] of yaml.matchAll(/steps\.audit\.outputs\.([\w-]+)/g))
        expect(Object.keys(OUTPUTS)).toContain(output)
    }
  })

  test('has configuration files that are valid', async () => {
    for (const yaml of yamlOf(path).filter(isConfiguration)) {
      const outcome = parseConfig(yaml, 'c.yml', new Date('2026-11-24T00:00:00Z'))
      expect(outcome).toMatchObject({ kind: 'config', warnings: [] })
    }
  })
})

describe('the README', () => {
  test('shows the nightly workflow as the example has it', () => {
    expect(parse(yamlOf('README.md')[0] ?? '')).toEqual(parse(read('examples/nightly.yml')))
  })

  test.each([...AUDIT_ACTIONS, 'organizations:ListAccounts', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'])(
    'says what %s is for',
    action => {
      expect(read('README.md')).toContain(`\`${action}\``)
    },
  )
})

describe('the recipes', () => {
  test.each(filesIn('examples', '.yml'))('tell when to use %s', example => {
    expect(linksOf('docs/recipes.md')).toContain(`../${example}`)
  })

  test('show every field of the configuration file', () => {
    const whole = yamlOf('docs/recipes.md').find(yaml => yaml.includes('infrastructure:')) ?? ''
    const schema = JSON.parse(read('schemas/configuration.v1.json'))
    expect(fieldsOf(parse(whole))).toEqual(propertiesOf(schema))
  })

  test.each(Object.values(PARTITIONS))(
    'name the default region $defaultRegion',
    ({ defaultRegion, audience }) => {
      const row = read('docs/recipes.md')
        .split('\n')
        .find(line => line.startsWith('| `aws') && line.includes(defaultRegion))
      expect(row).toContain(audience)
    },
  )
})

describe('the control identifiers of docs/evidence.md', () => {
  const rows = read('docs/evidence.md').split('\n')
  test.each(CONTROL.identifiers)('have $source $version: $id', ({ source, version, id }) => {
    const name = [source, version?.replace(/\.0$/, '')].filter(Boolean)
    expect(rows.some(row => row.includes(id) && name.every(part => row.includes(part ?? '')))).toBe(true)
  })
})

describe('the messages of', () => {
  const sources = [...filesIn('src', '.ts').map(read), messageOfABadInput()]

  test.each(quotedMessages('docs/troubleshooting.md').concat(quotedMessages('README.md')))(
    'the troubleshooting are those of the code: %s',
    message => {
      const fragments = message.split('…').map(part => part.replace(/^[:;\s]+|[:;.\s]+$/g, ''))
      const saysAll = (source: string) => fragments.every(part => source.replaceAll('\\', '').includes(part))
      expect(sources.some(saysAll)).toBe(true)
    },
  )

  test('errors are all in docs/troubleshooting.md', () => {
    const quoted = quotedMessages('docs/troubleshooting.md')
    const missing = errorTexts().filter(text => !quoted.some(message => message.startsWith(text)))
    expect(missing).toEqual([])
  })
})

function read(path: string): string {
  return readFileSync(path, 'utf8')
}

/** Paths with forward slashes, however deep. */
function filesIn(directory: string, ending: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map(name => `${directory}/${name.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith(ending))
    .sort()
}

function treeOf(path: string): Root {
  const tree = trees.get(path) ?? unified().use(remarkParse).use(remarkGfm).parse(read(path))
  trees.set(path, tree)
  return tree
}

function nodesOf(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(nodesOf) : [])]
}

function textOf(node: Nodes): string {
  return nodesOf(node)
    .map(each => ('value' in each ? each.value : ''))
    .join('')
}

function linksOf(path: string): string[] {
  return nodesOf(treeOf(path)).flatMap(node => {
    if (node.type === 'link' || node.type === 'image') return [node.url]
    if (node.type !== 'html') return []
    return [...node.value.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, url = '']) => url)
  })
}

function resolves(from: string, link: string): boolean {
  if (/^https:\/\//.test(link)) return URL.canParse(link)
  const [file = '', heading] = link.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(path)) return false
  return heading === undefined || headingsOf(path).includes(heading)
}

/** As GitHub names them in links. */
function headingsOf(path: string): string[] {
  return nodesOf(treeOf(path))
    .filter(node => node.type === 'heading')
    .map(node =>
      textOf(node)
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    )
}

function yamlOf(path: string): string[] {
  return nodesOf(treeOf(path)).flatMap(node =>
    node.type === 'code' && node.lang === 'yaml' ? [node.value] : [],
  )
}

function isConfiguration(yaml: string): boolean {
  return /^(exemptions|owners|remediation|infrastructure):/m.test(yaml)
}

/** Names of the inputs that steps of this action are given, wherever they stand. */
function inputsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const { uses, with: given } = value as { uses?: unknown; with?: object }
  const own = String(uses).startsWith('aws-access-key-rotation-audit/') ? Object.keys(given ?? {}) : []
  return [...own, ...Object.values(value).flatMap(inputsIn)]
}

/** Paths of the fields, those of list items under `[]`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(item => fieldsOf(item, `${path}[]`)))]
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value)
    .flatMap(([name, inner]) => fieldsOf(inner, `${path}/${name}`))
    .sort()
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

function propertiesOf(schema: Schema, path = ''): string[] {
  const { properties, items, anyOf } = schema
  const choice = anyOf?.find(each => each.properties ?? each.items)
  if (choice) return propertiesOf(choice, path)
  if (items) return propertiesOf(items, `${path}[]`)
  if (!properties) return [path]
  return Object.entries(properties)
    .flatMap(([name, inner]) => propertiesOf(inner, `${path}/${name}`))
    .sort()
}

/** Code in headings, and in the first column of the table under Troubleshooting. */
function quotedMessages(path: string): string[] {
  const { children } = treeOf(path)
  const start = children.findIndex(node => node.type === 'heading' && textOf(node) === 'Troubleshooting')
  const section = children.slice(start)
  const headings = section.filter(node => node.type === 'heading' && node.depth === 3)
  const [table] = section.filter(node => node.type === 'table')
  const cells = table?.children.flatMap(({ children: [first] }) => (first ? [first] : [])) ?? []
  return [...headings, ...cells]
    .flatMap(nodesOf)
    .flatMap(node => (node.type === 'inlineCode' && node.value.includes(' ') ? [node.value] : []))
}

/** The literal beginnings of what errors say. */
function errorTexts(): string[] {
  return filesIn('src', '.ts').flatMap(path =>
    [...read(path).matchAll(/UserError\(\s*(['"`])((?:\\.|(?!\1|\$\{)[^\\])*)/g)]
      .map(
        ([, , text = '']) =>
          text
            .replaceAll('\\', '')
            .split(/: it lacks|: CSV| `/)[0]
            ?.trim() ?? '',
      )
      .filter(text => text.length > 12),
  )
}

function messageOfABadInput(): string {
  try {
    parseInputs(name =>
      name === 'max-age-days' ? 'ninety' : String(INPUTS[name as keyof typeof INPUTS].default),
    )
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
