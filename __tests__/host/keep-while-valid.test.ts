import { describe, expect, test } from '@jest/globals'
import { keepWhileValid } from '../../src/host/keep-while-valid.ts'

describe('what is kept while it is valid', () => {
  test('is obtained once by all who ask at once, again when it has expired, and then once as well', async () => {
    const { ask, obtained, valid } = keeper()
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['1', '1', '1'])
    expect(await ask()).toBe('1')
    valid.delete('1')
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['2', '2', '2'])
    expect(obtained()).toBe(2)
  })

  test('is obtained anew, once, for those whom AWS refused the last one', async () => {
    const { ask, obtained } = keeper()
    await ask()
    expect(await Promise.all([ask('1'), ask('1'), ask('1')])).toEqual(['2', '2', '2'])
    expect(await ask('1')).toBe('2')
    expect(obtained()).toBe(2)
  })

  test('is asked for again after a failure', async () => {
    const keep = keepWhileValid<string>(() => true)
    await expect(keep(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await keep(() => Promise.resolve('up'))).toBe('up')
  })
})

/** Obtains '1', '2', …, each valid until taken out of `valid`. */
function keeper() {
  let count = 0
  const valid = new Set<string>()
  const keep = keepWhileValid<string>(value => valid.has(value))
  const obtain = async () => {
    const value = String(++count)
    valid.add(value)
    return value
  }
  return { valid, obtained: () => count, ask: (refused: string | null = null) => keep(obtain, refused) }
}
