import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerEnvironment } from './install.ts'

export interface Ended {
  readonly exitCode: number
  /** Both streams, stdout first. */
  readonly output: string
}

/** Runs a peer to its end; throws only where it could not be started or was killed. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { cwd, env: peerEnvironment(env), maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code
        if (typeof exitCode === 'number') resolve({ exitCode, output: stdout + stderr })
        else reject(error)
      },
    )
  })
}

/** Throws what the peer said unless it ended with 0. */
export async function mustPass(...call: Parameters<typeof run>): Promise<string> {
  const { exitCode, output } = await run(...call)
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}\n${output}`)
  return output
}

/** Works in a directory that is gone afterwards. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'peers-'))
  try {
    return await work(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
