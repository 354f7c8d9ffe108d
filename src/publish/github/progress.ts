import { countOf, formatCount, joinTexts } from '../../domain/text.ts'

const EVERY_MS = 5_000

/** How far a long audit is. */
interface Progress {
  readonly done: number
  readonly total: number
  readonly findings: number
}

/** Says where the audit is, at most once in five seconds; a short audit says nothing. `clock` gives milliseconds. */
export function progressLog(
  clock: () => number,
  write: (line: string) => void,
): (progress: Progress) => void {
  const start = clock()
  let last = start
  return progress => {
    const now = clock()
    if (now - last < EVERY_MS || progress.done >= progress.total) return
    last = now
    write(progressLine(progress, now - start))
  }
}

/** `120 of 500 accounts done, 37 findings so far, about 4 minutes left` */
export function progressLine({ done, total, findings }: Progress, elapsedMs: number): string {
  const accounts = `${formatCount(done)} of ${countOf(total, 'account')} done`
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000)
  const time = seconds < 90 ? countOf(seconds, 'second') : countOf(Math.round(seconds / 60), 'minute')
  const left = done === 0 ? '' : `about ${time} left`
  return joinTexts([accounts, `${countOf(findings, 'finding')} so far`, left], ', ')
}
