import type { KeyResult, KeyUse, Step } from '../domain/audit-result.ts'
import { THRESHOLDS } from '../domain/thresholds.ts'
import { dayOf, daysAfter, formatInstant } from '../domain/time.ts'
import { hasPassed, isIdle, isInstant, isUsedAfter } from './idle.ts'
import { describeStep } from './procedure-steps.ts'
import type { PlannedAction, RotationInput, RotationKey } from './rotation.ts'

export type RotationPlan = Pick<KeyResult, 'next' | 'later'>

/** What to do about each key, by its result ID; every key has an entry. */
export function planRotation(input: RotationInput): ReadonlyMap<string, RotationPlan> {
  return new Map(input.keys.map(key => [key.id, planKey(key, input)]))
}

export const NOTHING_TO_DO: RotationPlan = { next: null, later: [] }

type Slot = 'exempt' | 'fresh' | 'due' | 'inactive' | 'long-inactive'
/** The user's other slot, seen from a key: `stays` is an active key to move to, `first` one that must go before it. */
type OtherSlot = 'free' | 'stays' | 'first' | 'inactive' | 'unseen'

type Rule = readonly [
  whose: 'user' | 'root',
  slot: Slot | 'active' | '*',
  use: KeyUse | 'idle or never' | '*',
  other: OtherSlot | 'taken' | '*',
  steps: readonly PlannedAction[],
]

const END = ['deactivate', 'confirm', 'delete'] as const
const MOVE = ['move-applications', ...END] as const

/**
 * The procedure: the first rule that matches names the next step and those that follow. An exempt key asks for nothing,
 * nor does a fresh one that is not root's.
 */
// biome-ignore format: a table
const PROCEDURE: readonly Rule[] = [
  // whose  slot             use              other slot  next step, later steps
  ['root', 'active',        'in-use',        '*',        ['move-applications', 'deactivate', 'delete-root-key']],
  ['root', 'active',        'unknown',       '*',        ['look-live', 'move-applications', 'deactivate', 'delete-root-key']],
  ['root', 'active',        'idle or never', '*',        ['deactivate', 'delete-root-key']],
  ['root', '*',             '*',             '*',        ['delete-root-key']],
  ['user', 'long-inactive', '*',             '*',        ['delete']],
  ['user', 'inactive',      '*',             '*',        ['confirm', 'delete']],
  ['user', 'due',           'idle or never', '*',        END],
  ['user', 'due',           'unknown',       'free',     ['look-live', 'create-key', ...MOVE]],
  ['user', 'due',           'unknown',       'stays',    ['look-live', ...MOVE]],
  ['user', 'due',           'unknown',       'unseen',   ['look-live', ...END]],
  ['user', 'due',           'unknown',       'taken',    ['look-live', 'free-slot', 'create-key', ...MOVE]],
  ['user', 'due',           'in-use',        'free',     ['create-key', ...MOVE]],
  ['user', 'due',           'in-use',        'stays',    MOVE],
  ['user', 'due',           'in-use',        'unseen',   ['look-live', ...MOVE]],
  ['user', 'due',           'in-use',        'taken',    ['free-slot', 'create-key', ...MOVE]],
]

function planKey(key: RotationKey, input: RotationInput): RotationPlan {
  const slot = slotOf(key, input.now)
  if (slot === 'exempt' || (slot === 'fresh' && !input.root)) return NOTHING_TO_DO
  const [otherSlot, other] = otherSlotOf(key, input)
  const steps = stepsFor(input.root, slot, key.use, otherSlot)
  const [first] = steps
  if (!first) return NOTHING_TO_DO
  const { user, root, partition, complete } = input
  const scene = {
    user,
    root,
    partition,
    complete,
    key,
    other,
    otherStays: otherSlot === 'stays',
    awaited: input.keys.some(it => it !== key && isDue(it) && !isIdle(it.use)),
  }
  const next = describeStep(first, scene, null)
  const later = steps.slice(1).map((action, index) => describeStep(action, scene, steps[index] ?? null))
  return {
    next: key.state === 'expiring' && !input.root ? rotateSoon(next, key, input) : next,
    later,
  }
}

function stepsFor(root: boolean, slot: Slot, use: KeyUse, other: OtherSlot): readonly PlannedAction[] {
  for (const [whose, ruleSlot, ruleUse, ruleOther, steps] of PROCEDURE)
    if (
      (whose === 'root') === root &&
      (ruleSlot === '*' || ruleSlot === slot || (ruleSlot === 'active' && !INACTIVE.has(slot))) &&
      (ruleUse === '*' || ruleUse === use || (ruleUse === 'idle or never' && isIdle(use))) &&
      (ruleOther === '*' || ruleOther === other || (ruleOther === 'taken' && isTaken(other)))
    )
      return steps
  return []
}

const INACTIVE: ReadonlySet<Slot> = new Set(['inactive', 'long-inactive'])

/** The step of a stale key, under the date by which it becomes one. */
function rotateSoon(step: Step, { createdAt }: RotationKey, { maxAgeDays, now }: RotationInput): Step {
  const due = createdAt && dayOf(daysAfter(createdAt, maxAgeDays))
  const title =
    due === dayOf(formatInstant(now)) ? 'Rotate today' : due ? `Rotate before ${due}` : 'Rotate soon'
  return { ...step, action: 'rotate-soon', title }
}

function slotOf(key: RotationKey, now: Date): Slot {
  if (isDue(key)) return 'due'
  if (key.state !== 'inactive') return key.state === 'exempt' ? 'exempt' : 'fresh'
  const { inactiveSince, lastUsed } = key
  const nobodyMissedIt =
    isInstant(inactiveSince) &&
    hasPassed(THRESHOLDS.confirm, inactiveSince, now) &&
    (lastUsed.state === 'never' || (lastUsed.state === 'used' && !isUsedAfter(lastUsed.at, inactiveSince)))
  return nobodyMissedIt ? 'long-inactive' : 'inactive'
}

function otherSlotOf(key: RotationKey, input: RotationInput): [OtherSlot, RotationKey | null] {
  const others = input.keys.filter(other => other !== key)
  const first = others.find(other => isDue(other) && goesBefore(other, key))
  if (first) return ['first', first]
  const stays = others.find(isActive)
  if (stays) return ['stays', stays]
  const [inactive] = others
  return inactive ? ['inactive', inactive] : [input.complete ? 'free' : 'unseen', null]
}

/** Of two active keys to be rotated the idle one goes first, else the older; one of unknown date counts as older. */
function goesBefore(a: RotationKey, b: RotationKey): boolean {
  if (isIdle(a.use) !== isIdle(b.use)) return isIdle(a.use)
  const order = (key: RotationKey): string => `${key.createdAt ?? ''} ${key.id}`
  return order(a) < order(b)
}

function isTaken(other: OtherSlot): boolean {
  return other === 'first' || other === 'inactive'
}

function isDue({ state }: RotationKey): boolean {
  return state === 'stale' || state === 'expiring'
}

function isActive({ state }: RotationKey): boolean {
  return state !== 'inactive'
}
