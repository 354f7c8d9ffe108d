import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Declared, KeyState } from '../../src/domain/audit-result.ts'
import {
  type CodeEdit,
  type KeyDeclaration,
  type KeyEdits,
  NO_DECLARATIONS,
  type PossibleDeclaration,
  type UserDeclaration,
} from '../../src/domain/declarations.ts'
import type { Partition } from '../../src/domain/partitions.ts'
import { codeOf, declaredOf, indexDeclarations } from '../../src/evaluate/declared.ts'
import { useOf } from '../../src/evaluate/idle.ts'
import { planRotation } from '../../src/evaluate/procedure.ts'
import type { RotationInput, RotationKey as UsedKey } from '../../src/evaluate/rotation.ts'
import { partsOf, type StepParts } from './step-parts.ts'

const NOW = new Date('2026-11-24T00:00:00Z')
const DAY = 86_400_000
const EDITS: KeyEdits = {
  deactivate: { diff: '+status', note: null },
  remove: { diff: '-block', note: 'with it goes the output x' },
  second: { diff: null, note: 'its provisioner would run once more' },
}

describe('the next step', () => {
  // Keys of one user; the key in the first column is the older of the two.
  const TABLE = `
    key              | alone         | beside inactive | beside fresh, in use | beside stale, in use | beside stale, idle | beside exempt
    stale, in use    | create-key    | free-slot       | move-applications    | move-applications    | free-slot          | move-applications
    stale, idle      | deactivate    | deactivate      | deactivate           | deactivate           | deactivate         | deactivate
    stale, never     | deactivate    | deactivate      | deactivate           | deactivate           | deactivate         | deactivate
    stale, unknown   | look-live     | look-live       | look-live            | look-live            | look-live          | look-live
    expiring, in use | rotate-soon   | rotate-soon     | rotate-soon          | rotate-soon          | rotate-soon        | rotate-soon
    fresh, in use    | -             | -               | -                    | -                    | -                  | -
    fresh, idle      | -             | -               | -                    | -                    | -                  | -
    exempt, in use   | -             | -               | -                    | -                    | -                  | -
    exempt, idle     | -             | -               | -                    | -                    | -                  | -
    inactive, in use | confirm       | confirm         | confirm              | confirm              | confirm            | confirm
    inactive, idle   | confirm       | confirm         | confirm              | confirm              | confirm            | confirm`
  const BESIDE: Readonly<Record<string, Partial<RotationKey> | null>> = {
    alone: null,
    'beside inactive': slot('inactive', 'idle'),
    'beside fresh, in use': slot('fresh', 'in use'),
    'beside stale, in use': slot('stale', 'in use'),
    'beside stale, idle': slot('stale', 'idle'),
    'beside exempt': slot('exempt', 'in use'),
  }
  const [header = [], ...rows] = TABLE.trim()
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
  const cases = rows.flatMap(([name = '', ...cells]) =>
    cells.map((action, index): [string, string, string] => [name, header[index + 1] ?? '', action]),
  )

  test.each(cases)('%s, %s: %s', (name, beside, action) => {
    const [state = '', use = ''] = name.split(', ')
    const other = BESIDE[beside]
    const first = key('A', slot(state as KeyState, use))
    const keys = other ? [first, key('B', { ...other, createdAt: daysAfter(first, 1) })] : [first]
    expect(planned(input({ keys })).get('A')?.next?.action ?? '-').toBe(action)
  })

  test.each([
    ['stale', 'in use', 'move-applications'],
    ['stale', 'unknown', 'move-applications'],
    ['stale', 'idle', 'deactivate'],
    ['stale', 'never', 'deactivate'],
    ['fresh', 'in use', 'move-applications'],
    ['fresh', 'idle', 'deactivate'],
    ['expiring', 'idle', 'deactivate'],
    ['exempt', 'in use', undefined],
  ] as const)('of a root key that is %s and %s is its removal: %s', (state, use, action) => {
    const next = rootPlan(slot(state, use))?.next
    expect(next?.action).toBe(action)
    expect(next?.title).toBe(action === undefined ? undefined : 'Remove root key')
  })

  test.each([
    ['in use', 'In use (s3, us-east-1): the root user should have no access key: give what uses it a role'],
    ['unknown', 'Its last use is not known: the root user should have no access key: look at its last use ('],
    ['idle', 'Idle since 2026-10-05: the root user should have no access key: sign in to the console as the'],
  ])('of a root key that is %s says what to do if something uses it', (use, start) => {
    const explanation = rootPlan(slot('stale', use))?.next?.explanation
    expect(explanation?.slice(0, start.length)).toBe(start)
    expect(explanation).toContain('uses it a role of its own')
  })

  test('of a root key without a date that has no recorded use says so, as its row does', () => {
    expect(rootPlan({ ...slot('stale', 'never'), createdAt: null })?.next?.reason).toBe('no recorded use')
  })

  test.each([
    [89.9, 'confirm', 'Confirm nothing broke'],
    [90, 'delete-root-key', 'Remove root key'],
  ])('of an inactive root key used %d days ago: %s', (days, action, title) => {
    const next = rootPlan({ state: 'inactive', lastUsed: usedAt(days) })?.next
    expect(next).toMatchObject({ action, title })
  })

  test.each<[Partition, RegExp, string]>([
    [
      'aws',
      /sign in to the console as the root user and, under Security credentials, delete it for good; where the organization manages root access centrally, delete it from the management account instead/,
      'aws sts assume-root --target-principal 123456789012 --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials --duration-seconds 900 --region us-east-1',
    ],
    [
      'aws-us-gov',
      /the AWS CLI configured with this root key itself, since the GovCloud console has no sign-in as the root user, delete it/,
      'aws iam list-access-keys --region us-gov-west-1',
    ],
    ['aws-cn', /ask AWS Support in China, where nobody signs in as the root user, to delete it/, ''],
    ['aws-iso', /or by AWS Support where this partition has no sign-in as the root user, delete it/, ''],
  ])('of a root key in %s is what its partition and kind of account allow', (partition, text, command) => {
    const plan = rootPlan(slot('stale', 'idle'), partition)
    expect(/it can only be deleted/.test(plan?.next?.explanation ?? '')).toBe(partition === 'aws')
    expect(plan?.next?.explanation).toContain('a quarterly or yearly job')
    const last = plan && everyStep(plan).at(-1)
    expect(last?.explanation).toMatch(text)
    expect(last?.commands.map(({ argv }) => argv.join(' ')).join('\n')).toBe(command)
    if (partition !== 'aws')
      expect(JSON.stringify(plan)).not.toMatch(/sign in to the console|signed in to the console/)
  })

  test.each([
    ['in use', 'use-identity-center', ['deactivate', 'confirm', 'delete']],
    ['unknown', 'look-live', ['use-identity-center', 'deactivate', 'confirm', 'delete']],
    ['idle', 'deactivate', ['confirm', 'delete']],
  ])(
    'of a key of a person that is %s leads to IAM Identity Center, never to a second key',
    (use, first, then) => {
      const plan = planned(input({ person: true, keys: [key('A', slot('stale', use))] })).get('A')
      expect(plan?.next?.action).toBe(first)
      expect(plan?.later.map(({ action }) => action)).toEqual(then)
      const step = everyStep(plan).find(({ action }) => action === 'use-identity-center')
      if (step) expect(step.commands.map(({ argv }) => argv.join(' '))).toEqual(['aws configure sso'])
      if (first === 'look-live') expect(plan?.later[0]?.condition).toBe('it turns out to be in use')
    },
  )

  test('of a user with more than two keys is to move to the newest, if that is no finding', () => {
    const older = key('A', { ...slot('stale', 'in use'), createdAt: daysAgo(300) })
    const idle = key('B', slot('stale', 'idle'))
    const fresh = key('C', slot('fresh', 'in use'))
    const fresher = key('D', { ...slot('fresh', 'in use'), createdAt: daysAgo(5) })
    const next = planned(input({ keys: [older, idle, fresh, fresher] })).get('A')?.next
    expect(next?.action).toBe('move-applications')
    expect(next?.explanation).toContain('use D (made on 2026-11-19) instead')
  })

  test('of a user with more than two keys and none to move to counts them all', () => {
    const keys = ['A', 'B', 'C'].map((id, index) =>
      key(id, index === 0 ? slot('stale', 'in use') : slot('inactive', 'idle')),
    )
    expect(planned(input({ keys })).get('A')?.next?.explanation).toContain('its user has 3 keys already')
  })

  test.each(['inactive', 'stale'] as const)(
    'of a user whose further keys are not known is to list them, before an %s one makes room',
    state => {
      const keys = [key('A', slot('stale', 'in use')), key('B', slot(state, 'idle'))]
      expect(planned(input({ complete: false, keys })).get('A')?.next?.title).toBe('List live keys')
    },
  )

  test('of the newer of two stale keys in use is to wait for the older', () => {
    const older = key('A', slot('stale', 'in use'))
    const newer = key('B', { ...slot('stale', 'in use'), createdAt: daysAfter(older, 50) })
    const plan = planned(input({ keys: [newer, older] }))
    expect(plan.get('A')?.next?.explanation).toContain(
      `use B (made on ${newer.createdAt?.slice(0, 10)}) instead`,
    )
    expect(plan.get('B')?.next).toMatchObject({ action: 'free-slot', commands: [] })
  })

  test('of an idle key says when its slot is needed for another', () => {
    const idle = key('A', slot('stale', 'idle'))
    const busy = key('B', slot('stale', 'in use'))
    const plan = planned(input({ keys: [idle, busy] }))
    expect(plan.get('A')?.next?.explanation).toBe(
      'Idle since 2026-10-05: deactivate it; ask first whether a quarterly or yearly job uses it; its slot is needed for a new key.',
    )
  })

  test('of a key that may have unseen siblings is never to create a second one', () => {
    const plan = planned(input({ complete: false, keys: [key('A', slot('stale', 'in use'))] }))
    expect(plan.get('A')?.next).toMatchObject({
      action: 'look-live',
      commands: [{ argv: ['aws', 'iam', 'list-access-keys', '--user-name', 'ci-deployer'] }],
    })
    expect([...(plan.get('A')?.later ?? [])].map(step => step.action)).not.toContain('create-key')
  })

  test('of an expiring key names the day before which it must be done', () => {
    const plan = planned(input({ keys: [key('A', slot('expiring', 'in use'))] }))
    expect(plan.get('A')?.next).toMatchObject({
      action: 'rotate-soon',
      title: 'Rotate before 2026-11-29',
      commands: [{ argv: ['aws', 'iam', 'create-access-key', '--user-name', 'ci-deployer'] }],
    })
  })

  test.each([
    [89, 'Rotate before 2026-11-25'],
    [89.5, 'Rotate today'],
    [90, 'Rotate today'],
  ])('of a key of %d days says today on the day itself, not before it', (age, title) => {
    const expiring = { ...slot('expiring', 'in use'), createdAt: daysAgo(age) }
    expect(planned(input({ keys: [key('A', expiring)] })).get('A')?.next?.title).toBe(title)
  })
})

