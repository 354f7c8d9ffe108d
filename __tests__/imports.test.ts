import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const IMPORT = /^(?:import|export) (?:[^'"]*? from )?'(\.[^']+)'/gms
const sources = globSync('src/**/*.ts').sort()
const imports = new Map(
  sources.map(path => [
    path,
    [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, to = '']) => join(dirname(path), to)),
  ]),
)
const LOCATE = [
  'text',
  'checkout',
  'names',
  'makers',
  'expressions',
  'hcl',
  'terraform',
  'cloudformation',
  'workflows',
]
const room = (path: string) => path.split('/')[1] ?? ''

describe('the flow goes one way', () => {
  test('every import of a source is read here', () => {
    expect([...imports.values()].flat().filter(path => !imports.has(path))).toEqual(['package.json'])
  })

  test('no file imports itself, by whatever way', () => {
    const done = new Set<string>()
    const circles: string[][] = []
    const walk = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path])
      if (way.includes(path) || done.has(path)) return
      for (const next of imports.get(path) ?? []) walk(next, [...way, path])
      done.add(path)
    }
    for (const path of sources) walk(path, [])
    expect(circles).toEqual([])
  })

  test.each([
    ['gather', ['evaluate', 'locate', 'publish', 'remediate']],
    ['locate', ['gather', 'evaluate', 'publish', 'remediate']],
    ['evaluate', ['gather', 'locate', 'publish', 'remediate', 'aws', 'github', 'host', 'inputs']],
    ['publish', ['gather', 'locate', 'remediate', 'aws']],
    [
      'domain',
      ['gather', 'locate', 'evaluate', 'publish', 'remediate', 'aws', 'github', 'host', 'inputs', 'config'],
    ],
  ])('%s/ imports nothing of %j', (from, forbidden) => {
    const crossing = sources
      .filter(path => room(path) === from)
      .flatMap(path =>
        (imports.get(path) ?? []).filter(to => forbidden.includes(room(to))).map(to => `${path} → ${to}`),
      )
    expect(crossing).toEqual([])
  })

  test('a room of locate/ imports only those before it', () => {
    const rank = (path: string) => LOCATE.indexOf(path.split('/')[2] ?? '')
    const backwards = sources
      .filter(path => room(path) === 'locate' && path.split('/').length > 3)
      .flatMap(path =>
        (imports.get(path) ?? [])
          .filter(to => room(to) === 'locate' && (rank(to) < 0 || rank(to) > rank(path)))
          .map(to => `${path} → ${to}`),
      )
    expect(backwards).toEqual([])
  })
})
