import type { Declarations } from '../domain/declarations.ts'
import {
  DECLARATIONS_VERSION,
  type DeclarationsFile,
  declarationsDigest,
  savedDeclarations,
} from '../domain/declarations-file.ts'
import { UserError } from '../domain/errors.ts'
import { NO_OUTPUT, type StepOutput } from '../domain/step-output.ts'
import { countOf } from '../domain/text.ts'
import { formatInstant } from '../domain/time.ts'
import type { Run } from '../host/run.ts'
import { outputDirectory, writeDeclarations } from './formats/files.ts'
import { line, scanEntries } from './github/log.ts'

/**
 * Writes `declarations.json`, all that a `declarations-only` run publishes. It says nothing that whoever reads the checkout
 * could not. Throws a UserError where there is no checkout, or the file cannot be written.
 * @param directory as the input has it
 */
export function publishDeclarations(
  found: Declarations,
  run: Run,
  directory: string,
  started: Date,
): StepOutput {
  const declarations = savedDeclarations(found)
  if (declarations === null)
    throw new UserError(
      'There is no checkout, so what it declares is not known.',
      'Run actions/checkout before this step.',
    )
  const file: DeclarationsFile = {
    kind: 'declarations',
    version: DECLARATIONS_VERSION,
    repository: run.repository,
    commit: run.sha,
    ref: run.ref,
    at: formatInstant(started),
    runUrl: run.url,
    sha256: declarationsDigest(declarations),
    declarations,
  }
  const path = outputDirectory(run.workspace, directory)
  writeDeclarations(path, file)
  const makers = found.possibleKeys.length + found.keyMakers.length
  const counts = [
    countOf(found.keys.length, 'access key'),
    countOf(found.users.length, 'user'),
    countOf(makers, 'place that may make keys', 'places that may make keys'),
  ]
  return {
    ...NO_OUTPUT,
    outputs: { 'output-directory': path },
    log: [
      ...scanEntries(found.scan),
      line(`Declarations written: ${counts.join(', ')}; the audit joins them by declarations-from.`),
    ],
  }
}
