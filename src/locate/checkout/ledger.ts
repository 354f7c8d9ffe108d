import type { Scan } from '../../domain/declarations.ts'

/** How much of a checkout is looked at; what lies beyond is recorded in the scan. */
export interface Limits {
  readonly files: number
  /** Size of one file that is read, bytes. */
  readonly fileBytes: number
  /** Bytes of all files together that may say something. */
  readonly bytes: number
  readonly milliseconds: number
}

const SKIPS_SHOWN = 20
const MOST_UNREAD = 1000
/** A parser's message may quote the file. */
const LONGEST_REASON = 200

export interface Ledger {
  readonly limits: Limits
  readonly remaining: () => number
  readonly isExpired: () => boolean
  /** Takes bytes from what may be read; false where too few are left. */
  readonly take: (bytes: number) => boolean
  /** `mayDeclare`: whatever its name, as a directory may. */
  readonly skip: (path: string, reason: string, mayDeclare?: boolean) => void
  readonly stop: (bound: string) => void
  readonly report: (
    declares: (path: string) => boolean,
  ) => Pick<Scan, 'skipped' | 'skippedCount' | 'unread' | 'stoppedBy'>
}

export function openLedger(limits: Limits): Ledger {
  const start = performance.now()
  const skipped = new Map<string, { readonly path: string; readonly reason: string }>()
  const declaring = new Set<string>()
  let stoppedBy: string | null = null
  let bytes = 0
  const stop = (bound: string) => {
    stoppedBy ??= bound
  }
  const remaining = () => limits.milliseconds - (performance.now() - start)
  return {
    limits,
    remaining,
    isExpired: () => {
      const expired = remaining() <= 0
      if (expired) stop(`the limit of ${limits.milliseconds / 1000} seconds`)
      return expired
    },
    take: more => {
      bytes += more
      if (bytes > limits.bytes) stop(`the limit of ${limits.bytes} bytes`)
      return bytes <= limits.bytes
    },
    skip: (path, why, mayDeclare = false) => {
      if (mayDeclare) declaring.add(path)
      const reason = why.slice(0, LONGEST_REASON)
      // One file can be a candidate of several searches.
      const known = `${path}\n${reason}`
      if (!skipped.has(known)) skipped.set(known, { path, reason })
    },
    stop,
    report: declares => {
      const all = [...skipped.values()]
      const unread = [...new Set(all.map(({ path }) => path))].filter(
        path => declaring.has(path) || declares(path),
      )
      if (unread.length > MOST_UNREAD) stop(`more than ${MOST_UNREAD} files that could not be read`)
      return {
        skipped: all.slice(0, SKIPS_SHOWN),
        skippedCount: all.length,
        unread: unread.slice(0, MOST_UNREAD),
        stoppedBy,
      }
    },
  }
}
