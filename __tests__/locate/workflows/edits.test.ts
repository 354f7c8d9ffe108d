import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { applyDiff } from '../../../sandbox/apply-diff.ts'
import { readWorkflow } from '../../../src/locate/workflows/workflows.ts'

const PATH = '.github/workflows/deploy.yml'
const LOGIN = `      - uses: aws-actions/configure-aws-credentials@v6
        with:
          aws-region: us-east-1
          aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
`
const job = (more = '') => `jobs:\n  deploy:\n    runs-on: ubuntu-latest\n${more}    steps:\n${LOGIN}`

function editOf(text: string) {
  const [login] = readWorkflow(PATH, text).logins
  const { diff, note } = login?.edit ?? { diff: null, note: null }
  return { note, after: diff === null ? null : (applyDiff({ [PATH]: text }, diff)[PATH] ?? '') }
}

describe('a workflow that logs in with a stored key gets the change to OIDC', () => {
  test.each<[string, string, object | string]>([
    ['without permissions', job(), { contents: 'read', 'id-token': 'write' }],
    [
      'with permissions of the job',
      job('    permissions:\n      contents: write\n'),
      { contents: 'write', 'id-token': 'write' },
    ],
    [
      'with permissions in one line',
      job('    permissions: { contents: read }\n'),
      { contents: 'read', 'id-token': 'write' },
    ],
    [
      'where the token may not be asked for',
      job('    permissions:\n      id-token: none\n'),
      { 'id-token': 'write' },
    ],
    ['with every permission', job('    permissions: write-all\n'), 'write-all'],
    [
      'with line breaks of Windows',
      job().replaceAll('\n', '\r\n'),
      { contents: 'read', 'id-token': 'write' },
    ],
  ])('%s', (_, text, permissions) => {
    const { after, note } = editOf(text)
    const { deploy } = parse(after ?? '').jobs
    expect(deploy).toEqual({
      'runs-on': 'ubuntu-latest',
      permissions,
      steps: [
        {
          uses: 'aws-actions/configure-aws-credentials@v6',
          with: { 'aws-region': 'us-east-1', 'role-to-assume': '${{ vars.AWS_ROLE_TO_ASSUME }}' },
        },
      ],
    })
    expect(note).toContain('AWS_ROLE_TO_ASSUME')
    expect(readWorkflow(PATH, after ?? '').logins).toEqual([])
    if (text.includes('\r')) expect(after?.replaceAll('\r\n', '')).not.toContain('\n')
  })

  test('with permissions of the whole workflow', () => {
    const { after } = editOf(`permissions:\n  contents: read\n${job()}`)
    expect(parse(after ?? '').permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  })

  test('that assumes a role with the key, too: the role stays', () => {
    const { after, note } = editOf(
      `${job()}          role-to-assume: arn:aws:iam::111122223333:role/deploy\n`,
    )
    expect(parse(after ?? '').jobs.deploy.steps[0].with).toEqual({
      'aws-region': 'us-east-1',
      'role-to-assume': 'arn:aws:iam::111122223333:role/deploy',
    })
    expect(note).toContain('role-to-assume is to name a role')
  })

  test('in a composite action, which has no permissions of its own', () => {
    const { after, note } = editOf(`runs:\n  using: composite\n  steps:\n${LOGIN.replace(/^ {4}/gm, '')}`)
    expect(parse(after ?? '').runs.steps[0].with).toHaveProperty('role-to-assume')
    expect(note).toContain('the jobs that use this action need `id-token: write`')
  })
})

describe('no change is shown', () => {
  test.each([
    ['where the secret is given elsewhere', job().replace(/ +aws-secret.*\n/, '')],
    [
      'where the inputs stand in one line',
      job().replace(
        /with:\n.*/s,
        'with: { aws-access-key-id: "${{ secrets.A }}", aws-secret-access-key: "${{ secrets.B }}" }\n',
      ),
    ],
    ['where the job reads everything', job('    permissions: read-all\n')],
    ['where the job has no permission', job('    permissions: {}\n')],
    ['in a file that is broken', `${job()}  : [`],
  ])('%s, and it is said why', (_, text) => {
    const { after, note } = editOf(text)
    expect(after).toBeNull()
    expect(note).toMatch(
      /^(its login is|the permissions of its job are) written in a form of (its|their) own$/,
    )
  })
})