describe('a key whose ID stands in the checkout', () => {
  const written = (use: string, secret: boolean, state: KeyState = 'stale'): RotationKey =>
    key('A', {
      ...slot(state, use),
      hardCoded: writtenOut(secret),
    })
  const plan = (one: RotationKey, over: Partial<World> = {}) =>
    planned(input({ keys: [one], ...over })).get('A')

  test('is said to stand in so many repositories', () => {
    const repository = { name: 'octo-org/billing', commit: 'a'.repeat(40) }
    const two = {
      ...written('in use', false),
      hardCoded: [...writtenOut(false), { path: 'x', line: 1, repository }],
    }
    expect(plan(written('in use', false))?.next?.reason).toMatch(/^its ID stands in this repository \(/)
    expect(plan(two)?.next?.reason).toMatch(/^its ID stands in 2 repositories \(/)
  })

  test('beside its secret is compromised: deactivated first, looked at in CloudTrail, then replaced', () => {
    const { next, later = [] } = plan(written('in use', true)) ?? {}
    expect(next).toMatchObject({
      title: 'Deactivate now',
      explanation:
        'What looks like its secret stands beside its ID (app.env:3): it counts as compromised: deactivate it now, whatever uses it, and see in CloudTrail what was done with it; then replace it.',
      undo: null,
    })
    expect(next?.commands.map(({ argv }) => argv.slice(0, 3).join(' '))).toEqual([
      'git log --all',
      'aws iam update-access-key',
      'aws cloudtrail lookup-events',
    ])
    expect(later.map(({ action, condition }) => [action, condition])).toEqual([
      ['create-key', 'it is inactive'],
      ['move-applications', 'the second key exists'],
      ['confirm', 'it is inactive'],
      ['delete', expect.stringContaining('90 days')],
    ])
  })

  test('alone says how to tell whether it is compromised, before anything else', () => {
    const { next, later = [] } = plan(written('in use', false)) ?? {}
    expect(next?.title).toBe('Deactivate now if leaked')
    expect(next?.explanation).toBe(
      'Its ID stands in this repository (app.env:3): if its secret stands there too, or ever did, which the history tells, it is compromised: deactivate it now, whatever uses it, and see in CloudTrail what was done with it; then replace it; if only its ID ever stood there, rotate it as the later steps say.',
    )
    expect(later[0]).toMatchObject({
      action: 'create-key',
      condition: 'it is inactive, or its secret never stood there',
    })
    expect(plan(written('unknown', false))?.later[0]).toMatchObject({
      action: 'look-live',
      condition: 'its secret never stood there',
    })
  })

  test.each([
    ['fresh', 'until its age asks for its rotation'],
    ['exempt', 'as long as its exemption lasts'],
  ] as const)('alone lets a key that is %s stay %s', (state, until) => {
    const one = key('A', { ...slot(state, 'in use'), hardCoded: writtenOut(false) })
    expect(plan(one)?.next?.explanation).toContain(
      `if only its ID ever stood there, take it out there, and the key may stay ${until}.`,
    )
    expect(everyStep(plan(one)).map(({ action }) => action)).toEqual(['contain', 'confirm', 'delete'])
  })

  test.each(['fresh', 'exempt'] as const)('with its secret has a key that is %s replaced like any', state => {
    const one = key('A', { ...slot(state, 'in use'), hardCoded: writtenOut(true) })
    expect(everyStep(plan(one)).map(({ action }) => action)).toEqual([
      ...['contain', 'create-key', 'move-applications', 'confirm', 'delete'],
    ])
    const rotating = plan({ ...one, declared: declared('terraform', 'key'), rotates: 'a clock replaces it' })
    expect(rotating?.later[0]?.explanation).toMatch(/make a new one now, with `terraform apply -replace`/)
  })

  test('is deactivated by applying the code that sets it to Inactive already', () => {
    const by = { ...declared('terraform', 'key'), unapplied: true }
    const next = plan({ ...written('in use', true), declared: by, edits: EDITS })?.next
    expect(next?.explanation).toContain(
      'deactivate it now, by applying the code that sets it to Inactive in iam/ci.tf:12',
    )
    expect(next?.change).toBeNull()
  })

  test('is deactivated in the code that declares it', () => {
    const one = { ...written('in use', true), declared: declared('terraform', 'key'), edits: EDITS }
    const next = plan(one)?.next
    expect(next?.change).toMatchObject(EDITS.deactivate)
    expect(next?.commands.map(({ argv }) => argv[2])).toEqual(['--all', 'lookup-events'])
  })

  test('does not wait for its birthday, and nothing is moved to it', () => {
    expect(plan(written('in use', false, 'expiring'))?.next?.title).toBe('Deactivate now if leaked')
    const other = key('B', { ...slot('stale', 'in use'), createdAt: daysAgo(300) })
    expect(planned(input({ keys: [written('in use', true), other] })).get('B')?.next?.action).toBe(
      'free-slot',
    )
  })
})

describe('the idle clocks', () => {
  const stale = (lastUsedDaysAgo: number | null): RotationKey =>
    key('A', { createdAt: daysAgo(200), lastUsed: usedAt(lastUsedDaysAgo) })
  const newer = (
    madeDaysAgo: number,
    lastUsedDaysAgo: number | null,
    state: KeyState = 'fresh',
  ): RotationKey => key('B', { state, createdAt: daysAgo(madeDaysAgo), lastUsed: usedAt(lastUsedDaysAgo) })

  test.each<[string, readonly RotationKey[], string]>([
    ['44.9 days without use are not idle', [stale(44.9)], 'create-key'],
    ['45 days without use are', [stale(45)], 'deactivate'],
    ['14 days are, once the newer key is used', [stale(14), newer(14, 0)], 'deactivate'],
    ['13.9 days are not', [stale(13.9), newer(14, 0)], 'move-applications'],
    [
      '14 days are not, if used after the newer key’s first day',
      [stale(14), newer(16, 0)],
      'move-applications',
    ],
    ['14 days are not, if nobody used the newer key', [stale(14), newer(14, null)], 'move-applications'],
    ['14 days are not, if the newer key is inactive', [stale(14), newer(14, 14, 'inactive')], 'free-slot'],
    [
      '14 days are not, if the key in use is the older one',
      [{ ...stale(19.5), createdAt: daysAgo(20) }, newer(20.5, 0)],
      'move-applications',
    ],
    ['a use in the future is in use', [stale(-3)], 'create-key'],
    ['a date that cannot be read is unknown', [{ ...stale(null), createdAt: null }], 'look-live'],
  ])('%s', (_, keys, action) => {
    expect(planned(input({ keys })).get('A')?.next?.action).toBe(action)
  })

  test.each([
    [14, 'confirm'],
    [89.9, 'confirm'],
    [90, 'delete'],
  ])('a key inactive for %d days asks for: %s', (inactiveFor, action) => {
    const inactive = key('A', {
      state: 'inactive',
      lastUsed: usedAt(100),
      inactiveSince: daysAgo(inactiveFor),
    })
    expect(planned(input({ keys: [inactive] })).get('A')?.next?.action).toBe(action)
  })

  test.each([
    ['a quarter of an hour, as late as AWS records it', 15, 'delete'],
    ['more than a quarter of an hour', 16, 'confirm'],
    ['ten days', 14_400, 'confirm'],
  ])('a last use recorded %s after the deactivation', (_, minutes, action) => {
    const lastUsed = usedAt(95 - minutes / 1440)
    const inactive = key('A', { state: 'inactive', lastUsed, inactiveSince: daysAgo(95) })
    expect(planned(input({ keys: [inactive] })).get('A')?.next?.action).toBe(action)
  })
})

describe('commands', () => {
  const idle = (over: Partial<RotationKey> = {}) => key('A', { ...slot('stale', 'idle'), ...over })

  test('deactivate exactly this key, after a look at its last use, with the way back', () => {
    const next = planned(input({ keys: [idle()] })).get('A')?.next
    expect(next?.commands.map(({ argv }) => argv.join(' '))).toEqual([
      'aws iam get-access-key-last-used --access-key-id A',
      'aws iam update-access-key --user-name ci-deployer --access-key-id A --status Inactive',
    ])
    expect(next?.undo).toBe(
      'aws iam update-access-key --user-name ci-deployer --access-key-id A --status Active',
    )
  })

  test('are taken back where that is possible, and said to be final where it is not', () => {
    const steps = everyStep(planned(input({ keys: [key('A', slot('stale', 'in use'))] })).get('A'))
    expect(steps.map(({ action, undo }) => [action, undo !== null])).toEqual([
      ['create-key', false],
      ['move-applications', false],
      ['deactivate', true],
      ['confirm', true],
      ['delete', false],
    ])
    expect(steps.at(-1)?.explanation).toContain('Delete it, which cannot be undone')
  })

  test('list the keys where the access key ID is not known', () => {
    const plan = planned(input({ keys: [idle({ accessKeyId: null })] })).get('A')
    expect(new Set(everyStep(plan).flatMap(step => step.commands.map(({ argv }) => argv[2])))).toEqual(
      new Set(['list-access-keys']),
    )
  })

  test('name a region of the partition where the default would not do', () => {
    const next = planned(input({ partition: 'aws-cn', keys: [idle()] })).get('A')?.next
    expect(next?.commands.at(-1)?.argv.slice(-2)).toEqual(['--region', 'cn-north-1'])
  })

  test('keep a user name that begins with a dash from becoming an option, and the way back quoted', () => {
    const next = planned(input({ user: '-x', keys: [idle()] })).get('A')?.next
    expect(next?.commands.at(-1)?.argv).toContain('--user-name=-x')
    const odd = planned(input({ user: "a b'c", keys: [idle()] })).get('A')?.next
    expect(odd?.undo).toContain(`--user-name 'a b'"'"'c'`)
  })

  test('never say that a key was made by hand: that no line declares it is no evidence of that', () => {
    for (const by of [null, ...(['user', 'named', 'may-be'] as const).map(of => declared('terraform', of))]) {
      const plan = planned(input({ keys: [idle({ declared: by })] })).get('A')
      expect(JSON.stringify(plan)).not.toMatch(/(?<!if (this one|it) was )made by hand/i)
    }
  })
})

describe('code that rotates a key by itself', () => {
  const rotates = 'time_rotating.ci (iam/ci.tf:3) replaces it every 30 days'
  const rotating = (use: string): RotationKey =>
    key('A', { ...slot('stale', use), declared: declared('terraform', 'key'), rotates })

  test.each([
    ['in use', ''],
    ['unknown', ''],
    ['idle', '; if nothing should use it, take it out of the code instead'],
  ])('is to be applied while the key is %s, with no second resource beside it', (use, end) => {
    const plan = planned(input({ keys: [rotating(use)] })).get('A')
    expect(plan?.later).toEqual([])
    expect(plan?.next).toMatchObject({ action: 'apply-code', title: 'Apply the code', change: null })
    expect(plan?.next?.explanation).toContain(
      `: ${rotates}, once its code in iam/ci.tf:12 is applied: apply it when what uses the key reads the new one from there, and find out why nobody did; a second key beside it would be wrong${end}.`,
    )
  })

  test('waits where the key may be compromised', () => {
    const leaked = { ...rotating('in use'), hardCoded: writtenOut(true) }
    const plan = planned(input({ keys: [leaked] })).get('A')
    expect(everyStep(plan).map(({ action }) => action)).toEqual(['contain', 'apply-code'])
  })
})

describe('a key declared in code', () => {
  const inUse = (by: Declared): RotationKey =>
    key('A', { ...slot('stale', 'in use'), declared: by, edits: EDITS })
  const changeAt = (edit: CodeEdit) => ({
    kind: 'edit',
    tool: 'terraform',
    location: { path: 'iam/ci.tf', line: 12 },
    ...edit,
  })

  test('has its applications moved by a change that is shown once the second key stands in the code', () => {
    const plan = planned(input({ keys: [inUse(declared('terraform', 'key'))] })).get('A')
    const move = plan?.later.find(({ action }) => action === 'move-applications')
    expect(move?.explanation).toMatch(
      /whatever reads aws_iam_access_key\.ci in iam\/ci\.tf:12; no change is shown, since the second key does not stand in the code yet\.$/,
    )
  })

  test('gets its changes step by step, the second resource first', () => {
    const plan = planned(input({ keys: [inUse(declared('terraform', 'key'))] })).get('A')
    expect(everyStep(plan).map(step => [step.action, step.change])).toEqual([
      ['create-key', changeAt(EDITS.second)],
      ['move-applications', null],
      ['deactivate', changeAt(EDITS.deactivate)],
      ['confirm', null],
      ['remove-from-code', changeAt(EDITS.remove)],
    ])
  })

  test('in CloudFormation is told why a new Serial alone is unsafe', () => {
    const next = planned(input({ keys: [inUse(declared('cloudformation', 'key'))] })).get('A')?.next
    expect(next?.explanation).toContain('a new Serial instead would make the new key and delete the old one')
  })

  describe('where AWS is not as the code says', () => {
    const unapplied = (state: KeyState, use: string) => {
      const by = { ...declared('terraform', 'key'), unapplied: true }
      return planned(input({ keys: [key('A', { ...slot(state, use), declared: by, edits: EDITS })] })).get(
        'A',
      )
    }

    test('an idle key that is Inactive in code has that code applied, not changed', () => {
      const { next } = unapplied('stale', 'idle') ?? {}
      expect(next?.title).toBe('Apply the code')
      expect(next?.explanation).toContain(
        'apply the code, which sets it to Inactive in iam/ci.tf:12; ask first',
      )
      expect(next?.change).toBeNull()
    })

    test('a key in use that is Inactive in code has its applications moved before that is applied', () => {
      const steps = everyStep(unapplied('stale', 'in use'))
      expect(steps.find(({ action }) => action === 'move-applications')?.explanation).toContain(
        'do not apply the code before that, which sets it to Inactive in iam/ci.tf:12',
      )
    })

    test('an inactive key that is Active in code is not to be activated by its next application', () => {
      const { next } = unapplied('inactive', 'idle') ?? {}
      expect(next?.explanation).toContain(
        'set it to Inactive in iam/ci.tf:12 before that code is applied again',
      )
      expect(next?.change).toMatchObject(EDITS.deactivate)
    })
  })

  test('is none where its user stands in a module of the checkout, which shows its keys', () => {
    const by = declared('terraform', 'user', 'module.ci["a.b"].aws_iam_user.this["x"]')
    const next = planned(input({ keys: [inUse(by)] })).get('A')?.next
    expect(next?.commands.map(({ argv }) => argv[2])).toEqual(['create-access-key'])
  })

  test('whose user comes from a module that is not in the checkout may be declared there', () => {
    const by = declared('terraform', 'may-be', 'module.ci')
    const next = planned(input({ keys: [inUse(by)] })).get('A')?.next
    expect(next?.explanation).toContain('iam/ci.tf:12')
    expect(next).toMatchObject({ commands: [], change: null })
  })

  test('in one of several places gets all of them named, and nothing to run or paste', () => {
    const by = declared('terraform', 'key')
    const next = planned(input({ keys: [inUse(inTwoPlaces(by))] })).get('A')?.next
    expect(next?.explanation).toContain('where it is declared (iam/ci.tf:12 or b.tf:2)')
    expect(next).toMatchObject({ commands: [], change: null })
  })

  test.each([
    ['terraform', 'terraform state list -id=A'],
    ['cloudformation', 'aws cloudformation describe-stack-resources --physical-resource-id A'],
  ] as const)(
    'in one of two places of %s is found by the tool before it is set to Inactive',
    (tool, command) => {
      const idle = { ...slot('stale', 'idle'), declared: inTwoPlaces(declared(tool, 'key')) }
      const plan = planned(input({ keys: [key('A', idle)] })).get('A')
      expect(plan?.next?.action).toBe('deactivate')
      expect(plan?.next?.commands.map(({ argv }) => argv.join(' '))).toEqual([
        'aws iam get-access-key-last-used --access-key-id A',
        command,
      ])
    },
  )

  test('that may be another, made by hand, is never said to be at that line, and nothing changes it', () => {
    const by = declared('terraform', 'one-of-several')
    const plan = planned(input({ keys: [key('A', { ...slot('stale', 'idle'), declared: by })] })).get('A')
    expect(plan?.next).toMatchObject({
      action: 'deactivate',
      explanation:
        'Idle since 2026-10-05: deactivate it where it is declared (iam/ci.tf:12), or by its ID if it was made by hand; ask first whether a quarterly or yearly job uses it; no change is shown, since code declares several keys.',
      change: null,
      undo: 'Set its status back to Active where it is declared (iam/ci.tf:12), or by its ID if it was made by hand',
    })
    expect(plan?.next?.commands.at(-1)).toEqual({
      kind: 'command',
      argv: ['terraform', 'state', 'list', '-id=A'],
      comment: 'Which resource it is; none: no resource of this code',
    })
    expect(everyStep(plan).map(step => step.change)).toEqual([null, null, null])
  })
})

const STATES = ['inactive', 'fresh', 'expiring', 'stale', 'exempt'] as const
const USES = ['never', 'idle', 'in use', 'unknown'] as const
const DECLARED = [
  null,
  declared('terraform', 'key'),
  declared('cloudformation', 'key'),
  declared('terraform', 'user'),
  declared('cloudformation', 'user'),
  inTwoPlaces(declared('terraform', 'key')),
  declared('terraform', 'one-of-several'),
  declared('cloudformation', 'one-of-several'),
]

/** What code says of keys that are also tried as a person's, as exposed and among unknown ones. */
const MARKED: ReadonlySet<Declared | null> = new Set([null, DECLARED[1] ?? null, DECLARED[5] ?? null])

describe('in every state', () => {
  const slots = STATES.flatMap(state => USES.flatMap(use => DECLARED.map(by => ({ state, use, by }))))
  const plain = slots.flatMap(one =>
    [null, ...slots.filter(({ by }) => one.by === by || by === null)].flatMap(two =>
      [false, true].flatMap(root =>
        [1, -1].map(apart => {
          const first = key('AKIAONE', { ...slot(one.state, one.use), declared: one.by })
          const second = two && key('AKIATWO', { ...slot(two.state, two.use), declared: two.by })
          const keys = second ? [first, { ...second, createdAt: daysAfter(second, apart) }] : [first]
          return input({ root, user: root ? '<root_account>' : 'ci-deployer', keys })
        }),
      ),
    ),
  )

  const marked = plain
    .filter(({ root, keys: [first] }) => !root && MARKED.has(first?.declared ?? null))
    .flatMap(world => [
      { ...world, person: true },
      { ...world, complete: false },
      {
        ...world,
        keys: world.keys.map(each => ({ ...each, rotates: each.declared && 'a clock replaces it' })),
      },
      ...[false, true].map(secret => ({
        ...world,
        keys: world.keys.map((each, index) =>
          index === 0 ? { ...each, hardCoded: writtenOut(secret) } : each,
        ),
      })),
    ])
  const worlds = [...plain, ...marked]

  test(`the advice is safe (${worlds.length} states)`, () => {
    for (const world of worlds) expectSafe(world)
  })

  test('the texts hold no ages, no day that moves nightly, no name in a title, and are shown whole', () => {
    for (const world of worlds) {
      for (const key of world.keys) {
        for (const step of everyStep(planned(world).get(key.id))) {
          const told = [step.title, step.explanation, step.condition, ...step.commands.map(it => it.comment)]
          if (
            /days? (ago|old)|2026-11-21/.test(told.join(' ')) ||
            /AKIA|ci-deployer|\.tf|\.yaml/.test(step.title) ||
            !/^\S+( \S+){1,4}$/.test(step.title) ||
            !/^[A-Z].*[^.]\.$/.test(step.explanation) ||
            step.explanation.length > 600
          ) {
            throw new Error(told.join('\n'))
          }
        }
      }
    }
  })
})

describe('over the nights', () => {
  const action = fc.record({
    kind: fc.constantFrom(
      'create',
      'use',
      'deactivate',
      'reactivate',
      'delete',
      'declare',
      'exempt',
      'forget',
      'leak',
    ),
    key: fc.nat(1),
    days: fc.integer({ min: 0, max: 60 }),
    hours: fc.nat(23),
    by: fc.constantFrom('hand', 'terraform', 'cloudformation', 'module'),
  })
  const history = fc.record({
    root: fc.boolean(),
    person: fc.boolean(),
    userInCode: fc.boolean(),
    rotates: fc.boolean(),
    trail: fc.boolean(),
    actions: fc.array(action, { maxLength: 25 }),
  })

  test('no sequence of nights and user actions ever yields unsafe advice', () => {
    fc.assert(
      fc.property(history, ({ actions, ...setting }) => {
        const world = newWorld(setting)
        for (const each of actions) {
          world.act(each)
          expectSafe(world.input())
          world.expectChangesOfTheKeyItself()
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('whoever follows the advice to the letter is rid of every key that was due', () => {
    fc.assert(
      fc.property(history, ({ actions, ...setting }) => {
        const world = newWorld(setting)
        for (const each of actions) if (each.kind !== 'exempt') world.act(each)
        const due = world.input().keys.filter(each => each.state !== 'fresh' && each.state !== 'exempt')
        for (let night = 0; night < 300; night++) world.follow()
        const left = new Set(world.input().keys.map(each => each.id))
        expect(due.filter(each => left.has(each.id))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

const IN_CODE: ReadonlySet<string> = new Set([
  'contain',
  'create-key',
  'move-applications',
  'deactivate',
  'remove-from-code',
])

/** What must hold of any advice, told in the terms of AWS rather than in those of the procedure. */
function expectSafe(world: World): void {
  const plans = planned(world)
  const days = (instant: string | null): number =>
    instant === null ? Number.NaN : (world.now.getTime() - Date.parse(instant)) / DAY
  for (const each of world.keys) {
    const plan = plans.get(each.id)
    const { next = null } = plan ?? {}
    const later = [...(plan?.later ?? [])]
    const active = each.state !== 'inactive'
    const changing = (step: StepParts) =>
      step.commands.filter(({ argv }) => /^(create|update|delete|put|attach)-/.test(argv[2] ?? ''))
    const advised = next ? [next.action, ...changing(next).map(({ argv }) => argv[2])] : []
    const check = (holds: boolean, rule: string) => {
      if (!holds) throw new Error(`${rule}\n${JSON.stringify({ each, next, keys: world.keys }, null, 1)}`)
    }

    const contained = next?.action === 'contain'
    if (advised.includes('deactivate') || (advised.includes('update-access-key') && !contained)) {
      const since = each.lastUsed.state === 'used' ? each.lastUsed.at : each.createdAt
      const replaced = world.keys.some(
        other =>
          other !== each &&
          other.state !== 'inactive' &&
          other.lastUsed.state === 'used' &&
          days(other.createdAt) < days(each.createdAt) &&
          days(since) > days(other.createdAt) - 1,
      )
      check(active, 'only an active key is deactivated')
      check(each.lastUsed.state !== 'unknown', 'no key of unknown use is deactivated')
      check(days(since) >= (replaced ? 14 : 45), 'no key in use is deactivated')
    }
    check(!contained || each.hardCoded.length > 0, 'only an exposed key is deactivated while in use')
    if (advised.some(it => /^(delete|remove)/.test(it ?? ''))) {
      check(!active, 'no active key is deleted')
      const since = each.lastUsed.state === 'used' ? each.lastUsed.at : each.createdAt
      check(
        each.lastUsed.state !== 'unknown' && days(since) >= 90,
        'nothing is deleted within 90 days of its last use',
      )
    }
    for (const { action, condition } of later)
      if (/^(delete|remove)/.test(action))
        check(/for 90 days/.test(condition ?? ''), 'deletion waits for 90 days')
    if (advised.includes('create-key') || advised.includes('create-access-key')) {
      check(!world.root, 'no root key is made')
      check(world.complete && world.keys.length < 2, 'no third key is made')
    }
    const steps = next ? [next, ...later] : later
    const [, target] = /let what uses it use (\w+)/.exec(JSON.stringify(steps)) ?? []
    check(
      !world.keys.some(({ id, hardCoded }) => id === target && hardCoded.some(({ secret }) => secret)),
      'nothing moves to a key that is compromised',
    )
    if (each.rotates !== null)
      check(
        !steps.some(({ action }) => action === 'create-key'),
        'no second key beside one that rotates by itself',
      )
    if (each.declared?.mayBeByHand) {
      check(
        steps.every(({ change }) => change === null),
        'no change of a line that may declare another key',
      )
    }
    if (/key/.test(each.declared?.of ?? '') || world.root) {
      check(steps.flatMap(changing).length === 0, 'no command changes what code declares, or root')
    }
    if (/^(key|one-of-several|may-be)$/.test(each.declared?.of ?? '') && !world.root)
      for (const { action, change, explanation } of steps)
        check(
          !IN_CODE.has(action) ||
            change !== null ||
            /no change is shown, since|apply(ing)? the code/.test(explanation),
          'a step in code shows its change, or says why not',
        )
    const exposed = each.hardCoded.length > 0 && active && !world.root
    if (exposed) {
      check(/deactivate it now/.test(next?.explanation ?? ''), 'what may be compromised is deactivated first')
      if (each.hardCoded.some(({ secret }) => secret))
        check(!/deactivate/i.test(JSON.stringify(later)), 'what is compromised is not deactivated later')
    }
    for (const { undo } of steps)
      check(
        !/aws iam/.test(undo ?? '') || (undo ?? '').includes(each.accessKeyId ?? '?'),
        'the way back is complete',
      )
    for (const { argv } of steps.flatMap(step => step.commands)) {
      const looksUp =
        /^(terraform state list -id=|aws cloudformation describe-stack-resources |git log |aws cloudtrail lookup-events |aws configure sso$|aws sts assume-root )/
      check(/^aws iam /.test(argv.join(' ')) || looksUp.test(argv.join(' ')), 'commands are of IAM')
      check(
        argv.every(part => part !== '' && !/[<>…]|undefined|null|[A-Z]{3,}_/.test(part)),
        'commands have no hole',
      )
      if (/^(update|delete)-access-key$/.test(argv[2] ?? ''))
        check(argv.includes('--access-key-id') && argv.includes('--user-name'), 'changes name user and key')
      check(
        !argv.includes('--access-key-id') || argv.includes(each.accessKeyId ?? '?'),
        'commands are of this key',
      )
    }
    const isQuiet = each.state === 'exempt' || (each.state === 'fresh' && !world.root)
    if (isQuiet && !exposed) check(!next, 'left in peace')
    else check(next !== null, 'no key that asks for something is left without a step')
    check(!next || next.condition === null, 'the next step has no condition')
    check(
      later.every(step => step.condition),
      'each later step has one',
    )
  }
  const asking = [...plans.values()].flatMap(({ next }) => next ?? [])
  if (asking.length > 0 && asking.every(({ action }) => action === 'free-slot')) {
    throw new Error(`all keys wait for each other: ${JSON.stringify(world.keys)}`)
  }
}

interface Action {
  readonly kind: string
  readonly key: number
  readonly days: number
  readonly hours: number
  readonly by: Maker
}

type Maker = 'hand' | 'terraform' | 'cloudformation' | 'module'

interface Setting {
  readonly root: boolean
  readonly person: boolean
  /** The audit reads CloudTrail. */
  readonly trail: boolean
  readonly userInCode: boolean
  /** Terraform's code of a key replaces it whenever it is applied. */
  readonly rotates: boolean
}

interface LiveKey {
  readonly id: string
  readonly createdAt: Date
  lastUsed: Date | null
  /** Whether the audit was told of its use. */
  known: boolean
  /** Whether applications use it every night. */
  busy: boolean
  inactiveSince: Date | null
  nightsConfirmed: number
  /** What made it: by hand, or code, at the line of its own. */
  by: Maker
  readonly line: number
  exempt: boolean
  /** What of it stands in the checkout. */
  leaked: 'nothing' | 'id' | 'secret'
}

/** A user's keys in AWS and in code, what people do to them, and what the audit sees. */
function newWorld({ root, person, trail, userInCode, rotates }: Setting) {
  let now = new Date('2026-01-01T00:00:00Z')
  let made = 0
  let keys: LiveKey[] = []

  const create = (by: Maker) => {
    if (keys.length >= 2) return
    const id = `AKIA${++made}`
    keys.push({
      id,
      createdAt: now,
      lastUsed: null,
      known: true,
      busy: false,
      inactiveSince: null,
      nightsConfirmed: 0,
      by: by === 'module' && keys.some(each => each.by === 'module') ? 'hand' : by,
      line: made,
      exempt: false,
      leaked: 'nothing',
    })
  }
  const stateOf = (each: LiveKey): KeyState => {
    if (each.inactiveSince) return 'inactive'
    if (each.exempt) return 'exempt'
    const age = (now.getTime() - each.createdAt.getTime()) / DAY
    return age > 90 ? 'stale' : age > 76 ? 'expiring' : 'fresh'
  }
  const declarations = () => {
    const at = { path: 'iam', userName: 'ci-deployer' }
    const users: UserDeclaration[] = userInCode
      ? [{ ...at, line: 99, tool: 'terraform', address: 'aws_iam_user.ci' }]
      : []
    const made: KeyDeclaration[] = []
    const possible: PossibleDeclaration[] = []
    for (const { by, line, inactiveSince } of keys) {
      if (by === 'module')
        possible.push({
          ...at,
          line,
          tool: 'terraform',
          address: 'module.ci',
          users: ['ci-deployer'],
          reason: 'x',
        })
      if (by === 'terraform' || by === 'cloudformation') {
        const address = by === 'terraform' ? `aws_iam_access_key.k${line}` : `K${line}`
        made.push({
          ...at,
          line,
          tool: by,
          address,
          status: inactiveSince ? 'Inactive' : null,
          edits: EDITS,
          ...(rotates && by === 'terraform' ? { rotates: 'a clock replaces it' } : {}),
        })
      }
    }
    return indexDeclarations({ ...NO_DECLARATIONS, users, keys: made, possibleKeys: possible })
  }
  const holder = () => ({
    user: 'ci-deployer',
    account: '123456789012',
    complete: true,
    madeByHand: false,
    keys: keys.map(({ inactiveSince }) => ({ active: inactiveSince === null })),
  })
  const inCode = (active: boolean): Pick<RotationKey, 'declared' | 'edits' | 'rotates'> => {
    const declared = root ? null : declaredOf(holder(), declarations())({ active })
    return { declared, ...codeOf(declared, declarations()) }
  }
  const see = (): World =>
    input({
      root,
      person,
      now,
      keys: keys.map(each => ({
        id: each.id,
        accessKeyId: root ? null : each.id,
        state: stateOf(each),
        createdAt: each.createdAt.toISOString(),
        lastUsed: !each.known
          ? { state: 'unknown' }
          : each.lastUsed
            ? { state: 'used', at: each.lastUsed.toISOString(), service: 's3', region: null }
            : { state: 'never' },
        ...inCode(each.inactiveSince === null),
        hardCoded: root || each.leaked === 'nothing' ? [] : writtenOut(each.leaked === 'secret'),
        inactiveSince: (trail && each.inactiveSince?.toISOString()) || null,
      })),
    })

  return {
    input: see,
    /** What a change of code sets to Inactive or removes is this very key, or at least none that works. */
    expectChangesOfTheKeyItself() {
      for (const [id, plan] of planned(see())) {
        for (const { action, change } of everyStep(plan)) {
          if (change === null || !/^(deactivate|remove-from-code|rotate-soon)$/.test(action)) continue
          if (change.note === EDITS.second.note) continue
          const hit = keys.find(each => each.by !== 'hand' && each.line === change.location.line)
          if (hit && hit.id !== id && hit.inactiveSince === null)
            throw new Error(`the advice about ${id} changes ${hit.id}: ${JSON.stringify({ change, keys })}`)
        }
      }
    },
    act({ kind, key, days, hours, by }: Action) {
      const each = keys[key]
      if (kind === 'create') create(by)
      if (each && kind === 'use' && !each.inactiveSince) Object.assign(each, { lastUsed: now, busy: true })
      if (each && kind === 'deactivate') each.inactiveSince ??= now
      if (each && kind === 'reactivate') each.inactiveSince = null
      if (each && kind === 'delete') keys = keys.filter(other => other !== each)
      const second = by === 'module' && keys.some(other => other.by === 'module')
      if (each && kind === 'declare' && !second) each.by = by
      if (each && kind === 'exempt') each.exempt = !each.exempt
      if (each && kind === 'forget') each.known = false
      if (each && kind === 'leak') each.leaked = hours % 2 === 0 ? 'id' : 'secret'
      now = new Date(now.getTime() + days * DAY + hours * 3_600_000)
    },
    /** One night: what is used is used, then each next step is carried out. */
    follow() {
      for (const each of keys) if (each.busy && !each.inactiveSince) each.lastUsed = now
      const plans = planned(see())
      for (const each of [...keys]) {
        const plan = plans.get(each.id)
        // Without CloudTrail it is the person who knows when the later step's 90 days are over.
        const waited = plan?.next?.action === 'confirm' && each.nightsConfirmed++ >= 90
        const [then, ...rest] = plan?.later ?? []
        // Where only the ID stood there, the key is rotated as any other.
        const notLeaked =
          plan?.next?.action === 'contain' && /deactivate/.test(JSON.stringify([then, ...rest]))
        const action = (waited || notLeaked ? then : plan?.next)?.action
        if (action === 'look-live' || action === 'confirm' || root) each.known = true
        if (action === 'use-identity-center') each.busy = false
        if (action === 'create-key') create(each.by)
        if (action === 'apply-code') {
          keys = keys.filter(other => other !== each)
          create(each.by)
        }
        if (action === 'move-applications' || action === 'contain') {
          each.busy = false
          const target = keys.find(other => other !== each && !other.inactiveSince)
          if (target && !root) target.busy = true
        }
        if (action === 'deactivate' || action === 'contain') each.inactiveSince = now
        if (action === 'delete' || action === 'remove-from-code' || action === 'delete-root-key') {
          keys = keys.filter(other => other !== each)
        }
      }
      now = new Date(now.getTime() + DAY)
    },
  }
}

/** What its use amounts to follows from all of the user's keys. */
type RotationKey = Omit<UsedKey, 'use'>
type World = Omit<RotationInput, 'keys'> & { readonly keys: readonly RotationKey[] }

interface Plan {
  readonly next: StepParts | null
  readonly later: readonly StepParts[]
}

function planned(world: World): ReadonlyMap<string, Plan> {
  const keys = world.keys.map(each => ({ ...each, use: useOf(each, world.keys, world.now) }))
  const plans = [...planRotation({ ...world, keys })]
  return new Map(
    plans.map(([id, { next, later }]) => [id, { next: next && partsOf(next), later: later.map(partsOf) }]),
  )
}

function writtenOut(secret: boolean): RotationKey['hardCoded'] {
  return [{ path: 'app.env', line: 3, ...(secret ? { secret } : {}) }]
}

function rootPlan(over: Partial<RotationKey>, partition: Partition = 'aws'): Plan | undefined {
  const keys = [key('A', { ...over, accessKeyId: null })]
  return planned(input({ user: '<root_account>', root: true, partition, keys })).get('A')
}

function everyStep(plan: Plan | undefined): StepParts[] {
  return plan?.next ? [plan.next, ...plan.later] : []
}

function input(over: Partial<World>): World {
  return {
    user: 'ci-deployer',
    root: false,
    account: '123456789012',
    person: false,
    partition: 'aws',
    keys: [],
    complete: true,
    maxAgeDays: 90,
    now: NOW,
    ...over,
  }
}

function key(id: string, over: Partial<RotationKey>): RotationKey {
  return {
    id,
    accessKeyId: id,
    state: 'stale',
    createdAt: daysAgo(200),
    lastUsed: { state: 'never' },
    declared: null,
    hardCoded: [],
    edits: null,
    rotates: null,
    inactiveSince: null,
    ...over,
  }
}

function slot(state: KeyState, use: string): Partial<RotationKey> {
  const age = { inactive: 200, fresh: 60, expiring: 85, stale: 200, exempt: 200 }[state]
  const lastUsed =
    use === 'unknown'
      ? ({ state: 'unknown' } as const)
      : usedAt({ never: null, idle: 50, 'in use': 3 }[use] ?? null)
  return { state, createdAt: daysAgo(age), lastUsed }
}

function usedAt(days: number | null): RotationKey['lastUsed'] {
  return days === null
    ? { state: 'never' }
    : { state: 'used', at: daysAgo(days), service: 's3', region: 'us-east-1' }
}

function declared(tool: Declared['tool'], of: Declared['of'], address?: string): Declared {
  const [path, name] =
    tool === 'terraform'
      ? ['iam/ci.tf', `aws_iam_${of === 'key' ? 'access_key' : 'user'}.ci`]
      : ['iam.yaml', 'CiKey']
  return {
    tool,
    of,
    mayBeByHand: of !== 'key',
    unapplied: false,
    reason: of === 'key' ? null : 'code declares several keys',
    candidates: [{ path, line: 12, address: address ?? name }],
  }
}

function inTwoPlaces(by: Declared): Declared {
  return {
    ...by,
    of: 'one-of-several',
    candidates: [...by.candidates, { path: 'b.tf', line: 2, address: 'x.y' }],
  }
}

function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * DAY).toISOString().replace('.000', '')
}

function daysAfter({ createdAt }: RotationKey, days: number): string {
  return new Date(Date.parse(createdAt ?? '') + days * DAY).toISOString().replace('.000', '')
}
