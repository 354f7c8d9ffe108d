import type { EvaluatedUser } from './unverified.ts'

/**
 * IDs of a user's inactive keys that the credential report, older than the live look, has as active or not at all: they
 * are inactive since hours at most.
 */
export function reportedActive({ row, keys }: EvaluatedUser): readonly string[] {
  const inactive = keys.filter(({ state }) => state === 'inactive')
  if (inactive.length === 0) return []
  const active = new Set(row.keys.flatMap(key => (key.active ? [key.createdAt] : [])))
  const missing = row.keys.length - row.keys.filter(key => key.active).length < inactive.length
  return inactive.filter(({ createdAt }) => missing || active.has(createdAt)).map(({ id }) => id)
}
