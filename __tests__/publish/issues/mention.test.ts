import { describe, expect, test } from '@jest/globals'
import type { KeyResult, Owner } from '../../../src/domain/audit-result.ts'
import { key } from '../build.ts'
import { awakened, rendered, textOf } from '../rendered.ts'
import { type NightOptions, night, only, tracker } from './nights.ts'

const PLATFORM: Owner = { name: 'octo-org/platform', kind: 'team', source: 'configuration' }
const MONA: Owner = { name: 'mona', kind: 'user', source: 'codeowners' }
const TAGGED: Owner = { name: 'rita', kind: 'user', source: 'tag' }
const TEXT: Owner = { name: 'Team @blue', kind: 'text', source: 'configuration' }

const owned = (name: string, owner: Owner | null) => key({ name, owner })
const ALL = [owned('a', PLATFORM), owned('b', MONA), owned('c', TAGGED), owned('d', TEXT), owned('e', null)]

/** The comments of one night, the one that stands below a new issue among them. */
function told(at: ReturnType<typeof tracker>, keys: readonly KeyResult[], options: NightOptions): string {
  const planned = night(at, keys, { mention: true, ...options })
  return planned.flatMap(each => ('comment' in each && each.comment) || []).join('\n')
}

describe('owners of new keys', () => {
  test('are mentioned once, if the configuration asks for it and it or CODEOWNERS names them', () => {
    const at = tracker()
    const first = told(at, ALL, {})
    expect(awakened(rendered(first))).toEqual(['@o', '@m'])
    expect(textOf(rendered(first))).toContain('New keys of @octo-org/platform, @mona: ')
    expect(told(at, ALL, {})).toBe('')
    expect(awakened(rendered(only(at).body))).toEqual([])
  })

  test('are mentioned later only where their key is the new one', () => {
    const at = tracker()
    told(at, ALL.slice(1), {})
    const later = told(at, ALL, {})
    expect(awakened(rendered(later))).toEqual(['@o'])
    expect(textOf(rendered(later))).toContain('1 new.')
  })

  test.each<[string, NightOptions]>([
    ['nobody asked for it', { mention: false }],
    ['names are hidden', { redacted: true }],
  ])('are not mentioned where %s', (_, options) => {
    const at = tracker()
    expect(awakened(rendered(told(at, ALL.slice(1), options)))).toEqual([])
    expect(awakened(rendered(told(at, ALL, options)))).toEqual([])
  })

  test('beyond fifty are counted', () => {
    const many = Array.from({ length: 60 }, (_, n) => owned(`u${n}`, { ...MONA, name: `owner-${n}` }))
    const text = told(tracker(), many, {})
    expect(awakened(rendered(text))).toHaveLength(50)
    expect(textOf(rendered(text))).toContain('10 more')
  })
})
