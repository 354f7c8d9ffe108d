import { isCompromised, type KeyResult, type KeyState } from './audit-result.ts'

/**
 * Findings first: compromised, root, hard-coded, administrator, then the rest, each oldest first; then the other states.
 * An age that cannot be read counts as oldest. Total, so that the same keys always stand in the same order.
 */
export function compareKeys(a: KeyResult, b: KeyResult): number {
  return (
    STATES[a.state] - STATES[b.state] ||
    (a.state === 'stale' ? urgencyRank(a) - urgencyRank(b) : 0) ||
    compareText(a.createdAt ?? '', b.createdAt ?? '') ||
    compareTexts([a.account, a.user, a.id], [b.account, b.user, b.id])
  )
}

/** By UTF-16 code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** By the first text that differs. */
export function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const order = compareText(text, b[index] ?? '')
    if (order !== 0) return order
  }
  return 0
}

const STATES: Record<KeyState, number> = { stale: 0, expiring: 1, exempt: 2, fresh: 3, inactive: 4 }

/** Of keys that are no more urgent than any other; lower is more urgent. */
export const LEAST_URGENT = 4

export function urgencyRank(key: KeyResult): number {
  if (isCompromised(key)) return 0
  if (key.root) return 1
  if (key.hardCoded.length > 0) return 2
  return key.urgency?.level === 'high' ? 3 : LEAST_URGENT
}
