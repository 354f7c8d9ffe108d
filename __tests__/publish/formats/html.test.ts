import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { Element, Root, RootContent } from 'hast'
import rehypeRaw from 'rehype-raw'
import { unified } from 'unified'
import { oneLine } from '../../../src/domain/text.ts'
import { reportHtml } from '../../../src/publish/formats/html.ts'
import type { Report } from '../../../src/publish/report.ts'
import { audited, key, notAudited, redactReport, report, result, run, step, words } from '../build.ts'
import { elementNames, elements, HOSTILE_TEXTS, hrefs, textOf } from '../rendered.ts'

const DIGESTS = new Map([
  ['result.json', 'c'.repeat(64)],
  ['evidence/123456789012.json', 'e'.repeat(64)],
])

function htmlOf(of: Report, digests = DIGESTS): string {
  return [...reportHtml(of, digests)].join('')
}

/** The tree that a browser makes of the page. */
function pageOf(of: Report): Root {
  const parsed = unified().use(rehypeRaw)
  return parsed.runSync({ type: 'root', children: [{ type: 'raw', value: htmlOf(of) } as never] }) as Root
}

/** The rows of the table with this caption, cell by cell. */
function rowsOf(page: Root, caption: string): readonly (readonly string[])[] {
  const table = elements(page, 'table').find(one => textOf(elements(one, 'caption')[0] ?? page) === caption)
  const cells = (row: Element) => row.children.filter(each => each.type === 'element').map(textOf)
  return table === undefined ? [] : elements(table, 'tr').slice(1).map(cells)
}

const EXEMPTION = {
  rule: 0,
  location: { path: '.github/access-key-rotation.yml', line: 2 },
  reason: 'rotated by the vendor',
  ticket: 'SEC-1234',
  expires: '2027-01-31',
}

const EVERYTHING = report({
  result: result(
    [
      key({ name: 'ci-deployer', next: step({ instructions: [words('deactivate it')] }) }),
      key({ name: 'soon', ageDays: 80 }),
      key({ name: 'vendor-x', ageDays: 120, state: 'exempt', exemption: EXEMPTION }),
      key({ name: 'young', ageDays: 3 }),
      key({ name: 'gone', state: 'inactive' }),
    ],
    {
      accounts: [audited(), notAudited()],
      exemptions: [{ ...EXEMPTION, status: 'applied', reach: 'some', keys: ['x'] }],
      acceptances: [{ ...EXEMPTION, reason: 'seen by hand', status: 'unmatched', reach: 'some' }],
    },
  ),
})

