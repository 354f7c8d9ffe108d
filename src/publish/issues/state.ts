/** What an issue remembers from night to night, in hidden comments of its body; read with suspicion. */
import { isDeepStrictEqual } from 'node:util'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as v from 'valibot'

export type IssuePer = 'repository' | 'account' | 'user'

/** What stands in the marker: which issue of ours this is. `scope` is a hash, or `all` for the whole repository. */
export interface Marker {
  readonly per: IssuePer
  readonly scope: string
}

const MAX_STATE_BYTES = 1 << 20
export const MAX_TRACKED_STALE = 200
const MAX_TRACKED_INACTIVE = MAX_TRACKED_STALE / 2
/** What the block may take of the issue's 65,536 characters. */
export const MAX_STATE_CHARACTERS = 24_000
export const MAX_HISTORY = 20
export const MAX_TREND = 30

const Text = v.pipe(v.string(), v.maxLength(1024))
const Instant = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/))
const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/))
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const list = <T extends v.GenericSchema>(item: T, length: number) =>
  v.pipe(v.array(item), v.maxLength(length), v.readonly())

/** As people see the key; user empty where names are hidden. */
const KeyName = v.object({ user: Text, key: Text })

const TrackedKey = v.object({
  /** `Identity.key`, or null where the access key ID is not known. */
  id: v.nullable(Text),
  user: Text,
  account: Text,
  name: KeyName,
  createdAt: v.nullable(Instant),
  staleSince: v.nullable(Instant),
  status: v.picklist(['stale', 'inactive']),
  /** When the audit first saw it in this status. */
  since: Instant,
  /** The number of its pull request. */
  pull: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
})

const ResolvedKey = v.object({
  id: v.nullable(Text),
  user: Text,
  name: KeyName,
  createdAt: v.nullable(Instant),
  staleSince: v.nullable(Instant),
  at: Instant,
  /** `unlisted`: deleted or exempted, where names are hidden: a rule that everybody can read must not be joined to a key. */
  how: v.picklist(['rotated', 'deactivated', 'deleted', 'exempted', 'within-limit', 'unlisted']),
  /** Whole days from stale to resolved. */
  daysLate: v.nullable(Count),
})

const IssueState = v.object({
  /** The instant as of which this was written. */
  at: Instant,
  /** The label by which it is found, so that it is known where it lost it. */
  label: v.exactOptional(Text),
  redacted: v.boolean(),
  /** Where names are hidden by number: the last that was given. */
  lastNumber: v.exactOptional(Count),
  /** Where they are hidden under a secret: tells which. */
  secret: v.exactOptional(Text),
  /** Stale keys, oldest first, then deactivated ones that await deletion. */
  keys: list(TrackedKey, MAX_TRACKED_STALE + MAX_TRACKED_INACTIVE),
  /** Stale keys beyond those. */
  leftOut: Count,
  /** Deactivated keys beyond those. */
  inactiveLeftOut: Count,
  /** Newest first. */
  history: list(ResolvedKey, MAX_HISTORY),
  /** Number of stale keys on the days on which it changed, oldest first. */
  trend: list(v.object({ day: Day, stale: Count }), MAX_TREND),
  remindedAt: Instant,
  /** Logins that were assigned once; who takes one off is not overruled. */
  assigned: list(Text, 100),
})

export type KeyName = v.InferOutput<typeof KeyName>
export type TrackedKey = v.InferOutput<typeof TrackedKey>
export type ResolvedKey = v.InferOutput<typeof ResolvedKey>
export type IssueState = v.InferOutput<typeof IssueState>

export interface ParsedBody {
  readonly marker: Marker
  /** null where the block is missing, damaged, or of another version. */
  readonly state: IssueState | null
  /** The state as it stands in the body, so that what is unchanged stays so to the byte. */
  readonly stateBlock: string
  /** What people wrote below the line. */
  readonly userContent: string
}

const NAME = 'aws-access-key-rotation-audit'
const MARKER = /^<!-- aws-access-key-rotation-audit:issue (repository|account|user) ([\w-]{1,64}) -->$/
const STATE = /^<!-- aws-access-key-rotation-audit:state:1 ([A-Za-z0-9+/=]{1,65536}) -->$/
export const USER_CONTENT_LINE = `<!-- ${NAME}: everything below this line is yours -->`

/** The parts of an issue's body that are for machines, or null where it has no marker: not one of ours. */
export function parseBody(body: string): ParsedBody | null {
  const text = normalize(body)
  const lines = [...ownLines(text)]
  const end = lines.findIndex(({ line }) => line === USER_CONTENT_LINE)
  const ours = end < 0 ? lines : lines.slice(0, end)
  const marked = ours.find(({ line }) => MARKER.test(line))
  const [, per, scope] = MARKER.exec(marked?.line ?? '') ?? []
  if (!marked || !scope || (per !== 'repository' && per !== 'account' && per !== 'user')) return null
  const remembered = ours.find(({ line }) => STATE.test(line))
  const [stateBlock = '', encoded = ''] = STATE.exec(remembered?.line ?? '') ?? []
  return {
    marker: { per, scope },
    state: decode(encoded),
    stateBlock,
    userContent:
      end < 0
        ? `\n${text.slice((remembered ?? marked).to).replace(/^\s*(---\s*)?/, '')}`
        : text.slice(lines[end]?.to),
  }
}

/** A line of the body, and where it ends. */
interface Line {
  readonly line: string
  readonly from: number
  readonly to: number
}

/**
 * The lines that stand for themselves. What fenced code or a comment of several lines holds is quoted: a snippet of
 * code that shows our marker, or a text that somebody pasted.
 */
function* ownLines(text: string): Generator<Line> {
  let fence: string | null = null
  let inComment = false
  let from = 0
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd()
    const [, run, info = ''] = FENCE.exec(line) ?? []
    if (inComment) inComment = !line.includes('-->')
    else if (fence !== null) fence = run?.startsWith(fence) && info === '' ? null : fence
    else if (run !== undefined && !(run.startsWith('`') && info.includes('`'))) fence = run
    else if (/^ {0,3}<!--/.test(line) && !line.includes('-->')) inComment = true
    else yield { line, from, to: from + raw.length }
    from += raw.length + 1
  }
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/

export function markerBlock(marker: Marker): string {
  return `<!-- ${NAME}:issue ${marker.per} ${marker.scope} -->`
}

/** The hidden block; the one that stands there where nothing changed, for another zlib may pack the same otherwise. */
export function stateBlock(state: IssueState, previous: ParsedBody | null): string {
  if (previous?.state && isDeepStrictEqual(previous.state, state)) return previous.stateBlock
  return `<!-- ${NAME}:state:1 ${deflateRawSync(JSON.stringify(state)).toString('base64')} -->`
}

/** The body with its marker taken away, so that it is never again found as one of ours. */
export function withoutMarker(body: string): string {
  const text = normalize(body)
  const marked = [...ownLines(text)].filter(({ line }) => MARKER.test(line))
  return marked.reduceRight(
    (rest, { from, to }) => `${rest.slice(0, from)}<!-- ${NAME}:duplicate -->${rest.slice(to)}`,
    text,
  )
}

/** GitHub's editor writes CRLF. */
export function normalize(body: string): string {
  return body.replaceAll('\r\n', '\n')
}

function decode(encoded: string): IssueState | null {
  try {
    const json = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_STATE_BYTES })
    const parsed = v.safeParse(IssueState, JSON.parse(json.toString('utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
