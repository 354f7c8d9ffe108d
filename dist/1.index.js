export const id=1;export const ids=[1];export const modules={5001:(e,t,i)=>{i.d(t,{reportHtml:()=>S});var n=i(7598),a=i(8022),r=i(1263),o=i(1987),s=i(1598),l=i(8587),d=i(7886),c=i(6533),h=i(545),m=i(1179),p=i(8332),u=i(6802),f=i(3251),g=i(7082);let v={stale:"The check fails on stale keys",expiring:"The check fails on stale and on expiring keys",changed:"The check fails on stale keys that a proposed change of code touches",never:"The check fails only if the audit could not be made"},y={findings:"Users with findings are looked at live, beside the credential report",all:"Every user with a key is looked at live, beside the credential report",none:"The credential report alone is trusted, which is up to four hours old"},b={applied:"accepts what it names",expired:"expired",unmatched:"matches no unverified user"};function w(e){let t=(0,p.c)(e);return""===t?"":`; covers ${t}`}function k(e){if("failed"===e.status)return[(0,f._3)(e.account),"not audited","",$(e.role),"",""];let{reportGeneratedAt:t,reportNewestDate:i,gatheredAt:n,role:a,runUrl:r,usersVerifiedLive:o,reportSha256:s}=e.evidence;return[(0,f._3)(e.account),null===t?`time not known${null===i?"":`, ${i} or later`}`:(0,d.aY)(t),null===n?"time not known":(0,d.aY)(n),(0,d.oR)([$(a),null===r?"":(0,d.nf)(`run ${r.split("/").at(-1)}`,r)],"<br>"),o,""===s?"":(0,d.aY)(s)]}function $(e){return null===e?"":(0,u.UQ)(e)}let x={[r.Y.result]:"The result, every key and the steps of each included",[r.Y.keys]:"Every key, also where this page leaves keys out for size",[r.Y.ocsf]:"OCSF Compliance Findings",[r.Y.sarif]:"SARIF for code scanning"},Y=`
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
`;function S(e,t){let[i=null]=e.result.accounts.flatMap(e=>"audited"===e.status?e.evidence.runUrl??[]:[]),n={...e,run:{...e.run,url:i},trend:[]},l=[...(0,h.P)(n,{chart:z,steps:()=>R}),(0,c.om)((0,d.Bv)([(0,d.R_)(2,"The control"),(0,d.ko)(m.W3.title),(0,d.e5)(m.q6.map(([e,t])=>(0,d.md)`${(0,d.ko)(e)}: ${t}`)),(0,d.md)`${(0,d.nf)("AWS on this control",m.Cq)}. Its numbers: ${m.W3.identifiers.map(m.LQ).join("; ")}.`])),(0,c.om)(function({result:{policy:e},configPath:t}){let{maxAgeDays:i,warnDays:n,failOn:a,verifyKeys:r}=e,s=[[(0,d.aY)("max-age-days"),(0,o.pq)(i,"day"),"An active key that is older is stale"],[(0,d.aY)("warn-days"),(0,o.pq)(n,"day"),0===n?"No key is reported as expiring":"A key that will be stale within that time is expiring"],[(0,d.aY)("fail-on"),a,v[a]],[(0,d.aY)("verify-keys"),r,y[r]],["Configuration file",null===t?"none":(0,u.UQ)(t),null===t?"No exemption, nothing accepted":"Exemptions, and what is accepted as unverified"]];return(0,d.Bv)([(0,d.R_)(2,"Policy in force"),(0,d.tp)([{title:"Setting"},{title:"Value"},{title:"What it decides"}],s)])}(e)),...function(e){let{result:t,hidden:i}=e,n=[{title:"Rule"},{title:"Last day"},{title:"Reason"},{title:"Ticket"},{title:"Effect"}],a=(t,i)=>[(0,u.su)(t.location,e),t.expires,(0,u.iV)(t.reason),(0,u.iV)(t.ticket??""),i],r=`${(0,o.pq)(t.counts.exempt,"key is","keys are")} exempt. Rules in effect are not listed where names are hidden.`;return[(0,c.om)(null===i?(0,d.lS)(""):(0,d.CS)(r)),(0,c.Yc)("Exemptions",n,t.exemptions.map(e=>a(e,function({status:e,keys:t,reach:i}){return"expired"===e?"expired":"unmatched"===e?"matches no key":`exempts ${0===t.length?"no stale or expiring key yet":(0,o.pq)(t.length,"key")}${w(i)}`}(e))),"exemptions"),(0,c.Yc)("Accepted as unverified",n,t.acceptances.map(e=>a(e,function({status:e,reach:t}){return`${b[e]}${w(t)}`}(e))),"rules")]}(e),function({result:e,hidden:t}){let i=(0,c.Yc)("",[{title:"Account"},{title:"Credential report made"},{title:"Gathered"},{title:"By"},{title:"Users looked at live",align:"right"},{title:"SHA-256 of the credential report"}],e.accounts.map(k),"accounts"),n=null===t?(0,d.md)`The digest is that of the report’s bytes as AWS sent them: ${(0,d.aY)("jq -r .report.content evidence/ACCOUNT.json | base64 --decode | sha256sum")}.`:null;return{...i,head:(0,d.Bv)([(0,d.R_)(2,"Evidence"),n,i.head])}}(e),function({run:e,hidden:t},i){let n=(0,c.Yc)("",[{title:"File"},{title:"What it is"},{title:"SHA-256"}],[...i].map(([e,t])=>[(0,d.aY)(e),x[e]??"What AWS said of one account",(0,d.aY)(t)]),"files"),a=[...i.keys()].some(e=>e.startsWith(`${r.Y.evidence}/`))?null:null===t?"This run wrote no evidence.":"No evidence is written where names are hidden.",o=(0,d.md)`Written by version ${e.actionVersion} of AWS Access Key Rotation Audit${null===e.url?"":(0,d.md)` in ${(0,d.nf)(`run ${e.url.split("/").at(-1)}`,e.url)}`}.`;return{...n,head:(0,d.Bv)([(0,d.R_)(2,"Files beside this page"),(0,d.oR)([o,a]," "),n.head])}}(e,t),function(e){let{account:t,key:i,created:n,age:a,lastUsed:r,owner:o}=(0,u.Rx)(e),s=e.result.keys.filter(({state:e})=>"fresh"===e);if(0===s.length)return(0,c.om)((0,d.lS)(""));let l=(0,c.Xi)("",[i,t,n,a,r,o],s.slice(0,7e3),"fresh keys");return{...l,head:(0,d.Bv)([(0,d.R_)(2,"Fresh keys"),l.head]),unrendered:Math.max(0,s.length-7e3)}}(e),function(e){let t=(0,g.Zj)(e.result.keys,e);if(t.items.length+(t.unrendered??0)===0)return t;let i=(0,d.Bv)([(0,d.lS)('<section class="steps">'),(0,d.R_)(2,"Steps of each rotation"),t.head]);return{...t,head:i,tail:(0,d.Bv)([t.tail??null,(0,d.lS)("</section>")])}}(e)],p=function({markdown:e}){let t="",i="",n=0;return{html:new a.Dz({renderer:{heading({tokens:e,depth:a}){return t=this.parser.parseInline(e),n+=1,i+=`<li class="h${a}"><a href="#s${n}">${t}</a></li>
`,`<h${a} id="s${n}">${t}</h${a}>
`},table({header:e,rows:i}){n+=1;let a=e.map(({align:e})=>"right"===e?' class="n"':""),r=e=>this.parser.parseInline(e.tokens),o=e.map((e,t)=>`<th scope="col"${a[t]}>${r(e)}</th>`),s=(e,t)=>0===t&&""===a[0]?`<th scope="row">${r(e)}</th>`:`<td${a[t]}>${r(e)}</td>`,l=i.map(e=>`<tr>${e.map(s).join("")}</tr>
`);return`<div class="scroll" role="group" aria-labelledby="s${n}" tabindex="0"><table><caption id="s${n}">${t}</caption>
<thead><tr>${o.join("")}</tr></thead>
<tbody>
${l.join("")}</tbody></table></div>
`},html:({text:e})=>(t=/<summary>(.*?)<\/summary>/.exec(e)?.[1]??t,e)}}).parse(e,{async:!1}),contents:i}}((0,s.x)(l,7e5)),f=`Access key rotation audit, ${e.result.asOf.slice(0,10)}`;return[`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${r.I}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${A}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${f}</title>
<style>${Y}</style>
</head>
<body>
<header>
<h1>${f}</h1>
<p>${function({result:e,run:t}){return(0,d.oR)([""===t.repository?"":(0,d.md)`Repository ${(0,d.aY)(t.repository)}`,""===t.sha?"":(0,d.md)`commit ${(0,d.aY)(t.sha)}`,(0,d.md)`as of ${(0,d.aY)(e.asOf)}`],", ")}(e).markdown}</p>
</header>
<nav aria-label="Contents"><ul>
${p.contents}</ul></nav>
<main>
${p.html}</main>
</body>
</html>
`]}let A=(0,n.createHash)("sha256").update(Y).digest("base64"),R=(0,c.om)((0,d.lS)(""));function z(e){let t=(0,l.Mo)(e),i=Math.max(...t.map(e=>e?.count??0)),n=`<tr class="limit"><th scope="row">limit</th><td class="n">${(0,o.B4)(e.policy.maxAgeDays)}</td><td></td></tr>`;return(0,d.lS)(0===t.length?"":`<table class="ages"><caption>${l.aq}</caption>
<thead><tr><th scope="col">Days</th><th scope="col" class="n">Keys</th><td></td></tr></thead>
<tbody>
${t.map(e=>null===e?n:(({label:e,count:t,stale:n})=>`<tr><th scope="row">${e}</th><td class="n">${(0,o.B4)(t)}</td><td><svg class="${n?"over":"within"}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.ceil(100*t/i)}" height="10"/></svg></td></tr>`)(e)).join("\n")}
</tbody></table>`)}}};