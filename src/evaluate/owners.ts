import type { Config } from '../config/config.ts'
import { type Declared, declaringLines, type Owner } from '../domain/audit-result.ts'
import type { CodeOwnersRule, Declarations, SourceLocation } from '../domain/declarations.ts'
import type { ObservationOf } from '../domain/evidence.ts'
import { compileGlob, compileUserGlob } from '../domain/glob.ts'
import { memoize } from '../domain/memoize.ts'

/** Who owns a user's keys: the configuration's first rule that matches, else the user's tag, else the declaring line's CODEOWNERS. */
export function ownerOf(
  { user, arn }: { readonly user: string; readonly arn: string },
  declared: Declared | null,
  config: Config,
  tag: ObservationOf<'owner-tag'> | undefined,
  declarations: Declarations,
): Owner | null {
  for (const rule of compileOwners(config))
    if (rule.matches(user, arn)) return owner(rule.owner, 'configuration')
  if (tag !== undefined && tag.tag === config.owners.tag && tag.value !== null) {
    const tagged = owner(tag.value, 'tag')
    if (tagged !== null) return tagged
  }
  const [declaring] = declaringLines(declared)
  return declaring === undefined ? null : codeOwnerOf(declaring, declarations)
}

/** The first owner that the last matching rule of its repository's CODEOWNERS names; null where that rule names none. */
function codeOwnerOf({ path, repository }: SourceLocation, declarations: Declarations): Owner | null {
  const rules = compileCodeOwners(declarations).get(repository?.name)
  const rule = rules?.findLast(({ matches }) => matches(path))
  const [name] = rule?.owners ?? []
  return name === undefined ? null : owner(name, 'codeowners')
}

function owner(written: string, source: Owner['source']): Owner | null {
  const name = written.trim().replace(/^@/, '')
  if (name === '') return null
  const kind = LOGIN.test(name) ? 'user' : TEAM.test(name) ? 'team' : 'text'
  return { name, kind, source }
}

/** GitHub's rule for logins: letters, digits and single inner hyphens, at most 39. */
const LOGIN = /^[a-z\d](?:-?[a-z\d]){0,38}$/i
const TEAM = /^[a-z\d](?:-?[a-z\d]){0,38}\/[a-z\d][a-z\d_-]{0,99}$/i

const compileOwners = memoize((config: Config) =>
  config.owners.users.map(({ user, owner }) => ({ owner, matches: compileUserGlob(user) })),
)

/** By the name of the repository; undefined: this one. */
const compileCodeOwners = memoize((declarations: Declarations) =>
  Map.groupBy(
    declarations.codeOwners.map(({ pattern, owners, repository }) => ({
      owners,
      repository: repository?.name,
      matches: compileCodeOwnersPattern(pattern),
    })),
    rule => rule.repository,
  ),
)

/** GitHub's documentation, "About code owners": gitignore's rules, but no `!`, no `[ ]`. */
function compileCodeOwnersPattern(pattern: CodeOwnersRule['pattern']): (path: string) => boolean {
  const anchored = pattern.replace(/\/$/, '').includes('/')
  const base = anchored ? pattern.replace(/^\//, '') : `**/${pattern}`
  const globs = base.endsWith('/')
    ? [`${base}**`]
    : // `docs/*` means the files of that directory alone.
      anchored && base.endsWith('/*')
      ? [base]
      : [base, `${base}/**`]
  const matchers = globs.map(glob => compileGlob(glob, { brackets: false }))
  return path => matchers.some(matches => matches(path))
}
