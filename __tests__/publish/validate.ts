import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const compiled = new Map<string, ValidateFunction>()

/** Every violation of the JSON Schema at `path` (relative to the project), as text; empty where there is none. */
export function violations(path: string, value: unknown): string[] {
  const validate = compiled.get(path) ?? compile(path)
  compiled.set(path, validate)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

function compile(path: string): ValidateFunction {
  const { $schema, id, ...schema } = JSON.parse(
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  )
  const options = { strict: false, allErrors: true }
  const ajv = String($schema).includes('2020-12') ? new Ajv2020(options) : new Ajv(options)
  addFormats.default(ajv)
  return ajv.compile(schema)
}
