import { createHash } from 'node:crypto'
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AUDIT_FILES } from '../../domain/audit-files.ts'
import type { DeclarationsFile } from '../../domain/declarations-file.ts'
import { UserError } from '../../domain/errors.ts'
import type { Gathered } from '../../domain/evidence.ts'
import { isWithin } from '../../domain/paths.ts'
import { type Report, withFailures } from '../report.ts'
import { keysCsv } from './csv.ts'
import type { Digests } from './document.ts'
import { inBlocks, resultJson } from './json.ts'
import { findingsOcsf } from './ocsf.ts'
import { findingsSarif } from './sarif.ts'

export interface WrittenFiles {
  readonly digests: Digests
  /** A problem for each file that could not be written; the others are. */
  readonly problems: readonly UserError[]
}

/**
 * The absolute path of `output-directory`. Throws a UserError where it stands in the workspace and a link leads it out: a
 * pull request can put a link there.
 */
export function outputDirectory(workspace: string, path: string): string {
  const directory = resolve(workspace, path)
  const root = resolve(workspace)
  if (!isWithin(root, directory)) return directory
  for (const place of [directory, join(directory, AUDIT_FILES.evidence)]) {
    const [real, realRoot] = [realPath(place), realPath(root)]
    if (real !== null && realRoot !== null && isWithin(realRoot, real)) continue
    throw new UserError(
      'output-directory is, or holds, a link that leads out of the checkout.',
      'Remove that link from the repository, or name another directory; one elsewhere may be given by its absolute path.',
    )
  }
  return directory
}

/** With links resolved, as far as it is there; null for a link to what is not there, which is followed once it is. */
function realPath(path: string): string | null {
  try {
    return realpathSync.native(path)
  } catch {
    if (isLink(path)) return null
    const parent = dirname(path) === path ? null : realPath(dirname(path))
    return parent && join(parent, basename(path))
  }
}

/** What cannot be looked at, as below a file, is none: writing there fails, and says why. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** Writes the files of `output-directory`, which is made where it is missing. `evidence`: the digests of its evidence. */
export async function writeFiles(
  directory: string,
  report: Report,
  evidence: Digests = new Map(),
): Promise<WrittenFiles> {
  const written = writeEach(directory, [
    [AUDIT_FILES.keys, () => keysCsv(report)],
    [AUDIT_FILES.ocsf, () => findingsOcsf(report)],
    [AUDIT_FILES.sarif, () => findingsSarif(report)],
  ])
  const digests = new Map([...written.digests, ...evidence])
  return writeResult(directory, withFailures(report, written.problems), { ...written, digests })
}

/**
 * Writes `result.json`, the only file that knows of issues, after the others, for its `step` tells whether they could be
 * written; and `report.html`, which has the digests of all. Gives what is written with them.
 */
export async function writeResult(
  directory: string,
  report: Report,
  others: WrittenFiles,
): Promise<WrittenFiles> {
  const { reportHtml } = await import('./html.ts')
  const result = writeEach(directory, [[AUDIT_FILES.result, () => resultJson(report)]])
  const digests = new Map([...result.digests, ...others.digests])
  const page = writeEach(directory, [
    [AUDIT_FILES.report, () => reportHtml(withFailures(report, result.problems), digests)],
  ])
  if (page.problems.length > 0)
    writeEach(directory, [[AUDIT_FILES.result, () => resultJson(withFailures(report, page.problems))]])
  return { digests, problems: [...others.problems, ...result.problems, ...page.problems] }
}

function writeEach(
  directory: string,
  files: readonly (readonly [string, () => Iterable<string> | null])[],
): WrittenFiles {
  const problems: UserError[] = []
  const digests = new Map<string, string>()
  for (const [name, piecesOf] of files) {
    const path = join(directory, name)
    const pieces = piecesOf()
    try {
      if (pieces !== null) digests.set(name, write(path, pieces))
      // One left by an earlier run would close alerts unproved. If it cannot be removed, nothing names it either.
      else tryToRemove(path)
    } catch (error) {
      problems.push(notWritten(name, error))
    }
  }
  return { digests, problems }
}

/**
 * Writes `evidence/ACCOUNT.json`, for a later run to evaluate. It holds every name: the caller does not write it
 * where output is redacted. Gives its path in the directory and its SHA-256. Throws a UserError if it cannot be written.
 */
export function writeEvidence(
  directory: string,
  gathered: Gathered,
): readonly [path: string, digest: string] {
  const { id } = gathered.account
  if (!/^\d{12}$/.test(id)) {
    throw new UserError('Evidence was not written: its account ID is not twelve digits', EVIDENCE_REMEDY, id)
  }
  const path = `${AUDIT_FILES.evidence}/${id}.json`
  try {
    return [path, write(join(directory, path), [`${JSON.stringify(gathered, null, 2)}\n`])]
  } catch (error) {
    throw notWritten('evidence of an account', error, path)
  }
}

/** Writes `declarations.json`. Throws a UserError if it cannot be written. */
export function writeDeclarations(directory: string, file: DeclarationsFile): void {
  try {
    write(join(directory, AUDIT_FILES.declarations), [`${JSON.stringify(file)}\n`])
  } catch (error) {
    throw notWritten(AUDIT_FILES.declarations, error)
  }
}

const EVIDENCE_REMEDY = 'Gather it again, or take it out of evidence-files.'

/**
 * Whole or not at all; what a link at `path` points to is left alone. Gives the SHA-256. At once: streams would leave a buffer for each
 * block to the garbage collector, and while AWS is asked every wait is a long one.
 */
function write(path: string, pieces: Iterable<string>): string {
  const digest = createHash('sha256')
  const partial = `${path}.partial`
  mkdirSync(dirname(path), { recursive: true })
  rmSync(partial, { force: true, recursive: true })
  try {
    const file = openSync(partial, 'wx')
    try {
      for (const block of inBlocks(pieces, BLOCK_LENGTH)) {
        digest.update(block)
        writeFileSync(file, block)
      }
    } finally {
      closeSync(file)
    }
    renameSync(partial, path)
    return digest.digest('hex')
  } catch (error) {
    tryToRemove(partial)
    throw error
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Whatever is wrong with it is told of what was to be written.
  }
}

// A write for each piece would take longer than making it.
const BLOCK_LENGTH = 64 * 1024

function notWritten(name: string, cause: unknown, detail: string | null = null): UserError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
  const [reason, remedy] = REASONS[code] ?? [code, 'See that output-directory can be written.']
  return new UserError(`${name} could not be written to output-directory: ${reason}`, remedy, detail, {
    cause,
  })
}

const CHOOSE_WRITABLE = 'Choose an output-directory that the job may write to.'
const REMOVE_FILE = 'Choose another output-directory, or remove that file.'
const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['permission denied', CHOOSE_WRITABLE],
  EPERM: ['not permitted', CHOOSE_WRITABLE],
  EROFS: ['the file system is read-only', CHOOSE_WRITABLE],
  ENOSPC: ['the disk is full', 'Free some space, or choose another output-directory.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or choose another output-directory.'],
  ENOTDIR: ['a part of its path is a file', REMOVE_FILE],
  EEXIST: ['a file stands where the directory should be', REMOVE_FILE],
  EISDIR: ['a directory stands in its place', 'Remove that directory, or choose another output-directory.'],
  ENAMETOOLONG: ['its path is too long', 'Choose a shorter output-directory.'],
}
