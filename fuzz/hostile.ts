/** Inputs too large to keep as files: what grows the time, the stack or the memory of a reader that takes no care. */
import { issueWith } from './targets.ts'

const MEGABYTE = 1_000_000

/** Given to every target. */
const ANYWHERE: Readonly<Record<string, () => string>> = {
  nothing: () => '',
  'a megabyte of one letter': () => 'a'.repeat(MEGABYTE),
  'a megabyte of NULs': () => '\0'.repeat(MEGABYTE),
  'a megabyte of lone surrogates': () => '\ud800'.repeat(MEGABYTE / 2),
  'a megabyte of line breaks': () => '\n'.repeat(MEGABYTE),
  'a megabyte of blanks': () => ' '.repeat(MEGABYTE),
  'a megabyte of quotes': () => '"'.repeat(MEGABYTE),
  'a megabyte of @ and #': () => '@#'.repeat(MEGABYTE / 2),
  'a megabyte of commands': () => '##[error]::error::x '.repeat(MEGABYTE / 20),
  'deep lists': () => '['.repeat(MEGABYTE / 4),
  'deep lists, closed': () => '['.repeat(MEGABYTE / 8) + ']'.repeat(MEGABYTE / 8),
  'deep objects': () => '{"a":'.repeat(MEGABYTE / 10),
  'deep objects, closed': () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'deep indentation': () => Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  'names of Object.prototype': () =>
    '{"__proto__": {"a": 1}, "constructor": {"prototype": {"a": 1}}, "toString": 1}',
  'a YAML bomb': () =>
    Array.from({ length: 30 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}*a${n - 1}]`).join('\n'),
}

/** Given to the target that reads them. */
const OF_TARGET: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  report: {
    'fields of a megabyte': () => report([cells({ user: 'a'.repeat(MEGABYTE), date: '9'.repeat(MEGABYTE) })]),
    'users named like properties': () =>
      report(['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(user => cells({ user }))),
    // As many as an account can have.
    '5,000 users': () => report(Array.from({ length: 5_000 }, (_, n) => cells({ user: `user-${n}` }))),
    'a million rows of one user': () => report(Array(1_000_000).fill(cells({ user: 'a' }))),
    'a million fields': () => `${HEADER}\n${','.repeat(MEGABYTE)}`,
    'a million line breaks in a field': () => report([cells({ user: `"${'\n'.repeat(MEGABYTE)}"` })]),
    'names that would be markup': () =>
      report(
        [
          '<img src=x onerror=alert(1)>',
          '@octo-org/team',
          '`x`',
          '##[error]x',
          '::error::x',
          '$(id)',
          "';id;'",
        ].map(user => cells({ user })),
      ),
  },
  configuration: {
    'a thousand rules over long names': () =>
      `exemptions:\n${'  - { user: "*a*a*a*b", reason: x, expires: 2027-01-01 }\n'.repeat(1000)}`,
    'globs that backtrack': () =>
      'infrastructure: ["**/**/**/x", "*a*a*b", "{a,aa}{a,aa}{a,aa}{a,aa}*a*a*b"]',
    'globs that would backtrack for ever': () => 'infrastructure: ["*a*a*a*a*a*b"]',
    'a repeated group': () => 'exemptions: [{ user: "+(a|a|a)*b", reason: x, expires: 2027-01-01 }]',
    'a long scalar': () =>
      `exemptions:\n  - { user: "${'a'.repeat(200_000)}", reason: x, expires: 2027-01-01 }`,
    'many keys': () => Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n'),
  },
  issue: {
    'a bomb of zeros in the state': () => issueWith('0'.repeat(40 * MEGABYTE)),
    'a bomb of blanks in the state': () => issueWith(`${' '.repeat(40 * MEGABYTE)}{}`),
    'many markers': () => '<!-- aws-access-key-rotation-audit:issue repository '.repeat(20_000),
    'many states': () => '<!-- aws-access-key-rotation-audit:state:1 AAAA'.repeat(20_000),
    'many lines that are yours': () =>
      `${issueWith('{}')}\n${'<!-- aws-access-key-rotation-audit: everything below this line is yours -->'.repeat(10_000)}`,
  },
  codeowners: {
    'rules that backtrack': () => `${'*a*a*a*a/**/**/**/*b @x\n'.repeat(5000)}`,
    'many owners': () => `* ${'@octo-org/team '.repeat(60_000)}`,
  },
  inputs: {
    'a hundred thousand roles': () =>
      `role-to-assume: ${'arn:aws:iam::123456789012:role/x,'.repeat(100_000)}`,
    'a glob of commas and braces': () => `evidence-files: ${'{a,'.repeat(20_000)}`,
  },
  cloudformation: {
    'names that double': () =>
      `Resources:\n${Array.from({ length: 2000 }, (_, n) => ` u${n}: {Type: AWS::IAM::User, Properties: {UserName: !Sub "\${u${n + 1}}\${u${n + 1}}"}}`).join('\n')}`,
    'aliases for resources': () =>
      `x: &x {Type: AWS::IAM::User, Properties: {UserName: ann}}\nResources:\n${Array.from({ length: 20_000 }, (_, n) => ` u${n}: *x`).join('\n')}`,
  },
}

export type Made = readonly (readonly [name: string, make: () => string])[]

/** Name and maker of every large input of a target. */
export function hostileInputs(target: string): Made {
  return [...Object.entries(ANYWHERE), ...inputsFor(target)]
}

/** Those that are made for it. */
export function inputsFor(target: string): Made {
  return Object.entries(OF_TARGET[target] ?? {})
}

const HEADER =
  'user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service'

function report(rows: readonly string[]): string {
  return `${HEADER}\n${rows.join('\n')}`
}

function cells({ user, date = '2026-01-01T00:00:00Z' }: { user: string; date?: string }): string {
  return `${user},arn:aws:iam::123456789012:user/${user.replace(/[^\w-]/g, '').slice(0, 64)},true,${date},N/A,N/A,N/A,false,N/A,N/A,N/A,N/A`
}
