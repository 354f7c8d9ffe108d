/** The kept inputs: `seeds/TARGET/…`, as text, or as a JSON string (`.string.json`) where text could not hold them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Seed {
  readonly name: string
  readonly text: string
}

const kept = new Map<string, readonly Seed[]>()

/** At least one for every target. */
export function seedsOf(target: string): readonly Seed[] {
  const known = kept.get(target)
  if (known !== undefined) return known
  const directory = new URL(`./seeds/${target}/`, import.meta.url)
  const seeds = readdirSync(directory)
    .toSorted()
    .map(name => ({ name, text: readInput(fileURLToPath(new URL(name, directory))) }))
  kept.set(target, seeds)
  return seeds
}

export function readInput(path: string): string {
  const text = readFileSync(path, 'utf8')
  return path.endsWith('.string.json') ? JSON.parse(text) : text
}
