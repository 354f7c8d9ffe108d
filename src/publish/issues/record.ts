import type { KeyRecord } from '../../domain/remediation-record.ts'
import { DAY_MS } from '../../domain/time.ts'
import { findIssues } from './find-issues.ts'
import type { IssueRequest } from './request.ts'
import { trustIn } from './trust.ts'

/**
 * What this audit's issues remember of keys, by access key ID, as far as the token's own identity wrote them and names are
 * shown in them. One that was not written for so long that CloudTrail has forgotten what came after it does not tell that
 * a key is inactive. Throws what Octokit throws.
 * @param now what CloudTrail no longer reaches back to is left out; null: nothing is
 */
export async function readRecords(
  request: Pick<IssueRequest, 'github' | 'repository' | 'labels'>,
  now: Date | null,
): Promise<ReadonlyMap<string, KeyRecord>> {
  const trust = trustIn(request)
  // A person who may write to issues may not have a key deleted.
  if ((await trust.login()) === null) return new Map()
  const { ours } = await findIssues(request, trust)
  const states = ours.flatMap(({ parsed }) => parsed.state ?? [])
  return new Map(
    states
      .filter(({ redacted }) => !redacted)
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
