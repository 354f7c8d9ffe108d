/** Markdown as GitHub shows it, on a page to open in a browser. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createTwoFilesPatch } from 'diff'
import type { Element, ElementContent, Root, RootContent } from 'hast'
import { rehypeGithubAlerts } from 'rehype-github-alerts'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import type { Annotation } from './commands.ts'
import { filesOn } from './github/git.ts'
import type { Issue, PullRequest, Repository } from './github/world.ts'

/** `issue`: a line break in the text is one on the page, as in issues and comments. */
export type Kind = 'document' | 'issue'

const pipelines = { document: pipeline(false), issue: pipeline(true) }

/** Sanitized HTML; Mermaid charts as `<pre class="mermaid">`. */
export function renderMarkdown(markdown: string, kind: Kind = 'document'): string {
  return String(pipelines[kind].processSync(markdown))
}

/** Logins and teams (`octo-org/team`) that GitHub would notify on seeing this Markdown. */
export function mentionsIn(markdown: string): string[] {
  const tree = pipelines.issue.runSync(pipelines.issue.parse(markdown))
  const found: string[] = []
  walk(tree, node => {
    if ('tagName' in node && ['code', 'pre', 'a'].includes(node.tagName)) return false
    if (node.type === 'text') {
      for (const [, name = ''] of node.value.matchAll(
        /(?<![\w/@.])@([a-z\d](?:[a-z\d-]*[a-z\d])?(?:\/[\w-]+)?)/gi,
      )) {
        found.push(name)
      }
    }
    return true
  })
  return found
}

/** A part of the page: its heading and HTML. */
export interface Section {
  readonly heading: string
  readonly html: string
}

export function summarySection(markdown: string): Section {
  return { heading: 'Job summary', html: box(renderMarkdown(markdown)) }
}

export function annotationsSection(annotations: readonly Annotation[], dropped: number): Section {
  const shown = annotations.map(({ kind, title, message, file, line }) => {
    const place = file === null ? '' : `<code>${escapeHtml(line === null ? file : `${file}:${line}`)}</code> `
    const heading = title === null ? '' : `<strong>${escapeHtml(title)}</strong><br>`
    return `<li class="${kind}"><b class="kind">${kind}</b> ${place}${heading}${escapeHtml(message).replaceAll('\n', '<br>')}</li>`
  })
  const more = dropped === 0 ? '' : `<p>${dropped} more, not shown by GitHub.</p>`
  return { heading: 'Annotations', html: box(`<ul class="annotations">${shown.join('\n')}</ul>${more}`) }
}

export function issueSection(issue: Issue): Section {
  const labels = issue.labels.map(each => `<span class="label">${escapeHtml(each)}</span>`).join(' ')
  const assignees = issue.assignees.map(escapeHtml).join(', ') || 'nobody'
  const head = `<p class="state"><span class="${issue.state}">${issue.state}</span> #${issue.number} · ${labels} · assigned to ${assignees}</p>`
  const comments = issue.comments.map(({ author, body }) =>
    box(`<p class="by">${escapeHtml(author.login)} commented</p>${renderMarkdown(body, 'issue')}`),
  )
  return {
    heading: issue.title,
    html: [head, box(renderMarkdown(issue.body ?? '', 'issue')), ...comments].join('\n'),
  }
}

/** A pull request, with its change as a diff. */
export function pullSection(
  { git, defaultBranch }: Repository,
  { head }: PullRequest,
  issue: Issue,
): Section {
  const [before, after] = [defaultBranch, head.ref].map(branch => filesOn(git, branch))
  const diffs = Object.entries(after ?? {}).flatMap(([path, text]) =>
    before?.[path] === text ? [] : [createTwoFilesPatch(path, path, before?.[path] ?? '', text)],
  )
  const { heading, html } = issueSection(issue)
  return {
    heading,
    html: [html, ...diffs.map(diff => box(renderMarkdown(`\`\`\`diff\n${diff}\`\`\``, 'issue')))].join('\n'),
  }
}

