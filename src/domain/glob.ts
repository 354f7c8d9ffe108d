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

/** The most globs that one with braces may stand for. */
export const MOST_ALTERNATIVES = 256

/**
 * Whether a path of the checkout matches the glob, in which `{a,b}` stands for either, too; as fast as `compileGlob`.
 * Throws a SyntaxError for what is no glob, or stands for too many.
 */
export function compilePathGlob(glob: string): (path: string) => boolean {
  const matchers = alternativesOf(glob.replace(/^\.\//, '')).map(each => compileGlob(each))
  return path => matchers.some(matches => matches(path))
}

/** The globs without braces that the glob stands for. */
function alternativesOf(glob: string): readonly string[] {
  const braces = firstBraces(glob)
  if (braces === null) return [glob]
  const ends = alternativesOf(braces.after)
  const all = braces.inside
    .flatMap(alternativesOf)
    .flatMap(inside => ends.map(end => braces.before + inside + end))
  if (all.length > MOST_ALTERNATIVES) throw new SyntaxError('too many alternatives')
  return all
}

interface Braces {
  readonly before: string
  readonly inside: readonly string[]
  readonly after: string
}

/** The first braces with a comma; others stand for themselves. */
function firstBraces(glob: string): Braces | null {
  const open: { readonly at: number; readonly commas: number[] }[] = []
  let first: { readonly at: number; readonly commas: readonly number[]; readonly end: number } | null = null
  for (const { 0: token, index } of glob.matchAll(BRACES)) {
    if (token === '{') open.push({ at: index, commas: [] })
    else if (token === ',') open.at(-1)?.commas.push(index)
    else if (token === '}') {
      const closed = open.pop()
      if (closed && closed.commas.length > 0 && (first === null || closed.at < first.at))
        first = { ...closed, end: index }
    }
  }
  if (first === null) return null
  const bounds = [first.at, ...first.commas, first.end]
  const inside = bounds.slice(1).map((bound, index) => glob.slice((bounds[index] ?? 0) + 1, bound))
  return { before: glob.slice(0, first.at), inside, after: glob.slice(first.end + 1) }
}

const BRACES = /\\.|\[[!^]?(?:\\.|[^\\\]])+\]|[{},]/gsu

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

/** Four backslashes at the end of a glob, and picomatch, which tells whether brackets are closed, reads past it for ever. */
export function hangsPicomatch(glob: string): boolean {
  return glob.includes('\\\\\\')
}

/** `/ci/deployer` of `arn:aws:iam::123456789012:user/ci/deployer`. */
function pathOf(arn: string): string {
  const start = arn.indexOf(':user/')
  return start === -1 ? '' : arn.slice(start + ':user'.length)
}
