import { type Fault, UserError } from '../../domain/errors.ts'
import { type Annotation, type LogEntry, NO_OUTPUT, type StepOutput } from '../../domain/step-output.ts'
import { andMore, firstAndMore, shorten, withoutAccountIds } from '../../domain/text.ts'
import { blocks, bullets, type Content, codeBlock, heading, md, prose } from '../describe/markdown.ts'

// The runner keeps the first ten errors of a step; the last one tells what it all comes to.
const MOST_FAULTS = 8
const MOST_LISTED = 100

/** Why there is no result: annotations, job summary with the set-up check, and `result: error`; the step fails. */
export function failureOutput(
  error: unknown,
  redacted: boolean,
  check: readonly LogEntry[] = [],
): StepOutput {
  const found = error instanceof UserError ? error : unexpected(error)
  const failure = redacted ? withoutNames(found) : found
  const [message = '', ...further] = failure.message.split('\n')
  const detail = failure.detail === null ? [] : failure.detail.split(/\r?\n/)
  const what = [...further, ...detail.map(line => `  ${line}`)]
  const [remedy = '', ...how] = failure.remedy.split('\n')
  return {
    ...NO_OUTPUT,
    fails: true,
    outputs: { result: 'error' },
    summary: blocks([
      heading(2, 'The audit could not be made'),
      prose(message),
      linesBlock(what),
      bullets(failure.faults.slice(0, MOST_LISTED).map(faultItem)),
      prose(remedy),
      linesBlock(how),
      ...check.flatMap(({ title, lines }) => [heading(3, title), linesBlock(lines)]),
    ]).markdown,
    annotations: [
      ...faultAnnotations(failure.faults),
      {
        level: 'error',
        title: 'Access key rotation',
        message,
        further: [...what, remedy, ...how],
        location: null,
      },
    ],
    ...(found === error ? {} : { debug: stackOf(error, redacted) }),
  }
}

/** Without what may name somebody, and without an account that an input or a file names. */
function withoutNames({ message, remedy, faults }: UserError): UserError {
  return new UserError(withoutAccountIds(message), withoutAccountIds(remedy), null, {
    faults: faults.map(fault => ({ ...fault, message: withoutAccountIds(fault.message) })),
  })
}

function faultAnnotations(faults: UserError['faults']): readonly Annotation[] {
  const about = { level: 'error', title: 'Configuration' } as const
  return firstAndMore<Annotation>(
    faults.map(fault => ({ ...about, ...fault })),
    MOST_FAULTS,
    more => ({ ...about, message: `${andMore(more, 'problem')} in this file`, location: null }),
  )
}

function linesBlock(lines: readonly string[]): Content {
  return lines.length === 0 ? '' : codeBlock(lines.join('\n'), 'text')
}

function faultItem({ location: { path, line }, message }: Fault): Content {
  const place = `${path}:${line}`
  return md`${place}: ${message}`
}

function stackOf(error: unknown, redacted: boolean): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? '').split('\n') : [String(error)]
  // Its first line is the message, which can name anything.
  return redacted ? stack.filter(line => /^\s+at /.test(line)) : stack
}

function unexpected(error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error)
  return new UserError(
    'The audit ended by an error that it does not know.',
    'Run the job again with debug logging, and open an issue of this action with what the log then shows.',
    shorten(message.split('\n')[0] ?? '', 500),
  )
}
