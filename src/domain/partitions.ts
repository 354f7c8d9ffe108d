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
  aws: {
    regionPrefixes: ['us-', 'eu-', 'ap-', 'sa-', 'ca-', 'me-', 'af-', 'il-', 'mx-'],
    defaultRegion: 'us-east-1',
    iamRegion: 'us-east-1',
    audience: 'sts.amazonaws.com',
  },
  'aws-cn': {
    regionPrefixes: ['cn-'],
    defaultRegion: 'cn-north-1',
    iamRegion: 'cn-north-1',
    audience: 'sts.amazonaws.com.cn',
  },
  'aws-us-gov': {
    regionPrefixes: ['us-gov-'],
    defaultRegion: 'us-gov-west-1',
    iamRegion: 'us-gov-west-1',
    audience: 'sts.amazonaws.com',
  },
  'aws-iso': {
    regionPrefixes: ['us-iso-'],
    defaultRegion: 'us-iso-east-1',
    iamRegion: 'us-iso-east-1',
    audience: 'sts.amazonaws.com',
  },
  'aws-iso-b': {
    regionPrefixes: ['us-isob-'],
    defaultRegion: 'us-isob-east-1',
    iamRegion: 'us-isob-east-1',
    audience: 'sts.amazonaws.com',
  },
  'aws-iso-e': {
    regionPrefixes: ['eu-isoe-'],
    defaultRegion: 'eu-isoe-west-1',
    iamRegion: 'eu-isoe-west-1',
    audience: 'sts.amazonaws.com',
  },
  'aws-iso-f': {
    regionPrefixes: ['us-isof-'],
    defaultRegion: 'us-isof-south-1',
    iamRegion: 'us-isof-south-1',
    audience: 'sts.amazonaws.com',
  },
  'aws-eusc': {
    regionPrefixes: ['eusc-'],
    defaultRegion: 'eusc-de-east-1',
    iamRegion: 'eusc-de-east-1',
    audience: 'sts.amazonaws.com',
  },
} satisfies Readonly<Record<string, PartitionFacts>>

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
