import type { Change } from './diff.ts'

/**
 * A name like this one that is not taken, and then is. By turns `ci` and `ci_next`: when one is made, the other is
 * mostly long gone; else numbers.
 */
export function freeName(name: string, suffix: string, taken: Set<string>): string {
  const isNext = name.endsWith(suffix) && name !== suffix
  const base = isNext ? name.slice(0, -suffix.length) : name
  const found =
    [isNext ? base : `${name}${suffix}`].find(one => !taken.has(one)) ?? numbered(`${base}${suffix}`, taken)
  taken.add(found)
  return found
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  let number = 2
  while (taken.has(`${name}${number}`)) number++
  return `${name}${number}`
}

/** A name that ends at `end` and that no two may share is told apart by a suffix, by turns. */
export function toldApart(text: string, end: number, suffix: string): Change {
  return text.slice(0, end).endsWith(suffix)
    ? { start: end - suffix.length, end, text: '' }
    : { start: end, end, text: suffix }
}
