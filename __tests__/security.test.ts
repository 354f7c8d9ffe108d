import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { POLICY_CASES, rowOf } from '../peers/policy-cases.ts'

const root = new URL('../', import.meta.url)
const named = [
  ...readFileSync(new URL('SECURITY.md', root), 'utf8').matchAll(/\[([^\]]+)\]\((__tests__\/[^)]+)\)/g),
].map(([, name = '', path = '']) => ({ name, path }))

test.each(named.filter(({ name }) => name !== 'a test'))(
  'SECURITY.md is shown by: $name',
  ({ name, path }) => {
    expect(existsSync(new URL(path, root))).toBe(true)
    const source = readFileSync(new URL(path, root), 'utf8')
    expect([`'${name}'`, `"${name}"`, `\`${name}\``].some(quoted => source.includes(quoted))).toBe(true)
  },
)

test('SECURITY.md names a test in every row of its threats', () => {
  const threats = readFileSync(new URL('SECURITY.md', root), 'utf8').split('## Who could attack')[1] ?? ''
  const rows = threats.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| Wants'))
  expect(rows.length).toBeGreaterThan(25)
  expect(rows.filter(row => !row.includes('](__tests__/'))).toEqual([])
})

test('SECURITY.md has each case of the policies that the peers decide, with its decision and clause, and no other', () => {
  const [, section = ''] = readFileSync(new URL('SECURITY.md', root), 'utf8').split(
    '## What the policies allow',
  )
  const rows =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter(line => line.startsWith('| ')) ?? []
  expect(rows.slice(1)).toEqual(POLICY_CASES.map(rowOf))
})
