import type { Note, RootUser } from '../domain/audit-result.ts'
import { type Refusal, WITHOUT } from '../domain/evidence.ts'
import { compareText } from '../domain/order.ts'
import { countOf } from '../domain/text.ts'

/** What notes follow from, beside refusals. */
interface Gaps {
  readonly rootUser: RootUser
  /** Active keys of the root user that are no finding. */
  readonly quietRootKeys: number
  /** Rows that contradict themselves, were not looked at live, and are told nowhere else. */
  readonly contradictoryRows: number
  /** Users whose young keys may be old ones: neither CloudTrail nor a live look told. */
  readonly doubtfulUsers: number
  /** Findings' keys that CloudTrail was not asked about, although it was about others. */
  readonly keysWithoutUsage: number
}

/** Everything that the reader must know was not, or could not be, looked at; one note for each refused action. */
export function notesOf(refusals: readonly Refusal[], gaps: Gaps): readonly Note[] {
  const refused = [...Map.groupBy(refusals, ({ action }) => action)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([action, of]) => refusalNote(action, of))
    // What is counted below is told there.
    .filter(
      ({ kind, action }) =>
        kind !== 'not-looked-up' || action !== 'cloudtrail:LookupEvents' || gaps.keysWithoutUsage === 0,
    )
  const isSummaryRefused = refused.some(({ action }) => action === 'iam:GetAccountSummary')
  return [...rootNotes(gaps, isSummaryRefused), ...refused, ...gapNotes(gaps)]
}

/** Gathering has limits of its own, so that one account cannot take all the time: what they left out is told of no action that failed. */
function refusalNote(action: string, refusals: readonly Refusal[]): Note {
  const { named, without } = goingWithout(action)
  const codes = refusals.map(({ code }) => code).filter(code => code !== NOT_ASKED)
  const [code] = codes
  if (code === undefined)
    return { kind: 'not-looked-up', action, text: `${without}: the audit's own limits were reached.` }
  if (codes.some(code => DENIED.test(code)))
    return {
      kind: 'permission-missing',
      action,
      text: `${without}. The role lacks the permission ${named}.`,
    }
  const said = ERROR_CODE.test(code) ? code : 'an error that has no known code'
  return { kind: 'call-failed', action, text: `${without}. AWS answered ${named} with ${said}.` }
}

function goingWithout(action: string): { readonly named: string; readonly without: string } {
  const named = action.replaceAll(/[^\w:.-]/g, '').slice(0, 80)
  return { named, without: WITHOUT.get(action) ?? `What ${named} would have told is missing` }
}

// Notes are shown where names are hidden: what has another shape may be a name, or whatever a proxy wrote.
const ERROR_CODE = /^(?!.*\d{12})[A-Za-z][A-Za-z0-9.]{0,63}$/

const NOT_ASKED = 'NotAsked'

/** AccessDenied, AccessDeniedException, UnauthorizedOperation, NotAuthorized */
const DENIED = /denied|unauthori[sz]ed|notauthori[sz]ed/i

function rootNotes({ rootUser, quietRootKeys }: Gaps, summaryRefused: boolean): readonly Note[] {
  const note = (text: string): Note => ({ kind: 'root-user', action: null, text })
  if (rootUser.state === 'key-of-unknown-age') return [note(KEY_OF_UNKNOWN_AGE)]
  // The refusal's own note says so, with the permission.
  if (rootUser.state === 'not-evaluated' && !summaryRefused) return [note(ROOT_NOT_EVALUATED)]
  return quietRootKeys > 0 ? [note(ROOT_HAS_KEY)] : []
}

const KEY_OF_UNKNOWN_AGE =
  'The root user has an access key of unknown age: the credential report has no row for it, and iam:GetAccountSummary counts inactive keys too. Root should have none: delete it.'
const ROOT_NOT_EVALUATED = 'The root user was not evaluated: the credential report has no row for it.'
const ROOT_HAS_KEY =
  'The root user has an active access key. However young it is, root should have none: delete it, do not rotate it.'

function gapNotes({ contradictoryRows, keysWithoutUsage, doubtfulUsers }: Gaps): readonly Note[] {
  const all: readonly (readonly [count: number, action: string, text: string])[] = [
    [
      doubtfulUsers,
      'cloudtrail:LookupEvents',
      `The keys of ${countOf(doubtfulUsers, 'user')} may be older than the credential report says: its dates can move when a key is switched off and on, CloudTrail did not tell whether they did, and no live look told the creation dates. Let the role call cloudtrail:LookupEvents and iam:ListAccessKeys; at most 500 users an account are looked at for this.`,
    ],
    [
      contradictoryRows,
      'iam:ListAccessKeys',
      `Rows of the credential report in which something happens to a user before its creation, and which were not looked at live: ${contradictoryRows}. Each of their keys counts from the oldest date that the row has of it.`,
    ],
    [
      keysWithoutUsage,
      'cloudtrail:LookupEvents',
      `CloudTrail was not asked who uses ${keysWithoutUsage} of the stale keys: it is asked by access key ID, which is not known of the root user's keys nor without a live look, and about so many keys as there is time for.`,
    ],
  ]
  return all
    .filter(([count]) => count > 0)
    .map(([, action, text]) => ({ kind: 'not-looked-up', action, text }))
}
