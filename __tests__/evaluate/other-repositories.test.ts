/** What declarations of other repositories make of keys. */
import { describe, expect, test } from '@jest/globals'
import {
  type Declarations,
  type KeyDeclaration,
  NO_DECLARATIONS,
  type Repository,
  type UserDeclaration,
} from '../../src/domain/declarations.ts'
import { audit, evidence, look } from './account.ts'
import { csv, daysAgo, row, slot } from './csv.ts'
import { NO_EDITS, partsOf } from './step-parts.ts'

const COMMIT = 'c'.repeat(40)
const BILLING: Repository = { name: 'octo-org/billing', commit: COMMIT }
const SEARCH: Repository = { name: 'octo-org/search', commit: COMMIT }

const place = (repository: Repository | null) => ({
  path: 'iam/ci.tf',
  line: 9,
  ...(repository === null ? {} : { repository }),
})
const about = { tool: 'terraform', userName: 'bob' } as const
const user = (of: Repository | null): UserDeclaration => ({
  ...place(of),
  ...about,
  address: 'aws_iam_user.bob',
})
const key = (of: Repository | null, edits = NO_EDITS): KeyDeclaration => ({
  ...place(of),
  ...about,
  address: 'aws_iam_access_key.bob',
  status: null,
  edits,
})

function bob(declarations: Partial<Declarations>, more: Partial<Parameters<typeof audit>[1]> = {}) {
  const result = audit(
    [
      evidence(csv([row('bob', slot(1, daysAgo(91), { used: daysAgo(1) }))]), {
        observations: [look('bob', ['AKIA1', daysAgo(91)])],
      }),
    ],
    { declarations: { ...NO_DECLARATIONS, ...declarations }, ...more },
  )
  const [found] = result.keys
  if (found === undefined) throw new Error('no key')
  return { ...found, step: result.step }
}

describe('a user whom', () => {
  test.each<[string, Partial<Declarations>, string, number]>([
    [
      'one other repository declares, with the key',
      { users: [user(BILLING)], keys: [key(BILLING)] },
      'key',
      1,
    ],
    ['two declare, each with a key', { keys: [key(BILLING), key(SEARCH)] }, 'one-of-several', 2],
    ['this one declares, too', { keys: [key(null), key(BILLING)] }, 'one-of-several', 2],
    [
      'another declares, too, without a key',
      { users: [user(SEARCH)], keys: [key(BILLING)] },
      'one-of-several',
      1,
    ],
  ])('%s: how sure the declaration of its key is', (_, declarations, of, candidates) => {
    const { declared, next } = bob(declarations)
    expect([declared?.of, declared?.candidates.length]).toEqual([of, candidates])
    expect(declared?.mayBeByHand).toBe(of !== 'key')
    const edits = next?.instructions.filter(({ kind }) => kind === 'edit') ?? []
    expect(edits.length > 0).toBe(of === 'key')
  })
})

test('a change of code is shown with its repository, so that nobody applies it here', () => {
  const second = { diff: '--- a/iam/ci.tf\n', note: null }
  const { next } = bob({ keys: [key(BILLING, { ...NO_EDITS, second })] })
  expect(next?.instructions.find(({ kind }) => kind === 'edit')).toMatchObject({
    location: { path: 'iam/ci.tf', line: 9, repository: BILLING },
    diff: '--- a/iam/ci.tf\n',
  })
})

test('lines of two repositories at one path and of one name are two, each with its own change', () => {
  const here = { ...NO_EDITS, second: { diff: 'here', note: null } }
  const there = { ...NO_EDITS, second: { diff: 'there', note: null } }
  const other = { ...key(SEARCH, there), userName: 'carol' }
  const { next } = bob({ keys: [key(null, here), other] })
  expect(next?.instructions.find(({ kind }) => kind === 'edit')).toMatchObject({ diff: 'here' })
})

test('the owner is named by CODEOWNERS of the repository that declares the key, not by that of the audit', () => {
  const rule = (name: string, of: Repository | null) => ({
    ...place(of),
    path: 'CODEOWNERS',
    pattern: '*',
    owners: [name],
  })
  const codeOwners = [rule('@octo-org/audit', null), rule('@octo-org/money', BILLING)]
  expect(bob({ keys: [key(BILLING)], codeOwners }).owner?.name).toBe('octo-org/money')
  expect(bob({ keys: [key(null)], codeOwners }).owner?.name).toBe('octo-org/audit')
  expect(bob({ keys: [key(SEARCH)], codeOwners }).owner).toBeNull()
})

test('a change here to a file of the same path as one elsewhere declares no key', () => {
  const changed = { policy: { failOn: 'changed' }, changedFiles: ['iam/ci.tf'] } as const
  const scan = { ...NO_DECLARATIONS.scan, source: 'git' } as const
  expect(bob({ scan, keys: [key(BILLING)] }, changed).step.fails).toBe(false)
  expect(bob({ scan, keys: [key(null)] }, changed).step.fails).toBe(true)
})

test('a key whose ID stands in another repository is to be looked for there', () => {
  const keyIds = [{ ...place(BILLING), accessKeyId: 'AKIA1', besideSecret: false }]
  const { hardCoded, urgency, next } = bob({ keyIds })
  expect(hardCoded).toEqual([place(BILLING)])
  expect(urgency?.reason).toBe('its ID is written out in octo-org/billing')
  expect(next?.action).toBe('contain')
  expect(next?.reason).toBe('its ID stands in octo-org/billing (octo-org/billing:iam/ci.tf:9)')
  const comments = next === null ? [] : partsOf(next).commands.map(({ comment }) => comment)
  expect(comments).toContain(
    'In a clone of octo-org/billing: where its ID came and went. Was its secret there?',
  )
})

test('a workflow here that is named as a file elsewhere with the key’s ID does not log in with that key', () => {
  const path = '.github/workflows/deploy.yml'
  const keyIds = [{ ...place(BILLING), path, accessKeyId: 'AKIA1', besideSecret: false }]
  const staticLogins = [{ path, line: 3, via: 'env', secret: null } as const]
  expect(bob({ keyIds, staticLogins }).replacement?.certain).toBe(false)
  const here = [{ ...place(null), path, accessKeyId: 'AKIA1', besideSecret: false }]
  expect(bob({ keyIds: here, staticLogins }).replacement?.certain).toBe(true)
})
