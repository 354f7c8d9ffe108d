import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { AuditResult, KeyResult, Step } from '../../src/domain/audit-result.ts'
import { verdictInFull } from '../../src/publish/describe/verdict.ts'
import { findingsOcsf } from '../../src/publish/formats/ocsf.ts'
import { findingsSarif } from '../../src/publish/formats/sarif.ts'
import { annotationsOf } from '../../src/publish/github/annotations.ts'
import { logOf } from '../../src/publish/github/log.ts'
import { summaryOf } from '../../src/publish/github/summary.ts'
import { outputsOf } from '../../src/publish/publish.ts'
import { redactReport, redactResult } from '../../src/publish/redact.ts'
import type { Report } from '../../src/publish/report.ts'
import { audited, command, key, notAudited, report, result, step, words } from './build.ts'
import { elements, rendered, textOf } from './rendered.ts'

// No word of ours holds three letters of these.
const name = fc.string({
  unit: fc.constantFrom('q', 'x', 'z', 'Q', 'X', '7', '@', '`', '_'),
  minLength: 6,
  maxLength: 20,
})

const namedStep = fc.tuple(name, name, name, name, name, name).map(
  ([reason, condition, undo, argument, path, diff]): Step =>
    step({
      reason,
      condition,
      undo: words(undo),
      instructions: [
        words(reason),
        command(['aws', argument], reason),
        { kind: 'edit', tool: 'terraform', location: { path, line: 3 }, diff, note: diff },
      ],
    }),
)

const namedKey = fc
  .record({
    user: name,
    accessKeyId: fc.option(name),
    account: name,
    location: name,
    text: name,
    step: namedStep,
    state: fc.constantFrom('stale', 'expiring', 'exempt', 'inactive', 'fresh'),
    unreadable: fc.boolean(),
  })
  .map(
    ({ user, accessKeyId, account, location, text, step, state, unreadable }): KeyResult =>
      key({
        id: accessKeyId ?? `arn:aws:iam::${account}:user/${user} ${text}`,
        user,
        userArn: `arn:aws:iam::${account}:user/${user}`,
        accessKeyId,
        account,
        state,
        ageDays: unreadable ? null : 100,
        unreadable: unreadable ? { row: 3, column: 'access_key_1_last_rotated', value: text } : null,
        owner: { name: text, kind: 'text', source: 'tag' },
        declared: {
          tool: 'terraform',
          of: 'key',
          mayBeByHand: false,
          unapplied: false,
          reason: null,
          candidates: [{ path: location, line: 4, address: text }],
        },
        hardCoded: [{ path: location, line: 5 }],
        exemption: {
          rule: 4,
          location: { path: location, line: 6 },
          reason: text,
          ticket: text,
          expires: '2027-01-31',
        },
        urgency: { level: 'high', reason: text },
        usage: {
          regions: ['us-east-1'],
          truncated: false,
          programs: [
            {
              name: text,
              runtime: null,
              addresses: [text],
              actions: [text],
              lastSeen: '2026-11-01T00:00:00Z',
            },
          ],
        },
        next: step,
        later: [step],
        replacement: { certain: true, title: text, explanation: text, location: { path: location, line: 1 } },
      }),
  )

const namedReport = fc
  .record({
    keys: fc.array(namedKey, { minLength: 1, maxLength: 4 }),
    failed: fc.array(name, { minLength: 5, maxLength: 5 }),
  })
  .map(({ keys, failed: [id = '', accountName = '', role = '', detail = '', alias = ''] }): Report => {
    const unique = [...new Map(keys.map(one => [one.id, one])).values()]
    const shard = { index: 1, count: 2, accountsDigest: role.repeat(3), accountCount: 2 }
    const evidence = { ...audited().evidence, role, shard }
    const accounts = [...new Set(unique.map(one => one.account))].map(account =>
      audited({ account: { id: account, partition: 'aws', name: accountName, alias }, evidence }),
    )
    const failure = { summary: 'AWS refused', remedy: 'Let it in.', detail }
    const ids = unique.map(one => one.id)
    const location = { path: '.github/access-key-rotation.yml', line: 9 }
    const rule = { location, reason: detail, ticket: alias, expires: '2026-10-31' }
    return report({
      result: result(unique, {
        accounts: [...accounts, notAudited({ id, name: accountName, role, failure })],
        step: { fails: true, reason: 'error', keys: ids },
        exemptions: (['applied', 'expired', 'unmatched'] as const).map(status => ({
          rule: 0,
          location: { path: '.github/access-key-rotation.yml', line: 4 },
          reason: detail,
          ticket: alias,
          expires: '2026-10-31',
          status,
          reach: 'some' as const,
          keys: ids,
        })),
        unverified: unique.map(({ account, user, userArn }, index) => ({
          account,
          user,
          userArn,
          reason: 'contradictory-row' as const,
          accepted: index === 0 ? null : rule,
        })),
        acceptances: (['applied', 'expired', 'unmatched'] as const).map(status => ({ ...rule, status })),
      }),
      preview: {
        changes: [
          {
            field: 'exemptions',
            before: alias,
            after: detail,
            location: null,
            effect: 'covers 1 key',
            keys: ids,
          },
        ],
        exempted: ids,
        returned: ids,
        moved: ids.map(key => ({ key, from: '2026-12-31', until: '2027-01-31' })),
      },
      notFiled: ids,
      failures: [failure],
      remediation: {
        mode: 'apply',
        refused: null,
        changes: ids.map(key => ({
          key,
          account: id,
          user: alias,
          accessKeyId: accountName,
          what: 'deactivate',
          why: detail,
          undo: command(['aws', role]),
          outcome: 'failed',
          reason: detail,
        })),
      },
    })
  })

