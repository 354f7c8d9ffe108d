import Papa from 'papaparse'
import * as v from 'valibot'
import { PAGE_GENERATOR } from '../../domain/audit-files.ts'

/** Whether a path is documentation or a lock file: what they name, nobody declares there. */
export function isProse(path: string): boolean {
  return DOCUMENTATION.test(path) || LOCK_FILE.test(path)
}

const DOCUMENTATION =
  /\.(md|mdx|markdown|rst|adoc|asciidoc|tex|org)$|(^|\/)(readme|changelog|changes|license|licence|notice|authors|contributors|codeowners)(\.(txt|html?))?$/i
const LOCK_FILE =
  /(^|\/)(package-lock|npm-shrinkwrap)\.json$|(^|\/)pnpm-lock\.yaml$|(^|\/)go\.sum$|\.lockb?$|(^|\/)\.terraform\.lock\.hcl$/

/**
 * Whether a text is what an audit, this one or the report's own download, has written: it says what AWS has, not code.
 * The whole text must be of that shape: what merely begins so is code.
 */
export function isAuditOutput(text: string): boolean {
  const start = text.replace(/^\uFEFF/, '').trimStart()
  if (/^[{[]/.test(start)) return isJsonOutput(start)
  return start.startsWith('<') ? isPage(start) : isTable(start)
}

/** Whether a text is `report.html`, which has no script and nothing after its end. */
function isPage(text: string): boolean {
  const [head = ''] = text.split('</head>', 1)
  const [end, ...others] = [...text.matchAll(/<\/html>\s*/gi)]
  return (
    head.includes(PAGE_GENERATOR) &&
    end !== undefined &&
    others.length === 0 &&
    end.index + end[0].length === text.length &&
    !/<script\b/i.test(text)
  )
}

function isJsonOutput(text: string): boolean {
  if (!JSON_WORDS.some(word => text.includes(word))) return false
  try {
    const value: unknown = JSON.parse(text)
    return v.is(JSON_OUTPUT, value)
  } catch {
    return false
  }
}

const JSON_WORDS = ['"evidence"', '"declarations"', '"failed-account"', '"asOf"', '"runs"', '"class_uid"']

const any = v.unknown()
const OCSF = v.looseObject({ class_uid: v.number(), category_uid: v.number(), metadata: v.looseObject({}) })
/** Evidence, declarations, result.json, SARIF and OCSF of any scanner. */
const JSON_OUTPUT = v.union([
  v.looseObject({
    kind: v.picklist(['evidence', 'failed-account']),
    version: v.number(),
    account: v.looseObject({ id: v.string() }),
  }),
  v.looseObject({
    kind: v.literal('declarations'),
    version: v.number(),
    repository: v.string(),
    declarations: v.looseObject({}),
  }),
  v.looseObject({ version: v.number(), asOf: v.string(), policy: v.looseObject({}), keys: v.array(any) }),
  v.looseObject({
    version: v.pipe(v.string(), v.startsWith('2.')),
    runs: v.array(v.looseObject({ tool: v.looseObject({ driver: v.looseObject({ name: v.string() }) }) })),
  }),
  v.pipe(v.array(OCSF), v.nonEmpty()),
  OCSF,
])

/** Whether a text is a table of which each row is as wide as a header that only a credential report or keys.csv has. */
function isTable(text: string): boolean {
  const csv = text.replace(/^"?sep=.?"?\r?\n/i, '')
  const [header = ''] = csv.split(/[\r\n]/, 1)
  const isReport = /^\s*"?\s*user\s*"?\s*[,;\t]\s*"?\s*arn\b/.test(header)
  if (!isReport && !/^account,[\w,]*\buser_arn,access_key_id,/.test(header)) return false
  const { data } = Papa.parse<string[]>(csv, {
    delimiter: /[,;\t]/.exec(header)?.[0] ?? ',',
    skipEmptyLines: 'greedy',
  })
  const [{ length } = [], ...rows] = data
  return rows.every(cells => cells.length === length)
}
