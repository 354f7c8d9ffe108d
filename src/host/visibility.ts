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
 * Why names are hidden in what is written to `repository`, completing "because"; null where they are not. With `auto` they
 * are everywhere but in private repositories; a visibility that nobody tells counts as public, and so does `internal`.
 */
export async function whyHidden(
  inputs: Inputs,
  repository: string,
  sources: Sources,
): Promise<string | null> {
  if (inputs.redact !== 'auto') return inputs.redact === 'always' ? '`redact` says always' : null
  const told = repository === sources.run.repository ? await toldByRun(inputs, sources) : null
  const visibility = told ?? (await toldByGitHub(repository, sources))
  if (visibility === 'private') return null
  return visibility === null ? `nobody told that ${repository} is private` : `${repository} is ${visibility}`
}

/** The same of the issues; `here`: why names are hidden in this repository. */
export async function whyHiddenInIssues(
  inputs: Inputs,
  here: string | null,
  sources: Sources,
): Promise<string | null> {
  const { issueRepository } = inputs
  if (issueRepository === null || issueRepository === sources.run.repository) return here
  return whyHidden(inputs, issueRepository, sources)
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
