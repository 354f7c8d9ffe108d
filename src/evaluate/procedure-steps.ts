import type { Command, Declared, Instruction, Step, Text } from '../domain/audit-result.ts'
import type { SourceLocation } from '../domain/declarations.ts'
import { THRESHOLDS } from '../domain/thresholds.ts'
import { dayOf } from '../domain/time.ts'
import {
  createKey,
  deleteKey,
  findDeclaration,
  listKeys,
  onlyReads,
  setStatus,
  showLastUse,
} from './commands.ts'
import { isIdle } from './idle.ts'
import { editOf } from './procedure-code.ts'
import type { Code, PlannedAction, RotationKey, StepContext } from './rotation.ts'

/** Texts, commands and change of one step; `previous` is the step before it, null for the one to take now. */
export function describeStep(
  action: PlannedAction,
  scene: StepContext,
  previous: PlannedAction | null,
): Step {
  const code = scene.root ? BY_HAND : codeOf(scene.key.declared)
  const now = previous === null
  const { title, reason = null, what, commands } = TEXTS[action](scene, code, now)
  return {
    action: action === 'delete' && code.kind !== 'by-hand' ? 'remove-from-code' : action,
    title,
    reason: now ? (reason ?? useInWords(scene.key)) : null,
    condition: previous === null ? null : conditionOf(action, previous),
    instructions: [
      ...(what === null ? [] : [inText(what)]),
      ...editsOf(action, scene, code),
      ...commandsOf(action, commands, scene, code),
    ],
    undo: undoOf(action, scene, code),
  }
}

