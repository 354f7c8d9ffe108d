import type { Gathered } from '../domain/evidence.ts'
import type { GatherProgress, GatherRequest } from './request.ts'

/**
 * Yields each account as soon as it is whole, in no order; evidence that has been taken is not held any more.
 * An account that fails is yielded as failed. Throws a UserError where it cannot be known which accounts there are, or
 * what the evidence files hold; what was yielded before is then not to be used.
 */
export async function* gather(
  request: GatherRequest,
  progress: (event: GatherProgress) => void = () => {},
): AsyncGenerator<Gathered> {
  const { source } = request
  if (source.kind === 'files') {
    await request.checked?.()
    const { readSaved } = await import('./saved.ts')
    yield* readSaved(source, request.now)
  } else {
    const { gatherAccounts } = await import('./accounts.ts')
    yield* gatherAccounts(source, request, progress)
  }
}
