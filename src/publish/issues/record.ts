import type { KeyRecord } from '../../domain/remediation-record.ts'
import { DAY_MS } from '../../domain/time.ts'
import { findIssues } from './find-issues.ts'
import type { ExistingIssue, IssueRequest } from './request.ts'
import { trustIn } from './trust.ts'

type Asked = Pick<IssueRequest, 'github' | 'repository' | 'labels'>

/**
 * This audit's issues that the token's own identity wrote, with names shown: a person who may write to issues may not have
 * a key deleted. Throws what Octokit throws.
 */
export async function readOwnIssues(request: Asked): Promise<readonly ExistingIssue[]> {
  const trust = trustIn(request)
  if ((await trust.login()) === null) return []
  const { ours } = await findIssues(request, trust)
  return ours.filter(({ parsed: { state } }) => state !== null && !state.redacted)
}

/**
 * What the issues remember of keys, by access key ID. One that was not written for so long that CloudTrail has forgotten
 * what came after it does not tell that a key is inactive.
 * @param now what CloudTrail no longer reaches back to is left out; null: nothing is
 */
export function recordsIn(
  issues: readonly ExistingIssue[],
  now: Date | null,
): ReadonlyMap<string, KeyRecord> {
  return new Map(
    issues
      .flatMap(({ parsed }) => parsed.state ?? [])
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
      .flatMap(({ at, keys }) =>
        keys.flatMap(({ id, status, since }): [string, KeyRecord][] => {
          if (id === null || (status === 'inactive' && now !== null && isForgotten(at, now))) return []
          return [[id, status === 'inactive' ? { state: 'inactive', since } : { state: 'active', at }]]
        }),
      ),
  )
}

function isForgotten(at: string, now: Date): boolean {
  return Date.parse(at) < now.getTime() - MEMORY_MS
}

/** Less than the 90 days of CloudTrail's event history. */
const MEMORY_MS = 89 * DAY_MS
