import { isCompromised, type KeyResult, type KeyUse, type Step } from '../domain/audit-result.ts'
import { THRESHOLDS } from '../domain/thresholds.ts'
import { dayOf, daysAfter, formatInstant } from '../domain/time.ts'
import { listKeys } from './commands.ts'
import { hasPassed, isIdle, isInstant, isUsedAfter } from './idle.ts'
import { describeStep } from './procedure-steps.ts'
import type { PlannedAction, RotationInput, RotationKey } from './rotation.ts'

type RotationPlan = Pick<KeyResult, 'next' | 'later'>

/** What to do about each key, by its result ID; every key has an entry. */
export function planRotation(input: RotationInput): ReadonlyMap<string, RotationPlan> {
  return new Map(input.keys.map(key => [key.id, planKey(key, input)]))
}

export const NOTHING_TO_DO: RotationPlan = { next: null, later: [] }

type Slot = 'exempt' | 'fresh' | 'due' | 'inactive' | 'long-inactive'
/** The user's other slot, seen from a key: `stays` is an active key to move to, `first` one that must go before it. */
type OtherSlot = 'free' | 'stays' | 'first' | 'inactive' | 'unseen'

type Rule = readonly [
  whose: 'user' | 'person' | 'root',
  slot: Slot | 'active',
  use: KeyUse | 'idle or never' | '*',
  other: OtherSlot | '*',
  steps: readonly PlannedAction[],
]

const END = ['deactivate', 'confirm', 'delete'] as const
/** Its code replaces the key: a second one beside it would be rotated, too. */
const ROTATES_ITSELF = ['apply-code'] as const
const MOVE = ['move-applications', ...END] as const

/**
 * The procedure: the first rule that matches names the next step and those that follow. An exempt key asks for nothing,
 * nor does a fresh one that is not root's, unless its ID stands in the checkout.
 */
// biome-ignore format: a table
const PROCEDURE: readonly Rule[] = [
  // whose  slot             use              other slot  next step, later steps
  ['root',   'active',        'idle or never', '*',      ['deactivate', 'delete-root-key']],
  ['root',   'active',        '*',             '*',      ['move-applications', 'deactivate', 'delete-root-key']],
  ['root',   'long-inactive', '*',             '*',      ['delete-root-key']],
  ['root',   'inactive',      '*',             '*',      ['confirm', 'delete-root-key']],
  ['user',   'long-inactive', '*',             '*',      ['delete']],
  ['user',   'inactive',      '*',             '*',      ['confirm', 'delete']],
  ['user',   'due',           'idle or never', '*',      END],
  ['person', 'due',           'unknown',       '*',      ['look-live', 'use-identity-center', ...END]],
  ['person', 'due',           'in-use',        '*',      ['use-identity-center', ...END]],
  ['user',   'due',           'unknown',       'free',   ['look-live', 'create-key', ...MOVE]],
  ['user',   'due',           'unknown',       'stays',  ['look-live', ...MOVE]],
  ['user',   'due',           'unknown',       'unseen', ['look-live', ...END]],
  ['user',   'due',           'unknown',       '*',      ['look-live', 'free-slot', 'create-key', ...MOVE]],
  ['user',   'due',           'in-use',        'free',   ['create-key', ...MOVE]],
  ['user',   'due',           'in-use',        'stays',  MOVE],
  ['user',   'due',           'in-use',        'unseen', ['look-live', ...MOVE]],
  ['user',   'due',           'in-use',        '*',      ['free-slot', 'create-key', ...MOVE]],
]

function planKey(key: RotationKey, input: RotationInput): RotationPlan {
  const slot = slotOf(key, input)
  const isExposed = isActive(key) && key.hardCoded.length > 0
  const isLeftAlone = slot === 'exempt' || (slot === 'fresh' && !input.root)
  if (isLeftAlone && !isExposed) return NOTHING_TO_DO
  const [otherSlot, other] = otherSlotOf(key, input)
  const ordinary = isLeftAlone ? EXPOSED : stepsOf(key, slot, otherSlot, input)
  const steps = slot === 'due' && isExposed ? containFirst(key, ordinary) : ordinary
  const [first] = steps
  if (!first) return NOTHING_TO_DO
  const awaited = input.keys.some(it => it !== key && isDue(it) && !isIdle(it.use))
  const scene = {
    ...input,
    key,
    other,
    otherStays: otherSlot === 'stays',
    awaited,
    listing: listKeys(input, key.createdAt),
  }
  const next = describeStep(first, scene, null)
  const later = steps.slice(1).map((action, index) => describeStep(action, scene, steps[index] ?? null))
  return {
    next:
      key.state === 'expiring' && !input.root && first !== 'contain' ? rotateSoon(next, key, input) : next,
    later,
  }
}

