import type { KeyRecord } from '../../domain/remediation-record.ts'
import { findIssues } from './find-issues.ts'
import type { IssueRequest } from './request.ts'
import { trustIn } from './trust.ts'

/**
 * What this audit's issues remember of keys, by access key ID, as far as the token's own identity wrote them and names are
 * shown in them. Throws what Octokit throws.
 */
export async function readRecords(
  request: Pick<IssueRequest, 'github' | 'repository' | 'labels'>,
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
        keys.flatMap(({ id, status, since }): [string, KeyRecord][] =>
          id === null
            ? []
            : [[id, status === 'inactive' ? { state: 'inactive', since } : { state: 'active', at }]],
        ),
      ),
  )
}
