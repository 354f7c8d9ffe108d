import {
  type Command,
  type Instruction,
  isCompromised,
  type Step,
  type Text,
} from '../domain/audit-result.ts'
import { formatLocation, locationOf, type SourceLocation } from '../domain/declarations.ts'
import { describeUse } from '../domain/last-use.ts'
import { countMore, countOf, firstAndMore, joinTexts, listOf } from '../domain/text.ts'
import { THRESHOLDS } from '../domain/thresholds.ts'
import { dayOf } from '../domain/time.ts'
import {
  CONFIGURE_SSO,
  createKey,
  deleteKey,
  findDeclaration,
  findInHistory,
  findUsers,
  onlyReads,
  setStatus,
  showLastUse,
} from './commands.ts'
import { isIdle } from './idle.ts'
import { changesCode, editOf } from './procedure-code.ts'
import { describeRootStep, undoOfRoot } from './root-key.ts'
import {
  type Code,
  type PlannedAction,
  type RotationKey,
  repositoryWith,
  type StepContext,
} from './rotation.ts'

/** Texts, commands and change of one step; `previous` is the step before it, null for the one to take now. */
export function describeStep(
  action: PlannedAction,
  scene: StepContext,
  previous: PlannedAction | null,
): Step {
  const code = scene.root ? BY_HAND : codeOf(scene.key)
  const now = previous === null
  const texts: Texts =
    action === 'delete-root-key' || (scene.root && action !== 'confirm')
      ? describeRootStep(action, scene, now)
      : TEXTS[action](scene, code, now)
  const { title, reason = null, what, commands } = texts
  return {
    action: action === 'delete' && code.kind !== 'by-hand' ? 'remove-from-code' : action,
    title,
    reason: now ? (reason ?? useInWords(scene.key)) : null,
    reasonIsUse: now && reason === null,
    condition: previous === null ? null : conditionOf(action, previous, scene),
    instructions: instructionsOf(what, action, code, commandsOf(action, commands, scene, code)),
    undo: undoOf(action, scene, code),
  }
}

/** Why a step in code shows no change. */
function withoutEdit(action: PlannedAction, code: Code): string {
  const why = code.kind === 'by-hand' || !isInCode(action) ? null : whyNoEdit(action, code)
  return why === null ? '' : `; no change is shown, since ${why}`
}

function isInCode(action: PlannedAction): boolean {
  return changesCode(action) || action === 'move-applications'
}

function whyNoEdit(action: PlannedAction, code: Exclude<Code, { readonly kind: 'by-hand' }>): string | null {
  if (code.kind === 'ambiguous') return code.reason ?? 'which line declares it is not known'
  // What code says already is applied, not changed.
  const isThere = code.unapplied && (action === 'deactivate' || action === 'contain')
  if (isThere || editOf(action, code) !== null) return null
  return action === 'move-applications'
    ? 'the second key does not stand in the code yet'
    : 'that code could not be read'
}

function instructionsOf(
  what: string | null,
  action: PlannedAction,
  code: Code,
  commands: readonly Command[],
): Instruction[] {
  const texts: Instruction[] = what === null ? [] : [inText(`${what}${withoutEdit(action, code)}`)]
  const edit = code.kind === 'declared' ? editOf(action, code) : null
  return texts.concat(edit ?? [], commands)
}

/** What is declared in code is changed there: of such a key only what reads is asked of AWS. */
function commandsOf(
  action: PlannedAction,
  commands: readonly Command[],
  scene: StepContext,
  code: Code,
): readonly Command[] {
  return code.kind === 'by-hand'
    ? commands
    : [...commands.filter(onlyReads), ...whichDeclaration(action, scene, code)]
}

function inText(text: string): Text {
  return { kind: 'text', text }
}

const BY_HAND: Code = { kind: 'by-hand' }

