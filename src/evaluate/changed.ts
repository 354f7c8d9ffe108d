import type { AuditResult } from '../domain/audit-result.ts'
import type { Scan } from '../domain/declarations.ts'
import { UserError } from '../domain/errors.ts'
import type { Failure } from '../domain/evidence.ts'

/** Paths that a change touches; `all`: too many to be listed, so every file counts as changed. */
export type ChangedFiles = readonly string[] | 'all'

export function isChanged(files: ChangedFiles): (path: string) => boolean {
  if (files === 'all') return () => true
  const changed = new Set(files)
  return path => changed.has(path)
}

/** What a step that fails for files that were not read asks people to mend. */
export function unreadProblems(
  { step }: Pick<AuditResult, 'step'>,
  files: ChangedFiles | null,
  scan: Scan,
): readonly UserError[] {
  const unread = step.reason === 'unread' && files !== null ? unreadChange(files, scan) : null
  return unread === null ? [] : [new UserError(unread.summary, unread.remedy, unread.detail)]
}

/** Why the change may declare a key that was not seen there; null where all that it touches was read. */
export function unreadChange(files: ChangedFiles, scan: Scan): Failure | null {
  const summary = 'Whether this change declares one of the stale keys is not known'
  const undecided = (why: string, remedy: string, detail: string | null = null) => ({
    summary: `${summary}: ${why}`,
    remedy,
    detail,
  })
  if (scan.source === 'none')
    return undecided('there is no checkout', 'Run actions/checkout before this step.')
  if (scan.stoppedBy !== null)
    return undecided(
      `the checkout was not read to its end (${scan.stoppedBy})`,
      'Narrow `infrastructure` in the configuration file to the files that declare IAM users.',
    )
  const unread = scan.unread.filter(isChanged(files))
  if (unread.length === 0) return null
  const reasons = new Map(scan.skipped.map(({ path, reason }) => [path, reason]))
  return undecided(
    unread.length === 1
      ? 'a file that it touches could not be read'
      : `${unread.length} files that it touches could not be read`,
    'Correct what the log names of these files, or leave them out of `infrastructure` in the configuration file.',
    unread
      .slice(0, MOST_NAMED)
      .map(path => `${path}: ${reasons.get(path) ?? 'see above'}`)
      .join('\n'),
  )
}

const MOST_NAMED = 20
