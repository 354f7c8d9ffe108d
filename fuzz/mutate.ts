/** Random changes to texts, the same for the same seed. */

/** Numbers from 0 up to a bound, 32 bits of state (mulberry32). */
export type Random = (below: number) => number

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** A seed with one to six changes; where the seed is JSON, sometimes one of its values is another. */
export function mutate(seeds: readonly string[], random: Random): string {
  const seed = pick(seeds, random) ?? ''
  if (random(3) === 0) {
    const changed = withOtherValue(seed, random)
    if (changed !== null) return changed
  }
  let text = seed
  for (let left = 1 + random(6); left > 0; left--) text = change(text, seeds, random)
  return text.length > LONGEST ? text.slice(0, LONGEST) : text
}

/** JSON with one value replaced, at any position; null where the text is no JSON. */
export function withOtherValue(json: string, random: Random): string | null {
  try {
    const value: unknown = JSON.parse(json)
    const positions = positionsOf(value)
    return replaced(value, pick(positions, random) ?? [], pick(ODD_VALUES, random))
  } catch {
    return null
  }
}

export type Position = readonly (string | number)[]

/** Where the value and each value inside it stand. */
export function positionsOf(value: unknown, at: Position = []): Position[] {
  if (typeof value !== 'object' || value === null) return [at]
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  return [
    at,
    ...keys.flatMap(key => positionsOf((value as Record<string | number, unknown>)[key], [...at, key])),
  ]
}

/** The JSON of a value in which another stands at that position; `undefined` takes it away. */
export function replaced(value: unknown, [key, ...rest]: Position, by: unknown): string {
  return JSON.stringify(put(structuredClone(value), key === undefined ? [] : [key, ...rest], by)) ?? ''
}

function put(value: unknown, [key, ...rest]: Position, by: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return by
  const container = value as Record<string | number, unknown>
  Object.defineProperty(container, key, {
    value: put(container[key], rest, by),
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return container
}

/** One of each type, and values of which programs think too little. */
export const ODD_VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x',
  '__proto__',
  '\0',
  '\ud800',
  '::error::x',
  '@octo-org/team',
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  'x'.repeat(5000),
  [],
  [[[[]]]],
  {},
  JSON.parse('{"__proto__":{"kind":"evidence"},"constructor":1,"toString":2}'),
]

const LONGEST = 200_000

/** What the readers look for, and what breaks readers. */
const TOKENS: readonly string[] = [
  ...'\0 \t \r \n \r\n \u2028 \u0085 \u202e \u200b \ufeff \ud800 \udfff " \' ` \\ / < > & | # @ $ % * ? ! : ; , . = + - ~ ^ _'
    .split(' ')
    .filter(token => token !== ''),
  ...[
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    '${',
    '%{',
    '<<EOT\n',
    '/*',
    '*/',
    '-->',
    '<!--',
    '::error::x\n',
    '##[error]x',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'null',
    'true',
    'NaN',
    'N/A',
    '-1',
    '1e309',
  ],
  ...[
    '&a ',
    '*a',
    '!!binary ',
    '!Ref ',
    '!Sub ',
    '<<: ',
    '- ',
    '? ',
    '| ',
    '> ',
    '---\n',
    '%YAML 1.1\n',
    '"aws_iam_user" ',
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '+275760-09-13',
    '99999999999999999999',
    '@octo-org/team',
    'https://x.test/',
    '<img src=x>',
  ],
  ...['**/**/**/**', '[a-', '{a,b}', '+(a|a)+', '(a+)+$', '!(x)', 'a'.repeat(300), ' '.repeat(300)],
]

function change(text: string, seeds: readonly string[], random: Random): string {
  const at = random(text.length + 1)
  const length = random(2) === 0 ? random(8) : random(Math.max(1, text.length - at))
  const [before, after] = [text.slice(0, at), text.slice(at + length)]
  switch (random(7)) {
    case 0:
      return before + after
    case 1:
      return before + (pick(TOKENS, random) ?? '') + text.slice(at)
    case 2:
      return before + (pick(TOKENS, random) ?? '') + after
    case 3:
      return before + text.slice(at, at + length) + text.slice(at)
    case 4:
      return before + (pick(TOKENS, random) ?? '').repeat(1 + random(400)) + after
    case 5: {
      const other = pick(seeds, random) ?? ''
      return before + other.slice(random(other.length + 1))
    }
    default:
      return before + String.fromCharCode(random(random(4) === 0 ? 0x10000 : 128)) + after.slice(1)
  }
}

function pick<T>(from: readonly T[], random: Random): T | undefined {
  return from[random(Math.max(1, from.length))]
}