/** How the key came to be, as far as the checkout tells. */
function codeOf({ declared, edits }: Pick<RotationKey, 'declared' | 'edits'>): Code {
  if (!declared) return BY_HAND
  const { tool, of, mayBeByHand, unapplied, candidates, reason } = declared
  const [only] = candidates
  // `named` is a pointer for people, not a declaration.
  if (of === 'user' || of === 'named') return BY_HAND
  if (of !== 'key' || only === undefined || tool === null)
    return { kind: 'ambiguous', tool, locations: candidates, mayBeByHand, reason }
  return { kind: 'declared', tool, address: only.address, location: locationOf(only), unapplied, edits }
}

interface Texts {
  readonly title: string
  /** Why it is the next step, where that is not how the key is used. */
  readonly reason?: string
  /** What to do, the start of a sentence in lower case; null where the commands say it. */
  readonly what: string | null
  readonly commands: readonly Command[]
}

const TEXTS: Readonly<
  Record<Exclude<PlannedAction, 'delete-root-key'>, (scene: StepContext, code: Code, now: boolean) => Texts>
> = {
  contain: (scene, code) => {
    const places = listOf(firstAndMore(scene.key.hardCoded.map(formatLocation), 3, countMore))
    return {
      ...(isCompromised(scene.key)
        ? { title: 'Deactivate now', reason: `what looks like its secret stands beside its ID (${places})` }
        : {
            title: 'Deactivate now if leaked',
            reason: `its ID stands in ${repositoryWith(scene.key.hardCoded)} (${places})`,
          }),
      what: containment(scene, code),
      commands: forKey(
        scene,
        (_, accessKeyId) => findInHistory(accessKeyId, repositoryWith(scene.key.hardCoded)),
        deactivate,
        whoUses,
      ),
    }
  },

  'apply-code': (scene, code) => ({
    title: 'Apply the code',
    what: isYoung(scene.key)
      ? `have its code${where(code, '')} make a new one now, with \`terraform apply -replace\` of that resource; a second key beside it would be wrong`
      : `${scene.key.rotates ?? ''}, once its code${where(code, '')} is applied: apply it when what uses the key reads the new one from there, and find out why nobody did; a second key beside it would be wrong${isIdle(scene.key.use) ? '; if nothing should use it, take it out of the code instead' : ''}`,
    commands: forKey(scene, showLastUse, whoUses),
  }),

  'look-live': scene => {
    if (!scene.complete) {
      const reason =
        'the user has more keys than the credential report shows, and the next step depends on them'
      return { title: 'List live keys', reason, what: null, commands: [scene.listing] }
    }
    const unknown =
      scene.key.lastUsed.state === 'never' ? 'when this key was made' : 'when this key was last used'
    return {
      title: 'Look up last use',
      reason: `${unknown} is not known, and the next step depends on it`,
      what: 'look its last use up',
      commands: forKey(scene, showLastUse),
    }
  },

  'use-identity-center': scene => ({
    title: 'Use IAM Identity Center',
    what: `its user has a console password, so a person uses it: sign in through IAM Identity Center instead, with no second key, and give ${scene.key.lastUsed.state === 'never' ? 'what is no person' : 'whatever else uses it'} a role of its own`,
    commands: [CONFIGURE_SSO],
  }),

  'free-slot': scene => ({
    title: 'Free a slot first',
    what: `its user has ${countOf(scene.keys.length, 'key')} already, so ${scene.other ? keyName(scene.other) : 'the other key'} must go before a new one can be made`,
    commands: [],
  }),

  'create-key': (scene, code) => ({
    title: 'Create second key',
    what:
      code.kind === 'by-hand'
        ? 'make the key that replaces it, so that both work while applications move'
        : `declare a second key beside it${where(code, ', or make one by hand if this one was')}, so that both work while applications move${serialWarning(code)}`,
    commands: [createKey(scene)],
  }),

  'move-applications': (scene, code) => ({
    title: 'Move applications',
    what: `let what uses it use ${scene.other && scene.otherStays ? keyName(scene.other) : 'the new key'} instead${reads(code)}${isUnapplied(code) ? `; do not apply the code before that, which sets it to Inactive${where(code)}` : ''}`,
    commands: forKey(scene, showLastUse, whoUses),
  }),

  deactivate: (scene, code, now) => ({
    title:
      code.kind === 'by-hand'
        ? 'Deactivate idle key'
        : isUnapplied(code)
          ? 'Apply the code'
          : 'Set to Inactive',
    what:
      `${isUnapplied(code) ? `apply the code, which sets it to Inactive${where(code)}` : `deactivate it${where(code)}${byId(scene, code)}`}; ask first whether a quarterly or yearly job uses it` +
      (now && scene.awaited ? '; its slot is needed for a new key' : ''),
    commands: forKey(scene, showLastUse, deactivate),
  }),

  confirm: (scene, code) => ({
    title: 'Confirm nothing broke',
    what: isUnapplied(code)
      ? `set it to Inactive${where(code)} before that code is applied again, which would activate it; ${WATCH}`
      : WATCH,
    commands: scene.root ? [] : forKey(scene, showLastUse),
  }),

  delete: (scene, code) => ({
    title: code.kind === 'by-hand' ? 'Delete inactive key' : 'Remove from code',
    what:
      code.kind === 'by-hand'
        ? `delete it${byId(scene, code)}, which cannot be undone`
        : `remove it${where(code)}, which deletes it for good`,
    commands: forKey(scene, deleteKey),
  }),
}

