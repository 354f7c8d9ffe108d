import { applyPatch, parsePatch } from 'diff'

/** The files as they stand after the unified diff; an error where it does not apply exactly. */
export function applyDiff(files: Readonly<Record<string, string>>, diff: string): Record<string, string> {
  const changed = { ...files }
  for (const patch of parsePatch(diff)) {
    const path = (patch.oldFileName ?? '').replace(/^a\//, '')
    const text = applyPatch(files[path] ?? '', patch, { fuzzFactor: 0, autoConvertLineEndings: false })
    if (text === false) throw new Error(`the diff does not apply to ${path}:\n${diff}`)
    changed[path] = text
  }
  return changed
}