/** A whole HTML page, light or dark as the reader's system is; needs `mermaid.min.js` beside it. */
export function renderPage(title: string, sections: readonly Section[]): string {
  const body = sections.map(
    ({ heading, html }) => `<section><h1>${escapeHtml(heading)}</h1>\n${html}</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${readFileSync(resolve('github-markdown-css/github-markdown.css'), 'utf8')}
${STYLE}
</style>
</head>
<body>
<main>
${body.join('\n')}
</main>
<script src="mermaid.min.js"></script>
<script>
mermaid.initialize({
  startOnLoad: true,
  theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'default',
})
</script>
</body>
</html>
`
}

/** Writes `index.html` and the Mermaid script into `directory`; returns the page's path. */
export function layPage(directory: string, page: string): string {
  mkdirSync(directory, { recursive: true })
  copyFileSync(resolve('mermaid/dist/mermaid.min.js'), join(directory, 'mermaid.min.js'))
  const path = join(directory, 'index.html')
  writeFileSync(path, page)
  return path
}

function pipeline(breaks: boolean) {
  return unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize, defaultSchema)
    .use(rehypeGithubAlerts, {})
    .use(() => (tree: Root) => {
      if (breaks) breakLines(tree, null)
    })
    .use(() => showCharts)
    .use(rehypeStringify)
}

/** In paragraphs and list items; after the alerts, whose first line is no text. */
function breakLines(node: Root | Element, inside: 'paragraph' | 'item' | null): void {
  const children: RootContent[] = []
  for (const child of node.children) {
    const previous = children.at(-1)
    const follows = previous?.type === 'element' && previous.tagName === 'br'
    if (
      child.type === 'text' &&
      inside !== null &&
      !follows &&
      (inside === 'paragraph' || child.value.trim() !== '')
    ) {
      children.push(...brokenLines(child.value, inside === 'item' ? /\n(?=.)/ : /\n/))
      continue
    }
    if (child.type === 'element' && !['pre', 'code'].includes(child.tagName)) {
      breakLines(child, child.tagName === 'p' ? 'paragraph' : child.tagName === 'li' ? 'item' : inside)
    }
    children.push(child)
  }
  node.children = children as ElementContent[]
}

function brokenLines(text: string, at: RegExp): ElementContent[] {
  return text.split(at).flatMap((value, index): ElementContent[] =>
    index === 0
      ? [{ type: 'text', value }]
      : [
          { type: 'element', tagName: 'br', properties: {}, children: [] },
          { type: 'text', value: `\n${value}` },
        ],
  )
}

/** `<pre><code class="language-mermaid">` → `<pre class="mermaid">` */
function showCharts(tree: Root): void {
  walk(tree, node => {
    if (!('tagName' in node) || node.tagName !== 'pre') return true
    const [code] = node.children
    if (code?.type === 'element' && isMermaid(code)) {
      node.properties = { className: ['mermaid'] }
      node.children = code.children
    }
    return false
  })
}

function isMermaid({ properties: { className } }: Element): boolean {
  return Array.isArray(className) && className.includes('language-mermaid')
}

/** Visits each node; `visit` says whether to go on into its children. */
function walk(node: Root | ElementContent, visit: (node: Root | ElementContent) => boolean): void {
  if (!visit(node) || !('children' in node)) return
  for (const child of node.children) if (child.type !== 'doctype') walk(child, visit)
}

function box(html: string): string {
  return `<article class="markdown-body">\n${html}\n</article>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}

function resolve(file: string): string {
  return createRequire(import.meta.url).resolve(file)
}

const STYLE = `
:root { color-scheme: light dark; --line: #d1d9e0; --page: #f6f8fa; --ink: #1f2328; --muted: #59636e; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --page: #010409; --ink: #f0f6fc; --muted: #9198a1; }
}
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 1012px; margin: 0 auto; padding: 16px; }
section > h1 { font-size: 20px; font-weight: 600; margin: 32px 0 12px; }
section:first-child > h1 { margin-top: 0; }
.markdown-body { border: 1px solid var(--line); border-radius: 6px; padding: 24px; margin-bottom: 16px; overflow-x: auto; }
.markdown-body .annotations { list-style: none; padding: 0; }
.markdown-body .annotations li { border-left: 4px solid #d1242f; padding: 4px 12px; margin: 0 0 12px; overflow-wrap: anywhere; }
.markdown-body .annotations .warning { border-color: #9a6700; }
.markdown-body .annotations .notice { border-color: #0969da; }
pre.mermaid { text-align: center; }
.kind { text-transform: capitalize; }
.state, .by { color: var(--muted); }
.state .open, .state .closed { background: #1a7f37; color: #fff; border-radius: 2em; padding: 4px 12px; }
.state .closed { background: #8250df; }
.label { border: 1px solid var(--line); border-radius: 2em; padding: 0 8px; font-size: 12px; }
@media (max-width: 600px) { main { padding: 8px } .markdown-body { padding: 12px } }
`
