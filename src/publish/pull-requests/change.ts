/** What a change makes of the files as they stand on a branch. Pure. */
import { applyPatch, parsePatch, type StructuredPatch } from 'diff'

/** Why a diff cannot be made here, a clause. */
export class NotApplicable extends Error {}

export function pathsOf(diff: string): readonly string[] {
  return patchesOf(diff).map(pathOf)
}

/** The files of which a diff leaves nothing: one that has other lines would show some around the change. */
export function emptiedBy(diff: string): readonly string[] {
  return patchesOf(diff)
    .filter(({ hunks }) => hunks.length > 0 && hunks.every(({ newLines }) => newLines === 0))
    .map(pathOf)
}

/** Path → text after the diff, each hunk at its own line and on exactly its own context. @throws NotApplicable */
export function changed(files: ReadonlyMap<string, string>, diff: string): ReadonlyMap<string, string> {
  return new Map(
    patchesOf(diff).map(patch => {
      const path = pathOf(patch)
      const before = files.get(path) ?? ''
      const after = standsIn(patch, before)
        ? applyPatch(before, patch, { fuzzFactor: 0, autoConvertLineEndings: false })
        : false
      if (after === false) throw new NotApplicable(`${path} is not as this run read it`)
      return [path, after]
    }),
  )
}

function patchesOf(diff: string): readonly StructuredPatch[] {
  try {
    return parsePatch(diff)
  } catch {
    throw new NotApplicable('its change could not be read')
  }
}

function pathOf({ oldFileName, newFileName }: StructuredPatch): string {
  const path = oldFileName?.replace(/^a\//, '')
  if (path === undefined || path !== newFileName?.replace(/^b\//, ''))
    throw new NotApplicable('its change could not be read')
  return path
}

/** Whether the old lines of each hunk stand where it says: elsewhere they may be those of another key. */
function standsIn({ hunks }: StructuredPatch, text: string): boolean {
  const lines = text.split('\n')
  return hunks.every(({ oldStart, lines: hunk }) =>
    hunk
      .filter(line => line.startsWith(' ') || line.startsWith('-'))
      .every((line, index) => lines[oldStart - 1 + index] === line.slice(1)),
  )
}
