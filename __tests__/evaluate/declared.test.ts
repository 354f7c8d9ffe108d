import { describe, expect, test } from '@jest/globals'
import {
  type Declarations,
  type KeyDeclaration,
  NO_DECLARATIONS,
  type UserDeclaration,
} from '../../src/declarations.ts'
import { audit, evidence, look } from './account.ts'
import { type Cells, csv, daysAgo, row, slot } from './csv.ts'

const at = (line: number) => ({ path: 'iam/ci.tf', line, tool: 'terraform', userName: 'bob' }) as const
const user = (line: number): UserDeclaration => ({ ...at(line), address: `aws_iam_user.u${line}` })
const key = (line: number, status: KeyDeclaration['status'] = null): KeyDeclaration => ({
  ...at(line),
  address: `aws_iam_access_key.k${line}`,
  status,
})
const active = slot(1, daysAgo(91))
const inactive = slot(2, daysAgo(200), { active: 'false' })

describe('where a key is declared', () => {
  test.each([
    ['at the line of its user', { users: [user(1)] }, ['user', [1]]],
    ['rather at the line of the key', { users: [user(1)], keys: [key(9)] }, ['key', [9]]],
    ['at each of several candidates', { keys: [key(9), key(19)] }, ['key', [9, 19]]],
    [
      'not at a line that declares an inactive key',
      { keys: [key(9, 'Inactive'), key(19, 'Active')] },
      ['key', [19]],
    ],
    ['even where the code says otherwise of its only line', { keys: [key(9, 'Inactive')] }, ['key', [9]]],
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

  test('is never said of the root user', () => {
    const users = [{ ...user(1), userName: '<root_account>' }]
    expect(run([row('<root_account>', active)], { users })[0]?.declared).toBeNull()
  })
})

describe('a hard-coded key', () => {
  const keyIds = [
    { accessKeyId: 'AKIA1', path: 'deploy.sh', line: 7 },
    { accessKeyId: 'AKIA1', path: 'docs/x.md', line: 2 },
    { accessKeyId: 'AKIA2', path: 'other.sh', line: 1 },
  ]

  test('names every place where its ID is written out', () => {
    const [found] = run([row('bob', active)], { keyIds }, [look('bob', ['AKIA1', daysAgo(91)])])
    expect(found?.hardCoded).toEqual([
      { path: 'deploy.sh', line: 7 },
      { path: 'docs/x.md', line: 2 },
    ])
  })

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
