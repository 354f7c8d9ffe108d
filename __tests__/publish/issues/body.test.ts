import { describe, expect, test } from '@jest/globals'
import type { KeyResult, Owner } from '../../../src/domain/audit-result.ts'
import { audited, command, key, notAudited, result, run, step, words } from '../build.ts'
import { elements, hrefs, rendered, textOf } from '../rendered.ts'
import { actionsOf, later, type NightOptions, night, only, tracker } from './nights.ts'

const MONA: Owner = { name: 'mona', kind: 'user', source: 'configuration' }
const CRITICAL = {
  level: 'critical',
  rule: 'hard-coded',
  reason: 'its ID is written out in this repository',
} as const
const HIGH = {
  level: 'high',
  rule: 'administrator',
  reason: 'administrator access (AdministratorAccess)',
} as const

/** The issue of one night over these keys, as GitHub shows it. */
function shown(keys: readonly KeyResult[] | ReturnType<typeof result>, options: NightOptions = {}) {
  const at = tracker()
  night(at, keys, options)
  const { body } = only(at)
  const tree = rendered(body)
  return { body, tree, text: textOf(tree), rows: elements(tree, 'summary').map(textOf) }
}

/** Headings, and the users of the rows below each. */
function outline(tree: ReturnType<typeof rendered>): string[] {
  return tree.children.flatMap(child => {
    if (child.type !== 'element') return []
    if (child.tagName === 'h3') return [`# ${textOf(child)}`]
    return elements(child, 'summary').flatMap(summary => elements(summary, 'code').slice(0, 1).map(textOf))
  })
}

const steps = { next: step({ instructions: [words('do it')] }) }

describe('the rows of an issue', () => {
  test('stand critical first, then under their owner, then under no owner, the urgent and the old first', () => {
    const keys = [
      key({ name: 'nobodys', ageDays: 900, ...steps }),
      key({ name: 'monas-young', ageDays: 100, owner: MONA, ...steps }),
      key({ name: 'monas-old', ageDays: 300, owner: MONA, ...steps }),
      key({ name: 'monas-admin', ageDays: 91, owner: MONA, urgency: HIGH, ...steps }),
      key({
        name: 'leaked',
        ageDays: 95,
        urgency: CRITICAL,
        hardCoded: [{ path: 'x.sh', line: 2 }],
        ...steps,
      }),
      key({
        name: 'root',
        ageDays: 92,
        root: true,
        urgency: { ...CRITICAL, rule: 'root', reason: 'a key of the root user' },
        ...steps,
      }),
    ]
    const { tree, rows } = shown(keys)
    expect(outline(tree)).toEqual([
      ...['# Critical', 'root', 'leaked'],
      ...['# mona', 'monas-admin', 'monas-old', 'monas-young'],
      ...['# No owner: please claim', 'nobodys'],
    ])
    expect(rows[0]).toContain('a key of the root user')
    expect(rows[2]).toContain('high: administrator access')
  })

  test('tell of keys that are not stale, but whose ID stands in the checkout', () => {
    const exposed = key({
      name: 'young',
      ageDays: 30,
      state: 'fresh',
      hardCoded: [{ path: 'x.sh', line: 2 }],
      urgency: CRITICAL,
      next: step({
        action: 'contain',
        title: 'Deactivate now if leaked',
        instructions: [words('look at it')],
      }),
    })
    const keys = [key(steps), exposed]
    const { tree, rows, text } = shown(keys)
    expect(outline(tree)).toEqual([
      ...['# Not stale, but their ID stands in the checkout', 'young'],
      ...['# No owner: please claim', 'ci-deployer'],
    ])
    expect(rows[0]).toMatch(
      /^young AKIAXXXXXXXXXXXRHNGZ: Deactivate now if leaked.* · created 2026-10-25 · ID in /s,
    )
    expect(text).toContain('The ID of 1 key that is not stale stands in the checkout.')
    const hidden = shown(keys, { redacted: true })
    expect(hidden.text).toContain('The ID of 1 key that is not stale stands in the checkout.')
    expect(hidden.rows.join()).not.toContain('Deactivate now')
  })

  test('say since when a key is stale, where it may be declared, and below it why its step is the next one', () => {
    const candidates = [{ path: 'iam/users.tf', line: 3, address: 'x' }]
    const declared = { tool: 'terraform', of: 'key', mayBeByHand: false, unapplied: false } as const
    const { rows, text } = shown([key({ declared: { ...declared, reason: null, candidates }, ...steps })])
    expect(rows).toEqual([
      'ci-deployer AKIAXXXXXVBTWXIEHRXK: Deactivateno recorded use · stale since 2026-01-06 · iam/users.tf:3',
    ])
    expect(text).toContain('No recorded use since 2021-06-23.')
    expect(text).toContain('Is one yours? Say so under owners in .github/access-key-rotation.yml.')
    expect(text).not.toContain('left out here')
  })

  test('name the owner where they do not stand under them', () => {
    const leaked = key({ owner: MONA, urgency: CRITICAL, hardCoded: [{ path: 'x.sh', line: 2 }], ...steps })
    expect(shown([leaked]).rows[0]).toContain('owner: mona')
  })

  test('claim nothing about owners where names are hidden', () => {
    const { text } = shown([key({ owner: MONA, ...steps })], { redacted: true })
    expect(text).toContain('Stale keys')
    expect(text).not.toMatch(/No owner|mona/)
  })

  test('name the account where there are several, and say once whose credentials the commands need', () => {
    const other = key({ name: 'carol', account: '210987654321', ...steps })
    const accounts = [audited(), audited({ id: '210987654321', name: 'staging' })]
    const { text, rows } = shown(result([key(steps), other], { accounts }))
    expect(rows.find(row => row.startsWith('carol'))).toContain('in staging')
    expect(text).toContain('the accounts prod-main (123456789012), staging (210987654321)')
    expect(text.match(/--profile/g)).toHaveLength(1)
    expect(shown([key(steps)]).text).not.toContain('--profile')
  })

  test('tell accounts of one name apart by their IDs', () => {
    const accounts = [audited(), audited({ id: '210987654321' })]
    const keys = [key(steps), key({ name: 'carol', account: '210987654321', ...steps })]
    const { text, rows } = shown(result(keys, { accounts }))
    expect(rows.find(row => row.startsWith('carol'))).toContain('in prod-main (210987654321)')
    expect(text).toContain('of the accounts prod-main (123456789012), prod-main (210987654321), to be')
  })
})