function isUnapplied(code: Code): boolean {
  return code.kind === 'declared' && code.unapplied
}

/** Whether its age asks for nothing, be it young or exempt. */
function isYoung({ state }: RotationKey): boolean {
  return state === 'fresh' || state === 'exempt'
}

/** What to do about a key whose ID stands in the checkout. */
function containment({ key }: StepContext, code: Code): string {
  const now = `deactivate it now${isUnapplied(code) ? ', by applying the code that sets it to Inactive' : ''}${where(code)}, whatever uses it, and see in CloudTrail what was done with it; then replace it`
  if (isCompromised(key)) return `it counts as compromised: ${now}`
  const otherwise = isYoung(key)
    ? `take it out there, and the key may stay ${key.state === 'exempt' ? 'as long as its exemption lasts' : 'until its age asks for its rotation'}`
    : isIdle(key.use)
      ? 'ask before you deactivate it whether a quarterly or yearly job uses it'
      : 'rotate it as the later steps say'
  return `if its secret stands there too, or ever did, which the history tells, it is compromised: ${now}; if only its ID ever stood there, ${otherwise}`
}

/** Completes "when …". */
function conditionOf(action: PlannedAction, previous: PlannedAction, { key }: StepContext): string {
  if (previous === 'contain' && action !== 'deactivate' && action !== 'confirm')
    return isCompromised(key)
      ? 'it is inactive'
      : action === 'look-live'
        ? 'its secret never stood there'
        : 'it is inactive, or its secret never stood there'
  if (previous === 'look-live' && action !== 'deactivate') return 'it turns out to be in use'
  switch (action) {
    case 'create-key':
      return 'the other key is deleted'
    case 'move-applications':
      return 'the second key exists'
    case 'deactivate':
      return UNUSED
    case 'confirm':
      return 'it is inactive'
    default:
      return NOT_MISSED
  }
}

// Made once, not for each of thousands of findings.
const UNUSED = `it has had no recorded use for ${THRESHOLDS.idle} days, or for ${THRESHOLDS.idleBesideNewerKey} days while a newer key is in use`
const CYCLE = `for ${THRESHOLDS.confirm} days, or one whole cycle of the slowest job that may use it if that is longer`
const NOT_MISSED = `it is inactive and nothing has failed without it ${CYCLE}`
const WATCH = `${CYCLE}, watch for what fails without this key, and activate it again if anything does`

