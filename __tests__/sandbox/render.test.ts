import { describe, expect, test } from '@jest/globals'
import { annotationsSection, mentionsIn, renderMarkdown, renderPage } from '../../sandbox/render.ts'

describe('Markdown', () => {
  test('loses what GitHub takes away, and keeps what it shows', () => {
    const html = renderMarkdown(
      '<script>x</script><b onclick="x">bold</b>\n\n| a |\n|--|\n| <details> |\n\n> [!NOTE]\n> hi',
    )
    expect(html).not.toMatch(/script|onclick/)
    expect(html).toContain('<b>bold</b>')
    expect(html).toContain('<table>')
    expect(html).toContain('markdown-alert')
  })

  test('shows a Mermaid chart as one', () => {
    expect(renderMarkdown('```mermaid\npie\n"a<b" : 1\n```')).toContain(
      '<pre class="mermaid">pie\n"a&#x3C;b" : 1',
    )
  })

  test('breaks lines in issues only', () => {
    expect(renderMarkdown('a\nb', 'issue')).toContain('<br>')
    expect(renderMarkdown('`a`\n`b`', 'issue')).toContain('<br>')
    expect(renderMarkdown('a\nb')).not.toContain('<br>')
    expect(renderMarkdown('> [!NOTE]\n> a\n> b', 'issue')).toMatch(/alert[\s\S]*<p>a<br>\nb/)
  })
})

test.each([
  ['@octocat and @octo-org/team', ['octocat', 'octo-org/team']],
  ['&#64;octocat <b>@</b>x', ['octocat']],
  ['`@octocat` bob@example.com https://x.test/@octocat', []],
  ['```\n@octocat\n```\n<pre>@octocat</pre>', []],
])('%s pings exactly those whom GitHub would notify', (markdown, expected) => {
  expect(mentionsIn(markdown)).toEqual(expected)
})

test('annotations are shown as text', () => {
  const { html } = annotationsSection(
    [{ kind: 'error', message: '<b>\n@x', title: '<i>', file: 'a.tf', line: 2, endLine: null }],
    3,
  )
  expect(renderPage('x', [{ heading: '<h>', html }])).not.toMatch(/<b>\n|<i>|<h>/)
})
