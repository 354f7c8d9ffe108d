import { describe, expect, test } from '@jest/globals'
import {
  closingComment,
  descriptionOf,
  theirsComment,
  titleOf,
} from '../../../src/publish/pull-requests/body.ts'
import {
  type Marker,
  markerLine,
  parseMarker,
  withMarker,
} from '../../../src/publish/pull-requests/marker.ts'
import type { Proposal } from '../../../src/publish/pull-requests/plan.ts'
import { audited, result, run, step, words } from '../build.ts'
import { awakened, HOSTILE_TEXTS, rendered, textOf } from '../rendered.ts'
import { declaredKey, editOf } from './served.ts'

const MARKER: Marker = {
  user: 'a'.repeat(16),
  key: 'b'.repeat(16),
  createdAt: '2026-07-31T09:39:56Z',
  account: '123456789012',
  step: 'deactivate',
  heads: ['c'.repeat(40)],
  base: 'd'.repeat(40),
  edit: 'e'.repeat(16),
  files: 'f'.repeat(16),
  withdrawn: false,
  told: null,
}

function proposal(text = 'ci-deployer', over: Partial<Proposal> = {}): Proposal {
  const path = `iam/${text}.tf`
  const edit = editOf('a\n', 'b\n', { note: text, location: { path, line: 3 } })
  const key = declaredKey({ name: text, owner: { name: text, kind: 'text', source: 'tag' } }, edit)
  const advice = step({
    action: 'deactivate',
    reason: text,
    instructions: [words(text), edit],
    undo: words(text),
  })
  return {
    key,
    step: 'deactivate',
    advice,
    reason: text,
    later: [step({ condition: text })],
    edit,
    diff: edit.diff ?? '',
    ...over,
  }
}

function described(of: Proposal): string {
  const setting = {
    result: result([of.key], { accounts: [audited({ name: of.key.user })] }),
    run: run(),
    issueOf: () => ({ name: 'issue 12', url: 'https://github.com/octo-org/octo-repo/issues/12' }),
    startsNothing: true,
  }
  return descriptionOf(of, setting, markerLine(MARKER))
}

describe('whatever AWS or a file says', () => {
  test.each(HOSTILE_TEXTS.map(text => [text]))('%j is text in description and comments', text => {
    const body = described(proposal(text))
    for (const markdown of [
      body,
      closingComment(text),
      theirsComment({ reason: text }),
      theirsComment({ diff: text }),
    ])
      expect(awakened(rendered(markdown))).toEqual([])
    expect(parseMarker(body)).toEqual(MARKER)
  })

  test.each(
    [
      ...HOSTILE_TEXTS,
      'GH-12',
      'fixes #1',
      '[skip ci]',
      '@octo-org/team',
      'a\n\nskip-checks: true',
      'Co-authored-by: x <x@y>',
    ].map(text => [text]),
  )('%j mentions, refers, closes and skips nothing in the title, which is the commit’s message too', text => {
    const title = titleOf(proposal(text))
    expect(title).toMatch(/^Set the access key of [\w+=,.()…-]* to Inactive$/)
    expect(title).not.toMatch(/GH-\d/)
  })

  test('a name is shown as it is where it is harmless', () => {
    expect(titleOf(proposal('ci+deploy=1,a.b_c'))).toBe('Set the access key of ci+deploy=1,a.b_c to Inactive')
    expect(titleOf(proposal('alice@example.com'))).toBe(
      'Set the access key of alice(at)example.com to Inactive',
    )
  })
})

describe('the description', () => {
  test('says what and why, who uses it, what merging does, how to take it back, what follows, and where the issue is', () => {
    const of = proposal()
    const text = textOf(
      rendered(
        described({
          ...of,
          key: { ...of.key, staleSince: '2026-08-01T00:00:00Z' },
          reason: 'idle since 2026-08-16',
        }),
      ),
    )
    expect(text).toMatch(
      /This sets access key AKIA\w+ of ci-deployer in ci-deployer \(123456789012\) at iam\/ci-deployer\.tf:3 to Inactive\. It has been stale since 2026-08-01: idle since 2026-08-16\. An inactive key can be activated again/,
    )
    for (const part of [
      'It was last used on 2026-08-16 by s3 in us-east-1.',
      'Merging changes the code alone. When Terraform is applied, AWS refuses every request made with the key.',
      'Undo:',
      'What follows',
      'The key is tracked in issue 12, which links back.',
      'GitHub starts no workflows for it',
    ])
      expect(text).toContain(part)
  })

  test('speaks of a stack where CloudFormation declares the key', () => {
    const of = proposal()
    expect(described({ ...of, edit: { ...of.edit, tool: 'cloudformation' } })).toContain(
      'When the stack is updated',
    )
  })
})

test.each([
  ['says so of a file of which nothing is left', 'a\n', '', true],
  ['does not where a line is left', 'a\nb\n', 'b\n', false],
  ['does not where a line is put in its place', 'a\n', 'b\n', false],
])('what to mind before merging %s', (_, before, after, is) => {
  const text = textOf(rendered(described(proposal('ci', { diff: editOf(before, after).diff ?? '' }))))
  expect(text.includes('nothing is left in iam/ci.tf. It stays as an empty file')).toBe(is)
})

describe('the marker', () => {
  test('is replaced in its place, whatever people wrote around it', () => {
    const body = `Mine\r\n${markerLine(MARKER)}\r\nand mine`
    const next = { ...MARKER, withdrawn: true }
    expect(parseMarker(withMarker(body, next))).toEqual(next)
    expect(withMarker(body, next)).toMatch(/^Mine\n.*\nand mine$/)
  })

  test.each([
    ['no JSON', '<!-- aws-access-key-rotation-audit:pull-request:1 {"user":,} -->'],
    ['another field', markerLine({ ...MARKER, more: 1 } as never)],
    ['no SHA', markerLine({ ...MARKER, heads: ['main'] })],
    ['nothing', ''],
    ['another beside it', `${markerLine(MARKER)}\n\n${markerLine({ ...MARKER, withdrawn: true })}`],
    ['a quoted one', `> ${markerLine(MARKER)}`],
  ])('with %s is none', (_, body) => {
    expect(parseMarker(body)).toBeNull()
  })
})
