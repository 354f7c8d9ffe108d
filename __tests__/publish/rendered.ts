import type { Element, Root, RootContent } from 'hast'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import type { Markdown } from '../../src/publish/describe/markdown.ts'

const pipeline = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .freeze()

/** The tree that GitHub would show for this Markdown, before its filters for mentions and references. */
export function rendered(markdown: Markdown | string): Root {
  return pipeline.runSync(pipeline.parse(typeof markdown === 'string' ? markdown : markdown.markdown)) as Root
}

export function textOf(node: Root | RootContent): string {
  if (node.type === 'text') return node.value
  return 'children' in node ? node.children.map(textOf).join('') : ''
}

/** Every element of the tree with this name. */
export function elements(node: Root | RootContent, name: string): Element[] {
  const inside = 'children' in node ? node.children.flatMap(child => elements(child, name)) : []
  return node.type === 'element' && node.tagName === name ? [node, ...inside] : inside
}

export function elementNames(node: Root | RootContent): string[] {
  const inside = 'children' in node ? node.children.flatMap(elementNames) : []
  return node.type === 'element' ? [node.tagName, ...inside] : inside
}

export function hrefs(node: Root | RootContent): string[] {
  return elements(node, 'a').map(element => String(element.properties.href))
}

/** What GitHub's filters would find in the tree: they read each text node alone, and none in code or a link. */
export function awakened(node: Root | RootContent): string[] {
  if (node.type === 'text') return node.value.match(FILTERS) ?? []
  if (node.type === 'element' && ['code', 'pre', 'a'].includes(node.tagName)) return []
  return 'children' in node ? node.children.flatMap(awakened) : []
}

const FILTERS = /@[a-z0-9]|#\d|\bgh-\d|\b[0-9a-f]{7,40}\b|:[\w+-]+:|\$[^$]+\$/gi

export const HOSTILE_TEXTS: readonly string[] = [
  '@octo-org/team',
  'x @team y',
  'a@b.c',
  'team+x=1,y@example.com',
  '#12',
  'octo-org/octo-repo#12',
  'GH-12',
  '0123456789abcdef0123456789abcdef01234567',
  ':tada:',
  '$x^2$',
  'https://evil.example/a?b=c&d',
  'see (https://evil.example)',
  'www.evil.example',
  'mailto:a@b.c',
  'ftp://evil.example/x',
  '<https://evil.example>',
  'javascript:alert(1)',
  '[click](javascript:alert(1))',
  '![image](https://evil.example/x.png)',
  '[ref]: https://evil.example',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<b>bold</b>',
  '</code></td></tr></table><h1>x</h1>',
  '</details>',
  '<!-- comment',
  '-->',
  '<!-- marker -->',
  '**bold** _it_ ~~gone~~',
  '`code`',
  '``',
  '```\n# heading\n```',
  '~~~',
  '# heading',
  'a\n# heading',
  'a\n\n- item\n- item',
  '- item',
  '+ item',
  '* item',
  '1. item',
  '1) item',
  '> quote',
  '> [!CAUTION]\n> x',
  '- [ ] task',
  '[x] task',
  '=====',
  '---',
  '    indented',
  '\tindented',
  'a | b',
  '| a | b |\n|---|---|\n| c | d |',
  '\\',
  'a\\|b',
  '&lt;b&gt; &amp; &#64;team',
  '::error::x',
  'x##[error]y',
  '\u202Eevil\u202C',
  '\u0000',
  '\ud800',
  'a\rb\u2028c\u0085d',
  '"]; click A "javascript:alert(1)"',
  '%%{init: {"theme": "x"}}%%',
  '__proto__',
  '<root_account>',
]
