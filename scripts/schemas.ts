/** The published JSON Schemas, each generated from the schema that gives the types. */
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { configSchema } from '../src/config/schema.ts'
import { declarationsFile } from '../src/domain/declarations-file.ts'
import { gatheredSchema } from '../src/domain/evidence.ts'
import { resultFile } from '../src/domain/result-file.ts'

/** Path in the repository → text. */
export function generateSchemas(): Map<string, string> {
  // The day bounds an exemption by a check, which JSON Schema cannot express.
  const configuration = configSchema(new Date(0))
  return new Map([
    schemaFile('configuration.v1.json', 'Configuration of AWS Access Key Rotation Audit', configuration),
    schemaFile('declarations.v1.json', 'Declarations of AWS Access Key Rotation Audit', declarationsFile),
    schemaFile('evidence.v1.json', 'Evidence of AWS Access Key Rotation Audit', gatheredSchema),
    schemaFile('result.v1.json', 'Result of AWS Access Key Rotation Audit', resultFile),
  ])
}

function schemaFile(name: string, title: string, schema: GenericSchema): [string, string] {
  const { $schema, ...rest } = toJsonSchema(schema, CONVERSION)
  const named = { $schema, $id: `${SCHEMAS_URL}/${name}`, title, ...rest }
  return [`schemas/${name}`, `${JSON.stringify(named, null, 2)}\n`]
}

const SCHEMAS_URL =
  'https://raw.githubusercontent.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit/v1/schemas'

const CONVERSION: ConversionConfig = {
  typeMode: 'input',
  ignoreActions: ['check', 'trim', 'transform'],
  overrideSchema: ({ valibotSchema, jsonSchema }) =>
    // Unknown fields: what editors explain best.
    valibotSchema.type === 'object_with_rest' ? { ...jsonSchema, additionalProperties: false } : undefined,
}
