import picomatch from 'picomatch'

/** More wildcards than these take a backtracking match too long; a glob that has more matches nothing. */
export const MAX_WILDCARDS = 4

/** Whether a text matches the glob: `*`, `**`, `?`, `[…]` and `{a,b}`; a leading `!` and `+(…)` mean themselves. */
export function compileGlob(
  glob: string,
  options: picomatch.PicomatchOptions = {},
): (text: string) => boolean {
  if ((glob.match(/\*+/g) ?? []).length > MAX_WILDCARDS) return () => false
  if (!/[*?[\]{}\\]/.test(glob)) return text => text === glob
  const expression = picomatch.makeRe(glob, {
    dot: true,
    nonegate: true,
    noextglob: true,
    windows: false,
    ...options,
  })
  return text => expression.test(text)
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
