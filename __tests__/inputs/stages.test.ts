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
      locate(root, [], { isPassedOver: filesOfAudits(inputs, root, path) }),
    )
    expect(declarations.keyIds.map(mention => mention.path)).toEqual(['deploy.sh'])
  },
)

test.each([
  ['evidence-files', { evidenceFiles: ['**/*.json'] }, 'iam/main.tf.json'],
  ['evidence-files', { evidenceFiles: ['**/*.json', '!iam/**'] }, 'iam/stack.json'],
  ['evidence-files', { evidenceFiles: ['**/*.json', '!iam'] }, 'iam/stack.json'],
  ['evidence-files', { evidenceFiles: ['./!1.json'] }, 'iam/stack.json'],
  ['evidence-files', { evidenceFiles: ['iam/*'] }, 'iam/modules/stack.json'],
  ['output-directory', { outputDirectory: 'out' }, 'out/evidence/main.tf'],
  ['output-directory', { outputDirectory: 'out' }, 'out/evidence/stack.yaml'],
  ['output-directory', { outputDirectory: '*' }, 'iam/result.json'],
  ['declarations-from', { declarationsFrom: 'iam' }, 'iam/octo-org/billing/main.tf'],
  ['declarations-from', { declarationsFrom: 'iam' }, 'iam/octo-org/billing/stack.yaml'],
  ['declarations-from', { declarationsFrom: '{iam,x}' }, 'iam/octo-org/billing/declarations.json'],
])('code beside what %s names is read: %j, %s', async (_, named, path) => {
  const inputs = { evidenceFiles: [], outputDirectory: null, declarationsFrom: null, ...named }
  const user = { Type: 'AWS::IAM::User', Properties: { UserName: 'ci' } }
  const text = path.includes('.tf')
    ? JSON.stringify({ resource: { aws_iam_user: { ci: { name: 'ci' } } } })
    : JSON.stringify({ Resources: { User: user } })
  const code = path.endsWith('.tf') ? 'resource "aws_iam_user" "ci" {\n  name = "ci"\n}\n' : text
  const { declarations } = await inCheckout({ [path]: code }, 'git', root =>
    locate(root, ['**/*'], { isPassedOver: filesOfAudits(inputs, root, 'audit.yml') }),
  )
  expect(declarations.users.map(found => found.path)).toEqual([path])
})

test.each([
  ['out/evidence/123456789012.json', { outputDirectory: 'out' }],
  ['[a]/result.json', { outputDirectory: './[a]' }],
  ['all/octo-org/billing/declarations.json', { declarationsFrom: 'all/' }],
  ['gathered/a/1.json', { evidenceFiles: ['gathered'] }],
  ['gathered/a/1.json', { evidenceFiles: ['**/*.json', '!iam/**'] }],
  ['[a]/1.json', { evidenceFiles: ['\\[a\\]/*.json'] }],
  ['gathered/1.json', { evidenceFiles: ['./gathered/1.json', '!gathered/*.json'] }],
  ['audit.yml', { evidenceFiles: ['**/*.json', '!*.yml'] }],
])('what an audit wrote to %s is passed over', async (path, named) => {
  const inputs = { evidenceFiles: [], outputDirectory: null, declarationsFrom: null, ...named }
  const { declarations } = await inCheckout({ [path]: '"AKIAZZZZZZZZZZZZZ234"' }, 'git', root =>
    locate(root, [], { isPassedOver: filesOfAudits(inputs, root, 'audit.yml') }),
  )
  expect(declarations.keyIds).toEqual([])
})

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
