import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../../src/config/schema.ts'
import { locate } from '../../../src/locate/locate.ts'
import { changed, NotApplicable, pathsOf } from '../../../src/publish/pull-requests/change.ts'
import { FIXTURE, inCheckout } from '../../locate/checkout.ts'
import { CODE, editOf, INACTIVE, PATH } from './served.ts'

const diff = editOf(CODE, INACTIVE).diff ?? ''
const onto = (text: string) => changed(new Map([[PATH, text]]), diff)

test('every form of code in which a key can be declared is changed as git apply changes it', async () => {
  await inCheckout({ [FIXTURE]: '' }, 'git', async root => {
    const git = (args: readonly string[], input = '') => execFileSync('git', args, { cwd: root, input })
    const read = (path: string) => readFileSync(join(root, path), 'utf8')
    const { keys } = (await locate(root, DEFAULT_INFRASTRUCTURE)).declarations
    const diffs = new Set(keys.flatMap(({ edits }) => Object.values(edits).flatMap(({ diff }) => diff ?? [])))
    expect(diffs.size).toBeGreaterThan(20)
    for (const each of diffs) {
      const paths = pathsOf(each)
      const after = changed(new Map(paths.map(path => [path, read(path)])), each)
      git(['apply', '--whitespace=nowarn', '-'], each)
      expect(git(['diff', '--name-only']).toString().trim().split('\n')).toEqual([...paths].sort())
      expect([...after]).toEqual(paths.map(path => [path, read(path)]))
      git(['checkout', '--quiet', '.'])
    }
  })
})

test.each([
  ['moved by a line, where the same text may be another key', `\n${CODE}`],
  ['changed in a line that the diff shows', CODE.replace('ci-deployer', 'other')],
  ['changed already', INACTIVE],
  ['empty', ''],
])('a file %s is not changed', (_, text) => {
  expect(() => onto(text)).toThrow(NotApplicable)
})

test.each([
  ['that renames a file', diff.replaceAll(`b/${PATH}`, 'b/other.tf')],
  ['that is damaged', diff.replace('@@ -1', '@@ 1')],
])('a diff %s is not made', (_, text) => {
  expect(() => changed(new Map([[PATH, CODE]]), text)).toThrow(NotApplicable)
})
