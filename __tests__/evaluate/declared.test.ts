import { describe, expect, test } from '@jest/globals'
import { type Config, EMPTY_CONFIG } from '../../src/config/config.ts'
import {
  type Declarations,
  type KeyDeclaration,
  NO_DECLARATIONS,
  type PossibleDeclaration,
  type UserDeclaration,
} from '../../src/domain/declarations.ts'
import { evaluateAccount, undeclaredUsers } from '../../src/evaluate/evaluate.ts'
import { audit, evidence, failedAccount, look, POLICY } from './account.ts'
import { type Cells, csv, daysAgo, HEADER, NOW, row, slot } from './csv.ts'
import { NO_EDITS, partsOf } from './step-parts.ts'

const at = (line: number) => ({ path: 'iam/ci.tf', line, tool: 'terraform', userName: 'bob' }) as const
const user = (line: number): UserDeclaration => ({ ...at(line), address: `aws_iam_user.u${line}` })
const key = (line: number, status: KeyDeclaration['status'] = null): KeyDeclaration => ({
  ...at(line),
  address: `aws_iam_access_key.k${line}`,
  status,
  edits: NO_EDITS,
})
const active = slot(1, daysAgo(91))
const inactive = slot(2, daysAgo(200), { active: 'false' })

describe('where a key is declared', () => {
  test.each([
    ['at the line of its user', { users: [user(1)] }, ['user', [1]]],
    ['rather at the line of the key', { users: [user(1)], keys: [key(9)] }, ['key', [9]]],
    ['at one of several candidates', { keys: [key(9), key(19)] }, ['one-of-several', [9, 19]]],
    [
      'not at a line that declares an inactive key',
      { keys: [key(9, 'Inactive'), key(19, 'Active')] },
      ['key', [19]],
    ],
    ['at the only line, even if it says another status', { keys: [key(9, 'Inactive')] }, ['key', [9]]],
    [
      'at a line that writes the user in another case',
      { keys: [{ ...key(9), userName: 'Bob' }] },
      ['key', [9]],
    ],
    ['nowhere, if the line is about another user', { keys: [{ ...key(9), userName: 'bobby' }] }, null],
  ])('is %s', (_, declarations, expected) => {
    const [found] = run([row('bob', active)], declarations)
    expect(found?.declared && [found.declared.of, found.declared.candidates.map(({ line }) => line)]).toEqual(
      expected,
    )
  })

  test('is told apart for an active and an inactive key by the declared status', () => {
    const keys = run([row('bob', active, inactive)], { keys: [key(9, 'Inactive'), key(19)] })
    expect(keys.map(({ state, declared }) => [state, declared?.candidates.map(({ line }) => line)])).toEqual([
      ['stale', [19]],
      ['inactive', [9]],
    ])
  })

  test.each([
    ['beside a stale key made by hand', slot(1, daysAgo(400)), slot(2, daysAgo(23), { used: daysAgo(0) })],
    [
      'beside an inactive key made by hand',
      slot(1, daysAgo(400), { active: 'false' }),
      slot(2, daysAgo(91), { used: daysAgo(0) }),
    ],
  ])('is not known of the only declared key %s, so no change of its line is advised', (_, old, used) => {
    const keys = run([row('bob', old, used)], { keys: [key(12)] }, [
      look(
        'bob',
        ['AKIA1', daysAgo(400), old['access_key_1_active'] === 'false' ? 'Inactive' : 'Active'],
        ['AKIA2', used['access_key_2_last_rotated'] ?? ''],
      ),
    ])
    const found = keys.find(({ accessKeyId }) => accessKeyId === 'AKIA1')
    expect(found?.declared).toMatchObject({ of: 'one-of-several', candidates: [{ line: 12 }] })
    const steps = [...(found?.next ? [found.next] : []), ...(found?.later ?? [])].map(partsOf)
    expect(steps.length).toBeGreaterThan(1)
    expect(steps.map(({ change }) => change)).toEqual(steps.map(() => null))
    const commands = steps.flatMap(step => step.commands.map(({ argv }) => argv.join(' ')))
    expect(commands).toContain('terraform state list -id=AKIA1')
    expect(commands.join('\n')).not.toMatch(/iam (update|delete)-access-key/)
  })

  test('is told as absent where no account has a key of its user, and every account is known whole', () => {
    const absentOf = (...rows: Cells[]) =>
      audit([evidence(csv(rows))], { declarations: { ...NO_DECLARATIONS, keys: [key(9)] } }).absent
    expect(absentOf(row('alice', active))).toEqual([
      { tool: 'terraform', path: 'iam/ci.tf', line: 9, address: 'aws_iam_access_key.k9', user: 'bob' },
    ])
    expect(absentOf(row('bob', inactive))).toEqual([])
    const partly = [evidence(csv([row('alice', active)])), failedAccount()]
    expect(audit(partly, { declarations: { ...NO_DECLARATIONS, keys: [key(9)] } }).absent).toEqual([])
    const incomplete = csv(
      [{ ...row('alice', active), additional_credentials_info: 'more' }],
      [...HEADER, 'additional_credentials_info'],
    )
    expect(
      audit([evidence(incomplete)], { declarations: { ...NO_DECLARATIONS, keys: [key(9)] } }).absent,
    ).toEqual([])
  })

  test('is yet to be applied where code says that it is inactive', () => {
    const found = (keys: KeyDeclaration[]) => run([row('bob', active)], { keys })[0]?.declared?.unapplied
    expect(found([key(9, 'Inactive')])).toBe(true)
    expect(found([key(9, 'Active')])).toBe(false)
    expect(found([key(9)])).toBe(false)
    // It may be another key of the user that code has made, and that is inactive as code says.
    const second = slot(2, daysAgo(100))
    const two = run([row('bob', active, second)], { keys: [key(9, 'Inactive')] })
    expect(two.map(({ declared }) => declared?.unapplied)).toEqual([false, false])
  })

  test('is not known where the report says that the user has more keys than it shows', () => {
    const cells = { ...row('bob', active), additional_credentials_info: 'more' }
    const report = csv([cells], [...HEADER, 'additional_credentials_info'])
    const { keys } = audit([evidence(report)], { declarations: { ...NO_DECLARATIONS, keys: [key(9)] } })
    expect(keys[0]?.declared?.of).toBe('one-of-several')
  })

  test('is never said of the root user', () => {
    const users = [{ ...user(1), userName: '<root_account>' }]
    expect(run([row('<root_account>', active)], { users })[0]?.declared).toBeNull()
  })
})

