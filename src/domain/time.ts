export const DAY_MS = 86_400_000

/** `2026-11-24T00:00:00Z`: UTC, whole seconds. */
export function formatInstant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** `2026-11-24` of an instant written by `formatInstant`. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10)
}
