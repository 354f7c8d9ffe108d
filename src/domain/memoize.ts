/** `build`, whose value for an object is kept as long as the object: what many accounts share is made once. */
export function memoize<K extends object, V extends object>(build: (key: K) => V): (key: K) => V {
  const values = new WeakMap<K, V>()
  return key => {
    const known = values.get(key)
    if (known !== undefined) return known
    const value = build(key)
    values.set(key, value)
    return value
  }
}
