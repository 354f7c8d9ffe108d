import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { applyDiff } from '../../sandbox/apply-diff.ts'
import type { KeyDeclaration, KeyEdits } from '../../src/domain/declarations.ts'
import { readHcl } from '../../src/locate/hcl/hcl.ts'
import { readTerraform } from '../../src/locate/terraform/terraform.ts'

/** A key's block and what stands about it, in the many ways in which people write them. */
const key = (name: string) =>
  fc
    .record({
      user: fc.constantFrom(`"${name}"`, 'lower(\n    "KEY"\n  )'.replace('KEY', name), `("${name}")`),
      others: fc.subarray(
        ['pgp_key = "keybase:x"', 'pgp_key="y" # as is', 'count = 1', 'provider = aws.eu /* there */'].slice(
          1,
        ),
      ),
      status: fc.constantFrom('', 'status = "Active"', 'status=true ? "Active" : "Inactive" // for now'),
      inner: fc.subarray([
        '# a comment',
        '',
        'lifecycle {\n    create_before_destroy = true\n  }',
        'depends_on = [aws_iam_user.x]',
      ]),
      indent: fc.constantFrom('  ', '    ', '\t', ''),
      first: fc.boolean(),
    })
    .map(({ user, others, status, inner, indent, first }) => {
      const attributes = [
        ...(first ? [`user = ${user} # who`] : []),
        ...others,
        ...(status === '' ? [] : [status]),
        ...(first ? [] : [`user    = ${user}`]),
      ]
      const lines = [...attributes, ...inner].map(line => (line === '' ? '' : indent + line))
      return `resource "aws_iam_access_key" "${name}" {\n${lines.join('\n')}\n}`
    })

const oneLine = (name: string) =>
  fc.constantFrom(
    `resource "aws_iam_access_key" "${name}" { user = "${name}" }`,
    `resource aws_iam_access_key ${name} {user="${name}"} # short`,
  )

const reader = (name: string) =>
  fc.constantFrom(
    `output "${name}_secret" {\n  value = aws_iam_access_key.${name}.secret // of ${name}\n}`,
    `output "${name}_id" { value = "id: \${aws_iam_access_key.${name}.id}" }`,
    `resource "aws_ssm_parameter" "${name}" {\n  name  = "/${name}/secret"\n  value = aws_iam_access_key.${name}.secret\n}`,
    `moved {\n  from = aws_iam_access_key.old_${name}\n  to   = aws_iam_access_key.${name}\n}`,
    `locals {\n  x_${name} = aws_iam_access_key.${name}.id\n}`,
  )

const bystander = fc.constantFrom(
  '# resource "aws_iam_access_key" "a" { }',
  '/* aws_iam_access_key.a\n } */',
  'resource "aws_iam_user" "x" {\n  name = "x-y"\n}',
  'locals {\n  doc = <<-EOT\n    resource "aws_iam_access_key" "z" { user = "z" }\n  EOT\n}',
  'output "plain" {\n  value = "aws_iam_user"\n}',
)

const file = fc
  .record({
    keys: fc.tuple(fc.oneof(key('a'), oneLine('a')), fc.oneof(key('b'), oneLine('b'))),
    readers: fc.uniqueArray(fc.oneof(reader('a'), reader('b')), { maxLength: 4 }),
    bystanders: fc.uniqueArray(bystander, { maxLength: 4 }),
    order: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
    gaps: fc.array(fc.constantFrom('\n', '\n\n', '\n\n\n\n\n', '\n# note\n', '\n\n// note\n\n'), {
      minLength: 10,
      maxLength: 10,
    }),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    start: fc.constantFrom('', '\uFEFF'),
    end: fc.constantFrom('', '\n', '\n\n'),
  })
  .map(({ keys, readers, bystanders, order, gaps, lineBreak, start, end }) => {
    const parts = [...keys, ...readers, ...bystanders]
      .map((text, index) => ({ text, at: order[index] ?? 0 }))
      .toSorted((a, b) => a.at - b.at)
    const text = parts
      .map((part, index) => (index === 0 ? '' : gaps[index % gaps.length]) + part.text)
      .join('')
    return (start + text + end).replaceAll('\n', lineBreak)
  })

