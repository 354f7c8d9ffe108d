/** The rows of the fault table for rotation pull requests: whatever fails, the verdict is the same, and the next night goes on. */
import { asked, type Call, created, github, type Outcome, UNHARMED } from './fault-outcomes.ts'

const GIT = '/repos/{owner}/{repo}/git'
const PULLS = '/repos/{owner}/{repo}/pulls'
const READ = 'read the branches and pull requests in octo-org/octo-repo'
const MOVE = 'update pull request #1 in octo-org/octo-repo'
const OPEN = 'open a pull request in octo-org/octo-repo'

/** What nobody answered the issue meets, too: it is not tried. */
function silentFor(cells: Call['cells']): Call['cells'] {
  const silent = cells['no answer']
  return typeof silent === 'string'
    ? cells
    : { ...cells, 'no answer': { ...silent, issue: 'open, as it was' } }
}

const call = (name: string, purpose: string, action: string, cells: Call['cells']): Call => ({
  name: `GitHub: ${name}`,
  purpose,
  scene: 'rotation pull requests',
  strikes: github(action),
  cells: silentFor(cells),
})

const ASKED_IN_VAIN: Outcome = {
  ...UNHARMED,
  sees: 'nothing: who cannot be asked is named in the description all the same',
}

export const PULL_CALLS: readonly Call[] = [
  call('open pull requests', 'Those of earlier nights', `GET ${PULLS}`, asked(READ, {}, {})),
  call(
    'the file of a change',
    'Whether the change still applies',
    `GET ${GIT}/blobs/{file_sha}`,
    asked(MOVE, {}, {}),
  ),
  call('write a tree', 'The changed file', `POST ${GIT}/trees`, asked(MOVE, {}, {})),
  call('move a branch', 'A pull request whose base moved', `PATCH ${GIT}/refs/{ref}`, asked(MOVE, {}, {})),
  call('make a branch', 'A new pull request', `POST ${GIT}/refs`, created(OPEN, {}, {})),
  call('open a pull request', 'A new pull request', `POST ${PULLS}`, created(OPEN, {}, {})),
  call('ask for review', 'The owner of the key', `POST ${PULLS}/{pull_number}/requested_reviewers`, {
    ...created('ask for review of pull request #3 in octo-org/octo-repo', {}, {}),
    'access denied': ASKED_IN_VAIN,
  }),
]