function names(value: unknown, into: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') for (const part of value.match(/[qxzQXZ7@`_]{6,}/g) ?? []) into.add(part)
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) names(inner, into)
  return into
}

describe('a redacted report', () => {
  test('shows no part of any name, in any rendering', () => {
    fc.assert(
      fc.property(namedReport, whole => {
        const redacted = redactReport(whole)
        const renderings = [
          JSON.stringify(redacted),
          summaryOf(redacted).markdown,
          textOf(rendered(summaryOf(redacted))),
          JSON.stringify(annotationsOf(redacted)),
          JSON.stringify(logOf(redacted)),
          verdictInFull(redacted),
          JSON.stringify(outputsOf(redacted.result, { outputDirectory: '', sarifFile: '' })),
        ]
        for (const part of [...names(whole)].flatMap(pieces))
          for (const text of renderings) expect(text).not.toContain(part)
      }),
      { numRuns: 60 },
    )
    function pieces(whole: string): string[] {
      return Array.from({ length: whole.length - 4 }, (_, start) => whole.slice(start, start + 5))
    }
  })

  test('keeps counts, states, ages, and the joins between its parts', () => {
    fc.assert(
      fc.property(namedReport, ({ result }) => {
        const redacted = redactResult(result)
        expect(redacted.counts).toEqual(result.counts)
        expect(redacted.keys.map(({ state, ageDays }) => [state, ageDays])).toEqual(
          result.keys.map(({ state, ageDays }) => [state, ageDays]),
        )
        expect(new Set(redacted.keys.map(({ id }) => id)).size).toBe(result.keys.length)
        expect(redacted.step.keys).toEqual(redacted.keys.map(({ id }) => id))
        const position = (audit: AuditResult) =>
          audit.keys.map(key => audit.accounts.findIndex(({ account }) => account.id === key.account))
        expect(position(redacted)).toEqual(position(result))
      }),
      { numRuns: 40 },
    )
  })

  test('names a key by a hash, the same every night, whatever other keys there are', () => {
    const unknown = key({ accessKeyId: null })
    const known = key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', name: 'b' })
    const namesOf = (...keys: readonly KeyResult[]) =>
      redactResult(result(keys)).keys.map(({ id, accessKeyId }) => ({ id, accessKeyId }))
    expect(namesOf(known)).toMatchObject([{ accessKeyId: '1a5d44a2' }])
    expect(namesOf(known, unknown)).toEqual([...namesOf(known), ...namesOf(unknown)])
    expect(namesOf(unknown)[0]?.accessKeyId).toHaveLength(8)
  })

  test('tells code scanning and OCSF of a key without ID as of the same one every night', () => {
    const keys = ['a', 'b'].map(name => key({ name, accessKeyId: null }))
    const told = (...given: readonly KeyResult[]) => {
      const shown = redactReport(report({ result: result(given) }))
      const alerts = JSON.parse([...(findingsSarif(shown) ?? [])].join('')).runs[0].results
      const findings = JSON.parse([...findingsOcsf(shown)].join(''))
      return [alerts.at(-1).partialFingerprints, findings.at(-1).finding_info.uid]
    }
    expect(told(...keys)).toEqual(told(...keys.slice(1)))
    expect(told(...keys)).not.toEqual(told(...keys.slice(0, 1)))
  })

  test('leaves out the columns that carry nothing, and the steps', () => {
    const owner = { name: 'rita', kind: 'user', source: 'tag' } as const
    const next = step({ instructions: [command(['aws'])] })
    const tree = rendered(summaryOf(redactReport(report({ result: result([key({ owner, next })]) }))))
    expect(elements(tree, 'th').map(textOf).slice(5)).toEqual(['Access key', 'Age', 'Next step', 'Last used'])
    expect(elements(tree, 'details')).toHaveLength(0)
  })
})
