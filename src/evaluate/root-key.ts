import type { Command } from '../domain/audit-result.ts'
import type { Partition } from '../domain/partitions.ts'
import { assumeRoot, listRootKeys } from './commands.ts'
import type { PlannedAction, StepContext } from './rotation.ts'

/** How a root key is reached in a partition, as parts of sentences. */
interface Access {
  /** Where the root user's keys are shown and changed. */
  readonly at: string
  /** Where its last use is shown. */
  readonly lastUse: string
  /** What to mind beside deactivation and deletion. */
  readonly deactivation: string
  readonly deletion: string
  readonly undo: string
  readonly commands: (action: PlannedAction, scene: StepContext) => readonly Command[]
}

const CONSOLE: Access = {
  at: 'sign in to the console as the root user and, under Security credentials,',
  lastUse: 'which Security credentials shows, signed in to the console as the root user',
  deactivation:
    '; where the organization manages root access centrally and the root user has no password, it can only be deleted',
  deletion:
    '; where the organization manages root access centrally, delete it from the management account instead: with what the command prints, or in the IAM console under Root access management, which deletes the root password, too',
  undo: 'Activate it again in the console, signed in as the root user',
  commands: (action, scene) =>
    action === 'delete-root-key' ? [assumeRoot(scene.account, scene.partition)] : [],
}

/** Sources: GovCloud User Guide, "AWS GovCloud (US) account root user"; AWS re:Post, "manage-govcloud-root-key". */
const BY_ITSELF: Access = {
  at: 'with the AWS CLI configured with this root key itself, since the GovCloud console has no sign-in as the root user,',
  lastUse: 'which the AWS CLI shows, configured with this root key itself',
  deactivation: '',
  deletion: '; once it is inactive, only another root key or AWS Support can do so',
  undo: 'Activate it again with another root key, or ask AWS Support',
  commands: (_, scene) => [listRootKeys(scene)],
}

/** Source: Amazon Web Services in China user guide, "How IAM differs": there is no root user to sign in as. */
const BY_SUPPORT: Access = {
  at: 'ask AWS Support in China, where nobody signs in as the root user, to',
  lastUse: 'which AWS Support in China can tell',
  deactivation: '',
  deletion: '',
  undo: 'Ask AWS Support in China to activate it again',
  commands: () => [],
}

const NOT_KNOWN: Access = {
  ...CONSOLE,
  at: 'as the root user, or by AWS Support where this partition has no sign-in as the root user,',
  lastUse:
    'which the console shows where this partition lets the root user sign in, and else AWS Support tells',
  deactivation: '',
  deletion: '',
  undo: 'Activate it again where it was deactivated',
  commands: () => [],
}

const ACCESS: Partial<Record<Partition, Access>> = {
  aws: CONSOLE,
  'aws-us-gov': BY_ITSELF,
  'aws-cn': BY_SUPPORT,
}

const NONE = 'the root user should have no access key'
const ROLE = 'give what uses it a role of its own'

/** What to do about a root key; `now`: its removal, whichever step of it comes next. */
export function describeRootStep(action: PlannedAction, scene: StepContext, now: boolean) {
  const access = ACCESS[scene.partition] ?? NOT_KNOWN
  const commands = access.commands(action, scene)
  const title = now ? 'Remove root key' : 'Delete root key'
  switch (action) {
    case 'move-applications':
      return {
        title,
        what: `${NONE}: ${scene.key.use === 'unknown' ? `look at its last use (${access.lastUse}) and ` : ''}${ROLE}, then deactivate it, and delete it once nothing has failed without it`,
        commands: [],
      }
    case 'deactivate':
      return {
        title: now ? title : 'Deactivate root key',
        what: `${NONE}: ${access.at} deactivate it; ask first whether a quarterly or yearly job uses it, and if anything fails without it, activate it again and ${ROLE}${access.deactivation}`,
        commands,
      }
    default:
      return { title, what: `${NONE}: ${access.at} delete it for good${access.deletion}`, commands }
  }
}

export function undoOfRoot({ partition }: StepContext): string {
  return (ACCESS[partition] ?? NOT_KNOWN).undo
}
