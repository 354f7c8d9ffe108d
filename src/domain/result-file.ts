import * as v from 'valibot'
import { auditResult } from './audit-result.ts'
import { count, instant, text } from './evidence.ts'
import type { ReadonlyDeep } from './readonly-deep.ts'
import { remediationRecord } from './remediation-record.ts'

const { version, ...audited } = auditResult.entries

/**
 * `result.json`: the audit's result beside what depends on the run. Two runs compare by
 * `jq 'del(.run, .remediation, .history)'`.
 */
export const resultFile = v.strictObject({
  $schema: text,
  version,
  run: v.pipe(
    v.strictObject({
      actionVersion: text,
      repository: text,
      url: v.nullable(text),
      workflow: text,
      eventName: text,
      ref: text,
      sha: text,
      /** Whether names are hidden in it. */
      redacted: v.boolean(),
    }),
    v.description('What depends on the run; two runs over one evidence differ here alone'),
  ),
  control: v.strictObject({
    title: text,
    maxAgeDays: count,
    identifiers: v.array(v.strictObject({ source: text, version: v.nullable(text), id: text })),
  }),
  ...audited,
  /** Present where remediation was asked for. */
  remediation: v.exactOptional(remediationRecord),
  /** Keys that the issues resolved last, newest first; present where they tell of any. */
  history: v.exactOptional(
    v.array(
      v.strictObject({
        user: text,
        accessKeyId: v.nullable(text),
        createdAt: v.nullable(instant),
        staleSince: v.nullable(instant),
        at: v.pipe(instant, v.description('When the audit saw it resolved')),
        how: v.picklist(['rotated', 'deactivated', 'deleted', 'exempted', 'within-limit', 'unlisted']),
        daysLate: v.nullable(count),
      }),
    ),
  ),
})
export type ResultFile = ReadonlyDeep<v.InferOutput<typeof resultFile>>
