import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { oneLine, visible } from '../../../src/domain/text.ts'
import {
  blocks,
  bullets,
  code,
  codeBlock,
  details,
  heading,
  link,
  type Markdown,
  md,
  prose,
  strong,
  table,
} from '../../../src/publish/describe/markdown.ts'
import { awakened, elementNames, elements, HOSTILE_TEXTS, hrefs, rendered, textOf } from '../rendered.ts'

const PLACES: Record<string, { put: (text: string) => Markdown; elements: string[] }> = {
  'a paragraph': { put: text => md`${text}`, elements: ['p'] },
  'code in a paragraph': { put: text => md`x ${code(text)} y`, elements: ['p', 'code'] },
  'a heading': { put: text => heading(2, text), elements: ['h2'] },
  'a list item': { put: text => bullets([text, code(text)]), elements: ['ul', 'li', 'code'] },
  'a table cell': {
    put: text => table([{ title: 'User' }, { title: 'Key', align: 'right' }], [[text, code(text)]]),
    elements: ['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code'],
  },
  'a summary': {
    put: text => details(md`Steps for ${code(text)}: ${text}`, text),
    elements: ['details', 'summary', 'p', 'code'],
  },
  'a code block': { put: text => codeBlock(text, 'sh'), elements: ['pre', 'code'] },
  'a code block in a summary': {
    put: text => details('x', codeBlock(text, 'sh')),
    elements: ['details', 'summary', 'pre', 'code'],
  },
  'a strong text': { put: text => strong(text), elements: ['p', 'strong'] },
}

describe.each(Object.entries(PLACES))('hostile text in %s', (_, { put, elements: expected }) => {
  const allowed = [...expected, 'span', 'code']

  test.each(HOSTILE_TEXTS)('%j stays text', text => {
    const tree = rendered(put(text))
    expect(elementNames(tree).filter(name => !allowed.includes(name))).toEqual([])
    expect(hrefs(tree)).toEqual([])
    expect(awakened(tree)).toEqual([])
    expect(readable(textOf(tree))).toContain(readable(visible(text, '\n\t\r\u2028\u2029\u0085')))
  })

  test('any text is shown whole, with no markup but ours', () => {
    fc.assert(
      fc.property(nastyText, text => {
        const tree = rendered(put(text))
        expect(elementNames(tree).filter(name => !allowed.includes(name))).toEqual([])
        expect(awakened(tree)).toEqual([])
        expect(readable(textOf(tree))).toContain(readable(visible(text, '\n\t\r\u2028\u2029\u0085')))
      }),
      { numRuns: 150 },
    )
  })
})

test('what stands between two backticks is one code span, other backticks are text', () => {
  const tree = rendered(md`${'Set `permissions: issues: write`, not `a or b`c; it`s 5 ` wide.'}`)
  expect(elements(tree, 'code').map(textOf)).toContain('permissions: issues: write')
  expect(textOf(tree)).toContain('not `a or b`c; it`s 5 ` wide.')
})

test('a text cannot close the cell, row, or block that it stands in', () => {
  const tree = rendered(
    blocks([
      table([{ title: 'A' }, { title: 'B' }], [['x | y', code('a\\|b\n|')]]),
      details('s', 'a\n\n</details>'),
    ]),
  )
  expect(elements(tree, 'td').map(textOf)).toEqual(['x | y', 'a\\|b |'])
  expect(elements(tree, 'details')).toHaveLength(1)
})

test('bidi controls, NUL and lone surrogates are shown by number', () => {
  expect(textOf(rendered(md`${'a\u202Eb'} ${code('c\u0000\ud800')}`))).toBe('a<U+202E>b c<U+0000><U+D800>')
})

test('an access key ID in a sentence becomes code, its punctuation does not', () => {
  const tree = rendered(prose('Move to AKIAIOSFODNN7EXAMPLE, then (a@b.c).'))
  expect(elements(tree, 'code').map(textOf)).toEqual(['AKIAIOSFODNN7EXAMPLE', 'a@b.c'])
  expect(textOf(tree)).toBe('Move to AKIAIOSFODNN7EXAMPLE, then (a@b.c).')
})

test('ordinary sentences stay as they are written', () => {
  const text = "Idle since 2026-08-16 (AWS's report of 23:48 UTC); it's used by s3 in us-east-1, 100%."
  expect(prose(text).markdown).toBe(text)
})

test('a column that is empty in every row is left out', () => {
  const tree = rendered(
    table(
      [{ title: 'User' }, { title: 'Owner' }],
      [
        ['a', ''],
        ['b', null],
      ],
    ),
  )
  expect(elements(tree, 'th').map(textOf)).toEqual(['User'])
})

describe('link', () => {
  test('leads to http and https only', () => {
    expect(hrefs(rendered(link('x', 'https://github.com/a/b#L1')))).toEqual(['https://github.com/a/b#L1'])
    expect(hrefs(rendered(link('x', 'javascript:alert(1)')))).toEqual([])
    expect(hrefs(rendered(link('x', 'no address')))).toEqual([])
    expect(hrefs(rendered(link('x', null)))).toEqual([])
  })

  test.each(['"><b>x', "'|`*_", '(a)[b]', '\n| x', '&quot;><i>'])(
    'an address with %j stays one attribute',
    part => {
      const url = `https://example.com/${part}`
      const tree = rendered(table([{ title: 'A' }], [[link('x', url)]]))
      expect(hrefs(tree)).toEqual([new URL(url).href])
      expect(elementNames(tree).filter(name => ['b', 'i', 'em'].includes(name))).toEqual([])
    },
  )

  test('its text is escaped', () => {
    const tree = rendered(link('https://evil.example @team', 'https://github.com'))
    expect(hrefs(tree)).toEqual(['https://github.com/'])
  })
})

test('escaping is linear: a megabyte of one character takes no time', () => {
  for (const character of ['!', '`', ':', 'w', '@', '(', ' ', 'a'])
    expect(render(character.repeat(1_000_000))).toBeGreaterThan(0)
  function render(text: string): number {
    return md`${text}${code(text)}${codeBlock(text, 'text')}`.markdown.length
  }
})

// A pair of backticks makes code, and is not shown.
const readable = (text: string) => oneLine(text.replace(/\n+$/, '')).replaceAll('`', '')

const nastyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'@#`*_~[]()<>|\\&!:$-+=.\n\r \t',
        'http://a.b',
        'www.a.b',
        'a@b.c',
        '<b>',
        '-->',
        '&#64;',
        '1.',
        '```',
        '\u202e',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''))
