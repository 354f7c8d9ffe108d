import { closestMatch } from 'leven'
import picomatch from 'picomatch'
import * as v from 'valibot'
import { compileGlob, compilePathGlob, hangsPicomatch, MOST_ALTERNATIVES } from '../domain/glob.ts'
import { isDay } from '../domain/time.ts'
import type { ConfigProblem, YamlTree } from './yaml.ts'

/** Where to look where the file does not say: what a file holds decides, not its name. */
export const DEFAULT_INFRASTRUCTURE: readonly string[] = [
  '**/*.{tf,tofu}',
  '**/*.{tf,tofu}.json',
  '**/*.{yml,yaml,json,template}',
]

/** What each field accepts: the published schema's descriptions, and the second half of every message. */
const ACCEPTED = {
  exemptions: 'a list of rules, each with user, reason and expires (also: account, access-key-id, ticket)',
  'accept-unverified':
    'a list of rules, each with user, reason and expires (also: account, ticket), for what the audit cannot prove',
  owners: 'tag, users and mention',
  users: 'a list of rules, each with user and owner',
  remediation: 'deactivate-after-idle-days, delete-after-inactive-days, max-changes and made-by-hand',
  infrastructure: 'a list of globs of the files that may declare IAM users and keys, such as "**/*.tf"',
  user: 'a glob over the user name or path, such as ci-* or /vendors/**',
  account: 'the twelve digits of an account ID, in quotes',
  'access-key-id': 'an access key ID, such as AKIAIOSFODNN7EXAMPLE',
  reason: 'a sentence that says why the keys may stay, at most 500 characters',
  ticket: 'text, such as SEC-1234',
  expires: 'the last day on which the exemption holds, such as 2027-01-31, at most a year ahead',
  owner: 'a GitHub login or org/team, without @',
  tag: 'the name of the IAM user tag that names the owner',
  mention:
    'true, so that the issue mentions the owners of new keys once, in a comment, where this file or CODEOWNERS names them; or false',
  'deactivate-after-idle-days': 'whole days from 1 to 3650; leave it out to turn it off',
  // Deletion is proved by CloudTrail, which remembers 90 days.
  'delete-after-inactive-days':
    'whole days from 1 to 90, as far back as CloudTrail remembers; leave it out to turn it off',
  'max-changes': 'a whole number from 1 to 1000',
  'made-by-hand':
    'a list of globs over user names or paths, such as ops-* or /people/**, of users whose keys no code declares',
} as const

const TOP_LEVEL = 'exemptions, accept-unverified, owners, remediation and infrastructure'

type FieldName = keyof typeof ACCEPTED

/** What the file says: names as code has them, null for what is left out, defaults filled in. */
export type WrittenConfig = v.InferOutput<ReturnType<typeof configSchema>>

/** The file, or null, and every problem of it. */
export function validate(
  tree: YamlTree,
  now: Date,
): { readonly file: WrittenConfig | null; readonly problems: readonly ConfigProblem[] } {
  const parsed = v.safeParse(configSchema(now), tree.value ?? {}, { abortPipeEarly: true })
  const problems = (parsed.issues ?? []).map(issue => {
    const path = (issue.path ?? []).map(item => item.key as string | number)
    return { line: tree.lineOf(path), message: explain(issue, path) }
  })
  return { file: parsed.success ? parsed.output : null, problems }
}

/** `"expires" is 2027-02-30, which is no day of the calendar; write the last day on which …` */
function explain(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
  const name = path.at(-1)
  if (name === undefined) return `the file ${fault(issue)}; accepted: ${TOP_LEVEL}`
  if (typeof name === 'number') {
    const list = String(path.at(-2))
    return `item ${name + 1} of ${list} ${fault(issue)}; accepted: ${accepted(list)}`
  }
  if (issue.type === 'never') {
    // valibot takes a list for an object with the fields 0, 1, …
    if (Array.isArray(issue.path?.at(-1)?.input))
      return explain({ ...issue, type: 'object', input: [] }, path.slice(0, -1))
    const place = path.slice(0, -1).findLast(key => typeof key === 'string')
    const fields = place === undefined ? TOP_LEVEL : accepted(place)
    return `${quote(name)} is no field here${suggestion(name)}; accepted: ${fields}`
  }
  return `${quote(name)} ${fault(issue)}; accepted: ${accepted(name)}`
}

