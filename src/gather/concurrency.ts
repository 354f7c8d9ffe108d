/** Runs something that takes time but no slot. */
export type Outside = <T>(wait: () => Promise<T>) => Promise<T>

/** Runs so many pieces of work at once. Work gives its slot back while it waits, and goes on before new work begins. */
function openSemaphore(count: number) {
  let free = count
  const resuming: (() => void)[] = []
  const starting: (() => void)[] = []

  function enter(queue: (() => void)[]): Promise<void> {
    if (free === 0) return new Promise(resolve => queue.push(resolve))
    free -= 1
    return Promise.resolve()
  }

  function leave(): void {
    const next = resuming.shift() ?? starting.shift()
    if (next) next()
    else free += 1
  }

  return async <T>(work: (outside: Outside) => Promise<T>): Promise<T> => {
    await enter(starting)
    try {
      return await work(async wait => {
        leave()
        try {
          return await wait()
        } finally {
          await enter(resuming)
        }
      })
    } finally {
      leave()
    }
  }
}

/**
 * Works on all items, at most `count` in a slot at once, and yields each result when it is there.
 * A result keeps its slot until it is taken, so that a slow taker is not flooded. Rejects with the first failure.
 */
export async function* inAnyOrder<T, R>(
  items: readonly T[],
  count: number,
  work: (item: T, outside: Outside) => Promise<R>,
): AsyncGenerator<R> {
  const run = openSemaphore(count)
  const { readable, writable } = new TransformStream<R, R>()
  const results = writable.getWriter()
  Promise.all(items.map(item => run(async outside => results.write(await work(item, outside)))))
    .then(
      () => results.close(),
      (error: unknown) => results.abort(error),
    )
    // The taker is told, or has left.
    .catch(() => {})
  yield* readable
}
