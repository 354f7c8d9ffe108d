import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Runs `use` in a directory with these files, tracked by git or not, and removes it afterwards. */
export async function inCheckout<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  kind: 'git' | 'directory',
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'))
  try {
    if (FIXTURE in files) cpSync(FIXTURE, root, { recursive: true })
    for (const [path, content] of Object.entries(files)) {
      if (path === FIXTURE) continue
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    if (kind === 'git') track(root)
    return await use(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** As a key of the files: everything in the fixture repository. */
export const FIXTURE = join(import.meta.dirname, '../fixtures/infrastructure')

export function track(root: string): void {
  execFileSync('git', ['init', '-q'], { cwd: root })
  execFileSync('git', ['-c', 'core.autocrlf=false', 'add', '-A'], { cwd: root })
}

/** The files of a directory of fixtures. */
export function copyOf(directory: string): Record<string, Uint8Array> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(directory.length + 1), readFileSync(path)]
    }),
  )
}
