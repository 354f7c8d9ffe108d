import { describe, expect, test } from '@jest/globals'
import { isAuditOutput } from '../../../src/locate/checkout/not-code.ts'
import { reportHtml } from '../../../src/publish/formats/html.ts'
import { key, report, result } from '../../publish/build.ts'

const REPORT =
  'user,arn,user_creation_time,password_enabled\nci,arn:aws:iam::111122223333:user/ci,2026-01-01T00:00:00Z,false\n'
const EVIDENCE = { kind: 'evidence', version: 1, account: { id: '111122223333' }, report: {} }
const SARIF = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [] }] }
const PAGE = [...reportHtml(report({ result: result([key()]) }), new Map())].join('')

describe('what an audit has written', () => {
  test.each([
    ['a credential report', REPORT],
    ['… as a spreadsheet saves it', `\uFEFFsep=;\r\n${REPORT.replaceAll(',', ';').replaceAll('\n', '\r\n')}`],
    ['… by tabs', REPORT.replaceAll(',', '\t')],
    ['… padded and quoted', REPORT.replace(/[^,\n]+/g, cell => ` "${cell}"`)],
    ['keys.csv', 'account,account_name,user,user_arn,access_key_id,key\n1,a,u,arn,AKIA,k\n'],
    ['evidence', JSON.stringify(EVIDENCE, null, 2)],
    ['SARIF', JSON.stringify(SARIF)],
    ['OCSF', JSON.stringify([{ class_uid: 2003, category_uid: 2, metadata: {} }])],
    ['report.html', PAGE],
    ['… with other line breaks', PAGE.replaceAll('\n', '\r\n')],
    ['a result', JSON.stringify({ version: 1, asOf: 'x', policy: {}, keys: [] })],
  ])('is known: %s', (_, text) => {
    expect(isAuditOutput(text)).toBe(true)
  })

  test.each([
    ["code below a report's header", `${REPORT}const key = new iam.AccessKey(this, 'Key')\n`],
    ['code below report.html', `${PAGE}new iam.AccessKey()`],
    ['a page with a script', PAGE.replace('<main>', '<main><script>new iam.AccessKey()</script>')],
    ['another page', '<!doctype html>\n<html lang="en">\n<head></head><body></body></html>\n'],
    ['a template that says it is evidence', JSON.stringify({ kind: 'evidence', Resources: {} })],
    ['code below the words of evidence', `${JSON.stringify(EVIDENCE)}\nnew iam.AccessKey()`],
    ['code that holds a SARIF file', `// "$schema": "sarif", "runs": [{ "tool": {\nnew iam.AccessKey()`],
    ['a state of Terraform', JSON.stringify({ version: 4, resources: [{ type: 'aws_iam_access_key' }] })],
  ])('is not taken for it: %s', (_, text) => {
    expect(isAuditOutput(text)).toBe(false)
  })
})
