/** What a pull request remembers from night to night, in a hidden comment of its description; read with suspicion. */
import * as v from 'valibot'
import type { KeyResult } from '../../domain/audit-result.ts'
import { shortDigest } from '../../domain/digest.ts'

/** What a pull request changes about a key. */
export type ProposedStep = 'deactivate' | 'remove' | 'second'

const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))
const Sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/))

const Marker = v.strictObject({
  user: Digest,
  key: Digest,
  createdAt: v.nullable(v.pipe(v.string(), v.regex(/^[\dTZ:-]{20}$/))),
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  step: v.picklist(['deactivate', 'remove', 'second']),
  /** Where this audit left the branch; two while it moves it. */
  heads: v.pipe(v.array(Sha), v.minLength(1), v.maxLength(2)),
  /** The commit of the base that it is made on. */
  base: Sha,
  /** Of the change, and of the files as they stood before it. */
  edit: Digest,
  files: Digest,
  /** Whether the audit closed it. */
  withdrawn: v.boolean(),
  /** Of what a comment on a branch that people pushed to has told last. */
  told: v.nullable(Digest),
})
export type Marker = Readonly<v.InferOutput<typeof Marker>>

const LINE = /^<!-- aws-access-key-rotation-audit:pull-request:1 (\{[\w":,[\]-]{1,2000}\}) -->$/gm

export function markerLine(marker: Marker): string {
  return `<!-- aws-access-key-rotation-audit:pull-request:1 ${JSON.stringify(marker)} -->`
}

/** null where there is none, one that is damaged, or another that people copied: it is not known which one is ours. */
export function parseMarker(body: string): Marker | null {
  const [[, json] = [], ...others] = body.replaceAll('\r', '').matchAll(LINE)
  if (others.length > 0) return null
  try {
    const parsed = v.safeParse(Marker, JSON.parse(json ?? ''))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** The description with another marker; what else stands in it stays. */
export function withMarker(body: string, marker: Marker): string {
  return body.replaceAll('\r', '').replace(LINE, () => markerLine(marker))
}

/** Whom a pull request is about, as its branch and marker call them. */
export function userDigest({ userArn }: Pick<KeyResult, 'userArn'>): string {
  return shortDigest(userArn)
}

export const BRANCHES = 'access-key-rotation/'

export function branchOf(key: Pick<KeyResult, 'userArn'>): string {
  return `${BRANCHES}${userDigest(key)}`
}
