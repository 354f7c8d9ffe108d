import { expect, test } from '@jest/globals'
import { DEFAULT_INFRASTRUCTURE } from '../../../src/config/schema.ts'
import { locate } from '../../../src/locate/locate.ts'
import { inCheckout } from '../checkout.ts'

test('every name is found where git searches: many beginnings, one within another, UTF-16, escapes', async () => {
  const names = ['svc-10', 'old-svc-10', 'ci+deploy', 'a.b@c.example', 'report_2019', 'x=1,y=2', 'zeta-9']
  const files = {
    // More than are read without git.
    ...Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`src/part-${index}.ts`, ''])),
    ...Object.fromEntries(names.map((name, index) => [`src/part-${index}000.py`, `user("${name}")\n`])),
    'wide.ts': Buffer.from('user("zeta-9")\n', 'utf16le'),
    'all.ts': `${names.map(name => `user("${name}")`).join('\n')}\n`,
    'part.ts': 'user("svc-102")\nuser("x-zeta-9")\n',
    'braces.rs': 'user("\\u{7a}eta-9")\n',
    'long.go': 'user("\\U0000007aeta-9")\n',
    'escaped.json': '\n{ "user": "\\u0073vc-10" }\n',
  }
  const found = await inCheckout(files, 'git', async root => {
    const { mentionsOf } = await locate(root, DEFAULT_INFRASTRUCTURE)
    return mentionsOf(names)
  })
  const paths = (name: string) => found.get(name)?.map(({ path, line }) => `${path}:${line}`)
  for (const [index, name] of names.entries()) {
    const hidden =
      { 'svc-10': ['escaped.json:2'], 'zeta-9': ['braces.rs:1', 'long.go:1', 'wide.ts:1'] }[name] ?? []
    const expected = [`src/part-${index}000.py:1`, `all.ts:${index + 1}`, ...hidden]
    expect([name, paths(name)?.toSorted()]).toEqual([name, expected.toSorted()])
  }
})
