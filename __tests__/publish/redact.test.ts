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
import type { Report } from '../../src/publish/report.ts'
import {
  audited,
  command,
  key,
  notAudited,
  redactReport,
  report,
  result,
  SECRET,
  step,
  words,
} from './build.ts'
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
        urgency: { level: 'high', rule: 'administrator', reason: text },
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
        acceptances: (['applied', 'expired', 'unmatched'] as const).map(status => ({
          ...rule,
          status,
          reach: 'some' as const,
        })),
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
        keys: ids.map(key => ({ key, effect: 'moved', until: '2026-12-31' })),
      },
      notFiled: ids,
      muted: ids.map(key => ({ key, url: 'https://github.com/o/r/issues/3' })),
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
  test('tells which workflow logs in with a stored key, but not the lines around it, which may name an account', () => {
    const diff = '-          role: arn:aws:iam::123456789012:role/deploy\n'
    const login = { path: '.github/workflows/deploy.yml', line: 9, via: 'input', secret: null } as const
    const staticLogins = [{ ...login, edit: { diff, note: null } }]
    const hidden = redactReport(report({ result: result([], { staticLogins }) })).result
    expect(JSON.stringify(hidden)).not.toContain('123456789012')
    expect(hidden.staticLogins).toEqual([login])
  })

  test('shows no part of any name, in any rendering', () => {
    fc.assert(
      fc.property(namedReport, fc.constantFrom(null, SECRET), (whole, secret) => {
        const redacted = redactReport(whole, secret)
        const renderings = [
          JSON.stringify(redacted),
          summaryOf(redacted).markdown,
          textOf(rendered(summaryOf(redacted))),
          JSON.stringify(annotationsOf(redacted)),
          JSON.stringify(logOf(redacted)),
          verdictInFull(redacted),
          JSON.stringify(outputsOf(redacted.result, '', '')),
        ]
        const shown = [...names(whole)]
          .flatMap(pieces)
          .filter(part => renderings.some(text => text.includes(part)))
        expect(shown).toEqual([])
      }),
      { numRuns: 60 },
    )
    function pieces(whole: string): string[] {
      return Array.from({ length: whole.length - 4 }, (_, start) => whole.slice(start, start + 5))
    }
  })

  test('keeps counts, states, ages, and the joins between its parts; exempt keys are counted alone', () => {
    fc.assert(
      fc.property(namedReport, fc.constantFrom(null, SECRET), (whole, secret) => {
        const redacted = redactReport(whole, secret).result
        const kept = { ...whole.result, keys: whole.result.keys.filter(({ state }) => state !== 'exempt') }
        expect(redacted.counts).toEqual(whole.result.counts)
        expect(redacted.keys.map(({ state, ageDays }) => [state, ageDays])).toEqual(
          kept.keys.map(({ state, ageDays }) => [state, ageDays]),
        )
        expect(new Set(redacted.keys.map(({ id }) => id)).size).toBe(kept.keys.length)
        expect(redacted.step.keys).toEqual(expect.arrayContaining(redacted.keys.map(({ id }) => id)))
        const position = (audit: AuditResult) =>
          audit.keys.map(key => audit.accounts.findIndex(({ account }) => account.id === key.account))
        expect(position(redacted)).toEqual(position(kept))
      }),
      { numRuns: 40 },
    )
  })

  const namesOf = (keys: readonly KeyResult[], secret: string | null) =>
    redactReport(report({ result: result(keys) }), secret).result.keys.map(({ accessKeyId }) => accessKeyId)
  const known = key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', name: 'b' })

  test('names a key under the secret alike every night, whatever other keys there are, and otherwise under another', () => {
    const unknown = key({ accessKeyId: null })
    // printf 'key:AKIAIOSFODNN7EXAMPLE' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    expect(namesOf([known], SECRET)).toEqual(['442e17a8'])
    expect(namesOf([known, unknown], SECRET)).toEqual([
      ...namesOf([known], SECRET),
      ...namesOf([unknown], SECRET),
    ])
    expect(namesOf([known], SECRET.toUpperCase())).not.toEqual(namesOf([known], SECRET))
  })

  test('numbers keys in the order of the result without a secret', () => {
    expect(namesOf([known, key({ name: 'c', accessKeyId: null })], null)).toEqual(['key 1', 'key 2'])
  })

  test.each([null, SECRET])(
    'tells code scanning and OCSF of a key as of the same one every night (%s)',
    secret => {
      const keys = ['a', 'b'].map((name, index) => key({ name, ageDays: 100 + index }))
      const told = (...given: readonly KeyResult[]) => {
        const shown = redactReport(report({ result: result(given) }), secret)
        const alerts = JSON.parse([...(findingsSarif(shown) ?? [])].join('')).runs[0].results
        const findings = JSON.parse([...findingsOcsf(shown)].join(''))
        return [alerts.at(-1).partialFingerprints, findings.at(-1).finding_info.uid]
      }
      expect(told(...keys)).toEqual(told(...keys.slice(1)))
      expect(told(...keys)).not.toEqual(told(...keys.slice(0, 1)))
    },
  )

  test.each([null, SECRET])('joins no key to a rule that everybody can read (%s)', secret => {
    const rule = {
      rule: 0,
      location: { path: '.github/access-key-rotation.yml', line: 4 },
      reason: 'vendor',
      ticket: null,
      expires: '2027-01-31',
    }
    const exempt = key({ name: 'vendor', ageDays: 222, state: 'exempt', exemption: rule })
    const applied = { ...rule, status: 'applied', reach: 'some', keys: [exempt.id] } as const
    const whole = report({
      result: result([exempt, key({ name: 'b' })], { exemptions: [applied] }),
      preview: {
        changes: [],
        keys: [
          { key: exempt.id, effect: 'exempted', until: null },
          { key: exempt.id, effect: 'moved', until: '2026-12-01' },
        ],
      },
    })
    const hidden = redactReport(whole, secret)
    const text = [JSON.stringify(hidden), summaryOf(hidden).markdown, verdictInFull(hidden)].join()
    expect(text).not.toMatch(/2027-01-31|222/)
    expect(text).not.toContain(exempt.createdAt)
    expect(verdictInFull(hidden)).toContain('1 is exempt')
    expect(summaryOf(hidden).markdown).toContain(
      'This change exempts 1 key and moves the last day of 1 exemption',
    )
  })

  test('says in the summary that names are hidden, why, and how to find a key', () => {
    const shown = (secret: string | null) =>
      textOf(rendered(summaryOf(redactReport(report({ result: result([known]) }), secret))))
    expect(shown(null)).toMatch(/Names are hidden here because octo-org\/octo-repo is public\..*CreateDate/s)
    expect(shown(null)).toContain(`created ${known.createdAt}`)
    expect(shown(SECRET)).toMatch(/Names are hidden here because octo-org\/octo-repo is public\..*openssl/s)
  })

  test('leaves out the columns that carry nothing, and the steps', () => {
    const owner = { name: 'rita', kind: 'user', source: 'tag' } as const
    const next = step({ instructions: [command(['aws'])] })
    const tree = rendered(summaryOf(redactReport(report({ result: result([key({ owner, next })]) }))))
    expect(elements(tree, 'th').map(textOf)).toEqual(['Access key', 'Next step', 'Age', 'Last used'])
    expect(elements(tree, 'summary').map(textOf)).toEqual(['Which key is it?'])
  })
})
