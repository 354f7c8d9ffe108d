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
  const homes = HOMES.filter(home => usage?.programs.some(({ runtime }) => runtime === home.runtime))
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
      title: home.title,
      explanation: homes.map(({ explanation }) => explanation).join(' '),
      location: login && homes.some(({ oidc }) => oidc) ? locationOf(login) : null,
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

interface Home {
  readonly runtime: Runtime
  readonly title: string
  readonly explanation: string
  /** Whether a workflow of this checkout is what has to change. */
  readonly oidc: boolean
}

/** Where programs run that can have credentials of their own; of several the first gives the title. */
const HOMES: readonly Home[] = [
  {
    runtime: 'lambda',
    title: 'Use the execution role',
    explanation:
      'Used in AWS Lambda: grant the permissions to the function’s execution role, and take the key out of its environment.',
    oidc: false,
  },
  {
    runtime: 'ecs',
    title: 'Use the task role',
    explanation:
      'Used in Amazon ECS: grant the permissions to the task role, and take the key out of the task definition.',
    oidc: false,
  },
  {
    runtime: 'ec2',
    title: 'Use an instance profile',
    explanation:
      'Used on EC2: attach an instance profile whose role has the permissions, and remove the key from the machine.',
    oidc: false,
  },
  {
    runtime: 'codebuild',
    title: 'Use the service role',
    explanation:
      'Used in CodeBuild: grant the permissions to the project’s service role, and take the key out of its environment.',
    oidc: false,
  },
  {
    runtime: 'cloudshell',
    title: 'Use the console session',
    explanation:
      'Used in CloudShell, which already has the credentials of whoever opened it: no key is needed.',
    oidc: false,
  },
  {
    runtime: 'github-actions',
    title: OIDC_TITLE,
    explanation: `Used in GitHub Actions: ${OIDC}`,
    oidc: true,
  },
  {
    runtime: 'azure',
    title: OIDC_TITLE,
    explanation: `Used on a machine in Azure, where GitHub’s own runners are: if it is one, ${OIDC}`,
    oidc: true,
  },
]

function oidcLogin(login: StaticLogin, reason: string, certain: boolean): Replacement {
  return { certain, title: OIDC_TITLE, explanation: `${reason}: ${OIDC}`, location: locationOf(login) }
}
