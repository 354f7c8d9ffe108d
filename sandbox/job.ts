/** The job's context as the runner hands it to an action: `GITHUB_*` variables and the event payload. */

import type { Job, Repository } from './github/world.ts'
import type { World } from './world.ts'

export const API_PATH = '/api/v3'

export function jobEnvironment(world: World, url: string): Record<string, string> {
  const { job } = world
  const { owner, id, ownerId } = repositoryOf(world)
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__octo-org_access-key-rotation-audit',
    GITHUB_ACTION_REPOSITORY: 'octo-org/aws-access-key-rotation-audit',
    GITHUB_ACTION_REF: 'v1',
    GITHUB_ACTOR: job.actor,
    GITHUB_ACTOR_ID: '583231',
    GITHUB_API_URL: `${url}${API_PATH}`,
    GITHUB_BASE_REF: job.baseRef,
    GITHUB_EVENT_NAME: job.eventName,
    GITHUB_GRAPHQL_URL: `${url}${API_PATH}/graphql`,
    GITHUB_HEAD_REF: job.headRef,
    GITHUB_JOB: 'audit',
    GITHUB_REF: job.ref,
    GITHUB_REF_NAME: job.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_PROTECTED: 'true',
    GITHUB_REF_TYPE: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: job.repository,
    GITHUB_REPOSITORY_ID: String(id),
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_REPOSITORY_OWNER_ID: String(ownerId),
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: String(job.runId),
    GITHUB_RUN_NUMBER: '42',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: job.sha,
    GITHUB_TRIGGERING_ACTOR: job.actor,
    GITHUB_WORKFLOW: job.workflow,
    GITHUB_WORKFLOW_REF: `${job.repository}/${job.workflowPath}@${job.ref}`,
    GITHUB_WORKFLOW_SHA: job.sha,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
  }
}

/** What `GITHUB_EVENT_PATH` holds. */
export function eventPayload(world: World): Record<string, unknown> {
  const { job } = world
  const repository = repositoryOf(world)
  const common = { repository: payloadRepository(repository), sender: { login: job.actor } }
  switch (job.eventName) {
    case 'pull_request':
    case 'pull_request_target':
      return { ...common, action: 'synchronize', ...pullRequest(job, repository) }
    case 'merge_group': {
      const [pull] = [...repository.pulls.values()]
      return {
        ...common,
        action: 'checks_requested',
        merge_group: {
          head_sha: job.sha,
          head_ref: job.ref,
          base_sha: pull?.base.sha ?? '',
          base_ref: `refs/heads/${repository.defaultBranch}`,
        },
      }
    }
    case 'schedule':
      return { schedule: '17 3 * * *', ...common }
    default:
      return common
  }
}

function pullRequest(job: Job, repository: Repository): Record<string, unknown> {
  const number = Number(/^refs\/pull\/(\d+)\//.exec(job.ref)?.[1] ?? [...repository.pulls.keys()][0] ?? 1)
  const pull = repository.pulls.get(number)
  const base = payloadRepository(repository)
  const head = pull?.head.fork ? { ...base, full_name: `someone/${repository.name}`, fork: true } : base
  return {
    number,
    pull_request: {
      number,
      head: { ref: pull?.head.ref ?? job.headRef, sha: pull?.head.sha ?? job.sha, repo: head },
      base: { ref: pull?.base.ref ?? job.baseRef, sha: pull?.base.sha ?? '', repo: base },
    },
  }
}

function payloadRepository({
  owner,
  name,
  id,
  ownerId,
  visibility,
  defaultBranch,
}: Repository): Record<string, unknown> {
  return {
    id,
    name,
    full_name: `${owner}/${name}`,
    private: visibility !== 'public',
    visibility,
    default_branch: defaultBranch,
    fork: false,
    html_url: `https://github.com/${owner}/${name}`,
    owner: { login: owner, id: ownerId, type: 'Organization' },
  }
}

function repositoryOf(world: World): Repository {
  const found = world.github.repositories.get(world.job.repository)
  if (found === undefined) throw new Error(`The world has no repository ${world.job.repository}`)
  return found
}
