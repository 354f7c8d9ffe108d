import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { inAnyOrder } from '../../src/gather/concurrency.ts'

async function take<T>(results: AsyncGenerator<T>): Promise<T[]> {
  const taken: T[] = []
  for await (const result of results) taken.push(result)
  return taken
}

describe('work in slots', () => {
  test('gives every result once, and never runs more than allowed at once', async () => {
    let running = 0
    let most = 0
    const items = Array.from({ length: 50 }, (_, n) => n)
    const results = await take(
      inAnyOrder(items, 4, async item => {
        most = Math.max(most, ++running)
        await sleep(item % 3)
        running--
        return item
      }),
    )
    expect(results.sort((a, b) => a - b)).toEqual(items)
    expect(most).toBe(4)
  })

  test('that waits outside lets others in, and goes on before new work begins', async () => {
    const log: string[] = []
    await take(
      inAnyOrder(['a', 'b', 'c'], 1, async (item, outside) => {
        log.push(`${item} begins`)
        if (item === 'a') await outside(() => sleep(1))
        else await sleep(20)
        log.push(`${item} ends`)
      }),
    )
    expect(log).toEqual(['a begins', 'b begins', 'b ends', 'a ends', 'c begins', 'c ends'])
  })

  test('does not run ahead of a slow taker', async () => {
    let begun = 0
    const results = inAnyOrder(Array.from({ length: 20 }), 2, async () => ++begun)
    await results.next()
    await sleep(20)
    expect(begun).toBeLessThanOrEqual(4)
    await take(results)
    expect(begun).toBe(20)
  })

  test('that throws ends all with its error', async () => {
    await expect(
      take(
        inAnyOrder([1, 2, 3], 2, async item => {
          if (item === 2) throw new Error('broken')
        }),
      ),
    ).rejects.toThrow('broken')
  })

  test('of no item ends at once', async () => {
    expect(await take(inAnyOrder([], 2, async item => item))).toEqual([])
  })
})
