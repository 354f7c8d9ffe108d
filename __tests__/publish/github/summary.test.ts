import { describe, expect, test } from '@jest/globals'
import type { KeyResult } from '../../../src/domain/audit-result.ts'
import { byteLength } from '../../../src/publish/describe/markdown.ts'
import { summaryOf } from '../../../src/publish/github/summary.ts'
import type { Preview, Report } from '../../../src/publish/report.ts'
import {
  audited,
  command,
  key,
  notAudited,
  POLICY,
  redactReport,
  report,
  result,
  run,
  step,
  words,
} from '../build.ts'
import { awakened, elementNames, elements, HOSTILE_TEXTS, hrefs, rendered, textOf } from '../rendered.ts'

const instructions = [command(['aws', 'iam', 'list-access-keys'])]

function shown(over: Partial<Report>) {
  const tree = rendered(summaryOf(report(over)))
  return { tree, text: textOf(tree), headings: headings(tree) }
}

function headings(tree: ReturnType<typeof rendered>): string[] {
  return [...elements(tree, 'h2'), ...elements(tree, 'h3')].map(textOf)
}

describe('the job summary', () => {
  test('links each closed issue that mutes a key, where two list the same key, too', () => {
    const [first, second] = [3, 5].map(number => `https://github.com/octo-org/octo-repo/issues/${number}`)
    const [alice, bob] = [key(), key({ name: 'bob' })]
    const muted = [
      { key: alice.id, url: first ?? '' },
      { key: bob.id, url: first ?? '' },
      { key: alice.id, url: second ?? '' },
      { key: 'gone since', url: second ?? '' },
    ]
    const { tree } = shown({ result: result([alice, bob]), muted })
    expect(hrefs(tree).filter(href => href.includes('/issues/'))).toEqual([first, first, second])
  })

  test('opens with the verdict, and lists each state of key under its own heading', () => {
    const exemption = {
      rule: 0,
      location: { path: '.github/access-key-rotation.yml', line: 4 },
      reason: 'rotated by the vendor',
      ticket: 'SEC-1234',
      expires: '2027-01-31',
    }
    const keys = [
      key(),
      key({ name: 'soon', ageDays: 80 }),
      key({ name: 'vendor', state: 'exempt', exemption }),
      key({ name: 'old', state: 'inactive' }),
    ]
    const { headings, text, tree } = shown({ result: result(keys, { accounts: [audited(), notAudited()] }) })
    expect(headings).toEqual([
      '2 of 3 active access keys are over 90 days (1 exempt); 1 of 2 accounts was not audited',
      'Stale keys, most urgent first',
      'Not audited',
      'Expiring in 14 days',
      'Exempt',
      'Inactive, awaiting deletion',
    ])
    for (const part of ['rotated by the vendor', 'SEC-1234', '2027-01-31', 'Let its trust policy accept'])
      expect(text).toContain(part)
    expect(text).toContain('credential report of 2026-11-23 23:48 UTC (12 minutes old)')
    expect(hrefs(tree)).toContain(
      'https://github.com/octo-org/octo-repo/blob/0123456789abcdef0123456789abcdef01234567/.github/access-key-rotation.yml#L4',
    )
  })

  test('names who is unverified, why, and what accepts it; nobody where names are hidden', () => {
    const location = { path: '.github/access-key-rotation.yml', line: 9 }
    const accepted = { location, reason: 'seen by hand', ticket: null, expires: '2027-01-31' }
    const unverified = ['bob', '<b>eve</b>'].map((user, index) => ({
      account: '123456789012',
      user,
      userArn: `arn:aws:iam::123456789012:user/${user}`,
      reason: 'incomplete-row' as const,
      accepted: index === 0 ? null : accepted,
    }))
    const of = { result: result([], { unverified }) }
    const { headings, text } = shown(of)
    expect(headings).toContain('Unverified')
    for (const part of [
      'bob',
      '<b>eve</b>',
      'has more keys than the report shows',
      'seen by hand, until 2027-01-31',
    ])
      expect(text).toContain(part)
    expect(
      shown({ ...of, hidden: { reason: 'octo-org/octo-repo is public', by: 'number' } }).text,
    ).not.toMatch(/bob|eve|seen by hand/)
  })

  test('of a clean account is its verdict, its oldest key, counts and chart', () => {
    const { headings, text, tree } = shown({ result: result([key({ name: 'data-export', ageDays: 60 })]) })
    expect(headings).toEqual(['The only active access key is at most 90 days old'])
    expect(text).toContain('Oldest: data-export, 60 days; rotate it before 2026-12-24.')
    expect(text).toContain('0 stale · 0 expiring in 14 days · 0 exempt · 1 fresh')
    expect(elements(tree, 'details')).toHaveLength(0)
  })

  describe('of a key that is not stale, but whose ID stands in the checkout', () => {
    const exposed = (state: 'fresh' | 'exempt') =>
      key({
        name: state,
        state,
        ageDays: 30,
        hardCoded: [{ path: 'scripts/notify.sh', line: 2, secret: true }],
        urgency: {
          level: 'critical',
          rule: 'hard-coded',
          reason: 'what looks like its secret stands in this repository',
        },
        next: step({
          action: 'contain',
          title: 'Deactivate now',
          instructions: [words('deactivate it now')],
        }),
      })

    test('has it right below the verdict, which it does not change, with what to do', () => {
      const { headings, text } = shown({ result: result([exposed('fresh'), exposed('exempt')]) })
      expect(headings.slice(0, 2)).toEqual([
        'All 2 active access keys are at most 90 days old',
        'Not stale, but their ID stands in the checkout',
      ])
      expect(text.match(/ID in scripts\/notify.sh:2/g)).toHaveLength(2)
      expect(text.match(/^ *Deactivate now$/gm)).toHaveLength(2)
      expect(text).toContain('Steps for exempt')
    })

    test('says once why it is urgent where the line that holds its ID is the reason', () => {
      const { tree } = shown({
        result: result([
          {
            ...exposed('fresh'),
            hardCoded: [{ path: 'scripts/notify.sh', line: 2 }],
            urgency: {
              level: 'critical',
              rule: 'hard-coded',
              reason: 'its ID is written out in this repository',
            },
          },
        ]),
      })
      const [cell = ''] = elements(tree, 'td').map(textOf)
      expect(cell).toMatch(/critical: ID in scripts\/notify\.sh:2$/)
      expect(cell).not.toContain('written out')
    })

    test('counts it where names are hidden and exempt keys are not listed', () => {
      const { text } = shown(redactReport(report({ result: result([exposed('fresh'), exposed('exempt')]) })))
      expect(text).toContain('The ID of 1 exempt key stands in the checkout.')
      expect(text).not.toContain('notify.sh')
    })
  })

  test('counts the same keys in headline, line and chart, those that are exempt or have no date included', () => {
    const keys = [key(), key({ name: 'b', ageDays: null }), key({ name: 'c', state: 'exempt' })]
    const { headings, text } = shown({ result: result(keys) })
    expect(headings[0]).toBe('2 of 3 active access keys are over 90 days (1 exempt); 1 has no date')
    expect(text).toContain(
      '2 stale (1 without date) · 0 expiring in 14 days · 1 exempt · 0 fresh · 0 inactive, to delete',
    )
    expect(text).toContain('"over 365: 2", "no date: 1"')
  })

  test('lists no key as 90 days old among those that are over 90 days', () => {
    const [createdAt, staleSince] = ['2026-08-25T23:00:00Z', '2026-11-23T23:00:00Z']
    const barely = key({ ageDays: 90, createdAt, staleSince, state: 'stale' })
    const { text } = shown({ result: result([barely, { ...barely, id: 'x', state: 'exempt' }]) })
    expect(text.match(/90\+\u00a0days/g)).toHaveLength(2)
    expect(text).not.toMatch(/\b90\u00a0days/)
  })

  test('shows the next step right beside the key, where a phone still shows it', () => {
    const keys = [key(), key({ name: 'b', ageDays: 80 }), key({ name: 'c', state: 'inactive' })]
    const { tree } = shown({ result: result(keys) })
    const titles = elements(tree, 'thead').map(head => elements(head, 'th').map(textOf).slice(0, 2))
    expect(titles).toEqual(titles.map(() => ['Access key', 'Next step']))
    expect(titles).toHaveLength(3)
  })

  test('says rotate today, not before today, on the day on which a key becomes stale', () => {
    const due = key({ ageDays: 89, state: 'fresh', createdAt: '2026-08-26T13:00:00Z' })
    expect(shown({ result: result([due]) }).text).toContain('89 days; rotate it today.')
  })

  test('never says that the control is met where the limit is longer than its own', () => {
    const policy = { ...POLICY, maxAgeDays: 365 }
    const { text } = shown({ result: result([key({ ageDays: 100, state: 'fresh' })], { policy }) })
    expect(text).toContain('at most 365 days old')
    expect(text).toContain('The limit applied is 365 days')
    expect(text).toContain('whether it is met is not said here')
  })

  test('links declaring lines at the commit of the run, whatever their path', () => {
    const candidates = [{ path: 'a b/#1?/über.tf', line: 12, address: 'aws_iam_access_key.ci' }]
    const { tree } = shown({
      result: result([
        key({
          declared: {
            tool: 'terraform',
            of: 'key',
            mayBeByHand: false,
            unapplied: false,
            reason: null,
            candidates,
          },
        }),
      ]),
    })
    expect(hrefs(tree)).toEqual([
      `https://github.com/octo-org/octo-repo/blob/${run().sha}/a%20b/%231%3F/%C3%BCber.tf#L12`,
    ])
  })

  test('never puts a check and a change into one block, and shows a step that is told in words alone', () => {
    const lines = [
      ['aws', 'iam', 'get-access-key-last-used'],
      ['aws', 'iam', 'update-access-key'],
    ]
    const next = step({ instructions: [words('deactivate it'), ...lines.map(line => command(line, 'why'))] })
    const root = { user: '<root_account>', root: true, accessKeyId: null, urgency: null }
    const removal = step({ title: 'Remove root key', instructions: [words('sign in and delete it')] })
    const { tree } = shown({ result: result([key({ next }), key({ ...root, next: removal })]) })
    const blocks = elements(tree, 'pre').map(textOf)
    expect(blocks.filter(text => text.startsWith('#'))).toEqual(
      lines.map(line => `# why\n${line.join(' ')}\n`),
    )
    expect(elements(tree, 'details').map(textOf).join()).toMatch(/Remove root key.*sign in and delete it/)
  })

  test('shows what to do about an expiring key, and about a root key however fresh it is', () => {
    const due = key({ ageDays: 80, next: step({ title: 'Rotate before 2026-12-04', instructions }) })
    const root = { user: '<root_account>', root: true, accessKeyId: null, ageDays: 10, name: 'root' }
    const removal = step({ title: 'Remove root key', instructions: [words('sign in and delete it')] })
    const { tree } = shown({ result: result([due, key({ ...root, next: removal })]) })
    const [body] = elements(tree, 'tbody')
    expect(body && textOf(body)).toContain('Rotate before 2026-12-04')
    const folded = elements(tree, 'details').map(textOf).join()
    expect(folded).toContain('Rotate before 2026-12-04')
    expect(folded).toMatch(/Remove root key.*sign in and delete it/)
  })

  test('says once of which accounts the commands are, and of each key in which it is', () => {
    const accounts = [audited(), audited({ id: '210987654321', name: 'staging' })]
    const next = step({ instructions })
    const keys = [key({ next }), key({ next, name: 'other', account: '210987654321' })]
    const { tree, text } = shown({ result: result(keys, { accounts }) })
    expect(text.match(/--profile/g)).toHaveLength(1)
    expect(text).toMatch(/for keys of prod-main.*, staging.*: run each with credentials of its key’s account/)
    expect(elements(tree, 'summary').map(textOf).join()).toMatch(/ci-deployer AKIA\w+ in prod-main/)
    expect(shown({ result: result(keys.slice(0, 1)) }).text).not.toContain('--profile')
  })

  test('folds the steps of a key with commands, changes and the way back', () => {
    const edit = {
      kind: 'edit',
      tool: 'terraform',
      location: { path: 'iam/ci.tf', line: 12 },
      diff: '+status = "Inactive"',
      note: 'b.tf still reads it',
    } as const
    const undo = command(['aws', 'iam', 'update-access-key', '--status', 'Active'])
    const next = step({ title: 'Set to Inactive', instructions: [edit], undo })
    const later = [step({ title: 'Delete inactive key', condition: 'it is inactive', instructions })]
    const { tree } = shown({ result: result([key({ next, later })]) })
    const [folded] = elements(tree, 'details')
    const text = folded === undefined ? '' : textOf(folded)
    expect(text).toContain('Steps for ci-deployer')
    expect(text).toContain('+status = "Inactive"')
    expect(text).toContain('Mind: b.tf still reads it.')
    expect(text).toContain('aws iam update-access-key --status Active')
    expect(text).toContain('2. Delete inactive key, when it is inactive.')
    expect(text).toContain('aws iam list-access-keys')
  })

  test('says which findings were not checked live', () => {
    expect(shown({ result: result([key({ verified: 'report' })]) }).text).toContain(
      '1 stale key not checked live',
    )
  })

  test('names the cell that holds no date', () => {
    const unreadable = { row: 17, column: 'access_key_1_last_rotated', value: 'N/A' }
    expect(shown({ result: result([key({ ageDays: null, unreadable })]) }).text).toContain(
      'Line 17, column access_key_1_last_rotated of the credential report holds no date: N/A',
    )
  })

  test('says each note once, with the accounts that it is about', () => {
    const notes = [
      { kind: 'permission-missing', action: 'iam:ListAccessKeys', text: 'Not checked live.' } as const,
    ]
    const accounts = Array.from({ length: 7 }, (_, n) =>
      audited({ id: `11111111111${n}`, name: `a${n}`, notes }),
    )
    const items = elements(shown({ result: result([], { accounts }) }).tree, 'li').map(textOf)
    expect(items).toHaveLength(1)
    expect(items[0]).toMatch(/^Not checked live\. \(a0 \(111111111110\), .* and 2 more\)$/)
  })

  test('shows what remediation did, and how to take it back', () => {
    const stale = key()
    const undo = command(['aws', 'iam', 'update-access-key', '--status', 'Active'])
    const changes = [
      {
        key: stale.id,
        account: stale.account,
        user: stale.user,
        accessKeyId: stale.accessKeyId,
        what: 'deactivate',
        why: 'No recorded use since 2026-08-16.',
        undo,
        outcome: 'done',
        reason: null,
      } as const,
    ]
    const { text } = shown({
      result: result([stale]),
      remediation: { mode: 'apply', refused: null, changes },
    })
    expect(text).toContain('Deactivated AKIA')
    expect(text).toContain('No recorded use since 2026-08-16.')
    expect(text).toContain('aws iam update-access-key --status Active')
  })

  test('previews what a changed configuration does', () => {
    const location = { path: '.github/access-key-rotation.yml', line: 4 }
    const exemption = { rule: 0, location, reason: 'vendor', ticket: null, expires: '2027-01-31' }
    const exempted = key({ name: 'vendor', state: 'exempt', exemption })
    const back = key({ name: 'back' })
    const preview: Preview = {
      changes: [],
      keys: [
        { key: exempted.id, effect: 'exempted', until: null },
        { key: back.id, effect: 'returned', until: '2027-01-31' },
      ],
    }
    const { headings, text } = shown({ result: result([back, exempted]), preview })
    expect(headings[0]).toBe(
      'This change exempts 1 key until 2027-01-31 and makes 1 exempt key a finding again',
    )
    expect(text).toContain('1 stale key remains')
  })

  test('shows the whole remedy of a failed account in a fold, however many lines it has', () => {
    const remedy = `The token says\n${Array.from({ length: 30 }, (_, n) => `  claim-${n}  ${'x'.repeat(60)}`).join('\n')}`
    const failure = { summary: 'AWS refused', remedy, detail: null }
    const { tree } = shown({ result: result([], { accounts: [notAudited({ failure })] }) })
    expect(elements(tree, 'td').map(textOf)).toContain('The token says')
    expect(elements(tree, 'pre').map(textOf).join()).toContain(remedy)
  })

  test('of several accounts says whose each key is', () => {
    const { tree } = shown({
      result: result([key()], { accounts: [audited(), audited({ id: '2', name: 'b' })] }),
    })
    expect(elements(tree, 'th').map(textOf)).toContain('Account')
    expect(elements(shown({ result: result([key()]) }).tree, 'th').map(textOf)).not.toContain('Account')
  })

  test('tells accounts of one name apart by their IDs, in table and fold', () => {
    const next = step({ instructions: [command(['aws'])] })
    const { tree } = shown({
      result: result([key({ next }), key({ name: 'b', account: '2', next })], {
        accounts: [audited(), audited({ id: '2' }), audited({ id: '3', name: 'staging' })],
      }),
    })
    const cells = elements(tree, 'td').map(textOf)
    expect(cells).toEqual(expect.arrayContaining(['prod-main (123456789012)', 'prod-main (2)']))
    expect(elements(tree, 'summary').map(textOf)).toContainEqual(expect.stringMatching(/in prod-main \(2\)$/))
  })

  test('says one age of credential reports that have one', () => {
    const { text } = shown({ result: result([key()], { accounts: [audited(), audited({ id: '2' })] }) })
    expect(text).toContain('credential reports 12 minutes old')
  })
})

