import type { KeyLastUse, KeyUse } from './audit-result.ts'
import { joinTexts } from './text.ts'
import { dayOf } from './time.ts'

/** The latest use that any source saw. No recorded use is known only where a source says so, and none saw one. */
export function latestUse(seen: readonly KeyLastUse[]): KeyLastUse {
  let latest: KeyLastUse | undefined
  for (const use of seen)
    if (use.state === 'used' && (latest?.state !== 'used' || Date.parse(use.at) > Date.parse(latest.at)))
      latest = use
  return latest ?? seen.find(({ state }) => state === 'never') ?? { state: 'unknown' }
}

/** How a key is used, as a state with a date that stays: never the day of the last use of one in use, which moves every night. */
export function describeUse({
  use,
  lastUsed,
}: {
  readonly use: KeyUse
  readonly lastUsed: KeyLastUse
}): string {
  if (lastUsed.state === 'never') return 'no recorded use'
  if (use === 'unknown' || lastUsed.state === 'unknown') return 'its last use is not known'
  if (use === 'idle') return `idle since ${dayOf(lastUsed.at)}`
  const where = joinTexts([lastUsed.service, lastUsed.region], ', ')
  return where === '' ? 'in use' : `in use (${where})`
}