describe('the steps of a key in an issue', () => {
  const lookUp = command(['aws', 'iam', 'get-access-key-last-used'])
  const deactivate = command(['aws', 'iam', 'update-access-key', '--status', 'Inactive'])
  const undo = command(['aws', 'iam', 'update-access-key', '--status', 'Active'])
  const delete_ = step({
    action: 'delete',
    title: 'Delete inactive key',
    reason: null,
    condition: 'nothing has failed without it',
    instructions: [command(['aws', 'iam', 'delete-access-key'])],
  })
  const confirm = step({
    action: 'confirm',
    title: 'Confirm nothing broke',
    condition: 'it is inactive',
    instructions: [lookUp],
    undo,
  })
  const next = step({ instructions: [words('ask who uses it'), lookUp, deactivate], undo })

  test('are check, change and way back, each once and in a block of its own', () => {
    const { tree } = shown([key({ next, later: [confirm, delete_] })])
    expect(elements(tree, 'pre').map(pre => textOf(pre).trim())).toEqual([
      'aws iam get-access-key-last-used',
      'aws iam update-access-key --status Inactive',
      'aws iam update-access-key --status Active',
    ])
  })

  test('that come later are one folded line for all keys that wait for the same', () => {
    const keys = ['a', 'b'].map(name => key({ name, next, later: [confirm, delete_] }))
    const { tree } = shown(keys)
    const lines = elements(tree, 'li').map(textOf)
    expect(lines).toEqual([
      'Confirm nothing broke when it is inactive',
      'Delete inactive key when nothing has failed without it',
    ])
  })

  test('that come later have the title that most keys have for them', () => {
    const keys = ['a', 'b', 'c'].map((name, index) =>
      key({ name, next, later: [index === 0 ? { ...delete_, title: 'Delete root key' } : delete_] }),
    )
    expect(elements(shown(keys).tree, 'li').map(textOf)).toEqual([
      'Delete inactive key when nothing has failed without it',
    ])
  })

  test('stand in full where the reader, not the audit, sees when they are due', () => {
    const { tree, text } = shown([key({ next: confirm, later: [delete_] })])
    expect(elements(tree, 'pre').map(textOf).join('')).toContain('aws iam delete-access-key')
    expect(text).toContain('Delete inactive key, when nothing has failed without it.')
  })

  test('show what follows the check of a key whose ID is written out', () => {
    const contain = step({ action: 'contain', title: 'Deactivate now if leaked', instructions: [deactivate] })
    const second = step({ title: 'Create second key', condition: 'it is inactive' })
    const { text } = shown([key({ next: contain, later: [second, confirm, delete_] })])
    expect(text).toContain('Create second key, when it is inactive.')
    expect(text).toMatch(/Confirm nothing broke when it is inactive/)
  })

  test('that are words alone are shown too', () => {
    const root = step({ title: 'Remove root key', instructions: [words('delete it in the console')] })
    expect(shown([key({ root: true, next: root })]).text).toContain('Delete it in the console.')
  })

  test('say what a second key is for, and a login that may be theirs, once for all keys', () => {
    const create = step({
      action: 'create-key',
      title: 'Create second key',
      instructions: [words('make the key that replaces it'), command(['aws', 'create'], 'Prints it once')],
    })
    const replacement = {
      certain: false,
      title: 'Log in by OIDC',
      explanation: 'a workflow logs in',
      location: null,
    }
    const keys = ['a', 'b', 'c'].map(name => key({ name, next: create, replacement }))
    const { text } = shown(keys)
    expect(text.match(/Make the key that replaces it\./g)).toHaveLength(1)
    expect(text.match(/a workflow logs in/g)).toHaveLength(1)
    expect(text.match(/Prints it once/g)).toHaveLength(1)
    expect(text.match(/aws create/g)).toHaveLength(3)
    expect(shown(keys.slice(0, 1)).text).toContain('Better: Log in by OIDC. a workflow logs in')
  })
})