describe('hostile names in the job summary', () => {
  test.each(HOSTILE_TEXTS)('%j stays text', text => {
    const hostile: Partial<KeyResult> = {
      user: text,
      owner: { name: text, kind: 'text', source: 'tag' },
      lastUsed: { state: 'used', at: '2026-11-01T00:00:00Z', service: text, region: text },
      urgency: { level: 'high', rule: 'administrator', reason: text },
      usage: {
        regions: [text],
        truncated: false,
        programs: [
          { name: text, runtime: null, addresses: [text], actions: [text], lastSeen: '2026-11-01T00:00:00Z' },
        ],
      },
      declared: {
        tool: 'terraform',
        of: 'key',
        mayBeByHand: false,
        unapplied: false,
        reason: null,
        candidates: [{ path: `x${text}`, line: 1, address: text }],
      },
      next: step({
        title: text,
        reason: text,
        condition: text,
        undo: { kind: 'text', text },
        instructions: [{ kind: 'text', text }, command([text], text)],
      }),
      replacement: { certain: true, title: text, explanation: text, location: null },
      exemption: {
        rule: 0,
        location: { path: `x${text}`, line: 1 },
        reason: text,
        ticket: text,
        expires: '2027-01-31',
      },
    }
    const keys = (['stale', 'expiring', 'exempt', 'inactive'] as const).map(state =>
      key({ ...hostile, name: state, user: text, state }),
    )
    const accounts = [
      audited({ name: text, notes: [{ kind: 'root-user', action: null, text }] }),
      notAudited({ name: text, failure: { summary: text, remedy: text, detail: text } }),
    ]
    const { tree } = shown({
      result: result(keys, {
        accounts,
        staticLogins: [{ path: `x${text}`, line: 1, via: 'env', secret: text }],
      }),
    })
    expect(awakened(tree)).toEqual([])
    expect(
      hrefs(tree).filter(href => !href.startsWith('https://github.com/octo-org/octo-repo/blob/')),
    ).toEqual([])
    expect(new Set(elementNames(tree))).toEqual(
      new Set([...OURS].filter(name => elementNames(tree).includes(name))),
    )
  })
  const OURS = new Set(
    'h2 h3 p table thead tbody tr th td code pre a strong br ul li details summary span'.split(' '),
  )
})

