/** What an issue opens with: which keys these are, what to do, and who does not get to hear of it. */
import { CONTROL_NAMES } from '../../domain/control.ts'
import { countMore, countOf, firstAndMore } from '../../domain/text.ts'
import { nameCell } from '../describe/key-columns.ts'
import { blocks, code, joined, link, type Markdown, md, strong } from '../describe/markdown.ts'
import type { Unheard } from './assignees.ts'
import type { IssuePer } from './state.ts'
import { inactiveCount, staleCount, type Tracking } from './tracking.ts'

/** What the introduction tells beside the keys; names, unless they are hidden. */
export interface Opening {
  readonly maxAgeDays: number
  readonly per: IssuePer
  /** Of the keys below: `id` alone where the account has no name. Empty where names are hidden. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[]
  /** The run that wrote the text, and the page of all runs; null where a link would name what is hidden. */
  readonly runUrl: string | null
  readonly workflowUrl: string | null
  /** The configuration file, with its page where it is there; null where names are hidden. */
  readonly config: { readonly path: string; readonly url: string | null } | null
  readonly unheard: readonly Unheard[]
}

export function introduction(tracking: Tracking, opening: Opening): Markdown {
  return blocks([aboutTracked(tracking, opening), exposedLine(tracking)])
}

/** Where they are not among the rows: names are hidden. */
function exposedLine({ exposed }: Tracking): Markdown | null {
  if (exposed.length === 0) return null
  return md`${strong(`The ID of ${countOf(exposed.length, 'key')} that ${exposed.length === 1 ? 'is' : 'are'} not stale stands in the checkout.`)} If the secret stands or stood there too, deactivate the key now.`
}

function aboutTracked(tracking: Tracking, opening: Opening): Markdown {
  if (staleCount(tracking) > 0) return blocks([whatToDo(opening), credentials(opening), unheardLine(opening)])
  const run = runLinks(opening)
  return inactiveCount(tracking) > 0
    ? md`No key here is stale any more. The procedure ends with the deletion of what was deactivated, and this issue closes by itself after that. ${run}`
    : md`Every key that this issue tracked is rotated, deleted or exempt. It reopens by itself if a key becomes stale. ${run}`
}

const ACCOUNTS_NAMED = 10

function whatToDo(opening: Opening): Markdown {
  const { maxAgeDays, accounts } = opening
  const named = accounts.map(({ id, name }) => (name === id ? nameCell(id) : md`${nameCell(name)} (${id})`))
  const shown = joined(firstAndMore(named, ACCOUNTS_NAMED, countMore), ', ')
  const where = named.length === 0 ? '' : md` of ${named.length === 1 ? 'account' : 'the accounts'} ${shown}`
  return joined(
    [
      md`Access keys older than ${countOf(maxAgeDays, 'day')}${where}, to be rotated (${CONTROL_NAMES.cis}).`,
      accounts.length === 0 ? null : 'Find your name, and unfold your row to see how.',
      exemptionLink(opening),
      'Closes by itself once every key below is deleted.',
      runLinks(opening),
    ],
    ' ',
  )
}

function exemptionLink({ config }: Opening): Markdown | null {
  if (config === null) return null
  return config.url === null
    ? md`Not possible yet? Exempt the key in ${code(config.path)}.`
    : md`Not possible yet? ${link('Exempt the key', config.url)}.`
}

function runLinks({ runUrl, workflowUrl }: Opening): Markdown | null {
  if (runUrl === null) return null
  const all = workflowUrl === null ? '' : md` (${link('all runs', workflowUrl)})`
  return md`Written by ${link('this run', runUrl)}${all}.`
}

/** Once for all commands: which account each of them speaks to is told by the credentials alone. */
function credentials({ accounts }: Opening): string | null {
  if (accounts.length < 2) return null
  return 'Run the commands of a key with credentials of its account: add --profile with your profile of that account.'
}

const OWNERS_NAMED = 10

/** Who is not notified, and why. */
function unheardLine({ unheard, per }: Opening): Markdown | null {
  if (unheard.length === 0) return null
  const groups = [...Map.groupBy(unheard, ({ why }) => why)].map(([why, owners]) => {
    const names = owners.map(({ owner }) => nameCell(owner))
    return md`${joined(firstAndMore(names, OWNERS_NAMED, countMore), ', ')} (${WHY[why]})`
  })
  const offer =
    per !== 'user' && unheard.some(({ why }) => why === 'too-many')
      ? md` With ${code('issue-per: user')}, each user’s keys have an issue of their own.`
      : ''
  return md`Not notified: ${joined(groups, '; ')}.${offer}`
}

const WHY: Readonly<Record<Unheard['why'], string>> = {
  team: 'teams cannot be assigned',
  'no-login': 'no login of GitHub',
  unassignable: 'cannot be assigned in this repository',
  'too-many': 'GitHub assigns ten at most',
}