describe('report.html', () => {
  test('has every key, of whatever state, the control, the policy, the rules, the evidence and the files', () => {
    const page = pageOf(EVERYTHING)
    const text = textOf(page)
    for (const name of ['ci-deployer', 'soon', 'vendor-x', 'young', 'gone']) expect(text).toContain(name)
    expect(text).toContain('Ensure access keys are rotated every 90 days or less')
    expect(text).toContain('CIS AWS Foundations Benchmark 1.4.0: 1.14')
    expect(rowsOf(page, 'Policy in force').map(([name, value]) => [name, value])).toEqual([
      ['max-age-days', '90 days'],
      ['warn-days', '14 days'],
      ['fail-on', 'stale'],
      ['verify-keys', 'findings'],
      ['Configuration file', '.github/access-key-rotation.yml'],
    ])
    expect(rowsOf(page, 'Exemptions')).toEqual([
      [
        '.github/access-key-rotation.yml:2',
        '2027-01-31',
        'rotated by the vendor',
        'SEC-1234',
        'exempts 1 key',
      ],
    ])
    expect(rowsOf(page, 'Accepted as unverified')[0]?.slice(2)).toEqual([
      'seen by hand',
      'SEC-1234',
      'matches no unverified user',
    ])
    expect(rowsOf(page, 'Evidence').map(row => [row[0], row[1], row.at(-1)])).toEqual([
      ['prod-main · 123456789012', '2026-11-23T23:48:00Z', 'a'.repeat(64)],
      ['sandbox · 345678901234', 'not audited', ''],
    ])
    expect(rowsOf(page, 'Files beside this page').map(row => [row[0], row[2]])).toEqual([...DIGESTS])
  })

  test('can be read without sight: one title, headings in order, and tables with caption and scopes', () => {
    const page = pageOf(EVERYTHING)
    const levels = elementNames(page).flatMap(name => (/^h[1-6]$/.test(name) ? Number(name[1]) : []))
    expect(levels.filter(level => level === 1)).toHaveLength(1)
    levels.reduce((before, level) => {
      expect(level).toBeLessThanOrEqual(before + 1)
      return level
    }, 0)
    for (const table of elements(page, 'table')) {
      expect(textOf(elements(table, 'caption')[0] ?? page)).not.toBe('')
      for (const cell of elements(table, 'th')) expect(cell.properties.scope).toMatch(/^(col|row)$/)
    }
    expect(htmlOf(EVERYTHING)).toMatch(/^<!doctype html>\n<html lang="en">/)
    const ids = elementIds(page)
    expect(new Set(ids).size).toBe(ids.length)
    for (const href of hrefs(page).filter(each => each.startsWith('#'))) expect(ids).toContain(href.slice(1))
  })

  test('loads nothing and runs nothing, and says so to the browser', () => {
    const html = htmlOf(EVERYTHING)
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? []
    const digest = createHash('sha256').update(style).digest('base64')
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-${digest}'; `)
    expect(style).not.toMatch(/url\(|@import/)
    expect(elementNames(pageOf(EVERYTHING))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(script|img|link|iframe|object|embed|form)$/)]),
    )
  })

  test.each(HOSTILE_TEXTS)('shows %j as it is, wherever it stands, and makes no markup of it', text => {
    const location = { path: text, line: 1 }
    const page = pageOf(
      report({
        configPath: text,
        run: run({ repository: text, sha: text, url: text }),
        result: result(
          ['stale', 'expiring', 'fresh', 'exempt', 'inactive'].map(state =>
            key({
              name: text,
              state: state as 'stale',
              accessKeyId: text,
              owner: { name: text, kind: 'text', source: 'tag' },
              exemption: { ...EXEMPTION, location, reason: text, ticket: text },
              next: step({ title: text, reason: text, instructions: [words(text)] }),
              urgency: { level: 'critical', rule: 'hard-coded', reason: text },
            }),
          ),
          {
            accounts: [
              audited({ name: text, evidence: { ...audited().evidence, role: text, runUrl: text } }),
              notAudited({ name: text, role: text, failure: { summary: text, remedy: text, detail: text } }),
            ],
            exemptions: [
              {
                ...EXEMPTION,
                location,
                reason: text,
                ticket: text,
                status: 'applied',
                reach: 'some',
                keys: [],
              },
            ],
          },
        ),
      }),
    )
    const plain = pageOf(EVERYTHING)
    expect([...new Set(elementNames(page))].filter(name => !ELEMENTS.has(name))).toEqual([])
    expect(attributesOf(page).filter(name => !ATTRIBUTES.has(name))).toEqual([])
    for (const href of hrefs(page)) expect(href).toMatch(/^(#s\d+|https?:\/\/(github\.com|docs\.aws)|.*evil)/)
    expect(elements(page, 'h1')).toHaveLength(elements(plain, 'h1').length)
    const shown = oneLine(text)
    if (shown !== '') expect(cellsOf(page)).toEqual(expect.arrayContaining([expect.stringContaining(shown)]))
  })

  test('hides what is hidden elsewhere, and does not take rules that it cannot list for none', () => {
    const hidden = redactReport(EVERYTHING)
    const html = htmlOf(hidden, new Map([['result.json', 'c'.repeat(64)]]))
    for (const name of ['ci-deployer', 'vendor', 'SEC-1234', '123456789012/', 'prod-main', 'a'.repeat(64)])
      expect(html).not.toContain(name)
    const text = textOf(pageOf(hidden))
    expect(text).toContain('1 key is exempt. Rules in effect are not listed where names are hidden.')
    expect(html).toContain('No evidence is written where names are hidden.')
  })

  test('stays below 1 MB with 10,000 keys, and counts what it leaves out', () => {
    const ages = [20, 50, 70, 80, 400, 10, 5, 33, 60, 3]
    const keys = Array.from({ length: 10_000 }, (_, index) =>
      key({ name: `user-${index}`, ageDays: ages[index % ages.length] ?? 0 }),
    ).toSorted((a, b) => (b.ageDays ?? 0) - (a.ageDays ?? 0))
    const html = htmlOf(report({ result: result(keys) }))
    expect(Buffer.byteLength(html)).toBeLessThan(1_000_000)
    const page = pageOf(report({ result: result(keys) }))
    expect(rowsOf(page, 'Stale keys, most urgent first')).toHaveLength(1_000)
    const fresh = rowsOf(page, 'Fresh keys').length
    expect(html).toContain(
      `… and ${(8_000 - fresh).toLocaleString('en-US')} more fresh keys, left out for size.`,
    )
  })

  test('is the same whichever run evaluates the evidence, but for its files', () => {
    const of = (url: string) =>
      htmlOf(
        report({
          run: run({ url }),
          result: result([key()], {
            accounts: [
              audited({
                evidence: { ...audited().evidence, runUrl: 'https://github.com/o/r/actions/runs/1' },
              }),
            ],
          }),
        }),
        new Map([['result.json', url]]),
      )
    const [first, second] = [
      'https://github.com/o/r/actions/runs/1',
      'https://github.com/o/r/actions/runs/2',
    ].map(url => of(url).replace(/<h2[^>]*>Files beside this page.*?<\/table>/s, ''))
    expect(second).toBe(first)
    expect(first).not.toContain('Written by')
  })
})

const ELEMENTS = new Set(
  'html head body meta title style header nav main section h1 h2 h3 p ul li a code pre strong span sub br table caption thead tbody tr th td div details summary svg rect'.split(
    ' ',
  ),
)
const ATTRIBUTES = new Set(
  'lang charSet httpEquiv content name className id href scope role ariaLabel ariaLabelledBy tabIndex ariaHidden viewBox preserveAspectRatio width height'.split(
    ' ',
  ),
)

function attributesOf(node: Root | RootContent): readonly string[] {
  const own = node.type === 'element' ? Object.keys(node.properties) : []
  return [...own, ...('children' in node ? node.children.flatMap(attributesOf) : [])]
}

function elementIds(node: Root | RootContent): readonly string[] {
  const own = node.type === 'element' && node.properties.id !== undefined ? [String(node.properties.id)] : []
  return [...own, ...('children' in node ? node.children.flatMap(elementIds) : [])]
}

function cellsOf(page: Root): readonly string[] {
  return [...elements(page, 'td'), ...elements(page, 'th')].map(textOf)
}
