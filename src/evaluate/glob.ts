import picomatch from 'picomatch'

/**
 * A glob with more wildcards takes a backtracking match too long, and no name or path is as long as this:
 * such a glob matches nothing.
 */
export const GLOB_LIMITS = { wildcards: 4, length: 1024 }

/** Whether a text matches the glob: `*`, `**`, `?` and `[…]`; all else means itself. */
export function compileGlob(
  glob: string,
  options: { readonly nobracket?: boolean } = {},
): (text: string) => boolean {
  if (hangsPicomatch(glob)) return () => false
  if (glob.length > GLOB_LIMITS.length || (glob.match(/\*+/g) ?? []).length > GLOB_LIMITS.wildcards)
    return () => false
  if (!/[*?[\]\\]/.test(glob)) return text => text === glob
  // Groups and alternatives, which picomatch lets through, can make a match take exponential time.
  const expression = picomatch.makeRe(glob.replaceAll(/[(){}|+!]/g, '\\$&'), {
    dot: true,
    nonegate: true,
    noextglob: true,
    nobrace: true,
    windows: false,
    ...options,
  })
  return text => expression.test(text)
}

/** Four backslashes at the end of a glob, and picomatch reads past it for ever; no name has three anywhere. */
export function hangsPicomatch(glob: string): boolean {
  return glob.includes('\\\\\\')
}

/** Whether a user's name or path (`/ci/deployer`, from the ARN) matches the glob. */
export function compileUserGlob(glob: string): (user: string, arn: string) => boolean {
  const matches = compileGlob(glob)
  return (user, arn) => matches(user) || (glob.includes('/') && matches(pathOf(arn)))
}

/** `/ci/deployer` of `arn:aws:iam::123456789012:user/ci/deployer`. */
function pathOf(arn: string): string {
  const start = arn.indexOf(':user/')
  return start === -1 ? '' : arn.slice(start + ':user'.length)
}
