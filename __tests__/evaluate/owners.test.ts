import { describe, expect, test } from '@jest/globals'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { type Declarations, NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { ownerOf } from '../../src/evaluate/owners.ts'
import { AT, audit, evidence } from './account.ts'
import { csv, daysAgo, row, slot } from './csv.ts'

const rows = [{ ...row('ci-bob', slot(1, daysAgo(91))), arn: 'arn:aws:iam::123456789012:user/ci/ci-bob' }]

describe('the owner of a key', () => {
  const rule = { user: 'ci-*', owner: 'octo-org/platform', line: 3 }
  const config = {
    ...EMPTY_CONFIG,
    owners: { tag: 'owner', users: [rule, { ...rule, owner: 'later' }], mention: false },
  }
  const tagOnly = { ...EMPTY_CONFIG, owners: { tag: 'owner', users: [], mention: false } }
  const byPath = {
    ...EMPTY_CONFIG,
    owners: { tag: null, users: [{ ...rule, user: '/ci/*' }], mention: false },
  }
  const tag = (value: string | null, name = 'owner') =>
    ({ kind: 'owner-tag', user: 'ci-bob', at: AT, tag: name, value }) as const
  const declarations: Declarations = {
    ...NO_DECLARATIONS,
    users: [{ tool: 'terraform', userName: 'ci-bob', address: 'aws_iam_user.b', path: 'iam/ci.tf', line: 1 }],
    codeOwners: [{ pattern: '/iam/', owners: ['@octo-org/iam', '@rita'], path: 'CODEOWNERS', line: 1 }],
  }
  const codeOwner = { name: 'octo-org/iam', kind: 'team', source: 'codeowners' }

  test.each([
    [
      'the configuration’s first rule',
      config,
      tag('rita'),
      { name: 'octo-org/platform', kind: 'team', source: 'configuration' },
    ],
    [
      'a rule over the path',
      byPath,
      tag('rita'),
      { name: 'octo-org/platform', kind: 'team', source: 'configuration' },
    ],
    ['else the tag', tagOnly, tag('rita'), { name: 'rita', kind: 'user', source: 'tag' }],
    ['else CODEOWNERS of the declaring line', tagOnly, tag(null), codeOwner],
    ['not a tag of another name', tagOnly, tag('rita', 'team'), codeOwner],
    ['not a tag that nobody asked for', EMPTY_CONFIG, tag('rita'), codeOwner],
    ['not an empty tag', tagOnly, tag('  '), codeOwner],
  ])('is %s', (_, config, observation, owner) => {
    const { keys } = audit([evidence(csv(rows), { observations: [observation] })], { config, declarations })
    expect(keys[0]?.owner).toEqual(owner)
  })

  test.each([
    ['@rita', 'rita', 'user'],
    ['octo-org/platform', 'octo-org/platform', 'team'],
    ['rita@example.com', 'rita@example.com', 'text'],
    ['Team Blue', 'Team Blue', 'text'],
    ['-rita', '-rita', 'text'],
    ['a--b', 'a--b', 'text'],
    ['::error::x\ny', '::error::x\ny', 'text'],
  ])('tagged %j is %j, a %s', (value, name, kind) => {
    const { keys } = audit([evidence(csv(rows), { observations: [tag(value)] })], { config: tagOnly })
    expect(keys[0]?.owner).toEqual({ name, kind, source: 'tag' })
  })

  test('is null where nothing names one', () => {
    expect(audit([evidence(csv(rows))]).keys[0]?.owner).toBeNull()
  })
})

describe('CODEOWNERS', () => {
  const codeOwnerOf = (
    path: string,
    ...rules: readonly (readonly [pattern: string, ...owners: string[]])[]
  ) =>
    ownerOf({ user: 'ci', arn: 'ci' }, declaredAt(path), EMPTY_CONFIG, undefined, {
      ...NO_DECLARATIONS,
      codeOwners: rules.map(([pattern, ...owners], index) => ({
        pattern,
        owners,
        path: 'CODEOWNERS',
        line: index + 1,
      })),
    })?.name ?? null
  const declaredAt = (path: string) =>
    ({
      tool: 'terraform',
      of: 'key',
      mayBeByHand: false,
      unapplied: false,
      reason: null,
      candidates: [{ path, line: 1, address: 'aws_iam_access_key.ci' }],
    }) as const

  test('the last rule that matches wins', () => {
    expect(codeOwnerOf('iam/ci.tf', ['*', '@all'], ['*.tf', '@infra'], ['/docs/', '@docs'])).toBe('infra')
  })

  test('a last rule without owners leaves the file without one', () => {
    expect(codeOwnerOf('iam/ci.tf', ['*', '@all'], ['/iam/'])).toBeNull()
  })

  test.each([
    ['*', 'iam/ci.tf', true],
    ['\\'.repeat(20), 'iam/ci.tf', false],
    ['*.tf', 'iam/ci.tf', true],
    ['/*.tf', 'iam/ci.tf', false],
    ['/*.tf', 'ci.tf', true],
    ['/iam/', 'iam/deep/ci.tf', true],
    ['/iam/', 'x/iam/ci.tf', false],
    ['iam/', 'x/iam/ci.tf', true],
    ['iam', 'x/iam/ci.tf', true],
    ['/iam', 'iam/ci.tf', true],
    ['docs/*', 'docs/a.md', true],
    ['docs/*', 'docs/b/a.md', false],
    ['docs/*', 'x/docs/a.md', false],
    ['**/iam', 'x/iam/ci.tf', true],
    ['/infra/**/ci.tf', 'infra/a/b/ci.tf', true],
    ['[a-z].tf', 'a.tf', false],
    ['{a,b}.tf', 'a.tf', false],
    ['/.github/', '.github/workflows/x.yml', true],
  ])('the pattern %s matches %s: %s', (pattern, path, matches) => {
    expect(codeOwnerOf(path, [pattern, '@me'])).toBe(matches ? 'me' : null)
  })
})
