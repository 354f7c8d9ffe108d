import type { CodeOwnersRule } from '../../domain/declarations.ts'

/** Where GitHub looks for the file; the first one found counts. */
export const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

/**
 * The rules of a CODEOWNERS file in file order (the last that matches wins); one without owners takes ownership away.
 * As on GitHub, a line with invalid syntax is skipped.
 * https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
export function readCodeOwners(path: string, text: string): CodeOwnersRule[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const words = content.replace(/(^|\s)#.*$/, '').match(/(?:\\\s|\S)+/g) ?? []
    const [pattern, ...owners] = words.map(word => word.replace(/\\(\s)/g, '$1'))
    if (pattern === undefined || !isPattern(pattern) || !owners.every(isOwner)) return []
    return [{ path, line: index + 1, pattern, owners }]
  })
}

// GitHub knows neither negation nor character ranges here.
function isPattern(pattern: string): boolean {
  return !/^!|[[\]]/.test(pattern)
}

function isOwner(owner: string): boolean {
  return /^@[\w-]+(\/[\w.-]+)?$/.test(owner) || /^[^\s@]+@[^\s@]+$/.test(owner)
}
