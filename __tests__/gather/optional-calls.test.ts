import { describe, expect, test } from '@jest/globals'
import { openOptionalCalls } from '../../src/gather/optional-calls.ts'

const { signal } = new AbortController()
const LIST = 'iam:ListAccessKeys'

function denied(): Error {
  return Object.assign(new Error('not authorized'), { name: 'AccessDenied', Code: 'AccessDenied' })
}

/** A call that is answered when the test says so. */
function call() {
  const made = { begun: false, ...Promise.withResolvers<string>() }
  return {
    made,
    ask: () => {
      made.begun = true
      return made.promise
    },
  }
}

const settle = () => new Promise(resolve => setImmediate(resolve))

describe('an action that a role may not have been granted', () => {
  test('is asked of one user before it is asked of the others', async () => {
    const optional = openOptionalCalls(signal)
    const [first, second] = [call(), call()]
    const answers = [optional.attempt(LIST, 'a', first.ask), optional.attempt(LIST, 'b', second.ask)]
    await settle()
    expect(second.made.begun).toBe(false)
    first.made.resolve('keys of a')
    await settle()
    second.made.resolve('keys of b')
    expect(await Promise.all(answers)).toEqual(['keys of a', 'keys of b'])
  })

  test('is not asked of the others where the first is denied', async () => {
    const optional = openOptionalCalls(signal)
    const [first, second] = [call(), call()]
    const answers = [optional.attempt(LIST, 'a', first.ask), optional.attempt(LIST, 'b', second.ask)]
    first.made.reject(denied())
    expect(await Promise.all(answers)).toEqual([null, null])
    expect(second.made.begun).toBe(false)
    expect(optional.refusals).toHaveLength(1)
  })
})

describe('an action that a role was granted in one account of the run', () => {
  test('is asked of all users of the next at once', async () => {
    const granted = new Set<string>()
    await openOptionalCalls(signal, granted).attempt(LIST, 'a', async () => 'keys')
    const [first, second] = [call(), call()]
    const optional = openOptionalCalls(signal, granted)
    const answers = [optional.attempt(LIST, 'a', first.ask), optional.attempt(LIST, 'b', second.ask)]
    await settle()
    expect([first.made.begun, second.made.begun]).toEqual([true, true])
    for (const { made } of [first, second]) made.resolve('keys')
    expect(await Promise.all(answers)).toEqual(['keys', 'keys'])
  })

  test('is noted once where the next denies it all the same, and given up there', async () => {
    const granted = new Set([LIST])
    const optional = openOptionalCalls(signal, granted)
    const deny = async () => {
      throw denied()
    }
    expect(await Promise.all(['a', 'b', 'c'].map(user => optional.attempt(LIST, user, deny)))).toEqual([
      null,
      null,
      null,
    ])
    expect(optional.refusals.map(({ action, user, code }) => [action, user, code])).toEqual([
      [LIST, null, 'AccessDenied'],
    ])
    expect(optional.gaveUp(LIST)).toBe(true)
  })
})
