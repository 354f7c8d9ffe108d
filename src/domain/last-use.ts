import type { KeyLastUse } from './audit-result.ts'

/** The latest use that any source saw. No recorded use is known only where a source says so, and none saw one. */
export function latestUse(seen: readonly KeyLastUse[]): KeyLastUse {
  let latest: KeyLastUse | undefined
  for (const use of seen)
    if (use.state === 'used' && (latest?.state !== 'used' || Date.parse(use.at) > Date.parse(latest.at)))
      latest = use
  return latest ?? seen.find(({ state }) => state === 'never') ?? { state: 'unknown' }
}
