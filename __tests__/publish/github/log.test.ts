import { describe, expect, test } from '@jest/globals'
import { NO_DECLARATIONS } from '../../../src/domain/declarations.ts'
import { closingLogOf, logHeading, logOf } from '../../../src/publish/github/log.ts'
import { progressLine, progressLog } from '../../../src/publish/github/progress.ts'
import { audited, key, notAudited, report, result, UNVERIFIED } from '../build.ts'

const lines = (...args: Parameters<typeof result>) =>
  logOf(report({ result: result(...args) })).flatMap(entry => [entry.title, ...entry.lines])

test('the log opens with what is audited, and as of when', () => {
  expect(logHeading({ maxAgeDays: 90 }, '2026-11-24T00:00:00Z')).toBe(
    'Audit of access keys older than 90 days, as of 2026-11-24T00:00:00Z',
  )
})

describe('the log', () => {
  test('tells each account, its findings and its notes', () => {
    const notes = [{ kind: 'permission-missing', action: 'iam:X', text: 'Not looked up.' } as const]
    expect(
      lines([key(), key({ name: 'b', ageDays: 3 })], { accounts: [audited({ activeKeys: 2, notes })] }),
    ).toEqual([
      'prod-main (123456789012): 2 active keys, 1 stale; report 12 minutes old; 6 users checked live',
      expect.stringMatching(/^stale · ci-deployer AKIA\w+ · 412 days · No recorded use · next: Deactivate$/),
      'Note: Not looked up.',
    ])
  })

  test('names each unverified user in its account, with what to do', () => {
    const accepted = {
      location: { path: 'c.yml', line: 3 },
      reason: 'x',
      ticket: null,
      expires: '2027-01-01',
    }
    const told = lines([], {
      unverified: [UNVERIFIED, { ...UNVERIFIED, user: 'eve', accepted }],
      result: 'error',
    })
    expect(told.slice(1, 3)).toEqual([
      expect.stringMatching(/^unverified · bob · has more keys than .* · Audit with iam:ListAccessKeys/),
      expect.stringMatching(/^unverified · eve · .* · accepted until 2027-01-01$/),
    ])
  })

  test('says where the ID of a key is written out', () => {
    const [found = ''] = lines([key({ hardCoded: [{ path: 'scripts/notify.sh', line: 2 }] })]).filter(line =>
      line.includes('stale ·'),
    )
    expect(found).toContain('its ID is written out at scripts/notify.sh:2')
  })

  test.each([
    ['key', 1, ' · declared at iam/0.tf:1 · '],
    ['one-of-several', 2, ' · declared at iam/0.tf:1 or iam/1.tf:1 · '],
    ['user', 1, ' · user declared at iam/0.tf:1 · '],
  ] as const)('says of a key what the code declares, as surely as it does: %s', (of, count, told) => {
    const candidates = Array.from({ length: count }, (_, index) => ({
      path: `iam/${index}.tf`,
      line: 1,
      address: 'aws_iam_user.ci',
    }))
    const declared = {
      tool: 'terraform',
      of,
      mayBeByHand: false,
      unapplied: false,
      reason: null,
      candidates,
    } as const
    expect(lines([key({ declared })]).join('\n')).toContain(told)
  })

  test('says which files of the checkout could not be read, and that a scan ended early', () => {
    const scan = {
      source: 'git',
      files: 9,
      skipped: [{ path: 'iam/##[error].tf', reason: 'line 3: expected }' }],
      skippedCount: 2,
      unread: ['iam/##[error].tf'],
      stoppedBy: '60 seconds',
    } as const
    expect(logOf(report({ scan })).slice(0, 2)).toEqual([
      { title: 'The checkout was not read to its end: 60 seconds', lines: [] },
      {
        title: '2 files of the checkout could not be read for declarations',
        lines: ['iam/##[error].tf: line 3: expected }', '… and 1 more file'],
      },
    ])
  })

  test('says that without a checkout no finding has a declaring line', () => {
    expect(logOf(report({ scan: NO_DECLARATIONS.scan }))[0]?.title).toContain('run actions/checkout')
  })

  test('says why an account was not audited, and what to do', () => {
    const failure = { summary: 'AWS refused', remedy: 'Let it in.', detail: 'aud   sts\nsub   repo' }
    expect(lines([], { accounts: [notAudited({ failure })] })).toEqual([
      'sandbox (345678901234): not audited: AWS refused',
      'aud   sts',
      'sub   repo',
      'What to do: Let it in.',
    ])
  })

  test('keeps the lines of a remedy that has several: a table of claims, or what to write in a workflow', () => {
    const failure = {
      summary: 'AWS refused',
      remedy: 'The token says\n  aud  sts\n  ::error::x',
      detail: null,
    }
    expect(lines([], { accounts: [notAudited({ failure })] }).slice(1)).toEqual([
      'What to do: The token says',
      '  aud  sts',
      '  ::error::x',
    ])
  })

  test('of a clean audit ends with the verdict', () => {
    const clean = report({ result: result([key({ ageDays: 3 })]) })
    expect(closingLogOf(clean, clean).map(({ title }) => title)).toEqual([
      'The only active access key is at most 90 days old',
    ])
  })

  test('ends with what was done about issues, and what of it could not be done, each told once', () => {
    const before = { summary: 'keys.csv could not be written', remedy: 'Make room.', detail: null }
    const after = { summary: 'Could not update issue #1', remedy: 'Run again.', detail: null }
    const told = report({ result: result([key()]), failures: [before] })
    expect(
      closingLogOf({ ...told, issueLines: ['Issue #2 updated'], failures: [before, after] }, told),
    ).toEqual([
      { title: 'Issue #2 updated', lines: [] },
      { title: 'Could not update issue #1', lines: ['What to do: Run again.'] },
    ])
  })

  test('of 3,000 accounts is bounded, and tells the failed ones', () => {
    const accounts = Array.from({ length: 3000 }, (_, n) =>
      n % 100 === 99 ? notAudited({ id: `f${n}` }) : audited({ id: `a${n}` }),
    )
    const all = lines([], { accounts })
    expect(all.length).toBeLessThan(400)
    expect(all.filter(line => line.includes('not audited: '))).toHaveLength(30)
    expect(all).toContain('… and 2,800 more accounts: the job summary and result.json have them')
  })

  test('of 10,000 findings in one account is bounded', () => {
    const keys = Array.from({ length: 10_000 }, (_, n) => key({ name: `u${n}`, accessKeyId: `AKIA${n}` }))
    expect(lines(keys)).toHaveLength(52)
  })
})

describe('progress', () => {
  test('says accounts done, findings, and the time left at the rate so far', () => {
    expect(progressLine({ done: 120, total: 500, findings: 1 }, 60_000)).toBe(
      '120 of 500 accounts done, 1 finding so far, about 3 minutes left',
    )
    expect(progressLine({ done: 0, total: 500, findings: 0 }, 6_000)).toBe(
      '0 of 500 accounts done, 0 findings so far',
    )
  })

  test('speaks at most once in five seconds, and not at all in a short audit', () => {
    let now = 0
    const written: string[] = []
    const progress = progressLog(
      () => now,
      line => written.push(line),
    )
    for (let done = 1; done <= 1000; done++) {
      now += 20
      progress({ done, total: 1000, findings: 0 })
    }
    expect(written).toHaveLength(3)
    expect(written[0]).toMatch(/^250 of 1,000 accounts done/)
  })
})