describe('the size of the job summary', () => {
  const accounts = Array.from({ length: 500 }, (_, n) =>
    n % 20 === 0
      ? notAudited({ id: String(100_000_000_000 + n), name: `account-${n}` })
      : audited({ id: String(100_000_000_000 + n), name: `account-${n}` }),
  )
  const keys = Array.from({ length: 10_000 }, (_, n) =>
    key({
      name: `user-${n}`,
      accessKeyId: `AKIA${String(n).padStart(16, '0')}`,
      account: String(100_000_000_001 + (n % 400)),
      ageDays: 20_000 - n,
      owner: { name: 'büro-ünïcode', kind: 'text', source: 'tag' },
      next: step({ instructions }),
    }),
  )
  const large = report({ result: result([...keys, key({ name: 'soon', ageDays: 80 })], { accounts }) })
  const summary = summaryOf(large)
  const tree = rendered(summary)

  test('of 10,000 stale keys in 500 accounts stays within 1 MiB, keeps the oldest and counts the rest', () => {
    expect(byteLength(summary)).toBeLessThanOrEqual(1_000_000)
    expect(byteLength(summary)).toBeGreaterThan(900_000)
    const rows = elements(tree, 'table').map(table => elements(table, 'tr').slice(1))
    const stale = rows.find(table => table.length > 500) ?? []
    expect(textOf(stale[0] ?? tree)).toContain('user-0')
    const more = /… and ([\d,]+) more stale keys, left out for size/.exec(textOf(tree))?.[1] ?? ''
    expect(stale.length + Number(more.replace(',', ''))).toBe(10_000)
    expect(headings(tree)).toContain('Not audited')
    expect(headings(tree)).toContain('Expiring in 14 days')
    expect(textOf(tree)).toContain('account-480')
  })

  test('counts the keys whose steps are left out, rendered or not', () => {
    const text = textOf(tree)
    expect(text).toContain('Steps for each of 10,000 keys')
    const kept = elements(tree, 'summary').filter(each => textOf(each).startsWith('Steps for user-'))
    const more = /… and ([\d,]+) more keys with steps, left out for size/.exec(text)?.[1] ?? ''
    expect(kept.length).toBeGreaterThan(10)
    expect(kept.length + Number(more.replace(',', ''))).toBe(10_000)
  })

  test.each([300_000, 150_000, 60_000])('fits a budget of %d bytes too', budget => {
    const some = report({ result: result(keys.slice(0, 2_000), { accounts }) })
    expect(byteLength(summaryOf(some))).toBeGreaterThan(300_000)
    expect(byteLength(summaryOf(some, budget))).toBeLessThanOrEqual(budget)
  })

  test('one text of megabytes does not push the others out', () => {
    const huge = 'x'.repeat(2_000_000)
    const failure = { summary: huge, remedy: huge, detail: huge }
    const keys = [key({ owner: { name: huge, kind: 'text', source: 'tag' } }), key({ name: 'other' })]
    const summary = summaryOf(
      report({ result: result(keys, { accounts: [audited(), notAudited({ failure })] }) }),
    )
    expect(byteLength(summary)).toBeLessThan(50_000)
    expect(textOf(rendered(summary))).toContain('other')
  })
})