function fault(issue: v.BaseIssue<unknown>): string {
  const { input } = issue
  const bound = issue.kind === 'validation' ? issue : issue.issues?.find(inner => inner.kind === 'validation')
  if (bound) return bound.message
  if (input === undefined) return 'is missing'
  if (input === null) return 'is empty (a value that begins with # must be in quotes)'
  if (Array.isArray(input)) return 'is a list'
  if (typeof input === 'object') return 'is a block of fields'
  return issue.expected === 'string' ? `is ${quote(input)}: put it in quotes` : `is ${quote(input)}`
}

function accepted(name: string): string {
  return isFieldName(name) ? ACCEPTED[name] : ''
}

function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(ACCEPTED, name)
}

function suggestion(name: string): string {
  const others = Object.keys(ACCEPTED).filter(other => other !== name)
  const maxDistance = Math.ceil(Math.min(name.length, 20) / 3)
  const nearest = closestMatch(name.slice(0, 40).toLowerCase(), others, { maxDistance })
  return nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`
}

/** The configuration file; its output is `Config` but for path and lines. `now` bounds how far ahead an exemption may reach. */
export function configSchema(now: Date) {
  const rule = {
    user: described('user', userGlob),
    account: v.optional(described('account', account)),
    reason: described('reason', text(500)),
    ticket: v.optional(described('ticket', text(200))),
    expires: described('expires', lastDay(now)),
  }
  const acceptance = v.pipe(
    fields(rule),
    v.transform(given => ({ ...given, account: given.account ?? null, ticket: given.ticket ?? null })),
  )
  const exemption = v.pipe(
    fields({
      ...rule,
      'access-key-id': v.optional(described('access-key-id', pattern(/^[A-Z0-9]{16,128}$/))),
    }),
    v.transform(({ 'access-key-id': accessKeyId, account, user, ...given }) => ({
      user,
      account: account ?? null,
      accessKeyId: accessKeyId ?? null,
      ...given,
      ticket: given.ticket ?? null,
    })),
  )
  return fields({
    // A heading whose rules are all commented out is empty, no mistake.
    exemptions: v.nullish(described('exemptions', v.array(exemption)), []),
    'accept-unverified': v.nullish(described('accept-unverified', v.array(acceptance)), []),
    owners: v.nullish(owners, {}),
    remediation: v.nullish(remediation, {}),
    infrastructure: v.optional(
      described('infrastructure', v.pipe(v.array(pathGlob), v.minLength(1, 'is empty'))),
      DEFAULT_INFRASTRUCTURE,
    ),
  })
}

/** Every unknown field is an issue of its own; `v.strictObject`, whose types these are, stops at the first. */
function fields<const E extends v.ObjectEntries>(entries: E) {
  type Strict = v.StrictObjectSchema<E, undefined>
  return v.objectWithRest(entries, v.never()) as unknown as v.GenericSchema<
    v.InferInput<Strict>,
    v.InferOutput<Strict>
  >
}

function described<S extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(
  name: FieldName,
  schema: S,
) {
  return v.pipe(schema, v.description(ACCEPTED[name]))
}

function text(maximum: number) {
  return v.pipe(v.string(), v.trim(), v.minLength(1, 'is empty'), v.maxLength(maximum, 'is too long'))
}

function pattern(expression: RegExp) {
  return v.pipe(v.string(), v.regex(expression, badValue))
}

function whole(minimum: number, maximum: number) {
  return v.pipe(v.number(), v.integer(badValue), v.minValue(minimum, badValue), v.maxValue(maximum, badValue))
}

/** Unquoted, YAML reads it as a number: harmless unless the ID begins with 0, which a number loses. */
const account = v.union([
  v.pipe(v.string(), v.regex(/^\d{12}$/, badValue)),
  v.pipe(
    v.number(),
    v.integer(badValue),
    v.minValue(100_000_000_000, 'is a number: an ID that begins with 0 must be in quotes'),
    v.maxValue(999_999_999_999, badValue),
    v.transform(String),
  ),
])

const glob = v.pipe(
  v.string(),
  v.minLength(1, 'is empty'),
  v.maxLength(256, 'is too long'),
  v.check(
    value => !hangsPicomatch(value),
    issue => `is ${quote(issue.input)}, with three backslashes in a row`,
  ),
  v.check(closesBrackets, issue => `is ${quote(issue.input)}, in which a bracket is not closed`),
)

/** As `domain/glob.ts` matches it. */
const userGlob = v.pipe(
  glob,
  v.check(
    value => !/[{}()|]|^!/.test(value),
    issue => `is ${quote(issue.input)}, but only *, **, ? and [a-z] stand for other characters here`,
  ),
  v.check(
    value => compiles(value, compileGlob),
    issue => `is ${quote(issue.input)}, with a range that runs backwards`,
  ),
)

const owner = fields({
  user: described('user', userGlob),
  owner: described('owner', pattern(/^[A-Za-z0-9][\w-]{0,99}(?:\/[\w.-]{1,100})?$/)),
})

const owners = v.pipe(
  described(
    'owners',
    fields({
      tag: v.optional(described('tag', text(128))),
      users: v.nullish(described('users', v.array(owner)), []),
      mention: v.optional(described('mention', v.boolean()), false),
    }),
  ),
  v.transform(({ tag = null, ...rest }) => ({ tag, ...rest })),
)

const remediation = v.pipe(
  described(
    'remediation',
    fields({
      'deactivate-after-idle-days': v.optional(described('deactivate-after-idle-days', whole(1, 3650))),
      'delete-after-inactive-days': v.optional(described('delete-after-inactive-days', whole(1, 90))),
      'max-changes': v.optional(described('max-changes', whole(1, 1000)), 10),
      'made-by-hand': v.nullish(described('made-by-hand', v.array(userGlob)), []),
    }),
  ),
  v.transform(limits => ({
    deactivateAfterIdleDays: limits['deactivate-after-idle-days'] ?? null,
    deleteAfterInactiveDays: limits['delete-after-inactive-days'] ?? null,
    maxChanges: limits['max-changes'],
    madeByHand: limits['made-by-hand'],
  })),
)

const pathGlob = v.pipe(
  glob,
  v.check(
    value => !/[()|]|^!|\{[^{},]*\.\.[^{},]*\}/.test(value),
    issue => `is ${quote(issue.input)}, but only *, **, ?, [a-z] and {a,b} stand for other characters here`,
  ),
  v.check(
    value => compiles(value, compilePathGlob),
    issue =>
      `is ${quote(issue.input)}, with a range that runs backwards, or braces that stand for more than ${MOST_ALTERNATIVES} globs`,
  ),
)

function compiles(value: string, compile: (glob: string) => unknown): boolean {
  try {
    compile(value)
    return true
  } catch {
    return false
  }
}

function closesBrackets(value: string): boolean {
  try {
    picomatch.makeRe(value, { strictBrackets: true })
    return true
  } catch {
    return false
  }
}

function lastDay(now: Date) {
  const latest = new Date(now)
  latest.setUTCFullYear(latest.getUTCFullYear() + 1)
  return v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}$/, badValue),
    v.check(isDay, issue => `is ${issue.input}, which is no day of the calendar`),
    v.check(
      day => Date.parse(day) <= latest.getTime(),
      issue => `is ${issue.input}, more than a year ahead`,
    ),
  )
}

function badValue(issue: v.BaseIssue<unknown>): string {
  return `is ${quote(issue.input)}`
}

function quote(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value)
  return written.length > 80 ? `${written.slice(0, 79)}…` : written
}
