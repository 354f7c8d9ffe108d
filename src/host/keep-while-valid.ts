/**
 * Gives what `obtain` gave last while that is valid and not the `refused` value, else obtains anew: one request at a
 * time, whoever asks. A failure is not kept.
 */
export function keepWhileValid<T>(
  isValid: (value: T) => boolean,
): (obtain: () => Promise<T>, refused?: T | null) => Promise<T> {
  let held: Promise<T> | null = null
  return async (obtain, refused = null) => {
    const last = held
    if (last) {
      const value = await last
      if (value !== refused && isValid(value)) return value
      // Somebody else has begun to renew it meanwhile.
      if (held && held !== last) return held
    }
    const renewed = obtain()
    held = renewed
    renewed.catch(() => {
      if (held === renewed) held = null
    })
    return renewed
  }
}
