import { expect, test } from '@jest/globals'
import { filesOfAudits, listsInactiveKeys, timeToRemediate } from '../../src/inputs/stages.ts'
import { locate } from '../../src/locate/locate.ts'
import { inCheckout } from '../locate/checkout.ts'

test.each(['.github/access-key-rotation.yml', './audit/[prod] rules.yml'])(
  'an exemption by access key ID in %s is no hard-coded key',
  async path => {
    const files = { [path]: 'AKIAZZZZZZZZZZZZZ234', 'deploy.sh': 'AKIAZZZZZZZZZZZZZ234' }
    const inputs = { evidenceFiles: [], outputDirectory: null, declarationsFrom: null }
    const { declarations } = await inCheckout(files, 'git', root =>
      locate(root, [], { passedOver: filesOfAudits(inputs, root, path) }),
    )
    expect(declarations.keyIds.map(mention => mention.path)).toEqual(['deploy.sh'])
  },
)

test.each([
  [60, 0, 59],
  [60, 50, 9],
  [60, 61, 0],
  [5, 0, 4.5],
])(
  'of a timeout of %d minutes, %d minutes after the start, remediation has %d',
  (timeoutMinutes, after, left) => {
    const started = new Date('2026-11-24T00:00:00Z')
    const now = new Date(started.getTime() + after * 60_000)
    expect(timeToRemediate({ timeoutMinutes }, started, now)).toBe(left * 60_000)
  },
)

test.each([
  ['an audit', {}, false],
  ['an audit that keeps an issue', { createIssue: true }, true],
  ['an audit that keeps an issue and trusts the report', { createIssue: true, verifyKeys: 'none' }, false],
  ['a shard, whose last job may keep an issue', { shard: { index: 1, count: 3 } }, true],
  ['remediation', { remediation: 'plan', verifyKeys: 'none' }, true],
] as const)('%s: are users with inactive keys looked at live?', (_, inputs, listed) => {
  const plain = { createIssue: false, remediation: 'none', shard: null, verifyKeys: 'findings' } as const
  expect(listsInactiveKeys({ ...plain, ...inputs })).toBe(listed)
})