function editsOf(action: PlannedAction, { user }: StepContext, code: Code): readonly Instruction[] {
  const edit = code.kind === 'declared' ? editOf(action, code, user) : null
  return edit === null ? [] : [edit]
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
function codeOf(declared: Declared | null): Code {
  if (!declared) return BY_HAND
  const { tool, of, mayBeByHand, candidates } = declared
  const [only] = candidates
  // `named` is a pointer for people, not a declaration.
  if (of === 'user' || of === 'named') return BY_HAND
  if (of !== 'key' || only === undefined || tool === null)
    return { kind: 'ambiguous', tool, locations: candidates, mayBeByHand }
  const { path, line, address } = only
  return { kind: 'declared', tool, address, location: { path, line } }
}

interface Texts {
  readonly title: string
  /** Why it is the next step, where that is not how the key is used. */
  readonly reason?: string
  /** What to do, the start of a sentence in lower case; null where the commands say it. */
  readonly what: string | null
  readonly commands: readonly Command[]
}

const TEXTS: Readonly<Record<PlannedAction, (scene: StepContext, code: Code, now: boolean) => Texts>> = {
  'look-live': scene => {
    if (!scene.complete) {
      const reason =
        'the user has more keys than the credential report shows, and the next step depends on them'
      return { title: 'List live keys', reason, what: null, commands: [listKeys(scene, scene.key.createdAt)] }
    }
    const unknown =
      scene.key.lastUsed.state === 'never' ? 'when this key was made' : 'when this key was last used'
    return {
      title: 'Look up last use',
      reason: `${unknown} is not known, and the next step depends on it`,
      what: scene.root ? 'sign in to the console as the root user and look under Security credentials' : null,
      commands: scene.root ? [] : forKey(scene, showLastUse),
    }
  },

  'free-slot': scene => ({
    title: 'Free a slot first',
    what: `both slots are taken, so ${scene.other ? keyName(scene.other) : 'the other key'} must go before a new key can be made`,
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

  'move-applications': (scene, code) =>
    scene.root
      ? {
          title: 'Move off root key',
          what: `the root user should have no access key, so give what ${scene.key.lastUsed.state === 'never' ? 'was to use' : 'uses'} it a role instead`,
          commands: [],
        }
      : {
          title: 'Move applications',
          what: `let what uses it use ${scene.other && scene.otherStays ? keyName(scene.other) : 'the new key'} instead${reads(code)}`,
          commands: forKey(scene, showLastUse),
        },

  deactivate: (scene, code, now) => ({
    title: code.kind === 'by-hand' ? 'Deactivate idle key' : 'Set to Inactive',
    what:
      (scene.root
        ? 'sign in to the console as the root user and deactivate it under Security credentials'
        : `deactivate it${where(code)}${byId(scene, code)}, which can be taken back at once; ask first whether a job that runs each quarter or each year uses it`) +
      (now && scene.awaited ? '; its slot is needed for a new key' : ''),
    commands: scene.root ? [] : forKey(scene, showLastUse, deactivate),
  }),

  confirm: scene => ({
    title: 'Confirm nothing broke',
    what: WATCH,
    commands: forKey(scene, showLastUse),
  }),

  delete: (scene, code) => ({
    title: code.kind === 'by-hand' ? 'Delete inactive key' : 'Remove from code',
    what:
      code.kind === 'by-hand'
        ? `delete it${byId(scene, code)}, which cannot be undone`
        : `remove it${where(code)}, which deletes it for good`,
    commands: forKey(scene, deleteKey),
  }),

  'delete-root-key': () => ({
    title: 'Delete root key',
    what: 'the root user should have no access key, so sign in to the console as the root user and delete it under Security credentials',
    commands: [],
  }),
}

/** Completes "when …". */
function conditionOf(action: PlannedAction, previous: PlannedAction): string {
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
const CYCLE = `for ${THRESHOLDS.confirm} days, or for one whole cycle of the slowest job that may use it if that is longer`
const NOT_MISSED = `it is inactive and nothing has failed without it ${CYCLE}`
const WATCH = `${CYCLE}, watch for what fails without this key, and activate it again if anything does`

function undoOf(action: PlannedAction, scene: StepContext, code: Code): Step['undo'] {
  if (action !== 'deactivate' && action !== 'confirm') return null
  if (scene.root) return inText('Activate it again in the console, signed in as the root user')
  if (code.kind !== 'by-hand') return inText(`Set its status back to Active${where(code)}`)
  if (scene.key.accessKeyId === null)
    return inText('Activate it again by its ID: aws iam update-access-key --status Active')
  return setStatus(scene, scene.key.accessKeyId, 'Active')
}

/** Use as a state, with dates that stay: never the day of the last use of a key in use, which moves every night. */
function useInWords({ lastUsed: last, use, createdAt, state, inactiveSince }: RotationKey): string {
  if (state === 'inactive') return inactiveSince ? `inactive since ${dayOf(inactiveSince)}` : 'inactive'
  if (use === 'unknown') return 'its last use is not known'
  if (last.state !== 'used') return `no recorded use since it was made${on(createdAt)}`
  if (isIdle(use)) return `idle since ${dayOf(last.at)}`
  const by = [last.service, last.region].filter(Boolean).join(', ')
  return by ? `in use (${by})` : 'in use'
}

function keyName({ accessKeyId, createdAt, state }: RotationKey): string {
  const name = accessKeyId ?? 'the other key'
  const facts = [state === 'inactive' ? 'inactive' : '', createdAt ? `made${on(createdAt)}` : ''].filter(
    Boolean,
  )
  return facts.length > 0 ? `${name} (${facts.join(', ')})` : name
}

function on(instant: string | null): string {
  return instant ? ` on ${dayOf(instant)}` : ''
}

/** ` in iam/ci.tf:12`; empty for a key made by hand. `byHand`: how else, where it may be one. */
function where(code: Code, byHand = ', or by its ID if it was made by hand'): string {
  const name = ({ path, line }: SourceLocation): string => `${path}:${line}`
  if (code.kind === 'by-hand') return ''
  if (code.kind === 'declared') return ` in ${name(code.location)}`
  return ` where it is declared (${code.locations.map(name).join(' or ')})${code.mayBeByHand ? byHand : ''}`
}

/** A second key beside the first is how one is rotated: the tool tells which of the declared ones this key is, if any. */
function whichDeclaration(action: PlannedAction, { key }: StepContext, code: Code): readonly Command[] {
  const changes = action === 'deactivate' || action === 'delete'
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
  const { accessKeyId, createdAt } = scene.key
  return accessKeyId === null
    ? [listKeys(scene, createdAt)]
    : commands.map(command => command(scene, accessKeyId))
}

const deactivate = (holder: StepContext, accessKeyId: string) => setStatus(holder, accessKeyId, 'Inactive')
