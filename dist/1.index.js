export const id=1;export const ids=[1];export const modules={5001:(e,t,n)=>{n.d(t,{reportHtml:()=>Y});var i=n(7598),a=n(8022),r=n(1263),o=n(1987),s=n(8587),l=n(7886),d=n(4023),c=n(5835),h=n(1179),m=n(8332),p=n(6802),u=n(3251),f=n(7082);let g={stale:"The check fails on stale keys",expiring:"The check fails on stale and on expiring keys",changed:"The check fails on stale keys that a proposed change of code touches",never:"The check fails only if the audit could not be made"},y={findings:"Users with findings are looked at live, beside the credential report",all:"Every user with a key is looked at live, beside the credential report",none:"The credential report alone is trusted, which is up to four hours old"},v={applied:"accepts what it names",expired:"expired",unmatched:"matches no unverified user"};function b(e){return m.N[e]&&`; covers ${m.N[e]}`}function w(e){if("failed"===e.status)return[(0,u._3)(e.account),"not audited",null,(0,p.UQ)(e.role??""),null,null];let{reportGeneratedAt:t,reportNewestDate:n,gatheredAt:i,role:a,runUrl:r,usersVerifiedLive:o,reportSha256:s}=e.evidence,d=null===n?"":`, ${n} or later`;return[(0,u._3)(e.account),null===t?`time not known${d}`:(0,l.aY)(t),null===i?"time not known":(0,l.aY)(i),(0,l.oR)([(0,p.UQ)(a??""),k(r)],"<br>"),o,s&&(0,l.aY)(s)]}function k(e){return null===e?null:(0,l.nf)(`run ${e.split("/").at(-1)}`,e)}let $={[r.Y.result]:"The result, every key and the steps of each included",[r.Y.keys]:"Every key, also where this page leaves keys out for size",[r.Y.ocsf]:"OCSF Compliance Findings",[r.Y.sarif]:"SARIF for code scanning"},x=`
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
`;function Y(e,t){var n;let i,[s=null]=e.result.accounts.flatMap(e=>"audited"===e.status?e.evidence.runUrl??[]:[]),m={...e,run:{...e.run,url:s},trend:[]},u=[...(0,c.P)(m,{chart:S,steps:()=>(0,d.om)(null)}),(0,d.om)((0,l.Bv)([(0,l.R_)(2,"The control"),(0,l.ko)(h.W3.title),(0,l.e5)(h.q6.map(([e,t])=>(0,l.md)`${(0,l.ko)(e)}: ${t}`)),(0,l.md)`${(0,l.nf)("AWS on this control",h.Cq)}. Its numbers: ${h.W3.identifiers.map(h.LQ).join("; ")}.`])),(0,d.om)(function({result:{policy:e},configPath:t}){let{maxAgeDays:n,warnDays:i,failOn:a,verifyKeys:r}=e,s=0===i?"No key is reported as expiring":"A key that will be stale within that time is expiring",d=null===t?["none","No exemption, nothing accepted"]:[(0,p.UQ)(t),"Exemptions, and what is accepted as unverified"],c=[[(0,l.aY)("max-age-days"),(0,o.pq)(n,"day"),"An active key that is older is stale"],[(0,l.aY)("warn-days"),(0,o.pq)(i,"day"),s],[(0,l.aY)("fail-on"),a,g[a]],[(0,l.aY)("verify-keys"),r,y[r]],["Configuration file",...d]];return(0,l.Bv)([(0,l.R_)(2,"Policy in force"),(0,l.tp)(["Setting","Value","What it decides"],c)])}(e)),...function(e){let{result:t,hidden:n}=e,i=["Rule","Last day","Reason","Ticket","Effect"],a=(t,n)=>[(0,p.su)(t.location,e),t.expires,(0,p.iV)(t.reason),(0,p.iV)(t.ticket??""),n],r=`${(0,o.pq)(t.counts.exempt,"key is","keys are")} exempt. Rules in effect are not listed where names are hidden.`,s=t.exemptions.map(e=>a(e,function({status:e,keys:t,reach:n}){return"expired"===e?"expired":"unmatched"===e?"matches no key":`exempts ${0===t.length?"no stale or expiring key yet":(0,o.pq)(t.length,"key")}${b(n)}`}(e))),c=t.acceptances.map(e=>a(e,function({status:e,reach:t}){return`${v[e]}${b(t)}`}(e)));return[(0,d.om)(n&&(0,l.CS)(r)),(0,d.Yc)("Exemptions",i,s,"exemptions"),(0,d.Yc)("Accepted as unverified",i,c,"rules")]}(e),function({result:e,hidden:t}){let n=(0,d.Yc)(null,["Account","Credential report made","Gathered","By",{title:"Users looked at live",align:"right"},"SHA-256 of the credential report"],e.accounts.map(w),"accounts"),i=(0,l.md)`The digest is that of the report’s bytes as AWS sent them: ${(0,l.aY)("jq -r .report.content evidence/ACCOUNT.json | base64 --decode | sha256sum")}.`;return(0,d.wW)([(0,l.R_)(2,"Evidence"),null===t?i:null],n)}(e),function({run:e,hidden:t},n){let i=[...n].map(([e,t])=>[(0,l.aY)(e),$[e]??"What AWS said of one account",(0,l.aY)(t)]),a=(0,d.Yc)(null,["File","What it is","SHA-256"],i,"files"),o=[...n.keys()].some(e=>e.startsWith(`${r.Y.evidence}/`)),s=e.url&&(0,l.md)` in ${k(e.url)}`,c=(0,l.md)`Written by version ${e.actionVersion} of AWS Access Key Rotation Audit${s}.`;return(0,d.wW)([(0,l.R_)(2,"Files beside this page"),(0,l.oR)([c,o?null:null===t?"This run wrote no evidence.":"No evidence is written where names are hidden."]," ")],a)}(e,t),function(e){let t=e.result.keys.filter(({state:e})=>"fresh"===e);if(0===t.length)return(0,d.om)(null);let n=(0,f.Xi)(null,["key","account","created","age","lastUsed","owner"],t.slice(0,7e3),e,"fresh keys");return{...(0,d.wW)([(0,l.R_)(2,"Fresh keys")],n),unrendered:Math.max(0,t.length-7e3)}}(e),(n=e,(i=(0,f.Zj)(n.result.keys,n)).items.length+(i.unrendered??0)===0?i:{...(0,d.wW)([(0,l.lS)('<section class="steps">'),(0,l.R_)(2,"Steps of each rotation")],i),tail:(0,l.Bv)([i.tail??null,(0,l.lS)("</section>")])})],Y=function({markdown:e}){let t="",n="",i=0;return{html:new a.Dz({renderer:{heading({tokens:e,depth:a}){return t=this.parser.parseInline(e),i+=1,n+=`<li class="h${a}"><a href="#s${i}">${t}</a></li>
`,`<h${a} id="s${i}">${t}</h${a}>
`},table({header:e,rows:n}){i+=1;let a=e.map(({align:e})=>"right"===e?' class="n"':""),r=e=>this.parser.parseInline(e.tokens),o=e.map((e,t)=>`<th scope="col"${a[t]}>${r(e)}</th>`),s=(e,t)=>0===t&&""===a[0]?`<th scope="row">${r(e)}</th>`:`<td${a[t]}>${r(e)}</td>`,l=n.map(e=>`<tr>${e.map(s).join("")}</tr>
`);return`<div class="scroll" role="group" aria-labelledby="s${i}" tabindex="0"><table><caption id="s${i}">${t}</caption>
<thead><tr>${o.join("")}</tr></thead>
<tbody>
${l.join("")}</tbody></table></div>
`},html:({text:e})=>(t=/<summary>(.*?)<\/summary>/.exec(e)?.[1]??t,e)}}).parse(e,{async:!1}),contents:n}}((0,d.xV)(u,7e5)),R=`Access key rotation audit, ${e.result.asOf.slice(0,10)}`;return[`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${r.I}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${A}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${R}</title>
<style>${x}</style>
</head>
<body>
<header>
<h1>${R}</h1>
<p>${function({result:e,run:t}){return(0,l.oR)([""===t.repository?"":(0,l.md)`Repository ${(0,l.aY)(t.repository)}`,""===t.sha?"":(0,l.md)`commit ${(0,l.aY)(t.sha)}`,(0,l.md)`as of ${(0,l.aY)(e.asOf)}`],", ")}(e).markdown}</p>
</header>
<nav aria-label="Contents"><ul>
${Y.contents}</ul></nav>
<main>
${Y.html}</main>
</body>
</html>
`]}let A=(0,i.createHash)("sha256").update(x).digest("base64");function S(e){let t=(0,s.Mo)(e),n=Math.max(...t.map(e=>e?.count??0)),i=`<tr class="limit"><th scope="row">limit</th><td class="n">${(0,o.B4)(e.policy.maxAgeDays)}</td><td></td></tr>`;return(0,l.lS)(0===t.length?"":`<table class="ages"><caption>${s.aq}</caption>
<thead><tr><th scope="col">Days</th><th scope="col" class="n">Keys</th><td></td></tr></thead>
<tbody>
${t.map(e=>null===e?i:(({label:e,count:t,stale:i})=>`<tr><th scope="row">${e}</th><td class="n">${(0,o.B4)(t)}</td><td><svg class="${i?"over":"within"}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.ceil(100*t/n)}" height="10"/></svg></td></tr>`)(e)).join("\n")}
</tbody></table>`)}}};