function stepsOf(
  key: RotationKey,
  slot: Slot,
  other: OtherSlot,
  { root, person }: RotationInput,
): readonly PlannedAction[] {
  if (slot === 'due' && key.rotates !== null) return ROTATES_ITSELF
  const whose = root ? 'root' : person ? 'person' : 'user'
  for (const [ruleWhose, ruleSlot, ruleUse, ruleOther, steps] of PROCEDURE)
    if (
      (ruleWhose === whose || (ruleWhose === 'user' && whose === 'person')) &&
      (ruleSlot === slot || (ruleSlot === 'active' && !INACTIVE.has(slot))) &&
      (ruleUse === '*' || ruleUse === key.use || (ruleUse === 'idle or never' && isIdle(key.use))) &&
      (ruleOther === '*' || ruleOther === other)
    )
      return steps
  return []
}

/** Of a key that its age alone would leave in peace: what follows holds where it turns out to be compromised. */
const EXPOSED = ['contain', 'confirm', 'delete'] as const

/** A key whose secret may be known to others waits for nothing; where it surely is, that is the only deactivation. */
function containFirst(key: RotationKey, ordinary: readonly PlannedAction[]): readonly PlannedAction[] {
  const surely = isCompromised(key)
  const isDone = (step: PlannedAction): boolean =>
    (step === 'deactivate' && (surely || isIdle(key.use))) || (step === 'look-live' && surely)
  return ['contain', ...ordinary.filter(step => !isDone(step))]
}

const INACTIVE: ReadonlySet<Slot> = new Set(['inactive', 'long-inactive'])

/** The step of a stale key, under the date by which it becomes one. */
function rotateSoon(step: Step, { createdAt }: RotationKey, { maxAgeDays, now }: RotationInput): Step {
  const due = createdAt && dayOf(daysAfter(createdAt, maxAgeDays))
  const title =
    due === dayOf(formatInstant(now)) ? 'Rotate today' : due ? `Rotate before ${due}` : 'Rotate soon'
  return { ...step, action: 'rotate-soon', title }
}

function slotOf(key: RotationKey, { now, root }: RotationInput): Slot {
  if (isDue(key)) return 'due'
  if (key.state !== 'inactive') return key.state === 'exempt' ? 'exempt' : 'fresh'
  const { inactiveSince, lastUsed, createdAt } = key
  const silentSince = lastUsed.state === 'used' ? lastUsed.at : lastUsed.state === 'never' ? createdAt : null
  if (!isInstant(silentSince) || !hasPassed(THRESHOLDS.confirm, silentSince, now)) return 'inactive'
  // Of a root key nothing tells when it was deactivated: its ID is not known.
  if (root) return 'long-inactive'
  const nobodyMissedIt =
    isInstant(inactiveSince) &&
    hasPassed(THRESHOLDS.confirm, inactiveSince, now) &&
    (lastUsed.state === 'never' || !isUsedAfter(silentSince, inactiveSince))
  return nobodyMissedIt ? 'long-inactive' : 'inactive'
}

/** A user can have more than two keys: a replacement that is there already decides before a key that must go. */
function otherSlotOf(key: RotationKey, input: RotationInput): [OtherSlot, RotationKey | null] {
  const others = input.keys.filter(other => other !== key)
  const replacement = newest(others.filter(other => isActive(other) && !isDue(other)))
  if (replacement) return ['stays', replacement]
  const first = input.complete && others.find(other => isDue(other) && goesBefore(other, key))
  if (first) return ['first', first]
  const stays = newest(
    others.filter(other => isActive(other) && !isCompromised(other) && !goesBefore(other, key)),
  )
  if (stays) return ['stays', stays]
  if (!input.complete) return ['unseen', null]
  const [inactive] = others
  return inactive ? ['inactive', inactive] : ['free', null]
}

function newest(keys: readonly RotationKey[]): RotationKey | undefined {
  let newest: RotationKey | undefined
  for (const key of keys) if (newest === undefined || isNewer(key, newest)) newest = key
  return newest
}

function isNewer(a: RotationKey, b: RotationKey): boolean {
  return (a.createdAt ?? '') > (b.createdAt ?? '')
}

/** Of two active keys to be rotated the one that may be known to others goes first, then the idle one, else the older; one of unknown date counts as older. */
function goesBefore(a: RotationKey, b: RotationKey): boolean {
  const known = (key: RotationKey): number => (isCompromised(key) ? 2 : key.hardCoded.length > 0 ? 1 : 0)
  if (known(a) !== known(b)) return known(a) > known(b)
  if (isIdle(a.use) !== isIdle(b.use)) return isIdle(a.use)
  const order = (key: RotationKey): string => `${key.createdAt ?? ''} ${key.id}`
  return order(a) < order(b)
}

/** By its age, or because its secret is known to others: nothing moves to such a key. */
function isDue(key: RotationKey): boolean {
  const { state } = key
  return state === 'stale' || state === 'expiring' || (isActive(key) && isCompromised(key))
}

function isActive({ state }: RotationKey): boolean {
  return state !== 'inactive'
}
