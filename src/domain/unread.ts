import type { OtherRepository, Scan } from './declarations.ts'
import { countOf } from './text.ts'

/** Why code may declare more than was read of it. */
export type Unread =
  | { readonly kind: 'no-checkout' }
  /** No git checkout: nothing tells whether all files are there. */
  | { readonly kind: 'no-git' }
  /** `by`: the bound that ended the scan early, in words. */
  | { readonly kind: 'stopped'; readonly by: string }
  /** `mayDeclare`: those among them that may declare users and keys. */
  | { readonly kind: 'files'; readonly count: number; readonly mayDeclare: readonly string[] }
  /** Other repositories that may declare more than is known. */
  | { readonly kind: 'others'; readonly count: number }

/** Whether all code was read: nothing where it was, else each reason why not, the gravest first. */
export function unreadOf(
  { source, stoppedBy, skippedCount, unread }: Omit<Scan, 'files' | 'skipped'>,
  others: readonly Pick<OtherRepository, 'doubt'>[],
): readonly Unread[] {
  if (source === 'none') return [{ kind: 'no-checkout' }]
  const inDoubt = others.filter(({ doubt }) => doubt !== null).length
  return [
    ...(source === 'git' ? [] : [{ kind: 'no-git' } as const]),
    ...(stoppedBy === null ? [] : [{ kind: 'stopped', by: stoppedBy } as const]),
    ...(skippedCount === 0 ? [] : [{ kind: 'files', count: skippedCount, mayDeclare: unread } as const]),
    ...(inDoubt === 0 ? [] : [{ kind: 'others', count: inDoubt } as const]),
  ]
}

/** What was not read and may declare a key, a clause. */
export function unreadInWords(gap: Unread): string {
  switch (gap.kind) {
    case 'no-checkout':
      return 'there is no checkout that tells which keys are declared in code'
    case 'no-git':
      return 'the workspace is no git checkout, so that nothing tells whether all files are there'
    case 'stopped':
      return `the checkout was not read to its end, stopped by ${gap.by}`
    case 'files':
      return `${countOf(gap.count, 'file')} of the checkout, which the log names, could not be read`
    case 'others':
      return `${countOf(gap.count, 'other repository', 'other repositories')}, which the log names, may declare more than is known`
  }
}
