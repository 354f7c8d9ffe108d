/**
 * `build`, whose value for an object is kept as long as the object: what many accounts share is made once. `known`: the
 * value, where it was made already.
 */
export function memoize<K extends object, V extends object>(build: (key: K) => V): (key: K, known?: V) => V {
  const values = new WeakMap<K, V>()
  return (key, known) => {
    const value = values.get(key) ?? known ?? build(key)
    values.set(key, value)
    return value
  }
}
