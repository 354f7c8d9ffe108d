import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { compileGlob, compilePathGlob, compileUserGlob } from '../../src/domain/glob.ts'

describe('a glob', () => {
  test.each([
    ['vendor-*', ['vendor-', 'vendor-x'], ['a-vendor-x', 'vendor', 'vendor-x/y']],
    ['?*', ['a', 'ab'], ['', 'a/b']],
    ['*', ['', 'ab'], ['a/b']],
    ['**', ['', 'a/b'], []],
    ['/ci/**', ['/ci', '/ci/a', '/ci/a/b'], ['/cia', 'ci/a']],
    ['/ci/*', ['/ci/a'], ['/ci/a/b', '/ci']],
    ['**/x', ['x', 'a/x', '/a/b/x'], ['ax', 'a/xb']],
    ['/a/**/b*c', ['/a/bc', '/a/b/bc', '/a/bx/bxc'], ['/a/b/c', '/abc']],
    ['/a/**/b*c/**/d', ['/a/bc/d', '/a/bx/xbc/bbcc/e/d'], ['/a/bc/dd', '/a/b/c/d']],
    ['a*b*c', ['abc', 'abbcc', 'aXbYc'], ['ab', 'acb']],
    ['[a-c]*', ['a', 'cx'], ['d', 'A', '-']],
    ['[!a-c]', ['d', '-'], ['a', '/']],
    ['[a\\-c]', ['a', '-', 'c'], ['b']],
    ['x[.]y', ['x.y'], ['xay']],
    ['a\\*', ['a*'], ['ab', 'a\\*']],
    ['a.b+c(d)|{e}$^', ['a.b+c(d)|{e}$^'], ['aXb+c(d)|{e}$^']],
    ['a**b', ['ab', 'axb'], ['a/b']],
    ['__proto__', ['__proto__'], ['']],
  ])('%s matches what it says, and nothing else', (glob, matching, others) => {
    const matches = compileGlob(glob)
    expect(matching.filter(text => !matches(text))).toEqual([])
    expect(others.filter(matches)).toEqual([])
  })

  test('without brackets takes them for themselves, as CODEOWNERS does', () => {
    expect(compileGlob('[a]*', { brackets: false })('[a]b')).toBe(true)
    expect(compileGlob('[a]*', { brackets: false })('ab')).toBe(false)
  })

  test('matches a name or, with a slash, the path', () => {
    const arn = 'arn:aws:iam::123456789012:user/ci/deployer'
    expect(compileUserGlob('/ci/*')('deployer', arn)).toBe(true)
    expect(compileUserGlob('dep*')('deployer', arn)).toBe(true)
    expect(compileUserGlob('ci*')('deployer', arn)).toBe(false)
  })

  test('of any stars and names matches as picomatch does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 8 })
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '-'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(globs, letters, (glob, text) => {
        expect(compileGlob(glob)(text)).toBe(picomatch.makeRe(glob, { dot: true }).test(text))
      }),
    )
  })

  test.each([
    ['**/*.{tf,tofu}', ['a.tf', 'x/y/a.tofu'], ['a.tfx', 'a.{tf,tofu}']],
    ['{a,b/{c,d}}/*', ['a/x', 'b/c/x', 'b/d/x'], ['b/x', 'c/x']],
    ['*{aaa,a}*aax', ['aaax'], ['aax']],
    ['{a}{,b}', ['{a}', '{a}b'], ['a', 'ab']],
    ['\\{a,b}', ['{a,b}'], ['a', 'b']],
    ['[{,}]', ['{', ',', '}'], ['a']],
    ['./infra/**', ['infra/a', 'infra/a/b'], ['a/infra/b']],
  ])('of paths, %s matches what it says, and nothing else', (glob, matching, others) => {
    const matches = compilePathGlob(glob)
    expect(matching.filter(text => !matches(text))).toEqual([])
    expect(others.filter(matches)).toEqual([])
  })

  test('of any paths matches as picomatch does', () => {
    const parts = (...all: readonly string[]) =>
      fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 4 }).map(some => some.join('/'))
    const globs = parts('**', '*', 'a*', '*b', '?', 'a', '{a,b}', '[ab]b', '*.{a,b}', '{a*,b}')
    fc.assert(
      fc.property(globs, parts('a', 'b', 'ab', 'bb', 'a.b', '.a'), (glob, path) => {
        // Of `a*/**` and `a`, unlike of `a/**` and `a`, picomatch says no.
        fc.pre(!/(?:^|[^*])\*(?:\/\*\*)+$/.test(glob))
        expect(compilePathGlob(glob)(path)).toBe(picomatch(glob, { dot: true })(path))
      }),
    )
  })

  test.each([
    '{a,aa}{a,aa}{a,aa}{a,aa}*a*a*b',
    '**a**a**b',
    '*?*?*?b',
    '[a-z]*[a-z]*[a-z]*0',
    '**/a/**/a/**/b',
    `${'*a'.repeat(100)}b`,
    `${'**/a*a*/'.repeat(25)}b`,
  ])('%s is matched at once, however hostile the path', glob => {
    const matches = compilePathGlob(glob)
    const paths = ['a'.repeat(4096), 'a/'.repeat(2048), '.'.repeat(4096), `${'a'.repeat(20)}/`.repeat(195)]
    expect(paths.filter(matches)).toEqual([])
  })

  test('of many stars is matched at once, however hostile the name', () => {
    const globs = Array.from({ length: 100 }, (_, index) => `*${'a*'.repeat(60)}${index}z`)
    const names = Array.from({ length: 100 }, (_, index) => 'a'.repeat(62) + index)
    expect(globs.map(glob => compileGlob(glob)).flatMap(matches => names.filter(matches))).toEqual([])
    expect(compileGlob(`${'**/a*a*/'.repeat(40)}b`)('a/'.repeat(512))).toBe(false)
  })
})
