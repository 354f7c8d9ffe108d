import { createHash } from 'node:crypto'
import { Marked } from 'marked'
import { PAGE_GENERATOR } from '../../domain/audit-files.ts'
import { formatCount } from '../../domain/text.ts'
import { AGES_TITLE, ageBars, type Bar } from '../describe/chart.ts'
import { type Markdown, raw } from '../describe/markdown.ts'
import { block, withinBudget } from '../describe/sections.ts'
import { summarySections } from '../github/summary.ts'
import type { Report } from '../report.ts'
import { type Digests, documentSections, introduction } from './document.ts'
import { STYLE } from './html-style.ts'

// As Markdown, which is the shorter: as a page it is below 1 MB.
const MARKDOWN_BYTES = 700_000

/**
 * `report.html`: what the job summary says, and the control, the policy, the evidence and digests, as one page that
 * needs neither network nor script. Equal reports and digests give equal bytes.
 */
export function reportHtml(report: Report, digests: Digests): Iterable<string> {
  // Which run evaluated stands with the files alone, and what issues remember in none of them but result.json.
  const [evaluatedIn = null] = report.result.accounts.flatMap(one =>
    one.status === 'audited' ? (one.evidence.runUrl ?? []) : [],
  )
  const shown = { ...report, run: { ...report.run, url: evaluatedIn }, trend: [] }
  const sections = [
    ...summarySections(shown, { chart: ageTable, steps: () => block(null) }),
    ...documentSections(report, digests),
  ]
  const body = bodyOf(withinBudget(sections, MARKDOWN_BYTES))
  const title = `Access key rotation audit, ${report.result.asOf.slice(0, 10)}`
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${PAGE_GENERATOR}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${introduction(report).markdown}</p>
</header>
<nav aria-label="Contents"><ul>
${body.contents}</ul></nav>
<main>
${body.html}</main>
</body>
</html>
`,
  ]
}

const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64')

/**
 * The page's body, and its contents: a list item with a link for each heading. Inline markup is HTML already, and escaped (describe/markdown.ts); headings get an anchor, tables a caption (the
 * heading or fold that they stand under), a scope for each heading, and a place to scroll in.
 */
function bodyOf({ markdown }: Markdown): { html: string; contents: string } {
  let caption = ''
  let contents = ''
  let anchors = 0
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        caption = this.parser.parseInline(tokens)
        anchors += 1
        contents += `<li class="h${depth}"><a href="#s${anchors}">${caption}</a></li>\n`
        return `<h${depth} id="s${anchors}">${caption}</h${depth}>\n`
      },
      table({ header, rows }) {
        anchors += 1
        const right = header.map(({ align }) => (align === 'right' ? ' class="n"' : ''))
        const inline = (cell: (typeof header)[number]) => this.parser.parseInline(cell.tokens)
        const head = header.map((cell, index) => `<th scope="col"${right[index]}>${inline(cell)}</th>`)
        const cellOf = (cell: (typeof header)[number], index: number) =>
          index === 0 && right[0] === ''
            ? `<th scope="row">${inline(cell)}</th>`
            : `<td${right[index]}>${inline(cell)}</td>`
        const lines = rows.map(row => `<tr>${row.map(cellOf).join('')}</tr>\n`)
        return `<div class="scroll" role="group" aria-labelledby="s${anchors}" tabindex="0"><table><caption id="s${anchors}">${caption}</caption>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${lines.join('')}</tbody></table></div>\n`
      },
      html({ text }) {
        caption = /<summary>(.*?)<\/summary>/.exec(text)?.[1] ?? caption
        return text
      },
    },
  })
  return { html: marked.parse(markdown, { async: false }), contents }
}

/** The chart of ages as a table whose bars are drawings: it shows, prints and reads without a script. */
function ageTable(result: Report['result']): Markdown {
  const bars = ageBars(result)
  const most = Math.max(...bars.map(bar => bar?.count ?? 0))
  const limit = `<tr class="limit"><th scope="row">limit</th><td class="n">${formatCount(result.policy.maxAgeDays)}</td><td></td></tr>`
  const row = ({ label, count, stale }: Bar) =>
    `<tr><th scope="row">${label}</th><td class="n">${formatCount(count)}</td><td><svg class="${stale ? 'over' : 'within'}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.ceil((count * 100) / most)}" height="10"/></svg></td></tr>`
  return raw(
    bars.length === 0
      ? ''
      : `<table class="ages"><caption>${AGES_TITLE}</caption>\n<thead><tr><th scope="col">Days</th><th scope="col" class="n">Keys</th><td></td></tr></thead>\n<tbody>\n${bars.map(bar => (bar === null ? limit : row(bar))).join('\n')}\n</tbody></table>`,
  )
}
