export const DAY_MS = 86_400_000

/** `2026-11-24T00:00:00Z`: UTC, whole seconds. */
export function formatInstant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** Whether the text is a day of the calendar, `2026-11-24`; `Date.parse` takes 30 February for 2 March. */
export function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text
}

/** The instant so many days of 24 hours later. */
export function daysAfter(instant: string, days: number): string {
  return formatInstant(new Date(Date.parse(instant) + days * DAY_MS))
}

/** `2026-11-24` of an instant written by `formatInstant`. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10)
}

/**
 * In milliseconds, none of a key made after the instant. The result's instant has whole seconds, so that a replay at
 * that instant gives the same result.
 */
export function ageOf(createdAt: string, now: Date): number {
  return Math.max(0, Math.floor(now.getTime() / 1000) * 1000 - Date.parse(createdAt))
}

/** By how much clocks may differ, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** Whether the instant is later by more than clocks may differ. */
export function isAfter(instant: string, other: Date): boolean {
  return Date.parse(instant) > other.getTime() + CLOCK_SKEW_MS
}
