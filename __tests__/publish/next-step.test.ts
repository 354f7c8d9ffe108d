import { describe, expect, test } from '@jest/globals'
import type { AuditResult, KeyResult } from '../../src/domain/audit-result.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { keysCsv } from '../../src/publish/formats/csv.ts'
import { resultJson } from '../../src/publish/formats/json.ts'
import { findingsOcsf } from '../../src/publish/formats/ocsf.ts'
import { findingsSarif } from '../../src/publish/formats/sarif.ts'
import { annotationsOf } from '../../src/publish/github/annotations.ts'
import { summaryOf } from '../../src/publish/github/summary.ts'
import { audit, evidence, look } from '../evaluate/account.ts'
import { csv, daysAgo, HEADER, row, slot } from '../evaluate/csv.ts'
import { report } from './build.ts'
import { night, only, tracker } from './issues/nights.ts'
import { rendered, textOf } from './rendered.ts'

const INCOMPLETE = { additional_credentials_info: 'more' }
const used = { used: daysAgo(1) }
const old = daysAgo(200)

/** Users in every situation that has a step of its own. */
const ROWS = [
  row('<root_account>', slot(1, old, used)),
  row('busy', slot(1, old, used)),
  row('idle', slot(1, old, { used: daysAgo(100) })),
  row('moved', slot(1, old, used), slot(2, daysAgo(9), used)),
  row('full', slot(1, old, used), slot(2, daysAgo(90.5), { active: 'false' })),
  row('person', slot(1, old, used), { password_enabled: 'true' }),
  row('leaked', slot(1, old, used)),
  row('exposed', slot(1, old, used)),
  row('more', slot(1, old, used), INCOMPLETE),
  row('soon', slot(1, daysAgo(80), used)),
  row('off', slot(1, old, { active: 'false' })),
  row('young', slot(1, daysAgo(30), used)),
  row('coded', slot(1, old, { used: daysAgo(100) })),
  row('clocked', slot(1, old, used)),
]

const LOOKS = [
  look('leaked', ['AKIALEAKED', old]),
  look('exposed', ['AKIAEXPOSED', old]),
  look('young', ['AKIAYOUNG', daysAgo(30)]),
]
const WRITTEN = [
  { accessKeyId: 'AKIALEAKED', path: 'a.env', line: 1, besideSecret: true },
  { accessKeyId: 'AKIAEXPOSED', path: 'b.env', line: 2, besideSecret: false },
  { accessKeyId: 'AKIAYOUNG', path: 'c.env', line: 3, besideSecret: true },
]
const EDIT = { diff: null, note: 'it is written in a form of its own' }
const CODE = ['coded', 'clocked'].map((userName, index) => ({
  tool: 'terraform' as const,
  path: 'iam.tf',
  line: index + 1,
  userName,
  address: `aws_iam_access_key.${userName}`,
  status: null,
  edits: { deactivate: EDIT, remove: EDIT, second: EDIT },
  ...(userName === 'clocked' ? { rotates: 'time_rotating.clock replaces it' } : {}),
}))
const RESULT = audit(
  [evidence(csv(ROWS, [...HEADER, 'additional_credentials_info']), { observations: LOOKS })],
  { declarations: { ...NO_DECLARATIONS, keyIds: WRITTEN, keys: CODE } },
)

/** What each format shows of a result, as people and machines read it. */
const SHOWN: Readonly<Record<string, (result: AuditResult) => string>> = {
  summary: result => textOf(rendered(summaryOf(report({ result })))),
  issue: result => {
    const at = tracker()
    night(at, result)
    return textOf(rendered(only(at).body))
  },
  annotation: result =>
    annotationsOf(report({ result }))
      .map(({ message }) => message)
      .join('\n'),
  SARIF: result => [...(findingsSarif(report({ result })) ?? [])].join(''),
  CSV: result => [...keysCsv(report({ result }))].join(''),
  JSON: result => [...resultJson(report({ result }))].join(''),
  OCSF: result => [...findingsOcsf(report({ result }))].join(''),
}

/** Formats that do not list every key: SARIF and OCSF have findings alone, an issue follows them until they are gone. */
function lists(format: string, { state }: KeyResult): boolean {
  if (state === 'stale' || format === 'summary' || format === 'CSV' || format === 'JSON') return true
  return format === 'annotation' && (state === 'expiring' || state === 'fresh')
}

describe.each(
  RESULT.keys.filter(({ next }) => next !== null).map(key => [`${key.user} (${key.state})`, key] as const),
)('the next step of %s', (_, key) => {
  const alone: AuditResult = {
    ...RESULT,
    result: 'fail',
    keys: [key],
    step: { ...RESULT.step, keys: [key.id] },
    unverified: [],
  }

  test.each(Object.entries(SHOWN).filter(([format]) => lists(format, key)))(
    'is told in the same words in %s',
    (_, show) => {
      // Within an annotation's line it is part of a sentence.
      expect(show(alone).toLowerCase()).toContain(key.next?.title.toLowerCase())
    },
  )
})

test('the users above have each step that can come next', () => {
  const titles = new Set(RESULT.keys.map(({ next }) => next?.title))
  expect(titles).toEqual(
    new Set([
      undefined,
      'Apply the code',
      'Confirm nothing broke',
      'Create second key',
      'Deactivate idle key',
      'Deactivate now',
      'Deactivate now if leaked',
      'Free a slot first',
      'List live keys',
      'Move applications',
      'Remove root key',
      'Rotate before 2026-12-04',
      'Set to Inactive',
      'Use IAM Identity Center',
    ]),
  )
})
