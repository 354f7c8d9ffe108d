/** The style of `report.html`: light, dark and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1f2328; --muted: #57606a; --line: #d0d7de; --soft: #f6f8fa;
  --link: #0550ae; --within: #2f6fd0; --over: #b5480b; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --ink: #f0f6fc; --muted: #9198a1; --line: #3d444d; --soft: #161b22; --link: #79b8ff;
    --within: #4f93f7; --over: #e5874a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.375rem; line-height: 1.3; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
header p { color: var(--muted); margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav ul { list-style: none; padding: 0; margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; }
code, pre { font: .875em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: .75rem 0 1rem; }
table { border-collapse: collapse; font-size: .875rem; }
.scroll > table { width: 100%; }
.scroll caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border: 1px solid var(--line); min-width: 9rem; }
thead th { background: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 400; min-width: 11rem; }
.n { text-align: right; font-variant-numeric: tabular-nums; min-width: 0; }
.ages { margin: 1.25rem 0; width: min(100%, 34rem); }
.ages caption { text-align: left; font-weight: 600; margin-bottom: .25rem; }
.ages th, .ages td { border: 0; padding: .15rem .6rem .15rem 0; background: none; white-space: nowrap; min-width: 0; }
.ages td:last-child { width: 100%; padding-right: 0; }
.ages thead { color: var(--muted); }
.ages .limit > * { border-top: 2px dashed var(--muted); color: var(--muted); }
.ages svg { display: block; width: 100%; height: 1.1rem; }
.within { fill: var(--within); }
.over { fill: var(--over); }
details { margin: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
details[open] > summary { margin-bottom: .5rem; }
details details { margin-left: 1rem; }
@media print {
  @page { margin: 15mm; }
  :root { color-scheme: light; --page: #fff; --ink: #000; --muted: #444; --line: #999; --soft: #fff; --link: #000; --within: #2f6fd0; --over: #b5480b; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  nav { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  th, td { min-width: 0; }
  .scroll tbody th { min-width: 8.5rem; }
  tr, pre { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  details:not(.steps *)::details-content { content-visibility: visible; block-size: auto; display: block; }
  .steps:not(:has([open])), .steps details:not([open]) { display: none; }
}
`
