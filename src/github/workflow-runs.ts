import { lowerFirst } from '../domain/text.ts'
import type { Run } from '../host/run.ts'
import { type GitHub, ownerAndRepo } from './client.ts'
import { describeGitHubError } from './errors.ts'

/**
 * Why another run of the same workflow may act at the same time, as the end of "… because"; null where none is under way
 * (actions: read). A run is under way before its first step starts: of two that start at once, at least one sees the other.
 */
export async function whyNotAlone(
  openGitHub: () => Promise<GitHub>,
  { repository, workflowPath, runId }: Pick<Run, 'repository' | 'workflowPath' | 'runId'>,
): Promise<string | null> {
  if (workflowPath === null || runId === null)
    return 'the environment does not say which run of which workflow this is, and another may be under way'
  try {
    const github = await openGitHub()
    const { data } = await github.rest.actions.listWorkflowRuns({
      ...ownerAndRepo(repository),
      workflow_id: workflowPath.slice(workflowPath.lastIndexOf('/') + 1),
      status: 'in_progress',
      per_page: 100,
    })
    if (!data.workflow_runs.some(({ id }) => id === runId))
      return 'GitHub’s list of runs under way lacks this one, and may lack others'
    const other = data.workflow_runs.find(({ id }) => id !== runId)
    return other === undefined ? null : `another run of this workflow is under way (${other.id})`
  } catch (error) {
    const doing = {
      what: `see whether another run of this workflow is under way in ${repository}`,
      permission: 'actions: read',
    }
    const { message, remedy } = describeGitHubError(error, doing)
    return `the run ${lowerFirst(message)}. ${remedy}`
  }
}
