/** The accounts of an audit, and how to log in to them. */
export interface AwsSource {
  readonly kind: 'aws'
  /** Role ARNs, one account each; empty: the SDK's default credential chain. */
  readonly roles: readonly string[]
  /** The role of every member account, assumed from the one role above; null: no organization audit. */
  readonly organizationRoleName: string | null
  readonly excludeAccounts: readonly string[]
  readonly shard: { readonly index: number; readonly count: number } | null
  /** Region of the STS endpoint; null: by partition. */
  readonly region: string | null
  /** Audience of the OIDC token; null: by partition. */
  readonly audience: string | null
  readonly sessionName: string
  readonly maxConcurrency: number
}
