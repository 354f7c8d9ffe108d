import { isAbsolute, relative, sep } from 'node:path'

/** Whether the path is the directory or below it; both absolute, and links resolved where these matter. */
export function isWithin(directory: string, path: string): boolean {
  const way = relative(directory, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