test('of a user whose keys are made by hand by the configuration, only lines that declare them count', () => {
  const config: Config = {
    ...EMPTY_CONFIG,
    remediation: { ...EMPTY_CONFIG.remediation, madeByHand: ['b?b', '/people/**'] },
  }
  const may = { ...at(5), address: 'module.m', users: [null], reason: 'its user is var.name' }
  const answers = (declarations: Partial<Declarations>, by = config) =>
    audit(
      [
        evidence(
          csv([row('bob', active), row('eve', active, { arn: 'arn:aws:iam::123456789012:user/people/eve' })]),
        ),
      ],
      {
        declarations: { ...NO_DECLARATIONS, ...declarations },
        config: by,
      },
    ).keys.map(({ declared }) => declared?.of ?? null)
  expect(answers({ possibleKeys: [may] }, EMPTY_CONFIG)).toEqual(['may-be', 'may-be'])
  expect(answers({ possibleKeys: [may] })).toEqual([null, null])
  expect(answers({ possibleKeys: [may], users: [user(1)] })).toEqual(['user', null])
  expect(answers({ possibleKeys: [may], keys: [key(9)] })).toEqual(['key', null])
})

test.each<[pattern: PossibleDeclaration['users'], may: string[], cannot: string[]]>([
  [[null], ['bob'], []],
  [
    ['CI-', null],
    ['ci-', 'ci-bob'],
    ['bob', 'bob-ci-'],
  ],
  [
    [null, '-CI'],
    ['-ci', 'bob-ci'],
    ['bob', '-ci-bob'],
  ],
  [['ab', null, 'bc'], ['abbc', 'ab-bc'], ['abc']],
  [
    ['a', null, 'bc', null, 'c'],
    ['abcc', 'a-bc-c'],
    ['abc', 'acc'],
  ],
  [
    [null, 'x', null, 'y', null],
    ['xy', 'axbyc'],
    ['yx', 'x'],
  ],
  [[null, 'aba', null, 'aba', null], ['abaaba'], ['ababa']],
])('code that tells %j of a name may mean %j, and cannot mean %j', (users, may, cannot) => {
  const possible = { ...at(5), address: 'module.m', users, reason: 'its user is var.name' }
  const found = run(
    [...may, ...cannot].map(name => row(name, active)),
    { possibleKeys: [possible] },
  )
  const meant = found.filter(({ declared }) => declared?.of === 'may-be')
  expect(new Set(meant.map(({ user }) => user))).toEqual(new Set(may))
})

test('code that rotates a key by itself is told where it alone may declare the key', () => {
  const users = [null]
  const clock = { ...at(5), address: 'a', users, reason: 'var.name', rotates: 'a clock replaces it' }
  const rows = [row('bob', slot(1, daysAgo(91), { used: daysAgo(0) }))]
  const next = (possibleKeys: PossibleDeclaration[]) => run(rows, { possibleKeys })[0]?.next?.action
  expect(next([clock])).toBe('apply-code')
  expect(next([clock, { ...at(6), address: 'b', users, reason: 'var.name' }])).not.toBe('apply-code')
})