test('the numbers of stale keys are told from the day on which the issue was filed', () => {
  const at = tracker()
  for (const count of [2, 1]) {
    const keys = ['a', 'b'].slice(0, count).map(name => key({ name }))
    night(at, result(keys, { asOf: later(2 - count) }))
  }
  expect(textOf(rendered(only(at).body))).toContain('Stale keys since 2026-11-24: 2, 1')
})

test('a resolved key is told with how, and how late, under the title of each column', () => {
  const at = tracker()
  night(at, [key({ name: 'alice', ageDays: 121 }), key({ name: 'bob', ageDays: null })])
  night(at, result([], { asOf: later(1) }))
  const [head, ...rows] = elements(rendered(only(at).body), 'tr').map(({ children }) =>
    children.flatMap(cell => (cell.type === 'element' ? textOf(cell) : [])),
  )
  expect(head).toEqual(['User', 'Access key', 'Stale since', 'Resolved', 'How', 'Late'])
  expect(rows.map(([user, , ...cells]) => [user, ...cells])).toEqual([
    ['bob', 'unknown', '2026-11-25', 'deleted', ''],
    ['alice', '2026-10-24', '2026-11-25', 'deleted', '32 days'],
  ])
})

describe('what a run knows of pull requests and workflows', () => {
  const LINE = { path: '.github/workflows/deploy.yml', line: 9 }
  const replacement = {
    certain: false,
    title: 'Log in by OIDC',
    explanation: 'the workflow logs in with a stored access key',
    location: LINE,
  }
  const edit = { diff: '-aws-access-key-id: x\n+role-to-assume: y', note: 'set the variable' }
  const login = { ...LINE, via: 'input' as const, secret: 'KEY', edit }
  const other = { diff: '+role-to-assume: other', note: 'of another login' }
  const staticLogins = [
    { ...login, path: 'other.yml', edit: other },
    { ...login, line: 3, edit: other },
    login,
  ]

  test('stands beside each key: its pull request, or why it has none', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(name => key({ name, ...steps }))
    const pulls = new Map([
      [a?.id ?? '', { number: 7, url: 'https://github.com/octo-org/octo-repo/pull/7' }],
      [b?.id ?? '', { reason: '#5 was closed unmerged' }],
    ])
    const { rows, tree } = shown(
      [a, b, c].flatMap(each => each ?? []),
      { pulls },
    )
    expect(rows.map(row => /(?:no )?pull request.*/.exec(row)?.[0])).toEqual([
      'pull request 7',
      'no pull request: #5 was closed unmerged',
      undefined,
    ])
    expect(hrefs(tree)).toContain('https://github.com/octo-org/octo-repo/pull/7')
  })

  test('is kept for a night in which GitHub does not tell it, or the account is not audited', () => {
    const each = key({ name: 'a', ...steps })
    const link = 'https://github.com/octo-org/octo-repo/pull/7'
    const at = tracker()
    const linked = () => hrefs(rendered(only(at).body)).includes(link)
    night(at, [each], { pulls: new Map([[each.id, { number: 7, url: link }]]) })
    expect(linked()).toBe(true)
    const before = only(at).body
    night(at, [each], { pulls: null })
    expect(only(at).body).toBe(before)
    night(at, result([], { accounts: [notAudited()] }), { pulls: new Map() })
    expect(linked()).toBe(true)
    night(at, [each], { pulls: null })
    expect(linked()).toBe(true)
    night(at, [each], { pulls: new Map() })
    expect(linked()).toBe(false)
    night(at, [each], { pulls: null })
    expect(linked()).toBe(false)
  })

  test.each([
    ['in the fold of its key', [key({ name: 'a', replacement, ...steps })]],
    ['once for several keys', ['a', 'b'].map(name => key({ name, replacement, ...steps }))],
  ])('the patch to OIDC of the workflow that may log in with a key stands %s', (_, keys) => {
    const { tree, text } = shown(result(keys, { staticLogins }))
    const patches = elements(tree, 'pre')
      .map(textOf)
      .filter(each => each.includes('role-to-assume'))
    expect(patches).toEqual([expect.stringContaining(edit.diff)])
    expect(text).toContain('Mind: set the variable.')
  })

  test.each([
    ['a patch that needs no care', { ...edit, note: null }],
    ['a workflow for which there is no patch', { ...edit, diff: null }],
  ])('%s brings no note', (_, edit) => {
    const logins = staticLogins.map(login => ({ ...login, edit }))
    const { text } = shown(result([key({ replacement, ...steps })], { staticLogins: logins }))
    expect(text).not.toContain('Mind:')
  })
})

