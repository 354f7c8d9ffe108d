import type { GitHub } from './github.ts'
import type { Inputs } from './inputs.ts'
import { repositoryVisibility } from './pull-request.ts'
import type { Run } from './run.ts'

/**
 * Whether names are hidden in what is written to `repository`: with `auto` everywhere but in private repositories;
 * a visibility that nobody tells counts as public, and so does `internal`.
 */
export async function isRedacted(
  redact: Inputs['redact'],
  repository: string,
  run: Run,
  openGitHub: () => Promise<GitHub>,
): Promise<boolean> {
  if (redact !== 'auto') return redact === 'always'
  const told = repository === run.repository ? run.visibility : null
  return (told ?? (await repositoryVisibility(await openGitHub(), repository))) !== 'private'
}
