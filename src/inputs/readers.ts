/** What an input accepts, and how its text becomes a value; undefined where it is not accepted. */
import { isDay } from '../domain/time.ts'

export interface Reader<T> {
  /** Completes "Accepted: …". */
  readonly accepts: string
  /** The value, or undefined where the text is not acceptable. Surrounding blanks are gone already. */
  readonly read: (text: string) => T | undefined
}

export function optional<T>(reader: Reader<T>): Reader<T | null> {
  return { accepts: `${reader.accepts}, or nothing`, read: text => (text === '' ? null : reader.read(text)) }
}

export function list<T>(accepts: string, readItem: (item: string) => T | undefined): Reader<readonly T[]> {
  return {
    accepts: `${accepts}, one per line or separated by commas`,
    read: text => {
      const items = splitAt(/[\n,]/, text).map(readItem)
      return items.every(item => item !== undefined) ? items : undefined
    },
  }
}

export function notEmpty<T>(reader: Reader<readonly T[]>): Reader<readonly T[]> {
  return {
    accepts: `${reader.accepts}; at least one`,
    read: text => {
      const items = reader.read(text)
      return items && items.length > 0 ? items : undefined
    },
  }
}

export function oneOf<const T extends readonly string[]>(...values: T): Reader<T[number]> {
  return { accepts: values.join(', '), read: text => values.find(value => value === text) }
}

export const trueOrFalse: Reader<boolean> = {
  accepts: 'true, false',
  read: text => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined),
}

export function wholeNumber(min: number, max: number): Reader<number> {
  return {
    accepts: `a whole number from ${min} to ${max}`,
    read: text => {
      const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
      return value >= min && value <= max ? value : undefined
    },
  }
}

export function matching(pattern: RegExp, accepts: string): Reader<string> {
  return { accepts, read: text => (pattern.test(text) ? text : undefined) }
}

export const path: Reader<string> = {
  accepts: 'a path',
  read: text => (text.includes('\0') ? undefined : text),
}

export const relativePath: Reader<string> = {
  accepts: 'a path inside the repository',
  read: text => {
    const parts = text.split(/[\\/]/)
    const outside = parts.includes('..') || /^([\\/]|[A-Za-z]:)/.test(text) || text.includes('\0')
    return outside ? undefined : parts.filter(part => part !== '' && part !== '.').join('/')
  },
}

/** Commas inside braces belong to the glob. */
export function splitGlobs(text: string): string[] {
  return splitAt(/\n|,(?![^{}\n]*\})/, text)
}

function splitAt(separator: RegExp, text: string): string[] {
  return text
    .split(separator)
    .map(item => item.trim())
    .filter(item => item !== '')
}

export function readShard(text: string): { readonly index: number; readonly count: number } | undefined {
  const [, index, count] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number)
  if (!index || !count || index > count || count > 256) return undefined
  return { index, count }
}

export function readInstant(text: string): Date | undefined {
  const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/
  const date = new Date(text)
  return pattern.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(date.getTime()) ? date : undefined
}
