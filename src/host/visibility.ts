import { readClaims } from '../aws/trust.ts'
import { UserError } from '../domain/errors.ts'
import { PARTITIONS, parseRoleArn } from '../domain/partitions.ts'
import type { GitHub } from '../github/client.ts'
import { repositoryVisibility } from '../github/pull-request.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { hasIdToken, type IdTokens } from './id-token.ts'
import { asVisibility, type Run, type Visibility } from './run.ts'

export interface Sources {
  readonly run: Run
  readonly idTokens: IdTokens
  openGitHub(): Promise<GitHub>
  /** Told why names are hidden where nobody tells the visibility. */
  log(line: string): void
}

/**
 * Whether names are hidden in what is written to `repository`: with `auto` everywhere but in private repositories;
 * a visibility that nobody tells counts as public, and so does `internal`.
 */
export async function isRedacted(inputs: Inputs, repository: string, sources: Sources): Promise<boolean> {
  if (inputs.redact !== 'auto') return inputs.redact === 'always'
  const told = repository === sources.run.repository ? await toldByRun(inputs, sources) : null
  return (told ?? (await toldByGitHub(repository, sources))) !== 'private'
}

/** Whether names are hidden in the issues; `redacted`: whether they are here. */
export async function areIssuesRedacted(
  inputs: Inputs,
  redacted: boolean,
  sources: Sources,
): Promise<boolean> {
  const { createIssue, issueRepository } = inputs
  if (issueRepository === null || issueRepository === sources.run.repository) return redacted
  return createIssue && (await isRedacted(inputs, issueRepository, sources))
}

async function toldByGitHub(repository: string, { openGitHub, log }: Sources): Promise<Visibility | null> {
  try {
    return await repositoryVisibility(await openGitHub(), repository)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log(`Names are hidden in what is written to ${repository}. ${error.message}. ${error.remedy}`)
    return null
  }
}

/** The payload of a schedule may lack the repository; the token that the audit needs anyway tells its visibility. */
async function toldByRun(
  { audience, roleToAssume: [role = ''] }: Inputs,
  { run, idTokens }: Sources,
): Promise<Visibility | null> {
  const parts = parseRoleArn(role)
  if (run.visibility !== null || parts === null || !hasIdToken()) return run.visibility
  try {
    const token = await idTokens(
      audience ?? PARTITIONS[parts.partition].audience,
      AbortSignal.timeout(30_000),
    )
    return asVisibility(readClaims(token)['repository_visibility'])
  } catch {
    // The audit asks once more, and tells why there is none.
    return null
  }
}
