/** The rows of the fault table for the calls of `remediation: apply`: whatever fails, no key is changed that was not announced, proved and confirmed. */
import type { Call, Outcome } from './fault-outcomes.ts'
import { STRUCK } from './fault-runs.ts'

type Cells = Call['cells']

const MADE: Outcome = {
  sees: 'nothing: the call is repeated, and the key is changed',
  audited: 'all',
  issue: 'none yet',
  result: 'fail',
  exit: 0,
  change: 'made',
}

/** `exit`: whether that is an error of its own. */
const unchanged = (words: string, exit: 0 | 1): Outcome => ({
  ...MADE,
  sees: `no key is changed: “${words}”`,
  exit,
  change: 'none',
})

/** What is asked before a change. */
function lookedAt(): Cells {
  const because = (code: string) => unchanged(`The key could not be looked at once more: ${code}`, 0)
  return {
    'throttled, then fine': MADE,
    'throttled for ever': because('Throttling'),
    '5xx, then fine': MADE,
    'reset mid-body': because('ECONNRESET'),
    'no answer': because('TimeoutError'),
    'malformed body': because('MalformedAnswer'),
    'access denied': because('AccessDenied'),
    'expired credentials': because('ExpiredToken'),
    'well-formed and wrong': because('InvalidAnswer'),
  }
}

/** The change itself; where its answer is lost, the look at the user's keys afterwards tells what became of it. */
function changed(): Cells {
  const asItWas = (code: string) =>
    unchanged(`AWS did not confirm the change, and the key is as it was: ${code}`, 1)
  const lost = (code: string): Outcome => ({
    ...MADE,
    sees: `the key is changed: “AWS did not confirm the change (${code}”`,
    exit: 1,
  })
  return {
    'throttled, then fine': MADE,
    'throttled for ever': asItWas('Throttling'),
    '5xx, then fine': MADE,
    'reset mid-body': lost('ECONNRESET'),
    'no answer': asItWas('TimeoutError'),
    'malformed body': lost('MalformedAnswer'),
    'access denied': asItWas('AccessDenied'),
    'expired credentials': asItWas('ExpiredToken'),
    'well-formed and wrong': 'the look at the keys afterwards counts, not this answer',
  }
}

function login(): Cells {
  const because = (words: string) => unchanged(`No key of this account was changed: ${words}`, 1)
  const unreachable = because('AWS could not be reached, or did not answer in time, while assuming the role.')
  return {
    'throttled, then fine': MADE,
    'throttled for ever': because('AWS kept throttling the requests while assuming the role.'),
    '5xx, then fine': MADE,
    'reset mid-body': unreachable,
    'no answer': unreachable,
    'malformed body': because('AWS failed while assuming the role.'),
    'access denied': because('AWS refused to let this job assume the role.'),
    'expired credentials': because('AWS did not accept the credentials while assuming the role.'),
    'well-formed and wrong': 'no other account has a key of this ID',
  }
}

function alone(): Cells {
  const because = (words: string) =>
    unchanged(
      `could not see whether another run of this workflow is under way in octo-org/octo-repo: ${words}`,
      0,
    )
  const cut = because("GitHub's answer was cut off or faulty")
  return {
    'throttled, then fine': MADE,
    'throttled for ever': because('a secondary rate limit of GitHub was reached'),
    '5xx, then fine': MADE,
    'reset mid-body': cut,
    'no answer': because('GitHub could not be reached'),
    'malformed body': cut,
    'access denied': because('the token lacks the permission'),
    'expired credentials': because('GitHub does not accept the token'),
    'well-formed and wrong': unchanged(
      'GitHub’s list of runs under way lacks this one, and may lack others',
      0,
    ),
  }
}

const inAccount = (action: string): Call['strikes'] => [{ service: 'iam', action, account: STRUCK }]

export const REMEDIATION_CALLS: readonly Call[] = [
  {
    name: 'GitHub: runs of the workflow',
    purpose: 'Whether another run may change keys at the same time (`remediation: apply`)',
    scene: 'deactivation',
    strikes: [
      { service: 'github', action: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs' },
    ],
    edit: { pattern: /"workflow_runs":\s*\[.*\]/s, by: '"workflow_runs":[]' },
    cells: alone(),
  },
  {
    name: 'sts:AssumeRoleWithWebIdentity for `remediation-role`',
    purpose: 'The role that changes keys; the audit stands without it',
    scene: 'deactivation',
    // Before it the role that audits is assumed twice: to gather, and to look once more.
    strikes: [{ service: 'sts', action: 'AssumeRoleWithWebIdentity', account: STRUCK, nth: 3 }],
    cells: login(),
  },
  {
    name: 'iam:GetUser',
    purpose: 'Whether the user has moved under an exemption since the report',
    scene: 'deactivation',
    strikes: inAccount('GetUser'),
    edit: { pattern: /<UserName>[^<]*/, by: '<UserName>another' },
    cells: lookedAt(),
  },
  {
    name: 'iam:UpdateAccessKey',
    purpose: 'The deactivation of an idle key',
    scene: 'deactivation',
    strikes: inAccount('UpdateAccessKey'),
    cells: changed(),
  },
  {
    name: 'iam:DeleteAccessKey',
    purpose: 'The deletion of a key that has been inactive for long',
    scene: 'deletion',
    strikes: inAccount('DeleteAccessKey'),
    cells: changed(),
  },
]