const PATH = 'main.tf'
const keysIn = (text: string) => readTerraform([{ path: '.', files: [{ path: PATH, text }] }]).keys
const blocksIn = (text: string) => readHcl(text).blocks.map(({ start, end }) => text.slice(start, end))
/** What is neither block nor blank: the comments between blocks. */
const commentsIn = (text: string) =>
  readHcl(text)
    .blocks.toReversed()
    .reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text)
    .split(/\r?\n/)
    .map(line => line.trim())
    // On its last line, it is a part of the block.
    .filter(line => line !== '' && line !== '# short')
const facts = ({ address, userName, status }: KeyDeclaration) => ({ address, userName, status })

interface Change {
  readonly before: string
  readonly after: string
  readonly of: KeyDeclaration
}

/** Holds for the edit of each key that has one, in any such file. */
function holds(which: keyof KeyEdits, check: (change: Change) => void): void {
  let edited = 0
  fc.assert(
    fc.property(file, before => {
      for (const of of keysIn(before)) {
        const { diff } = of.edits[which]
        if (diff === null) continue
        edited++
        const after = applyDiff({ [PATH]: before }, diff)[PATH] ?? ''
        expect(readHcl(after).errors).toEqual([])
        expect(after.lastIndexOf('\uFEFF')).toBe(before.lastIndexOf('\uFEFF'))
        expect(commentsIn(after)).toEqual(commentsIn(before))
        expect(/\r\n/.test(after) && /(?<!\r)\n/.test(after)).toBe(false)
        check({ before, after, of })
      }
    }),
    { numRuns: 150 },
  )
  expect(edited).toBeGreaterThan(100)
}

describe('in any Terraform file', () => {
  test('setting a key to Inactive changes its status and nothing else', () => {
    holds('deactivate', ({ before, after, of }) => {
      const others = (text: string) => keysIn(text).map(facts)
      expect(others(after)).toEqual(
        others(before).map(one => (one.address === of.address ? { ...one, status: 'Inactive' } : one)),
      )
      const [old, changed] = [blocksIn(before), blocksIn(after)]
      const differing = changed.flatMap((block, index) =>
        block === old[index] ? [] : [[old[index] ?? '', block]],
      )
      expect(changed).toHaveLength(old.length)
      expect(differing).toHaveLength(1)
      const plain = (block = '') =>
        block.replace(/\bstatus *=[^\n/]*(?=\s*\/\/|\r?\n|$)/, '').replace(/\s+/g, '')
      expect(plain(differing[0]?.[1])).toBe(plain(differing[0]?.[0]))
      expect(after.endsWith('\n')).toBe(before.endsWith('\n'))
    })
  })

  test('taking a key out takes its block and what speaks of it alone', () => {
    holds('remove', ({ before, after, of }) => {
      const rest = blocksIn(after)
      const gone = blocksIn(before).filter(block => !rest.includes(block))
      expect(rest).toEqual(blocksIn(before).filter(block => !gone.includes(block)))
      const name = of.address.split(/[.[]/)[1]
      for (const block of gone) expect(block).toMatch(/^(output|moved|resource "?aws_iam_access_key)/)
      for (const block of gone) expect(block).toMatch(new RegExp(`aws_iam_access_key"?[. ]"?${name}\\b`))
      expect(keysIn(after).map(facts)).toEqual(
        keysIn(before)
          .filter(({ address }) => address !== of.address)
          .map(facts),
      )
      for (const block of rest) expect(block).not.toMatch(new RegExp(`aws_iam_access_key\\.${name}\\b`))
    })
  })

  test('a second key stands beside the first, of the same user and active, and all else as it was', () => {
    holds('second', ({ before, after, of }) => {
      const old = blocksIn(before)
      const added = blocksIn(after).filter(block => !old.includes(block))
      expect(blocksIn(after).filter(block => !added.includes(block))).toEqual(old)
      const fresh = keysIn(after).filter(
        ({ address }) =>
          address === `${of.address.replace(/\[0\]$/, '')}_next${of.address.endsWith(']') ? '[0]' : ''}`,
      )
      expect(fresh.map(({ userName, status }) => [userName, status ?? 'Active'])).toEqual([
        [of.userName, 'Active'],
      ])
      expect(keysIn(after)).toHaveLength(keysIn(before).length + 1)
      expect(after.endsWith('\n')).toBe(before.endsWith('\n'))
    })
  })
})