function undoOf(action: PlannedAction, scene: StepContext, code: Code): Step['undo'] {
  const toggles = action === 'deactivate' || action === 'confirm' || action === 'contain'
  if (!toggles || (action === 'contain' && isCompromised(scene.key))) return null
  if (scene.root) return inText(undoOfRoot(scene))
  if (code.kind !== 'by-hand') return inText(`Set its status back to Active${where(code)}`)
  if (scene.key.accessKeyId === null) return inText('Activate it again by the ID that the command shows')
  return setStatus(scene, scene.key.accessKeyId, 'Active')
}

/** Use, or since when there has been none, whatever the state. */
function useInWords(key: RotationKey): string {
  const { lastUsed, use, createdAt, state, inactiveSince } = key
  if (state === 'inactive') return inactiveSince ? `inactive since ${dayOf(inactiveSince)}` : 'inactive'
  const sinceMade = use !== 'unknown' && lastUsed.state !== 'used' ? ` since it was made${on(createdAt)}` : ''
  return `${describeUse(key)}${sinceMade}`
}

function keyName({ accessKeyId, createdAt, state }: RotationKey): string {
  const name = accessKeyId ?? 'the other key'
  const facts = joinTexts([state === 'inactive' ? 'inactive' : '', createdAt && `made${on(createdAt)}`], ', ')
  return facts === '' ? name : `${name} (${facts})`
}

function on(instant: string | null): string {
  return instant ? ` on ${dayOf(instant)}` : ''
}

function placesOf(locations: readonly SourceLocation[]): readonly string[] {
  return firstAndMore(locations.map(formatLocation), MOST_PLACES, countMore)
}

/** A sentence with many places points nowhere. */
const MOST_PLACES = 5

/** ` in iam/ci.tf:12`; empty for a key made by hand. `byHand`: how else, where it may be one. */
function where(code: Code, byHand = ', or by its ID if it was made by hand'): string {
  if (code.kind === 'by-hand') return ''
  if (code.kind === 'declared') return ` in ${formatLocation(code.location)}`
  return ` where it is declared (${placesOf(code.locations).join(' or ')})${code.mayBeByHand ? byHand : ''}`
}

/** A second key beside the first is how one is rotated: the tool tells which of the declared ones this key is, if any. */
function whichDeclaration(action: PlannedAction, { key }: StepContext, code: Code): readonly Command[] {
  const changes = action === 'contain' || action === 'deactivate' || action === 'delete'
  if (code.kind !== 'ambiguous' || code.tool === null || !changes || key.accessKeyId === null) return []
  return [findDeclaration(code.tool, key.accessKeyId, code.mayBeByHand)]
}

/** Without the access key ID there is only the command that shows it. */
function byId({ key }: StepContext, code: Code): string {
  return code.kind === 'by-hand' && key.accessKeyId === null ? ' by the ID that the command shows' : ''
}

function reads(code: Code): string {
  return code.kind === 'declared' ? `; that includes whatever reads ${code.address}${where(code)}` : ''
}

/** Source: CloudFormation User Guide, AWS::IAM::AccessKey: an update of Serial requires replacement. */
function serialWarning(code: Code): string {
  return code.kind === 'declared' && code.tool === 'cloudformation'
    ? '; a new Serial instead would make the new key and delete the old one in one update, before applications know the new one'
    : ''
}

/** Commands about the key; where its ID is not known, the one that lists the user's keys. */
function forKey(
  scene: StepContext,
  ...commands: ((holder: StepContext, accessKeyId: string) => Command)[]
): Command[] {
  const { accessKeyId } = scene.key
  return accessKeyId === null ? [scene.listing] : commands.map(command => command(scene, accessKeyId))
}

const deactivate = (scene: StepContext, accessKeyId: string) => setStatus(scene, accessKeyId, 'Inactive')

const whoUses = (scene: StepContext, accessKeyId: string) =>
  findUsers(scene, accessKeyId, scene.key.lastUsed.state === 'used' ? scene.key.lastUsed.region : null)
