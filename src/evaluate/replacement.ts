import type { KeyResult, Replacement, Runtime, StepAction } from '../domain/audit-result.ts'
import { formatLocation, isHere, locationOf, type StaticLogin } from '../domain/declarations.ts'

type ReplaceableKey = Pick<KeyResult, 'root' | 'next' | 'usage' | 'hardCoded'>

/** What ends the rotation of a key for good: the role or OIDC login that its users can have instead; null where nothing shows one. */
export function replacementFor(
  { root, next, usage, hardCoded }: ReplaceableKey,
  staticLogins: readonly StaticLogin[],
): Replacement | null {
  if (root || next === null || !KEEPS_A_KEY.has(next.action)) return null
  if (usage === null && staticLogins.length === 0) return null
  const homes = HOMES.filter(([home]) => usage?.programs.some(({ runtime }) => runtime === home))
  const [home] = homes
  const [login, ...otherLogins] = staticLogins
  const written = staticLogins.find(({ path }) =>
    hardCoded.some(location => isHere(location) && location.path === path),
  )
  if (written)
    return oidcLogin(
      written,
      `${formatLocation(written)} logs in with this key, written out in the file`,
      true,
    )
  if (home)
    return {
      certain: true,
      title: home[1],
      explanation: homes.map(([, , explanation]) => explanation).join(' '),
      // Then a workflow of this checkout is what has to change.
      location: login && homes.some(([, title]) => title === OIDC_TITLE) ? locationOf(login) : null,
    }
  if (!login) return null
  const more = otherLogins.length > 0 ? ` (and ${otherLogins.length} more)` : ''
  return oidcLogin(
    login,
    `${formatLocation(login)}${more} logs in with a stored access key${login.secret ? ` (${login.secret})` : ''}, which may be this one`,
    false,
  )
}

/** Next steps after which the user would have an access key still. */
const KEEPS_A_KEY: ReadonlySet<StepAction> = new Set([
  'contain',
  'apply-code',
  'look-live',
  'free-slot',
  'create-key',
  'move-applications',
  'rotate-soon',
])

const OIDC_TITLE = 'Log in by OIDC'
const OIDC =
  'let the workflow log in by OIDC, with `permissions: id-token: write` and `role-to-assume`, and no stored key.'

/** Where programs run that can have credentials of their own; of several the first gives the title. */
const HOMES: readonly (readonly [runtime: Runtime, title: string, explanation: string])[] = [
  [
    'lambda',
    'Use the execution role',
    'Used in AWS Lambda: grant the permissions to the function’s execution role, and take the key out of its environment.',
  ],
  [
    'ecs',
    'Use the task role',
    'Used in Amazon ECS: grant the permissions to the task role, and take the key out of the task definition.',
  ],
  [
    'ec2',
    'Use an instance profile',
    'Used on EC2: attach an instance profile whose role has the permissions, and remove the key from the machine.',
  ],
  [
    'codebuild',
    'Use the service role',
    'Used in CodeBuild: grant the permissions to the project’s service role, and take the key out of its environment.',
  ],
  [
    'cloudshell',
    'Use the console session',
    'Used in CloudShell, which already has the credentials of whoever opened it: no key is needed.',
  ],
  ['github-actions', OIDC_TITLE, `Used in GitHub Actions: ${OIDC}`],
  ['azure', OIDC_TITLE, `Used on a machine in Azure, where GitHub’s own runners are: if it is one, ${OIDC}`],
]

function oidcLogin(login: StaticLogin, reason: string, certain: boolean): Replacement {
  return { certain, title: OIDC_TITLE, explanation: `${reason}: ${OIDC}`, location: locationOf(login) }
}
