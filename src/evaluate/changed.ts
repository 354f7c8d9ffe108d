import type { AuditResult, KeyResult } from '../domain/audit-result.ts'
import type { Scan } from '../domain/declarations.ts'
import { UserError } from '../domain/errors.ts'
import { andMore, firstAndMore } from '../domain/text.ts'
import { unreadInWords, unreadOf } from '../domain/unread.ts'

/** Paths that a change touches; `all`: too many to be listed, so every file counts as changed. */
export type ChangedFiles = readonly string[] | 'all'

export function isChanged(files: ChangedFiles): (path: string) => boolean {
  if (files === 'all') return () => true
  const changed = new Set(files)
  return path => changed.has(path)
}

/** Whether a file that was not read may declare the key: what declares it beyond doubt stands in one that was. */
export function isUndecided({ state, root, declared }: KeyResult): boolean {
  return state === 'stale' && !root && (declared?.of !== 'key' || declared.mayBeByHand)
}

/** What people are to mend where files of the change, which were not read, may declare a stale key. */
export function unreadProblems(
  { keys }: Pick<AuditResult, 'keys'>,
  files: ChangedFiles | null,
  scan: Scan,
): readonly UserError[] {
  const unread = files !== null && keys.some(isUndecided) ? unreadChange(files, scan) : null
  return unread === null ? [] : [unread]
}

/** Why the change may declare a key that was not seen there; null where all that it touches was read. */
export function unreadChange(files: ChangedFiles, scan: Scan): UserError | null {
  for (const gap of unreadOf(scan, [])) {
    if (gap.kind === 'no-checkout')
      return undecided(unreadInWords(gap), 'Run actions/checkout before this step.')
    if (gap.kind === 'stopped')
      return undecided(
        unreadInWords(gap),
        'Narrow `infrastructure` in the configuration file to the files that declare IAM users.',
      )
    const unread = gap.kind === 'files' ? gap.mayDeclare.filter(isChanged(files)) : []
    if (unread.length > 0) return undecidedByFiles(unread, scan.skipped)
  }
  return null
}

function undecidedByFiles(unread: readonly string[], skipped: Scan['skipped']): UserError {
  const reasons = new Map(skipped.map(({ path, reason }) => [path, reason]))
  return undecided(
    unread.length === 1
      ? 'a file that it touches could not be read'
      : `${unread.length} files that it touches could not be read`,
    'Make each a file of this repository that can be read, or, in a change of its own before this one, leave it out of `infrastructure` in the configuration file.',
    firstAndMore(
      unread.map(path => `${path}: ${reasons.get(path) ?? 'not read'}`),
      MOST_NAMED,
      more => andMore(more, 'file'),
    ).join('\n'),
  )
}

function undecided(why: string, remedy: string, detail: string | null = null): UserError {
  return new UserError(
    `Whether this change declares one of the stale keys is not known: ${why}`,
    remedy,
    detail,
  )
}

const MOST_NAMED = 20
