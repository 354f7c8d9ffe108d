/** Longer than any name or path of IAM, and than any sensible path of a checkout: such a glob matches nothing. */
const LONGEST_GLOB = 1024

/**
 * Whether a text matches the glob: `*` and `?` within a segment, `**` as whole segments, `[a-z]` and `[!a-z]`, `\` before
 * a character that means itself. No text makes a match take longer than the square of its length: what stands between
 * two stars is found once, at its first place, and never tried again. Throws a SyntaxError for what is no glob.
 */
export function compileGlob(
  glob: string,
  { brackets = true }: { readonly brackets?: boolean } = {},
): (text: string) => boolean {
  if (glob.length > LONGEST_GLOB) return () => false
  if (!/[*?[\]\\]/.test(glob)) return text => text === glob
  if (glob === '**') return () => true
  const open = glob.endsWith('/**')
  const units = (open ? glob.slice(0, -3) : glob).split(/(?<=^|\/)\*\*\//)
  const expressions = units.map((unit, index) => {
    const last = index === units.length - 1
    const expression = (index === 0 ? '' : '(?:.*?/)??') + expressionOf(unit, { index, last, brackets })
    return last ? expression + (open ? '(?:/.*)?' : '') : once(`unit${index}`, expression)
  })
  const expression = new RegExp(`^${expressions.join('')}$`, 'su')
  return text => expression.test(text)
}

/** Whether a user's name or path (`/ci/deployer`, from the ARN) matches the glob. */
export function compileUserGlob(glob: string): (user: string, arn: string) => boolean {
  const matches = compileGlob(glob)
  return (user, arn) => matches(user) || (glob.includes('/') && matches(pathOf(arn)))
}

interface Unit {
  readonly index: number
  readonly last: boolean
  readonly brackets: boolean
}

/** Between two `**`. Only the end of the text can ask for another place than the first of what follows a star. */
function expressionOf(unit: string, { index, last, brackets }: Unit): string {
  const parts = partsOf(unit, brackets)
  return parts
    .map((part, star) => {
      if (star === 0) return part
      return last && star === parts.length - 1
        ? `[^/]*${part}`
        : once(`star${index}_${star}`, `[^/]*?${part}`)
    })
    .join('')
}

/** Matches as the expression does at first, and never in another way. */
function once(name: string, expression: string): string {
  return `(?=(?<${name}>${expression}))\\k<${name}>`
}

/** What stands between the stars, each as a regular expression. */
function partsOf(unit: string, brackets: boolean): readonly string[] {
  const parts = ['']
  for (const [token, escaped, negated, set] of unit.matchAll(brackets ? TOKENS : TOKENS_WITHOUT_SETS)) {
    if (token.startsWith('*')) parts.push('')
    else parts[parts.length - 1] += expressionOfToken(token, escaped, negated, set)
  }
  return parts
}

function expressionOfToken(token: string, escaped?: string, negated?: string, set?: string): string {
  if (escaped !== undefined) return RegExp.escape(escaped)
  if (set === undefined) return token === '?' ? '[^/]' : RegExp.escape(token)
  return `[${negated ? '^/' : ''}${set.replaceAll(/\\?(.)/gsu, (written, character) => (written === '-' ? '-' : RegExp.escape(character)))}]`
}

const TOKENS = /\*+|\\(.)|\[([!^]?)((?:\\.|[^\\\]])+)\]|./gsu
const TOKENS_WITHOUT_SETS = /\*+|\\(.)|./gsu

/** Four backslashes at the end of a glob, and picomatch, which reads globs of paths, reads past it for ever. */
export function hangsPicomatch(glob: string): boolean {
  return glob.includes('\\\\\\')
}

/** `/ci/deployer` of `arn:aws:iam::123456789012:user/ci/deployer`. */
function pathOf(arn: string): string {
  const start = arn.indexOf(':user/')
  return start === -1 ? '' : arn.slice(start + ':user'.length)
}
