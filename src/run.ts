/** What the run is: repository, event, where it may write. Read from GitHub's environment and the event payload. */
export interface Run {
  /** Version of this action, from package.json. */
  readonly actionVersion: string
  /** `octo-org/octo-repo` */
  readonly repository: string
  readonly serverUrl: string
  readonly apiUrl: string
  /** The page of this run, or null outside GitHub Actions. */
  readonly url: string | null
  readonly workflow: string
  /** Path of the workflow file in the repository, `.github/workflows/nightly.yml`, or null where unknown. */
  readonly workflowPath: string | null
  readonly eventName: string
  readonly sha: string
  readonly ref: string
  /** Whether `ref` is the default branch; null where the payload does not tell (it may lack `repository`). */
  readonly onDefaultBranch: boolean | null
  /** From the event payload; null where it does not tell. */
  readonly visibility: 'public' | 'private' | 'internal' | null
  /** Pull request or merge group that started the run, or null. */
  readonly change: Change | null
  readonly workspace: string
}

export type Change =
  | {
      readonly kind: 'pull-request'
      readonly number: number
      readonly baseSha: string
      readonly headSha: string
      readonly fromFork: boolean
    }
  | { readonly kind: 'merge-group'; readonly baseSha: string; readonly headSha: string }
