/** The files through which a step speaks to the runner (actions/runner: FileCommandManager.cs). */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILES = {
  GITHUB_ENV: 'set_env',
  GITHUB_OUTPUT: 'set_output',
  GITHUB_PATH: 'add_path',
  GITHUB_STATE: 'save_state',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const

export type FileCommands = Record<keyof typeof FILES, string>

/** Lays empty files and returns the variables that name them. */
export function layFileCommands(directory: string): FileCommands {
  mkdirSync(directory, { recursive: true })
  const entries = Object.entries(FILES).map(([variable, name]) => {
    const path = join(directory, `${name}_0b6d`)
    writeFileSync(path, '')
    return [variable, path]
  })
  return Object.fromEntries(entries)
}

/** `name=value` lines and `name<<DELIMITER` blocks. Throws where the runner would fail the step. */
export function readPairs(path: string): Record<string, string> {
  const pairs = new Map<string, string>()
  const lines = readFileSync(path, 'utf8').split('\n')
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (line === '') continue
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.set(line.slice(0, equals), line.slice(equals + 1))
    } else if (heredoc > 0) {
      const end = lines.indexOf(line.slice(heredoc + 2), index + 1)
      if (end < 0) throw new Error(`Matching delimiter not found '${line.slice(heredoc + 2)}'`)
      pairs.set(line.slice(0, heredoc), lines.slice(index + 1, end).join('\n'))
      index = end
    } else {
      throw new Error(`Invalid format '${line}'`)
    }
  }
  return Object.fromEntries(pairs)
}
