import { CONTROL } from '../../domain/control.ts'
import type { ResultFile } from '../../domain/result-file.ts'
import type { Report } from '../report.ts'

const SCHEMA_URL =
  'https://raw.githubusercontent.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit/v1/schemas/result.v1.json'

/** The text of `result.json` in pieces, none larger than a key; equal results give equal bytes. */
export function* resultJson({ result, run, hidden, remediation, history }: Report): Generator<string> {
  const { version, ...audited } = result
  const { actionVersion, repository, url, workflow, eventName, ref, sha } = run
  const file: ResultFile = {
    $schema: SCHEMA_URL,
    version,
    run: { actionVersion, repository, url, workflow, eventName, ref, sha, redacted: hidden !== null },
    control: CONTROL,
    ...audited,
    ...(remediation === null ? {} : { remediation }),
    ...(history.length === 0 ? {} : { history }),
  }
  yield* jsonObject(file)
}

/** A member a line, and in a list an item a line: a key is one line of a diff. */
function* jsonObject(object: object): Generator<string> {
  let separator = '{\n'
  for (const [name, value] of Object.entries(object)) {
    yield `${separator}${JSON.stringify(name)}: `
    if (typeof value === 'object' && value !== null && Symbol.iterator in value) yield* jsonList(value)
    else yield JSON.stringify(value)
    separator = ',\n'
  }
  yield '\n}\n'
}

/** A JSON list in pieces, an item a line. */
export function* jsonList(items: Iterable<unknown>): Generator<string> {
  let separator = '[\n'
  for (const item of items) {
    yield `${separator}${JSON.stringify(item)}`
    separator = ',\n'
  }
  yield separator === ',\n' ? '\n]' : '[]'
}

/** The same text in fewer pieces, each of so many characters at least, but the last. */
export function* inBlocks(pieces: Iterable<string>, length: number): Generator<string> {
  let block = ''
  for (const piece of pieces) {
    block += piece
    if (block.length < length) continue
    yield block
    block = ''
  }
  if (block !== '') yield block
}
