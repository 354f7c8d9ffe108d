import { UserError } from '../../domain/errors.ts'
import { addSummary, error as annotate, debug, setOutput } from '../../host/toolkit.ts'
import { blocks, bullets, type Content, codeBlock, heading, md, prose } from '../describe/markdown.ts'
import { countOf, safeLine, shorten } from '../describe/text.ts'

// The runner keeps the first ten errors of a step; the last one tells what it all comes to.
const MOST_FAULTS = 8
const MESSAGE_LENGTH = 4096
const MOST_LISTED = 100

/** Tells why there is no result: annotations, job summary and `result: error`; the step fails. */
export function publishFailure(error: unknown, redacted: boolean): void {
  process.exitCode = 1
  const failure = error instanceof UserError ? error : unexpected(error, redacted)
  const [message = '', ...further] = failure.message.split('\n')
  const detail = redacted || failure.detail === null ? [] : failure.detail.split(/\r?\n/)
  const what = [...further, ...detail.map(line => `  ${line}`)]
  const [remedy = '', ...how] = failure.remedy.split('\n')
  const lines = [message, ...what, remedy, ...how].map(safeLine)
  setOutput('result', 'error')
  addSummary(
    blocks([
      heading(2, 'The audit could not be made'),
      prose(message),
      linesBlock(what),
      faultList(failure.faults),
      prose(remedy),
      linesBlock(how),
    ]).markdown,
  )
  for (const { location, message } of failure.faults.slice(0, MOST_FAULTS))
    annotate(safeLine(message), { title: 'Configuration', file: location.path, startLine: location.line })
  const more = failure.faults.length - MOST_FAULTS
  if (more > 0) annotate(`… and ${countOf(more, 'more problem')} in this file`, { title: 'Configuration' })
  annotate(shorten(lines.join('\n'), MESSAGE_LENGTH), { title: 'Access key rotation' })
}

function linesBlock(lines: readonly string[]): Content {
  return lines.length === 0 ? '' : codeBlock(lines.map(safeLine).join('\n'), 'text')
}

function faultList(faults: UserError['faults']): Content {
  if (faults.length === 0) return ''
  return bullets(
    faults
      .slice(0, MOST_LISTED)
      .map(({ location, message }) => md`${prose(`${location.path}:${location.line}`)}: ${prose(message)}`),
  )
}

function unexpected(error: unknown, redacted: boolean): UserError {
  // A stack's first line is the message, which can name anything.
  const stack = error instanceof Error ? (error.stack ?? '').split('\n') : [String(error)]
  debug((redacted ? stack.filter(line => /^\s+at /.test(line)) : stack).map(safeLine).join('\n'))
  const message = error instanceof Error ? error.message : String(error)
  return new UserError(
    'The audit ended by an error that it does not know.',
    'Run the job again with debug logging, and open an issue of this action with what the log then shows.',
    shorten(message.split('\n')[0] ?? '', 500),
  )
}
