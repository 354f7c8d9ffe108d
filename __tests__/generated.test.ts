import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { actionYml, withTables } from '../scripts/generated.ts'
import { withReliability } from '../scripts/reliability.ts'
import { generateSchemas } from '../scripts/schemas.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

describe('generated files', () => {
  test('action.yml is what the tables of inputs and outputs give', () => {
    expect(read('action.yml')).toBe(actionYml())
  })

  test('the tables of the README are what the tables of inputs and outputs give', () => {
    const readme = read('README.md')
    expect(withTables(readme)).toBe(readme)
  })

  test('the tables of docs/reliability.md are the limits of the source and the fault table of the tests', () => {
    const document = read('docs/reliability.md')
    expect(withReliability(document)).toBe(document)
  })

  test.each([...generateSchemas()])('%s is what the schema in the source gives', (path, text) => {
    expect(read(path)).toBe(text)
  })

  test('the Marketplace takes the description', () => {
    expect(parse(actionYml()).description.length).toBeLessThan(125)
  })
})