describe('the introduction', () => {
  test('names account, run and the file of exemptions, with their pages', () => {
    const { tree, text } = shown([key()])
    expect(text).toContain('of account prod-main (123456789012)')
    expect(hrefs(tree)).toEqual([
      'https://github.com/octo-org/octo-repo/blob/HEAD/.github/access-key-rotation.yml#L1',
      'https://github.com/octo-org/octo-repo/actions/runs/42',
      'https://github.com/octo-org/octo-repo/actions/workflows/nightly.yml',
    ])
  })

  test('links no configuration file that is not there', () => {
    const config = { path: '.github/access-key-rotation.yml', exists: false }
    const { tree, text } = shown([key()], { config })
    expect(text).toContain('Exempt the key in .github/access-key-rotation.yml')
    expect(hrefs(tree).join()).not.toContain('rotation.yml')
  })

  test('is not written anew by a night on which only the run is another', () => {
    const at = tracker()
    night(at, [key()])
    const next = run({ url: 'https://github.com/octo-org/octo-repo/actions/runs/43' })
    expect(actionsOf(night(at, result([key()], { asOf: later(1) }), { run: next }))).toEqual(['keep'])
    night(at, [key(), key({ name: 'bob' })], { run: next })
    expect(only(at).body).toContain('/actions/runs/43"')
  })

  test.each([
    ['a link', { number: 7, url: 'https://github.com/octo-org/octo-repo/pull/7' }],
    ['a reason', { reason: 'its code stands in octo-org/octo-repo' }],
  ])('tells another repository, where names are hidden, of no pull request: %s', (_, pull) => {
    const each = key()
    const hidden = { reason: 'octo-org/keys is public', secret: null }
    const options = { hidden, repository: 'octo-org/keys', pulls: new Map([[each.id, pull]]) }
    expect(shown([each], options).body).not.toMatch(/octo-repo|pull request/)
  })

  test('names no repository to another one where names are hidden', () => {
    const hidden = { reason: 'octo-org/keys is public', secret: null }
    expect(shown([key()], { hidden, repository: 'octo-org/keys' }).body).not.toMatch(/octo-repo|Written by/)
    expect(shown([key()], { hidden }).body).toContain('/actions/runs/42"')
  })

  test('says who is not notified, and why', () => {
    const by = (name: string, kind: Owner['kind']) => key({ name, owner: { ...MONA, name, kind } })
    const keys = [
      by('octo-org/data', 'team'),
      by('Team Blue', 'text'),
      by('gone', 'user'),
      by('mona', 'user'),
    ]
    const { text } = shown(keys, { assignable: ['mona'] })
    expect(text).toContain(
      'Not notified: Team Blue (no login of GitHub); gone (cannot be assigned in this repository); octo-org/data (teams cannot be assigned).',
    )
    expect(text).not.toContain('issue-per')
    expect(shown(keys.slice(3), { assignable: ['mona'] }).text).not.toContain('Not notified')
  })

  test('offers an issue for each user where GitHub assigns no more people', () => {
    const names = Array.from({ length: 12 }, (_, n) => `owner-${n}`)
    const keys = names.map(name => key({ name, owner: { ...MONA, name } }))
    const { text } = shown(keys, { assignable: names })
    expect(text).toContain(
      'Not notified: owner-8, owner-9 (GitHub assigns ten at most). With issue-per: user',
    )
    expect(shown(keys, { assignable: names, mention: true }).text).not.toContain('Not notified')
  })
})
