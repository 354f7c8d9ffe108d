interface PartitionFacts {
  /** Regions of the partition begin with one of these. */
  readonly regionPrefixes: readonly string[]
  /** Where STS is asked unless `aws-region` says otherwise. */
  readonly defaultRegion: string
  /** Where IAM's own events are recorded by CloudTrail, and IAM requests are signed. */
  readonly iamRegion: string
  /** Default OIDC audience: the partition's STS service principal. */
  readonly audience: string
}

/** Source: botocore's partitions.json and endpoint rulesets; AWS General Reference, "AWS service endpoints". */
export const PARTITIONS = {
  aws: partition('us-east-1', ['us-', 'eu-', 'ap-', 'sa-', 'ca-', 'me-', 'af-', 'il-', 'mx-']),
  'aws-cn': { ...partition('cn-north-1', ['cn-']), audience: 'sts.amazonaws.com.cn' },
  'aws-us-gov': partition('us-gov-west-1', ['us-gov-']),
  'aws-iso': partition('us-iso-east-1', ['us-iso-']),
  'aws-iso-b': partition('us-isob-east-1', ['us-isob-']),
  'aws-iso-e': partition('eu-isoe-west-1', ['eu-isoe-']),
  'aws-iso-f': partition('us-isof-south-1', ['us-isof-']),
  'aws-eusc': partition('eusc-de-east-1', ['eusc-']),
} satisfies Readonly<Record<string, PartitionFacts>>

/** In every partition STS is asked by default where IAM has its own region. */
function partition(region: string, regionPrefixes: readonly string[]): PartitionFacts {
  return { regionPrefixes, defaultRegion: region, iamRegion: region, audience: 'sts.amazonaws.com' }
}

export type Partition = keyof typeof PARTITIONS

const BY_LONGEST_PREFIX = Object.entries(PARTITIONS)
  .flatMap(([partition, { regionPrefixes }]) =>
    regionPrefixes.map(prefix => ({ partition: partition as Partition, prefix })),
  )
  .sort((a, b) => b.prefix.length - a.prefix.length)

/** The partition of a region such as `us-gov-west-1`; null where no partition has such regions. */
export function partitionOfRegion(region: string): Partition | null {
  return BY_LONGEST_PREFIX.find(({ prefix }) => region.startsWith(prefix))?.partition ?? null
}

/** Account ID, partition and path of an IAM role ARN; null where it is none. */
export function parseRoleArn(arn: string): { partition: Partition; account: string; name: string } | null {
  const match = /^arn:([a-z-]+):iam::(\d{12}):role\/([\w+=,.@/-]{1,576})$/.exec(arn)
  const [, partition, account, name] = match ?? []
  if (!partition || !account || !name || name.endsWith('/') || !Object.hasOwn(PARTITIONS, partition))
    return null
  return { partition: partition as Partition, account, name }
}
