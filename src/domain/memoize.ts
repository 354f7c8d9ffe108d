/**
 * `build`, whose value for an object is kept as long as the object: what many accounts share is made once. `known`: the
 * value, where it was made already.
 */
export function memoize<K extends object, V extends object>(build: (key: K) => V): (key: K, known?: V) => V {
  const values = new WeakMap<K, V>()
  return (key, known) => {
    const kept = values.get(key)
    if (kept !== undefined) return kept
    const value = known ?? build(key)
    values.set(key, value)
    return value
  }
}

/** `make`, asked once for each key; what it fails to give is not asked for again. */
export function perKey<K, V>(make: (key: K) => V): (key: K) => V {
  const values = new Map<K, V>()
  return key => {
    const known = values.get(key)
    if (known !== undefined) return known
    const made = make(key)
    values.set(key, made)
    return made
  }
}

export function once<V>(make: () => V): () => V {
  const made = perKey((_: null) => make())
  return () => made(null)
}