test('the names worth looking for in code are those of users with a key to rotate that no line declares', () => {
  const second = slot(2, daysAgo(200))
  const rows = [
    row('<root_account>', active),
    row('twice', active, second),
    row('fresh', slot(1, daysAgo(1))),
    row('bob', active),
    row('eve', active),
  ]
  const users = [{ ...user(1), userName: 'eve' }]
  const declarations = { ...NO_DECLARATIONS, keys: [key(9)], users }
  const account = evaluateAccount(evidence(csv(rows)), declarations, EMPTY_CONFIG, POLICY, NOW)
  expect(undeclaredUsers(account)).toEqual(['twice', 'eve'])
})

test('where text names the user, each such line is told beside the one that declares the user, and no line twice', () => {
  const lines = (path: string, ...at: number[]) => at.map(line => ({ path, line }))
  const mentions = new Map([['bob', [...lines('iam/ci.tf', 9, 10, 15, 16), ...lines('docs/keys.md', 12)]]])
  const told = (users: UserDeclaration[]) =>
    evaluateAccount(
      evidence(csv([row('bob', active)])),
      { ...NO_DECLARATIONS, users },
      EMPTY_CONFIG,
      POLICY,
      NOW,
      mentions,
    ).keys[0]?.declared
  const far = { path: 'iam/ci.tf', line: 16, address: '' }
  const doc = { path: 'docs/keys.md', line: 12, address: '' }
  expect(told([user(10)])).toMatchObject({
    of: 'named',
    candidates: [
      { path: 'iam/ci.tf', line: 10, address: 'aws_iam_user.u10' },
      { path: 'iam/ci.tf', line: 9, address: '' },
      far,
      doc,
    ],
  })
  const elsewhere = { ...user(10), repository: { name: 'octo-org/iam', commit: 'a'.repeat(40) } }
  expect(told([elsewhere])?.candidates).toHaveLength(6)
})

test('a file that makes keys may declare those of the users whose names stand in it, and of nobody else', () => {
  const maker = { path: 'bin/keys.py', line: 3, maker: 'create_access_key', words: new Map([['Bob', 7]]) }
  const keys = run([row('bob', active), row('eve', active)], { keyMakers: [maker] })
  expect(keys.map(({ declared }) => declared && [declared.of, declared.candidates])).toEqual([
    ['may-be', [{ path: 'bin/keys.py', line: 7, address: '' }]],
    null,
  ])
})

describe('a hard-coded key', () => {
  const keyIds = [
    { accessKeyId: 'AKIA1', path: 'deploy.sh', line: 7, besideSecret: false },
    { accessKeyId: 'AKIA1', path: 'docs/x.md', line: 2, besideSecret: true },
    { accessKeyId: 'AKIA2', path: 'other.sh', line: 1, besideSecret: true },
  ]

  test('names every place where its ID is written out, and where its secret seems to stand beside it', () => {
    const [found] = run([row('bob', active)], { keyIds }, [look('bob', ['AKIA1', daysAgo(91)])])
    expect(found?.hardCoded).toEqual([
      { path: 'deploy.sh', line: 7 },
      { path: 'docs/x.md', line: 2, secret: true },
    ])
  })

  test.each([
    ['AKIA1', 'Deactivate now', 'critical', 'deactivate it now'],
    ['AKIA3', 'Deactivate now if leaked', 'critical', 'may stay until its age asks for its rotation'],
  ])(
    'that is fresh (%s) is no finding, and is dealt with as its secret asks for',
    (id, title, level, what) => {
      const only = { accessKeyId: 'AKIA3', path: 'x.sh', line: 1, besideSecret: false }
      const [found] = run([row('bob', active)], { keyIds: [...keyIds, only] }, [
        look('bob', [id, daysAgo(30)]),
      ])
      expect(found).toMatchObject({ state: 'fresh', urgency: { level }, next: { action: 'contain', title } })
      expect(JSON.stringify(found?.next)).toContain(what)
    },
  )

  test('is not suspected where the ID is not known', () => {
    expect(run([row('bob', active)], { keyIds })[0]?.hardCoded).toEqual([])
  })
})

function run(
  rows: readonly Cells[],
  declarations: Partial<Declarations>,
  observations: readonly ReturnType<typeof look>[] = [],
) {
  return audit([evidence(csv(rows), { observations })], {
    declarations: { ...NO_DECLARATIONS, ...declarations },
  }).keys
}
