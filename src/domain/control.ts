interface Identifier {
  readonly source: string
  /** Version of the benchmark or standard, or null where it has none. */
  readonly version: string | null
  readonly id: string
}

/** What people call it. */
export const CONTROL_NAMES = {
  cis: 'CIS AWS Foundations 1.14',
  lacework: 'lacework-global-43',
  securityHub: 'Security Hub IAM.3',
  securityHubId: 'IAM.3',
} as const

/**
 * The control that the audit evaluates, under every name that it is known by. `maxAgeDays`: its own limit, whatever the
 * policy applied. Numbers as in Prowler's compliance files for AWS and in Turbot's aws-compliance mod.
 */
export const CONTROL = {
  title: 'Ensure access keys are rotated every 90 days or less',
  maxAgeDays: 90,
  identifiers: [
    ...Object.entries({
      '1.2.0': '1.4',
      '1.3.0': '1.14',
      '1.4.0': '1.14',
      '1.5.0': '1.14',
      '2.0.0': '1.14',
      '3.0.0': '1.14',
      '4.0.0': '1.14',
      '5.0.0': '1.13',
      '6.0.0': '2.13',
      '7.0.0': '2.12',
    }).map(([version, id]) => ({ source: 'CIS AWS Foundations Benchmark', version, id })),
    { source: 'CCE', version: null, id: 'CCE-78902-4' },
    { source: 'Lacework', version: null, id: CONTROL_NAMES.lacework },
    { source: 'AWS Security Hub', version: null, id: CONTROL_NAMES.securityHubId },
    { source: 'AWS Foundational Security Best Practices', version: '1.0.0', id: CONTROL_NAMES.securityHubId },
    { source: 'AWS Config', version: null, id: 'access-keys-rotated' },
    { source: 'NIST SP 800-53', version: 'Rev. 5', id: 'AC-2(1)' },
    { source: 'NIST SP 800-53', version: 'Rev. 5', id: 'AC-3' },
    { source: 'PCI DSS', version: '4.0', id: '8.3.9' },
    { source: 'PCI DSS', version: '4.0', id: '8.6.3' },
    { source: 'ISO/IEC 27001', version: '2022', id: 'A.5.15' },
    { source: 'HIPAA', version: null, id: '164.308(a)(4)(ii)(C)' },
  ] as readonly Identifier[],
}

/** What it asks, why, how it is audited and met: in this project's words. */
export const CONTROL_TEXT: readonly (readonly [title: string, text: string])[] = [
  [
    'What it asks',
    'Programs sign their requests to AWS with an access key: an ID and a secret. Every active access key, the root user’s included, is to be replaced by a new one within 90 days.',
  ],
  [
    'Why',
    'A key works for whoever holds it until it is deactivated. Rotation bounds the time in which one that was lost, copied, cracked or left with somebody who has gone can be used.',
  ],
  [
    'How it is audited',
    'From the IAM credential report of each account: for every key that is active, the time since its last rotation, which is its creation. Inactive keys do not count.',
  ],
  [
    'How it is met',
    'Make a second key while the first one still works; move every application to it; see that the first is used no more; make it inactive, which can be taken back; once everything works without it, delete it.',
  ],
]

/** `CIS AWS Foundations Benchmark 1.4.0: 1.14` */
export function controlReference({ source, version, id }: Identifier): string {
  return version === null ? `${source}: ${id}` : `${source} ${version}: ${id}`
}

/** AWS's own page on the control. */
export const CONTROL_URL = 'https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3'
