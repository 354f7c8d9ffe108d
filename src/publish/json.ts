import type { AuditResult } from '../audit-result.ts'
import type { Run } from '../run.ts'
import { CONTROL, type Control } from './control.ts'

/** `result.json`: the audit's result beside what depends on the run. Two runs compare by `jq 'del(.run)'`. */
export interface ResultFile extends AuditResult {
  readonly $schema: string
  readonly run: RunSection
  readonly control: Control
}

/** Which run made the file, and whether names are hidden in it. */
export interface RunSection
  extends Pick<Run, 'actionVersion' | 'repository' | 'url' | 'workflow' | 'eventName' | 'ref' | 'sha'> {
  readonly redacted: boolean
}

export const RESULT_SCHEMA_URL =
  'https://raw.githubusercontent.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit/v1/schemas/result.v1.json'

/** The text of `result.json` in pieces, each small however large the result; equal results give equal bytes. `redacted`: whether `result` hides names. */
export function* resultJson(result: AuditResult, run: Run, redacted: boolean): Generator<string> {
  const file: ResultFile = {
    $schema: RESULT_SCHEMA_URL,
    version: result.version,
    run: {
      actionVersion: run.actionVersion,
      repository: run.repository,
      url: run.url,
      workflow: run.workflow,
      eventName: run.eventName,
      ref: run.ref,
      sha: run.sha,
      redacted,
    },
    control: CONTROL,
    asOf: result.asOf,
    policy: result.policy,
    result: result.result,
    step: result.step,
    counts: result.counts,
    accounts: result.accounts,
    keys: result.keys,
    exemptions: result.exemptions,
    staticLogins: result.staticLogins,
  }
  yield* members(file)
}

/** A JSON object, one member a line, and one item of a list a line: a key then is one line of a diff. */
function* members(object: object): Generator<string> {
  let separator = '{\n'
  for (const [name, value] of Object.entries(object)) {
    yield `${separator}${JSON.stringify(name)}: `
    if (Array.isArray(value)) yield* items(value)
    else yield JSON.stringify(value)
    separator = ',\n'
  }
  yield '\n}\n'
}

export function* items(list: readonly unknown[]): Generator<string> {
  let separator = '[\n'
  for (const item of list) {
    yield `${separator}${JSON.stringify(item)}`
    separator = ',\n'
  }
  yield list.length === 0 ? '[]' : '\n]'
}
