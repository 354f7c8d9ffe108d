import { describe, expect, test } from '@jest/globals'
import type { Program, Step, StepAction } from '../../src/domain/audit-result.ts'
import type { StaticLogin } from '../../src/domain/declarations.ts'
import { identify } from '../../src/evaluate/programs.ts'
import { replacementFor } from '../../src/evaluate/replacement.ts'

const LOGIN: StaticLogin = {
  path: '.github/workflows/deploy.yml',
  line: 14,
  via: 'input',
  secret: 'AWS_ACCESS_KEY_ID',
}

describe('replacementFor', () => {
  test.each([
    ['Boto3/1.34 md/Botocore#1.34 exec-env/AWS_Lambda_python3.12', 'Use the execution role'],
    ['aws-sdk-js/3.5 exec-env/AWS_ECS_FARGATE', 'Use the task role'],
    ['aws-cli/2.15 Python/3.11 Linux/6.1.79-99.amzn2023.x86_64', 'Use an instance profile'],
    ['aws-cli/2.15 exec-env/AWS_CodeBuild', 'Use the service role'],
    ['aws-cli/2.15 exec-env/CloudShell', 'Use the console session'],
    ['configure-aws-credentials-for-github-actions', 'Log in by OIDC'],
    ['aws-cli/2.15 Python/3.11 Linux/6.5.0-1025-azure', 'Log in by OIDC'],
  ])('a key used by %s: %s', (userAgent, title) => {
    expect(replacementFor(key({ programs: [userAgent] }), [])).toMatchObject({ title, location: null })
  })

  test('a key used by GitHub Actions is told the workflow of this checkout that may log in with it', () => {
    const found = (userAgent: string) => replacementFor(key({ programs: [userAgent] }), [LOGIN])?.location
    expect(found('configure-aws-credentials-for-github-actions')).toEqual({ path: LOGIN.path, line: 14 })
    for (const elsewhere of ['AWS_Lambda_python3.12', 'AWS_ECS_FARGATE', 'AWS_CodeBuild', 'CloudShell'])
      expect(found(`aws-cli/2.15 exec-env/${elsewhere}`)).toBeNull()
  })

  test('a program that merely is called like a service has no replacement', () => {
    const programs = ['lambda.amazonaws.com', 'my-EC2-tool/1.0', 'Terraform/1.9.5']
    expect(replacementFor(key({ programs }), [])).toBeNull()
  })

  test('every home of a key that is used in several is named', () => {
    const programs = [
      'Boto3/1.34 md/Botocore#1.34 exec-env/AWS_Lambda_python3.12',
      'aws-sdk-js/3.5 exec-env/AWS_ECS_FARGATE',
    ]
    expect(replacementFor(key({ programs }), [])?.explanation).toMatch(/execution role.*task role/)
  })

  test('a workflow that logs in with a stored key is told exactly what to write, and where', () => {
    expect(replacementFor(key({}), [LOGIN, { ...LOGIN, line: 40 }])).toEqual({
      certain: false,
      title: 'Log in by OIDC',
      explanation:
        '.github/workflows/deploy.yml:14 (and 1 more) logs in with a stored access key (AWS_ACCESS_KEY_ID), which may be this one: ' +
        'let the workflow log in by OIDC, with `permissions: id-token: write` and `role-to-assume`, and no stored key.',
      location: { path: '.github/workflows/deploy.yml', line: 14 },
    })
  })

  test('the workflow that has this very key written out goes before any other', () => {
    const hardCoded = [{ path: '.github/workflows/nightly.yml', line: 9 }]
    const nightly = { ...LOGIN, path: '.github/workflows/nightly.yml', line: 8 }
    const found = replacementFor(
      { ...key({ programs: ['Boto3/1.34 md/Botocore#1.34 exec-env/AWS_Lambda_python3.12'] }), hardCoded },
      [LOGIN, nightly],
    )
    expect(found?.explanation).toContain('logs in with this key')
    expect(found?.location).toEqual({ path: '.github/workflows/nightly.yml', line: 8 })
  })

  test.each<[string, Parameters<typeof key>[0]]>([
    ['goes anyway', { action: 'deactivate' }],
    ['is inactive', { action: 'confirm' }],
    ['asks for nothing', { action: null }],
    ['is of the root user', { root: true }],
  ])('a key that %s needs no replacement', (_, parts) => {
    expect(replacementFor(key(parts), [LOGIN])).toBeNull()
  })
})

function key({
  programs = [],
  action = 'create-key',
  root = false,
}: {
  programs?: string[]
  action?: StepAction | null
  root?: boolean
}): Parameters<typeof replacementFor>[0] {
  return {
    root,
    next: action && step(action),
    usage: { regions: ['us-east-1'], programs: programs.map(program), truncated: false },
    hardCoded: [],
  }
}

function program(userAgent: string): Program {
  return { ...identify(userAgent), addresses: [], actions: [], lastSeen: '2026-11-23T00:00:00Z' }
}

function step(action: StepAction): Step {
  return {
    action,
    title: 'A step',
    reason: 'why',
    reasonIsUse: false,
    condition: null,
    instructions: [],
    undo: null,
  }
}
